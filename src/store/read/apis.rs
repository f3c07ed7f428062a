//! Which APIs a day has rows of, and where.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::Arc;

use ahash::RandomState;

use super::names::each_text;
use super::parquet::{Columns, FileError, ParquetFile, minute};
use crate::count::EventFilter;
use crate::event::EventCategory;
use crate::minute::{DAY, HOUR, Minute};
use crate::store::schema::category_of;

const COLUMNS: [&str; 9] = [
    "account",
    "region",
    "event_source",
    "event_name",
    "category",
    "read_only",
    "first_row",
    "rows",
    "events",
];

/// What a filter takes of one day.
#[derive(Debug, Default)]
pub struct DayApis {
    /// The names that the APIs have.
    pub names: Vec<Arc<str>>,
    /// Those with rows.
    pub apis: Vec<DayApi>,
    /// Events taken.
    pub counted: u64,
    /// Events of other categories in the time that is taken.
    pub other_categories: [u64; 3],
    /// Events that are not taken otherwise.
    pub filtered: u64,
    /// Minutes with any event of an account and its Regions, by hour: only where the filter names
    /// Regions, for the table of presence knows none.
    pub presence: BTreeMap<(Arc<str>, u32), u64>,
}

/// An API and its rows.
#[derive(Clone, Debug)]
pub struct DayApi {
    /// Account, Region, event source and event name, by their places.
    pub names: [u32; 4],
    pub category: EventCategory,
    pub read_only: bool,
    /// Where its rows are in the day's central table.
    pub rows: Range<usize>,
}

/// One day's tables that are needed.
pub struct DayTables<'a> {
    /// Days since the epoch.
    pub day: u32,
    pub apis: &'a ParquetFile,
    pub minutes: &'a ParquetFile,
}

impl DayTables<'_> {
    /// What the filter takes of the day.
    pub fn select(&self, filter: &EventFilter) -> Result<DayApis, FileError> {
        let midnight = Minute::new(self.day.saturating_mul(DAY));
        let last = midnight + (DAY - 1);
        let is_cut = !(filter.takes_minute(midnight) && filter.takes_minute(last));
        let by_region = !filter.regions.take_all();
        let minutes = if is_cut || by_region { Some(self.minutes()?) } else { None };
        let events = if is_cut { Some(self.events()?) } else { None };
        let mut taken = DayApis::default();
        for api in self.all(&mut taken.names)? {
            let AnyApi { api: DayApi { names, category, rows, .. }, events: all } = &api;
            let [account, region, source, name] =
                names.map(|name| taken.names.get(name as usize).cloned().unwrap_or_default());
            let mut rows = rows.clone();
            let mut inside = *all;
            if let (Some(minutes), Some(events)) = (&minutes, &events) {
                let of_api = minutes.get(rows.clone()).unwrap_or_default();
                let before = |bound: Option<Minute>| {
                    bound.map(|bound| of_api.partition_point(|minute| *minute < bound.get()))
                };
                let (from, to) = (before(filter.from), before(filter.to));
                let end = rows.start + to.unwrap_or(of_api.len());
                rows = (rows.start + from.unwrap_or(0)).min(end)..end;
                inside = events.get(rows.clone()).unwrap_or_default().iter().sum();
            }
            taken.filtered += all - inside.min(*all);
            if by_region && filter.accounts.take(&account) && filter.regions.take(&region) {
                let of_api = minutes.as_ref().and_then(|minutes| minutes.get(rows.clone()));
                for minute in of_api.unwrap_or_default() {
                    let hour = (Arc::clone(&account), minute / HOUR);
                    *taken.presence.entry(hour).or_default() |= 1 << (minute % HOUR);
                }
            }
            if !filter.takes_category(*category) {
                taken.other_categories[*category as usize] += inside;
            } else if !filter.takes_api(&account, &region, &source, &name) {
                taken.filtered += inside;
            } else if !rows.is_empty() {
                taken.counted += inside;
                taken.apis.push(DayApi { rows, ..api.api });
            }
        }
        Ok(taken)
    }

    /// All APIs of the day.
    fn all(&self, names: &mut Vec<Arc<str>>) -> Result<Vec<AnyApi>, FileError> {
        let file = self.apis;
        let frame = file.read(&COLUMNS, 0..file.rows())?;
        let columns = Columns { file, frame: &frame };
        let mut places: HashMap<Arc<str>, u32, RandomState> = HashMap::default();
        let mut place_of = |text: Option<&str>| {
            let text = text.unwrap_or_default();
            if let Some(place) = places.get(text) {
                return *place;
            }
            let (name, place) = (Arc::from(text), u32::try_from(names.len()).unwrap_or(u32::MAX));
            names.push(Arc::clone(&name));
            places.insert(name, place);
            place
        };
        let mut place = |column| {
            let column = columns.strings(column)?;
            let mut all = Vec::with_capacity(column.len());
            each_text(column, &mut place_of, |place| all.push(place));
            Ok::<_, FileError>(all)
        };
        let (accounts, regions) = (place("account")?, place("region")?);
        let (sources, events_named) = (place("event_source")?, place("event_name")?);
        let categories = columns.strings("category")?;
        let reads = columns.booleans("read_only")?;
        let numbers = |name| columns.numbers(name);
        let (firsts, rows, events) = (numbers("first_row")?, numbers("rows")?, numbers("events")?);
        let mut all = Vec::with_capacity(frame.height());
        for at in 0..frame.height() {
            let number = |column: &polars::prelude::Int64Chunked| {
                column.get(at).and_then(|number| usize::try_from(number).ok())
            };
            let names = [accounts[at], regions[at], sources[at], events_named[at]];
            let category = categories.get(at).and_then(category_of);
            let (first, rows) = (number(firsts), number(rows));
            let end = first.zip(rows).and_then(|(first, rows)| first.checked_add(rows));
            let (Some(category), Some(read_only), Some(first), Some(end), Some(events)) =
                (category, reads.get(at), first, end, number(events))
            else {
                return Err(file.content("it has an API without rows or category"));
            };
            if end > self.minutes.rows() {
                return Err(file.content("it has an API with more rows than its day"));
            }
            let api = DayApi { names, category, read_only, rows: first..end };
            all.push(AnyApi { api, events: events as u64 });
        }
        Ok(all)
    }

    /// The minute of each row of the day.
    fn minutes(&self) -> Result<Vec<u32>, FileError> {
        let file = self.minutes;
        let frame = file.read(&["minute"], 0..file.rows())?;
        let times = Columns { file, frame: &frame }.times("minute")?;
        Ok(times.iter().map(|micros| micros.and_then(minute).unwrap_or(0)).collect())
    }

    /// The events of each row of the day.
    fn events(&self) -> Result<Vec<u64>, FileError> {
        let file = self.minutes;
        let frame = file.read(&["events"], 0..file.rows())?;
        let events = Columns { file, frame: &frame }.numbers("events")?.clone();
        let number = |events: Option<i64>| events.and_then(|events| u64::try_from(events).ok());
        Ok(events.iter().map(|events| number(events).unwrap_or(0)).collect())
    }
}

struct AnyApi {
    api: DayApi,
    events: u64,
}
