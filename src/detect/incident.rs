//! An episode while it lasts, and what is remembered of it.

use super::changepoint::Counted;
use super::expectation::Expectation;
use super::recent::{PerWindow, Recent, WINDOWS};
use super::{Direction, Episode, Evidence};
use crate::coverage::{Coverage, Span};
use crate::minute::Minute;
use crate::minute::{DAY, HOUR, WEEK};

/// A level that lasts this long is the new normal.
pub const NORMAL_AFTER: u32 = DAY;

/// A rise that has fired and not ended yet.
#[derive(Clone, Debug)]
pub struct Incident {
    pub start: Minute,
    /// The minute after the last one above the quiet level.
    pub end: Minute,
    /// Minutes at or under it are quiet.
    pub quiet: f64,
    /// What each minute would have brought, for the history.
    pub expectation: Expectation,
    pub evidence: Evidence,
    raw: Recent,
    peaks: PerWindow<u64>,
    hours: Vec<(u32, u64)>,
}

impl Incident {
    /// The incident that begins at the first of these minutes; they end with the one that fired.
    pub fn new(
        minutes: &[Counted],
        quiet: f64,
        expectation: Expectation,
        evidence: Evidence,
    ) -> Self {
        let start = minutes.first().map_or(evidence.fired_at, |first| first.0);
        let mut incident = Self {
            start,
            end: evidence.fired_at + 1,
            quiet,
            expectation,
            evidence,
            raw: Recent::default(),
            peaks: [0; WINDOWS.len()],
            hours: Vec::new(),
        };
        for (minute, events, _) in minutes {
            incident.add(*minute, *events);
        }
        incident.end = incident.evidence.fired_at + 1;
        incident
    }

    /// Takes one more minute; it moves the end when it is not quiet.
    pub fn add(&mut self, minute: Minute, events: u32) {
        if f64::from(events) > self.quiet {
            self.end = minute + 1;
        }
        self.raw.push(minute, events, 0, |_| ());
        for (peak, sum) in self.peaks.iter_mut().zip(self.raw.sums()) {
            *peak = (*peak).max(*sum);
        }
        let hour = minute.get() / HOUR;
        match self.hours.last_mut() {
            Some(last) if last.0 == hour => last.1 += u64::from(events),
            _ => self.hours.push((hour, u64::from(events))),
        }
    }

    /// Events in each hour (since the epoch) it touched.
    pub fn hours(&self) -> &[(u32, u64)] {
        &self.hours
    }

    /// The episode it comes to.
    pub fn episode(&self, ongoing: bool, coverage: &Coverage) -> Episode {
        let span = Span { start: self.start, end: self.end };
        let mut evidence = self.evidence.clone();
        evidence.expected_in_span = self.expectation.events(span, coverage);
        Episode { span, ongoing, direction: Direction::Rise, evidence }
    }

    /// What is remembered of it, for a subject first seen then.
    pub fn past(&self, first_seen: Option<Minute>) -> PastIncident {
        PastIncident {
            span: Span { start: self.start, end: self.end },
            peaks: self.peaks,
            was_new: first_seen.is_some_and(|first| self.start.since(first) < DAY),
        }
    }
}

/// An incident that is over.
#[derive(Clone, Copy, Debug)]
pub struct PastIncident {
    pub span: Span,
    /// The largest sums of each window in it.
    pub peaks: PerWindow<u64>,
    /// Whether it was the first the subject ever did.
    was_new: bool,
}

impl PastIncident {
    /// Minutes a daily schedule may be off.
    const DAILY_SLACK: u32 = 60;
    /// Minutes a weekly schedule may be off: less, as other things happen again in a week.
    const WEEKLY_SLACK: u32 = 15;
    /// Sums up to this many times its own are the same thing again.
    const ALIKE: f64 = 1.5;

    /// Whether a sum at `now` is no second incident: it happened a day before at this time, or a
    /// week before at this very time, or the subject is still in its first day.
    pub fn repeats(&self, i: usize, sum: f64, now: Minute) -> bool {
        let again = |after: u32, slack: u32| {
            let span = Span {
                start: self.span.start + (after - slack),
                end: self.span.end + (after + slack),
            };
            span.contains(now)
        };
        let first_day = self.was_new && now < self.span.end + (DAY + Self::DAILY_SLACK);
        let scheduled = again(DAY, Self::DAILY_SLACK) || again(WEEK, Self::WEEKLY_SLACK);
        (first_day || scheduled) && self.is_like(i, sum)
    }

    /// Whether a sum is of its size.
    pub fn is_like(&self, i: usize, sum: f64) -> bool {
        sum <= Self::ALIKE * super::history::as_f64(self.peaks[i])
    }
}
