//! Counts the events of one file after the other.

use std::collections::HashMap;

use ahash::RandomState;
use uuid::Uuid;

use super::CountOptions;
use super::dictionary::{ApiKey, CallerKey, Dictionaries, EMPTY, Lookup};
use super::merge::{EventRow, EventRows, RowKey};
use super::presence::Presence;
use super::tally::{Tally, What};
use crate::event::{Event, Fault, OtherKind, Place, Rejection, Sink, fold_session, read_events};
use crate::input::{LogKey, Source};

/// Seeds of the hash that event ids are remembered by; fixed, so that runs agree.
const ID_SEEDS: [u64; 4] = [0x7472_6169, 0x6c73_7069, 0x6b65_2065, 0x7665_6e74];

/// One thread's counter.
pub struct FileCounter<'a> {
    options: &'a CountOptions,
    lookup: Lookup<'a>,
    id_hash: RandomState,
    /// Whether the filter takes an API; asked once an API.
    taken: HashMap<u32, bool, RandomState>,
    /// Whether it takes an account.
    accounts: HashMap<u32, bool, RandomState>,
    rows: EventRows,
    file: usize,
    problems_before: usize,
    records_before: u64,
    found_no_json: bool,
    /// What became of everything this thread read.
    pub tally: Tally,
    /// When this thread saw events of each account.
    pub presence: Presence,
}

impl<'a> FileCounter<'a> {
    pub fn new(options: &'a CountOptions, dictionaries: &'a Dictionaries) -> Self {
        let [a, b, c, d] = ID_SEEDS;
        Self {
            options,
            lookup: Lookup::new(dictionaries),
            id_hash: RandomState::with_seeds(a, b, c, d),
            taken: HashMap::default(),
            accounts: HashMap::default(),
            rows: EventRows::default(),
            file: 0,
            problems_before: 0,
            records_before: 0,
            found_no_json: false,
            tally: Tally::default(),
            presence: Presence::default(),
        }
    }

    /// What follows is of the file with that index.
    pub fn begin(&mut self, file: usize) {
        self.file = file;
        self.problems_before = self.tally.problems.len();
        self.records_before = self.tally.records();
        self.found_no_json = false;
    }

    pub fn read(&mut self, source: Source<'_>, key: &LogKey) {
        let place = Place { account: key.account.as_deref(), region: key.region.as_deref() };
        let times = self.options.times;
        self.tally.text_bytes += read_events(source, place, times, self);
    }

    /// The counted events of the file.
    pub fn take_rows(&mut self) -> EventRows {
        std::mem::take(&mut self.rows)
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

    fn api(&mut self, event: &Event<'_>, account: u32) -> Option<u32> {
        let key = ApiKey {
            account,
            region: self.lookup.text(&event.region),
            event_source: self.lookup.text(&event.event_source),
            event_name: self.lookup.text(&event.event_name),
            category: event.category,
            read_only: event.read_only,
        };
        let api = self.lookup.api(key);
        let filter = &self.options.filter;
        let taken = self.taken.entry(api).or_insert_with(|| {
            filter.takes_api(&event.account, &event.region, &event.event_source, &event.event_name)
        });
        taken.then_some(api)
    }

    fn row(&mut self, event: &Event<'_>, api: u32) -> EventRow {
        let identity = if self.options.keep_sessions {
            &event.identity
        } else {
            fold_session(&event.identity)
        };
        let key = CallerKey {
            identity: self.lookup.text(identity),
            identity_type: self.lookup.text(&event.identity_type),
            user_agent: self.lookup.text(&event.user_agent),
            source_ip: self.lookup.text(&event.source_ip),
        };
        let caller = self.lookup.caller(key);
        let error = event.error_code.as_deref().map_or(EMPTY, |code| self.lookup.text(code));
        let id = event.id.as_deref();
        // The account's own text, as its symbol depends on the threads.
        let hash = id.map(|id| self.id_hash.hash_one((id, event.account.as_ref())));
        EventRow {
            key: RowKey { api, minute: event.minute.get(), caller, error },
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
        let account = self.lookup.text(&event.account);
        let accounts = &filter.accounts;
        if *self.accounts.entry(account).or_insert_with(|| accounts.take(&event.account)) {
            // Whatever the API: any event of the account shows that its logs are there.
            self.presence.mark(account, event.minute);
        }
        if event.category != filter.category {
            self.tally.other_category(event.category);
            return;
        }
        let Some(api) = self.api(&event, account) else {
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
    }

    fn other(&mut self, kind: OtherKind) {
        self.tally.leave_alone(kind);
    }

    fn rejected(&mut self, index: u64, byte: u64, why: Rejection) {
        self.tally.problem(self.file, What::Rejected(index, byte, why));
    }

    fn fault(&mut self, byte: u64, fault: Fault) {
        self.found_no_json |= fault == Fault::NotJson;
        self.tally.problem(self.file, What::Fault(byte, fault));
    }
}
