//! A store in an object store: a copy of it on disk is read and written, and what is new in the copy
//! is put beside what is there.
//!
//! There is no renaming in object stores. Tables are named by their content, so a table that is there
//! is whole; the manifest is written last, on condition that it is still the one the copy was made
//! from. Whatever ends a run before that, the store is as it was.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tempfile::TempDir;

use super::manifest::{Day, Manifest, TableFile};
use super::table::write_bytes;
use super::{StoreError, table};
use crate::cloud::{Access, Address, Bucket, CloudError, Condition, Why};
use crate::count::SpillError;
use crate::input::Place;

/// Tables that are on their way at once.
const AT_ONCE: usize = 16;
/// What no manifest names is left alone for so long: another run may be about to name it.
const LEFT_ALONE: Duration = Duration::from_hours(24);

/// A store in an object store, and its copy on disk, which goes when this is dropped.
#[derive(Debug)]
pub struct RemoteStore {
    bucket: Arc<Bucket>,
    address: Address,
    /// The manifest's version, when there is one.
    version: Option<String>,
    /// The tables of that manifest.
    named: BTreeSet<String>,
    copy: TempDir,
}

impl RemoteStore {
    /// The store at a path as typed, copied whole, if the path is an address; it may be empty still.
    ///
    /// # Errors
    /// When it cannot be read, or there is no room for it.
    pub fn open(
        path: &Path,
        access: &Access,
        temporary: Option<&Path>,
    ) -> Result<Option<Self>, StoreError> {
        Self::open_days(path, access, temporary, &|_, _| true)
    }

    /// The same with the tables of only some days, which are told whether they are the last.
    ///
    /// # Errors
    /// The same.
    pub fn open_days(
        path: &Path,
        access: &Access,
        temporary: Option<&Path>,
        is_wanted: &dyn Fn(&Day, bool) -> bool,
    ) -> Result<Option<Self>, StoreError> {
        let Some(address) = Address::of(path) else { return Ok(None) };
        let bucket = Bucket::open(&address, access)?;
        let folder = temporary.map_or_else(env::temp_dir, Path::to_path_buf);
        let copy = tempfile::Builder::new().prefix("trailspike-").tempdir_in(&folder);
        let copy = copy.map_err(|source| SpillError { folder, source })?;
        let mut store = Self { bucket, address, version: None, named: BTreeSet::new(), copy };
        store.fetch(is_wanted)?;
        Ok(Some(store))
    }

    /// Fails when there is no store yet.
    ///
    /// # Errors
    /// That it is none.
    pub fn must_be_there(self) -> Result<Self, StoreError> {
        if self.version.is_some() || !self.named.is_empty() {
            return Ok(self);
        }
        Err(StoreError::NoStore { store: self.address.to_string().into() })
    }

    /// The copy.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.copy.path()
    }

    /// The copy, which is no longer of use for writing.
    #[must_use]
    pub fn into_folder(self) -> TempDir {
        self.copy
    }

    fn fetch(&mut self, is_wanted: &dyn Fn(&Day, bool) -> bool) -> Result<(), StoreError> {
        let key = self.key(Manifest::FILE);
        let manifest = match self.bucket.get(&key) {
            Ok(manifest) => manifest,
            Err(CloudError { why: Why::Missing, .. }) => return self.refuse_others(),
            Err(error) => return Err(error.into()),
        };
        let path = self.copy.path().join(Manifest::FILE);
        fs::write(&path, &manifest.bytes).map_err(StoreError::io(&path))?;
        let read = Manifest::read(self.copy.path()).map_err(|error| self.named_rightly(error))?;
        let Some(read) = read else { return Ok(()) };
        self.version = manifest.etag;
        self.named = read.tables().map(|table| table.path.clone()).collect();
        let last = read.days.len().saturating_sub(1);
        let days = read.days.iter().enumerate().filter(|(at, day)| is_wanted(day, *at == last));
        let mut tables: Vec<&TableFile> = vec![&read.files];
        tables.extend(days.flat_map(|(_, day)| day.tables.all()));
        for tables in tables.chunks(AT_ONCE) {
            let keys: Vec<String> = tables.iter().map(|table| self.key(&table.path)).collect();
            let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
            for (table, content) in tables.iter().zip(self.bucket.get_all(&keys)) {
                let bytes = content?.bytes;
                // What is damaged is told when it is read.
                write_bytes(self.copy.path(), table, &bytes)?;
            }
        }
        Ok(())
    }

    /// Whether a file is of this store.
    #[must_use]
    pub fn holds(&self, place: &Place) -> bool {
        matches!(place, Place::Object(object)
            if object.bucket == self.bucket && object.key.starts_with(&self.key("")))
    }

    /// Fails where there is no store, and other things are.
    fn refuse_others(&self) -> Result<(), StoreError> {
        let prefix = self.key("");
        for object in self.bucket.list_some(&self.address.key)? {
            let name = object.key.strip_prefix(&prefix).unwrap_or(&object.key);
            let folder = name.split('/').next().unwrap_or(name);
            if !super::write::FOLDERS.contains(&folder) && !name.is_empty() {
                let store = self.address.to_string().into();
                return Err(StoreError::Occupied { store, other: name.to_owned() });
            }
        }
        Ok(())
    }

    /// Puts what is new in the copy into the store, if anything is, then removes what the manifest
    /// names no more.
    ///
    /// # Errors
    /// When it cannot be written, or another run has written meanwhile. The store is not changed then.
    pub fn publish(&self) -> Result<(), StoreError> {
        let folder = self.copy.path();
        let Some(manifest) = Manifest::read(folder)? else { return Ok(()) };
        let named: BTreeSet<String> = manifest.tables().map(|table| table.path.clone()).collect();
        let mut new: Vec<&TableFile> =
            manifest.tables().filter(|table| !self.named.contains(&table.path)).collect();
        new.sort_by(|a, b| a.path.cmp(&b.path));
        for tables in new.chunks(AT_ONCE) {
            let read =
                |table: &&TableFile| Ok((self.key(&table.path), table::read_bytes(folder, table)?));
            let objects = tables.iter().map(read).collect::<Result<_, StoreError>>()?;
            self.bucket.put_all(objects)?;
        }
        let bytes = manifest.to_bytes().map_err(StoreError::io(folder))?;
        self.swap(&bytes)?;
        // The store is written. Whoever may not remove leaves it larger than it need be, no more.
        let _ = self.remove_unnamed(&named);
        Ok(())
    }

    fn swap(&self, manifest: &[u8]) -> Result<(), StoreError> {
        let key = self.key(Manifest::FILE);
        let condition = self.version.as_deref().map_or(Condition::New, Condition::Version);
        match self.bucket.put(&key, manifest.to_owned(), condition) {
            Ok(_) => Ok(()),
            // It was ours after all, and the answer got lost on its way.
            Err(CloudError { why: Why::Changed, .. })
                if self.bucket.get(&key).is_ok_and(|there| there.bytes == manifest) =>
            {
                Ok(())
            }
            Err(CloudError { why: Why::Changed, .. }) => {
                Err(StoreError::Overtaken { store: self.address.to_string() })
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Removes what the manifest before named, and what runs left long ago that came to nothing.
    fn remove_unnamed(&self, named: &BTreeSet<String>) -> Result<(), StoreError> {
        let prefix = self.key("");
        let old = SystemTime::now() - LEFT_ALONE;
        let mut unnamed = Vec::new();
        for folder in super::write::FOLDERS {
            for object in self.bucket.list(&self.key(folder))? {
                let Some(path) = object.key.strip_prefix(&prefix) else { continue };
                let is_left = self.named.contains(path)
                    || object.modified < old && super::write::is_table_path(path);
                if is_left && !named.contains(path) {
                    unnamed.push(object.key.clone());
                }
            }
        }
        Ok(self.bucket.remove(&unnamed)?)
    }

    fn key(&self, name: &str) -> String {
        self.address.join(name).key
    }

    /// The copy is nothing that anyone knows of.
    fn named_rightly(&self, error: StoreError) -> StoreError {
        let path = PathBuf::from(self.address.join(Manifest::FILE).to_string());
        match error {
            StoreError::Damaged { why, .. } => StoreError::Damaged { path, why },
            StoreError::Newer { schema, .. } => {
                StoreError::Newer { store: self.address.to_string().into(), schema }
            }
            other => other,
        }
    }
}
