//! What was verified, for people: the lines that `aws cloudtrail validate-logs` prints, and what that
//! does not look for after them.

mod json;

use std::fmt;
use std::io;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::books::{line, plural};
use super::numbers::count as number;
use super::visible::visible;
use crate::verify::{Count, DigestKind, FileKind, Line, TrailReport, Verdict, Verification};

/// The form that a verification is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerificationFormat {
    /// As `aws cloudtrail validate-logs` prints it.
    Text,
    /// One JSON object, indented.
    Json,
}

/// A verification, and what was asked for.
#[derive(Clone, Copy, Debug)]
pub struct VerificationOutput<'a> {
    /// What is known of the files.
    pub verification: &'a Verification,
    /// From then on; from the beginning without it.
    pub from: Option<DateTime<Utc>>,
    /// Up to then; to the end without it.
    pub to: Option<DateTime<Utc>>,
    /// Whether files are told one by one that are not proven, for no digest covers the time they were
    /// delivered.
    pub tell_uncovered: bool,
}

/// How fast it went, in a line.
#[derive(Clone, Copy, Debug)]
pub struct VerificationSpeed {
    /// Digests and log files read.
    pub files: u64,
    /// Their bytes on disk.
    pub bytes: u64,
    /// How long it took.
    pub elapsed: Duration,
}

impl fmt::Display for VerificationSpeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let files = plural(self.files, "file", "files");
        let (size, seconds) = (number(self.bytes / 1_000_000), self.elapsed.as_secs_f64());
        line(f, "speed", &format!("{files}, {size} MB on disk, {seconds:.1} s"))
    }
}

/// Writes a verification.
///
/// # Errors
/// Those of `out`.
pub fn write_verification(
    output: &VerificationOutput<'_>,
    format: VerificationFormat,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    match format {
        VerificationFormat::Text => write!(out, "{output}"),
        VerificationFormat::Json => json::write(output, out),
    }
}

impl fmt::Display for VerificationOutput<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for trail in &self.verification.trails {
            self.trail(f, trail)?;
        }
        if self.verification.trails.is_empty() {
            f.write_str("No digests found\n")?;
        }
        self.strays(f)
    }
}

impl VerificationOutput<'_> {
    fn trail(&self, f: &mut fmt::Formatter<'_>, trail: &TrailReport) -> fmt::Result {
        let requested = self.requested();
        writeln!(f, "Validating log files for {} {}\n", title(trail), requested.between)?;
        let mut blank = true;
        for line in &trail.lines {
            status(f, line, &mut blank)?;
        }
        if !blank {
            f.write_str("\n")?;
        }
        writeln!(f, "Results requested for {}", requested.range)?;
        match trail.found {
            Some((from, to)) => writeln!(f, "Results found for {} to {}:", time(from), time(to))?,
            None => f.write_str("No valid digests found in range\n")?,
        }
        ratio(f, trail.digests, "digest")?;
        ratio(f, trail.backfill_digests, "backfill digest")?;
        ratio(f, trail.logs, "log")?;
        f.write_str("\n\n")
    }

    fn strays(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Verification { strays, stray_count, .. } = self.verification;
        let mut blank = true;
        for line in strays {
            if self.tells(line) {
                status(f, line, &mut blank)?;
            }
        }
        if !blank {
            f.write_str("\n")?;
        }
        if stray_count.invalid > 0 {
            let files = plural(stray_count.invalid, "file", "files");
            writeln!(f, "{files} that no digest mentions: INVALID")?;
        }
        if stray_count.unproven > 0 {
            let files = plural(stray_count.unproven, "log file", "log files");
            writeln!(f, "{files} that no digest vouches for: NOT PROVEN")?;
        }
        Ok(())
    }

    /// Whether a file is told that no digest mentions.
    fn tells(&self, line: &Line) -> bool {
        let is_invalid = matches!(line, Line::File { verdict: Verdict::Invalid(_), .. });
        is_invalid || self.tell_uncovered
    }

    fn requested(&self) -> Requested {
        let (from, to) = (self.from.map(time), self.to.map(time));
        let (between, range) = match (from, to) {
            (None, None) => (String::new(), "all digests".to_owned()),
            (Some(from), None) => {
                (format!("from {from} on"), format!("{from} to the newest digest"))
            }
            (None, Some(to)) => (format!("up to {to}"), format!("the oldest digest to {to}")),
            (Some(from), Some(to)) => {
                (format!("between {from} and {to}"), format!("{from} to {to}"))
            }
        };
        let between = if between.is_empty() { "of all times".to_owned() } else { between };
        Requested { between, range }
    }
}

struct Requested {
    between: String,
    range: String,
}

/// Which trail.
fn title(trail: &TrailReport) -> String {
    let name = &trail.name;
    let organization = match &trail.organization {
        Some(organization) => format!(" of organization {organization}"),
        None => String::new(),
    };
    let home = if name.home_region == name.region {
        String::new()
    } else {
        format!(" (home Region {})", name.home_region)
    };
    let text = format!(
        "trail {}{home}{organization}, account {}, Region {},",
        name.trail, name.account, name.region
    );
    visible(&text, false).into_owned()
}

/// One status line. What is not valid stands between blank lines, as validate-logs has it.
fn status(f: &mut fmt::Formatter<'_>, line: &Line, blank: &mut bool) -> fmt::Result {
    let is_valid = matches!(line, Line::File { verdict: Verdict::Valid, .. });
    if !is_valid && !*blank {
        f.write_str("\n")?;
    }
    *blank = !is_valid;
    match line {
        Line::File { kind, name, verdict, elsewhere } => {
            let (what, name) = (word(*kind), visible(name, false));
            let verdict = verdict.to_string();
            write!(f, "{what}\t{name}\t{}", visible(&verdict, false))?;
            if let Some(path) = elsewhere {
                write!(f, " (a file of this name is {})", visible(path, false))?;
            }
        }
        Line::Gap { kind, from, to } => {
            let (backfill, from, to) = (prefix(*kind), time(*from), time(*to));
            write!(
                f,
                "{backfill}No log files were delivered by CloudTrail between {from} and {to}"
            )?;
        }
    }
    f.write_str(if is_valid { "\n" } else { "\n\n" })
}

const fn word(kind: FileKind) -> &'static str {
    match kind {
        FileKind::Digest(DigestKind::Standard) => "Digest file",
        FileKind::Digest(DigestKind::Backfill) => "(backfill) Digest file",
        FileKind::Log => "Log file",
    }
}

const fn prefix(kind: DigestKind) -> &'static str {
    match kind {
        DigestKind::Standard => "",
        DigestKind::Backfill => "(backfill) ",
    }
}

fn ratio(f: &mut fmt::Formatter<'_>, files: Count, what: &str) -> fmt::Result {
    let all = files.all();
    if all == 0 {
        return Ok(());
    }
    write!(f, "\n{}/{all} {what} files valid", files.valid)?;
    if files.invalid > 0 {
        write!(f, ", {}/{all} {what} files INVALID", files.invalid)?;
    }
    if files.unproven > 0 {
        write!(f, ", {}/{all} {what} files NOT PROVEN", files.unproven)?;
    }
    Ok(())
}

/// A time as validate-logs prints it.
fn time(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}
