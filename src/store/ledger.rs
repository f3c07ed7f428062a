//! The ledger of sources: which files a store was counted from, and what was in each.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{MAIN_SEPARATOR_STR, Path};
use std::time::UNIX_EPOCH;

use super::StoreError;
use crate::count::FileTally;
use crate::input::{LogFile, LogKey, Place};

/// The name under which all that is no file is counted: standard input, pipes.
const NO_FILE: &str = "-";

/// One file that was counted. All but the name depends on the file alone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// Its bytes on disk.
    pub bytes: i64,
    /// When it was last written, in microseconds since the epoch; `None` when that is not known or
    /// the file could not be read to its end, so that the next run reads it again.
    pub modified: Option<i64>,
    /// All records read.
    pub records: i64,
    /// Records counted, copies among them.
    pub counted: i64,
    /// Addenda that restate an event delivered before.
    pub updates: i64,
    /// Things recognised and left alone.
    pub left_alone: i64,
    /// Records that could not be counted.
    pub rejected: i64,
    /// Of those counted, the ones without an event id.
    pub without_id: i64,
    /// The first reason that the file is damaged or could not be read.
    pub damage: Option<String>,
}

impl Source {
    fn new(file: &LogFile, tally: &FileTally) -> Self {
        let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        Self {
            bytes: number(file.bytes),
            modified: if tally.is_whole { modified(file) } else { None },
            records: number(tally.records),
            counted: number(tally.counted),
            updates: number(tally.updates),
            left_alone: number(tally.left_alone),
            rejected: number(tally.rejected),
            without_id: number(tally.without_id),
            damage: tally.damage.clone(),
        }
    }

    /// Adds what came the same way another time.
    fn add(&mut self, other: Self) {
        self.bytes += other.bytes;
        self.records += other.records;
        self.counted += other.counted;
        self.updates += other.updates;
        self.left_alone += other.left_alone;
        self.rejected += other.rejected;
        self.without_id += other.without_id;
        self.damage = match (self.damage.take(), other.damage) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
    }
}

/// Microseconds since the epoch at which a file was last written.
fn modified(file: &LogFile) -> Option<i64> {
    let since = file.modified?.duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since.as_micros()).ok()
}

/// Whether a file has been counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// Not yet.
    No,
    /// Yes, as it is.
    Yes,
    /// Yes, but it is another now, or could not be read to its end.
    Changed,
    /// The same, and it has records without an event id: if it were read again, they would count
    /// twice.
    ChangedWithoutIds,
}

/// Files by their names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// Sorted by name.
    pub files: BTreeMap<String, Source>,
}

impl Ledger {
    /// What is known of a file.
    pub fn knows(&self, file: &LogFile) -> Known {
        let name = name(file);
        let Some(source) = self.files.get(&name).filter(|_| name != NO_FILE) else {
            return Known::No;
        };
        let bytes = i64::try_from(file.bytes).unwrap_or(i64::MAX);
        if source.bytes == bytes && source.modified.is_some() && source.modified == modified(file) {
            Known::Yes
        } else if source.without_id > 0 {
            Known::ChangedWithoutIds
        } else {
            Known::Changed
        }
    }

    /// Notes files that were read in this run; what they were before is forgotten.
    ///
    /// # Errors
    /// When files of one name have records without an event id.
    pub fn note(&mut self, files: &[LogFile], tallies: &[FileTally]) -> Result<(), StoreError> {
        let mut new = Self::default();
        for tally in tallies {
            if let Some(file) = files.get(tally.index) {
                new.put(name(file), Source::new(file, tally))?;
            }
        }
        for (name, source) in new.files {
            if name == NO_FILE {
                self.put(name, source)?;
            } else {
                self.files.insert(name, source);
            }
        }
        Ok(())
    }

    /// Adds the files of another ledger: of two entries for one file the one with more bytes stays.
    ///
    /// # Errors
    /// When a file is in both and has records without an event id, which would count twice.
    pub fn merge(&mut self, other: Self) -> Result<(), StoreError> {
        other.files.into_iter().try_for_each(|(name, source)| self.put(name, source))
    }

    fn put(&mut self, name: String, source: Source) -> Result<(), StoreError> {
        let Some(known) = self.files.get_mut(&name) else {
            self.files.insert(name, source);
            return Ok(());
        };
        if name == NO_FILE {
            known.add(source);
        } else if known.without_id > 0 && source.without_id > 0 {
            return Err(StoreError::CountedTwice { file: name });
        } else {
            // What has no id counts though the other entry stays.
            let without_id = known.without_id.max(source.without_id);
            // By bytes, then time, then all else, so that the order of ledgers does not matter.
            if source.cmp(known) == Ordering::Greater {
                *known = source;
            }
            known.without_id = without_id;
        }
        Ok(())
    }
}

/// What a file is called in the ledger: where it is in the S3 layout, wherever that is, or its
/// absolute path.
pub fn name(file: &LogFile) -> String {
    if file.is_stdin() || file.modified.is_none() {
        return NO_FILE.to_owned();
    }
    let text = match &file.place {
        Place::Stdin => return NO_FILE.to_owned(),
        Place::Disk(path) => text(&std::path::absolute(path).unwrap_or_else(|_| path.clone())),
        Place::Object(_) => file.place.to_string(),
    };
    if LogKey::of(file.place.path()).account.is_some()
        && let Some(at) = text.rfind("/AWSLogs/")
    {
        return text[at + 1..].to_owned();
    }
    text
}

/// A path as text with `/`; bytes that are no text become `\x` and two digits.
fn text(path: &Path) -> String {
    let mut text = String::new();
    for chunk in path.as_os_str().as_encoded_bytes().utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            // Writing to a string does not fail.
            let _ = write!(text, "\\x{byte:02x}");
        }
    }
    if MAIN_SEPARATOR_STR == "/" { text } else { text.replace(MAIN_SEPARATOR_STR, "/") }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use std::path::PathBuf;

    use super::*;

    fn file(path: &str, bytes: u64, seconds: u64) -> LogFile {
        let modified = Some(UNIX_EPOCH + Duration::from_secs(seconds));
        LogFile {
            place: Place::from(PathBuf::from(path)),
            bytes,
            modified,
            delivered: None,
            named: true,
        }
    }

    fn tally(without_id: u64) -> FileTally {
        FileTally {
            index: 0,
            records: 3,
            counted: 3,
            updates: 0,
            left_alone: 0,
            rejected: 0,
            without_id,
            is_whole: true,
            damage: None,
        }
    }

    fn ledger(path: &str, bytes: u64, without_id: u64) -> Ledger {
        let mut ledger = Ledger::default();
        ledger.note(&[file(path, bytes, 5)], &[tally(without_id)]).unwrap();
        ledger
    }

    #[test]
    fn what_is_before_the_layout_is_dropped() {
        let log = "AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/02/\
                   111122223333_CloudTrail_us-east-1_20260302T0905Z_AbCdEfGhIjKlMnOp.json.gz";
        assert_eq!(name(&file(&format!("/mnt/bucket/{log}"), 1, 1)), log);
        assert_eq!(name(&file(&format!("/x/AWSLogs/y/{log}"), 1, 1)), log);
        assert_eq!(name(&file("/mnt/AWSLogs/export.json", 1, 1)), "/mnt/AWSLogs/export.json");
        assert!(name(&file("export.json", 1, 1)).ends_with("/export.json"));
    }

    #[test]
    fn files_are_known_by_name_size_and_time() {
        let ledger = ledger("/a.json", 10, 0);
        assert_eq!(ledger.knows(&file("/a.json", 10, 5)), Known::Yes);
        assert_eq!(ledger.knows(&file("/b.json", 10, 5)), Known::No);
        assert_eq!(ledger.knows(&file("/a.json", 11, 5)), Known::Changed);
        assert_eq!(ledger.knows(&file("/a.json", 10, 6)), Known::Changed);
        let pipe = LogFile { modified: None, ..file("/a.json", 10, 5) };
        assert_eq!(ledger.knows(&pipe), Known::No);
    }

    #[test]
    fn records_without_ids_must_not_count_twice() {
        let a = ledger("/a.json", 10, 1);
        assert_eq!(a.knows(&file("/a.json", 11, 5)), Known::ChangedWithoutIds);
        assert!(matches!(a.clone().merge(a.clone()), Err(StoreError::CountedTwice { .. })));
        a.clone().merge(ledger("/b.json", 10, 1)).unwrap();
    }

    #[test]
    fn of_two_entries_the_larger_stays_in_any_order() {
        let (small, large) = (ledger("/a.json", 10, 0), ledger("/a.json", 11, 0));
        let mut ab = small.clone();
        ab.merge(large.clone()).unwrap();
        let mut ba = large.clone();
        ba.merge(small).unwrap();
        assert_eq!((&ab, &ba), (&large, &large));
    }
}
