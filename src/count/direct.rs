//! Minute counts of events that are known without any file.

use super::MemoryLimits;
use super::dictionary::Dictionaries;
use super::filter::EventFilter;
use super::lookup::Lookup;
use super::merge::Merged;
use super::presence::{Hours, Presence};
use super::row::SumRow;
use super::spill::Spill;
use super::table::MinuteCounts;
use crate::event::{Event, fold_session};

impl MinuteCounts {
    /// The counts of the events that `fill` tells of, each so many times, in any order: as if files
    /// with them had been read with the default options, except that nothing is a duplicate.
    ///
    /// ```
    /// use trailspike::count::MinuteCounts;
    ///
    /// let table = MinuteCounts::of(|_add| {});
    /// assert!(table.coverage().is_empty());
    /// ```
    #[must_use]
    pub fn of(fill: impl FnOnce(&mut dyn FnMut(&Event<'_>, u32))) -> Self {
        let (dictionaries, filter) = (Dictionaries::default(), EventFilter::default());
        let (mut rows, mut presence) = (Vec::new(), Presence::default());
        {
            let mut lookup = Lookup::new(&dictionaries, &filter);
            fill(&mut |event, events| {
                let ids = lookup.api(event);
                presence.mark(ids.account, event.minute);
                let Some(api) = ids.api.filter(|_| events > 0) else { return };
                let key = lookup.row_key(api, event, fold_session(&event.identity));
                rows.push(SumRow { key, events, example: [0, 0] });
            });
        }
        let merged = Merged { rows: vec![rows], spill: Spill::new(None), duplicates: 0 };
        Self::new(merged, presence, dictionaries, &MemoryLimits::default())
    }
}

/// Rows handed out at a time.
const AT_ONCE: usize = 1 << 20;

/// Hands out the events that `fill` tells of, each so many times and every time with an id of its
/// own, as rows of one event sorted by key and id, with the dictionaries' ids; then the minutes in
/// which each account had any. What is told of again counts again.
pub(crate) fn each_event<E>(
    dictionaries: &Dictionaries,
    fill: impl FnOnce(&mut dyn FnMut(&Event<'_>, u32)),
    mut take: impl FnMut(&[SumRow]) -> Result<(), E>,
) -> Result<Hours, E> {
    let filter = EventFilter { category: None, ..EventFilter::default() };
    let mut lookup = Lookup::new(dictionaries, &filter);
    let (mut rows, mut presence): (Vec<SumRow>, _) = (Vec::new(), Presence::default());
    let (mut number, mut outcome) = (0_u64, Ok(()));
    let mut hand_on = |rows: &mut Vec<SumRow>| {
        rows.sort_unstable_by_key(|row| (row.key, row.example));
        if outcome.is_ok() {
            outcome = take(rows);
        }
        rows.clear();
    };
    fill(&mut |event, events| {
        let ids = lookup.api(event);
        presence.mark(ids.account, event.minute);
        let Some(api) = ids.api else { return };
        let key = lookup.row_key(api, event, fold_session(&event.identity));
        for _ in 0..events {
            number += 1;
            let example = [mixed(number) | 1 << 63, mixed(!number)];
            rows.push(SumRow { key, events: 1, example });
            if rows.len() == AT_ONCE {
                hand_on(&mut rows);
            }
        }
    });
    hand_on(&mut rows);
    outcome.map(|()| presence.into_hours())
}

/// A number that looks as if drawn (the last step of `SplitMix64`).
const fn mixed(number: u64) -> u64 {
    let number = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}
