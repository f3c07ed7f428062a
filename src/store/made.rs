//! Stores of events that are known without any file.

use std::path::Path;

use super::StoreError;
use super::assemble::{Parts, assemble};
use super::days::NewRows;
use super::ledger::Ledger;
use super::manifest::Manifest;
use super::write::{StoreWriter, manifest_of};
use crate::count::{Dictionaries, each_event};
use crate::event::Event;

/// Writes a store of the events that `fill` tells of, each so many times, into an empty folder; how
/// many there are. Its ledger is empty.
///
/// # Errors
/// When there is something in the folder, or it cannot be written.
pub(crate) fn write_events(
    folder: &Path,
    fill: impl FnOnce(&mut dyn FnMut(&Event<'_>, u32)),
) -> Result<u64, StoreError> {
    // Held until the end, so that nobody else writes.
    let _writer = StoreWriter::open(folder, Some(false))?;
    if folder.join(Manifest::FILE).exists() {
        let (store, other) = (folder.to_path_buf(), Manifest::FILE.to_owned());
        return Err(StoreError::Occupied { store, other });
    }
    let (dictionaries, new_rows) = (Dictionaries::default(), NewRows::new(None));
    let new_hours = each_event(&dictionaries, fill, |rows| new_rows.add(rows))?;
    let parts = Parts { stores: &[], new_rows, new_hours, dictionaries };
    let assembled = assemble(folder, parts)?;
    let manifest = manifest_of(folder, false, assembled, &Ledger::default())?;
    manifest.write(folder)?;
    Ok(manifest.events())
}
