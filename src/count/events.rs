//! Events one by one rather than summed, for what must know copies however late they come.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::merge::Merged;
use super::row::drop_copies;
use super::spill::{PARTS, Spill};
use super::{
    CountError, CountOptions, Dictionaries, Hours, Keep, Progress, SpillError, SumRow, Tally,
    read_all,
};
use crate::input::LogFile;
use crate::minute::Minute;

/// What was in one file. Depends on nothing but the file.
#[derive(Clone, Debug)]
pub struct FileTally {
    /// Index of the file in the list that was read.
    pub index: usize,
    /// All records read.
    pub records: u64,
    /// Records counted, copies among them.
    pub counted: u64,
    /// Addenda that restate an event delivered before.
    pub updates: u64,
    /// Things recognised and left alone.
    pub left_alone: u64,
    /// Records that could not be counted.
    pub rejected: u64,
    /// Of those counted, the ones without an event id.
    pub without_id: u64,
    /// Whether the system gave the whole of it.
    pub is_whole: bool,
    /// The first reason that it is damaged or could not be read.
    pub damage: Option<String>,
}

/// What files hold: the events, with ids that depend on the threads.
pub struct Events {
    rows: Merged,
    /// The minutes in which each account, by its id, had any event.
    pub hours: Hours,
    /// What was read, counted and left; copies are counted.
    pub tally: Tally,
    /// What was in each file, in their order.
    pub files: Vec<FileTally>,
}

/// Reads the files, on all threads of the current rayon pool.
pub fn count_events(
    files: &[LogFile],
    options: &CountOptions,
    dictionaries: &Dictionaries,
    progress: &Progress,
) -> Result<Events, CountError> {
    let (rows, books) = read_all(files, options, Keep::EachEvent, dictionaries, progress)?;
    let hours = books.presence.into_hours();
    Ok(Events { rows, hours, tally: books.tally, files: books.files })
}

impl Events {
    /// Hands the rows over that are in memory, as they came, by day (days since the epoch) in pieces.
    /// Each has one event, or all those without an id of some piece.
    pub fn take_days(&mut self) -> BTreeMap<u32, Vec<Vec<SumRow>>> {
        let shards = std::mem::take(&mut self.rows.rows);
        let shards = shards.into_par_iter().map(|rows| by_day(&rows));
        let shards: Vec<BTreeMap<u32, Vec<SumRow>>> = shards.collect();
        let mut days: BTreeMap<u32, Vec<Vec<SumRow>>> = BTreeMap::new();
        for (day, rows) in shards.into_iter().flatten() {
            days.entry(day).or_default().push(rows);
        }
        days
    }

    /// Hands the rows out that are on disk, on all threads, at least all of an API and minute at a
    /// time, sorted by key and event id, copies dropped. Each has one event, or all those without an
    /// id.
    ///
    /// # Errors
    /// Those of `take`, and when the rows cannot be read back.
    pub fn take_spilled<E: From<SpillError> + Send>(
        &mut self,
        take: impl Fn(&[SumRow]) -> Result<(), E> + Sync,
    ) -> Result<(), E> {
        let spill = &self.rows.spill;
        if spill.is_empty() {
            return Ok(());
        }
        (0..PARTS).into_par_iter().try_for_each(|part| {
            let mut outcome = Ok(());
            let mut many: Vec<SumRow> = Vec::new();
            let read = spill.read_part(part, |group| {
                drop_copies(group);
                many.append(group);
                if many.len() >= AT_ONCE && outcome.is_ok() {
                    outcome = take(&many);
                    many.clear();
                }
            });
            let folder = spill.folder().to_path_buf();
            read.map_err(|source| SpillError { folder, source })?;
            outcome?;
            if many.is_empty() { Ok(()) } else { take(&many) }
        })?;
        // What was on disk is of no more use, and may be large.
        self.rows.spill = Spill::new(None);
        Ok(())
    }
}

/// Rows by day.
fn by_day(rows: &[SumRow]) -> BTreeMap<u32, Vec<SumRow>> {
    let day_of = |row: &SumRow| Minute::new(row.key.minute).day();
    let same_day = |a: &SumRow, b: &SumRow| day_of(a) == day_of(b);
    let mut sizes: BTreeMap<u32, usize> = BTreeMap::new();
    for run in rows.chunk_by(same_day) {
        *sizes.entry(day_of(&run[0])).or_default() += run.len();
    }
    let room = sizes.into_iter().map(|(day, size)| (day, Vec::with_capacity(size)));
    let mut days: BTreeMap<u32, Vec<SumRow>> = room.collect();
    for run in rows.chunk_by(same_day) {
        if let Some(rows) = days.get_mut(&day_of(&run[0])) {
            rows.extend_from_slice(run);
        }
    }
    days
}

/// Rows handed out at a time, about.
const AT_ONCE: usize = 1 << 16;
