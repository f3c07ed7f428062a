//! `--state`: what is new is counted into a store before anything is looked at.

use std::path::{Path, PathBuf};

use trailspike::AnalysisOptions;
use trailspike::count::{CountOptions, EventFilter};
use trailspike::input::Discovery;
use trailspike::output::store_summary::NewInStore;
use trailspike::store::{RemoteStore, StoreError, StoreWriter};

use super::Failure;
use super::count::failure;
use super::flags::ReadingArgs;

/// Counts the files that the store does not know yet; the store is what is to be read now.
pub fn count_new(
    folder: &Path,
    inputs: &[PathBuf],
    options: &AnalysisOptions,
    reading: &ReadingArgs,
    quiet: bool,
) -> Result<Discovery, Failure> {
    // All events: which of them are looked at may be another tomorrow.
    let mut files = reading.find(inputs, &EventFilter::default())?;
    if let Some(store) = files.stores.first() {
        let store = store.display();
        let error = anyhow::anyhow!("--state counts logs, and {store} is a store: merge them");
        return Err(Failure::wrong_use(error));
    }
    let count_options = CountOptions { filter: EventFilter::default(), ..options.count_options() };
    let remote = reading.remote(folder)?;
    let local = remote.as_ref().map_or(folder, RemoteStore::folder);
    let store = StoreWriter::open(local, Some(options.keep_sessions));
    let store = store.map_err(|error| match error {
        StoreError::OtherSessions { store, keep_sessions } => {
            failure(StoreError::OtherIdentities { store, keep_sessions })
        }
        error => failure(error),
    })?;
    if let Some(remote) = &remote {
        files.files.retain(|file| !remote.holds(&file.place));
    }
    let selected = store.select(&files.files).map_err(failure)?;
    files.files.clone_from(&selected.files);
    let added = reading
        .read(&files, quiet, |progress| store.add(&files.files, &count_options, progress))?
        .map_err(failure)?;
    if let Some(remote) = remote {
        remote.publish().map_err(failure)?;
    }
    if !quiet {
        super::say(format_args!("{}", NewInStore { selected: &selected, added: &added }));
    }
    files.files.clear();
    files.stores.push(folder.to_owned());
    Ok(files)
}
