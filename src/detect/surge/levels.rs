//! The same walk, stopped at many minutes to tell what is expected there and what is credible.

use super::super::Subject;
use super::super::recent::WINDOWS;
use super::{SurgeDetector, Walk};
use crate::minute::Minute;

/// What the detector holds against a window of a subject.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Level {
    /// Events expected in it at its hour.
    pub expected: f64,
    /// The most that the subject's past makes credible in it.
    pub bound: f64,
}

impl SurgeDetector {
    /// The levels for windows of that many minutes that end with each of the minutes given, in time
    /// order, as [`SurgeDetector::explain`] tells them one by one; `None` where there are no logs.
    /// Nothing for a window that the detector does not look at.
    #[must_use]
    pub fn levels(&self, subject: Subject<'_>, window: u32, ends: &[Minute]) -> Vec<Option<Level>> {
        let Some(i) = WINDOWS.iter().position(|known| *known == window) else {
            return vec![None; ends.len()];
        };
        let points = &subject.series.points;
        let mut walk = Walk::new(subject, self.settings_of(&subject), &self.calendar);
        let mut gaps = subject.coverage.gaps().iter().peekable();
        let mut walked = 0;
        let mut levels = Vec::with_capacity(ends.len());
        for at in ends {
            let next = points.partition_point(|point| point.minute < *at).max(walked);
            walk.walk(&points[walked..next], &mut gaps);
            walked = next;
            // What is asked about minutes without events leaves no trace in the walk.
            let mut here = walk.clone();
            let point = points.get(next).filter(|point| point.minute == *at);
            let is_logged = here.arrive(*at, point, gaps.clone()).is_logged();
            levels.push(here.level(i, *at).filter(|_| is_logged));
        }
        levels
    }
}

impl Walk<'_> {
    fn level(&self, i: usize, at: Minute) -> Option<Level> {
        let bound = self.ceiling(i, at)?.bound;
        Some(Level { expected: self.chances(i, at).0, bound })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coverage::{Coverage, Span};
    use crate::minute::{DAY, HOUR};
    use crate::series::{Point, Series};

    #[test]
    fn levels_are_what_explain_tells() {
        let point =
            |minute: u32, events| Point { minute: Minute::new(minute), events, newcomers: 0 };
        let mut points: Vec<Point> = (0..9 * DAY)
            .step_by(7)
            .filter(|at| !(4 * DAY..5 * DAY).contains(at))
            .map(|at| point(at, 1 + at % 5))
            .collect();
        // An incident that goes on for a while.
        points.retain(|point| point.minute.get() != 8 * DAY + 3);
        points
            .extend((8 * DAY + 10..8 * DAY + 60).filter(|at| at % 7 != 0).map(|at| point(at, 90)));
        points.sort_by_key(|point| point.minute);
        let gap = Span { start: Minute::new(4 * DAY), end: Minute::new(5 * DAY) };
        let span = Span { start: Minute::new(0), end: Minute::new(9 * DAY) };
        let (series, coverage) = (Series { points }, Coverage::new(span, vec![gap]));
        let subject = Subject::new(&series, &coverage, 10);
        let detector = SurgeDetector::default();
        let ends: Vec<Minute> =
            (0..10 * DAY).step_by(3 * 41).chain(8 * DAY..8 * DAY + HOUR).map(Minute::new).collect();
        let mut ends = ends;
        ends.sort_unstable();
        ends.dedup();
        for window in [1, 5, 60] {
            let levels = detector.levels(subject, window, &ends);
            let (mut some, mut none) = (0, 0);
            for (at, level) in ends.iter().zip(levels) {
                let told = detector.explain(subject, *at);
                let told = told.windows.iter().find(|verdict| verdict.minutes == window);
                let told = told.map(|told| Level { expected: told.expected, bound: told.bound });
                assert_eq!(level, told, "{window} at {at}");
                *(if level.is_some() { &mut some } else { &mut none }) += 1;
            }
            assert!(some > 90 && none > 10, "{some} {none}");
        }
        assert!(detector.levels(subject, 7, &ends).iter().all(Option::is_none));
    }
}
