//! Signals in the middle of a run.

use std::fs;
use std::io::Read;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::logs::Folder;
use crate::many;
use crate::running::{Running, detect, names};

const SIGNALS: [(&str, i32); 3] = [("HUP", 1), ("INT", 2), ("TERM", 15)];

/// Whether whoever runs the tests has them ignore a signal, as `nohup` does: so does the program then.
fn is_ignored_here(number: i32) -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask >> (number - 1) & 1 == 1)
}

#[test]
fn a_signal_while_reading_ends_the_run_and_leaves_what_was_there() {
    for (name, number) in SIGNALS.into_iter().filter(|(_, number)| !is_ignored_here(*number)) {
        let results = Folder::with("out.jsonl", "mine");
        let temporary = Folder::new();
        let mut command = detect();
        command.args(["-", "--force", "-o"]).arg(results.at("out.jsonl"));
        command.arg("--errors").arg(results.at("errors.jsonl"));
        command.arg("--s3-layout").arg(results.at("bucket"));
        command.env("TMPDIR", temporary.path());
        let running = Running::in_the_middle(&mut command);
        running.signal(name);
        let ended = running.die();
        assert_eq!(ended.signal(), Some(number), "{}", ended.err);
        assert_eq!(ended.err, "");
        assert!(ended.output.stdout.is_empty());
        assert_eq!(names(results.path()), ["out.jsonl"]);
        assert_eq!(fs::read_to_string(results.at("out.jsonl")).unwrap(), "mine");
        assert_eq!(names(temporary.path()), [""; 0]);
    }
}

/// Sends a signal when the first file is there. Whether the program died of it.
fn dies_while_writing(logs: &Folder, bucket: &Folder) -> bool {
    let mut running =
        Running::start(detect().arg(logs.path()).arg("--s3-layout").arg(bucket.path()));
    let patience = Instant::now();
    while names(bucket.path()).is_empty() && !running.is_over() {
        assert!(patience.elapsed() < Duration::from_mins(1));
        std::thread::yield_now();
    }
    if running.is_over() {
        return false;
    }
    running.signal("TERM");
    running.die().signal() == Some(15)
}

#[test]
fn a_signal_while_writing_leaves_whole_files_only() {
    let logs = many::insights(60);
    // It may be through before the signal comes; hardly ever ten times in a row.
    let died = (0..10).any(|_| {
        let bucket = Folder::new();
        let died = dies_while_writing(&logs, &bucket);
        let names = names(bucket.path());
        assert!(names.iter().all(|name| name.ends_with(".json.gz")), "{names:?}");
        for entry in walkdir::WalkDir::new(bucket.path()) {
            let entry = entry.unwrap();
            if entry.file_type().is_file() {
                let mut text = String::new();
                let bytes = fs::read(entry.path()).unwrap();
                flate2::read::GzDecoder::new(&bytes[..]).read_to_string(&mut text).unwrap();
                assert!(text.ends_with("]}"), "{text}");
            }
        }
        died
    });
    assert!(died);
}

#[cfg(target_os = "linux")]
#[test]
fn signals_that_are_to_be_ignored_are() {
    let mut command = Command::new("sh");
    let program = env!("CARGO_BIN_EXE_trailspike");
    command.args(["-c", "trap '' INT HUP; exec \"$0\" detect -", program]);
    let running = Running::in_the_middle(&mut command);
    running.signal("INT");
    running.signal("HUP");
    let ended = running.end();
    assert_eq!(ended.code(), Some(0), "{}", ended.err);
}
