//! Results that cannot be written.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};

use crate::logs::{Folder, Run, burst, document, program};
use crate::many;

fn logs() -> Folder {
    Folder::with("logs.json", document(&burst(10)))
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_device_is_told_and_no_success() {
    let logs = logs();
    for flag in ["-o", "--errors"] {
        logs.write("bad.json", "{");
        let run = logs.detect(&[flag, "/dev/full"]).ends(2);
        assert!(run.err.contains("cannot write /dev/full: No space left"), "{}", run.err);
    }
    for format in ["table", "json", "jsonl", "csv"] {
        let full = || fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_trailspike"));
        command.arg("detect").arg(logs.path()).args(["-f", format]);
        let output = command.stdout(full()).output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{format}: {err}");
        assert!(err.contains("cannot write to standard output: No space left"), "{err}");
        // Standard error that takes nothing changes nothing.
        let output = command.stdout(Stdio::piped()).stderr(full()).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{format}");
    }
}

/// Runs under a limit of so many 512-byte blocks (or KiB, by the shell) for each file.
#[cfg(target_os = "linux")]
fn limited(blocks: u32, before: &str, logs: &Folder, flags: &[&str]) -> Run {
    let script = format!("{before} ulimit -f {blocks}; exec \"$0\" detect \"$@\"");
    let mut command = assert_cmd::Command::new("sh");
    command.args(["-c", &script, env!("CARGO_BIN_EXE_trailspike")]).arg(logs.path()).args(flags);
    Run::of(&mut command)
}

#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_fills_up_leaves_nothing_half_written() {
    let logs = many::insights(4);
    for number in 0..60 {
        logs.write(&format!("bad{number}.json"), "{");
    }
    let results = Folder::with("out", "mine");
    let at = |name: &str| results.at(name).to_str().unwrap().to_owned();
    for before in ["", "trap '' XFSZ;"] {
        for flags in [
            &["--force", "-o", &at("out")][..],
            &["-o", &at("new")],
            &["-q", "--errors", &at("errors")],
        ] {
            let run = limited(2, before, &logs, flags).ends(2);
            assert!(run.err.contains("cannot write") && run.err.contains("large"), "{}", run.err);
            let names = super::running::names(results.path());
            assert_eq!(names, ["out"], "{flags:?}");
            assert_eq!(fs::read(results.at("out")).unwrap(), b"mine");
        }
        let run = limited(1, before, &logs, &["--s3-layout", &at("bucket")]).ends(2);
        assert!(run.err.contains("cannot write") && run.err.contains("large"), "{}", run.err);
        assert_eq!(super::running::names(&results.at("bucket")), [""; 0]);
    }
}

#[cfg(unix)]
#[test]
fn a_folder_that_may_not_be_written_to_is_told() {
    use std::os::unix::fs::PermissionsExt;
    let logs = logs();
    let closed = Folder::new();
    fs::set_permissions(closed.path(), fs::Permissions::from_mode(0o500)).unwrap();
    if fs::write(closed.at("probe"), "").is_ok() {
        println!("not tested: this user may write everywhere");
        return;
    }
    for flag in ["-o", "--errors", "--s3-layout"] {
        let run = logs.detect(&[flag, closed.at("x").to_str().unwrap()]).ends(2);
        assert!(run.err.contains("cannot write"), "{}", run.err);
    }
}

#[test]
fn a_reader_that_has_heard_enough_changes_neither_exit_code_nor_summary() {
    let logs = many::insights(60);
    logs.write("bad.json", "{");
    for format in ["table", "json", "jsonl", "csv"] {
        let elsewhere = Folder::new();
        let mut child = Command::new(env!("CARGO_BIN_EXE_trailspike"))
            .arg("detect")
            .arg(logs.path())
            .args(["-f", format, "--fail-on", "low", "--errors"])
            .arg(elsewhere.at("errors"))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut first = String::new();
        let mut results = BufReader::new(child.stdout.take().unwrap());
        results.read_line(&mut first).unwrap();
        drop(results);
        let mut err = String::new();
        child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(1), "{format}: {err}");
        assert!(!first.is_empty());
        assert!(err.starts_with("files ") && !err.contains("error:"), "{err}");
        assert_eq!(fs::read_to_string(elsewhere.at("errors")).unwrap().lines().count(), 1);
    }
}

#[test]
fn nobody_listening_to_the_summary_changes_nothing() {
    let logs = logs();
    let expected = logs.detect(&[]).ends(0).out;
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = Command::new(env!("CARGO_BIN_EXE_trailspike"));
    let output = command.arg("detect").arg(logs.path()).stderr(writer).output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8(output.stdout).unwrap(), expected);
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = Command::new(env!("CARGO_BIN_EXE_trailspike"));
    let output = command.args(["detect", "no/such/file"]).stderr(writer).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
}

#[test]
fn one_file_cannot_hold_results_and_errors() {
    let logs = logs();
    let elsewhere = Folder::new();
    let folder = elsewhere.path();
    let (one, other) = (folder.join("x"), folder.join(".").join("x"));
    let mut command = program();
    command.arg("detect").arg(logs.path()).arg("-o").arg(one).arg("--errors").arg(other);
    let run = Run::of(&mut command).ends(2);
    assert!(run.err.contains("are the same file"), "{}", run.err);
    assert!(!elsewhere.at("x").exists());
}
