//! Clocks that are off.

use serde_json::{Value, json};

use crate::logs::{Folder, document, record};

#[test]
fn no_clock_stops_the_run_or_loses_a_record() {
    let times = [
        json!("1970-01-01T00:00:00Z"),
        json!("2005-12-31T23:59:59Z"),
        json!("9999-12-31T23:59:59Z"),
        json!("10000-01-01T00:00:00Z"),
        json!("+262143-01-01T00:00:00Z"),
        json!("-0001-01-01T00:00:00Z"),
        json!("0000-00-00T00:00:00Z"),
        json!("2026-03-02T24:00:00Z"),
        json!("2026-03-02T00:00:00+99:99"),
        json!("2026-03-02T00:00:00-00:00"),
        json!("9999-12-31T23:59:59-23:59"),
        json!(0),
        json!(-1),
        json!(-1.5),
        json!(1e300),
        json!(-1e300),
        json!(i64::MAX),
        json!(i64::MIN),
        json!(u64::MAX),
        json!("99999999999999999999999999"),
        json!("1e9"),
        json!("NaN"),
        json!("٢٠٢٦-٠٣-٠٢T00:00:00Z"),
        json!("2026-03-02T00:00:00Z\0"),
    ];
    let mut list: Vec<Value> = vec![record(1, 0), record(2, 60)];
    for (time, id) in times.iter().zip(10..) {
        let mut record = record(id, 0);
        record["eventTime"] = time.clone();
        list.push(record);
    }
    let run = Folder::with("x.json", document(&list)).detect(&["-v"]).ends(0);
    let books = run.books();
    assert_eq!(books.read, u64::try_from(list.len()).unwrap());
    assert_eq!(books.of("counted") + books.of("rejected"), books.read);
    assert!(books.of("counted") >= 2 && books.of("rejected") >= 15, "{}", run.err);
    // Nothing that was believed stretches the logs over centuries.
    assert!(run.line("time").unwrap().contains("2026-03-0"), "{}", run.err);
}

#[test]
fn a_leap_second_counts_in_its_minute() {
    let mut list = vec![record(1, 0), record(2, 60)];
    list[0]["eventTime"] = "2016-12-31T23:59:60Z".into();
    list[1]["eventTime"] = "2016-12-31T23:59:60.999Z".into();
    let run = Folder::with("x.json", document(&list)).detect(&["--strict"]).ends(0);
    assert_eq!(run.counted(), 2);
    let time = run.line("time").unwrap();
    assert!(time.starts_with("2016-12-31T23:59:00Z to 2017-01-01T00:00:00Z"), "{time}");
}

#[test]
fn years_between_two_records_cost_nothing() {
    let mut list = vec![record(1, 0), record(2, 60)];
    list[0]["eventTime"] = "2006-01-01T00:00:00Z".into();
    let run = Folder::with("x.json", document(&list)).detect(&["--strict"]).ends(0);
    assert_eq!(run.counted(), 2);
    assert!(run.megabytes() < 60, "{}", run.err);
}
