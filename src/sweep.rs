//! How many insights there would be at other settings, so that one is chosen by looking.
//!
//! The logs are read once; only detection runs again, over the same minute counts, one setting
//! after the other.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::AnalysisOptions;
use crate::count::MinuteCounts;
use crate::coverage::Coverage;
use crate::detect::{Settings, SurgeDetector};
use crate::insight::{
    AccountsVariation, FindError, Insight, InsightOptions, MinRatio, Severity, assign_incidents,
    find_insights_among,
};
use crate::minute::WEEK;

/// Numbers of false insights that are tried, beside the one in use.
const FALSE_PER_WEEK: [f64; 6] = [0.01, 0.03, 0.1, 0.3, 1.0, 3.0];
/// Times the least count in use that are tried.
const COUNT_FACTORS: [u32; 4] = [1, 2, 5, 10];
/// Least ratios that are tried, beside the one in use.
const RATIOS: [f64; 4] = [0.0, 2.0, 5.0, 10.0];

/// What three knobs stand at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Setting {
    /// Insights about nothing that are borne per account and week.
    pub false_per_week: f64,
    /// The fewest events that make an insight.
    pub min_count: u32,
    /// The least rise above the baseline that is told.
    pub min_ratio: MinRatio,
}

/// How many insights there are at one setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Counts {
    /// All of them.
    pub insights: u64,
    /// Those about calls; the others are about errors.
    pub call_rate: u64,
    /// In the order of [`Severity::ALL`].
    pub by_severity: [u64; Severity::ALL.len()],
    /// What they come to when those that share a cause are taken together.
    pub incidents: u64,
}

/// One number of false insights borne.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Insights about nothing that are borne per account and week.
    pub false_per_week: f64,
    /// With the least count and the least ratio in use.
    pub counts: Counts,
    /// With each least count and the least ratio in use.
    pub by_min_count: Vec<(u32, Counts)>,
    /// With each least ratio and the least count in use.
    pub by_min_ratio: Vec<(MinRatio, Counts)>,
    /// The insights that the step before had not, the strongest first; all of them at the first
    /// step. An insight of the same subject whose time overlaps is the same one, whatever its start.
    pub added: Vec<Insight>,
    /// The insights that the step before had and this one has not: two that became one, or errors
    /// that now go with an insight about calls.
    pub gone: Vec<Insight>,
}

/// Which way an insight differs between two steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Only the later step finds it.
    Added,
    /// Only the earlier step finds it.
    Gone,
}

impl Change {
    /// The name in documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Gone => "gone",
        }
    }
}

/// An insight that one of two steps finds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference<'a> {
    /// Which of them.
    pub change: Change,
    /// False insights borne at the earlier step; `None` before the first.
    pub from: Option<f64>,
    /// False insights borne at the later step.
    pub to: f64,
    /// The insight, as the step has it that finds it.
    pub insight: &'a Insight,
}

/// What other settings would find.
#[derive(Clone, Debug, PartialEq)]
pub struct Sweep {
    /// The setting in use, which is among those tried.
    pub in_use: Setting,
    /// Weeks of logs, gaps left out, summed over the accounts.
    pub account_weeks: f64,
    /// By false insights borne, fewest first.
    pub steps: Vec<Step>,
}

impl Sweep {
    /// Every setting tried, once each.
    pub fn settings(&self) -> impl Iterator<Item = (Setting, Counts)> + '_ {
        let in_use = self.in_use;
        self.steps.iter().flat_map(move |step| {
            let here = Setting { false_per_week: step.false_per_week, ..in_use };
            let by_count = step.by_min_count.iter();
            let by_ratio = step.by_min_ratio.iter();
            let counts = by_count
                .map(move |&(min_count, counts)| (Setting { min_count, ..here }, counts))
                .filter(move |(setting, _)| *setting != here);
            let ratios = by_ratio
                .map(move |&(min_ratio, counts)| (Setting { min_ratio, ..here }, counts))
                .filter(move |(setting, _)| *setting != here);
            std::iter::once((here, step.counts)).chain(counts).chain(ratios)
        })
    }

    /// Every insight that a step adds or takes away, step by step.
    pub fn differences(&self) -> impl Iterator<Item = Difference<'_>> + '_ {
        let before = self.steps.iter().map(|step| Some(step.false_per_week));
        let steps = std::iter::once(None).chain(before).zip(&self.steps);
        steps.flat_map(|(from, step)| {
            let to = step.false_per_week;
            let of = move |change| move |insight| Difference { change, from, to, insight };
            let added = step.added.iter().map(of(Change::Added));
            added.chain(step.gone.iter().map(of(Change::Gone)))
        })
    }

    /// So many per account and week of logs; 0 without logs.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "an average needs no more than 52 bits")]
    pub fn per_account_week(&self, number: u64) -> f64 {
        if self.account_weeks > 0.0 { number as f64 / self.account_weeks } else { 0.0 }
    }
}

/// Tries the settings around those given with the surge detector, what is hidden left out, on the
/// threads of the current rayon pool.
///
/// ```
/// use trailspike::{AnalysisOptions, analyse, find_files, sweep::sweep};
///
/// let options = AnalysisOptions::new();
/// let files = find_files(&["sample-logs".into()], &options)?;
/// let analysis = analyse(&files, &options, &trailspike::Progress::default())?;
/// for (setting, counts) in sweep(&analysis.table, &options)?.settings() {
///     println!("{} false insights a week: {} insights", setting.false_per_week, counts.insights);
/// }
/// # Ok::<(), trailspike::AnalysisError>(())
/// ```
///
/// # Errors
/// As [`crate::insight::find_insights`].
pub fn sweep(table: &MinuteCounts, all: &AnalysisOptions) -> Result<Sweep, FindError> {
    let (settings, options, rules) = (all.settings, all.insights, &all.subjects);
    let in_use = Setting {
        false_per_week: settings.false_insights_per_account_week,
        min_count: options.min_count,
        min_ratio: options.min_ratio,
    };
    // How accounts vary does not depend on what is borne.
    let detector = SurgeDetector::new(settings).with_calendar(all.calendar.clone());
    let counts_tried = std::iter::once(in_use.min_count).chain(larger_counts(in_use.min_count));
    let variation: BTreeMap<u32, AccountsVariation> = counts_tried
        .map(|min_count| {
            let options = InsightOptions { min_count, ..options };
            Ok((min_count, AccountsVariation::look(table, &detector, options)?))
        })
        .collect::<Result<_, FindError>>()?;
    let mut steps: Vec<Step> = Vec::new();
    let mut before: Vec<Insight> = Vec::new();
    for false_per_week in with(&FALSE_PER_WEEK, in_use.false_per_week) {
        let settings = Settings { false_insights_per_account_week: false_per_week, ..settings };
        let detector = SurgeDetector::new(settings).with_calendar(all.calendar.clone());
        let find = |min_count| {
            let options = InsightOptions { min_count, min_ratio: MinRatio::OFF, ..options };
            let variation = variation.get(&min_count).cloned().unwrap_or_default();
            let found = find_insights_among(table, &detector, options, rules, variation)?;
            let mut found = found.insights;
            found.retain(|insight| all.suppressions.reason(insight).is_none());
            assign_incidents(&mut found);
            Ok::<_, FindError>(found)
        };
        let mut found = find(in_use.min_count)?;
        let by_min_ratio = ratios(in_use.min_ratio).map(|min_ratio| {
            (min_ratio, Counts::of(found.iter().filter(|insight| rules.admit(insight, min_ratio))))
        });
        let by_min_ratio = by_min_ratio.collect();
        found.retain(|insight| rules.admit(insight, in_use.min_ratio));
        let counts = Counts::of(&found);
        let mut by_min_count = vec![(in_use.min_count, counts)];
        for min_count in larger_counts(in_use.min_count) {
            let found = find(min_count)?;
            let told = found.iter().filter(|insight| rules.admit(insight, in_use.min_ratio));
            by_min_count.push((min_count, Counts::of(told)));
        }
        let (added, gone) = differences(&before, &found);
        steps.push(Step { false_per_week, counts, by_min_count, by_min_ratio, added, gone });
        before = found;
    }
    Ok(Sweep { in_use, account_weeks: account_weeks(table.coverage().values()), steps })
}

/// The numbers and one more, unless it is among them, in order.
fn with(numbers: &[f64], one_more: f64) -> Vec<f64> {
    // A tenth of a default may be off by the last bit.
    let is_it = |number: f64| (number - one_more).abs() <= 1e-9 * one_more;
    let mut all: Vec<f64> = numbers.iter().copied().filter(|number| !is_it(*number)).collect();
    all.push(one_more);
    all.sort_by(f64::total_cmp);
    all
}

fn ratios(in_use: MinRatio) -> impl Iterator<Item = MinRatio> {
    with(&RATIOS, in_use.get()).into_iter().filter_map(|ratio| MinRatio::new(ratio).ok())
}

fn larger_counts(in_use: u32) -> Vec<u32> {
    let mut counts: Vec<u32> =
        COUNT_FACTORS.iter().map(|factor| in_use.saturating_mul(*factor)).collect();
    counts.dedup();
    counts.split_off(1)
}

fn account_weeks<'a>(coverage: impl Iterator<Item = &'a Coverage>) -> f64 {
    let minutes = coverage.map(|coverage| f64::from(coverage.covered_minutes(coverage.span())));
    minutes.sum::<f64>() / f64::from(WEEK)
}

impl Counts {
    /// Of insights in the order they are found in.
    fn of<'a>(insights: impl IntoIterator<Item = &'a Insight>) -> Self {
        let mut counts = Self::default();
        let mut told: Vec<Insight> = insights.into_iter().cloned().collect();
        for insight in &told {
            counts.insights += 1;
            counts.call_rate += u64::from(insight.insight_type.is_call_rate());
            counts.by_severity[insight.severity as usize] += 1;
        }
        assign_incidents(&mut told);
        counts.incidents = told.iter().map(|insight| u64::from(insight.incident.leads)).sum();
        counts
    }

    /// Those about errors.
    #[must_use]
    pub const fn error_rate(&self) -> u64 {
        self.insights.saturating_sub(self.call_rate)
    }
}

/// What the second list has and the first has not, and the other way round.
fn differences(before: &[Insight], now: &[Insight]) -> (Vec<Insight>, Vec<Insight>) {
    let by_subject = |insights: &[Insight]| -> Vec<Insight> {
        let mut sorted = insights.to_vec();
        sorted.sort_by(in_subject_order);
        sorted
    };
    let (mut added, mut gone) = (Vec::new(), Vec::new());
    let mut before = by_subject(before).into_iter().peekable();
    for insight in by_subject(now) {
        // Spans of one subject are disjoint, so that those that lie before this one have no match.
        while let Some(old) = before.next_if(|old| lies_before(old, &insight)) {
            gone.push(old);
        }
        if before.next_if(|old| same_subject(old, &insight) && overlap(old, &insight)).is_none() {
            added.push(insight);
        }
    }
    gone.extend(before);
    added.sort_by(weaker);
    gone.sort_by(weaker);
    (added, gone)
}

fn subject(insight: &Insight) -> impl Ord + '_ {
    // A roll-up is about all Regions.
    let region = (!insight.insight_type.is_roll_up()).then_some(&insight.region);
    (
        (&insight.account, region, &insight.event_source, &insight.event_name),
        (insight.category, insight.insight_type, &insight.error_code, &insight.scope),
    )
}

fn same_subject(a: &Insight, b: &Insight) -> bool {
    subject(a) == subject(b)
}

fn overlap(a: &Insight, b: &Insight) -> bool {
    a.span.intersection(b.span).minutes() > 0
}

fn in_subject_order(a: &Insight, b: &Insight) -> Ordering {
    subject(a).cmp(&subject(b)).then_with(|| a.span.cmp(&b.span))
}

/// Whether the first has no minute at or after the start of the second, or an earlier subject.
fn lies_before(a: &Insight, b: &Insight) -> bool {
    match subject(a).cmp(&subject(b)) {
        Ordering::Equal => a.span.end <= b.span.start,
        order => order == Ordering::Less,
    }
}

/// The more urgent first, then the larger, then the earlier.
fn weaker(a: &Insight, b: &Insight) -> Ordering {
    let strength = |insight: &Insight| (insight.severity, insight.whole.events);
    strength(b)
        .cmp(&strength(a))
        .then_with(|| a.span.cmp(&b.span))
        .then_with(|| in_subject_order(a, b))
}

#[cfg(test)]
mod tests;
