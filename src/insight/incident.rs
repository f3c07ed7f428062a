//! Insights that share a cause are one incident.
//!
//! Two insights belong together when their times meet (at most [`NEAR`] minutes apart) and they
//! share one of these, directly or by way of others:
//!
//! | what they share | where |
//! |---|---|
//! | the API | in one account and Region |
//! | an identity that made half of the events of each, or that a roll-up is about | in one account |
//! | an identity that one is a roll-up about, and that made a fifth of the rise of the other | in one account |
//! | a source address that sent half of the events of each, or that a roll-up is about | in one account; a public address everywhere |
//!
//! Names that stand for many (what CloudTrail hides, `(other)`) are no cause, nor are services but in
//! the third row. What goes on for [`LASTS`] is a state rather than a deed: of an identity or address,
//! only what begins until then has to do with it.

use std::collections::HashMap;
use std::net::IpAddr;

use uuid::Uuid;

use super::record::NAMESPACE;
use super::{Attribute, Insight, InsightType};
use crate::count::OTHER_NAMES;
use crate::minute::{HOUR, Minute};

/// Minutes between insights of one incident.
const NEAR: u32 = 10;
/// Minutes after which what an identity or an address does has nothing to do with what it still does.
const LASTS: u32 = 12 * HOUR;
/// The share of a rise that makes somebody's roll-up be about it too.
const TOOK_PART: f64 = 0.2;

/// An insight's place in its incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The incident's id: it depends on the first of its insights alone, and so stays when others
    /// join.
    pub incident: Uuid,
    /// Whether this is the insight that tells most of it: of the most severe the one with the most
    /// events, the earliest of several.
    pub leads: bool,
    /// How many insights the incident has.
    pub insights: usize,
}

impl Membership {
    /// Of an incident with no other insights.
    #[must_use]
    pub fn alone(shared_event_id: Uuid) -> Self {
        Self { incident: id(shared_event_id), leads: true, insights: 1 }
    }
}

/// What insights may have in common.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Cause<'a> {
    Api { account: &'a str, region: &'a str, event_source: &'a str, event_name: &'a str },
    Account(&'a str),
    Identity(&'a str, &'a str),
    Address { account: Option<&'a str>, address: &'a str },
}

/// Tells each insight, in the order of [`super::Found::insights`], which incident it is of.
pub fn assign_incidents(insights: &mut [Insight]) {
    let groups = groups(insights);
    let memberships: Vec<Vec<(usize, Membership)>> = groups
        .into_values()
        .map(|members| {
            let incident =
                members.first().map_or(Uuid::nil(), |first| id(insights[*first].shared_event_id));
            let urgency = |index: &usize| {
                let insight = &insights[*index];
                (insight.severity, insight.whole.events, std::cmp::Reverse(*index))
            };
            let leading = members.iter().copied().max_by_key(urgency);
            let number = members.len();
            let membership = |index| {
                let leads = Some(index) == leading;
                (index, Membership { incident, leads, insights: number })
            };
            members.into_iter().map(membership).collect()
        })
        .collect();
    for (index, membership) in memberships.into_iter().flatten() {
        insights[index].incident = membership;
    }
}

/// The id of the incident whose first insight has that id.
fn id(first: Uuid) -> Uuid {
    Uuid::new_v5(&NAMESPACE, format!("incident {first}").as_bytes())
}

/// The insights of each incident, in order, by the place of the first.
fn groups(insights: &[Insight]) -> HashMap<usize, Vec<usize>> {
    let mut parents: Vec<usize> = (0..insights.len()).collect();
    // The last end of an insight with that cause, and one of its incident.
    let mut open: HashMap<Cause<'_>, (Minute, usize)> = HashMap::new();
    for (index, insight) in insights.iter().enumerate() {
        for cause in causes(insight) {
            let until = until(insight, cause);
            let (end, of) = open.entry(cause).or_insert((until, index));
            if insight.span.start <= *end + NEAR {
                join(&mut parents, index, *of);
                *end = (*end).max(until);
            } else {
                (*end, *of) = (until, index);
            }
        }
    }
    join_roll_ups(insights, &mut parents);
    let mut groups: HashMap<usize, Vec<usize>> = HashMap::new();
    for index in 0..insights.len() {
        let first = root(&parents, index);
        groups.entry(first).or_default().push(index);
    }
    groups
}

/// Joins what an identity took part in to what is about it.
fn join_roll_ups(insights: &[Insight], parents: &mut [usize]) {
    let mut about: HashMap<Cause<'_>, Vec<usize>> = HashMap::new();
    for (index, insight) in insights.iter().enumerate() {
        if let Some(cause) = about_identity(insight) {
            about.entry(cause).or_default().push(index);
        }
    }
    for (index, insight) in insights.iter().enumerate() {
        let culprits = insight.traits.culprits.iter();
        for culprit in culprits.filter(|of| of.share >= TOOK_PART && of.is_somebody()) {
            let cause = Cause::Identity(&insight.account, &culprit.identity);
            let meets = |other: &&usize| {
                let other = &insights[**other];
                insight.span.start <= until(other, cause) + NEAR
                    && other.span.start <= until(insight, cause) + NEAR
            };
            for other in about.get(&cause).into_iter().flatten().filter(meets) {
                join(parents, index, *other);
            }
        }
    }
}

/// Until when an insight has to do with what else has that cause.
fn until(insight: &Insight, cause: Cause<'_>) -> Minute {
    match cause {
        Cause::Api { .. } | Cause::Account(_) => insight.span.end,
        Cause::Identity(..) | Cause::Address { .. } => {
            insight.span.end.min(insight.span.start + LASTS)
        }
    }
}

fn root(parents: &[usize], mut index: usize) -> usize {
    while parents[index] != index {
        index = parents[index];
    }
    index
}

/// The earliest of both stands for both.
fn join(parents: &mut [usize], a: usize, b: usize) {
    let (a, b) = (root(parents, a), root(parents, b));
    parents[a.max(b)] = a.min(b);
}

/// The identity that a roll-up is about.
fn about_identity(insight: &Insight) -> Option<Cause<'_>> {
    let is_about = matches!(
        insight.insight_type,
        InsightType::IdentityErrorRate | InsightType::IdentityCallRate
    );
    let identity = insight.scope.as_deref().filter(|_| is_about);
    identity.map(|identity| Cause::Identity(&insight.account, identity))
}

fn causes(insight: &Insight) -> impl Iterator<Item = Cause<'_>> {
    let account = insight.account.as_str();
    let scope = insight.scope.as_deref();
    let (of_identity, of_address) = match insight.insight_type {
        InsightType::IdentityErrorRate | InsightType::IdentityCallRate => (scope, None),
        InsightType::SourceIpErrorRate => (None, scope),
        _ => (None, None),
    };
    let identity = of_identity.or_else(|| main(insight, Attribute::UserIdentityArn));
    let address = of_address.or_else(|| main(insight, Attribute::SourceIpAddress));
    let identity = identity.filter(|identity| identity.starts_with("arn:"));
    let address = address.and_then(|address| Some((address, address.parse::<IpAddr>().ok()?)));
    let subject = match insight.insight_type {
        InsightType::ApiCallRate | InsightType::ApiErrorRate => Some(Cause::Api {
            account,
            region: &insight.region,
            event_source: &insight.event_source,
            event_name: &insight.event_name,
        }),
        InsightType::AccountErrorRate => Some(Cause::Account(account)),
        _ => None,
    };
    let identity = identity.map(|identity| Cause::Identity(account, identity));
    let address = address.map(|(address, ip)| Cause::Address {
        account: (!is_public(ip)).then_some(account),
        address,
    });
    [subject, identity, address].into_iter().flatten()
}

/// The value with at least half of the events.
fn main(insight: &Insight, attribute: Attribute) -> Option<&str> {
    let attribution = insight.attributions.iter().find(|has| has.attribute == attribute)?;
    let first = attribution.whole.first()?;
    let is_main = first.events * 2 >= insight.whole.events && first.value != OTHER_NAMES;
    is_main.then_some(first.value.as_str())
}

/// Whether an address means the same wherever it is seen.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => !(v4.is_private() || v4.is_loopback() || v4.is_link_local()),
        IpAddr::V6(v6) => !(v6.is_unique_local() || v6.is_loopback() || v6.is_unicast_link_local()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coverage::Span;
    use crate::insight::{Severity, sample};

    /// Insights that share nothing, by account.
    fn strangers(number: u32) -> Vec<Insight> {
        let insights = (0..number).map(|index| {
            let mut insight = sample::burst();
            insight.account = format!("{index:012}");
            insight.shared_event_id = Uuid::from_u128(index.into());
            insight.attributions.clear();
            insight
        });
        insights.collect()
    }

    fn sizes(insights: &mut [Insight]) -> Vec<usize> {
        assign_incidents(insights);
        insights.iter().map(|insight| insight.incident.insights).collect()
    }

    #[test]
    fn what_shares_nothing_stays_alone() {
        let mut insights = strangers(3);
        assert_eq!(sizes(&mut insights), [1, 1, 1]);
        assert!(insights.iter().all(|insight| insight.incident.leads));
        assert_ne!(insights[0].incident.incident, insights[1].incident.incident);
    }

    #[test]
    fn an_address_joins_accounts_and_an_identity_apis() {
        let mut insights = strangers(4);
        let from = sample::burst().attributions[3].clone();
        insights[0].attributions.push(from.clone());
        insights[2].attributions.push(from);
        insights[1].account = "000000000002".to_owned();
        let who = sample::burst().attributions[0].clone();
        for index in [1, 2] {
            insights[index].event_name = index.to_string();
            insights[index].attributions.push(who.clone());
        }
        assert_eq!(sizes(&mut insights), [3, 3, 3, 1]);
        let first = insights[0].incident.incident;
        assert!(insights[..3].iter().all(|insight| insight.incident.incident == first));
    }

    #[test]
    fn the_most_severe_leads_and_time_parts() {
        let mut insights = vec![sample::burst(), sample::burst(), sample::burst()];
        insights[0].severity = Severity::Medium;
        insights[1].span.start = insights[0].span.end + NEAR;
        insights[1].span.end = insights[1].span.start + 5;
        insights[2].span.start = insights[1].span.end + NEAR + 1;
        insights[2].span.end = insights[2].span.start + 5;
        assert_eq!(sizes(&mut insights), [2, 2, 1]);
        assert!(!insights[0].incident.leads && insights[1].incident.leads);
    }

    #[test]
    fn a_roll_up_is_of_what_its_identity_took_part_in() {
        let ours = |share: f64, late: u32| {
            let mut insights = strangers(2);
            insights[1].account = insights[0].account.clone();
            insights[1].insight_type = InsightType::IdentityCallRate;
            insights[1].scope = Some(insights[0].traits.culprits[0].identity.clone());
            insights[1].traits.culprits.clear();
            insights[0].traits.culprits[0].share = share;
            let span = insights[0].span;
            insights[1].span = Span { start: span.end + late, end: span.end + late + 5 };
            sizes(&mut insights)
        };
        assert_eq!(ours(0.3, NEAR), [2, 2]);
        assert_eq!(ours(0.3, NEAR + 1), [1, 1]);
        assert_eq!(ours(0.1, 0), [1, 1]);
    }

    #[test]
    fn what_goes_on_for_half_a_day_joins_no_more() {
        let two = |late: u32| {
            let mut insights = vec![sample::burst(), sample::burst()];
            insights[1].event_name = "DescribeVolumes".to_owned();
            insights[0].span.end = insights[0].span.start + 2 * LASTS;
            insights[1].span.start = insights[0].span.start + late;
            insights[1].span.end = insights[1].span.start + 5;
            sizes(&mut insights)
        };
        assert_eq!(two(LASTS + NEAR), [2, 2]);
        assert_eq!(two(LASTS + NEAR + 1), [1, 1]);
    }

    #[test]
    fn private_addresses_join_one_account_only() {
        let mut insights = strangers(2);
        let mut from = sample::burst().attributions[3].clone();
        from.whole[0].value = "10.0.0.9".to_owned();
        for insight in &mut insights {
            insight.attributions.push(from.clone());
        }
        assert_eq!(sizes(&mut insights), [1, 1]);
    }
}
