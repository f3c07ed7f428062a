//! When each account's logs say anything at all.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::parquet::{Columns, FileError, ParquetFile, minute};
use crate::count::{EventFilter, coverage_of_hours};
use crate::coverage::Coverage;
use crate::minute::{HOUR, Minute};

/// By account and hour since the epoch a bit for each minute with events.
pub type Hours = BTreeMap<(Arc<str>, u32), u64>;

/// The hours of a day, as far as the filter takes their account and minutes.
pub fn read_hours(file: &ParquetFile, filter: &EventFilter) -> Result<Hours, FileError> {
    let mut hours = Hours::new();
    each(file, |account, hour, minutes| {
        let taken = taken_of(hour, minutes, filter);
        if taken != 0 && filter.accounts.take(account) {
            *hours.entry((Arc::from(account), hour)).or_default() |= taken;
        }
    })?;
    Ok(hours)
}

/// The last minute with any event.
pub fn newest(file: &ParquetFile) -> Result<Option<Minute>, FileError> {
    let mut newest = None;
    each(file, |_, hour, minutes| {
        if let Some(last) = minutes.checked_ilog2() {
            newest = newest.max(Some(Minute::new(hour * HOUR + last)));
        }
    })?;
    Ok(newest)
}

fn each(file: &ParquetFile, mut take: impl FnMut(&str, u32, u64)) -> Result<(), FileError> {
    let frame = file.read(&["account", "hour", "minutes"], 0..file.rows())?;
    let columns = Columns { file, frame: &frame };
    let (accounts, hours) = (columns.strings("account")?, columns.times("hour")?);
    let minutes = columns.numbers("minutes")?;
    for ((account, hour), minutes) in accounts.iter().zip(hours.iter()).zip(minutes.iter()) {
        let hour = hour.and_then(minute).map(|minute| minute / HOUR);
        let minutes = minutes.and_then(|minutes| u64::try_from(minutes).ok());
        let (Some(account), Some(hour), Some(minutes)) = (account, hour, minutes) else {
            return Err(file.content("it has an hour without account or minutes"));
        };
        take(account, hour, minutes);
    }
    Ok(())
}

/// The minutes of an hour that the filter takes.
fn taken_of(hour: u32, minutes: u64, filter: &EventFilter) -> u64 {
    let (first, last) = (Minute::new(hour * HOUR), Minute::new(hour * HOUR + HOUR - 1));
    if filter.takes_minute(first) && filter.takes_minute(last) {
        return minutes;
    }
    let taken = (0..HOUR).filter(|minute| filter.takes_minute(first + *minute));
    minutes & taken.fold(0, |taken, minute| taken | 1 << minute)
}

/// The time that the logs of each account cover.
pub fn coverage(hours: Hours) -> BTreeMap<Arc<str>, Coverage> {
    let mut accounts: BTreeMap<Arc<str>, Vec<(u32, u64)>> = BTreeMap::new();
    for ((account, hour), minutes) in hours {
        accounts.entry(account).or_default().push((hour, minutes));
    }
    accounts.into_iter().map(|(account, hours)| (account, coverage_of_hours(&hours))).collect()
}
