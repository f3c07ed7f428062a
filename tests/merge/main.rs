//! `trailspike merge`. That any split merges to the same store is a property in `tests/count`.

#[allow(dead_code, reason = "each test program uses its part")]
#[path = "../logs/mod.rs"]
mod logs;
#[allow(dead_code, reason = "each test program uses its part")]
#[path = "../stores/mod.rs"]
mod stores;

use logs::{Folder, Run, document, program, record, records};
use stores::{count, differences, manifest, without_id};

/// Two stores, `a` and `b`.
fn stores(a: &str, b: &str) -> (Folder, Folder) {
    let (logs, stores) = (Folder::with("a.json", a), Folder::new());
    logs.write("b.json", b);
    count(&stores.at("a"), &[logs.at("a.json")]);
    count(&stores.at("b"), &[logs.at("b.json")]);
    (logs, stores)
}

fn merge(stores: &Folder, names: &[&str], into: &str) -> Run {
    let names = names.iter().map(|name| stores.at(name));
    Run::of(program().arg("merge").args(names).arg("-o").arg(stores.at(into)))
}

#[test]
fn events_of_both_count_once() {
    let (logs, stores) = stores(&document(&records(1, 6)), &document(&records(4, 6)));
    let run = merge(&stores, &["a", "b"], "c").ends(0);
    assert_eq!(run.line("stores"), Some("2 merged"));
    let line = run.line("store").unwrap();
    assert!(
        line.ends_with("9 events of 1 day from 2 files, 3 counted in more than one of them"),
        "{line}"
    );
    count(&stores.at("whole"), &[logs.path().into()]);
    assert_eq!(differences(&stores.at("c"), &stores.at("whole")), [""; 0]);
    let twice = merge(&stores, &["a", "b", "a"], "d").ends(0);
    assert_eq!(twice.line("stores"), Some("2 merged, 1 given twice"));
    assert_eq!(differences(&stores.at("c"), &stores.at("d")), [""; 0]);
    // A merged store grows as any other.
    logs.write("c.json", document(&records(20, 2)));
    for store in ["c", "whole"] {
        assert_eq!(count(&stores.at(store), &[logs.path().into()]).tally.counted, 2);
    }
    assert_eq!(differences(&stores.at("c"), &stores.at("whole")), [""; 0]);
}

#[test]
fn a_file_in_both_that_would_count_twice_is_refused_by_name() {
    let logs = Folder::with("a.json", document(&[without_id(record(1, 0))]));
    let stores = Folder::new();
    count(&stores.at("a"), &[logs.path().into()]);
    count(&stores.at("b"), &[logs.path().into()]);
    let run = merge(&stores, &["a", "b"], "c").ends(3);
    assert!(run.err.contains("a.json was counted more than once"), "{}", run.err);
    assert!(!stores.at("c").exists());
}

#[test]
fn stores_are_merged_into_a_new_one_only() {
    let (_logs, stores) = stores(&document(&records(1, 2)), &document(&records(4, 2)));
    let before = manifest(&stores.at("b"));
    assert!(merge(&stores, &["a"], "b").ends(2).err.contains("is there"));
    assert_eq!(manifest(&stores.at("b")), before);
    stores.write("full/thesis.txt", "mine");
    assert!(merge(&stores, &["a"], "full").ends(2).err.contains("thesis.txt is in it"));
    assert!(merge(&stores, &["a", "nowhere"], "c").ends(2).err.contains("is no store"));
    assert!(!stores.at("c").exists());
}

#[test]
fn a_damaged_store_is_told_and_leaves_nothing() {
    let (_logs, stores) = stores(&document(&records(1, 2)), &document(&records(4, 2)));
    let path = stores.at("b").join(&manifest(&stores.at("b")).days[0].tables.minutes.path);
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[9] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    assert!(merge(&stores, &["a", "b"], "c").ends(3).err.contains("is damaged"));
    assert!(!stores.at("c").exists());
}
