//! One store, made of all the logs.

use std::path::{Path, PathBuf};

use serde_json::Value;
use trailspike::simulate::{Faults, Progress, SimulateOptions, Simulation};

use super::{count, detect, same};
use crate::logs::{Folder, Run, SAMPLES, burst, document, program, record};

const FORMATS: [&str; 4] = ["table", "json", "jsonl", "csv"];

fn samples() -> Vec<PathBuf> {
    vec![SAMPLES.into()]
}

/// A store of some logs.
fn stored(logs: &[PathBuf], flags: &[&str]) -> (Folder, Vec<PathBuf>) {
    let folder = Folder::new();
    let store = folder.at("store");
    count(logs, &store, flags);
    (folder, vec![store])
}

/// Every file below a folder with its bytes.
fn tree(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let files = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().map(Result::unwrap);
    let files = files.filter(|entry| entry.file_type().is_file());
    let file = |entry: walkdir::DirEntry| {
        let path = entry.path().strip_prefix(folder).unwrap().to_owned();
        (path, std::fs::read(entry.path()).unwrap())
    };
    files.map(file).collect()
}

#[test]
fn the_samples_in_every_format() {
    let (_folder, store) = stored(&samples(), &[]);
    for format in FORMATS {
        let run = same(&samples(), &store, &["-f", format]);
        assert!(run.out.len() > 500, "{format}: {}", run.out);
    }
    same(&samples(), &store, &["-f", "table", "--each"]);
    let layouts: Vec<_> = [&samples(), &store]
        .into_iter()
        .map(|inputs| {
            let folder = Folder::new();
            let out = folder.at("records");
            detect(inputs, &["--s3-layout", out.to_str().unwrap()]).ends(0);
            tree(&out)
        })
        .collect();
    assert!(!layouts[0].is_empty());
    assert_eq!(layouts[0], layouts[1]);
}

#[test]
fn the_samples_with_every_filter_and_setting() {
    let (_folder, store) = stored(&samples(), &[]);
    for flags in [
        &["--from", "2026-03-09"][..],
        &["--to", "2026-03-11"],
        &["--from", "2026-03-05T07:13", "--to", "2026-03-12T22:41"],
        &["--region", "us-*"],
        &["--exclude-region", "us-east-1"],
        &["--event-source", "ec2*"],
        &["--exclude-event-source", "{ec2,s3}.amazonaws.com"],
        &["--event-name", "{Describe,Get}*"],
        &["--exclude-event-name", "Describe*"],
        &["--account", "1*"],
        &["--exclude-account", "1*"],
        &["--account", "999999999999"],
        &["--category", "data"],
        &["--category", "network"],
        &["--write-only"],
        &["--detector", "peak"],
        &["--false-per-week", "0.5"],
        &["--min-count", "3"],
        &["--sweep"],
        &["--by", "identity"],
        &["-j", "1"],
        &["-j", "3"],
    ] {
        same(&samples(), &store, flags);
    }
}

#[test]
fn questions_are_answered_alike() {
    let (_folder, store) = stored(&samples(), &[]);
    let records = detect(&samples(), &[]).ends(0).insights();
    let mut ids: Vec<String> =
        records.iter().map(|record| record["sharedEventID"].as_str().unwrap().into()).collect();
    ids.dedup();
    let explain = |words: &[&str], inputs: &[PathBuf]| {
        Run::of(program().arg("explain").args(words).args(inputs).args(["-f", "json"])).ends(0).out
    };
    for id in &ids {
        assert_eq!(explain(&[id], &store), explain(&[id], &samples()));
    }
    let minute = ["--event-name", "ConsoleLogin", "--at", "2026-03-10T12:00Z"];
    assert_eq!(explain(&minute, &store), explain(&minute, &samples()));
    let inject = |inputs: &[PathBuf]| {
        let mut command = program();
        command.arg("evaluate").arg("--inject").args(inputs).args(["--plants", "5", "-f", "json"]);
        Run::of(&mut command).ends(0).out
    };
    assert_eq!(inject(&store), inject(&samples()));
}

#[test]
fn a_simulated_month_with_all_faults_of_delivery() {
    let logs = Folder::new();
    let options = SimulateOptions {
        days: 12,
        regions: 2,
        faults: Faults::Many,
        ..SimulateOptions::default()
    };
    Simulation::new(options).unwrap().write(logs.path(), false, &Progress::default()).unwrap();
    let logs = vec![logs.path().join("AWSLogs")];
    let (_folder, store) = stored(&logs, &[]);
    for flags in [&["-f", "json"][..], &["--region", "us-east-1"], &["-f", "csv", "--write-only"]] {
        same(&logs, &store, flags);
    }
}

/// Records of every category, some without an id, some without what others have.
fn odd() -> Vec<Value> {
    let mut records = burst(10);
    for (number, record) in records.iter_mut().enumerate() {
        match number % 9 {
            1 => _ = record.as_object_mut().unwrap().remove("eventID"),
            2 => record["eventID"] = format!("not a UUID {number}").into(),
            3 => _ = record.as_object_mut().unwrap().remove("userAgent"),
            4 => record["errorCode"] = "AccessDenied".into(),
            5 => _ = record.as_object_mut().unwrap().remove("sourceIPAddress"),
            6 => record["userIdentity"] = serde_json::json!({"type": "Root"}),
            7 => record["userAgent"] = "(other)".into(),
            _ => {}
        }
    }
    for (number, category) in [(0, "Data"), (1, "NetworkActivity")] {
        for second in 0..400 {
            let mut record = record(5_000_000 + number * 1_000 + second, 800_000 + second as i64);
            record["eventCategory"] = category.into();
            record["managementEvent"] = false.into();
            records.push(record);
        }
    }
    records
}

#[test]
fn odd_records_of_every_category() {
    let logs = Folder::with("x.json", document(&odd()));
    let logs = vec![logs.at("x.json")];
    let (_folder, store) = stored(&logs, &[]);
    for category in ["management", "data", "network"] {
        let run = same(&logs, &store, &["-f", "json", "--category", category]);
        assert!(run.line("store").unwrap().contains("newest minute 2026-03-"), "{}", run.err);
    }
    same(&logs, &store, &["--from", "2026-03-04", "--to", "2026-03-11T04:03"]);
}

#[test]
fn sessions_where_the_store_has_them() {
    let mut records = burst(10);
    for (number, record) in records.iter_mut().enumerate() {
        let arn = format!("arn:aws:sts::111122223333:assumed-role/batch/worker-{}", number % 3);
        record["userIdentity"]["arn"] = arn.into();
    }
    let logs = Folder::with("x.json", document(&records));
    let logs = vec![logs.at("x.json")];
    let (_roles, roles) = stored(&logs, &[]);
    let (_sessions, sessions) = stored(&logs, &["--keep-sessions"]);
    let folded = same(&logs, &roles, &["-f", "json"]);
    let kept = same(&logs, &sessions, &["-f", "json", "--identity", "session"]);
    assert_ne!(folded.out, kept.out);
    let run = detect(&roles, &["--identity", "session"]).ends(2);
    assert!(run.err.contains("look at it with --identity role"), "{}", run.err);
    let run = detect(&sessions, &[]).ends(2);
    assert!(run.err.contains("look at it with --identity session"), "{}", run.err);
}
