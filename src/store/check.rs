//! Whether a store is as it was written, and makes sense.

use std::path::Path;

use polars::prelude::{DataFrame, PolarsError, Schema};
use rayon::prelude::*;

use super::StoreError;
use super::assemble::number_of;
use super::load::{self, DayPresence};
use super::manifest::{Day, Manifest, TableFile};
use super::row::Rows;
use super::schema::{self, Dictionary, Parquet};
use super::table;
use crate::count::{Dictionaries, sort_names};
use crate::minute::{HOUR, Minute};

/// Something wrong with a file of a store.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The file, from the store's folder on.
    pub file: String,
    /// What is wrong.
    pub what: String,
}

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// Everything that is wrong.
    pub findings: Vec<Finding>,
    /// Days of the store.
    pub days: usize,
    /// Rows of minute counts.
    pub rows: u64,
    /// Events in them.
    pub events: u64,
    /// Files in the ledger.
    pub sources: usize,
    /// Bytes of all tables.
    pub bytes: u64,
}

/// Checks the store in that folder, on the threads of the current rayon pool.
///
/// # Errors
/// When there is no store, or its manifest cannot be understood.
pub fn check(folder: &Path) -> Result<Checked, StoreError> {
    let manifest = Manifest::read(folder)?;
    let manifest = manifest.ok_or_else(|| StoreError::NoStore { store: folder.to_path_buf() })?;
    let mut checked = Checked {
        days: manifest.days.len(),
        rows: manifest.days.iter().map(|day| day.tables.minutes.rows).sum(),
        events: manifest.events(),
        bytes: manifest.tables().map(|table| table.bytes).sum(),
        ..Checked::default()
    };
    let mut finding = |file: &str, what: &str| {
        checked.findings.push(Finding { file: file.to_owned(), what: what.to_owned() });
    };
    if !manifest.days.is_sorted_by(|a, b| a.day < b.day) {
        finding(Manifest::FILE, "its days are not in order, each once");
    }
    let days: Vec<DayCheck> =
        manifest.days.par_iter().map(|day| DayCheck::of(folder, day)).collect();
    let without_id: u64 = days.iter().map(|day| day.without_id).sum();
    for day in days {
        checked.findings.extend(day.findings);
    }
    check_ledger(folder, &manifest, without_id, &mut checked);
    checked.findings.sort();
    Ok(checked)
}

/// A table, if it is as it was written and has these columns.
fn table_of(store: &Path, file: &TableFile, columns: &Schema) -> Result<DataFrame, String> {
    let frame = table::read(store, file).map_err(|error| match error {
        StoreError::Damaged { why, .. } => why,
        StoreError::Io { source, .. } => source.to_string(),
        other => other.to_string(),
    })?;
    if frame.height() as u64 != file.rows {
        return Err(format!("{} rows, {} in {}", frame.height(), file.rows, Manifest::FILE));
    }
    if **frame.schema() != *columns {
        return Err("its columns are not those of the schema".to_owned());
    }
    Ok(frame)
}

fn check_ledger(store: &Path, manifest: &Manifest, without_id: u64, checked: &mut Checked) {
    let mut findings = Vec::new();
    let mut finding = |what: String| {
        findings.push(Finding { file: manifest.files.path.clone(), what });
    };
    let table = table_of(store, &manifest.files, &schema::files());
    let ledger =
        table.and_then(|_| load::ledger(store, &manifest.files).map_err(|e| e.to_string()));
    match ledger {
        Err(what) => finding(what),
        Ok(ledger) => {
            checked.sources = ledger.files.len();
            for (name, source) in &ledger.files {
                let parts = source.counted + source.updates + source.left_alone + source.rejected;
                if source.records != parts || source.without_id > source.counted {
                    finding(format!("the books of {name} do not balance"));
                }
            }
            if ledger.files.len() as u64 != manifest.files.rows {
                finding("a file is in it twice".to_owned());
            }
            let sum = |number: fn(&super::ledger::Source) -> i64| -> u64 {
                ledger.files.values().map(|source| number(source).max(0).cast_unsigned()).sum()
            };
            let counted = sum(|source| source.counted);
            if counted < manifest.events() {
                let events = manifest.events();
                finding(format!(
                    "{counted} records counted, fewer than the {events} events stored"
                ));
            }
            let known = sum(|source| source.without_id);
            if known < without_id {
                finding(format!(
                    "{known} records without an id, fewer than the {without_id} such events stored"
                ));
            }
        }
    }
    checked.findings.extend(findings);
}

/// One day.
#[derive(Default)]
struct DayCheck {
    findings: Vec<Finding>,
    /// Events that have no id.
    without_id: u64,
}

impl DayCheck {
    fn of(store: &Path, day: &Day) -> Self {
        let mut check = Self::default();
        let tables = &day.tables;
        let minutes = check.table(store, &tables.minutes, &schema::minutes());
        let apis = check.table(store, &tables.apis, &schema::apis());
        let names = check.table(store, &tables.names, &schema::names());
        let presence = check.table(store, &tables.presence, &schema::presence());
        if let Some(minutes) = minutes
            && let Err(error) = check.minutes(day, &minutes, apis, names, presence)
        {
            check.finding(&tables.minutes, error.to_string());
        }
        check
    }

    fn finding(&mut self, file: &TableFile, what: impl Into<String>) {
        self.findings.push(Finding { file: file.path.clone(), what: what.into() });
    }

    fn table(&mut self, store: &Path, file: &TableFile, columns: &Schema) -> Option<DataFrame> {
        table_of(store, file, columns).map_err(|what| self.finding(file, what)).ok()
    }

    fn minutes(
        &mut self,
        day: &Day,
        minutes: &DataFrame,
        apis: Option<DataFrame>,
        names: Option<DataFrame>,
        presence: Option<DataFrame>,
    ) -> Result<(), PolarsError> {
        let dictionaries = Dictionaries::default();
        load::intern_minutes(minutes, &dictionaries)?;
        let (all_names, all_apis, _) = sort_names(dictionaries);
        let dictionary = Dictionary { names: &all_names, apis: &all_apis };
        let mut rows = Rows::default();
        load::rows_of(minutes, dictionary, &mut rows)?;
        let tables = &day.tables;
        self.rows(day, &rows);
        let remade = [
            (apis, schema::apis_of(&rows, dictionary)?, &tables.apis),
            (names, schema::names_of(&rows, dictionary)?, &tables.names),
        ];
        for (there, remade, file) in remade {
            if let Some(there) = there
                && !there.equals_missing(&frame_of(remade)?)
            {
                self.finding(file, format!("does not agree with {}", tables.minutes.path));
            }
        }
        if let Some(presence) = presence {
            let mut minutes = DayPresence::new();
            load::presence_of(&presence, &mut minutes)?;
            self.presence(day, &rows, dictionary, &minutes);
        }
        Ok(())
    }

    fn rows(&mut self, day: &Day, rows: &Rows) {
        let file = &day.tables.minutes;
        if !rows.rows.is_sorted_by(|a, b| a.key < b.key) {
            self.finding(file, "its rows are not in order, each once");
        }
        let number = number_of(&day.day);
        if rows.rows.iter().any(|row| Some(Minute::new(row.key.minute).day()) != number) {
            self.finding(file, "a row is of another day");
        }
        let mut events: u64 = 0;
        for row in &rows.rows {
            events += u64::from(row.events);
            self.without_id += u64::from(row.events.saturating_sub(row.with_id()));
        }
        if events != day.events {
            let what = format!("{events} events, {} in {}", day.events, Manifest::FILE);
            self.finding(file, what);
        }
        if rows.rows.iter().any(|row| row.events == 0 || row.with_id() > row.events) {
            self.finding(file, "a row has fewer events than event ids");
        }
        if !rows.rows.iter().all(|row| rows.prints(row).is_sorted_by(|a, b| a < b)) {
            self.finding(file, "event prints are not in order, each once");
        }
    }

    fn presence(
        &mut self,
        day: &Day,
        rows: &Rows,
        dictionary: Dictionary<'_>,
        presence: &DayPresence,
    ) {
        let file = &day.tables.presence;
        let number = number_of(&day.day);
        if presence
            .keys()
            .any(|(_, hour)| Some(Minute::new(hour.saturating_mul(HOUR)).day()) != number)
        {
            self.finding(file, "an hour is of another day");
        }
        let mut last = None;
        let missing = rows.rows.iter().any(|row| {
            let minute = row.key.minute;
            if last == Some((row.key.api, minute)) {
                return false;
            }
            last = Some((row.key.api, minute));
            let account = dictionary.api(row).account.to_owned();
            let minutes = presence.get(&(account, minute / HOUR)).copied().unwrap_or_default();
            minutes >> (minute % HOUR) & 1 == 0
        });
        if missing {
            self.finding(file, format!("lacks a minute of {}", day.tables.minutes.path));
        }
    }
}

fn frame_of(table: Parquet) -> Result<DataFrame, PolarsError> {
    table::frame(table.bytes)
}
