//! One subject's counts over time: a chart for people, CSV for spreadsheets, and the shape that
//! Amazon's `ListInsightsMetricData` answers in.

mod chart;

use std::io;

use serde::Serialize;

use super::csv;
use super::table::TableOptions;
use super::visible::escape_json;
use crate::series_view::SeriesView;

/// A form that a subject's counts can be written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeriesFormat {
    /// For people.
    Chart(TableOptions),
    /// A row a step: time, events, expected, bound.
    Csv,
    /// As Amazon's `ListInsightsMetricData` answers.
    Json,
}

/// How to write them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeriesOutput {
    /// In which form.
    pub format: SeriesFormat,
    /// Whether CSV and JSON have steps without events: Amazon's `FillWithZeros`, which is
    /// `NonZeroData` otherwise. Steps without logs are in neither.
    pub zeros: bool,
}

/// Writes a subject's counts as a whole document.
///
/// # Errors
/// Those of `out`.
pub fn write_series(
    view: &SeriesView,
    output: SeriesOutput,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    match output.format {
        SeriesFormat::Chart(options) => chart::write(view, options, out),
        SeriesFormat::Csv => write_csv(view, output.zeros, out),
        SeriesFormat::Json => write_json(view, output.zeros, out),
    }
}

fn write_csv(view: &SeriesView, zeros: bool, out: &mut dyn io::Write) -> io::Result<()> {
    let mut writer = ::csv::Writer::from_writer(out);
    writer.write_record(["time", "events", "expected", "bound"]).map_err(csv::io_error)?;
    for step in &view.steps {
        let Some(events) = step.events.filter(|events| zeros || *events > 0) else { continue };
        let level =
            |part: fn(&crate::detect::Level) -> f64| csv::number(step.level.as_ref().map(part));
        let row = [
            step.start.to_string(),
            events.to_string(),
            level(|level| level.expected),
            level(|level| level.bound),
        ];
        writer.write_record(row).map_err(csv::io_error)?;
    }
    writer.flush()
}

/// What Amazon's API answers, its names and their order.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct MetricData<'a> {
    event_source: &'a str,
    event_name: &'a str,
    insight_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_code: Option<&'a str>,
    timestamps: Vec<String>,
    values: Vec<f64>,
}

fn write_json(view: &SeriesView, zeros: bool, out: &mut dyn io::Write) -> io::Result<()> {
    let steps = view.steps.iter().filter_map(|step| Some((step.start, step.events?)));
    let steps = steps.filter(|(_, events)| zeros || *events > 0);
    #[expect(clippy::cast_precision_loss, reason = "the shape has floating-point numbers")]
    let (timestamps, values) =
        steps.map(|(start, events)| (start.to_string(), events as f64)).unzip();
    let data = MetricData {
        event_source: &view.subject.event_source,
        event_name: &view.subject.event_name,
        insight_type: view.subject.insight_type.as_str(),
        error_code: view.subject.error_code.as_deref(),
        timestamps,
        values,
    };
    let json = serde_json::to_string_pretty(&data)?;
    writeln!(out, "{}", escape_json(&json))
}
