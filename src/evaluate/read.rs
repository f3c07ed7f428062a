//! Files of insight records -> the insights they tell of.
//!
//! Taken as they come: lists, one record a line, `{"Records":[…]}` as CloudTrail delivers them,
//! `lookup-events` answers and EventBridge events, gzipped or not.

use std::io::Read as _;
use std::path::PathBuf;

use serde_json::{Deserializer, Value};

use super::pair::{Pairing, pair};
use crate::cloud::Access;
use crate::count::EventFilter;
use crate::input::{
    Batch, Discovery, InputError, Limits, LogFile, Opener, Place, Source, discover_with,
};
use crate::insight::record::InsightRecord;

/// The most text of one file. Insights are few: a million records are about as much.
const MAX_FILE_BYTES: u64 = 4 << 30;
/// Lists in lists are followed this deep.
const MAX_DEPTH: u32 = 6;

/// What files of insights hold.
#[derive(Clone, Debug, Default)]
pub struct ReadTold {
    /// The insights, and records that tell of none.
    pub pairing: Pairing,
    /// Insight records read.
    pub records: u64,
    /// Other JSON values that are no insight records.
    pub others: u64,
    /// What could not be read, and why.
    pub problems: Vec<(Place, String)>,
}

/// Reads the insights of files, folders, globs and `-`.
///
/// # Errors
/// When an input does not exist or there is no file at all. Bad content is no error: it is in
/// [`ReadTold::problems`]. An empty file holds no insights.
pub fn read_told(inputs: &[PathBuf], access: &Access) -> Result<ReadTold, InputError> {
    let found = discover_with(inputs, &EventFilter::default(), access)?;
    let Discovery { files, skipped, .. } = found;
    let mut read = ReadTold::default();
    read.problems.extend(skipped.into_iter().map(|skipped| (skipped.place, skipped.why)));
    let mut opener = Opener::new(Limits { max_file_bytes: MAX_FILE_BYTES });
    let mut records = Vec::new();
    for file in &files {
        if let Some(problem) = read_file(&mut opener, file, &mut records, &mut read.others) {
            read.problems.push((file.place.clone(), problem));
        }
    }
    read.records = records.len() as u64;
    read.pairing = pair(&records);
    Ok(read)
}

/// Reads one file; what is wrong with it, if anything. What stands before the fault counts.
fn read_file(
    opener: &mut Opener,
    file: &LogFile,
    records: &mut Vec<InsightRecord>,
    others: &mut u64,
) -> Option<String> {
    let mut batch = Batch::of(std::slice::from_ref(file));
    let source = match batch.take(0).and_then(|fetched| opener.open(file, fetched)) {
        Ok(source) => source,
        Err(error) => return Some(error.to_string()),
    };
    let mut streamed = Vec::new();
    let (text, damage) = match source {
        Source::Whole(text, damage) => (text, damage.map(|damage| damage.to_string())),
        Source::Stream(mut stream) => {
            let damage = stream.read_to_end(&mut streamed).err();
            (&streamed[..], damage.map(|damage| damage.to_string()))
        }
    };
    let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
    for value in Deserializer::from_slice(text).into_iter::<Value>() {
        match value {
            Ok(value) => take(value, 0, records, others),
            Err(error) => return damage.or_else(|| Some(error.to_string())),
        }
    }
    damage
}

/// Takes the insight records out of a value.
fn take(value: Value, depth: u32, records: &mut Vec<InsightRecord>, others: &mut u64) {
    let inside = |value: Value, records: &mut Vec<InsightRecord>, others: &mut u64| {
        if depth < MAX_DEPTH {
            take(value, depth + 1, records, others);
        } else {
            *others += 1;
        }
    };
    match value {
        Value::Array(list) => {
            for value in list {
                inside(value, records, others);
            }
        }
        Value::Object(mut object) => {
            let held = ["Records", "Events", "detail", "CloudTrailEvent"]
                .into_iter()
                .find_map(|key| object.get_mut(key).map(Value::take));
            match held {
                Some(Value::String(text)) => match serde_json::from_str(&text) {
                    Ok(value) => inside(value, records, others),
                    Err(_) => *others += 1,
                },
                Some(value @ (Value::Array(_) | Value::Object(_))) => {
                    inside(value, records, others);
                }
                Some(_) => *others += 1,
                None => match serde_json::from_value(Value::Object(object)) {
                    Ok(record) => records.push(record),
                    Err(_) => *others += 1,
                },
            }
        }
        _ => *others += 1,
    }
}
