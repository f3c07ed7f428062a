//! Counting files into a store.
//!
//! A run writes new files beside those there are, then replaces the manifest, which names them, then
//! removes what is named no more. Whatever ends it before the manifest is replaced, the store is as
//! it was.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::StoreError;
use super::assemble::{Assembled, Parts, Stored, assemble, dictionaries_of};
use super::days::NewRows;
use super::ledger::{Known, Ledger, name};
use super::load;
use super::lock::Lock;
use super::manifest::{Manifest, SCHEMA};
use super::schema;
use super::table::{self, gone};
use crate::count::{CountOptions, Events, Progress, Tally, count_events};
use crate::input::{LogFile, Place};
use crate::output::whole_file::sync;

/// The folders of tables.
pub(super) const FOLDERS: [&str; 5] = ["minutes", "apis", "names", "presence", "files"];

/// A store that is written to; nobody else can meanwhile.
#[derive(Debug)]
pub struct StoreWriter {
    folder: PathBuf,
    _lock: Lock,
    manifest: Option<Manifest>,
    ledger: Ledger,
    keep_sessions: bool,
}

/// Which files are to be read.
#[derive(Clone, Debug, Default)]
pub struct Selected {
    /// Those not counted yet, or changed since.
    pub files: Vec<LogFile>,
    /// How many of them were counted before and have changed, or could not be read to their end.
    pub changed: u64,
    /// How many were counted before.
    pub passed_over: u64,
}

/// What a run added.
#[derive(Debug)]
pub struct Added {
    /// What was read. Copies are told as duplicates.
    pub tally: Tally,
    /// Events in the store now.
    pub events: u64,
    /// Days in the store now.
    pub days: usize,
    /// Days that are new or changed.
    pub days_changed: usize,
}

impl StoreWriter {
    /// Takes the store in that folder to write to, which is made if it is not there. Whether sessions
    /// keep their names is what the store says, where there is one and nothing is asked for.
    ///
    /// # Errors
    /// When another run writes to it, it cannot be read, it was counted otherwise than asked, or the
    /// folder holds other things.
    pub fn open(folder: &Path, keep_sessions: Option<bool>) -> Result<Self, StoreError> {
        fs::create_dir_all(folder).map_err(StoreError::io(folder))?;
        refuse_other_folders(folder)?;
        let lock = Lock::take(folder)?;
        let manifest = Manifest::read(folder)?;
        let ledger = match &manifest {
            Some(manifest) => load::ledger(folder, &manifest.files)?,
            None => Ledger::default(),
        };
        let there = manifest.as_ref().map(|manifest| manifest.keep_sessions);
        if let (Some(there), Some(asked)) = (there, keep_sessions)
            && there != asked
        {
            return Err(StoreError::OtherSessions {
                store: folder.to_path_buf(),
                keep_sessions: there,
            });
        }
        let keep_sessions = there.or(keep_sessions).unwrap_or_default();
        let writer =
            Self { folder: folder.to_path_buf(), _lock: lock, manifest, ledger, keep_sessions };
        writer.remove_leftovers()?;
        Ok(writer)
    }

    /// Whether assumed-role sessions keep their own name rather than their role's.
    #[must_use]
    pub const fn keeps_sessions(&self) -> bool {
        self.keep_sessions
    }

    /// Which of these files are to be read.
    ///
    /// # Errors
    /// When a file that was counted before has changed and would count twice.
    pub fn select(&self, files: &[LogFile]) -> Result<Selected, StoreError> {
        let mut selected = Selected::default();
        let mut met: BTreeSet<(String, u64, Option<std::time::SystemTime>)> = BTreeSet::new();
        let inside = [std::path::absolute(&self.folder), self.folder.canonicalize()];
        for file in files {
            // A store among its own inputs is no log.
            if let Place::Disk(path) = &file.place {
                let path = std::path::absolute(path).unwrap_or_default();
                if inside.iter().flatten().any(|folder| path.starts_with(folder)) {
                    continue;
                }
            }
            match self.ledger.knows(file) {
                Known::Yes => {
                    selected.passed_over += 1;
                    continue;
                }
                Known::ChangedWithoutIds => {
                    return Err(StoreError::ChangedWithoutIds { file: name(file) });
                }
                // The same file in another folder.
                _ if file.modified.is_some()
                    && !met.insert((name(file), file.bytes, file.modified)) =>
                {
                    selected.passed_over += 1;
                    continue;
                }
                Known::Changed => selected.changed += 1,
                Known::No => {}
            }
            selected.files.push(file.clone());
        }
        Ok(selected)
    }

    /// Reads the files and adds what they hold, on the threads of the current rayon pool. What the
    /// options say of filters and sessions is as the store has it.
    ///
    /// # Errors
    /// When counts do not fit in memory nor on disk, or the store cannot be written. It is as it was
    /// then. Bad input is no error: it is in [`Added::tally`].
    pub fn add(
        self,
        files: &[LogFile],
        options: &CountOptions,
        progress: &Progress,
    ) -> Result<Added, StoreError> {
        let Self { folder, _lock, manifest, mut ledger, keep_sessions } = self;
        let stores: Vec<Stored<'_>> =
            manifest.iter().map(|manifest| Stored { folder: &folder, manifest }).collect();
        let dictionaries = dictionaries_of(&stores)?;
        let options = CountOptions {
            filter: crate::count::EventFilter { category: None, ..Default::default() },
            keep_sessions,
            memory: options.memory.clone(),
            witness: options.witness.clone(),
            ..*options
        };
        let mut events = count_events(files, &options, &dictionaries, progress)?;
        ledger.note(files, &events.files)?;
        let new_rows = NewRows::new(options.memory.folder.as_deref());
        new_rows.hold(events.take_days());
        events.take_spilled(|rows| new_rows.add(rows))?;
        let Events { hours, mut tally, .. } = events;
        let parts = Parts { stores: &stores, new_rows, new_hours: hours, dictionaries };
        let assembled = assemble(&folder, parts)?;
        let new = manifest_of(&folder, keep_sessions, assembled, &ledger)?;
        let before = manifest.as_ref().map_or(0, Manifest::events);
        let fresh = new.events().saturating_sub(before);
        tally.duplicates = tally.counted.saturating_sub(fresh);
        tally.counted -= tally.duplicates;
        let old_days = manifest.as_ref().map_or(&[][..], |manifest| &manifest.days);
        let days_changed = new.days.iter().filter(|day| !old_days.contains(day)).count();
        let added = Added { tally, events: new.events(), days: new.days.len(), days_changed };
        if manifest.as_ref() != Some(&new) {
            new.write(&folder)?;
        }
        remove_unnamed(&folder, Some(&new))?;
        Ok(added)
    }

    /// Removes what a run left that died.
    fn remove_leftovers(&self) -> Result<(), StoreError> {
        remove_unnamed(&self.folder, self.manifest.as_ref())
    }
}

/// Writes the ledger, and makes the manifest of all there is.
pub(super) fn manifest_of(
    folder: &Path,
    keep_sessions: bool,
    assembled: Assembled,
    ledger: &Ledger,
) -> Result<Manifest, StoreError> {
    let files = schema::files_of(ledger);
    let files = files.map_err(|error| StoreError::Table { name: "files".to_owned(), error })?;
    let files = table::write(folder, "files", &files)?;
    let path = folder.join(&files.path);
    sync(&path).map_err(StoreError::io(&path))?;
    let Assembled { days, thinned } = assembled;
    Ok(Manifest { schema: SCHEMA, keep_sessions, thinned, files, days })
}

/// Fails where there is a folder with other things in it, so that no typing error mixes them up.
pub(super) fn refuse_other_folders(folder: &Path) -> Result<(), StoreError> {
    if folder.join(Manifest::FILE).exists() {
        return Ok(());
    }
    let entries = fs::read_dir(folder).map_err(StoreError::io(folder))?;
    for entry in entries {
        let name = entry.map_err(StoreError::io(folder))?.file_name();
        let name = name.to_string_lossy();
        if !is_ours(&name) {
            let (store, other) = (folder.to_path_buf(), name.into_owned());
            return Err(StoreError::Occupied { store, other });
        }
    }
    Ok(())
}

fn is_ours(name: &str) -> bool {
    FOLDERS.contains(&name) || name == Lock::FILE || is_unfinished(name)
}

/// Whether a file has the name that files have until they are whole.
fn is_unfinished(name: &str) -> bool {
    name.starts_with(".trailspike-")
}

/// Whether the file at that path of a store is a table, by its name.
pub(super) fn is_table_path(path: &str) -> bool {
    is_table(path.rsplit('/').next().unwrap_or(path))
}

fn is_table(name: &str) -> bool {
    name.strip_suffix(".parquet").is_some_and(|hash| {
        hash.len() == table::NAME_DIGITS && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

/// Removes tables that the manifest does not name, and files that were never whole. Whatever else is
/// in the folders is not ours.
pub(super) fn remove_unnamed(folder: &Path, manifest: Option<&Manifest>) -> Result<(), StoreError> {
    let named: BTreeSet<PathBuf> = manifest
        .iter()
        .flat_map(|manifest| manifest.tables().map(|table| folder.join(&table.path)))
        .collect();
    let remove = |path: &Path| gone(fs::remove_file(path)).map_err(StoreError::io(path));
    for path in children(folder)? {
        if path.file_name().and_then(|name| name.to_str()).is_some_and(is_unfinished) {
            remove(&path)?;
        }
    }
    for table in FOLDERS {
        let days = children(&folder.join(table))?;
        let folders = days.iter().filter(|path| path.is_dir()).cloned();
        let folders: Vec<PathBuf> = folders.chain([folder.join(table)]).collect();
        for folder in folders {
            for path in children(&folder)? {
                let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
                if is_unfinished(name) || is_table(name) && !named.contains(&path) {
                    remove(&path)?;
                }
            }
            // Only if it is empty.
            let _ = fs::remove_dir(&folder);
        }
    }
    Ok(())
}

fn children(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(StoreError::io(folder)(error)),
    };
    let mut paths = Vec::new();
    for entry in entries {
        paths.push(entry.map_err(StoreError::io(folder))?.path());
    }
    Ok(paths)
}
