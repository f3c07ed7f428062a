//! Rows that a bucket store keeps: a table over them, made without sorting, as ids are ranks from
//! the start and the rows of an API stand together in each day's file.

mod block;

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::io;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;
use uuid::Uuid;

use super::MemoryLimits;
use super::crowd::{Anyone, Crowd};
use super::dictionary::Dimension;
use super::names::ApiIds;
use super::row::{SumRow, sum_rows};
use super::table::Row;
use crate::coverage::Coverage;

pub(crate) use block::{Block, BlockBuilder, CallerIds, MOST_ROWS};

/// Parts that the APIs are cut into, at most.
const MOST_PARTS: usize = 256;
/// Blocks of each file that a part has at least where blocks are read again in each pass, so that
/// few are read for two parts.
const BLOCKS_OF_A_PART: usize = 4;
/// Blocks whose event ids are remembered.
const REMEMBERED: usize = 16;

/// Where rows are.
pub(crate) trait Blocks: fmt::Debug + Send + Sync {
    /// The rows of a block.
    fn read(&self, block: u32) -> io::Result<Block>;

    /// Of each row of a block one of its event ids; 0 where none is known.
    fn examples(&self, block: u32) -> io::Result<Vec<u128>>;
}

/// Rows of one API that stand together in a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stretch {
    pub(crate) block: u32,
    pub(crate) first: u32,
    pub(crate) rows: u32,
}

/// All that a table over stored rows is made of.
#[derive(Debug)]
pub(crate) struct StoredTable {
    /// Sorted, each once; the empty name first.
    pub(crate) names: [Vec<Arc<str>>; Dimension::ALL.len()],
    /// Sorted, each once.
    pub(crate) apis: Vec<ApiIds>,
    /// Of each API, in time order.
    pub(crate) stretches: Vec<Vec<Stretch>>,
    /// Whether several rows may have become one, as some names are not told apart.
    pub(crate) names_fell_together: bool,
    pub(crate) coverage: BTreeMap<Arc<str>, Coverage>,
    /// How many blocks there are, and of how many files.
    pub(crate) blocks: usize,
    pub(crate) files: usize,
    pub(crate) source: Box<dyn Blocks>,
}

/// The rows of a table over a store.
#[derive(Debug)]
pub(super) struct StoredRows {
    source: Box<dyn Blocks>,
    /// Those that are in memory.
    kept: Vec<Option<Arc<Block>>>,
    stretches: Vec<Vec<Stretch>>,
    /// The APIs of each part.
    parts: Vec<Range<usize>>,
    names_fell_together: bool,
    most_of_an_api: usize,
    examples: Mutex<VecDeque<(u32, Arc<Vec<u128>>)>>,
}

/// Some rows of a block.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    number: u32,
    block: Arc<Block>,
    rows: Range<usize>,
}

impl Piece {
    pub(super) fn rows(&self) -> impl Iterator<Item = Row> + '_ {
        self.rows.clone().map_while(|at| self.block.row(self.number, at))
    }
}

/// The rows of an API: as they are stored, or summed up.
pub(super) enum ApiRows {
    Pieces(Vec<Piece>),
    Summed(Vec<SumRow>),
}

impl StoredRows {
    /// Reads as many blocks as may be held in memory.
    pub(super) fn new(
        source: Box<dyn Blocks>,
        stretches: Vec<Vec<Stretch>>,
        (blocks, files): (usize, usize),
        names_fell_together: bool,
        memory: &MemoryLimits,
    ) -> io::Result<Self> {
        let mut rows = Self {
            source,
            kept: vec![None; blocks],
            stretches,
            parts: Vec::new(),
            names_fell_together,
            most_of_an_api: memory.rows_of_an_api,
            examples: Mutex::default(),
        };
        let all_kept = rows.keep(memory.stored_bytes)?;
        let parts = if all_kept { MOST_PARTS } else { blocks / (files * BLOCKS_OF_A_PART).max(1) };
        rows.parts = parts_of(&rows.stretches, parts.clamp(1, MOST_PARTS));
        Ok(rows)
    }

    /// Reads blocks that have rows of the table until they fill so many bytes; says whether that
    /// was enough for all.
    fn keep(&mut self, bytes: usize) -> io::Result<bool> {
        let mut wanted: Vec<u32> = self.stretches.iter().flatten().map(|of| of.block).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let held = AtomicUsize::new(0);
        let read = wanted.par_iter().map(|&number| {
            if held.load(Ordering::Relaxed) >= bytes {
                return Ok(None);
            }
            let block = self.source.read(number)?;
            held.fetch_add(block.bytes(), Ordering::Relaxed);
            Ok(Some((number, Arc::new(block))))
        });
        let read = read.collect::<io::Result<Vec<_>>>()?;
        let all = read.iter().all(Option::is_some);
        for (number, block) in read.into_iter().flatten() {
            if let Some(place) = self.kept.get_mut(number as usize) {
                *place = Some(block);
            }
        }
        Ok(all)
    }

    pub(super) fn parts(&self) -> usize {
        self.parts.len()
    }

    /// The APIs of a part, each with its rows.
    pub(super) fn part(&self, index: usize, anyone: Anyone) -> io::Result<Vec<(usize, ApiRows)>> {
        let mut read: BTreeMap<u32, Arc<Block>> = BTreeMap::new();
        let mut apis = Vec::new();
        for api in self.parts.get(index).cloned().unwrap_or_default() {
            let stretches = &self.stretches[api];
            let pieces = stretches.iter().map(|stretch| {
                let number = stretch.block;
                let block = self.block(number, &mut read)?;
                let first = stretch.first as usize;
                let rows = first..first + stretch.rows as usize;
                if rows.end > block.rows() {
                    return Err(io::ErrorKind::InvalidData.into());
                }
                Ok(Piece { number, block, rows })
            });
            let pieces = pieces.collect::<io::Result<Vec<Piece>>>()?;
            let rows: usize = pieces.iter().map(|piece| piece.rows.len()).sum();
            let rows = if self.names_fell_together || rows > self.most_of_an_api {
                ApiRows::Summed(self.summed(api, &pieces, anyone)?)
            } else {
                ApiRows::Pieces(pieces)
            };
            apis.push((api, rows));
        }
        Ok(apis)
    }

    /// A block, from memory, from those read lately, or from where it is.
    fn block(&self, number: u32, read: &mut BTreeMap<u32, Arc<Block>>) -> io::Result<Arc<Block>> {
        if let Some(Some(block)) = self.kept.get(number as usize) {
            return Ok(Arc::clone(block));
        }
        if let Some(block) = read.get(&number) {
            return Ok(Arc::clone(block));
        }
        let block = Arc::new(self.source.read(number)?);
        read.insert(number, Arc::clone(&block));
        Ok(block)
    }

    /// The rows of an API, with no more callers told apart than may be.
    fn summed(&self, api: usize, pieces: &[Piece], anyone: Anyone) -> io::Result<Vec<SumRow>> {
        let api = u32::try_from(api).unwrap_or(u32::MAX);
        let mut crowd = Crowd::new(anyone, self.most_of_an_api);
        let mut minute: Vec<SumRow> = Vec::new();
        for piece in pieces {
            let examples = self.examples_of(piece.number)?;
            for (row, at) in piece.rows().zip(piece.rows.clone()) {
                if minute.first().is_some_and(|first| first.key.minute != row.minute.get()) {
                    sum_rows(&mut minute);
                    crowd.push(&mut minute);
                }
                minute.push(row.summed(api, examples.get(at).copied().unwrap_or(0)));
            }
        }
        if !minute.is_empty() {
            sum_rows(&mut minute);
            crowd.push(&mut minute);
        }
        Ok(crowd.into_rows())
    }

    /// An event id of a row; `None` where the store has none.
    pub(super) fn example(&self, block: u32, row: u32) -> io::Result<Option<Uuid>> {
        let examples = self.examples_of(block)?;
        let id = examples.get(row as usize).copied().filter(|id| *id != 0);
        Ok(id.map(Uuid::from_u128))
    }

    fn examples_of(&self, block: u32) -> io::Result<Arc<Vec<u128>>> {
        let remembered = || self.examples.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, examples)) = remembered().iter().find(|(number, _)| *number == block) {
            return Ok(Arc::clone(examples));
        }
        // Two threads may read the same: that is seldom, and better than waiting for each other.
        let examples = Arc::new(self.source.examples(block)?);
        let mut remembered = remembered();
        if remembered.len() >= REMEMBERED {
            remembered.pop_front();
        }
        remembered.push_back((block, Arc::clone(&examples)));
        Ok(examples)
    }

    pub(super) fn all_in_memory(&self) -> bool {
        let wanted = self.stretches.iter().flatten();
        wanted.map(|of| self.kept.get(of.block as usize)).all(|kept| matches!(kept, Some(Some(_))))
    }
}

/// Cuts APIs into so many parts of about as many rows; those that differ only in whether they read
/// stay together, as the caller sees to by listing both.
fn parts_of(stretches: &[Vec<Stretch>], parts: usize) -> Vec<Range<usize>> {
    let rows = |of: &Vec<Stretch>| of.iter().map(|stretch| u64::from(stretch.rows)).sum::<u64>();
    let all: u64 = stretches.iter().map(rows).sum();
    let share = (all / parts as u64).max(1);
    let mut ranges = Vec::new();
    let (mut start, mut held) = (0, 0);
    for (pair, of) in stretches.chunks(2).enumerate() {
        held += of.iter().map(rows).sum::<u64>();
        let end = pair * 2 + of.len();
        if held >= share {
            ranges.push(start..end);
            (start, held) = (end, 0);
        }
    }
    if start < stretches.len() {
        ranges.push(start..stretches.len());
    }
    ranges
}
