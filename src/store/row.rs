//! Rows with the prints of their events: what is put together when a store grows or stores are merged.

use super::print::{Print, print_of};
use crate::count::{Examples, RowKey, SumRow};

/// One row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoredRow {
    pub key: RowKey,
    pub events: u32,
    /// High and low half of the smallest event id that is a UUID; 0 without any.
    pub example: [u64; 2],
    /// Where its prints are in [`Rows::prints`]; the first, and how many.
    prints: (usize, u32),
}

impl StoredRow {
    fn add(&mut self, other: &Self) {
        self.events = self.events.saturating_add(other.events);
        if other.example != [0, 0] && (self.example == [0, 0] || other.example < self.example) {
            self.example = other.example;
        }
    }

    /// Whether one of its event ids is kept.
    pub fn has_example(&self) -> bool {
        self.example != [0, 0]
    }

    /// How many of the events have an id.
    pub const fn with_id(&self) -> u32 {
        self.prints.1
    }
}

/// Many rows.
#[derive(Default)]
pub struct Rows {
    pub rows: Vec<StoredRow>,
    prints: Vec<Print>,
}

impl Rows {
    /// Adds a row; its prints must be sorted and each there once, and no more than events.
    pub fn push(
        &mut self,
        key: RowKey,
        events: u32,
        example: [u64; 2],
        prints: impl IntoIterator<Item = Print>,
    ) {
        let first = self.prints.len();
        self.prints.extend(prints);
        let count = u32::try_from(self.prints.len() - first).unwrap_or(u32::MAX);
        self.rows.push(StoredRow { key, events, example, prints: (first, count) });
    }

    /// Makes room for so many more rows of one event each.
    pub fn reserve(&mut self, rows: usize) {
        self.rows.reserve(rows);
        self.prints.reserve(rows);
    }

    /// Adds events of one key, sorted by id and each there once.
    pub fn push_events(&mut self, events: &[SumRow], scratch: &mut Vec<Print>) {
        let Some(first) = events.first() else { return };
        scratch.clear();
        scratch.extend(events.iter().filter_map(|event| print_of(event.example)));
        scratch.sort_unstable();
        scratch.dedup();
        let without_id = events.iter().filter(|event| event.example == [0, 0]);
        let without_id = without_id.fold(0_u32, |sum, event| sum.saturating_add(event.events));
        // A high half of 0 is no UUID.
        let example = events.iter().find(|event| event.example[0] != 0);
        let with_id = u32::try_from(scratch.len()).unwrap_or(u32::MAX);
        self.push(
            first.key,
            without_id.saturating_add(with_id),
            example.map_or([0, 0], |event| event.example),
            scratch.iter().copied(),
        );
    }

    /// Forgets all rows.
    pub fn clear(&mut self) {
        self.rows.clear();
        self.prints.clear();
    }

    /// The prints of a row.
    pub fn prints(&self, row: &StoredRow) -> &[Print] {
        let (first, count) = row.prints;
        self.prints.get(first..first + count as usize).unwrap_or_default()
    }

    /// Sorts by key and puts rows of one key together, each event counting once; examples stay with
    /// the first rows of a minute. Associative: the same in any order, and if done with some before.
    pub fn fold(&mut self) {
        // Runs of sorted rows are common.
        self.rows.sort_by_key(|row| row.key);
        let mut union: Vec<Print> = Vec::new();
        let rows = std::mem::take(&mut self.rows);
        self.rows = rows
            .chunk_by(|a, b| a.key == b.key)
            .map(|same| self.united(same, &mut union))
            .collect();
        let mut examples = Examples::default();
        for row in self.rows.iter_mut().filter(|row| row.has_example()) {
            if !examples.keep(row.key) {
                row.example = [0, 0];
            }
        }
    }

    /// One row of those with one key.
    fn united(&mut self, same: &[StoredRow], union: &mut Vec<Print>) -> StoredRow {
        let mut all = same[0];
        if same.len() == 1 {
            return all;
        }
        same[1..].iter().for_each(|row| all.add(row));
        union.clear();
        for row in same {
            union.extend(self.prints(row));
        }
        let before = u32::try_from(union.len()).unwrap_or(u32::MAX);
        union.sort_unstable();
        union.dedup();
        let after = u32::try_from(union.len()).unwrap_or(u32::MAX);
        all.events -= before - after;
        all.prints = (self.prints.len(), after);
        self.prints.extend(&*union);
        all
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// An event: error, identity, id (0: none).
    fn any_event() -> impl Strategy<Value = SumRow> {
        (0..3_u32, 0..9_u32, 0..9_u64, any::<bool>()).prop_map(|(error, identity, id, uuid)| {
            let key = RowKey { identity, error, ..RowKey::default() };
            let high = u64::from(uuid && id != 0);
            SumRow { key, events: 1, example: [high, id] }
        })
    }

    fn rows_of(events: &[SumRow]) -> Rows {
        let mut rows = Rows::default();
        for event in events {
            rows.push_events(&[*event], &mut Vec::new());
        }
        rows.fold();
        rows
    }

    impl Rows {
        fn append(&mut self, other: &Self) {
            for row in &other.rows {
                self.push(row.key, row.events, row.example, other.prints(row).to_vec());
            }
        }
    }

    fn shown(rows: &Rows) -> Vec<(RowKey, u32, [u64; 2], Vec<Print>)> {
        let shown = |row: &StoredRow| (row.key, row.events, row.example, rows.prints(row).to_vec());
        rows.rows.iter().map(shown).collect()
    }

    proptest! {
        #[test]
        fn folding_is_associative_and_copies_of_events_with_ids_change_nothing(
            events in prop::collection::vec(any_event(), 0..60),
            cut in 0..60_usize,
            again in prop::collection::vec(0..60_usize, 0..20),
        ) {
            let whole = rows_of(&events);
            let (a, b) = events.split_at(cut.min(events.len()));
            let mut b = b.to_vec();
            let copies = again.iter().filter_map(|&at| events.get(at));
            b.extend(copies.filter(|event| event.example != [0, 0]));
            let (a, b) = (rows_of(a), rows_of(&b));
            let (mut ab, mut ba) = (Rows::default(), Rows::default());
            ab.append(&a);
            ab.append(&b);
            ba.append(&b);
            ba.append(&a);
            ab.fold();
            ba.fold();
            prop_assert_eq!(shown(&ab), shown(&whole));
            prop_assert_eq!(shown(&ba), shown(&whole));
        }
    }

    #[test]
    fn every_event_with_an_id_counts_once() {
        let event = |id| SumRow { key: RowKey::default(), events: 1, example: id };
        let rows =
            rows_of(&[event([0, 0]), event([0, 0]), event([1, 5]), event([1, 5]), event([0, 5])]);
        assert_eq!((rows.rows.len(), rows.rows[0].events, rows.rows[0].with_id()), (1, 4, 2));
        assert_eq!(rows.rows[0].example, [1, 5]);
    }
}
