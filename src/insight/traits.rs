//! What tells patterns apart and the counts of an insight do not: who made the rise, how it went
//! for them, how even their calls came, and whether the account knew them.
//!
//! The rise is what came beyond the expected: each identity and each kind of error is taken to
//! bring its share of the baseline's events in any case.

use std::collections::{BTreeMap, HashMap};

use super::attribution::Stretches;
use crate::count::{Dimension, MinuteCounts, OTHER_NAMES, Row};
use crate::coverage::Span;
use crate::event::{HIDDEN_NAME, error_family::ErrorFamily};
use crate::minute::Minute;

/// So many callers are looked at, those with the largest part of the rise.
const CULPRITS: usize = 2;

/// What patterns are told by.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Traits {
    /// Those with the largest part of the rise, the largest first, two at most.
    pub culprits: Vec<Culprit>,
    /// How the calls of the rise ended.
    pub outcome: Outcomes,
    /// Identities whose logins failed.
    pub names_tried: usize,
    /// Whether some of them do not exist.
    pub unknown_names: bool,
    /// How the culprits' calls came.
    pub pace: Pace,
    /// Minutes from the last deploy in the account and Region to the start; none unless it was in the
    /// 15 minutes before, where deploys are rare.
    pub deployed_before: Option<u32>,
    /// Console logins that succeeded in the period from addresses with a failed one, from which none
    /// had succeeded before; none unless names were guessed and the counts know logins that succeed.
    pub logins_succeeded: Option<u64>,
}

/// Shares of the rise, 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Outcomes {
    /// Ended in any error.
    pub failed: f64,
    /// Were denied.
    pub denied: f64,
    /// Were failed logins, credentials that have expired left out.
    pub failed_login: f64,
    /// Were throttled.
    pub throttled: f64,
}

/// How events are spread over the minutes of a period.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pace {
    /// Share of the minutes that have events, 0 to 1.
    pub active: f64,
    /// Standard deviation of the minutes' events ÷ their mean.
    pub variation: f64,
}

/// Somebody with a large part of the rise.
#[derive(Clone, Debug, PartialEq)]
pub struct Culprit {
    /// The identity.
    pub identity: String,
    /// The user agent of most of its events.
    pub user_agent: String,
    /// The source address of most of its events.
    pub source_ip: String,
    /// Its share of the rise, 0 to 1.
    pub share: f64,
    /// The share of its events that this agent sent, 0 to 1.
    pub agent_share: f64,
    /// Whether the account has known the identity for a day.
    pub known: bool,
    /// Whether the account has known it for a day with this agent.
    pub known_agent: bool,
    /// Whether the account has known it for a day at this address.
    pub known_address: bool,
    /// At how many addresses the account has known it for a day.
    pub addresses_before: usize,
}

/// What one identity did.
#[derive(Default)]
struct Doings {
    before: u64,
    during: u64,
    agents: BTreeMap<u32, u64>,
    addresses: BTreeMap<u32, u64>,
    failed_logins: u64,
}

impl Traits {
    /// Those of an insight made of these rows, which go back to its baseline. Whether the account
    /// knew the culprits is left open.
    #[must_use]
    pub fn of(rows: &[Row], stretches: Stretches, expected: f64, table: &MinuteCounts) -> Self {
        let Stretches { baseline, whole, .. } = stretches;
        let mut families: HashMap<u32, Family> = HashMap::new();
        let mut callers: BTreeMap<u32, Doings> = BTreeMap::new();
        let mut errors: HashMap<Family, [u64; 2]> = HashMap::new();
        let mut all = [0_u64; 2];
        for row in rows {
            let (before, during) = (baseline.contains(row.minute), whole.contains(row.minute));
            if !before && !during {
                continue;
            }
            let events = u64::from(row.events);
            let family = *families
                .entry(row.error)
                .or_insert_with(|| Family::of(table.name(Dimension::ErrorCode, row.error)));
            all[usize::from(during)] += events;
            errors.entry(family).or_default()[usize::from(during)] += events;
            let caller = callers.entry(row.identity).or_default();
            if before {
                caller.before += events;
                continue;
            }
            caller.during += events;
            *caller.agents.entry(row.user_agent).or_default() += events;
            *caller.addresses.entry(row.source_ip).or_default() += events;
            caller.failed_logins += if family == Family::FailedLogin { events } else { 0 };
        }
        let usual = Usual::new(all, expected, baseline, whole);
        let name = |id: &u32| table.name(Dimension::Identity, *id);
        let tried: Vec<&str> =
            callers.iter().filter(|(_, of)| of.failed_logins > 0).map(|(id, _)| name(id)).collect();
        let ids = culprits(&callers, usual);
        Self {
            outcome: Outcomes::of(&errors, usual),
            names_tried: tried.len(),
            unknown_names: tried.contains(&HIDDEN_NAME),
            pace: Pace::of(rows, whole, &ids),
            culprits: ids
                .iter()
                .filter_map(|id| callers.get(id).map(|of| culprit(*id, of, usual, table)))
                .collect(),
            deployed_before: None,
            logins_succeeded: None,
        }
    }

    /// The share of the rise that all culprits have, 0 to 1.
    #[must_use]
    pub fn culprits_share(&self) -> f64 {
        self.culprits.iter().map(|culprit| culprit.share).sum::<f64>().min(1.0)
    }
}

/// How a call ended, as far as it matters here.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Family {
    Success,
    Denied,
    FailedLogin,
    Throttled,
    Other,
}

impl Family {
    fn of(code: &str) -> Self {
        match ErrorFamily::of(code) {
            _ if code.is_empty() => Self::Success,
            ErrorFamily::Denied => Self::Denied,
            // Nobody guesses with credentials that were good.
            ErrorFamily::FailedLogin if code.to_ascii_lowercase().contains("expiredtoken") => {
                Self::Other
            }
            ErrorFamily::FailedLogin => Self::FailedLogin,
            ErrorFamily::Throttled => Self::Throttled,
            _ => Self::Other,
        }
    }
}

/// What the baseline makes of a part of the events.
#[derive(Clone, Copy)]
struct Usual {
    /// Events expected for each event of the baseline.
    each: f64,
    /// Events of the rise.
    rise: f64,
}

impl Usual {
    #[expect(clippy::cast_precision_loss, reason = "shares need no more than 52 bits")]
    fn new([before, during]: [u64; 2], expected: f64, baseline: Span, whole: Span) -> Self {
        let by_time = f64::from(whole.minutes()) / f64::from(baseline.minutes().max(1));
        let each = expected / before as f64;
        let each = if each.is_finite() { each } else { by_time };
        Self { each, rise: (during as f64 - each * before as f64).max(1.0) }
    }

    /// The share of the rise that a part of the events has.
    #[expect(clippy::cast_precision_loss, reason = "shares need no more than 52 bits")]
    fn share(self, before: u64, during: u64) -> f64 {
        ((during as f64 - self.each * before as f64) / self.rise).clamp(0.0, 1.0)
    }
}

impl Outcomes {
    fn of(errors: &HashMap<Family, [u64; 2]>, usual: Usual) -> Self {
        let share = |is_one: &dyn Fn(Family) -> bool| {
            let (before, during) = errors
                .iter()
                .filter(|(family, _)| is_one(**family))
                .fold((0, 0), |(before, during), (_, of)| (before + of[0], during + of[1]));
            usual.share(before, during)
        };
        Self {
            failed: share(&|family| family != Family::Success),
            denied: share(&|family| family == Family::Denied),
            failed_login: share(&|family| family == Family::FailedLogin),
            throttled: share(&|family| family == Family::Throttled),
        }
    }
}

impl Pace {
    /// The pace of some identities in a span.
    #[expect(clippy::cast_precision_loss, reason = "shares need no more than 52 bits")]
    fn of(rows: &[Row], span: Span, identities: &[u32]) -> Self {
        let mut minutes: BTreeMap<Minute, u64> = BTreeMap::new();
        for row in rows {
            if span.contains(row.minute) && identities.contains(&row.identity) {
                *minutes.entry(row.minute).or_default() += u64::from(row.events);
            }
        }
        let number = f64::from(span.minutes().max(1));
        let sum = |power: i32| minutes.values().map(|&n| (n as f64).powi(power)).sum::<f64>();
        let mean = sum(1) / number;
        let variance = (sum(2) / number - mean * mean).max(0.0);
        let variation = if mean > 0.0 { variance.sqrt() / mean } else { 0.0 };
        Self { active: minutes.len() as f64 / number, variation }
    }
}

/// Those with the largest parts of the rise, by id.
fn culprits(callers: &BTreeMap<u32, Doings>, usual: Usual) -> Vec<u32> {
    let share = |of: &Doings| usual.share(of.before, of.during);
    let mut by_share: Vec<(u32, f64)> =
        callers.iter().map(|(id, of)| (*id, share(of))).filter(|(_, share)| *share > 0.0).collect();
    by_share.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    by_share.into_iter().take(CULPRITS).map(|(id, _)| id).collect()
}

#[expect(clippy::cast_precision_loss, reason = "shares need no more than 52 bits")]
fn culprit(id: u32, of: &Doings, usual: Usual, table: &MinuteCounts) -> Culprit {
    let most = |sums: &BTreeMap<u32, u64>| {
        let most = sums.iter().max_by_key(|&(id, events)| (*events, std::cmp::Reverse(*id)));
        most.map_or((0, 0), |(id, events)| (*id, *events))
    };
    let (agent, by_agent) = most(&of.agents);
    let (address, _) = most(&of.addresses);
    let named = |dimension, id| table.name(dimension, id).to_owned();
    Culprit {
        identity: named(Dimension::Identity, id),
        user_agent: named(Dimension::UserAgent, agent),
        source_ip: named(Dimension::SourceIp, address),
        share: usual.share(of.before, of.during),
        agent_share: by_agent as f64 / of.during.max(1) as f64,
        known: true,
        known_agent: true,
        known_address: true,
        addresses_before: 1,
    }
}

impl Culprit {
    /// Whether it is one identity, rather than what stands for many.
    #[must_use]
    pub fn is_somebody(&self) -> bool {
        !matches!(self.identity.as_str(), "" | HIDDEN_NAME | OTHER_NAMES)
    }

    /// Whether it is a role.
    #[must_use]
    pub fn is_role(&self) -> bool {
        self.identity.contains(":assumed-role/") || self.identity.contains(":role/")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(counts: &[(u32, u32)]) -> Vec<Row> {
        let row = |&(minute, events)| Row {
            minute: Minute::new(minute),
            identity: 1,
            identity_type: 0,
            user_agent: 0,
            source_ip: 0,
            error: 0,
            events,
            example: crate::count::Example::None,
        };
        counts.iter().map(row).collect()
    }

    #[test]
    fn the_pace_is_that_of_the_culprits_in_the_span() {
        let span = Span { start: Minute::new(10), end: Minute::new(14) };
        let even = rows(&[(9, 50), (10, 3), (11, 1), (11, 2), (12, 3), (13, 3), (14, 50)]);
        assert_eq!(Pace::of(&even, span, &[1]), Pace { active: 1.0, variation: 0.0 });
        let burst = rows(&[(11, 12)]);
        let pace = Pace::of(&burst, span, &[1]);
        assert!((pace.active - 0.25).abs() < 1e-9, "{pace:?}");
        assert!((pace.variation - 3_f64.sqrt()).abs() < 1e-9, "{pace:?}");
        assert_eq!(Pace::of(&burst, span, &[2]), Pace::default());
    }

    #[test]
    fn shares_are_of_what_the_baseline_does_not_explain() {
        let span = |start, end| Span { start: Minute::new(start), end: Minute::new(end) };
        // 1,000 events before, 10 expected, 110 seen: 100 are the rise.
        let usual = Usual::new([1_000, 110], 10.0, span(0, 1_000), span(1_000, 1_010));
        assert!((usual.share(1_000, 30) - 0.2).abs() < 1e-9);
        assert!((usual.share(0, 80) - 0.8).abs() < 1e-9);
        assert!(usual.share(1_000, 5) < 1e-9);
        // Without an expectation time alone counts.
        let usual = Usual::new([1_000, 110], f64::NAN, span(0, 1_000), span(1_000, 1_010));
        assert!((usual.share(1_000, 110) - 1.0).abs() < 1e-9);
        // Nothing before, nothing expected.
        let usual = Usual::new([0, 50], 0.0, span(0, 1_000), span(1_000, 1_010));
        assert!((usual.share(0, 25) - 0.5).abs() < 1e-9);
    }

    #[test]
    fn expired_credentials_are_no_guess() {
        assert!(Family::of("ExpiredTokenException") == Family::Other);
        assert!(Family::of("FailedAuthentication") == Family::FailedLogin);
        assert!(Family::of("") == Family::Success);
        assert!(Family::of("SlowDown") == Family::Throttled);
        assert!(Family::of("Client.UnauthorizedOperation") == Family::Denied);
    }
}
