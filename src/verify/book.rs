//! The digests that were read, what S3 says of them, and which names which.

use std::collections::HashMap;
use std::io;

use rayon::prelude::*;

use super::digest::Digest;
use super::metadata::{MetadataSource, ObjectMetadata};
use super::object::{Tree, file_name};
use super::reading::read_digests;
use super::verdict::{Doubt, Verdict};
use super::{GivenSignature, VerifyError};
use crate::count::Progress;
use crate::input::LogFile;

/// All digests that were read.
#[derive(Default)]
pub struct Book {
    pages: HashMap<u32, Page>,
    /// The digests that name a file as the one before.
    successors: HashMap<u32, Vec<u32>>,
}

struct Page {
    digest: Result<Digest, Verdict>,
    /// As S3 or the user tells.
    signature: Option<Box<str>>,
    /// Whether it is known what S3 tells.
    has_metadata: bool,
    /// The digest before it, if it is there.
    previous: Option<u32>,
    /// The log files, if they are there.
    logs: Vec<Option<u32>>,
}

impl Book {
    /// Reads digests that have not been read.
    pub fn read(
        &mut self,
        files: &mut Vec<u32>,
        tree: &Tree<'_>,
        metadata: &dyn MetadataSource,
        progress: &Progress,
    ) {
        files.sort_unstable();
        files.dedup();
        files.retain(|file| !self.pages.contains_key(file));
        let known = |&file: &u32| tree.files().get(file as usize).cloned();
        let inputs: Vec<LogFile> = files.iter().filter_map(known).collect();
        let digests = read_digests(&inputs, progress);
        let pages: Vec<Page> = metadata
            .metadata(&inputs)
            .into_par_iter()
            .zip(digests)
            .zip(&*files)
            .map(|((metadata, digest), &file)| {
                page(metadata, digest, tree.root_and_tail(file).0, tree)
            })
            .collect();
        for (&file, page) in files.iter().zip(pages) {
            if let Some(previous) = page.previous {
                self.successors.entry(previous).or_default().push(file);
            }
            self.pages.insert(file, page);
        }
    }

    /// What a digest says; `None` if it has not been read.
    pub fn digest(&self, file: u32) -> Option<&Result<Digest, Verdict>> {
        self.pages.get(&file).map(|page| &page.digest)
    }

    /// The signature that S3 or the user tells.
    pub fn signature(&self, file: u32) -> Option<&str> {
        self.pages.get(&file)?.signature.as_deref()
    }

    /// Whether S3 is known to have no signature, as it has of every digest that CloudTrail wrote.
    pub fn lacks_signature(&self, file: u32) -> bool {
        let page = self.pages.get(&file);
        page.is_some_and(|page| page.has_metadata && page.signature.is_none())
    }

    /// The digest before that one, if it is there.
    pub fn previous(&self, file: u32) -> Option<u32> {
        self.pages.get(&file)?.previous
    }

    /// The log files of a digest, if they are there, in its order.
    pub fn logs(&self, file: u32) -> &[Option<u32>] {
        self.pages.get(&file).map(|page| &*page.logs).unwrap_or_default()
    }

    /// The digests that name this one as the one before.
    pub fn successors(&self, file: u32) -> impl Iterator<Item = (u32, &Digest)> {
        let files = self.successors.get(&file).map(Vec::as_slice).unwrap_or_default();
        files.iter().filter_map(|&file| Some((file, self.digest(file)?.as_ref().ok()?)))
    }

    /// Takes signatures that the user tells, of digests among those asked for.
    ///
    /// # Errors
    /// When it is not clear of which digest one is.
    pub fn take_signatures(
        &mut self,
        given: &[GivenSignature],
        asked_for: &[u32],
        tree: &Tree<'_>,
    ) -> Result<(), VerifyError> {
        for GivenSignature { digest, signature } in given {
            let files: Vec<u32> = match digest {
                Some(name) => {
                    let name = file_name(name);
                    let is_it = |file: &&u32| file_name(tree.path(**file)) == name;
                    asked_for.iter().filter(is_it).copied().collect()
                }
                None => self.without_signature(asked_for),
            };
            if digest.is_none() && files.len() != 1 {
                let of = files.iter().map(|&file| tree.address(file)).collect();
                return Err(VerifyError::WhoseSignature(of));
            }
            if files.is_empty() {
                return Err(VerifyError::NoSuchDigest(digest.clone().unwrap_or_default()));
            }
            for file in files {
                if let Some(page) = self.pages.get_mut(&file) {
                    page.signature = Some(signature.as_str().into());
                }
            }
        }
        Ok(())
    }

    fn without_signature(&self, files: &[u32]) -> Vec<u32> {
        let is_without = |file: &u32| {
            matches!(self.digest(*file), Some(Ok(_)))
                && self.signature(*file).is_none()
                && !self.lacks_signature(*file)
                && self.successors(*file).all(|(_, next)| next.previous_signature.is_none())
        };
        files.iter().copied().filter(is_without).collect()
    }
}

fn page(
    metadata: io::Result<Option<ObjectMetadata>>,
    digest: Result<Digest, Verdict>,
    root: &str,
    tree: &Tree<'_>,
) -> Page {
    let (signature, previous) = (None, None);
    let unknown = Page { digest, signature, has_metadata: false, previous, logs: Vec::new() };
    let Ok(digest) = &unknown.digest else { return unknown };
    let metadata = match metadata {
        Ok(metadata) => metadata,
        Err(error) => {
            let why = Doubt::Unreadable(format!("its metadata cannot be read: {error}"));
            return Page { digest: Err(Verdict::Unproven(why)), ..unknown };
        }
    };
    let find = |object| tree.find(object, root);
    Page {
        has_metadata: metadata.is_some(),
        signature: metadata.and_then(|metadata| metadata.signature),
        previous: digest.previous.as_ref().and_then(find),
        logs: digest.logs.iter().map(|log| find(&log.object)).collect(),
        ..unknown
    }
}
