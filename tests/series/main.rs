//! `trailspike series`, as it is run.

#[allow(dead_code, reason = "each test program uses its part")]
#[path = "../logs/mod.rs"]
mod logs;

use std::path::PathBuf;
use std::sync::OnceLock;

use logs::{Run, SAMPLES, program};
use serde_json::Value;
use tempfile::TempDir;

/// The store of the sample logs.
fn store() -> PathBuf {
    static STORE: OnceLock<TempDir> = OnceLock::new();
    let folder = STORE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let mut count = program();
        count.args(["count", "--quiet", SAMPLES, "-o"]).arg(folder.path().join("store"));
        Run::of(&mut count).ends(0);
        folder
    });
    folder.path().join("store")
}

const SUBJECT: [&str; 5] =
    ["ec2:DescribeInstances", "--account", "111122223333", "--region", "us-east-1"];

fn series(flags: &[&str]) -> Run {
    Run::of(program().arg("series").args(SUBJECT).args(flags).arg(store()))
}

/// The rows of CSV, without its first.
fn rows(csv: &str) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    assert_eq!(reader.headers().unwrap(), vec!["time", "events", "expected", "bound"]);
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn a_store_and_its_logs_say_the_same() {
    for flags in [
        &["-f", "csv"][..],
        &["-f", "csv", "--period", "300", "--fill-with-zeros", "--from", "2026-03-10"],
        &["-f", "json"],
        &["-f", "chart"],
    ] {
        let of_store = series(flags).ends(0).out;
        let mut of_logs = program();
        of_logs.args(["series", "--quiet"]).args(SUBJECT).args(flags).arg(SAMPLES);
        assert_eq!(of_store, Run::of(&mut of_logs).ends(0).out);
    }
}

#[test]
fn steps_of_any_length_add_up_to_what_a_query_says() {
    let sql = "SELECT SUM(events) AS n FROM minutes WHERE event_name = 'DescribeInstances' \
               AND account = '111122223333' AND region = 'us-east-1' AND category = 'management'";
    let query = Run::of(program().args(["query", "-f", "jsonl", sql]).arg(store())).ends(0);
    let wanted = serde_json::from_str::<Value>(&query.out).unwrap()["n"].as_u64().unwrap();
    for period in ["60", "300", "3600"] {
        let csv = series(&["--period", period]).ends(0).out;
        let sum: u64 = rows(&csv).iter().map(|row| row[1].parse::<u64>().unwrap()).sum();
        assert_eq!(sum, wanted, "{period}");
    }
}

#[test]
fn levels_are_what_explain_says() {
    let rows =
        rows(&series(&["--from", "2026-03-10T12:00Z", "--to", "2026-03-10T18:00Z"]).ends(0).out);
    assert_eq!(rows.len(), 6);
    for row in rows {
        let at = row[0].replace(":00:00Z", ":59:00Z");
        let mut explain = program();
        explain.args(["explain", "--quiet", "-f", "json", "--at", &at]).args(&SUBJECT[1..]);
        explain.args(["--event-source", "ec2*", "--event-name", "DescribeInstances", SAMPLES]);
        let answer: Value = serde_json::from_str(&Run::of(&mut explain).ends(0).out).unwrap();
        let windows = answer["verdict"]["windows"].as_array().unwrap();
        let hour = windows.iter().find(|window| window["minutes"] == 60).unwrap();
        assert_eq!(row[1], hour["counted"].to_string(), "{at}");
        for (cell, key) in [(&row[2], "expected"), (&row[3], "bound")] {
            let (cell, told): (f64, f64) = (cell.parse().unwrap(), hour[key].as_f64().unwrap());
            assert!((cell - told).abs() < 1e-6, "{at} {key}: {cell} {told}");
        }
    }
}

#[test]
fn json_has_the_shape_of_amazons_answer() {
    let json = |flags: &[&str]| -> Value {
        serde_json::from_str(&series(&[&["-f", "json"], flags].concat()).ends(0).out).unwrap()
    };
    let data = json(&[]);
    let keys: Vec<&String> = data.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["EventName", "EventSource", "InsightType", "Timestamps", "Values"]);
    assert_eq!(data["EventSource"], "ec2.amazonaws.com");
    assert_eq!(data["InsightType"], "ApiCallRateInsight");
    let lists = |data: &Value| {
        let list = |key: &str| data[key].as_array().unwrap().clone();
        (list("Timestamps"), list("Values"))
    };
    let (times, values) = lists(&data);
    assert_eq!(times.len(), values.len());
    assert!(values.iter().all(|value| value.is_f64() && value.as_f64() > Some(0.0)));
    let (times, values) = lists(&json(&["--period", "60"]));
    let (all_times, all_values) = lists(&json(&["--period", "60", "--fill-with-zeros"]));
    assert!(all_times.len() > times.len());
    let sum = |values: &[Value]| values.iter().filter_map(Value::as_f64).sum::<f64>();
    assert!((sum(&values) - sum(&all_values)).abs() < 0.5);
    let mut errors = program();
    errors.args(["series", "-f", "json", "--account", "111122223333", "--region", "us-east-1"]);
    errors.arg("secretsmanager.amazonaws.com/GetSecretValue/AccessDenied").arg(store());
    let data: Value = serde_json::from_str(&Run::of(&mut errors).ends(0).out).unwrap();
    assert_eq!(data["ErrorCode"], "AccessDenied");
    assert_eq!(data["InsightType"], "ApiErrorRateInsight");
}

#[test]
fn the_chart_is_easy_to_read() {
    let chart =
        |flags: &[&str]| series(&[&["-f", "chart", "--width", "80"], flags].concat()).ends(0).out;
    insta::assert_snapshot!(chart(&["--from", "2026-03-08", "--to", "2026-03-11"]));
    insta::assert_snapshot!(chart(&["--ascii"]));
    for width in ["20", "33", "60", "120"] {
        let chart = series(&["-f", "chart", "--width", width]).ends(0).out;
        assert!(
            chart.lines().all(|line| line.chars().count() <= width.parse().unwrap()),
            "{chart}"
        );
    }
}

#[test]
fn the_subject_must_be_one() {
    let run = |words: &[&str]| Run::of(program().arg("series").args(words).arg(store()));
    let message = run(&["secretsmanager:GetSecretValue"]).ends(2).err;
    assert!(message.contains("secretsmanager:GetSecretValue: 3 subjects"), "{message}");
    assert!(message.contains("111122223333 us-east-1 secretsmanager"), "{message}");
    let message = run(&["ec2:NoSuchApi"]).ends(2).err;
    assert!(message.contains("ec2:NoSuchApi: no subject"), "{message}");
    let message = run(&["DescribeInstances"]).ends(2).err;
    assert!(message.contains("is not a subject"), "{message}");
    let message = run(&["ec2:X/Y", "--error-code", "Z"]).ends(2).err;
    assert!(message.contains("give one"), "{message}");
    let message = Run::of(program().args(["series", "ec2:RunInstances"])).ends(2).err;
    assert!(message.contains("no store and no input"), "{message}");
    run(&["ec2:DescribeInstances", "--period", "7"]).ends(2);
    let message = Run::of(program().args(["series", "ec2:RunInstances", "no/such"])).ends(3).err;
    assert!(message.contains("no/such"), "{message}");
}

#[test]
fn flags_name_the_subject_as_well() {
    let mut flags = program();
    flags.args(["series", "--event-name", "DescribeInstances", "--event-source", "ec2.*"]);
    flags.args(&SUBJECT[1..]).arg(store());
    assert_eq!(Run::of(&mut flags).ends(0).out, series(&[]).ends(0).out);
}
