//! How much time a chart shows, in which steps: as CloudTrail's console does.

use crate::coverage::Span;
use crate::minute::{DAY, HOUR, WEEK};

/// Where a layer begins, and its steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    pub start: crate::Minute,
    /// Minutes a step.
    pub step: u32,
    pub steps: u32,
}

impl Frame {
    pub fn span(self) -> Span {
        Span { start: self.start, end: self.start + self.steps * self.step }
    }
}

/// Insights shorter than this, what is shown of them, and the steps: the console shows 3 hours
/// of less than 4, 12 hours of less than 12, a day of less than one, 3 days of less than three,
/// else a week.
const SHOWN: [(u32, u32, u32); 5] = [
    (4 * HOUR, 3 * HOUR, 1),
    (12 * HOUR, 12 * HOUR, 5),
    (DAY, DAY, 5),
    (3 * DAY, 3 * DAY, 15),
    (u32::MAX, WEEK, HOUR),
];
/// The part of what is shown that is left before and after an insight at least: the next longer
/// time is shown where there is no room.
const MARGIN: u32 = 12;
/// The weeks around: as much as detectors remember, and some of what came next.
const WIDE: (u32, u32) = (4 * WEEK, WEEK);
/// The most steps of the weeks.
const WIDE_STEPS: u32 = 1_000;

/// An insight and some time before and after it, the insight's first minute first in its step. Not
/// more than the margin is outside of the logs, where they are long enough.
pub fn near(insight: Span, logs: Span) -> Frame {
    let minutes = insight.minutes();
    let fits = |shown: u32| minutes <= shown - 2 * (shown / MARGIN);
    let by_console = SHOWN.iter().skip_while(|(below, ..)| minutes >= *below);
    let (shown, step) = by_console
        .map(|(_, shown, step)| (*shown, *step))
        .find(|(shown, _)| fits(*shown))
        .unwrap_or_else(|| {
            let weeks = minutes.div_ceil(WEEK - 2 * (WEEK / MARGIN));
            (weeks * WEEK, weeks * HOUR)
        });
    let margin = shown / MARGIN;
    let whole = |minutes: u32| minutes / step * step;
    let mut lead = whole(shown.saturating_sub(minutes) / 2);
    // No more than the margin after the logs, then none before them.
    let after = shown.saturating_sub(minutes + lead);
    lead += whole(after.saturating_sub(logs.end.since(insight.end).max(margin)));
    lead = lead.min(insight.start.since(logs.start).div_ceil(step) * step + whole(margin));
    // Hardly ever: an insight in the first hours of 1970.
    lead = lead.min(whole(insight.start.get()));
    Frame { start: insight.start - lead, step, steps: shown / step }
}

/// The weeks around what is near, as far as there are logs, in whole days.
pub fn wide(near: Span, logs: Span) -> Frame {
    let (before, after) = WIDE;
    let start = near.start.min(logs.start.max(near.start - before)).start_of_day();
    let end = near.end.max(logs.end.min(near.end + after));
    let minutes = end.since(start);
    let step = minutes.div_ceil(WIDE_STEPS * HOUR).max(1) * HOUR;
    Frame { start, step, steps: (minutes.div_ceil(DAY) * DAY).div_ceil(step) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Minute;

    fn span(start: u32, minutes: u32) -> Span {
        let start = Minute::new(29_000_000) + start;
        Span { start, end: start + minutes }
    }

    #[test]
    fn as_much_is_shown_as_the_console_shows() {
        let logs = span(0, 100 * DAY);
        for (minutes, shown, step) in [
            (1, 3 * HOUR, 1),
            (150, 3 * HOUR, 1),
            (4 * HOUR, 12 * HOUR, 5),
            (10 * HOUR, 12 * HOUR, 5),
            (12 * HOUR, DAY, 5),
            (DAY, 3 * DAY, 15),
            (3 * DAY, WEEK, HOUR),
            (5 * DAY, WEEK, HOUR),
            // What would not fit with its Start and End takes the next.
            (3 * HOUR, 12 * HOUR, 5),
            (11 * HOUR, DAY, 5),
            (WEEK, 2 * WEEK, 2 * HOUR),
            (80 * DAY, 14 * WEEK, 14 * HOUR),
        ] {
            let insight = span(10 * DAY, minutes);
            let near = near(insight, logs);
            assert_eq!((near.span().minutes(), near.step), (shown, step), "{minutes}");
        }
    }

    #[test]
    fn an_insight_stands_in_the_middle_unless_logs_end() {
        let logs = span(0, 10 * DAY);
        let lead = |insight: Span| insight.start.since(near(insight, logs).start);
        assert_eq!(lead(span(5 * DAY, 20)), 80);
        assert_eq!(lead(span(3, 20)), 3 + 15);
        assert_eq!(lead(span(10 * DAY - 20, 20)), 180 - 20 - 15);
    }

    #[test]
    fn the_weeks_are_those_of_the_logs() {
        let insight = span(50 * DAY, 20);
        let near = near(insight, span(0, 100 * DAY)).span();
        let month = wide(near, span(0, 100 * DAY));
        assert_eq!(month.step, HOUR);
        assert!(month.span().minutes() > 35 * DAY && month.span().minutes() <= 37 * DAY);
        let short = wide(near, span(49 * DAY, 2 * DAY));
        assert_eq!(short.span().minutes(), 3 * DAY);
    }

    proptest! {
        #[test]
        fn an_insight_is_never_cut(
            (start, minutes) in (0..40 * DAY, 1..60 * DAY),
            (logs_start, logs_minutes) in (0..40 * DAY, 1..60 * DAY),
        ) {
            let insight = span(start, minutes);
            let logs = span(logs_start, logs_minutes);
            let logs = Span {
                start: logs.start.min(insight.start),
                end: logs.end.max(insight.end),
            };
            let near = near(insight, logs);
            let shown = near.span();
            prop_assert!(shown.start < insight.start && insight.end < shown.end);
            prop_assert_eq!(insight.start.since(shown.start) % near.step, 0);
            let wide = wide(shown, logs);
            let weeks = wide.span();
            prop_assert!(weeks.start <= shown.start && shown.end <= weeks.end);
            prop_assert!(near.steps <= 336 && wide.steps <= WIDE_STEPS + 24);
        }
    }
}
