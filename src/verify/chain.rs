//! A chain of digests, walked backwards as `aws cloudtrail validate-logs` walks it: from the newest
//! digest asked for to the one that it names as the one before, and so on; where that is not possible,
//! to the next older one there is.

use std::collections::HashSet;

use chrono::{DateTime, Utc};

use super::VerifyOptions;
use super::book::Book;
use super::digest::Digest;
use super::key::{DigestKey, DigestKind, TrailName};
use super::object::{Home, ObjectName, Tree, same, split_at_anchor};
use super::public_keys::PublicKey;
use super::verdict::{Doubt, Fault, Verdict};
use crate::hex::bytes_of_hex;

/// The digests of one kind of one trail and Region, in one tree.
#[derive(Debug)]
pub struct Chain {
    /// The trail and Region.
    pub trail: TrailName,
    /// The bucket they are in, if they are in one.
    pub bucket: Option<Box<str>>,
    /// The tree, as [`Tree::root_and_tail`] has it.
    pub root: String,
    /// The organization in whose folder it is.
    pub organization: Option<String>,
    /// Which digests.
    pub kind: DigestKind,
    /// The digests asked for, by time, the newest last.
    pub listed: Vec<(DateTime<Utc>, u32)>,
    /// Newer ones, which are not asked for: the next has the signature of the last, and any backfill
    /// digest may mention a log file of the time asked for.
    pub after: Vec<u32>,
}

/// A chain, and what there is to say of it.
pub struct Walked<'a> {
    /// The chain.
    pub chain: &'a Chain,
    /// What the walk came by.
    pub steps: Vec<Step>,
    /// Newer digests than those asked for, and whether each is valid.
    pub after: Vec<(u32, bool)>,
}

/// What a walk comes by.
#[derive(Clone, Debug)]
pub enum Step {
    /// A digest.
    Digest {
        /// Its name, or its path where that is not known.
        name: String,
        /// What is said of it.
        verdict: Verdict,
        /// The file, where what it says is of use.
        file: Option<u32>,
    },
    /// A time for which there are no digests, for none is missing.
    Gap {
        /// From then …
        from: DateTime<Utc>,
        /// … to then.
        to: DateTime<Utc>,
    },
}

/// Where a walk goes on.
enum Next {
    /// With the newest digest in the tree that is older than that.
    Older,
    /// The same, and nothing is missing between.
    Gap,
    /// With the digest that the last one names.
    Linked(ObjectName),
}

/// A walk along a chain.
pub struct Walk<'a> {
    chain: &'a Chain,
    tree: &'a Tree<'a>,
    book: &'a Book,
    options: &'a VerifyOptions,
    /// Where digests found in the tree are, as far as that is known.
    home: Option<Home>,
    visited: HashSet<u32>,
    invalid: HashSet<u32>,
    steps: Vec<Step>,
}

impl<'a> Walk<'a> {
    /// A walk that has not begun.
    pub fn new(
        chain: &'a Chain,
        tree: &'a Tree<'a>,
        book: &'a Book,
        options: &'a VerifyOptions,
    ) -> Self {
        let home = home_of(chain, tree, book, options);
        let (visited, invalid) = (HashSet::new(), HashSet::new());
        Self { chain, tree, book, options, home, visited, invalid, steps: Vec::new() }
    }

    /// Walks.
    pub fn walk(mut self) -> Walked<'a> {
        let mut after = Vec::new();
        // What they say counts only if it may be true.
        for &file in self.chain.after.iter().rev() {
            if let Some(Ok(digest)) = self.book.digest(file) {
                let verdict = self.judge(file, digest, &digest.object);
                self.invalid.extend(matches!(verdict, Verdict::Invalid(_)).then_some(file));
                after.push((file, verdict == Verdict::Valid));
            }
        }
        self.main_walk();
        // Digests that no other one names: each is true or not by itself.
        for &(_, file) in self.chain.listed.iter().rev() {
            let mut at = Some((self.name_of(file), file));
            while let Some((name, file)) = at.take_if(|(_, file)| !self.visited.contains(file)) {
                let next = self.visit(name, file);
                at = match next {
                    Next::Linked(object) => self
                        .tree
                        .find(&object, &self.chain.root)
                        .filter(|&file| self.book.digest(file).is_some())
                        .map(|file| (Some(object), file)),
                    Next::Older | Next::Gap => None,
                };
            }
        }
        Walked { chain: self.chain, steps: self.steps, after }
    }

    fn main_walk(&mut self) {
        let mut listed = self.chain.listed.clone();
        let Some((mut time, file)) = listed.pop() else { return };
        let mut start = time;
        let mut at = (self.name_of(file), Some(file));
        while self.options.from.is_none_or(|from| from <= start) {
            let (name, file) = at;
            if let Some(key) = name.as_ref().and_then(|name| DigestKey::of(&name.key)) {
                time = key.time;
            }
            let next = match file {
                Some(file) if self.visited.contains(&file) => self.loops(),
                Some(file) => self.visit(name, file),
                None => self.not_found(name),
            };
            if let Some(Ok(digest)) = file.and_then(|file| self.book.digest(file))
                && !matches!(next, Next::Older)
            {
                start = digest.start;
            }
            at = match next {
                Next::Linked(object) => {
                    let file = self.tree.find(&object, &self.chain.root);
                    if file.is_some_and(|file| self.tree.root_and_tail(file).0 == self.chain.root) {
                        // The trail may have moved to another bucket.
                        self.home = Some(Home::of(&object));
                    }
                    (Some(object), file)
                }
                Next::Older | Next::Gap => {
                    let older = loop {
                        match listed.pop() {
                            Some(older) if older.0 < time => break older,
                            Some(_) => {}
                            None => return,
                        }
                    };
                    if matches!(next, Next::Gap) {
                        self.steps.push(Step::Gap { from: older.0, to: start });
                    }
                    (self.name_of(older.1), Some(older.1))
                }
            };
        }
    }

    /// What a digest found in the tree must be called, if that is known.
    fn name_of(&self, file: u32) -> Option<ObjectName> {
        let (_, tail) = self.tree.root_and_tail(file);
        match (&self.home, self.book.digest(file)) {
            (Some(home), _) if tail.starts_with("AWSLogs") => Some(home.object(tail)),
            (_, Some(Ok(digest))) => Some(digest.object.clone()),
            _ => None,
        }
    }

    fn not_found(&mut self, name: Option<ObjectName>) -> Next {
        let name = name.map(|name| name.to_string()).unwrap_or_default();
        let verdict = Verdict::Invalid(Fault::NotFound);
        self.steps.push(Step::Digest { name, verdict, file: None });
        Next::Older
    }

    /// The digest before this one has come before: no digest that CloudTrail signed says so.
    fn loops(&mut self) -> Next {
        if let Some(Step::Digest { verdict, file, .. }) = self.steps.last_mut() {
            *verdict = Verdict::Invalid(Fault::Loop);
            self.invalid.extend(file.take());
        }
        Next::Older
    }

    fn visit(&mut self, name: Option<ObjectName>, file: u32) -> Next {
        self.visited.insert(file);
        let digest = match self.book.digest(file) {
            Some(Ok(digest)) => digest,
            Some(Err(verdict)) => return self.unread(name, file, verdict.clone()),
            None => {
                let why = Doubt::Unreadable("not read".to_owned());
                return self.unread(name, file, Verdict::Unproven(why));
            }
        };
        let name = name.unwrap_or_else(|| digest.object.clone());
        let verdict = self.judge(file, digest, &name);
        let is_invalid = matches!(verdict, Verdict::Invalid(_));
        let of_use = (!is_invalid).then_some(file);
        self.steps.push(Step::Digest { name: name.to_string(), verdict, file: of_use });
        if is_invalid {
            self.invalid.insert(file);
            return Next::Older;
        }
        match &digest.previous {
            Some(previous) => Next::Linked(previous.clone()),
            None => Next::Gap,
        }
    }

    fn unread(&mut self, name: Option<ObjectName>, file: u32, verdict: Verdict) -> Next {
        self.invalid.insert(file);
        let name = name.map_or_else(|| self.tree.address(file), |name| name.to_string());
        self.steps.push(Step::Digest { name, verdict, file: None });
        Next::Older
    }

    /// What is said of a digest that was to be found under a name.
    fn judge(&self, file: u32, digest: &Digest, name: &ObjectName) -> Verdict {
        let (_, path_tail) = self.tree.root_and_tail(file);
        let (_, tail) = split_at_anchor(&digest.object.key);
        let is_elsewhere = path_tail.starts_with("AWSLogs") && same(path_tail, tail).is_ne();
        if digest.object != *name || is_elsewhere {
            return Verdict::Invalid(Fault::Moved);
        }
        let Some(keys) = &self.options.keys else {
            let mut told = self.believable_successors(file).filter_map(|next| next.previous_hash);
            return if told.any(|hash| hash != digest.hash) {
                Verdict::Invalid(Fault::Hash)
            } else {
                Verdict::Unproven(Doubt::NoKeys)
            };
        };
        match keys.get(&digest.fingerprint) {
            None if let Some(region) = keys.not_fetched(&self.chain.trail) => {
                Verdict::Unproven(Doubt::KeysNotFetched(region.to_owned()))
            }
            None => Verdict::Invalid(Fault::UnknownKey {
                region: self.chain.trail.home_region.clone(),
                fingerprint: digest.fingerprint.clone(),
            }),
            Some(None) => Verdict::Invalid(Fault::BadKey(digest.fingerprint.clone())),
            Some(Some(key)) => self.judge_signature(file, digest, key),
        }
    }

    /// A signature that fits is proof wherever it was found. One that does not fit is proof of the
    /// contrary only if there is no other reason to doubt it.
    fn judge_signature(&self, file: u32, digest: &Digest, key: &PublicKey) -> Verdict {
        let data = digest.data_to_sign();
        let fits = |signature: &str| {
            bytes_of_hex(signature).is_some_and(|bytes| key.has_signed(data.as_bytes(), &bytes))
        };
        if let Some(signature) = self.book.signature(file) {
            return if fits(signature) {
                Verdict::Valid
            } else {
                Verdict::Invalid(Fault::Signature)
            };
        }
        let signatures = |next: &'a Digest| next.previous_signature.as_deref();
        if self.book.successors(file).filter_map(|(_, next)| signatures(next)).any(fits) {
            return Verdict::Valid;
        }
        match self.believable_successors(file).find_map(signatures) {
            Some(_) => Verdict::Invalid(Fault::Signature),
            None if self.book.lacks_signature(file) => Verdict::Invalid(Fault::Signature),
            None => Verdict::Unproven(Doubt::NoSignature),
        }
    }

    /// The digests that name this one as the one before and have not been found invalid.
    fn believable_successors(&self, file: u32) -> impl Iterator<Item = &'a Digest> {
        let successors = self.book.successors(file);
        successors.filter(|(next, _)| !self.invalid.contains(next)).map(|(_, next)| next)
    }
}

/// Where a chain's digests are: where they were found, if that is a bucket; in the bucket that is told;
/// or where the newest says that is where it says.
fn home_of(chain: &Chain, tree: &Tree<'_>, book: &Book, options: &VerifyOptions) -> Option<Home> {
    let said = chain.listed.iter().rev().find_map(|&(_, file)| {
        let digest = book.digest(file)?.as_ref().ok()?;
        let (_, tail) = split_at_anchor(&digest.object.key);
        let is_there = same(tree.root_and_tail(file).1, tail).is_eq();
        is_there.then(|| Home::of(&digest.object))
    });
    let prefix = said.as_ref().map(|home| home.prefix.clone()).unwrap_or_default();
    match (&chain.bucket, &options.bucket) {
        (Some(bucket), _) => {
            Some(Home { bucket: bucket.clone(), prefix: chain.root.as_str().into() })
        }
        (None, Some(bucket)) => Some(Home { bucket: bucket.clone(), prefix }),
        (None, None) => said,
    }
}
