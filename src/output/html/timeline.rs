//! The time of the logs with every incident in it, a lane a severity.

use std::cmp::Reverse;

use maud::{Markup, html};

use super::mark::{path, shown};
use super::words::{Headline, days as days_in_words, format, short_when};
use crate::Severity;
use crate::coverage::Span;
use crate::minute::{DAY, HOUR, Minute};
use crate::output::numbers::count;
use crate::report::{Incident, Report};

/// Height of a lane, of the strip of days below, and of that of gaps.
const LANE: usize = 34;
const DAYS: usize = 26;
/// Times that are labelled, at most.
const LABELS: u32 = 10;
/// Gaps that are shaded, at most.
const GAPS: usize = 400;
/// Minutes between labels of logs too short for days.
const SHORT_STEPS: [u32; 7] = [5, 15, 30, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR];
/// Days from which on years are told and days are not.
const LONG: u32 = 300;

/// Places in per cent of the width. Nothing else is known of it here.
struct Scale(Span);

impl Scale {
    fn at(&self, minute: Minute) -> f64 {
        let all = f64::from(self.0.minutes().max(1));
        let at = f64::from(minute.since(self.0.start)) / all * 100.0;
        (at.min(100.0) * 1e3).round() / 1e3
    }

    fn percent(&self, minute: Minute) -> String {
        format!("{}%", self.at(minute))
    }

    fn width(&self, span: Span) -> String {
        format!("{}%", ((self.at(span.end) - self.at(span.start)) * 1e3).round() / 1e3)
    }
}

pub(super) fn timeline(report: &Report<'_>) -> Markup {
    let Some(span) = report.shown else { return html! {} };
    let (scale, step) = scale_and_step(span);
    let lanes: Vec<Severity> = Severity::ALL.into_iter().rev().collect();
    let height = lanes.len() * LANE;
    // The gaps of all accounts at once are as dark as that of the only one.
    let accounts = u32::try_from(report.analysis.table.coverage().len()).unwrap_or(u32::MAX);
    let shade = (24 / accounts.max(1)).max(4);
    html! {
        div.timeline {
            div.lanes aria-hidden="true" {
                @for severity in &lanes { span.(severity.as_str()).nothing[number(report, *severity) == 0] { (severity.as_str()) " " b { (count(number(report, *severity) as u64)) } } }
            }
            svg.time width="100%" height=(height + DAYS) role="group" aria-label="Incidents over time, by severity" {
                (labels(&scale, step, height))
                @for (account, gap) in gaps(report, scale.0) {
                    rect.gap x=(scale.percent(gap.start)) y="0" width=(scale.width(gap)) height=(height) fill-opacity={ (shade) "%" } {
                        title { "No logs of " (shown(account)) " from " (gap.start) " to " (gap.end) }
                    }
                }
                @for (lane, severity) in lanes.iter().enumerate() {
                    line.lane x1="0" x2="100%" y1=((lane + 1) * LANE) y2=((lane + 1) * LANE) {}
                    @for incident in report.incidents.iter().filter(|incident| incident.severity == *severity) {
                        (mark(report, incident, &scale, lane * LANE + LANE / 2))
                    }
                }
            }
        }
        @if let Some(logs) = report.span.filter(|logs| *logs != span) {
            p.note { "Of logs from " (days_in_words(logs)) " the part with insights is shown." }
        }
    }
}

fn number(report: &Report<'_>, severity: Severity) -> usize {
    report.incidents.iter().filter(|incident| incident.severity == severity).count()
}

/// The time that is shown, and the minutes between its labels: whole days, or less of short logs.
fn scale_and_step(span: Span) -> (Scale, u32) {
    let short = SHORT_STEPS.into_iter().find(|step| span.minutes() <= step * (LABELS - 2));
    let unit = short.unwrap_or(DAY);
    let start = Minute::new(span.start.get() / unit * unit);
    let units = span.end.since(start).div_ceil(unit).max(1);
    let step = if short.is_some() { unit } else { units.div_ceil(LABELS) * DAY };
    (Scale(Span { start, end: start + units * unit }), step)
}

fn labels(scale: &Scale, step: u32, height: usize) -> Markup {
    let all = scale.0.minutes();
    let label = |time: Minute| match step {
        ..DAY if time == scale.0.start || time == time.start_of_day() => "%-d %b %H:%M",
        ..DAY => "%H:%M",
        _ if all > LONG * DAY => "%b %Y",
        _ => "%-d %b",
    };
    html! {
        @for (number, minutes) in (0..all).step_by(step as usize).enumerate() {
            @let time = scale.0.start + minutes;
            @let at = scale.percent(time);
            line.day x1=(at) x2=(at) y1="0" y2=(height + 5) {}
            // One at the very end would stand out of the picture.
            @if all - minutes >= all / 14 {
                text.label.odd[number % 2 == 1] x=(at) y=(height + DAYS - 8) dx="3" {
                    (format(time, label(time)))
                }
            }
        }
    }
}

/// Each account's, of very many the longest.
fn gaps<'r>(report: &'r Report<'_>, shown: Span) -> Vec<(&'r str, Span)> {
    let coverage = report.analysis.table.coverage().iter();
    let gaps = coverage.flat_map(|(account, logs)| {
        logs.gaps().iter().map(move |gap| (&**account, gap.intersection(shown)))
    });
    let mut gaps: Vec<_> = gaps.filter(|(_, gap)| gap.minutes() > 0).collect();
    gaps.sort_by_key(|(_, gap)| Reverse(gap.minutes()));
    gaps.truncate(GAPS);
    gaps
}

fn mark(report: &Report<'_>, incident: &Incident, scale: &Scale, middle: usize) -> Markup {
    let lead = incident.insights.first().and_then(|place| report.pages.get(*place));
    let Some(insight) = lead.map(|page| page.insight) else { return html! {} };
    let what = shown(&Headline::of(insight).sentence());
    let when = short_when(incident.span, insight.ongoing);
    html! {
        a.mark.(insight.severity.as_str()) href={ "#" (insight.shared_event_id) }
            aria-label={ (insight.severity.as_str()) ": " (what) ", " (when) } {
            title { (what) "\n" (when) }
            rect.length x=(scale.percent(incident.span.start)) y=(middle - 3)
                width=(scale.width(incident.span)) height="6" {}
            svg x=(scale.percent(incident.span.start)) y=(middle) overflow="visible" {
                circle.target r="13" {}
                path d=(path(insight.severity)) {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_fits_the_logs() {
        let of = |minutes: u32| {
            let start = Minute::new(100 * DAY + 9 * HOUR + 7);
            let (scale, step) = scale_and_step(Span { start, end: start + minutes });
            (scale.0.start.minute_of_day(), scale.0.minutes(), step)
        };
        assert_eq!(of(1), (9 * HOUR + 5, 5, 5));
        assert_eq!(of(60), (9 * HOUR, 75, 15));
        assert_eq!(of(DAY), (9 * HOUR, DAY + 3 * HOUR, 3 * HOUR));
        assert_eq!(of(3 * DAY), (0, 3 * DAY + 12 * HOUR, 12 * HOUR));
        assert_eq!(of(6 * DAY), (0, 7 * DAY, DAY));
        assert_eq!(of(30 * DAY), (0, 31 * DAY, 4 * DAY));
    }
}
