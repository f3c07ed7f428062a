//! Days of a store, put together from new rows and from what stores have.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Sender};
use std::thread;

use rayon::prelude::*;

use super::StoreError;
use super::days::{DayNumber, NewRows};
use super::load::{self, DayPresence};
use super::manifest::{Day, DayTables, Manifest};
use super::minutes::minutes_of;
use super::row::Rows;
use super::schema::{self, Dictionary, Parquet};
use super::table;
use crate::count::{Dictionaries, Dimension, Hours, sort_names};
use crate::minute::{DAY, HOUR, Minute};
use crate::output::whole_file::sync;

/// A store that is read.
#[derive(Clone, Copy)]
pub struct Stored<'a> {
    pub folder: &'a Path,
    pub manifest: &'a Manifest,
}

/// Everything that days are made of.
pub struct Parts<'a> {
    /// Stores there are.
    pub stores: &'a [Stored<'a>],
    /// Rows that no store has.
    pub new_rows: NewRows,
    /// Minutes with events that no store has.
    pub new_hours: Hours,
    /// What all ids stand for.
    pub dictionaries: Dictionaries,
}

/// What days are now, and which dimensions have more names than are told apart.
pub struct Assembled {
    pub days: Vec<Day>,
    pub thinned: BTreeMap<String, u32>,
}

/// Days put together at the same time; the rows of each are in memory.
const DAYS_AT_ONCE: usize = 4;

/// The dimensions that can have too many names, by the names of their columns.
const THINNED: [(&str, Dimension); 4] = [
    ("identity", Dimension::Identity),
    ("user_agent", Dimension::UserAgent),
    ("source_ip", Dimension::SourceIp),
    ("error_code", Dimension::ErrorCode),
];

/// Begins dictionaries with what is known of the names of stores.
pub fn dictionaries_of(stores: &[Stored<'_>]) -> Result<Dictionaries, StoreError> {
    let dictionaries = Dictionaries::default();
    for store in stores {
        for (column, dimension) in THINNED {
            let halvings = store.manifest.thinned.get(column).copied().unwrap_or_default();
            dictionaries.thin(dimension, halvings);
        }
    }
    let days: Vec<(&Path, &DayTables)> = stores
        .iter()
        .flat_map(|store| store.manifest.days.iter().map(|day| (store.folder, &day.tables)))
        .collect();
    days.into_par_iter().try_for_each(|(store, day)| load::intern(store, day, &dictionaries))?;
    Ok(dictionaries)
}

/// Writes the tables of all days into the folder `into`. Days that one store has and nothing is added
/// to stay as they are.
pub fn assemble(into: &Path, parts: Parts<'_>) -> Result<Assembled, StoreError> {
    let Parts { stores, new_rows, new_hours, dictionaries } = parts;
    let thinned = THINNED.into_iter().map(|(name, of)| (name.to_owned(), dictionaries.thinned(of)));
    let thinned: BTreeMap<String, u32> = thinned.filter(|(_, halvings)| *halvings > 0).collect();
    let (names, apis, ranks) = sort_names(dictionaries);
    let mut new_presence: BTreeMap<DayNumber, DayPresence> = BTreeMap::new();
    for ((account, hour), minutes) in new_hours {
        let account = names.get(Dimension::Name, ranks.name(account)).to_owned();
        let day = new_presence.entry(hour / (DAY / HOUR)).or_default();
        *day.entry((account, hour)).or_default() |= minutes;
    }
    let mut numbers: BTreeSet<DayNumber> = new_rows.days().into_iter().collect();
    numbers.extend(new_presence.keys());
    let mut stored: BTreeMap<DayNumber, Vec<(Stored<'_>, &Day)>> = BTreeMap::new();
    for store in stores {
        for day in &store.manifest.days {
            let number = number_of(&day.day).ok_or_else(|| {
                let why = format!("{:?} is not a day", day.day);
                StoreError::damaged(&store.folder.join(Manifest::FILE), why)
            })?;
            stored.entry(number).or_default().push((*store, day));
            numbers.insert(number);
        }
    }
    let dictionary = Dictionary { names: &names, apis: &apis };
    let make = |number: DayNumber, written: &Written| {
        let stored = stored.get(&number).map_or(&[][..], Vec::as_slice);
        let presence = new_presence.get(&number);
        if let ([(store, day)], None) = (stored, presence)
            && store.manifest.thinned == thinned
        {
            copy(into, *store, day)?;
            written.send_all(into, &day.tables);
            return Ok((*day).clone());
        }
        let mut rows = Rows::default();
        new_rows.take(number, &ranks, &mut rows)?;
        let mut presence = presence.cloned().unwrap_or_default();
        for (store, day) in stored {
            load::rows(store.folder, &day.tables.minutes, dictionary, &mut rows)?;
            load::presence(store.folder, &day.tables.presence, &mut presence)?;
        }
        rows.fold();
        let day = write(into, number, &rows, &presence, dictionary)?;
        written.send_all(into, &day.tables);
        Ok(day)
    };
    let numbers: Vec<DayNumber> = numbers.into_iter().collect();
    let days = synced(|written| {
        let mut days = Vec::new();
        // As many as there are threads; these wait for each other only where they are many.
        let at_once =
            if rayon::current_num_threads() > DAYS_AT_ONCE { DAYS_AT_ONCE } else { usize::MAX };
        for some in numbers.chunks(at_once) {
            let some = some.into_par_iter().map(|number| make(*number, written));
            days.extend(some.collect::<Result<Vec<Day>, StoreError>>()?);
        }
        Ok(days)
    })?;
    Ok(Assembled { days, thinned })
}

/// Files that were written and may not be on the disk yet.
struct Written(Sender<PathBuf>);

impl Written {
    fn send_all(&self, store: &Path, tables: &DayTables) {
        for table in tables.all() {
            // Whoever waits for them has failed already, and says so.
            let _ = self.0.send(store.join(&table.path));
        }
    }
}

/// Does what writes files while another thread waits for the disk to have them, which is no work.
fn synced<T>(write: impl FnOnce(&Written) -> Result<T, StoreError>) -> Result<T, StoreError> {
    let (written, to_sync) = mpsc::channel::<PathBuf>();
    thread::scope(|scope| {
        let syncing = scope.spawn(move || {
            to_sync.iter().try_for_each(|path| sync(&path).map_err(StoreError::io(&path)))
        });
        let written = Written(written);
        let outcome = write(&written);
        drop(written);
        let synced = syncing.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        outcome.and_then(|value| synced.map(|()| value))
    })
}

/// Takes a day over as it is.
fn copy(into: &Path, store: Stored<'_>, day: &Day) -> Result<(), StoreError> {
    if into == store.folder {
        return Ok(());
    }
    for file in day.tables.all() {
        table::write_bytes(into, file, &table::read_bytes(store.folder, file)?)?;
    }
    Ok(())
}

fn write(
    into: &Path,
    number: DayNumber,
    rows: &Rows,
    presence: &DayPresence,
    dictionary: Dictionary<'_>,
) -> Result<Day, StoreError> {
    let day = name_of(number);
    let table = |name: &str, table: Result<Parquet, polars::error::PolarsError>| {
        let table = table.map_err(|error| StoreError::Table { name: name.to_owned(), error })?;
        table::write(into, &format!("{name}/day={day}"), &table)
    };
    let hours: Vec<(&str, u32, u64)> = presence
        .iter()
        .map(|((account, hour), minutes)| (account.as_str(), *hour, *minutes))
        .collect();
    let tables = DayTables {
        minutes: table("minutes", minutes_of(rows, dictionary))?,
        apis: table("apis", schema::apis_of(rows, dictionary))?,
        names: table("names", schema::names_of(rows, dictionary))?,
        presence: table("presence", schema::presence_of(&hours))?,
    };
    let events = rows.rows.iter().map(|row| u64::from(row.events)).sum();
    Ok(Day { day, events, tables })
}

/// `2026-11-01`.
fn name_of(day: DayNumber) -> String {
    let midnight = Minute::new(day.saturating_mul(DAY));
    midnight.to_datetime().format("%Y-%m-%d").to_string()
}

/// The day of that name.
pub fn number_of(name: &str) -> Option<DayNumber> {
    let date = chrono::NaiveDate::parse_from_str(name, "%Y-%m-%d").ok()?;
    let midnight = date.and_hms_opt(0, 0, 0)?.and_utc().timestamp();
    let day = Minute::from_unix_seconds(midnight)?.day();
    (name_of(day) == name).then_some(day)
}
