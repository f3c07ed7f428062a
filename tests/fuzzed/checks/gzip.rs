//! Any bytes, given out as gzip.

use std::cell::RefCell;
use std::fs;
use std::io::{self, Read, Seek, Write};

use flate2::bufread::MultiGzDecoder;
use tempfile::NamedTempFile;
use trailspike::input::{Batch, Limits, LogFile, Opener, Source};

/// Small, so that bombs are met often and cost little.
const LIMITS: Limits = Limits { max_file_bytes: 1 << 15 };

thread_local! {
    /// One file and one opener for all inputs: what one leaves behind must not show in the next.
    static PLACE: RefCell<Option<(NamedTempFile, Opener)>> = const { RefCell::new(None) };
}

/// Inflated at once or piece by piece, text and verdict are those of a plain inflater.
pub fn check(data: &[u8]) {
    // Gzip more often than not.
    let bytes = if data.first() == Some(&0) { &data[1..] } else { data };
    PLACE.with_borrow_mut(|place| {
        let (file, opener) = place.get_or_insert_with(|| {
            (NamedTempFile::new().expect("a temporary file"), Opener::new(LIMITS))
        });
        write(file.as_file_mut(), bytes).expect("a temporary file can be written");
        let mut log = LogFile {
            place: file.path().to_owned().into(),
            bytes: bytes.len() as u64,
            modified: None,
            delivered: None,
            named: true,
        };
        let whole = read(opener, &log);
        // A size that is not known makes it stream.
        log.bytes = 0;
        let streamed = read(opener, &log);
        compare(bytes, &whole, &streamed);
    });
}

fn read(opener: &mut Opener, log: &LogFile) -> (Vec<u8>, bool) {
    let mut batch = Batch::of(std::slice::from_ref(log));
    let fetched = batch.take(0).expect("is there");
    text(opener.open(log, fetched).expect("opens"))
}

fn write(file: &mut fs::File, bytes: &[u8]) -> io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    file.write_all(bytes)
}

/// The text, and whether nothing was wrong.
fn text(source: Source<'_>) -> (Vec<u8>, bool) {
    match source {
        Source::Whole(text, damage) => (text.to_vec(), damage.is_none()),
        Source::Stream(mut stream) => {
            let mut text = Vec::new();
            let ended = stream.read_to_end(&mut text).is_ok();
            (text, ended)
        }
    }
}

fn compare(bytes: &[u8], whole: &(Vec<u8>, bool), streamed: &(Vec<u8>, bool)) {
    let limit = usize::try_from(LIMITS.max_file_bytes).unwrap_or(usize::MAX);
    for (text, fine) in [whole, streamed] {
        // A stream gives one byte more, to tell that there is more.
        assert!(text.len() <= limit + usize::from(!fine), "the limit is kept");
    }
    let same = |one: &[u8], other: &[u8]| {
        let common = one.len().min(other.len());
        one[..common] == other[..common]
    };
    assert!(same(&whole.0, &streamed.0), "another text");
    if whole.1 && streamed.1 {
        assert_eq!(whole.0.len(), streamed.0.len());
    }
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return assert!(bytes.len() > limit || (whole.0 == bytes && whole.1 && streamed.1));
    }
    // Whatever a plain inflater takes without complaint, both of ours must.
    let mut plain = Vec::new();
    let ended = MultiGzDecoder::new(bytes).take(LIMITS.max_file_bytes + 1).read_to_end(&mut plain);
    if ended.is_ok() && plain.len() <= limit {
        assert!(whole.1 && streamed.1, "refused: {whole:?} {streamed:?}");
        assert!(whole.0 == plain && streamed.0 == plain, "another text than a plain inflater's");
    }
}
