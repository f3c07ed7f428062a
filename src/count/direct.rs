//! Minute counts of events that are known without any file.

use super::MemoryLimits;
use super::dictionary::Dictionaries;
use super::filter::EventFilter;
use super::lookup::Lookup;
use super::merge::Merged;
use super::presence::Presence;
use super::row::{RowKey, SumRow};
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
                let caller = lookup.caller(event, fold_session(&event.identity));
                let key = RowKey {
                    api,
                    minute: event.minute.get(),
                    identity: caller.identity,
                    identity_type: caller.identity_type,
                    user_agent: caller.user_agent,
                    source_ip: caller.source_ip,
                    error: lookup.error(event.error_code.as_deref()),
                };
                rows.push(SumRow { key, events, example: [0, 0] });
            });
        }
        let merged = Merged { rows: vec![rows], spill: Spill::new(None), duplicates: 0 };
        Self::new(merged, presence, dictionaries, &MemoryLimits::default())
    }
}
