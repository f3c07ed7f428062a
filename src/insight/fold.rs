//! More calls bring more errors: such errors are no insight of their own.

use std::collections::HashMap;

use super::{Insight, InsightType, Stretches};
use crate::count::{Dimension, Part};
use crate::coverage::Span;
use crate::series::{ApiSubject, Measure, Series};

/// The share of calls that fail has moved when it is more than this many times what it was.
const SAME_SHARE: f64 = 1.5;

/// What makes two insights be of one API.
type ApiOf<'a> = (&'a str, &'a str, &'a str, &'a str);

/// Leaves out error-rate insights of an API whose call rate is in an insight at the same time, when
/// the share of calls that failed is what it was in the baseline, earlier insights left out.
pub fn fold_errors_that_rose_with_calls(
    insights: &mut Vec<Insight>,
    series: &[(ApiSubject, Series)],
    part: &Part<'_>,
) {
    let by_api: HashMap<(ApiOf<'_>, Option<&str>), &Series> = series
        .iter()
        .map(|(subject, series)| {
            let api = subject.api(part);
            let code = match subject.measure {
                Measure::Calls => None,
                Measure::Errors(code) => Some(part.table().name(Dimension::ErrorCode, code)),
            };
            let api = (api.account, api.region, api.event_source, api.event_name);
            ((api, code), series)
        })
        .collect();
    let all = insights.clone();
    insights.retain(|insight| {
        let of_api = || all.iter().filter(|other| api_of(other) == api_of(insight));
        let rose_with_calls = || {
            let code = insight.error_code.as_deref();
            let calls = by_api.get(&(api_of(insight), None))?;
            let errors = by_api.get(&(api_of(insight), code))?;
            let earlier: Vec<Span> = of_api().map(|other| other.span).collect();
            Some(share_is_the_same(insight.span, errors, calls, &earlier))
        };
        insight.insight_type == InsightType::ApiCallRate
            || !of_api().any(|call| same_time(call, insight))
            || !rose_with_calls().unwrap_or(false)
    });
}

fn api_of(insight: &Insight) -> ApiOf<'_> {
    (&insight.account, &insight.region, &insight.event_source, &insight.event_name)
}

/// Whether the first is about the calls of the API at the time of the second.
fn same_time(call: &Insight, error: &Insight) -> bool {
    call.insight_type == InsightType::ApiCallRate
        && call.category == error.category
        && call.direction == error.direction
        && call.span.intersection(error.span).minutes() > 0
}

/// Whether as large a share of the calls failed in the span as in the week before it, insights of
/// that week left out.
#[expect(clippy::cast_precision_loss, reason = "a share needs no more than 52 bits")]
fn share_is_the_same(span: Span, errors: &Series, calls: &Series, insights: &[Span]) -> bool {
    let baseline = Stretches::of(span).baseline;
    let sum = |series: &Series, within: Span, without: &[Span]| -> f64 {
        let first = series.points.partition_point(|point| point.minute < within.start);
        let inside = series.points[first..].iter().take_while(|point| point.minute < within.end);
        let normal = inside.filter(|point| !without.iter().any(|span| span.contains(point.minute)));
        normal.map(|point| u64::from(point.events)).sum::<u64>() as f64
    };
    let (failed, called) = (sum(errors, baseline, insights), sum(calls, baseline, insights));
    let (fails, calls) = (sum(errors, span, &[]), sum(calls, span, &[]));
    failed > 0.0 && calls > 0.0 && fails * called <= SAME_SHARE * failed * calls
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::insight::sample;
    use crate::minute::Minute;
    use crate::series::Point;

    fn series(points: &[(Minute, u32)]) -> Series {
        let point = |&(minute, events)| Point { minute, events, newcomers: 0 };
        Series { points: points.iter().map(point).collect() }
    }

    #[test]
    fn only_errors_that_kept_their_share_are_folded() {
        let span = sample::burst().span;
        let at = [span.start - 500, span.start + 1];
        let calls = series(&[(at[0], 1_000), (at[1], 10_000)]);
        let folded = |before, inside| {
            let errors = series(&[(at[0], before), (at[1], inside)]);
            share_is_the_same(span, &errors, &calls, &[])
        };
        assert!(folded(100, 1_000));
        assert!(folded(100, 1_500));
        assert!(!folded(100, 1_501));
        assert!(!folded(0, 10));
    }

    #[test]
    fn an_earlier_incident_is_no_usual_share() {
        let span = sample::burst().span;
        let first = Span { start: span.start - 500, end: span.start - 490 };
        let calls = [(span.start - 900, 100), (first.start, 1_000), (span.start, 1_000)];
        let errors = [(span.start - 900, 1), (first.start, 1_000), (span.start, 1_000)];
        let folded = |insights: &[Span]| {
            share_is_the_same(span, &series(&errors), &series(&calls), insights)
        };
        assert!(folded(&[]));
        assert!(!folded(&[first, span]));
    }

    #[test]
    fn another_time_does_not_count() {
        let mut error = sample::burst();
        error.insight_type = InsightType::ApiErrorRate;
        let mut call = sample::burst();
        assert!(same_time(&call, &error));
        assert!(!same_time(&error, &call));
        call.span.end = call.span.start;
        assert!(!same_time(&call, &error));
    }
}
