//! Insight records in the folders and files that CloudTrail delivers them in, so that whatever
//! watches a trail's bucket reads ours.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use flate2::{Compression, GzBuilder};
use uuid::Uuid;

use super::json::RecordsFile;
use super::visible::escape_json;
use super::whole_file::{folder_of, write_whole};
use crate::cloud::{Access, Address, Bucket, CloudError, Condition, Why};
use crate::insight::Insight;
use crate::insight::record::{InsightRecord, RecordOptions};
use crate::minute::Minute;

/// Why a file of records could not be written.
#[derive(Debug, thiserror::Error)]
pub enum S3LayoutError {
    /// There is a file with other content, and overwriting was not asked for.
    #[error("{} exists with other content", .0.display())]
    Exists(PathBuf),
    /// The bucket cannot be written to.
    #[error(transparent)]
    Cloud(#[from] CloudError),
    /// The file system said no.
    #[error("cannot write {}", .path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What it said.
        source: io::Error,
    },
}

/// Writes one gzipped `{"Records":[…]}` a record under `directory`, at
/// `AWSLogs/ACCOUNT/CloudTrail-Insight/REGION/YYYY/MM/DD/`, day and minute being those of the
/// record's `eventTime`, and returns the paths. Same insights, same names, same bytes: a file that
/// already holds the record is left alone, one that holds something else is overwritten only with
/// `force`. Each file appears whole or not at all; those before a failure stay.
///
/// # Errors
/// When a file cannot be written, or would overwrite another without `force`.
pub fn write(
    directory: &Path,
    insights: &[Insight],
    options: RecordOptions,
    force: bool,
) -> Result<Vec<PathBuf>, S3LayoutError> {
    let mut written = Vec::with_capacity(insights.len() * 2);
    for insight in insights {
        let start = InsightRecord::start(insight, options);
        written.push(put(directory, insight, insight.span.start, &start, force)?);
        if let Some(end) = InsightRecord::end(insight, options) {
            written.push(put(directory, insight, insight.span.end, &end, force)?);
        }
    }
    Ok(written)
}

/// The same below a folder or an address such as `s3://bucket/prefix`.
///
/// # Errors
/// The same, and when the bucket cannot be written to.
pub fn write_at(
    place: &Path,
    access: &Access,
    insights: &[Insight],
    options: RecordOptions,
    force: bool,
) -> Result<(), S3LayoutError> {
    let Some(address) = Address::of(place) else {
        return write(place, insights, options, force).map(drop);
    };
    let io = |source| S3LayoutError::Io { path: place.to_owned(), source };
    let folder = tempfile::tempdir().map_err(io)?;
    let bucket = Bucket::open(&address, access)?;
    for path in write(folder.path(), insights, options, force)? {
        let name = path.strip_prefix(folder.path()).unwrap_or(&path).to_string_lossy();
        let key = address.join(&name.replace('\\', "/")).key;
        let bytes = fs::read(&path).map_err(io)?;
        let condition = if force { Condition::None } else { Condition::New };
        match bucket.put(&key, bytes, condition) {
            Ok(_) => {}
            Err(CloudError { why: Why::Changed, .. }) if inflates_alike(&bucket, &key, &path)? => {}
            Err(CloudError { why: Why::Changed, .. }) => {
                return Err(S3LayoutError::Exists(bucket.address(&key).into()));
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Whether an object holds the record that a file holds.
fn inflates_alike(bucket: &Bucket, key: &str, path: &Path) -> Result<bool, S3LayoutError> {
    let there = bucket.get(key)?.bytes;
    let mut content = Vec::new();
    let limit = MOST_CONTENT;
    let inflated = GzDecoder::new(&*there).take(limit).read_to_end(&mut content);
    Ok(inflated.is_ok() && holds(path, &content))
}

/// No record is longer.
const MOST_CONTENT: u64 = 64 << 20;

fn put(
    directory: &Path,
    insight: &Insight,
    minute: Minute,
    record: &InsightRecord,
    force: bool,
) -> Result<PathBuf, S3LayoutError> {
    let path = directory.join(key(insight, minute));
    let result = try_put(&path, record, force);
    match result {
        Ok(true) => Ok(path),
        Ok(false) => Err(S3LayoutError::Exists(path)),
        Err(source) => Err(S3LayoutError::Io { path, source }),
    }
}

/// Whether the path now holds the record; false when it holds something else.
fn try_put(path: &Path, record: &InsightRecord, force: bool) -> io::Result<bool> {
    let json = serde_json::to_string(&RecordsFile { records: std::slice::from_ref(record) })?;
    let content = escape_json(&json);
    if holds(path, content.as_bytes()) {
        return Ok(true);
    }
    fs::create_dir_all(folder_of(path))?;
    let written = write_whole(path, force, |out| {
        let mut gzip: GzEncoder<_> = GzBuilder::new().mtime(0).write(out, Compression::default());
        gzip.write_all(content.as_bytes())?;
        gzip.finish().map(|_| ())
    });
    match written {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    }
}

/// Whether the file exists and inflates to just that content.
fn holds(path: &Path, content: &[u8]) -> bool {
    let Ok(file) = fs::File::open(path) else { return false };
    let mut there = Vec::with_capacity(content.len() + 1);
    // One byte more tells a longer file, and a bomb is not blown up.
    let limit = content.len() as u64 + 1;
    GzDecoder::new(file).take(limit).read_to_end(&mut there).is_ok() && there == content
}

/// The object's key below the folder or bucket.
fn key(insight: &Insight, minute: Minute) -> PathBuf {
    let account = segment(&insight.account);
    let region = segment(&insight.region);
    let time = minute.to_datetime();
    let name = unique(insight.shared_event_id);
    let stamp = time.format("%Y%m%dT%H%MZ");
    ["AWSLogs", &account, "CloudTrail-Insight", &region]
        .into_iter()
        .collect::<PathBuf>()
        .join(time.format("%Y/%m/%d").to_string())
        .join(format!("{account}_CloudTrail-Insight_{region}_{stamp}_{name}.json.gz"))
}

/// The text as one harmless part of a path, short enough for a file name to hold two of them.
fn segment(raw: &str) -> String {
    let part: String = raw
        .chars()
        .take(64)
        .map(|letter| if letter.is_ascii_alphanumeric() || letter == '-' { letter } else { '_' })
        .collect();
    if part.is_empty() { "_".to_owned() } else { part }
}

/// Sixteen letters and digits, always the same for the same id.
fn unique(id: Uuid) -> String {
    const SIGNS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut rest = id.as_u128();
    let signs = (0..16).map(|_| {
        let sign = SIGNS[(rest % 62) as usize];
        rest /= 62;
        char::from(sign)
    });
    signs.collect()
}

#[cfg(test)]
mod tests;
