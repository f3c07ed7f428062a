//! The central table: minute counts with their dimensions as ids that do not depend on threads, in
//! parts that can be worked on one by one.

mod part;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use polars::prelude::{Column, DataFrame, PolarsResult};
use rayon::prelude::*;
use uuid::Uuid;

use super::MemoryLimits;
use super::crowd::{Anyone, Crowd};
use super::dictionary::{Dictionaries, Dimension};
use super::merge::Merged;
use super::names::{self, ApiIds, Names, Ranks};
use super::presence::Presence;
use super::row::{Examples, SumRow, sum_rows};
use super::spill::{PARTS, Spill, part_of};
use super::stored::{StoredRows, StoredTable};
use crate::coverage::Coverage;
use crate::minute::Minute;

pub use part::Part;

/// One row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// When.
    pub minute: Minute,
    /// Id of the user identity ARN, or of the best name there is.
    pub identity: u32,
    /// Id of `userIdentity.type`.
    pub identity_type: u32,
    /// Id of the user agent.
    pub user_agent: u32,
    /// Id of the source address.
    pub source_ip: u32,
    /// Id of the error code; the empty string's, 0, for calls without error.
    pub error: u32,
    /// How many events had all of these.
    pub events: u32,
    /// One of their event ids.
    pub example: Example,
}

/// Where the id of an event of a row is; see [`MinuteCounts::example`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Example {
    /// There is none.
    None,
    /// Here.
    Id(Uuid),
    /// Perhaps in a store, whose ids are read only when they are asked for.
    Stored {
        /// Number of the block.
        block: u32,
        /// Place of the row in it.
        row: u32,
    },
}

impl From<&SumRow> for Row {
    fn from(row: &SumRow) -> Self {
        Self {
            minute: Minute::new(row.key.minute),
            identity: row.key.identity,
            identity_type: row.key.identity_type,
            user_agent: row.key.user_agent,
            source_ip: row.key.source_ip,
            error: row.key.error,
            events: row.events,
            example: match row.example_id() {
                0 => Example::None,
                id => Example::Id(Uuid::from_u128(id)),
            },
        }
    }
}

/// Minute counts of all APIs, in memory or on disk.
#[derive(Debug)]
pub struct MinuteCounts {
    names: Names,
    /// Sorted; those that differ only in `read_only` are neighbours.
    apis: Vec<ApiIds>,
    rows: Rows,
    memory: MemoryLimits,
    coverage: BTreeMap<Arc<str>, Coverage>,
}

#[derive(Debug)]
enum Rows {
    /// By part; sorted and summed.
    Held(Vec<Vec<SumRow>>),
    /// With the ids they were written with.
    Spilled(Spill, Ranks),
    /// In a store.
    Stored(StoredRows),
}

impl MinuteCounts {
    /// Puts together what was merged.
    pub(super) fn new(
        merged: Merged,
        presence: Presence,
        dictionaries: Dictionaries,
        memory: &MemoryLimits,
    ) -> Self {
        let (names, apis, ranks) = names::sort(dictionaries);
        let account = |id| Arc::from(names.get(Dimension::Name, ranks.name(id)));
        let coverage =
            presence.coverage().into_iter().map(|(id, coverage)| (account(id), coverage)).collect();
        let Merged { rows, spill, .. } = merged;
        let rows = if spill.is_empty() {
            Rows::Held(held(rows, &ranks, names.anyone(), memory.rows_of_an_api))
        } else {
            Rows::Spilled(spill, ranks)
        };
        Self { names, apis, rows, memory: memory.clone(), coverage }
    }

    /// The table over the rows of a store.
    pub(crate) fn stored(stored: StoredTable, memory: &MemoryLimits) -> io::Result<Self> {
        let StoredTable { names, apis, stretches, names_fell_together, coverage, .. } = stored;
        let blocks = (stored.blocks, stored.files);
        let rows = StoredRows::new(stored.source, stretches, blocks, names_fell_together, memory)?;
        let (names, rows) = (Names::new(names), Rows::Stored(rows));
        Ok(Self { names, apis, rows, memory: memory.clone(), coverage })
    }

    /// How many parts there are; parts may be empty. All rows of an API, reads and writes, are in
    /// one part.
    #[must_use]
    pub fn parts(&self) -> usize {
        match &self.rows {
            Rows::Held(_) | Rows::Spilled(..) => PARTS,
            Rows::Stored(stored) => stored.parts(),
        }
    }

    /// The part with that index.
    ///
    /// # Errors
    /// When it had to be written to disk and cannot be read back, or is in a store that cannot be
    /// read.
    pub fn part(&self, index: usize) -> io::Result<Part<'_>> {
        let rows = match &self.rows {
            Rows::Held(parts) => Cow::Borrowed(&parts[index][..]),
            Rows::Spilled(spill, ranks) => Cow::Owned(self.read_part(spill, ranks, index)?),
            Rows::Stored(stored) => {
                return Ok(Part::stored(self, stored.part(index, self.names.anyone())?));
            }
        };
        Ok(Part::new(self, rows))
    }

    /// The event id that a row's example stands for.
    ///
    /// # Errors
    /// When it is in a store that cannot be read.
    pub fn example(&self, example: Example) -> io::Result<Option<Uuid>> {
        match (example, &self.rows) {
            (Example::Id(id), _) => Ok(Some(id)),
            (Example::Stored { block, row }, Rows::Stored(stored)) => stored.example(block, row),
            (Example::None | Example::Stored { .. }, _) => Ok(None),
        }
    }

    fn read_part(&self, spill: &Spill, ranks: &Ranks, index: usize) -> io::Result<Vec<SumRow>> {
        let anyone = self.names.anyone();
        // APIs come in the order of the ids they were written with.
        let mut apis: Vec<(u32, Vec<SumRow>)> = Vec::new();
        let mut open: Option<(u32, Crowd)> = None;
        spill.read_part(index, |minute| {
            for row in minute.iter_mut() {
                row.key = ranks.of(row.key);
            }
            sum_rows(minute);
            Examples::clear(minute);
            let api = minute[0].key.api;
            if open.as_ref().is_none_or(|(before, _)| *before != api) {
                let crowd = Crowd::new(anyone, self.memory.rows_of_an_api);
                let before = open.replace((api, crowd));
                apis.extend(before.map(|(api, crowd)| (api, crowd.into_rows())));
            }
            if let Some((_, crowd)) = &mut open {
                crowd.push(minute);
            }
        })?;
        apis.extend(open.map(|(api, crowd)| (api, crowd.into_rows())));
        apis.sort_by_key(|(api, _)| *api);
        Ok(apis.into_iter().flat_map(|(_, rows)| rows).collect())
    }

    /// The time the logs of each account cover.
    #[must_use]
    pub const fn coverage(&self) -> &BTreeMap<Arc<str>, Coverage> {
        &self.coverage
    }

    /// The name with that id.
    #[must_use]
    pub fn name(&self, dimension: Dimension, id: u32) -> &str {
        self.names.get(dimension, id)
    }

    /// The id of a name; that of the empty one when the table has no such name.
    pub(crate) fn id(&self, dimension: Dimension, name: &str) -> u32 {
        self.names.id(dimension, name)
    }

    /// All names of a dimension, sorted; the place of each is its id.
    pub(crate) fn all_names(&self, dimension: Dimension) -> impl Iterator<Item = &str> {
        self.names.all(dimension).iter().map(AsRef::as_ref)
    }

    pub(super) const fn names(&self) -> &Names {
        &self.names
    }

    pub(super) const fn memory(&self) -> &MemoryLimits {
        &self.memory
    }

    /// Whether some of the rows are on disk.
    #[must_use]
    pub fn is_spilled(&self) -> bool {
        match &self.rows {
            Rows::Held(_) => false,
            Rows::Spilled(..) => true,
            Rows::Stored(stored) => !stored.all_in_memory(),
        }
    }
}

/// The rows of all shards, sorted and summed, by part.
fn held(
    shards: Vec<Vec<SumRow>>,
    ranks: &Ranks,
    anyone: Anyone,
    most_of_an_api: usize,
) -> Vec<Vec<SumRow>> {
    let part = |rows: Vec<Vec<SumRow>>| {
        let mut rows = rows.concat();
        for row in &mut rows {
            row.key = ranks.of(row.key);
        }
        sum_rows(&mut rows);
        Examples::clear(&mut rows);
        if rows.len() > most_of_an_api {
            let whole = std::mem::take(&mut rows);
            for api in whole.chunk_by(|a, b| a.key.api == b.key.api) {
                let mut crowd = Crowd::new(anyone, most_of_an_api);
                for minute in api.chunk_by(|a, b| a.key.minute == b.key.minute) {
                    crowd.push(&mut minute.to_vec());
                }
                rows.extend(crowd.into_rows());
            }
        }
        rows
    };
    spread(shards).into_par_iter().map(part).collect()
}

/// The rows of all shards by part, still in pieces; what is in a part can be given back as soon as it
/// is put together.
fn spread(shards: Vec<Vec<SumRow>>) -> Vec<Vec<Vec<SumRow>>> {
    let shards: Vec<Vec<Vec<SumRow>>> = shards.into_par_iter().map(by_part).collect();
    let mut parts: Vec<Vec<Vec<SumRow>>> = (0..PARTS).map(|_| Vec::new()).collect();
    for (rows, part) in shards.into_iter().flat_map(|shard| shard.into_iter().zip(0..)) {
        parts[part].push(rows);
    }
    parts
}

/// Rows by part.
fn by_part(rows: Vec<SumRow>) -> Vec<Vec<SumRow>> {
    let mut sizes = vec![0; PARTS];
    for row in &rows {
        sizes[part_of(row.key.api)] += 1;
    }
    let mut parts: Vec<Vec<SumRow>> = sizes.into_iter().map(Vec::with_capacity).collect();
    for row in rows {
        parts[part_of(row.key.api)].push(row);
    }
    parts
}

/// Rows as columns: `minute` (minutes since the epoch), `identity`, `user_agent`, `source_ip`,
/// `error_code` (ids of [`MinuteCounts::name`]) and `events`.
///
/// # Errors
/// None that can be caused from outside: all columns have one length.
pub fn frame(rows: &[Row]) -> PolarsResult<DataFrame> {
    let column = |name: &str, value: &dyn Fn(&Row) -> u32| {
        Column::new(name.into(), rows.iter().map(value).collect::<Vec<u32>>())
    };
    let events: Vec<u64> = rows.iter().map(|row| u64::from(row.events)).collect();
    DataFrame::new(
        rows.len(),
        vec![
            column("minute", &|row| row.minute.get()),
            column("identity", &|row| row.identity),
            column("user_agent", &|row| row.user_agent),
            column("source_ip", &|row| row.source_ip),
            column("error_code", &|row| row.error),
            Column::new("events".into(), events),
        ],
    )
}
