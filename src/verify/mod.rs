//! Whether log files are as CloudTrail wrote them, by CloudTrail's log file validation.
//!
//! Every hour CloudTrail writes a digest: the hashes of the log files of that hour, and the place,
//! hash and signature of the digest before it. What is looked at here, and in what order, is what
//! `aws cloudtrail validate-logs` looks at; what that leaves out is looked at as well. No network is
//! needed, unless public keys are to be fetched: see `docs/verify.md`.

mod book;
mod chain;
mod content;
mod digest;
mod key;
mod keys_needed;
mod metadata;
mod object;
mod public_keys;
mod reading;
mod strays;
mod verdict;
mod verification;
mod witness;

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};
use rayon::prelude::*;

use crate::count::{Globs, Progress};
use crate::input::{Limits, LogFile};
use book::Book;
use chain::{Chain, Walk, Walked};
use key::{DigestKey, is_in_place};
use object::Tree;
use verification::Logs;

pub use key::{DigestKind, TrailName};
pub use keys_needed::keys_needed;
pub use metadata::{KeptMetadata, MetadataSource, ObjectMetadata, SIDECAR};
pub use public_keys::{PublicKey, PublicKeys, PublicKeysError};
pub use verdict::{Count, Doubt, Fault, Verdict};
pub use verification::{FileKind, Line, Outcome, TrailReport, Verification};
pub use witness::SeenHashes;

/// What is looked at, and with what.
#[derive(Debug, Default)]
pub struct VerifyOptions {
    /// The keys that may have signed. Without any nothing is proven, but what does not fit is found.
    pub keys: Option<PublicKeys>,
    /// Digests are walked back to that which covers this time; back to the first without it.
    pub from: Option<DateTime<Utc>>,
    /// Digests up to an hour after this time are asked for; all without it.
    pub to: Option<DateTime<Utc>>,
    /// The trails asked for, by name.
    pub trails: Globs,
    /// The bucket that the files are from. Without it the newest digest is believed.
    pub bucket: Option<Box<str>>,
    /// Signatures that the user tells.
    pub signatures: Vec<GivenSignature>,
    /// How much of one file is read.
    pub limits: Limits,
    /// Whether valid files, and log files that are as an unproven digest says, are told one by one,
    /// rather than just counted.
    pub tell_valid: bool,
}

/// A signature from an object's metadata, as the user tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenSignature {
    /// The digest's key, or its file name; `None` when there is only one that it can be of.
    pub digest: Option<String>,
    /// In hexadecimal digits.
    pub signature: String,
}

/// Why nothing is verified.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// A signature of a digest that is not there.
    #[error("a signature is given of {0}, and there is no such digest among those asked for")]
    NoSuchDigest(String),
    /// A signature of one of several digests, or of none.
    #[error("{}", whose(.0))]
    WhoseSignature(Vec<String>),
}

fn whose(digests: &[String]) -> String {
    if digests.is_empty() {
        return "a signature is given, and there is no digest whose signature is not known"
            .to_owned();
    }
    let list = digests.join(", ");
    format!("of which digest is the signature? Give KEY=HEX; without a signature are {list}")
}

/// Verifies the log files by the digests among the files, on the threads of the current rayon pool.
/// What comes of it depends on the files and options alone.
///
/// # Errors
/// When it is not clear what a given signature is of. All that is wrong with the files is in what is
/// returned.
pub fn verify(
    files: &[LogFile],
    options: &VerifyOptions,
    metadata: &dyn MetadataSource,
    seen: &SeenHashes,
    progress: &Progress,
) -> Result<Verification, VerifyError> {
    let tree = Tree::new(files);
    let chains = chains(&tree, options);
    let asked_for: Vec<u32> =
        chains.iter().flat_map(|chain| chain.listed.iter().map(|&(_, file)| file)).collect();
    let mut book = read_digests(&chains, &tree, options, metadata, progress);
    book.take_signatures(&options.signatures, &asked_for, &tree)?;
    let walks: Vec<Walked<'_>> =
        chains.par_iter().map(|chain| Walk::new(chain, &tree, &book, options).walk()).collect();
    let logs = Logs::read(&walks, &tree, &book, options, seen, progress);
    Ok(Verification::new(&walks, &tree, &book, &logs, options))
}

/// The chains among the files, in the order of their trails, with the digests asked for.
fn chains(tree: &Tree<'_>, options: &VerifyOptions) -> Vec<Chain> {
    let mut chains: BTreeMap<_, Vec<(DateTime<Utc>, u32)>> = BTreeMap::new();
    for file in 0..u32::try_from(tree.files().len()).unwrap_or(u32::MAX) {
        let (root, tail) = tree.root_and_tail(file);
        let Some(key) = DigestKey::of(tail) else { continue };
        if is_in_place(tail, &key.trail) && options.trails.take(&key.trail.trail) {
            let organization = tail.split('/').nth(1).filter(|part| part.starts_with("o-"));
            let chain = (key.trail, tree.bucket(file), root, organization, key.kind);
            chains.entry(chain).or_default().push((key.time, file));
        }
    }
    // As validate-logs has it: log files of the last minutes may be in the next digest.
    let last = options.to.map(|to| to + Duration::hours(1));
    let chains = chains.into_iter().map(|(chain, mut listed)| {
        let (trail, bucket, root, organization, kind) = chain;
        listed.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| tree.path(a.1).cmp(tree.path(b.1))));
        let end = listed.partition_point(|&(time, _)| last.is_none_or(|last| time <= last));
        let newer = match kind {
            DigestKind::Standard => 1,
            DigestKind::Backfill => usize::MAX,
        };
        let after = listed.iter().skip(end).take(newer).map(|&(_, file)| file).collect();
        listed.truncate(end);
        listed.retain(|&(time, _)| options.from.is_none_or(|from| from <= time));
        let organization = organization.map(str::to_owned);
        let (bucket, root) = (bucket.map(Into::into), root.to_owned());
        Chain { trail, bucket, root, organization, kind, listed, after }
    });
    chains.filter(|chain| !chain.listed.is_empty() || chain.kind == DigestKind::Backfill).collect()
}

/// Reads the digests asked for, those after them, and those before them that a walk will come to.
fn read_digests(
    chains: &[Chain],
    tree: &Tree<'_>,
    options: &VerifyOptions,
    metadata: &dyn MetadataSource,
    progress: &Progress,
) -> Book {
    let mut book = Book::default();
    let mut files: Vec<u32> = chains
        .iter()
        .flat_map(|chain| chain.listed.iter().map(|&(_, file)| file).chain(chain.after.clone()))
        .collect();
    while !files.is_empty() {
        book.read(&mut files, tree, metadata, progress);
        files = files.iter().filter_map(|&file| before(file, &book, options)).collect();
        files.retain(|&file| book.digest(file).is_none());
    }
    book
}

/// The digest that a walk goes to after this one.
fn before(file: u32, book: &Book, options: &VerifyOptions) -> Option<u32> {
    let digest = book.digest(file)?.as_ref().ok()?;
    let goes_on = options.from.is_none_or(|from| from <= digest.start);
    book.previous(file).filter(|_| goes_on)
}
