//! A store's manifest, and the files that it names.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use super::parquet::{FileError, ParquetFile};
use super::presence::newest;
use super::table::Day;
use crate::count::EventFilter;
use crate::input::STORE_MANIFEST;
use crate::minute::{DAY, Minute};

/// A manifest that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// The system cannot read it, or it is no manifest.
    #[error("cannot read {path}")]
    Unreadable {
        /// The manifest.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A later version of trailspike wrote it.
    #[error("{path} has schema {schema}; this version of trailspike reads schema {SCHEMA}")]
    Schema {
        /// The manifest.
        path: PathBuf,
        /// Its version.
        schema: u64,
    },
}

const SCHEMA: u64 = 1;

#[derive(Deserialize)]
struct Version {
    schema: u64,
}

#[derive(Deserialize)]
struct Manifest {
    keep_sessions: bool,
    files: Table,
    days: Vec<DayEntry>,
}

#[derive(Deserialize)]
struct DayEntry {
    #[serde(deserialize_with = "date")]
    day: NaiveDate,
    events: u64,
    tables: Tables,
}

#[derive(Deserialize)]
struct Tables {
    minutes: Table,
    apis: Table,
    names: Table,
    presence: Table,
}

#[derive(Deserialize)]
struct Table {
    path: PathBuf,
    rows: u64,
    bytes: u64,
}

fn date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveDate, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
}

/// A store, its manifest read.
pub struct Store {
    folder: PathBuf,
    pub keep_sessions: bool,
    manifest: Manifest,
}

impl Store {
    pub fn open(folder: &Path) -> Result<Self, ManifestError> {
        let path = folder.join(STORE_MANIFEST);
        match Self::read(&path) {
            Ok((SCHEMA, Some(manifest))) => {
                let (folder, keep_sessions) = (folder.to_owned(), manifest.keep_sessions);
                Ok(Self { folder, keep_sessions, manifest })
            }
            Ok((schema, _)) => Err(ManifestError::Schema { path, schema }),
            Err(source) => Err(ManifestError::Unreadable { path, source }),
        }
    }

    /// The schema, and the manifest if it has the one that is known.
    fn read(path: &Path) -> io::Result<(u64, Option<Manifest>)> {
        let text = fs::read(path)?;
        let Version { schema } = serde_json::from_slice(&text)?;
        let manifest = if schema == SCHEMA { Some(serde_json::from_slice(&text)?) } else { None };
        Ok((schema, manifest))
    }

    fn table(&self, table: &Table) -> Result<ParquetFile, FileError> {
        ParquetFile::open(self.folder.join(&table.path), table.rows, table.bytes)
    }

    pub fn ledger(&self) -> Result<ParquetFile, FileError> {
        self.table(&self.manifest.files)
    }

    /// The newest minute with any event.
    pub fn newest(&self) -> Result<Option<Minute>, FileError> {
        let last = self.manifest.days.iter().max_by_key(|day| day.day);
        last.map_or(Ok(None), |day| newest(&self.table(&day.tables.presence)?))
    }

    /// The days that the filter takes something of, and how many events the others have.
    pub fn days(&self, filter: &EventFilter) -> Result<(Vec<Day>, u64), FileError> {
        let (mut days, mut left_out) = (Vec::new(), 0);
        for entry in &self.manifest.days {
            let midnight = entry.day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp();
            let Some(midnight) = Minute::from_unix_seconds(midnight) else { continue };
            let is_taken = filter.to.is_none_or(|to| midnight < to)
                && filter.from.is_none_or(|from| from < midnight + DAY);
            if !is_taken {
                left_out += entry.events;
                continue;
            }
            let tables = &entry.tables;
            days.push(Day {
                day: midnight.day(),
                minutes: self.table(&tables.minutes)?,
                apis: self.table(&tables.apis)?,
                names: self.table(&tables.names)?,
                presence: self.table(&tables.presence)?,
            });
        }
        Ok((days, left_out))
    }
}
