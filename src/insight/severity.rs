//! How urgent an insight is. The score is the sum of:
//!
//! | of | what | points | reason shown |
//! |---|---|--:|---|
//! | pattern | it looks like somebody means harm | 2 | the pattern |
//! | | else: callers were denied or could not log in, a fifth of the calls at least | 2 | `denied calls` |
//! | | a drop, a retry storm, or errors that only say `slow down` | −1 | none |
//! | surprise | a chance below 1 in 10^20 | 1 | `chance below 1 in 10^…` |
//! | size | at least 5, at least 50 times the expected count | 1, 2 | `… times the expected` |
//! | | at least 100, at least 1,000 events beyond the expected count | 1, 2 | `… more than expected` |
//! | breadth | at least 20 identities, or a roll-up over at least 20 APIs | 1 | `28 identities`, `90 APIs` |
//! | caller | most identities, or most addresses, were not seen on this API (or error, or roll-up) in the baseline | 1 | `identity new to this API`, `addresses new to this error` |
//!
//! 6 and more are critical, 4 and 5 high, 2 and 3 medium, the rest low. While the history is too
//! short to know the subject, nothing is more than medium.

use super::attribution::Attribute;
use super::{Insight, InsightType, PatternKind};
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

/// A part of the score, and the words for it; none for what lowers it.
struct Points(i32, Option<String>);

/// The severity of an insight, and what it rests on; see the table above.
pub fn severity(insight: &Insight) -> (Severity, Vec<String>) {
    let parts: Vec<Points> = [pattern(insight), surprise(insight), ratio(insight), excess(insight)]
        .into_iter()
        .chain([breadth(insight), new_callers(insight)])
        .flatten()
        .collect();
    let severity = match parts.iter().map(|part| part.0).sum::<i32>() {
        ..=1 => Severity::Low,
        2..=3 => Severity::Medium,
        4..=5 => Severity::High,
        _ => Severity::Critical,
    };
    let mut reasons: Vec<String> = parts.into_iter().filter_map(|part| part.1).collect();
    if insight.evidence.learning {
        reasons.push("at most medium while learning".to_owned());
        return (severity.min(Severity::Medium), reasons);
    }
    (severity, reasons)
}

fn pattern(insight: &Insight) -> Option<Points> {
    let kind = insight.pattern.kind;
    let calms = insight.direction == Direction::Drop
        || kind == PatternKind::RetryStorm
        || is_throttling(insight);
    if kind.is_attack() {
        Some(Points(2, Some(kind.name().to_owned())))
    } else if calms {
        Some(Points(-1, None))
    } else {
        (refused_share(insight) >= 0.2).then(|| Points(2, Some("denied calls".to_owned())))
    }
}

fn surprise(insight: &Insight) -> Option<Points> {
    let surprise = insight.evidence.surprise;
    let words = || {
        if surprise.is_finite() && surprise < 1e6 {
            format!("chance below 1 in 10^{}", surprise.floor())
        } else {
            "practically no chance".to_owned()
        }
    };
    (surprise >= 20.0).then(|| Points(1, Some(words())))
}

/// Events seen and expected.
#[expect(clippy::cast_precision_loss, reason = "thresholds need no more than 52 bits")]
fn counts(insight: &Insight) -> (f64, f64) {
    (insight.whole.events as f64, insight.evidence.expected_in_span.max(1.0))
}

fn ratio(insight: &Insight) -> Option<Points> {
    let (events, expected) = counts(insight);
    let ratio = (events / expected).floor();
    steps(ratio, [5.0, 50.0])
        .map(|points| Points(points, Some(format!("{ratio} times the expected"))))
}

fn excess(insight: &Insight) -> Option<Points> {
    let (events, expected) = counts(insight);
    let excess = (events - expected).floor();
    steps(excess, [100.0, 1_000.0])
        .map(|points| Points(points, Some(format!("{excess} more than expected"))))
}

/// How many of the bounds a value reaches, if any.
fn steps(value: f64, bounds: [f64; 2]) -> Option<i32> {
    let steps = bounds.iter().map(|bound| i32::from(value >= *bound)).sum();
    (steps > 0).then_some(steps)
}

fn breadth(insight: &Insight) -> Option<Points> {
    /// So many take more than a loop.
    const MANY: usize = 20;
    let broad = |attribute, words: &str| {
        let has = insight.attributions.iter().find(|by| by.attribute == attribute)?;
        (has.distinct >= MANY).then(|| Points(1, Some(format!("{} {words}", has.distinct))))
    };
    broad(Attribute::UserIdentityArn, "identities").or_else(|| broad(Attribute::Api, "APIs"))
}

/// Whether the baseline had not most of the identities, or most of the addresses.
fn new_callers(insight: &Insight) -> Option<Points> {
    let here = match insight.insight_type {
        InsightType::ApiCallRate => "new to this API",
        InsightType::ApiErrorRate => "new to this error",
        InsightType::IdentityCallRate => "new to these calls",
        InsightType::IdentityErrorRate => "new to these errors",
        InsightType::SourceIpErrorRate | InsightType::AccountErrorRate => "new to these denials",
    };
    let new = |attribute, [one, many]: [&str; 2]| {
        let has = insight.attributions.iter().find(|by| by.attribute == attribute)?;
        let words = if has.distinct == 1 { one } else { many };
        (has.newcomers * 2 > has.distinct).then(|| Points(1, Some(format!("{words} {here}"))))
    };
    new(Attribute::UserIdentityArn, ["identity", "identities"])
        .or_else(|| new(Attribute::SourceIpAddress, ["address", "addresses"]))
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

fn is_throttling(insight: &Insight) -> bool {
    insight.insight_type == InsightType::ApiErrorRate
        && insight.error_code.as_deref().map(ErrorFamily::of) == Some(ErrorFamily::Throttled)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::insight::sample;

    /// Severity and reasons of an insight that nothing speaks for but the change.
    fn of(change: impl FnOnce(&mut Insight)) -> (Severity, String) {
        let mut insight = sample::burst();
        insight.whole.events = 10;
        insight.evidence.expected_in_span = 10.0;
        insight.evidence.surprise = 5.0;
        insight.attributions.iter_mut().for_each(|by| by.newcomers = 0);
        change(&mut insight);
        let (severity, reasons) = severity(&insight);
        (severity, reasons.join(", "))
    }

    #[test]
    fn more_urgent_things_score_higher() {
        let mut burst = sample::burst();
        // 3,204 events where 16 were expected, all from an address not seen before.
        assert_eq!(severity(&burst).0, Severity::Critical);
        burst.attributions[0].newcomers = 0;
        burst.attributions[3].newcomers = 0;
        assert_eq!(severity(&burst).0, Severity::High);
        burst.pattern.kind = PatternKind::BruteForce;
        assert_eq!(severity(&burst).0, Severity::Critical);
        burst.pattern.kind = PatternKind::RetryStorm;
        assert_eq!(severity(&burst).0, Severity::High);
        burst.whole.events = 40;
        assert_eq!(severity(&burst).0, Severity::Low);
    }

    #[test]
    fn every_reason_is_shown() {
        assert_eq!(of(|_| ()), (Severity::Low, String::new()));
        let attack = of(|i| i.pattern.kind = PatternKind::LeakedKey);
        assert_eq!(attack, (Severity::Medium, "leaked key".to_owned()));
        let denied = of(|i| i.error_code = Some("AccessDenied".to_owned()));
        assert_eq!(denied, (Severity::Medium, "denied calls".to_owned()));
        assert_eq!(of(|i| i.evidence.surprise = 20.9).1, "chance below 1 in 10^20");
        assert_eq!(of(|i| i.evidence.surprise = f64::INFINITY).1, "practically no chance");
        assert_eq!(of(|i| i.whole.events = 75).1, "7 times the expected");
        let ten_times = of(|i| i.whole.events = 500);
        assert_eq!(ten_times.0, Severity::Medium);
        assert_eq!(ten_times.1, "50 times the expected, 490 more than expected");
        assert_eq!(of(|i| i.attributions[0].distinct = 20).1, "20 identities");
        assert_eq!(of(|i| i.attributions[0].newcomers = 2).1, "identities new to this API");
        assert_eq!(of(|i| i.attributions[3].newcomers = 1).1, "address new to this API");
        let of_errors = of(|i| {
            i.insight_type = InsightType::ApiErrorRate;
            i.attributions[3].newcomers = 1;
        });
        assert_eq!(of_errors.1, "address new to this error");
    }

    #[test]
    fn a_call_for_less_haste_is_less_urgent() {
        let three = |change: fn(&mut Insight)| {
            let severity = of(|i| {
                i.whole.events = 500;
                change(i);
            });
            severity.0
        };
        assert_eq!(three(|_| ()), Severity::Medium);
        assert_eq!(three(|i| i.evidence.surprise = 30.0), Severity::High);
        let throttled = three(|i| {
            i.evidence.surprise = 30.0;
            i.insight_type = InsightType::ApiErrorRate;
            i.error_code = Some("ThrottlingException".to_owned());
        });
        assert_eq!(throttled, Severity::Medium);
    }

    #[test]
    fn while_learning_nothing_is_more_than_medium() {
        let (severity, reasons) = of(|i| {
            i.whole.events = 50_000;
            i.pattern.kind = PatternKind::LeakedKey;
            i.evidence.learning = true;
        });
        assert_eq!(severity, Severity::Medium);
        assert!(reasons.ends_with("at most medium while learning"), "{reasons}");
    }
}
