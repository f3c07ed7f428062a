//! Log files that were hashed when they were read for something else.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use sha2::{Digest as _, Sha256};

use super::content::{Hash, is_one_member};
use crate::count::Witness;
use crate::input::is_gzip;

/// Hashes of files that are whole, by their paths; what is damaged in any way is not among them.
#[derive(Debug, Default)]
pub struct SeenHashes(Mutex<HashMap<PathBuf, Hash>>);

impl Witness for SeenHashes {
    fn saw(&self, path: &Path, bytes: &[u8], text: &[u8]) {
        if is_gzip(bytes) && !is_one_member(bytes, text) {
            return;
        }
        let hash = Sha256::digest(text).into();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), hash);
    }
}

impl SeenHashes {
    /// The hash of that file, if it was seen.
    pub(super) fn hash(&self, path: &Path) -> Option<Hash> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(path).copied()
    }
}
