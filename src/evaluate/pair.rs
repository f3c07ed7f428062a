//! Start and End records -> the insights they tell of.

use std::collections::BTreeMap;

use chrono::DateTime;

use super::told::{SeriesName, TakenFor, Told};
use crate::insight::record::{InsightRecord, State};
use crate::labels::LabelledSubject;
use crate::minute::Minute;

/// Insights, and records that tell of none.
#[derive(Clone, Debug, Default)]
pub struct Pairing {
    /// By subject and time.
    pub told: Vec<Told>,
    /// Ends without a Start, by shared id.
    pub no_start: Vec<String>,
    /// Shared ids with more than one Start or End: the earliest Start and the latest End count.
    pub doubled: Vec<String>,
    /// Insights whose End is not after their Start, by shared id; they are left out.
    pub backwards: Vec<String>,
    /// Records without a time, account or error code, or of a type that labels know nothing of, by
    /// event id; they are left out.
    pub unknown: Vec<String>,
}

/// The records that share an id and a subject: minute, event id, and the record.
#[derive(Default)]
struct Sharing<'r> {
    starts: Vec<(Minute, &'r InsightRecord)>,
    ends: Vec<(Minute, &'r InsightRecord)>,
}

/// Pairs records by `sharedEventID` within a subject, in whatever order they come.
#[must_use]
pub fn pair(records: &[InsightRecord]) -> Pairing {
    let mut pairing = Pairing::default();
    let mut sharing: BTreeMap<(SeriesName, &str), Sharing<'_>> = BTreeMap::new();
    for record in records {
        let (Some(series), Some(minute)) = (series(record), record.minute()) else {
            pairing.unknown.push(record.event_id.clone());
            continue;
        };
        let own = sharing.entry((series, &record.shared_event_id)).or_default();
        match record.insight_details.state {
            State::Start => own.starts.push((minute, record)),
            State::End => own.ends.push((minute, record)),
        }
    }
    pairing.unknown.sort_unstable();
    for ((series, id), mut own) in sharing {
        if own.starts.len() > 1 || own.ends.len() > 1 {
            pairing.doubled.push(id.to_owned());
        }
        own.starts.sort_by_key(|(minute, record)| (*minute, text(record)));
        own.ends.sort_by_key(|(minute, record)| (*minute, text(record)));
        let Some(start) = own.starts.first() else {
            pairing.no_start.push(id.to_owned());
            continue;
        };
        let end = own.ends.last();
        if end.is_some_and(|end| end.0 <= start.0) {
            pairing.backwards.push(id.to_owned());
        } else {
            pairing.told.push(told(series, *start, end.copied()));
        }
    }
    pairing.told.sort_by(|a, b| a.order().cmp(&b.order()));
    pairing
}

/// The record as text: a stable order of those that differ in anything at all.
fn text(record: &InsightRecord) -> String {
    serde_json::to_string(record).unwrap_or_default()
}

fn told(
    series: SeriesName,
    start: (Minute, &InsightRecord),
    end: Option<(Minute, &InsightRecord)>,
) -> Told {
    let statistics = |record: &InsightRecord| {
        Some(record.insight_details.insight_context.as_ref()?.statistics.insight.average)
    };
    Told {
        series,
        start: start.0,
        end: end.map(|end| end.0),
        starter: first_identity(start.1),
        doer: end.and_then(|end| first_identity(end.1)),
        fired_at: [Some(start), end].into_iter().flatten().find_map(|(_, record)| fired_at(record)),
        average: statistics(end.unwrap_or(start).1),
        taken_for: taken_for(end.unwrap_or(start).1),
    }
}

/// What the record is about, where labels have a name for it.
fn series(record: &InsightRecord) -> Option<SeriesName> {
    let details = &record.insight_details;
    let (event_source, event_name) = (details.event_source.clone(), details.event_name.clone());
    let subject = match details.insight_type.as_str() {
        "ApiCallRateInsight" => LabelledSubject::ApiCalls { event_source, event_name },
        "ApiErrorRateInsight" => {
            let error_code = details.error_code.clone()?;
            LabelledSubject::ApiErrors { event_source, event_name, error_code }
        }
        roll_up => {
            let scope = details.trailspike.as_ref()?.scope.clone()?;
            match roll_up {
                "IdentityErrorRateInsight" => {
                    LabelledSubject::IdentityErrors { identity: scope.identity? }
                }
                "IdentityCallRateInsight" => {
                    LabelledSubject::IdentityCalls { identity: scope.identity? }
                }
                "SourceIpErrorRateInsight" => {
                    LabelledSubject::AddressDenials { source_ip: scope.source_ip? }
                }
                "AccountErrorRateInsight" => LabelledSubject::AccountDenials,
                _ => return None,
            }
        }
    };
    let account = record.recipient_account_id.clone()?;
    Some(SeriesName::new(account, record.aws_region.clone(), subject))
}

fn first_identity(record: &InsightRecord) -> Option<String> {
    let attributions = record.insight_details.insight_context.as_ref()?.attributions.as_ref()?;
    let identities = attributions.iter().find(|list| list.attribute == "userIdentityArn")?;
    Some(identities.insight.first()?.value.clone())
}

fn taken_for(record: &InsightRecord) -> Option<TakenFor> {
    let ours = record.insight_details.trailspike.as_ref()?;
    let (incident, pattern) = (&ours.incident, &ours.pattern.name);
    let id = incident.id.clone();
    Some(TakenFor::named(id, incident.leads, pattern, &ours.severity, ours.actual_count))
}

fn fired_at(record: &InsightRecord) -> Option<Minute> {
    let evidence = &record.insight_details.trailspike.as_ref()?.evidence;
    let time = DateTime::parse_from_rfc3339(&evidence.fired_at).ok()?;
    Minute::from_unix_seconds(time.timestamp())
}
