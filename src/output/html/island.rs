//! What the page's script needs to open an insight: plain data, small.

use std::collections::HashMap;

use serde::Serialize;
use uuid::Uuid;

use super::words::{Headline, unit, when};
use crate::explain::Because;
use crate::graph::{Graph, Layer};
use crate::insight::Insight;
use crate::insight::record::{InsightRecord, RecordOptions};
use crate::output::numbers::amount;
use crate::output::table::wording::fields;
use crate::report::{AttributionTable, InsightPage, Report, TableRow};

/// All of it.
#[derive(Serialize)]
pub(super) struct Island<'a> {
    insights: Vec<Insight_<'a>>,
}

/// One insight.
#[derive(Serialize)]
struct Insight_<'a> {
    id: String,
    who: String,
    did: String,
    when: String,
    account: &'a str,
    region: &'a str,
    source: &'a str,
    api: &'a str,
    code: Option<&'a str>,
    scope: Option<&'a str>,
    kind: &'static str,
    words: &'static str,
    severity: &'static str,
    reasons: &'a [String],
    pattern: &'static str,
    technique: Option<&'static str>,
    why: &'a str,
    /// Minutes since the epoch.
    start: u32,
    end: u32,
    ongoing: bool,
    unit: String,
    ratio: Option<f64>,
    minutes: u32,
    baseline_minutes: u32,
    /// Labelled sentences.
    told: Vec<(&'static str, String)>,
    graph: Graph_,
    tables: Vec<Table_<'a>>,
    /// Place in the list, and what both share.
    neighbours: Vec<(usize, bool, bool)>,
    more_neighbours: usize,
    examples: Vec<String>,
    commands: Vec<(&'static str, &'a str)>,
    records: Vec<InsightRecord>,
}

#[derive(Serialize)]
struct Graph_ {
    expected: Option<f64>,
    expected_words: Option<String>,
    /// Length of the window, and events in it.
    bound: Option<(u32, f64)>,
    bound_words: Option<String>,
    near: Layer_,
    wide: Layer_,
}

#[derive(Serialize)]
struct Layer_ {
    start: u32,
    step: u32,
    events: Vec<i64>,
    failures: Vec<i64>,
    calls: Vec<i64>,
}

#[derive(Serialize)]
struct Table_<'a> {
    by: &'static str,
    distinct: usize,
    new: usize,
    /// Value, events, events of the baseline, and where an address is.
    rows: Vec<(Option<&'a str>, u64, u64, Option<String>)>,
    before: Vec<(&'a str, u64)>,
}

impl<'a> Island<'a> {
    pub fn of(report: &'a Report<'_>) -> Self {
        let ids = report.pages.iter().map(|page| page.insight.shared_event_id);
        let places: HashMap<Uuid, usize> = ids.zip(0..).collect();
        let insights = report.pages.iter().map(|page| insight(page, &places));
        Self { insights: insights.collect() }
    }
}

fn insight<'a>(page: &'a InsightPage<'_>, places: &HashMap<Uuid, usize>) -> Insight_<'a> {
    let insight = page.insight;
    let Headline { who, did } = Headline::of(insight);
    let records = [
        Some(InsightRecord::start(insight, RecordOptions::default())),
        InsightRecord::end(insight, RecordOptions::default()),
    ];
    let neighbours = page.neighbours.listed.iter().filter_map(|neighbour| {
        let shares = |because| neighbour.because.contains(&because);
        let place = places.get(&neighbour.shared_event_id)?;
        Some((*place, shares(Because::SameMinutes), shares(Because::SameIdentity)))
    });
    Insight_ {
        id: insight.shared_event_id.to_string(),
        who,
        did,
        when: when(insight),
        account: &insight.account,
        region: &insight.region,
        source: &insight.event_source,
        api: &insight.event_name,
        code: insight.error_code.as_deref(),
        scope: insight.scope.as_deref(),
        kind: insight.insight_type.as_str(),
        words: insight.insight_type.words(),
        severity: insight.severity.as_str(),
        reasons: &insight.severity_reasons,
        pattern: insight.pattern.name(),
        technique: insight.pattern.technique(),
        why: &insight.pattern.why,
        start: insight.span.start.get(),
        end: insight.span.end.get(),
        ongoing: insight.ongoing,
        unit: format!("{}s", unit(insight.insight_type)),
        ratio: insight.ratio(),
        minutes: insight.whole.minutes,
        baseline_minutes: insight.baseline.minutes,
        told: fields(insight),
        graph: graph(&page.graph),
        tables: page.tables.iter().map(|found| table(found, insight)).collect(),
        neighbours: neighbours.collect(),
        more_neighbours: page.neighbours.more,
        examples: insight.example_event_ids.iter().map(ToString::to_string).collect(),
        commands: page.commands.iter().map(|command| (command.title, &*command.text)).collect(),
        records: records.into_iter().flatten().collect(),
    }
}

fn graph(graph: &Graph) -> Graph_ {
    let rounded = |rate: f64| (rate * 1e4).round() / 1e4;
    Graph_ {
        expected: graph.expected.map(rounded),
        expected_words: graph.expected.map(amount),
        bound: graph.bound.map(|bound| (bound.window, rounded(bound.events))),
        bound_words: graph.bound.map(|bound| amount(bound.events)),
        near: layer(&graph.near),
        wide: layer(&graph.wide),
    }
}

fn layer(layer: &Layer) -> Layer_ {
    Layer_ {
        start: layer.start.get(),
        step: layer.step,
        events: sparse(&layer.events),
        failures: sparse(&layer.failures),
        calls: sparse(&layer.calls),
    }
}

/// Counts, each as it is, and runs of nothing as one number: `-2n` is n zeros, `1-2n` is n steps
/// that nothing is known of.
fn sparse(counts: &[Option<u64>]) -> Vec<i64> {
    let mut packed: Vec<i64> = Vec::new();
    for run in counts.chunk_by(|a, b| a == b && a.unwrap_or(0) == 0) {
        let length = i64::try_from(run.len()).unwrap_or(i64::MAX / 4);
        match run[0] {
            None => packed.push(1 - 2 * length),
            Some(0) => packed.push(-2 * length),
            // More than a script counts exactly is not in any log.
            Some(events) => packed.push(i64::try_from(events).unwrap_or(i64::MAX)),
        }
    }
    packed
}

fn table<'a>(found: &AttributionTable<'a>, insight: &Insight) -> Table_<'a> {
    let origin = |value: &str| {
        let place = insight.origins.as_ref()?.place(value)?;
        Some(place.to_string()).filter(|place| !place.is_empty())
    };
    let attribution = found.attribution;
    let row =
        |row: &TableRow<'a>| (row.value, row.events, row.baseline, row.value.and_then(origin));
    Table_ {
        by: attribution.attribute.as_str(),
        distinct: attribution.distinct,
        new: attribution.newcomers,
        rows: found.rows.iter().chain(&found.other).map(row).collect(),
        before: attribution.baseline.iter().map(|share| (&*share.value, share.events)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_nothing_are_one_number() {
        let counts = [Some(3), Some(3), Some(0), Some(0), None, None, None, Some(0), Some(1)];
        assert_eq!(sparse(&counts), [3, 3, -4, -5, -2, 1]);
        assert_eq!(sparse(&[]), [0; 0]);
    }
}
