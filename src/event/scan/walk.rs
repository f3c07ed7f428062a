//! A walk over one JSON value along the quotes of an [`Index`](super::index::Index). `None` is said
//! of whatever is unusual, and `serde_json` has to read it then.

#![expect(clippy::inline_always, reason = "measured: a tenth of the reading")]

use std::borrow::Cow;
use std::slice::Iter;

use memchr::memchr;

use crate::event::text::Text;

/// Containers inside containers that are not read are followed this deep.
const MAX_DEPTH: u32 = 64;

/// A walk over a text.
pub struct Walk<'t, 'q> {
    text: &'t str,
    /// Where `text` begins, as the index counts.
    origin: usize,
    /// The strings that come next.
    strings: Iter<'q, [u32; 2]>,
    /// Whether there may be escapes in strings.
    escapes: bool,
}

impl<'t, 'q> Walk<'t, 'q> {
    pub fn new(text: &'t str, origin: usize, strings: &'q [[u32; 2]], escapes: bool) -> Self {
        Self { text, origin, strings: strings.iter(), escapes }
    }

    /// Strings that were not come by yet.
    pub fn strings_left(&self) -> usize {
        self.strings.len()
    }

    pub fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    /// The text between two positions.
    pub fn slice(&self, from: usize, to: usize) -> Option<&'t str> {
        self.text.get(from..to)
    }

    /// The first byte from `at` on that is not white space, and where it stands.
    #[inline(always)]
    fn next(&self, mut at: usize) -> Option<(u8, usize)> {
        loop {
            match self.byte(at)? {
                byte if byte > b' ' => return Some((byte, at)),
                b' ' | b'\t' | b'\r' | b'\n' => at += 1,
                _ => return None,
            }
        }
    }

    /// Whether the two bytes stand there.
    #[inline(always)]
    fn has(&self, at: usize, bytes: [u8; 2]) -> bool {
        self.text.as_bytes().get(at..at + 2).is_some_and(|found| found == bytes)
    }

    /// The string whose opening quote comes next: where its text begins and where it closes.
    #[inline(always)]
    fn string(&mut self) -> Option<(usize, usize)> {
        let &[open, close] = self.strings.next()?;
        Some((open as usize - self.origin + 1, close as usize - self.origin))
    }

    /// Where the value stands of a key that closes there.
    #[inline(always)]
    fn after_key(&self, close: usize) -> Option<usize> {
        if self.has(close + 1, *b":\"") {
            return Some(close + 2);
        }
        let (byte, at) = self.next(close + 1)?;
        (byte == b':').then_some(())?;
        Some(self.next(at + 1)?.1)
    }

    /// Reads the object that begins there: `value` is told each key and where its value begins, and
    /// says where that ends. Where the object ends.
    #[inline]
    pub fn object(
        &mut self,
        at: usize,
        mut value: impl FnMut(&mut Self, &'t [u8], usize) -> Option<usize>,
    ) -> Option<usize> {
        let (first, brace) = self.next(at + 1)?;
        if first == b'}' {
            return Some(brace + 1);
        }
        (first == b'"').then_some(())?;
        loop {
            let (start, close) = self.string()?;
            let key = self.text.as_bytes().get(start..close)?;
            if self.escapes && memchr(b'\\', key).is_some() {
                return None;
            }
            let end = value(self, key, self.after_key(close)?)?;
            if self.has(end, *b",\"") {
                continue;
            }
            match self.next(end)? {
                (b',', comma) => (self.next(comma + 1)?.0 == b'"').then_some(())?,
                (b'}', brace) => return Some(brace + 1),
                _ => return None,
            }
        }
    }

    /// As [`Self::object`]; other values have no keys.
    #[inline]
    pub fn object_if_any(
        &mut self,
        at: usize,
        value: impl FnMut(&mut Self, &'t [u8], usize) -> Option<usize>,
    ) -> Option<usize> {
        match self.byte(at)? {
            b'{' => self.object(at, value),
            // serde_json reads these, and may find that they cannot be read.
            b'"' if self.escapes => None,
            b'-' | b'0'..=b'9' => None,
            _ => self.skip(at),
        }
    }

    /// Reads the value that begins there as a field's text; where it ends.
    #[inline(always)]
    pub fn text(&mut self, at: usize, field: &mut Text<'t>) -> Option<usize> {
        if self.byte(at)? == b'"' {
            let (start, close) = self.string()?;
            let text = self.slice(start, close)?;
            field.0 = if text.is_empty() {
                None
            } else if self.escapes && memchr(b'\\', text.as_bytes()).is_some() {
                Some(Cow::Owned(serde_json::from_str(self.slice(start - 1, close + 1)?).ok()?))
            } else {
                Some(Cow::Borrowed(text))
            };
            return Some(close + 1);
        }
        self.other_text(at, field)
    }

    #[inline(never)]
    fn other_text(&mut self, at: usize, field: &mut Text<'t>) -> Option<usize> {
        let first = self.byte(at)?;
        let end = match first {
            b'{' if self.escapes => return None,
            _ => self.skip(at)?,
        };
        field.0 = match first {
            b't' | b'f' => Some(Cow::Borrowed(self.slice(at, end)?)),
            b'-' | b'0'..=b'9' => {
                let number = self.slice(at, end)?;
                // Any other number may be written in another way than it stands.
                let is_plain =
                    number.len() < 20 && number.bytes().all(|byte| byte.is_ascii_digit());
                is_plain.then_some(Some(Cow::Borrowed(number)))?
            }
            _ => None,
        };
        Some(end)
    }

    /// Where the value ends that begins there; it has to be well-formed.
    #[inline(always)]
    pub fn skip(&mut self, at: usize) -> Option<usize> {
        if self.byte(at)? == b'"' { Some(self.string()?.1 + 1) } else { self.skip_other(at) }
    }

    #[inline(never)]
    fn skip_other(&mut self, mut at: usize) -> Option<usize> {
        let mut nest = Nest::default();
        loop {
            let end = match self.byte(at)? {
                b'"' => self.string()?.1 + 1,
                opening @ (b'{' | b'[') => {
                    nest.enter(opening == b'{')?;
                    let (byte, inside) = self.next(at + 1)?;
                    match (byte, nest.in_object()) {
                        (b'}', true) | (b']', false) => inside,
                        (b'"', true) => {
                            at = self.key()?;
                            continue;
                        }
                        (_, true) => return None,
                        (_, false) => {
                            at = inside;
                            continue;
                        }
                    }
                }
                _ => self.scalar(at)?,
            };
            at = self.after_value(end, &mut nest)?;
            if nest.depth == 0 {
                return Some(at);
            }
        }
    }

    /// Passes the key that comes next; where its value begins.
    #[inline]
    fn key(&mut self) -> Option<usize> {
        let (_, close) = self.string()?;
        self.after_key(close)
    }

    /// From the end of a value, over the ends of what it is the last of, to the next value, or the
    /// end of it all when that leads out of the outermost container.
    #[inline]
    fn after_value(&mut self, mut at: usize, nest: &mut Nest) -> Option<usize> {
        while nest.depth > 0 {
            if nest.in_object() && self.has(at, *b",\"") {
                return self.key();
            }
            let (byte, found) = self.next(at)?;
            at = found + 1;
            match (byte, nest.in_object()) {
                (b',', true) => {
                    (self.next(at)?.0 == b'"').then_some(())?;
                    return self.key();
                }
                (b',', false) => return Some(self.next(at)?.1),
                (b'}', true) | (b']', false) => nest.leave(),
                _ => return None,
            }
        }
        Some(at)
    }

    /// Where a number or a literal ends.
    fn scalar(&self, at: usize) -> Option<usize> {
        let rest = self.text.as_bytes().get(at..)?;
        let literal = match rest.first()? {
            b't' => "true",
            b'f' => "false",
            b'n' => "null",
            _ => return Some(at + number(rest)?),
        };
        rest.starts_with(literal.as_bytes()).then_some(at + literal.len())
    }
}

/// The length of the number that the bytes begin with.
fn number(bytes: &[u8]) -> Option<usize> {
    let digits = |from: usize| {
        let more = bytes.get(from..).unwrap_or_default();
        let length = more.iter().take_while(|byte| byte.is_ascii_digit()).count();
        (length > 0).then_some(from + length)
    };
    let start = usize::from(bytes.first() == Some(&b'-'));
    let mut end = digits(start)?;
    if bytes.get(start) == Some(&b'0') && end > start + 1 {
        return None;
    }
    if bytes.get(end) == Some(&b'.') {
        end = digits(end + 1)?;
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        end = digits(end + 1 + sign)?;
    }
    Some(end)
}

/// Which containers a position is inside of.
#[derive(Default)]
struct Nest {
    /// One bit each, set for objects, the innermost the lowest.
    kinds: u64,
    depth: u32,
}

impl Nest {
    #[inline]
    fn enter(&mut self, is_object: bool) -> Option<()> {
        self.kinds = self.kinds << 1 | u64::from(is_object);
        self.depth += 1;
        (self.depth <= MAX_DEPTH).then_some(())
    }

    #[inline]
    fn leave(&mut self) {
        self.kinds >>= 1;
        self.depth -= 1;
    }

    #[inline]
    fn in_object(&self) -> bool {
        self.kinds & 1 == 1
    }
}
