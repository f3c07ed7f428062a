//! Log files that were hashed when they were read for something else.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::content::{Content, is_one_member};
use crate::count::Witness;
use crate::input::{LogFile, Place, is_gzip};

/// What is in files that are whole, by where they are; what is damaged in any way is not among them.
#[derive(Debug, Default)]
pub struct SeenHashes(Mutex<BTreeMap<Place, Content>>);

impl Witness for SeenHashes {
    fn saw(&self, file: &LogFile, bytes: &[u8], text: &[u8]) {
        if is_gzip(bytes) && !is_one_member(bytes, text) {
            return;
        }
        let content = Content::of(bytes, text);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(file.place.clone(), content);
    }
}

impl SeenHashes {
    /// What is in that file, if it was seen.
    pub(super) fn content(&self, file: &LogFile) -> Option<Content> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&file.place).copied()
    }
}
