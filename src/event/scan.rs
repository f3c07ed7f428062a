//! Records read fast: what `serde_json` makes of an object, for all objects that are not unusual.
//!
//! The quotes of the text are found first, many bytes at a time ([`index`]); the record is then
//! read along them ([`walk`]) without looking into strings. What is read and what is passed over is
//! held to the same rules as `serde_json` holds it to. Whatever is rare or wrong is left to
//! `serde_json`, so that [`RawRecord`]'s `Deserialize` alone says what a record is.

mod block;
mod cut;
mod index;
#[cfg(test)]
mod tests;
mod walk;

use std::mem::take;

use super::record::{Key, RawIdentity, RawRecord};
pub use cut::{Next, cut};
use index::Index;
use walk::Walk;

/// Bytes indexed at a time.
const PIECE: usize = 64 << 10;
/// An index this long is begun anew, long before its positions need more than 32 bits.
const LONG: usize = 1 << 24;

/// Reads records of one file, in the order they stand there.
#[derive(Default)]
pub struct Scanner {
    index: Index,
    /// The byte of the file at which the index begins.
    base: u64,
    /// Where the record read last ended, as the index counts, and how many strings came before.
    end: usize,
    strings: usize,
    /// Whether the index is of any use for what follows.
    is_usable: bool,
}

impl Scanner {
    /// Reads the object that `text` begins with, and `text` begins at that byte of the file, into an
    /// empty record; its length. `None`, and anything in the record, where `serde_json` has to read.
    pub fn record<'t>(
        &mut self,
        text: &'t str,
        byte: u64,
        record: &mut RawRecord<'t>,
    ) -> Option<usize> {
        if !text.starts_with('{') {
            return None;
        }
        let origin = self.start(byte);
        let found = self.scan(text, origin, record);
        self.is_usable = found.is_some();
        found
    }

    /// The one object that `text` consists of.
    pub fn whole<'t>(&mut self, text: &'t str) -> Option<RawRecord<'t>> {
        self.is_usable = false;
        let mut record = RawRecord::default();
        let length = self.record(text, 0, &mut record)?;
        self.is_usable = false;
        text[length..].trim_start_matches([' ', '\t', '\r', '\n']).is_empty().then_some(record)
    }

    /// Makes the index one in which a record may begin at that byte; where that is as it counts.
    fn start(&mut self, byte: u64) -> usize {
        let origin = byte.checked_sub(self.base).and_then(|origin| usize::try_from(origin).ok());
        if let Some(origin) = origin
            && self.is_usable
            && (self.end..LONG).contains(&origin)
            && self.index.indexed() >= origin
            // Strings that were read in another way meanwhile would show.
            && self.index.opening(self.strings).is_none_or(|next| next > origin)
        {
            return origin;
        }
        self.index.clear();
        self.base = byte;
        self.strings = 0;
        0
    }

    fn scan<'t>(
        &mut self,
        text: &'t str,
        origin: usize,
        record: &mut RawRecord<'t>,
    ) -> Option<usize> {
        loop {
            let strings = self.index.strings(self.strings);
            let escapes = self.index.may_escape_from(origin);
            let mut walk = Walk::new(text, origin, strings, escapes);
            let length = read_record(&mut walk, record);
            let left = walk.strings_left();
            if let Some(length) = length {
                let end = origin + length;
                self.strings += strings.len() - left;
                self.end = end;
                record.is_object = true;
                return self.index.is_good_up_to(end).then_some(length);
            }
            let known = self.index.indexed() - origin;
            if left > 0 || known >= text.len() || !self.index.is_good_up_to(usize::MAX) {
                return None;
            }
            *record = RawRecord::default();
            self.index.forget(take(&mut self.strings));
            self.index.extend(text.as_bytes(), origin, known.max(PIECE));
        }
    }
}

fn read_record<'t>(walk: &mut Walk<'t, '_>, record: &mut RawRecord<'t>) -> Option<usize> {
    walk.object(0, |walk, name, at| {
        let key = Key::of(name);
        if let Some(field) = record.text_field(key) {
            return walk.text(at, field);
        }
        match key {
            Key::UserIdentity => {
                record.identity = RawIdentity::default();
                read_identity(walk, at, &mut record.identity)
            }
            Key::Response => {
                record.console_login.0 = None;
                walk.object_if_any(at, |walk, name, at| match name {
                    b"ConsoleLogin" => walk.text(at, &mut record.console_login),
                    _ => walk.skip(at),
                })
            }
            Key::Addendum => {
                record.addendum_reason.0 = None;
                walk.object_if_any(at, |walk, name, at| match name {
                    b"reason" => walk.text(at, &mut record.addendum_reason),
                    _ => walk.skip(at),
                })
            }
            Key::Inner => {
                let end = walk.skip(at)?;
                record.inner = Some(walk.slice(at, end)?);
                Some(end)
            }
            Key::Aws => None,
            _ => {
                record.note(key);
                walk.skip(at)
            }
        }
    })
}

fn read_identity<'t>(
    walk: &mut Walk<'t, '_>,
    at: usize,
    identity: &mut RawIdentity<'t>,
) -> Option<usize> {
    walk.object_if_any(at, |walk, name, at| {
        let field = match name {
            b"type" => &mut identity.kind,
            b"arn" => &mut identity.arn,
            b"accountId" => &mut identity.account,
            b"principalId" => &mut identity.principal,
            b"userName" => &mut identity.user_name,
            b"invokedBy" => &mut identity.invoked_by,
            b"sessionContext" => {
                identity.issuer_arn.0 = None;
                return walk.object_if_any(at, |walk, name, at| match name {
                    b"sessionIssuer" => {
                        identity.issuer_arn.0 = None;
                        walk.object_if_any(at, |walk, name, at| match name {
                            b"arn" => walk.text(at, &mut identity.issuer_arn),
                            _ => walk.skip(at),
                        })
                    }
                    _ => walk.skip(at),
                });
            }
            _ => return walk.skip(at),
        };
        walk.text(at, field)
    })
}
