//! Where a long text can be cut between two of its objects, so that its pieces can be read at the
//! same time.

use fearless_simd::prelude::*;
use fearless_simd::{Level, dispatch, u8x64};

use super::block::{BLOCK, escaped, marks, odd_up_to_here};

/// A stretch of whole objects at the start of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut {
    /// The bytes up to and with the closing brace of the last of them.
    pub length: usize,
    /// How many there are.
    pub objects: u64,
    /// What comes behind.
    pub next: Next,
}

/// What comes behind a [`Cut`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// More, which is left for the next piece.
    More,
    /// At most white space and commas.
    End,
    /// An object that does not close.
    Torn,
    /// Something else than an object, at that byte.
    Other(usize),
}

/// Cuts behind the last object that closes within `target` bytes, or behind the first if that is
/// longer. The text has to begin at or between elements of a list, or objects that follow each other
/// at the top of a file, with only white space and commas between them.
///
/// Brackets are counted, of either kind, outside strings; nothing else is looked at. So the cut is
/// right where the objects are well-formed. Where reading a piece meets anything malformed, the cut
/// at its end, and all later ones, may be inside a record.
#[must_use]
pub fn cut(text: &str, target: usize) -> Cut {
    let mut cutter = Cutter {
        text: text.as_bytes(),
        target,
        depth: 0,
        gap: Some(0),
        cut: Cut { length: 0, objects: 0, next: Next::End },
    };
    let level = Level::new();
    dispatch!(level, simd => cutter.run(simd));
    cutter.cut
}

struct Cutter<'t> {
    text: &'t [u8],
    target: usize,
    depth: u64,
    /// Where the bytes between two objects begin, when these are still to be looked at.
    gap: Option<usize>,
    cut: Cut,
}

impl Cutter<'_> {
    #[expect(
        clippy::inline_always,
        reason = "it must become part of each kind of processor's code"
    )]
    #[inline(always)]
    fn run<S: Simd>(&mut self, simd: S) {
        let (mut escape_begun, mut in_string) = (false, 0);
        let (blocks, tail) = self.text.as_chunks::<BLOCK>();
        let mut last = [b' '; BLOCK];
        last[..tail.len()].copy_from_slice(tail);
        for (block, start) in blocks.iter().chain([&last]).zip((0..).step_by(BLOCK)) {
            let bytes = u8x64::from_slice(simd, block);
            let marks = marks(bytes);
            let mut quotes = marks.quotes;
            if marks.backslashes != 0 || escape_begun {
                quotes &= !escaped(marks.backslashes, &mut escape_begun);
            }
            let strings = odd_up_to_here(quotes) ^ in_string;
            in_string = if strings >> 63 == 1 { u64::MAX } else { 0 };
            // A bit apart, `[` is `{` and `]` is `}`.
            let folded = bytes | 0x20;
            let opening = folded.simd_eq(b'{').to_bitmask() & !strings;
            let closing = folded.simd_eq(b'}').to_bitmask() & !strings;
            let closed = u64::from(closing.count_ones());
            if self.depth > closed {
                self.depth += u64::from(opening.count_ones());
                self.depth -= closed;
            } else if !self.brackets(start, opening, closing) {
                return;
            }
        }
        self.cut.next = match self.gap {
            Some(gap) => self.after_gap(gap).map_or(Next::End, Next::Other),
            None => Next::Torn,
        };
    }

    /// One bracket after the other of a block in which an object may close; whether to go on.
    fn brackets(&mut self, start: usize, opening: u64, closing: u64) -> bool {
        let mut brackets = opening | closing;
        while brackets != 0 {
            let at = start + brackets.trailing_zeros() as usize;
            let opens = opening & brackets & brackets.wrapping_neg() != 0;
            brackets &= brackets - 1;
            if let Some(gap) = self.gap {
                // What opens here must be the first thing since.
                match self.after_gap(gap) {
                    Some(next) if next != at || self.text[at] != b'{' => {
                        self.cut.next = Next::Other(next);
                        return false;
                    }
                    _ => self.gap = None,
                }
            }
            if opens {
                self.depth += 1;
                continue;
            }
            self.depth -= 1;
            if self.depth == 0 {
                if at >= self.target && self.cut.objects > 0 {
                    self.cut.next = Next::More;
                    return false;
                }
                self.cut.length = at + 1;
                self.cut.objects += 1;
                self.gap = Some(at + 1);
            }
        }
        true
    }

    /// The first byte from there on that is neither white space nor a comma.
    fn after_gap(&self, gap: usize) -> Option<usize> {
        let blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b',');
        Some(gap + self.text[gap..].iter().position(|byte| !blank(byte))?)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    /// The same, byte by byte.
    fn naive(text: &str, target: usize) -> Cut {
        let mut cut = Cut { length: 0, objects: 0, next: Next::End };
        let (mut depth, mut in_string, mut escaped) = (0, false, false);
        for (byte, at) in text.bytes().zip(0..) {
            let was_escaped = std::mem::replace(&mut escaped, false);
            match byte {
                b'{' if depth == 0 => depth = 1,
                b' ' | b'\t' | b'\r' | b'\n' | b',' if depth == 0 => {}
                _ if depth == 0 => return Cut { next: Next::Other(at), ..cut },
                b'\\' => escaped = !was_escaped,
                b'"' if was_escaped => {}
                b'"' => in_string = !in_string,
                _ if in_string => {}
                b'{' | b'[' => depth += 1,
                b'}' | b']' => {
                    depth -= 1;
                    if depth == 0 && at >= target && cut.objects > 0 {
                        return Cut { next: Next::More, ..cut };
                    }
                    if depth == 0 {
                        (cut.length, cut.objects) = (at + 1, cut.objects + 1);
                    }
                }
                _ => {}
            }
        }
        Cut { next: if depth == 0 { Next::End } else { Next::Torn }, ..cut }
    }

    #[test]
    fn cuts_are_made_between_objects() {
        let text = r#" {"a":"}\"]"}, {"b":[{}]}]}"#;
        let first = Cut { length: 13, objects: 1, next: Next::More };
        for target in [0, 1, 12, 13, 24] {
            assert_eq!(cut(text, target), first, "{target}");
        }
        let all = Cut { length: 25, objects: 2, next: Next::Other(25) };
        assert_eq!(cut(text, 25), all);
        assert_eq!(cut(&text[..20], 100), Cut { next: Next::Torn, ..first });
        assert_eq!(cut(&text[..15], 100), Cut { next: Next::End, ..first });
        assert_eq!(cut("", 1), Cut { length: 0, objects: 0, next: Next::End });
        assert_eq!(cut("[{}]", 9), Cut { length: 0, objects: 0, next: Next::Other(0) });
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3_000))]

        #[test]
        fn any_text_is_cut_as_byte_by_byte(
            parts in prop::collection::vec(
                prop_oneof![
                    8 => select(vec![
                        "{}", "{\"a\":[1]}", ",", " ", "\n", "{\"b\":\"}{\"}", "{\"c\":\"\\\"{\\\\\"}",
                        "{\"d\":{\"e\":[[],{}]}}", "{\"0123456789012345678901234567890123456789\":0}",
                    ]),
                    1 => select(vec!["{", "}", "[", "]", "\"", "\\", "x", "é", ":", "\\\\\\"]),
                ],
                0..60,
            ),
            target in 0_usize..500,
        ) {
            let text = parts.concat();
            prop_assert_eq!(cut(&text, target), naive(&text, target), "{}", text);
        }
    }
}
