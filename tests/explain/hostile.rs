//! Names that act on a terminal, from records into answers and refusals.

use crate::fits;
use crate::logs::{Folder, burst, document};

const NAMES: [&str; 5] = [
    "../../../../etc/passwd",
    "a\nb\r\nc\0d",
    "\u{1b}[2J\u{1b}]0;owned\u{7}",
    "\u{202e}gpj.exe\u{2066}\u{feff}",
    "NOT REPORTED  \u{301}\u{301}\u{301}\u{301}東京東京東京東京東京東京東京東京東京東京東京東京東京東京東京東京東京東京東京",
];

/// Whether a character acts on a terminal.
fn acts(letter: char) -> bool {
    letter != '\n'
        && (letter.is_control()
            || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'))
}

fn named(name: &str) -> Folder {
    let mut list = burst(10);
    for record in &mut list {
        for key in ["eventName", "eventSource", "awsRegion", "recipientAccountId", "userAgent"] {
            record[key] = name.into();
        }
        record["userIdentity"]["arn"] = name.into();
        record["errorCode"] = name.into();
    }
    Folder::with("logs.json", document(&list))
}

#[test]
fn nothing_in_an_answer_acts() {
    for name in NAMES {
        let logs = named(name);
        let found = logs.detect(&[]).ends(0).insights();
        let id = found[0]["sharedEventID"].as_str().unwrap();
        let minute = ["--event-name", "*", "--at", "2026-03-09T13:00Z"];
        for flags in [&[id][..], &minute] {
            let table = logs.explain(&[flags, &["-f", "table"]].concat()).ends(0);
            assert!(!table.out.contains(acts), "{name:?}: {:?}", table.out);
            if !name.contains('東') {
                fits(&table, 80);
            }
            let json = logs.explain(flags).ends(0);
            assert!(!json.out.contains(acts), "{name:?}: {:?}", json.out);
            assert_eq!(json.answer()["subject"]["eventName"], name);
        }
    }
}

#[test]
fn nothing_in_a_refusal_acts() {
    for name in NAMES {
        let mut list = burst(0);
        for (index, record) in list.iter_mut().enumerate() {
            record["eventName"] = format!("{name}{}", index % 2).into();
        }
        let logs = Folder::with("logs.json", document(&list));
        let run = logs.explain(&["--event-name", "*", "--at", "2026-03-09"]).ends(2);
        assert!(!run.err.contains(acts), "{name:?}: {:?}", run.err);
        assert_eq!(run.err.lines().count(), 3, "{}", run.err);
        // What was asked is told as well.
        let asked = name.replace('\0', "");
        let run = logs.explain(&["--event-source", &asked, "--at", "2026-03-09"]).ends(2);
        assert!(!run.err.contains(acts), "{name:?}: {:?}", run.err);
    }
}
