//! A file -> its text: all at once when it is small, piece by piece when it is large.

use std::fs::File;
use std::io::{self, BufReader, Chain, Cursor, Read, Seek, SeekFrom};

use flate2::Decompress;
use libdeflater::Decompressor;

use super::ahead::{Fetched, SMALL_FILE};
use super::allowance::Allowance;
use super::gzip::{GzipReader, claimed_size, inflate_one_member, inflate_whole, is_gzip};
use super::{Damage, LogFile, Place, Source};

/// Text up to this size is held by each thread.
const SMALL_TEXT: usize = 48 << 20;
/// Text up to this size is inflated at once, which is three times as fast, if memory allows.
const LARGE_TEXT: usize = 384 << 20;
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

impl LogFile {
    /// Its bytes as they are, from the first on.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        Ok(match &self.place {
            Place::Stdin => Box::new(io::stdin()),
            Place::Disk(path) => Box::new(File::open(path)?),
            Place::Object(object) => {
                let reader = object.bucket.reader(&object.key, self.bytes);
                Box::new(reader.map_err(|error| error.why)?)
            }
        })
    }
}

/// Opens files, one after the other, with the same buffers.
pub struct Opener {
    limits: Limits,
    fast: Decompressor,
    inflater: Decompress,
    text: Vec<u8>,
    large: Option<LargeText>,
}

impl Opener {
    /// An opener with its own buffers; each thread wants one.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            fast: Decompressor::new(),
            inflater: Decompress::new(false),
            text: Vec::new(),
            large: None,
        }
    }

    /// The text of a file of which that was fetched.
    ///
    /// # Errors
    /// When it cannot be opened or its first bytes cannot be read. Later trouble is told by the
    /// source.
    pub fn open<'s>(&'s mut self, file: &LogFile, fetched: Fetched<'s>) -> io::Result<Source<'s>> {
        let spare = self.large.take();
        if let Fetched::Bytes(bytes) = fetched {
            return if is_gzip(bytes) {
                self.small_gzip(bytes, spare)
            } else {
                self.small_plain(bytes)
            };
        }
        let Place::Disk(path) = &file.place else { return self.stream(file.open()?) };
        let mut opened = File::open(path)?;
        if file.bytes > SMALL_FILE {
            self.large = self.large_file(&mut opened, file.bytes, spare);
            if let Some(large) = &self.large {
                return Ok(Source::Whole(large.text(), None));
            }
            opened.rewind()?;
        }
        // Pipes and files that have no size in advance come this way, too.
        self.stream(Box::new(opened))
    }

    fn small_plain<'s>(&'s self, bytes: &'s [u8]) -> io::Result<Source<'s>> {
        if bytes.len() > self.most(SMALL_TEXT) {
            return self.stream(Box::new(bytes));
        }
        Ok(Source::Whole(bytes, None))
    }

    fn small_gzip<'s>(
        &'s mut self,
        bytes: &'s [u8],
        spare: Option<LargeText>,
    ) -> io::Result<Source<'s>> {
        let most = self.most(SMALL_TEXT);
        if inflate_one_member(&mut self.fast, bytes, &mut self.text, most).is_some() {
            return Ok(Source::Whole(&self.text[..claimed_size(bytes)], None));
        }
        let claimed = claimed_size(bytes);
        if claimed > most
            && let Some(room) = self.room(bytes.len(), claimed, spare)
        {
            self.large = room.inflate(&mut self.fast, bytes, claimed);
            if let Some(large) = &self.large {
                return Ok(Source::Whole(large.text(), None));
            }
        }
        self.text.clear();
        match inflate_whole(&mut self.inflater, bytes, &mut self.text, most) {
            Err(Damage::TooLarge(_)) => self.stream(Box::new(bytes)),
            outcome => Ok(Source::Whole(&self.text, outcome.err())),
        }
    }

    /// The text of a file that is large even when compressed, if it is one that can be held whole.
    fn large_file(
        &mut self,
        file: &mut File,
        bytes: u64,
        spare: Option<LargeText>,
    ) -> Option<LargeText> {
        let (mut first, mut last) = ([0; 2], [0; 4]);
        file.read_exact(&mut first).ok()?;
        file.seek(SeekFrom::End(-4)).ok()?;
        file.read_exact(&mut last).ok()?;
        if !is_gzip(&first) {
            return None;
        }
        let bytes = usize::try_from(bytes).ok()?;
        let claimed = claimed_size(&last);
        let room = self.room(bytes, claimed, spare)?;
        file.rewind().ok()?;
        let mut compressed = Vec::with_capacity(bytes);
        file.take(bytes as u64).read_to_end(&mut compressed).ok()?;
        room.inflate(&mut self.fast, &compressed, claimed)
    }

    /// Room for so many compressed bytes with the text they claim to be.
    fn room(
        &self,
        compressed: usize,
        claimed: usize,
        spare: Option<LargeText>,
    ) -> Option<LargeText> {
        let no_bomb =
            claimed as u64 <= HARMLESS_TEXT || claimed as u64 / MAX_RATIO <= compressed as u64;
        let fits = claimed <= self.most(LARGE_TEXT) && no_bomb;
        let bytes = compressed.saturating_add(claimed);
        match spare {
            _ if !fits => None,
            // Using it again saves the system the trouble of clearing new memory.
            Some(mut room) if bytes >= room.buffer.len() => {
                room.allowance.resize(bytes).then_some(room)
            }
            _ => {
                let allowance = Allowance::take(bytes)?;
                Some(LargeText { buffer: Vec::new(), length: 0, allowance })
            }
        }
    }

    /// The limit, or less where the user wants less.
    fn most(&self, limit: usize) -> usize {
        usize::try_from(self.limits.max_file_bytes).map_or(limit, |max| max.min(limit))
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

/// A text that is held only as long as it is read, or the room for it.
struct LargeText {
    buffer: Vec<u8>,
    length: usize,
    allowance: Allowance,
}

impl LargeText {
    fn text(&self) -> &[u8] {
        &self.buffer[..self.length]
    }

    fn inflate(
        mut self,
        inflater: &mut Decompressor,
        compressed: &[u8],
        claimed: usize,
    ) -> Option<Self> {
        inflate_one_member(inflater, compressed, &mut self.buffer, claimed)?;
        self.length = claimed;
        self.allowance.resize(self.buffer.len());
        Some(self)
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
        Some(self.0.compressed().get_ref().read)
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
