//! Reading ahead: the bytes of the next files are fetched while the ones before are worked on, so
//! that the time a disk or a network takes is hidden behind the work.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::{LogFile, Place};
use crate::cloud::{Bucket, Content};

/// Files up to this size on disk are fetched; larger ones are opened by those who read them.
pub const SMALL_FILE: u64 = 16 << 20;
/// Threads that fetch from disk. They wait most of the time, for a network share longer than for a disk.
const FETCHERS: usize = 4;
/// The same from object stores, where each asks for all of a batch at once: several hundred objects
/// are on their way when an answer takes 50 ms.
const OBJECT_FETCHERS: usize = 8;
/// The most bytes and files fetched at once, about.
const BATCH_BYTES: u64 = 1 << 20;
const BATCH_FILES: usize = 64;
/// Where there are few files, batches for each thread.
const BATCHES: usize = 16;
/// Batches that are fetched or being fetched ahead of the reader.
const AHEAD: usize = 12;
/// The same where some are objects.
const OBJECTS_AHEAD: usize = 24;

/// What was fetched of one file.
#[derive(Clone, Copy, Debug)]
pub enum Fetched<'b> {
    /// All its bytes.
    Bytes(&'b [u8]),
    /// Nothing: it is large, or no ordinary file, and to be opened.
    NotYet,
}

/// Some files in a row and what was fetched of them.
#[derive(Debug, Default)]
pub struct Batch {
    index: usize,
    files: Range<usize>,
    bytes: Vec<u8>,
    /// One for each file: where its bytes are, if it was fetched.
    outcomes: Vec<io::Result<Option<Held>>>,
    /// The object that was taken last.
    object: Vec<u8>,
}

/// Where the bytes of a file are.
#[derive(Debug)]
enum Held {
    /// Among those of the batch.
    InBatch(Range<usize>),
    /// As they came over the network.
    Object(Vec<u8>),
}

impl Batch {
    /// All of these files, fetched now.
    #[must_use]
    pub fn of(files: &[LogFile]) -> Self {
        let mut batch = Self { files: 0..files.len(), ..Self::default() };
        batch.fetch(files);
        batch
    }

    /// Which batch it is.
    #[must_use]
    pub const fn index(&self) -> usize {
        self.index
    }

    /// The indexes of its files.
    #[must_use]
    pub fn files(&self) -> Range<usize> {
        self.files.clone()
    }

    /// What was fetched of the file with that index, once.
    ///
    /// # Errors
    /// When it could not be opened or read.
    pub fn take(&mut self, file: usize) -> io::Result<Fetched<'_>> {
        let outcome = &mut self.outcomes[file - self.files.start];
        Ok(match std::mem::replace(outcome, Ok(None))? {
            None => Fetched::NotYet,
            Some(Held::InBatch(range)) => Fetched::Bytes(&self.bytes[range]),
            Some(Held::Object(bytes)) => {
                self.object = bytes;
                Fetched::Bytes(&self.object)
            }
        })
    }

    fn fetch(&mut self, files: &[LogFile]) {
        self.bytes.clear();
        self.outcomes.clear();
        let files = &files[self.files.clone()];
        let mut objects = fetch_objects(files);
        for (index, file) in files.iter().enumerate() {
            let start = self.bytes.len();
            self.outcomes.push(if let Some(object) = objects.remove(&index) {
                object.map(|object| Some(Held::Object(object.bytes)))
            } else {
                let fetched = fetch(file, &mut self.bytes);
                if !matches!(fetched, Ok(Some(_))) {
                    self.bytes.truncate(start);
                }
                fetched.map(|range| range.map(Held::InBatch))
            });
        }
    }
}

/// The small objects among the files, by their index.
fn fetch_objects(files: &[LogFile]) -> BTreeMap<usize, io::Result<Content>> {
    let mut of_buckets: Vec<(&Bucket, Vec<usize>, Vec<&str>)> = Vec::new();
    for (index, file) in files.iter().enumerate() {
        let Place::Object(object) = &file.place else { continue };
        if file.bytes > SMALL_FILE {
            continue;
        }
        match of_buckets.iter_mut().find(|(bucket, ..)| *bucket == &*object.bucket) {
            Some((_, indexes, keys)) => {
                indexes.push(index);
                keys.push(&object.key);
            }
            None => of_buckets.push((&object.bucket, vec![index], vec![&object.key])),
        }
    }
    let fetch = |(bucket, indexes, keys): (&Bucket, Vec<usize>, Vec<&str>)| {
        let objects = bucket.get_all(&keys).into_iter();
        let objects = objects.map(|object| object.map_err(|error| error.why.into()));
        indexes.into_iter().zip(objects).collect::<Vec<_>>()
    };
    of_buckets.into_iter().flat_map(fetch).collect()
}

/// Appends the file's bytes; where they are.
fn fetch(file: &LogFile, bytes: &mut Vec<u8>) -> io::Result<Option<Range<usize>>> {
    let Place::Disk(path) = &file.place else { return Ok(None) };
    // Pipes and files that have no size in advance are read as they come.
    if file.bytes == 0 || file.bytes > SMALL_FILE {
        return Ok(None);
    }
    let start = bytes.len();
    bytes.reserve(usize::try_from(file.bytes).unwrap_or(0) + 1);
    // It may have grown since it was found.
    let read = File::open(path)?.take(SMALL_FILE + 1).read_to_end(bytes)? as u64;
    Ok((read <= SMALL_FILE).then_some(start..bytes.len()))
}

/// Hands out the files in their order, in batches that other threads fetch.
#[derive(Debug)]
pub struct ReadAhead<'f> {
    files: &'f [LogFile],
    batches: Vec<Range<usize>>,
    /// Whether some are objects, which take long to come.
    has_objects: bool,
    state: Mutex<State>,
    fetched: Condvar,
    taken: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// The next batch to fetch, and the next to hand out.
    next_fetch: usize,
    next_out: usize,
    ready: BTreeMap<usize, Batch>,
    /// Batches that were worked on, whose memory can be used again.
    used: Vec<Batch>,
    /// Set when nobody wants more.
    over: bool,
}

impl<'f> ReadAhead<'f> {
    /// Nothing fetched yet, for so many threads.
    #[must_use]
    pub fn new(files: &'f [LogFile], threads: usize) -> Self {
        let shares = threads * BATCHES;
        let all: u64 = files.iter().map(|file| file.bytes).sum();
        let most_bytes = (all / shares as u64).min(BATCH_BYTES);
        let most_files = (files.len() / shares).min(BATCH_FILES);
        let mut batches: Vec<Range<usize>> = Vec::new();
        let mut bytes = 0;
        for (index, file) in files.iter().enumerate() {
            match batches.last_mut() {
                Some(batch) if bytes + file.bytes <= most_bytes && batch.len() < most_files => {
                    batch.end = index + 1;
                    bytes += file.bytes;
                }
                _ => {
                    batches.push(index..index + 1);
                    bytes = file.bytes;
                }
            }
        }
        let has_objects = files.iter().any(|file| matches!(file.place, Place::Object(_)));
        let state = Mutex::default();
        let (fetched, taken) = (Condvar::new(), Condvar::new());
        Self { files, batches, has_objects, state, fetched, taken }
    }

    /// How many threads should fetch.
    #[must_use]
    pub const fn fetchers(&self) -> usize {
        if self.has_objects { OBJECT_FETCHERS } else { FETCHERS }
    }

    /// Fetches until there is no more to fetch; for several threads at once.
    pub fn fetch(&self) {
        let _guard = StopOnPanic(self);
        while let Some((index, mut batch)) = self.next_to_fetch() {
            batch.fetch(self.files);
            self.state().ready.insert(index, batch);
            self.fetched.notify_all();
        }
    }

    fn next_to_fetch(&self) -> Option<(usize, Batch)> {
        let mut state = self.state();
        loop {
            let index = state.next_fetch;
            if state.over || index == self.batches.len() {
                return None;
            }
            let ahead = if self.has_objects { OBJECTS_AHEAD } else { AHEAD };
            if index < state.next_out + ahead {
                state.next_fetch += 1;
                let mut batch = state.used.pop().unwrap_or_default();
                batch.index = index;
                batch.files = self.batches[index].clone();
                return Some((index, batch));
            }
            state = self.taken.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// The next batch in the order of the files; waits until it is fetched. `None` after the last.
    pub fn next(&self) -> Option<Batch> {
        let mut state = self.state();
        let index = state.next_out;
        if state.over || index == self.batches.len() {
            return None;
        }
        state.next_out += 1;
        self.taken.notify_all();
        loop {
            if let Some(batch) = state.ready.remove(&index) {
                return Some(batch);
            }
            if state.over {
                return None;
            }
            state = self.fetched.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Takes back a batch that was worked on.
    pub fn give_back(&self, batch: Batch) {
        self.state().used.push(batch);
    }

    /// No more is wanted.
    pub fn stop(&self) {
        self.state().over = true;
        self.taken.notify_all();
        self.fetched.notify_all();
    }

    /// Whether no more is wanted, be it that a thread has panicked.
    pub fn is_stopped(&self) -> bool {
        self.state().over
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Sees to it that nobody waits for a thread that has panicked.
pub struct StopOnPanic<'a, 'f>(pub &'a ReadAhead<'f>);

impl Drop for StopOnPanic<'_, '_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.stop();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn file(folder: &Path, name: &str, content: &[u8]) -> LogFile {
        let path = folder.join(name);
        std::fs::write(&path, content).unwrap();
        let (place, bytes) = (Place::Disk(path), content.len() as u64);
        LogFile { place, bytes, modified: None, delivered: None, named: false }
    }

    type Outcome = Result<Option<Vec<u8>>, io::ErrorKind>;

    /// What became of each file, in the order of the files.
    fn read(files: &[LogFile]) -> Vec<(usize, Outcome)> {
        let ahead = ReadAhead::new(files, 2);
        let mut all = Vec::new();
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| ahead.fetch());
            }
            while let Some(mut batch) = ahead.next() {
                for index in batch.files() {
                    let outcome = match batch.take(index) {
                        Ok(Fetched::Bytes(bytes)) => Ok(Some(bytes.to_vec())),
                        Ok(Fetched::NotYet) => Ok(None),
                        Err(error) => Err(error.kind()),
                    };
                    all.push((index, outcome));
                }
                ahead.give_back(batch);
            }
        });
        all
    }

    #[test]
    fn files_come_in_their_order_with_their_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let content = |index: usize| vec![b'x'; (index * 7_919) % 60_000 + 1];
        let files: Vec<LogFile> = (0..300)
            .map(|index| file(folder.path(), &index.to_string(), &content(index)))
            .collect();
        let expected: Vec<_> = (0..300).map(|index| (index, Ok(Some(content(index))))).collect();
        assert_eq!(read(&files), expected);
        assert_eq!(read(&[]), []);
    }

    #[test]
    fn what_cannot_be_fetched_is_told_and_changes_nothing_for_its_neighbours() {
        let folder = tempfile::tempdir().unwrap();
        let mut files: Vec<LogFile> = ["a", "gone", "large", "pipe", "b"]
            .map(|name| file(folder.path(), name, b"text"))
            .into();
        std::fs::remove_file(files[1].place.path()).unwrap();
        files[2].bytes = SMALL_FILE + 1;
        files[3].bytes = 0;
        let text = || Ok(Some(b"text".to_vec()));
        let outcomes = [text(), Err(io::ErrorKind::NotFound), Ok(None), Ok(None), text()];
        assert_eq!(read(&files), outcomes.into_iter().enumerate().collect::<Vec<_>>());
    }

    #[test]
    fn fetching_ends_when_no_more_is_wanted() {
        let folder = tempfile::tempdir().unwrap();
        let large = vec![b'x'; 1 << 19];
        let files: Vec<LogFile> =
            (0..40).map(|index| file(folder.path(), &index.to_string(), &large)).collect();
        let ahead = ReadAhead::new(&files, 1);
        std::thread::scope(|scope| {
            scope.spawn(|| ahead.fetch());
            assert!(ahead.next().is_some());
            ahead.stop();
        });
        assert!(ahead.next().is_none());
    }
}
