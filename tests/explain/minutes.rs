//! Minutes of a subject: why nothing was reported.

use serde_json::{Value, json};

use crate::logs::{Folder, Run, burst, document, record};
use crate::{explain_samples, fits};

const SECRETS: [&str; 8] = [
    "--account",
    "111122223333",
    "--region",
    "us-east-1",
    "--event-source",
    "secretsmanager.amazonaws.com",
    "--event-name",
    "GetSecretValue",
];

fn secrets(at: &str, more: &[&str]) -> Run {
    explain_samples(&[&SECRETS, &["--at", at][..], more].concat())
}

/// The kinds of the obstacles of the window of so many minutes.
fn obstacles(answer: &Value, minutes: u32) -> Vec<&str> {
    let mut windows = answer["verdict"]["windows"].as_array().unwrap().iter();
    let window = windows.find(|window| window["minutes"] == minutes).unwrap();
    let obstacles = window["obstacles"].as_array().unwrap().iter();
    obstacles.map(|obstacle| obstacle["kind"].as_str().unwrap()).collect()
}

fn situation(answer: &Value) -> &str {
    answer["verdict"]["situation"]["kind"].as_str().unwrap()
}

#[test]
fn the_table_of_a_quiet_minute() {
    let run = secrets("2026-03-10T02:00Z", &["-f", "table"]).ends(0);
    fits(&run, 80);
    insta::assert_snapshot!(run.out);
}

#[test]
fn the_json_of_a_quiet_minute() {
    insta::assert_snapshot!(secrets("2026-03-10T02:00Z", &[]).ends(0).out);
}

#[test]
fn a_quiet_minute_says_which_question_said_no() {
    let answer = secrets("2026-03-10T02:00Z", &[]).answer();
    assert_eq!(answer["outcome"]["kind"], "notReported");
    assert_eq!(answer["insight"], Value::Null);
    assert_eq!(situation(&answer), "judged");
    assert_eq!(obstacles(&answer, 1), ["tooFew", "withinBound", "notSurprising"]);
    // Without a floor, the two questions are left.
    let answer = secrets("2026-03-10T02:00Z", &["--min-count", "1"]).answer();
    assert_eq!(obstacles(&answer, 60), ["tooFew", "withinBound", "notSurprising"]);
    let window = &answer["verdict"]["windows"][0];
    assert_eq!(window["obstacles"][0], json!({ "kind": "tooFew", "least": 2 }));
}

#[test]
fn a_minute_without_events_is_not_looked_at() {
    let answer = secrets("2026-03-10T02:01Z", &[]).answer();
    assert_eq!(situation(&answer), "noEvents");
    assert_eq!(answer["verdict"]["events"], 0);
    assert_eq!(answer["verdict"]["windows"][1]["seen"], 1);
}

#[test]
fn a_minute_of_an_insight_names_it() {
    let answer = secrets("2026-03-10T03:10Z", &[]).answer();
    assert_eq!(answer["outcome"]["kind"], "reported");
    assert_eq!(answer["insight"]["start"], "2026-03-10T03:07:00Z");
    assert_eq!(situation(&answer), "inIncident");
    let errors = secrets("2026-03-10T03:07Z", &["--error-code", "AccessDenied"]).answer();
    assert_eq!(errors["subject"]["errorCode"], "AccessDenied");
    assert_eq!(situation(&errors), "judged");
    assert!(obstacles(&errors, 1).is_empty());
    // Ten quiet minutes end an incident, and some of them are in none.
    let after = secrets("2026-03-10T03:25Z", &[]).answer();
    assert_eq!((situation(&after), &after["insight"]), ("inIncident", &Value::Null));
    assert_eq!(after["neighbours"]["listed"][0]["because"][0], "sameMinutes");
    let over = secrets("2026-03-10T03:29Z", &[]).answer();
    assert_eq!(situation(&over), "noEvents");
}

#[test]
fn the_first_hours_are_learned_from() {
    let answer = secrets("2026-03-02T02:01Z", &[]).answer();
    assert_eq!(answer["verdict"]["history"]["learning"], true);
    assert_eq!(obstacles(&answer, 60), ["tooFew", "tooYoung", "withinBound"]);
    let window = &answer["verdict"]["windows"][3];
    assert_eq!((&window["limit"], &window["leastUnusual"]), (&json!("learning"), &Value::Null));
}

#[test]
fn a_schedule_is_no_second_insight() {
    let mut list = burst(10);
    let again = (8 * 24 * 60 + 14 * 60 + 20) * 60;
    list.extend(
        (0..400_u32).map(|call| record(5_000 + u64::from(call), again + i64::from(call) * 3 / 2)),
    );
    let logs = Folder::with("logs.json", document(&list));
    let flags = ["--event-name", "CreateQueue", "--at", "2026-03-10T14:25:00Z"];
    let answer = logs.explain(&flags).answer();
    assert_eq!(answer["outcome"]["kind"], "notReported");
    assert_eq!(obstacles(&answer, 1), ["repeats"]);
    let repeated = &answer["verdict"]["windows"][0]["obstacles"][0];
    assert_eq!(repeated["start"], "2026-03-09T14:20:00Z");
    let table = logs.explain(&[&flags[..], &["-f", "table"]].concat()).ends(0);
    assert!(
        table.out.contains("repeats  the same came from 2026-03-09 14:20 to 14:30"),
        "{}",
        table.out
    );
    // The day of the incident is marked.
    let days = answer["verdict"]["history"]["days"].as_array().unwrap();
    let marked: Vec<&Value> = days.iter().filter(|day| day["incident"] == true).collect();
    assert_eq!(marked.len(), 1);
    assert_eq!(marked[0]["day"], "2026-03-09T00:00:00Z");
}

#[test]
fn a_gap_is_told() {
    let hours = (0..72_u32).chain(72 + 24 * 9..72 + 24 * 10);
    let list: Vec<Value> =
        hours.map(|hour| record(u64::from(hour), i64::from(hour) * 3_600)).collect();
    let logs = Folder::with("logs.json", document(&list));
    let answer = logs.explain(&["--event-name", "CreateQueue", "--at", "2026-03-09"]).answer();
    assert_eq!(situation(&answer), "inGap");
    assert_eq!(answer["verdict"]["windows"], json!([]));
    assert_eq!(answer["verdict"]["situation"]["end"], "2026-03-14T00:00:00Z");
    assert_eq!(answer["chart"]["counts"], json!(vec![Value::Null; 180]));
    let after =
        logs.explain(&["--event-name", "CreateQueue", "--at", "2026-03-14T05:00Z"]).answer();
    let days = after["verdict"]["history"]["days"].as_array().unwrap();
    let of = |day: usize| days[day]["usage"].as_str().unwrap();
    assert_eq!((of(0), of(5), of(12)), ("full", "halfLogged", "today"));
}

#[test]
fn errors_that_rose_with_calls_are_folded() {
    // Ten calls an hour, of which one fails, and then a hundred a minute, of which ten fail.
    let hourly = (0..8 * 24 * 10_i64).map(|call| (call / 10 * 3_600 + call % 10, call));
    let start = (7 * 24 * 60 + 14 * 60 + 20) * 60;
    let fast = (0..1_000_i64).map(|call| (start + call * 60 / 100, call));
    let list: Vec<Value> = hourly
        .chain(fast)
        .zip(1..)
        .map(|((second, call), id)| {
            let mut record = record(id, second);
            if call % 10 == 0 {
                record["errorCode"] = "InternalFailure".into();
            }
            record
        })
        .collect();
    let logs = Folder::with("logs.json", document(&list));
    assert_eq!(logs.detect(&[]).ends(0).insights().len(), 2);
    let flags = [
        ["--event-name", "CreateQueue"],
        ["--error-code", "InternalFailure"],
        ["--at", "2026-03-09T14:25Z"],
    ]
    .concat();
    let answer = logs.explain(&flags).answer();
    assert_eq!(answer["outcome"]["kind"], "folded");
    assert_eq!(answer["neighbours"]["listed"][0]["subject"]["errorCode"], Value::Null);
    let table = logs.explain(&[&flags[..], &["-f", "table"]].concat()).ends(0).out;
    assert!(table.starts_with("FOLDED  sqs CreateQueue InternalFailure"), "{table}");
}

#[test]
fn the_names_of_a_subject_filter_nothing_but_the_subject() {
    // Neighbours of other APIs are found, and the verdict is that of the whole logs.
    let answer = secrets("2026-03-10T02:00Z", &[]).answer();
    let whole = explain_samples(&["4e3d2ee8"]).answer();
    let logged = |answer: &Value| answer["verdict"]["history"]["firstSeen"].clone();
    assert_eq!(logged(&answer), logged(&whole));
    assert_eq!(answer["neighbours"]["listed"].as_array().unwrap().len(), 2);
}
