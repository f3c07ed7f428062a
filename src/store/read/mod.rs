//! Stores -> the table of minute counts, as if the logs that they were made of had been counted.

mod apis;
mod blocks;
mod books;
mod names;
mod open;
mod parquet;
mod presence;
mod table;

use std::io;
use std::path::PathBuf;

use crate::count::{CountOptions, Counted, MinuteCounts};
use crate::minute::Minute;
use open::Store;

pub use open::ManifestError;
pub use parquet::{FileError, FileProblem};

/// Why stores cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// A manifest cannot be understood.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// A file that a manifest names cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// Rows cannot be read.
    #[error("{0}")]
    Rows(#[from] io::Error),
    /// Sessions are folded into roles as events are counted; afterwards it is too late.
    #[error(
        "{store} was counted {}, which cannot be changed afterwards: {}",
        if *.keeps { "with --keep-sessions" } else { "without --keep-sessions" },
        if *.keeps { "give --keep-sessions here as well" } else { "count the logs into another store" }
    )]
    Sessions {
        /// The store.
        store: String,
        /// Whether it has sessions.
        keeps: bool,
    },
}

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

/// Reads what a filter takes of stores, on the threads of the current rayon pool.
///
/// # Errors
/// When a store cannot be read, or holds sessions where roles are wanted or the other way round.
pub fn read_stores(paths: &[PathBuf], options: &CountOptions) -> Result<StoreCounts, ReadError> {
    let (mut days, mut ledgers, mut stores) = (Vec::new(), Vec::new(), Vec::new());
    let mut left_out = 0;
    for path in paths {
        let store = Store::open(path)?;
        if store.keep_sessions != options.keep_sessions {
            let store = path.display().to_string();
            return Err(ReadError::Sessions { store, keeps: !options.keep_sessions });
        }
        stores.push(StoreRead { path: path.clone(), newest: store.newest()? });
        ledgers.push(store.ledger()?);
        let (taken, events) = store.days(&options.filter)?;
        days.extend(taken);
        left_out += events;
    }
    days.sort_by_key(|day| day.day);
    let (table, mut sums) = table::table_of(days, &options.filter)?;
    sums.filtered += left_out;
    let tally = books::books(&ledgers, &sums)?;
    let table = MinuteCounts::stored(table, &options.memory)?;
    Ok(StoreCounts { counted: Counted { table, tally }, stores })
}
