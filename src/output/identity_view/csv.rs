//! CSV for spreadsheets: a row an identity. Lists are in one cell, with spaces between.

use std::io;

use super::json::share;
use crate::identity_view::{IdentityActivity, IdentityView};
use crate::insight::Severity;
use crate::output::csv::{io_error, number, text};

const COLUMNS: [&str; 25] = [
    "identity",
    "severity",
    "insights",
    "critical",
    "high",
    "medium",
    "low",
    "incidents",
    "events",
    "failed",
    "failed_share",
    "denied",
    "denied_share",
    "apis",
    "addresses",
    "agents",
    "regions",
    "accounts",
    "first_seen",
    "last_seen",
    "new",
    "first_used_apis",
    "first_used",
    "shared_event_ids",
    "incident_ids",
];

/// Where databases of addresses were asked, after all others.
const PLACE_COLUMNS: [&str; 2] = ["countries", "networks"];

pub(super) fn write(view: &IdentityView<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let mut writer = ::csv::Writer::from_writer(out);
    let more = if view.located { &PLACE_COLUMNS[..] } else { &[] };
    writer.write_record(COLUMNS.iter().chain(more)).map_err(io_error)?;
    for activity in &view.identities {
        let more = if view.located { &places(activity)[..] } else { &[] };
        writer.write_record(row(activity).iter().chain(more)).map_err(io_error)?;
    }
    writer.flush()
}

/// One cell a column, in the order of [`COLUMNS`].
fn row(activity: &IdentityActivity<'_>) -> [String; COLUMNS.len()] {
    let by_severity = activity.by_severity();
    let of = |severity: Severity| by_severity[severity as usize].to_string();
    let incidents = activity.incidents();
    let ids = activity.insights.iter().map(|insight| insight.shared_event_id);
    [
        text(&activity.identity),
        activity.severity().map_or("", Severity::as_str).to_owned(),
        activity.insights.len().to_string(),
        of(Severity::Critical),
        of(Severity::High),
        of(Severity::Medium),
        of(Severity::Low),
        incidents.len().to_string(),
        activity.events.to_string(),
        activity.failed.to_string(),
        number(Some(share(activity.failed, activity.events))),
        activity.denied.to_string(),
        number(Some(share(activity.denied, activity.events))),
        activity.apis.to_string(),
        activity.addresses.to_string(),
        activity.agents.to_string(),
        activity.regions.to_string(),
        activity.accounts.to_string(),
        activity.first_seen.to_string(),
        activity.last_seen.to_string(),
        activity.is_new().to_string(),
        activity.first_used.apis.to_string(),
        list(&activity.first_used.named),
        list(ids),
        list(incidents),
    ]
}

/// One cell a column, in the order of [`PLACE_COLUMNS`].
fn places(activity: &IdentityActivity<'_>) -> [String; PLACE_COLUMNS.len()] {
    [list(&activity.countries), list(&activity.networks)]
}

fn list<T: ToString>(values: impl IntoIterator<Item = T>) -> String {
    let values: Vec<String> = values.into_iter().map(|value| value.to_string()).collect();
    text(&values.join(" "))
}
