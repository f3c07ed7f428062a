//! What we know of an insight and Amazon's record has no room for.

use serde::{Deserialize, Serialize};

use super::{AttributionLists, State, average};
use crate::detect::Direction;
use crate::geo::Place;
use crate::insight::{Attribute, Insight, InsightType, Origin, Spread};

/// The highest surprise written: JSON has no infinity.
pub const MAX_SURPRISE: f64 = 1e6;

/// The key `trailspike` inside `insightDetails`.
///
/// Counts and the ratio are those of the record they stand in: the first five minutes on a Start,
/// the whole period on an End. The peak, the severity and the pattern are the whole insight's on
/// both. Numbers that cannot be told are `null`, never absent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Extension {
    /// Events in the record's `insightDuration`.
    pub actual_count: u64,
    /// Events expected in the same minutes; unlike the baseline average this knows the hour and
    /// leaves earlier incidents out. On a Start it is the period's expectation brought down to
    /// five minutes.
    pub expected_count: Option<f64>,
    /// The busiest minute of the period.
    pub peak: Peak,
    /// Insight average ÷ baseline average, to four decimals; `null` when the baseline is 0.
    pub ratio: Option<f64>,
    /// -log10 of the chance under the baseline, at most [`MAX_SURPRISE`].
    pub surprise: Option<f64>,
    /// `low`, `medium`, `high` or `critical`.
    pub severity: String,
    /// What the severity rests on, in a few words each.
    #[serde(default)]
    pub severity_reasons: Vec<String>,
    /// What it looks like.
    pub pattern: ExtensionPattern,
    /// `rise` or `drop`.
    pub direction: String,
    /// The numbers that made it fire.
    pub evidence: ExtensionEvidence,
    /// The incident it is of, alone or with others.
    pub incident: ExtensionIncident,
    /// What a roll-up is about; absent from other records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Scope>,
    /// Dimensions that Amazon does not attribute to, in the shape of those that it does:
    /// `sourceIPAddress`, and of a roll-up `api`.
    pub attributions: Vec<AttributionLists>,
    /// How many values each attribute had in the period, and how many of them were new.
    pub newcomers: Vec<Newcomers>,
    /// Where listed source addresses are, when databases of addresses were asked; absent otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origins: Option<Vec<ExtensionOrigin>>,
    /// Ids of up to five events of the period.
    #[serde(rename = "exampleEventIDs")]
    pub example_event_ids: Vec<String>,
    /// Minutes without any log that were left out of the baseline.
    pub gap_minutes: u32,
    /// Whether history was too short to know the subject.
    pub learning: bool,
    /// Whether it still went on when the logs ended: then there is no End.
    pub ongoing: bool,
    /// Why it is hidden; absent from what is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suppressed: Option<Suppression>,
}

/// Why an insight is hidden.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suppression {
    /// The reason that the rule gives.
    pub reason: String,
}

/// An insight's place in its incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExtensionIncident {
    /// The id that all insights of the incident share.
    pub id: String,
    /// Whether this insight tells most of it.
    pub leads: bool,
    /// How many insights it has.
    pub insights: usize,
}

/// What a roll-up is about; both are absent when it is the account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Scope {
    /// The identity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<String>,
    /// The source address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_ip: Option<String>,
}

impl Scope {
    fn of(insight: &Insight) -> Option<Self> {
        let scope = insight.scope.clone();
        match insight.insight_type {
            InsightType::ApiCallRate | InsightType::ApiErrorRate => None,
            InsightType::AccountErrorRate => Some(Self::default()),
            InsightType::IdentityErrorRate | InsightType::IdentityCallRate => {
                Some(Self { identity: scope, source_ip: None })
            }
            InsightType::SourceIpErrorRate => Some(Self { identity: None, source_ip: scope }),
        }
    }
}

/// The busiest minute of an insight.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Peak {
    /// Which minute, RFC 3339, UTC.
    pub time: String,
    /// Events in it.
    pub count: u64,
}

/// What an insight looks like to an analyst.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExtensionPattern {
    /// A short name.
    pub name: String,
    /// One sentence that a person understands.
    pub why: String,
    /// The id of a technique of MITRE ATT&CK; absent where none fits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub technique: Option<String>,
}

/// The numbers that made an insight fire, for people to check.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExtensionEvidence {
    /// The minute at whose end the verdict fell, RFC 3339, UTC.
    pub fired_at: String,
    /// Minutes in the window that fired, which ends with `firedAt`.
    pub window: u32,
    /// Events in that window.
    pub seen: u64,
    /// Events expected in it.
    pub expected: Option<f64>,
    /// The most that the subject's past makes credible in such a window.
    pub bound: Option<f64>,
    /// The most ever seen in such a window of the history; `null` without history.
    pub largest_before: Option<u64>,
    /// Days of history behind the verdict.
    pub history_days: Option<f64>,
}

/// How many values an attribute had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Newcomers {
    /// `userIdentityArn`, `userAgent`, `errorCode`, `sourceIPAddress` or `api`; with databases of
    /// addresses `country` and `asn`.
    pub attribute: String,
    /// Different values in the whole period.
    pub distinct: usize,
    /// Those of them that the baseline had not.
    pub new: usize,
}

/// Where a source address is: a hint. What is not known is absent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExtensionOrigin {
    /// The address as the log has it.
    pub address: String,
    /// The country's code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// The city's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// The number of the network (autonomous system).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asn: Option<u32>,
    /// Whose network that is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_name: Option<String>,
}

impl Extension {
    /// What to add to the record of that state, whose statistics rest on these events and minutes.
    pub(super) fn new(insight: &Insight, state: State, events: u64, minutes: u32) -> Self {
        let baseline = insight.baseline.average();
        let attributions: Vec<AttributionLists> = insight
            .attributions
            .iter()
            .filter(|attribution| attribution.attribute.is_ours())
            .map(|attribution| {
                AttributionLists::new(attribution, state, minutes, insight.baseline.minutes)
            })
            .collect();
        Self {
            actual_count: events,
            expected_count: finite(expected(insight, minutes)),
            peak: Peak { time: insight.peak.0.to_string(), count: insight.peak.1 },
            ratio: finite(average(events, minutes) / baseline),
            surprise: finite(insight.evidence.surprise.min(MAX_SURPRISE)),
            severity: insight.severity.as_str().to_owned(),
            severity_reasons: insight.severity_reasons.clone(),
            pattern: ExtensionPattern {
                name: insight.pattern.name().to_owned(),
                why: insight.pattern.why.clone(),
                technique: insight.pattern.technique().map(str::to_owned),
            },
            direction: direction(insight.direction).to_owned(),
            evidence: insight.into(),
            incident: ExtensionIncident {
                id: insight.incident.incident.to_string(),
                leads: insight.incident.leads,
                insights: insight.incident.insights,
            },
            scope: Scope::of(insight),
            origins: origins(insight, &attributions),
            attributions,
            newcomers: newcomers(insight),
            example_event_ids: insight.example_event_ids.iter().map(ToString::to_string).collect(),
            gap_minutes: insight.gap_minutes,
            learning: insight.evidence.learning,
            ongoing: insight.ongoing,
            suppressed: insight.suppressed.clone().map(|reason| Suppression { reason }),
        }
    }
}

/// The period's expectation, for that many of its minutes.
fn expected(insight: &Insight, minutes: u32) -> f64 {
    let whole = insight.span.minutes().max(1);
    insight.evidence.expected_in_span * f64::from(minutes) / f64::from(whole)
}

impl From<&Insight> for ExtensionEvidence {
    fn from(insight: &Insight) -> Self {
        let evidence = &insight.evidence;
        Self {
            fired_at: evidence.fired_at.to_string(),
            window: evidence.window,
            seen: evidence.seen,
            expected: finite(evidence.expected),
            bound: finite(evidence.bound),
            largest_before: evidence.largest_before,
            history_days: finite(evidence.history_days),
        }
    }
}

fn newcomers(insight: &Insight) -> Vec<Newcomers> {
    let counts = insight.attributions.iter().map(|attribution| Newcomers {
        attribute: attribution.attribute.as_str().to_owned(),
        distinct: attribution.distinct,
        new: attribution.newcomers,
    });
    let origins = insight.origins.as_ref();
    let spreads = [
        ("country", origins.and_then(|origins| origins.countries)),
        ("asn", origins.and_then(|origins| origins.networks)),
    ];
    let spreads = spreads.into_iter().filter_map(|(attribute, spread)| {
        let Spread { distinct, newcomers } = spread?;
        Some(Newcomers { attribute: attribute.to_owned(), distinct, new: newcomers })
    });
    counts.chain(spreads).collect()
}

/// Where the addresses are that a record lists.
fn origins(insight: &Insight, attributions: &[AttributionLists]) -> Option<Vec<ExtensionOrigin>> {
    let is_listed = |address: &str| {
        let of_addresses =
            attributions.iter().filter(|has| has.attribute == Attribute::SourceIpAddress.as_str());
        of_addresses
            .flat_map(|has| has.insight.iter().chain(&has.baseline))
            .any(|listed| listed.value == address)
    };
    let origins = insight.origins.as_ref()?.addresses.iter();
    let listed = origins.filter(|origin| is_listed(&origin.address));
    Some(listed.cloned().map(ExtensionOrigin::from).collect())
}

impl From<Origin> for ExtensionOrigin {
    fn from(Origin { address, place }: Origin) -> Self {
        let Place { country, city, asn, as_name } = place;
        Self { address, country, city, asn, as_name }
    }
}

/// The word for a direction in records and columns.
pub(crate) const fn direction(direction: Direction) -> &'static str {
    match direction {
        Direction::Rise => "rise",
        Direction::Drop => "drop",
    }
}

/// The number to four decimals, or nothing where JSON has no word for it.
pub(crate) fn finite(number: f64) -> Option<f64> {
    let rounded = (number * 1e4).round() / 1e4;
    // Numbers near the type's end overflow on the way, and have no decimals anyhow.
    [rounded, number].into_iter().find(|number| number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_json_cannot_say_is_null() {
        assert_eq!(finite(f64::NAN), None);
        assert_eq!(finite(f64::INFINITY), None);
        assert_eq!(finite(f64::MAX), Some(f64::MAX));
        assert_eq!(finite(1.000_049), Some(1.0));
        assert_eq!(finite(f64::INFINITY.min(MAX_SURPRISE)), Some(MAX_SURPRISE));
    }
}
