//! Rows of many files -> one list of rows, duplicates dropped.
//!
//! Files are merged in their order whatever thread reads them, so that of two records with one id
//! the same one is always kept. To share the work, rows are spread over shards by event id; the
//! rows of all shards are put together at the end, which is a sum and so the same in any order.
//!
//! Ids are remembered for [`REMEMBERED_DAYS`] days of delivery. A copy that is delivered later than
//! that counts again. Files whose path has no delivery time come first and are never forgotten.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use ahash::RandomState;
use rayon::prelude::*;

const SHARDS: usize = 16;
/// Days of delivery for which event ids are remembered. CloudTrail delivers late by minutes, seldom
/// by hours.
pub const REMEMBERED_DAYS: u32 = 3;
/// A shard's rows are summed up when this many have come since the last time, and as many as there
/// were.
const ROWS_BEFORE_SUM: usize = 1 << 20;

/// A set of dimensions and a minute, by ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RowKey {
    pub api: u32,
    pub minute: u32,
    pub caller: u32,
    pub error: u32,
}

impl RowKey {
    /// One number that orders keys by API, minute, caller, error.
    pub fn order(self) -> u128 {
        let high = u128::from(self.api) << 96 | u128::from(self.minute) << 64;
        high | u128::from(self.caller) << 32 | u128::from(self.error)
    }
}

/// One event.
#[derive(Clone, Copy, Debug)]
pub struct EventRow {
    pub key: RowKey,
    /// Hash of event id and account; 0 without an id.
    pub id: u64,
    /// The event id as a number; 0 when it is no UUID.
    pub example: u128,
}

/// The events of one file, spread over the shards.
#[derive(Debug, Default)]
pub struct EventRows([Vec<EventRow>; SHARDS]);

impl EventRows {
    pub fn push(&mut self, row: EventRow) {
        // The top bits: the low ones choose the place in the hash table.
        self.0[(row.id >> 60) as usize % SHARDS].push(row);
    }
}

/// How many events have one key, and one of their ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SumRow {
    pub key: RowKey,
    pub events: u32,
    /// High and low half of the smallest event id of them; 0 without any.
    pub example: [u64; 2],
}

impl SumRow {
    fn of(row: EventRow) -> Self {
        Self { key: row.key, events: 1, example: halves(row.example) }
    }

    pub fn example_id(self) -> u128 {
        u128::from(self.example[0]) << 64 | u128::from(self.example[1])
    }

    fn add(&mut self, other: Self) {
        self.events = self.events.saturating_add(other.events);
        // 0 is no id, so it must not win.
        if other.example != [0, 0] && (self.example == [0, 0] || other.example < self.example) {
            self.example = other.example;
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the low half is what is wanted")]
fn halves(id: u128) -> [u64; 2] {
    [(id >> 64) as u64, id as u64]
}

/// Sorts rows by key and sums those of one key. Associative: summing parts first changes nothing.
pub fn sum_rows(rows: &mut Vec<SumRow>) {
    rows.par_sort_unstable_by_key(|row| row.key.order());
    rows.dedup_by(|later, first| {
        let same = later.key == first.key;
        if same {
            first.add(*later);
        }
        same
    });
}

#[derive(Default)]
struct Shard {
    /// Index of the file whose turn it is.
    turn: usize,
    /// Files read before their turn.
    waiting: BTreeMap<usize, (Option<u32>, Vec<EventRow>)>,
    /// Ids counted, with the delivery day of their file.
    seen: HashMap<u64, Option<u32>, RandomState>,
    /// The latest delivery day.
    day: Option<u32>,
    rows: Vec<SumRow>,
    summed: usize,
    duplicates: u64,
}

impl Shard {
    fn submit(&mut self, file: usize, day: Option<u32>, rows: Vec<EventRow>) {
        if file != self.turn {
            self.waiting.insert(file, (day, rows));
            return;
        }
        self.add(day, &rows);
        self.turn += 1;
        while let Some((day, rows)) = self.waiting.remove(&self.turn) {
            self.add(day, &rows);
            self.turn += 1;
        }
    }

    fn add(&mut self, day: Option<u32>, rows: &[EventRow]) {
        if day > self.day {
            self.day = day;
            let oldest = day.map(|day| day.saturating_sub(REMEMBERED_DAYS - 1));
            self.seen.retain(|_, seen| seen.is_none() || *seen >= oldest);
        }
        for &row in rows {
            if row.id != 0 && self.is_copy(row.id, day) {
                self.duplicates += 1;
            } else {
                self.rows.push(SumRow::of(row));
            }
        }
        if self.rows.len() > 2 * self.summed + ROWS_BEFORE_SUM {
            sum_rows(&mut self.rows);
            self.summed = self.rows.len();
        }
    }
}

impl Shard {
    /// Whether the id was met before; it is remembered from its latest copy on.
    fn is_copy(&mut self, id: u64, day: Option<u32>) -> bool {
        match self.seen.entry(id) {
            Entry::Vacant(entry) => {
                entry.insert(day);
                false
            }
            Entry::Occupied(mut entry) => {
                if entry.get().is_some() {
                    entry.insert(day);
                }
                true
            }
        }
    }
}

/// Takes the rows of files from many threads.
#[derive(Default)]
pub struct Merger {
    shards: [Mutex<Shard>; SHARDS],
}

impl Merger {
    /// Takes the rows of a file. Every index from 0 on must come once, in any order.
    pub fn submit(&self, file: usize, day: Option<u32>, rows: EventRows) {
        for (shard, rows) in self.shards.iter().zip(rows.0) {
            lock(shard).submit(file, day, rows);
        }
    }

    /// All rows, unsorted and not yet summed over shards, and the number of duplicates dropped.
    pub fn finish(self) -> (Vec<SumRow>, u64) {
        let mut rows = Vec::new();
        let mut duplicates = 0;
        let shards = self.shards.map(|shard| {
            let mut shard = shard.into_inner().unwrap_or_else(PoisonError::into_inner);
            shard.seen = HashMap::default();
            shard
        });
        rows.reserve_exact(shards.iter().map(|shard| shard.rows.len()).sum());
        for shard in shards {
            duplicates += shard.duplicates;
            rows.extend(shard.rows);
        }
        (rows, duplicates)
    }
}

fn lock(shard: &Mutex<Shard>) -> MutexGuard<'_, Shard> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn row(api: u32, id: u64) -> EventRow {
        EventRow {
            key: RowKey { api, minute: 1, caller: 0, error: 0 },
            id,
            example: u128::from(id),
        }
    }

    fn rows(list: &[EventRow]) -> EventRows {
        let mut rows = EventRows::default();
        for &row in list {
            rows.push(row);
        }
        rows
    }

    fn merged(files: &[(usize, Option<u32>, Vec<EventRow>)]) -> (Vec<SumRow>, u64) {
        let merger = Merger::default();
        for (index, day, list) in files {
            merger.submit(*index, *day, rows(list));
        }
        let (mut rows, duplicates) = merger.finish();
        sum_rows(&mut rows);
        (rows, duplicates)
    }

    #[test]
    fn the_earlier_file_wins_whichever_is_read_first() {
        let files = [(0, Some(1), vec![row(7, 42)]), (1, Some(1), vec![row(8, 42)])];
        let turned = [files[1].clone(), files[0].clone()];
        let (kept, duplicates) = merged(&files);
        assert_eq!((kept[0].key.api, kept.len(), duplicates), (7, 1, 1));
        assert_eq!(merged(&turned), (kept, duplicates));
    }

    #[test]
    fn ids_are_forgotten_after_three_days_of_delivery() {
        let copy_on = |day| {
            let files = [(0, Some(10), vec![row(1, 5)]), (1, Some(day), vec![row(1, 5)])];
            merged(&files).1
        };
        assert_eq!((copy_on(10), copy_on(12), copy_on(13)), (1, 1, 0));
        let undated = [(0, None, vec![row(1, 5)]), (1, Some(900), vec![row(1, 5)])];
        assert_eq!(merged(&undated).1, 1);
    }

    #[test]
    fn records_without_an_id_are_never_duplicates() {
        assert_eq!(merged(&[(0, None, vec![row(1, 0), row(1, 0)])]).0[0].events, 2);
    }

    fn any_row() -> impl Strategy<Value = SumRow> {
        (0..3_u32, 0..3_u32, 1..9_u32, 0..4_u64).prop_map(|(api, minute, events, id)| SumRow {
            key: RowKey { api, minute, caller: 0, error: 0 },
            events,
            example: [0, id],
        })
    }

    proptest! {
        #[test]
        fn summing_is_associative(
            list in prop::collection::vec(any_row(), 0..60), cut in 0..60_usize, second in 0..60_usize
        ) {
            let mut whole = list.clone();
            sum_rows(&mut whole);
            let (low, high) = (cut.min(second).min(list.len()), cut.max(second).min(list.len()));
            let mut parts = [list[..low].to_vec(), list[low..high].to_vec(), list[high..].to_vec()];
            parts.iter_mut().for_each(sum_rows);
            let [a, b, c] = parts;
            let mut left = [a.clone(), b.clone()].concat();
            sum_rows(&mut left);
            left.extend(c.clone());
            sum_rows(&mut left);
            let mut right = [b, c].concat();
            sum_rows(&mut right);
            right.extend(a);
            sum_rows(&mut right);
            prop_assert_eq!(&left, &whole);
            prop_assert_eq!(&right, &whole);
        }
    }
}
