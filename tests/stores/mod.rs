//! Stores made by the library, and what is in their files.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use polars::prelude::{ChunkAgg, DataFrame, ParquetReader, SerReader};
use serde_json::{Value, json};
use trailspike::Progress;
use trailspike::count::{CountOptions, EventFilter, MemoryLimits};
use trailspike::event::TimeRange;
use trailspike::input::{Limits, discover};
use trailspike::store::{Added, Manifest, StoreError, StoreWriter};

/// How a store is counted.
#[derive(Clone, Copy, Debug)]
pub struct How {
    pub threads: usize,
    /// Rows held in memory.
    pub rows: usize,
}

impl Default for How {
    fn default() -> Self {
        Self { threads: 2, rows: 1 << 20 }
    }
}

/// Counts inputs into a store.
pub fn count_with(store: &Path, inputs: &[PathBuf], how: How) -> Result<Added, StoreError> {
    let options = CountOptions {
        filter: EventFilter::default(),
        keep_sessions: false,
        times: TimeRange::until_a_day_after(chrono::Utc::now()),
        limits: Limits::default(),
        memory: MemoryLimits { rows: how.rows, ..MemoryLimits::default() },
        witness: None,
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(how.threads).build().unwrap();
    pool.install(|| {
        let found = discover(inputs, &options.filter).unwrap();
        let writer = StoreWriter::open(store, None)?;
        let selected = writer.select(&found.files)?;
        writer.add(&selected.files, &options, &Progress::default())
    })
}

/// The same with nothing special about it.
pub fn count(store: &Path, inputs: &[PathBuf]) -> Added {
    count_with(store, inputs, How::default()).unwrap()
}

/// Every file of a store but its lock, with what is in it.
pub fn content(store: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in walkdir::WalkDir::new(store) {
        let entry = entry.unwrap();
        let name = entry.path().strip_prefix(store).unwrap().to_str().unwrap().to_owned();
        if entry.file_type().is_file() && name != "store.lock" {
            files.insert(name, fs::read(entry.path()).unwrap());
        }
    }
    files
}

/// Says in which files two stores differ.
pub fn differences(a: &Path, b: &Path) -> Vec<String> {
    let (a, b) = (content(a), content(b));
    let all = a.keys().chain(b.keys());
    let mut differ: Vec<String> =
        all.filter(|name| a.get(*name) != b.get(*name)).cloned().collect();
    differ.sort();
    differ.dedup();
    differ
}

/// The manifest.
pub fn manifest(store: &Path) -> Manifest {
    Manifest::read(store).unwrap().unwrap()
}

/// A file of a store as a table.
pub fn table(store: &Path, path: &str) -> DataFrame {
    ParquetReader::new(fs::File::open(store.join(path)).unwrap()).finish().unwrap()
}

/// The sum of a column of numbers.
pub fn sum(frame: &DataFrame, column: &str) -> i64 {
    frame.column(column).unwrap().i64().unwrap().sum().unwrap_or_default()
}

/// The texts of a column.
pub fn texts(frame: &DataFrame, column: &str) -> Vec<Option<String>> {
    let texts = frame.column(column).unwrap().str().unwrap();
    texts.iter().map(|text| text.map(ToOwned::to_owned)).collect()
}

/// A record without an event id.
pub fn without_id(mut record: Value) -> Value {
    record.as_object_mut().unwrap().remove("eventID");
    record
}

/// A record that cannot be counted.
pub fn rejected() -> Value {
    json!({ "eventVersion": "1.08", "eventName": "X", "eventSource": "s3.amazonaws.com" })
}
