//! A large object, fetched in pieces a little ahead of who reads it.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::ops::Range;
use std::sync::Arc;

use object_store::path::Path;
use object_store::{GetOptions, GetRange, ObjectStore};
use tokio::task::JoinHandle;

use super::error::why;
use super::runtime::{finish, runtime};

/// Bytes asked for at a time.
const PIECE: u64 = 8 << 20;
/// Pieces on their way beside the one that is read.
const AHEAD: usize = 2;

type Piece = object_store::Result<(Vec<u8>, Option<String>)>;

/// Reads an object from its beginning to its end.
pub struct ObjectReader {
    store: Arc<dyn ObjectStore>,
    path: Path,
    profile: Option<String>,
    bytes: u64,
    /// The first byte that was not asked for yet.
    next: u64,
    coming: VecDeque<JoinHandle<Piece>>,
    piece: io::Cursor<Vec<u8>>,
    /// The version that the first piece was of: all others must be, too.
    etag: Option<String>,
}

impl ObjectReader {
    pub fn new(
        store: Arc<dyn ObjectStore>,
        path: Path,
        bytes: u64,
        profile: Option<String>,
    ) -> Self {
        let (coming, piece) = (VecDeque::new(), io::Cursor::default());
        Self { store, path, profile, bytes, next: 0, coming, piece, etag: None }
    }

    fn ask(&mut self) -> io::Result<()> {
        let range = self.next..(self.next + PIECE).min(self.bytes);
        self.next = range.end;
        let asked = piece(self.store.clone(), self.path.clone(), range, self.etag.clone());
        self.coming.push_back(runtime()?.spawn(asked));
        Ok(())
    }

    /// Takes the next piece; false after the last.
    fn advance(&mut self) -> io::Result<bool> {
        let is_first = self.next == 0;
        let ahead = if is_first { 1 } else { AHEAD };
        while self.next < self.bytes && self.coming.len() < ahead {
            self.ask()?;
        }
        let Some(piece) = self.coming.pop_front() else { return Ok(false) };
        let (bytes, etag) = finish(runtime()?, piece)
            .map_err(|error| io::Error::from(why(&error, self.profile.as_deref())))?;
        if is_first {
            self.etag = etag;
        }
        self.piece = io::Cursor::new(bytes);
        while self.next < self.bytes && self.coming.len() < AHEAD {
            self.ask()?;
        }
        Ok(true)
    }
}

impl Read for ObjectReader {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.piece.read(out)?;
            if read > 0 || out.is_empty() || !self.advance()? {
                return Ok(read);
            }
        }
    }
}

impl Drop for ObjectReader {
    fn drop(&mut self) {
        for piece in &self.coming {
            piece.abort();
        }
    }
}

async fn piece(
    store: Arc<dyn ObjectStore>,
    path: Path,
    range: Range<u64>,
    etag: Option<String>,
) -> Piece {
    let options = GetOptions {
        range: Some(GetRange::Bounded(range)),
        if_match: etag,
        ..GetOptions::default()
    };
    let answer = store.get_opts(&path, options).await?;
    let etag = answer.meta.e_tag.clone();
    Ok((answer.bytes().await?.into(), etag))
}
