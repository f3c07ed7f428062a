//! An analysis -> what a report shows of it, as names and numbers. How it looks is up to
//! [`crate::output`].

mod commands;
mod denied;
mod heat;
mod incidents;
mod made_with;
mod shares;

use std::io;

use crate::coverage::{Coverage, Span};
use crate::event::HIDDEN_NAME;
use crate::explain::{Breakdown, BreakdownValue, Neighbours};
use crate::graph::{Graph, graphs};
use crate::identity_view::{IdentityActivity, Who, identity_view};
use crate::input::Discovery;
use crate::insight::{Attribute, FindError, Insight};
use crate::minute::{DAY, WEEK};
use crate::{Analysis, AnalysisOptions};

pub use commands::{Command, commands};
pub use denied::DeniedApi;
pub use heat::{Heat, HeatCell, HeatRow};
pub use incidents::Incident;
pub use made_with::made_with;
pub use shares::{AttributionTable, TableRow};

/// How many identities and APIs are named.
const NAMED: usize = 8;

/// All that a report shows.
#[derive(Debug)]
pub struct Report<'a> {
    /// What it is made of.
    pub analysis: &'a Analysis,
    /// What there was to read.
    pub files: &'a Discovery,
    /// From the first minute logged to the minute after the last; nothing of no logs.
    pub span: Option<Span>,
    /// The part of it that has something to show: all, unless insights are few and near each
    /// other in very long logs.
    pub shown: Option<Span>,
    /// The insights, in the order of [`crate::insight::Found::insights`].
    pub pages: Vec<InsightPage<'a>>,
    /// The incidents that they are of, the most urgent first.
    pub incidents: Vec<Incident>,
    /// Where and when they begin.
    pub heat: Heat<'a>,
    /// Who stands out.
    pub identities: Vec<IdentityActivity<'a>>,
    /// What was denied most.
    pub denied: Vec<DeniedApi>,
    /// What it was made with, a few words each.
    pub made_with: Vec<String>,
}

/// One insight with all that is shown when it is opened.
#[derive(Debug)]
pub struct InsightPage<'a> {
    /// The insight.
    pub insight: &'a Insight,
    /// The counts around it.
    pub graph: Graph,
    /// Who and what took part.
    pub tables: Vec<AttributionTable<'a>>,
    /// Others that may belong to it.
    pub neighbours: Neighbours,
    /// What shows its events.
    pub commands: Vec<Command>,
}

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// Counts kept in a temporary file cannot be read back.
    #[error("counts kept in a temporary file cannot be read back: {0}")]
    Spilled(#[from] io::Error),
    /// The table of minute counts could not be queried.
    #[error(transparent)]
    Find(#[from] FindError),
}

/// Gathers what a report shows, on the threads of the current rayon pool. `inputs` is how many were
/// given.
///
/// # Errors
/// When the temporary file cannot be read.
pub fn report<'a>(
    analysis: &'a Analysis,
    options: &AnalysisOptions,
    files: &'a Discovery,
    inputs: usize,
) -> Result<Report<'a>, ReportError> {
    let Analysis { table, found, .. } = analysis;
    let insights = &found.insights[..];
    let mut identities = identity_view(insights, table, Who::WithInsights, None)?.identities;
    identities.truncate(NAMED);
    let graphs = graphs(insights, table, options.insights.calls)?;
    let tables = shares::tables(insights, table, options.insights.calls)?;
    let pages = insights.iter().zip(graphs).zip(tables).map(|((insight, graph), tables)| {
        let neighbours = neighbours(insight, insights);
        InsightPage { insight, graph, tables, neighbours, commands: commands(insight) }
    });
    let span = span(analysis);
    let shown = span.map(|span| shown(span, insights));
    Ok(Report {
        analysis,
        files,
        span,
        shown,
        pages: pages.collect(),
        incidents: incidents::incidents(insights),
        heat: Heat::of(insights, shown),
        identities,
        denied: denied::denied(table, NAMED)?,
        made_with: made_with(options, inputs),
    })
}

fn span(analysis: &Analysis) -> Option<Span> {
    let spans = || analysis.table.coverage().values().map(Coverage::span);
    let start = spans().map(|span| span.start).min()?;
    let end = spans().map(|span| span.end).max()?;
    Some(Span { start, end })
}

/// Of logs of more than two months with insights in less than half of them, that part.
fn shown(logs: Span, insights: &[Insight]) -> Span {
    let start = insights.iter().map(|insight| insight.span.start).min();
    let end = insights.iter().map(|insight| insight.span.end).max();
    let (Some(start), Some(end)) = (start, end) else { return logs };
    let part = Span { start: start - WEEK, end: end + WEEK }.intersection(logs);
    let is_small = logs.minutes() > 62 * DAY && part.minutes() < logs.minutes() / 2;
    if is_small { part } else { logs }
}

/// Those of [`crate::explain`], by the identity with most events.
fn neighbours(insight: &Insight, insights: &[Insight]) -> Neighbours {
    let attribute = Attribute::UserIdentityArn;
    let identities = insight.attributions.iter().find(|has| has.attribute == attribute);
    let first =
        identities.and_then(|has| has.whole.first()).filter(|first| first.value != HIDDEN_NAME);
    let values = first.map(|first| BreakdownValue {
        value: first.value.clone(),
        events: first.events,
        average: 0.0,
        baseline_events: 0,
        baseline_average: 0.0,
        new: false,
    });
    let values: Vec<BreakdownValue> = values.into_iter().collect();
    let breakdown = Breakdown { attribute, distinct: values.len(), new: 0, values };
    let itself = Some(insight.shared_event_id);
    Neighbours::of(insights, itself, &insight.account, insight.span, &[breakdown])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::insight::sample;

    #[test]
    fn of_long_logs_the_part_with_insights_is_shown() {
        let burst = sample::burst();
        let logs = |days: u32| Span { start: burst.span.start - days * DAY, end: burst.span.end };
        let of = |days, insights: &[Insight]| shown(logs(days), insights);
        assert_eq!(of(30, std::slice::from_ref(&burst)), logs(30));
        assert_eq!(of(400, &[]), logs(400));
        let part = Span { start: burst.span.start - WEEK, end: burst.span.end };
        assert_eq!(of(400, std::slice::from_ref(&burst)), part);
        let mut early = sample::burst();
        early.span.start = early.span.start - 390 * DAY;
        assert_eq!(of(400, &[early, burst.clone()]), logs(400));
    }
}
