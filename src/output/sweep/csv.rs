//! CSV for spreadsheets: a row a setting, then a row an insight that a step adds or takes away.

use std::io;

use crate::insight::Severity;
use crate::output::csv::{io_error, number, text};
use crate::sweep::{Counts, Difference, Setting, Sweep};

/// Which rows have a cell, those of settings, of differences, or both, is said by the first one:
/// `setting`, `added` or `gone`.
const COLUMNS: [&str; 28] = [
    "row",
    "from",
    "false_per_week",
    "min_count",
    "min_ratio",
    "in_use",
    "insights",
    "call_rate",
    "error_rate",
    "critical",
    "high",
    "medium",
    "low",
    "incidents",
    "incidents_per_account_week",
    "start",
    "end",
    "severity",
    "account",
    "region",
    "event_source",
    "event_name",
    "insight_type",
    "error_code",
    "category",
    "events",
    "ratio",
    "shared_event_id",
];

pub(super) fn write(sweep: &Sweep, out: &mut dyn io::Write) -> io::Result<()> {
    let mut writer = ::csv::Writer::from_writer(out);
    writer.write_record(COLUMNS).map_err(io_error)?;
    for (setting, counts) in sweep.settings() {
        let cells = setting_cells(sweep, setting, &counts);
        let none = difference_cells(None);
        writer.write_record(cells.iter().chain(&none)).map_err(io_error)?;
    }
    for difference in sweep.differences() {
        let cells = step_cells(sweep, difference);
        let insight = difference_cells(Some(difference));
        writer.write_record(cells.iter().chain(&insight)).map_err(io_error)?;
    }
    writer.flush()
}

fn knobs(setting: Setting) -> [String; 3] {
    let Setting { false_per_week, min_count, min_ratio } = setting;
    [false_per_week.to_string(), min_count.to_string(), min_ratio.to_string()]
}

/// The cells up to those of one insight.
fn setting_cells(sweep: &Sweep, setting: Setting, counts: &Counts) -> [String; 15] {
    let of = |severity: Severity| counts.by_severity[severity as usize].to_string();
    let [false_per_week, min_count, min_ratio] = knobs(setting);
    [
        "setting".to_owned(),
        String::new(),
        false_per_week,
        min_count,
        min_ratio,
        (setting == sweep.in_use).to_string(),
        counts.insights.to_string(),
        counts.call_rate.to_string(),
        counts.error_rate().to_string(),
        of(Severity::Critical),
        of(Severity::High),
        of(Severity::Medium),
        of(Severity::Low),
        counts.incidents.to_string(),
        number(Some(sweep.per_account_week(counts.incidents))),
    ]
}

/// The same cells before an insight: the step, and no counts.
fn step_cells(sweep: &Sweep, difference: Difference<'_>) -> [String; 15] {
    let step = Setting { false_per_week: difference.to, ..sweep.in_use };
    let [false_per_week, min_count, min_ratio] = knobs(step);
    let from = difference.from.map(|from| from.to_string()).unwrap_or_default();
    let known = [difference.change.as_str().to_owned(), from, false_per_week, min_count, min_ratio];
    let mut cells = [const { String::new() }; 15];
    for (cell, text) in cells.iter_mut().zip(known) {
        *cell = text;
    }
    cells
}

/// The cells of one insight.
fn difference_cells(difference: Option<Difference<'_>>) -> [String; COLUMNS.len() - 15] {
    let Some(insight) = difference.map(|difference| difference.insight) else {
        return [const { String::new() }; COLUMNS.len() - 15];
    };
    [
        insight.span.start.to_string(),
        if insight.ongoing { String::new() } else { insight.span.end.to_string() },
        insight.severity.as_str().to_owned(),
        text(&insight.account),
        text(&insight.region),
        text(&insight.event_source),
        text(&insight.event_name),
        insight.insight_type.as_str().to_owned(),
        text(insight.error_code.as_deref().unwrap_or_default()),
        insight.category.as_str().to_owned(),
        insight.whole.events.to_string(),
        number(insight.ratio()),
        insight.shared_event_id.to_string(),
    ]
}
