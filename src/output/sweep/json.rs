//! For programs: settings and differences, in one document or one a line.

use std::io;

use serde::Serialize;

use crate::insight::Severity;
use crate::minute::Minute;
use crate::output::visible::escape_json;
use crate::sweep::{Counts, Difference, Setting, Sweep};

/// One document.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    account_weeks: f64,
    settings: Vec<SettingRow>,
    differences: Vec<DifferenceRow<'a>>,
}

/// One line.
#[derive(Serialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
enum Line<'a> {
    Setting(SettingRow),
    Difference(DifferenceRow<'a>),
}

/// How many insights one setting finds.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SettingRow {
    false_per_week: f64,
    min_count: u32,
    min_ratio: f64,
    in_use: bool,
    insights: u64,
    call_rate: u64,
    error_rate: u64,
    critical: u64,
    high: u64,
    medium: u64,
    low: u64,
    incidents: u64,
    incidents_per_account_week: f64,
}

/// An insight that one step of `falsePerWeek` adds or takes away.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DifferenceRow<'a> {
    change: &'static str,
    /// `null` at the first step, which adds all it finds.
    from: Option<f64>,
    to: f64,
    start: Minute,
    /// `null` while it goes on.
    end: Option<Minute>,
    severity: &'static str,
    account: &'a str,
    region: &'a str,
    event_source: &'a str,
    event_name: &'a str,
    insight_type: &'static str,
    error_code: Option<&'a str>,
    category: &'static str,
    events: u64,
    baseline_average: f64,
    insight_average: f64,
    ratio: Option<f64>,
    #[serde(rename = "sharedEventID")]
    shared_event_id: String,
}

pub(super) fn write_document(sweep: &Sweep, out: &mut dyn io::Write) -> io::Result<()> {
    let document = Document {
        account_weeks: sweep.account_weeks,
        settings: settings(sweep).collect(),
        differences: differences(sweep).collect(),
    };
    let json = serde_json::to_string_pretty(&document)?;
    writeln!(out, "{}", escape_json(&json))
}

pub(super) fn write_lines(sweep: &Sweep, out: &mut dyn io::Write) -> io::Result<()> {
    let lines = settings(sweep).map(Line::Setting).chain(differences(sweep).map(Line::Difference));
    for line in lines {
        writeln!(out, "{}", escape_json(&serde_json::to_string(&line)?))?;
    }
    Ok(())
}

fn settings(sweep: &Sweep) -> impl Iterator<Item = SettingRow> + '_ {
    sweep.settings().map(|(setting, counts)| SettingRow::new(sweep, setting, &counts))
}

impl SettingRow {
    fn new(sweep: &Sweep, setting: Setting, counts: &Counts) -> Self {
        let of = |severity: Severity| counts.by_severity[severity as usize];
        Self {
            false_per_week: setting.false_per_week,
            min_count: setting.min_count,
            min_ratio: setting.min_ratio.get(),
            in_use: setting == sweep.in_use,
            insights: counts.insights,
            call_rate: counts.call_rate,
            error_rate: counts.error_rate(),
            critical: of(Severity::Critical),
            high: of(Severity::High),
            medium: of(Severity::Medium),
            low: of(Severity::Low),
            incidents: counts.incidents,
            incidents_per_account_week: sweep.per_account_week(counts.incidents),
        }
    }
}

fn differences(sweep: &Sweep) -> impl Iterator<Item = DifferenceRow<'_>> + '_ {
    sweep.differences().map(DifferenceRow::new)
}

impl<'a> DifferenceRow<'a> {
    fn new(difference: Difference<'a>) -> Self {
        let insight = difference.insight;
        Self {
            change: difference.change.as_str(),
            from: difference.from,
            to: difference.to,
            start: insight.span.start,
            end: (!insight.ongoing).then_some(insight.span.end),
            severity: insight.severity.as_str(),
            account: &insight.account,
            region: &insight.region,
            event_source: &insight.event_source,
            event_name: &insight.event_name,
            insight_type: insight.insight_type.as_str(),
            error_code: insight.error_code.as_deref(),
            category: insight.category.as_str(),
            events: insight.whole.events,
            baseline_average: insight.baseline.average(),
            insight_average: insight.whole.average(),
            ratio: insight.ratio(),
            shared_event_id: insight.shared_event_id.to_string(),
        }
    }
}
