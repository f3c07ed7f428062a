//! How urgent an insight is. The score is the sum of:
//!
//! | what | points |
//! |---|--:|
//! | callers were denied or could not log in (a fifth of the calls at least) | 2 |
//! | most identities, or most addresses, were not seen on this API in the baseline | 1 |
//! | at least 5, at least 50 times the expected count | 1, 2 |
//! | at least 100, at least 1,000 events beyond the expected count | 1, 2 |
//! | a drop, or errors that only say `slow down` | −1 |
//!
//! 5 and more are critical, 4 high, 2 and 3 medium, the rest low. While the history is too short to
//! know the subject, nothing is more than medium.

use super::attribution::Attribute;
use super::{Insight, InsightType};
use crate::detect::Direction;
use crate::event::error_family::ErrorFamily;

/// How urgent an insight is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth a look some time.
    Low,
    /// Worth a look today.
    Medium,
    /// Worth a look now.
    High,
    /// Worth waking somebody.
    Critical,
}

impl Severity {
    /// Every severity, the least urgent first.
    pub const ALL: [Self; 4] = [Self::Low, Self::Medium, Self::High, Self::Critical];

    /// The name in flags and records, in lower case.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// The severity of an insight; see the table above.
#[expect(clippy::cast_precision_loss, reason = "thresholds need no more than 52 bits")]
pub fn severity(insight: &Insight) -> Severity {
    let events = insight.whole.events as f64;
    let expected = insight.evidence.expected_in_span.max(1.0);
    let steps = |value: f64, bounds: [f64; 2]| -> i32 {
        bounds.iter().map(|bound| i32::from(value >= *bound)).sum()
    };
    let mut score =
        steps(events / expected, [5.0, 50.0]) + steps(events - expected, [100.0, 1_000.0]);
    score += 2 * i32::from(refused_share(insight) >= 0.2);
    score += i32::from(by_newcomers(insight));
    score -= i32::from(insight.direction == Direction::Drop || is_throttling(insight));
    let severity = match score {
        ..=1 => Severity::Low,
        2..=3 => Severity::Medium,
        4 => Severity::High,
        _ => Severity::Critical,
    };
    if insight.evidence.learning { severity.min(Severity::Medium) } else { severity }
}

/// The share of events in which the caller was turned away.
#[expect(clippy::cast_precision_loss, reason = "a share needs no more than 52 bits")]
fn refused_share(insight: &Insight) -> f64 {
    if let Some(code) = &insight.error_code {
        return f64::from(u8::from(ErrorFamily::of(code).is_refusal()));
    }
    let codes = insight.attributions.iter().find(|by| by.attribute == Attribute::ErrorCode);
    let refused: u64 = codes
        .into_iter()
        .flat_map(|codes| &codes.whole)
        .filter(|share| ErrorFamily::of(&share.value).is_refusal())
        .map(|share| share.events)
        .sum();
    refused as f64 / insight.whole.events.max(1) as f64
}

/// Whether the baseline had not most of the identities, or most of the addresses.
fn by_newcomers(insight: &Insight) -> bool {
    insight.attributions.iter().any(|by| {
        matches!(by.attribute, Attribute::UserIdentityArn | Attribute::SourceIpAddress)
            && by.newcomers * 2 > by.distinct
    })
}

fn is_throttling(insight: &Insight) -> bool {
    insight.insight_type == InsightType::ApiErrorRate
        && insight.error_code.as_deref().map(ErrorFamily::of) == Some(ErrorFamily::Throttled)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::insight::sample;

    #[test]
    fn more_urgent_things_score_higher() {
        let burst = sample::burst();
        // 3,204 events where 16 were expected, all from an address not seen before.
        assert_eq!(severity(&burst), Severity::Critical);
        let mut burst = burst;
        burst.attributions[3].newcomers = 0;
        assert_eq!(severity(&burst), Severity::High);
        let mut denied = burst.clone();
        denied.insight_type = InsightType::ApiErrorRate;
        denied.error_code = Some("AccessDenied".to_owned());
        assert_eq!(severity(&denied), Severity::Critical);
        denied.error_code = Some("ThrottlingException".to_owned());
        assert_eq!(severity(&denied), Severity::Medium);
        let mut small = burst;
        small.whole.events = 40;
        assert_eq!(severity(&small), Severity::Low);
    }

    #[test]
    fn while_learning_nothing_is_more_than_medium() {
        let mut burst = sample::burst();
        burst.evidence.learning = true;
        assert_eq!(severity(&burst), Severity::Medium);
    }
}
