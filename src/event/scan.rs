//! Records read fast: what `serde_json` makes of an object, for all objects that are not unusual.
//!
//! The quotes of the text are found first, many bytes at a time ([`index`]); the record is then
//! read along them ([`walk`]) without looking into strings. What is read and what is passed over is
//! held to the same rules as `serde_json` holds it to. Whatever is rare or wrong is left to
//! `serde_json`, so that [`RawRecord`]'s `Deserialize` alone says what a record is.

mod index;
#[cfg(test)]
mod tests;
mod walk;

use super::record::{Key, RawIdentity, RawRecord};
use index::Index;
use walk::Walk;

/// Bytes indexed at a time.
const PIECE: usize = 32 << 10;
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
    /// The object that `text` begins with, and its length; `text` begins at that byte of the file.
    /// `None` for everything that `serde_json` has to read.
    pub fn record<'t>(&mut self, text: &'t str, byte: u64) -> Option<(RawRecord<'t>, usize)> {
        if !text.starts_with('{') {
            return None;
        }
        let origin = self.start(byte);
        let found = self.scan(text, origin);
        self.is_usable = found.is_some();
        found
    }

    /// The one object that `text` consists of.
    pub fn whole<'t>(&mut self, text: &'t str) -> Option<RawRecord<'t>> {
        self.is_usable = false;
        let (record, length) = self.record(text, 0)?;
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
            && self.index.strings(self.strings).first().is_none_or(|next| next[0] as usize > origin)
        {
            return origin;
        }
        self.index.clear();
        self.base = byte;
        self.strings = 0;
        0
    }

    fn scan<'t>(&mut self, text: &'t str, origin: usize) -> Option<(RawRecord<'t>, usize)> {
        loop {
            let strings = self.index.strings(self.strings);
            let escapes = self.index.may_escape_from(origin);
            let mut walk = Walk::new(text, origin, strings, escapes);
            let mut record = RawRecord { is_object: true, ..RawRecord::default() };
            let length = read_record(&mut walk, &mut record);
            let left = walk.strings_left();
            if let Some(length) = length {
                let end = origin + length;
                self.strings += strings.len() - left;
                self.end = end;
                return self.index.is_good_up_to(end).then_some((record, length));
            }
            let known = self.index.indexed() - origin;
            if left > 0 || known >= text.len() || !self.index.is_good_up_to(usize::MAX) {
                return None;
            }
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
