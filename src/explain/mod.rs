//! Insights and counts -> why something was reported, or was not.
//!
//! A [`Question`] names an insight, or a minute of a subject; the [`Answer`] holds everything about
//! it that people and programs may want to see. How it looks is up to [`crate::output`].

mod breakdown;
mod id;
mod names;
mod neighbours;
mod subject;

use std::io;

use serde::Serialize;
use uuid::Uuid;

use crate::analysis::{Analysis, AnalysisOptions, DetectorKind};
use crate::coverage::{Coverage, Span};
use crate::detect::{
    Detector, Direction, Episode, Explanation, PeakDetector, Subject, SurgeDetector,
};
use crate::graph::{Bound, Graph, graphs};
use crate::insight::{self, FindError, Insight, Stretches, Texts};
use crate::minute::{HOUR, Minute};
use subject::FoundSubject;

pub use breakdown::{Breakdown, BreakdownValue};
pub use id::{BadId, IdPrefix};
pub use neighbours::{Because, Neighbour, Neighbours};
pub use subject::find as find_subject;
pub(crate) use subject::with_subject;
pub use subject::{SubjectFilter, SubjectName};

/// What is to be explained.
#[derive(Clone, Debug)]
pub enum Question {
    /// Why there is this insight.
    Insight(IdPrefix),
    /// Why there is, or is not, an insight of a subject at a minute.
    Minute(Box<SubjectFilter>, Minute),
}

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
pub enum ExplainError {
    /// No insight has such an id.
    #[error(
        "no insight has an id that begins with {id}; {found}, and ids depend on the flags that \
         detect was run with",
        found = in_these_logs(*.insights)
    )]
    NoSuchInsight {
        /// What was looked for.
        id: IdPrefix,
        /// How many insights there are.
        insights: usize,
    },
    /// Several insights have such an id.
    #[error("{} insights have an id that begins with {id}: {}", ids.len(), list(ids))]
    AmbiguousId {
        /// What was looked for.
        id: IdPrefix,
        /// Their shared ids.
        ids: Vec<Uuid>,
    },
    /// The logs have no such subject.
    #[error("{asked}: {} of the logs is that", none_of(*.subjects))]
    NoSuchSubject {
        /// What was looked for.
        asked: String,
        /// How many subjects there are; 0 where that is not known.
        subjects: usize,
    },
    /// The logs have several such subjects.
    #[error("{asked}: {number} subjects of the logs are that")]
    AmbiguousSubject {
        /// What was looked for.
        asked: String,
        /// The first of them.
        candidates: Vec<SubjectName>,
        /// How many there are.
        number: usize,
    },
    /// The minute is not in the account's logs.
    #[error(
        "{at} is outside of the logs of {account}, which are from {} to {}", span.start, span.end
    )]
    OutsideLogs {
        /// The minute.
        at: Minute,
        /// Whose logs.
        account: String,
        /// What they cover.
        span: Span,
    },
    /// Counts that did not fit in memory cannot be read back.
    #[error("counts cannot be read back: {0}")]
    Spilled(#[from] io::Error),
    /// The insight's roll-up could not be summed up.
    #[error(transparent)]
    Find(#[from] FindError),
}

fn in_these_logs(number: usize) -> String {
    match number {
        0 => "there are none in these logs".to_owned(),
        1 => "there is 1 in these logs".to_owned(),
        many => format!("there are {many} in these logs"),
    }
}

fn none_of(subjects: usize) -> String {
    match subjects {
        0 => "no subject".to_owned(),
        known => format!("none of the {known} subjects"),
    }
}

fn list(ids: &[Uuid]) -> String {
    ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// What became of the minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum Outcome {
    /// It made the insight, or is part of it.
    Reported,
    /// It is in an incident of error rate that was left out because errors only rose with the
    /// calls of an insight.
    Folded {
        /// First minute of the incident.
        start: Minute,
        /// The minute after its last.
        end: Minute,
    },
    /// Nothing was reported.
    NotReported,
}

/// Everything about a question.
#[derive(Clone, Debug)]
pub struct Answer {
    /// What it is about.
    pub subject: SubjectName,
    /// The minute that was asked about; `None` when an insight was.
    pub asked: Option<Minute>,
    /// Whether it was reported.
    pub outcome: Outcome,
    /// The insight, if there is one.
    pub insight: Option<Insight>,
    /// What the surge rule asked at the minute; `None` of insights that another rule found.
    pub verdict: Option<Explanation>,
    /// The counts around it: of an insight's, with what it had to pass.
    pub graph: Graph,
    /// What is broken down: the insight, or the hour that ends with the minute.
    pub period: Span,
    /// What that is compared with: from 00:00 UTC seven days before its day, to its start.
    pub baseline: Span,
    /// Covered minutes of the baseline.
    pub baseline_minutes: u32,
    /// Who and what took part.
    pub breakdowns: Vec<Breakdown>,
    /// Up to five ids of events of the period.
    pub example_event_ids: Vec<Uuid>,
    /// Insights that may belong to it.
    pub neighbours: Neighbours,
}

/// Answers a question about an analysis made with these options.
///
/// # Errors
/// When the question does not name one insight, or one subject and a minute of its logs; and when
/// the temporary file cannot be read.
pub fn explain(
    analysis: &Analysis,
    options: &AnalysisOptions,
    question: &Question,
) -> Result<Answer, ExplainError> {
    // What is hidden is explained as well.
    let hidden = analysis.suppressed.insights.iter();
    let insights: Vec<Insight> = analysis.found.insights.iter().chain(hidden).cloned().collect();
    let insights = &insights[..];
    match question {
        Question::Insight(id) => {
            let insight = id::find(id, insights)?;
            let calls = options.insights.calls;
            let graph = graphs(std::slice::from_ref(insight), &analysis.table, calls)?.pop();
            let look = |found: FoundSubject<'_>| {
                Case { analysis, insights, options, found }.of_insight(insight, graph)
            };
            let (table, options) = (&analysis.table, options.insights);
            let answer = if insight.insight_type.is_roll_up() {
                subject::with_roll_up(table, options, insight, look)?
            } else {
                subject::with_subject(table, options, &SubjectName::of(insight), look)?
            };
            answer.transpose()?.ok_or_else(|| ExplainError::NoSuchInsight {
                id: id.clone(),
                insights: insights.len(),
            })
        }
        Question::Minute(filter, at) => {
            let found = subject::find(&analysis.table, options.insights.calls, filter);
            let wanted = found.map_err(|error| match error {
                ExplainError::NoSuchSubject { asked, .. } => {
                    ExplainError::NoSuchSubject { asked, subjects: analysis.found.subjects }
                }
                other => other,
            })?;
            let span = analysis.table.coverage().get(wanted.account.as_str()).map(Coverage::span);
            if let Some(span) = span.filter(|span| !span.contains(*at)) {
                let account = wanted.account;
                return Err(ExplainError::OutsideLogs { at: *at, account, span });
            }
            subject::with_subject(&analysis.table, options.insights, &wanted, |found| {
                Case { analysis, insights, options, found }.of_minute(*at)
            })?
            .transpose()?
            .ok_or_else(|| ExplainError::NoSuchSubject {
                asked: wanted.to_string(),
                subjects: analysis.found.subjects,
            })
        }
    }
}

/// A subject with all that is needed to look into it.
struct Case<'a> {
    analysis: &'a Analysis,
    /// Those that are told and those that are hidden.
    insights: &'a [Insight],
    options: &'a AnalysisOptions,
    found: FoundSubject<'a>,
}

impl Case<'_> {
    fn of_insight(&self, insight: &Insight, graph: Option<Graph>) -> io::Result<Answer> {
        let by_surge = self.options.detector == DetectorKind::Surge;
        let verdict = (by_surge && insight.direction == Direction::Rise)
            .then(|| self.verdict(insight.evidence.fired_at));
        let at = insight.evidence.fired_at;
        let graph = graph.unwrap_or_else(|| self.graph_of_minute(at, Some(insight), None));
        self.answer(None, Outcome::Reported, Some(insight), verdict, graph)
    }

    fn of_minute(&self, at: Minute) -> io::Result<Answer> {
        let by_surge = self.options.detector == DetectorKind::Surge;
        let verdict = by_surge.then(|| self.verdict(at));
        let touches = |span: Span, fired_at| span.contains(at) || fired_at == at;
        let insight = self.insights.iter().find(|insight| {
            touches(insight.span, insight.evidence.fired_at)
                && SubjectName::of(insight) == self.found.name
        });
        let outcome = match insight {
            Some(_) => Outcome::Reported,
            None => self
                .episodes()
                .into_iter()
                .find(|episode| touches(episode.span, episode.evidence.fired_at))
                .map_or(Outcome::NotReported, |Episode { span, .. }| Outcome::Folded {
                    start: span.start,
                    end: span.end,
                }),
        };
        let graph = self.graph_of_minute(at, insight, verdict.as_ref());
        self.answer(Some(at), outcome, insight, verdict, graph)
    }

    /// The counts around a minute, with what its verdict on the minute says.
    fn graph_of_minute(
        &self,
        at: Minute,
        insight: Option<&Insight>,
        verdict: Option<&Explanation>,
    ) -> Graph {
        let FoundSubject { series, coverage, .. } = self.found;
        let graph = Graph::of_minute(at, insight, series, coverage);
        let windows = verdict.into_iter().flat_map(|verdict| &verdict.windows);
        match windows.into_iter().find(|window| window.minutes == 1) {
            None => graph,
            Some(window) => {
                let bound = Bound { window: window.minutes, events: window.bound };
                Graph { expected: Some(window.expected), bound: Some(bound), ..graph }
            }
        }
    }

    fn answer(
        &self,
        asked: Option<Minute>,
        outcome: Outcome,
        insight: Option<&Insight>,
        verdict: Option<Explanation>,
        graph: Graph,
    ) -> io::Result<Answer> {
        let period = match (insight, asked) {
            (Some(insight), _) => insight.span,
            (None, at) => {
                let end = at.unwrap_or_default() + 1;
                Span { start: end - HOUR, end }.intersection(self.found.coverage.span())
            }
        };
        let baseline = Stretches::of(period).baseline;
        let baseline_minutes = self.found.coverage.covered_minutes(baseline);
        let FoundSubject { rows, apis, .. } = &self.found;
        let texts = Texts { table: &self.analysis.table, apis };
        let attributes = insight::attributes(self.found.name.insight_type);
        let breakdowns: Vec<Breakdown> = attributes
            .iter()
            .map(|by| {
                let minutes = (period.minutes(), baseline_minutes);
                Breakdown::of(rows, texts, *by, (period, baseline), minutes)
            })
            .collect();
        let neighbours = Neighbours::of(
            self.insights,
            insight.map(|insight| insight.shared_event_id),
            &self.found.name.account,
            period,
            &breakdowns,
        );
        let rows = rows.iter().map(|(row, _)| row);
        Ok(Answer {
            subject: self.found.name.clone(),
            asked,
            outcome,
            insight: insight.cloned(),
            verdict,
            graph,
            period,
            baseline,
            baseline_minutes,
            breakdowns,
            example_event_ids: insight::examples(&self.analysis.table, rows, period)?,
            neighbours,
        })
    }

    fn looked_at(&self) -> Subject<'_> {
        let FoundSubject { ref name, series, coverage, min_count, .. } = self.found;
        let own = self.options.subjects.of(&name.parts());
        let subject = Subject::new(series, coverage, own.min_count.unwrap_or(min_count));
        let false_per_week = own.false_per_week;
        let variation = &self.analysis.found.variation;
        let (close_calls, busiest) = variation.of(&name.account, name.insight_type);
        Subject { false_per_week, close_calls, busiest, ..subject }
    }

    fn surge(&self) -> SurgeDetector {
        SurgeDetector::new(self.options.settings).with_calendar(self.options.calendar.clone())
    }

    fn verdict(&self, at: Minute) -> Explanation {
        self.surge().explain(self.looked_at(), at)
    }

    fn episodes(&self) -> Vec<Episode> {
        let surge = self.surge();
        let detector: &dyn Detector = match self.options.detector {
            DetectorKind::Surge => &surge,
            DetectorKind::Peak => &PeakDetector,
        };
        detector.detect(&[self.looked_at()]).pop().unwrap_or_default()
    }
}
