//! The whole of the logs at a glance: how much, who, what was denied, what is hidden, and how far
//! the data can be trusted.

use maud::{Markup, html};

use super::mark::{badge, shape, shown};
use super::words::{service, short};
use crate::Severity;
use crate::count::USUAL_DELAY;
use crate::event::EventCategory;
use crate::output::numbers::{count, counted, duration, percent};
use crate::report::Report;

/// Gaps and rules that are told one by one.
const NAMED: usize = 8;

/// The numbers above all else.
pub(super) fn totals(report: &Report<'_>) -> Markup {
    let tally = &report.analysis.tally;
    let accounts = report.analysis.table.coverage().len() as u64;
    html! {
        ul.totals {
            @for severity in Severity::ALL.into_iter().rev() {
                @let number = report.incidents.iter().filter(|incident| incident.severity == severity).count();
                li class={ "total " (severity.as_str()) } data-none[number == 0] {
                    b { (count(number as u64)) } span { (shape(severity)) (severity.as_str()) }
                }
            }
            li.total { b { (count(report.pages.len() as u64)) } span { "insights in all" } }
            li.total { b { (count(tally.counted)) } span { "events counted" } }
            li.total { b { (count(accounts)) } span { @if accounts == 1 { "account" } @else { "accounts" } } }
        }
    }
}

/// The account in an ARN.
fn account(identity: &str) -> Option<&str> {
    identity.strip_prefix("arn:")?.split(':').nth(3).filter(|account| !account.is_empty())
}

/// Who stands out.
pub(super) fn identities(report: &Report<'_>) -> Markup {
    let several = report.analysis.table.coverage().len() > 1;
    html! {
        section.card aria-labelledby="who" {
            h2 #who { "Who stands out" }
            @if report.identities.is_empty() { p.none { "No identity stands out." } }
            @else {
                table.plain {
                    thead { tr { th scope="col" { "Identity" } th.number scope="col" { "Insights" } th.number scope="col" { "Events" } th.number scope="col" { "Denied" } } }
                    tbody {
                        @for who in &report.identities {
                            tr {
                                th scope="row" title=(shown(&who.identity)) {
                                    @if let Some(severity) = who.severity() { span class={ "dot " (severity.as_str()) } { (shape(severity)) span.visually-hidden { (severity.as_str()) " " } } }
                                    button.find type="button" data-find=(shown(&who.identity)) { (shown(&short(&who.identity))) }
                                    @if several && let Some(account) = account(&who.identity) { " " span.service { (shown(account)) } }
                                    @if who.is_new() { span.tag { "new" } }
                                }
                                td.number { (count(who.insights.len() as u64)) }
                                td.number { (count(who.events)) }
                                td.number { (count(who.denied)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What was denied most.
pub(super) fn denied(report: &Report<'_>) -> Markup {
    html! {
        section.card aria-labelledby="denied" {
            h2 #denied { "Denied most" }
            @if report.denied.is_empty() { p.none { "Nobody was turned away." } }
            @else {
                table.plain {
                    thead { tr { th scope="col" { "API" } th.number scope="col" { "Denials" } th.number scope="col" { "Of calls" } th.number scope="col" { "Identities" } } }
                    tbody {
                        @for api in &report.denied {
                            tr {
                                th scope="row" title={ "mostly " (shown(&api.error_code)) } {
                                    span.service { (shown(service(&api.event_source))) } " "
                                    button.find type="button" data-find=(shown(&api.event_name)) { (shown(&api.event_name)) }
                                }
                                td.number { (count(api.events)) }
                                td.number { (percent(api.events, api.of)) }
                                td.number { (count(api.identities as u64)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// How far the data can be trusted.
pub(super) fn quality(report: &Report<'_>) -> Markup {
    let tally = &report.analysis.tally;
    let coverage = report.analysis.table.coverage();
    let mut books = vec![
        ("files read", tally.files_read),
        ("damaged or unreadable files", tally.damaged_files),
        ("files skipped", report.files.skipped.len() as u64 + tally.not_logs.len() as u64),
        ("records read", tally.records()),
        ("rejected", tally.rejected),
        ("duplicates left out", tally.duplicates),
        ("later updates of events, left out", tally.updates),
        ("outside of what was asked for", tally.filtered),
        ("left alone: no events", tally.left_alone.iter().sum()),
    ];
    for category in [EventCategory::Management, EventCategory::Data, EventCategory::NetworkActivity]
    {
        let label = match category {
            EventCategory::Management => "management events, not asked for",
            EventCategory::Data => "data events, not asked for",
            EventCategory::NetworkActivity => "network activity events, not asked for",
        };
        books.push((label, tally.other_categories[category as usize]));
    }
    let always = ["files read", "records read", "rejected"];
    books.retain(|(label, number)| *number > 0 || always.contains(label));
    let gaps: Vec<_> = coverage
        .iter()
        .flat_map(|(account, logs)| logs.gaps().iter().map(move |gap| (account, gap)))
        .collect();
    html! {
        section.card aria-labelledby="quality" {
            h2 #quality { "Data quality" }
            dl.books {
                @for (label, number) in &books { div.warn[["rejected", "damaged or unreadable files"].contains(label) && *number > 0] { dt { (label) } dd { (count(*number)) } } }
                div { dt { "files delivered late" } dd { (late(report)) } }
                div.warn[!gaps.is_empty()] { dt { "gaps without any log" } dd { (count(gaps.len() as u64)) } }
            }
            @if let Some(most) = tally.late.most {
                p.note.latest {
                    (counted(tally.late.records, "record")) " of late files, which came more than "
                    (duration(USUAL_DELAY)) " after their newest event; the latest "
                    (duration(most.delay)) " after " (most.newest) "."
                }
            }
            @if !gaps.is_empty() {
                ul.gaps {
                    @for (account, gap) in gaps.iter().take(NAMED) {
                        li { (shown(account)) ": " (gap.start) " to " (gap.end) ", " (duration(gap.minutes())) }
                    }
                    @if gaps.len() > NAMED { li { (count((gaps.len() - NAMED) as u64)) " more" } }
                }
            }
        }
    }
}

/// How many files were delivered late, as far as anything tells.
fn late(report: &Report<'_>) -> String {
    if !report.analysis.stores.is_empty() {
        return "not known from a store".to_owned();
    }
    if report.files.files.iter().all(|file| file.delivered.is_none()) {
        return "not known: file names do not tell".to_owned();
    }
    count(report.analysis.tally.late.files)
}

/// What rules hide, and what was put together.
pub(super) fn hidden(report: &Report<'_>) -> Markup {
    let suppressed = &report.analysis.suppressed;
    let found = &report.analysis.found;
    let notes: Vec<(&str, usize)> = [
        ("rises that another insight tells already", found.repeated),
        ("errors that rose only because calls did", found.folded),
        ("insights below --min-ratio", found.below_min_ratio),
        ("APIs and identities ignored, as settings say", found.ignored),
    ]
    .into_iter()
    .filter(|(_, number)| *number > 0)
    .collect();
    html! {
        section.card aria-labelledby="hidden" {
            h2 #hidden { "Not shown" }
            @if suppressed.rules.is_empty() && notes.is_empty() { p.none { "Nothing: no rule hides anything." } }
            @if !suppressed.rules.is_empty() {
                table.plain {
                    thead { tr { th scope="col" { "Hidden by rule" } th.number scope="col" { "Insights" } } }
                    tbody { @for rule in suppressed.rules.iter().take(NAMED) {
                        tr { th scope="row" { (shown(&rule.reason)) @if rule.too_late > 0 || rule.expired_before_logs { span.tag { "expired" } } } td.number { (count(rule.hidden as u64)) } }
                    } }
                }
                @if suppressed.rules.len() > NAMED { p.note { (counted((suppressed.rules.len() - NAMED) as u64, "more rule")) } }
                @if !suppressed.insights.is_empty() {
                    ul.hidden { @for insight in suppressed.insights.iter().take(NAMED) {
                        li { (badge(insight.severity)) " " (shown(&super::words::Headline::of(insight).sentence())) ", " (super::words::short_when(insight.span, insight.ongoing)) }
                    } }
                    @if suppressed.insights.len() > NAMED { p.note { (counted((suppressed.insights.len() - NAMED) as u64, "more insight")) } }
                }
            }
            @if !notes.is_empty() {
                dl.books { @for (label, number) in &notes { div { dt { (label) } dd { (count(*number as u64)) } } } }
            }
        }
    }
}
