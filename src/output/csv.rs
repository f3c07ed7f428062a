//! CSV for spreadsheets: one row an insight.

use std::io;

use super::InsightWriter;
use super::visible::visible;
use crate::geo::Place;
use crate::insight::record::direction;
use crate::insight::{Attribute, Insight, Share};

/// One row an insight under a row of column names. Text comes from logs that strangers write to,
/// so no cell can act as a formula and no character can hide.
#[derive(Clone, Copy, Debug, Default)]
pub struct Csv(pub CsvOptions);

/// Which columns there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CsvOptions {
    /// Whether the country and network of the first source address have columns of their own, after
    /// all others.
    pub origins: bool,
}

impl InsightWriter for Csv {
    fn write(&self, insights: &[Insight], out: &mut dyn io::Write) -> io::Result<()> {
        let mut writer = ::csv::Writer::from_writer(out);
        let Self(CsvOptions { origins }) = *self;
        let more = if origins { &ORIGIN_COLUMNS[..] } else { &[] };
        writer.write_record(COLUMNS.iter().chain(more)).map_err(io_error)?;
        for insight in insights {
            let more = if origins { &origin(insight)[..] } else { &[] };
            writer.write_record(row(insight).iter().chain(more)).map_err(io_error)?;
        }
        writer.flush()
    }
}

/// The output's own error where there is one, so that a broken pipe is known for what it is.
pub(super) fn io_error(error: ::csv::Error) -> io::Error {
    if !error.is_io_error() {
        return io::Error::other(error);
    }
    match error.into_kind() {
        ::csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

const COLUMNS: [&str; 33] = [
    "start",
    "end",
    "duration_minutes",
    "state",
    "severity",
    "account",
    "region",
    "event_source",
    "event_name",
    "insight_type",
    "error_code",
    "scope",
    "category",
    "direction",
    "events",
    "expected",
    "baseline_average",
    "insight_average",
    "ratio",
    "peak_minute",
    "peak_events",
    "surprise",
    "learning",
    "top_identity",
    "top_identity_events",
    "top_user_agent",
    "top_source_ip",
    "pattern",
    "why",
    "shared_event_id",
    "incident_id",
    "leads_incident",
    "suppressed",
];

/// Of the source address that most events came from.
const ORIGIN_COLUMNS: [&str; 3] = ["top_source_country", "top_source_asn", "top_source_as_name"];

/// One cell a column, in the order of [`ORIGIN_COLUMNS`].
fn origin(insight: &Insight) -> [String; ORIGIN_COLUMNS.len()] {
    let address = top(insight, Attribute::SourceIpAddress).map(|share| share.value.as_str());
    let place = insight.origins.as_ref().zip(address).and_then(|(of, address)| of.place(address));
    let Some(Place { country, asn, as_name, .. }) = place.cloned() else {
        return [const { String::new() }; ORIGIN_COLUMNS.len()];
    };
    let cell = |known: Option<String>| text(&known.unwrap_or_default());
    [cell(country), asn.map(|asn| asn.to_string()).unwrap_or_default(), cell(as_name)]
}

/// One cell a column, in the order of [`COLUMNS`]. An insight that goes on has no end yet; its
/// duration is that so far.
fn row(insight: &Insight) -> [String; COLUMNS.len()] {
    let identity = top(insight, Attribute::UserIdentityArn);
    let value = |share: Option<&Share>| text(share.map_or("", |share| &share.value));
    [
        insight.span.start.to_string(),
        if insight.ongoing { String::new() } else { insight.span.end.to_string() },
        insight.span.minutes().to_string(),
        if insight.ongoing { "ongoing" } else { "ended" }.to_owned(),
        insight.severity.as_str().to_owned(),
        text(&insight.account),
        text(&insight.region),
        text(&insight.event_source),
        text(&insight.event_name),
        insight.insight_type.as_str().to_owned(),
        text(insight.error_code.as_deref().unwrap_or_default()),
        text(insight.scope.as_deref().unwrap_or_default()),
        insight.category.as_str().to_owned(),
        direction(insight.direction).to_owned(),
        insight.whole.events.to_string(),
        number(Some(insight.evidence.expected_in_span)),
        insight.baseline.average().to_string(),
        insight.whole.average().to_string(),
        number(insight.ratio()),
        insight.peak.0.to_string(),
        insight.peak.1.to_string(),
        number(Some(insight.evidence.surprise)),
        insight.evidence.learning.to_string(),
        value(identity),
        identity.map(|share| share.events.to_string()).unwrap_or_default(),
        value(top(insight, Attribute::UserAgent)),
        value(top(insight, Attribute::SourceIpAddress)),
        text(insight.pattern.name()),
        text(&insight.pattern.why),
        insight.shared_event_id.to_string(),
        insight.incident.incident.to_string(),
        insight.incident.leads.to_string(),
        text(insight.suppressed.as_deref().unwrap_or_default()),
    ]
}

/// The value that most events of the whole period had.
fn top(insight: &Insight, attribute: Attribute) -> Option<&Share> {
    let attribution = insight.attributions.iter().find(|has| has.attribute == attribute)?;
    attribution.whole.first()
}

/// Four decimals at most; nothing for what is no number.
pub(super) fn number(number: Option<f64>) -> String {
    let finite = number.filter(|number| number.is_finite());
    finite.map(|number| ((number * 1e4).round() / 1e4).to_string()).unwrap_or_default()
}

/// Text that a spreadsheet shows and does not run: an apostrophe before what it would take for
/// the beginning of a formula, wide forms of the same signs included.
pub(super) fn text(raw: &str) -> String {
    let shown = visible(raw, false);
    let mut cell = String::with_capacity(shown.len() + 1);
    if begins_formula(raw) {
        cell.push('\'');
    }
    // Some spreadsheets split at semicolons as well.
    for part in shown.split_inclusive(';') {
        if cell.ends_with(';') && begins_formula(part) {
            cell.push('\'');
        }
        cell.push_str(part);
    }
    cell
}

/// Whether a spreadsheet takes this for a formula. Some pass over blanks at the beginning.
fn begins_formula(text: &str) -> bool {
    text.starts_with(['\t', '\r', '\n'])
        || text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::insight::sample;

    fn printed(insights: &[Insight]) -> String {
        let mut out = Vec::new();
        Csv::default().write(insights, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn rows_of_ordinary_and_hostile_insights() {
        let insights = [sample::burst(), sample::hostile(), sample::ongoing()];
        insta::assert_snapshot!(printed(&insights));
    }

    #[test]
    fn no_cell_is_a_formula_and_numbers_stay_numbers() {
        for (raw, cell) in [
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\\t=1"),
            ("\r=1", "'\\r=1"),
            ("＝1+1", "'＝1+1"),
            ("a=1", "a=1"),
            ("a;=1;b; +1;c -1", "a;'=1;b;' +1;c -1"),
            (" =1", "' =1"),
            ("\u{3000}@A1", "'\\u{3000}@A1"),
            (" a=1", " a=1"),
            ("\u{202e}=1", "\\u{202e}=1"),
            ("", ""),
        ] {
            assert_eq!(text(raw), cell, "{raw:?}");
        }
        assert_eq!(number(Some(-0.5)), "-0.5");
        assert_eq!(number(Some(f64::NAN)), "");
        assert_eq!(number(Some(f64::INFINITY)), "");
    }

    #[test]
    fn every_row_reads_back_with_every_column() {
        let text = printed(&[sample::hostile(), sample::burst()]);
        let mut reader = ::csv::Reader::from_reader(text.as_bytes());
        assert_eq!(reader.headers().unwrap(), COLUMNS.as_slice());
        for row in reader.records() {
            let row = row.unwrap();
            assert_eq!(row.len(), COLUMNS.len());
            assert!(row.iter().all(|cell| !cell.starts_with(['=', '+', '-', '@', '\t', '\r'])));
        }
    }

    #[test]
    fn no_insights_are_column_names_alone() {
        assert_eq!(printed(&[]).lines().count(), 1);
    }
}
