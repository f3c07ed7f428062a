//! Digests and log files, read on all threads.

use std::borrow::Cow;
use std::io::{self, Read};
use std::sync::atomic::Ordering;
use std::sync::{Mutex, PoisonError};

use sha2::{Digest as _, Sha256};

use super::content::{Content, ContentReader, WHOLE_LOG};
use super::digest::{Digest, NoDigest};
use super::verdict::{Doubt, Fault, Verdict};
use crate::count::Progress;
use crate::input::{Fetched, Limits, LogFile, ReadAhead, StopOnPanic};

/// The most text of a digest: that of a million log files in one hour.
const DIGEST: usize = 256 << 20;

/// What is in a log file, or why that is not known.
pub type LogContent = Result<Content, String>;

/// What the files hold, in their order.
pub fn read_logs(files: &[LogFile], limits: Limits, progress: &Progress) -> Vec<LogContent> {
    let reader = || ContentReader::new(limits, WHOLE_LOG);
    let read = each_file(files, progress, reader, |reader, file, fetched| match fetched? {
        Fetched::Bytes(bytes) => Ok(reader.content(bytes)),
        Fetched::NotYet => reader.stream(file.open()?),
    });
    read.into_iter().map(|content| content.map_err(|error| error.to_string())).collect()
}

/// What the digests say, in the order of the files; otherwise what is to be said of such a file.
pub fn read_digests(files: &[LogFile], progress: &Progress) -> Vec<Result<Digest, Verdict>> {
    let reader = || ContentReader::new(Limits { max_file_bytes: DIGEST as u64 }, DIGEST);
    let read = each_file(files, progress, reader, |reader, file, fetched| {
        let fetched = match fetched? {
            Fetched::Bytes(bytes) => Cow::Borrowed(bytes),
            Fetched::NotYet => {
                let mut bytes = Vec::new();
                file.open()?.take(DIGEST as u64).read_to_end(&mut bytes)?;
                Cow::Owned(bytes)
            }
        };
        Ok(read_digest(reader, &fetched))
    });
    let unreadable = |error: io::Error| Verdict::Unproven(Doubt::Unreadable(error.to_string()));
    read.into_iter().map(|digest| digest.unwrap_or_else(|error| Err(unreadable(error)))).collect()
}

fn read_digest(reader: &mut ContentReader, bytes: &[u8]) -> Result<Digest, Verdict> {
    let Some(text) = reader.whole_text(bytes) else {
        let fault = match reader.content(bytes) {
            Content::Trailing => Fault::Trailing,
            _ => Fault::Format,
        };
        return Err(Verdict::Invalid(fault));
    };
    let digest = Digest::parse(text, Sha256::digest(text).into());
    digest.map_err(|NoDigest| Verdict::Invalid(Fault::Format))
}

/// Does the work for each file on all threads of the current rayon pool, while the bytes of the next
/// files are fetched; what came of it, in the order of the files.
fn each_file<R, T: Send>(
    files: &[LogFile],
    progress: &Progress,
    reader: impl Fn() -> R + Sync,
    work: impl Fn(&mut R, &LogFile, io::Result<Fetched<'_>>) -> io::Result<T> + Sync,
) -> Vec<io::Result<T>> {
    let ahead = ReadAhead::new(files, rayon::current_num_threads());
    let all = Mutex::new(Vec::with_capacity(files.len()));
    std::thread::scope(|scope| {
        for _ in 0..ahead.fetchers() {
            scope.spawn(|| ahead.fetch());
        }
        rayon::broadcast(|_| {
            let _guard = StopOnPanic(&ahead);
            let mut reader = reader();
            let mut done = Vec::new();
            while let Some(mut batch) = ahead.next() {
                for index in batch.files() {
                    let file = &files[index];
                    done.push((index, work(&mut reader, file, batch.take(index))));
                    progress.files.fetch_add(1, Ordering::Relaxed);
                    progress.bytes.fetch_add(file.bytes, Ordering::Relaxed);
                }
                ahead.give_back(batch);
            }
            // Another thread's panic goes on after the broadcast.
            all.lock().unwrap_or_else(PoisonError::into_inner).append(&mut done);
        });
        ahead.stop();
    });
    let mut all = all.into_inner().unwrap_or_else(PoisonError::into_inner);
    all.sort_unstable_by_key(|&(index, _)| index);
    all.into_iter().map(|(_, done)| done).collect()
}
