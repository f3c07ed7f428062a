//! Files that are not there, may not be read, are no files, or are there twice.

use std::process::Command;

use crate::logs::{Folder, Run, document, gzip, lines, program, record, records};

#[cfg(unix)]
use std::os::unix::fs::{PermissionsExt, symlink};

#[cfg(unix)]
#[test]
fn files_and_folders_without_permission_are_named_and_skipped() {
    let folder = Folder::with("good.json", document(&records(1, 3)));
    let file = folder.write("secret.json", document(&records(10, 3)));
    folder.write("closed/x.json", document(&records(20, 3)));
    let closed = folder.at("closed");
    for path in [&file, &closed] {
        std::fs::set_permissions(path, PermissionsExt::from_mode(0o000)).unwrap();
    }
    let privileged = std::fs::File::open(&file).is_ok();
    let run = folder.detect(&[]).ends(0);
    std::fs::set_permissions(&closed, PermissionsExt::from_mode(0o755)).unwrap();
    if privileged {
        println!("not tested: this user may read everything");
        return;
    }
    assert_eq!(run.counted(), 3);
    for name in ["secret.json", "closed"] {
        let named = run.problems().into_iter().any(|problem| {
            problem.contains(name) && problem.to_lowercase().contains("permission denied")
        });
        assert!(named, "{name}: {}", run.err);
    }
}

#[cfg(unix)]
#[test]
fn a_link_to_nowhere_is_named_and_skipped() {
    let folder = Folder::with("good.json", document(&records(1, 3)));
    symlink(folder.at("gone.json"), folder.at("link.json")).unwrap();
    let run = folder.detect(&[]).ends(0);
    assert_eq!(run.counted(), 3);
    let problems = run.problems();
    assert_eq!(problems.len(), 1);
    assert!(problems[0].contains("link.json: skipped: "), "{}", problems[0]);
    folder.detect(&["--strict"]).ends(3);
}

#[cfg(unix)]
#[test]
fn a_loop_of_folders_ends() {
    let folder = Folder::with("a/b/good.json", document(&records(1, 3)));
    symlink(folder.path(), folder.at("a/b/up")).unwrap();
    let run = folder.detect(&[]).ends(0);
    assert_eq!(run.counted(), 3);
    let problems = run.problems();
    assert_eq!(problems.len(), 1, "{}", run.err);
    assert!(problems[0].ends_with("up: skipped: directory loop"), "{}", problems[0]);
}

#[cfg(unix)]
#[test]
fn links_to_files_and_folders_elsewhere_are_followed() {
    let elsewhere = Folder::with("logs/x.json", document(&records(1, 3)));
    elsewhere.write("y.json", document(&records(10, 4)));
    let folder = Folder::new();
    symlink(elsewhere.at("logs"), folder.at("logs")).unwrap();
    symlink(elsewhere.at("y.json"), folder.at("y.json")).unwrap();
    assert_eq!(folder.detect(&["--strict"]).ends(0).counted(), 7);
}

/// Makes a named pipe; whether that could be done.
fn make_pipe(path: &std::path::Path) -> bool {
    Command::new("mkfifo").arg(path).status().is_ok_and(|status| status.success())
}

#[test]
fn a_pipe_in_a_folder_does_not_hold_the_run_up() {
    let folder = Folder::with("good.json", document(&records(1, 3)));
    if !make_pipe(&folder.at("pipe.json")) {
        println!("not tested: no mkfifo here");
        return;
    }
    let run = folder.detect(&[]).ends(0);
    assert_eq!(run.counted(), 3);
    let problems = run.problems();
    assert_eq!(problems.len(), 1);
    assert!(problems[0].ends_with("pipe.json: skipped: not a regular file"), "{}", problems[0]);
}

#[test]
fn a_pipe_named_on_purpose_is_read() {
    let folder = Folder::new();
    let pipe = folder.at("pipe");
    if !make_pipe(&pipe) {
        println!("not tested: no mkfifo here");
        return;
    }
    let content = gzip(document(&records(1, 3)));
    let writer = std::thread::spawn({
        let pipe = pipe.clone();
        move || std::fs::write(pipe, content).unwrap()
    });
    let run = Run::of(program().arg("detect").arg(&pipe)).ends(0);
    writer.join().unwrap();
    assert_eq!(run.counted(), 3);
}

#[cfg(unix)]
#[test]
fn a_device_is_no_log() {
    let run = Run::of(program().args(["detect", "/dev/null"])).ends(3);
    assert!(run.problems()[0].contains("/dev/null: skipped: not a regular file"), "{}", run.err);
}

#[test]
fn a_file_given_twice_is_read_once() {
    let folder = Folder::with("logs/x.json", document(&records(1, 3)));
    folder.write("logs/y.json", document(&records(10, 4)));
    let run = Run::of(
        program()
            .arg("detect")
            .args([folder.at("logs"), folder.at("logs/x.json"), folder.at("logs/../logs")])
            .arg(folder.at("logs/*.json")),
    )
    .ends(0);
    assert_eq!(run.counted(), 7);
    assert_eq!(run.books().of("duplicates"), 0);
    assert_eq!(run.line("files"), Some("2 read, 5 given twice"));
}

#[test]
fn an_event_in_two_files_counts_once() {
    let list = records(1, 5);
    let folder = Folder::with("a.json.gz", gzip(document(&list)));
    folder.write("b/copy.json.gz", gzip(document(&list)));
    folder.write("b/part.jsonl", lines(&list[2..4]));
    // In one file as well.
    folder.write("c.jsonl", lines(&[record(50, 0), record(50, 0), record(51, 0)]));
    let run = folder.detect(&["--strict"]).ends(0);
    let books = run.books();
    assert_eq!((books.read, books.of("counted"), books.of("duplicates")), (15, 7, 8));
}

#[test]
fn one_id_in_two_accounts_is_two_events() {
    let mut other = record(1, 0);
    other["recipientAccountId"] = "444455556666".into();
    let folder = Folder::with("x.json", document(&[record(1, 0), other]));
    assert_eq!(folder.detect(&[]).counted(), 2);
}

#[test]
fn one_id_in_files_of_two_regions_is_one_event() {
    // Trails of single Regions each deliver events of global services.
    let event = record(1, 0);
    let folder = Folder::new();
    for region in ["us-east-1", "eu-west-1"] {
        let key = format!(
            "AWSLogs/111122223333/CloudTrail/{region}/2026/03/02/\
             111122223333_CloudTrail_{region}_20260302T0005Z_AbCdEfGhIjKlMnOp.json.gz"
        );
        folder.write(&key, gzip(document(std::slice::from_ref(&event))));
    }
    let books = folder.detect(&[]).books();
    assert_eq!((books.of("counted"), books.of("duplicates")), (1, 1));
}

#[test]
fn records_without_an_id_all_count() {
    let mut old = record(1, 0);
    old.as_object_mut().unwrap().remove("eventID");
    let folder = Folder::with("x.json", document(&[old.clone(), old]));
    assert_eq!(folder.detect(&[]).counted(), 2);
}

#[test]
fn nothing_at_all_to_read_is_an_error_that_says_what_was_looked_for() {
    let empty = Folder::new();
    let run = empty.detect(&[]).ends(3);
    assert_eq!(run.out, "");
    assert!(run.err.contains("nothing to read"), "{}", run.err);
    assert!(run.err.contains(empty.path().to_str().unwrap()), "{}", run.err);
    assert!(run.err.contains(".json.gz"), "{}", run.err);

    let missing = empty.at("no-such-folder");
    let run = Run::of(program().arg("detect").arg(&missing)).ends(3);
    assert_eq!(run.out, "");
    assert!(run.err.contains("no-such-folder"), "{}", run.err);
    assert_eq!(run.err.matches("No such file").count(), 1, "{}", run.err);

    let run = Run::of(program().arg("detect").arg(empty.at("*.json.gz"))).ends(3);
    assert!(run.err.contains("*.json.gz"), "{}", run.err);
}

#[test]
fn a_missing_input_beside_a_good_one_is_an_error() {
    let folder = Folder::with("x.json", document(&records(1, 3)));
    let inputs = [folder.at("x.json"), folder.at("typo.json")];
    let run = Run::of(program().arg("detect").args(inputs)).ends(3);
    assert!(run.err.contains("typo.json"), "{}", run.err);
}

#[test]
fn a_folder_without_any_log_is_an_error() {
    let folder = Folder::with("readme.txt", "Read me.");
    folder.write("data.csv", "a,b\n");
    let run = folder.detect(&[]).ends(3);
    assert!(run.err.contains("error: nothing"), "{}", run.err);
}

#[test]
fn files_that_all_fail_are_an_error() {
    let folder = Folder::with("a.json.gz", b"\x1f\x8b\x08");
    folder.write("b.json", "");
    let run = folder.detect(&[]).ends(3);
    assert_eq!(run.problems().len(), 2);
    assert!(run.err.contains("error: nothing could be read"), "{}", run.err);
}
