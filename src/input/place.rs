//! Where a file is.

use std::cmp::Ordering;
use std::fmt;
use std::path::{Path, PathBuf, is_separator};
use std::sync::Arc;

use crate::cloud::Bucket;

/// Where a file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Standard input.
    Stdin,
    /// On disk, or what stands there for a pipe.
    Disk(PathBuf),
    /// In an object store.
    Object(ObjectPlace),
}

/// Where an object is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectPlace {
    /// The bucket it is in.
    pub bucket: Arc<Bucket>,
    /// Its key.
    pub key: Box<str>,
}

impl Place {
    /// The path, or the key, for what its parts say.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Self::Stdin => Path::new("-"),
            Self::Disk(path) => path,
            Self::Object(object) => Path::new(&*object.key),
        }
    }
}

impl From<PathBuf> for Place {
    fn from(path: PathBuf) -> Self {
        if path.as_os_str() == "-" { Self::Stdin } else { Self::Disk(path) }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stdin => f.write_str("-"),
            Self::Disk(path) => path.display().fmt(f),
            Self::Object(object) => f.write_str(&object.bucket.address(&object.key)),
        }
    }
}

/// Folder by folder, so that files have the same order wherever their tree is.
impl Ord for Place {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Object(a), Self::Object(b)) => a
                .bucket
                .root()
                .cmp(b.bucket.root())
                .then_with(|| by_folders(Path::new(&*a.key), Path::new(&*b.key))),
            // Addresses begin with a letter, as many paths do: any order will do that is one.
            (Self::Object(_), _) => Ordering::Greater,
            (_, Self::Object(_)) => Ordering::Less,
            _ => by_folders(self.path(), other.path()),
        }
    }
}

impl PartialOrd for Place {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The order of paths folder by folder, as [`Path`] has it, without taking them apart: a separator
/// comes before all other bytes.
fn by_folders(a: &Path, b: &Path) -> Ordering {
    let [a, b] = [a, b].map(|path| path.as_os_str().as_encoded_bytes());
    match a.iter().zip(b).find(|(a, b)| a != b) {
        Some((&a, &b)) => {
            let rank = |byte: u8| (!is_separator(char::from(byte)), byte);
            rank(a).cmp(&rank(b))
        }
        None => a.len().cmp(&b.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_ordered_as_the_standard_library_orders_them() {
        let parts = ["a", "a-b", "a.json", "a/b", "a/b-c", "a!/x", "b", "/a", "a/b/c", "é/a", "aé"];
        for a in parts {
            for b in parts {
                let (a, b) = (Path::new(a), Path::new(b));
                assert_eq!(by_folders(a, b), a.cmp(b), "{a:?} {b:?}");
            }
        }
    }
}
