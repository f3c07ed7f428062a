//! Very many of something.

use std::fmt::Write as _;

use crate::logs::{Folder, document, records, time};

/// 200,000 of each, for tens of millions: every record has a name, an agent and an address of its
/// own.
#[test]
fn identities_and_agents_without_number_are_counted() {
    let mut text = String::new();
    for number in 0..200_000_u32 {
        let time = time(i64::from(number) * 4);
        let [a, b, c, d] = number.to_be_bytes();
        writeln!(
            text,
            r#"{{"eventVersion":"1.08","eventTime":"{time}","eventSource":"sts.amazonaws.com","eventName":"GetCallerIdentity","userIdentity":{{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/u{number}"}},"userAgent":"agent {number}","sourceIPAddress":"{a}.{b}.{c}.{d}","eventID":"{number}"}}"#
        )
        .unwrap();
    }
    let run = Folder::with("x.jsonl", text).detect(&["--strict"]).ends(0).within(400);
    assert_eq!(run.counted(), 200_000);
}

/// 3,000 for a million: each is named, the run goes on.
#[test]
fn empty_files_without_number_are_told_in_a_few_lines() {
    let folder = Folder::with("good.json", document(&records(1, 2)));
    for number in 0..3_000 {
        folder.write(&format!("{number}.json.gz"), "");
    }
    let run = folder.detect(&[]).ends(0).within(80);
    assert_eq!(run.counted(), 2);
    assert_eq!(run.line("files"), Some("3,001 read, 3,000 damaged or unreadable"));
    assert!(run.err.lines().count() < 20, "{}", run.err);
    assert!(run.err.contains("and 2,995 more; -v or --errors FILE names them"), "{}", run.err);
}
