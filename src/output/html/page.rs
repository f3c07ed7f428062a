//! The page as a whole.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::mark::shown;
use super::policy::{SCRIPT, STYLE, THEME, UPLOT, policy};
use super::words::days;
use super::{heat, hero, list, overview, timeline};
use crate::Severity;
use crate::output::numbers::{count, counted};
use crate::report::Report;

/// What keys do, for the help.
const KEYS: [(&str, &str); 9] = [
    ("/", "search"),
    ("j", "next insight"),
    ("k", "previous insight"),
    ("Enter", "open or close it"),
    ("o", "close all but this one"),
    ("Esc", "close, or leave the search"),
    ("t", "light or dark"),
    ("g", "to the top"),
    ("?", "this help"),
];

pub(super) fn page(report: &Report<'_>, island: &str) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy());
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                meta name="robots" content="noindex";
                meta name="color-scheme" content="light dark";
                title { (title(report)) }
                script { (PreEscaped(THEME)) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#insights" { "Skip to the insights" }
                (top(report))
                main {
                    noscript { p.noscript { "Scripts are off: graphs, filters and details are not shown. The page asks for nothing from the network." } }
                    (hero::hero(report))
                    (overview::totals(report))
                    @if !report.incidents.is_empty() {
                        section.wide aria-labelledby="time" {
                            h2 #time { "When" }
                            (timeline::timeline(report))
                        }
                    }
                    @if !report.heat.rows.is_empty() {
                        section.wide aria-labelledby="where" {
                            h2 #where { "Where" }
                            (heat::heat(report))
                        }
                    }
                    div.cards {
                        (overview::identities(report))
                        (overview::denied(report))
                        (overview::quality(report))
                        (overview::hidden(report))
                    }
                    (list::list(report))
                }
                (foot(report))
                (help())
                script type="application/json" #island { (PreEscaped(island)) }
                script { (PreEscaped(UPLOT)) }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    }
}

/// `2 critical incidents, 2 to 31 March 2026 · trailspike`
fn title(report: &Report<'_>) -> String {
    let days = report.span.map(days).unwrap_or_default();
    let worst = report.incidents.first().map(|incident| incident.severity);
    let what = match worst {
        None => "Nothing unusual".to_owned(),
        Some(worst @ (Severity::Critical | Severity::High)) => {
            let all = report.incidents.iter().filter(|incident| incident.severity == worst);
            counted(all.count() as u64, &format!("{} incident", worst.as_str()))
        }
        Some(_) => counted(report.incidents.len() as u64, "incident"),
    };
    format!("{what}, {days} · trailspike")
}

fn top(report: &Report<'_>) -> Markup {
    let accounts = report.analysis.table.coverage();
    html! {
        header.top {
            p.brand {
                svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true" { path d="M2 19H8L10.5 14 13 3 15.5 19H22" {} }
                "trailspike"
            }
            p.scope {
                @if let Some(span) = report.span { b { (days(span)) } " UTC" }
                @match accounts.len() {
                    0 => {},
                    1 => { @for account in accounts.keys() { " · account " (shown(account)) } },
                    many => { " · " (count(many as u64)) " accounts" },
                }
            }
            div.switches {
                button #theme type="button" title="Light or dark (t)" aria-label="Light or dark" {
                    svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" { circle cx="8" cy="8" r="6.5" {} path d="M8 1.5A6.5 6.5 0 0 1 8 14.5Z" {} }
                }
                button #ask type="button" title="Keys (?)" aria-label="Help" { "?" }
            }
        }
    }
}

fn foot(report: &Report<'_>) -> Markup {
    let tally = &report.analysis.tally;
    html! {
        footer {
            p {
                "Made by trailspike " (env!("CARGO_PKG_VERSION")) " from " (counted(tally.files_read, "file")) ": "
                (shown(&report.made_with.join("; "))) "."
            }
            p { "All times are UTC. Averages are events per minute; the baseline is the seven days before an insight. The page asks for nothing from the network. Graphs: uPlot 1.6.32, MIT licence, © Leon Sorokin." }
        }
    }
}

fn help() -> Markup {
    html! {
        dialog #help aria-labelledby="help-title" {
            h2 #help-title { "Keys" }
            dl.keys { @for (key, does) in KEYS { div { dt { kbd { (key) } } dd { (does) } } } }
            p { "In a graph: drag to zoom, drag with Shift (or wheel sideways) to move, double click to go back; with the graph focused " kbd { "+" } " " kbd { "−" } " zoom, " kbd { "←" } " " kbd { "→" } " move, " kbd { "0" } " goes back." }
            p { "A link to an insight is the page's address with " code { "#" } " and the insight's id; filters are in the address, too." }
            form method="dialog" { button { "Close" } }
        }
    }
}
