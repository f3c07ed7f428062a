//! Walks and hashes -> what is said of every file.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::VerifyOptions;
use super::book::Book;
use super::chain::{Chain, Step, Walked};
use super::content::Content;
use super::digest::LogEntry;
use super::key::{DigestKind, TrailName};
use super::object::Tree;
use super::reading::{LogContent, read_logs};
use super::strays::strays;
use super::verdict::{Count, Doubt, Fault, Verdict};
use super::witness::SeenHashes;
use crate::count::Progress;
use crate::input::LogFile;

/// What is known of all files.
#[derive(Clone, Debug)]
pub struct Verification {
    /// Trail by trail, in the order of their names.
    pub trails: Vec<TrailReport>,
    /// Files that no digest mentions, in the order of their paths: invalid where digests cover the
    /// time they were delivered, not proven elsewhere.
    pub strays: Vec<Line>,
    /// How many of these.
    pub stray_count: Count,
}

/// What is known of one trail's files in one Region.
#[derive(Clone, Debug)]
pub struct TrailReport {
    /// The trail and Region.
    pub name: TrailName,
    /// The organization in whose folder it is.
    pub organization: Option<String>,
    /// The bucket it is in, if the files are not on disk.
    pub bucket: Option<Box<str>>,
    /// The folder above `AWSLogs`.
    pub root: String,
    /// What there is to say, in the order of the walk. Of valid files nothing, if so asked.
    pub lines: Vec<Line>,
    /// Digests.
    pub digests: Count,
    /// Backfill digests.
    pub backfill_digests: Count,
    /// Log files in valid digests and in digests that are not proven.
    pub logs: Count,
    /// The time that valid digests cover, of the time asked for.
    pub found: Option<(DateTime<Utc>, DateTime<Utc>)>,
}

/// One thing to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// A verdict on a file.
    File {
        /// What it is.
        kind: FileKind,
        /// Its name in S3, or its path where that is not known.
        name: String,
        /// What is said of it.
        verdict: Verdict,
        /// Where a file of the same name is, when it is not there.
        elsewhere: Option<String>,
    },
    /// A time for which CloudTrail wrote no digests, because it was told not to.
    Gap {
        /// In which chain.
        kind: DigestKind,
        /// From then …
        from: DateTime<Utc>,
        /// … to then.
        to: DateTime<Utc>,
    },
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A digest.
    Digest(DigestKind),
    /// A log file.
    Log,
}

/// What came of it all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Every file is proven to be what CloudTrail wrote.
    Valid,
    /// At least one is not what CloudTrail wrote.
    Invalid,
    /// Nothing is invalid, and not everything is proven.
    Unproven,
}

impl Verification {
    /// What came of it all.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        let mut all = self.stray_count;
        for trail in &self.trails {
            all += trail.digests;
            all += trail.backfill_digests;
            all += trail.logs;
        }
        match all {
            Count { invalid: 1.., .. } => Outcome::Invalid,
            Count { unproven: 0, valid: 1.., .. } => Outcome::Valid,
            _ => Outcome::Unproven,
        }
    }

    pub(super) fn new(
        walks: &[Walked<'_>],
        tree: &Tree<'_>,
        book: &Book,
        logs: &Logs,
        options: &VerifyOptions,
    ) -> Self {
        let mut trails: Vec<TrailReport> = Vec::new();
        for Walked { chain, steps, .. } in walks.iter().filter(|walk| !walk.steps.is_empty()) {
            let mut report = match trails.pop() {
                Some(trail) if trail.is_of(chain) => trail,
                other => {
                    trails.extend(other);
                    TrailReport::new(chain)
                }
            };
            report.add(chain.kind, steps, book, logs, options);
            trails.push(report);
        }
        let (strays, stray_count) = strays(&mut trails, walks, tree, book, options);
        Self { trails, strays, stray_count }
    }
}

impl TrailReport {
    fn new(chain: &Chain) -> Self {
        Self {
            name: chain.trail.clone(),
            organization: chain.organization.clone(),
            bucket: chain.bucket.clone(),
            root: chain.root.clone(),
            lines: Vec::new(),
            digests: Count::default(),
            backfill_digests: Count::default(),
            logs: Count::default(),
            found: None,
        }
    }

    /// Whether the chain is one of the trail's.
    fn is_of(&self, chain: &Chain) -> bool {
        self.name == chain.trail
            && self.bucket == chain.bucket
            && self.root == chain.root
            && self.organization == chain.organization
    }

    fn add(
        &mut self,
        kind: DigestKind,
        steps: &[Step],
        book: &Book,
        logs: &Logs,
        options: &VerifyOptions,
    ) {
        for step in steps {
            let (name, verdict, file) = match step {
                &Step::Gap { from, to } => {
                    self.lines.push(Line::Gap { kind, from, to });
                    continue;
                }
                Step::Digest { name, verdict, file } => (name, verdict, *file),
            };
            match kind {
                DigestKind::Standard => self.digests.add(verdict),
                DigestKind::Backfill => self.backfill_digests.add(verdict),
            }
            self.tell(FileKind::Digest(kind), name.clone(), verdict.clone(), options);
            let Some((file, digest)) =
                file.and_then(|file| Some((file, book.digest(file)?.as_ref().ok()?)))
            else {
                continue;
            };
            let is_proven = *verdict == Verdict::Valid;
            if is_proven {
                let start = options.from.map_or(digest.start, |from| digest.start.max(from));
                let end = options.to.map_or(digest.end, |to| digest.end.min(to));
                let (first, last) = self.found.unwrap_or((start, end));
                self.found = Some((first.min(start), last.max(end)));
            }
            for (log, &file) in digest.logs.iter().zip(book.logs(file)) {
                let verdict = logs.judge(log, file, is_proven);
                self.logs.add(&verdict);
                self.tell(FileKind::Log, log.object.to_string(), verdict, options);
            }
        }
    }

    fn tell(&mut self, kind: FileKind, name: String, verdict: Verdict, options: &VerifyOptions) {
        let is_expected = matches!(verdict, Verdict::Valid | Verdict::Unproven(Doubt::Digest));
        if options.tell_valid || !is_expected {
            self.lines.push(Line::File { kind, name, verdict, elsewhere: None });
        }
    }
}

/// What is in the log files that digests name.
pub struct Logs(HashMap<u32, LogContent>);

impl Logs {
    /// Reads those that were not seen before.
    pub fn read(
        walks: &[Walked<'_>],
        tree: &Tree<'_>,
        book: &Book,
        options: &VerifyOptions,
        seen: &SeenHashes,
        progress: &Progress,
    ) -> Self {
        let mut files: Vec<u32> = mentioned(walks, book).collect();
        files.sort_unstable();
        files.dedup();
        let mut contents = HashMap::with_capacity(files.len());
        files.retain(|&file| {
            let content = tree.files().get(file as usize).and_then(|file| seen.content(file));
            contents.extend(content.map(|content| (file, Ok(content))));
            content.is_none()
        });
        let inputs: Vec<LogFile> =
            files.iter().filter_map(|&file| tree.files().get(file as usize).cloned()).collect();
        let read = read_logs(&inputs, options.limits, progress);
        contents.extend(files.into_iter().zip(read));
        Self(contents)
    }

    fn judge(&self, log: &LogEntry, file: Option<u32>, is_proven: bool) -> Verdict {
        let fits = |hash| log.hash == Some(hash);
        let fault = match file.and_then(|file| self.0.get(&file)) {
            None => Fault::NotFound,
            Some(Ok(Content::Whole(hash) | Content::Plain(hash))) if fits(*hash) => {
                return if is_proven { Verdict::Valid } else { Verdict::Unproven(Doubt::Digest) };
            }
            Some(Ok(Content::Cut(hash))) if fits(*hash) => Fault::Format,
            Some(Ok(Content::Whole(_) | Content::Cut(_))) => Fault::Hash,
            Some(Ok(Content::Trailing)) => Fault::Trailing,
            Some(Ok(Content::Plain(_) | Content::Malformed)) => Fault::Format,
            Some(Ok(Content::TooLarge)) => {
                let why = "more text than --max-file-bytes allows".to_owned();
                return Verdict::Unproven(Doubt::Unreadable(why));
            }
            Some(Err(why)) => return Verdict::Unproven(Doubt::Unreadable(why.clone())),
        };
        Verdict::Invalid(fault)
    }
}

/// The log files that are there, of all digests asked for that are of use.
pub fn mentioned<'a>(walks: &'a [Walked<'_>], book: &'a Book) -> impl Iterator<Item = u32> {
    let steps = walks.iter().flat_map(|walk| &walk.steps);
    let digests = steps.filter_map(|step| match step {
        Step::Digest { file, .. } => *file,
        Step::Gap { .. } => None,
    });
    digests.flat_map(|digest| book.logs(digest).iter().copied().flatten())
}
