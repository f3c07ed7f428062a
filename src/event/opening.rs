//! What an object is, told by its first keys: a container whose elements can be read one by one, or
//! something to be read as a whole.

use serde::de::IgnoredAny;
use serde_json::error::Category;

/// Keys whose list holds records or envelopes around records.
const LIST_KEYS: [&str; 5] = ["Records", "records", "Events", "events", "logEvents"];
/// Keys that open a record or an envelope around one, so that no list is to be looked for.
const OWN_KEYS: [&str; 18] = [
    "eventVersion",
    "userIdentity",
    "eventTime",
    "eventSource",
    "eventName",
    "awsRegion",
    "eventID",
    "eventType",
    "requestParameters",
    "detail",
    "detail-type",
    "CloudTrailEvent",
    "EventId",
    "message",
    "@message",
    "_raw",
    "aws",
    "awsAccountId",
];
/// What the object being read is an element of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parent {
    /// A list called `Records`: every element claims to be a record.
    Records,
    /// Any other list, or the file itself.
    Other,
}

/// What the first keys of an object say of it.
pub enum Opening {
    /// It holds a list of records, whose elements begin that many bytes on.
    List(usize, Parent),
    /// It is to be read as a whole.
    Whole,
    /// The text in memory ends before that is clear.
    Unclear,
}

/// What an object is, by its keys up to the first that tells.
pub fn opening(text: &str) -> Opening {
    opening_of_keys(text, 1)
}

/// As [`opening`], the first key standing `at` that byte or after white space from there.
pub fn opening_of_keys(text: &str, mut at: usize) -> Opening {
    loop {
        at = skip_blank(text, at);
        if text[at..].starts_with(',') {
            at = skip_blank(text, at + 1);
        }
        let Some(key_text) = text[at..].strip_prefix('"') else {
            return if at == text.len() { Opening::Unclear } else { Opening::Whole };
        };
        let Some(key_length) = key_text.find(['"', '\\']) else { return Opening::Unclear };
        let key = &key_text[..key_length];
        at = skip_blank(text, at + key_length + 2);
        if !text[at.min(text.len())..].starts_with(':') {
            return if at >= text.len() { Opening::Unclear } else { Opening::Whole };
        }
        at = skip_blank(text, at + 1);
        if at == text.len() {
            return Opening::Unclear;
        }
        if LIST_KEYS.contains(&key) && text[at..].starts_with('[') {
            let parent = if key == "Records" { Parent::Records } else { Parent::Other };
            return Opening::List(at + 1, parent);
        }
        if OWN_KEYS.contains(&key) {
            return Opening::Whole;
        }
        let mut values = serde_json::Deserializer::from_str(&text[at..]).into_iter::<IgnoredAny>();
        match values.next() {
            Some(Ok(IgnoredAny)) => at += values.byte_offset(),
            Some(Err(error)) if !may_be_cut(&error, text) => return Opening::Whole,
            _ => return Opening::Unclear,
        }
    }
}

/// Whether what is wrong may be that the text goes on behind its end. To `serde_json` a number that
/// is cut behind its point, sign or exponent is a wrong one.
pub fn may_be_cut(error: &serde_json::Error, text: &str) -> bool {
    error.classify() == Category::Eof || text.ends_with(['.', 'e', 'E', '+', '-'])
}

fn skip_blank(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    text.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len()
}

/// Bytes up to and with the brace that closes the object whose keys `text` begins with.
pub fn closing_brace(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut in_string = false;
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'{' | b'[' => depth += 1,
            b'}' if depth == 0 => return Some(at + 1),
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}
