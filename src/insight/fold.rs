//! More calls bring more errors: such errors are no insight of their own.

use std::collections::HashMap;

use super::{Insight, InsightType};
use crate::count::Part;
use crate::series::{ApiSubject, Measure, Series};

/// The share of calls that fail has moved when it is more than this many times what it was.
const SAME_SHARE: f64 = 1.5;

/// What makes two insights be of one API.
type ApiOf<'a> = (&'a str, &'a str, &'a str, &'a str);

/// Leaves out error-rate insights of an API whose call rate is in an insight at the same time, when
/// the share of calls that failed is what it was in the baseline.
pub fn fold_errors_that_rose_with_calls(
    insights: &mut Vec<Insight>,
    series: &[(ApiSubject, Series)],
    part: &Part<'_>,
) {
    let calls: HashMap<ApiOf<'_>, &Series> = series
        .iter()
        .filter(|(subject, _)| subject.measure == Measure::Calls)
        .map(|(subject, series)| {
            let api = subject.api(part);
            ((api.account, api.region, api.event_source, api.event_name), series)
        })
        .collect();
    let call_insights: Vec<Insight> = insights
        .iter()
        .filter(|insight| insight.insight_type == InsightType::ApiCallRate)
        .cloned()
        .collect();
    insights.retain(|insight| {
        insight.insight_type == InsightType::ApiCallRate
            || !call_insights.iter().any(|call| {
                same_time_and_api(call, insight)
                    && calls
                        .get(&api_of(insight))
                        .is_some_and(|calls| share_is_the_same(insight, calls))
            })
    });
}

fn api_of(insight: &Insight) -> ApiOf<'_> {
    (&insight.account, &insight.region, &insight.event_source, &insight.event_name)
}

fn same_time_and_api(call: &Insight, error: &Insight) -> bool {
    api_of(call) == api_of(error)
        && call.category == error.category
        && call.direction == error.direction
        && call.span.intersection(error.span).minutes() > 0
}

#[expect(clippy::cast_precision_loss, reason = "a share needs no more than 52 bits")]
fn share_is_the_same(error: &Insight, calls: &Series) -> bool {
    let calls_in = |start, end| -> u64 {
        let first = calls.points.partition_point(|point| point.minute < start);
        let inside = calls.points[first..].iter().take_while(|point| point.minute < end);
        inside.map(|point| u64::from(point.events)).sum()
    };
    let baseline_start = error.span.start.start_of_day().saturating_sub(crate::minute::WEEK);
    let before = calls_in(baseline_start, error.span.start);
    let now = calls_in(error.span.start, error.span.end);
    if before == 0 || now == 0 || error.baseline.events == 0 {
        return false;
    }
    let share_before = error.baseline.events as f64 / before as f64;
    error.whole.events as f64 / now as f64 <= SAME_SHARE * share_before
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::insight::{Rate, sample};
    use crate::series::Point;

    /// An error insight with so many errors before and in it, and its API's calls.
    fn error(before: u64, inside: u64) -> (Insight, Series) {
        let mut error = sample::burst();
        error.insight_type = InsightType::ApiErrorRate;
        error.baseline = Rate { events: before, minutes: 10_922 };
        error.whole = Rate { events: inside, minutes: 20 };
        let point = |minute, events| Point { minute, events, newcomers: 0 };
        let start = error.span.start;
        (error, Series { points: vec![point(start - 500, 1_000), point(start + 1, 10_000)] })
    }

    #[test]
    fn only_errors_that_kept_their_share_are_folded() {
        let folded = |before, inside| {
            let (error, calls) = error(before, inside);
            share_is_the_same(&error, &calls)
        };
        assert!(folded(100, 1_000));
        assert!(folded(100, 1_499));
        assert!(!folded(100, 1_501));
        assert!(!folded(0, 10));
    }

    #[test]
    fn another_api_or_time_does_not_count() {
        let (error, _) = error(1, 1);
        let mut call = sample::burst();
        assert!(same_time_and_api(&call, &error));
        call.span.end = call.span.start;
        assert!(!same_time_and_api(&call, &error));
        let mut other = sample::burst();
        other.region = "eu-west-1".to_owned();
        assert!(!same_time_and_api(&other, &error));
    }
}
