//! Series and episodes -> insights.

use std::io;

use polars::prelude::{PolarsError, PolarsResult};
use rayon::prelude::*;
use uuid::Uuid;

use super::attribution::{Attribute, Stretches, attribute};
use super::record::{InsightIds, ONSET_MINUTES, SubjectParts};
use super::{Context, Insight, InsightType, Rate, fold, pattern, severity};
use crate::count::{Dimension, MinuteCounts, Part, Row, frame};
use crate::coverage::{Coverage, Span};
use crate::detect::{Detector, Episode, Subject};
use crate::event::error_family::ErrorFamily;
use crate::minute::Minute;
use crate::minute::WEEK;
use crate::series::{ApiSubject, Calls, Measure, Series, all_series};

/// Steps of the picture around an insight.
const CONTEXT_STEPS: u32 = 60;
/// Minutes shown before and after an insight, at least.
const CONTEXT_MARGIN: u32 = 60;

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InsightOptions {
    /// Which calls the call rate counts.
    pub calls: Calls,
    /// The fewest events in a window that can make an insight; half as many do for error codes that
    /// say a caller was denied or could not log in.
    pub min_count: u32,
}

impl Default for InsightOptions {
    fn default() -> Self {
        Self { calls: Calls::All, min_count: 10 }
    }
}

/// The insights of a table, and what they were found among.
#[derive(Debug)]
pub struct Found {
    /// By start, then account, Region, API, type and error code.
    pub insights: Vec<Insight>,
    /// How many series were looked at.
    pub subjects: usize,
    /// Error-rate insights that were left out because errors only rose with the calls.
    pub folded: usize,
}

/// Why insights could not be looked for.
#[derive(Debug, thiserror::Error)]
pub enum FindError {
    /// The column engine failed; no input is known to cause that.
    #[error("the table of minute counts could not be queried: {0}")]
    Table(#[from] PolarsError),
    /// Counts that did not fit in memory cannot be read back.
    #[error("counts kept in a temporary file cannot be read back: {0}")]
    Spilled(#[from] io::Error),
}

/// Finds the insights of all subjects in the table.
///
/// # Errors
/// None that input can cause: those of the column engine and of the temporary file are passed on.
pub fn find_insights(
    table: &MinuteCounts,
    detector: &dyn Detector,
    options: InsightOptions,
) -> Result<Found, FindError> {
    let parts: Vec<Found> = (0..table.parts())
        .into_par_iter()
        .map(|index| find_in_part(&table.part(index)?, detector, options))
        .collect::<Result<_, _>>()?;
    let mut found = Found { insights: Vec::new(), subjects: 0, folded: 0 };
    for part in parts {
        found.insights.extend(part.insights);
        found.subjects += part.subjects;
        found.folded += part.folded;
    }
    found.insights.sort_by(|a, b| order(a).cmp(&order(b)));
    Ok(found)
}

fn find_in_part(
    part: &Part<'_>,
    detector: &dyn Detector,
    options: InsightOptions,
) -> Result<Found, FindError> {
    let series = all_series(part, options.calls);
    let looked_at = subjects(part, &series, options);
    let subjects: Vec<Subject<'_>> = looked_at.iter().map(|(_, subject)| *subject).collect();
    let episodes = detector.detect(&subjects);
    let mut insights: Vec<Insight> = Vec::new();
    for ((subject, looked_at), episodes) in looked_at.iter().zip(episodes) {
        let Subject { series, coverage, .. } = *looked_at;
        let assembly = Assembly::new(part, subject, series, coverage, options.calls);
        for episode in episodes {
            insights.push(assembly.insight(episode)?);
        }
    }
    let before = insights.len();
    fold::fold_errors_that_rose_with_calls(&mut insights, &series, part);
    let folded = before - insights.len();
    Ok(Found { insights, subjects: subjects.len(), folded })
}

/// The subjects of a part as detectors look at them, of what [`all_series`] makes of it.
#[must_use]
pub fn subjects<'a>(
    part: &Part<'a>,
    series: &'a [(ApiSubject, Series)],
    options: InsightOptions,
) -> Vec<(&'a ApiSubject, Subject<'a>)> {
    let subject = |(subject, series): &'a (ApiSubject, Series)| {
        let coverage = part.table().coverage().get(subject.api(part).account)?;
        let min_count = min_count(subject, part.table(), options);
        Some((subject, Subject { series, coverage, min_count }))
    };
    series.iter().filter_map(subject).collect()
}

fn min_count(subject: &ApiSubject, table: &MinuteCounts, options: InsightOptions) -> u32 {
    match subject.measure {
        Measure::Errors(code)
            if ErrorFamily::of(table.name(Dimension::ErrorCode, code)).is_refusal() =>
        {
            options.min_count.div_ceil(2)
        }
        _ => options.min_count,
    }
}

fn order(insight: &Insight) -> impl Ord + '_ {
    (
        insight.span.start,
        &insight.account,
        &insight.region,
        &insight.event_source,
        &insight.event_name,
        insight.category,
        insight.insight_type,
        &insight.error_code,
    )
}

/// Makes the insights of one subject.
struct Assembly<'a> {
    part: &'a Part<'a>,
    subject: &'a ApiSubject,
    series: &'a Series,
    coverage: &'a Coverage,
    calls: Calls,
}

impl<'a> Assembly<'a> {
    fn new(
        part: &'a Part<'a>,
        subject: &'a ApiSubject,
        series: &'a Series,
        coverage: &'a Coverage,
        calls: Calls,
    ) -> Self {
        Self { part, subject, series, coverage, calls }
    }

    fn insight(&self, episode: Episode) -> PolarsResult<Insight> {
        let span = episode.span;
        let stretches = Stretches {
            baseline: baseline_span(span.start),
            onset: Span { start: span.start, end: span.start + ONSET_MINUTES },
            whole: span,
        };
        let rows = self.rows(stretches);
        let frame = frame(&rows)?;
        let attributions = self
            .attributes()
            .iter()
            .map(|&by| attribute(&frame, self.part.table(), by, stretches))
            .collect::<PolarsResult<Vec<_>>>()?;
        let rate = |span: Span, minutes| Rate { events: self.events(span), minutes };
        let api = self.subject.api(self.part);
        let (insight_type, error_code) = match self.subject.measure {
            Measure::Calls => (InsightType::ApiCallRate, None),
            Measure::Errors(code) => (
                InsightType::ApiErrorRate,
                Some(self.part.table().name(Dimension::ErrorCode, code)),
            ),
        };
        let parts = SubjectParts {
            account: api.account,
            region: api.region,
            category: api.category,
            event_source: api.event_source,
            event_name: api.event_name,
            insight_type,
            error_code,
        };
        let ids = InsightIds::new(&parts, span.start);
        let mut insight = Insight {
            account: api.account.to_string(),
            region: api.region.to_string(),
            event_source: api.event_source.to_string(),
            event_name: api.event_name.to_string(),
            insight_type,
            error_code: error_code.map(str::to_owned),
            category: api.category,
            span,
            ongoing: episode.ongoing,
            direction: episode.direction,
            shared_event_id: ids.shared,
            start_event_id: ids.start,
            end_event_id: ids.end,
            baseline: rate(stretches.baseline, self.coverage.covered_minutes(stretches.baseline)),
            onset: rate(stretches.onset, ONSET_MINUTES),
            whole: rate(span, span.minutes()),
            attributions,
            peak: self.peak(span),
            evidence: episode.evidence,
            severity: severity::Severity::Low,
            pattern: pattern::Pattern::unclear(),
            gap_minutes: self.coverage.gap_minutes(stretches.baseline),
            example_event_ids: examples(&rows, span),
            context: self.context(span),
        };
        insight.pattern = pattern::pattern(&insight);
        insight.severity = severity::severity(&insight);
        Ok(insight)
    }

    fn attributes(&self) -> &'static [Attribute] {
        match self.subject.measure {
            Measure::Calls => &[
                Attribute::UserIdentityArn,
                Attribute::UserAgent,
                Attribute::ErrorCode,
                Attribute::SourceIpAddress,
            ],
            Measure::Errors(_) => {
                &[Attribute::UserIdentityArn, Attribute::UserAgent, Attribute::SourceIpAddress]
            }
        }
    }

    /// The rows of all stretches.
    fn rows(&self, stretches: Stretches) -> Vec<Row> {
        let all = Span {
            start: stretches.baseline.start,
            end: stretches.whole.end.max(stretches.onset.end),
        };
        let mut rows = self.subject.rows(self.part, self.calls);
        rows.retain(|row| all.contains(row.minute));
        rows
    }

    fn events(&self, span: Span) -> u64 {
        self.points(span).map(|(_, events)| events).sum()
    }

    fn points(&self, span: Span) -> impl Iterator<Item = (Minute, u64)> + '_ {
        let points = &self.series.points;
        let first = points.partition_point(|point| point.minute < span.start);
        let inside = points[first..].iter().take_while(move |point| point.minute < span.end);
        inside.map(|point| (point.minute, u64::from(point.events)))
    }

    /// The busiest minute, the earliest of several; the first minute when there are no events.
    fn peak(&self, span: Span) -> (Minute, u64) {
        self.points(span)
            .max_by_key(|&(minute, events)| (events, std::cmp::Reverse(minute)))
            .unwrap_or((span.start, 0))
    }

    /// As long before and after as the insight itself, or an hour.
    fn context(&self, span: Span) -> Context {
        let margin = span.minutes().max(CONTEXT_MARGIN);
        let step = (span.minutes() + 2 * margin).div_ceil(CONTEXT_STEPS);
        // Whole steps before the start, so that the picture shows it sharply.
        let start = span.start.saturating_sub(margin.div_ceil(step) * step);
        let count = |index| {
            let first = start + index * step;
            self.events(Span { start: first, end: first + step })
        };
        Context { start, step, counts: (0..CONTEXT_STEPS).map(count).collect() }
    }
}

/// From 00:00 UTC of the day seven days before the start's day, to the start.
fn baseline_span(start: Minute) -> Span {
    Span { start: start.start_of_day().saturating_sub(WEEK), end: start }
}

/// Ids of up to five events of the period, from its first minutes.
fn examples(rows: &[Row], span: Span) -> Vec<Uuid> {
    let inside = rows.iter().filter(|row| row.example != 0 && span.contains(row.minute));
    inside.take(5).map(|row| Uuid::from_u128(row.example)).collect()
}
