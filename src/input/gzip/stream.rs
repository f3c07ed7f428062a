//! Gzip inflated piece by piece, for files too large to be inflated at once.

use std::io::{self, BufRead, Read};

use flate2::{Decompress, FlushDecompress, Status};
use libdeflater::Crc;

use super::{MAGIC, damaged};
use crate::input::Damage;

/// Inflates a file member by member.
pub struct GzipReader<R: BufRead> {
    compressed: R,
    inflater: Decompress,
    /// Of the member's text so far. flate2's own checksum is slow with zlib-rs.
    checksum: Crc,
    state: State,
}

enum State {
    Header,
    Body,
    Trailer,
    End,
}

impl<R: BufRead> GzipReader<R> {
    pub fn new(compressed: R) -> Self {
        let inflater = Decompress::new(false);
        Self { compressed, inflater, checksum: Crc::new(), state: State::Header }
    }

    /// What is being inflated.
    pub fn compressed(&self) -> &R {
        &self.compressed
    }

    /// Passes a member's header (RFC 1952 section 2.3).
    fn header(&mut self) -> io::Result<()> {
        let mut fixed = [0; 10];
        self.exactly(&mut fixed, "header")?;
        if fixed[..2] != MAGIC || fixed[2] != 8 {
            return Err(io::Error::other(damaged("header")));
        }
        let flags = fixed[3];
        if flags & 4 != 0 {
            let mut length = [0; 2];
            self.exactly(&mut length, "header")?;
            let mut extra = vec![0; usize::from(u16::from_le_bytes(length))];
            self.exactly(&mut extra, "header")?;
        }
        for text_flag in [8, 16] {
            if flags & text_flag != 0 {
                self.compressed.skip_until(0)?;
            }
        }
        if flags & 2 != 0 {
            self.exactly(&mut [0; 2], "header")?;
        }
        self.inflater.reset(false);
        self.checksum = Crc::new();
        self.state = State::Body;
        Ok(())
    }

    /// Inflates into `out`; how much that was, which may be nothing.
    fn body(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let input = self.compressed.fill_buf()?;
        let is_over = input.is_empty();
        let (read_before, written_before) = (self.inflater.total_in(), self.inflater.total_out());
        let status = self
            .inflater
            .decompress(input, out, FlushDecompress::None)
            .map_err(|error| io::Error::other(damaged(&error.to_string())))?;
        let since = |now: u64, before: u64| usize::try_from(now - before).unwrap_or(usize::MAX);
        let written = since(self.inflater.total_out(), written_before);
        self.compressed.consume(since(self.inflater.total_in(), read_before));
        self.checksum.update(&out[..written]);
        if status == Status::StreamEnd {
            self.state = State::Trailer;
        } else if is_over && written == 0 {
            return Err(io::Error::other(damaged("ends early")));
        }
        Ok(written)
    }

    /// Checks a member's end and finds the next one, if there is one.
    fn trailer(&mut self) -> io::Result<()> {
        let mut trailer = [0; 8];
        self.exactly(&mut trailer, "ends early")?;
        if trailer[..4] != self.checksum.sum().to_le_bytes() {
            return Err(io::Error::other(damaged("checksum")));
        }
        loop {
            let ahead = self.compressed.fill_buf()?;
            // Zero padding after the last member is legal.
            let padding = ahead.iter().take_while(|&&byte| byte == 0).count();
            match (ahead.len(), ahead.get(padding)) {
                (0, _) => self.state = State::End,
                (_, None) => {
                    self.compressed.consume(padding);
                    continue;
                }
                (_, Some(&first)) if first == MAGIC[0] => {
                    self.compressed.consume(padding);
                    self.state = State::Header;
                }
                _ => return Err(io::Error::other(Damage::TrailingData)),
            }
            return Ok(());
        }
    }

    fn exactly(&mut self, bytes: &mut [u8], what: &str) -> io::Result<()> {
        self.compressed.read_exact(bytes).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => io::Error::other(damaged(what)),
            _ => error,
        })
    }
}

impl<R: BufRead> Read for GzipReader<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while !out.is_empty() {
            match self.state {
                State::Header => self.header()?,
                State::Body => {
                    let written = self.body(out)?;
                    if written > 0 {
                        return Ok(written);
                    }
                }
                State::Trailer => self.trailer()?,
                State::End => return Ok(0),
            }
        }
        Ok(0)
    }
}
