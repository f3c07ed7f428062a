//! One bucket, whose callers wait for it as they would for a disk.

use std::fmt;
use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use object_store::path::Path;
use object_store::{
    Attribute, GetOptions, ObjectStore, ObjectStoreExt as _, PutMode, PutOptions, PutPayload,
    UpdateVersion,
};
use tokio::runtime::Runtime;

use super::connect::connect;
use super::error::why;
use super::object::{Condition, Metadata};
use super::reader::ObjectReader;
use super::runtime::{finish, runtime, wait};
use super::walk::{listed, walk};
use super::{Access, Address, CloudError, Content, Listed, Walked, Why};
use crate::input::Selection;

/// A bucket, and the right to ask it.
pub struct Bucket {
    /// `s3://name`, without a slash.
    root: String,
    profile: Option<String>,
    store: Arc<dyn ObjectStore>,
    /// Microseconds that the quickest answer took.
    quickest: Arc<AtomicU64>,
}

impl Bucket {
    /// The bucket of an address. Asks where it is, if nobody says so.
    ///
    /// # Errors
    /// When the address is none, or the bucket is known not to exist.
    pub fn open(address: &Address, access: &Access) -> Result<Arc<Self>, CloudError> {
        let error = |why| CloudError { address: address.to_string(), why };
        let runtime = runtime().map_err(|failed| error(Why::Other(failed.to_string())))?;
        let (at, how) = (address.clone(), access.clone());
        let store = wait(runtime, async move { connect(&at, &how).await }).map_err(error)?;
        let (root, profile) = (address.root(), access.profile.clone());
        let quickest = Arc::new(AtomicU64::new(u64::MAX));
        Ok(Arc::new(Self { root, profile, store, quickest }))
    }

    /// Its address: `s3://name`.
    #[must_use]
    pub fn root(&self) -> &str {
        &self.root
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.root.split_once("://").map_or(&*self.root, |(_, name)| name)
    }

    /// The address of an object.
    #[must_use]
    pub fn address(&self, key: &str) -> String {
        format!("{}/{key}", self.root)
    }

    /// What is at an address of this bucket: the object with that key, or what is below the folder.
    ///
    /// # Errors
    /// When it cannot be listed, or there is nothing.
    pub fn walk(&self, key: &str, selection: &dyn Selection) -> Result<Walked, CloudError> {
        let looks_like_a_file = key.rsplit('/').next().is_some_and(|name| name.contains('.'));
        if looks_like_a_file && let Some(object) = self.head(key)? {
            return Ok(Walked { objects: vec![object], is_object: true, ..Walked::default() });
        }
        let runtime = self.runtime(key)?;
        let walked = runtime.block_on(walk(&self.store, key, selection));
        let walked = walked.map_err(|error| self.error(key, &error))?;
        if !walked.objects.is_empty() || key.is_empty() || key.ends_with('/') || looks_like_a_file {
            return Ok(walked);
        }
        Ok(match self.head(key)? {
            Some(object) => Walked { objects: vec![object], is_object: true, ..walked },
            None => walked,
        })
    }

    /// What is told of an object, if it is there.
    ///
    /// # Errors
    /// When the bucket cannot be asked.
    pub fn head(&self, key: &str) -> Result<Option<Listed>, CloudError> {
        let (store, path) = (self.store.clone(), self.path(key)?);
        let asked = wait(self.runtime(key)?, async move { store.head(&path).await });
        match asked {
            Ok(meta) => Ok(Some(listed(meta))),
            Err(error) => match self.error(key, &error) {
                CloudError { why: Why::Missing, .. } => Ok(None),
                error => Err(error),
            },
        }
    }

    /// All objects below a folder, sorted by key.
    ///
    /// # Errors
    /// When it cannot be listed.
    pub fn list(&self, folder: &str) -> Result<Vec<Listed>, CloudError> {
        let (store, path) = (self.store.clone(), self.path(folder)?);
        let all = async move {
            let prefix = Some(&path).filter(|path| !path.as_ref().is_empty());
            store.list(prefix).map_ok(listed).try_collect::<Vec<_>>().await
        };
        let mut all =
            wait(self.runtime(folder)?, all).map_err(|error| self.error(folder, &error))?;
        all.sort_by(|a, b| a.key.cmp(&b.key));
        Ok(all)
    }

    /// Up to a page of the objects below a folder, in the order of their keys.
    ///
    /// # Errors
    /// When it cannot be listed.
    pub fn list_some(&self, folder: &str) -> Result<Vec<Listed>, CloudError> {
        let (store, path) = (self.store.clone(), self.path(folder)?);
        let some = async move {
            let prefix = Some(&path).filter(|path| !path.as_ref().is_empty());
            store.list(prefix).take(1_000).map_ok(listed).try_collect().await
        };
        wait(self.runtime(folder)?, some).map_err(|error| self.error(folder, &error))
    }

    /// Objects, side by side; each in the place of its key.
    ///
    /// # Errors
    /// Each may fail by itself.
    #[must_use]
    pub fn get_all(&self, keys: &[&str]) -> Vec<Result<Content, CloudError>> {
        self.ask_all(keys, &GetOptions::default())
    }

    /// User metadata of objects, side by side, without their bytes; each in the place of its key.
    ///
    /// # Errors
    /// Each may fail by itself.
    #[must_use]
    pub fn metadata_all(&self, keys: &[&str]) -> Vec<Result<Metadata, CloudError>> {
        let answers = self.ask_all(keys, &GetOptions { head: true, ..GetOptions::default() });
        answers.into_iter().map(|answer| Ok(answer?.metadata)).collect()
    }

    fn ask_all(&self, keys: &[&str], options: &GetOptions) -> Vec<Result<Content, CloudError>> {
        let runtime = match runtime() {
            Ok(runtime) => runtime,
            Err(error) => {
                let why = Why::Other(error.to_string());
                let failed =
                    |key: &&str| Err(CloudError { address: self.address(key), why: why.clone() });
                return keys.iter().map(failed).collect();
            }
        };
        let paths: Vec<_> = keys.iter().map(|key| self.path(key)).collect();
        let asked: Vec<Path> = paths.iter().flatten().cloned().collect();
        let (store, quickest, options) =
            (self.store.clone(), self.quickest.clone(), options.clone());
        let at_once = at_once(quickest.load(Ordering::Relaxed));
        let all = async move {
            let get = |path| get(store.clone(), path, options.clone(), quickest.clone());
            stream::iter(asked).map(get).buffered(at_once).collect::<Vec<_>>().await
        };
        let mut answers = wait(runtime, all).into_iter();
        let of = |(key, path): (&&str, Result<Path, CloudError>)| {
            path?;
            let gone = || CloudError { address: self.address(key), why: Why::Missing };
            answers.next().ok_or_else(gone)?.map_err(|error| self.error(key, &error))
        };
        keys.iter().zip(paths).map(of).collect()
    }

    /// An object.
    ///
    /// # Errors
    /// When it is not there or cannot be read.
    pub fn get(&self, key: &str) -> Result<Content, CloudError> {
        let missing = || CloudError { address: self.address(key), why: Why::Missing };
        self.get_all(&[key]).pop().unwrap_or_else(|| Err(missing()))
    }

    /// An object of that size, to be read in pieces from its beginning.
    ///
    /// # Errors
    /// When the key is none.
    pub fn reader(&self, key: &str, bytes: u64) -> Result<impl Read + Send + use<>, CloudError> {
        let reader =
            ObjectReader::new(self.store.clone(), self.path(key)?, bytes, self.profile.clone());
        Ok(reader)
    }

    /// Writes an object whole, on a condition; its new version.
    ///
    /// # Errors
    /// When it cannot be written, or the condition does not hold: [`Why::Changed`].
    pub fn put(
        &self,
        key: &str,
        bytes: Vec<u8>,
        condition: Condition<'_>,
    ) -> Result<Option<String>, CloudError> {
        let (store, path) = (self.store.clone(), self.path(key)?);
        let mode = match condition {
            Condition::None => PutMode::Overwrite,
            Condition::New => PutMode::Create,
            Condition::Version(etag) => {
                PutMode::Update(UpdateVersion { e_tag: Some(etag.to_owned()), version: None })
            }
        };
        let options = PutOptions { mode, ..PutOptions::default() };
        let payload = PutPayload::from(bytes);
        let put = async move { store.put_opts(&path, payload, options).await };
        let put = wait(self.runtime(key)?, put).map_err(|error| self.error(key, &error))?;
        Ok(put.e_tag)
    }

    /// Writes objects whole, side by side, whatever is there.
    ///
    /// # Errors
    /// When one of them cannot be written; others may have been.
    pub fn put_all(&self, objects: Vec<(String, Vec<u8>)>) -> Result<(), CloudError> {
        let mut begun = Vec::new();
        for (key, bytes) in objects {
            let (store, path) = (self.store.clone(), self.path(&key)?);
            let payload = PutPayload::from(bytes);
            let put = async move { store.put(&path, payload).await };
            begun.push((self.runtime(&key)?.spawn(put), key));
        }
        let mut outcome = Ok(());
        for (put, key) in begun {
            let put = finish(self.runtime(&key)?, put);
            outcome = outcome.and(put.map(drop).map_err(|error| self.error(&key, &error)));
        }
        outcome
    }

    /// Removes objects; what is not there is no error.
    ///
    /// # Errors
    /// When they cannot be removed.
    pub fn remove(&self, keys: &[String]) -> Result<(), CloudError> {
        let Some(first) = keys.first() else { return Ok(()) };
        let paths = keys.iter().map(|key| self.path(key)).collect::<Result<Vec<_>, _>>()?;
        let store = self.store.clone();
        let all = async move {
            let paths = stream::iter(paths.into_iter().map(Ok)).boxed();
            let mut removed = store.delete_stream(paths);
            while let Some(removed) = removed.next().await {
                match removed {
                    Ok(_) | Err(object_store::Error::NotFound { .. }) => {}
                    Err(error) => return Err(error),
                }
            }
            Ok(())
        };
        wait(self.runtime(first)?, all).map_err(|error| self.error(first, &error))
    }

    fn path(&self, key: &str) -> Result<Path, CloudError> {
        Path::parse(key).map_err(|error| CloudError {
            address: self.address(key),
            why: Why::BadAddress(error.to_string()),
        })
    }

    fn runtime(&self, key: &str) -> Result<&'static Runtime, CloudError> {
        runtime().map_err(|error| CloudError {
            address: self.address(key),
            why: Why::Other(error.to_string()),
        })
    }

    fn error(&self, key: &str, error: &object_store::Error) -> CloudError {
        CloudError { address: self.address(key), why: why(error, self.profile.as_deref()) }
    }
}

impl PartialEq for Bucket {
    fn eq(&self, other: &Self) -> bool {
        self.root == other.root
    }
}

impl Eq for Bucket {}

impl fmt::Debug for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Bucket").field(&self.root).finish()
    }
}

/// How many objects are worth asking for at once, by each who asks: about two thousand a second,
/// however long an answer takes. More would only cost the work of keeping them apart.
fn at_once(quickest_micros: u64) -> usize {
    let in_time = usize::try_from(quickest_micros / 500).unwrap_or(MOST_AT_ONCE);
    in_time.clamp(LEAST_AT_ONCE, MOST_AT_ONCE)
}

const LEAST_AT_ONCE: usize = 4;
const MOST_AT_ONCE: usize = 64;

async fn get(
    store: Arc<dyn ObjectStore>,
    path: Path,
    options: GetOptions,
    quickest: Arc<AtomicU64>,
) -> object_store::Result<Content> {
    let (begun, is_head) = (Instant::now(), options.head);
    let answer = store.get_opts(&path, options).await?;
    let took = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
    quickest.fetch_min(took, Ordering::Relaxed);
    let mut metadata = Metadata::new();
    for (name, value) in &answer.attributes {
        if let Attribute::Metadata(name) = name {
            metadata.insert(name.to_string(), value.to_string());
        }
    }
    let etag = answer.meta.e_tag.clone();
    let bytes = if is_head { Vec::new() } else { answer.bytes().await?.into() };
    Ok(Content { bytes, metadata, etag })
}
