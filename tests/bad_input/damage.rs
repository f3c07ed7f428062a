//! Files that are not what they should be.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

use crate::logs::{Folder, Run, document, gzip, lines, program, record, records, time};

/// Random-looking text that deflate cannot shrink much, so that a torn file tears somewhere.
fn noise(length: usize) -> String {
    let mut state = 88_172_645_463_325_252_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        char::from(b'a' + u8::try_from(state % 26).unwrap())
    };
    (0..length).map(|_| next()).collect()
}

fn noisy_records(number: u64) -> Vec<Value> {
    let text = noise(usize::try_from(number).unwrap() * 1_000);
    let mut records = records(1, number);
    for (record, noise) in records.iter_mut().zip(text.as_bytes().chunks(1_000)) {
        record["requestParameters"] = String::from_utf8_lossy(noise).into();
    }
    records
}

/// The one problem of a run, which must be with that file.
fn only_problem<'a>(run: &'a Run, file: &str) -> &'a str {
    let problems = run.problems();
    assert_eq!(problems.len(), 1, "{}", run.err);
    assert!(problems[0].contains(file), "{}", problems[0]);
    problems[0]
}

#[test]
fn whole_records_before_a_tear_count() {
    let records = noisy_records(200);
    let whole = gzip(document(&records));
    let mut before = 0;
    for part in [4, 3, 2] {
        let torn = &whole[..whole.len() - whole.len() / part];
        let folder = Folder::with("torn.json.gz", torn);
        let run = folder.detect(&[]).ends(0);
        let counted = run.counted();
        let share = 200 - 200 / u64::from(u8::try_from(part).unwrap());
        // The share of the bytes, but for the block of the tear.
        assert!(counted.abs_diff(share) <= 35, "{counted} of {share}");
        assert!(counted < 200 && (before == 0 || counted < before));
        before = counted;
        let problem = only_problem(&run, "torn.json.gz: byte ");
        assert!(problem.ends_with("gzip stream is damaged: ends early"), "{problem}");
    }
}

#[test]
fn a_tear_costs_no_other_file_anything() {
    let whole = gzip(document(&noisy_records(50)));
    let folder = Folder::with("a.json.gz", &whole[..whole.len() / 2]);
    folder.write("b.json.gz", gzip(document(&records(1_000, 7))));
    let torn_alone = folder.detect(&["--to", "2026-03-02T10:00"]).counted();
    let run = folder.detect(&[]).ends(0);
    assert_eq!(run.counted(), torn_alone + 7);
    assert_eq!(run.line("files"), Some("2 read, 1 damaged or unreadable"));
}

#[test]
fn gzip_that_lacks_its_last_bytes_or_has_a_wrong_checksum_is_named_and_counts() {
    let whole = gzip(document(&records(1, 9)));
    let mut flipped = whole.clone();
    let checksum = flipped.len() - 8;
    flipped[checksum] ^= 1;
    for (bytes, reason) in [(&whole[..whole.len() - 4], "ends early"), (&flipped[..], "checksum")] {
        let run = Folder::with("x.json.gz", bytes).detect(&[]).ends(0);
        assert_eq!(run.counted(), 9);
        assert!(only_problem(&run, "x.json.gz").ends_with(reason), "{}", run.err);
    }
}

#[test]
fn empty_files_are_named() {
    for (name, content) in [
        ("empty.json", Vec::new()),
        ("empty.json.gz", Vec::new()),
        ("nothing-in-it.json.gz", gzip("")),
        ("blank.json", b" \n\t ".to_vec()),
        ("mark.json", "\u{feff}".into()),
    ] {
        let folder = Folder::with(name, &content);
        folder.write("good.json", document(&records(1, 2)));
        let run = folder.detect(&[]).ends(0);
        assert_eq!(run.counted(), 2);
        assert!(only_problem(&run, name).ends_with(": empty"), "{}", run.err);
    }
}

#[test]
fn what_a_file_is_shows_in_its_bytes_not_in_its_name() {
    let folder = Folder::with("plain.json.gz", document(&records(1, 3)));
    folder.write("compressed.json", gzip(document(&records(10, 4))));
    folder.write("no-extension", gzip(lines(&records(20, 5))));
    let run = folder.detect(&["--strict"]).ends(0);
    assert_eq!(run.counted(), 12);
    assert!(run.problems().is_empty());
}

#[test]
fn bytes_that_are_neither_gzip_nor_json_are_named_by_their_name() {
    let folder = Folder::with("good.json", document(&records(1, 1)));
    folder.write("picture.json.gz", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    folder.write("readme.txt", "Read me.");
    folder.write("table.csv", "a,b\n1,2\n");
    let run = folder.detect(&[]).ends(0);
    // A name that promises JSON is a problem, a readme beside the logs is not.
    let problem = only_problem(&run, "picture.json.gz: byte 0: ");
    assert!(problem.ends_with("not JSON from here on"), "{problem}");
    assert_eq!(run.line("files"), Some("2 read, 1 damaged or unreadable, 2 not logs"));
    let full = folder.detect(&["-v"]);
    assert!(full.err.contains("readme.txt: not JSON"), "{}", full.err);
    // Unless it was asked for.
    let named = Run::of(program().arg("detect").arg(folder.at("readme.txt"))).ends(3);
    assert!(only_problem(&named, "readme.txt").contains("not JSON"));
}

#[test]
fn gzip_of_several_members_is_read_to_the_end() {
    let parts = [lines(&records(1, 3)), lines(&records(10, 4)), String::new(), "\n".to_owned()];
    let mut bytes: Vec<u8> = parts.iter().flat_map(gzip).collect();
    // Tapes and some tools pad with zeros.
    bytes.extend([0; 512]);
    let run = Folder::with("members.jsonl.gz", bytes).detect(&["--strict"]).ends(0);
    assert_eq!(run.counted(), 7);
    // A record may lie across two members.
    let text = document(&records(1, 5));
    let (one, other) = text.split_at(700);
    let bytes = [gzip(one), gzip(other)].concat();
    let run = Folder::with("split.json.gz", bytes).detect(&["--strict"]).ends(0);
    assert_eq!(run.counted(), 5);
}

#[test]
fn bytes_after_the_gzip_stream_are_named() {
    let mut bytes = gzip(document(&records(1, 5)));
    bytes.extend(b"trailing");
    let run = Folder::with("x.json.gz", bytes).detect(&[]).ends(0);
    assert_eq!(run.counted(), 5);
    let problem = only_problem(&run, "x.json.gz");
    assert!(problem.ends_with("unexpected data after the end of the gzip stream"), "{problem}");
}

#[test]
fn a_byte_order_mark_is_passed_over() {
    for text in [document(&records(1, 2)), lines(&records(1, 2))] {
        let folder = Folder::with("mark.json", format!("\u{feff}{text}"));
        assert_eq!(folder.detect(&["--strict"]).ends(0).counted(), 2);
    }
}

#[test]
fn a_record_that_is_not_utf8_is_rejected_and_its_neighbours_count() {
    for form in [document, lines] {
        let text = form(&records(1, 5));
        let mut bytes = text.clone().into_bytes();
        let second = text.match_indices("aws-cli").nth(1).unwrap().0;
        bytes[second] = 0xff;
        for bytes in [bytes.clone(), gzip(&bytes)] {
            let run = Folder::with("x.json", bytes).detect(&[]).ends(0);
            assert_eq!((run.counted(), run.books().of("rejected")), (4, 1));
            assert!(only_problem(&run, "record 1 at byte").ends_with("not UTF-8"), "{}", run.err);
        }
    }
}

#[test]
fn files_in_utf16_are_named_rather_than_passed_over() {
    let utf16: Vec<u8> =
        document(&records(1, 2)).encode_utf16().flat_map(u16::to_le_bytes).collect();
    let marked = [&b"\xff\xfe"[..], &utf16].concat();
    for bytes in [utf16, marked] {
        let folder = Folder::with("utf16.json", bytes);
        folder.write("good.json", document(&records(10, 1)));
        let run = folder.detect(&["--strict"]).ends(3);
        assert_eq!(run.counted(), 1);
        assert!(!run.problems().is_empty(), "{}", run.err);
    }
}

#[test]
fn the_rest_of_a_file_past_the_limit_is_left_unread() {
    let text = lines(&records(1, 200));
    for (name, bytes) in [("x.jsonl", text.clone().into_bytes()), ("x.jsonl.gz", gzip(&text))] {
        let folder = Folder::with(name, bytes);
        folder.write("small.jsonl", lines(&records(1_000, 3)));
        let limit = (text.len() / 2).to_string();
        let run = folder.detect(&["--max-file-bytes", &limit]).ends(0);
        let counted = run.counted();
        assert!((95..=105).contains(&counted), "{counted}");
        assert!(only_problem(&run, name).contains("(--max-file-bytes)"), "{}", run.err);
        assert!(run.problems()[0].contains(&format!("more than {limit} bytes")));
        // A limit that fits is none.
        let fits = text.len().to_string();
        let run = folder.detect(&["--max-file-bytes", &fits, "--strict"]).ends(0);
        assert_eq!(run.counted(), 203);
    }
}

#[test]
fn a_bomb_is_refused_by_name_and_the_run_goes_on() {
    // Two gigabytes of spaces: more than may be held, so that it has to be refused on the way.
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&vec![b' '; 4 << 20]).unwrap();
    let member = encoder.finish().unwrap();
    let mut bomb = gzip(lines(&records(1, 2)));
    for _ in 0..512 {
        bomb.extend(&member);
    }
    bomb.extend(gzip(lines(&records(10, 2))));
    let folder = Folder::with("bomb.json.gz", bomb);
    folder.write("good.json", document(&records(20, 3)));
    let run = folder.detect(&["-j", "1"]).ends(0);
    assert_eq!(run.counted(), 5);
    let problem = only_problem(&run, "bomb.json.gz: byte ");
    assert!(problem.contains("looks like a bomb"), "{problem}");
}

#[test]
fn a_record_of_gigantic_size_is_refused_and_what_follows_counts() {
    let mut giant = record(5, 0);
    giant["requestParameters"] = "x".repeat(40 << 20).into();
    let text = [lines(&records(1, 2)), format!("{giant}\n"), lines(&records(10, 2))].concat();
    let run = Folder::with("giant.jsonl", text).detect(&[]).ends(0);
    let books = run.books();
    assert!(books.of("counted") >= 2, "{}", run.err);
    assert!(run.problems().iter().any(|problem| problem.contains("larger than")), "{}", run.err);
}

#[test]
fn nesting_without_end_is_refused() {
    let good = lines(&records(1, 1));
    let nested = record(2, 0).to_string().replacen("null", &"[".repeat(100_000), 1);
    let closed = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let objects = r#"{"a":"#.repeat(100_000);
    let brackets = "[".repeat(100_000);
    for bad in [&nested, &closed, &objects, &brackets] {
        let folder = Folder::with("deep.jsonl", format!("{good}{bad}\n"));
        folder.write("next.jsonl", lines(&records(100, 3)));
        let run = folder.detect(&[]).ends(0);
        assert_eq!(run.counted(), 4, "{}", run.err);
        let problems = run.problems();
        assert!((1..=2).contains(&problems.len()), "{}", run.err);
        assert!(problems.iter().all(|problem| problem.contains("deep.jsonl")), "{}", run.err);
        let folder = Folder::with("deep.json", bad);
        folder.write("next.jsonl", lines(&records(100, 3)));
        let run = folder.detect(&["--strict"]).ends(3);
        assert_eq!(run.counted(), 3, "{}", run.err);
    }
}

#[test]
fn nesting_in_a_field_that_is_not_looked_at_does_no_harm() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let text = record(1, 0).to_string().replacen("null", &deep, 1);
    let folder = Folder::with("deep.jsonl", text);
    assert_eq!(folder.detect(&["--strict"]).ends(0).counted(), 1);
}

#[test]
fn the_byte_of_a_tear_is_that_of_the_record_it_is_in() {
    let text = document(&records(1, 3));
    let third = text.rfind(r#"{"awsRegion"#).unwrap();
    let torn = &text[..third + 200];
    for bytes in [torn.as_bytes().to_vec(), gzip(torn)] {
        let run = Folder::with("x.json", bytes).detect(&[]).ends(0);
        assert_eq!(run.counted(), 2);
        let expected = format!("x.json: byte {third}: ends in the middle of the JSON");
        assert!(only_problem(&run, "x.json").ends_with(&expected), "{}", run.err);
    }
    assert_eq!(time(0), "2026-03-02T00:00:00Z");
}
