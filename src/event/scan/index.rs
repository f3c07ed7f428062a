//! Where the strings of a stretch of text begin and end, found 64 bytes at a time, and whether what
//! they hold is what JSON allows.

use std::cell::Cell;
use std::mem::take;

use fearless_simd::prelude::*;
use fearless_simd::{Level, dispatch, u8x64};
use memchr::memchr;

use super::block::{BLOCK, Marks, escaped, marks, odd_up_to_here};

/// Quotes that there is room for in an index that is kept for the next file.
const MOST_KEPT: usize = 1 << 18;

thread_local! {
    /// Room that an index of this thread left behind: making it anew for every file costs as much as
    /// half of the indexing.
    static ROOM: Cell<Vec<u32>> = const { Cell::new(Vec::new()) };
}

/// The quotes of a stretch of text. Positions are counted from the byte the index began at, which
/// must not be inside a string.
pub struct Index {
    level: Level,
    /// Quotes that open or close a string, in turn; behind the first `count` stands anything.
    quotes: Vec<u32>,
    count: usize,
    indexed: usize,
    /// Whether the byte that comes next stands behind a backslash that escapes it.
    escaped: bool,
    /// The first control character or bad escape in a string, where there is one.
    first_bad: Option<usize>,
    last_backslash: Option<usize>,
}

impl Default for Index {
    fn default() -> Self {
        Self {
            level: Level::new(),
            quotes: ROOM.take(),
            count: 0,
            indexed: 0,
            escaped: false,
            first_bad: None,
            last_backslash: None,
        }
    }
}

impl Index {
    /// Forgets everything, for another beginning.
    pub fn clear(&mut self) {
        (self.count, self.indexed, self.escaped) = (0, 0, false);
        (self.first_bad, self.last_backslash) = (None, None);
    }

    /// Forgets the first strings, so that the room for them serves again.
    pub fn forget(&mut self, strings: usize) {
        let gone = (2 * strings).min(self.count);
        self.quotes.copy_within(gone..self.count, 0);
        self.count -= gone;
    }

    /// How far the index goes.
    pub fn indexed(&self) -> usize {
        self.indexed
    }

    /// Strings from the `first` on: where they open and where they close.
    pub fn strings(&self, first: usize) -> &[[u32; 2]] {
        let (pairs, _) = self.quotes[..self.count].as_chunks();
        &pairs[first.min(pairs.len())..]
    }

    /// Where the string with that number opens, whether it closes or not.
    pub fn opening(&self, string: usize) -> Option<usize> {
        self.quotes[..self.count].get(2 * string).map(|&quote| quote as usize)
    }

    /// Whether all strings before `end` are well-formed.
    pub fn is_good_up_to(&self, end: usize) -> bool {
        self.first_bad.is_none_or(|bad| bad >= end)
    }

    /// Whether there may be an escape at `start` or behind it.
    pub fn may_escape_from(&self, start: usize) -> bool {
        self.last_backslash.is_some_and(|last| last >= start)
    }

    /// Indexes `bytes` more of the text, of which `text` is what begins at `origin`. A number of
    /// bytes that is no whole number of blocks is rounded up.
    pub fn extend(&mut self, text: &[u8], origin: usize, bytes: usize) {
        let from = self.indexed.saturating_sub(origin);
        let length = bytes.next_multiple_of(BLOCK);
        let piece = text.get(from..).unwrap_or_default();
        let piece = &piece[..length.min(piece.len())];
        let level = self.level;
        dispatch!(level, simd => self.extend_by(simd, piece, text, origin));
    }

    #[expect(
        clippy::inline_always,
        reason = "it must become part of each kind of processor's code"
    )]
    #[inline(always)]
    fn extend_by<S: Simd>(&mut self, simd: S, piece: &[u8], text: &[u8], origin: usize) {
        let (blocks, tail) = piece.as_chunks::<BLOCK>();
        for block in blocks {
            self.block(simd, block, text, origin);
        }
        if !tail.is_empty() {
            let mut block = [b' '; BLOCK];
            block[..tail.len()].copy_from_slice(tail);
            self.block(simd, &block, text, origin);
            self.indexed -= BLOCK - tail.len();
        }
    }

    #[expect(clippy::inline_always, reason = "as above")]
    #[inline(always)]
    fn block<S: Simd>(&mut self, simd: S, block: &[u8; BLOCK], text: &[u8], origin: usize) {
        let marks = marks(u8x64::from_slice(simd, block));
        let quotes = if marks.backslashes | marks.controls | u64::from(self.escaped) == 0 {
            marks.quotes
        } else {
            self.unusual_block(&marks, text, origin)
        };
        self.push(quotes);
        self.indexed += BLOCK;
    }

    /// Keeps the positions of a block's quotes. Eight are written whether they are there or not:
    /// that is faster than finding out.
    #[expect(clippy::inline_always, reason = "as above")]
    #[inline(always)]
    fn push(&mut self, mut quotes: u64) {
        if self.quotes.len() < self.count + BLOCK {
            self.quotes.resize(2 * self.quotes.len() + 16 * BLOCK, 0);
        }
        let found = quotes.count_ones() as usize;
        let Some(free) = self.quotes[self.count..].first_chunk_mut::<BLOCK>() else { return };
        #[expect(clippy::cast_possible_truncation, reason = "the scanner begins anew before that")]
        let start = self.indexed as u32;
        let (first, more) = free.split_at_mut(8);
        for slot in first {
            *slot = start.wrapping_add(quotes.trailing_zeros());
            quotes &= quotes.wrapping_sub(1);
        }
        if found > 8 {
            for slot in &mut more[..found - 8] {
                *slot = start.wrapping_add(quotes.trailing_zeros());
                quotes &= quotes.wrapping_sub(1);
            }
        }
        self.count += found;
    }

    /// A block with backslashes or control characters; which of its quotes are no part of a string.
    #[cold]
    #[inline(never)]
    fn unusual_block(&mut self, marks: &Marks, text: &[u8], origin: usize) -> u64 {
        let escaped = escaped(marks.backslashes, &mut self.escaped);
        let mut escaping = escaped >> 1 | u64::from(self.escaped) << 63;
        while escaping != 0 {
            let position = self.indexed + escaping.trailing_zeros() as usize;
            if !is_escape(text.get(position - origin + 1..).unwrap_or_default()) {
                self.bad(position);
            }
            self.last_backslash = Some(position);
            escaping &= escaping - 1;
        }
        let quotes = marks.quotes & !escaped;
        let opened = if self.count % 2 == 1 { u64::MAX } else { 0 };
        let in_strings = marks.controls & (odd_up_to_here(quotes) ^ opened);
        if in_strings != 0 {
            self.bad(self.indexed + in_strings.trailing_zeros() as usize);
        }
        quotes
    }

    fn bad(&mut self, position: usize) {
        self.first_bad = Some(self.first_bad.map_or(position, |bad| bad.min(position)));
    }
}

impl Drop for Index {
    fn drop(&mut self) {
        let (own, other) = (take(&mut self.quotes), ROOM.take());
        let is_better = own.len() > other.len() && own.len() <= MOST_KEPT;
        ROOM.set(if is_better { own } else { other });
    }
}

/// Whether what stands behind a backslash makes an escape with it.
fn is_escape(text: &[u8]) -> bool {
    match text.first() {
        Some(b'u') => text.get(1..5).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit)),
        Some(&byte) => memchr(byte, b"\"\\/bfnrt").is_some(),
        None => false,
    }
}
