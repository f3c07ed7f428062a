//! Events -> minute counts: how many events shared one minute and one set of dimensions.

mod dictionary;
mod file;
mod filter;
mod merge;
mod presence;
mod table;
mod tally;
mod time_bound;

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use crate::event::TimeRange;
use crate::input::{Limits, LogFile, Opener, Skipped};
use crate::minute::Minute;

use dictionary::Dictionaries;
use file::FileCounter;
use merge::Merger;
use presence::Presence;

pub use filter::{EventFilter, Globs};
pub use table::{Api, Caller, MinuteCounts, Row};
pub use tally::{Problem, Tally, What};
pub use time_bound::{BadTimeBound, parse_time_bound};

/// How far the reading has come; may be looked at from another thread.
#[derive(Debug, Default)]
pub struct Progress {
    /// Files read.
    pub files: AtomicU64,
    /// Bytes of those files on disk.
    pub bytes: AtomicU64,
    /// Records in them.
    pub records: AtomicU64,
}

/// How events are counted.
#[derive(Debug)]
pub struct CountOptions {
    /// Which events are counted.
    pub filter: EventFilter,
    /// Whether assumed-role sessions keep their own name rather than their role's.
    pub keep_sessions: bool,
    /// Which event times are believed.
    pub times: TimeRange,
    /// How much of a file is read.
    pub limits: Limits,
}

/// Minute counts, and what became of everything that was read.
#[derive(Debug)]
pub struct Counted {
    /// The central table.
    pub table: MinuteCounts,
    /// What was read, counted and left.
    pub tally: Tally,
}

/// Reads and counts the files, on all threads of the current rayon pool. The result depends on
/// the files alone, not on the threads. Of two records with one id, that of the earlier file counts.
#[must_use]
pub fn count(files: &[LogFile], options: &CountOptions, progress: &Progress) -> Counted {
    let dictionaries = Dictionaries::default();
    let merger = Merger::default();
    let next = AtomicUsize::new(0);
    let total = Mutex::new((Tally::default(), Presence::default()));
    rayon::broadcast(|_| {
        let mut opener = Opener::new(options.limits);
        let mut counter = FileCounter::new(options, &dictionaries);
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(file) = files.get(index) else { break };
            let before = counter.tally.records();
            read_file(file, index, &mut opener, &mut counter);
            merger.submit(index, file.key.delivered.map(Minute::day), counter.take_rows());
            progress.files.fetch_add(1, Ordering::Relaxed);
            progress.bytes.fetch_add(file.bytes, Ordering::Relaxed);
            progress.records.fetch_add(counter.tally.records() - before, Ordering::Relaxed);
        }
        // A poisoned lock means another thread panicked, and that panic goes on after the broadcast.
        if let Ok(mut total) = total.lock() {
            total.0.merge(counter.tally);
            total.1.merge(counter.presence);
        }
    });
    let (mut tally, presence) =
        total.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    let (rows, duplicates) = merger.finish();
    tally.duplicates = duplicates;
    tally.counted -= duplicates;
    tally.problems.sort();
    tally.not_logs.sort_by(|a, b| a.path.cmp(&b.path));
    Counted { table: table::canonical(rows, presence, dictionaries), tally }
}

/// Reads one file into the counter.
fn read_file(file: &LogFile, index: usize, opener: &mut Opener, counter: &mut FileCounter<'_>) {
    counter.begin(index);
    match opener.open(file) {
        Ok(source) => counter.read(source, &file.key),
        Err(error) => return counter.tally.unreadable(index, &error),
    }
    counter.tally.files_read += 1;
    if counter.found_no_json() && !file.named && !claims_to_be_a_log(&file.path) {
        counter.forget_problems();
        counter.tally.files_read -= 1;
        let why = "not JSON".to_owned();
        counter.tally.not_logs.push(Skipped { path: file.path.clone(), why });
    }
}

/// Whether a file's name promises JSON: then it is bad input when it holds none.
fn claims_to_be_a_log(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| {
        ["gz", "json", "jsonl", "ndjson"].iter().any(|known| extension.eq_ignore_ascii_case(known))
    })
}
