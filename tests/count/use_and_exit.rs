//! Flags, what is told, exit codes.

use crate::logs::{Folder, Run, document, program, records};
use crate::stores::manifest;

fn count(logs: &Folder, flags: &[&str]) -> Run {
    Run::of(program().arg("count").arg(logs.path()).args(flags))
}

#[test]
fn the_summary_says_what_was_added() {
    let (logs, store) = (Folder::with("a.json", document(&records(1, 5))), Folder::new());
    let path = store.at("s");
    let run = count(&logs, &["-o", path.to_str().unwrap()]).ends(0);
    let line = run.line("store").unwrap();
    assert!(line.ends_with("/s: 5 events of 1 day, 1 new or changed"), "{line}");
    assert_eq!(run.out, "");
    let quiet = count(&logs, &["-q", "-o", path.to_str().unwrap()]).ends(0);
    assert_eq!(quiet.err, "");
}

#[test]
fn a_store_or_a_check_is_needed() {
    let logs = Folder::with("a.json", document(&records(1, 5)));
    assert!(count(&logs, &[]).ends(2).err.contains("--output <STORE>"));
    Run::of(program().args(["count", "-o", "x"])).ends(2);
    let nowhere = Run::of(program().arg("count").arg("--check").arg(logs.path())).ends(2);
    assert!(nowhere.err.contains("is no store"), "{}", nowhere.err);
}

#[test]
fn stores_are_merged_not_counted() {
    let (logs, stores) = (Folder::with("a.json", document(&records(1, 5))), Folder::new());
    let (old, new) = (stores.at("old"), stores.at("new"));
    count(&logs, &["-q", "-o", old.to_str().unwrap()]).ends(0);
    let run = Run::of(program().arg("count").arg(&old).arg("-o").arg(&new)).ends(2);
    assert!(run.err.contains("trailspike merge"), "{}", run.err);
    assert!(!new.exists());
}

#[test]
fn other_folders_are_left_alone() {
    let logs = Folder::with("a.json", document(&records(1, 5)));
    let other = Folder::with("thesis.txt", "mine");
    let run = count(&logs, &["-o", other.path().to_str().unwrap()]).ends(2);
    assert!(run.err.contains("thesis.txt is in it"), "{}", run.err);
    assert_eq!(std::fs::read_dir(other.path()).unwrap().count(), 1);
}

#[test]
fn sessions_are_as_the_store_was_begun() {
    let (logs, store) = (Folder::with("a.json", document(&records(1, 5))), Folder::new());
    let (with, without) = (store.at("with"), store.at("without"));
    let (with, without) = (with.to_str().unwrap(), without.to_str().unwrap());
    count(&logs, &["--keep-sessions", "-o", with]).ends(0);
    count(&logs, &["-o", without]).ends(0);
    assert!(manifest(&store.at("with")).keep_sessions);
    count(&logs, &["-o", with]).ends(0);
    assert!(manifest(&store.at("with")).keep_sessions);
    let refused = count(&logs, &["--keep-sessions", "-o", without]).ends(2);
    assert!(refused.err.contains("without --keep-sessions"), "{}", refused.err);
    let merged = Run::of(program().args(["merge", with, without, "-o"]).arg(store.at("m"))).ends(2);
    assert!(merged.err.contains("keep-sessions"), "{}", merged.err);
    assert!(!store.at("m").exists());
}

#[test]
fn bad_input_is_told_and_strict_minds() {
    let (logs, store) = (Folder::with("a.json", document(&records(1, 5))), Folder::new());
    logs.write("bad.json", "{\"Records\":[{\"eventName\":\"X\"}]}");
    let (path, errors) = (store.at("s"), store.at("errors.jsonl"));
    let flags = ["--strict", "--errors", errors.to_str().unwrap(), "-o", path.to_str().unwrap()];
    let run = count(&logs, &flags).ends(3);
    assert_eq!(run.problems().len(), 1);
    assert!(run.problems()[0].contains("rejected: no eventTime"), "{}", run.err);
    assert_eq!(std::fs::read_to_string(&errors).unwrap().lines().count(), 1);
    assert_eq!(manifest(&path).events(), 5);
}

#[test]
fn nothing_to_read_is_bad_input() {
    let (logs, store) = (Folder::with("a.txt", "hello"), Folder::new());
    let path = store.at("s");
    count(&logs, &["-o", path.to_str().unwrap()]).ends(3);
    Run::of(program().args(["count", "/nowhere/at/all", "-o"]).arg(store.at("t"))).ends(3);
    assert!(!store.at("t").exists());
}
