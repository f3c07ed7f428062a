//! A store is a function of what is in its logs: however the input is split into runs, read on any
//! number of threads and held in any memory, its files are the same, byte for byte.

use std::fs;
use std::path::PathBuf;

use proptest::prelude::*;
use proptest::test_runner::Config;
use serde_json::Value;
use trailspike::store::merge;

use crate::logs::{Folder, document, lines, record};
use crate::stores::{How, count_with, differences, rejected, without_id};

/// One record of a file.
#[derive(Clone, Debug)]
enum Entry {
    /// An event by its number, which says all of it; numbers come again.
    Event(u16),
    WithoutId(u16),
    Rejected,
    Update(u16),
}

fn entry() -> impl Strategy<Value = Entry> {
    prop_oneof![
        20 => (0..400_u16).prop_map(Entry::Event),
        2 => (0..20_u16).prop_map(Entry::WithoutId),
        1 => Just(Entry::Rejected),
        1 => (0..20_u16).prop_map(Entry::Update),
    ]
}

/// An event whose every field is made of its number: a few minutes of four days, many callers of each.
fn event(number: u16) -> Value {
    let number = i64::from(number);
    let (day, minute) = (number % 4, number / 4 % 3);
    let mut event = record(number.cast_unsigned() + 1, day * 86_400 + minute * 60 + number % 60);
    event["userIdentity"]["arn"] =
        format!("arn:aws:iam::111122223333:user/u{}", number / 12 % 9).into();
    event["sourceIPAddress"] = format!("192.0.2.{}", number / 24 % 3).into();
    if number % 7 == 0 {
        event["errorCode"] = "AccessDenied".into();
    }
    if number % 11 == 0 {
        event["eventCategory"] = "Data".into();
        event["eventName"] = "GetObject".into();
    }
    if number % 13 == 0 {
        event["eventID"] = format!("no-uuid-{number}").into();
    }
    event
}

fn of(entry: &Entry) -> Value {
    match entry {
        Entry::Event(number) => event(*number),
        Entry::WithoutId(number) => without_id(event(*number)),
        Entry::Rejected => rejected(),
        Entry::Update(number) => {
            let mut update = event(*number);
            update["addendum"] = serde_json::json!({ "reason": "UPDATED_DATA" });
            update
        }
    }
}

/// A file, and the run in which it is there first. Some grow before a later run.
#[derive(Clone, Debug)]
struct Source {
    entries: Vec<Entry>,
    run: usize,
    /// How many records it had in an earlier run.
    grew_from: Option<usize>,
}

fn source() -> impl Strategy<Value = Source> {
    let entries = prop::collection::vec(entry(), 1..40);
    (entries, 0..3_usize, prop::option::weighted(0.3, 0..40_usize)).prop_map(
        |(entries, run, grew_from)| {
            // What has no id would count twice, and is refused.
            let grew_from = grew_from
                .filter(|_| !entries.iter().any(|entry| matches!(entry, Entry::WithoutId(_))))
                .filter(|from| *from < entries.len());
            Source { entries, run, grew_from }
        },
    )
}

const RUNS: usize = 3;

fn paths(folder: &Folder, sources: &[Source]) -> Vec<PathBuf> {
    (0..sources.len()).map(|index| folder.at(&format!("{index}.json"))).collect()
}

fn write(folder: &Folder, index: usize, entries: &[Entry]) {
    let records: Vec<Value> = entries.iter().map(of).collect();
    let text = if index.is_multiple_of(2) { document(&records) } else { lines(&records) };
    folder.write(&format!("{index}.json"), text);
}

/// Puts whole files in their places, none newer than the others.
fn write_all(folder: &Folder, sources: &[Source]) {
    for (index, source) in sources.iter().enumerate() {
        write(folder, index, &source.entries);
    }
}

fn cases(cases: u32) -> Config {
    Config { cases, failure_persistence: None, max_shrink_iters: 60, ..Config::default() }
}

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn runs_one_after_the_other_give_what_one_run_gives(
        sources in prop::collection::vec(source(), 1..7),
        threads in prop::collection::vec(1..4_usize, RUNS),
        rows in prop_oneof![Just(1 << 20), 16..200_usize],
    ) {
        let (logs, stores) = (Folder::new(), Folder::new());
        let paths = paths(&logs, &sources);
        let grown = stores.at("grown");
        for (run, &threads) in threads.iter().enumerate() {
            let mut there = Vec::new();
            for (index, source) in sources.iter().enumerate() {
                let is_last = run == RUNS - 1;
                match source.grew_from {
                    Some(from) if source.run == run && !is_last => {
                        write(&logs, index, &source.entries[..from]);
                        there.push(paths[index].clone());
                    }
                    _ if source.run <= run => {
                        // Written once more only if it grows: else its time would change.
                        if source.run == run || source.grew_from.is_some() && source.run + 1 == run {
                            write(&logs, index, &source.entries);
                        }
                        there.push(paths[index].clone());
                    }
                    _ => {}
                }
            }
            if !there.is_empty() {
                count_with(&grown, &there, How { threads, rows }).unwrap();
            }
        }
        let whole = stores.at("whole");
        count_with(&whole, &paths, How::default()).unwrap();
        prop_assert_eq!(differences(&grown, &whole), Vec::<String>::new());
        prop_assert!(trailspike::store::check(&whole).unwrap().findings.is_empty());
    }

    #[test]
    fn stores_of_any_split_merge_to_the_same_store(
        sources in prop::collection::vec(source(), 1..7),
        also in prop::collection::vec(prop::option::of(0..3_usize), 7),
        order in Just(vec![0, 1, 2]).prop_shuffle(),
    ) {
        let (logs, stores) = (Folder::new(), Folder::new());
        write_all(&logs, &sources);
        let paths = paths(&logs, &sources);
        let mut made = Vec::new();
        for (run, order) in order.into_iter().enumerate() {
            let mut files = Vec::new();
            for (index, source) in sources.iter().enumerate() {
                let has_no_ids =
                    source.entries.iter().any(|entry| matches!(entry, Entry::WithoutId(_)));
                // Some files are in several stores.
                if source.run == run || !has_no_ids && also[index] == Some(run) {
                    files.push(paths[index].clone());
                }
            }
            if !files.is_empty() {
                let store = stores.at(&format!("part-{run}"));
                count_with(&store, &files, How::default()).unwrap();
                made.push((order, store));
            }
        }
        made.sort();
        let made: Vec<PathBuf> = made.into_iter().map(|(_, store)| store).collect();
        let (merged, whole) = (stores.at("merged"), stores.at("whole"));
        merge(&made, &merged).unwrap();
        count_with(&whole, &paths, How::default()).unwrap();
        prop_assert_eq!(differences(&merged, &whole), Vec::<String>::new());
        // Two at a time as well.
        let mut before = made[0].clone();
        for (number, store) in made[1..].iter().enumerate() {
            let next = stores.at(&format!("pair-{number}"));
            merge(&[before, store.clone()], &next).unwrap();
            before = next;
        }
        prop_assert_eq!(differences(&before, &whole), Vec::<String>::new());
    }
}

#[test]
fn events_in_files_of_any_name_count_once() {
    let (logs, stores) = (Folder::new(), Folder::new());
    let events: Vec<Value> = (0..200).map(event).collect();
    logs.write("a.json", document(&events));
    logs.write("b/copy.json", lines(&events[..150]));
    let added = count_with(&stores.at("s"), &[logs.path().into()], How::default()).unwrap();
    assert_eq!((added.events, added.tally.duplicates, added.tally.counted), (200, 150, 200));
    fs::rename(logs.at("a.json"), logs.at("c.json")).unwrap();
    let added = count_with(&stores.at("s"), &[logs.path().into()], How::default()).unwrap();
    assert_eq!((added.events, added.tally.duplicates, added.tally.counted), (200, 200, 0));
}
