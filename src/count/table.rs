//! The central table: minute counts with their dimensions as ids that do not depend on threads.

use std::collections::BTreeMap;
use std::sync::Arc;

use polars::prelude::{Column, DataFrame, PolarsResult};

use super::dictionary::{Dictionaries, Symbol, Values};
use super::merge::{RowKey, SumRow, sum_rows};
use super::presence::Presence;
use crate::coverage::Coverage;
use crate::event::EventCategory;
use crate::minute::Minute;

/// An API as the table knows it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Api {
    /// Recipient account.
    pub account: Arc<str>,
    /// Region of the calls.
    pub region: Arc<str>,
    /// Service.
    pub event_source: Arc<str>,
    /// API.
    pub event_name: Arc<str>,
    /// Management, data or network activity.
    pub category: EventCategory,
    /// Whether these calls only read.
    pub read_only: bool,
}

/// A caller as the table knows it: ids of [`MinuteCounts::text`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Caller {
    /// User identity ARN, or the best name there is.
    pub identity: u32,
    /// `userIdentity.type`.
    pub identity_type: u32,
    /// `userAgent`.
    pub user_agent: u32,
    /// `sourceIPAddress`.
    pub source_ip: u32,
}

/// One row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// When.
    pub minute: Minute,
    /// Index into [`MinuteCounts::callers`].
    pub caller: u32,
    /// Id of the error code; the empty string's, 0, for calls without error.
    pub error: u32,
    /// How many events had all of these.
    pub events: u32,
    /// The smallest UUID among their event ids; 0 when there was none.
    pub example: u128,
}

/// Minute counts, sorted by API, minute, caller and error code.
#[derive(Debug)]
pub struct MinuteCounts {
    rows: Vec<SumRow>,
    texts: Vec<Arc<str>>,
    apis: Vec<Api>,
    callers: Vec<Caller>,
    /// First row of each API, and behind it the number of rows.
    starts: Vec<usize>,
    coverage: BTreeMap<Arc<str>, Coverage>,
}

impl MinuteCounts {
    /// The APIs, sorted; those that differ only in `read_only` are neighbours.
    #[must_use]
    pub fn apis(&self) -> &[Api] {
        &self.apis
    }

    /// The callers, sorted.
    #[must_use]
    pub fn callers(&self) -> &[Caller] {
        &self.callers
    }

    /// The string with that id.
    #[must_use]
    pub fn text(&self, id: u32) -> &str {
        self.texts.get(id as usize).map_or("", |text| text)
    }

    /// The rows of the API with that index, in time order.
    pub fn rows(&self, api: usize) -> impl Iterator<Item = Row> + '_ {
        self.rows[self.starts[api]..self.starts[api + 1]].iter().map(|row| Row {
            minute: Minute::new(row.key.minute),
            caller: row.key.caller,
            error: row.key.error,
            events: row.events,
            example: row.example_id(),
        })
    }

    /// How many rows the table has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether nothing was counted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The time the logs of each account cover.
    #[must_use]
    pub fn coverage(&self) -> &BTreeMap<Arc<str>, Coverage> {
        &self.coverage
    }

    /// Rows as columns: `minute` (minutes since the epoch), `identity`, `user_agent`, `source_ip`,
    /// `error_code` (ids of [`Self::text`]) and `events`.
    ///
    /// # Errors
    /// None that can be caused from outside: all columns have one length.
    pub fn frame(&self, rows: &[Row]) -> PolarsResult<DataFrame> {
        let column = |name: &str, value: &dyn Fn(&Row) -> u32| {
            Column::new(name.into(), rows.iter().map(value).collect::<Vec<u32>>())
        };
        let caller = |row: &Row| self.callers[row.caller as usize];
        let events: Vec<u64> = rows.iter().map(|row| u64::from(row.events)).collect();
        DataFrame::new(
            rows.len(),
            vec![
                column("minute", &|row| row.minute.get()),
                column("identity", &|row| caller(row).identity),
                column("user_agent", &|row| caller(row).user_agent),
                column("source_ip", &|row| caller(row).source_ip),
                column("error_code", &|row| row.error),
                Column::new("events".into(), events),
            ],
        )
    }
}

/// Gives every id its place in sorted order, then sorts and sums the rows.
pub fn canonical(
    rows: Vec<SumRow>,
    presence: Presence,
    dictionaries: Dictionaries,
) -> MinuteCounts {
    let Values { texts, mut apis, mut callers } = dictionaries.into_values();
    let (texts, text_ranks) = ranked(texts);
    let rank = |symbol: &mut Symbol| *symbol = text_ranks[*symbol as usize];
    for api in &mut apis {
        [&mut api.account, &mut api.region, &mut api.event_source, &mut api.event_name]
            .into_iter()
            .for_each(rank);
    }
    for caller in &mut callers {
        [
            &mut caller.identity,
            &mut caller.identity_type,
            &mut caller.user_agent,
            &mut caller.source_ip,
        ]
        .into_iter()
        .for_each(rank);
    }
    let (apis, api_ranks) = ranked(apis);
    let (callers, caller_ranks) = ranked(callers);
    let mut rows = rows;
    for row in &mut rows {
        row.key = RowKey {
            api: api_ranks[row.key.api as usize],
            minute: row.key.minute,
            caller: caller_ranks[row.key.caller as usize],
            error: text_ranks[row.key.error as usize],
        };
    }
    sum_rows(&mut rows);
    let starts =
        (0..=apis.len()).map(|api| rows.partition_point(|row| (row.key.api as usize) < api));
    let text = |symbol: Symbol| Arc::clone(&texts[symbol as usize]);
    MinuteCounts {
        starts: starts.collect(),
        coverage: presence
            .coverage()
            .into_iter()
            .map(|(account, coverage)| (text(text_ranks[account as usize]), coverage))
            .collect(),
        apis: apis
            .iter()
            .map(|api| Api {
                account: text(api.account),
                region: text(api.region),
                event_source: text(api.event_source),
                event_name: text(api.event_name),
                category: api.category,
                read_only: api.read_only,
            })
            .collect(),
        callers: callers
            .iter()
            .map(|caller| Caller {
                identity: caller.identity,
                identity_type: caller.identity_type,
                user_agent: caller.user_agent,
                source_ip: caller.source_ip,
            })
            .collect(),
        rows,
        texts,
    }
}

/// The values sorted, and for each old id its new one.
fn ranked<K: Ord>(values: Vec<K>) -> (Vec<K>, Vec<u32>) {
    let mut order: Vec<(K, u32)> = values.into_iter().zip(0..).collect();
    order.sort_unstable();
    let mut ranks = vec![0; order.len()];
    for ((_, old), new) in order.iter().zip(0..) {
        ranks[*old as usize] = new;
    }
    (order.into_iter().map(|(value, _)| value).collect(), ranks)
}
