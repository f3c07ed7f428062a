//! What fuzzing found in the readers, and is mended.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use trailspike::event::{Fault, Rejection};
use trailspike::input::{Batch, Limits, LogFile, Opener, Source};

use crate::checks::seen::{Pausing, Said, Seen};

/// What a stream says that pauses once, after so many bytes.
fn cut(text: &str, at: usize) -> Vec<Said> {
    Seen::of(Source::Stream(Box::new(Pausing::once(text.as_bytes(), at)))).said
}

#[test]
fn a_number_cut_by_the_end_of_a_piece_costs_nothing() {
    let text = r#"{"Records":[{"eventVersion":"1.08","eventTime":"2026-01-01T00:00:00Z","eventName":"A","x":[-1.5e-3]}]}"#;
    let whole = Seen::of_text(text).said;
    assert!(matches!(whole[..], [Said::Event(_)]), "{whole:?}");
    for at in 4..text.len() {
        assert_eq!(cut(text, at), whole, "cut at {at}");
    }
}

/// The same in a file as large as it takes.
#[test]
fn a_number_cut_after_four_mebibytes_costs_nothing() {
    let record =
        r#"{"eventVersion":"1.08","eventTime":"2026-01-01T00:00:00Z","eventName":"A","x":1.5}"#;
    let point = record.find("1.5").unwrap() + 2;
    let text = format!("{}{record}", " ".repeat((4 << 20) - point));
    let seen = Seen::of(Source::Stream(Box::new(text.as_bytes())));
    assert!(matches!(seen.said[..], [Said::Event(_)]), "{:?}", seen.said);
}

#[test]
fn a_scalar_before_a_tear_is_told() {
    let text = r#"{"Records":[{},1234"#;
    let whole = Seen::of_text(text).said;
    let told = |said: &Said| matches!(said, Said::Rejected(1, 15, Rejection::NotAnObject));
    assert!(whole.iter().any(told) && matches!(whole.last(), Some(Said::Fault(_, Fault::Torn))));
    let streamed = Seen::of(Source::Stream(Box::new(text.as_bytes()))).said;
    assert_eq!(streamed, whole);
}

#[test]
fn the_limit_is_kept_before_damage_too() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::none());
    encoder.write_all(&vec![b' '; 200_000]).unwrap();
    let mut bytes = encoder.finish().unwrap();
    // A wrong length of a stored block in the middle, and a size that claims nothing.
    let middle = bytes.len() / 2;
    let block = bytes[middle..].iter().position(|&byte| byte != b' ').unwrap();
    bytes[middle + block + 1] ^= 0xff;
    bytes.truncate(bytes.len() - 4);
    bytes.extend([0; 4]);
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(&bytes).unwrap();
    let log = LogFile {
        place: file.path().to_owned().into(),
        bytes: bytes.len() as u64,
        modified: None,
        delivered: None,
        named: true,
    };
    let limits = Limits { max_file_bytes: 1 << 15 };
    let mut opener = Opener::new(limits);
    let mut batch = Batch::of(std::slice::from_ref(&log));
    let Source::Whole(text, damage) = opener.open(&log, batch.take(0).unwrap()).unwrap() else {
        return;
    };
    assert!(damage.is_some());
    assert!(text.len() <= 1 << 15, "{} bytes", text.len());
}

#[test]
fn a_number_cut_before_a_list_of_records_costs_nothing() {
    let text = r#"{"a":6.5"logEvents":[{"eventVersion":"1.08","eventTime":"2026-01-01T00:00:00Z","eventName":"A"}]}"#;
    let whole = Seen::of_text(text).said;
    assert!(matches!(whole[..], [Said::Event(_)]), "{whole:?}");
    for at in 4..text.len() {
        assert_eq!(cut(text, at), whole, "cut at {at}");
    }
}
