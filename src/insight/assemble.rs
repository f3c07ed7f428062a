//! Series and episodes -> insights.

use std::io;

use polars::prelude::{DataFrame, PolarsError, PolarsResult};
use rayon::prelude::*;
use uuid::Uuid;

use super::attribution::{Attribute, Stretches, Texts, attribute};
use super::record::{InsightIds, ONSET_MINUTES, SubjectParts};
use super::subjects::{parts_of, settings_of, subjects};
use super::{
    AccountsVariation, Context, IncidentMembership, Insight, InsightType, MinRatio, Rate,
    SubjectRules, Traits, assign_incidents, familiarity, fold, logins, pattern, rollup, severity,
};
use crate::count::{MinuteCounts, Part, Row, frame};
use crate::coverage::{Coverage, Span};
use crate::detect::{Detector, Episode, Subject};
use crate::minute::Minute;
use crate::series::{ApiSubject, Calls, Series, all_series};

/// Steps of the picture around an insight.
const CONTEXT_STEPS: u32 = 60;
/// Event ids told of an insight, at most.
const EXAMPLES: usize = 5;
/// Minutes shown before and after an insight, at least.
const CONTEXT_MARGIN: u32 = 60;

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InsightOptions {
    /// Which calls the call rate counts.
    pub calls: Calls,
    /// The fewest events in a window that can make an insight; half as many do for error codes that
    /// say a caller was denied or could not log in.
    pub min_count: u32,
    /// The least rise above the baseline that is told.
    pub min_ratio: MinRatio,
    /// Whether roll-ups are looked at.
    pub roll_ups: bool,
}

impl Default for InsightOptions {
    fn default() -> Self {
        Self { calls: Calls::All, min_count: 10, min_ratio: MinRatio::OFF, roll_ups: true }
    }
}

/// The insights of a table, and what they were found among.
#[derive(Debug, Default)]
pub struct Found {
    /// By start, then account, Region, API, type and error code.
    pub insights: Vec<Insight>,
    /// How many series were looked at.
    pub subjects: usize,
    /// How many were not, because their settings say so.
    pub ignored: usize,
    /// Error-rate insights that were left out because errors only rose with the calls.
    pub folded: usize,
    /// Roll-ups that were left out because another insight tells the same.
    pub repeated: usize,
    /// How the subjects of each account vary.
    pub variation: AccountsVariation,
    /// How many were left out because they rose less than [`InsightOptions::min_ratio`], or than
    /// their subject's own.
    pub below_min_ratio: usize,
}

/// Why insights could not be looked for.
#[derive(Debug, thiserror::Error)]
pub enum FindError {
    /// The column engine failed; no input is known to cause that.
    #[error("the table of minute counts could not be queried: {0}")]
    Table(#[from] PolarsError),
    /// Counts that did not fit in memory cannot be read back.
    #[error("counts cannot be read back: {0}")]
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
    find_insights_with(table, detector, options, &SubjectRules::default())
}

/// Finds the insights of all subjects in the table, some of which have their own settings.
///
/// # Errors
/// As [`find_insights`].
pub fn find_insights_with(
    table: &MinuteCounts,
    detector: &dyn Detector,
    options: InsightOptions,
    rules: &SubjectRules,
) -> Result<Found, FindError> {
    let variation = AccountsVariation::look(table, detector, options)?;
    find_insights_among(table, detector, options, rules, variation)
}

/// The same when it is known how accounts vary.
///
/// # Errors
/// As [`find_insights`].
pub fn find_insights_among(
    table: &MinuteCounts,
    detector: &dyn Detector,
    options: InsightOptions,
    rules: &SubjectRules,
    variation: AccountsVariation,
) -> Result<Found, FindError> {
    let parts: Vec<Found> = (0..table.parts())
        .into_par_iter()
        .map(|index| find_in_part(&table.part(index)?, detector, options, rules, &variation))
        .collect::<Result<_, _>>()?;
    let mut found = Found { variation, ..Found::default() };
    for part in parts {
        found.insights.extend(part.insights);
        found.subjects += part.subjects;
        found.ignored += part.ignored;
        found.folded += part.folded;
    }
    if options.roll_ups {
        rollup::find(table, detector, options, rules, &mut found)?;
    }
    judge(&mut found.insights, table)?;
    // Last, so that a higher ratio only ever takes insights away.
    let before = found.insights.len();
    found.insights.retain(|insight| rules.admit(insight, options.min_ratio));
    found.below_min_ratio = before - found.insights.len();
    found.insights.sort_by(|a, b| order(a).cmp(&order(b)));
    assign_incidents(&mut found.insights);
    pattern::lend_patterns(&mut found.insights);
    Ok(found)
}

/// Gives insights their patterns and severities.
fn judge(insights: &mut [Insight], table: &MinuteCounts) -> Result<(), FindError> {
    familiarity::recognise(insights, table)?;
    logins::recognise(insights, table)?;
    for insight in insights {
        insight.pattern = pattern::pattern(insight);
        (insight.severity, insight.severity_reasons) = severity::severity(insight);
    }
    Ok(())
}

fn find_in_part(
    part: &Part<'_>,
    detector: &dyn Detector,
    options: InsightOptions,
    rules: &SubjectRules,
    variation: &AccountsVariation,
) -> Result<Found, FindError> {
    let series = all_series(part, options.calls);
    let mut ignored = 0;
    let looked_at: Vec<(&ApiSubject, Subject<'_>)> = subjects(part, &series, options, variation)
        .into_iter()
        .filter_map(|(subject, mut looked_at)| {
            let own = settings_of(subject, part, rules);
            if own.ignore == Some(true) {
                ignored += 1;
                return None;
            }
            looked_at.min_count = own.min_count.unwrap_or(looked_at.min_count);
            looked_at.false_per_week = own.false_per_week;
            Some((subject, looked_at))
        })
        .collect();
    let subjects: Vec<Subject<'_>> = looked_at.iter().map(|(_, subject)| *subject).collect();
    let episodes = detector.detect(&subjects);
    let mut insights: Vec<Insight> = Vec::new();
    for ((subject, looked_at), episodes) in looked_at.iter().zip(episodes) {
        if episodes.is_empty() {
            continue;
        }
        let rows = subject.rows(part, options.calls);
        let Subject { series, coverage, .. } = *looked_at;
        let texts = Texts { table: part.table(), apis: &[] };
        let assembly = Assembly { texts, parts: parts_of(subject, part), series, coverage };
        for episode in episodes {
            let rows = within(&rows, Stretches::of(episode.span));
            insights.push(assembly.insight(episode, rows, &frame(rows)?)?);
        }
    }
    let before = insights.len();
    fold::fold_errors_that_rose_with_calls(&mut insights, &series, part);
    let folded = before - insights.len();
    Ok(Found { insights, subjects: subjects.len(), ignored, folded, ..Found::default() })
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
        &insight.scope,
    )
}

/// Of rows in time order those that an insight is made of.
pub(super) fn within(rows: &[Row], stretches: Stretches) -> &[Row] {
    let all = stretches.all();
    let first = rows.partition_point(|row| row.minute < all.start);
    let last = rows.partition_point(|row| row.minute < all.end);
    &rows[first..last.max(first)]
}

/// Makes the insights of one subject.
pub(super) struct Assembly<'a> {
    pub texts: Texts<'a>,
    pub parts: SubjectParts<'a>,
    pub series: &'a Series,
    pub coverage: &'a Coverage,
}

impl Assembly<'_> {
    /// The insight of an episode, from the subject's rows in its stretches and the same as columns.
    pub(super) fn insight(
        &self,
        episode: Episode,
        rows: &[Row],
        frame: &DataFrame,
    ) -> PolarsResult<Insight> {
        let span = episode.span;
        let stretches = Stretches::of(span);
        let attributions = attributes(self.parts.insight_type)
            .iter()
            .map(|&by| attribute(frame, self.texts, by, stretches))
            .collect::<PolarsResult<Vec<_>>>()?;
        let rate = |span: Span, minutes| Rate { events: self.events(span), minutes };
        let parts = self.parts;
        let ids = InsightIds::new(&parts, span.start);
        let expected = episode.evidence.expected_in_span;
        let traits = Traits::of(rows, stretches, expected, self.texts.table);
        Ok(Insight {
            account: parts.account.to_owned(),
            region: parts.region.to_owned(),
            event_source: parts.event_source.to_owned(),
            event_name: parts.event_name.to_owned(),
            insight_type: parts.insight_type,
            scope: parts.scope.map(str::to_owned),
            error_code: parts.error_code.map(str::to_owned),
            category: parts.category,
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
            origins: None,
            peak: self.peak(span),
            evidence: episode.evidence,
            severity: severity::Severity::Low,
            severity_reasons: Vec::new(),
            pattern: pattern::Pattern::unclear(),
            traits,
            incident: IncidentMembership::alone(ids.shared),
            gap_minutes: self.coverage.gap_minutes(stretches.baseline),
            example_event_ids: examples(self.texts.table, rows.iter(), span)?,
            context: self.context(span),
            suppressed: None,
        })
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

/// What an insight of that type is broken down by.
pub(crate) const fn attributes(insight_type: InsightType) -> &'static [Attribute] {
    match insight_type {
        InsightType::ApiCallRate => &[
            Attribute::UserIdentityArn,
            Attribute::UserAgent,
            Attribute::ErrorCode,
            Attribute::SourceIpAddress,
        ],
        InsightType::ApiErrorRate => {
            &[Attribute::UserIdentityArn, Attribute::UserAgent, Attribute::SourceIpAddress]
        }
        _ => &[
            Attribute::UserIdentityArn,
            Attribute::UserAgent,
            Attribute::ErrorCode,
            Attribute::SourceIpAddress,
            Attribute::Api,
        ],
    }
}

/// Ids of up to five events of the period, from its first minutes.
///
/// # Errors
/// When they are in a store that cannot be read.
pub(crate) fn examples<'r>(
    table: &MinuteCounts,
    rows: impl Iterator<Item = &'r Row>,
    span: Span,
) -> io::Result<Vec<Uuid>> {
    let inside = rows.filter(|row| span.contains(row.minute));
    inside.filter_map(|row| table.example(row.example).transpose()).take(EXAMPLES).collect()
}
