//! A report as Markdown with images beside it, for tickets, wikis and pull requests.

mod incident;
mod text;

use std::fmt::Write as _;
use std::path::Path;

use super::graph::files::{FilesError, image_folder, put, write_svgs};
use super::numbers::{count, counted, duration};
use super::table::{time, what};
use crate::coverage::Span;
use crate::graph::Graph;
use crate::insight::Insight;
use crate::report::Report;
use incident::{Incident, Member};
use text::{Place, code};

/// Writes a report, and an image of each insight into the folder beside it: `out-images` of
/// `out.md`. Files that hold the same already are left alone, others overwritten only with `force`.
///
/// # Errors
/// When a file cannot be written, or would overwrite another without `force`.
pub fn write_markdown(report: &Report<'_>, path: &Path, force: bool) -> Result<(), FilesError> {
    let folder = image_folder(path);
    let mut images = Vec::new();
    if !report.pages.is_empty() {
        let insights: Vec<&Insight> = report.pages.iter().map(|page| page.insight).collect();
        let graphs: Vec<&Graph> = report.pages.iter().map(|page| &page.graph).collect();
        let names = write_svgs(&folder, &insights, &graphs, force)?;
        let prefix = link_to(&folder);
        images.extend(names.iter().map(|name| format!("{prefix}/{name}")));
    }
    put(path, markdown(report, &images).as_bytes(), force)
}

/// The document, with links to the image of each insight; without those of which there is none.
#[must_use]
pub fn markdown(report: &Report<'_>, images: &[String]) -> String {
    let member = |index: &usize| {
        let page = report.pages.get(*index)?;
        let image = images.get(*index).map_or("", String::as_str);
        Some(Member {
            insight: page.insight,
            tables: &page.tables,
            commands: &page.commands,
            image,
        })
    };
    let members = |incident: &crate::report::Incident| {
        Incident::new(incident.insights.iter().filter_map(member).collect())
    };
    let incidents: Vec<Incident<'_>> = report.incidents.iter().filter_map(members).collect();
    document(&summary(report), &incidents)
}

/// What was found in what.
fn summary(report: &Report<'_>) -> String {
    let mut text = match report.incidents.len() {
        0 => "Nothing unusual was found.".to_owned(),
        incidents => format!(
            "**{}** of {}.",
            counted(incidents as u64, "incident"),
            counted(report.pages.len() as u64, "insight")
        ),
    };
    let analysis = report.analysis;
    if let Some(Span { start, end }) = report.span {
        _ = write!(
            text,
            " {} of logs from {} to {}, {} of {}.",
            duration(end.since(start)),
            time(start, true),
            time(end, true),
            counted(analysis.tally.counted, "event"),
            counted(analysis.table.coverage().len() as u64, "account"),
        );
    }
    match analysis.suppressed.insights.len() {
        0 => {}
        hidden => {
            let hidden = counted(hidden as u64, "insight");
            _ = write!(text, " The configuration hides {hidden} more.");
        }
    }
    if analysis.tally.has_problems() || !report.files.skipped.is_empty() {
        text.push_str(" **Not everything could be read.**");
    }
    text + " Times are in UTC; an end is the minute after the last one.\n"
}

fn document(summary: &str, incidents: &[Incident<'_>]) -> String {
    let mut out = format!("# Unusual activity in AWS CloudTrail logs\n\n{summary}");
    if !incidents.is_empty() {
        out.push_str("\n| | severity | what | pattern | start | lasted | events | account |\n");
        out.push_str("|--:|---|---|---|---|---|--:|---|\n");
    }
    for (number, incident) in (1_u64..).zip(incidents) {
        overview_row(&mut out, number, incident);
    }
    for (number, incident) in (1_u64..).zip(incidents) {
        incident.write(&mut out, number);
    }
    out
}

fn overview_row(out: &mut String, number: u64, incident: &Incident<'_>) {
    let insight = incident.leading.insight;
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
        count(insight.whole.events),
        code(&insight.account, Place::Cell),
    );
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
