//! The folder that a month is written to: what may be in it before, and how the month gets there.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::labels::Labels;
use crate::output::whole_file::write_whole;

/// The name of the labels' file.
pub const LABELS_FILE: &str = "labels.json";
/// Where the logs are until they are all there: many thousands of files get their place by one name.
pub(super) const UNFINISHED: &str = ".trailspike-simulating";
/// Where the logs are.
pub(super) const LOGS: &str = "AWSLogs";
/// Why a month could not be written.
#[derive(Debug, thiserror::Error)]
pub enum SimulateError {
    /// There is something in the folder, and writing over it was not asked for.
    #[error("{} is not empty", .0.display())]
    NotEmpty(PathBuf),
    /// There are logs in the folder that were not simulated.
    #[error("{} holds an {LOGS} that is not known to be simulated: remove it, or choose another folder", .0.display())]
    OtherLogs(PathBuf),
    /// The file system said no.
    #[error("cannot write {}", .path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What it said.
        source: io::Error,
    },
}

impl SimulateError {
    pub(super) fn at(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { path, source }
    }
}

/// Readies the folder.
pub(super) fn make_room(
    folder: &Path,
    unfinished: &Path,
    force: bool,
) -> Result<(), SimulateError> {
    if unfinished.exists() {
        fs::remove_dir_all(unfinished).map_err(SimulateError::at(unfinished))?;
    }
    fs::create_dir_all(folder).map_err(SimulateError::at(folder))?;
    let mut entries = fs::read_dir(folder).map_err(SimulateError::at(folder))?;
    if entries.next().is_some() && !force {
        return Err(SimulateError::NotEmpty(folder.to_owned()));
    }
    if folder.join(LOGS).exists() && Labels::read(&folder.join(LABELS_FILE)).is_err() {
        return Err(SimulateError::OtherLogs(folder.to_owned()));
    }
    let logs = unfinished.join(LOGS);
    fs::create_dir_all(&logs).map_err(SimulateError::at(&logs))
}

/// Gives the logs their name, in place of earlier ones, and writes the labels.
pub(super) fn put_in_place(
    folder: &Path,
    unfinished: &Path,
    force: bool,
    labels: &Labels,
) -> Result<(), SimulateError> {
    let (logs, path) = (folder.join(LOGS), folder.join(LABELS_FILE));
    // In this order there are never logs beside labels of others, nor logs without any that a run cut
    // short here has left.
    if logs.exists() {
        fs::remove_dir_all(&logs).map_err(SimulateError::at(&logs))?;
    }
    if path.exists() {
        fs::remove_file(&path).map_err(SimulateError::at(&path))?;
    }
    fs::rename(unfinished.join(LOGS), &logs).map_err(SimulateError::at(&logs))?;
    write_whole(&path, force, |out| {
        serde_json::to_writer_pretty(&mut *out, labels)?;
        out.write_all(b"\n")
    })
    .map_err(SimulateError::at(&path))
}
