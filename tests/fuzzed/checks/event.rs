//! Any one record.

use std::fmt::Write as _;
use std::mem::discriminant;

use serde::de::IgnoredAny;
use trailspike::event::Rejection;

use super::seen::{Said, Seen};

const BEFORE: &str =
    r#"{"eventVersion":"1.08","eventTime":"2026-01-01T00:00:00Z","eventName":"_before"}"#;
const AFTER: &str =
    r#"{"eventVersion":"1.08","eventTime":"2026-01-01T00:01:00Z","eventName":"_after"}"#;

/// A record means the same however it is spelled, and costs its neighbours nothing.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if serde_json::from_str::<IgnoredAny>(text).is_err() {
        Seen::of_text(text);
        return;
    }
    let [plain, respelled] = [text, &respelled(text)]
        .map(|text| Seen::of_text(format!(r#"{{"Records":[{BEFORE},{text},{AFTER}]}}"#)));
    // Where a record is malformed after all (half a surrogate in a key), its spelling may tell where
    // the next one is looked for.
    if !plain.said.iter().any(is_malformed) {
        assert_eq!(plain.said.len(), respelled.said.len(), "{plain:?}\n{respelled:?}");
        for (one, other) in plain.said.iter().zip(&respelled.said) {
            assert!(same(one, other), "{one:?}\n{other:?}");
        }
    }
    for neighbour in ["_before", "_after"] {
        let found = plain.events().filter(|event| event.event_name == neighbour).count();
        assert!(found >= 1, "{neighbour} is lost: {plain:?}");
    }
}

fn is_malformed(said: &Said) -> bool {
    matches!(said, Said::Rejected(_, _, Rejection::Malformed(_)))
}

/// The same but for places, and for words of the JSON reader.
fn same(one: &Said, other: &Said) -> bool {
    match (one, other) {
        (Said::Rejected(index, _, why), Said::Rejected(other_index, _, other_why)) => {
            let free = matches!(why, Rejection::Malformed(_));
            index == other_index
                && discriminant(why) == discriminant(other_why)
                && (free || why == other_why)
        }
        (Said::Fault(_, fault), Said::Fault(_, other)) => fault == other,
        _ => one == other,
    }
}

/// The same JSON with white space wherever it may stand and most letters in strings escaped.
fn respelled(json: &str) -> String {
    let mut new = String::with_capacity(json.len() * 6);
    let mut letters = json.chars();
    let mut in_string = false;
    while let Some(letter) = letters.next() {
        match letter {
            '"' => {
                in_string = !in_string;
                new.push('"');
            }
            '\\' if in_string => {
                new.push('\\');
                let Some(escaped) = letters.next() else { break };
                new.push(escaped);
                if escaped == 'u' {
                    new.extend(letters.by_ref().take(4));
                }
            }
            _ if in_string && letter.is_ascii_alphanumeric() && letter != 'e' => {
                // Writing to a string cannot fail.
                _ = write!(new, "\\u{:04x}", u32::from(letter));
            }
            ',' | ':' | '{' | '}' | '[' | ']' if !in_string => {
                new.extend([' ', letter, '\t']);
            }
            _ => new.push(letter),
        }
    }
    new
}
