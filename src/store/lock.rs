//! One writer at a time.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

use super::StoreError;

/// The right to write to a store, until it is dropped; the system takes it back however the process
/// ends.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// The name of the file that is locked.
    pub const FILE: &str = "store.lock";

    /// Takes the lock of the store in that folder, which must be there.
    pub fn take(store: &Path) -> Result<Self, StoreError> {
        let path = store.join(Self::FILE);
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
        let file = file.map_err(StoreError::io(&path))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(StoreError::Busy { store: store.to_path_buf() }),
            Err(TryLockError::Error(error)) => Err(StoreError::io(&path)(error)),
        }
    }
}
