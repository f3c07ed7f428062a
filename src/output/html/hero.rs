//! The first thing on the page: what happened, when, and who did it.

use maud::{Markup, html};

use super::mark::{badge, shape, shown};
use super::words::{Headline, addresses, short_when, unit, when};
use crate::insight::{Insight, PatternKind};
use crate::minute::WEEK;
use crate::output::numbers::{amount, count, counted, duration};
use crate::report::{Incident, Report};

/// Incidents named after the first.
const NEXT: usize = 4;

pub(super) fn hero(report: &Report<'_>) -> Markup {
    let Some((first, rest)) = report.incidents.split_first() else { return quiet(report) };
    html! {
        section.hero aria-label="The most urgent incident" {
            (story(report, first))
            @if !rest.is_empty() {
                nav.next aria-label="The next incidents" {
                    h2 { "Next most urgent" }
                    ol { @for incident in rest.iter().take(NEXT) { (line(report, incident)) } }
                    @if rest.len() > NEXT {
                        p.more { a href="#insights" { (counted((rest.len() - NEXT) as u64, "more incident")) } }
                    }
                }
            }
        }
    }
}

/// Nothing was found, which is news, too.
fn quiet(report: &Report<'_>) -> Markup {
    let tally = &report.analysis.tally;
    html! {
        section.hero.quiet aria-label="Nothing unusual" {
            div.story {
                p.eyebrow { "No insights" }
                h1 { "Nothing unusual in these logs" }
                p.lede {
                    (counted(tally.counted, "event")) ": none of "
                    (count(report.analysis.found.subjects as u64))
                    " APIs, error codes, identities and addresses left what is usual for them."
                }
                @if let Some(span) = report.span.filter(|span| span.minutes() < WEEK) {
                    p.note {
                        "The logs are " (duration(span.minutes())) " long. What is usual is learned from them: "
                        "with a week or more, less goes unnoticed."
                    }
                }
            }
        }
    }
}

fn lead<'r>(report: &'r Report<'_>, incident: &Incident) -> Option<(usize, &'r Insight)> {
    let place = *incident.insights.first()?;
    Some((place, report.pages.get(place)?.insight))
}

fn story(report: &Report<'_>, incident: &Incident) -> Markup {
    let Some((place, insight)) = lead(report, incident) else { return html! {} };
    let Headline { who, did } = Headline::of(insight);
    let more = incident.insights.len() - 1;
    html! {
        div.story {
            p.eyebrow.(insight.severity.as_str()) {
                (badge(insight.severity))
                @if insight.pattern.kind != PatternKind::Unclear {
                    b { "Looks like " (article(insight.pattern.kind)) (insight.pattern.name()) }
                }
                @if report.incidents.len() > 1 {
                    span { "the most urgent of " (count(report.incidents.len() as u64)) " incidents" }
                } @else { span { "the only incident" } }
            }
            h1 { strong { (shown(&who)) } " " (shown(&did)) }
            p.lede { (when(insight)) }
            dl.facts { @for (label, text) in facts(insight) { div { dt { (label) } dd { (shown(&text)) } } } }
            p.actions {
                a.button href={ "#" (insight.shared_event_id) } { "See the evidence" }
                @if more > 0 { span.note { "and " (counted(more as u64, "related insight")) } }
            }
        }
        div.first-graph role="group" aria-label="Graph of events a minute around the incident; its numbers are with the evidence" data-graph=(place) {}
    }
}

/// What stands before a pattern in a sentence.
const fn article(pattern: PatternKind) -> &'static str {
    match pattern {
        PatternKind::PasswordSpray
        | PatternKind::CredentialStuffing
        | PatternKind::PermissionProbing
        | PatternKind::BruteForce
        | PatternKind::Unclear => "",
        PatternKind::Drop
        | PatternKind::LeakedKey
        | PatternKind::BrokenDeployment
        | PatternKind::RetryStorm
        | PatternKind::NewWorkload
        | PatternKind::RunawayScript => "a ",
    }
}

fn facts(insight: &Insight) -> Vec<(&'static str, String)> {
    let expected = insight.evidence.expected_in_span;
    let events = counted(insight.whole.events, unit(insight.insight_type));
    let rate = match insight.ratio() {
        Some(ratio) => format!("{} times the average of the week before", amount(ratio)),
        None => "none in the week before".to_owned(),
    };
    let seen = if expected < 1.0 {
        format!("{events} where less than one was expected; {rate}")
    } else if expected.is_finite() {
        format!("{events} where about {} were expected; {rate}", amount(expected))
    } else {
        format!("{events}; {rate}")
    };
    let region = if insight.insight_type.is_roll_up() { "mostly " } else { "" };
    let mut facts =
        vec![("Where", format!("account {}, {region}{}", insight.account, insight.region))];
    if let Some(from) = addresses(insight).filter(|from| Some(from) != insight.scope.as_ref()) {
        facts.push(("From", from));
    }
    facts.push(("How much", seen));
    if insight.pattern.kind != PatternKind::Unclear {
        facts.push(("Why", insight.pattern.why.clone()));
    }
    facts
}

fn line(report: &Report<'_>, incident: &Incident) -> Markup {
    let Some((_, insight)) = lead(report, incident) else { return html! {} };
    let Headline { who, did } = Headline::of(insight);
    html! {
        li class=(insight.severity.as_str()) {
            a href={ "#" (insight.shared_event_id) } {
                (shape(insight.severity))
                span.visually-hidden { (insight.severity.as_str()) ": " }
                span.line { strong { (shown(&who)) } " " (shown(&did)) }
                span.time {
                    (short_when(insight.span, insight.ongoing))
                    @if insight.pattern.kind != PatternKind::Unclear { " · " (insight.pattern.name()) }
                }
            }
        }
    }
}
