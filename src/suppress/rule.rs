//! What a rule hides.

use std::net::IpAddr;

use super::Network;
use crate::count::Globs;
use crate::insight::{Attribute, Insight};
use crate::minute::Minute;

/// What an insight must be for a rule to hide it. Nothing said of a dimension takes all of it.
#[derive(Clone, Debug, Default)]
pub struct Conditions {
    /// The recipient account.
    pub accounts: Option<Globs>,
    /// The Region; that of a roll-up is `*`.
    pub regions: Option<Globs>,
    /// The service; that of a roll-up is `*`.
    pub event_sources: Option<Globs>,
    /// The API; that of a roll-up is `*`.
    pub event_names: Option<Globs>,
    /// The error code counted, which only error rates of an API have.
    pub error_codes: Option<Globs>,
    /// The type, `ApiCallRateInsight`.
    pub insight_types: Option<Globs>,
    /// Who made at least half of the events.
    pub identities: Option<Globs>,
    /// With what at least half of the events were made.
    pub user_agents: Option<Globs>,
    /// Where at least half of the events came from.
    pub source_ips: Option<Vec<Network>>,
}

/// Why a rule is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadRule {
    /// It would hide everything.
    #[error(
        "a rule without any condition would hide everything; to see no insight of an account, name it"
    )]
    NoCondition,
    /// Nobody would know why it is there.
    #[error("reason is empty: say why this is hidden, for whoever reads it in a year")]
    NoReason,
}

/// Hides the insights that meet all of its conditions.
#[derive(Clone, Debug)]
pub struct Rule {
    conditions: Conditions,
    reason: String,
    expires: Option<Minute>,
}

impl Rule {
    /// Hides what meets all conditions and starts before `expires`.
    ///
    /// # Errors
    /// Without any condition, or reason.
    pub fn new(
        conditions: Conditions,
        reason: &str,
        expires: Option<Minute>,
    ) -> Result<Self, BadRule> {
        let reason = reason.trim().to_owned();
        if reason.is_empty() {
            return Err(BadRule::NoReason);
        }
        if conditions.is_empty() {
            return Err(BadRule::NoCondition);
        }
        Ok(Self { conditions, reason, expires })
    }

    /// Why it is there.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// The first minute in which it hides nothing any more.
    #[must_use]
    pub const fn expires(&self) -> Option<Minute> {
        self.expires
    }

    /// Whether the insight meets its conditions, expired or not.
    #[must_use]
    pub fn matches(&self, insight: &Insight) -> bool {
        self.conditions.met_by(insight)
    }

    /// Whether it had expired when the insight started.
    #[must_use]
    pub fn expired_at(&self, start: Minute) -> bool {
        self.expires.is_some_and(|expires| expires <= start)
    }
}

impl Conditions {
    fn is_empty(&self) -> bool {
        let Self { accounts, regions, event_sources, event_names, error_codes, .. } = self;
        let Self { insight_types, identities, user_agents, source_ips, .. } = self;
        let globs = [
            accounts,
            regions,
            event_sources,
            event_names,
            error_codes,
            insight_types,
            identities,
            user_agents,
        ];
        globs.iter().all(|globs| globs.is_none()) && source_ips.is_none()
    }

    fn met_by(&self, insight: &Insight) -> bool {
        let is = |globs: &Option<Globs>, value: &str| {
            globs.as_ref().is_none_or(|globs| globs.take(value))
        };
        let mostly = |globs: &Option<Globs>, attribute| {
            let takes = |globs: &Globs| half(insight, attribute, |value| globs.take(value));
            globs.as_ref().is_none_or(takes)
        };
        let region = if insight.insight_type.is_roll_up() { "*" } else { &insight.region };
        let has_code =
            |globs: &Globs| insight.error_code.as_ref().is_some_and(|code| globs.take(code));
        is(&self.accounts, &insight.account)
            && is(&self.regions, region)
            && is(&self.event_sources, &insight.event_source)
            && is(&self.event_names, &insight.event_name)
            && is(&self.insight_types, insight.insight_type.as_str())
            && self.error_codes.as_ref().is_none_or(has_code)
            && mostly(&self.identities, Attribute::UserIdentityArn)
            && mostly(&self.user_agents, Attribute::UserAgent)
            && self.source_ips.as_ref().is_none_or(|networks| {
                let inside = |ip: IpAddr| networks.iter().any(|network| network.contains(ip));
                half(insight, Attribute::SourceIpAddress, |value| value.parse().is_ok_and(inside))
            })
    }
}

/// Whether the values taken have at least half of the events of the period. Only the five that are
/// listed are known.
fn half(insight: &Insight, attribute: Attribute, takes: impl Fn(&str) -> bool) -> bool {
    let attribution = insight.attributions.iter().find(|has| has.attribute == attribute);
    let shares = attribution.into_iter().flat_map(|attribution| &attribution.whole);
    let events: u64 = shares.filter(|share| takes(&share.value)).map(|share| share.events).sum();
    // A drop may have no events, and nobody made half of none.
    events > 0 && events.saturating_mul(2) >= insight.whole.events
}
