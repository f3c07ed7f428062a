//! Events -> rows, books and presence, for one stretch of text after the other.

use ahash::RandomState;
use uuid::Uuid;

use super::CountOptions;
use super::lookup::Lookup;
use super::merge::EventRows;
use super::presence::Presence;
use super::row::{EventRow, RowKey};
use super::tally::{Tally, What};
use crate::event::{Event, Fault, OtherKind, Rejection, Sink, fold_session};

/// Seeds of the hash that event ids are remembered by; fixed, so that runs agree.
const ID_SEEDS: [u64; 4] = [0x7472_6169, 0x6c73_7069, 0x6b65_2065, 0x7665_6e74];

/// Counts what it is told of.
pub struct Counter<'a> {
    options: &'a CountOptions,
    pub lookup: Lookup<'a>,
    id_hash: RandomState,
    /// Index of the file that is read.
    pub file: usize,
    pub rows: EventRows,
    /// Events in `rows`.
    pub pending: usize,
    pub found_no_json: bool,
    /// What became of everything.
    pub tally: Tally,
    /// When events of each account were seen.
    pub presence: Presence,
}

impl<'a> Counter<'a> {
    pub fn new(options: &'a CountOptions, lookup: Lookup<'a>, file: usize) -> Self {
        let [a, b, c, d] = ID_SEEDS;
        Self {
            options,
            lookup,
            id_hash: RandomState::with_seeds(a, b, c, d),
            file,
            rows: EventRows::default(),
            pending: 0,
            found_no_json: false,
            tally: Tally::default(),
            presence: Presence::default(),
        }
    }

    /// Counts an event, if it is to be counted.
    pub fn count(&mut self, event: &Event<'_>) {
        let filter = &self.options.filter;
        if !filter.takes_minute(event.minute) {
            self.tally.filtered += 1;
            return;
        }
        let ids = self.lookup.api(event);
        if ids.takes_place {
            // Whatever the API: any event of the account, in the Regions looked at, shows that its logs
            // are there.
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
        let row = self.row(event, ids.account, api);
        self.rows.push(row);
        self.tally.counted += 1;
        self.pending += 1;
    }

    fn row(&mut self, event: &Event<'_>, account: u32, api: u32) -> EventRow {
        let identity = if self.options.keep_sessions {
            &event.identity
        } else {
            fold_session(&event.identity)
        };
        let caller = self.lookup.caller(event, identity);
        let id = event.id.as_deref();
        let uuid = id.and_then(|id| Uuid::try_parse(id).ok()).unwrap_or_default();
        let (high, low) = uuid.as_u64_pair();
        let hash = match id {
            Some(_) if !uuid.is_nil() => Some(self.id_hash.hash_one((high, low, account))),
            _ => id.map(|id| self.id_hash.hash_one((id, account))),
        };
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
            example: [high, low],
        }
    }
}

impl Sink for Counter<'_> {
    fn event(&mut self, event: Event<'_>) {
        self.count(&event);
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
