//! The record that CloudTrail Insights delivers for trails, to write and to read.
//!
//! Keys stand in Amazon's order. Reading is tolerant: fields that older records lack are optional
//! and unknown keys are kept, so a record that is read prints back equal. Writing is strict: what
//! [`InsightRecord::start`] and [`InsightRecord::end`] make has Amazon's nine top-level keys and
//! no others.

mod extension;
mod from_insight;
mod ids;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::minute::Minute;

pub use extension::{
    Extension, ExtensionEvidence, ExtensionIncident, ExtensionOrigin, ExtensionPattern,
    MAX_SURPRISE, Newcomers, Peak, Scope, Suppression,
};
pub(crate) use extension::{direction, finite};
pub use from_insight::{ONSET_MINUTES, RecordOptions, records};
pub use ids::{InsightIds, NAMESPACE, SubjectParts, event_id};

/// Keys this version does not know, kept as they were read.
pub type Unknown = Map<String, Value>;

/// Events per minute, rounded to 10 decimals as CloudTrail rounds, so that multiplying back gives
/// the whole count; 0 over no minutes.
///
/// ```
/// use trailspike::insight::record::average;
/// assert_eq!(average(4, 3), 1.333_333_333_3);
/// assert_eq!(average(1, 11_336), 0.000_088_214_5);
/// assert_eq!(average(7, 0), 0.0);
/// ```
#[must_use]
pub fn average(events: u64, minutes: u32) -> f64 {
    if minutes == 0 {
        return 0.0;
    }
    let rate = as_f64(events) / f64::from(minutes);
    let scaled = rate * 1e10;
    // Past 2^53 a double has no tenth decimal left to round.
    if scaled < 9_007_199_254_740_992.0 { scaled.round() / 1e10 } else { rate }
}

/// A count as a float; exact up to 2^53.
#[expect(clippy::cast_precision_loss, reason = "no log has 2^53 events")]
pub(crate) const fn as_f64(count: u64) -> f64 {
    count as f64
}

/// One record of an insight: its Start or its End.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InsightRecord {
    /// Version of the format; `1.09` in what we write.
    pub event_version: String,
    /// Start: the first unusual minute. End: the minute after the last one. RFC 3339, UTC, whole
    /// minutes; see [`InsightRecord::minute`].
    pub event_time: String,
    /// The Region of the underlying events.
    pub aws_region: String,
    /// The record's own id. A string because published samples have scrambled ones.
    #[serde(rename = "eventID")]
    pub event_id: String,
    /// Always `AwsCloudTrailInsight`.
    pub event_type: String,
    /// The account, 12 digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipient_account_id: Option<String>,
    /// The id that Start and End share.
    #[serde(rename = "sharedEventID")]
    pub shared_event_id: String,
    /// What happened.
    pub insight_details: InsightDetails,
    /// Always `Insight`.
    pub event_category: String,
    /// Other keys of records that were read, such as `addendum`.
    #[serde(flatten)]
    pub unknown: Unknown,
}

impl InsightRecord {
    /// `eventTime` as a minute, its seconds dropped; `None` when it is no RFC 3339 time.
    #[must_use]
    pub fn minute(&self) -> Option<Minute> {
        let time = chrono::DateTime::parse_from_rfc3339(&self.event_time).ok()?;
        Minute::from_unix_seconds(time.timestamp())
    }
}

/// Which end of an insight a record tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum State {
    /// The first unusual minute.
    Start,
    /// The minute after the last unusual one.
    End,
}

impl State {
    /// The name in records.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Start => "Start",
            Self::End => "End",
        }
    }
}

/// What happened, and to which API.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InsightDetails {
    /// Start or End.
    pub state: State,
    /// The service, `ec2.amazonaws.com`.
    pub event_source: String,
    /// The API.
    pub event_name: String,
    /// `ApiCallRateInsight`, `ApiErrorRateInsight`, or a type of somebody else's.
    pub insight_type: String,
    /// The error code counted; error-rate insights only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_code: Option<String>,
    /// `Management` or `Data`; absent before version 1.09.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_event_category: Option<String>,
    /// The numbers. Always written; one published sample misspells the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub insight_context: Option<InsightContext>,
    /// The trail's ARN, on insights of data events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub insight_source: Option<String>,
    /// What Amazon's record has no room for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trailspike: Option<Extension>,
    /// Other keys of records that were read.
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// The numbers, and who was behind them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InsightContext {
    /// Averages and the minutes they rest on.
    pub statistics: Statistics,
    /// Who and what took part; absent before August 2020.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attributions: Option<Vec<AttributionLists>>,
    /// Other keys of records that were read.
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// Averages in events per minute and the minutes they rest on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Statistics {
    /// Before the insight; the same on Start and End.
    pub baseline: Average,
    /// Start: in the first five minutes. End: over the whole period.
    pub insight: Average,
    /// Minutes behind `insight`; absent on Start records before August 2020.
    #[serde(default, deserialize_with = "minutes", skip_serializing_if = "Option::is_none")]
    pub insight_duration: Option<u32>,
    /// Minutes behind `baseline`; absent before August 2020.
    #[serde(default, deserialize_with = "minutes", skip_serializing_if = "Option::is_none")]
    pub baseline_duration: Option<u32>,
    /// Other keys of records that were read.
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// Events per minute.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Average {
    /// Events per minute.
    pub average: f64,
}

/// The top values of one attribute, in the insight and before it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AttributionLists {
    /// `userIdentityArn`, `userAgent`, `errorCode`; in our extension `sourceIPAddress`.
    pub attribute: String,
    /// In the insight, highest average first.
    pub insight: Vec<ValueAverage>,
    /// In the baseline, highest average first; its values need not be those of `insight`.
    pub baseline: Vec<ValueAverage>,
}

/// One value of an attribute.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ValueAverage {
    /// The value as the log has it.
    pub value: String,
    /// Events per minute that had it.
    pub average: f64,
}

/// Whole minutes written as an integer or, by some serialisers, as a float.
fn minutes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    let Some(number) = Option::<f64>::deserialize(deserializer)? else { return Ok(None) };
    if number.fract() != 0.0 || !(0.0..=f64::from(u32::MAX)).contains(&number) {
        return Err(serde::de::Error::custom(format!("not a number of minutes: {number}")));
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked above")]
    Ok(Some(number as u32))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn averages_print_as_cloudtrail_prints_them() {
        for (events, minutes, text) in [
            (1, 11_336, "0.0000882145"),
            (4, 3, "1.3333333333"),
            (23, 10_542, "0.0021817492"),
            (6, 5, "1.2"),
            (0, 10_080, "0"),
            (123_456_789, 1, "123456789"),
            (5, 0, "0"),
        ] {
            assert_eq!(average(events, minutes).to_string(), text);
        }
    }

    #[test]
    fn durations_may_be_written_as_floats() {
        let read = |text: &str| {
            serde_json::from_str::<Statistics>(&format!(
                r#"{{"baseline":{{"average":0}},"insight":{{"average":1}},"insightDuration":{text}}}"#
            ))
            .map(|statistics| statistics.insight_duration)
        };
        assert_eq!(read("5.0").unwrap(), Some(5));
        assert_eq!(read("5").unwrap(), Some(5));
        assert_eq!(read("null").unwrap(), None);
        assert!(read("5.5").is_err());
        assert!(read("-1").is_err());
        assert!(read("1e30").is_err());
    }

    proptest! {
        #[test]
        fn averages_multiply_back_to_whole_counts(
            events in 0_u64..=1_000_000_000,
            minutes in 1_u32..=50_000,
        ) {
            let count = average(events, minutes) * f64::from(minutes);
            prop_assert!((count - as_f64(events)).abs() < 1e-4);
        }
    }
}
