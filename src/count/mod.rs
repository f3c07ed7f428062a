//! Events -> minute counts: how many events shared one minute and one set of dimensions.

mod counter;
mod crowd;
mod dictionary;
mod direct;
mod events;
mod file;
mod filter;
pub(crate) mod last;
mod late;
mod leb128;
mod lookup;
mod merge;
mod names;
mod presence;
mod rollup;
mod row;
mod seen;
mod spill;
pub(crate) mod stored;
mod table;
mod tally;
mod time_bound;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::cloud::{CloudError, Why};
use crate::event::TimeRange;
use crate::input::{Fetched, Limits, LogFile, Opener, ReadAhead, Skipped, Source, StopOnPanic};
use file::{FileCounter, Shared};
use merge::{Merged, Merger};
use presence::Presence;
pub(crate) use presence::coverage_of_hours;
use spill::Spill;

pub(crate) use dictionary::{ApiKey, Dictionaries, thin_names};
pub use dictionary::{Dimension, OTHER_NAMES};
pub(crate) use direct::each_event;
pub(crate) use events::{Events, FileTally, count_events};
pub use filter::{EventFilter, Globs};
pub use late::{Late, LateFile, USUAL_DELAY};
pub(crate) use leb128::{decode_number, encode_number};
pub use names::{Api, Names};
pub(crate) use names::{ApiIds, Ranks, sort as sort_names};
pub(crate) use presence::Hours;
pub use rollup::{Membership, RollUp, RollUpKind, RollUps, RolledUp};
pub(crate) use row::{Examples, RowKey, SumRow, drop_copies};
pub use table::{Example, MinuteCounts, Part, Row, frame};
pub use tally::{Problem, Tally, What};
pub use time_bound::{BadTimeBound, parse_time_bound};

/// How far the reading has come; may be looked at from another thread.
#[derive(Debug, Default)]
pub struct Progress {
    /// Files read.
    pub files: AtomicU64,
    /// Bytes of those files on disk.
    pub bytes: AtomicU64,
    /// Records in them.
    pub records: AtomicU64,
}

/// How much is held in memory.
#[derive(Clone, Debug)]
pub struct MemoryLimits {
    /// Rows of the table, 48 bytes each; when there are more, they go to a temporary file.
    pub rows: usize,
    /// Rows of one API, when insights are looked for; when there are more, only the busiest callers
    /// of each minute keep their names.
    pub rows_of_an_api: usize,
    /// Bytes of rows of a bucket store; when there are more, they are read again in each pass.
    pub stored_bytes: usize,
    /// Where the temporary file is to be; the system's folder for such files by default.
    pub folder: Option<PathBuf>,
}

impl Default for MemoryLimits {
    fn default() -> Self {
        Self { rows: 6 << 20, rows_of_an_api: 2 << 20, stored_bytes: 640 << 20, folder: None }
    }
}

/// How events are counted.
#[derive(Debug)]
pub struct CountOptions {
    /// Which events are counted.
    pub filter: EventFilter,
    /// Whether assumed-role sessions keep their own name rather than their role's.
    pub keep_sessions: bool,
    /// Which event times are believed.
    pub times: TimeRange,
    /// How much of a file is read.
    pub limits: Limits,
    /// How much is held in memory.
    pub memory: MemoryLimits,
    /// Who sees the files.
    pub witness: Option<Arc<dyn Witness>>,
}

impl CountOptions {
    /// Shows a file to the witness, if there is one and it can be shown as a whole.
    fn show(&self, file: &LogFile, fetched: Fetched<'_>, source: &Source<'_>) {
        if let (Some(witness), Fetched::Bytes(bytes), Source::Whole(text, None)) =
            (&self.witness, fetched, source)
        {
            witness.saw(file, bytes, text);
        }
    }
}

/// Sees files as they are read, for whoever wants to know more of them than their events.
pub trait Witness: fmt::Debug + Send + Sync {
    /// The bytes of a file that was fetched and its whole text, in which nothing is damaged.
    fn saw(&self, file: &LogFile, bytes: &[u8], text: &[u8]);
}

/// Minute counts, and what became of everything that was read.
#[derive(Debug)]
pub struct Counted {
    /// The central table.
    pub table: MinuteCounts,
    /// What was read, counted and left.
    pub tally: Tally,
}

/// The temporary file for rows that do not fit in memory could not be written or read.
#[derive(Debug, thiserror::Error)]
#[error("cannot keep counts in a temporary file in {folder}: {source}")]
pub struct SpillError {
    /// The folder it was to be in.
    pub folder: PathBuf,
    /// What the system says.
    pub source: io::Error,
}

/// Why files were not counted.
#[derive(Debug, thiserror::Error)]
pub enum CountError {
    /// Counts fit neither in memory nor on disk.
    #[error(transparent)]
    Spill(#[from] SpillError),
    /// An object store refuses us, so that reading on would leave out all that is in it.
    #[error(transparent)]
    Cloud(#[from] CloudError),
}

/// Reads and counts the files, on all threads of the current rayon pool. The result depends on
/// the files alone, not on the threads. Of two records with one id, that of the earlier file counts.
///
/// # Errors
/// When there are too many different rows for the memory allowed and they cannot be written to disk,
/// or an object store refuses us altogether.
pub fn count(
    files: &[LogFile],
    options: &CountOptions,
    progress: &Progress,
) -> Result<Counted, CountError> {
    let dictionaries = Dictionaries::default();
    let (merged, mut books) = read_all(files, options, Keep::Sums, &dictionaries, progress)?;
    books.tally.duplicates = merged.duplicates;
    books.tally.counted -= merged.duplicates;
    let table = MinuteCounts::new(merged, books.presence, dictionaries, &options.memory);
    Ok(Counted { table, tally: books.tally })
}

/// What becomes of events with the same dimensions in the same minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Keep {
    /// They are summed; copies are known by ids that are remembered for some days of delivery.
    Sums,
    /// Each is kept with its id, by which copies are known however late they come.
    EachEvent,
}

/// What came of files beside rows.
#[derive(Default)]
struct Books {
    tally: Tally,
    presence: Presence,
    /// What was in each file, with [`Keep::EachEvent`].
    files: Vec<FileTally>,
    /// The store that refused us, if one did.
    refusal: Option<CloudError>,
}

impl Books {
    fn merge(&mut self, other: Self) {
        self.tally.merge(other.tally);
        self.presence.merge(other.presence);
        self.files.extend(other.files);
        self.refusal = self.refusal.take().or(other.refusal);
    }
}

/// Reads the files on all threads of the current rayon pool.
fn read_all(
    files: &[LogFile],
    options: &CountOptions,
    keep: Keep,
    dictionaries: &Dictionaries,
    progress: &Progress,
) -> Result<(Merged, Books), CountError> {
    let spill = Spill::new(options.memory.folder.as_deref());
    let folder = spill.folder().to_path_buf();
    let merger = Merger::new(keep, spill, options.memory.rows);
    let shared = Shared::new(options, keep, dictionaries, &merger);
    let ahead = ReadAhead::new(files, rayon::current_num_threads());
    let total = Mutex::new(Books::default());
    std::thread::scope(|scope| {
        for _ in 0..ahead.fetchers() {
            scope.spawn(|| ahead.fetch());
        }
        rayon::broadcast(|_| {
            let _guard = StopOnPanic(&ahead);
            let books = read_files(files, &ahead, &shared, progress);
            // A poisoned lock means another thread panicked, and that panic goes on after the
            // broadcast.
            if let Ok(mut total) = total.lock() {
                total.merge(books);
            }
        });
        ahead.stop();
    });
    let mut books = total.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    drop(shared);
    if let Some(refusal) = books.refusal.take() {
        return Err(refusal.into());
    }
    let rows = merger.finish().map_err(|source| SpillError { folder, source })?;
    books.tally.problems.sort();
    books.tally.not_logs.sort_by(|a, b| a.place.cmp(&b.place));
    books.files.sort_by_key(|file| file.index);
    Ok((rows, books))
}

/// Holds a thread back that is far ahead of the others, for its rows wait in memory. The file they
/// wait for is always being read, as files are begun in their order.
fn wait_for_earlier_files(merger: &Merger, ahead: &ReadAhead<'_>) {
    while merger.is_backed_up() && !merger.has_failed() && !ahead.is_stopped() {
        // Perhaps the other thread has work to share.
        if rayon::yield_now() != Some(rayon::Yield::Executed) {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

/// One thread's share of the files, batch by batch.
fn read_files(
    files: &[LogFile],
    ahead: &ReadAhead<'_>,
    shared: &Shared<'_>,
    progress: &Progress,
) -> Books {
    let mut opener = Opener::new(shared.options.limits);
    let mut counter = FileCounter::new(shared);
    let (mut tallies, mut refusal) = (Vec::new(), None);
    while let Some(mut batch) = ahead.next() {
        counter.begin_batch(batch.index());
        for index in batch.files() {
            let (file, before) = (&files[index], counter.tally().records());
            let claims = claims_to_be_a_log(file.place.path());
            counter.begin(index, file.delivered, claims);
            let source = batch.take(index).and_then(|fetched| {
                let source = opener.open(file, fetched)?;
                shared.options.show(file, fetched, &source);
                Ok(source)
            });
            match source {
                Ok(source) => read_file(file, source, &mut counter),
                Err(error) => {
                    refusal = refusal.or_else(|| refused(file, &error));
                    counter.unreadable(index, &error);
                }
            }
            counter.end(file.delivered);
            if shared.keep == Keep::EachEvent {
                tallies.extend(counter.file_tally());
            }
            progress.files.fetch_add(1, Ordering::Relaxed);
            progress.bytes.fetch_add(file.bytes, Ordering::Relaxed);
            progress.records.fetch_add(counter.tally().records() - before, Ordering::Relaxed);
        }
        counter.end_batch();
        ahead.give_back(batch);
        wait_for_earlier_files(shared.merger, ahead);
        if shared.merger.has_failed() || refusal.is_some() {
            ahead.stop();
        }
    }
    shared.idle.fetch_add(1, Ordering::Relaxed);
    Books { files: tallies, refusal, ..counter.into_books() }
}

/// What an object store says that would be the same of every other file in it.
fn refused(file: &LogFile, error: &io::Error) -> Option<CloudError> {
    let why = error.get_ref()?.downcast_ref::<Why>()?;
    let address = || file.place.to_string();
    why.is_about_everything().then(|| CloudError { address: address(), why: why.clone() })
}

fn read_file(file: &LogFile, source: Source<'_>, counter: &mut FileCounter<'_, '_>) {
    counter.read(source, &file.key());
    counter.tally().files_read += 1;
    if counter.found_no_json() && !file.named && !claims_to_be_a_log(file.place.path()) {
        counter.forget_problems();
        counter.tally().files_read -= 1;
        let why = "not JSON".to_owned();
        counter.tally().not_logs.push(Skipped { place: file.place.clone(), why });
    }
}

/// Whether a file's name promises JSON: then it is bad input when it holds none.
fn claims_to_be_a_log(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| {
        ["gz", "json", "jsonl", "ndjson"].iter().any(|known| extension.eq_ignore_ascii_case(known))
    })
}
