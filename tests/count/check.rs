//! `trailspike count --check`

use std::fs;
use std::path::PathBuf;

use crate::logs::{Folder, Run, document, program, records};
use crate::stores::{count, manifest};

fn store() -> Folder {
    let (logs, store) = (Folder::with("a.json", document(&records(1, 9))), Folder::new());
    count(&store.at("s"), &[logs.path().into()]);
    store
}

fn check(store: &Folder) -> Run {
    Run::of(program().args(["count", "--check"]).arg(store.at("s")))
}

#[test]
fn a_store_as_it_was_written_is_well() {
    let run = check(&store()).ends(0);
    assert_eq!(run.line("checked"), Some("all is as it was written"));
    assert!(
        run.line("store").unwrap().contains("9 events of 1 day from 1 file; 9 rows"),
        "{}",
        run.err
    );
}

#[test]
fn every_file_is_looked_at() {
    let tables = || {
        let store = store();
        let paths: Vec<String> =
            manifest(&store.at("s")).tables().map(|table| table.path.clone()).collect();
        (store, paths)
    };
    for index in 0..tables().1.len() {
        let (store, paths) = tables();
        let path: PathBuf = store.at("s").join(&paths[index]);
        let mut bytes = fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(&path, &bytes).unwrap();
        let run = check(&store).ends(3);
        let problem = format!("{}: its SHA-256 is not the one in store.json", paths[index]);
        assert!(run.problems().contains(&problem.as_str()), "{}", run.err);
        bytes.pop();
        fs::write(&path, &bytes).unwrap();
        assert!(check(&store).ends(3).problems()[0].contains("bytes, "));
        fs::remove_file(&path).unwrap();
        assert!(check(&store).ends(3).problems()[0].starts_with(&paths[index]));
    }
}

#[test]
fn sums_that_do_not_agree_are_told() {
    let store = store();
    let path = store.at("s/store.json");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen("\"events\": 9", "\"events\": 8", 1)).unwrap();
    let run = check(&store).ends(3);
    assert!(run.problems()[0].ends_with("9 events, 8 in store.json"), "{}", run.err);
    fs::write(&path, text.replacen("\"rows\": 9", "\"rows\": 7", 1)).unwrap();
    assert!(check(&store).ends(3).problems()[0].ends_with("9 rows, 7 in store.json"));
}

#[test]
fn a_manifest_that_cannot_be_understood_is_bad_input() {
    let store = store();
    fs::write(store.at("s/store.json"), "{").unwrap();
    assert!(check(&store).ends(3).err.contains("store.json is damaged"));
}

#[test]
fn a_store_of_another_program_is_refused_by_every_command() {
    let store = store();
    let logs = Folder::with("b.json", document(&records(20, 2)));
    for (schema, says) in [(1, "an older trailspike wrote"), (3, "a newer trailspike wrote")] {
        let manifest = format!("{{\"schema\":{schema},\"unknown\":true}}");
        fs::write(store.at("s/store.json"), manifest).unwrap();
        let runs = [
            check(&store),
            Run::of(program().arg("count").arg(logs.path()).arg("-o").arg(store.at("s"))),
            Run::of(program().arg("merge").arg(store.at("s")).arg("-o").arg(store.at("m"))),
        ];
        for run in runs {
            let run = run.ends(3);
            let says = format!("has schema {schema}, which {says}");
            assert!(run.err.contains(&says), "{}", run.err);
        }
    }
}
