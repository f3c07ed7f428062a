//! `store.json`: which files make up the store. It is the only file that is ever replaced, so that a
//! store changes all at once.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::StoreError;
use crate::output::whole_file::write_whole;

/// What this program reads and writes. One that is higher is of a program that is newer.
pub const SCHEMA: u32 = 2;

/// One file of a store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableFile {
    /// From the store's folder on, with `/`.
    pub path: String,
    /// Its rows.
    pub rows: u64,
    /// Its bytes.
    pub bytes: u64,
    /// The SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
}

/// The tables of a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayTables {
    /// The minute counts.
    pub minutes: TableFile,
    /// Where each API's rows are in them.
    pub apis: TableFile,
    /// The distinct names in them.
    pub names: TableFile,
    /// Minutes in which an account's logs say anything at all.
    pub presence: TableFile,
}

impl DayTables {
    /// All of them.
    #[must_use]
    pub fn all(&self) -> [&TableFile; 4] {
        [&self.minutes, &self.apis, &self.names, &self.presence]
    }
}

/// A day of a store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    /// `2026-11-01`, UTC.
    pub day: String,
    /// Events in its minute counts.
    pub events: u64,
    /// Its files.
    pub tables: DayTables,
}

/// What a store is made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// See [`SCHEMA`].
    pub schema: u32,
    /// Whether assumed-role sessions keep their own name rather than their role's.
    pub keep_sessions: bool,
    /// Dimensions with more names than are told apart: the names kept are those whose hash begins
    /// with so many zeros, the others are `(other)`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub thinned: BTreeMap<String, u32>,
    /// The ledger of sources.
    pub files: TableFile,
    /// The days, in their order.
    pub days: Vec<Day>,
}

/// What can be said of a manifest of any schema.
#[derive(Deserialize)]
struct AnySchema {
    schema: u32,
}

impl Manifest {
    /// The name of its file.
    pub const FILE: &str = "store.json";

    /// Reads the manifest of the store in that folder; `None` when there is none.
    ///
    /// # Errors
    /// When it cannot be read, is no manifest, or is of another program.
    pub fn read(store: &Path) -> Result<Option<Self>, StoreError> {
        let path = store.join(Self::FILE);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(StoreError::io(&path)(error)),
        };
        let broken = |error: serde_json::Error| StoreError::damaged(&path, error);
        let AnySchema { schema } = serde_json::from_slice(&bytes).map_err(broken)?;
        if schema > SCHEMA {
            return Err(StoreError::Newer { store: store.to_path_buf(), schema });
        }
        if schema < SCHEMA {
            return Err(StoreError::Older { store: store.to_path_buf(), schema });
        }
        serde_json::from_slice(&bytes).map(Some).map_err(broken)
    }

    /// As it stands in its file.
    pub(super) fn to_bytes(&self) -> io::Result<Vec<u8>> {
        let mut bytes = serde_json::to_vec_pretty(self)?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// Makes it the manifest of the store in that folder.
    pub(super) fn write(&self, store: &Path) -> Result<(), StoreError> {
        let path = store.join(Self::FILE);
        let written =
            self.to_bytes().and_then(|bytes| write_whole(&path, true, |out| out.write_all(&bytes)));
        written.map_err(StoreError::io(&path))
    }

    /// Every file it names.
    pub fn tables(&self) -> impl Iterator<Item = &TableFile> {
        self.days.iter().flat_map(|day| day.tables.all()).chain([&self.files])
    }

    /// Events of all days.
    #[must_use]
    pub fn events(&self) -> u64 {
        self.days.iter().map(|day| day.events).sum()
    }
}
