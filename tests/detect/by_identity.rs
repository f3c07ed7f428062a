//! `--by identity`: who stands out.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use trailspike::identity_view::{Who, identity_view};
use trailspike::output::{Format, TableOptions, write_identity_view};
use trailspike::{AnalysisOptions, Progress, analyse, find_files};

use crate::logs::{Folder, Run, SAMPLES, burst, detect_samples, document, lines, record, time};

const BY: [&str; 2] = ["--by", "identity"];

fn by_identity(logs: &Folder, flags: &[&str]) -> Run {
    logs.detect(&[&BY[..], flags].concat())
}

#[test]
fn the_table_of_the_samples_is_easy_to_read() {
    let run = detect_samples(&["--by", "identity", "--format", "table"]).ends(0);
    insta::assert_snapshot!(run.out);
}

#[test]
fn by_insight_is_what_there_is_without_the_flag() {
    for format in ["table", "json", "csv"] {
        let by = detect_samples(&["--by", "insight", "--format", format]).ends(0).out;
        assert_eq!(by, detect_samples(&["--format", format]).ends(0).out);
    }
}

#[test]
fn everyone_is_told_with_all_events() {
    let run = detect_samples(&["--by", "identity", "--all"]).ends(0);
    let everyone = run.insights();
    let with_insights = detect_samples(&BY).ends(0).insights();
    assert!(with_insights.len() >= 2 && everyone.len() > with_insights.len());
    // Those with insights come first.
    assert_eq!(everyone[..with_insights.len()], with_insights);
    assert!(everyone[with_insights.len()..].iter().all(|row| row["severity"].is_null()));
    // Everyone in the samples has a name.
    let events: u64 = everyone.iter().map(|row| row["events"].as_u64().unwrap()).sum();
    assert_eq!(events, run.counted());
}

/// Calls of ten users and a role, nine days long, so mixed that all sums differ.
fn mixture() -> Vec<Value> {
    let mut state = 7_u64;
    let mut dice = |sides: u64| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % sides
    };
    let mut records = Vec::new();
    for id in 0..2_000 {
        let mut call = record(id, i64::try_from(dice(9 * 86_400)).unwrap());
        let user = dice(11);
        if user < 10 {
            call["userIdentity"] = json!({
                "type": "IAMUser",
                "arn": format!("arn:aws:iam::111122223333:user/u{user}"),
            });
        }
        call["eventName"] = json!(format!("Describe{}", dice(3 + user * 5)));
        call["eventSource"] =
            json!(["ec2.amazonaws.com", "sqs.amazonaws.com"][usize::try_from(dice(2)).unwrap()]);
        call["awsRegion"] = json!(format!("eu-west-{}", dice(1 + user / 3)));
        call["recipientAccountId"] = json!(format!("11112222333{}", dice(1 + user / 4)));
        call["sourceIPAddress"] = json!(format!("192.0.2.{}", dice(1 + user * 4)));
        call["userAgent"] = json!(format!("agent/{}", dice(1 + user)));
        match dice(4 + user) {
            0 => call["errorCode"] = json!("AccessDenied"),
            1 => call["errorCode"] = json!("NoSuchEntity"),
            _ => (),
        }
        records.push(call);
    }
    records
}

/// The same, summed up here.
fn truth(records: &[Value]) -> BTreeMap<String, Value> {
    let mut of: BTreeMap<String, Vec<&Value>> = BTreeMap::new();
    for record in records {
        let arn = record["userIdentity"]["arn"].as_str().unwrap();
        let identity = arn.strip_suffix("/worker").unwrap_or(arn);
        of.entry(identity.to_owned()).or_default().push(record);
    }
    let sums = |(identity, calls): (String, Vec<&Value>)| {
        let distinct = |keys: &[&str]| {
            let values = calls
                .iter()
                .map(|call| keys.iter().map(|key| call[*key].to_string()).collect::<Vec<_>>());
            values.collect::<BTreeSet<_>>().len()
        };
        let with = |code: Option<&str>| {
            calls
                .iter()
                .filter(|call| match code {
                    Some(code) => call["errorCode"] == code,
                    None => !call["errorCode"].is_null(),
                })
                .count()
        };
        let minutes: BTreeSet<String> = calls
            .iter()
            .map(|call| format!("{}:00Z", &call["eventTime"].as_str().unwrap()[..16]))
            .collect();
        let told = json!({
            "events": calls.len(),
            "failed": with(None),
            "denied": with(Some("AccessDenied")),
            "apis": distinct(&["eventSource", "eventName"]),
            "addresses": distinct(&["sourceIPAddress"]),
            "agents": distinct(&["userAgent"]),
            "regions": distinct(&["awsRegion"]),
            "accounts": distinct(&["recipientAccountId"]),
            "firstSeen": minutes.first(),
            "lastSeen": minutes.last(),
        });
        (identity, told)
    };
    of.into_iter().map(sums).collect()
}

#[test]
fn sums_are_those_of_the_logs() {
    let records = mixture();
    let truth = truth(&records);
    let logs = Folder::with("x.jsonl", lines(&records));
    let rows = by_identity(&logs, &["--all"]).ends(0).insights();
    assert_eq!((rows.len(), truth.len()), (11, 11));
    for row in rows {
        let truth = truth[row["identity"].as_str().unwrap()].as_object().unwrap();
        for (key, value) in truth {
            assert_eq!(row[key], *value, "{key} of {row}");
        }
    }
}

fn printed(options: &AnalysisOptions, inputs: &[std::path::PathBuf]) -> (bool, String) {
    let files = find_files(inputs, options).unwrap();
    let analysis = analyse(&files, options, &Progress::default()).unwrap();
    let insights = &analysis.found.insights;
    let view = identity_view(insights, &analysis.table, Who::Everyone, None).unwrap();
    let mut out = Vec::new();
    write_identity_view(&view, Format::Json, TableOptions::default(), &mut out).unwrap();
    (analysis.table.is_spilled(), String::from_utf8(out).unwrap())
}

#[test]
fn counts_on_disk_make_no_difference() {
    let mut options = AnalysisOptions::new();
    let (spilled, held) = printed(&options, &[SAMPLES.into()]);
    assert!(!spilled);
    options.memory.rows = 1_000;
    assert_eq!(printed(&options, &[SAMPLES.into()]), (true, held));
}

#[test]
fn threads_and_the_order_of_records_change_nothing() {
    let mut records = mixture();
    records.extend(burst(10));
    let one_way = Folder::with("x.jsonl", lines(&records));
    records.reverse();
    let other_way = Folder::with("x.jsonl", lines(&records));
    for format in ["table", "json", "jsonl", "csv"] {
        let told = |logs, threads| {
            by_identity(logs, &["--all", "--format", format, "-j", threads]).ends(0).out
        };
        let out = told(&one_way, "1");
        assert!(out.lines().count() >= 11);
        assert_eq!(told(&one_way, "5"), out);
        assert_eq!(told(&other_way, "3"), out);
    }
}

/// The row of an identity.
fn row(run: &Run, identity: &str) -> Value {
    let rows = run.insights();
    rows.into_iter().find(|row| row["identity"] == identity).unwrap()
}

#[test]
fn who_is_new_and_what_is_used_for_the_first_time_is_told() {
    let mallory = "arn:aws:iam::111122223333:user/mallory";
    let mut records = burst(0);
    // 2026-03-10T03:00:00Z: a week and a day after the logs begin.
    let start = 8 * 86_400 + 3 * 3_600;
    for call in 0..900_u64 {
        let mut made = record(5_000_000 + call, start + i64::try_from(call).unwrap());
        made["userIdentity"] = json!({ "type": "IAMUser", "arn": mallory });
        let name = ["DeleteQueue", "CreateQueue", "ListQueues"][usize::try_from(call % 3).unwrap()];
        made["eventName"] = json!(name);
        records.push(made);
    }
    // A day later he uses another API, in no insight.
    let mut late = record(6_000_000, start + 43_200);
    late["userIdentity"] = json!({ "type": "IAMUser", "arn": mallory });
    late["eventName"] = json!("PurgeQueue");
    records.push(late);
    let run = by_identity(&Folder::with("x.json", document(&records)), &["--all"]).ends(0);
    let row_of = row(&run, mallory);
    assert!(row_of["insights"].as_u64().unwrap() >= 1, "{row_of}");
    assert_eq!((&row_of["new"], &row_of["apis"]), (&json!(true), &json!(4)));
    assert_eq!(row_of["firstSeen"], time(start));
    assert_eq!(row_of["firstUsedApis"], 3);
    let first: BTreeSet<&str> =
        row_of["firstUsed"].as_array().unwrap().iter().map(|api| api.as_str().unwrap()).collect();
    assert!(first.contains("sqs.amazonaws.com:DeleteQueue") && first.len() == 3, "{first:?}");
    let ids = row_of["sharedEventIDs"].as_array().unwrap().len();
    assert_eq!(row_of["insights"], ids);
    assert_eq!(row_of["incidents"], row_of["incidentIDs"].as_array().unwrap().len());
    let batch = row(&run, "arn:aws:sts::111122223333:assumed-role/batch");
    assert_eq!((&batch["new"], &batch["insights"]), (&json!(false), &json!(0)));
}

#[test]
fn sessions_are_told_apart_where_asked_for() {
    let logs = Folder::with("x.json", document(&burst(10)));
    let role = "arn:aws:sts::111122223333:assumed-role/batch";
    for (flags, identity) in
        [(&[][..], role.to_owned()), (&["--identity", "session"], format!("{role}/worker"))]
    {
        assert_eq!(row(&by_identity(&logs, flags).ends(0), &identity)["insights"], 1);
    }
}

#[test]
fn hostile_names_do_nothing() {
    for name in [
        "=cmd|'/c calc'!A1",
        "\u{1b}[2J\u{1b}]0;owned\u{7}",
        "\u{202e}gpj.exe\u{2066}",
        "a\nb\r\n-c",
    ] {
        let mut records = burst(10);
        for record in &mut records {
            record["userIdentity"] = json!({ "type": "IAMUser", "arn": name });
            for key in ["eventName", "eventSource", "awsRegion", "recipientAccountId"] {
                record[key] = json!(name);
            }
        }
        let logs = Folder::with("x.json", document(&records));
        for format in ["table", "json", "jsonl", "csv"] {
            let run = by_identity(&logs, &["--format", format]).ends(0);
            let acts = |letter: char| {
                letter != '\n'
                    && (letter.is_control()
                        || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'))
            };
            assert!(!run.out.is_empty() && !run.out.contains(acts), "{format}: {}", run.out);
            if format == "csv" {
                let mut reader = csv::Reader::from_reader(run.out.as_bytes());
                let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
                assert_eq!(rows.len(), 1);
                assert!(rows[0].iter().all(|cell| !cell.starts_with(['=', '+', '-', '@', '\r'])));
            }
            if format == "jsonl" {
                assert_eq!(run.insights()[0]["identity"], name);
            }
        }
    }
}

#[test]
fn what_makes_no_sense_together_is_wrong_use() {
    let logs = Folder::with("x.json", document(&burst(0)));
    let bucket = logs.at("bucket");
    for flags in [
        &["--sweep"][..],
        &["--s3-layout", bucket.to_str().unwrap()],
        &["--strict-aws"],
        &["--each"],
    ] {
        let run = by_identity(&logs, flags).ends(2);
        assert!(run.out.is_empty() && run.err.contains(flags[0]), "{flags:?}: {}", run.err);
    }
    assert!(!bucket.exists());
    let run = logs.detect(&["--all"]).ends(2);
    assert!(run.err.contains("--by identity"), "{}", run.err);
    assert!(logs.detect(&["--by", "address"]).ends(2).err.contains("--by"));
}

#[test]
fn exit_codes_are_those_of_the_insights() {
    detect_samples(&["--by", "identity", "--fail-on", "critical"]).ends(1);
    let logs = Folder::with("x.json", document(&burst(0)));
    let run = by_identity(&logs, &["--format", "table", "--fail-on", "low"]).ends(0);
    assert_eq!(run.out, "No identities.\n");
}
