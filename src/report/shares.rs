//! Who and what took part in insights, each value with its own baseline.
//!
//! The attributions of an insight list the top five of each stretch by themselves, so a value may
//! be in one list and not in the other. Here the baseline of each value listed is counted, in one
//! pass over the table.

use std::collections::HashMap;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};

use ahash::RandomState;
use rayon::prelude::*;

use crate::count::{Api, Dimension, MinuteCounts, Row};
use crate::insight::rows::Subjects;
use crate::insight::{Attribute, Attribution, Insight, Rate, Stretches};
use crate::series::Calls;

/// One attribute of an insight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributionTable<'a> {
    /// What it breaks down by, with the lists of each stretch.
    pub attribution: &'a Attribution,
    /// The five values with most events in the period.
    pub rows: Vec<TableRow<'a>>,
    /// All other values together; nothing when there are none.
    pub other: Option<TableRow<'a>>,
}

/// A value, and how many events of each stretch had it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableRow<'a> {
    /// As the log has it; nothing where it stands for all others.
    pub value: Option<&'a str>,
    /// In the period.
    pub events: u64,
    /// In the baseline.
    pub baseline: u64,
}

/// A value that is looked for, and what was found.
struct Wanted<'a> {
    attribute: Attribute,
    value: &'a str,
    id: u32,
    baseline: AtomicU64,
}

impl Wanted<'_> {
    fn is_of(&self, api: Api<'_>, row: &Row) -> bool {
        if self.attribute == Attribute::Api {
            let name = self.value.strip_prefix(api.event_source);
            return name.and_then(|name| name.strip_prefix(':')) == Some(api.event_name);
        }
        self.attribute.id(row, 0) == self.id
    }
}

/// The tables of each insight.
pub(super) fn tables<'a>(
    insights: &'a [Insight],
    table: &MinuteCounts,
    calls: Calls,
) -> io::Result<Vec<Vec<AttributionTable<'a>>>> {
    let wanted: Vec<Vec<Wanted<'a>>> =
        insights.iter().map(|insight| wanted(insight, table)).collect();
    let baselines: Vec<_> =
        insights.iter().map(|insight| Stretches::of(insight.span).baseline).collect();
    let subjects = Subjects::new(insights, table, calls);
    (0..table.parts()).into_par_iter().try_for_each(|index| {
        subjects.each(&table.part(index)?, |insight, api, row| {
            if !baselines[insight].contains(row.minute) {
                return;
            }
            for value in wanted[insight].iter().filter(|value| value.is_of(api, row)) {
                value.baseline.fetch_add(row.events.into(), Ordering::Relaxed);
            }
        });
        Ok::<(), io::Error>(())
    })?;
    Ok(insights.iter().zip(wanted).map(|(insight, wanted)| tables_of(insight, &wanted)).collect())
}

fn wanted<'a>(insight: &'a Insight, table: &MinuteCounts) -> Vec<Wanted<'a>> {
    let values = insight.attributions.iter().flat_map(|attribution| {
        attribution.whole.iter().map(|share| (attribution.attribute, share.value.as_str()))
    });
    values
        .map(|(attribute, value)| {
            let id = match (attribute, value) {
                (Attribute::ErrorCode, "null") | (Attribute::Api, _) => 0,
                (Attribute::ErrorCode, code) => table.id(Dimension::ErrorCode, code),
                (Attribute::UserIdentityArn, name) => table.id(Dimension::Identity, name),
                (Attribute::UserAgent, agent) => table.id(Dimension::UserAgent, agent),
                (Attribute::SourceIpAddress, address) => table.id(Dimension::SourceIp, address),
            };
            Wanted { attribute, value, id, baseline: AtomicU64::new(0) }
        })
        .collect()
}

fn tables_of<'a>(insight: &'a Insight, wanted: &[Wanted<'a>]) -> Vec<AttributionTable<'a>> {
    let found: HashMap<(Attribute, &str), u64, RandomState> = wanted
        .iter()
        .map(|value| ((value.attribute, value.value), value.baseline.load(Ordering::Relaxed)))
        .collect();
    let table = |attribution: &'a Attribution| {
        let rows: Vec<TableRow<'a>> = attribution
            .whole
            .iter()
            .map(|share| TableRow {
                value: Some(&share.value),
                events: share.events,
                baseline: found
                    .get(&(attribution.attribute, share.value.as_str()))
                    .copied()
                    .unwrap_or(0),
            })
            .collect();
        let left = |rate: Rate, of: fn(&TableRow<'_>) -> u64| {
            rate.events.saturating_sub(rows.iter().map(of).sum())
        };
        let other = TableRow {
            value: None,
            events: left(insight.whole, |row| row.events),
            baseline: left(insight.baseline, |row| row.baseline),
        };
        let other = (other.events + other.baseline > 0).then_some(other);
        AttributionTable { attribution, rows, other }
    };
    insight.attributions.iter().map(table).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AnalysisOptions, Progress, analyse, find_files};

    #[test]
    fn baselines_agree_with_the_lists_of_insights() {
        let options = AnalysisOptions::new();
        let files = find_files(&["sample-logs".into()], &options).unwrap();
        let analysis = analyse(&files, &options, &Progress::default()).unwrap();
        let insights = &analysis.found.insights;
        let tables = tables(insights, &analysis.table, options.insights.calls).unwrap();
        let mut compared = 0;
        for (insight, tables) in insights.iter().zip(&tables) {
            for table in tables {
                let all = table.rows.iter().chain(&table.other);
                assert_eq!(all.clone().map(|row| row.events).sum::<u64>(), insight.whole.events);
                assert_eq!(all.map(|row| row.baseline).sum::<u64>(), insight.baseline.events);
                for row in &table.rows {
                    let before = &table.attribution.baseline;
                    if let Some(known) =
                        before.iter().find(|share| Some(&*share.value) == row.value)
                    {
                        assert_eq!(known.events, row.baseline, "{row:?}");
                        compared += 1;
                    }
                }
            }
        }
        assert!(compared > 5, "{compared}");
    }
}
