//! Episodes against labels.

use std::fmt::{self, Display};

use trailspike::detect::Episode;

use super::Account;
use super::incidents::{Kind, Label};
use super::traffic::{DAY, DAYS};

/// What a detector made of some accounts.
#[derive(Default)]
pub struct Score {
    accounts: u32,
    false_early: u32,
    false_later: u32,
    /// Insights on the first day of a subject.
    births: u32,
    /// Each label, and how many episodes met it.
    found: Vec<(Label, usize)>,
    start_errors: Vec<(Kind, u32)>,
    end_errors: Vec<(Kind, u32)>,
}

impl Score {
    pub fn add(&mut self, account: &Account, episodes: &[Vec<Episode>]) {
        self.accounts += 1;
        let at = |minute: trailspike::Minute| minute.since(account.origin);
        let meets = |label: &Label, episode: &Episode| {
            at(episode.span.start) < label.end + 3 && at(episode.span.end) + 3 > label.start
        };
        for (subject, found) in episodes.iter().enumerate() {
            let own: Vec<&Label> = account.labels.iter().filter(|l| l.subject == subject).collect();
            for episode in found.iter().filter(|e| !own.iter().any(|label| meets(label, e))) {
                let start = at(episode.span.start);
                let first = account.series[subject].points[0].minute;
                if start >= 2 * DAY && episode.span.start.since(first) < DAY {
                    self.births += 1;
                    continue;
                }
                if start < 2 * DAY { self.false_early += 1 } else { self.false_later += 1 }
            }
            for label in own {
                let met: Vec<&Episode> = found.iter().filter(|e| meets(label, e)).collect();
                self.found.push((*label, met.len()));
                if let (Some(first), Some(last)) = (met.first(), met.last()) {
                    let error = at(first.span.start).abs_diff(label.start);
                    self.start_errors.push((label.kind, error));
                    if !matches!(label.kind, Kind::LevelShift | Kind::Arrival | Kind::OpenAtEnd) {
                        let error = at(last.span.end).abs_diff(label.end);
                        self.end_errors.push((label.kind, error));
                    }
                }
            }
        }
    }

    /// Share of the incidents found among those that meet a condition.
    pub fn recall(&self, which: impl Fn(&Label) -> bool) -> (f64, usize) {
        let some: Vec<_> = self.found.iter().filter(|(label, _)| which(label)).collect();
        let found = some.iter().filter(|(_, met)| *met > 0).count();
        (found as f64 / some.len().max(1) as f64, some.len())
    }

    pub fn recall_of_size(&self, size: f64) -> (f64, usize) {
        self.recall(|label| label.is_of_size(size))
    }

    /// False insights per account and week from the third day on.
    pub fn false_per_week(&self) -> f64 {
        f64::from(self.false_later) / f64::from(self.accounts) / f64::from(DAYS - 2) * 7.0
    }

    /// Insights per account and week on the day a subject was first seen, from the third day on.
    pub fn births_per_week(&self) -> f64 {
        f64::from(self.births) / f64::from(self.accounts) / f64::from(DAYS - 2) * 7.0
    }

    /// False insights per account in the first two days.
    pub fn false_early(&self) -> f64 {
        f64::from(self.false_early) / f64::from(self.accounts)
    }

    /// Incidents told in more than one insight, of those found.
    pub fn split(&self) -> (usize, usize) {
        let found = self.found.iter().filter(|(_, met)| *met > 0);
        (self.found.iter().filter(|(_, met)| *met > 1).count(), found.count())
    }

    pub fn start_errors(&self, kinds: &[Kind]) -> Errors {
        Errors::of(&self.start_errors, kinds)
    }

    pub fn end_errors(&self, kinds: &[Kind]) -> Errors {
        Errors::of(&self.end_errors, kinds)
    }
}

/// Minutes by which a start or an end was off.
#[derive(Clone, Copy, Debug, Default)]
pub struct Errors {
    pub median: u32,
    pub p95: u32,
    pub most: u32,
}

impl Errors {
    fn of(all: &[(Kind, u32)], kinds: &[Kind]) -> Self {
        let mut some: Vec<u32> =
            all.iter().filter(|(kind, _)| kinds.contains(kind)).map(|(_, error)| *error).collect();
        some.sort_unstable();
        let Some(last) = some.len().checked_sub(1) else { return Self::default() };
        Self { median: some[last / 2], p95: some[last * 95 / 100], most: some[last] }
    }
}

impl Display for Errors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.median, self.p95, self.most)
    }
}

impl Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "  false per account-week      {:.2}", self.false_per_week())?;
        writeln!(f, "    on first days of subjects {:.2}", self.births_per_week())?;
        writeln!(f, "  false in days 1-2           {:.2}", self.false_early())?;
        write!(f, "  recall by size             ")?;
        for size in [1.0, 2.0, 3.0, 5.0, 10.0, 30.0] {
            let (recall, of) = self.recall_of_size(size);
            write!(f, " {size}x {recall:.3} ({of})")?;
        }
        write!(f, "\n    at 2x                     ")?;
        for (name, new) in [("usual callers", false), ("newcomers", true)] {
            let sized = |label: &Label| label.is_of_size(2.0) && label.newcomers == new;
            write!(f, " {name} {:.3}", self.recall(sized).0)?;
        }
        let unknown = |label: &Label| !label.known && Kind::SIZED.contains(&label.kind);
        let (recall, of) = self.recall(unknown);
        write!(f, "\n    on subjects never seen     {recall:.2} ({of})")?;
        write!(f, "\n  recall of all sizes        ")?;
        for kind in Kind::OTHERS {
            let (recall, of) = self.recall(|label| label.kind == kind);
            write!(f, " {kind:?} {recall:.2} ({of})")?;
        }
        let (split, found) = self.split();
        writeln!(f, "\n  told more than once         {split} of {found}")?;
        writeln!(f, "  minutes off, median/95%/most")?;
        for kind in [Kind::Step, Kind::OneMinute, Kind::Ramp, Kind::Plateau, Kind::LowAndSlow] {
            let (start, end) = (self.start_errors(&[kind]), self.end_errors(&[kind]));
            writeln!(f, "    {:<26} start {start}, end {end}", format!("{kind:?}"))?;
        }
        Ok(())
    }
}
