//! More names than are told apart: which ones are depends on all names of a store, however they came.

use serde_json::Value;
use trailspike::store::merge;

use crate::logs::{Folder, lines, record};
use crate::stores::{count, differences, manifest, sum, table, texts};

/// More error codes than are told apart, on two days.
const CODES: u64 = 18_000;

fn denied(code: u64) -> Value {
    let day = i64::from(code.is_multiple_of(3));
    let mut record = record(code + 1, day * 86_400);
    record["errorCode"] = format!("Code{code}").into();
    record
}

#[test]
fn the_same_names_are_kept_whatever_came_first() {
    let (logs, stores) = (Folder::new(), Folder::new());
    let all: Vec<Value> = (0..CODES).map(denied).collect();
    let (few, most) = all.split_at(2_000);
    logs.write("a.json", lines(few));
    logs.write("b.json", lines(most));
    let [few, most] = ["a.json", "b.json"].map(|name| logs.at(name));
    let whole = stores.at("whole");
    count(&whole, &[logs.path().into()]);
    let manifest = manifest(&whole);
    assert_eq!(manifest.thinned.iter().collect::<Vec<_>>(), [(&"error_code".to_owned(), &1)]);
    let (mut codes, mut other) = (0, 0);
    for day in &manifest.days {
        let minutes = table(&whole, &day.tables.minutes.path);
        let is_other = |code: &Option<String>| code.as_deref() == Some("(other)");
        let of_other = texts(&minutes, "error_code").iter().position(is_other).unwrap();
        other += minutes.column("events").unwrap().i64().unwrap().get(of_other).unwrap();
        codes += minutes.height() - 1;
        assert_eq!(sum(&minutes, "events"), i64::try_from(day.events).unwrap());
    }
    assert!((6_000..12_000).contains(&codes), "{codes}");
    assert_eq!(i64::try_from(codes).unwrap() + other, i64::try_from(CODES).unwrap());
    for (name, runs) in [("few-first", [&few, &most]), ("most-first", [&most, &few])] {
        for run in runs {
            count(&stores.at(name), std::slice::from_ref(run));
        }
        assert_eq!(differences(&stores.at(name), &whole), [""; 0], "{name}");
    }
    count(&stores.at("few"), &[few]);
    count(&stores.at("most"), &[most]);
    merge(&[stores.at("few"), stores.at("most")], &stores.at("merged")).unwrap();
    assert_eq!(differences(&stores.at("merged"), &whole), [""; 0]);
    assert_eq!(trailspike::store::check(&whole).unwrap().findings, []);
}
