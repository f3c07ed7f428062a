//! One event, and the events of one minute and one set of dimensions, by ids.

use std::cmp::Ordering;

/// A set of dimensions and a minute, by ids, in the order of the table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct RowKey {
    pub api: u32,
    pub minute: u32,
    pub identity: u32,
    pub identity_type: u32,
    pub user_agent: u32,
    pub source_ip: u32,
    pub error: u32,
}

impl RowKey {
    /// Two numbers that order as the fields do one by one, and are compared faster.
    fn order(self) -> (u128, u128) {
        let four = |a: u32, b: u32, c: u32, d: u32| {
            u128::from(a) << 96 | u128::from(b) << 64 | u128::from(c) << 32 | u128::from(d)
        };
        (
            four(self.api, self.minute, self.identity, self.identity_type),
            four(self.user_agent, self.source_ip, self.error, 0),
        )
    }
}

impl PartialOrd for RowKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for RowKey {
    fn cmp(&self, other: &Self) -> Ordering {
        let ((a, more_a), (b, more_b)) = (self.order(), other.order());
        a.cmp(&b).then_with(|| more_a.cmp(&more_b))
    }
}

/// One event.
#[derive(Clone, Copy, Debug)]
pub struct EventRow {
    pub key: RowKey,
    /// Hash of event id and account; 0 without an id.
    pub id: u64,
    /// High and low half of the event id as a number. When it is no UUID the high half is 0, and the
    /// low half too unless [`Keep::EachEvent`] needs what stands for it.
    ///
    /// [`Keep::EachEvent`]: super::Keep::EachEvent
    pub example: [u64; 2],
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
    pub const fn of(row: EventRow) -> Self {
        Self { key: row.key, events: 1, example: row.example }
    }

    /// The id as a number; 0 without any.
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

/// Fewer rows are sorted as they are.
const FEW: usize = 64;

/// Sorts rows by key and sums those of one key. Associative: summing parts first changes nothing.
pub fn sum_rows(rows: &mut Vec<SumRow>) {
    let places = u32::try_from(rows.len());
    match places {
        Ok(places) if rows.len() >= FEW => *rows = in_order(rows, places),
        _ => rows.sort_unstable_by_key(|row| row.key),
    }
    sum_neighbours(rows);
}

/// The rows sorted by key. Rows are large: the first numbers of their keys are sorted with their
/// places, and the rows then moved once; few are equal in those.
fn in_order(rows: &[SumRow], places: u32) -> Vec<SumRow> {
    let begins = |row: &SumRow, place: u32| {
        let RowKey { api, minute, identity, .. } = row.key;
        let rest = u64::from(identity) << 32 | u64::from(place);
        u128::from(api) << 96 | u128::from(minute) << 64 | u128::from(rest)
    };
    let mut order: Vec<u128> =
        rows.iter().zip(0..places).map(|(row, place)| begins(row, place)).collect();
    order.sort_unstable();
    #[expect(clippy::cast_possible_truncation, reason = "the place is in the lowest bits")]
    let mut sorted: Vec<SumRow> =
        order.into_iter().map(|begins| rows[begins as u32 as usize]).collect();
    let begin = |row: &SumRow| (row.key.api, row.key.minute, row.key.identity);
    for equal in sorted.chunk_by_mut(|a, b| begin(a) == begin(b)) {
        equal.sort_unstable_by_key(|row| row.key);
    }
    sorted
}

/// As [`sum_rows`], sorted by what `order` makes of the key, which must differ where keys do.
pub fn sum_rows_in_order<K: Ord>(rows: &mut Vec<SumRow>, order: impl Fn(RowKey) -> K) {
    rows.sort_unstable_by_key(|row| order(row.key));
    sum_neighbours(rows);
}

fn sum_neighbours(rows: &mut Vec<SumRow>) {
    rows.dedup_by(|later, first| {
        let same = later.key == first.key;
        if same {
            first.add(*later);
        }
        same
    });
}

/// Sorts rows of single events by key and id and drops copies.
pub fn drop_copies(rows: &mut Vec<SumRow>) {
    drop_copies_in_order(rows, |key| key);
}

/// Sorts rows of single events by what `order` makes of the key, and by id, and drops copies: events
/// of one key and one id. Events without an id are summed. Associative as well.
pub fn drop_copies_in_order<K: Ord>(rows: &mut Vec<SumRow>, order: impl Fn(RowKey) -> K) {
    rows.sort_unstable_by_key(|row| (order(row.key), row.example));
    rows.dedup_by(|later, first| {
        let same = (later.key, later.example) == (first.key, first.example);
        if same && first.example == [0, 0] {
            first.events = first.events.saturating_add(later.events);
        }
        same
    });
}

/// Rows with an example that are kept of each API, minute and error code: as many as anything that
/// is told of events needs.
const EXAMPLES: u8 = 5;

/// Says of rows in the order of the table which ones keep their example: the first [`EXAMPLES`] that
/// have one of each API, minute and error code. The first of all are among the first of any part,
/// so it does not matter whether parts were asked before.
#[derive(Default)]
pub struct Examples {
    group: Option<(u32, u32)>,
    /// Error codes of the group, with the examples kept.
    kept: Vec<(u32, u8)>,
}

impl Examples {
    /// Whether the next row, which has an example, keeps it.
    pub fn keep(&mut self, key: RowKey) -> bool {
        let group = Some((key.api, key.minute));
        if self.group != group {
            self.group = group;
            self.kept.clear();
        }
        if let Some((_, kept)) = self.kept.iter_mut().find(|(error, _)| *error == key.error) {
            *kept = kept.saturating_add(1);
            return *kept <= EXAMPLES;
        }
        self.kept.push((key.error, 1));
        true
    }

    /// Takes the example from the rows of whole minutes that do not keep it.
    pub fn clear(rows: &mut [SumRow]) {
        let mut examples = Self::default();
        for row in rows.iter_mut().filter(|row| row.example != [0, 0]) {
            if !examples.keep(row.key) {
                row.example = [0, 0];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_row() -> impl Strategy<Value = SumRow> {
        (0..3_u32, 0..3_u32, 1..9_u32, 0..4_u64).prop_map(|(api, minute, events, id)| SumRow {
            key: RowKey { api, minute, ..RowKey::default() },
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

    proptest! {
        #[test]
        fn many_rows_are_sorted_as_few_are(
            keys in prop::collection::vec(prop::array::uniform7(0..3_u32), FEW..4 * FEW)
        ) {
            let row = |[api, minute, identity, identity_type, user_agent, source_ip, error]: [u32; 7]| {
                let key =
                    RowKey { api, minute, identity, identity_type, user_agent, source_ip, error };
                SumRow { key, events: 1, example: [0, 0] }
            };
            let mut rows: Vec<SumRow> = keys.into_iter().map(row).collect();
            let mut one_by_one = rows.clone();
            sum_rows_in_order(&mut one_by_one, |key| key);
            sum_rows(&mut rows);
            prop_assert_eq!(rows, one_by_one);
        }
    }

    /// Rows with keys of their own, a few callers and errors in two minutes, some without an example.
    fn any_rows() -> impl Strategy<Value = Vec<SumRow>> {
        let row = (0..2_u32, 0..12_u32, 0..2_u32, prop::option::weighted(0.8, 1..9_u64));
        prop::collection::vec(row, 0..60).prop_map(|rows| {
            let row = |(minute, identity, error, id): (u32, u32, u32, Option<u64>)| SumRow {
                key: RowKey { minute, identity, error, ..RowKey::default() },
                events: 1,
                example: id.map_or([0, 0], |id| [id, 1]),
            };
            let mut rows: Vec<SumRow> = rows.into_iter().map(row).collect();
            sum_rows(&mut rows);
            rows
        })
    }

    proptest! {
        #[test]
        fn clearing_examples_of_parts_first_changes_nothing(
            rows in any_rows(), sides in prop::collection::vec(any::<bool>(), 60)
        ) {
            let side = |wanted| rows.iter().zip(&sides).filter(move |(_, side)| **side == wanted);
            let [mut a, mut b] = [true, false].map(|wanted| {
                side(wanted).map(|(row, _)| *row).collect::<Vec<_>>()
            });
            Examples::clear(&mut a);
            Examples::clear(&mut b);
            let mut parts = [a, b].concat();
            sum_rows(&mut parts);
            Examples::clear(&mut parts);
            let mut whole = rows.clone();
            Examples::clear(&mut whole);
            prop_assert_eq!(&parts, &whole);
            for (minute, error) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
                let of = |rows: &[SumRow]| -> Vec<u32> {
                    let wanted = rows.iter().filter(|row| {
                        (row.key.minute, row.key.error) == (minute, error) && row.example != [0, 0]
                    });
                    wanted.map(|row| row.key.identity).collect()
                };
                let all = of(&rows);
                prop_assert_eq!(of(&whole), &all[..all.len().min(5)]);
            }
        }
    }

    #[test]
    fn copies_are_dropped_and_events_without_an_id_are_not() {
        let row = |minute, id| SumRow {
            key: RowKey { minute, ..RowKey::default() },
            events: 1,
            example: [id, id],
        };
        let mut rows = [row(2, 7), row(1, 0), row(1, 7), row(1, 0), row(2, 7), row(2, 8)].to_vec();
        drop_copies_in_order(&mut rows, |key| key);
        let seen = rows.iter().map(|row| (row.key.minute, row.example[0], row.events));
        let seen: Vec<_> = seen.collect();
        assert_eq!(seen, [(1, 0, 2), (1, 7, 1), (2, 7, 1), (2, 8, 1)]);
    }
}
