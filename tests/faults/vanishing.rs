//! Files that change between being found and being read. A named pipe that sorts first holds the
//! run up in between: one that is open for reading has been found, and so have all others. As files
//! are fetched ahead of their turn, there are others before the one that is changed.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::logs::{Folder, document, gzip, lines, records};
use crate::running::{Ended, Running, detect, pipe};

/// More files than are fetched ahead.
const FETCHED_AHEAD: usize = 200;

/// Runs over a pipe and one file, which is changed after it has been found.
fn changed(content: &[u8], change: impl FnOnce(&Path)) -> Option<Ended> {
    let folder = Folder::with("file.json", content);
    let first = pipe(folder.at("a-pipe"))?;
    let file: PathBuf = folder.at("file.json");
    let between = (0..FETCHED_AHEAD).map(|index| folder.write(&format!("b-{index:03}.json"), "{}"));
    let between: Vec<PathBuf> = between.collect();
    let running = Running::start(detect().args(["-j", "1"]).arg(&first).args(&between).arg(&file));
    // Returns when the program has opened the other end.
    let mut gate = File::options().write(true).open(&first).unwrap();
    change(&file);
    gate.write_all(lines(&records(1_000, 2)).as_bytes()).unwrap();
    drop(gate);
    let ended = running.end();
    assert_eq!(ended.code(), Some(0), "{}", ended.err);
    Some(ended)
}

fn says(ended: &Ended, parts: &[&str]) {
    for part in parts {
        assert!(ended.err.contains(part), "{part}: {}", ended.err);
    }
}

#[test]
fn a_file_that_has_vanished_is_named() {
    let whole = document(&records(1, 3));
    let Some(ended) = changed(whole.as_bytes(), |file| fs::remove_file(file).unwrap()) else {
        return;
    };
    says(&ended, &["2 read = 2 counted", "file.json: cannot be read: No such file"]);
}

#[test]
fn a_file_that_has_become_a_folder_is_named() {
    let whole = document(&records(1, 3));
    let Some(ended) = changed(whole.as_bytes(), |file| {
        fs::remove_file(file).unwrap();
        fs::create_dir(file).unwrap();
    }) else {
        return;
    };
    says(&ended, &["2 read = 2 counted", "file.json: cannot be read: "]);
}

#[test]
fn a_file_that_has_shrunk_counts_to_the_tear() {
    for (whole, reason) in [
        (document(&records(1, 9)).into_bytes(), "ends in the middle of the JSON"),
        (gzip(document(&records(1, 9))), "gzip stream is damaged: ends early"),
    ] {
        let half = whole.len() as u64 / 2;
        let Some(ended) = changed(&whole, |file| {
            File::options().write(true).open(file).unwrap().set_len(half).unwrap();
        }) else {
            return;
        };
        says(&ended, &["file.json: byte ", reason]);
    }
    let Some(ended) = changed(b"{}", |file| fs::write(file, "").unwrap()) else { return };
    says(&ended, &["file.json: byte 0: empty"]);
}

#[test]
fn a_file_that_has_grown_counts_with_what_has_come() {
    let Some(ended) = changed(lines(&records(1, 3)).as_bytes(), |file| {
        fs::write(file, lines(&records(1, 5))).unwrap();
    }) else {
        return;
    };
    says(&ended, &["7 read = 7 counted"]);
}

#[test]
fn input_that_ends_early_counts_to_the_tear() {
    let text = document(&records(1, 200));
    for bytes in [text.clone().into_bytes(), gzip(&text)] {
        let folder = Folder::new();
        let Some(path) = pipe(folder.at("pipe")) else { return };
        let running = Running::start(detect().arg(&path));
        let mut writer = File::options().write(true).open(&path).unwrap();
        writer.write_all(&bytes[..bytes.len() * 3 / 4]).unwrap();
        drop(writer);
        let ended = running.end();
        assert_eq!(ended.code(), Some(0), "{}", ended.err);
        says(&ended, &["1 damaged or unreadable", "pipe: byte "]);
        assert!(!ended.err.contains("read = 0 counted"), "{}", ended.err);
    }
}

#[test]
fn standard_input_that_cannot_be_read_is_named() {
    let mut command = detect();
    let folder = Folder::new();
    command.arg("-").stdin(File::open(folder.path()).unwrap());
    let output = command.output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(3), "{err}");
    assert!(err.contains("-: cannot be read: "), "{err}");
}
