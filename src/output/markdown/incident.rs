//! One incident of a report.

use std::fmt::Write as _;

use super::super::numbers::{amount, count, counted, percent};
use super::super::table::wording::{also, fields, how_many};
use super::super::table::{time, unit, what};
use super::text::{Place, code, prose};
use crate::insight::record::average;
use crate::insight::{Attribute, Attribution, Insight, LISTED};

/// An incident: the insight that tells most of it, and the others, each with its image.
pub struct Incident<'a> {
    pub leading: &'a Insight,
    image: &'a str,
    others: Vec<(&'a Insight, &'a str)>,
}

impl<'a> Incident<'a> {
    /// `None` of no insights.
    pub fn new(mut members: Vec<(&'a Insight, &'a str)>) -> Option<Self> {
        let leading = members.iter().position(|(insight, _)| insight.incident.leads).unwrap_or(0);
        if members.is_empty() {
            return None;
        }
        let (leading, image) = members.remove(leading);
        Some(Self { leading, image, others: members })
    }

    pub fn anchor(&self) -> String {
        format!("incident-{}", self.leading.shared_event_id)
    }

    pub fn write(&self, out: &mut String, number: u64) {
        let insight = self.leading;
        let severity = insight.severity.as_str().to_uppercase();
        _ = writeln!(out, "\n<a id=\"{}\"></a>\n", self.anchor());
        _ = writeln!(out, "## {number}. {severity} {}\n", code(&what(insight), Place::Text));
        if !self.image.is_empty() {
            let start = time(insight.span.start, true);
            _ = writeln!(out, "![Counts around {start} UTC]({})\n", self.image);
        }
        for (label, text) in fields(insight) {
            _ = writeln!(out, "- **{label}**: {}", prose(&text, Place::Text));
        }
        let pattern = prose(&insight.pattern.sentence(), Place::Text);
        _ = writeln!(out, "- **pattern**: {pattern}");
        _ = writeln!(out, "- **why {}**: {}", insight.severity.as_str(), reasons(insight));
        if insight.evidence.expected_in_span.is_finite() {
            _ = writeln!(out, "- **all in all**: {}", expected(insight));
        }
        self.attributions(out);
        self.ids(out);
    }

    fn attributions(&self, out: &mut String) {
        for attribution in &self.leading.attributions {
            if attribution.whole.is_empty() {
                continue;
            }
            table(out, attribution, self.leading);
        }
    }

    fn ids(&self, out: &mut String) {
        let insight = self.leading;
        if !insight.example_event_ids.is_empty() {
            out.push_str("\nExamples of its events:\n\n");
        }
        for id in &insight.example_event_ids {
            _ = writeln!(out, "- `{id}`");
        }
        if !self.others.is_empty() {
            out.push_str("\nOther insights of the incident:\n\n");
        }
        for (other, image) in &self.others {
            let link = match *image {
                "" => String::new(),
                image => format!(" ([graph]({image}))"),
            };
            _ = writeln!(out, "- {}{link}", prose(&also(other), Place::Text));
        }
        _ = writeln!(out, "\n`sharedEventID` `{}`", insight.shared_event_id);
    }
}

fn reasons(insight: &Insight) -> String {
    let reasons = prose(&insight.severity_reasons.join(", "), Place::Text);
    if reasons.is_empty() { "nothing more speaks for it".to_owned() } else { reasons }
}

/// What the whole of it would have brought.
fn expected(insight: &Insight) -> String {
    let events = insight.whole.events;
    let expected = amount(insight.evidence.expected_in_span);
    format!("{} seen where {expected} were expected", counted(events, unit(insight.insight_type)))
}

/// The five values with most events, and what the rest made.
fn table(out: &mut String, attribution: &Attribution, insight: &Insight) {
    let minutes = insight.whole.minutes;
    let name = heading(attribution.attribute);
    _ = writeln!(
        out,
        "\n| {name}: {} | events | share | a minute | before, a minute |",
        how_many(attribution)
    );
    out.push_str("|---|--:|--:|--:|--:|\n");
    let all = insight.whole.events;
    let mut row = |value: &str, events: u64, before: &str| {
        let (share, rate) = (percent(events, all), amount(average(events, minutes)));
        let share = share.replace('<', "&lt;");
        _ = writeln!(out, "| {value} | {} | {share} | {rate} | {before} |", count(events));
    };
    let mut rest = all;
    for share in &attribution.whole {
        let value = value(attribution.attribute, &share.value, Place::Cell);
        row(&value, share.events, &before(attribution, &share.value, insight));
        rest = rest.saturating_sub(share.events);
    }
    if rest > 0 && attribution.distinct > attribution.whole.len() {
        row("others", rest, "");
    }
    let top_before: Vec<String> = attribution
        .baseline
        .iter()
        .map(|share| {
            let rate = amount(average(share.events, insight.baseline.minutes));
            format!("{} {rate}", value(attribution.attribute, &share.value, Place::Text))
        })
        .collect();
    if !top_before.is_empty() {
        _ = writeln!(out, "\nMost before, a minute: {}", top_before.join(", "));
    }
}

/// A value's average in the baseline, of which the first five are known.
fn before(attribution: &Attribution, value: &str, insight: &Insight) -> String {
    let listed = attribution.baseline.iter().find(|share| share.value == value);
    match listed {
        Some(share) => amount(average(share.events, insight.baseline.minutes)),
        None if attribution.baseline.len() < LISTED => "0".to_owned(),
        None => String::new(),
    }
}

fn value(attribute: Attribute, value: &str, place: Place) -> String {
    match (attribute, value) {
        (Attribute::ErrorCode, "null") => "no error".to_owned(),
        (_, value) => code(value, place),
    }
}

const fn heading(attribute: Attribute) -> &'static str {
    match attribute {
        Attribute::UserIdentityArn => "identities",
        Attribute::UserAgent => "user agents",
        Attribute::ErrorCode => "error codes",
        Attribute::SourceIpAddress => "source addresses",
        Attribute::Api => "APIs",
    }
}
