//! What a digest says of a file: the SHA-256 of its text, as it is when the gzip around it is taken
//! off.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::GzDecoder;
use libdeflater::Decompressor;
use memchr::memmem;
use sha2::{Digest as _, Sha256};

use crate::input::{Limits, inflate_one_member, is_gzip};

/// A SHA-256.
pub type Hash = [u8; 32];

/// Text of log files up to this size is inflated at once.
pub const WHOLE_LOG: usize = 48 << 20;
/// A gzip member's checksum and size.
const TRAILER: usize = 8;

/// What is in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// One whole gzip member and nothing else.
    Whole(Hash),
    /// Text that is not compressed.
    Plain(Hash),
    /// A gzip member whose end is missing; the hash is of what there is.
    Cut(Hash),
    /// A gzip member and something after it, which CloudTrail never writes.
    Trailing,
    /// Gzip that is damaged.
    Malformed,
    /// More text than is allowed.
    TooLarge,
}

impl Content {
    /// The content of a file with these bytes, which are whole and have that text.
    #[must_use]
    pub fn of(bytes: &[u8], text: &[u8]) -> Self {
        let hash = Sha256::digest(text).into();
        if is_gzip(bytes) { Self::Whole(hash) } else { Self::Plain(hash) }
    }
}

/// Hashes files, one after the other, with the same buffers.
pub struct ContentReader {
    limits: Limits,
    /// Text up to this size is inflated at once.
    whole: usize,
    inflater: Decompressor,
    text: Vec<u8>,
}

impl ContentReader {
    /// A reader with its own buffers, in which text up to that size is held; each thread wants one.
    #[must_use]
    pub fn new(limits: Limits, whole: usize) -> Self {
        Self { limits, whole, inflater: Decompressor::new(), text: Vec::new() }
    }

    /// The content of a file with these bytes.
    pub fn content(&mut self, bytes: &[u8]) -> Content {
        match self.whole_text(bytes) {
            Some(text) => Content::of(bytes, text),
            None if is_gzip(bytes) => hash_gzip(bytes, self.limits).unwrap_or(Content::Malformed),
            None => Content::TooLarge,
        }
    }

    /// The text of a file that is whole and small, as nearly all are.
    pub fn whole_text<'t>(&'t mut self, bytes: &'t [u8]) -> Option<&'t [u8]> {
        let limit = usize::try_from(self.limits.max_file_bytes).unwrap_or(usize::MAX);
        if !is_gzip(bytes) {
            return (bytes.len() <= limit).then_some(bytes);
        }
        let text =
            inflate_one_member(&mut self.inflater, bytes, &mut self.text, limit.min(self.whole))?;
        is_one_member(bytes, text).then_some(text)
    }

    /// The content of a file that is read piece by piece.
    ///
    /// # Errors
    /// Those of the file, not of what is in it.
    pub fn stream(&self, file: impl Read) -> io::Result<Content> {
        let mut file = BufReader::with_capacity(1 << 18, file);
        if is_gzip(file.fill_buf()?) {
            return hash_gzip(file, self.limits);
        }
        let mut text = Hashed::new(self.limits);
        loop {
            let piece = file.fill_buf()?;
            if piece.is_empty() {
                return Ok(Content::Plain(text.hash()));
            }
            let read = piece.len();
            if !text.add(piece) {
                return Ok(Content::TooLarge);
            }
            file.consume(read);
        }
    }
}

/// Whether the gzip member with that text ends where the bytes do. The inflater has checked the
/// member's trailer wherever it is: when the same eight bytes end the file and stand nowhere before,
/// that is where.
pub fn is_one_member(bytes: &[u8], text: &[u8]) -> bool {
    let Some(at) = bytes.len().checked_sub(TRAILER) else { return false };
    let trailer = &bytes[at..];
    trailer[..4] == libdeflater::crc32(text).to_le_bytes()
        && memmem::find(bytes, trailer) == Some(at)
}

/// Inflates and hashes piece by piece.
fn hash_gzip(compressed: impl BufRead, limits: Limits) -> io::Result<Content> {
    let mut inflater = GzDecoder::new(Fallible { inner: compressed, error: None });
    let mut text = Hashed::new(limits);
    let mut piece = vec![0; 1 << 16];
    loop {
        match inflater.read(&mut piece) {
            Ok(0) => break,
            Ok(read) if text.add(&piece[..read]) => {}
            Ok(_) => return Ok(Content::TooLarge),
            Err(error) => {
                return match inflater.get_mut().error.take() {
                    Some(error) => Err(error),
                    None if error.kind() == io::ErrorKind::UnexpectedEof => {
                        Ok(Content::Cut(text.hash()))
                    }
                    None => Ok(Content::Malformed),
                };
            }
        }
    }
    let is_over = inflater.into_inner().fill_buf()?.is_empty();
    Ok(if is_over { Content::Whole(text.hash()) } else { Content::Trailing })
}

/// The hash of a text that comes in pieces.
struct Hashed {
    hasher: Sha256,
    /// Bytes that may still come.
    room: u64,
}

impl Hashed {
    fn new(limits: Limits) -> Self {
        Self { hasher: Sha256::new(), room: limits.max_file_bytes }
    }

    /// Whether there was room for it.
    fn add(&mut self, piece: &[u8]) -> bool {
        self.hasher.update(piece);
        let left = self.room.checked_sub(piece.len() as u64);
        self.room = left.unwrap_or(0);
        left.is_some()
    }

    fn hash(self) -> Hash {
        self.hasher.finalize().into()
    }
}

/// Keeps what the file itself says apart from what the inflater says of it.
struct Fallible<R> {
    inner: R,
    error: Option<io::Error>,
}

impl<R: BufRead> Read for Fallible<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.inner.read(out).map_err(|error| self.keep(error))
    }
}

impl<R: BufRead> BufRead for Fallible<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        match self.inner.fill_buf() {
            Ok(bytes) => Ok(bytes),
            Err(error) => {
                let kind = error.kind();
                self.error = Some(error);
                Err(kind.into())
            }
        }
    }

    fn consume(&mut self, amount: usize) {
        self.inner.consume(amount);
    }
}

impl<R> Fallible<R> {
    fn keep(&mut self, error: io::Error) -> io::Error {
        let kind = error.kind();
        self.error = Some(error);
        kind.into()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::input::gzip;

    /// Both ways must say the same.
    fn content(bytes: &[u8]) -> Content {
        let mut reader = ContentReader::new(Limits::default(), WHOLE_LOG);
        let content = reader.content(bytes);
        assert_eq!(content, reader.stream(bytes).unwrap());
        content
    }

    fn whole(text: &[u8]) -> Content {
        Content::Whole(Sha256::digest(text).into())
    }

    fn plain(text: &[u8]) -> Content {
        Content::Plain(Sha256::digest(text).into())
    }

    #[test]
    fn one_member_and_nothing_else_is_whole() {
        let text = b"{\"Records\":[]} and again {\"Records\":[]}";
        let bytes = gzip(text);
        assert_eq!(content(&bytes), whole(text));
        assert_eq!(content(text), plain(text));
        assert_eq!(content(b""), plain(b""));
        let and = |more: &[u8]| [&bytes, more].concat();
        // The last ends as the member does, so that it looks whole from behind.
        for more in [&b"x"[..], &[0; 8], &bytes, &gzip(b"more"), &bytes[bytes.len() - 8..]] {
            assert_eq!(content(&and(more)), Content::Trailing, "{more:?}");
        }
    }

    #[test]
    fn damage_is_told_from_an_end_that_is_missing() {
        let text: Vec<u8> = (0..50_000_u32).flat_map(|n| (n * n).to_le_bytes()).collect();
        let bytes = gzip(&text);
        assert!(matches!(content(&bytes[..bytes.len() / 2]), Content::Cut(_)));
        let cut = content(&bytes[..bytes.len() - 3]);
        assert_eq!(cut, Content::Cut(Sha256::digest(&text).into()));
        for at in 1..=TRAILER {
            let mut flipped = bytes.clone();
            let last = flipped.len() - at;
            flipped[last] ^= 1;
            assert_eq!(content(&flipped), Content::Malformed, "{at} from the end");
        }
        assert_eq!(content(b"\x1f\x8bgarbage, and more"), Content::Malformed);
    }

    #[test]
    fn the_limit_is_kept() {
        let bytes = gzip(&vec![b' '; 2_000_000]);
        let mut reader = ContentReader::new(Limits { max_file_bytes: 1_000_000 }, WHOLE_LOG);
        let text = vec![b'x'; 1_000_001];
        for bytes in [&bytes[..], &text] {
            assert_eq!(reader.content(bytes), Content::TooLarge);
            assert_eq!(reader.stream(bytes).unwrap(), Content::TooLarge);
        }
        assert_eq!(reader.content(&text[1..]), plain(&text[1..]));
    }

    #[test]
    fn what_the_system_says_is_no_damage() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::ErrorKind::PermissionDenied.into())
            }
        }
        let reader = ContentReader::new(Limits::default(), WHOLE_LOG);
        let bytes = gzip(&[b'x'; 100]);
        for before in [&bytes[..20], b"plain text", b""] {
            let error = reader.stream(before.chain(Broken)).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::PermissionDenied);
        }
    }

    proptest! {
        #[test]
        fn any_flipped_bit_changes_the_text_or_nothing(text in prop::collection::vec(any::<u8>(), 0..400), at in any::<prop::sample::Index>(), bit in 0..8_u8) {
            let mut bytes = gzip(&text);
            let at = at.index(bytes.len());
            bytes[at] ^= 1_u8 << bit;
            // What the header says of time and system is no part of the text.
            let in_header = at < 10;
            prop_assert!(in_header || content(&bytes) != whole(&text) || inflates_to(&bytes, &text));
        }

        #[test]
        fn any_bytes_end_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            content(&bytes);
            content(&[&b"\x1f\x8b\x08\x00"[..], &bytes].concat());
        }
    }

    /// Bits between the last block and the trailer belong to nothing.
    fn inflates_to(bytes: &[u8], text: &[u8]) -> bool {
        let mut inflated = Vec::new();
        GzDecoder::new(bytes).read_to_end(&mut inflated).is_ok() && inflated == text
    }
}
