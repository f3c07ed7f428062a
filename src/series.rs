//! Minute counts -> the sparse series of each subject.

use std::collections::HashMap;
use std::ops::Range;

use ahash::RandomState;
use rayon::prelude::*;

use crate::count::{Api, MinuteCounts, Row};
use crate::minute::DAY;
use crate::minute::Minute;

/// How often a subject was seen in one minute. Minutes without events have no point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// When.
    pub minute: Minute,
    /// Events in this minute, at least 1.
    pub events: u32,
    /// Those of them made by newcomers: callers whose identity, or whose user agent and source IP
    /// both, were first seen on this subject less than a day before this minute.
    pub newcomers: u32,
}

/// The sparse minute counts of one subject, in time order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Series {
    /// Strictly ascending by minute.
    pub points: Vec<Point>,
}

/// What of an API a series counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    /// Its calls, failed ones too.
    Calls,
    /// Its calls that failed with the error code of that id.
    Errors(u32),
}

/// What a series is about: an API in one account and Region, or one of its error codes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiSubject {
    /// Indexes of the API in the table: one for its calls that read, one for those that write.
    pub apis: Range<usize>,
    /// Calls or errors.
    pub measure: Measure,
}

impl ApiSubject {
    /// The API, in the first of its shapes.
    #[must_use]
    pub fn api<'t>(&self, table: &'t MinuteCounts) -> &'t Api {
        &table.apis()[self.apis.start]
    }

    /// The subject's rows, in time order.
    #[must_use]
    pub fn rows(&self, table: &MinuteCounts, calls: Calls) -> Vec<Row> {
        let mut rows: Vec<Row> = self
            .apis
            .clone()
            .filter(|&api| {
                self.measure != Measure::Calls
                    || calls == Calls::All
                    || !table.apis()[api].read_only
            })
            .flat_map(|api| table.rows(api))
            .filter(|row| match self.measure {
                Measure::Calls => true,
                Measure::Errors(code) => row.error == code,
            })
            .collect();
        if self.apis.len() > 1 {
            rows.sort_by_key(|row| row.minute);
        }
        rows
    }
}

/// Which calls the call rate counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Calls {
    /// Reads and writes.
    #[default]
    All,
    /// Writes only, as CloudTrail Insights does.
    Writes,
}

/// The series of every subject in the table, in the order of its APIs, calls before errors.
#[must_use]
pub fn all_series(table: &MinuteCounts, calls: Calls) -> Vec<(ApiSubject, Series)> {
    let same = |a: &Api, b: &Api| {
        (&a.account, &a.region, &a.event_source, &a.event_name, a.category)
            == (&b.account, &b.region, &b.event_source, &b.event_name, b.category)
    };
    let mut groups: Vec<Range<usize>> = Vec::new();
    for (index, api) in table.apis().iter().enumerate() {
        match groups.last_mut() {
            Some(group) if same(&table.apis()[group.start], api) => group.end = index + 1,
            _ => groups.push(index..index + 1),
        }
    }
    groups.into_par_iter().flat_map_iter(|apis| api_series(table, apis, calls)).collect()
}

/// The series of one API: its calls, then each of its error codes.
fn api_series(table: &MinuteCounts, apis: Range<usize>, calls: Calls) -> Vec<(ApiSubject, Series)> {
    let subject = |measure| ApiSubject { apis: apis.clone(), measure };
    let of = |subject: ApiSubject| {
        let series = series(&subject.rows(table, calls), table);
        (subject, series)
    };
    let codes = apis.clone().flat_map(|api| table.rows(api)).map(|row| row.error);
    let mut codes: Vec<u32> = codes.filter(|&code| code != 0).collect();
    codes.sort_unstable();
    codes.dedup();
    std::iter::once(Measure::Calls)
        .chain(codes.into_iter().map(Measure::Errors))
        .map(|measure| of(subject(measure)))
        .filter(|(_, series)| !series.points.is_empty())
        .collect()
}

/// Sums rows, in time order, by minute.
fn series(rows: &[Row], table: &MinuteCounts) -> Series {
    let mut series = Series::default();
    let mut known = KnownCallers::default();
    for row in rows {
        let newcomers = if known.is_newcomer(row, table) { row.events } else { 0 };
        match series.points.last_mut() {
            Some(point) if point.minute == row.minute => {
                point.events = point.events.saturating_add(row.events);
                point.newcomers = point.newcomers.saturating_add(newcomers);
            }
            _ => series.points.push(Point { minute: row.minute, events: row.events, newcomers }),
        }
    }
    series
}

/// When each name was first seen on a subject.
#[derive(Default)]
struct KnownCallers {
    /// By caller: whether it is known for a day is looked up first, as it is the common case.
    callers: HashMap<u32, Minute, RandomState>,
    names: HashMap<u32, Minute, RandomState>,
}

impl KnownCallers {
    fn is_newcomer(&mut self, row: &Row, table: &MinuteCounts) -> bool {
        let first = *self.callers.entry(row.caller).or_insert(row.minute);
        if row.minute.since(first) >= DAY {
            return false;
        }
        let caller = table.callers()[row.caller as usize];
        // One map serves all: an identity, an agent and an address are never the same string,
        // but for services, which are all three at once and as new in each.
        let mut is_new = |name| {
            let first = *self.names.entry(name).or_insert(row.minute);
            row.minute.since(first) < DAY
        };
        let (identity, agent, address) =
            (is_new(caller.identity), is_new(caller.user_agent), is_new(caller.source_ip));
        identity || (agent && address)
    }
}
