//! The books of stores: what became of everything that was counted into them.

use super::table::Sums;
use crate::count::{Tally, What};
use crate::store::ledger::Ledger;

/// The books of a ledger, with what the filter makes of the events that it let in.
pub fn books(ledger: Ledger, sums: &Sums) -> Tally {
    let mut tally = Tally {
        counted: sums.counted,
        other_categories: sums.other_categories,
        filtered: sums.filtered,
        ..Tally::default()
    };
    let number = |number: i64| u64::try_from(number).unwrap_or(0);
    let mut counted = 0;
    for (place, (name, source)) in ledger.files.into_iter().enumerate() {
        counted += number(source.counted);
        tally.files_read += u64::from(source.records > 0 || source.damage.is_none());
        tally.updates += number(source.updates);
        tally.left_alone_before += number(source.left_alone);
        if let Some(why) = source.damage {
            tally.problem(place, What::DamagedBefore(name.clone(), why));
        }
        if source.rejected > 0 {
            tally.problem(place, What::RejectedBefore(name, number(source.rejected)));
        }
    }
    let events = sums.counted + sums.filtered + sums.other_categories.iter().sum::<u64>();
    tally.duplicates = counted.saturating_sub(events);
    tally
}
