//! A file -> its text: all at once when it is small, piece by piece when it is large.

use std::fs::File;
use std::io::{self, BufReader, Chain, Cursor, Read};

use flate2::Decompress;
use libdeflater::Decompressor;

use super::gzip::{GzipReader, claimed_size, inflate_one_member, inflate_whole, is_gzip};
use super::{Damage, LogFile, Source};

/// Files up to this size on disk are read at once.
const SMALL_FILE: u64 = 16 << 20;
/// Text up to this size is held at once.
const SMALL_TEXT: usize = 48 << 20;
/// Text this many times the size of its file is no log (DEFLATE reaches 1,032; logs 10 to 100) …
const MAX_RATIO: u64 = 500;
/// … unless there is less of it than this.
const HARMLESS_TEXT: u64 = 64 << 20;

/// How much of one file is read.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The most decompressed bytes of one file.
    pub max_file_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_file_bytes: 16 << 30 }
    }
}

/// Opens files, one after the other, with the same buffers.
pub struct Opener {
    limits: Limits,
    fast: Decompressor,
    inflater: Decompress,
    compressed: Vec<u8>,
    text: Vec<u8>,
}

impl Opener {
    /// An opener with its own buffers; each thread wants one.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            fast: Decompressor::new(),
            inflater: Decompress::new(false),
            compressed: Vec::new(),
            text: Vec::new(),
        }
    }

    /// The text of a file.
    ///
    /// # Errors
    /// When it cannot be opened or its first bytes cannot be read. Later trouble is told by the
    /// source.
    pub fn open(&mut self, file: &LogFile) -> io::Result<Source<'_>> {
        if file.is_stdin() {
            return self.stream(Box::new(io::stdin()));
        }
        let mut opened = File::open(&file.path)?;
        if file.bytes == 0 || file.bytes > SMALL_FILE {
            // Pipes and files that have no size in advance come this way too.
            return self.stream(Box::new(opened));
        }
        self.compressed.clear();
        opened.read_to_end(&mut self.compressed)?;
        let most = usize::try_from(self.limits.max_file_bytes)
            .map_or(SMALL_TEXT, |max| max.min(SMALL_TEXT));
        if !is_gzip(&self.compressed) {
            return if self.compressed.len() > most {
                self.stream(Box::new(&self.compressed[..]))
            } else {
                Ok(Source::Whole(&self.compressed, None))
            };
        }
        if inflate_one_member(&mut self.fast, &self.compressed, &mut self.text, most).is_some() {
            return Ok(Source::Whole(&self.text[..claimed_size(&self.compressed)], None));
        }
        self.text.clear();
        match inflate_whole(&mut self.inflater, &self.compressed, &mut self.text, most) {
            Err(Damage::TooLarge(_)) => self.stream(Box::new(&self.compressed[..])),
            outcome => Ok(Source::Whole(&self.text, outcome.err())),
        }
    }

    fn stream<'r>(&self, mut bytes: Box<dyn Read + Send + 'r>) -> io::Result<Source<'r>> {
        let mut first = Vec::with_capacity(2);
        bytes.by_ref().take(2).read_to_end(&mut first)?;
        let gzip = is_gzip(&first);
        let counted = Counted { inner: Cursor::new(first).chain(bytes), read: 0 };
        let limits = self.limits;
        Ok(Source::Stream(if gzip {
            let compressed = BufReader::with_capacity(1 << 18, counted);
            Box::new(Limited { inner: Inflated(GzipReader::new(compressed)), limits, read: 0 })
        } else {
            Box::new(Limited { inner: counted, limits, read: 0 })
        }))
    }
}

struct Counted<'r> {
    inner: Chain<Cursor<Vec<u8>>, Box<dyn Read + Send + 'r>>,
    read: u64,
}

impl Read for Counted<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(out)?;
        self.read += read as u64;
        Ok(read)
    }
}

struct Inflated<'r>(GzipReader<BufReader<Counted<'r>>>);

/// A source that knows how many bytes it was made from.
trait Origin: Read + Send {
    fn compressed_bytes(&self) -> Option<u64>;
}

impl Origin for Counted<'_> {
    fn compressed_bytes(&self) -> Option<u64> {
        None
    }
}

impl Read for Inflated<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.0.read(out)
    }
}

impl Origin for Inflated<'_> {
    fn compressed_bytes(&self) -> Option<u64> {
        self.0.compressed().map(|compressed| compressed.get_ref().read)
    }
}

/// Stops at the limits.
struct Limited<R> {
    inner: R,
    limits: Limits,
    read: u64,
}

impl<R: Origin> Read for Limited<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.read > self.limits.max_file_bytes {
            return Err(io::Error::other(Damage::TooLarge(self.limits.max_file_bytes)));
        }
        if self.read > HARMLESS_TEXT
            && self.inner.compressed_bytes().is_some_and(|bytes| self.read / MAX_RATIO > bytes)
        {
            return Err(io::Error::other(Damage::Bomb(MAX_RATIO)));
        }
        // One byte past the limit tells that there is more.
        let room = usize::try_from(self.limits.max_file_bytes - self.read).unwrap_or(usize::MAX);
        let most = out.len().min(room.saturating_add(1));
        let read = self.inner.read(&mut out[..most])?;
        self.read += read as u64;
        Ok(read)
    }
}
