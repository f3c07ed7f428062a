//! What happened, when, where and by whom, in a sentence.

use std::borrow::Cow;

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
        let api = || {
            let name = fit(&insight.event_name);
            format!("{} {name}", fit(service(&insight.event_source)))
        };
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
                return Self::logins(insight);
            }
            InsightType::ApiCallRate => {
                (who(insight), format!("called {} {}", api(), times(events)))
            }
            InsightType::ApiErrorRate => {
                let code = insight.error_code.as_deref().unwrap_or_default();
                if code == FAILED_LOGIN {
                    return Self::logins(insight);
                }
                (who(insight), format!("got {} from {} {}", fit(code), api(), times(events)))
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

    /// Logins with many names are those of whoever sent them, not of whom the names belong to.
    fn logins(insight: &Insight) -> Self {
        let events = insight.whole.events;
        let codes = attribution(insight, Attribute::ErrorCode).and_then(|has| has.whole.first());
        let all_failed = insight.insight_type == InsightType::ApiErrorRate
            || codes.is_some_and(|code| code.value == FAILED_LOGIN && code.events == events);
        let did = if all_failed { "failed to log in" } else { "tried to log in" };
        let senders = senders(insight).filter(|_| main_identity(insight).is_none());
        let (Some(senders), names @ 2..) = (senders, insight.traits.names_tried) else {
            return Self { who: who(insight), did: format!("{did} {}", times(events)) };
        };
        let least = if insight.traits.unknown_names { "at least " } else { "" };
        let names = count(names as u64);
        let did = format!("{did} as {least}{names} users, {}", times(events));
        Self { who: senders, did }
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
    let most = identities.whole.first().filter(|first| first.events * 2 >= insight.whole.events);
    match (main_identity(insight), identities.distinct as u64) {
        (Some(main), 0 | 1) => short(main),
        (Some(main), distinct) => format!("{} and {}", short(main), counted(distinct - 1, "other")),
        (None, distinct) if most.is_some() || distinct == 0 => match address(insight) {
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

/// The identity that at least half of the events are of, if it has a name.
fn main_identity(insight: &Insight) -> Option<&str> {
    let first = attribution(insight, Attribute::UserIdentityArn)?.whole.first()?;
    let most = first.events * 2 >= insight.whole.events;
    let known = !["", HIDDEN_NAME, OTHER_NAMES].contains(&&*first.value);
    (most && known).then_some(&first.value)
}

/// The addresses that events came from: the one that most did, or how many they are.
fn senders(insight: &Insight) -> Option<String> {
    let distinct = attribution(insight, Attribute::SourceIpAddress)?.distinct as u64;
    match (address(insight), distinct) {
        (Some(address), 0 | 1) => Some(address.to_owned()),
        (Some(address), more) => {
            let others = if more == 2 { "address" } else { "addresses" };
            Some(format!("{address} and {} other {others}", count(more - 1)))
        }
        (None, 0 | 1) => None,
        (None, many) => Some(format!("{} addresses", count(many))),
    }
}

/// The addresses that most events came from, by name as far as three go.
pub(super) fn addresses(insight: &Insight) -> Option<String> {
    let addresses = attribution(insight, Attribute::SourceIpAddress)?;
    let known = |value: &str| !["", OTHER_NAMES].contains(&value);
    let named = addresses.whole.iter().map(|share| &*share.value).filter(|value| known(value));
    let named: Vec<&str> = named.take(3).collect();
    match addresses.distinct.saturating_sub(named.len()) as u64 {
        _ if named.is_empty() => None,
        0 => Some(named.join(", ")),
        more => Some(format!("{} and {} more", named.join(", "), count(more))),
    }
}

/// The address that at least half of the events came from.
fn address(insight: &Insight) -> Option<&str> {
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
    let short = resource(name);
    fit(&short).into_owned()
}

/// A name for a sentence: of a very long one the beginning and the end. All of it is with the
/// evidence.
fn fit(name: &str) -> Cow<'_, str> {
    const LONGEST: usize = 56;
    const END: usize = 16;
    let characters = name.chars().count();
    if characters <= LONGEST {
        return name.into();
    }
    let begin: String = name.chars().take(LONGEST - END - 1).collect();
    let end: String = name.chars().skip(characters - END).collect();
    format!("{begin}…{end}").into()
}

fn resource(name: &str) -> String {
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
    use crate::insight::{Share, sample};

    /// Many users' logins of which so many failed.
    fn logins(insight: &mut Insight, failed: u64) {
        insight.event_source = "signin.amazonaws.com".to_owned();
        insight.event_name = "ConsoleLogin".to_owned();
        insight.whole.events = 994;
        insight.traits.names_tried = 28;
        insight.attributions[0].distinct = 28;
        insight.attributions[0].whole[0].events = 40;
        let code = Share { value: FAILED_LOGIN.to_owned(), events: failed };
        insight.attributions[2].whole = vec![code];
    }

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
            sentence(|i| logins(i, 994)),
            sentence(|i| {
                logins(i, 990);
                i.traits.unknown_names = true;
                i.attributions[3].distinct = 4;
            }),
            sentence(|i| {
                logins(i, 994);
                i.attributions[0].whole[0].events = 600;
            }),
            sentence(|i| {
                logins(i, 994);
                i.traits.names_tried = 1;
            }),
        ];
        insta::assert_snapshot!(all.join("\n"));
    }

    #[test]
    fn long_names_keep_their_ends() {
        let name = |length| ('a'..='z').cycle().take(length).collect::<String>();
        assert_eq!(short(&name(56)), name(56));
        assert_eq!(short(&name(57)), "abcdefghijklmnopqrstuvwxyzabcdefghijklm…pqrstuvwxyzabcde");
        assert_eq!(short(&"é".repeat(300)).chars().count(), 56);
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
