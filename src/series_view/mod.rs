//! One subject's counts in steps of a minute, five or an hour, with what was expected in each step
//! and the most that was credible.

mod short;

use crate::analysis::{AnalysisOptions, DetectorKind};
use crate::count::MinuteCounts;
use crate::coverage::{Coverage, Span};
use crate::detect::{Level, Subject, SurgeDetector};
use crate::explain::{ExplainError, SubjectFilter, SubjectName, find_subject, with_subject};
use crate::insight::AccountsVariation;
use crate::minute::Minute;
use crate::series::Series;

pub use short::{BadShortSubject, ShortSubject};

/// Length of a step: those that Amazon's `ListInsightsMetricData` has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Period {
    /// 60 seconds.
    Minute,
    /// 300 seconds.
    FiveMinutes,
    /// 3,600 seconds, as Amazon does when it is not told.
    #[default]
    Hour,
}

impl Period {
    /// In minutes.
    #[must_use]
    pub const fn minutes(self) -> u32 {
        match self {
            Self::Minute => 1,
            Self::FiveMinutes => 5,
            Self::Hour => 60,
        }
    }
}

/// What of a subject is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SeriesOptions {
    /// Length of the steps.
    pub period: Period,
    /// Steps from this minute on; from the account's first otherwise.
    pub from: Option<Minute>,
    /// Steps before this minute; up to the account's last otherwise.
    pub to: Option<Minute>,
    /// Whether the detector is asked what it holds against each step.
    pub levels: bool,
}

/// A subject's counts.
#[derive(Clone, Debug, PartialEq)]
pub struct SeriesView {
    /// Whose they are.
    pub subject: SubjectName,
    /// Length of the steps.
    pub period: Period,
    /// All steps, in time order and without a gap between them.
    pub steps: Vec<Step>,
}

/// The counts of a step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// Its first minute.
    pub start: Minute,
    /// Events in it; `None` where there are no logs of any of it.
    pub events: Option<u64>,
    /// What the surge rule holds against it; `None` without logs of its last minute, and where it
    /// was not asked.
    pub level: Option<Level>,
}

/// The counts of the one subject that the filter takes.
///
/// # Errors
/// When the filter takes none, or several; and when the temporary file cannot be read.
pub fn series_view(
    table: &MinuteCounts,
    filter: &SubjectFilter,
    options: &AnalysisOptions,
    asked: SeriesOptions,
) -> Result<SeriesView, ExplainError> {
    let subject = find_subject(table, options.insights.calls, filter)?;
    let surge = SurgeDetector::new(options.settings).with_calendar(options.calendar.clone());
    let wants_levels = asked.levels && options.detector == DetectorKind::Surge;
    let variation = if wants_levels {
        AccountsVariation::look(table, &surge, options.insights)?
    } else {
        AccountsVariation::default()
    };
    let steps = with_subject(table, options.insights, &subject, |found| {
        let own = options.subjects.of(&found.name.parts());
        let (close_calls, busiest) = variation.of(&subject.account, found.name.insight_type);
        let min_count = own.min_count.unwrap_or(found.min_count);
        let looked_at = Subject {
            false_per_week: own.false_per_week,
            close_calls,
            busiest,
            ..Subject::new(found.series, found.coverage, min_count)
        };
        let mut steps = steps(found.series, found.coverage, asked);
        if wants_levels {
            add_levels(&mut steps, &surge, looked_at, asked.period);
        }
        steps
    })?;
    let Some(steps) = steps else {
        return Err(ExplainError::NoSuchSubject { asked: subject.to_string(), subjects: 0 });
    };
    Ok(SeriesView { subject, period: asked.period, steps })
}

/// The steps of the asked time that the logs know of, with their counts.
fn steps(series: &Series, coverage: &Coverage, asked: SeriesOptions) -> Vec<Step> {
    let minutes = asked.period.minutes();
    let logs = coverage.span();
    let start = asked.from.unwrap_or(logs.start).max(logs.start);
    let end = asked.to.unwrap_or(logs.end).min(logs.end);
    let (first, last) = (start.get() / minutes, end.get().div_ceil(minutes));
    let mut points = series.points.as_slice();
    (first..last)
        .map(|step| {
            let start = Minute::new(step * minutes);
            let span = Span { start, end: start + minutes };
            points = &points[points.partition_point(|point| point.minute < span.start)..];
            let (inside, rest) =
                points.split_at(points.partition_point(|point| point.minute < span.end));
            points = rest;
            let events = inside.iter().map(|point| u64::from(point.events)).sum();
            let events = (coverage.covered_minutes(span) > 0).then_some(events);
            Step { start, events, level: None }
        })
        .collect()
}

fn add_levels(steps: &mut [Step], detector: &SurgeDetector, subject: Subject<'_>, period: Period) {
    let last = subject.coverage.span().end;
    // The last step may go on after the logs have ended.
    let end = |step: &Step| (step.start + (period.minutes() - 1)).min(last - 1);
    let ends: Vec<Minute> = steps.iter().map(end).collect();
    let levels = detector.levels(subject, period.minutes(), &ends);
    for (step, level) in steps.iter_mut().zip(levels) {
        step.level = level.filter(|_| step.events.is_some());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::minute::{DAY, HOUR};
    use crate::series::Point;

    #[test]
    fn steps_add_up_to_the_series_whatever_their_length() {
        let points = (0..3 * DAY).step_by(13).map(|at| Point {
            minute: Minute::new(17 + at),
            events: 1 + at % 3,
            newcomers: 0,
        });
        let series = Series { points: points.collect() };
        let all: u64 = series.points.iter().map(|point| u64::from(point.events)).sum();
        let span = Span { start: Minute::new(17), end: Minute::new(3 * DAY + 17) };
        let gap = Span { start: Minute::new(DAY + 30), end: Minute::new(DAY + 200) };
        let covered = Coverage::new(span, vec![]);
        for period in [Period::Minute, Period::FiveMinutes, Period::Hour] {
            let asked = SeriesOptions { period, ..SeriesOptions::default() };
            let all_steps = steps(&series, &covered, asked);
            assert_eq!(all_steps.iter().filter_map(|step| step.events).sum::<u64>(), all);
            assert!(
                all_steps.windows(2).all(|two| two[0].start + period.minutes() == two[1].start)
            );
            let gapped = steps(&series, &Coverage::new(span, vec![gap]), asked);
            let unknown = gapped.iter().filter(|step| step.events.is_none());
            assert!(unknown.count() >= (120 / period.minutes()) as usize);
            let some = SeriesOptions {
                from: Some(Minute::new(DAY)),
                to: Some(Minute::new(DAY + HOUR)),
                ..asked
            };
            let hour = steps(&series, &covered, some);
            assert_eq!(hour.len(), (HOUR / period.minutes()) as usize);
            assert_eq!(hour[0].start, Minute::new(DAY));
        }
    }
}
