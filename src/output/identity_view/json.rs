//! For programs: an object an identity, in one document or one a line.

use std::io;

use serde::Serialize;

use crate::identity_view::{IdentityActivity, IdentityView};
use crate::insight::Severity;
use crate::insight::record::as_f64;
use crate::minute::Minute;
use crate::output::visible::escape_json;

/// One document.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    identities: Vec<Row<'a>>,
    insights_of_nobody: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Row<'a> {
    identity: &'a str,
    /// `null` without insights.
    severity: Option<&'static str>,
    insights: usize,
    critical: usize,
    high: usize,
    medium: usize,
    low: usize,
    incidents: usize,
    events: u64,
    failed: u64,
    failed_share: f64,
    denied: u64,
    denied_share: f64,
    apis: usize,
    addresses: usize,
    agents: usize,
    regions: usize,
    accounts: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    countries: Option<&'a [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    networks: Option<&'a [u32]>,
    first_seen: Minute,
    last_seen: Minute,
    new: bool,
    first_used_apis: usize,
    /// The first of them.
    first_used: &'a [String],
    #[serde(rename = "sharedEventIDs")]
    shared_event_ids: Vec<String>,
    #[serde(rename = "incidentIDs")]
    incident_ids: Vec<String>,
}

pub(super) fn write_document(view: &IdentityView<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let document =
        Document { identities: rows(view).collect(), insights_of_nobody: view.of_nobody };
    let json = serde_json::to_string_pretty(&document)?;
    writeln!(out, "{}", escape_json(&json))
}

pub(super) fn write_lines(view: &IdentityView<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    for row in rows(view) {
        writeln!(out, "{}", escape_json(&serde_json::to_string(&row)?))?;
    }
    Ok(())
}

fn rows<'a>(view: &'a IdentityView<'_>) -> impl Iterator<Item = Row<'a>> {
    view.identities.iter().map(|activity| Row::new(activity, view.located))
}

impl<'a> Row<'a> {
    fn new(activity: &'a IdentityActivity<'_>, located: bool) -> Self {
        let by_severity = activity.by_severity();
        let of = |severity: Severity| by_severity[severity as usize];
        let incidents = activity.incidents();
        Self {
            identity: &activity.identity,
            severity: activity.severity().map(Severity::as_str),
            insights: activity.insights.len(),
            critical: of(Severity::Critical),
            high: of(Severity::High),
            medium: of(Severity::Medium),
            low: of(Severity::Low),
            incidents: incidents.len(),
            events: activity.events,
            failed: activity.failed,
            failed_share: share(activity.failed, activity.events),
            denied: activity.denied,
            denied_share: share(activity.denied, activity.events),
            apis: activity.apis,
            addresses: activity.addresses,
            agents: activity.agents,
            regions: activity.regions,
            accounts: activity.accounts,
            countries: located.then_some(&*activity.countries),
            networks: located.then_some(&*activity.networks),
            first_seen: activity.first_seen,
            last_seen: activity.last_seen,
            new: activity.is_new(),
            first_used_apis: activity.first_used.apis,
            first_used: &activity.first_used.named,
            shared_event_ids: activity
                .insights
                .iter()
                .map(|insight| insight.shared_event_id.to_string())
                .collect(),
            incident_ids: incidents.iter().map(ToString::to_string).collect(),
        }
    }
}

/// A part of 1, to four decimals.
pub(super) fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        return 0.0;
    }
    (as_f64(part) / as_f64(whole) * 1e4).round() / 1e4
}
