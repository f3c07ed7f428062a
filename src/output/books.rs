//! What was read and what became of it, line by line, for the summaries of all commands that read logs.

use std::fmt;
use std::time::Duration;

use super::numbers::{count, duration};
use super::summary::Detail;
use super::visible::visible;
use crate::count::{Late, Problem, Tally, USUAL_DELAY, What};
use crate::event::{EventCategory, OtherKind};
use crate::input::Discovery;

/// Problems named in the short form.
const NAMED: usize = 5;

/// The books of a run.
pub struct Books<'a> {
    pub files: &'a Discovery,
    pub tally: &'a Tally,
    pub elapsed: Duration,
    pub peak_memory: Option<u64>,
    pub detail: Detail,
}

impl Books<'_> {
    /// The files, with numbers that only some commands have.
    pub fn files(&self, f: &mut fmt::Formatter<'_>, more: &[(u64, &str)]) -> fmt::Result {
        let tally = self.tally;
        let verb = if self.files.stores.is_empty() { "read" } else { "in the ledger" };
        let mut parts = vec![format!("{} {verb}", count(tally.files_read))];
        let mut add = |number: u64, what: &str| {
            if number > 0 {
                parts.push(format!("{} {what}", count(number)));
            }
        };
        add(tally.damaged_files, "damaged or unreadable");
        add(tally.not_logs.len() as u64, "not logs");
        add(self.files.skipped.len() as u64, "skipped");
        add(self.files.not_selected, "outside the time, accounts or Regions asked for");
        add(self.files.given_twice, "given twice");
        add(self.files.other_services, "folders of other services' logs not looked into");
        for (number, what) in more {
            add(*number, what);
        }
        line(f, "files", &parts.join(", "))
    }

    /// The books: every record read is in exactly one of these.
    pub fn records(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tally = self.tally;
        let mut parts = vec![format!("{} counted", count(tally.counted))];
        let mut add = |number: u64, what: &str| {
            if number > 0 {
                parts.push(format!("{} {what}", count(number)));
            }
        };
        add(tally.duplicates, "duplicates");
        add(tally.updates, "updates of earlier ones");
        for category in
            [EventCategory::Management, EventCategory::Data, EventCategory::NetworkActivity]
        {
            let what = format!("{} events not asked for", category.as_str());
            add(tally.other_categories[category as usize], &what);
        }
        add(tally.filtered, "filtered");
        for kind in OtherKind::ALL {
            add(tally.left_alone[kind as usize], &format!("{} left alone", kind.as_str()));
        }
        add(tally.left_alone_before, "left alone");
        add(tally.rejected, "rejected");
        line(f, "records", &format!("{} read = {}", count(tally.records()), parts.join(" + ")))
    }

    /// What was delivered late, if anything was.
    pub fn late(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Late { files, records, most: Some(most) } = self.tally.late else { return Ok(()) };
        let files = plural(files, "file", "files");
        let records = plural(records, "record", "records");
        let (usual, delay) = (duration(USUAL_DELAY), duration(most.delay));
        let text = format!(
            "{files} of {records} delivered more than {usual} after the newest event, {delay} at most"
        );
        line(f, "late", &text)
    }

    pub fn speed(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tally = self.tally;
        let millis = self.elapsed.as_millis().max(1);
        let per_second =
            |amount: u64| u64::try_from(u128::from(amount) * 1_000 / millis).unwrap_or(u64::MAX);
        let memory = self.peak_memory.map_or_else(String::new, |bytes| {
            format!(", {} MB of memory at most", count(bytes / 1_000_000))
        });
        let json = match tally.text_bytes {
            0 if !self.files.stores.is_empty() => String::new(),
            bytes => format!(", {} MB/s of JSON", count(per_second(bytes) / 1_000_000)),
        };
        let text = format!(
            "{:.1} s, {} events/s{json}{memory}",
            self.elapsed.as_secs_f64(),
            count(per_second(tally.records())),
        );
        line(f, "took", &text)
    }

    pub fn problems(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let most = if self.detail == Detail::Full { usize::MAX } else { NAMED };
        let tally = self.tally;
        let skipped = self
            .files
            .skipped
            .iter()
            .map(|skipped| format!("{}: skipped: {}", skipped.place, skipped.why));
        let named =
            skipped.chain(tally.problems.iter().map(|problem| describe(problem, self.files)));
        for problem in named.take(most) {
            line(f, "problem", &visible(&problem, false))?;
        }
        let all =
            self.files.skipped.len() as u64 + tally.problems.len() as u64 + tally.more_problems;
        let unnamed = all.saturating_sub(most as u64);
        if unnamed > 0 {
            line(f, "", &format!("and {} more; -v or --errors FILE names them", count(unnamed)))?;
        }
        if self.detail == Detail::Full {
            for file in &tally.not_logs {
                let text = format!("{}: {}", file.place, file.why);
                line(f, "not a log", &visible(&text, false))?;
            }
        }
        Ok(())
    }
}

/// A line of a summary.
pub fn line(f: &mut fmt::Formatter<'_>, label: &str, text: &str) -> fmt::Result {
    writeln!(f, "{label:<10} {text}")
}

/// A number with its noun.
pub fn plural(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// One problem in words: file, place, reason.
fn describe(problem: &Problem, files: &Discovery) -> String {
    let path = || {
        let file = files.files.get(problem.file);
        file.map_or_else(String::new, |file| file.place.to_string())
    };
    match &problem.what {
        What::Unreadable(why) => format!("{}: cannot be read: {why}", path()),
        What::Fault(byte, fault) => format!("{}: byte {byte}: {fault}", path()),
        What::Rejected(index, byte, why) => {
            format!("{}: record {index} at byte {byte} rejected: {why}", path())
        }
        What::DamagedBefore(file, why) => format!("{file}: {why}"),
        What::RejectedBefore(file, records) => {
            format!("{file}: {} rejected", plural(*records, "record", "records"))
        }
    }
}
