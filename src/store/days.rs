//! Rows on their way from where they were counted to the days they are stored in: as they are when all
//! fit in memory, else packed, and in a temporary file when they are many.
//!
//! A block of packed rows holds rows of one day in the order of their keys: per row the differences
//! of API and minute to the row before, the other numbers, all as LEB128, then example id and prints.
//! The encoding never outlives the process.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::print::{PRINT_BYTES, Print, prints_in};
use super::row::Rows;
use crate::count::{Ranks, RowKey, SpillError, SumRow, decode_number, drop_copies, encode_number};
use crate::minute::{DAY, Minute};

/// Bytes of blocks held in memory.
const MOST_HELD: usize = 192 << 20;

/// Days since the epoch.
pub type DayNumber = u32;

enum Block {
    Held(Vec<u8>),
    /// Where in the file, and how long.
    Spilled(u64, usize),
}

#[derive(Default)]
struct State {
    days: BTreeMap<DayNumber, Vec<Block>>,
    held: usize,
    file: Option<File>,
    length: u64,
}

/// New rows by day, with ids that depend on the threads.
pub struct NewRows {
    folder: PathBuf,
    most_held: usize,
    state: Mutex<State>,
    /// Those that are in memory as they were counted.
    counted: Mutex<BTreeMap<DayNumber, Vec<Vec<SumRow>>>>,
}

impl NewRows {
    /// None yet; the temporary file will be in that folder, or in the system's.
    pub fn new(folder: Option<&Path>) -> Self {
        let folder = folder.map_or_else(std::env::temp_dir, Path::to_path_buf);
        let (state, counted) = (Mutex::default(), Mutex::default());
        Self { folder, most_held: MOST_HELD, state, counted }
    }

    /// Takes the events of days, in any order; they stay in memory.
    pub fn hold(&self, days: BTreeMap<DayNumber, Vec<Vec<SumRow>>>) {
        let mut counted = lock(&self.counted);
        for (day, pieces) in days {
            counted.entry(day).or_default().extend(pieces);
        }
    }

    /// The days that have rows.
    pub fn days(&self) -> BTreeSet<DayNumber> {
        let counted = lock(&self.counted);
        self.state().days.keys().chain(counted.keys()).copied().collect()
    }

    /// Adds events, sorted by key and id, each there once.
    pub fn add(&self, events: &[SumRow]) -> Result<(), SpillError> {
        let mut days: BTreeMap<DayNumber, Packer> = BTreeMap::new();
        for row in events.chunk_by(|a, b| a.key == b.key) {
            let day = Minute::new(row[0].key.minute).day();
            days.entry(day).or_default().push(row);
        }
        let mut state = self.state();
        for (day, Packer { mut bytes, .. }) in days {
            bytes.shrink_to_fit();
            state.held += bytes.len();
            state.days.entry(day).or_default().push(Block::Held(bytes));
        }
        if state.held > self.most_held {
            let spilled = state.spill(&self.folder);
            return spilled.map_err(|error| self.error(error));
        }
        Ok(())
    }

    /// Adds the rows of a day to others, with ids in the order of names.
    pub fn take(&self, day: DayNumber, ranks: &Ranks, rows: &mut Rows) -> Result<(), SpillError> {
        let pieces = lock(&self.counted).remove(&day).unwrap_or_default();
        rows.reserve(pieces.iter().map(Vec::len).sum());
        let mut scratch = Vec::new();
        for mut bucket in buckets(pieces, ranks) {
            drop_copies(&mut bucket);
            for same in bucket.chunk_by(|a, b| a.key == b.key) {
                rows.push_events(same, &mut scratch);
            }
        }
        let blocks = self.state().days.remove(&day).unwrap_or_default();
        for block in blocks {
            let bytes = match block {
                Block::Held(bytes) => bytes,
                Block::Spilled(at, length) => {
                    self.state().read(at, length).map_err(|error| self.error(error))?
                }
            };
            unpack(&bytes, ranks, rows)
                .ok_or_else(|| self.error(io::ErrorKind::InvalidData.into()))?;
        }
        Ok(())
    }

    fn error(&self, source: io::Error) -> SpillError {
        SpillError { folder: self.folder.clone(), source }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl State {
    /// Moves what is held to the file.
    fn spill(&mut self, folder: &Path) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(tempfile::tempfile_in(folder)?),
        };
        file.seek(SeekFrom::Start(self.length))?;
        for block in self.days.values_mut().flatten() {
            if let Block::Held(bytes) = block {
                file.write_all(bytes)?;
                let length = bytes.len();
                *block = Block::Spilled(self.length, length);
                self.length += length as u64;
            }
        }
        self.held = 0;
        Ok(())
    }

    fn read(&mut self, at: u64, length: usize) -> io::Result<Vec<u8>> {
        let file = self.file.as_mut().ok_or(io::ErrorKind::NotFound)?;
        file.seek(SeekFrom::Start(at))?;
        let mut bytes = vec![0; length];
        file.read_exact(&mut bytes)?;
        Ok(bytes)
    }
}

/// Events of a bucket, about: what is sorted at a time, and given back when it is stored.
const BUCKET: usize = 1 << 15;

/// Events with ids in the order of names, in buckets that are in the order of API and minute.
fn buckets(pieces: Vec<Vec<SumRow>>, ranks: &Ranks) -> Vec<Vec<SumRow>> {
    let events: usize = pieces.iter().map(Vec::len).sum();
    let number = events / BUCKET + 1;
    let places = ranks.apis() * DAY as usize;
    let bucket = |api: u32, minute: u32| {
        let place = api as usize * DAY as usize + (minute % DAY) as usize;
        // Far from too large: an API is one of some millions, and so is a bucket.
        place * number / places.max(1)
    };
    let mut sizes = vec![0; number];
    for event in pieces.iter().flatten() {
        sizes[bucket(ranks.api(event.key.api), event.key.minute)] += 1;
    }
    let mut buckets: Vec<Vec<SumRow>> = sizes.into_iter().map(Vec::with_capacity).collect();
    for event in pieces.into_iter().flatten() {
        let key = ranks.of(event.key);
        buckets[bucket(key.api, key.minute)].push(SumRow { key, ..event });
    }
    buckets
}

/// Makes a block.
#[derive(Default)]
struct Packer {
    bytes: Vec<u8>,
    before: RowKey,
    /// The row that is packed, and room to work in.
    row: Rows,
    prints: Vec<Print>,
}

impl Packer {
    fn push(&mut self, events: &[SumRow]) {
        let mut one = std::mem::take(&mut self.row);
        one.clear();
        one.push_events(events, &mut self.prints);
        if let Some(row) = one.rows.first() {
            let (key, before) = (row.key, self.before);
            let api = key.api - before.api;
            // Minutes ascend within an API and begin anew with the next day or API.
            let minute = if api == 0 { key.minute - before.minute } else { key.minute % DAY };
            let has_example = u32::from(row.example != [0, 0]);
            for number in [
                api,
                if self.bytes.is_empty() { key.minute } else { minute },
                key.identity,
                key.identity_type,
                key.user_agent,
                key.source_ip,
                key.error,
                row.events,
                row.with_id() << 1 | has_example,
            ] {
                encode_number(number, &mut self.bytes);
            }
            if has_example == 1 {
                row.example.iter().for_each(|half| self.bytes.extend(half.to_le_bytes()));
            }
            self.bytes.extend(one.prints(row).as_flattened());
            self.before = key;
        }
        self.row = one;
    }
}

/// Adds the rows of a block to others; `None` when it is no block.
fn unpack(mut bytes: &[u8], ranks: &Ranks, rows: &mut Rows) -> Option<()> {
    let mut before: Option<RowKey> = None;
    while !bytes.is_empty() {
        let mut number = || decode_number(&mut bytes);
        let (api, minute) = (number()?, number()?);
        let (api, minute) = match before {
            None => (api, minute),
            Some(before) if api == 0 => (before.api, before.minute.checked_add(minute)?),
            Some(before) => (before.api.checked_add(api)?, before.minute / DAY * DAY + minute),
        };
        let key = RowKey {
            api,
            minute,
            identity: number()?,
            identity_type: number()?,
            user_agent: number()?,
            source_ip: number()?,
            error: number()?,
        };
        let (events, with_id) = (number()?, number()?);
        let mut half = || {
            let (half, rest) = bytes.split_first_chunk::<8>()?;
            bytes = rest;
            Some(u64::from_le_bytes(*half))
        };
        let example = if with_id & 1 == 1 { [half()?, half()?] } else { [0, 0] };
        let length = (with_id >> 1) as usize * PRINT_BYTES;
        let (prints, rest) = bytes.split_at_checked(length)?;
        bytes = rest;
        rows.push(ranks.of(key), events, example, prints_in(prints)?.iter().copied());
        before = Some(key);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::count::{ApiKey, Dictionaries, Dimension, sort_names};
    use crate::event::EventCategory;

    fn ranks() -> Ranks {
        let dictionaries = Dictionaries::default();
        for name in ["d", "c", "b", "a"] {
            dictionaries.name(Dimension::Identity, name);
            let event_name = dictionaries.name(Dimension::Name, name);
            let (account, category) = (event_name, EventCategory::Data);
            let key = ApiKey { account, region: 0, event_source: 0, event_name, category };
            dictionaries.api(key, false);
        }
        sort_names(dictionaries).2
    }

    /// An event of one of eight APIs in four days.
    fn any_event() -> impl Strategy<Value = SumRow> {
        let id =
            prop_oneof![Just([0, 0]), (0..3_u64, 1..9_u64).prop_map(|(high, low)| [high, low])];
        (0..8_u32, 0..4 * DAY, 0..6_u32, id).prop_map(|(api, minute, identity, example)| SumRow {
            key: RowKey { api, minute, identity, ..RowKey::default() },
            events: 1,
            example,
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn rows_come_to_their_days_whether_spilled_or_not(
            mut events in prop::collection::vec(any_event(), 1..300),
            at_once in 1..60_usize,
        ) {
            events.sort_by_key(|event| (event.key, event.example));
            events.dedup_by_key(|event| (event.key, event.example));
            let ranks = ranks();
            let rows = |most_held: Option<usize>| {
                let most = most_held.unwrap_or_default();
                let new = NewRows { most_held: most, ..NewRows::new(None) };
                for some in events.chunks(at_once) {
                    if most_held.is_some() {
                        new.add(some).unwrap();
                        continue;
                    }
                    for event in some.iter().rev() {
                        let day = event.key.minute / DAY;
                        new.hold(BTreeMap::from([(day, vec![vec![*event, *event]])]));
                    }
                }
                let mut days = Vec::new();
                for day in new.days() {
                    let mut rows = Rows::default();
                    new.take(day, &ranks, &mut rows).unwrap();
                    rows.fold();
                    assert!(rows.rows.iter().all(|row| row.key.minute / DAY == day));
                    let shown = |row: &super::super::row::StoredRow| {
                        (row.key, row.events, row.example, rows.prints(row).to_vec())
                    };
                    days.extend(rows.rows.iter().map(shown).collect::<Vec<_>>());
                }
                days
            };
            let held = rows(Some(1 << 20));
            prop_assert_eq!(&rows(Some(1 << 8)), &held);
            // Copies of events without an id are no copies.
            if events.iter().all(|event| event.example != [0, 0]) {
                prop_assert_eq!(&rows(None), &held);
            }
            let mut plainly = Rows::default();
            for event in &events {
                let key = ranks.of(event.key);
                plainly.push_events(&[SumRow { key, ..*event }], &mut Vec::new());
            }
            plainly.fold();
            let sum = |rows: &[(RowKey, u32, [u64; 2], Vec<Print>)]| {
                rows.iter().map(|row| row.1).sum::<u32>()
            };
            prop_assert_eq!(sum(&held), plainly.rows.iter().map(|row| row.events).sum::<u32>());
            let mut keys: Vec<RowKey> = held.iter().map(|row| row.0).collect();
            keys.sort();
            prop_assert!(keys.iter().eq(plainly.rows.iter().map(|row| &row.key)));
        }
    }
}
