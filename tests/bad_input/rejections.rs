//! Records that cannot be counted, and their neighbours, which are.

use serde_json::{Value, json};

use crate::logs::{Folder, Run, document, lines, record, records};

/// A run over two good records with that between them, in a list and as lines.
fn between_neighbours(bad: &Value) -> [Run; 2] {
    let list = [record(1, 0), bad.clone(), record(2, 60)];
    [document(&list), lines(&list)].map(|text| Folder::with("x.json", text).detect(&[]).ends(0))
}

fn assert_rejected(bad: &Value, reason: &str) {
    for run in between_neighbours(bad) {
        let books = run.books();
        assert_eq!((books.read, books.of("counted"), books.of("rejected")), (3, 2, 1), "{bad}");
        let problems = run.problems();
        assert_eq!(problems.len(), 1);
        assert!(problems[0].contains("x.json: record 1 at byte "), "{}", problems[0]);
        assert!(problems[0].ends_with(&format!("rejected: {reason}")), "{}", problems[0]);
    }
}

fn with(key: &str, value: Value) -> Value {
    let mut record = record(9, 0);
    record[key] = value;
    record
}

#[test]
fn a_record_that_is_not_an_object_is_rejected() {
    for bad in [json!(null), json!(17), json!("text"), json!(true)] {
        let run = &between_neighbours(&bad)[0];
        let books = run.books();
        assert_eq!((books.of("counted"), books.of("rejected")), (2, 1), "{bad}: {}", run.err);
        assert!(run.problems()[0].contains("not an object"), "{}", run.err);
    }
}

#[test]
fn a_record_without_a_time_is_rejected() {
    let mut bad = record(9, 0);
    bad.as_object_mut().unwrap().remove("eventTime");
    assert_rejected(&bad, "no eventTime");
    assert_rejected(&with("eventTime", Value::Null), "no eventTime");
    assert_rejected(&with("eventTime", json!({"a": 1})), "no eventTime");
}

#[test]
fn a_record_without_a_name_is_rejected() {
    let mut bad = record(9, 0);
    bad.as_object_mut().unwrap().remove("eventName");
    assert_rejected(&bad, "no eventName");
    assert_rejected(&with("eventName", Value::Null), "no eventName");
}

#[test]
fn a_time_that_is_none_is_rejected() {
    for text in ["yesterday", "2026-02-30T00:00:00Z", "02/03/2026 10:00"] {
        let reason = format!("eventTime {text:?} is not a time");
        assert_rejected(&with("eventTime", text.into()), &reason);
    }
}

#[test]
fn times_before_2006_and_after_tomorrow_are_rejected() {
    for text in ["2005-12-31T23:59:59Z", "1970-01-01T00:00:00Z", "9999-12-31T00:00:00Z"] {
        let reason = format!("eventTime {text:?} lies before 2006 or after tomorrow");
        assert_rejected(&with("eventTime", text.into()), &reason);
    }
    let now = chrono::Utc::now();
    let hours = |hours| {
        let time = now + chrono::TimeDelta::hours(hours);
        with("eventTime", time.to_rfc3339().into())
    };
    for run in between_neighbours(&hours(23)) {
        assert_eq!(run.counted(), 3);
    }
    for run in between_neighbours(&hours(25)) {
        assert_eq!(run.books().of("rejected"), 1);
    }
    for run in between_neighbours(&with("eventTime", "2006-01-01T00:00:00Z".into())) {
        assert_eq!(run.counted(), 3);
    }
}

#[test]
fn times_in_every_form_seen_count_in_the_same_minute() {
    let forms = [
        "2026-03-02T00:10:20Z",
        "2026-03-02T00:10:20.123Z",
        "2026-03-02T00:10:20.123456789Z",
        "2026-03-02T05:40:20+05:30",
        "2026-03-01 16:10:20-08:00",
        "2026-03-02 00:10:20",
        "1772410220",
        "1772410220123",
    ];
    let mut list: Vec<Value> = forms.iter().map(|form| with("eventTime", (*form).into())).collect();
    list.push(with("eventTime", json!(1_772_410_220)));
    list.push(with("eventTime", json!(1_772_410_220.5)));
    for (id, record) in list.iter_mut().enumerate() {
        record["eventID"] = format!("id {id}").into();
    }
    let run = Folder::with("x.json", document(&list)).detect(&["--strict"]).ends(0);
    assert_eq!(run.counted(), 10);
    let time = run.line("time").unwrap();
    assert!(time.starts_with("2026-03-02T00:10:00Z to 2026-03-02T00:11:00Z"), "{time}");
}

#[test]
fn hostile_times_are_shortened_in_messages() {
    let run = &between_neighbours(&with("eventTime", "é\u{1b}[31m".repeat(9_999).into()))[0];
    assert!(run.problems()[0].chars().count() < 400, "{}", run.err);
    assert!(!run.err.contains('\u{1b}'));
}

#[test]
fn fields_of_the_wrong_type_cost_a_record_nothing_else() {
    for key in [
        "userIdentity",
        "eventSource",
        "awsRegion",
        "sourceIPAddress",
        "userAgent",
        "errorCode",
        "eventID",
        "readOnly",
        "recipientAccountId",
        "responseElements",
        "eventCategory",
        "addendum",
        "eventVersion",
    ] {
        for value in [json!(null), json!([1, {"a": 2}]), json!({"x": "y"}), json!(-1.5), json!("")]
        {
            for run in between_neighbours(&with(key, value.clone())) {
                assert_eq!(run.counted(), 3, "{key} {value}: {}", run.err);
            }
        }
    }
}

#[test]
fn malformed_neighbours_cost_only_themselves() {
    let [one, two, three] = [record(1, 0), record(2, 60), record(3, 120)].map(|r| r.to_string());
    let half = &two[..300];
    for (text, counted) in [
        // A half-written line.
        (format!("{one}\n{half}\n{three}\n"), 2),
        (format!("{one}\r\n{half}\r\n{three}\r\n"), 2),
        // A word where a value should be.
        (format!("[{one},{},{three}]", two.replacen("null", "nil", 1)), 2),
        // A line of a log that is not JSON.
        (format!("{one}\nINFO exported\n{three}\n"), 2),
        // A comma or a brace too many.
        (format!("[{one},,{two},{three},]"), 3),
        (format!("{{\"Records\":[{one}}},{two},{three}]}}"), 3),
    ] {
        let run = Folder::with("x.json", &text).detect(&[]).ends(0);
        assert_eq!(run.counted(), counted, "{}\n{text}", run.err);
        assert_eq!(run.books().of("rejected"), 3 - counted, "{}\n{text}", run.err);
    }
}

#[test]
fn a_file_of_nothing_but_malformed_records_ends() {
    let text = "{\"eventVersion\" oops}\n".repeat(20_000);
    let folder = Folder::with("x.jsonl", text);
    folder.write("y.jsonl", lines(&records(1, 2)));
    let run = folder.detect(&[]).ends(0);
    assert_eq!(run.counted(), 2);
    assert_eq!(run.books().of("rejected"), 1_000);
    let run = folder.detect(&["-v"]);
    assert!(run.err.contains("too many malformed records"), "{}", run.err);
}
