//! The command: what it refuses, what it says, and what it leaves behind.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use trailspike::labels::Labels;

fn simulate(folder: &Path, flags: &[&str]) -> (i32, String, String) {
    let output = Command::cargo_bin("trailspike")
        .unwrap()
        .args(["simulate", "--accounts", "1", "--regions", "1", "--scale", "0.05", "-o"])
        .arg(folder)
        .args(flags)
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn a_month_is_written_and_summed_up() {
    let folder = tempfile::tempdir().unwrap();
    let (code, stdout, stderr) = simulate(folder.path(), &["--days", "7", "--only", "leaked-key"]);
    assert_eq!((code, &*stdout), (0, ""));
    let labels = Labels::read(&folder.path().join("labels.json")).unwrap();
    assert_eq!(labels.incidents.len(), 1);
    for part in ["1 incident\n", "1  leaked-key", "events/s", "trailspike detect"] {
        assert!(stderr.contains(part), "{stderr}");
    }
    let mut names: Vec<_> =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["AWSLogs", "labels.json"]);
}

#[test]
fn help_names_every_kind() {
    let output = Command::cargo_bin("trailspike").unwrap().args(["simulate", "-h"]).output();
    let help = String::from_utf8(output.unwrap().stdout).unwrap();
    for kind in trailspike::simulate::kinds() {
        assert!(help.contains(kind.as_str()), "{}", kind.as_str());
    }
}

#[test]
fn quiet_says_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let outcome = simulate(&folder.path().join("new"), &["--days", "1", "--quiet"]);
    assert_eq!(outcome, (0, String::new(), String::new()));
}

#[test]
fn what_is_in_the_folder_is_safe() {
    let folder = tempfile::tempdir().unwrap();
    let days = ["--days", "1", "-q"];
    fs::write(folder.path().join("mine.txt"), "mine").unwrap();
    let (code, _, stderr) = simulate(folder.path(), &days);
    assert!(code == 2 && stderr.contains("is not empty") && stderr.contains("--force"), "{stderr}");
    assert!(!folder.path().join("AWSLogs").exists());
    // Beside it with --force, and over an earlier simulation.
    for seed in ["1", "2"] {
        let flags = ["--days", "1", "-q", "--force", "--seed", seed];
        assert_eq!(simulate(folder.path(), &flags).0, 0);
        let labels = Labels::read(&folder.path().join("labels.json")).unwrap();
        assert_eq!(labels.seed.to_string(), seed);
    }
    let fresh = tempfile::tempdir().unwrap();
    simulate(fresh.path(), &["--days", "1", "-q", "--seed", "2"]);
    let files = |folder: &Path| walkdir::WalkDir::new(folder.join("AWSLogs")).into_iter().count();
    assert_eq!(files(folder.path()), files(fresh.path()));
    assert_eq!(fs::read(folder.path().join("mine.txt")).unwrap(), b"mine");
    // Logs that are not known to be simulated are not removed, whatever the flags.
    fs::remove_file(folder.path().join("labels.json")).unwrap();
    let (code, _, stderr) = simulate(folder.path(), &["--days", "1", "-q", "--force"]);
    assert!(code == 2 && stderr.contains("not known to be simulated"), "{stderr}");
    assert_eq!(files(folder.path()), files(fresh.path()));
}

#[test]
fn hostile_sizes_are_wrong_use() {
    let folder = tempfile::tempdir().unwrap();
    for (flags, says) in [
        (["--accounts", "0"], "0 accounts"),
        (["--regions", "99"], "99 Regions"),
        (["--days", "10000"], "10000 days"),
        (["--days", "0"], "0 days"),
        (["--scale", "NaN"], "scale NaN"),
        (["--scale", "-1"], "scale -1"),
        (["--incidents", "4000000000"], "4000000000 incidents"),
        (["--incidents", "-1"], "--incidents"),
        (["--only", "planted"], "no such kind"),
        (["--start", "9999-12-31"], "9999-12-31"),
        (["--start", "yesterday"], "--start"),
    ] {
        let output = Command::cargo_bin("trailspike")
            .unwrap()
            .args(["simulate", "-o"])
            .arg(folder.path().join("x"))
            .args(flags)
            .output()
            .unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{flags:?} {stderr}");
        assert!(stderr.contains(says), "{flags:?} {stderr}");
    }
    assert!(!folder.path().join("x").exists());
}

#[test]
fn a_folder_that_cannot_be_made_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let (code, _, stderr) = simulate(&file.join("x"), &["--days", "1"]);
    assert!(code == 2 && stderr.contains("cannot write"), "{stderr}");
}
