//! Insight -> its Start and End records.

use super::{
    AttributionLists, Average, Extension, InsightContext, InsightDetails, InsightRecord, State,
    Statistics, Unknown, ValueAverage, average,
};
use crate::insight::{Attribute, Attribution, Insight, InsightType, Share};

/// Minutes behind the insight average of a Start.
pub const ONSET_MINUTES: u32 = 5;

/// The version of the format that we write.
const EVENT_VERSION: &str = "1.09";

/// How to write records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RecordOptions {
    /// Leave out what is not Amazon's: the `trailspike` extension, and roll-ups.
    pub strict_aws: bool,
}

impl InsightRecord {
    /// The record of the insight's first minute.
    #[must_use]
    pub fn start(insight: &Insight, options: RecordOptions) -> Self {
        new(insight, State::Start, options)
    }

    /// The record of the minute after the insight's last; `None` while it goes on.
    #[must_use]
    pub fn end(insight: &Insight, options: RecordOptions) -> Option<Self> {
        (!insight.ongoing).then(|| new(insight, State::End, options))
    }
}

/// Every record of the insights: by time, then account, Region, subject and state, so that the
/// same insights print alike in whatever order they come.
#[must_use]
pub fn records(insights: &[Insight], options: RecordOptions) -> Vec<InsightRecord> {
    let mut records: Vec<_> = insights
        .iter()
        .filter(|insight| !(options.strict_aws && insight.insight_type.is_roll_up()))
        .flat_map(|insight| {
            let start = InsightRecord::start(insight, options);
            [Some(start), InsightRecord::end(insight, options)].into_iter().flatten()
        })
        .collect();
    records.sort_by(|a, b| order(a).cmp(&order(b)));
    records
}

/// What records are sorted by; their times are all written alike, so they sort as text.
fn order(record: &InsightRecord) -> impl Ord + '_ {
    let details = &record.insight_details;
    (
        (&record.event_time, &record.recipient_account_id, &record.aws_region),
        (&details.event_source, &details.event_name, &details.insight_type, &details.error_code),
        (details.state, &record.event_id),
    )
}

fn new(insight: &Insight, state: State, options: RecordOptions) -> InsightRecord {
    let (time, id) = match state {
        State::Start => (insight.span.start, insight.start_event_id),
        State::End => (insight.span.end, insight.end_event_id),
    };
    InsightRecord {
        event_version: EVENT_VERSION.to_owned(),
        event_time: time.to_string(),
        aws_region: insight.region.clone(),
        event_id: id.to_string(),
        event_type: "AwsCloudTrailInsight".to_owned(),
        recipient_account_id: Some(insight.account.clone()),
        shared_event_id: insight.shared_event_id.to_string(),
        insight_details: details(insight, state, options),
        event_category: "Insight".to_owned(),
        unknown: Unknown::new(),
    }
}

fn details(insight: &Insight, state: State, options: RecordOptions) -> InsightDetails {
    let (events, minutes) = match state {
        State::Start => (insight.onset.events, ONSET_MINUTES),
        State::End => (insight.whole.events, insight.span.minutes()),
    };
    let error_rate = insight.insight_type == InsightType::ApiErrorRate;
    InsightDetails {
        state,
        event_source: insight.event_source.clone(),
        event_name: insight.event_name.clone(),
        insight_type: insight.insight_type.as_str().to_owned(),
        error_code: insight.error_code.clone().filter(|_| error_rate),
        source_event_category: Some(insight.category.as_str().to_owned()),
        insight_context: Some(InsightContext {
            statistics: Statistics {
                baseline: Average { average: insight.baseline.average() },
                insight: Average { average: average(events, minutes) },
                insight_duration: Some(minutes),
                baseline_duration: Some(insight.baseline.minutes),
                unknown: Unknown::new(),
            },
            attributions: Some(attributions(insight, state, minutes)),
            unknown: Unknown::new(),
        }),
        insight_source: None,
        trailspike: (!options.strict_aws).then(|| Extension::new(insight, state, events, minutes)),
        unknown: Unknown::new(),
    }
}

/// Amazon's dimensions in Amazon's order; error codes only where there may be many.
fn attributions(insight: &Insight, state: State, minutes: u32) -> Vec<AttributionLists> {
    let many_codes = insight.insight_type != InsightType::ApiErrorRate;
    [Attribute::UserIdentityArn, Attribute::UserAgent, Attribute::ErrorCode]
        .into_iter()
        .filter(|attribute| many_codes || *attribute != Attribute::ErrorCode)
        .filter_map(|wanted| insight.attributions.iter().find(|has| has.attribute == wanted))
        .map(|has| AttributionLists::new(has, state, minutes, insight.baseline.minutes))
        .collect()
}

impl AttributionLists {
    /// The lists of one attribute, over the same minutes as the record's statistics.
    pub(super) fn new(
        attribution: &Attribution,
        state: State,
        insight_minutes: u32,
        baseline_minutes: u32,
    ) -> Self {
        let insight = match state {
            State::Start => &attribution.onset,
            State::End => &attribution.whole,
        };
        Self {
            attribute: attribution.attribute.as_str().to_owned(),
            insight: averages(insight, insight_minutes),
            baseline: averages(&attribution.baseline, baseline_minutes),
        }
    }
}

/// The top five. They come sorted by count, but the format is strict, so nothing is left to hope.
fn averages(shares: &[Share], minutes: u32) -> Vec<ValueAverage> {
    let mut shares: Vec<_> = shares.iter().collect();
    shares.sort_by(|a, b| b.events.cmp(&a.events).then_with(|| a.value.cmp(&b.value)));
    let top = shares.into_iter().take(5);
    top.map(|share| ValueAverage {
        value: share.value.clone(),
        average: average(share.events, minutes),
    })
    .collect()
}
