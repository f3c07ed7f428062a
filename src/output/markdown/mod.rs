//! A report as Markdown with images beside it, for tickets, wikis and pull requests.

mod incident;
mod text;

use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::Path;

use uuid::Uuid;

use super::graph::files::{FilesError, image_folder, put, write_svgs};
use super::numbers::{counted, duration};
use super::table::{time, what};
use crate::coverage::Span;
use crate::graph::Graph;
use crate::insight::Insight;
use text::{Place, code};

/// What a report is about, besides its insights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReportScope {
    /// The time that logs cover; `None` when there are none.
    pub logs: Option<Span>,
    /// Events counted.
    pub events: u64,
}

/// Writes a report, and an image of each insight into the folder beside it: `out-images` of
/// `out.md`. The graphs are those of the insights, in their order. Incidents stand by severity, then
/// time. Files that hold the same already are left alone, others overwritten only with `force`.
///
/// # Errors
/// When a file cannot be written, or would overwrite another without `force`.
pub fn write_markdown(
    path: &Path,
    insights: &[Insight],
    graphs: &[Graph],
    scope: ReportScope,
    force: bool,
) -> Result<(), FilesError> {
    let folder = image_folder(path);
    let images = if insights.is_empty() {
        Vec::new()
    } else {
        write_svgs(&folder, insights, graphs, force)?
    };
    let prefix = link_to(&folder);
    let images: Vec<String> = images.iter().map(|name| format!("{prefix}/{name}")).collect();
    put(path, markdown(insights, &images, scope).as_bytes(), force)
}

/// The document, with links to an image of each insight.
#[must_use]
pub fn markdown(insights: &[Insight], images: &[String], scope: ReportScope) -> String {
    let incidents = incidents(insights, images);
    let mut out = String::from("# Unusual activity in AWS CloudTrail logs\n\n");
    let logs = match scope.logs {
        Some(Span { start, end }) => format!(
            "{} of logs from {} to {} UTC, {}.",
            duration(end.since(start)),
            time(start, true),
            time(end, true),
            counted(scope.events, "event")
        ),
        None => "No logs.".to_owned(),
    };
    let found = match incidents.len() {
        0 => "Nothing unusual was found.".to_owned(),
        number => format!(
            "**{}** of {}.",
            counted(number as u64, "incident"),
            counted(insights.len() as u64, "insight")
        ),
    };
    _ = write!(out, "{found} {logs} Times are in UTC; an end is the minute after the last one.\n");
    if !incidents.is_empty() {
        out.push_str("\n| | severity | what | pattern | start | lasted | events | account |\n");
        out.push_str("|--:|---|---|---|---|---|--:|---|\n");
    }
    for (number, incident) in (1_u64..).zip(&incidents) {
        overview_row(&mut out, number, incident);
    }
    for (number, incident) in (1_u64..).zip(&incidents) {
        incident.write(&mut out, number);
    }
    out
}

fn overview_row(out: &mut String, number: u64, incident: &incident::Incident<'_>) {
    let insight = incident.leading;
    let ongoing = if insight.ongoing { ", ongoing" } else { "" };
    _ = writeln!(
        out,
        "| [{number}](#{}) | {} | {} | {} | {} | {}{ongoing} | {} | {} |",
        incident.anchor(),
        insight.severity.as_str(),
        code(&what(insight), Place::Cell),
        insight.pattern.name(),
        time(insight.span.start, true),
        duration(insight.span.minutes()),
        super::numbers::count(insight.whole.events),
        code(&insight.account, Place::Cell),
    );
}

/// The incidents, most severe first, then by the time of their first insight.
fn incidents<'a>(insights: &'a [Insight], images: &'a [String]) -> Vec<incident::Incident<'a>> {
    let mut places: HashMap<Uuid, usize> = HashMap::new();
    let mut incidents: Vec<Vec<(&Insight, &str)>> = Vec::new();
    let images = images.iter().map(String::as_str).chain(std::iter::repeat(""));
    for (insight, image) in insights.iter().zip(images) {
        let place = *places.entry(insight.incident.incident).or_insert(incidents.len());
        if place == incidents.len() {
            incidents.push(Vec::new());
        }
        incidents[place].push((insight, image));
    }
    let mut incidents: Vec<_> = incidents.into_iter().filter_map(incident::Incident::new).collect();
    incidents.sort_by_key(|incident| std::cmp::Reverse(incident.leading.severity));
    incidents
}

/// A folder's own name, as the beginning of a link.
fn link_to(folder: &Path) -> String {
    let name = folder.file_name().unwrap_or_default();
    let mut link = String::new();
    for byte in name.as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => {
                link.push(char::from(*byte));
            }
            other => _ = write!(link, "%{other:02X}"),
        }
    }
    link
}

#[cfg(test)]
mod tests;
