//! The counts around a minute or an insight, as numbers; how they are drawn is up to others.

use serde::Serialize;

use super::names;
use crate::coverage::{Coverage, Span};
use crate::detect::{Explanation, WINDOWS};
use crate::insight::Insight;
use crate::minute::{HOUR, Minute};
use crate::series::Series;

/// Steps of a chart.
pub const STEPS: u32 = 60;
/// Steps before and after an insight, at least.
const MARGIN: u32 = 10;
/// Steps before an insight, at most.
const LEAD: u32 = 20;
/// Minutes shown after a minute that was asked about.
const AFTER_MINUTE: u32 = 15;

/// Events in sixty steps, and what is marked of them.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Chart {
    /// First minute of the first step.
    pub start: Minute,
    /// Minutes a step: 1, 5, 15, or whole hours.
    pub step: u32,
    /// Events in each step; `None` where the logs cover none of it.
    pub counts: Vec<Option<u64>>,
    /// Events expected in a step at the time of the verdict, where that is known.
    #[serde(serialize_with = "names::rounded")]
    pub expected: Option<f64>,
    /// The most that was credible in a step then.
    #[serde(serialize_with = "names::rounded")]
    pub bound: Option<f64>,
    /// First minute of the insight, if there is one.
    pub insight_start: Option<Minute>,
    /// The minute after its last.
    pub insight_end: Option<Minute>,
    /// The minute of the verdict.
    pub at: Minute,
}

impl Chart {
    /// An insight, in the shortest steps that leave room before and after it.
    pub(super) fn of_insight(
        insight: &Insight,
        verdict: Option<&Explanation>,
        counts: (&Series, &Coverage),
    ) -> Self {
        let minutes = insight.span.minutes();
        let fits = |step: &u32| minutes.div_ceil(*step) + 2 * MARGIN <= STEPS;
        let hours = || minutes.div_ceil(STEPS - 2 * MARGIN).div_ceil(HOUR) * HOUR;
        let step = WINDOWS.into_iter().find(fits).unwrap_or_else(hours);
        let lead = ((STEPS - minutes.div_ceil(step).min(STEPS)) / 2).min(LEAD);
        let start = insight.span.start - lead * step;
        let evidence = &insight.evidence;
        let rate = evidence.expected / f64::from(evidence.window.max(1)) * f64::from(step);
        let bound = (evidence.window == step).then_some(evidence.bound);
        let at = evidence.fired_at;
        Self { expected: Some(rate), bound, ..Self::new(start, step, at, Some(insight), counts) }
            .with(verdict)
    }

    /// The minutes around one.
    pub(super) fn of_minute(
        at: Minute,
        insight: Option<&Insight>,
        verdict: Option<&Explanation>,
        counts: (&Series, &Coverage),
    ) -> Self {
        let start = (at + 1 + AFTER_MINUTE) - STEPS;
        Self::new(start, 1, at, insight, counts).with(verdict)
    }

    fn new(
        start: Minute,
        step: u32,
        at: Minute,
        insight: Option<&Insight>,
        counts: (&Series, &Coverage),
    ) -> Self {
        let (series, coverage) = counts;
        let count = |index: u32| {
            let first = start + index * step;
            let span = Span { start: first, end: first + step };
            (coverage.covered_minutes(span) > 0).then(|| events(series, span))
        };
        Self {
            start,
            step,
            counts: (0..STEPS).map(count).collect(),
            expected: None,
            bound: None,
            insight_start: insight.map(|insight| insight.span.start),
            insight_end: insight.map(|insight| insight.span.end),
            at,
        }
    }

    /// With what a verdict on a window as long as a step says.
    fn with(mut self, verdict: Option<&Explanation>) -> Self {
        let windows = verdict.into_iter().flat_map(|verdict| &verdict.windows);
        if let Some(window) = windows.into_iter().find(|window| window.minutes == self.step) {
            (self.expected, self.bound) = (Some(window.expected), Some(window.bound));
        }
        self
    }
}

fn events(series: &Series, span: Span) -> u64 {
    let points = &series.points;
    let first = points.partition_point(|point| point.minute < span.start);
    let inside = points[first..].iter().take_while(|point| point.minute < span.end);
    inside.map(|point| u64::from(point.events)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::insight::sample;
    use crate::series::Point;

    fn chart(minutes: u32) -> (Chart, Insight) {
        let mut insight = sample::burst();
        insight.span.end = insight.span.start + minutes;
        let points = (0..minutes)
            .map(|at| Point { minute: insight.span.start + at, events: 2, newcomers: 0 })
            .collect();
        let logged = Span { start: insight.span.start - 15, end: insight.span.end + 100_000 };
        let counts = (&Series { points }, &Coverage::new(logged, Vec::new()));
        (Chart::of_insight(&insight, None, counts), insight)
    }

    #[test]
    fn an_insight_of_any_length_fits_and_starts_on_a_step() {
        for (minutes, step) in [
            (1, 1),
            (40, 1),
            (41, 5),
            (200, 5),
            (600, 15),
            (2_400, 60),
            (2_401, 120),
            (90_000, 2_280),
        ] {
            let (chart, insight) = chart(minutes);
            assert_eq!(chart.step, step, "{minutes}");
            assert_eq!(insight.span.start.since(chart.start) % step, 0);
            let end = chart.start + STEPS * step;
            assert!(chart.start < insight.span.start && insight.span.end <= end, "{minutes}");
            assert_eq!(chart.counts.iter().flatten().sum::<u64>(), 2 * u64::from(minutes));
        }
    }

    #[test]
    fn what_is_not_logged_is_no_silence() {
        let (chart, _) = chart(10);
        let unknown = chart.counts.iter().take_while(|count| count.is_none()).count();
        assert_eq!(unknown, 20 - 15);
        assert_eq!(chart.counts.iter().filter(|count| count.is_none()).count(), unknown);
    }

    #[test]
    fn a_bound_is_only_shown_for_windows_of_its_length() {
        assert_eq!(chart(20).0.bound, None);
        assert_eq!(chart(100).0.bound, Some(sample::burst().evidence.bound));
    }
}
