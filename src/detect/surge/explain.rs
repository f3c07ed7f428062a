//! The same walk, stopped at a minute to tell what is asked of each window there.

use std::iter::Peekable;
use std::slice::Iter;

use super::super::explanation::{
    DayUse, Explanation, HistoryDay, HistoryUsed, Obstacle, Situation, WindowVerdict,
};
use super::super::extremes::leave_out_quiet_days;
use super::super::history::{DAYS, as_f64};
use super::super::recent::{PerWindow, WINDOWS};
use super::super::{Subject, bound};
use super::ceiling::Ceiling;
use super::{SurgeDetector, Walk};
use crate::coverage::Span;
use crate::minute::{DAY, Minute};
use crate::series::Point;

/// No count above this is asked about.
const MOST: u64 = 1 << 52;

impl SurgeDetector {
    /// Tells what [`Detector::detect`](super::Detector::detect) asks of the windows that end with
    /// that minute of the subject, and the answers.
    #[must_use]
    pub fn explain(&self, subject: Subject<'_>, at: Minute) -> Explanation {
        let settings = self.settings_of(&subject);
        Walk::new(subject, settings, &self.calendar).explain(at)
    }
}

impl Walk<'_> {
    fn explain(mut self, at: Minute) -> Explanation {
        let (points, coverage) = (&self.subject.series.points, self.subject.coverage);
        let (before, rest) = points.split_at(points.partition_point(|point| point.minute < at));
        let mut gaps = coverage.gaps().iter().peekable();
        self.walk(before, &mut gaps);
        let point = rest.first().filter(|point| point.minute == at);
        let situation = self.arrive(at, point, gaps);
        let is_logged = situation.is_logged();
        let windows =
            (0..WINDOWS.len()).filter(|_| is_logged).filter_map(|i| self.verdict(i, at)).collect();
        let events = point.map_or(0, |point| u64::from(point.events));
        Explanation { at, events, situation, windows, history: self.history_used(at) }
    }

    /// Goes from the last point walked to that minute, with the point there is in it, to be asked
    /// about its windows.
    pub(super) fn arrive(
        &mut self,
        at: Minute,
        point: Option<&Point>,
        mut gaps: Peekable<Iter<'_, Span>>,
    ) -> Situation {
        while let Some(gap) = gaps.next_if(|gap| gap.end <= at) {
            self.enter_gap(*gap);
        }
        let gap = gaps.peek().filter(|gap| gap.contains(at));
        let situation = match (gap, point) {
            _ if !self.subject.coverage.span().contains(at) => Situation::OutsideLogs,
            (Some(gap), _) => Situation::InGap { start: gap.start, end: gap.end },
            (None, Some(point)) if self.take(*point) => Situation::Judged,
            (None, Some(_)) => self.incident().unwrap_or(Situation::Judged),
            (None, None) => {
                self.settle(at);
                let history = &mut self.history;
                self.recent.push(at, 0, 0, |moment| history.add(&moment));
                self.incident().unwrap_or(Situation::NoEvents)
            }
        };
        self.renew_bounds(at);
        situation
    }

    fn incident(&self) -> Option<Situation> {
        self.open.as_ref().map(|open| Situation::InIncident {
            start: open.start,
            fired_at: open.evidence.fired_at,
            quiet: open.quiet,
        })
    }

    /// What [`Walk::judge`] asks, one by one.
    fn verdict(&self, i: usize, at: Minute) -> Option<WindowVerdict> {
        let seen = self.recent.sums()[i];
        let ceiling = self.ceiling(i, at)?;
        let (expected, law) = self.chances(i, at);
        let obstacles = |sum: u64| -> Vec<Obstacle> {
            let count = as_f64(sum);
            let surprise = law.surprise_of_at_least(count);
            let repeated = self
                .past
                .iter()
                .find(|past| past.repeats(i, count, at))
                .map(|past| Obstacle::Repeats { start: past.span.start, end: past.span.end });
            let least = self.least();
            [
                (sum < least).then_some(Obstacle::TooFew { least }),
                ceiling.too_young.then_some(Obstacle::TooYoung),
                (count <= ceiling.bound).then_some(Obstacle::WithinBound),
                repeated,
                (surprise < ceiling.surprise_needed).then_some(Obstacle::NotSurprising),
            ]
            .into_iter()
            .flatten()
            .collect()
        };
        Some(WindowVerdict {
            minutes: WINDOWS[i],
            counted: self.counted(WINDOWS[i], at),
            seen,
            newcomers: self.recent.newcomers()[i],
            mostly_newcomers: ceiling.mostly_newcomers,
            busiest_minute: self.recent.busiest(i),
            expected,
            bound: ceiling.bound,
            limit: ceiling.limit,
            largest_before: self.largest_before(&ceiling),
            surprise: law.surprise_of_at_least(as_f64(seen)),
            surprise_needed: ceiling.surprise_needed,
            least_unusual: least_that(|sum| obstacles(sum).is_empty()),
            obstacles: obstacles(seen),
        })
    }

    fn largest_before(&self, ceiling: &Ceiling) -> Option<u64> {
        self.history.first_seen().map(|_| ceiling.largest)
    }

    /// Events in a window, whatever became of them.
    fn counted(&self, window: u32, at: Minute) -> u64 {
        let points = &self.subject.series.points;
        let first = points.partition_point(|point| point.minute < at + 1 - window);
        let inside = points[first..].iter().take_while(|point| point.minute <= at);
        inside.map(|point| u64::from(point.events)).sum()
    }

    fn history_used(&self, at: Minute) -> HistoryUsed {
        let coverage = self.subject.coverage;
        let telling_days = bound::telling_days(coverage, self.calendar, at);
        let full: Vec<u32> =
            self.history.full_days(at.day(), coverage).map(|(day, _)| day).collect();
        let busy = self.least_maxima(at.day());
        let first_day = self.history.first_seen().map(Minute::day);
        let oldest = at.day().saturating_sub(DAYS).max(coverage.span().start.day());
        let days = (oldest..=at.day()).map(|day| {
            let start = Minute::new(day * DAY);
            let span = Span { start, end: start + DAY };
            let usage = match full.binary_search(&day) {
                _ if day == at.day() => DayUse::Today,
                Ok(_) => DayUse::Full,
                Err(_) if first_day.is_none_or(|first| day < first) => DayUse::BeforeFirstSeen,
                Err(_) => DayUse::HalfLogged,
            };
            let own = self.history.days().find(|record| record.day == day);
            let largest = own.map_or([0; WINDOWS.len()], |record| record.largest);
            let rested = |i: usize| usage == DayUse::Full && as_f64(largest[i]) < busy[i];
            let open = self.open.iter().map(|open| Span { start: open.start, end: at + 1 });
            let mut incidents = self.past.iter().map(|past| past.span).chain(open);
            HistoryDay {
                day: start,
                usage,
                largest,
                quiet: std::array::from_fn(rested),
                incident: incidents.any(|incident| incident.intersection(span).minutes() > 0),
            }
        });
        HistoryUsed {
            logged_days: bound::logged_days(coverage, at),
            telling_days,
            learning: telling_days < bound::LEARNING_DAYS,
            first_seen: self.first_point.filter(|first| *first < at),
            known_days: full.len(),
            days: days.collect(),
        }
    }

    /// The smallest daily maximum of each window that is not left out as a quiet day's.
    fn least_maxima(&self, today: u32) -> PerWindow<f64> {
        self.history.daily_maxima(today, self.subject.coverage).map(|mut maxima| {
            leave_out_quiet_days(&mut maxima);
            maxima.iter().copied().reduce(f64::min).unwrap_or(0.0)
        })
    }
}

/// The smallest count with a property that all larger ones have as well.
fn least_that(is_enough: impl Fn(u64) -> bool) -> Option<u64> {
    let mut high = 1;
    while !is_enough(high) {
        high *= 2;
        if high > MOST {
            return None;
        }
    }
    let mut low = high / 2;
    // `low` is not enough, or 0; `high` is.
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if is_enough(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    Some(high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_count_is_found() {
        for least in [1, 2, 3, 9, 1_000, 1 << 40] {
            assert_eq!(least_that(|count| count >= least), Some(least));
        }
        assert_eq!(least_that(|_| false), None);
    }
}
