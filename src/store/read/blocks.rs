//! Rows of the central table, a row group at a time.

use std::io;
use std::ops::Range;

use rayon::prelude::*;
use tempfile::TempDir;
use uuid::Uuid;

use super::names::Ids;
use super::parquet::{Columns, FileError, ParquetFile, minute};
use crate::count::Dimension;
use crate::count::stored::{Block, BlockBuilder, Blocks, CallerIds, MOST_ROWS, Stretch};
use crate::minute::Minute;

/// For each name of each dimension whether it is used.
pub type Used = [Vec<bool>; Dimension::ALL.len()];

/// The columns of names: those of callers in the order of their ids, then the error code.
const NAMED: [(&str, Dimension); 5] = [
    ("identity", Dimension::Identity),
    ("identity_type", Dimension::Name),
    ("user_agent", Dimension::UserAgent),
    ("source_ip", Dimension::SourceIp),
    ("error_code", Dimension::ErrorCode),
];
const EXAMPLE: &str = "example_event_id";
const ROW: [&str; 7] =
    ["minute", "identity", "identity_type", "user_agent", "source_ip", "error_code", "events"];

/// The central tables of days, cut into blocks.
#[derive(Debug)]
pub struct DayBlocks {
    /// By day since the epoch.
    days: Vec<(u32, ParquetFile)>,
    /// The day's place and the rows of each block, in order.
    blocks: Vec<(usize, Range<usize>)>,
    /// Where the blocks of each day begin.
    firsts: Vec<usize>,
}

impl DayBlocks {
    /// Cuts the files of days at their row groups.
    pub fn new(days: Vec<(u32, ParquetFile)>) -> Self {
        let (mut blocks, mut firsts) = (Vec::new(), Vec::new());
        for (place, (_, file)) in days.iter().enumerate() {
            firsts.push(blocks.len());
            for group in file.group_starts().windows(2) {
                // Those of trailspike are smaller.
                let starts = (group[0]..group[1]).step_by(MOST_ROWS);
                let block = |start: usize| (place, start..(start + MOST_ROWS).min(group[1]));
                blocks.extend(starts.map(block));
            }
        }
        Self { days, blocks, firsts }
    }

    pub fn days(&self) -> &[(u32, ParquetFile)] {
        &self.days
    }

    pub fn len(&self) -> usize {
        self.blocks.len()
    }

    /// Rows of the day with that place, block by block.
    pub fn stretches(&self, day: usize, rows: &Range<usize>) -> impl Iterator<Item = Stretch> {
        let first = self.firsts.get(day).copied().unwrap_or(self.blocks.len());
        let end = self.firsts.get(day + 1).copied().unwrap_or(self.blocks.len());
        let of_day = &self.blocks[first..end];
        let from = of_day.partition_point(|(_, block)| block.end <= rows.start);
        let to = of_day.partition_point(|(_, block)| block.start < rows.end);
        let rows = rows.clone();
        (first + from..).zip(&of_day[from..to.max(from)]).filter_map(move |(number, (_, block))| {
            let (start, end) = (rows.start.max(block.start), rows.end.min(block.end));
            Some(Stretch {
                block: u32::try_from(number).ok()?,
                first: u32::try_from(start - block.start).ok()?,
                rows: u32::try_from(end.checked_sub(start)?).ok()?,
            })
        })
    }

    /// For each name whether rows have it.
    pub fn used(&self, stretches: &[Vec<Stretch>], ids: &Ids) -> Result<Used, FileError> {
        let mut by_block: Vec<Stretch> = stretches.iter().flatten().copied().collect();
        by_block.sort_unstable_by_key(|stretch| (stretch.block, stretch.first));
        let blocks: Vec<&[Stretch]> = by_block.chunk_by(|a, b| a.block == b.block).collect();
        let none = || ids.names().each_ref().map(|names| vec![false; names.len()]);
        let parts = blocks.par_iter().try_fold(none, |mut used, stretches| {
            let Some((_, file, rows)) = self.block(stretches[0].block) else { return Ok(used) };
            for (dimension, ids) in callers_and_error(file, rows, ids)? {
                let used = &mut used[dimension as usize];
                for stretch in *stretches {
                    let first = stretch.first as usize;
                    let ids = ids.get(first..first + stretch.rows as usize).unwrap_or_default();
                    for id in ids {
                        used[*id as usize] = true;
                    }
                }
            }
            Ok(used)
        });
        parts.try_reduce(none, |mut a, b| {
            for (a, b) in a.iter_mut().flatten().zip(b.iter().flatten()) {
                *a |= b;
            }
            Ok(a)
        })
    }

    fn block(&self, number: u32) -> Option<(u32, &ParquetFile, Range<usize>)> {
        let (place, rows) = self.blocks.get(number as usize)?;
        let (day, file) = self.days.get(*place)?;
        Some((*day, file, rows.clone()))
    }
}

/// The ids of each dimension's column.
fn callers_and_error(
    file: &ParquetFile,
    rows: Range<usize>,
    ids: &Ids,
) -> Result<Vec<(Dimension, Vec<u32>)>, FileError> {
    let names: Vec<&str> = NAMED.iter().map(|(name, _)| *name).collect();
    let frame = file.read(&names, rows)?;
    let columns = Columns { file, frame: &frame };
    let column = |(name, dimension): &(&str, Dimension)| {
        Ok((*dimension, ids.of_column(*dimension, columns.strings(name)?)))
    };
    NAMED.iter().map(column).collect()
}

/// The rows of days, with ids for their names.
#[derive(Debug)]
pub struct DayRows {
    blocks: DayBlocks,
    ids: Ids,
    /// Where some of the files are for the time being.
    _scratch: Vec<TempDir>,
}

impl DayRows {
    pub const fn new(blocks: DayBlocks, ids: Ids, scratch: Vec<TempDir>) -> Self {
        Self { blocks, ids, _scratch: scratch }
    }

    fn read_block(
        &self,
        day: u32,
        file: &ParquetFile,
        rows: Range<usize>,
    ) -> Result<Block, FileError> {
        let frame = file.read(&ROW, rows)?;
        let columns = Columns { file, frame: &frame };
        let names = |(name, dimension): (&str, Dimension)| {
            Ok::<_, FileError>(self.ids.of_column(dimension, columns.strings(name)?))
        };
        let [identity, identity_type, user_agent, source_ip, error] = NAMED;
        let (identities, types) = (names(identity)?, names(identity_type)?);
        let (agents, addresses) = (names(user_agent)?, names(source_ip)?);
        let errors = names(error)?;
        let (minutes, events) = (columns.times("minute")?, columns.numbers("events")?);
        let mut block = BlockBuilder::new(day, frame.height());
        let callers = identities.into_iter().zip(types).zip(agents.into_iter().zip(addresses));
        let numbers = minutes.iter().zip(events.iter());
        for ((((identity, kind), (agent, address)), error), (micros, events)) in
            callers.zip(errors).zip(numbers)
        {
            let caller: CallerIds = [identity, kind, agent, address];
            let minute = micros.and_then(minute).map(Minute::new);
            let events = events.filter(|events| *events > 0);
            let (Some(minute), Some(events)) = (minute, events) else {
                return Err(file.content("it has a row without a minute or events"));
            };
            let events = u32::try_from(events).unwrap_or(u32::MAX);
            block
                .push(minute, caller, error, events)
                .map_err(|_| file.content("it has a row of another day"))?;
        }
        Ok(block.finish())
    }
}

impl Blocks for DayRows {
    fn read(&self, block: u32) -> io::Result<Block> {
        let (day, file, rows) = self.blocks.block(block).ok_or(io::ErrorKind::NotFound)?;
        Ok(self.read_block(day, file, rows)?)
    }

    fn examples(&self, block: u32) -> io::Result<Vec<u128>> {
        let (_, file, rows) = self.blocks.block(block).ok_or(io::ErrorKind::NotFound)?;
        let frame = file.read(&[EXAMPLE], rows)?;
        let ids = Columns { file, frame: &frame }.strings(EXAMPLE)?;
        let id = |text: Option<&str>| text.and_then(|text| Uuid::try_parse(text).ok());
        Ok(ids.iter().map(|text| id(text).map_or(0, |id| id.as_u128())).collect())
    }
}
