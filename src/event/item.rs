//! One value of a file on its way to the sink: a record, an envelope around one, or something else.

use std::borrow::Cow;

use super::classify::{Place, event, looks_like_a_record, other_kind};
use super::opening::Parent;
use super::record::RawRecord;
use super::scan::Scanner;
use super::time::TimeRange;
use super::{OtherKind, Rejection, Sink};

/// Envelopes inside envelopes are followed this deep.
const MAX_ENVELOPES: u32 = 4;
/// One value of the file on its way to the sink.
pub struct Item<'s> {
    pub place: Place<'s>,
    pub range: TimeRange,
    /// Which record of the file it is, and the byte it begins at.
    pub index: u64,
    pub byte: u64,
    pub parent: Parent,
    pub sink: &'s mut dyn Sink,
    /// For what stands in envelopes.
    pub scanner: &'s mut Scanner,
}

impl Item<'_> {
    pub fn read(&mut self, raw: &RawRecord<'_>, envelopes: u32) {
        if !raw.is_object {
            return self.sink.rejected(self.index, self.byte, Rejection::NotAnObject);
        }
        if let Some(kind) = other_kind(raw) {
            return self.sink.other(kind);
        }
        match raw.inner {
            Some(inner) if raw.time.0.is_none() && raw.name.0.is_none() => {
                self.unwrap(inner, envelopes);
            }
            _ if self.parent == Parent::Records || looks_like_a_record(raw) => {
                match event(raw, self.place, self.range) {
                    Ok(event) => self.sink.event(event),
                    Err(why) => self.sink.rejected(self.index, self.byte, why),
                }
            }
            _ => self.sink.other(OtherKind::OtherJson),
        }
    }

    /// Reads the object inside an envelope, which may stand there as a string.
    fn unwrap(&mut self, json: &str, envelopes: u32) {
        let text: Cow<'_, str> = if json.starts_with('"') {
            // What was read as a string once is one.
            Cow::Owned(serde_json::from_str::<String>(json).unwrap_or_default())
        } else {
            Cow::Borrowed(json)
        };
        if !text.trim_start().starts_with('{') || envelopes == MAX_ENVELOPES {
            return self.sink.other(OtherKind::OtherJson);
        }
        let scanned = self.scanner.whole(&text).map(Ok);
        match scanned.unwrap_or_else(|| serde_json::from_str(&text)) {
            Ok(raw) => self.read(&raw, envelopes + 1),
            Err(error) => {
                let why = Rejection::Malformed(error.to_string());
                self.sink.rejected(self.index, self.byte, why);
            }
        }
    }
}
