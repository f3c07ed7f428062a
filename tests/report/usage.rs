//! What is written, and when it is not.

use std::fs;
use std::path::Path;

use assert_cmd::assert::Assert;
use tempfile::TempDir;

use crate::logs::{SAMPLES, program};

fn detect(folder: &Path, arguments: &[&str]) -> Assert {
    program().current_dir(folder).args(["detect", SAMPLES, "--quiet"]).args(arguments).assert()
}

fn complaint(assert: &Assert) -> String {
    String::from_utf8(assert.get_output().stderr.clone()).unwrap()
}

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

#[test]
fn results_stay_what_they_are() {
    let folder = folder();
    let plain = detect(folder.path(), &[]).success().get_output().stdout.clone();
    let with = detect(folder.path(), &["--report", "report.html"]).success();
    assert_eq!(with.get_output().stdout, plain);
    let page = fs::read_to_string(folder.path().join("report.html")).unwrap();
    assert!(page.starts_with("<!DOCTYPE html>") && page.ends_with("</html>"));
}

#[test]
fn the_same_logs_are_the_same_bytes() {
    let folder = folder();
    let page = |name: &str, threads: &str| {
        detect(folder.path(), &["--report", name, "--threads", threads]).success();
        fs::read(folder.path().join(name)).unwrap()
    };
    let one = page("a.html", "1");
    assert!(one == page("b.html", "3"), "threads change bytes");
    let text = String::from_utf8(one).unwrap();
    assert!(!text.contains(SAMPLES), "a path of this machine");
    assert!(!text.contains(folder.path().to_str().unwrap()), "a path of this machine");
}

#[test]
fn a_file_that_is_there_stays_without_force() {
    let folder = folder();
    let path = folder.path().join("report.html");
    fs::write(&path, "mine").unwrap();
    let refused = detect(folder.path(), &["--report", "report.html"]).code(2);
    assert!(complaint(&refused).contains("give --force to write over it"));
    assert!(refused.get_output().stdout.is_empty());
    assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
    detect(folder.path(), &["--report", "report.html", "--force"]).success();
    assert!(fs::read_to_string(&path).unwrap().starts_with("<!DOCTYPE html>"));
}

#[test]
fn what_cannot_be_written_is_said_before_the_work() {
    let folder = folder();
    for (arguments, why) in [
        (&["--report", "report.pdf"][..], "must end in .html"),
        (&["--report", "nowhere/report.html"], "no such folder"),
        (&["--report", "a.html", "-o", "a.html"], "the same file as --output or --errors"),
        (&["--report", "a.html", "--errors", "a.html"], "the same file as --output or --errors"),
    ] {
        let refused = detect(folder.path(), arguments).code(2);
        assert!(complaint(&refused).contains(why), "{}", complaint(&refused));
        assert!(refused.get_output().stdout.is_empty());
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn other_views_have_it_as_well() {
    let folder = folder();
    detect(folder.path(), &["--by", "identity", "--report", "a.html"]).success();
    detect(folder.path(), &["--report", "b.html"]).success();
    let read = |name| fs::read(folder.path().join(name)).unwrap();
    assert!(read("a.html") == read("b.html"));
}
