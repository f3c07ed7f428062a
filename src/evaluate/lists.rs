//! What was missed and what was false, one by one.

use serde::Serialize;

use super::found::Expected;
use super::matching::Matching;
use crate::labels::{Effect, IncidentKind, LabelledSubject};
use crate::minute::Minute;

/// An effect that had to be told and was not.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Missed {
    /// The incident's id.
    pub incident: String,
    /// What it is.
    pub kind: IncidentKind,
    /// Whether another effect of the incident was told.
    pub incident_found: bool,
    /// The account.
    pub account: String,
    /// The Region.
    pub region: String,
    /// The effect.
    #[serde(flatten)]
    pub effect: Effect,
}

/// An insight about nothing.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WrongTold {
    /// The account.
    pub account: String,
    /// The Region.
    pub region: String,
    /// What it is about.
    pub subject: LabelledSubject,
    /// Its first minute.
    pub start: Minute,
    /// The minute after its last one; `None` while it goes on.
    pub end: Option<Minute>,
    /// Events a minute in it, where that is told.
    pub average: Option<f64>,
}

/// Effects that had to be told and were not, by time.
pub(super) fn missed(expected: &Expected<'_, '_>) -> Vec<Missed> {
    let missed = expected.effects.iter().filter(|effect| !effect.met).map(|judged| Missed {
        incident: judged.incident.id.clone(),
        kind: judged.incident.kind,
        incident_found: expected.is_found(judged.incident),
        account: judged.incident.account.clone(),
        region: judged.incident.region.clone(),
        effect: judged.effect.clone(),
    });
    let mut missed: Vec<Missed> = missed.collect();
    missed.sort_by(|a, b| {
        let order = |one: &Missed| (one.effect.start, one.effect.end);
        let names = (&a.incident, &a.effect.subject).cmp(&(&b.incident, &b.effect.subject));
        order(a).cmp(&order(b)).then(names)
    });
    missed
}

/// Insights about nothing, by time.
pub(super) fn wrong(matching: &Matching<'_>) -> Vec<WrongTold> {
    let wrong = matching.false_insights.iter().map(|told| WrongTold {
        account: told.series.account.clone(),
        region: told.series.region.clone(),
        subject: told.series.subject.clone(),
        start: told.start,
        end: told.end,
        average: told.average,
    });
    let mut wrong: Vec<WrongTold> = wrong.collect();
    // They come in the order of their series, which stays where times are the same.
    wrong.sort_by_key(|wrong| wrong.start);
    wrong
}
