//! Insights by incident.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use uuid::Uuid;

use crate::coverage::Span;
use crate::insight::{Insight, Severity};

/// Insights that share a cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incident {
    /// Its id.
    pub id: Uuid,
    /// Where its insights are in the list: the one that tells most of it first, the others by time.
    pub insights: Vec<usize>,
    /// From the first minute of the first to the end of the last.
    pub span: Span,
    /// That of the most severe.
    pub severity: Severity,
}

/// The incidents of insights, the most severe first; of those, what looks like an attack, then the
/// most events; then by time.
pub fn incidents(insights: &[Insight]) -> Vec<Incident> {
    let mut members: BTreeMap<Uuid, Vec<usize>> = BTreeMap::new();
    for (index, insight) in insights.iter().enumerate() {
        members.entry(insight.incident.incident).or_default().push(index);
    }
    let mut incidents: Vec<Incident> =
        members.into_iter().map(|(id, members)| incident(id, members, insights)).collect();
    incidents.sort_by_key(|incident| {
        let lead = incident.insights.first().map(|lead| &insights[*lead]);
        let attack = lead.is_some_and(|lead| lead.pattern.kind.is_attack());
        let events = lead.map(|lead| lead.whole.events);
        let urgency = Reverse((incident.severity, attack, events));
        (urgency, incident.span.start, incident.id)
    });
    incidents
}

fn incident(id: Uuid, mut members: Vec<usize>, insights: &[Insight]) -> Incident {
    members.sort_by_key(|index| {
        let insight = &insights[*index];
        (!insight.incident.leads, insight.span.start, *index)
    });
    let all = || members.iter().map(|index| &insights[*index]);
    let start = all().map(|insight| insight.span.start).min().unwrap_or_default();
    let end = all().map(|insight| insight.span.end).max().unwrap_or_default();
    let severity = all().map(|insight| insight.severity).max().unwrap_or(Severity::Low);
    Incident { id, span: Span { start, end }, severity, insights: members }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::insight::{assign_incidents, sample};

    #[test]
    fn the_most_urgent_is_first_and_the_lead_before_its_own() {
        let mut small = sample::burst();
        small.span = Span { start: small.span.start - 2, end: small.span.end };
        small.severity = Severity::Low;
        let mut elsewhere = sample::ongoing();
        elsewhere.account = "999999999999".to_owned();
        let mut insights = [small, sample::burst(), elsewhere];
        assign_incidents(&mut insights);
        let incidents = incidents(&insights);
        assert_eq!(incidents.len(), 2);
        assert_eq!(incidents[0].insights, [1, 0]);
        assert_eq!(incidents[0].severity, Severity::Critical);
        assert_eq!(incidents[0].span.start, insights[0].span.start);
        assert_eq!(incidents[1].insights, [2]);
    }
}
