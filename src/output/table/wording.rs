//! What the table says, before it is laid out.

use crate::detect::{Direction, Evidence};
use crate::insight::record::MAX_SURPRISE;
use crate::insight::{Attribute, Attribution, Insight, InsightType, Spread};
use crate::minute::Minute;
use crate::minute::{DAY, HOUR};
use crate::output::numbers::{amount, count, counted, duration, percent};

/// What an insight is about; of a roll-up what it counts of whom.
pub(in crate::output) fn what(insight: &Insight) -> String {
    if insight.insight_type.is_roll_up() {
        return roll_up(insight.insight_type, insight.scope.as_deref());
    }
    api(&insight.event_source, &insight.event_name, insight.error_code.as_deref())
}

/// `calls of an identity: arn:aws:iam::111122223333:user/ana`
pub(in crate::output) fn roll_up(counts: InsightType, scope: Option<&str>) -> String {
    match scope {
        Some(scope) => format!("{}: {scope}", counts.words()),
        None => counts.words().to_owned(),
    }
}

/// The service's short name, the API and the error code: `iam GetRolePolicy NoSuchEntityException`.
pub(in crate::output) fn api(source: &str, name: &str, error_code: Option<&str>) -> String {
    let service = source.strip_suffix(".amazonaws.com").unwrap_or(source);
    let mut what = format!("{service} {name}");
    if let Some(code) = error_code {
        what.push(' ');
        what.push_str(code);
    }
    what
}

/// The labelled sentences that stand above the names.
pub(in crate::output) fn fields(insight: &Insight) -> Vec<(&'static str, String)> {
    let mut fields = vec![
        ("where", place(insight)),
        ("when", when(insight)),
        ("seen", seen(insight)),
        ("normal", normal(insight)),
    ];
    fields.extend(insight.suppressed.iter().map(|reason| ("hidden", reason.clone())));
    fields.extend(errors(insight).map(|text| ("errors", text)));
    if insight.gap_minutes > 0 {
        let gap = duration(insight.gap_minutes);
        fields.push(("gap", format!("{gap} without any log left out of the baseline")));
    }
    fields
}

/// The account and the Region: a roll-up is about all Regions.
pub(in crate::output) fn place(insight: &Insight) -> String {
    let mostly = if insight.insight_type.is_roll_up() { "most in " } else { "" };
    format!("{}, {mostly}{}", insight.account, insight.region)
}

/// `2026-03-09 14:02 → 14:22 UTC, 20 min`
pub(in crate::output) fn when(insight: &Insight) -> String {
    let span = insight.span;
    let start = time(span.start, true);
    let length = duration(span.minutes());
    if insight.ongoing {
        return format!("{start} UTC, ongoing, {length} so far");
    }
    let end = time(span.end, span.start.day() != span.end.day());
    format!("{start} → {end} UTC, {length}")
}

/// `high: denied calls, 75 times the expected`.
pub(in crate::output) fn severity_reasons(insight: &Insight) -> Option<String> {
    let reasons = insight.severity_reasons.join(", ");
    (!reasons.is_empty()).then(|| format!("{}: {reasons}", insight.severity.as_str()))
}

/// Another insight of the incident: what, how much, when, and the beginning of its id.
pub(in crate::output) fn also(insight: &Insight) -> String {
    let events = counted(insight.whole.events, unit(insight.insight_type));
    let id = insight.shared_event_id.to_string();
    let id = id.split('-').next().unwrap_or_default();
    let severity = insight.severity.as_str();
    format!("{}: {severity}, {events}, {}; {id}", what(insight), when(insight))
}

/// `14:02`, with its date `2026-03-09 14:02`.
pub(in crate::output) fn time(minute: Minute, dated: bool) -> String {
    let format = if dated { "%Y-%m-%d %H:%M" } else { "%H:%M" };
    minute.to_datetime().format(format).to_string()
}

/// What one event of an insight is.
pub(in crate::output) fn unit(insight_type: InsightType) -> &'static str {
    match insight_type {
        InsightType::ApiCallRate | InsightType::IdentityCallRate => "call",
        InsightType::ApiErrorRate | InsightType::IdentityErrorRate => "error",
        InsightType::SourceIpErrorRate | InsightType::AccountErrorRate => "denial",
    }
}

/// The whole period against the baseline, and its busiest minute.
fn seen(insight: &Insight) -> String {
    let average = amount(insight.whole.average());
    let baseline = amount(insight.baseline.average());
    let ratio = match insight.ratio() {
        Some(ratio) => format!(" (×{})", amount(ratio)),
        None => String::new(),
    };
    let events = counted(insight.whole.events, unit(insight.insight_type));
    let (minute, peak) = insight.peak;
    let at = time(minute, minute.day() != insight.span.start.day());
    let peak = match insight.direction {
        Direction::Rise => format!("; peak {} at {at}", count(peak)),
        Direction::Drop => String::new(),
    };
    format!("{events}, {average} a minute against {baseline} before{ratio}{peak}")
}

/// What was expected, how much the past allows, what came, and how likely that was.
fn normal(insight: &Insight) -> String {
    let evidence = &insight.evidence;
    let mut parts = vec![format!(
        "expected {} in {}",
        amount(evidence.expected),
        counted(evidence.window.into(), "minute")
    )];
    if insight.direction == Direction::Rise {
        parts.push(past(evidence));
        if evidence.bound.is_finite() {
            parts.push(format!("credible up to {}", amount(evidence.bound)));
        }
    }
    parts.push(format!("saw {}", count(evidence.seen)));
    let mut text = parts.join(", ");
    if let Some(chance) = chance(evidence.surprise) {
        text.push_str("; ");
        text.push_str(&chance);
    }
    if evidence.learning {
        text.push_str("; still learning, history is short: ");
        text.push_str(&history(evidence));
    }
    text
}

fn past(evidence: &Evidence) -> String {
    match evidence.largest_before {
        None => "nothing to compare with before".to_owned(),
        Some(0) => format!("none in the last {}", history(evidence)),
        Some(largest) => format!("at most {} in the last {}", count(largest), history(evidence)),
    }
}

/// `28 days`; hours or minutes below two days.
fn history(evidence: &Evidence) -> String {
    let days = evidence.history_days;
    if days >= 2.0 {
        return format!("{} days", amount(days.round()));
    }
    let minutes = (days * f64::from(DAY)).round().max(0.0);
    if minutes >= f64::from(2 * HOUR) {
        return format!("{} hours", amount((minutes / f64::from(HOUR)).round()));
    }
    format!("{} minutes", amount(minutes))
}

/// The chance in words; nothing where it is no number or nothing special.
fn chance(surprise: f64) -> Option<String> {
    if surprise.is_nan() || surprise < 1.0 {
        return None;
    }
    if surprise >= MAX_SURPRISE {
        return Some("practically no chance".to_owned());
    }
    if surprise < 7.0 {
        return Some(format!("chance below 1 in {}", amount(10_f64.powf(surprise.floor()))));
    }
    Some(format!("chance below 1 in 10^{}", surprise.floor()))
}

/// The commonest error of a call rate, for calls that fail are another story.
fn errors(insight: &Insight) -> Option<String> {
    let codes = insight.attributions.iter().find(|has| has.attribute == Attribute::ErrorCode)?;
    let worst = codes.whole.iter().find(|share| share.value != "null")?;
    let share = percent(worst.events, insight.whole.events);
    Some(format!("{} on {share} of {}s", worst.value, unit(insight.insight_type)))
}

/// `98%, 2 in all, 1 new`.
pub(super) fn share(events: u64, all: u64, attribution: &Attribution) -> String {
    let share = percent(events, all);
    let distinct = count(attribution.distinct as u64);
    let new = count(attribution.newcomers as u64);
    match (attribution.distinct, attribution.newcomers) {
        (0 | 1, 0) => share,
        (0 | 1, _) => format!("{share}, new"),
        (_, 0) => format!("{share}, {distinct} in all"),
        _ => format!("{share}, {distinct} in all, {new} new"),
    }
}

/// `2`, or `2, 1 new`: how many values there are.
pub(in crate::output) fn how_many(attribution: &Attribution) -> String {
    let distinct = count(attribution.distinct as u64);
    match attribution.newcomers {
        0 => distinct,
        new => format!("{distinct}, {} new", count(new as u64)),
    }
}

/// Where the first source address is, as far as it is known: `NL AS64500 Example BV`.
pub(in crate::output) fn origin(
    address: &str,
    attribute: Attribute,
    insight: &Insight,
) -> Option<String> {
    let of_addresses = attribute == Attribute::SourceIpAddress;
    let place = insight.origins.as_ref().filter(|_| of_addresses)?.place(address)?;
    Some(place.to_string()).filter(|place| !place.is_empty())
}

/// How many countries and networks the events came from, unless it is one that is known:
/// `3 countries, 1 new; 2 networks`.
pub(in crate::output) fn places(insight: &Insight) -> Option<String> {
    let origins = insight.origins.as_ref()?;
    let spreads = [origins.countries, origins.networks];
    if spreads.iter().flatten().all(|spread| spread.distinct <= 1 && spread.newcomers == 0) {
        return None;
    }
    let spread = |spread: Option<Spread>, one: &str, many: &str| {
        let Spread { distinct, newcomers } = spread.filter(|spread| spread.distinct > 0)?;
        let word = if distinct == 1 { one } else { many };
        let all = format!("{} {word}", count(distinct as u64));
        Some(match newcomers {
            0 => all,
            _ => format!("{all}, {} new", count(newcomers as u64)),
        })
    };
    let known = [
        spread(origins.countries, "country", "countries"),
        spread(origins.networks, "network", "networks"),
    ];
    let known: Vec<String> = known.into_iter().flatten().collect();
    (!known.is_empty()).then(|| known.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::insight::sample;

    #[test]
    fn the_chance_is_never_overstated() {
        for (surprise, text) in [
            (f64::NAN, None),
            (-0.0, None),
            (0.9, None),
            (3.99, Some("chance below 1 in 1,000")),
            (8.2, Some("chance below 1 in 10^8")),
            (40.7, Some("chance below 1 in 10^40")),
            (f64::INFINITY, Some("practically no chance")),
        ] {
            assert_eq!(chance(surprise).as_deref(), text);
        }
    }

    #[test]
    fn dates_are_repeated_only_when_they_change() {
        let mut insight = sample::burst();
        assert_eq!(when(&insight), "2026-03-09 14:02 → 14:22 UTC, 20 min");
        insight.span.end = insight.span.start + 600;
        assert_eq!(when(&insight), "2026-03-09 14:02 → 2026-03-10 00:02 UTC, 10 h");
        insight.ongoing = true;
        assert_eq!(when(&insight), "2026-03-09 14:02 UTC, ongoing, 10 h so far");
    }

    #[test]
    fn history_is_told_in_the_unit_that_fits() {
        let mut evidence = sample::burst().evidence;
        for (days, text) in [
            (28.2, "28 days"),
            (1.5, "36 hours"),
            (0.02, "29 minutes"),
            (0.0, "0 minutes"),
            (f64::NAN, "0 minutes"),
        ] {
            evidence.history_days = days;
            assert_eq!(history(&evidence), text);
        }
    }
}
