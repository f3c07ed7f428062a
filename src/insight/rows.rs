//! Which rows of the table insights count, for what is to be known of insights that are found.

use std::collections::HashMap;

use ahash::RandomState;

use super::{Insight, InsightType};
use crate::count::{Api, Dimension, Membership, MinuteCounts, Part, RollUp, RollUpKind, Row};
use crate::event::EventCategory;
use crate::series::Calls;

/// Account, Region, category, service and API.
type Name<'a> = (&'a str, &'a str, EventCategory, &'a str, &'a str);

/// How an insight has a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counted {
    /// It counts the row's events.
    Itself,
    /// It does not, and is about the same API: other errors and calls that did not fail.
    ApiOnly,
}

/// The subjects of insights, to be looked up by row.
pub(crate) struct Subjects<'a> {
    calls: Calls,
    membership: Membership,
    /// Those of each API, by their place among the insights, with the id of the error code of those
    /// that count errors.
    of_apis: HashMap<Name<'a>, Vec<(usize, Option<u32>)>, RandomState>,
    of_roll_ups: HashMap<RollUp<'a>, Vec<usize>, RandomState>,
}

impl<'a> Subjects<'a> {
    /// Those of insights found in a table with such calls.
    pub fn new(insights: &'a [Insight], table: &MinuteCounts, calls: Calls) -> Self {
        let mut subjects = Self {
            calls,
            membership: Membership::new(table, calls == Calls::All),
            of_apis: HashMap::default(),
            of_roll_ups: HashMap::default(),
        };
        for (index, insight) in insights.iter().enumerate() {
            if let Some(roll_up) = roll_up(insight, table) {
                subjects.of_roll_ups.entry(roll_up).or_default().push(index);
            } else {
                let code = insight.error_code.as_deref();
                let code = code.map(|code| table.id(Dimension::ErrorCode, code));
                subjects.of_apis.entry(name_of(insight)).or_default().push((index, code));
            }
        }
        subjects
    }

    /// Walks over the rows of a part that an insight's subject has, whenever they are: takes the
    /// insight's place, the API and the row.
    pub fn each<'t>(&self, part: &Part<'t>, mut take: impl FnMut(usize, Api<'t>, &Row)) {
        self.walk(part, |insight, api, row, counted| {
            if counted == Counted::Itself {
                take(insight, api, row);
            }
        });
    }

    /// The same, and the other rows of an insight's API.
    pub fn each_of_api(&self, part: &Part<'_>, mut take: impl FnMut(usize, &Row, Counted)) {
        self.walk(part, |insight, _, row, counted| take(insight, row, counted));
    }

    fn walk<'t>(&self, part: &Part<'t>, mut take: impl FnMut(usize, Api<'t>, &Row, Counted)) {
        for index in 0..part.apis() {
            let api = part.api(index);
            let of_api = self.of_apis.get(&name(api)).map_or(&[][..], Vec::as_slice);
            if of_api.is_empty() && self.of_roll_ups.is_empty() {
                continue;
            }
            for row in part.rows(index) {
                for &(insight, code) in of_api {
                    let counts = match code {
                        Some(code) => row.error == code,
                        None => self.calls == Calls::All || !api.read_only,
                    };
                    let counted = if counts { Counted::Itself } else { Counted::ApiOnly };
                    take(insight, api, &row, counted);
                }
                self.each_roll_up(api, &row, |insight| {
                    take(insight, api, &row, Counted::Itself);
                });
            }
        }
    }

    fn each_roll_up(&self, api: Api<'_>, row: &Row, mut take: impl FnMut(usize)) {
        if self.of_roll_ups.is_empty() {
            return;
        }
        for kind in self.membership.kinds(api, row) {
            for &insight in self.of_roll_ups.get(&RollUp::new(kind, api, row)).into_iter().flatten()
            {
                take(insight);
            }
        }
    }
}

fn name(api: Api<'_>) -> Name<'_> {
    (api.account, api.region, api.category, api.event_source, api.event_name)
}

fn name_of(insight: &Insight) -> Name<'_> {
    let Insight { account, region, category, event_source, event_name, .. } = insight;
    (account, region, *category, event_source, event_name)
}

/// What a roll-up's insight is about; nothing of an API's.
pub(super) fn roll_up<'a>(insight: &'a Insight, table: &MinuteCounts) -> Option<RollUp<'a>> {
    let (kind, dimension) = match insight.insight_type {
        InsightType::ApiCallRate | InsightType::ApiErrorRate => return None,
        InsightType::IdentityErrorRate => (RollUpKind::IdentityErrors, Dimension::Identity),
        InsightType::IdentityCallRate => (RollUpKind::IdentityCalls, Dimension::Identity),
        InsightType::SourceIpErrorRate => (RollUpKind::SourceIpDenials, Dimension::SourceIp),
        InsightType::AccountErrorRate => (RollUpKind::AccountDenials, Dimension::Name),
    };
    let of = insight.scope.as_deref().map_or(0, |scope| table.id(dimension, scope));
    Some(RollUp { account: &insight.account, category: insight.category, kind, of })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AnalysisOptions, Progress, analyse, find_files};

    #[test]
    fn the_rows_of_an_insight_hold_its_events() {
        for calls in [Calls::All, Calls::Writes] {
            let mut options = AnalysisOptions::new();
            options.insights.calls = calls;
            let files = find_files(&["sample-logs".into()], &options).unwrap();
            let analysis = analyse(&files, &options, &Progress::default()).unwrap();
            let insights = &analysis.found.insights;
            let subjects = Subjects::new(insights, &analysis.table, calls);
            let mut events = vec![0; insights.len()];
            for index in 0..analysis.table.parts() {
                let part = analysis.table.part(index).unwrap();
                subjects.each(&part, |insight, _, row| {
                    if insights[insight].span.contains(row.minute) {
                        events[insight] += u64::from(row.events);
                    }
                });
            }
            let whole: Vec<u64> = insights.iter().map(|insight| insight.whole.events).collect();
            assert!(!whole.is_empty());
            assert_eq!(events, whole);
        }
    }
}
