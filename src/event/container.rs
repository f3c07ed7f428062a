//! Containers: every shape that CloudTrail records come in, told apart by content.
//!
//! | shape | where from |
//! |---|---|
//! | `{"Records":[…]}`, other keys before or after | S3, the console's download |
//! | `[…]`, `{…}`, `{…}{…}`, one object a line | people's and other tools' exports |
//! | `{"Events":[{"CloudTrailEvent":…}]}` and its elements | `aws cloudtrail lookup-events` |
//! | `{"detail-type":…,"detail":{…}}` | EventBridge |
//! | `2026-01-01T00:00:00.000Z {…}` a line | CloudWatch Logs export |
//! | `{"messageType":…,"logEvents":[{"message":…}]}` | CloudWatch Logs subscription |
//! | `{"_raw":…}`, `{"message":…}`, `{"aws":{"cloudtrail":{…}}}` | SIEM exports |
//!
//! Each may follow another in one file.

#[cfg(test)]
mod tests;

use serde_json::error::Category;

use super::item::Item;
use super::opening::{Opening, Parent, closing_brace, may_be_cut, opening, opening_of_keys};
use super::record::RawRecord;
use super::resync::{after_malformed, next_record};
use super::scan::Scanner;
use super::stretch::TARGET;
use super::time::TimeRange;
use super::window::{MAX_UNREAD, Window};
use super::{Fault, Rejection, Sink};
use crate::input::Source;

pub use super::classify::Place;

/// Malformed records in one file before the rest is left unread: each may cost a search.
const MAX_MALFORMED: u32 = 1_000;
/// Bytes that are looked at again when a search goes on behind them: more than a record's beginning.
const OVERLAP: usize = 1 << 10;

/// Reads everything in one file into the sink; how many bytes of text that was.
pub fn read_events(
    source: Source<'_>,
    place: Place<'_>,
    range: TimeRange,
    sink: &mut dyn Sink,
) -> u64 {
    read_with(source, place, range, sink, TARGET)
}

/// As [`read_events`], with stretches of so many bytes read side by side.
pub(super) fn read_with(
    source: Source<'_>,
    place: Place<'_>,
    range: TimeRange,
    sink: &mut dyn Sink,
    stretch_target: usize,
) -> u64 {
    let mut reader = Reader::new(Window::new(source), place, range, sink);
    reader.stretch_target = stretch_target;
    reader.file();
    let byte = reader.window.byte() + reader.window.rest().len() as u64;
    if let Some(fault) = reader.window.take_fault() {
        reader.sink.fault(byte, fault);
    }
    byte
}

/// Reads a file, or a stretch of one.
pub struct Reader<'s, 'r> {
    pub(super) window: Window<'r>,
    pub(super) place: Place<'s>,
    pub(super) range: TimeRange,
    pub(super) sink: &'s mut dyn Sink,
    scanner: Scanner,
    /// For what stands in envelopes.
    inner_scanner: Scanner,
    /// Records met so far.
    pub(super) index: u64,
    /// The byte up to which records are read one by one, after reading them side by side failed.
    pub(super) one_by_one_until: u64,
    /// Bytes of a stretch, about.
    pub(super) stretch_target: usize,
    malformed: u32,
    /// Set when reading on is pointless.
    over: bool,
}

impl<'s, 'r> Reader<'s, 'r> {
    pub(super) fn new(
        window: Window<'r>,
        place: Place<'s>,
        range: TimeRange,
        sink: &'s mut dyn Sink,
    ) -> Self {
        Self {
            window,
            place,
            range,
            sink,
            scanner: Scanner::default(),
            inner_scanner: Scanner::default(),
            index: 0,
            one_by_one_until: 0,
            stretch_target: TARGET,
            malformed: 0,
            over: false,
        }
    }

    /// Reads a stretch of whole objects; how many records, if nothing is malformed.
    pub(super) fn stretch(mut self, list: Option<Parent>) -> Option<u64> {
        while let Some(byte) = self.next_byte() {
            match list {
                _ if byte != b'{' => return None,
                Some(parent) => self.record(parent),
                None => self.object(),
            }
            if self.malformed > 0 {
                return None;
            }
        }
        (!self.over).then_some(self.index)
    }
}

impl Reader<'_, '_> {
    fn file(&mut self) {
        if self.window.rest().starts_with('\u{feff}') {
            self.window.advance('\u{feff}'.len_utf8());
        }
        if self.next_byte().is_none() {
            return self.stop(Fault::Empty);
        }
        while let Some(byte) = self.next_byte() {
            match byte {
                b'{' if self.side_by_side(None) => {}
                b'{' => self.object(),
                b'[' => {
                    self.window.advance(1);
                    self.list(Parent::Other);
                }
                b'}' | b']' => self.window.advance(1),
                _ => self.line(),
            }
        }
    }

    /// Passes over white space and commas; the byte after them, `None` at the end of it all.
    fn next_byte(&mut self) -> Option<u8> {
        while !self.over {
            let rest = self.window.rest();
            let blank = rest.len()
                - rest.trim_start_matches([' ', '\t', '\r', '\n', ',', '\u{feff}', '\0']).len();
            let next = rest.as_bytes().get(blank).copied();
            self.window.advance(blank);
            if next.is_some() {
                return next;
            }
            if !self.window.read_more() {
                return None;
            }
        }
        None
    }

    /// An object at the top of the file: a container of records, or a record.
    fn object(&mut self) {
        loop {
            match opening(self.window.rest()) {
                Opening::List(start, parent) => {
                    self.window.advance(start);
                    self.list(parent);
                    return self.after_list();
                }
                Opening::Unclear if self.window.read_more() => {}
                Opening::Whole | Opening::Unclear => return self.record(Parent::Other),
            }
        }
    }

    /// The elements of a list, up to and with its closing bracket.
    fn list(&mut self, parent: Parent) {
        while let Some(byte) = self.next_byte() {
            match byte {
                b']' => return self.window.advance(1),
                // Seen in the wild: a brace too many between two records.
                b'}' => self.window.advance(1),
                b'{' if self.side_by_side(Some(parent)) => {}
                _ => self.record(parent),
            }
        }
        self.stop(Fault::Torn);
    }

    /// What stands between a list of records and the brace that closes its object.
    fn after_list(&mut self) {
        while let Some(byte) = self.next_byte() {
            match byte {
                b'}' => return self.window.advance(1),
                b'"' => match opening_of_keys(self.window.rest(), 0) {
                    Opening::List(start, parent) => {
                        self.window.advance(start);
                        self.list(parent);
                    }
                    Opening::Unclear if self.window.read_more() => {}
                    Opening::Whole | Opening::Unclear => {
                        // Only the closing brace is of interest, and braces can be counted.
                        let end = closing_brace(self.window.rest());
                        match end {
                            Some(end) => return self.window.advance(end),
                            None if self.window.read_more() => {}
                            None => return self.stop(Fault::Torn),
                        }
                    }
                },
                _ => return,
            }
        }
        self.stop(Fault::Torn);
    }

    /// One value: a record, an envelope around one, or something else.
    fn record(&mut self, parent: Parent) {
        loop {
            let byte = self.window.byte();
            let rest = self.window.rest();
            let mut raw = RawRecord::default();
            let length = match self.scanner.record(rest, byte, &mut raw) {
                Some(length) => length,
                None => match by_serde(rest, &mut raw) {
                    Some(Ok(length)) => length,
                    Some(Err(error)) => {
                        let torn = error.classify() == Category::Eof;
                        if may_be_cut(&error, rest) && self.window.read_more() {
                            continue;
                        }
                        return self.malformed(&error, torn);
                    }
                    None => return self.stop(Fault::Torn),
                },
            };
            // A number may go on in what is not read yet.
            if !raw.is_object && length == rest.len() && !self.window.is_complete() {
                if !self.window.read_more() && !self.window.is_complete() {
                    return self.stop(Fault::Torn);
                }
                continue;
            }
            if self.window.holds_bad_bytes(length) {
                self.sink.rejected(self.index, byte, Rejection::NotUtf8);
            } else {
                let mut item = Item {
                    place: self.place,
                    range: self.range,
                    index: self.index,
                    byte,
                    parent,
                    sink: self.sink,
                    scanner: &mut self.inner_scanner,
                };
                item.read(&raw, 0);
            }
            self.index += 1;
            return self.window.advance(length);
        }
    }

    /// Rejects the record that could not be read and goes on after it, if there is a place to.
    fn malformed(&mut self, error: &serde_json::Error, torn: bool) {
        let byte = self.window.byte();
        self.malformed += 1;
        if self.malformed > MAX_MALFORMED {
            return self.stop(Fault::TooManyMalformed);
        }
        loop {
            if let Some(next) = after_malformed(self.window.rest()) {
                self.sink.rejected(self.index, byte, self.why(error, next));
                self.index += 1;
                return self.window.advance(next);
            }
            if self.window.read_more() {
                continue;
            }
            if torn && self.window.is_complete() {
                return self.stop(Fault::Torn);
            }
            self.sink.rejected(self.index, byte, self.why(error, self.window.rest().len()));
            self.index += 1;
            return self.search_on();
        }
    }

    /// Passes over a record that is larger than the window, up to what looks like the next one.
    fn search_on(&mut self) {
        let byte = self.window.byte();
        while !self.window.is_complete() {
            let rest = self.window.rest();
            // What looks like a record may be cut at the end.
            let passed = rest.floor_char_boundary(rest.len().saturating_sub(OVERLAP));
            self.window.advance(passed);
            self.window.fill();
            if let Some(next) = next_record(self.window.rest()) {
                return self.window.advance(next);
            }
        }
        self.stop_at(byte, Fault::NotJson);
    }

    fn why(&self, error: &serde_json::Error, length: usize) -> Rejection {
        if self.window.holds_bad_bytes(length) {
            Rejection::NotUtf8
        } else if length > MAX_UNREAD - 4 {
            Rejection::TooLarge(MAX_UNREAD)
        } else {
            // serde_json counts lines from the start of the record: only the reason is of use.
            let text = error.to_string();
            let reason = text.rsplit_once(" at line ").map_or(text.as_str(), |(reason, _)| reason);
            Rejection::Malformed(reason.to_owned())
        }
    }

    /// A line that does not begin with JSON: a CloudWatch Logs export has a time before the record.
    fn line(&mut self) {
        while !self.window.rest().contains('\n') && self.window.read_more() {}
        let rest = self.window.rest();
        let line = rest.split('\n').next().unwrap_or_default();
        match line.find('{') {
            Some(brace) if is_time(&line[..brace]) => self.window.advance(brace),
            _ if self.index == 0 => self.stop(Fault::NotJson),
            _ => {
                let length = line.len();
                let why = Rejection::Malformed("not JSON".to_owned());
                self.sink.rejected(self.index, self.window.byte(), why);
                self.index += 1;
                self.malformed += 1;
                self.window.advance(length);
                if self.malformed > MAX_MALFORMED {
                    self.stop(Fault::TooManyMalformed);
                }
            }
        }
    }

    /// Gives up on the rest. Damage to the file itself explains more than what it did to the JSON.
    fn stop(&mut self, fault: Fault) {
        self.stop_at(self.window.byte(), fault);
    }

    fn stop_at(&mut self, byte: u64, fault: Fault) {
        if !self.over {
            self.over = true;
            let fault = self.window.take_fault().unwrap_or(fault);
            self.sink.fault(byte, fault);
        }
    }
}

/// Reads the value that the text begins with as `serde_json` reads it; how far that went.
fn by_serde<'t>(text: &'t str, raw: &mut RawRecord<'t>) -> Option<serde_json::Result<usize>> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter();
    let outcome = values.next()?;
    Some(outcome.map(|record| {
        *raw = record;
        values.byte_offset()
    }))
}

/// Whether the text before a brace is the time a CloudWatch Logs export puts there.
fn is_time(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_digit())
        && text.len() < 64
        && text.chars().all(|c| c.is_ascii_digit() || "TZ:.,+- \t".contains(c))
}
