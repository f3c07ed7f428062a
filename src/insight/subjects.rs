//! The subjects of a part of the table: how each is looked at, and what it is called.

use super::record::SubjectParts;
use super::{AccountsVariation, InsightOptions, InsightType, SubjectRules, SubjectSettings};
use crate::count::{Dimension, MinuteCounts, Part};
use crate::detect::Subject;
use crate::event::error_family::ErrorFamily;
use crate::series::{ApiSubject, Measure, Series};

/// The subjects of a part as detectors look at them, of what [`crate::series::all_series`] makes of it.
#[must_use]
pub fn subjects<'a>(
    part: &Part<'a>,
    series: &'a [(ApiSubject, Series)],
    options: InsightOptions,
    variation: &'a AccountsVariation,
) -> Vec<(&'a ApiSubject, Subject<'a>)> {
    let subject = |(subject, series): &'a (ApiSubject, Series)| {
        let account = subject.api(part).account;
        let coverage = part.table().coverage().get(account)?;
        let min_count = min_count(subject, part.table(), options);
        let (close_calls, busiest) = variation.of(account, insight_type(subject));
        let looked_at = Subject::new(series, coverage, min_count);
        Some((subject, Subject { close_calls, busiest, ..looked_at }))
    };
    series.iter().filter_map(subject).collect()
}

/// The fewest events in a window of the subject that can make an insight.
pub(crate) fn min_count(
    subject: &ApiSubject,
    table: &MinuteCounts,
    options: InsightOptions,
) -> u32 {
    match subject.measure {
        Measure::Errors(code)
            if ErrorFamily::of(table.name(Dimension::ErrorCode, code)).is_refusal() =>
        {
            options.min_count.div_ceil(2)
        }
        _ => options.min_count,
    }
}

/// The user's settings for the subject.
pub(super) fn settings_of(
    subject: &ApiSubject,
    part: &Part<'_>,
    rules: &SubjectRules,
) -> SubjectSettings {
    if rules.is_empty() {
        return SubjectSettings::default();
    }
    rules.of(&parts_of(subject, part))
}

const fn insight_type(subject: &ApiSubject) -> InsightType {
    match subject.measure {
        Measure::Calls => InsightType::ApiCallRate,
        Measure::Errors(_) => InsightType::ApiErrorRate,
    }
}

/// What tells the subject from all others.
pub(super) fn parts_of<'t>(subject: &ApiSubject, part: &Part<'t>) -> SubjectParts<'t> {
    let api = subject.api(part);
    let error_code = match subject.measure {
        Measure::Calls => None,
        Measure::Errors(code) => Some(part.table().name(Dimension::ErrorCode, code)),
    };
    SubjectParts {
        account: api.account,
        region: api.region,
        category: api.category,
        event_source: api.event_source,
        event_name: api.event_name,
        insight_type: insight_type(subject),
        error_code,
        scope: None,
    }
}
