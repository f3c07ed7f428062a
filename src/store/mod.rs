//! The bucket store: minute counts kept in a folder as Parquet, which grows as logs come. See
//! `docs/store.md` for the format.
//!
//! What is in a store is a function of the set of (row, print of event id) in its logs, and of the
//! number of records without an id. So the order of runs, how the input is split and copies of
//! events, however late, change nothing.

mod assemble;
mod check;
mod days;
mod delta;
mod ledger;
mod load;
mod lock;
mod made;
mod manifest;
mod merge;
mod minutes;
mod pages;
mod print;
mod read;
mod remote;
mod row;
mod schema;
mod table;
mod write;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use polars::error::PolarsError;

use crate::cloud::CloudError;
use crate::count::{CountError, SpillError};

pub use check::{Checked, Finding, check};
pub(crate) use made::write_events;
pub use manifest::{Day, DayTables, Manifest, SCHEMA, TableFile};
pub use merge::{MergedStores, merge};
pub use read::{FileError, FileProblem, StoreCounts, StoreRead, read_stores};
pub use remote::RemoteStore;
pub use write::{Added, Selected, StoreWriter};

/// Why a store cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file system says no.
    #[error("{path}: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Another run writes to the store.
    #[error("another run writes to {store}; nothing was changed")]
    Busy {
        /// The store.
        store: PathBuf,
    },
    /// Another run wrote to a store in an object store meanwhile.
    #[error(
        "another run has written to {store} meanwhile; nothing of this one is in it: run it again"
    )]
    Overtaken {
        /// The store.
        store: String,
    },
    /// The store is of a program that is newer.
    #[error(
        "{store} has schema {schema}, which a newer trailspike wrote; this one knows schema {SCHEMA}"
    )]
    Newer {
        /// The store.
        store: PathBuf,
        /// Its schema.
        schema: u32,
    },
    /// The store is of a program that is older.
    #[error(
        "{store} has schema {schema}, which an older trailspike wrote; this one knows schema {SCHEMA}: \
         count the logs into a new store"
    )]
    Older {
        /// The store.
        store: PathBuf,
        /// Its schema.
        schema: u32,
    },
    /// There is no store.
    #[error("{store} is no store: it has no store.json")]
    NoStore {
        /// The folder.
        store: PathBuf,
    },
    /// A store where one is to be made.
    #[error("{store} is there; stores are merged into a new one")]
    Exists {
        /// The store.
        store: PathBuf,
    },
    /// The folder holds other things.
    #[error("{store} is no store, and it is not empty: {other} is in it")]
    Occupied {
        /// The folder.
        store: PathBuf,
        /// Something in it.
        other: String,
    },
    /// The file is not what it should be.
    #[error("{path} is damaged: {why}")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// A store keeps the names of sessions, and the other or this run does not.
    #[error("{store} was counted {}, unlike what it is to be put together with", keeps(*.keep_sessions))]
    OtherSessions {
        /// The store.
        store: PathBuf,
        /// Whether it keeps them.
        keep_sessions: bool,
    },
    /// A store keeps the names of sessions, and roles are wanted, or the other way round: sessions are
    /// folded into roles as events are counted.
    #[error("{store} was counted {}: look at it with {}", keeps(*.keep_sessions), wants(*.keep_sessions))]
    OtherIdentities {
        /// The store.
        store: PathBuf,
        /// Whether it keeps them.
        keep_sessions: bool,
    },
    /// A file that changed has records that would count twice.
    #[error(
        "{file} was counted before, has changed and has records without an event id, which would \
         count twice; leave it out, or count into a new store"
    )]
    ChangedWithoutIds {
        /// The file.
        file: String,
    },
    /// A file in two ledgers has records that would count twice.
    #[error(
        "{file} was counted more than once and has records without an event id, which would count \
         twice"
    )]
    CountedTwice {
        /// The file.
        file: String,
    },
    /// A table could not be made.
    #[error("cannot make the table {name}: {error}")]
    Table {
        /// The table.
        name: String,
        /// What polars says.
        error: PolarsError,
    },
    /// A table cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// Rows cannot be read.
    #[error("{0}")]
    Rows(io::Error),
    /// Counts did not fit in memory nor on disk.
    #[error(transparent)]
    Spill(#[from] SpillError),
    /// An object store refuses us.
    #[error(transparent)]
    Cloud(#[from] CloudError),
}

impl From<CountError> for StoreError {
    fn from(error: CountError) -> Self {
        match error {
            CountError::Spill(error) => Self::Spill(error),
            CountError::Cloud(error) => Self::Cloud(error),
        }
    }
}

impl StoreError {
    fn io(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_path_buf();
        |source| Self::Io { path, source }
    }

    fn damaged(path: &Path, why: impl fmt::Display) -> Self {
        Self::Damaged { path: path.to_path_buf(), why: why.to_string() }
    }
}

fn keeps(keep_sessions: bool) -> &'static str {
    if keep_sessions { "with --keep-sessions" } else { "without --keep-sessions" }
}

fn wants(keep_sessions: bool) -> &'static str {
    if keep_sessions {
        "--identity session"
    } else {
        "--identity role, or count the logs into another store"
    }
}
