//! Rows of many files -> rows without duplicates, in memory as long as there are not too many and
//! then on disk.
//!
//! Files are merged in their order whatever thread reads them, so that of two records with one id
//! the same one is always kept. To share the work, rows are spread over shards by event id; the
//! rows of all shards are put together at the end, which is a sum and so the same in any order.
//!
//! Ids are remembered for some days of delivery, see [`SeenIds`]. A copy that is delivered later
//! than that counts again. Files whose path has no delivery time come first and are never forgotten.

use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::Keep;
use super::row::{EventRow, RowKey, SumRow, drop_copies_in_order, sum_rows_in_order};
use super::seen::SeenIds;
use super::spill::{Spill, part_of};

const SHARDS: usize = 16;
/// Rows read before their turn that may wait before readers are held back.
const MOST_WAITING: usize = 1 << 20;

/// The events of a piece, spread over the shards.
#[derive(Debug, Default)]
pub struct EventRows([Vec<EventRow>; SHARDS]);

impl EventRows {
    pub fn push(&mut self, row: EventRow) {
        // The bits that all ids of one shard share are those that its memory does not keep.
        self.0[(row.id >> 60) as usize % SHARDS].push(row);
    }
}

/// Which part of the input rows are of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Index of the batch of files.
    pub batch: usize,
    /// Index of the piece in the batch.
    pub index: usize,
    /// Whether it is the batch's last.
    pub is_last: bool,
    /// The day all its files were delivered.
    pub day: Option<u32>,
}

#[derive(Default)]
struct Shard {
    /// Batch and piece whose turn it is.
    turn: (usize, usize),
    /// Pieces read before their turn.
    waiting: BTreeMap<(usize, usize), (Piece, Vec<EventRow>)>,
    seen: SeenIds,
    rows: Vec<SumRow>,
    duplicates: u64,
}

impl Shard {
    fn add(&mut self, piece: Piece, rows: &[EventRow]) {
        self.seen.begin_day(piece.day);
        for &row in rows {
            if row.id != 0 && self.seen.is_copy(row.id) {
                self.duplicates += 1;
            } else {
                self.rows.push(SumRow::of(row));
            }
        }
        self.turn =
            if piece.is_last { (piece.batch + 1, 0) } else { (piece.batch, piece.index + 1) };
    }

    /// Makes rows fewer and sorts them by part and key.
    fn fold(&mut self, keep: Keep) {
        let order = |key: RowKey| (part_of(key.api), key);
        // Not in parallel: while it waits, the thread could be given work that needs this shard.
        match keep {
            Keep::Sums => sum_rows_in_order(&mut self.rows, order),
            Keep::EachEvent => drop_copies_in_order(&mut self.rows, order),
        }
    }
}

/// Takes the rows of files from many threads.
pub struct Merger {
    shards: [Mutex<Shard>; SHARDS],
    keep: Keep,
    /// The most rows a shard keeps in memory.
    most: usize,
    spill: Spill,
    /// Rows waiting in all shards.
    waiting: AtomicUsize,
    failed: AtomicBool,
    failure: Mutex<Option<io::Error>>,
}

/// All rows, not yet summed over shards.
pub struct Merged {
    /// Those in memory: none when any are on disk.
    pub rows: Vec<Vec<SumRow>>,
    pub spill: Spill,
    /// How many duplicates were dropped.
    pub duplicates: u64,
}

impl Merger {
    /// Keeps about so many rows in memory.
    pub fn new(keep: Keep, spill: Spill, most_rows: usize) -> Self {
        Self {
            shards: Default::default(),
            keep,
            most: most_rows.div_ceil(SHARDS),
            spill,
            waiting: AtomicUsize::new(0),
            failed: AtomicBool::new(false),
            failure: Mutex::new(None),
        }
    }

    /// Takes the rows of a piece. Every piece of every batch must come once, in any order.
    pub fn submit(&self, piece: Piece, rows: EventRows) {
        for (shard, rows) in self.shards.iter().zip(rows.0) {
            if let Err(error) = self.submit_to(&mut lock(shard), piece, rows) {
                self.failed.store(true, Ordering::Relaxed);
                lock(&self.failure).get_or_insert(error);
            }
        }
    }

    fn submit_to(&self, shard: &mut Shard, piece: Piece, rows: Vec<EventRow>) -> io::Result<()> {
        match self.keep {
            Keep::EachEvent => shard.rows.extend(rows.into_iter().map(SumRow::of)),
            Keep::Sums if shard.turn != (piece.batch, piece.index) => {
                self.waiting.fetch_add(rows.len(), Ordering::Relaxed);
                shard.waiting.insert((piece.batch, piece.index), (piece, rows));
                return Ok(());
            }
            Keep::Sums => {
                shard.add(piece, &rows);
                while let Some((piece, rows)) = shard.waiting.remove(&shard.turn) {
                    self.waiting.fetch_sub(rows.len(), Ordering::Relaxed);
                    shard.add(piece, &rows);
                }
            }
        }
        if shard.rows.len() < self.most {
            return Ok(());
        }
        shard.fold(self.keep);
        // Where rows share keys, that may be enough for a while.
        if shard.rows.len() > self.most / 2 {
            self.spill.write(&shard.rows)?;
            shard.rows.clear();
        }
        Ok(())
    }

    /// Whether readers of later files should wait for those of earlier ones.
    pub fn is_backed_up(&self) -> bool {
        self.waiting.load(Ordering::Relaxed) > MOST_WAITING
    }

    /// Whether rows could not be written to disk, so that reading on is pointless.
    pub fn has_failed(&self) -> bool {
        self.failed.load(Ordering::Relaxed)
    }

    /// All rows.
    ///
    /// # Errors
    /// When rows could not be written to disk.
    pub fn finish(self) -> io::Result<Merged> {
        if let Some(error) = lock(&self.failure).take() {
            return Err(error);
        }
        let mut all = Merged { rows: Vec::new(), spill: self.spill, duplicates: 0 };
        for shard in self.shards {
            let mut shard = shard.into_inner().unwrap_or_else(PoisonError::into_inner);
            all.duplicates += shard.duplicates;
            if all.spill.is_empty() {
                all.rows.push(shard.rows);
            } else {
                shard.fold(self.keep);
                all.spill.write(&shard.rows)?;
            }
        }
        Ok(all)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::count::row::{RowKey, sum_rows};

    fn row(api: u32, id: u64) -> EventRow {
        let key = RowKey { api, minute: 1, ..RowKey::default() };
        EventRow { key, id, example: [0, id] }
    }

    fn rows(list: &[EventRow]) -> EventRows {
        let mut rows = EventRows::default();
        for &row in list {
            rows.push(row);
        }
        rows
    }

    /// Files with their delivery day, each in pieces.
    fn merged(files: &[(usize, Option<u32>, Vec<EventRow>)]) -> (Vec<SumRow>, u64) {
        let merger = Merger::new(Keep::Sums, Spill::new(None), 1 << 20);
        for &(file, day, ref list) in files {
            let (first, second) = list.split_at(list.len() / 2);
            let piece = |index, is_last| Piece { batch: file, index, is_last, day };
            merger.submit(piece(1, true), rows(second));
            merger.submit(piece(0, false), rows(first));
        }
        let all = merger.finish().unwrap();
        let mut rows = all.rows.concat();
        sum_rows(&mut rows);
        (rows, all.duplicates)
    }

    #[test]
    fn the_earlier_file_wins_whichever_is_read_first() {
        let files = [(0, Some(1), vec![row(7, 42)]), (1, Some(1), vec![row(8, 42)])];
        let turned = [files[1].clone(), files[0].clone()];
        let (kept, duplicates) = merged(&files);
        assert_eq!((kept[0].key.api, kept.len(), duplicates), (7, 1, 1));
        assert_eq!(merged(&turned), (kept, duplicates));
    }

    #[test]
    fn copies_are_dropped_within_a_file_and_later() {
        let files = [
            (0, Some(10), vec![row(1, 5), row(1, 5), row(1, 6)]),
            (1, Some(11), vec![row(1, 6)]),
            (2, Some(20), vec![row(1, 5)]),
        ];
        let (kept, duplicates) = merged(&files);
        assert_eq!((kept[0].events, duplicates), (3, 2));
    }

    #[test]
    fn records_without_an_id_are_never_duplicates() {
        assert_eq!(merged(&[(0, None, vec![row(1, 0), row(1, 0)])]).0[0].events, 2);
    }
}
