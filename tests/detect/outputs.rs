//! Where results go and in which form.

use std::fs;
use std::io::Read;

use serde_json::Value;

use crate::logs::{Folder, Run, burst, document, program};

fn logs() -> Folder {
    Folder::with("logs.json", document(&burst(10)))
}

/// The records in a `{"Records":[…]}`.
fn records(text: &str) -> Vec<Value> {
    let mut value: Value = serde_json::from_str(text).unwrap();
    let list = value["Records"].take();
    serde_json::from_value(list).unwrap()
}

#[test]
fn a_pipe_gets_json_lines_unless_told_otherwise() {
    let logs = logs();
    let run = logs.detect(&[]).ends(0);
    assert_eq!(run.out, logs.detect(&["-f", "jsonl"]).out);
    let states: Vec<Value> =
        run.insights().iter().map(|record| record["insightDetails"]["state"].clone()).collect();
    assert_eq!(states, ["Start", "End"]);
}

#[test]
fn json_and_json_lines_hold_the_same_records() {
    let logs = logs();
    let json = logs.detect(&["-f", "json"]).ends(0);
    assert_eq!(records(&json.out), logs.detect(&["-f", "jsonl"]).insights());
}

#[test]
fn csv_has_a_row_an_insight_that_agrees_with_the_records() {
    let logs = logs();
    let run = logs.detect(&["--format", "CSV"]).ends(0);
    let lines: Vec<&str> = run.out.lines().collect();
    assert_eq!(lines.len(), 2);
    let columns: Vec<&str> = lines[0].split(',').collect();
    // No field before the reasons in words has a comma in it here.
    let cells: Vec<&str> = lines[1].split(',').collect();
    let cell = |column: &str| cells[columns.iter().position(|has| *has == column).unwrap()];
    let end = &logs.detect(&[]).insights()[1];
    assert_eq!(cell("start"), "2026-03-09T14:20:00Z");
    assert_eq!(cell("end"), end["eventTime"]);
    assert_eq!(cell("duration_minutes"), "10");
    assert_eq!(cell("event_name"), "CreateQueue");
    assert_eq!(cell("insight_type"), "ApiCallRateInsight");
    assert_eq!(cell("events"), "400");
    assert_eq!(cell("top_identity"), "arn:aws:sts::111122223333:assumed-role/batch");
    assert_eq!(cell("top_source_ip"), "192.0.2.7");
    let severity = &end["insightDetails"]["trailspike"]["severity"];
    assert_eq!(cell("severity"), severity);
}

#[test]
fn nothing_found_is_told_in_every_form() {
    let logs = Folder::with("logs.json", document(&burst(0)));
    for (format, out) in [("jsonl", ""), ("json", "{\n  \"Records\": []\n}\n")] {
        assert_eq!(logs.detect(&["-f", format]).ends(0).out, out);
    }
    let csv = logs.detect(&["-f", "csv"]).ends(0).out;
    assert!(csv.starts_with("start,end,") && csv.lines().count() == 1, "{csv}");
    let table = logs.detect(&["-f", "table"]).ends(0);
    assert_eq!(table.insights_found(), 0);
    assert!(table.out.lines().count() <= 1, "{}", table.out);
}

impl Run {
    fn insights_found(&self) -> u64 {
        self.line("found").unwrap().split(' ').next().unwrap().parse().unwrap()
    }
}

#[test]
fn results_go_to_a_file_whole_and_never_over_another() {
    let logs = logs();
    let elsewhere = Folder::new();
    let path = elsewhere.at("out.jsonl");
    let flags = ["-o", path.to_str().unwrap()];
    let printed = logs.detect(&[]).out;
    let run = logs.detect(&flags).ends(0);
    assert_eq!(run.out, "");
    assert_eq!(fs::read_to_string(&path).unwrap(), printed);

    fs::write(&path, "mine").unwrap();
    let refused = logs.detect(&flags).ends(2);
    assert!(refused.err.contains("out.jsonl exists; give --force"), "{}", refused.err);
    assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
    logs.detect(&[flags[0], flags[1], "--force"]).ends(0);
    assert_eq!(fs::read_to_string(&path).unwrap(), printed);
    // Nothing half-written stays beside it.
    assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 1);
}

#[test]
fn a_file_in_a_folder_that_is_not_there_is_wrong_use() {
    let run = logs().detect(&["-o", "no/such/folder/out.json"]).ends(2);
    assert!(run.err.contains("no/such/folder"), "{}", run.err);
}

#[cfg(unix)]
#[test]
fn results_can_go_to_a_device() {
    use std::os::unix::fs::FileTypeExt;
    logs().detect(&["-o", "/dev/null"]).ends(0);
    assert!(fs::metadata("/dev/null").unwrap().file_type().is_char_device());
}

#[test]
fn a_failed_run_leaves_no_file() {
    let elsewhere = Folder::new();
    let path = elsewhere.at("out.jsonl");
    Folder::new().detect(&["-o", path.to_str().unwrap()]).ends(3);
    assert!(!path.exists());
}

#[test]
fn the_s3_layout_is_that_of_cloudtrail() {
    let logs = logs();
    let bucket = Folder::new();
    let flags = ["--s3-layout", bucket.path().to_str().unwrap()];
    let run = logs.detect(&flags).ends(0);
    let folder = bucket.at("AWSLogs/111122223333/CloudTrail-Insight/us-east-1/2026/03/09");
    let mut files: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut stored = Vec::new();
    for (file, time) in files.iter().zip(["20260309T1420Z", "20260309T1430Z"]) {
        let name = file.file_name().unwrap().to_str().unwrap();
        let start = format!("111122223333_CloudTrail-Insight_us-east-1_{time}_");
        let unique = name.strip_prefix(&start).and_then(|rest| rest.strip_suffix(".json.gz"));
        let unique = unique.unwrap_or_else(|| panic!("{name}"));
        assert!(unique.len() == 16 && unique.chars().all(char::is_alphanumeric), "{name}");
        let mut text = String::new();
        let bytes = fs::read(file).unwrap();
        flate2::read::GzDecoder::new(&bytes[..]).read_to_string(&mut text).unwrap();
        stored.extend(records(&text));
    }
    assert_eq!(files.len(), 2);
    assert_eq!(stored, run.insights());
    // The same again is no overwriting.
    logs.detect(&flags).ends(0);
    fs::write(&files[0], "mine").unwrap();
    logs.detect(&flags).ends(2);
    assert_eq!(fs::read(&files[0]).unwrap(), b"mine");
    logs.detect(&[flags[0], flags[1], "--force"]).ends(0);
    assert_ne!(fs::read(&files[0]).unwrap(), b"mine");
}

#[test]
fn strict_aws_leaves_out_only_what_amazon_has_not() {
    let logs = logs();
    let strict = logs.detect(&["--strict-aws"]).ends(0);
    assert!(!strict.out.contains("trailspike"), "{}", strict.out);
    let mut full = logs.detect(&[]).insights();
    for record in &mut full {
        record["insightDetails"].as_object_mut().unwrap().remove("trailspike").unwrap();
    }
    assert_eq!(strict.insights(), full);
}

#[test]
fn quiet_leaves_standard_error_empty_and_results_alone() {
    let logs = logs();
    logs.write("bad.json", "");
    let quiet = logs.detect(&["-q"]).ends(0);
    assert_eq!(quiet.err, "");
    let loud = logs.detect(&[]).ends(0);
    assert_eq!(quiet.out, loud.out);
    assert!(loud.err.contains("bad.json"));
    // What says that nothing was done at all is no summary.
    let failed = Folder::new().detect(&["-q"]).ends(3);
    assert!(!failed.err.is_empty());
    logs.detect(&["-q", "-v"]).ends(2);
}

#[test]
fn the_table_has_colour_only_where_that_is_wanted() {
    let logs = logs();
    let run = |flags: &[&str], no_color: &str| {
        let mut command = program();
        command.arg("detect").arg(logs.path()).args(["-f", "table"]).args(flags);
        Run::of(command.env("NO_COLOR", no_color)).ends(0)
    };
    let plain = run(&[], "");
    assert!(!plain.out.contains('\u{1b}'), "a pipe is no terminal");
    assert!(!run(&["--color", "auto"], "1").out.contains('\u{1b}'));
    assert!(!run(&["--color", "never"], "").out.contains('\u{1b}'));
    // A flag is meant more than the environment.
    for no_color in ["", "1"] {
        let coloured = run(&["--color", "always"], no_color).out;
        assert!(coloured.contains('\u{1b}'));
        assert_eq!(without_colour(&coloured), plain.out);
    }
}

fn without_colour(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.split_once('m').unwrap().1)
}

#[test]
fn colour_stays_out_of_records() {
    for format in ["json", "jsonl", "csv"] {
        let run = logs().detect(&["-f", format, "--color", "always"]).ends(0);
        assert!(!run.out.contains('\u{1b}'), "{format}");
    }
}

#[test]
fn a_reader_that_goes_away_ends_the_run_quietly() {
    let logs = logs();
    for format in ["table", "json", "jsonl", "csv"] {
        // Standard output is a pipe whose reading end is closed before the program starts.
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_trailspike"))
            .args(["detect", "-q", "-f", format])
            .arg(logs.path())
            .stdout(writer)
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap()
            .wait_with_output()
            .unwrap();
        assert_eq!(output.status.code(), Some(0), "{format}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{format}");
    }
}
