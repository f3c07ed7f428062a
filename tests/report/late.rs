//! Files that were delivered late.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::logs::{document, gzip, program, record};

/// What a file delivered at that time is called.
fn key(time: &str) -> String {
    format!(
        "AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/02/\
         111122223333_CloudTrail_us-east-1_{time}_AbCdEfGhIjKlMnOp.json.gz"
    )
}

/// An hour of events by file, of which one came five hours late.
fn logs(late: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, minutes: std::ops::Range<u64>| {
        let records: Vec<_> =
            minutes.map(|minute| record(minute, i64::try_from(minute * 60).unwrap())).collect();
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, gzip(document(&records))).unwrap();
    };
    put(&key("20260302T0035Z"), 0..30);
    put(late, 30..60);
    folder
}

/// The summary's line about what was late, and what the page says.
fn told(logs: &Path, flags: &[&str]) -> (Option<String>, String) {
    let out = tempfile::tempdir().unwrap();
    let page = out.path().join("report.html");
    let mut command = program();
    command.arg("detect").arg(logs).args(flags).args(["--format", "csv", "--report"]).arg(&page);
    let assert = command.assert().success();
    let summary = String::from_utf8(assert.get_output().stderr.clone()).unwrap();
    let page = fs::read_to_string(page).unwrap();
    let (_, rest) = page.split_once("files delivered late</dt><dd>").unwrap();
    let line = summary.lines().find(|line| line.starts_with("late")).map(str::to_owned);
    (line, rest.split_once("</dd>").unwrap().0.to_owned())
}

#[test]
fn they_are_counted() {
    let logs = logs(&key("20260302T0559Z"));
    let line = "late       1 file of 30 records delivered more than 30 min after the newest event, 5 h at most";
    for threads in ["1", "3"] {
        let told = told(logs.path(), &["--threads", threads]);
        assert_eq!(told, (Some(line.to_owned()), "1".to_owned()));
    }
}

#[test]
fn nothing_late_is_no_line() {
    let logs = logs(&key("20260302T0105Z"));
    assert_eq!(told(logs.path(), &[]), (None, "0".to_owned()));
}

#[test]
fn what_is_filtered_away_still_tells_how_old_a_file_is() {
    // Its last event, at 00:59, is not asked for.
    let logs = logs(&key("20260302T0120Z"));
    assert_eq!(told(logs.path(), &["--to", "2026-03-02T00:40:00Z"]), (None, "0".to_owned()));
}

#[test]
fn what_is_not_known_is_said() {
    let logs = tempfile::tempdir().unwrap();
    fs::write(logs.path().join("export.json"), document(&[record(1, 0)])).unwrap();
    let (line, page) = told(logs.path(), &[]);
    assert_eq!((line, &*page), (None, "not known: file names do not tell"));
    let store = tempfile::tempdir().unwrap();
    let store = store.path().join("store");
    program().arg("count").arg(logs.path()).arg("-o").arg(&store).assert().success();
    assert_eq!(told(&store, &[]), (None, "not known from a store".to_owned()));
}
