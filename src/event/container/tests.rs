//! Every shape of container, whole and in small pieces.

use chrono::DateTime;

use super::*;
use crate::event::{Event, OtherKind};

/// What a file held: event names, then how many of what else.
#[derive(Default)]
struct Seen {
    events: Vec<String>,
    other: Vec<OtherKind>,
    rejected: Vec<(u64, u64)>,
    faults: Vec<Fault>,
}

impl Sink for Seen {
    fn event(&mut self, event: Event<'_>) {
        self.events.push(event.event_name.into_owned());
    }
    fn other(&mut self, kind: OtherKind) {
        self.other.push(kind);
    }
    fn rejected(&mut self, index: u64, byte: u64, _: Rejection) {
        self.rejected.push((index, byte));
    }
    fn fault(&mut self, _: u64, fault: Fault) {
        self.faults.push(fault);
    }
}

/// A reader that hands out a few bytes at a time.
struct Drip<'a>(&'a [u8], usize);

impl std::io::Read for Drip<'_> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let length = self.0.len().min(out.len()).min(self.1);
        out[..length].copy_from_slice(&self.0[..length]);
        self.0 = &self.0[length..];
        Ok(length)
    }
}

fn read(source: Source<'_>) -> Seen {
    let range = TimeRange::until_a_day_after(DateTime::from_timestamp(1_795_000_000, 0).unwrap());
    let mut seen = Seen::default();
    read_events(source, Place::default(), range, &mut seen);
    seen
}

fn whole(text: &str) -> Seen {
    let seen = read(Source::Whole(text.as_bytes(), None));
    let dripped = read(Source::Stream(Box::new(Drip(text.as_bytes(), 7))));
    assert_eq!((&seen.events, &seen.rejected), (&dripped.events, &dripped.rejected), "{text}");
    assert_eq!((&seen.other, &seen.faults), (&dripped.other, &dripped.faults), "{text}");
    seen
}

fn record(name: &str) -> String {
    format!(r#"{{"eventVersion":"1.08","eventTime":"2026-01-01T00:00:00Z","eventName":"{name}"}}"#)
}

#[test]
fn every_container_gives_its_records() {
    let (a, b) = (record("A"), record("B"));
    let quoted = serde_json::to_string(&a).unwrap();
    for text in [
        format!(r#"{{"Records":[{a},{b}]}}"#),
        format!(
            "{{\n \"x\": {{\"y\": [1]}},\n \"Records\" : [\n{a} ,\n{b}\n] , \"z\": null }}\r\n"
        ),
        format!("[{a},{b}]"),
        format!("{a}{b}"),
        format!("{a}\r\n{b}\r\n"),
        format!("\u{feff}{a}\n\n{b}"),
        format!(
            r#"{{"NextToken":"t","Events":[{{"EventId":"i","CloudTrailEvent":{quoted}}},{b}]}}"#
        ),
        format!(
            r#"{{"detail-type":"AWS API Call via CloudTrail","detail":{a}}}{{"_raw":{quoted}}}"#
        )
        .replace(r#"{"_raw":"#, &format!(r#"{b}{{"no":1}}{{"_raw":"no json","x":"#)),
        format!("2026-01-01T00:00:00.000Z {a}\n2026-01-01T00:00:00.000Z {b}\n"),
        format!(
            r#"{{"messageType":"DATA_MESSAGE","logEvents":[{{"id":"1","message":{quoted}}}]}}{b}"#
        ),
        format!(r#"{{"aws":{{"cloudtrail":{a}}}}}{b}"#),
    ] {
        let seen = whole(&text);
        assert_eq!(seen.events, ["A", "B"], "{text}");
        assert_eq!((seen.rejected.len(), seen.faults.len()), (0, 0), "{text}");
    }
}

#[test]
fn neighbours_of_what_is_malformed_count() {
    let (a, b) = (record("A"), record("B"));
    let seen = whole(&format!(r#"{{"Records":[{a},{{"eventName":tru}},7,{b}]}}"#));
    assert_eq!((seen.events.len(), seen.rejected.len(), seen.faults.len()), (2, 2, 0));
    let half = &a[..a.len() / 2];
    let seen = whole(&format!("{a}\n{half}\n{b}\n"));
    assert_eq!((seen.events.len(), seen.rejected.len()), (2, 1));
    let seen = whole(&format!(r#"{{"Records":[{a},{half}"#));
    assert_eq!((seen.events.len(), &seen.faults[..]), (1, &[Fault::Torn][..]));
}

#[test]
fn what_is_no_log_is_said_to_be_none() {
    assert_eq!(whole("# Read me").faults, [Fault::NotJson]);
    assert_eq!(whole(" \n").faults, [Fault::Empty]);
    assert_eq!(whole(r#"{"name":"x","list":[1]}"#).other, [OtherKind::OtherJson]);
    assert_eq!(whole(&"[".repeat(100_000)).faults, [Fault::Torn]);
}
