//! Small input that wants to become large.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::fed;
use crate::logs::{Folder, document, gzip, lines, record, records};

/// Gzip of the same piece over and over.
fn repeated(piece: &[u8], times: usize) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    for _ in 0..times {
        encoder.write_all(piece).unwrap();
    }
    encoder.finish().unwrap()
}

/// 200 MB of nothing in 1 MB, for one of 16 GB in 16 MB.
#[test]
fn a_bomb_is_named_and_left() {
    let bomb = repeated(&vec![b' '; 1 << 20], 200);
    let folder = Folder::with("bomb.json.gz", &bomb);
    folder.write("good.json", document(&records(1, 3)));
    let run = folder.detect(&[]).ends(0).within(150);
    assert_eq!(run.counted(), 3);
    assert!(run.problems()[0].contains("looks like a bomb"), "{}", run.err);
    let run = fed(&[], |input| input.write_all(&bomb)).ends(3).within(100);
    assert!(run.problems()[0].contains("looks like a bomb"), "{}", run.err);
}

/// A string, and a run of commas, for any text that costs memory to hold.
#[test]
fn a_bomb_inside_a_record_is_left_too() {
    for (before, piece) in [(r#"{"eventName":""#, b'x'), ("[", b','), ("", b'[')] {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(before.as_bytes()).unwrap();
        for _ in 0..60 {
            encoder.write_all(&vec![piece; 1 << 20]).unwrap();
        }
        let folder = Folder::with("bomb.json.gz", encoder.finish().unwrap());
        let run = folder.detect(&[]).ends(3).within(150);
        assert_eq!(run.line("files"), Some("1 read, 1 damaged or unreadable"), "{}", run.err);
    }
}

/// Three layers, for the well-known ones of sixteen: only the first is taken off.
#[test]
fn gzip_in_gzip_is_no_log() {
    let nested = gzip(gzip(gzip(document(&records(1, 3)))));
    let folder = Folder::with("nested.json.gz", &nested);
    folder.write("good.json", document(&records(10, 2)));
    let run = folder.detect(&[]).ends(0);
    assert_eq!(run.counted(), 2);
    assert!(run.problems()[0].ends_with("not JSON from here on"), "{}", run.err);
}

/// 100,000 members for a million, inflated at once and streamed.
#[test]
fn many_empty_members_are_read_to_the_last() {
    let mut bytes = gzip("").repeat(100_000);
    let folder = Folder::with("nothing.json.gz", &bytes);
    let run = folder.detect(&[]).ends(3).within(60);
    assert!(run.problems()[0].ends_with("empty"), "{}", run.err);
    bytes.extend(gzip(document(&records(1, 3))));
    folder.write("nothing.json.gz", &bytes);
    assert_eq!(folder.detect(&["--strict"]).ends(0).counted(), 3);
    assert_eq!(fed(&["--strict"], |input| input.write_all(&bytes)).ends(0).counted(), 3);
}

/// 200 MB for 10 GB, plain and as gzip, which is read until that is pointless.
#[test]
fn nesting_without_end_is_left_in_time() {
    for (piece, times) in [("[", 200 << 20), (r#"{"a":"#, 40 << 20), (r#"[{"Records":"#, 16 << 20)]
    {
        let block = piece.repeat(1 << 16);
        let run =
            fed(&[], |input| (0..times >> 16).try_for_each(|_| input.write_all(block.as_bytes())));
        let run = run.ends(3).within(150);
        assert_eq!(run.line("files"), Some("1 read, 1 damaged or unreadable"), "{}", run.err);
    }
    let folder = Folder::with("deep.json.gz", repeated(&vec![b'['; 1 << 20], 100));
    folder.detect(&[]).ends(3).within(250);
}

#[test]
fn a_record_nested_too_deeply_costs_only_itself() {
    for deep in [127, 128, 1_000, 100_000] {
        for (open, close) in [("[", "]"), (r#"{"a":"#, "}")] {
            let value = format!("{}1{}", open.repeat(deep), close.repeat(deep));
            let bad = format!(r#"{{"eventVersion":"1.08","requestParameters":{value}}}"#);
            let text = format!(r#"{{"Records":[{},{bad},{}]}}"#, record(1, 0), record(2, 60));
            let run = Folder::with("x.json", text).detect(&[]).ends(0).within(100);
            assert_eq!(run.counted(), 2, "{deep}: {}", run.err);
            assert_eq!(run.books().of("rejected"), 1, "{deep}: {}", run.err);
        }
    }
}

/// Eight million letters, for a hundred: a key, a field that is passed over, and two that are
/// counted.
#[test]
fn long_strings_are_read_and_do_not_fill_the_screen() {
    let long = "x".repeat(8 << 20);
    let with = |key: &str| {
        let mut list = crate::logs::burst(2);
        list[0][key] = long.clone().into();
        list
    };
    for key in ["requestID", "userAgent", "eventName", &long[1..1 << 20]] {
        let list = with(key);
        let folder = Folder::with("x.json", document(&list));
        let run = folder.detect(&["-f", "table"]).ends(0).within(150);
        assert_eq!(run.counted(), u64::try_from(list.len()).unwrap());
        assert!(run.out.len() < 20_000 && run.err.len() < 2_000, "{}", run.err);
    }
}

/// A key and its value of more together than any record may have cost that record only.
#[test]
fn a_record_too_large_is_passed_over() {
    let mut list = crate::logs::burst(2);
    let (key, value) = ("k".repeat(9 << 20), "v".repeat(9 << 20));
    list[1][key] = value.into();
    let folder = Folder::with("x.jsonl", lines(&list));
    let run = folder.detect(&["-f", "table"]).ends(0).within(150);
    assert_eq!(run.counted(), u64::try_from(list.len()).unwrap() - 1);
    assert!(run.problems()[0].contains("larger than"), "{}", run.err);
}

/// Twenty million letters: more than any record may be.
#[test]
fn a_record_too_large_is_named_and_what_was_before_counts() {
    let run = fed(&[], |input| {
        input.write_all(format!("{}\n{{\"userAgent\":\"", record(1, 0)).as_bytes())?;
        (0..20).try_for_each(|_| input.write_all(&vec![b'x'; 1 << 20]))?;
        input.write_all(format!("\"}}\n{}\n", record(2, 60)).as_bytes())
    });
    let run = run.ends(0).within(120);
    assert!(run.counted() >= 1);
    assert!(run.problems()[0].contains("larger than"), "{}", run.err);
}
