//! Inputs as typed -> files to read, in an order that does not depend on how they were given.

mod glob;
mod objects;
mod system;

use std::collections::HashSet;
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use globset::GlobMatcher;
use rayon::prelude::*;
use walkdir::{DirEntry, WalkDir};

use super::LogKey;
use super::place::Place;
use crate::cloud::{Access, Address, Bucket, CloudError};
use crate::minute::{DAY, Minute};
use glob::{matcher, split_glob};
use objects::Holds;
use system::{identity, is_pipe};

/// Why there is nothing to read at all.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// An input that does not exist.
    #[error("cannot read {path}")]
    Missing {
        /// The input as typed.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// A glob that cannot be understood.
    #[error("{pattern} is not a glob")]
    BadGlob {
        /// The pattern as typed.
        pattern: String,
        /// What is wrong with it.
        source: globset::Error,
    },
    /// Inputs that exist and hold no file.
    #[error(
        "nothing to read: no file under {looked_in}; trailspike reads CloudTrail logs \
         (.json, .json.gz, .jsonl, .jsonl.gz) from files, folders, globs or - for standard input"
    )]
    NothingFound {
        /// The inputs as typed, joined by commas.
        looked_in: String,
    },
    /// An object store that cannot be listed.
    #[error(transparent)]
    Cloud(#[from] CloudError),
    /// Logs, and counts of logs.
    #[error(
        "{store} is a bucket store and {logs} is not: give either stores or logs, or count the logs \
         into the store with --state {store}"
    )]
    LogsAndStores {
        /// The first store, as typed.
        store: String,
        /// The first of the other inputs, as typed.
        logs: String,
    },
}

/// The file that makes a folder a bucket store.
pub const STORE_MANIFEST: &str = "store.json";

/// Entries of folders whose metadata are asked for at once.
const ASKED_AT_ONCE: usize = 4_096;

/// One file to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogFile {
    /// Where it is.
    pub place: Place,
    /// Bytes on disk or in the bucket; 0 where that is not known.
    pub bytes: u64,
    /// When it was last written; `None` where that is not known, and for what is no file.
    pub modified: Option<SystemTime>,
    /// When its path says it was delivered.
    pub delivered: Option<Minute>,
    /// Whether it was named itself, rather than found in a folder.
    pub named: bool,
}

impl LogFile {
    /// What its path says of it. Not kept: there may be millions of files.
    #[must_use]
    pub fn key(&self) -> LogKey {
        if self.is_stdin() { LogKey::default() } else { LogKey::of(self.place.path()) }
    }

    /// Whether this is standard input.
    #[must_use]
    pub fn is_stdin(&self) -> bool {
        self.place == Place::Stdin
    }
}

/// A file that is not read, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// Where it is.
    pub place: Place,
    /// Why it is not read.
    pub why: String,
}

/// Which files are worth opening, by what their paths say.
pub trait Selection {
    /// Whether a file with this key can hold events that are wanted.
    fn may_hold(&self, key: &LogKey) -> bool;

    /// Whether any file is, so that nobody need ask.
    fn takes_all(&self) -> bool {
        false
    }
}

/// What the inputs hold.
#[derive(Debug, Default)]
pub struct Discovery {
    /// What to read: by day of delivery (files without one first), then by path.
    pub files: Vec<LogFile>,
    /// Bucket stores to read instead of files, in their order. Where there are any, there is
    /// nothing else.
    pub stores: Vec<PathBuf>,
    /// What cannot be read.
    pub skipped: Vec<Skipped>,
    /// How many files the selection left out.
    pub not_selected: u64,
    /// How many files were given more than once.
    pub given_twice: u64,
    /// Folders of buckets in which other services of AWS keep their logs, which were not looked into.
    pub other_services: u64,
}

/// Finds the files of all inputs: files, folders (with all below), globs, and `-`. Folders that are
/// bucket stores are not looked into.
///
/// # Errors
/// When an input does not exist, a glob is malformed, there is no file at all, or some inputs are
/// stores and others are not.
pub fn discover(inputs: &[PathBuf], selection: &dyn Selection) -> Result<Discovery, InputError> {
    discover_with(inputs, selection, &Access::default())
}

/// The same with object stores among the inputs, `s3://bucket/prefix`, reached in that way. Of
/// those only what may hold something wanted is asked for, as far as folders tell.
///
/// # Errors
/// The same, and when an object store cannot be listed.
pub fn discover_with(
    inputs: &[PathBuf],
    selection: &dyn Selection,
    access: &Access,
) -> Result<Discovery, InputError> {
    let found = Discovery::default();
    let mut search = Search { selection, access, found, seen: HashSet::new(), buckets: Vec::new() };
    let mut logs: Option<&PathBuf> = None;
    for input in inputs {
        if let Some(address) = Address::of(input) {
            if search.address(input, &address)? == Holds::Logs {
                logs = logs.or(Some(input));
            }
        } else if is_store(input) {
            search.store(input);
        } else {
            logs = logs.or(Some(input));
            search.input(input)?;
        }
    }
    let mut found = search.found;
    if let Some(store) = found.stores.first() {
        let [store, logs] = [Some(store), logs].map(|path| path.map(|path| path.display()));
        let (Some(store), Some(logs)) = (store, logs) else {
            found.stores.sort();
            return Ok(found);
        };
        let (store, logs) = (store.to_string(), logs.to_string());
        return Err(InputError::LogsAndStores { store, logs });
    }
    if found.files.is_empty() && found.skipped.is_empty() && found.not_selected == 0 {
        let looked_in: Vec<String> = inputs.iter().map(|path| path.display().to_string()).collect();
        return Err(InputError::NothingFound { looked_in: looked_in.join(", ") });
    }
    found.files.sort_by(|a, b| {
        let day = |file: &LogFile| file.delivered.map(Minute::day);
        day(a).cmp(&day(b)).then_with(|| a.place.cmp(&b.place))
    });
    let all = found.files.len();
    found.files.dedup_by(|b, a| matches!(a.place, Place::Object(_)) && a.place == b.place);
    found.given_twice += (all - found.files.len()) as u64;
    found.skipped.sort_by(|a, b| a.place.cmp(&b.place));
    Ok(found)
}

struct Search<'a> {
    selection: &'a dyn Selection,
    found: Discovery,
    access: &'a Access,
    /// Device and inode of each file met.
    seen: HashSet<(u64, u64)>,
    /// Buckets that were opened.
    buckets: Vec<Arc<Bucket>>,
}

/// Whether a folder is a bucket store.
#[must_use]
pub fn is_store(folder: &Path) -> bool {
    folder.join(STORE_MANIFEST).is_file()
}

impl Search<'_> {
    fn store(&mut self, folder: &Path) {
        let is_new = fs::metadata(folder.join(STORE_MANIFEST))
            .is_ok_and(|metadata| self.seen.insert(identity(folder, &metadata)));
        if is_new {
            self.found.stores.push(folder.to_owned());
        } else {
            self.found.given_twice += 1;
        }
    }

    fn input(&mut self, input: &Path) -> Result<(), InputError> {
        if input.as_os_str() == "-" {
            if self.found.files.iter().any(LogFile::is_stdin) {
                self.found.given_twice += 1;
                return Ok(());
            }
            self.found.files.push(LogFile {
                place: Place::Stdin,
                bytes: 0,
                modified: None,
                delivered: None,
                named: true,
            });
            return Ok(());
        }
        match fs::metadata(input) {
            Ok(metadata) if metadata.is_dir() => self.folder(input, None),
            Ok(metadata) => self.file(input, &metadata, true),
            Err(source) => {
                let Some((root, pattern)) = split_glob(input) else {
                    let path = input.display().to_string();
                    return Err(InputError::Missing { path, source });
                };
                self.folder(&root, Some(&matcher(&pattern)?));
            }
        }
        Ok(())
    }

    /// Everything below a folder; with a pattern, what matches it, and all below folders that do.
    fn folder(&mut self, root: &Path, pattern: Option<&GlobMatcher>) {
        let mut entries: Vec<DirEntry> = Vec::new();
        for entry in WalkDir::new(root).follow_links(true).sort_by_file_name() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    let path = error.path().unwrap_or(root).to_owned();
                    let why = if error.loop_ancestor().is_some() {
                        "directory loop".to_owned()
                    } else {
                        error.io_error().map_or_else(|| error.to_string(), ToString::to_string)
                    };
                    self.found.skipped.push(Skipped { place: Place::Disk(path), why });
                    continue;
                }
            };
            let wanted = pattern.is_none_or(|glob| {
                entry.path().ancestors().any(|path| path != root && glob.is_match(path))
            });
            if entry.file_type().is_dir() || !wanted {
                continue;
            }
            entries.push(entry);
            if entries.len() == ASKED_AT_ONCE {
                self.entries(&mut entries);
            }
        }
        self.entries(&mut entries);
    }

    /// Takes entries in their order; what the system knows of them is asked on all threads.
    fn entries(&mut self, entries: &mut Vec<DirEntry>) {
        let metadata: Vec<_> = entries.par_iter().map(DirEntry::metadata).collect();
        for (entry, metadata) in entries.drain(..).zip(metadata) {
            match metadata {
                Ok(metadata) => self.file(entry.path(), &metadata, false),
                Err(error) => {
                    let why = error.to_string();
                    let place = Place::Disk(entry.path().to_owned());
                    self.found.skipped.push(Skipped { place, why });
                }
            }
        }
    }

    fn file(&mut self, path: &Path, metadata: &Metadata, named: bool) {
        // A pipe named on purpose is input; one met in a folder would block for ever.
        if !(metadata.is_file() || named && is_pipe(metadata)) {
            let why = "not a regular file".to_owned();
            self.found.skipped.push(Skipped { place: Place::Disk(path.to_owned()), why });
        } else if !self.seen.insert(identity(path, metadata)) {
            self.found.given_twice += 1;
        } else {
            let key = LogKey::of(path);
            if self.selection.may_hold(&key) {
                let bytes = metadata.len();
                let modified = metadata.modified().ok().filter(|_| metadata.is_file());
                let (place, delivered) = (Place::Disk(path.to_owned()), key.delivered);
                self.found.files.push(LogFile { place, bytes, modified, delivered, named });
            } else {
                self.found.not_selected += 1;
            }
        }
    }
}

/// Whether a file delivered at that time can hold events of a time range: events are older than
/// their file, so there is no bound but a day's slack on either side.
#[must_use]
pub fn delivered_near(delivered: Minute, from: Option<Minute>, to: Option<Minute>) -> bool {
    from.is_none_or(|from| delivered + DAY >= from) && to.is_none_or(|to| delivered <= to + DAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Everything;
    impl Selection for Everything {
        fn may_hold(&self, _: &LogKey) -> bool {
            true
        }
    }

    fn names(inputs: &[PathBuf]) -> Vec<String> {
        let found = discover(inputs, &Everything).unwrap();
        let name =
            |file: &LogFile| file.place.path().file_name().unwrap().to_string_lossy().into_owned();
        found.files.iter().map(name).collect()
    }

    #[test]
    fn the_order_is_that_of_delivery_whatever_the_input_order() {
        let root = tempfile::tempdir().unwrap();
        let file = |folder: &str, name: &str| {
            fs::create_dir_all(root.path().join(folder)).unwrap();
            fs::write(root.path().join(folder).join(name), "{}").unwrap();
        };
        file("b", "111122223333_CloudTrail_us-east-1_20260301T0905Z_AbCdEfGhIjKlMnOp.json.gz");
        file("a", "111122223333_CloudTrail_us-east-1_20260302T0905Z_AbCdEfGhIjKlMnOp.json.gz");
        file("a", "undated.json");
        let (a, b) = (root.path().join("a"), root.path().join("b"));
        let expected = names(&[a.clone(), b.clone()]);
        assert_eq!(expected[0], "undated.json");
        assert!(expected[1].contains("20260301"));
        assert_eq!(names(&[b.clone(), a.clone(), a.join("undated.json")]), expected);
        assert_eq!(names(&[root.path().join("*")]), expected);
        assert_eq!(names(&[root.path().join("**/*.json")]), ["undated.json"]);
    }

    #[test]
    fn nothing_and_nowhere_are_errors() {
        let root = tempfile::tempdir().unwrap();
        let nothing = discover(&[root.path().to_owned()], &Everything);
        assert!(matches!(nothing, Err(InputError::NothingFound { .. })));
        let nowhere = discover(&[root.path().join("x")], &Everything);
        assert!(matches!(nowhere, Err(InputError::Missing { .. })));
        let no_match = discover(&[root.path().join("*.json")], &Everything);
        assert!(matches!(no_match, Err(InputError::NothingFound { .. })));
    }
}
