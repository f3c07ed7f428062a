//! Rows of the central table, a row group at a time.

use std::io;
use std::ops::Range;

use rayon::prelude::*;
use tempfile::TempDir;

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
            let columns = callers_and_error(file, &rows, ids)?;
            for (ids, (_, dimension)) in columns.iter().zip(NAMED) {
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

/// The ids of the names of some rows of a row group, column by column as in [`NAMED`].
fn callers_and_error(
    file: &ParquetFile,
    rows: &Range<usize>,
    ids: &Ids,
) -> Result<[Vec<u32>; NAMED.len()], FileError> {
    let mut columns = [const { Vec::new() }; NAMED.len()];
    for (column, (name, dimension)) in columns.iter_mut().zip(NAMED) {
        let texts = file.column(name, rows)?;
        let id = |text: Option<&str>| text.map_or(0, |text| ids.id(dimension, text));
        *column = texts.texts(id).map_err(|error| file.broken(error))?;
    }
    Ok(columns)
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
        let names = callers_and_error(file, &rows, &self.ids)?;
        let minutes = file.column("minute", &rows)?.numbers(|micros| micros.and_then(minute));
        let minutes = minutes.map_err(|error| file.broken(error))?;
        let events = |events: Option<i64>| events.filter(|events| *events > 0);
        let events = file.column("events", &rows)?.numbers(events);
        let events = events.map_err(|error| file.broken(error))?;
        let mut block = BlockBuilder::new(day, rows.len());
        for (at, (minute, events)) in minutes.into_iter().zip(events).enumerate() {
            let (Some(minute), Some(events)) = (minute, events) else {
                return Err(file.content("it has a row without a minute or events"));
            };
            let [identity, identity_type, user_agent, source_ip, error] =
                names.each_ref().map(|ids| ids.get(at).copied().unwrap_or(0));
            let caller: CallerIds = [identity, identity_type, user_agent, source_ip];
            let events = u32::try_from(events).unwrap_or(u32::MAX);
            block
                .push(Minute::new(minute), caller, error, events)
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
        let ids = Columns { file, frame: &frame }.bytes(EXAMPLE)?;
        let id = |bytes: &[u8]| bytes.try_into().ok().map(u128::from_be_bytes);
        Ok(ids.iter().map(|bytes| bytes.and_then(id).unwrap_or(0)).collect())
    }
}
