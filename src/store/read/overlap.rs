//! Days that several stores have: put together in a store for the time being, as merging does, for
//! their events must be known one by one.

use std::collections::BTreeMap;

use tempfile::TempDir;

use super::open::Store;
use crate::count::{Hours, MemoryLimits, SpillError};
use crate::store::StoreError;
use crate::store::assemble::{Parts, Stored, assemble, dictionaries_of};
use crate::store::days::NewRows;

/// The stores without the days that several of them have, and one more with these, in a folder that
/// goes when it is dropped.
pub fn united(
    stores: Vec<Store>,
    memory: &MemoryLimits,
) -> Result<(Option<TempDir>, Vec<Store>), StoreError> {
    let mut number: BTreeMap<String, usize> = BTreeMap::new();
    for store in &stores {
        for day in &store.manifest().days {
            *number.entry(day.day.clone()).or_default() += 1;
        }
    }
    let in_several = |day: &str| number.get(day).is_some_and(|stores| *stores > 1);
    let (mut alone, mut shared) = (Vec::new(), Vec::new());
    for store in stores {
        let (several, one) = store.partition(|day| in_several(&day.day));
        alone.push(one);
        if !several.manifest().days.is_empty() {
            shared.push(several);
        }
    }
    let Some(first) = shared.first() else { return Ok((None, alone)) };
    let mut manifest = first.manifest().clone();
    let folder = memory.folder.clone().unwrap_or_else(std::env::temp_dir);
    let scratch = tempfile::Builder::new().prefix("trailspike-").tempdir_in(&folder);
    let scratch = scratch.map_err(|source| SpillError { folder, source })?;
    let parts_of: Vec<Stored<'_>> = shared
        .iter()
        .map(|store| Stored { folder: store.folder(), manifest: store.manifest() })
        .collect();
    let parts = Parts {
        stores: &parts_of,
        new_rows: NewRows::new(memory.folder.as_deref()),
        new_hours: Hours::default(),
        dictionaries: dictionaries_of(&parts_of)?,
    };
    manifest.days = assemble(scratch.path(), parts)?.days;
    alone.push(Store::new(scratch.path().to_owned(), manifest));
    Ok((Some(scratch), alone))
}
