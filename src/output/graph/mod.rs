//! Graphs as they are drawn: for terminals and as SVG, on the same axes.

mod axis;
pub(super) mod files;
mod svg;
pub(super) mod terminal;

pub use svg::svg;

use super::numbers::{amount, counted, duration};
use super::table::time;
use crate::graph::{Bound, Graph, Layer};
use crate::insight::Insight;
use crate::minute::Minute;

/// What a graph counts, in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Words<'a> {
    /// Of one event: `call`, `error`, `denial`.
    pub unit: &'a str,
    /// The error code of an error rate.
    pub error_code: Option<&'a str>,
}

impl<'a> Words<'a> {
    pub fn of(insight: &'a Insight) -> Self {
        let unit = super::table::unit(insight.insight_type);
        Self { unit, error_code: insight.error_code.as_deref() }
    }
}

/// Events a minute in each step.
fn rates(line: &[Option<u64>], step: u32) -> Vec<Option<f64>> {
    #[expect(clippy::cast_precision_loss, reason = "a drawing shows three digits")]
    let rate = |events: u64| events as f64 / f64::from(step.max(1));
    line.iter().map(|events| events.map(rate)).collect()
}

/// The top of the axis: above all counts and lines.
fn top(graph: &Graph, layer: &Layer) -> f64 {
    let lines = [&layer.events, &layer.failures];
    let rates = lines.into_iter().flat_map(|line| rates(line, layer.step)).flatten();
    let levels = [graph.bound.map(Bound::rate), graph.expected];
    let levels = levels.into_iter().flatten().filter(|level| level.is_finite());
    axis::round_up(rates.chain(levels).fold(0.0, f64::max))
}

/// The signs that stand for things in a drawing, before their words.
#[derive(Clone, Copy, Debug, Default)]
struct Signs<'a> {
    start: &'a str,
    end: &'a str,
    verdict: &'a str,
    bound: &'a str,
    expected: &'a str,
}

/// How much a caption says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Caption {
    /// When, the lines, and how many events.
    Full,
    /// Not what stands beside it: when the insight was, what was expected.
    Brief,
}

/// What is shown, in words.
fn caption(
    graph: &Graph,
    layer: &Layer,
    (words, how): (Words<'_>, Caption),
    signs: Signs<'_>,
) -> String {
    let span = layer.span();
    let dated = |minute: Minute| time(minute, minute.day() != span.start.day());
    let mut marks = Vec::new();
    let full = how == Caption::Full;
    if let Some(band) = graph.band.filter(|_| full) {
        marks.push(format!("{}start {}", signs.start, dated(band.start)));
        marks.push(if graph.ongoing {
            "ongoing when the logs end".to_owned()
        } else {
            format!("{}end {}", signs.end, dated(band.end))
        });
    }
    if full {
        marks.push(format!("{}verdict {}", signs.verdict, dated(graph.at)));
    }
    let mut levels = Vec::new();
    if let Some(bound) = graph.bound {
        let (events, window) = (amount(bound.events), duration(bound.window));
        levels.push(format!("{}bound {events} in {window}", signs.bound));
    }
    if let Some(expected) = graph.expected.filter(|_| full || !signs.expected.is_empty()) {
        levels.push(format!("{}expected {} a minute", signs.expected, amount(expected)));
    }
    let all = layer.events.iter().flatten().copied().fold(0, u64::saturating_add);
    let all = counted(all, words.unit);
    let all = if full { format!("{all} in all") } else { String::new() };
    let shown = format!("{} to {} UTC", time(span.start, true), dated(span.end));
    let parts = [shown, marks.join(", "), levels.join(", "), all];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ")
}
