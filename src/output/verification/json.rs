//! A verification for programs.

use std::io;

use serde::Serialize;

use super::{VerificationOutput, time};
use crate::output::visible::escape_json;
use crate::verify::{Count, DigestKind, FileKind, Line, Outcome, TrailReport, Verdict};

/// Writes one JSON object; see `docs/verify.md`.
pub fn write(output: &VerificationOutput<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let json = serde_json::to_string_pretty(&Document::new(output))?;
    writeln!(out, "{}", escape_json(&json))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    outcome: &'static str,
    requested: Span,
    trails: Vec<Trail<'a>>,
    strays: Files,
    stray_files: Vec<Entry<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Trail<'a> {
    account: &'a str,
    region: &'a str,
    #[serde(rename = "trail")]
    name: &'a str,
    home_region: &'a str,
    organization: Option<&'a str>,
    bucket: Option<&'a str>,
    root: &'a str,
    found: Option<Span>,
    digests: Files,
    backfill_digests: Files,
    logs: Files,
    files: Vec<Entry<'a>>,
    gaps: Vec<Gap>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Files {
    valid: u64,
    invalid: u64,
    not_proven: u64,
}

#[derive(Serialize)]
struct Span {
    from: Option<String>,
    to: Option<String>,
}

#[derive(Serialize)]
struct Gap {
    backfill: bool,
    from: String,
    to: String,
}

#[derive(Serialize)]
struct Entry<'a> {
    kind: &'static str,
    name: &'a str,
    verdict: &'static str,
    why: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    elsewhere: Option<&'a str>,
}

impl<'a> Document<'a> {
    fn new(output: &VerificationOutput<'a>) -> Self {
        let verification = output.verification;
        let outcome = match verification.outcome() {
            Outcome::Valid => "valid",
            Outcome::Invalid => "invalid",
            Outcome::Unproven => "notProven",
        };
        let strays = verification.strays.iter().filter(|line| output.tells(line));
        Self {
            outcome,
            requested: Span { from: output.from.map(time), to: output.to.map(time) },
            trails: verification.trails.iter().map(Trail::new).collect(),
            strays: Files::new(verification.stray_count),
            stray_files: strays.filter_map(Entry::new).collect(),
        }
    }
}

impl<'a> Trail<'a> {
    fn new(trail: &'a TrailReport) -> Self {
        let gap = |line: &Line| match *line {
            Line::Gap { kind, from, to } => {
                let backfill = kind == DigestKind::Backfill;
                Some(Gap { backfill, from: time(from), to: time(to) })
            }
            Line::File { .. } => None,
        };
        let found = |(from, to)| Span { from: Some(time(from)), to: Some(time(to)) };
        Self {
            account: &trail.name.account,
            region: &trail.name.region,
            name: &trail.name.trail,
            home_region: &trail.name.home_region,
            organization: trail.organization.as_deref(),
            bucket: trail.bucket.as_deref(),
            root: &trail.root,
            found: trail.found.map(found),
            digests: Files::new(trail.digests),
            backfill_digests: Files::new(trail.backfill_digests),
            logs: Files::new(trail.logs),
            files: trail.lines.iter().filter_map(Entry::new).collect(),
            gaps: trail.lines.iter().filter_map(gap).collect(),
        }
    }
}

impl Files {
    fn new(count: Count) -> Self {
        Self { valid: count.valid, invalid: count.invalid, not_proven: count.unproven }
    }
}

impl<'a> Entry<'a> {
    fn new(line: &'a Line) -> Option<Self> {
        let Line::File { kind, name, verdict, elsewhere } = line else { return None };
        let (verdict, why) = match verdict {
            Verdict::Valid => ("valid", None),
            Verdict::Invalid(fault) => ("invalid", Some(fault.to_string())),
            Verdict::Unproven(doubt) => ("notProven", Some(doubt.to_string())),
        };
        let kind = match kind {
            FileKind::Digest(DigestKind::Standard) => "digest",
            FileKind::Digest(DigestKind::Backfill) => "backfillDigest",
            FileKind::Log => "log",
        };
        Some(Self { kind, name, verdict, why, elsewhere: elsewhere.as_deref() })
    }
}
