//! Who and what took part in a period, and what of it is new.

use std::collections::HashMap;

use ahash::RandomState;
use serde::Serialize;

use super::names;
use crate::count::Row;
use crate::coverage::Span;
use crate::insight::{Attribute, Texts, record::average};

/// Values listed because they had most events, and new ones beyond them.
const LISTED: usize = 5;

/// A period's events by one attribute.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Breakdown {
    /// Which attribute.
    #[serde(serialize_with = "names::attribute")]
    pub attribute: Attribute,
    /// Different values in the period.
    pub distinct: usize,
    /// Those of them that the baseline had not.
    pub new: usize,
    /// The five with most events, and up to five more that are new; most events first, ties by
    /// value.
    pub values: Vec<BreakdownValue>,
}

/// One value of an attribute.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BreakdownValue {
    /// As the log has it; the string `null` for no error code.
    pub value: String,
    /// Events with it in the period.
    pub events: u64,
    /// The same a minute.
    pub average: f64,
    /// Events with it in the baseline.
    pub baseline_events: u64,
    /// The same a minute.
    pub baseline_average: f64,
    /// Whether the baseline had none.
    pub new: bool,
}

impl Breakdown {
    /// Of the rows of a subject, with the APIs of a roll-up's, in a period, against those in a
    /// baseline; each with its minutes.
    pub(super) fn of(
        rows: &[(Row, u32)],
        texts: Texts<'_>,
        attribute: Attribute,
        (period, baseline): (Span, Span),
        (minutes, baseline_minutes): (u32, u32),
    ) -> Self {
        let before = sums(rows, attribute, baseline);
        // Ids are in the order of the texts.
        let mut now: Vec<(u32, u64)> = sums(rows, attribute, period).into_iter().collect();
        now.sort_unstable_by_key(|&(id, events)| (std::cmp::Reverse(events), id));
        let is_new = |id: u32| !before.contains_key(&id);
        let (first, rest) = now.split_at(now.len().min(LISTED));
        let more = rest.iter().filter(|(id, _)| is_new(*id)).take(LISTED);
        let values = first.iter().chain(more).map(|&(id, events)| {
            let baseline_events = before.get(&id).copied().unwrap_or(0);
            BreakdownValue {
                value: texts.value(attribute, id).to_owned(),
                events,
                average: average(events, minutes),
                baseline_events,
                baseline_average: average(baseline_events, baseline_minutes),
                new: is_new(id),
            }
        });
        Self {
            attribute,
            distinct: now.len(),
            new: now.iter().filter(|(id, _)| is_new(*id)).count(),
            values: values.collect(),
        }
    }
}

/// Events of a span by the id they have.
fn sums(rows: &[(Row, u32)], attribute: Attribute, span: Span) -> HashMap<u32, u64, RandomState> {
    let mut sums = HashMap::default();
    for (row, api) in rows.iter().filter(|(row, _)| span.contains(row.minute)) {
        *sums.entry(attribute.id(row, *api)).or_default() += u64::from(row.events);
    }
    sums
}
