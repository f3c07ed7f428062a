//! Every insight in a line, by incident; the page's script filters and sorts the lines and opens
//! them.

use std::collections::BTreeSet;

use maud::{Markup, html};

use super::mark::{badge, shown};
use super::words::{Headline, service, short_when};
use crate::Severity;
use crate::insight::{Context, Insight, InsightType, PatternKind};
use crate::output::numbers::{amount, count};
use crate::report::{InsightPage, Report};

pub(super) fn list(report: &Report<'_>) -> Markup {
    html! {
        section #insights tabindex="-1" aria-labelledby="insights-title" {
            h2 #insights-title { "Insights " span.of aria-live="polite" { (count(report.pages.len() as u64)) } }
            @if !report.pages.is_empty() {
                (toolbar(report))
                div #rows {
                    @for incident in &report.incidents {
                        @for place in &incident.insights {
                            @if let Some(page) = report.pages.get(*place) { (row(*place, page)) }
                        }
                    }
                }
                p #none-left hidden { "No insight is like that. " button type="button" data-clear { "Show all" } }
            }
        }
    }
}

fn toolbar(report: &Report<'_>) -> Markup {
    let insights = || report.pages.iter().map(|page| page.insight);
    let texts = |of: fn(&Insight) -> &str| insights().map(|insight| shown(of(insight))).collect();
    let accounts: BTreeSet<String> = texts(|insight| &insight.account);
    let regions: BTreeSet<String> = texts(|insight| &insight.region);
    let patterns: BTreeSet<String> = texts(|insight| insight.pattern.name());
    let types: BTreeSet<InsightType> = insights().map(|insight| insight.insight_type).collect();
    let severities: BTreeSet<Severity> = insights().map(|insight| insight.severity).collect();
    html! {
        form.toolbar role="search" aria-label="Filter insights" {
            label.search { span.visually-hidden { "Search" } input #search type="search" name="text" placeholder="Search names, codes, ids" autocomplete="off" spellcheck="false"; kbd { "/" } }
            (choice("severity", "Severity", severities.iter().rev().map(|severity| (severity.as_str().to_owned(), severity.as_str().to_owned()))))
            (choice("account", "Account", accounts.into_iter().map(|value| (value.clone(), value))))
            (choice("region", "Region", regions.into_iter().map(|value| (value.clone(), value))))
            (choice("pattern", "Pattern", patterns.into_iter().map(|value| (value.clone(), value))))
            (choice("kind", "Type", types.into_iter().map(|kind| (kind.as_str().to_owned(), kind.words().to_owned()))))
            label { span { "Sort" } select name="sort" {
                option value="" { "most urgent" }
                option value="newest" { "newest" }
                option value="oldest" { "oldest" }
                option value="events" { "most events" }
                option value="ratio" { "largest rise" }
                option value="subject" { "account, API" }
            } }
            button.clear type="button" data-clear hidden { "Clear" }
        }
    }
}

fn choice(name: &str, label: &str, values: impl Iterator<Item = (String, String)>) -> Markup {
    html! {
        label { span { (label) } select name=(name) {
            option value="" { "all" }
            @for (value, words) in values { option value=(value) { (words) } }
        } }
    }
}

fn row(place: usize, page: &InsightPage<'_>) -> Markup {
    let insight = page.insight;
    let Headline { who, did } = Headline::of(insight);
    let id = insight.shared_event_id;
    let alone = insight.incident.insights == 1;
    html! {
        article.insight.(insight.severity.as_str()).member[!insight.incident.leads] id=(id) data-at=(place) {
            h3 { button.row type="button" aria-expanded="false" {
                (badge(insight.severity))
                span.what {
                    span.sentence { strong { (shown(&who)) } " " (shown(&did)) }
                    span.sub {
                        (short_when(insight.span, insight.ongoing)) " · "
                        (shown(&insight.account)) " · " (shown(&insight.region)) " · "
                        @if !insight.insight_type.is_roll_up() { (shown(service(&insight.event_source))) " " }
                        (insight.insight_type.words())
                        @if insight.pattern.kind != PatternKind::Unclear { " · " span.pattern { (insight.pattern.name()) } }
                        @if insight.incident.leads && !alone { " · " span.tag { "incident of " (count(insight.incident.insights as u64)) } }
                    }
                }
                (picture(&insight.context, insight))
                @let (ratio, of) = ratio(insight);
                span.ratio { b { (ratio) } " " small { (of) } }
                svg.chevron viewBox="0 0 10 10" width="10" height="10" aria-hidden="true" { path d="M2 3 5 7 8 3" {} }
            } }
        }
    }
}

fn ratio(insight: &Insight) -> (String, &'static str) {
    match insight.ratio() {
        Some(ratio) => (format!("×{}", amount(ratio)), "the usual rate"),
        None => ("new".to_owned(), "none before"),
    }
}

/// The counts around the insight, small; it stands out in them.
fn picture(context: &Context, insight: &Insight) -> Markup {
    const HEIGHT: u64 = 24;
    let most = context.counts.iter().copied().max().unwrap_or(0).max(1);
    let steps = context.counts.len();
    let bar = |index: usize, events: u64| {
        let height = (u128::from(events) * u128::from(HEIGHT)).div_ceil(u128::from(most));
        format!("M{}.5 {HEIGHT}v-{height}", index * 2)
    };
    let is_inside = |index: usize| {
        let step = u32::try_from(index).unwrap_or(u32::MAX).saturating_mul(context.step);
        let first = context.start + step;
        first < insight.span.end && insight.span.start < first + context.step
    };
    let path = |inside: bool| -> String {
        let counts = context.counts.iter().enumerate();
        let some = counts.filter(|(index, events)| **events > 0 && is_inside(*index) == inside);
        some.map(|(index, events)| bar(index, *events)).collect()
    };
    html! {
        svg.picture viewBox={ "0 0 " (steps * 2) " 24" } width="120" height="24" preserveAspectRatio="none" aria-hidden="true" {
            path.outside d=(path(false)) {}
            path.inside d=(path(true)) {}
        }
    }
}
