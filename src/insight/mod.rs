//! Episodes -> insights: what was normal, what happened, and who did it.

mod assemble;
pub mod attribution;
mod familiarity;
mod fold;
mod incident;
mod logins;
mod min_ratio;
mod origin;
mod pattern;
pub mod record;
mod rollup;
pub(crate) mod rows;
#[cfg(test)]
pub(crate) mod sample;
mod severity;
mod subject_rules;
mod subjects;
pub mod traits;
mod variation;

use uuid::Uuid;

use crate::coverage::Span;
use crate::detect::{Direction, Evidence};
use crate::event::EventCategory;
use crate::minute::Minute;

pub use assemble::{
    FindError, Found, InsightOptions, find_insights, find_insights_among, find_insights_with,
};
pub(crate) use assemble::{attributes, examples};
pub use attribution::{Attribute, Attribution, Share, Stretches, Texts};
pub use incident::{Membership as IncidentMembership, assign_incidents};
pub use min_ratio::{BadMinRatio, MinRatio};
pub use origin::{Origin, Origins, Spread, find_origins};
pub use pattern::{PATTERNS, Pattern, PatternKind, PatternRow, lend_patterns};
pub use rollup::{RollUpSubject, roll_up_of};
pub use severity::Severity;
pub use subject_rules::{SubjectMatch, SubjectRules, SubjectSettings};
pub(crate) use subjects::min_count;
pub use subjects::subjects;
pub use traits::Traits;
pub use variation::AccountsVariation;

/// What an insight is about, in CloudTrail's own words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InsightType {
    /// Calls per minute of one API.
    ApiCallRate,
    /// Errors per minute of one API with one error code.
    ApiErrorRate,
    /// Errors per minute of one identity over all APIs and Regions.
    IdentityErrorRate,
    /// Denials and failed logins per minute of one source address over all identities.
    SourceIpErrorRate,
    /// Denials and failed logins per minute of an account over everything.
    AccountErrorRate,
    /// Calls per minute of one identity over all APIs and Regions.
    IdentityCallRate,
}

impl InsightType {
    /// Every type.
    pub const ALL: [Self; 6] = [
        Self::ApiCallRate,
        Self::ApiErrorRate,
        Self::IdentityErrorRate,
        Self::SourceIpErrorRate,
        Self::AccountErrorRate,
        Self::IdentityCallRate,
    ];

    /// The name in records: Amazon's own two, and ours in their manner.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ApiCallRate => "ApiCallRateInsight",
            Self::ApiErrorRate => "ApiErrorRateInsight",
            Self::IdentityErrorRate => "IdentityErrorRateInsight",
            Self::SourceIpErrorRate => "SourceIpErrorRateInsight",
            Self::AccountErrorRate => "AccountErrorRateInsight",
            Self::IdentityCallRate => "IdentityCallRateInsight",
        }
    }

    /// What it counts, for people.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::ApiCallRate => "call rate",
            Self::ApiErrorRate => "error rate",
            Self::IdentityErrorRate => "errors of an identity",
            Self::SourceIpErrorRate => "denials of an address",
            Self::AccountErrorRate => "denials of an account",
            Self::IdentityCallRate => "calls of an identity",
        }
    }

    /// Whether it counts over many APIs, which Amazon's types do not.
    #[must_use]
    pub const fn is_roll_up(self) -> bool {
        !matches!(self, Self::ApiCallRate | Self::ApiErrorRate)
    }

    /// Whether it counts calls, failed or not.
    #[must_use]
    pub const fn is_call_rate(self) -> bool {
        matches!(self, Self::ApiCallRate | Self::IdentityCallRate)
    }
}

/// Events in a stretch of minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// How many events.
    pub events: u64,
    /// In how many minutes; minutes without events count, minutes inside gaps do not.
    pub minutes: u32,
}

impl Rate {
    /// Events per minute, rounded to 10 decimals as CloudTrail rounds; 0 over no minutes.
    #[must_use]
    pub fn average(self) -> f64 {
        record::average(self.events, self.minutes)
    }
}

/// Counts around an insight, for a small picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context {
    /// First minute of the first step.
    pub start: Minute,
    /// Minutes per step.
    pub step: u32,
    /// Events per step.
    pub counts: Vec<u64>,
}

/// A period of unusual activity of one API, or of one of its error codes.
#[derive(Clone, Debug, PartialEq)]
pub struct Insight {
    /// The recipient account, 12 digits.
    pub account: String,
    /// The Region of its events; of a roll-up's, that of most of them.
    pub region: String,
    /// The service, `ec2.amazonaws.com`; `*` of a roll-up.
    pub event_source: String,
    /// The API, `DescribeInstances`; `*` of a roll-up.
    pub event_name: String,
    /// Whose calls or errors it counts.
    pub insight_type: InsightType,
    /// The identity or the source address that a roll-up is about.
    pub scope: Option<String>,
    /// The error code of an error-rate insight.
    pub error_code: Option<String>,
    /// Category of the events counted.
    pub category: EventCategory,
    /// First unusual minute, and the minute after the last one.
    pub span: Span,
    /// Whether it still went on when the logs ended: then there is no End.
    pub ongoing: bool,
    /// More than normal, or less.
    pub direction: Direction,
    /// The id that Start and End share.
    pub shared_event_id: Uuid,
    /// The id of the Start record.
    pub start_event_id: Uuid,
    /// The id of the End record.
    pub end_event_id: Uuid,
    /// From 00:00 UTC seven days before the Start's day, to the Start.
    pub baseline: Rate,
    /// The five minutes from the Start.
    pub onset: Rate,
    /// The whole period.
    pub whole: Rate,
    /// Who and what took part, one entry an attribute: identities, user agents, error codes (not
    /// where there is only one), source IPs, then of a roll-up the APIs.
    pub attributions: Vec<Attribution>,
    /// Where they came from, when databases of addresses were asked: see [`find_origins`].
    pub origins: Option<Origins>,
    /// The busiest minute of the period and its events.
    pub peak: (Minute, u64),
    /// The numbers that made it fire.
    pub evidence: Evidence,
    /// How urgent.
    pub severity: Severity,
    /// What its severity rests on, in a few words each.
    pub severity_reasons: Vec<String>,
    /// What it looks like.
    pub pattern: Pattern,
    /// What patterns are told by.
    pub traits: Traits,
    /// The incident it is of, alone or with others.
    pub incident: IncidentMembership,
    /// Minutes inside gaps of the logs that were left out of the baseline.
    pub gap_minutes: u32,
    /// Up to five ids of events of the period.
    pub example_event_ids: Vec<Uuid>,
    /// The hours around it.
    pub context: Context,
    /// Why it is hidden, where a rule hides it.
    pub suppressed: Option<String>,
}

impl Insight {
    /// Events per minute in the period, as a multiple of the baseline average; `None` when the
    /// baseline had no events.
    #[must_use]
    pub fn ratio(&self) -> Option<f64> {
        let baseline = self.baseline.average();
        (baseline > 0.0).then(|| self.whole.average() / baseline)
    }
}
