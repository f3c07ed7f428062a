//! Insights that may belong to the one at hand.

use serde::Serialize;
use uuid::Uuid;

use super::{Breakdown, SubjectName, names};
use crate::coverage::Span;
use crate::event::HIDDEN_NAME;
use crate::insight::{Attribute, Insight, Severity};
use crate::minute::Minute;

/// Neighbours listed.
const LISTED: usize = 10;

/// Other insights of the same identity, or at the same time in the same account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Neighbours {
    /// Up to ten: those at the same time first, then by how far off they start.
    pub listed: Vec<Neighbour>,
    /// How many more there are.
    pub more: usize,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Neighbour {
    /// Its id.
    #[serde(rename = "sharedEventID", serialize_with = "names::id")]
    pub shared_event_id: Uuid,
    /// What it is about.
    pub subject: SubjectName,
    /// Its first minute.
    pub start: Minute,
    /// The minute after its last.
    pub end: Minute,
    /// How urgent it is.
    #[serde(serialize_with = "names::severity")]
    pub severity: Severity,
    /// Why it may belong here.
    pub because: Vec<Because>,
}

/// What two insights share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Because {
    /// The account and some of the minutes.
    SameMinutes,
    /// The identity with most events here is among the first of the other's.
    SameIdentity,
}

impl Neighbours {
    /// Of a period of an account, in which that took part, among all insights but itself.
    pub(crate) fn of(
        insights: &[Insight],
        itself: Option<Uuid>,
        account: &str,
        period: Span,
        breakdowns: &[Breakdown],
    ) -> Self {
        let identity = breakdowns
            .iter()
            .find(|breakdown| breakdown.attribute == Attribute::UserIdentityArn)
            .and_then(|identities| identities.values.first())
            .map(|first| first.value.as_str())
            .filter(|name| !name.is_empty() && *name != HIDDEN_NAME);
        let because = |other: &Insight| -> Vec<Because> {
            let overlaps =
                other.account == account && other.span.intersection(period).minutes() > 0;
            let shared = identity.is_some_and(|identity| has_identity(other, identity));
            [overlaps.then_some(Because::SameMinutes), shared.then_some(Because::SameIdentity)]
                .into_iter()
                .flatten()
                .collect()
        };
        let mut found: Vec<(&Insight, Vec<Because>)> = insights
            .iter()
            .filter(|other| Some(other.shared_event_id) != itself)
            .map(|other| (other, because(other)))
            .filter(|(_, because)| !because.is_empty())
            .collect();
        found.sort_by_key(|(other, because)| {
            let apart = other.span.start.get().abs_diff(period.start.get());
            (because[0], apart, other.span.start, other.shared_event_id)
        });
        let more = found.len().saturating_sub(LISTED);
        let listed = found.into_iter().take(LISTED).map(|(other, because)| Neighbour {
            shared_event_id: other.shared_event_id,
            subject: SubjectName::of(other),
            start: other.span.start,
            end: other.span.end,
            severity: other.severity,
            because,
        });
        Self { listed: listed.collect(), more }
    }
}

fn has_identity(insight: &Insight, identity: &str) -> bool {
    let mut attributions = insight.attributions.iter();
    let identities = attributions.find(|has| has.attribute == Attribute::UserIdentityArn);
    identities.is_some_and(|has| has.whole.iter().any(|share| share.value == identity))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain::BreakdownValue;
    use crate::insight::sample;

    fn by(identity: &str) -> [Breakdown; 1] {
        let value = BreakdownValue {
            value: identity.to_owned(),
            events: 1,
            average: 1.0,
            baseline_events: 0,
            baseline_average: 0.0,
            new: true,
        };
        let attribute = Attribute::UserIdentityArn;
        [Breakdown { attribute, distinct: 1, new: 1, values: vec![value] }]
    }

    fn because(identity: &str, change: impl FnOnce(&mut Insight)) -> Option<Vec<Because>> {
        let burst = sample::burst();
        let mut other = sample::burst();
        change(&mut other);
        let itself = Some(Uuid::nil());
        let of = Neighbours::of(&[other], itself, &burst.account, burst.span, &by(identity));
        of.listed.into_iter().next().map(|neighbour| neighbour.because)
    }

    #[test]
    fn minutes_or_identity_make_a_neighbour() {
        let admin = "arn:aws:sts::123456789012:assumed-role/Admin";
        let later = |other: &mut Insight| {
            other.span = Span { start: other.span.end, end: other.span.end + 5 };
        };
        let elsewhere = |other: &mut Insight| other.account = "999999999999".to_owned();
        let both = vec![Because::SameMinutes, Because::SameIdentity];
        assert_eq!(because(admin, |_| ()), Some(both));
        assert_eq!(because("somebody", |_| ()), Some(vec![Because::SameMinutes]));
        assert_eq!(because(admin, later), Some(vec![Because::SameIdentity]));
        assert_eq!(because("somebody", later), None);
        assert_eq!(because("somebody", elsewhere), None);
        assert_eq!(because("", later), None);
    }

    #[test]
    fn ten_are_listed_and_the_rest_counted() {
        let burst = sample::burst();
        let others = vec![sample::burst(); 14];
        let itself = Some(burst.shared_event_id);
        let of = |itself| Neighbours::of(&others, itself, &burst.account, burst.span, &by("x"));
        assert_eq!(of(itself), Neighbours::default());
        let all = of(None);
        assert_eq!((all.listed.len(), all.more), (10, 4));
    }
}
