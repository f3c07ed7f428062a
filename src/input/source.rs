//! The text of a file, on its way to whoever reads it.

use std::io::Read;

/// What is wrong with the bytes of a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    /// A gzip stream that breaks off or is corrupt.
    #[error("gzip stream is damaged: {0}")]
    Gzip(String),
    /// Bytes after the gzip stream that are not gzip.
    #[error("unexpected data after the end of the gzip stream")]
    TrailingData,
    /// Reading failed.
    #[error("cannot be read: {0}")]
    Io(String),
    /// More decompressed bytes than allowed.
    #[error("more than {0} bytes when decompressed, the rest is left unread (--max-file-bytes)")]
    TooLarge(u64),
    /// A compression ratio that no log reaches.
    #[error(
        "decompresses to more than {0} times its size, looks like a bomb, the rest is left unread"
    )]
    Bomb(u64),
}

/// Text up to this size is looked at as a whole; of larger texts a part at a time is, wherever they
/// are held.
pub const SMALL_TEXT: usize = 48 << 20;

/// The text of a file.
pub enum Source<'r> {
    /// All of it, and what was wrong where it ended, if anything.
    Whole(&'r [u8], Option<Damage>),
    /// To be read piece by piece. A [`Damage`] inside an [`std::io::Error`] is reported as it is.
    Stream(Box<dyn Read + 'r>),
}
