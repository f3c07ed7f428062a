//! Stores -> the table of minute counts, as if the logs that they were made of had been counted.

mod apis;
mod blocks;
mod books;
mod names;
mod open;
mod overlap;
mod pages;
mod parquet;
mod presence;
mod table;

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

use super::ledger::Ledger;
use super::manifest::Day;
use super::{RemoteStore, StoreError};
use crate::cloud::{Access, Why};
use crate::count::{CountOptions, Counted, MinuteCounts};
use crate::minute::Minute;
use open::{Store, is_taken};
use overlap::united;

#[cfg(test)]
pub(super) use parquet::ParquetFile;
pub use parquet::{FileError, FileProblem};

/// How often stores are opened again whose files go.
const TRIES: u32 = 3;

/// What stores hold, as it was when they were read.
#[derive(Debug)]
pub struct StoreCounts {
    /// As if logs had been counted.
    pub counted: Counted,
    /// Each store.
    pub stores: Vec<StoreRead>,
}

/// A store that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreRead {
    /// Where it is.
    pub path: PathBuf,
    /// The newest minute with any event in it, whatever was asked for.
    pub newest: Option<Minute>,
}

/// Reads what a filter takes of stores, on the threads of the current rayon pool. Copies of events
/// in several of them count once.
///
/// # Errors
/// When a store cannot be read, holds sessions where roles are wanted or the other way round, or
/// when files without event ids are in several.
pub fn read_stores(
    paths: &[PathBuf],
    options: &CountOptions,
    access: &Access,
) -> Result<StoreCounts, StoreError> {
    let mut tries = 0;
    loop {
        match read_once(paths, options, access) {
            // Somebody counts into a store meanwhile, and its manifest is another now.
            Err(error) if error.is_of_missing_file() && tries < TRIES => tries += 1,
            outcome => return outcome,
        }
    }
}

fn read_once(
    paths: &[PathBuf],
    options: &CountOptions,
    access: &Access,
) -> Result<StoreCounts, StoreError> {
    let (mut stores, mut scratch) = (Vec::new(), Vec::new());
    let (mut ledger, mut read) = (Ledger::default(), Vec::new());
    // Several may have days in common, which are put together.
    let is_wanted =
        |day: &Day, is_last| is_last || paths.len() > 1 || is_taken(day, &options.filter);
    let temporary = options.memory.folder.as_deref();
    for path in paths {
        let copy = RemoteStore::open_days(path, access, temporary, &is_wanted)?;
        let store = Store::open(copy.as_ref().map_or(path, |copy| copy.folder()))?;
        scratch.extend(copy.map(RemoteStore::into_folder));
        let keep_sessions = store.manifest().keep_sessions;
        if keep_sessions != options.keep_sessions {
            return Err(StoreError::OtherIdentities { store: path.clone(), keep_sessions });
        }
        ledger.merge(store.ledger()?)?;
        read.push(StoreRead { path: path.clone(), newest: store.newest()? });
        stores.push(store);
    }
    let halvings = halvings(&stores);
    let (united, stores) = united(stores, &options.memory)?;
    scratch.extend(united);
    let (mut days, mut left_out) = (Vec::new(), 0);
    for store in &stores {
        let (taken, events) = store.days(&options.filter)?;
        days.extend(taken);
        left_out += events;
    }
    days.sort_by_key(|day| day.number);
    let (table, mut sums) = table::table_of(days, scratch, &options.filter, &halvings)?;
    sums.filtered += left_out;
    let tally = books::books(ledger, &sums);
    let table = MinuteCounts::stored(table, &options.memory).map_err(StoreError::Rows)?;
    Ok(StoreCounts { counted: Counted { table, tally }, stores: read })
}

impl StoreError {
    /// Whether a file is not there that a manifest names.
    fn is_of_missing_file(&self) -> bool {
        let source = match self {
            Self::Cloud(error) => return error.why == Why::Missing,
            Self::Io { source, .. }
            | Self::File(FileError { why: FileProblem::Io(source), .. }) => source,
            Self::Rows(error) => {
                let file = error.get_ref().and_then(|inner| inner.downcast_ref::<FileError>());
                match file {
                    Some(FileError { why: FileProblem::Io(source), .. }) => source,
                    _ => return false,
                }
            }
            _ => return false,
        };
        source.kind() == io::ErrorKind::NotFound
    }
}

/// With how many zeros the hash of names begins that are told apart, by column; more where a store
/// has met more names.
fn halvings(stores: &[Store]) -> BTreeMap<String, u32> {
    let mut all = BTreeMap::new();
    for (name, halvings) in stores.iter().flat_map(|store| &store.manifest().thinned) {
        let most = all.entry(name.clone()).or_insert(0);
        *most = (*most).max(*halvings);
    }
    all
}
