//! Strings that strangers can put into logs.

use proptest::prelude::*;
use serde_json::Value;
use trailspike::AnalysisOptions;
use trailspike::output::Format;
use trailspike::output::summary::{Detail, Summary};

use crate::logs::{Folder, burst, document};
use crate::{cases, run, written};

/// Anything at all, and what is known to do harm somewhere.
fn hostile() -> impl Strategy<Value = String> {
    let known = [
        "",
        "\u{1b}[2J\u{1b}[31m",
        "\u{1b}]0;title\u{7}",
        "\u{9b}31m",
        "=HYPERLINK(\"http://x\")",
        "@SUM(1+1)|cmd",
        "a\r\nb\tc",
        "\u{202e}txt.exe",
        "\u{2066}\u{200b}\u{feff}",
        "\u{2028}\u{2029}\u{85}",
        "\"'`,;{}[]\\",
        "<script>alert(1)</script>",
        "\0",
        "日本語テキスト長い名前",
        "e\u{301}\u{301}\u{301}",
        "👩‍👩‍👧‍👦",
        "..\\..//../etc/passwd",
        "%s%n{}{:?}",
        "null",
    ];
    prop_oneof![
        3 => proptest::sample::select(known.map(str::to_owned).to_vec()),
        2 => any::<String>(),
        1 => any::<char>().prop_map(|c| c.to_string().repeat(300)),
    ]
}

/// Characters that hide, move the cursor or turn the text around.
fn acts(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// The fields whose text can end up in an insight.
const FIELDS: [&str; 8] = [
    "eventName",
    "eventSource",
    "awsRegion",
    "recipientAccountId",
    "sourceIPAddress",
    "userAgent",
    "errorCode",
    "eventID",
];

fn with_texts(texts: &[String]) -> Vec<Value> {
    let mut events = burst(2);
    for (event, number) in events.iter_mut().zip(0..) {
        for (field, text) in FIELDS.iter().zip(texts) {
            event[*field] = text.as_str().into();
        }
        // Ids stay different.
        event["eventID"] = format!("{}{number}", texts[7]).into();
        event["userIdentity"]["arn"] = texts[8].as_str().into();
        event["userIdentity"]["type"] = texts[9].as_str().into();
    }
    events
}

proptest! {
    #![proptest_config(cases(100))]

    #[test]
    fn no_text_from_logs_acts_on_a_terminal_or_a_spreadsheet(
        texts in proptest::collection::vec(hostile(), 10),
    ) {
        let events = with_texts(&texts);
        let folder = Folder::with("x.json", document(&events));
        let options = AnalysisOptions::new();
        let analysis = run(&[folder.path().into()], &options, 1);
        let found = &analysis.found.insights;
        if texts[1].starts_with("aws:") || texts[0].is_empty() {
            // Notifications say so, and what has no name is rejected.
            prop_assert_eq!(analysis.tally.counted, 0);
            return Ok(());
        }
        prop_assert_eq!(analysis.tally.counted, events.len() as u64);
        prop_assert!(!found.is_empty(), "the burst is found whatever it is called");

        let files = trailspike::find_files(&[folder.path().into()], &options).unwrap();
        let summary = Summary {
            files: &files,
            analysis: &analysis,
            config: None,
            elapsed: std::time::Duration::ZERO,
            detail: Detail::Full,
            peak_memory: None,
        };
        for text in [
            written(found, Format::Table),
            written(found, Format::Csv),
            written(found, Format::Json),
            written(found, Format::JsonLines),
            summary.to_string(),
        ] {
            let bad = text.chars().find(|c| *c != '\n' && acts(*c));
            prop_assert_eq!(bad, None, "{:?}", text);
        }
        for line in written(found, Format::JsonLines).lines() {
            let record: Value = serde_json::from_str(line).unwrap();
            // Records are data: what the log says stays as it is, once it is parsed.
            prop_assert_eq!(record["insightDetails"]["eventName"].as_str(), Some(texts[0].as_str()));
        }
        let csv = written(found, Format::Csv);
        prop_assert_eq!(csv.lines().count(), found.len() + 1);
        for row in csv::Reader::from_reader(csv.as_bytes()).records() {
            for cell in &row.unwrap() {
                prop_assert!(!cell.trim_start().starts_with(['=', '+', '-', '@']), "{}", csv);
            }
        }
    }
}
