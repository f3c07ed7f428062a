//! Several stores at once.

use std::path::PathBuf;

use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::Value;

use super::{count, same};
use crate::logs::{Folder, burst, document, record};

/// Events of two accounts over ten days, some of which fail.
fn events() -> Vec<Value> {
    let mut records = burst(6);
    for (number, record) in records.iter_mut().enumerate() {
        if number % 7 == 0 {
            record["errorCode"] = "AccessDenied".into();
        }
        record["userAgent"] = format!("agent/{}", number % 4).into();
    }
    let others = (0..200).map(|number| {
        let mut record = record(9_000_000 + number, 1_000 + number as i64 * 4_000);
        record["recipientAccountId"] = "444455556666".into();
        record
    });
    records.extend(others);
    records
}

/// Puts each event into some of the files, counts each file into a store of its own, and holds what
/// they tell together against all files together.
fn check(parts: &[Vec<Value>]) {
    let folder = Folder::new();
    let (mut logs, mut stores) = (Vec::new(), Vec::new());
    for (number, records) in parts.iter().enumerate() {
        let file = folder.write(&format!("logs/{number}.json"), document(records));
        let store = folder.at(&format!("store-{number}"));
        count(std::slice::from_ref(&file), &store, &[]);
        logs.push(file);
        stores.push(store);
    }
    same(&logs, &stores, &["-f", "json"]);
    stores.reverse();
    same(&logs, &stores, &["--from", "2026-03-03T12:30", "-f", "json"]);
}

#[test]
fn stores_of_different_days() {
    let (early, late) = events()
        .into_iter()
        .partition(|record| record["eventTime"].as_str().unwrap() < "2026-03-07");
    check(&[late, early]);
}

#[test]
fn stores_of_different_accounts() {
    let (a, b) =
        events().into_iter().partition(|record| record["recipientAccountId"] == "111122223333");
    check(&[a, b]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn any_split_with_any_copies(
        turns in prop::collection::vec((any::<Index>(), any::<Index>()), 1..30), number in 2..5_usize
    ) {
        let mut parts = vec![Vec::new(); number];
        for (event, (first, second)) in events().into_iter().zip(turns.iter().cycle()) {
            let (first, second) = (first.index(number), second.index(number));
            parts[first].push(event.clone());
            if second != first {
                parts[second].push(event);
            }
        }
        check(&parts);
    }
}

#[test]
fn a_store_given_twice_counts_once() {
    let folder = Folder::new();
    let file = folder.write("x.json", document(&events()));
    let store = folder.at("store");
    count(std::slice::from_ref(&file), &store, &[]);
    let again: PathBuf = folder.path().join(".").join("store");
    let run = same(&[file], &[store, again], &["-f", "json"]);
    assert!(run.line("files").unwrap().contains("1 given twice"), "{}", run.err);
}
