//! The scanner against `serde_json`: whatever it reads, `serde_json` reads in the same way.

use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::*;
use crate::event::opening::{Opening, opening};

/// Every field, and the length; `None` for what is malformed or torn.
fn by_serde(text: &str) -> Option<(String, usize)> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<RawRecord<'_>>();
    let record = values.next()?.ok()?;
    Some((format!("{record:?}"), values.byte_offset()))
}

/// What both say of the record at the start of a text, which they must agree on; whether it was the
/// scanner that read it, and its length.
fn compare(scanner: &mut Scanner, text: &str, byte: u64) -> (bool, Option<usize>) {
    let expected = by_serde(text);
    let mut record = RawRecord::default();
    let found = scanner.record(text, byte, &mut record);
    let found = found.map(|length| (format!("{record:?}"), length));
    if found.is_some() {
        assert_eq!(found, expected, "{text}");
    }
    (found.is_some(), expected.map(|(_, length)| length))
}

/// Compares on one object after the other, of which only so much can be seen at first; how many
/// there are, and how many of them the scanner read.
fn compare_all(text: &str, mut visible: impl FnMut(usize) -> usize) -> (u64, u64) {
    let mut scanner = Scanner::default();
    let (mut at, mut objects, mut by_us) = (0, 0, 0);
    while let Some(next) = text[at..].find('{') {
        at += next;
        let rest = &text[at..];
        let seen = rest.floor_char_boundary(visible(at).min(rest.len()));
        compare(&mut scanner, &rest[..seen], at as u64);
        if let Opening::List(start, _) = opening(rest) {
            at += start;
            continue;
        }
        let (is_ours, length) = compare(&mut scanner, rest, at as u64);
        objects += u64::from(length.is_some());
        by_us += u64::from(is_ours);
        at += length.unwrap_or(1);
    }
    (objects, by_us)
}

fn texts_below(folder: &Path) -> Vec<(PathBuf, String)> {
    let files = walkdir::WalkDir::new(folder).into_iter().filter_map(Result::ok);
    let files = files.filter(|entry| entry.file_type().is_file());
    let texts = files.map(|file| {
        let mut bytes = std::fs::read(file.path()).unwrap();
        if bytes.starts_with(&[0x1f, 0x8b]) {
            let mut text = Vec::new();
            std::io::Read::read_to_end(&mut MultiGzDecoder::new(&bytes[..]), &mut text).unwrap();
            bytes = text;
        }
        (file.into_path(), String::from_utf8_lossy(&bytes).into_owned())
    });
    texts.filter(|(_, text)| text.contains("\"eventTime\"")).collect()
}

#[test]
fn it_reads_nearly_all_of_published_logs_and_samples() {
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut all, mut scanned) = (0, 0);
    for folder in ["sample-logs", "tests/fixtures", "../shared/data"] {
        for (path, text) in texts_below(&home.join(folder)) {
            println!("{}", path.display());
            let found = compare_all(&text, |at| at % 1_000);
            (all, scanned) = (all + found.0, scanned + found.1);
        }
    }
    assert!(all > 10_000 && scanned * 100 > all * 99, "{scanned} of {all}");
}

const RECORD: &str = r#"{"eventVersion":"1.08","userIdentity":{"type":"AssumedRole","principalId":
"AROA:s","arn":"arn:aws:sts::1:assumed-role/r/s","accountId":"1","sessionContext":{"attributes":{},
"sessionIssuer":{"type":"Role","arn":"arn:r\u00e9"}}},"eventTime":"2026-01-01T00:00:00Z","eventName"
:"ConsoleLogin","requestParameters":{"a":[1,-2.5e+3,{"b\"":null}],"c":[[],{}]},"responseElements":{
"ConsoleLogin":"Failure"},"readOnly":false,"errorMessage":"\"\ud83d\ude00\"","recipientAccountId":1}"#;

#[test]
fn a_record_torn_or_changed_anywhere_is_read_as_serde_json_reads_it() {
    assert_eq!(compare(&mut Scanner::default(), RECORD, 0), (true, Some(RECORD.len())));
    // At all places of a block.
    for shift in 0..64 {
        let text = " ".repeat(shift) + RECORD + RECORD;
        assert_eq!(compare_all(&text, |_| 0), (2, 2));
        for end in shift..shift + RECORD.len() {
            compare_all(&text[..end], |_| usize::MAX);
        }
    }
    for at in 0..RECORD.len() {
        for byte in "\"\\{}[]:,0-.eu \n\u{1f}x".bytes() {
            let (before, after) = (&RECORD[..at], &RECORD[at..]);
            let inserted = format!("{before}{}{after},{RECORD}", char::from(byte));
            compare_all(&inserted, |_| 0);
            let replaced = format!("{before}{}{}", char::from(byte), &after[1..]);
            compare_all(&replaced, |_| 0);
        }
        compare_all(&format!("{}{}", &RECORD[..at], &RECORD[at + 1..]), |_| 0);
    }
}

#[test]
fn depth_is_no_matter() {
    for depth in [1, 63, 64, 65, 127, 128, 129, 1_000, 100_000] {
        for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("[{\"a\":", "}]")] {
            let value = open.repeat(depth) + "1" + &close.repeat(depth);
            let text = format!(r#"{{"eventName":"A","requestParameters":{value}}}"#);
            let (_, length) = compare(&mut Scanner::default(), &text, 0);
            assert_eq!(length, Some(text.len()));
        }
    }
}

#[test]
fn what_was_passed_by_between_two_records_is_noticed() {
    // The index ends behind a quote that was no part of a record, and was read in another way.
    let text = r#"{"eventName":"A"} " {"eventName":"B","x":"y"}"#;
    let mut scanner = Scanner::default();
    assert_eq!(compare(&mut scanner, &text[..20], 0), (true, Some(17)));
    assert_eq!(compare(&mut scanner, &text[20..], 20), (true, Some(25)));
}

#[test]
fn every_key_is_told_from_its_neighbours() {
    // What a key of that name does to a record shows whether it is known.
    let effect = |name: &str| {
        let text = format!(r#"{{"{name}":"x"}}"#);
        assert!(compare(&mut Scanner::default(), &text, 0).0 || name == "aws");
        Key::of(name.as_bytes())
    };
    for (name, key) in [("eventName", Key::Name), ("recipientAccountId", Key::Account)] {
        assert_eq!(effect(name), key);
    }
    for unknown in ["", "x", "eventNamf", "EventName", "eventName ", "requestParameters"] {
        assert_eq!(effect(unknown), Key::Other);
    }
}

fn blank() -> impl Strategy<Value = &'static str> {
    prop_oneof![6 => Just(""), 1 => select(vec![" ", "\n", "\r\n\t ", "          "])]
}

/// A string as it stands in JSON, most of them sound.
fn string() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        10 => "[a-zA-Z0-9:/ .{}\\[\\],-]{0,20}",
        1 => "[a-z]{60,70}",
        1 => select(vec![
            r"\n", r#"\""#, r"\\", r"\/", r"\u0041", r"\ud83d\ude00", r"\ud83d", r"\udc00", r"\uD83Dx",
            r"\u00", r"\x", "\u{1}", "\n", "\u{7f}", "é", "😀", r"\\\\\\\\", r#"\\\""#,
        ]).prop_map(str::to_owned),
    ];
    let plain = prop::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat());
    plain.prop_map(|text| format!("\"{text}\""))
}

fn name() -> impl Strategy<Value = String> {
    let known = [
        "eventVersion",
        "eventTime",
        "eventSource",
        "eventName",
        "awsRegion",
        "sourceIPAddress",
        "userAgent",
        "errorCode",
        "errorMessage",
        "readOnly",
        "eventID",
        "eventType",
        "recipientAccountId",
        "managementEvent",
        "eventCategory",
        "userIdentity",
        "userIdentity",
        "responseElements",
        "responseElements",
        "addendum",
        "insightDetails",
        "digestS3Object",
        "s3",
        "Sns",
        "receiptHandle",
        "detail",
        "CloudTrailEvent",
        "message",
        "@message",
        "_raw",
        "cloudtrail",
        "aws",
        "type",
        "arn",
        "accountId",
        "principalId",
        "userName",
        "invokedBy",
        "sessionContext",
        "sessionIssuer",
        "ConsoleLogin",
        "reason",
        "requestParameters",
        "",
    ];
    let known = select(known.to_vec()).prop_map(|name| format!("\"{name}\""));
    prop_oneof![20 => known, 1 => string(), 1 => Just(r#""event\u004eame""#.to_owned())]
}

fn value() -> impl Strategy<Value = String> {
    let scalar = select(vec![
        "null",
        "true",
        "false",
        "0",
        "-0",
        "12",
        "123456789012",
        "18446744073709551615",
        "18446744073709551616",
        "-5",
        "1.50",
        "1e3",
        "1E-2",
        "1e400",
        "-1.5e+3",
        "9999999999999999999",
        "01",
        "1.",
        ".5",
        "-",
        "1e",
        "tru",
        "nul",
        "nulll",
        "NaN",
    ]);
    let leaf = prop_oneof![6 => string(), 2 => scalar.prop_map(str::to_owned)];
    leaf.prop_recursive(4, 24, 5, |inner| {
        let list = prop::collection::vec((blank(), inner.clone(), blank()), 0..4);
        prop_oneof![
            2 => list.prop_map(|items| {
                let items: Vec<String> = items.iter().map(|(a, b, c)| [a, b.as_str(), c].concat()).collect();
                format!("[{}]", items.join(","))
            }),
            3 => object(inner),
        ]
    })
}

fn object(value: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    let member = (blank(), name(), blank(), blank(), value, blank())
        .prop_map(|(a, key, b, c, value, d)| format!("{a}{key}{b}:{c}{value}{d}"));
    (blank(), prop::collection::vec(member, 0..6))
        .prop_map(|(blank, members)| format!("{{{blank}{}}}", members.join(",")))
}

/// Takes bytes out, puts some in, or puts others in their place.
fn change(text: &str, changes: &[(Index, u8, Option<char>)]) -> String {
    let mut text = text.to_owned();
    for (at, what, character) in changes {
        if text.is_empty() {
            break;
        }
        let at = text.floor_char_boundary(at.index(text.len()));
        if what % 3 != 0 {
            text.remove(at);
        }
        if let Some(character) = character {
            text.insert(at, *character);
        }
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn any_objects_are_read_as_serde_json_reads_them(
        objects in prop::collection::vec((object(value()), select(vec![",", "", "\n", " x ", "\"", "\\"])), 1..8),
        seen in any::<Index>(),
    ) {
        let text: String = objects.iter().flat_map(|(object, between)| [object.as_str(), between]).collect();
        compare_all(&text, |_| seen.index(text.len() + 1));
    }

    #[test]
    fn changed_objects_are_read_as_serde_json_reads_them(
        objects in prop::collection::vec(object(value()), 1..4),
        changes in prop::collection::vec(
            (any::<Index>(), any::<u8>(), prop::option::of(select("\"\"\\\\{}[]:,0-u \n\u{1f}é".chars().collect::<Vec<_>>()))),
            1..4,
        ),
    ) {
        compare_all(&change(&objects.join(","), &changes), |_| 0);
        let both = [&change(RECORD, &changes), RECORD].concat();
        compare_all(&both, |_| 0);
    }
}
