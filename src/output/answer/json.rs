//! Answers of `explain` for programs.

use std::io;

use serde::Serialize;

use super::super::visible::escape_json;
use crate::coverage::Span;
use crate::detect::Explanation;
use crate::explain::{Answer, Breakdown, Neighbours, Outcome, SubjectName};
use crate::graph::Graph;
use crate::insight::Insight;
use crate::insight::record::{ExtensionEvidence, MAX_SURPRISE, average, direction, finite};
use crate::minute::Minute;

/// One JSON object, indented; see `docs/explain.md`. Characters that hide or that move a
/// terminal's cursor are escaped.
#[derive(Clone, Copy, Debug, Default)]
pub struct AnswerJson;

impl AnswerJson {
    /// Writes the answer.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write(self, answer: &Answer, out: &mut dyn io::Write) -> io::Result<()> {
        let json = serde_json::to_string_pretty(&Document::new(answer))?;
        writeln!(out, "{}", escape_json(&json))
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    subject: &'a SubjectName,
    insight_type: &'static str,
    asked: Option<Minute>,
    outcome: Outcome,
    insight: Option<InsightPart<'a>>,
    verdict: Option<&'a Explanation>,
    chart: ChartPart<'a>,
    period: Stretch,
    baseline: Stretch,
    breakdowns: &'a [Breakdown],
    #[serde(rename = "exampleEventIDs")]
    example_event_ids: Vec<String>,
    neighbours: &'a Neighbours,
}

/// A span, and how many of its minutes count.
#[derive(Serialize)]
struct Stretch {
    start: Minute,
    end: Minute,
    minutes: u32,
}

impl Stretch {
    const fn new(span: Span, minutes: u32) -> Self {
        Self { start: span.start, end: span.end, minutes }
    }
}

/// What is near, and what was asked of a window as long as a step.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ChartPart<'a> {
    start: Minute,
    step: u32,
    counts: &'a [Option<u64>],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    failures: &'a [Option<u64>],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    calls: &'a [Option<u64>],
    expected: Option<f64>,
    bound: Option<f64>,
    insight_start: Option<Minute>,
    insight_end: Option<Minute>,
    at: Minute,
}

impl<'a> ChartPart<'a> {
    fn new(answer: &'a Answer) -> Self {
        let Graph { band, at, expected, bound, near, .. } = &answer.graph;
        let windows = answer.verdict.iter().flat_map(|verdict| &verdict.windows);
        let verdict = windows.into_iter().find(|window| window.minutes == near.step);
        let expected = expected.map(|rate| rate * f64::from(near.step));
        let bound = bound.filter(|bound| bound.window == near.step).map(|bound| bound.events);
        Self {
            start: near.start,
            step: near.step,
            counts: &near.events,
            failures: &near.failures,
            calls: &near.calls,
            expected: verdict.map(|window| window.expected).or(expected).and_then(finite),
            bound: verdict.map(|window| window.bound).or(bound).and_then(finite),
            insight_start: band.map(|band| band.start),
            insight_end: band.map(|band| band.end),
            at: *at,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct InsightPart<'a> {
    #[serde(rename = "sharedEventID")]
    shared_event_id: String,
    #[serde(rename = "startEventID")]
    start_event_id: String,
    #[serde(rename = "endEventID")]
    end_event_id: Option<String>,
    start: Minute,
    end: Minute,
    ongoing: bool,
    direction: &'static str,
    severity: &'static str,
    pattern: &'static str,
    why: &'a str,
    events: u64,
    average: f64,
    baseline_average: f64,
    peak_time: Minute,
    peak_events: u64,
    evidence: ExtensionEvidence,
    surprise: Option<f64>,
    learning: bool,
}

impl<'a> Document<'a> {
    fn new(answer: &'a Answer) -> Self {
        let ids = answer.example_event_ids.iter().map(ToString::to_string);
        Self {
            subject: &answer.subject,
            insight_type: answer.subject.insight_type.as_str(),
            asked: answer.asked,
            outcome: answer.outcome,
            insight: answer.insight.as_ref().map(InsightPart::new),
            verdict: answer.verdict.as_ref(),
            chart: ChartPart::new(answer),
            period: Stretch::new(answer.period, answer.period.minutes()),
            baseline: Stretch::new(answer.baseline, answer.baseline_minutes),
            breakdowns: &answer.breakdowns,
            example_event_ids: ids.collect(),
            neighbours: &answer.neighbours,
        }
    }
}

impl<'a> InsightPart<'a> {
    fn new(insight: &'a Insight) -> Self {
        Self {
            shared_event_id: insight.shared_event_id.to_string(),
            start_event_id: insight.start_event_id.to_string(),
            end_event_id: (!insight.ongoing).then(|| insight.end_event_id.to_string()),
            start: insight.span.start,
            end: insight.span.end,
            ongoing: insight.ongoing,
            direction: direction(insight.direction),
            severity: insight.severity.as_str(),
            pattern: insight.pattern.name(),
            why: &insight.pattern.why,
            events: insight.whole.events,
            average: average(insight.whole.events, insight.whole.minutes),
            baseline_average: insight.baseline.average(),
            peak_time: insight.peak.0,
            peak_events: insight.peak.1,
            evidence: insight.into(),
            surprise: finite(insight.evidence.surprise.min(MAX_SURPRISE)),
            learning: insight.evidence.learning,
        }
    }
}
