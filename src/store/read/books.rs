//! The books of stores: what became of everything that was counted into them.

use std::collections::BTreeMap;

use super::parquet::{Columns, FileError, ParquetFile};
use super::table::Sums;
use crate::count::{Tally, What};

const COLUMNS: [&str; 8] =
    ["file", "bytes", "records", "counted", "updates", "left_alone", "rejected", "damage"];

/// What a ledger says of one file.
#[derive(Debug)]
struct Entry {
    bytes: u64,
    records: u64,
    counted: u64,
    updates: u64,
    left_alone: u64,
    rejected: u64,
    damage: Option<String>,
}

/// The books of ledgers, with what the filter makes of the events that they let in. Of a file in
/// several ledgers the larger one counts.
pub fn books(ledgers: &[ParquetFile], sums: &Sums) -> Result<Tally, FileError> {
    let mut entries: BTreeMap<String, Entry> = BTreeMap::new();
    for ledger in ledgers {
        for (file, entry) in read(ledger)? {
            match entries.get(&file) {
                Some(known) if known.bytes >= entry.bytes => {}
                _ => _ = entries.insert(file, entry),
            }
        }
    }
    let mut tally = Tally {
        counted: sums.counted,
        other_categories: sums.other_categories,
        filtered: sums.filtered,
        ..Tally::default()
    };
    let events = sums.counted + sums.filtered + sums.other_categories.iter().sum::<u64>();
    let mut counted = 0;
    for (number, (file, entry)) in entries.into_iter().enumerate() {
        counted += entry.counted;
        tally.files_read += u64::from(entry.records > 0 || entry.damage.is_none());
        tally.updates += entry.updates;
        tally.left_alone_before += entry.left_alone;
        if let Some(why) = entry.damage {
            tally.problem(number, What::DamagedBefore(file.clone(), why));
        }
        if entry.rejected > 0 {
            tally.problem(number, What::RejectedBefore(file, entry.rejected));
        }
    }
    tally.duplicates = counted.saturating_sub(events);
    Ok(tally)
}

fn read(file: &ParquetFile) -> Result<Vec<(String, Entry)>, FileError> {
    let frame = file.read(&COLUMNS, 0..file.rows())?;
    let columns = Columns { file, frame: &frame };
    let [bytes, records, counted] = ["bytes", "records", "counted"].map(|name| columns.numbers(name));
    let (bytes, records, counted) = (bytes?, records?, counted?);
    let [updates, left_alone, rejected] =
        ["updates", "left_alone", "rejected"].map(|name| columns.numbers(name));
    let (updates, left_alone, rejected) = (updates?, left_alone?, rejected?);
    let (files, damage) = (columns.strings("file")?, columns.strings("damage")?);
    let entry = |at: usize| {
        let number = |column: &polars::prelude::Int64Chunked| {
            column.get(at).and_then(|number| u64::try_from(number).ok()).unwrap_or(0)
        };
        let entry = Entry {
            bytes: number(bytes),
            records: number(records),
            counted: number(counted),
            updates: number(updates),
            left_alone: number(left_alone),
            rejected: number(rejected),
            damage: damage.get(at).map(str::to_owned),
        };
        (files.get(at).unwrap_or_default().to_owned(), entry)
    };
    Ok((0..frame.height()).map(entry).collect())
}
