//! The stretch of a file's text that is in memory: all of a small file, a moving part of a large
//! one.

use std::borrow::Cow;
use std::io::{self, ErrorKind, Read};

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
    /// What reading came to, when it was more than bytes.
    end: Option<io::Result<()>>,
}

impl<'r> Ahead<'r> {
    fn new(stream: Box<dyn Read + Send + 'r>) -> Self {
        Self { stream, bytes: Vec::new(), at: 0, end: None }
    }

    /// Reads as much as the window will hold.
    pub fn fetch(&mut self) {
        self.bytes.drain(..self.at);
        self.at = 0;
        let room = MAX_UNREAD.saturating_sub(self.bytes.len());
        if room > 0 && self.end.is_none() {
            let outcome = self.stream.by_ref().take(room as u64).read_to_end(&mut self.bytes);
            self.end = match outcome {
                Ok(1..) => None,
                Ok(0) => Some(Ok(())),
                Err(error) => Some(Err(error)),
            };
        }
    }
}

impl Read for Ahead<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let ahead = &self.bytes[self.at..];
        if ahead.is_empty() {
            return match self.end.take() {
                Some(end) => end.map(|()| 0),
                None => self.stream.read(out),
            };
        }
        let length = ahead.len().min(out.len());
        out[..length].copy_from_slice(&ahead[..length]);
        self.at += length;
        Ok(length)
    }
}

/// Text in memory, with a reading position.
pub struct Window<'r> {
    text: Cow<'r, str>,
    position: usize,
    /// Bytes of the file before `text`.
    before: u64,
    stream: Option<Ahead<'r>>,
    /// Whether the file ends with `text`.
    is_read: bool,
    /// What was read of the stream last.
    piece: Vec<u8>,
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
                    Err(_) if bytes.len() > MAX_UNREAD => window.begin_stream(Box::new(bytes)),
                    Err(_) => window.append(bytes, true),
                }
            }
            Source::Stream(stream) => window.begin_stream(stream),
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
            is_read: true,
            piece: Vec::new(),
            unfinished: Vec::new(),
            bad_bytes: Vec::new(),
            fault: None,
        }
    }

    fn begin_stream(&mut self, stream: Box<dyn Read + Send + 'r>) {
        self.stream = Some(Ahead::new(stream));
        self.is_read = false;
        self.read_more();
    }

    /// The text not yet consumed, at most [`MAX_UNREAD`] bytes: what is made of a file must not
    /// depend on how much of it happens to be in memory.
    pub fn rest(&self) -> &str {
        &self.text[self.position..self.end()]
    }

    fn end(&self) -> usize {
        self.text.floor_char_boundary(self.position + MAX_UNREAD)
    }

    /// The byte of the file at which [`Self::rest`] begins.
    pub fn byte(&self) -> u64 {
        self.before + self.position as u64
    }

    /// Consumes that many bytes of the rest.
    pub fn advance(&mut self, bytes: usize) {
        self.position = (self.position + bytes).min(self.text.len());
    }

    /// Whether the file ends with the rest.
    pub fn is_complete(&self) -> bool {
        self.is_read && self.end() == self.text.len()
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

    /// Reads until there is no more, or no room.
    pub fn fill(&mut self) {
        while self.read_more() {}
    }

    /// Takes out what is left of the file, so that it can be read while the window is looked at.
    pub fn take_ahead(&mut self) -> Option<Ahead<'r>> {
        self.stream.take()
    }

    /// Puts back what was taken out.
    pub fn put_ahead(&mut self, ahead: Option<Ahead<'r>>) {
        self.stream = ahead;
    }

    /// Reads another piece of the file behind the rest. False when there is no more, or no room.
    pub fn read_more(&mut self) -> bool {
        if self.is_read || self.text.len() - self.position >= MAX_UNREAD {
            return false;
        }
        let text = self.text.to_mut();
        text.drain(..self.position);
        self.before += self.position as u64;
        let rest = text.len();
        self.position = 0;
        let before = self.before;
        let passed = self.bad_bytes.partition_point(|&byte| byte < before);
        self.bad_bytes.drain(..passed);
        let mut piece = std::mem::take(&mut self.piece);
        let length = self.read_piece(&mut piece);
        self.append(&piece[..length], self.is_read);
        self.piece = piece;
        self.text.len() > rest
    }

    /// Reads what was left unfinished and a chunk of the stream; how many bytes that is.
    fn read_piece(&mut self, piece: &mut Vec<u8>) -> usize {
        let start = self.unfinished.len();
        piece.resize(start + CHUNK, 0);
        piece[..start].copy_from_slice(&self.unfinished);
        self.unfinished.clear();
        let mut length = start;
        while let Some(stream) = &mut self.stream
            && length < piece.len()
        {
            match stream.read(&mut piece[length..]) {
                Ok(0) => break,
                Ok(read) => length += read,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    let damage =
                        error.downcast().unwrap_or_else(|error| Damage::Io(error.to_string()));
                    self.fault = Some(Fault::Damaged(damage));
                    self.is_read = true;
                    break;
                }
            }
        }
        self.is_read |= length == start;
        length
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
                        self.is_read = true;
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
    fn a_large_text_is_shown_as_a_stream_of_it_would_be() {
        let sound = "aé😀z😀é".repeat(MAX_UNREAD / 8).into_bytes();
        let mut unsound = sound.clone();
        unsound[MAX_UNREAD] = 0xff;
        for bytes in [&sound[..], &unsound] {
            let mut whole = Window::new(Source::Whole(bytes, None));
            let mut stream = Window::new(Source::Stream(Box::new(bytes)));
            for step in [0, 3, 1 << 20, 9 << 20, 5 << 20, 0, 0, 40 << 20].repeat(4) {
                for window in [&mut whole, &mut stream] {
                    window.fill();
                    window.advance(window.rest().floor_char_boundary(step));
                    window.fill();
                }
                assert!(whole.rest() == stream.rest(), "at byte {}", whole.byte());
                let state = |window: &Window<'_>| {
                    (window.byte(), window.is_complete(), window.holds_bad_bytes(100))
                };
                assert_eq!(state(&whole), state(&stream));
            }
            assert!(whole.is_complete() && whole.rest().is_empty());
        }
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
