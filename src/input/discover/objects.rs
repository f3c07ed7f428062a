//! What is at an address of an object store.

use std::path::Path;
use std::sync::Arc;

use super::glob::matcher;
use super::{InputError, LogFile, STORE_MANIFEST, Search};
use crate::cloud::{Address, Bucket, CloudError, Listed};
use crate::input::{LogKey, ObjectPlace, Place};

/// What is at an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    Logs,
    Store,
}

impl Search<'_> {
    pub fn address(&mut self, input: &Path, address: &Address) -> Result<Holds, InputError> {
        let bucket = self.bucket(address)?;
        let (folder, glob) = match address.key.find(['*', '?', '[', '{']) {
            Some(at) if !address.scheme.is_web() => {
                let folder = address.key[..at].rfind('/').map_or("", |end| &address.key[..=end]);
                (folder, Some(matcher(&address.key)?))
            }
            _ => (address.key.as_str(), None),
        };
        let walked = bucket.walk(folder, self.selection)?;
        let manifest = address.join(STORE_MANIFEST).key;
        if !address.scheme.is_web() && walked.objects.iter().any(|object| object.key == manifest) {
            if self.found.stores.iter().any(|store| store == input) {
                self.found.given_twice += 1;
            } else {
                self.found.stores.push(input.to_owned());
            }
            return Ok(Holds::Store);
        }
        self.found.other_services += walked.other_services;
        for object in walked.objects {
            let path = Path::new(&object.key);
            if glob.as_ref().is_none_or(|glob| path.ancestors().any(|path| glob.is_match(path))) {
                self.object(&bucket, object, walked.is_object);
            }
        }
        Ok(Holds::Logs)
    }

    /// The bucket of an address, opened once.
    fn bucket(&mut self, address: &Address) -> Result<Arc<Bucket>, CloudError> {
        let opened = self.buckets.iter().find(|bucket| bucket.root() == address.root());
        if let Some(bucket) = opened {
            return Ok(bucket.clone());
        }
        let bucket = Bucket::open(address, self.access)?;
        self.buckets.push(bucket.clone());
        Ok(bucket)
    }

    fn object(&mut self, bucket: &Arc<Bucket>, object: Listed, named: bool) {
        // A folder that a console has made.
        if object.bytes == 0 && object.key.ends_with('/') {
            return;
        }
        let key = LogKey::of(Path::new(&object.key));
        if !self.selection.may_hold(&key) {
            self.found.not_selected += 1;
            return;
        }
        let Listed { key: name, bytes, modified } = object;
        let place = ObjectPlace { bucket: bucket.clone(), key: name.into_boxed_str() };
        self.found.files.push(LogFile {
            place: Place::Object(place),
            bytes,
            modified: Some(modified),
            delivered: key.delivered,
            named,
        });
    }
}
