//! One rule a pattern: the sentence of evidence if it fits.

use super::PatternKind;
use crate::detect::Direction;
use crate::insight::traits::{Culprit, Outcomes, Traits};
use crate::insight::{Attribute, Attribution, Insight, InsightType};
use crate::minute::HOUR;

/// The share of the rise that makes it somebody's.
const MOST: f64 = 0.8;
/// Logins of so many names are no forgotten password.
const NAMES: usize = 5;
/// A spray goes at so many a minute at most, so that nobody is locked out,
const SLOW: f64 = 5.0;
/// and takes hours.
const LONG: u32 = 2 * HOUR;
/// So many APIs denied to one caller are a search for what is allowed.
const PROBED_APIS: usize = 5;
/// What goes on for so long is meant.
const STAYS: u32 = 12 * HOUR;
/// A script calls so many APIs over and over.
const FEW_APIS: usize = 3;
/// Who has had more addresses has a new one every other day.
const SETTLED: usize = 10;
/// Minutes of a rising or a doubled loop vary less.
const EVEN: f64 = 1.2;

/// Why an insight looks like that, if it does.
pub fn why(kind: PatternKind, insight: &Insight) -> Option<String> {
    let traits = &insight.traits;
    match kind {
        PatternKind::Drop => drop(insight),
        PatternKind::PasswordSpray => password_spray(insight, traits),
        PatternKind::CredentialStuffing => {
            guesses_names(traits).then(|| logins(insight, traits, "at once"))
        }
        PatternKind::PermissionProbing => permission_probing(insight, traits),
        PatternKind::LeakedKey => leaked_key(insight, traits),
        PatternKind::BrokenDeployment => broken_deployment(insight, traits),
        PatternKind::BruteForce => brute_force(insight, traits),
        PatternKind::RetryStorm => retry_storm(insight, traits),
        PatternKind::NewWorkload => new_workload(insight, traits),
        PatternKind::RunawayScript => runaway_script(insight, traits),
        PatternKind::Unclear => Some(unclear(insight, traits)),
    }
}

fn drop(insight: &Insight) -> Option<String> {
    let what = what(insight);
    (insight.direction == Direction::Drop).then(|| format!("{what} fell to almost nothing."))
}

/// Whether failed logins look like those of somebody who guesses.
pub fn guesses_names(traits: &Traits) -> bool {
    traits.outcome.failed_login >= 0.5 && (traits.names_tried >= NAMES || traits.unknown_names)
}

fn password_spray(insight: &Insight, traits: &Traits) -> Option<String> {
    let slow = insight.whole.average() <= SLOW && insight.span.minutes() >= LONG;
    (guesses_names(traits) && slow).then(|| logins(insight, traits, "slowly"))
}

fn logins(insight: &Insight, traits: &Traits, pace: &str) -> String {
    let names = match (traits.names_tried, traits.unknown_names) {
        (1, true) => "unknown users".to_owned(),
        (names, true) => format!("at least {names} users (some not named)"),
        (names, false) => format!("{names} users"),
    };
    let events = insight.whole.events;
    let share = percent(traits.outcome.failed_login);
    let rate = insight.whole.average();
    let from = from_addresses(insight);
    let succeeded = succeeded(traits);
    format!(
        "{share} of {events} events are failed logins of {names}{from}, {pace}: {rate:.1} a \
         minute.{succeeded}"
    )
}

/// A sentence of its own, where the counts tell.
fn succeeded(traits: &Traits) -> String {
    match traits.logins_succeeded {
        None => String::new(),
        Some(0) => " No login succeeded from an address that had only failed before.".to_owned(),
        Some(1) => " One login succeeded from an address that had only failed before.".to_owned(),
        Some(many) => {
            format!(" {many} logins succeeded from addresses that had only failed before.")
        }
    }
}

fn permission_probing(insight: &Insight, traits: &Traits) -> Option<String> {
    let apis = attribution(insight, Attribute::Api)?;
    let culprit = single(traits)?;
    let broad = apis.distinct >= PROBED_APIS && apis.newcomers * 2 >= apis.distinct;
    (broad && traits.outcome.denied >= 0.5).then(|| {
        let (who, new) = (who(culprit), apis.newcomers);
        let (share, distinct) = (percent(traits.outcome.denied), apis.distinct);
        format!(
            "{who} met errors on {distinct} APIs, {new} of them new to it; {share} were denials."
        )
    })
}

fn leaked_key(insight: &Insight, traits: &Traits) -> Option<String> {
    let culprit = single(traits)?;
    let settled = culprit.addresses_before <= SETTLED;
    let strange = settled && culprit.known && !culprit.known_agent && !culprit.known_address;
    let Outcomes { failed, denied, failed_login, .. } = traits.outcome;
    // A thief is let in or refused; calls that make no sense, or are too many, are a mistake.
    let mistaken = failed - denied - failed_login >= 0.5;
    // A deploy brings new machines as well as a new agent.
    let deployed = culprit.is_role() && traits.deployed_before.is_some();
    let broken = deployed && failed >= 0.5;
    (strange && !mistaken && !broken && culprit.identity.starts_with("arn:")).then(|| {
        let share = percent(culprit.share);
        let what = what(insight);
        format!(
            "{share} of the rise of {what} are of one identity known to the account, with an agent \
             and from an address that it never had before."
        )
    })
}

fn broken_deployment(insight: &Insight, traits: &Traits) -> Option<String> {
    let culprit = single(traits).filter(|culprit| culprit.is_role() && culprit.known)?;
    let fails = traits.outcome.failed >= 0.5 && traits.outcome.throttled < 0.5;
    let cause = match traits.deployed_before {
        _ if !culprit.known_agent => "began with an agent it never had before".to_owned(),
        Some(0) => "began in the minute of a deploy".to_owned(),
        Some(minutes) => format!("began {minutes} min after a deploy"),
        None => return None,
    };
    fails.then(|| {
        let share = percent(traits.outcome.failed);
        format!(
            "{share} of the rise of {} failed for one role known to the account, and it {cause}.",
            what(insight)
        )
    })
}

fn brute_force(insight: &Insight, traits: &Traits) -> Option<String> {
    let apis = attribution(insight, Attribute::Api).map_or(1, |apis| apis.distinct);
    let refused = traits.outcome.denied + traits.outcome.failed_login;
    (apis == 1 && refused >= 0.5 && traits.culprits_share() >= MOST).then(|| {
        let (who, events) = (whom(traits), insight.whole.events);
        let share = percent(refused);
        format!("{share} of the rise of {} were refused, to {who}: {events} events.", what(insight))
    })
}

fn retry_storm(insight: &Insight, traits: &Traits) -> Option<String> {
    (traits.outcome.throttled >= 0.5).then(|| {
        let share = percent(traits.outcome.throttled);
        let (what, events) = (what(insight), insight.whole.events);
        let who = whom(traits);
        format!("{share} of the rise of {what} were throttled and tried again by {who}: {events} events.")
    })
}

fn new_workload(insight: &Insight, traits: &Traits) -> Option<String> {
    if traits.outcome.failed >= 0.1 || !insight.insight_type.is_call_rate() {
        return None;
    }
    let what = what(insight);
    let never = insight.evidence.largest_before.unwrap_or(0) == 0
        && insight.baseline.events == 0
        && !insight.evidence.learning;
    let hours = insight.span.minutes() / HOUR;
    if never {
        let days = insight.evidence.history_days;
        return Some(format!("{what} was not seen in {days:.0} days before, and it works."));
    }
    (insight.span.minutes() >= STAYS)
        .then(|| format!("{what} has been at a new level for {hours} hours, and it works."))
}

fn runaway_script(insight: &Insight, traits: &Traits) -> Option<String> {
    let few = attribution(insight, Attribute::Api).is_none_or(|apis| {
        let top: u64 = apis.whole.iter().take(FEW_APIS).map(|api| api.events).sum();
        top * 10 >= insight.whole.events * 8
    });
    let one_agent = traits.culprits.iter().all(|culprit| {
        culprit.share < 1.0 - MOST || (culprit.is_somebody() && culprit.agent_share >= MOST)
    });
    let regular = traits.pace.active >= 0.5 && traits.pace.variation <= EVEN;
    let succeeds = traits.outcome.failed < 0.5 && insight.insight_type.is_call_rate();
    (few && one_agent && regular && succeeds && traits.culprits_share() >= MOST).then(|| {
        let (what, who) = (what(insight), whom(traits));
        let (share, minutes) = (percent(traits.culprits_share()), percent(traits.pace.active));
        format!("{share} of the rise of {what} are of {who}, in {minutes} of the minutes.")
    })
}

fn unclear(insight: &Insight, traits: &Traits) -> String {
    let share = percent(traits.culprits_share());
    let failed = percent(traits.outcome.failed);
    let who = whom(traits);
    format!("{share} of the rise of {} are of {who}; {failed} failed.", what(insight))
}

/// The one with most of the rise.
fn single(traits: &Traits) -> Option<&Culprit> {
    traits.culprits.first().filter(|culprit| culprit.share >= MOST && culprit.is_somebody())
}

fn attribution(insight: &Insight, attribute: Attribute) -> Option<&Attribution> {
    insight.attributions.iter().find(|attribution| attribution.attribute == attribute)
}

/// What it counts: the API, or whose events.
fn what(insight: &Insight) -> &str {
    match insight.insight_type {
        InsightType::ApiCallRate | InsightType::ApiErrorRate => &insight.event_name,
        roll_up => roll_up.words(),
    }
}

fn who(culprit: &Culprit) -> &'static str {
    if culprit.known {
        "one identity known to the account"
    } else {
        "one identity new to the account"
    }
}

/// Those with most of the rise.
fn whom(traits: &Traits) -> &'static str {
    match &traits.culprits[..] {
        [] => "nobody in particular",
        [one, ..] if one.share >= MOST => who(one),
        [_] => "one identity",
        _ => "two identities",
    }
}

fn from_addresses(insight: &Insight) -> String {
    match attribution(insight, Attribute::SourceIpAddress).map_or(0, |ips| ips.distinct) {
        0 => String::new(),
        1 => " from one address".to_owned(),
        many => format!(" from {many} addresses"),
    }
}

fn percent(share: f64) -> String {
    format!("{:.0}%", share * 100.0)
}
