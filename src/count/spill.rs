//! Rows that do not fit in memory, on disk in a file without a name: however the process ends, the
//! system takes it back.
//!
//! A run of rows is written at once, sorted by part and key, and each part of it is a segment that
//! can be read on its own. The encoding is known to this module alone and never outlives the
//! process: per row the differences of API and minute to the row before and the other numbers, all
//! as LEB128, then the example id.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::leb128::{decode_number, encode_number};
use super::row::{RowKey, SumRow};

/// Parts that the APIs are spread over, each small enough to be worked on in memory.
pub const PARTS: usize = 256;
/// Bytes of a segment read at a time.
const PIECE: usize = 1 << 14;

/// The part that holds all rows of an API, reads and writes together.
pub const fn part_of(api: u32) -> usize {
    (api >> 1) as usize % PARTS
}

/// The file and where in it each part's segments are.
#[derive(Debug)]
pub struct Spill {
    folder: PathBuf,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    file: Option<File>,
    length: u64,
    segments: Vec<Vec<Range<u64>>>,
}

impl Spill {
    /// Nothing spilled yet; the file will be in that folder, or in the system's for temporary files.
    pub fn new(folder: Option<&Path>) -> Self {
        let folder = folder.map_or_else(std::env::temp_dir, Path::to_path_buf);
        let state = State { file: None, length: 0, segments: vec![Vec::new(); PARTS] };
        Self { folder, state: Mutex::new(state) }
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub fn is_empty(&self) -> bool {
        self.state().length == 0
    }

    /// Writes rows, sorted by part and key.
    pub fn write(&self, rows: &[SumRow]) -> io::Result<()> {
        let mut bytes = Vec::with_capacity(rows.len() * 32);
        let mut ends = Vec::new();
        for run in rows.chunk_by(|a, b| part_of(a.key.api) == part_of(b.key.api)) {
            let mut before = RowKey::default();
            for row in run {
                encode(row, before, &mut bytes);
                before = row.key;
            }
            ends.push((part_of(run[0].key.api), bytes.len() as u64));
        }
        let mut state = self.state();
        if state.file.is_none() {
            state.file = Some(tempfile::tempfile_in(&self.folder)?);
        }
        let start = state.length;
        if let Some(file) = &mut state.file {
            file.seek(SeekFrom::Start(start))?;
            file.write_all(&bytes)?;
        }
        let mut from = start;
        for (part, end) in ends {
            state.segments[part].push(from..start + end);
            from = start + end;
        }
        state.length = from;
        Ok(())
    }

    /// Hands out the rows of a part minute by minute, each with all rows of one API and minute, in
    /// the order of API and minute; rows of one key may come apart.
    pub fn read_part(&self, part: usize, mut take: impl FnMut(&mut Vec<SumRow>)) -> io::Result<()> {
        let mut segments: Vec<Segment<'_>> =
            self.state().segments[part].iter().map(|range| Segment::new(self, range)).collect();
        let mut heads = BinaryHeap::new();
        for (index, segment) in segments.iter_mut().enumerate() {
            heads.extend(segment.next()?.map(|row| Reverse((row.key, index, Head(row)))));
        }
        let mut group: Vec<SumRow> = Vec::new();
        while let Some(Reverse((key, index, Head(row)))) = heads.pop() {
            let same = |first: &SumRow| (first.key.api, first.key.minute) == (key.api, key.minute);
            if !group.first().is_none_or(same) {
                take(&mut group);
                group.clear();
            }
            group.push(row);
            heads.extend(segments[index].next()?.map(|row| Reverse((row.key, index, Head(row)))));
        }
        if !group.is_empty() {
            take(&mut group);
        }
        Ok(())
    }

    fn read_at(&self, range: Range<u64>, out: &mut Vec<u8>) -> io::Result<()> {
        let mut state = self.state();
        let file = state.file.as_mut().ok_or(io::ErrorKind::NotFound)?;
        file.seek(SeekFrom::Start(range.start))?;
        let length = range.end - range.start;
        let read = file.take(length).read_to_end(out)? as u64;
        if read == length { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A row that takes no part in the order of the heap.
struct Head(SumRow);

impl PartialEq for Head {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}
impl Eq for Head {}
impl PartialOrd for Head {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Head {
    fn cmp(&self, _: &Self) -> std::cmp::Ordering {
        std::cmp::Ordering::Equal
    }
}

/// One segment being read.
struct Segment<'s> {
    spill: &'s Spill,
    /// What is not yet in `bytes`.
    ahead: Range<u64>,
    bytes: Vec<u8>,
    at: usize,
    before: RowKey,
}

/// No encoded row is longer: nine numbers of five bytes and an id.
const LONGEST_ROW: usize = 9 * 5 + 16;

impl<'s> Segment<'s> {
    fn new(spill: &'s Spill, range: &Range<u64>) -> Self {
        let (bytes, before) = (Vec::new(), RowKey::default());
        Self { spill, ahead: range.clone(), bytes, at: 0, before }
    }

    fn next(&mut self) -> io::Result<Option<SumRow>> {
        if self.bytes.len() - self.at < LONGEST_ROW && !self.ahead.is_empty() {
            self.bytes.drain(..self.at);
            self.at = 0;
            let end = self.ahead.end.min(self.ahead.start + PIECE as u64);
            self.spill.read_at(self.ahead.start..end, &mut self.bytes)?;
            self.ahead.start = end;
        }
        if self.at == self.bytes.len() {
            return Ok(None);
        }
        let mut rest = &self.bytes[self.at..];
        let row = decode(&mut rest, self.before).ok_or(io::ErrorKind::InvalidData)?;
        self.at = self.bytes.len() - rest.len();
        self.before = row.key;
        Ok(Some(row))
    }
}

fn encode(row: &SumRow, before: RowKey, out: &mut Vec<u8>) {
    let key = row.key;
    let api = key.api - before.api;
    // Minutes ascend within an API and begin anew with the next.
    let minute = if api == 0 { key.minute - before.minute } else { key.minute };
    let has_example = row.example != [0, 0];
    for number in [
        api,
        minute,
        key.identity,
        key.identity_type,
        key.user_agent,
        key.source_ip,
        key.error,
        row.events,
        u32::from(has_example),
    ] {
        encode_number(number, out);
    }
    if has_example {
        row.example.iter().for_each(|half| out.extend(half.to_le_bytes()));
    }
}

fn decode(bytes: &mut &[u8], before: RowKey) -> Option<SumRow> {
    let mut number = || decode_number(bytes);
    let (api, minute) = (number()?, number()?);
    let key = RowKey {
        api: before.api.checked_add(api)?,
        minute: if api == 0 { before.minute.checked_add(minute)? } else { minute },
        identity: number()?,
        identity_type: number()?,
        user_agent: number()?,
        source_ip: number()?,
        error: number()?,
    };
    let (events, has_example) = (number()?, number()? == 1);
    let mut half = || {
        let (half, rest) = bytes.split_first_chunk::<8>()?;
        *bytes = rest;
        Some(u64::from_le_bytes(*half))
    };
    let example = if has_example { [half()?, half()?] } else { [0, 0] };
    Some(SumRow { key, events, example })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_row() -> impl Strategy<Value = SumRow> {
        let id = prop_oneof![Just([0, 0]), any::<[u64; 2]>()];
        (prop_oneof![0..2_000_u32, any::<u32>()], 0..9_u32, any::<[u32; 4]>(), 1..u32::MAX, id)
            .prop_map(|(api, minute, [identity, user_agent, source_ip, error], events, example)| {
                let key = RowKey {
                    api,
                    minute,
                    identity,
                    identity_type: 3,
                    user_agent,
                    source_ip,
                    error,
                };
                SumRow { key, events, example }
            })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn what_is_written_is_read_in_order(
            runs in prop::collection::vec(prop::collection::vec(any_row(), 1..600), 1..5)
        ) {
            let spill = Spill::new(None);
            let mut written = runs.concat();
            for mut run in runs {
                run.sort_by_key(|row| (part_of(row.key.api), row.key));
                spill.write(&run).unwrap();
            }
            let mut read = Vec::new();
            for part in 0..PARTS {
                spill.read_part(part, |group| {
                    let first = group[0].key;
                    assert!(group.iter().all(|row| row.key.minute == first.minute));
                    read.append(group);
                }).unwrap();
            }
            written.sort_by_key(|row| (part_of(row.key.api), row.key, row.events, row.example));
            read.sort_by_key(|row| (part_of(row.key.api), row.key, row.events, row.example));
            prop_assert_eq!(read, written);
        }
    }
}
