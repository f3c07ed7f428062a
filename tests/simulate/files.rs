//! The files themselves: the same bytes whatever the threads, and the faults that the labels tell of.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use trailspike::input::LogKey;
use trailspike::labels::{DeliveryFault, FaultKind, Labels};
use trailspike::simulate::{Faults, LABELS_FILE, Progress, SimulateOptions, Written};

use super::{read, simulation, small};

fn write(folder: &Path, options: SimulateOptions, threads: usize) -> Written {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    pool.install(|| simulation(options).write(folder, false, &Progress::default())).unwrap()
}

/// Every file below a folder with its bytes.
fn tree(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    walkdir::WalkDir::new(folder)
        .into_iter()
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let path = entry.path().strip_prefix(folder).unwrap().to_owned();
            (path, std::fs::read(entry.path()).unwrap())
        })
        .collect()
}

fn written(options: SimulateOptions, threads: usize) -> BTreeMap<PathBuf, Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), options, threads);
    tree(folder.path())
}

#[test]
fn threads_change_no_byte_and_seeds_do() {
    let options = SimulateOptions { faults: Faults::Many, days: 4, regions: 2, ..small() };
    let one = written(options.clone(), 1);
    assert_eq!(one, written(options.clone(), 4));
    let other = written(SimulateOptions { seed: 2, ..options }, 4);
    let logs = |tree: &BTreeMap<PathBuf, Vec<u8>>| {
        tree.keys().filter(|path| path.starts_with("AWSLogs")).cloned().collect::<Vec<_>>()
    };
    assert_ne!(logs(&one), logs(&other));
    assert!(one.contains_key(Path::new(LABELS_FILE)));
    // Nothing but logs and labels is left.
    assert_eq!(one.len(), logs(&one).len() + 1);
}

#[test]
fn files_lie_where_trails_put_them() {
    let folder = tempfile::tempdir().unwrap();
    let written = write(folder.path(), small(), 2);
    let tree = tree(folder.path());
    assert_eq!(tree.len() as u64, written.files + 1);
    let bytes: usize = tree
        .iter()
        .filter(|(path, _)| path.starts_with("AWSLogs"))
        .map(|(_, bytes)| bytes.len())
        .sum();
    assert_eq!(bytes as u64, written.bytes);
    for path in tree.keys().filter(|path| path.starts_with("AWSLogs")) {
        let key = LogKey::of(path);
        let delivered = key.delivered.unwrap().to_datetime();
        let (account, region) = (key.account.unwrap(), key.region.unwrap());
        let day = format!("AWSLogs/{account}/CloudTrail/{region}/{}", delivered.format("%Y/%m/%d"));
        assert_eq!(path.parent(), Some(Path::new(&day)));
        let name = path.file_name().unwrap().to_str().unwrap();
        let unique = name.strip_suffix(".json.gz").unwrap().rsplit('_').next().unwrap();
        assert!(unique.len() == 16 && unique.bytes().all(|sign| sign.is_ascii_alphanumeric()));
    }
}

#[test]
fn faults_are_as_labelled() {
    let folder = tempfile::tempdir().unwrap();
    let options = SimulateOptions { faults: Faults::Many, ..small() };
    let written = write(folder.path(), options, 2);
    let labels = Labels::read(&folder.path().join(LABELS_FILE)).unwrap();
    assert_eq!(labels, written.labels);
    let of = |kind| -> Vec<&DeliveryFault> {
        labels.faults.iter().filter(|fault| fault.kind == kind).collect()
    };
    let events = |kind| of(kind).iter().map(|fault| fault.events).sum::<u64>();
    let tally = read(folder.path().to_owned()).tally;
    let lost = events(FaultKind::TornFile) + events(FaultKind::Gap);
    assert!(events(FaultKind::TornFile) > 0 && events(FaultKind::Gap) > 0);
    assert_eq!(tally.counted, labels.events - lost);
    let twice = events(FaultKind::DuplicateFile) + events(FaultKind::DuplicateEvents);
    assert!(events(FaultKind::DuplicateFile) > 0 && events(FaultKind::DuplicateEvents) > 0);
    assert_eq!(tally.duplicates, twice);
    assert_eq!(tally.damaged_files, of(FaultKind::TornFile).len() as u64);
    assert_eq!(tally.rejected, 0);
    for fault in &labels.faults {
        assert!(folder.path().join(&fault.path).exists(), "{fault:?}");
        assert!(fault.start < fault.end);
    }
    for fault in of(FaultKind::LateFile) {
        let delivered = LogKey::of(Path::new(&fault.path)).delivered.unwrap();
        assert!(delivered.since(fault.end) >= 120, "{fault:?}");
    }
    assert!(!of(FaultKind::LateFile).is_empty());
    assert_eq!(tally.late.files, of(FaultKind::LateFile).len() as u64);
    assert_eq!(tally.late.records, events(FaultKind::LateFile));
}
