//! What became of everything that was read. The books always balance:
//! records = counted + duplicates + updates + other categories + filtered + left alone + rejected.

use std::io;

use super::late::Late;
use crate::event::{EventCategory, Fault, OtherKind, Rejection};
use crate::input::Skipped;

/// Problems kept one by one; beyond that they are only counted.
const MAX_PROBLEMS: usize = 200_000;

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// The file could not be opened or read.
    Unreadable(String),
    /// The file is damaged from that byte of its text on.
    Fault(u64, Fault),
    /// A file was damaged, or could not be read, when it was counted into a store.
    DamagedBefore(String, String),
    /// So many records of a file could not be counted into a store.
    RejectedBefore(String, u64),
    /// The record with that index, beginning at that byte, could not be counted.
    Rejected(u64, u64, Rejection),
}

/// One thing wrong with the input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Index of the file in the list that was read.
    pub file: usize,
    /// What is wrong with it.
    pub what: What,
}

impl Problem {
    /// Whole files first, then by the byte.
    fn place(&self) -> (usize, u64, u64) {
        match &self.what {
            What::Unreadable(_) | What::DamagedBefore(..) => (self.file, 0, 0),
            What::RejectedBefore(..) => (self.file, 0, 1),
            What::Rejected(index, byte, _) => (self.file, *byte, *index),
            What::Fault(byte, _) => (self.file, *byte, u64::MAX),
        }
    }
}

impl PartialOrd for Problem {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Problem {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.place().cmp(&other.place())
    }
}

/// The books of a run.
#[derive(Debug, Default)]
pub struct Tally {
    /// Files opened and read, whole or in part.
    pub files_read: u64,
    /// Files found in folders that hold no JSON and do not claim to.
    pub not_logs: Vec<Skipped>,
    /// Records counted.
    pub counted: u64,
    /// Records counted or found to be copies that have no event id.
    pub without_id: u64,
    /// What was delivered late. Nothing is known of what comes from a store, or from files whose
    /// paths do not say when they were delivered.
    pub late: Late,
    /// Records whose id was counted before.
    pub duplicates: u64,
    /// Addenda that restate an event delivered before.
    pub updates: u64,
    /// Management, data and network activity events that were not asked for.
    pub other_categories: [u64; 3],
    /// Records that the filters leave out.
    pub filtered: u64,
    /// Things recognised and left alone, by [`OtherKind`].
    pub left_alone: [u64; OtherKind::ALL.len()],
    /// Things left alone when a store was counted, of whatever kind.
    pub left_alone_before: u64,
    /// Records that could not be counted.
    pub rejected: u64,
    /// Files that are damaged or could not be read.
    pub damaged_files: u64,
    /// Decompressed bytes read.
    pub text_bytes: u64,
    /// What was wrong, by file and place.
    pub problems: Vec<Problem>,
    /// How many problems there are beyond those kept.
    pub more_problems: u64,
}

impl Tally {
    /// All records read.
    #[must_use]
    pub fn records(&self) -> u64 {
        self.counted
            + self.duplicates
            + self.updates
            + self.other_categories.iter().sum::<u64>()
            + self.filtered
            + self.left_alone.iter().sum::<u64>()
            + self.left_alone_before
            + self.rejected
    }

    /// Whether anything was wrong with the input.
    #[must_use]
    pub fn has_problems(&self) -> bool {
        !self.problems.is_empty() || self.more_problems > 0
    }

    pub(crate) fn problem(&mut self, file: usize, what: What) {
        match what {
            What::Rejected(..) => self.rejected += 1,
            What::RejectedBefore(_, records) => self.rejected += records,
            What::Unreadable(_) | What::Fault(..) | What::DamagedBefore(..) => {
                self.damaged_files += 1;
            }
        }
        self.keep(Problem { file, what });
    }

    pub(super) fn unreadable(&mut self, file: usize, error: &io::Error) {
        self.problem(file, What::Unreadable(error.to_string()));
    }

    pub(super) fn other_category(&mut self, category: EventCategory) {
        self.other_categories[category as usize] += 1;
    }

    pub(super) fn leave_alone(&mut self, kind: OtherKind) {
        self.left_alone[kind as usize] += 1;
    }

    /// Moves the indexes of rejected records by those that came before in the file.
    pub(super) fn shift_indexes(&mut self, records_before: u64) {
        for problem in &mut self.problems {
            if let What::Rejected(index, ..) = &mut problem.what {
                *index += records_before;
            }
        }
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.files_read += other.files_read;
        self.not_logs.extend(other.not_logs);
        self.counted += other.counted;
        self.without_id += other.without_id;
        self.late.merge(other.late);
        self.duplicates += other.duplicates;
        self.updates += other.updates;
        for (sum, more) in self.other_categories.iter_mut().zip(other.other_categories) {
            *sum += more;
        }
        self.filtered += other.filtered;
        for (sum, more) in self.left_alone.iter_mut().zip(other.left_alone) {
            *sum += more;
        }
        self.rejected += other.rejected;
        self.damaged_files += other.damaged_files;
        self.text_bytes += other.text_bytes;
        self.more_problems += other.more_problems;
        for problem in other.problems {
            self.keep(problem);
        }
    }

    fn keep(&mut self, problem: Problem) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(problem);
        } else {
            self.more_problems += 1;
        }
    }
}
