//! What the tables hold.

use serde_json::json;

use crate::logs::{Run, SAMPLES, program};
use crate::{Store, samples};

#[test]
fn minutes_hold_every_event() {
    let [row] = &samples().rows(&["SELECT SUM(events) AS n FROM minutes"])[..] else { panic!() };
    let [ledger] = &samples().rows(&["SELECT SUM(counted) AS n FROM files"])[..] else { panic!() };
    // The samples have duplicates, which are counted once.
    assert!(row["n"].as_i64().unwrap() > 1_000);
    assert!(row["n"].as_i64() <= ledger["n"].as_i64());
}

#[test]
fn minutes_have_these_columns() {
    let columns: Vec<String> = samples().rows(&["SELECT * FROM minutes LIMIT 1"])[0]
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect();
    let mut wanted = [
        "day",
        "hour",
        "minute",
        "account",
        "region",
        "event_source",
        "event_name",
        "category",
        "read_only",
        "identity",
        "identity_type",
        "user_agent",
        "source_ip",
        "error_code",
        "error_family",
        "events",
        "example_event_id",
    ];
    wanted.sort_unstable();
    assert_eq!(columns, wanted);
}

#[test]
fn times_agree_with_each_other() {
    let wrong = samples().rows(&["SELECT minute FROM minutes \
        WHERE STRFTIME(minute, '%Y-%m-%d') <> day OR hour > minute \
        OR EXTRACT(MINUTE FROM hour) <> 0 OR EXTRACT(HOUR FROM hour) <> EXTRACT(HOUR FROM minute)"]);
    assert_eq!(wrong, Vec::<serde_json::Value>::new());
    let first =
        samples().rows(&["SELECT MIN(minute) AS a, MIN(day) AS b, MIN(hour) AS c FROM minutes"]);
    let text = |key: &str| first[0][key].as_str().unwrap().to_owned();
    assert!(text("a").ends_with(":00Z"), "{}", text("a"));
    assert!(text("c").ends_with(":00:00Z"), "{}", text("c"));
    assert_eq!(text("a")[..10], text("b"));
}

#[test]
fn time_is_bounded_by_what_one_writes() {
    let sum = |bound: &str| {
        let sql = format!("SELECT SUM(events) AS n FROM minutes WHERE {bound}");
        samples().rows(&[&sql])[0]["n"].as_i64().unwrap()
    };
    let of_day = sum("day = '2026-03-10'");
    assert!(of_day > 0);
    assert_eq!(of_day, sum("minute >= '2026-03-10' AND minute < '2026-03-11'"));
    assert_eq!(of_day, sum("minute BETWEEN '2026-03-10T00:00:00' AND '2026-03-10 23:59:00'"));
    assert_eq!(of_day, sum("hour >= '2026-03-10T00:00:00' AND hour <= '2026-03-10T23:00:00'"));
    assert_eq!(of_day, sum("STRFTIME(minute, '%Y-%m-%d') = '2026-03-10'"));
}

#[test]
fn error_families_are_those_of_the_program() {
    let rows = samples().rows(&["SELECT DISTINCT error_code, error_family FROM minutes"]);
    assert!(rows.len() > 3);
    for row in rows {
        let family =
            row["error_code"].as_str().map(|code| trailspike::ErrorFamily::of(code).as_str());
        assert_eq!(row["error_family"].as_str(), family);
    }
}

#[test]
fn insights_are_those_that_detect_finds() {
    let found = Run::of(program().args(["detect", SAMPLES, "-f", "jsonl", "--quiet"])).ends(0);
    let mut ids: Vec<String> = found
        .out
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .map(|record| record["sharedEventID"].as_str().unwrap().to_owned())
        .collect();
    ids.sort();
    ids.dedup();
    let rows = samples().rows(&["SELECT * FROM insights ORDER BY id"]);
    let of_table: Vec<&str> = rows.iter().map(|row| row["id"].as_str().unwrap()).collect();
    assert_eq!(of_table, ids);
    let sql = "SELECT event_name, severity, minutes, top_identity FROM insights \
               WHERE event_name = 'DescribeInstances'";
    assert_eq!(samples().rows(&[sql])[0]["minutes"], json!(45));
    // The flags of detect decide what is found.
    let none = samples().rows(&["SELECT id FROM insights", "--min-count", "1000000"]);
    assert!(none.is_empty());
}

#[test]
fn rows_of_several_stores_are_put_together() {
    let other = Store::of(&[SAMPLES.as_ref()]);
    let sql = "SELECT SUM(events) AS n, COUNT(DISTINCT day) AS days FROM minutes";
    let one = samples().rows(&[sql]);
    let (first, second) = (samples().path(), other.path());
    let run =
        Run::of(program().args(["query", "-f", "jsonl", sql]).args([&first, &second])).ends(0);
    let two: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(two["n"].as_i64().unwrap(), 2 * one[0]["n"].as_i64().unwrap());
    assert_eq!(two["days"], one[0]["days"]);
}
