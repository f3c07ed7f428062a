//! Counts one batch of files after the other and hands their rows on to be merged.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use super::counter::Counter;
use super::dictionary::Dictionaries;
use super::lookup::Lookup;
use super::merge::{EventRows, Merger, Piece};
use super::presence::Presence;
use super::tally::Tally;
use super::{Books, CountOptions, FileTally, Keep};
use crate::event::{Event, Fault, OtherKind, Place, Rejection, Sink, Stretch, read_events};
use crate::input::{Damage, LogKey, Source};
use crate::minute::Minute;

/// Events after which they are handed on, so that a large file does not fill the memory.
const PIECE: usize = 1 << 15;

/// What the counters of all threads share.
pub struct Shared<'a> {
    pub options: &'a CountOptions,
    pub keep: Keep,
    pub dictionaries: &'a Dictionaries,
    pub merger: &'a Merger,
    /// Memories of the dictionaries that are not in use, for stretches read side by side.
    spares: Mutex<Vec<Lookup<'a>>>,
    /// Threads that have no file to read.
    pub idle: AtomicUsize,
}

impl<'a> Shared<'a> {
    pub fn new(
        options: &'a CountOptions,
        keep: Keep,
        dictionaries: &'a Dictionaries,
        merger: &'a Merger,
    ) -> Self {
        let (spares, idle) = (Mutex::default(), AtomicUsize::new(0));
        Self { options, keep, dictionaries, merger, spares, idle }
    }

    fn counter(&self, file: usize) -> Counter<'a> {
        let spare = self.spares.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let lookup = spare.unwrap_or_else(|| Lookup::new(self.dictionaries, &self.options.filter));
        Counter::new(self.options, self.keep, lookup, file)
    }

    fn give_back(&self, lookup: Lookup<'a>) {
        self.spares.lock().unwrap_or_else(PoisonError::into_inner).push(lookup);
    }

    /// Reads a stretch of text on its own.
    fn read(&self, stretch: &Stretch<'_>, file: usize) -> Option<CountedStretch> {
        let mut counter = self.counter(file);
        let records = stretch.read(&mut counter);
        let Counter { lookup, rows, tally, presence, newest, .. } = counter;
        self.give_back(lookup);
        records.map(|records| CountedStretch { records, rows, tally, presence, newest })
    }
}

struct CountedStretch {
    records: u64,
    rows: EventRows,
    tally: Tally,
    presence: Presence,
    newest: Option<Minute>,
}

/// One thread's counter.
pub struct FileCounter<'s, 'a> {
    shared: &'s Shared<'a>,
    counter: Counter<'a>,
    piece: Piece,
    problems_before: usize,
    before: Before,
    /// Why the file could not be opened.
    unreadable: Option<String>,
    claims_to_be_a_log: bool,
}

/// What the tally said before a file.
#[derive(Default)]
struct Before {
    records: u64,
    counted: u64,
    updates: u64,
    left_alone: u64,
    rejected: u64,
    without_id: u64,
}

impl Before {
    fn of(tally: &Tally) -> Self {
        Self {
            records: tally.records(),
            counted: tally.counted,
            updates: tally.updates,
            left_alone: tally.left_alone.iter().sum(),
            rejected: tally.rejected,
            without_id: tally.without_id,
        }
    }
}

impl<'s, 'a> FileCounter<'s, 'a> {
    pub fn new(shared: &'s Shared<'a>) -> Self {
        Self {
            shared,
            counter: shared.counter(0),
            piece: Piece { batch: 0, index: 0, is_last: false, day: None },
            problems_before: 0,
            before: Before::default(),
            unreadable: None,
            claims_to_be_a_log: false,
        }
    }

    /// What follows is of the batch with that index.
    pub fn begin_batch(&mut self, batch: usize) {
        self.piece = Piece { batch, index: 0, is_last: false, day: None };
    }

    /// What follows is of the file with that index, delivered then.
    pub fn begin(&mut self, file: usize, delivered: Option<Minute>, claims_to_be_a_log: bool) {
        let day = delivered.map(Minute::day);
        if self.piece.day != day {
            if self.counter.pending > 0 {
                self.hand_on();
            }
            self.piece.day = day;
        }
        self.counter.file = file;
        self.counter.newest = None;
        self.counter.found_no_json = false;
        self.counter.first_fault = None;
        self.unreadable = None;
        self.claims_to_be_a_log = claims_to_be_a_log;
        self.problems_before = self.counter.tally.problems.len();
        self.before = Before::of(&self.counter.tally);
    }

    pub fn read(&mut self, source: Source<'_>, key: &LogKey) {
        let place = Place { account: key.account.as_deref(), region: key.region.as_deref() };
        let times = self.shared.options.times;
        self.counter.tally.text_bytes += read_events(source, place, times, self);
    }

    /// The file is over, which was delivered then.
    pub fn end(&mut self, delivered: Option<Minute>) {
        let Counter { tally, newest, .. } = &mut self.counter;
        tally.late.file(delivered, *newest, tally.counted - self.before.counted);
    }

    /// The batch is over. Each that was begun must be ended.
    pub fn end_batch(&mut self) {
        self.piece.is_last = true;
        self.hand_on();
    }

    fn hand_on(&mut self) {
        let rows = std::mem::take(&mut self.counter.rows);
        self.counter.pending = 0;
        self.submit(rows);
    }

    fn submit(&mut self, rows: EventRows) {
        self.shared.merger.submit(self.piece, rows);
        self.piece.index += 1;
    }

    /// Whether the file is no JSON from its first byte on.
    pub fn found_no_json(&self) -> bool {
        self.counter.found_no_json && self.counter.tally.records() == self.before.records
    }

    /// Takes back what was said to be wrong with the file.
    pub fn forget_problems(&mut self) {
        let tally = &mut self.counter.tally;
        let forgotten = tally.problems.len().saturating_sub(self.problems_before);
        tally.problems.truncate(self.problems_before);
        tally.damaged_files -= forgotten as u64;
    }

    /// What became of everything this thread has read.
    pub fn tally(&mut self) -> &mut Tally {
        &mut self.counter.tally
    }

    /// The file could not be opened.
    pub fn unreadable(&mut self, file: usize, error: &io::Error) {
        self.counter.tally.unreadable(file, error);
        self.unreadable = Some(error.to_string());
    }

    /// What was in the file; nothing of one that is no log.
    pub fn file_tally(&self) -> Option<FileTally> {
        if self.found_no_json() && !self.claims_to_be_a_log {
            return None;
        }
        let (before, after) = (&self.before, Before::of(&self.counter.tally));
        let fault = self.counter.first_fault.as_ref();
        Some(FileTally {
            index: self.counter.file,
            records: after.records - before.records,
            counted: after.counted - before.counted,
            updates: after.updates - before.updates,
            left_alone: after.left_alone - before.left_alone,
            rejected: after.rejected - before.rejected,
            without_id: after.without_id - before.without_id,
            is_whole: self.unreadable.is_none()
                && !matches!(fault, Some(Fault::Damaged(Damage::Io(_)))),
            damage: self.unreadable.clone().or_else(|| fault.map(ToString::to_string)),
        })
    }

    /// All that this thread has read.
    pub fn into_books(self) -> Books {
        let Counter { tally, presence, .. } = self.counter;
        Books { tally, presence, ..Books::default() }
    }
}

impl Sink for FileCounter<'_, '_> {
    fn event(&mut self, event: Event<'_>) {
        self.counter.count(&event);
        if self.counter.pending == PIECE {
            self.hand_on();
        }
    }

    fn other(&mut self, kind: OtherKind) {
        self.counter.other(kind);
    }

    fn rejected(&mut self, index: u64, byte: u64, why: Rejection) {
        self.counter.rejected(index, byte, why);
    }

    fn fault(&mut self, byte: u64, fault: Fault) {
        self.counter.fault(byte, fault);
    }

    fn can_share(&self) -> bool {
        self.shared.idle.load(Ordering::Relaxed) > 0
    }

    fn side_by_side(&mut self, stretches: &[Stretch<'_>], index: u64) -> (usize, u64) {
        let (shared, file) = (self.shared, self.counter.file);
        let counted: Vec<Option<CountedStretch>> =
            stretches.par_iter().map(|stretch| shared.read(stretch, file)).collect();
        // What came before goes before.
        self.hand_on();
        let (mut taken, mut records) = (0, 0);
        for stretch in counted.into_iter().map_while(|counted| counted) {
            let CountedStretch { rows, mut tally, presence, newest, records: more } = stretch;
            tally.shift_indexes(index + records);
            self.counter.tally.merge(tally);
            self.counter.presence.merge(presence);
            self.counter.newest = self.counter.newest.max(newest);
            self.submit(rows);
            records += more;
            taken += 1;
        }
        (taken, records)
    }
}
