//! The files of a store.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use rayon::prelude::*;

use super::parquet::ParquetFile;
use super::presence::newest;
use super::table::Day;
use crate::count::EventFilter;
use crate::minute::{DAY, Minute};
use crate::store::ledger::Ledger;
use crate::store::manifest::{self, Manifest, TableFile};
use crate::store::{StoreError, load, table};

/// Days of a store up to which files are kept open; a process may not have many.
const MOST_OPEN: usize = 128;

/// A store, its manifest read.
pub struct Store {
    folder: PathBuf,
    manifest: Manifest,
}

impl Store {
    pub const fn new(folder: PathBuf, manifest: Manifest) -> Self {
        Self { folder, manifest }
    }

    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let folder = folder.to_owned();
        match Manifest::read(&folder)? {
            Some(manifest) => Ok(Self { folder, manifest }),
            None => Err(StoreError::NoStore { store: folder }),
        }
    }

    /// What it was counted with.
    pub const fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The store with the days that `is_in` takes, and with the others.
    pub fn partition(self, is_in: impl Fn(&manifest::Day) -> bool) -> (Self, Self) {
        let Self { folder, manifest } = self;
        let (taken, others) = manifest.days.iter().cloned().partition(is_in);
        let of = |days| Self::new(folder.clone(), Manifest { days, ..manifest.clone() });
        (of(taken), of(others))
    }

    /// A table that is read whole: it must be as it was written.
    fn table(&self, file: &TableFile) -> Result<ParquetFile, StoreError> {
        table::read_bytes(&self.folder, file)?;
        self.large_table(file)
    }

    /// A table of which only some is read, so that only its length is looked at.
    fn large_table(&self, file: &TableFile) -> Result<ParquetFile, StoreError> {
        Ok(ParquetFile::open(self.folder.join(&file.path), file.rows, file.bytes)?)
    }

    pub fn ledger(&self) -> Result<Ledger, StoreError> {
        load::ledger(&self.folder, &self.manifest.files)
    }

    /// The newest minute with any event.
    pub fn newest(&self) -> Result<Option<Minute>, StoreError> {
        let last = self.manifest.days.last();
        last.map_or(Ok(None), |day| Ok(newest(&self.table(&day.tables.presence)?)?))
    }

    /// The days that the filter takes something of, and how many events the others have.
    pub fn days(&self, filter: &EventFilter) -> Result<(Vec<Day>, u64), StoreError> {
        let (taken, others): (Vec<_>, Vec<_>) =
            self.manifest.days.iter().partition(|day| is_taken(day, filter));
        let open = |day: &&manifest::Day| {
            let tables = &day.tables;
            let minutes = self.large_table(&tables.minutes)?;
            Ok(Day {
                number: midnight(day).unwrap_or_default().day(),
                minutes: if taken.len() <= MOST_OPEN { minutes.kept_open()? } else { minutes },
                apis: self.table(&tables.apis)?,
                names: self.table(&tables.names)?,
                presence: self.table(&tables.presence)?,
            })
        };
        let days = taken.par_iter().map(open).collect::<Result<_, StoreError>>()?;
        Ok((days, others.iter().map(|day| day.events).sum()))
    }
}

/// Whether the filter takes something of a day.
pub fn is_taken(day: &manifest::Day, filter: &EventFilter) -> bool {
    midnight(day).is_some_and(|midnight| {
        filter.to.is_none_or(|to| midnight < to)
            && filter.from.is_none_or(|from| from < midnight + DAY)
    })
}

fn midnight(day: &manifest::Day) -> Option<Minute> {
    let date: NaiveDate = day.day.parse().ok()?;
    Minute::from_unix_seconds(date.and_time(chrono::NaiveTime::MIN).and_utc().timestamp())
}
