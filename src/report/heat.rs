//! How many insights begin where and when: accounts and Regions against days.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::coverage::Span;
use crate::insight::{Insight, Severity};
use crate::minute::{DAY, Minute};

/// Columns at most; of longer logs a column is several days.
const COLUMNS: u32 = 62;
/// Rows at most.
const ROWS: usize = 40;

/// A table of insights by where they are and the day on which they begin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heat<'a> {
    /// 00:00 UTC of the first day of each column.
    pub columns: Vec<Minute>,
    /// Days in a column.
    pub days: u32,
    /// Those with insights, by account and Region.
    pub rows: Vec<HeatRow<'a>>,
    /// How many more there are, none of them more urgent or busier.
    pub more: usize,
}

/// One account and Region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeatRow<'a> {
    /// The account.
    pub account: &'a str,
    /// The Region.
    pub region: &'a str,
    /// A cell a column.
    pub cells: Vec<Option<HeatCell>>,
}

/// Insights that begin in one place on the days of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeatCell {
    /// How many.
    pub insights: usize,
    /// That of the most severe.
    pub severity: Severity,
}

impl<'a> Heat<'a> {
    /// Of insights in logs of that time.
    pub(super) fn of(insights: &'a [Insight], span: Option<Span>) -> Self {
        let Some(span) = span else { return Self::default() };
        let first = span.start.start_of_day();
        let all = span.end.since(first).div_ceil(DAY).max(1);
        let days = all.div_ceil(COLUMNS);
        let columns: Vec<Minute> =
            (0..all.div_ceil(days)).map(|column| first + column * days * DAY).collect();
        let mut rows: BTreeMap<(&str, &str), Vec<Option<HeatCell>>> = BTreeMap::new();
        for insight in insights {
            let row = rows
                .entry((&insight.account, &insight.region))
                .or_insert_with(|| vec![None; columns.len()]);
            let column = (insight.span.start.since(first) / (days * DAY)) as usize;
            if let Some(cell) = row.get_mut(column) {
                let before = cell.map_or(0, |cell| cell.insights);
                let worst = cell.map_or(insight.severity, |cell| cell.severity);
                let severity = worst.max(insight.severity);
                *cell = Some(HeatCell { insights: before + 1, severity });
            }
        }
        let mut rows: Vec<HeatRow<'a>> = rows
            .into_iter()
            .map(|((account, region), cells)| HeatRow { account, region, cells })
            .collect();
        let more = rows.len().saturating_sub(ROWS);
        if more > 0 {
            rows.sort_by_key(HeatRow::urgency);
            rows.truncate(ROWS);
            rows.sort_by_key(|row| (row.account, row.region));
        }
        Self { columns, days, rows, more }
    }
}

impl HeatRow<'_> {
    fn urgency(&self) -> impl Ord + use<> {
        let cells = || self.cells.iter().flatten();
        let worst = cells().map(|cell| cell.severity).max();
        Reverse((worst, cells().map(|cell| cell.insights).sum::<usize>()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::insight::sample;

    fn logs(days: u32) -> (Span, Minute) {
        let start = sample::burst().span.start;
        let first = start.start_of_day();
        (Span { start: first + 30, end: first + days * DAY }, first)
    }

    #[test]
    fn insights_are_counted_where_and_when_they_begin() {
        let mut minor = sample::burst();
        minor.severity = Severity::Low;
        let mut later = sample::burst();
        later.span.start = later.span.start + 2 * DAY;
        later.region = "eu-west-1".to_owned();
        let insights = [sample::burst(), minor, later];
        let (span, first) = logs(3);
        let heat = Heat::of(&insights, Some(span));
        assert_eq!(heat.columns, [first, first + DAY, first + 2 * DAY]);
        let regions: Vec<&str> = heat.rows.iter().map(|row| row.region).collect();
        assert_eq!(regions, ["eu-west-1", "us-east-1"]);
        let both = HeatCell { insights: 2, severity: Severity::Critical };
        assert_eq!(heat.rows[1].cells, [Some(both), None, None]);
        assert!(heat.rows[0].cells[2].is_some());
    }

    #[test]
    fn a_year_fits() {
        let (span, _) = logs(366);
        let heat = Heat::of(&[], Some(span));
        assert_eq!((heat.days, heat.columns.len()), (6, 61));
        assert_eq!(Heat::of(&[], None), Heat::default());
    }

    #[test]
    fn of_many_places_the_urgent_stay() {
        let place = |number: usize| {
            let mut insight = sample::burst();
            insight.account = format!("{number:012}");
            insight.severity = if number == 77 { Severity::High } else { Severity::Low };
            insight
        };
        let insights: Vec<Insight> = (0..100).map(place).collect();
        let heat = Heat::of(&insights, Some(logs(1).0));
        assert_eq!((heat.rows.len(), heat.more), (ROWS, 60));
        assert!(heat.rows.iter().any(|row| row.account == "000000000077"));
    }
}
