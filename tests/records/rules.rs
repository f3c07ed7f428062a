//! The rules of insight records, to check any pair of them against.
//!
//! 1 keys and their order; 2 whole minutes; 3 the baseline's window; 4 one baseline for Start and
//! End; 5 the insight's minutes; 6 averages multiply back to whole counts; 7 attributions; 9 ids;
//! 10 an insight that goes on has no End. (8, what an identity is called, shows only in logs.)

use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;
use trailspike::Minute;
use uuid::Uuid;

/// What is wrong with an insight's records; nothing when all is well. They come as text, for the
/// order of keys matters.
pub fn problems(start: &str, end: Option<&str>) -> Vec<String> {
    let mut check = Check::default();
    let first: Value = serde_json::from_str(start).unwrap();
    check.record(start, &first, "Start", minute(&first));
    check.that(5, statistics(&first)["insightDuration"] == 5, "insightDuration of a Start");
    if let Some(end) = end {
        let last: Value = serde_json::from_str(end).unwrap();
        check.record(end, &last, "End", minute(&first));
        check.pair(&first, &last);
    }
    for text in [Some(start), end].into_iter().flatten() {
        let record: Value = serde_json::from_str(text).unwrap();
        // Records without our extension need not say.
        if let Some(ongoing) = record["insightDetails"]["trailspike"]["ongoing"].as_bool() {
            check.that(10, ongoing == end.is_none(), "ongoing");
        }
    }
    check.found
}

#[derive(Default)]
struct Check {
    found: Vec<String>,
}

impl Check {
    fn that(&mut self, rule: u8, holds: bool, what: &str) {
        if !holds {
            self.found.push(format!("rule {rule}: {what}"));
        }
    }

    /// What holds for each record by itself, but that its baseline ends at the Start.
    fn record(&mut self, text: &str, record: &Value, state: &str, start: Option<Minute>) {
        let details = &record["insightDetails"];
        let error_rate = details["insightType"] == "ApiErrorRateInsight";
        self.that(1, shape(text), "keys or their order");
        self.that(1, details["state"] == state, "state");
        self.that(1, record["eventType"] == "AwsCloudTrailInsight", "eventType");
        self.that(1, record["eventCategory"] == "Insight", "eventCategory");
        self.that(1, record["eventVersion"] == "1.09", "eventVersion");
        self.that(1, details["errorCode"].is_string() == error_rate, "errorCode");
        self.that(2, minute(record).is_some(), "eventTime is no whole minute");

        let baseline = statistics(record)["baselineDuration"].as_u64();
        let longest = start.map(|minute| u64::from(10_080 + minute.minute_of_day()));
        self.that(3, baseline.is_some() && baseline <= longest, "baselineDuration");
        self.attributions(record, error_rate);
        for key in ["eventID", "sharedEventID"] {
            let id = record[key].as_str().and_then(|id| Uuid::parse_str(id).ok());
            self.that(9, id.is_some_and(|id| id.get_version_num() == 5), "no UUID v5");
        }
    }

    /// What Start and End have in common.
    fn pair(&mut self, start: &Value, end: &Value) {
        for key in ["baseline", "baselineDuration"] {
            self.that(4, statistics(start)[key] == statistics(end)[key], "baselines differ");
        }
        let length = minute(end).zip(minute(start)).map(|(end, start)| u64::from(end.since(start)));
        let duration = statistics(end)["insightDuration"].as_u64();
        self.that(5, duration == length, "insightDuration of an End");
        self.that(5, duration > Some(0), "End is not after Start");
        self.that(9, start["sharedEventID"] == end["sharedEventID"], "sharedEventID");
        self.that(9, start["eventID"] != end["eventID"], "eventID");
        for key in ["awsRegion", "recipientAccountId"] {
            self.that(1, start[key] == end[key], key);
        }
        for key in ["eventSource", "eventName", "insightType", "errorCode", "sourceEventCategory"] {
            self.that(1, start["insightDetails"][key] == end["insightDetails"][key], key);
        }
    }

    /// Rules 6 and 7.
    fn attributions(&mut self, record: &Value, error_rate: bool) {
        let statistics = statistics(record);
        let attributions = record["insightDetails"]["insightContext"]["attributions"].as_array();
        let attributions = attributions.map(Vec::as_slice).unwrap_or_default();
        for (list, duration) in [("insight", "insightDuration"), ("baseline", "baselineDuration")] {
            let minutes = &statistics[duration];
            let average = &statistics[list]["average"];
            self.that(6, whole(average, minutes), "statistics do not multiply back");
            for attribution in attributions {
                let values = attribution[list].as_array().map(Vec::as_slice).unwrap_or_default();
                let counts = values.iter().map(|value| count(&value["average"], minutes));
                self.that(7, counts.sum::<u64>() <= count(average, minutes), "more than all");
                self.that(7, values.len() <= 5, "more than five values");
                self.that(7, ranked(values), "order of values");
                let averages = values.iter().map(|value| &value["average"]);
                for average in averages {
                    self.that(6, whole(average, minutes), "values do not multiply back");
                }
            }
        }
        let names: Vec<_> = attributions.iter().map(|has| has["attribute"].as_str()).collect();
        let allowed = [Some("userIdentityArn"), Some("userAgent"), Some("errorCode")];
        self.that(7, names == allowed[..if error_rate { 2 } else { 3 }], "attributes");
    }
}

fn statistics(record: &Value) -> &Value {
    &record["insightDetails"]["insightContext"]["statistics"]
}

/// The record's time, if it is written as CloudTrail writes whole minutes.
fn minute(record: &Value) -> Option<Minute> {
    let text = record["eventTime"].as_str()?;
    let time = chrono::DateTime::parse_from_rfc3339(text).ok()?;
    let minute = Minute::from_unix_seconds(time.timestamp())?;
    (minute.to_string() == text).then_some(minute)
}

/// Whether the average is a whole count over those minutes, with ten decimals at most.
fn whole(average: &Value, minutes: &Value) -> bool {
    let (Some(average), Some(minutes)) = (average.as_f64(), minutes.as_f64()) else {
        return false;
    };
    let decimals = average.to_string().split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let product = average * minutes;
    decimals <= 10 && (product - product.round()).abs() < 1e-4
}

/// The count behind an average; `u64::MAX` when one of them is no number.
pub fn count(average: &Value, minutes: &Value) -> u64 {
    let (Some(average), Some(minutes)) = (average.as_f64(), minutes.as_f64()) else {
        return u64::MAX;
    };
    format!("{:.0}", average * minutes).parse().unwrap()
}

/// Descending by average, ties by value.
fn ranked(values: &[Value]) -> bool {
    values.is_sorted_by(|a, b| {
        let [one, other] = [a, b].map(|value| value["average"].as_f64().unwrap());
        let by_value = a["value"].as_str() < b["value"].as_str();
        one.total_cmp(&other).is_gt() || (one.total_cmp(&other).is_eq() && by_value)
    })
}

/// Whether every object has Amazon's keys in Amazon's order.
pub fn shape(text: &str) -> bool {
    let record = Object::read(text);
    let details = record.get("insightDetails");
    let context = details.get("insightContext");
    let statistics = context.get("statistics");
    let mut keys = details.keys();
    if keys.last() == Some(&"trailspike") {
        keys.pop();
    }
    if keys.get(4) == Some(&"errorCode") {
        keys.remove(4);
    }
    record.keys() == RECORD
        && keys == DETAILS
        && context.keys() == ["statistics", "attributions"]
        && statistics.keys() == ["baseline", "insight", "insightDuration", "baselineDuration"]
}

const RECORD: [&str; 9] = [
    "eventVersion",
    "eventTime",
    "awsRegion",
    "eventID",
    "eventType",
    "recipientAccountId",
    "sharedEventID",
    "insightDetails",
    "eventCategory",
];

const DETAILS: [&str; 6] =
    ["state", "eventSource", "eventName", "insightType", "sourceEventCategory", "insightContext"];

/// A JSON object's keys and values as they stand.
struct Object(Vec<(String, Box<RawValue>)>);

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;
        impl<'de> Visitor<'de> for Entries {
            type Value = Object;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Object(entries))
            }
        }
        deserializer.deserialize_map(Entries)
    }
}

impl Object {
    fn read(text: &str) -> Self {
        serde_json::from_str(text).unwrap()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.iter().map(|(key, _)| key.as_str()).collect()
    }

    fn get(&self, key: &str) -> Self {
        let (_, value) = self.0.iter().find(|(has, _)| has == key).unwrap();
        Self::read(value.get())
    }
}
