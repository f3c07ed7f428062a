//! What a window must pass: bounds as they are for a burst of its shape, and while learning.

use super::Walk;
use crate::detect::bound::{self, Shape};
use crate::detect::explanation::Limit;
use crate::detect::history::as_f64;
use crate::detect::recent::WINDOWS;
use crate::minute::Minute;

/// What a window must pass to be unusual.
pub(super) struct Ceiling {
    /// More than so many events, decided by that limit.
    pub(super) bound: f64,
    pub(super) limit: Limit,
    /// The largest sum before.
    pub(super) largest: u64,
    pub(super) mostly_newcomers: bool,
    pub(super) surprise_needed: f64,
    /// Days of logs.
    pub(super) logged_days: f64,
    pub(super) learning: bool,
    /// While learning, whether the subject is known for too short a time.
    pub(super) too_young: bool,
}

impl Walk<'_> {
    /// What window `i` ending with `now` must pass.
    pub(super) fn ceiling(&self, i: usize, now: Minute) -> Option<Ceiling> {
        let coverage = self.subject.coverage;
        let telling_days = bound::telling_days(coverage, self.calendar, now);
        let mut largest = self.history.largest()[i];
        let shape = self.shape(i);
        let newcomers = shape.mostly_newcomers;
        let (mut bound, mut limit) = self.bounds.as_ref()?.bound(i, self.history.largest(), shape);
        let learning = telling_days < bound::LEARNING_DAYS;
        let mut too_young = false;
        if learning {
            let known = self.first_point.map_or(0, |first| now.since(first) + 1);
            too_young = known < bound::LEARNING_MINUTES + WINDOWS[i];
            largest = largest.max(self.largest_of_hour(i, now));
            let learned = bound::learning_bound(i, largest, telling_days, self.points);
            if learned > bound {
                (bound, limit) = (learned, Limit::Learning);
            }
        }
        Some(Ceiling {
            bound,
            limit,
            largest,
            mostly_newcomers: newcomers,
            // Callers who were never seen here are evidence too.
            surprise_needed: self.settings.min_surprise - bound::odds(newcomers).log10(),
            logged_days: bound::logged_days(coverage, now),
            learning,
            too_young,
        })
    }

    /// What window `i` looks like; one without events like a burst of one minute.
    pub(super) fn shape(&self, i: usize) -> Shape {
        let (seen, by_newcomers) = (self.recent.sums()[i], self.recent.newcomers()[i]);
        if seen == 0 {
            return Shape { mostly_newcomers: false, busiest: 1.0 };
        }
        Shape {
            mostly_newcomers: bound::mostly_newcomers(by_newcomers, seen, &self.history),
            busiest: f64::from(self.recent.busiest(i)) / as_f64(seen),
        }
    }

    /// The largest sum of window `i` in the last hour that shares no minute with the one now.
    fn largest_of_hour(&self, i: usize, now: Minute) -> u64 {
        let before = now - (WINDOWS[i] - 1);
        let earlier = self.recent.moments().filter(|moment| moment.minute < before);
        earlier.map(|moment| moment.sums[i]).max().unwrap_or(0)
    }
}
