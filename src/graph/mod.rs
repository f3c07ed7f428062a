//! Insights and minute counts -> what a chart of each shows, as plain numbers: how it is drawn is up
//! to [`crate::output`].

mod layer;
mod stretch;

use std::collections::HashMap;
use std::io;

use ahash::RandomState;
use rayon::prelude::*;

use crate::count::MinuteCounts;
use crate::coverage::{Coverage, Span};
use crate::detect::Direction;
use crate::insight::rows::{Counted, Subjects};
use crate::insight::{FindError, Insight, InsightType};
use crate::minute::Minute;
use crate::series::{Calls, Series};

pub use layer::Layer;
use layer::Sums;
use stretch::{Frame, near, wide};

/// What a chart of one insight shows, or of a minute that was asked about.
#[derive(Clone, Debug, PartialEq)]
pub struct Graph {
    /// The insight's first minute and the minute after its last; `None` where there is no insight.
    pub band: Option<Span>,
    /// Whether the insight still went on when the logs ended: then its end is that of the logs.
    pub ongoing: bool,
    /// More events than normal, or less.
    pub direction: Direction,
    /// The minute of the verdict, or that was asked about.
    pub at: Minute,
    /// Events a minute that were expected at the time of the verdict, where that is known.
    pub expected: Option<f64>,
    /// What a window had to pass to be unusual, where that is known; drops have none.
    pub bound: Option<Bound>,
    /// The insight, and some time before and after it.
    pub near: Layer,
    /// The weeks around it, in hours or more: all of `near` is in it.
    pub wide: Layer,
}

/// The most events that the subject's past made credible in a window at the time of the verdict.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bound {
    /// Length of the window in minutes.
    pub window: u32,
    /// Events in it.
    pub events: f64,
}

impl Bound {
    /// As events a minute: on the average of its window.
    #[must_use]
    pub fn rate(self) -> f64 {
        self.events / f64::from(self.window.max(1))
    }
}

impl Graph {
    /// That of an insight, without any counts yet.
    fn blank(insight: &Insight, coverage: Option<&Coverage>) -> (Self, [Sums; 2]) {
        let span = insight.span;
        let logs = coverage.map_or(span, Coverage::span);
        let near = near(span, logs);
        let wide = wide(near.span(), logs);
        let of_api_errors = insight.insight_type == InsightType::ApiErrorRate;
        let sums = [near, wide].map(|frame| Sums::new(frame, of_api_errors));
        let evidence = &insight.evidence;
        let window = evidence.window.max(1);
        let bound = Bound { window, events: evidence.bound };
        let has_bound = insight.direction == Direction::Rise && evidence.bound.is_finite();
        let graph = Self {
            band: Some(span),
            ongoing: insight.ongoing,
            direction: insight.direction,
            at: evidence.fired_at,
            expected: Some(evidence.expected / f64::from(window)).filter(|rate| rate.is_finite()),
            bound: has_bound.then_some(bound),
            near: Layer::default(),
            wide: Layer::default(),
        };
        (graph, sums)
    }

    /// That of a minute of a subject, as if it were an insight of one minute. An insight that it is
    /// part of gives the band.
    #[must_use]
    pub fn of_minute(
        at: Minute,
        insight: Option<&Insight>,
        series: &Series,
        coverage: &Coverage,
    ) -> Self {
        let frame = near(Span { start: at, end: at + 1 }, coverage.span());
        let layer = |frame: Frame| {
            let mut sums = Sums::new(frame, false);
            for point in &series.points {
                sums.add(point.minute, point.events, Counted::Itself, false);
            }
            sums.layer(Some(coverage))
        };
        Self {
            band: insight.map(|insight| insight.span),
            ongoing: insight.is_some_and(|insight| insight.ongoing),
            direction: insight.map_or(Direction::Rise, |insight| insight.direction),
            at,
            expected: None,
            bound: None,
            near: layer(frame),
            wide: layer(wide(frame.span(), coverage.span())),
        }
    }
}

/// The graph of each insight, in their order, in one pass over the table they were found in.
/// `calls` are those they were found among. Each takes about 10 KiB, those of error rates three
/// times that.
///
/// # Errors
/// When counts kept in a temporary file cannot be read back.
pub fn graphs(
    insights: &[Insight],
    table: &MinuteCounts,
    calls: Calls,
) -> Result<Vec<Graph>, FindError> {
    let coverage = |insight: &Insight| table.coverage().get(insight.account.as_str());
    let blank = |insight| Graph::blank(insight, coverage(insight));
    let mut found = sums(insights, table, calls, &|index| blank(&insights[index]).1)?;
    let graphs = insights.iter().enumerate().map(|(index, insight)| {
        let (graph, none) = blank(insight);
        let [near, wide] = found.remove(&index).unwrap_or(none);
        let coverage = coverage(insight);
        Graph { near: near.layer(coverage), wide: wide.layer(coverage), ..graph }
    });
    Ok(graphs.collect())
}

type Found = HashMap<usize, [Sums; 2], RandomState>;

/// The counts of each insight that has any, by its place among them.
fn sums(
    insights: &[Insight],
    table: &MinuteCounts,
    calls: Calls,
    none: &(impl Fn(usize) -> [Sums; 2] + Sync),
) -> io::Result<Found> {
    let subjects = Subjects::new(insights, table, calls);
    let parts = (0..table.parts()).into_par_iter().try_fold(Found::default, |mut found, index| {
        subjects.each_of_api(&table.part(index)?, |insight, row, counted| {
            let sums = found.entry(insight).or_insert_with(|| none(insight));
            for layer in sums {
                layer.add(row.minute, row.events, counted, row.error != 0);
            }
        });
        Ok(found)
    });
    parts.try_reduce(Found::default, |mut a, b| {
        for (insight, sums) in b {
            match a.get_mut(&insight) {
                Some(all) => all.iter_mut().zip(&sums).for_each(|(all, sums)| all.add_all(sums)),
                None => _ = a.insert(insight, sums),
            }
        }
        Ok(a)
    })
}

#[cfg(test)]
mod tests;
