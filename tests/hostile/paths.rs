//! Folders and file names that are made to do harm.
#![cfg(unix)]

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;

use serde_json::Value;

use crate::logs::{Folder, document, records};

#[test]
fn loops_of_links_end_and_are_named() {
    let folder = Folder::with("a/good.json", document(&records(1, 3)));
    folder.write("b/good.json", document(&records(10, 3)));
    // Each in the other, one in itself, a file that is itself, two files that are each other.
    symlink(folder.at("b"), folder.at("a/to-b")).unwrap();
    symlink(folder.at("a"), folder.at("b/to-a")).unwrap();
    symlink(folder.at("a"), folder.at("a/to-a")).unwrap();
    symlink(folder.at("self.json"), folder.at("self.json")).unwrap();
    symlink(folder.at("two.json"), folder.at("one.json")).unwrap();
    symlink(folder.at("one.json"), folder.at("two.json")).unwrap();
    let run = folder.detect(&["-v"]).ends(0);
    assert_eq!(run.books().read, 6, "{}", run.err);
    for name in ["self.json", "one.json", "two.json", "a/to-a"] {
        assert!(run.problems().iter().any(|text| text.contains(name)), "{name}: {}", run.err);
    }
}

/// Six folders with links to all of them: 6! ways without a look at what was there before.
#[test]
fn many_ways_to_the_same_files_read_them_once() {
    let folder = Folder::new();
    for number in 0..6_u32 {
        let list = records(u64::from(number) * 10 + 1, 2);
        folder.write(&format!("{number}/x.json"), document(&list));
        for other in 0..6 {
            symlink(folder.at(&other.to_string()), folder.at(&format!("{number}/to{other}")))
                .unwrap();
        }
    }
    let run = folder.detect(&[]).ends(0);
    assert_eq!((run.books().read, run.counted()), (12, 12));
}

#[test]
fn names_of_files_that_are_no_text_are_read_and_told() {
    let good = document(&records(1, 3));
    for name in [
        &b"new\nline.json"[..],
        b"\xff\xfe.json",
        b"\x1b[31mred.json",
        "\u{202e}nosj.json".as_bytes(),
        b"-",
        b"--help",
        b"*.json",
        b" ",
    ] {
        let folder = Folder::new();
        let path = folder.path().join(OsStr::from_bytes(name));
        fs::write(&path, &good).unwrap();
        assert_eq!(folder.detect(&["--strict"]).ends(0).counted(), 3, "{name:?}");
        fs::write(&path, "{\"Records\":[").unwrap();
        folder.write("good.json", document(&records(10, 1)));
        let elsewhere = Folder::new();
        let errors = elsewhere.at("errors");
        let run = folder.detect(&["-v", "--errors", errors.to_str().unwrap()]).ends(0);
        assert_eq!(run.problems().len(), 1, "{}", run.err);
        let errors = fs::read_to_string(errors).unwrap();
        assert_eq!(errors.lines().count(), 1, "{errors}");
        let problem: Value = serde_json::from_str(&errors).unwrap();
        assert_eq!(problem["file"].as_str().unwrap(), path.to_string_lossy());
        let acts = |letter: char| letter != '\n' && letter.is_control() || letter == '\u{202e}';
        assert!(!run.err.contains(acts) && !errors.contains(acts), "{}", run.err);
    }
}

/// 300 for the 2,000 that a path has room for.
#[test]
fn folders_nested_deeply_are_searched() {
    let folder = Folder::new();
    let deep = "d/".repeat(300);
    folder.write(&format!("{deep}x.json"), document(&records(1, 3)));
    assert_eq!(folder.detect(&["--strict"]).ends(0).counted(), 3);
}
