//! What an insight looks like to an analyst.

use super::attribution::{Attribute, Attribution};
use super::{Insight, InsightType};
use crate::detect::Direction;
use crate::event::error_family::ErrorFamily;

/// One caller makes an insight his own with this share of its events, in percent.
const ONE_CALLER_PERCENT: u64 = 80;

/// What an insight looks like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// A short name, such as `runaway script`.
    pub name: &'static str,
    /// One sentence that a person understands.
    pub why: String,
}

impl Pattern {
    /// No known pattern.
    #[must_use]
    pub fn unclear() -> Self {
        Self { name: "unclear", why: String::new() }
    }
}

/// So many APIs denied to one caller, or from one address, are a search for what is allowed.
const PROBED_APIS: usize = 5;

/// The pattern of an insight, by the first of these that fits: drop, permission probing, credential
/// stuffing, denied calls, throttling, runaway script, new activity.
pub fn pattern(insight: &Insight) -> Pattern {
    if let Some(apis) = attribution(insight, Attribute::Api) {
        return over_apis(insight, apis);
    }
    let family = insight.error_code.as_deref().map(ErrorFamily::of).or_else(|| refusals(insight));
    let who = who(insight);
    let events = insight.whole.events;
    let api = &insight.event_name;
    if insight.direction == Direction::Drop {
        let why = format!("{api} fell to almost nothing.");
        return Pattern { name: "drop", why };
    }
    match (family, insight.insight_type) {
        (Some(ErrorFamily::FailedLogin), _) => {
            let from = from_addresses(insight);
            let why = format!("{events} failed logins by {who}{from}.");
            Pattern { name: "credential stuffing", why }
        }
        (Some(ErrorFamily::Denied), _) => {
            let why = format!("{api} was denied to {who}, {events} times.");
            Pattern { name: "denied calls", why }
        }
        (Some(ErrorFamily::Throttled), _) => {
            let why = format!("{api} was throttled {events} times, called by {who}.");
            Pattern { name: "throttling", why }
        }
        (_, InsightType::ApiCallRate) if one_caller(insight) => {
            let share = top_percent(insight);
            let why = format!("{api} was called {events} times, {share}% of them by one identity.");
            Pattern { name: "runaway script", why }
        }
        _ if insight.baseline.events == 0 => {
            let why = format!("{api} was not seen in the baseline at all.");
            Pattern { name: "new activity", why }
        }
        _ => Pattern { name: "unclear", why: format!("{who} took part.") },
    }
}

/// The pattern of a roll-up.
fn over_apis(insight: &Insight, apis: &Attribution) -> Pattern {
    let events = insight.whole.events;
    let (who, from) = (who(insight), from_addresses(insight));
    let over = if apis.distinct == 1 {
        " on one API".to_owned()
    } else {
        format!(" on {} APIs ({} of them new to the baseline)", apis.distinct, apis.newcomers)
    };
    match refusals(insight) {
        _ if insight.direction == Direction::Drop => {
            Pattern { name: "drop", why: format!("Events of {who} fell to almost nothing.") }
        }
        Some(ErrorFamily::Denied) if apis.distinct >= PROBED_APIS => {
            let why = format!("{who} met {events} errors, denials mostly,{from}{over}.");
            Pattern { name: "permission probing", why }
        }
        Some(ErrorFamily::Denied) => {
            let why = format!("{who} met {events} errors, denials mostly,{from}{over}.");
            Pattern { name: "denied calls", why }
        }
        Some(ErrorFamily::FailedLogin) => {
            let why = format!("{events} failed logins by {who}{from}{over}.");
            Pattern { name: "credential stuffing", why }
        }
        _ if insight.insight_type == InsightType::IdentityCallRate => {
            let why = format!("{events} calls by {who}{from}{over}.");
            Pattern { name: "runaway script", why }
        }
        _ => Pattern { name: "unclear", why: format!("{events} errors of {who}{from}{over}.") },
    }
}

/// The family of refusals that most calls of a call-rate insight ended in, if most did.
fn refusals(insight: &Insight) -> Option<ErrorFamily> {
    let codes = attribution(insight, Attribute::ErrorCode)?;
    let first = codes.whole.first()?;
    let family = ErrorFamily::of(&first.value);
    (first.events * 2 > insight.whole.events && family.is_refusal()).then_some(family)
}

fn attribution(insight: &Insight, attribute: Attribute) -> Option<&Attribution> {
    insight.attributions.iter().find(|attribution| attribution.attribute == attribute)
}

fn one_caller(insight: &Insight) -> bool {
    top_percent(insight) >= ONE_CALLER_PERCENT
}

/// The share of the first identity, in whole percent.
fn top_percent(insight: &Insight) -> u64 {
    let identities = attribution(insight, Attribute::UserIdentityArn);
    let first = identities.and_then(|identities| identities.whole.first());
    first.map_or(0, |first| first.events * 100 / insight.whole.events.max(1))
}

/// `one identity, never seen here before` or `12 identities, 3 of them new`.
fn who(insight: &Insight) -> String {
    let Some(identities) = attribution(insight, Attribute::UserIdentityArn) else {
        return "unknown callers".to_owned();
    };
    match (identities.distinct, identities.newcomers) {
        (1, 0) => "one known identity".to_owned(),
        (1, _) => "one identity not seen here before".to_owned(),
        (many, 0) => format!("{many} known identities"),
        (many, new) => format!("{many} identities ({new} not seen here before)"),
    }
}

fn from_addresses(insight: &Insight) -> String {
    match attribution(insight, Attribute::SourceIpAddress).map_or(0, |ips| ips.distinct) {
        0 => String::new(),
        1 => " from one address".to_owned(),
        many => format!(" from {many} addresses"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::insight::sample;

    fn name(change: impl FnOnce(&mut Insight)) -> &'static str {
        let mut insight = sample::burst();
        change(&mut insight);
        pattern(&insight).name
    }

    #[test]
    fn patterns_are_told_apart() {
        assert_eq!(name(|_| ()), "runaway script");
        assert_eq!(name(|i| i.direction = Direction::Drop), "drop");
        assert_eq!(
            name(|i| i.error_code = Some("FailedAuthentication".into())),
            "credential stuffing"
        );
        assert_eq!(name(|i| i.error_code = Some("AccessDenied".into())), "denied calls");
        assert_eq!(name(|i| i.error_code = Some("SlowDown".into())), "throttling");
        let many = |i: &mut Insight| i.attributions[0].whole[0].events = 100;
        assert_eq!(name(many), "unclear");
        assert_eq!(
            name(|i| {
                many(i);
                i.baseline.events = 0;
            }),
            "new activity"
        );
        // Most calls of a call rate ended in one refusal.
        assert_eq!(
            name(|i| i.attributions[2].whole[0] = crate::insight::Share {
                value: "Client.UnauthorizedOperation".into(),
                events: 3_000
            }),
            "denied calls"
        );
    }

    #[test]
    fn the_sentence_says_who_is_new() {
        let mut insight = sample::burst();
        insight.error_code = Some("AccessDenied".into());
        assert_eq!(
            pattern(&insight).why,
            "RunInstances was denied to 2 identities (1 not seen here before), 3204 times."
        );
    }
}
