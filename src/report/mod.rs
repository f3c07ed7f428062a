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
    Ok(Report {
        analysis,
        files,
        span,
        pages: pages.collect(),
        incidents: incidents::incidents(insights),
        heat: Heat::of(insights, span),
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
