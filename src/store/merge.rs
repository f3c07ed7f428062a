//! Several stores -> one.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::StoreError;
use super::assemble::{Parts, Stored, assemble, dictionaries_of};
use super::days::NewRows;
use super::ledger::Ledger;
use super::load;
use super::lock::Lock;
use super::manifest::Manifest;
use super::table::gone;
use super::write::{manifest_of, refuse_other_folders, remove_unnamed};
use crate::count::Hours;

/// What a merge made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MergedStores {
    /// Stores read.
    pub stores: usize,
    /// Stores given more than once.
    pub given_twice: usize,
    /// Files in the ledger.
    pub files: usize,
    /// Days of the new store.
    pub days: usize,
    /// Events in it.
    pub events: u64,
    /// Events that were in more than one of the stores.
    pub copies: u64,
}

/// Merges stores into a new one at `into`, on the threads of the current rayon pool. Events with ids
/// count once however many of the stores have them.
///
/// # Errors
/// When one is no store or damaged, they were not counted alike, there is something at `into`, or a
/// file is in two of them with records that have no id. Nothing is left at `into` then.
pub fn merge(stores: &[PathBuf], into: &Path) -> Result<MergedStores, StoreError> {
    let mut met = BTreeSet::new();
    let mut sources: Vec<(&Path, Manifest)> = Vec::new();
    for store in stores {
        let manifest = Manifest::read(store)?;
        let manifest = manifest.ok_or_else(|| StoreError::NoStore { store: store.clone() })?;
        if met.insert(store.canonicalize().map_err(StoreError::io(store))?) {
            sources.push((store, manifest));
        }
    }
    let keep_sessions = sources.first().is_some_and(|(_, manifest)| manifest.keep_sessions);
    if let Some((store, other)) =
        sources.iter().find(|(_, other)| other.keep_sessions != keep_sessions)
    {
        let (store, keep_sessions) = (store.to_path_buf(), other.keep_sessions);
        return Err(StoreError::OtherSessions { store, keep_sessions });
    }
    let mut ledger = Ledger::default();
    for (store, manifest) in &sources {
        ledger.merge(load::ledger(store, &manifest.files)?)?;
    }
    let is_new = !into.exists();
    fs::create_dir_all(into).map_err(StoreError::io(into))?;
    let written = write(&sources, keep_sessions, &ledger, into);
    if written.is_err() && is_new {
        // The first error is the one to tell.
        let _ = remove_all(into);
    }
    let manifest = written?;
    let before: u64 = sources.iter().map(|(_, manifest)| manifest.events()).sum();
    Ok(MergedStores {
        stores: sources.len(),
        given_twice: stores.len() - sources.len(),
        files: ledger.files.len(),
        days: manifest.days.len(),
        events: manifest.events(),
        copies: before.saturating_sub(manifest.events()),
    })
}

fn write(
    sources: &[(&Path, Manifest)],
    keep_sessions: bool,
    ledger: &Ledger,
    into: &Path,
) -> Result<Manifest, StoreError> {
    if into.join(Manifest::FILE).exists() {
        return Err(StoreError::Exists { store: into.to_path_buf() });
    }
    refuse_other_folders(into)?;
    let _lock = Lock::take(into)?;
    remove_unnamed(into, None)?;
    let stores: Vec<Stored<'_>> =
        sources.iter().map(|(folder, manifest)| Stored { folder, manifest }).collect();
    let dictionaries = dictionaries_of(&stores)?;
    let (new_rows, new_hours) = (NewRows::new(None), Hours::default());
    let assembled = assemble(into, Parts { stores: &stores, new_rows, new_hours, dictionaries })?;
    let manifest = manifest_of(into, keep_sessions, assembled, ledger)?;
    manifest.write(into)?;
    Ok(manifest)
}

/// Removes a store that was never whole.
fn remove_all(store: &Path) -> Result<(), StoreError> {
    remove_unnamed(store, None)?;
    let lock = store.join(Lock::FILE);
    gone(fs::remove_file(&lock)).map_err(StoreError::io(&lock))?;
    fs::remove_dir(store).map_err(StoreError::io(store))
}
