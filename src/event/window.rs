//! The stretch of a file's text that is in memory: all of a small file, a moving part of a large
//! one.

use std::borrow::Cow;
use std::io::{self, Read};

use super::Fault;
use crate::input::{Damage, Source};

/// How much is read at a time.
const CHUNK: usize = 4 << 20;
/// The most unread text held at once; no record and no stretch between records may be longer.
pub const MAX_UNREAD: usize = 16 << 20;
/// Files with more undecodable bytes than this in one window are no logs.
const MAX_BAD_BYTES: usize = 1 << 16;

/// What is left of a file, and what was read of it ahead of time.
pub struct Ahead<'r> {
    stream: Box<dyn Read + Send + 'r>,
    bytes: Vec<u8>,
    /// How many of `bytes` were handed out.
    at: usize,
    /// How reading went, once it has come to an end.
    end: Option<io::Result<()>>,
}

impl Ahead<'_> {
    /// Reads as much as the window will hold.
    pub fn fetch(&mut self) {
        self.bytes.drain(..self.at);
        self.at = 0;
        while self.bytes.len() < MAX_UNREAD && self.end.is_none() {
            self.read(CHUNK);
        }
    }

    fn read(&mut self, bytes: usize) {
        let outcome = self.stream.by_ref().take(bytes as u64).read_to_end(&mut self.bytes);
        self.end = match outcome {
            Ok(1..) => None,
            Ok(0) => Some(Ok(())),
            Err(error) => Some(Err(error)),
        };
    }

    /// Appends the next piece to `piece`; `Some` when it was the last.
    fn next(&mut self, piece: &mut Vec<u8>) -> Option<io::Result<()>> {
        if self.at == self.bytes.len() && self.end.is_none() {
            self.bytes.clear();
            self.at = 0;
            self.read(CHUNK);
        }
        let end = self.bytes.len().min(self.at + CHUNK);
        piece.extend_from_slice(&self.bytes[self.at..end]);
        self.at = end;
        if end == self.bytes.len() { self.end.take() } else { None }
    }
}

/// Text in memory, with a reading position.
pub struct Window<'r> {
    text: Cow<'r, str>,
    position: usize,
    /// Bytes of the file before `text`.
    before: u64,
    stream: Option<Ahead<'r>>,
    /// Begun but unfinished UTF-8 at the end of what was read.
    unfinished: Vec<u8>,
    /// Where in the file bytes that are not UTF-8 stood (each now `?`), ascending.
    bad_bytes: Vec<u64>,
    fault: Option<Fault>,
}

impl<'r> Window<'r> {
    pub fn new(source: Source<'r>) -> Self {
        let mut window = Self::of("", 0);
        match source {
            Source::Whole(bytes, damage) => {
                window.fault = damage.map(Fault::Damaged);
                match simdutf8::basic::from_utf8(bytes) {
                    Ok(text) => window.text = Cow::Borrowed(text),
                    Err(_) => window.append(bytes, true),
                }
            }
            Source::Stream(stream) => {
                window.stream = Some(Ahead { stream, bytes: Vec::new(), at: 0, end: None });
                window.read_more();
            }
        }
        window
    }

    /// A window on a stretch of a file's text that begins at that byte.
    pub fn of(text: &'r str, byte: u64) -> Self {
        Self {
            text: Cow::Borrowed(text),
            position: 0,
            before: byte,
            stream: None,
            unfinished: Vec::new(),
            bad_bytes: Vec::new(),
            fault: None,
        }
    }

    /// The text not yet consumed.
    pub fn rest(&self) -> &str {
        &self.text[self.position..]
    }

    /// The byte of the file at which [`Self::rest`] begins.
    pub fn byte(&self) -> u64 {
        self.before + self.position as u64
    }

    /// Consumes that many bytes of the rest.
    pub fn advance(&mut self, bytes: usize) {
        self.position = (self.position + bytes).min(self.text.len());
    }

    /// Whether nothing can be added to the rest any more.
    pub fn is_complete(&self) -> bool {
        self.stream.is_none()
    }

    /// Whether the next `bytes` held anything that was not UTF-8.
    pub fn holds_bad_bytes(&self, bytes: usize) -> bool {
        let from = self.byte();
        let first = self.bad_bytes.partition_point(|&byte| byte < from);
        self.bad_bytes.get(first).is_some_and(|&byte| byte < from + bytes as u64)
    }

    /// What was wrong with the file where it ended; told once.
    pub fn take_fault(&mut self) -> Option<Fault> {
        self.fault.take()
    }

    /// Reads another piece of the file behind the rest. False when there is no more, or no room.
    pub fn read_more(&mut self) -> bool {
        if self.text.len() - self.position >= MAX_UNREAD {
            return false;
        }
        let Some(stream) = &mut self.stream else { return false };
        let mut piece = std::mem::take(&mut self.unfinished);
        let end = stream.next(&mut piece);
        let ended = end.is_some();
        if let Some(Err(error)) = end {
            let damage = error.downcast().unwrap_or_else(|error| Damage::Io(error.to_string()));
            self.fault = Some(Fault::Damaged(damage));
        }
        if ended {
            self.stream = None;
        }
        self.text.to_mut().drain(..self.position);
        self.before += self.position as u64;
        self.position = 0;
        let before = self.before;
        let passed = self.bad_bytes.partition_point(|&byte| byte < before);
        self.bad_bytes.drain(..passed);
        let length = self.text.len();
        self.append(&piece, ended);
        self.text.len() > length
    }

    /// Reads until there is no more, or no room.
    pub fn fill(&mut self) {
        while self.read_more() {}
    }

    /// Takes out what is left of the file, so that it can be read while the window is looked at.
    pub fn take_ahead(&mut self) -> Option<Ahead<'r>> {
        self.stream.take()
    }

    pub fn put_ahead(&mut self, ahead: Option<Ahead<'r>>) {
        self.stream = ahead;
    }

    /// Appends bytes as text. An unfinished character at the end waits for more, unless `last`.
    fn append(&mut self, mut bytes: &[u8], last: bool) {
        let text = self.text.to_mut();
        if let Ok(piece) = simdutf8::basic::from_utf8(bytes) {
            return text.push_str(piece);
        }
        loop {
            match std::str::from_utf8(bytes) {
                Ok(piece) => return text.push_str(piece),
                Err(error) => {
                    let (valid, rest) = bytes.split_at(error.valid_up_to());
                    text.push_str(&String::from_utf8_lossy(valid));
                    if error.error_len().is_none() && !last {
                        self.unfinished = rest.to_vec();
                        return;
                    }
                    self.bad_bytes.push(self.before + text.len() as u64);
                    if self.bad_bytes.len() > MAX_BAD_BYTES {
                        self.fault = Some(Fault::NotJson);
                        self.stream = None;
                        return;
                    }
                    text.push('?');
                    bytes = rest.get(1..).unwrap_or_default();
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_split_between_pieces_are_joined() {
        struct Drip(Vec<u8>);
        impl Read for Drip {
            fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
                if self.0.is_empty() || out.is_empty() {
                    return Ok(0);
                }
                out[0] = self.0.remove(0);
                Ok(1)
            }
        }
        let mut window = Window::new(Source::Stream(Box::new(Drip("aé😀z".into()))));
        while window.read_more() {}
        assert_eq!(window.rest(), "aé😀z");
        assert!(!window.holds_bad_bytes(100));
    }

    #[test]
    fn bad_bytes_are_marked_where_they_stood() {
        let mut window = Window::new(Source::Whole(b"ab\xffcd\xe2\x82", None));
        assert_eq!(window.rest(), "ab?cd??");
        assert!(!window.holds_bad_bytes(2));
        assert!(window.holds_bad_bytes(3));
        window.advance(3);
        assert!(!window.holds_bad_bytes(2));
        assert!(window.holds_bad_bytes(3));
    }
}
