//! Counts the events of one file after the other.

use ahash::RandomState;
use uuid::Uuid;

use super::CountOptions;
use super::dictionary::Dictionaries;
use super::lookup::Lookup;
use super::merge::{EventRows, Merger, Piece};
use super::presence::Presence;
use super::row::{EventRow, RowKey};
use super::tally::{Tally, What};
use crate::event::{Event, Fault, OtherKind, Place, Rejection, Sink, fold_session, read_events};
use crate::input::{LogKey, Source};

/// Seeds of the hash that event ids are remembered by; fixed, so that runs agree.
const ID_SEEDS: [u64; 4] = [0x7472_6169, 0x6c73_7069, 0x6b65_2065, 0x7665_6e74];
/// Events of a file after which they are handed on, so that a large file does not fill the memory.
const PIECE: usize = 1 << 15;

/// One thread's counter.
pub struct FileCounter<'a> {
    options: &'a CountOptions,
    lookup: Lookup<'a>,
    merger: &'a Merger,
    id_hash: RandomState,
    rows: EventRows,
    /// Events in `rows`.
    pending: usize,
    piece: Piece,
    problems_before: usize,
    records_before: u64,
    found_no_json: bool,
    /// What became of everything this thread read.
    pub tally: Tally,
    /// When this thread saw events of each account.
    pub presence: Presence,
}

impl<'a> FileCounter<'a> {
    pub fn new(
        options: &'a CountOptions,
        dictionaries: &'a Dictionaries,
        merger: &'a Merger,
    ) -> Self {
        let [a, b, c, d] = ID_SEEDS;
        Self {
            options,
            lookup: Lookup::new(dictionaries, &options.filter),
            merger,
            id_hash: RandomState::with_seeds(a, b, c, d),
            rows: EventRows::default(),
            pending: 0,
            piece: Piece { file: 0, index: 0, is_last: false, day: None },
            problems_before: 0,
            records_before: 0,
            found_no_json: false,
            tally: Tally::default(),
            presence: Presence::default(),
        }
    }

    /// What follows is of the file with that index, delivered that day.
    pub fn begin(&mut self, file: usize, day: Option<u32>) {
        self.piece = Piece { file, index: 0, is_last: false, day };
        self.problems_before = self.tally.problems.len();
        self.records_before = self.tally.records();
        self.found_no_json = false;
    }

    pub fn read(&mut self, source: Source<'_>, key: &LogKey) {
        let place = Place { account: key.account.as_deref(), region: key.region.as_deref() };
        let times = self.options.times;
        self.tally.text_bytes += read_events(source, place, times, self);
    }

    /// The file is over. Each that was begun must be ended.
    pub fn end(&mut self) {
        self.piece.is_last = true;
        self.hand_on();
    }

    fn hand_on(&mut self) {
        self.merger.submit(self.piece, std::mem::take(&mut self.rows));
        self.piece.index += 1;
        self.pending = 0;
    }

    /// Whether the file is no JSON from its first byte on.
    pub fn found_no_json(&self) -> bool {
        self.found_no_json && self.tally.records() == self.records_before
    }

    /// Takes back what was said to be wrong with the file.
    pub fn forget_problems(&mut self) {
        let forgotten = self.tally.problems.len().saturating_sub(self.problems_before);
        self.tally.problems.truncate(self.problems_before);
        self.tally.damaged_files -= forgotten as u64;
    }

    fn row(&mut self, event: &Event<'_>, api: u32) -> EventRow {
        let identity = if self.options.keep_sessions {
            &event.identity
        } else {
            fold_session(&event.identity)
        };
        let caller = self.lookup.caller(event, identity);
        let id = event.id.as_deref();
        // The account's own text, as its id depends on the threads.
        let hash = id.map(|id| self.id_hash.hash_one((id, event.account.as_ref())));
        EventRow {
            key: RowKey {
                api,
                minute: event.minute.get(),
                identity: caller.identity,
                identity_type: caller.identity_type,
                user_agent: caller.user_agent,
                source_ip: caller.source_ip,
                error: self.lookup.error(event.error_code.as_deref()),
            },
            // 0 is kept for records without an id.
            id: hash.map_or(0, |hash| hash.max(1)),
            example: id.and_then(|id| Uuid::try_parse(id).ok()).map_or(0, |id| id.as_u128()),
        }
    }
}

impl Sink for FileCounter<'_> {
    fn event(&mut self, event: Event<'_>) {
        let filter = &self.options.filter;
        if !filter.takes_minute(event.minute) {
            self.tally.filtered += 1;
            return;
        }
        let ids = self.lookup.api(&event);
        if ids.takes_account {
            // Whatever the API: any event of the account shows that its logs are there.
            self.presence.mark(ids.account, event.minute);
        }
        if event.category != filter.category {
            self.tally.other_category(event.category);
            return;
        }
        let Some(api) = ids.api else {
            self.tally.filtered += 1;
            return;
        };
        if event.is_update {
            self.tally.updates += 1;
            return;
        }
        let row = self.row(&event, api);
        self.rows.push(row);
        self.tally.counted += 1;
        self.pending += 1;
        if self.pending == PIECE {
            self.hand_on();
        }
    }

    fn other(&mut self, kind: OtherKind) {
        self.tally.leave_alone(kind);
    }

    fn rejected(&mut self, index: u64, byte: u64, why: Rejection) {
        self.tally.problem(self.piece.file, What::Rejected(index, byte, why));
    }

    fn fault(&mut self, byte: u64, fault: Fault) {
        self.found_no_json |= fault == Fault::NotJson;
        self.tally.problem(self.piece.file, What::Fault(byte, fault));
    }
}
