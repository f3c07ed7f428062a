//! Events -> rows, books and presence, for one stretch of text after the other.

use ahash::RandomState;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::lookup::Lookup;
use super::merge::EventRows;
use super::presence::Presence;
use super::row::EventRow;
use super::tally::{Tally, What};
use super::{CountOptions, Keep};
use crate::event::{Event, Fault, OtherKind, Rejection, Sink, fold_session};
use crate::minute::Minute;

/// Seeds of the hash that event ids are remembered by; fixed, so that runs agree.
const ID_SEEDS: [u64; 4] = [0x7472_6169, 0x6c73_7069, 0x6b65_2065, 0x7665_6e74];

/// Counts what it is told of.
pub struct Counter<'a> {
    options: &'a CountOptions,
    keep: Keep,
    pub lookup: Lookup<'a>,
    id_hash: RandomState,
    /// Index of the file that is read.
    pub file: usize,
    /// Its newest event, counted or not.
    pub newest: Option<Minute>,
    pub rows: EventRows,
    /// Events in `rows`.
    pub pending: usize,
    pub found_no_json: bool,
    /// The first thing wrong with the file as a whole.
    pub first_fault: Option<Fault>,
    /// What became of everything.
    pub tally: Tally,
    /// When events of each account were seen.
    pub presence: Presence,
}

impl<'a> Counter<'a> {
    pub fn new(options: &'a CountOptions, keep: Keep, lookup: Lookup<'a>, file: usize) -> Self {
        let [a, b, c, d] = ID_SEEDS;
        Self {
            options,
            keep,
            lookup,
            id_hash: RandomState::with_seeds(a, b, c, d),
            file,
            newest: None,
            rows: EventRows::default(),
            pending: 0,
            found_no_json: false,
            first_fault: None,
            tally: Tally::default(),
            presence: Presence::default(),
        }
    }

    /// Counts an event, if it is to be counted.
    pub fn count(&mut self, event: &Event<'_>) {
        self.newest = self.newest.max(Some(event.minute));
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
        if !filter.takes_category(event.category) {
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
        self.tally.without_id += u64::from(event.id.is_none());
        self.pending += 1;
    }

    fn row(&mut self, event: &Event<'_>, account: u32, api: u32) -> EventRow {
        let identity = if self.options.keep_sessions {
            &event.identity
        } else {
            fold_session(&event.identity)
        };
        let key = self.lookup.row_key(api, event, identity);
        let id = event.id.as_deref();
        let uuid = id.and_then(|id| Uuid::try_parse(id).ok()).unwrap_or_default();
        // A high half of 0 stands for ids that are no UUID; no UUID that AWS makes has one.
        let example = Some(uuid.as_u64_pair()).filter(|(high, _)| *high != 0);
        let hash = match (id, example) {
            (Some(_), Some((high, low))) => Some(self.id_hash.hash_one((high, low, account))),
            (id, _) => id.map(|id| self.id_hash.hash_one((id, account))),
        };
        let example = match (example, id) {
            (Some((high, low)), _) => [high, low],
            (None, Some(id)) if self.keep == Keep::EachEvent => [0, hash_of_other_id(id)],
            _ => [0, 0],
        };
        EventRow {
            key,
            // 0 is kept for records without an id.
            id: hash.map_or(0, |hash| hash.max(1)),
            example,
        }
    }
}

/// What stands for an id that is no UUID, never 0; equal on every machine.
fn hash_of_other_id(id: &str) -> u64 {
    let digest = Sha256::digest(id.as_bytes());
    let hash = digest.first_chunk::<8>().map_or(0, |bytes| u64::from_be_bytes(*bytes));
    hash.max(1)
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
        self.first_fault.get_or_insert_with(|| fault.clone());
        self.tally.problem(self.file, What::Fault(byte, fault));
    }
}
