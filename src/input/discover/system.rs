//! What the system says of a file, which differs between systems.

use std::fs::Metadata;
use std::path::Path;

/// Which file or folder it is, by whatever path.
#[cfg(unix)]
pub fn identity(_: &Path, metadata: &Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt;
    (metadata.dev(), metadata.ino())
}

/// Which file or folder it is, by whatever path.
#[cfg(not(unix))]
pub fn identity(path: &Path, _: &Metadata) -> (u64, u64) {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()).hash(&mut hasher);
    (0, hasher.finish())
}

/// Whether it is a named pipe.
#[cfg(unix)]
pub fn is_pipe(metadata: &Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt;
    metadata.file_type().is_fifo()
}

/// Whether it is a named pipe.
#[cfg(not(unix))]
pub fn is_pipe(_: &Metadata) -> bool {
    false
}
