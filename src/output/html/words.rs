//! What happened, when, where and by whom, in a sentence.

use crate::count::OTHER_NAMES;
use crate::coverage::Span;
use crate::detect::Direction;
use crate::event::HIDDEN_NAME;
use crate::insight::{Attribute, Attribution, Insight, InsightType};
use crate::minute::Minute;
use crate::output::numbers::{amount, count, counted, duration};

/// Who, and what he did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Headline {
    /// `user alice`
    pub who: String,
    /// `called secretsmanager GetSecretValue 612 times`
    pub did: String,
}

/// The code that stands for console logins that failed.
const FAILED_LOGIN: &str = "FailedAuthentication";

impl Headline {
    pub fn of(insight: &Insight) -> Self {
        let api = || format!("{} {}", service(&insight.event_source), insight.event_name);
        let events = insight.whole.events;
        let scope = insight.scope.as_deref().unwrap_or_default();
        if insight.direction == Direction::Drop {
            let who = if insight.insight_type.is_roll_up() { short(scope) } else { api() };
            let expected = amount(insight.evidence.expected_in_span);
            let did = format!("fell silent: {} where {expected} were expected", count(events));
            return Self { who, did };
        }
        let (who, did) = match insight.insight_type {
            InsightType::ApiCallRate if insight.event_name == "ConsoleLogin" => {
                (who(insight), format!("tried to log in {}", times(events)))
            }
            InsightType::ApiCallRate => {
                (who(insight), format!("called {} {}", api(), times(events)))
            }
            InsightType::ApiErrorRate => {
                let code = insight.error_code.as_deref().unwrap_or_default();
                let did = if code == FAILED_LOGIN {
                    format!("failed to log in {}", times(events))
                } else {
                    format!("got {code} from {} {}", api(), times(events))
                };
                (who(insight), did)
            }
            InsightType::IdentityErrorRate => {
                (short(scope), format!("got {} on {}", counted(events, "error"), apis(insight)))
            }
            InsightType::IdentityCallRate => {
                (short(scope), format!("made {} on {}", counted(events, "call"), apis(insight)))
            }
            InsightType::SourceIpErrorRate => {
                let on = apis(insight);
                (short(scope), format!("was turned away {}, on {on}", times(events)))
            }
            InsightType::AccountErrorRate => {
                let on = apis(insight);
                (who(insight), format!("were turned away {}, on {on}", times(events)))
            }
        };
        Self { who, did }
    }

    pub fn sentence(&self) -> String {
        format!("{} {}", self.who, self.did)
    }
}

/// What is counted, one of it.
pub(super) const fn unit(insight_type: InsightType) -> &'static str {
    match insight_type {
        InsightType::ApiCallRate | InsightType::IdentityCallRate => "call",
        InsightType::ApiErrorRate | InsightType::IdentityErrorRate => "error",
        InsightType::SourceIpErrorRate | InsightType::AccountErrorRate => "denial",
    }
}

fn times(events: u64) -> String {
    match events {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        many => format!("{} times", count(many)),
    }
}

fn apis(insight: &Insight) -> String {
    let distinct = attribution(insight, Attribute::Api).map_or(0, |apis| apis.distinct);
    counted(distinct as u64, "API")
}

/// Who made at least half of the events, else how many they were.
fn who(insight: &Insight) -> String {
    let Some(identities) = attribution(insight, Attribute::UserIdentityArn) else {
        return "Somebody".to_owned();
    };
    let known = |value: &str| !["", HIDDEN_NAME, OTHER_NAMES].contains(&value);
    let most = identities.whole.first().filter(|first| first.events * 2 >= insight.whole.events);
    match (most, identities.distinct as u64) {
        (Some(most), 0 | 1) if known(&most.value) => short(&most.value),
        (Some(most), distinct) if known(&most.value) => {
            format!("{} and {}", short(&most.value), counted(distinct - 1, "other"))
        }
        (Some(_), _) | (None, 0) => match address(insight) {
            Some(address) => format!("Somebody at {address}"),
            None => "Somebody".to_owned(),
        },
        (None, 1) => "Somebody".to_owned(),
        (None, distinct) if insight.event_name == "ConsoleLogin" => {
            format!("{} users", count(distinct))
        }
        (None, distinct) => format!("{} identities", count(distinct)),
    }
}

/// The address that at least half of the events came from.
pub(super) fn address(insight: &Insight) -> Option<&str> {
    let addresses = attribution(insight, Attribute::SourceIpAddress)?;
    let first = addresses.whole.first()?;
    let most = first.events * 2 >= insight.whole.events;
    (most && !["", OTHER_NAMES].contains(&&*first.value)).then_some(&first.value)
}

fn attribution(insight: &Insight, attribute: Attribute) -> Option<&Attribution> {
    insight.attributions.iter().find(|has| has.attribute == attribute)
}

/// The service without its domain.
pub(super) fn service(event_source: &str) -> &str {
    event_source.strip_suffix(".amazonaws.com").unwrap_or(event_source)
}

/// An ARN by what people know: `user alice`, `role Admin`.
pub(super) fn short(name: &str) -> String {
    let resource = name.splitn(6, ':').nth(5).filter(|_| name.starts_with("arn:"));
    match resource.map(|resource| resource.split_once('/').unwrap_or(("", resource))) {
        None => name.to_owned(),
        Some(("", "root")) => "the root user".to_owned(),
        Some(("", whole)) => whole.to_owned(),
        Some(("user", user)) => format!("user {user}"),
        Some(("assumed-role" | "role", role)) => format!("role {role}"),
        Some((kind, rest)) => format!("{kind} {rest}"),
    }
}

/// `Mon 9 March 2026, 14:02–14:22 UTC, 20 min`
pub(super) fn when(insight: &Insight) -> String {
    let span = insight.span;
    let length = duration(span.minutes());
    let start = format(span.start, "%a %-d %B %Y, %H:%M");
    if insight.ongoing {
        return format!("{start} UTC, still going on when the logs end, {length} so far");
    }
    let end = if span.start.day() == span.end.day() { "%H:%M" } else { "%a %-d %B, %H:%M" };
    let dash = if span.start.day() == span.end.day() { "–" } else { " – " };
    format!("{start}{dash}{} UTC, {length}", format(span.end, end))
}

/// `9 Mar 14:02, 20 min`
pub(super) fn short_when(span: Span, ongoing: bool) -> String {
    let so_far = if ongoing { " so far" } else { "" };
    format!("{}, {}{so_far}", format(span.start, "%-d %b %H:%M"), duration(span.minutes()))
}

/// `2 to 31 March 2026`; the end is the minute after the last.
pub(super) fn days(span: Span) -> String {
    let last = span.end - 1;
    let end = format(last, "%-d %B %Y");
    if span.start.day() == last.day() {
        return end;
    }
    let (a, b) = (format(span.start, "%B %Y"), format(last, "%B %Y"));
    let (c, d) = (format(span.start, "%Y"), format(last, "%Y"));
    let start = match (a == b, c == d) {
        (true, _) => "%-d",
        (false, true) => "%-d %B",
        (false, false) => "%-d %B %Y",
    };
    format!("{} to {end}", format(span.start, start))
}

pub(super) fn format(minute: Minute, format: &str) -> String {
    minute.to_datetime().format(format).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::insight::sample;

    #[test]
    fn what_happened_is_one_sentence() {
        let sentence = |change: fn(&mut Insight)| {
            let mut insight = sample::burst();
            change(&mut insight);
            Headline::of(&insight).sentence()
        };
        let all = [
            sentence(|_| ()),
            sentence(|i| i.attributions[0].distinct = 1),
            sentence(|i| i.attributions[0].whole[0].events = 9),
            sentence(|i| i.attributions[0].whole[0].value = HIDDEN_NAME.to_owned()),
            sentence(|i| i.attributions.clear()),
            sentence(|i| {
                i.insight_type = InsightType::ApiErrorRate;
                i.error_code = Some("AccessDenied".to_owned());
            }),
            sentence(|i| {
                i.insight_type = InsightType::SourceIpErrorRate;
                i.scope = Some("203.0.113.9".to_owned());
            }),
            sentence(|i| {
                i.insight_type = InsightType::IdentityCallRate;
                i.scope = Some("arn:aws:iam::123456789012:root".to_owned());
            }),
            Headline::of(&sample::ongoing()).sentence(),
        ];
        insta::assert_snapshot!(all.join("\n"));
    }

    #[test]
    fn times_are_read_at_a_glance() {
        let mut insight = sample::burst();
        assert_eq!(when(&insight), "Mon 9 March 2026, 14:02–14:22 UTC, 20 min");
        insight.span.end = insight.span.start + 600;
        assert_eq!(when(&insight), "Mon 9 March 2026, 14:02 – Tue 10 March, 00:02 UTC, 10 h");
        insight.ongoing = true;
        assert!(when(&insight).ends_with("still going on when the logs end, 10 h so far"));
        assert_eq!(short_when(insight.span, true), "9 Mar 14:02, 10 h so far");
    }

    #[test]
    fn days_repeat_nothing() {
        let start = sample::burst().span.start.start_of_day();
        let to = |minutes| days(Span { start, end: start + minutes });
        assert_eq!(to(1_440), "9 March 2026");
        assert_eq!(to(1_441), "9 to 10 March 2026");
        assert_eq!(to(1_440 * 30), "9 March to 7 April 2026");
        assert_eq!(to(1_440 * 365), "9 March 2026 to 8 March 2027");
    }
}
