//! The days of stores -> the table of minute counts.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use ahash::RandomState;
use rayon::prelude::*;
use tempfile::TempDir;

use super::apis::{DayApis, DayTables};
use super::blocks::{DayBlocks, DayRows};
use super::names::{Ids, NameSets, read_names, union};
use super::parquet::{FileError, ParquetFile};
use super::presence::{Hours, coverage, read_hours};
use crate::count::stored::{StoredTable, Stretch};
use crate::count::{ApiKey, Dimension, EventFilter, thin_names};
use crate::store::schema::NAME_DIMENSIONS;

/// The tables of one day.
#[derive(Debug)]
pub struct Day {
    /// Days since the epoch.
    pub number: u32,
    pub minutes: ParquetFile,
    pub apis: ParquetFile,
    pub names: ParquetFile,
    pub presence: ParquetFile,
}

/// Events of the days by what the filter makes of them.
#[derive(Debug, Default)]
pub struct Sums {
    pub counted: u64,
    pub other_categories: [u64; 3],
    pub filtered: u64,
}

/// The table of what the filter takes of some days, each of which comes once, in time order. Of each
/// column no more names are told apart than those whose hash begins with so many zeros. The folders
/// that some of them are in stay as long as the table.
pub fn table_of(
    days: Vec<Day>,
    scratch: Vec<TempDir>,
    filter: &EventFilter,
    halvings: &BTreeMap<String, u32>,
) -> Result<(StoredTable, Sums), FileError> {
    let mut sums = Sums::default();
    let selected = select(&days, filter)?;
    for of in &selected {
        sums.counted += of.counted;
        sums.filtered += of.filtered;
        for (sum, more) in sums.other_categories.iter_mut().zip(of.other_categories) {
            *sum += more;
        }
    }
    let coverage = coverage(hours(&days, &selected, filter)?);
    let (mut minutes, mut names) = (Vec::new(), Vec::new());
    for day in days {
        minutes.push((day.number, day.minutes));
        names.push(day.names);
    }
    let mut of_apis = NameSets::default();
    let all = &mut of_apis[Dimension::Name as usize];
    all.extend(coverage.keys().cloned());
    all.extend(selected.iter().flat_map(|of| of.names.iter().cloned()));
    let ids = Ids::of(union(read_names(&names)?, of_apis));
    let blocks = DayBlocks::new(minutes);
    let (apis, stretches) = places(&selected, &blocks, &ids);
    let (ids, names_fell_together) = thinned(ids, &blocks, &stretches, halvings)?;
    let names = ids.names().clone();
    let (number, files) = (blocks.len(), blocks.days().len());
    let source = Box::new(DayRows::new(blocks, ids, scratch));
    let table = StoredTable {
        names,
        apis: apis.into_iter().flat_map(|api| [(api, false), (api, true)]).collect(),
        stretches,
        names_fell_together,
        coverage,
        blocks: number,
        files,
        source,
    };
    Ok((table, sums))
}

fn select(days: &[Day], filter: &EventFilter) -> Result<Vec<DayApis>, FileError> {
    let select = |day: &Day| {
        DayTables { day: day.number, apis: &day.apis, minutes: &day.minutes }.select(filter)
    };
    days.par_iter().map(select).collect()
}

/// When accounts have logs.
fn hours(days: &[Day], selected: &[DayApis], filter: &EventFilter) -> Result<Hours, FileError> {
    let by_region = !filter.regions.take_all();
    let mut all = Hours::new();
    for (day, selected) in days.iter().zip(selected) {
        let read = if by_region { None } else { Some(read_hours(&day.presence, filter)?) };
        for ((account, hour), minutes) in read.as_ref().unwrap_or(&selected.presence) {
            *all.entry((Arc::clone(account), *hour)).or_default() |= minutes;
        }
    }
    Ok(all)
}

/// All APIs, sorted, and where their rows are: those of calls that write, then those that read.
fn places(selected: &[DayApis], blocks: &DayBlocks, ids: &Ids) -> (Vec<ApiKey>, Vec<Vec<Stretch>>) {
    let keys = |of: &DayApis| -> Vec<ApiKey> {
        let names: Vec<u32> = of.names.iter().map(|name| ids.id(Dimension::Name, name)).collect();
        let key = |api: &super::apis::DayApi| {
            let [account, region, event_source, event_name] =
                api.names.map(|name| names.get(name as usize).copied().unwrap_or(0));
            ApiKey { account, region, event_source, event_name, category: api.category }
        };
        of.apis.iter().map(key).collect()
    };
    let by_day: Vec<Vec<ApiKey>> = selected.par_iter().map(keys).collect();
    let mut apis = by_day.concat();
    apis.par_sort_unstable();
    apis.dedup();
    let places: HashMap<ApiKey, usize, RandomState> = apis.iter().copied().zip(0..).collect();
    let mut stretches = vec![Vec::new(); apis.len() * 2];
    for (day, (of, keys)) in selected.iter().zip(by_day).enumerate() {
        for (api, key) in of.apis.iter().zip(keys) {
            if let Some(place) = places.get(&key) {
                let place: &mut Vec<Stretch> =
                    &mut stretches[place * 2 + usize::from(api.read_only)];
                place.extend(blocks.stretches(day, &api.rows));
            }
        }
    }
    (apis, stretches)
}

/// Where there are more names than are told apart, those that rows have, and of these as many as
/// may be; says whether any were left out.
fn thinned(
    ids: Ids,
    blocks: &DayBlocks,
    stretches: &[Vec<Stretch>],
    halvings: &BTreeMap<String, u32>,
) -> Result<(Ids, bool), FileError> {
    let too_many = |dimension: Dimension| ids.names()[dimension as usize].len() > dimension.most();
    if halvings.is_empty() && !Dimension::ALL.into_iter().any(too_many) {
        return Ok((ids, false));
    }
    let used = blocks.used(stretches, &ids)?;
    let mut left_out = false;
    let mut sets = NameSets::default();
    for (column, dimension) in NAME_DIMENSIONS {
        let (names, used) = (&ids.names()[dimension as usize], &used[dimension as usize]);
        let wanted = names.iter().zip(used);
        let wanted = wanted.filter(|(_, used)| **used || dimension == Dimension::Name);
        let mut names: Vec<Arc<str>> = wanted.map(|(name, _)| Arc::clone(name)).collect();
        let least = halvings.get(column).copied().unwrap_or(0);
        left_out |= thin_names(dimension, least, &mut names);
        sets[dimension as usize] = names.into_iter().collect();
    }
    Ok((Ids::of(sets), left_out))
}
