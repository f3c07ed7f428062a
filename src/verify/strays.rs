//! Log files that no digest mentions, which `aws cloudtrail validate-logs` does not look for.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Duration, Utc};

use super::VerifyOptions;
use super::book::Book;
use super::chain::{Chain, Step, Walked};
use super::key::{DigestKey, DigestKind, LogName, is_in_place};
use super::object::{Home, Tree, file_name};
use super::verdict::{Count, Doubt, Fault, Verdict};
use super::verification::{FileKind, Line, TrailReport, mentioned};

/// A log file is in the digest of the hour in which it came to the bucket, a little after the time in
/// its name.
const ON_ITS_WAY: Duration = Duration::minutes(30);

type Span = (DateTime<Utc>, DateTime<Utc>);

/// The bucket, and the folder above `AWSLogs`.
type TreeName<'a> = (Option<&'a str>, &'a str);

fn tree_name(chain: &Chain) -> TreeName<'_> {
    (chain.bucket.as_deref(), &chain.root)
}

/// The log files that are in no digest of use, by their paths. To those that are not where a digest
/// says, the trails' lines get where a file of that name is instead.
pub fn strays(
    trails: &mut [TrailReport],
    walks: &[Walked<'_>],
    tree: &Tree<'_>,
    book: &Book,
    options: &VerifyOptions,
) -> (Vec<Line>, Count) {
    // Of some trails' log files nobody can tell from other trails' which they are.
    if !options.trails.take_all() {
        return (Vec::new(), Count::default());
    }
    let mut known: HashSet<u32> = mentioned(walks, book).collect();
    let mut doubted = HashSet::new();
    for &(digest, is_valid) in walks.iter().flat_map(|walk| &walk.after) {
        let logs = book.logs(digest).iter().copied().flatten();
        if is_valid { known.extend(logs) } else { doubted.extend(logs) }
    }
    let covered = covered(walks, book);
    let homes = homes(walks, book);
    let mut files: Vec<(u32, Verdict)> = Vec::new();
    for file in (0..).take(tree.files().len()).filter(|file| !known.contains(file)) {
        let (root, tail) = tree.root_and_tail(file);
        if let Some(log) = LogName::of(tail) {
            let is_asked_for = options.from.is_none_or(|from| from <= log.delivered)
                && options.to.is_none_or(|to| log.delivered <= to);
            if is_asked_for {
                let tree_of = (tree.bucket(file), root);
                let spans = covered.get(&(tree_of, log.account, log.region));
                let verdict = match judge(log.delivered, spans) {
                    Verdict::Invalid(_) if doubted.contains(&file) => {
                        Verdict::Unproven(Doubt::Digest)
                    }
                    verdict => verdict,
                };
                files.push((file, verdict));
            }
        } else if DigestKey::of(tail).is_some_and(|key| !is_in_place(tail, &key.trail)) {
            files.push((file, Verdict::Invalid(Fault::Moved)));
        }
    }
    files.sort_by_key(|&(file, _)| tree.path(file));
    let mut by_name: HashMap<&str, u32> = HashMap::new();
    let mut count = Count::default();
    let mut lines = Vec::new();
    for (file, verdict) in files {
        count.add(&verdict);
        let (root, tail) = tree.root_and_tail(file);
        by_name.insert(file_name(tail), file);
        let name = match homes.get(&(tree.bucket(file), root)) {
            Some(home) if tail.starts_with("AWSLogs") => home.object(tail).to_string(),
            _ => tree.address(file),
        };
        let kind = match DigestKey::of(tail) {
            Some(key) => FileKind::Digest(key.kind),
            None => FileKind::Log,
        };
        lines.push(Line::File { kind, name, verdict, elsewhere: None });
    }
    for line in trails.iter_mut().flat_map(|trail| &mut trail.lines) {
        if let Line::File { name, verdict: Verdict::Invalid(Fault::NotFound), elsewhere, .. } = line
        {
            *elsewhere = by_name.get(file_name(name)).map(|&file| tree.address(file));
        }
    }
    (lines, count)
}

/// A file may still be on its way to a digest that is not there.
fn judge(delivered: DateTime<Utc>, spans: Option<&Vec<Span>>) -> Verdict {
    let covers = |&(start, end): &Span| start <= delivered && delivered + ON_ITS_WAY <= end;
    if spans.is_some_and(|spans| spans.iter().any(covers)) {
        Verdict::Invalid(Fault::Unmentioned)
    } else {
        Verdict::Unproven(Doubt::Uncovered)
    }
}

/// The times that digests of use cover, by tree, account and Region, whatever the trail.
fn covered<'a>(
    walks: &'a [Walked<'_>],
    book: &Book,
) -> HashMap<(TreeName<'a>, &'a str, &'a str), Vec<Span>> {
    let mut covered: HashMap<_, Vec<Span>> = HashMap::new();
    for Walked { chain, steps, .. } in walks {
        if chain.kind == DigestKind::Backfill {
            continue;
        }
        let place = (tree_name(chain), &*chain.trail.account, &*chain.trail.region);
        let spans = covered.entry(place).or_default();
        for step in steps {
            if let Step::Digest { file: Some(file), .. } = step
                && let Some(Ok(digest)) = book.digest(*file)
            {
                spans.push((digest.start, digest.end));
            }
        }
    }
    for spans in covered.values_mut() {
        spans.sort_unstable();
        spans.dedup_by(|next, span| {
            let follows = next.0 <= span.1;
            if follows {
                span.1 = span.1.max(next.1);
            }
            follows
        });
    }
    covered
}

/// Where each tree's objects are, by its newest digest of use.
fn homes<'a>(walks: &'a [Walked<'_>], book: &Book) -> BTreeMap<TreeName<'a>, Home> {
    let mut homes = BTreeMap::new();
    for Walked { chain, steps, .. } in walks {
        let home = steps.iter().find_map(|step| match step {
            Step::Digest { file: Some(file), .. } => {
                Some(Home::of(&book.digest(*file)?.as_ref().ok()?.object))
            }
            _ => None,
        });
        if let Some(home) = home {
            homes.entry(tree_name(chain)).or_insert(home);
        }
    }
    homes
}
