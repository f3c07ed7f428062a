//! Minute counts -> the sparse series of each subject.

use std::collections::HashMap;
use std::ops::Range;

use ahash::RandomState;
use rayon::prelude::*;

use crate::count::last::Last;
use crate::count::{Api, Part, RolledUp, Row};
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
    /// Indexes of the API in its part: one for its calls that read, one for those that write.
    pub apis: Range<usize>,
    /// Calls or errors.
    pub measure: Measure,
}

impl ApiSubject {
    /// The API, in the first of its shapes.
    #[must_use]
    pub fn api<'t>(&self, part: &Part<'t>) -> Api<'t> {
        part.api(self.apis.start)
    }

    /// The subject's rows, in time order.
    #[must_use]
    pub fn rows(&self, part: &Part<'_>, calls: Calls) -> Vec<Row> {
        let mut rows: Vec<Row> = self
            .apis
            .clone()
            .filter(|&api| {
                self.measure != Measure::Calls || calls == Calls::All || !part.api(api).read_only
            })
            .flat_map(|api| part.rows(api))
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

/// The series of every subject of a part, in the order of its APIs, calls before errors.
#[must_use]
pub fn all_series(part: &Part<'_>, calls: Calls) -> Vec<(ApiSubject, Series)> {
    let same = |a: Api<'_>, b: Api<'_>| Api { read_only: b.read_only, ..a } == b;
    let mut groups: Vec<Range<usize>> = Vec::new();
    for index in 0..part.apis() {
        match groups.last_mut() {
            Some(group) if same(part.api(group.start), part.api(index)) => group.end = index + 1,
            _ => groups.push(index..index + 1),
        }
    }
    groups.into_par_iter().flat_map_iter(|apis| api_series(part, apis, calls)).collect()
}

/// The series of one API: its calls, then each of its error codes.
fn api_series(part: &Part<'_>, apis: Range<usize>, calls: Calls) -> Vec<(ApiSubject, Series)> {
    let subject = |measure| ApiSubject { apis: apis.clone(), measure };
    let called = if apis.len() == 1 && calls == Calls::All {
        series(part.rows(apis.start))
    } else {
        series(subject(Measure::Calls).rows(part, calls).into_iter())
    };
    let rows = apis.clone().flat_map(|api| part.rows(api));
    let mut errors: Vec<Row> = rows.filter(|row| row.error != 0).collect();
    errors.sort_by_key(|row| (row.error, row.minute));
    let failed = errors
        .chunk_by(|a, b| a.error == b.error)
        .map(|rows| (subject(Measure::Errors(rows[0].error)), series(rows.iter().copied())));
    std::iter::once((subject(Measure::Calls), called))
        .chain(failed)
        .filter(|(_, series)| !series.points.is_empty())
        .collect()
}

/// The series of a roll-up, from its counts in time order.
#[must_use]
pub fn rolled_up_series(counts: Vec<RolledUp>) -> Series {
    let point = |RolledUp { minute, events, newcomers }| Point { minute, events, newcomers };
    Series { points: counts.into_iter().map(point).collect() }
}

/// Sums rows, in time order, by minute.
fn series(rows: impl Iterator<Item = Row>) -> Series {
    let mut series = Series::default();
    let mut known = KnownCallers::default();
    for row in rows {
        let newcomers = if known.is_newcomer(&row) { row.events } else { 0 };
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

/// Callers known for a day that are found without looking into a map.
const CALLERS: usize = 64;

/// When each name was first seen on a subject.
struct KnownCallers {
    /// Some of those who are newcomers no more, and most that come again.
    known: Last<3, ()>,
    /// By identity, agent and address: whether all three are known for a day is looked up first, as
    /// it is the common case.
    callers: HashMap<[u32; 3], Minute, RandomState>,
    identities: HashMap<u32, Minute, RandomState>,
    user_agents: HashMap<u32, Minute, RandomState>,
    source_ips: HashMap<u32, Minute, RandomState>,
}

impl Default for KnownCallers {
    fn default() -> Self {
        Self {
            known: Last::new(CALLERS),
            callers: HashMap::default(),
            identities: HashMap::default(),
            user_agents: HashMap::default(),
            source_ips: HashMap::default(),
        }
    }
}

impl KnownCallers {
    fn is_newcomer(&mut self, row: &Row) -> bool {
        let now = row.minute;
        let is_new = |first: Minute| now.since(first) < DAY;
        let caller = [row.identity, row.user_agent, row.source_ip];
        let known = self.known.place(caller);
        if *known == Some((caller, ())) {
            return false;
        }
        if !is_new(*self.callers.entry(caller).or_insert(now)) {
            *known = Some((caller, ()));
            return false;
        }
        let identity = is_new(*self.identities.entry(row.identity).or_insert(now));
        let agent = is_new(*self.user_agents.entry(row.user_agent).or_insert(now));
        let address = is_new(*self.source_ips.entry(row.source_ip).or_insert(now));
        identity || (agent && address)
    }
}
