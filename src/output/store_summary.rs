//! What a run added to a store, in a few lines for people.

use std::fmt;
use std::path::Path;
use std::time::Duration;

use super::books::{Books, line, plural};
use super::numbers::count;
use super::summary::Detail;
use super::visible::visible;
use crate::input::Discovery;
use crate::store::{Added, Checked, MergedStores, Selected};

/// The summary of a run that counted into a store.
#[derive(Debug)]
pub struct CountSummary<'a> {
    /// The store.
    pub store: &'a Path,
    /// What there was to read: the files that were selected.
    pub files: &'a Discovery,
    /// How they were selected.
    pub selected: &'a Selected,
    /// What came of it.
    pub added: &'a Added,
    /// How long it took.
    pub elapsed: Duration,
    /// The most memory it held, in bytes, where that is known.
    pub peak_memory: Option<u64>,
    /// How much to say.
    pub detail: Detail,
}

impl fmt::Display for CountSummary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let books = Books {
            files: self.files,
            tally: &self.added.tally,
            elapsed: self.elapsed,
            peak_memory: self.peak_memory,
            detail: self.detail,
        };
        let selected = self.selected;
        books.files(
            f,
            &[
                (selected.passed_over, "counted before"),
                (selected.changed, "changed since, or not read to the end before"),
            ],
        )?;
        books.records(f)?;
        books.late(f)?;
        let days = plural(self.added.days as u64, "day", "days");
        let changed = count(self.added.days_changed as u64);
        let events = plural(self.added.events, "event", "events");
        let store = visible(&self.store.display().to_string(), false).into_owned();
        line(f, "store", &format!("{store}: {events} of {days}, {changed} new or changed"))?;
        books.speed(f)?;
        books.problems(f)
    }
}

/// The summary of a merge.
#[derive(Debug)]
pub struct MergeSummary<'a> {
    /// The new store.
    pub store: &'a Path,
    /// What is in it.
    pub merged: MergedStores,
}

impl fmt::Display for MergeSummary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let MergedStores { stores, given_twice, files, days, events, copies } = self.merged;
        let twice = match given_twice {
            0 => String::new(),
            twice => format!(", {} given twice", count(twice as u64)),
        };
        line(f, "stores", &format!("{} merged{twice}", count(stores as u64)))?;
        let copies = match copies {
            0 => String::new(),
            copies => format!(", {} counted in more than one of them", count(copies)),
        };
        let (files, days) =
            (plural(files as u64, "file", "files"), plural(days as u64, "day", "days"));
        let events = plural(events, "event", "events");
        let store = visible(&self.store.display().to_string(), false).into_owned();
        line(f, "store", &format!("{store}: {events} of {days} from {files}{copies}"))
    }
}

/// What a check found.
#[derive(Debug)]
pub struct CheckSummary<'a> {
    /// The store.
    pub store: &'a Path,
    /// What was found.
    pub checked: &'a Checked,
}

impl fmt::Display for CheckSummary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Checked { findings, days, rows, events, sources, bytes } = self.checked;
        let store = visible(&self.store.display().to_string(), false).into_owned();
        let (days, rows) = (plural(*days as u64, "day", "days"), plural(*rows, "row", "rows"));
        let (events, sources) =
            (plural(*events, "event", "events"), plural(*sources as u64, "file", "files"));
        let size = count(bytes / 1_000_000);
        line(
            f,
            "store",
            &format!("{store}: {events} of {days} from {sources}; {rows}, {size} MB"),
        )?;
        for finding in findings {
            let text = format!("{}: {}", finding.file, finding.what);
            line(f, "problem", &visible(&text, false))?;
        }
        let verdict = match findings.len() as u64 {
            0 => "all is as it was written".to_owned(),
            found => plural(found, "problem", "problems"),
        };
        line(f, "checked", &verdict)
    }
}

/// What was new, in one line, before what is in the store is looked at.
#[derive(Debug)]
pub struct NewInStore<'a> {
    /// How files were selected.
    pub selected: &'a Selected,
    /// What came of them.
    pub added: &'a Added,
}

impl fmt::Display for NewInStore<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { selected, added } = self;
        let files = plural(added.tally.files_read, "file", "files");
        let records = plural(added.tally.records(), "record", "records");
        let days = plural(added.days_changed as u64, "day", "days");
        let before = plural(selected.passed_over, "file", "files");
        let text =
            format!("{files} with {records}, {days} new or changed; {before} counted before");
        line(f, "new", &text)
    }
}
