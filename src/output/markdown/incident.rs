//! One incident of a report.

use std::fmt::Write as _;

use super::super::numbers::{amount, count, counted, percent};
use super::super::table::wording::{also, fields, how_many, origin, places};
use super::super::table::{time, unit, what};
use super::text::{Place, block, code, prose};
use crate::insight::record::average;
use crate::insight::{Attribute, Insight};
use crate::report::{AttributionTable, Command, TableRow};

/// An insight and what is told of it.
#[derive(Clone, Copy)]
pub struct Member<'a> {
    pub insight: &'a Insight,
    pub tables: &'a [AttributionTable<'a>],
    pub commands: &'a [Command],
    /// A link to its image; empty where there is none.
    pub image: &'a str,
}

/// The insight that tells most of an incident, and the others.
pub struct Incident<'a> {
    pub leading: Member<'a>,
    others: Vec<Member<'a>>,
}

impl<'a> Incident<'a> {
    /// Of insights with the one that tells most at the head; `None` of none.
    pub fn new(mut members: Vec<Member<'a>>) -> Option<Self> {
        let others = members.split_off(members.len().min(1));
        Some(Self { leading: members.pop()?, others })
    }

    pub fn anchor(&self) -> String {
        format!("incident-{}", self.leading.insight.shared_event_id)
    }

    pub fn write(&self, out: &mut String, number: u64) {
        let Member { insight, tables, commands, image } = self.leading;
        let severity = insight.severity.as_str();
        _ = writeln!(out, "\n<a id=\"{}\"></a>\n", self.anchor());
        let what = code(&what(insight), Place::Text);
        _ = writeln!(out, "## {number}. {} {what}\n", severity.to_uppercase());
        if !image.is_empty() {
            let start = time(insight.span.start, true);
            _ = writeln!(out, "![Counts around {start} UTC]({image})\n");
        }
        for (label, text) in words(insight) {
            _ = writeln!(out, "- **{label}**: {}", prose(&text, Place::Text));
        }
        for of in tables.iter().filter(|of| !of.rows.is_empty()) {
            table(out, of, insight);
        }
        self.others(out);
        if !insight.example_event_ids.is_empty() {
            out.push_str("\nSome of its events:\n\n");
        }
        for id in &insight.example_event_ids {
            _ = writeln!(out, "- `{id}`");
        }
        for command in commands {
            _ = write!(out, "\n{}:\n\n{}", prose(command.title, Place::Text), block(&command.text));
        }
    }

    fn others(&self, out: &mut String) {
        if !self.others.is_empty() {
            out.push_str("\nOther insights of the incident:\n\n");
        }
        for Member { insight, image, .. } in &self.others {
            let link = match *image {
                "" => String::new(),
                image => format!(" ([graph]({image}))"),
            };
            _ = writeln!(out, "- {}{link}", prose(&also(insight), Place::Text));
        }
    }
}

/// Labels and sentences: what the table on a terminal says.
fn words(insight: &Insight) -> Vec<(String, String)> {
    let mut words: Vec<(String, String)> =
        fields(insight).into_iter().map(|(label, text)| (label.to_owned(), text)).collect();
    let expected = insight.evidence.expected_in_span;
    if expected.is_finite() {
        let events = counted(insight.whole.events, unit(insight.insight_type));
        let text = format!("{events} where {} were expected", amount(expected));
        words.push(("all in all".to_owned(), text));
    }
    words.extend(places(insight).map(|text| ("places".to_owned(), text)));
    words.push(("pattern".to_owned(), insight.pattern.sentence()));
    let reasons = insight.severity_reasons.join(", ");
    if !reasons.is_empty() {
        words.push((format!("why {}", insight.severity.as_str()), reasons));
    }
    words.push(("id".to_owned(), insight.shared_event_id.to_string()));
    words
}

/// The values with most events, and what all others made.
fn table(out: &mut String, of: &AttributionTable<'_>, insight: &Insight) {
    let attribute = of.attribution.attribute;
    let (name, number) = (heading(attribute), how_many(of.attribution));
    _ = writeln!(out, "\n| {name}: {number} | events | share | a minute | before, a minute |");
    out.push_str("|---|--:|--:|--:|--:|\n");
    for TableRow { value: name, events, baseline } in of.rows.iter().chain(&of.other) {
        let name = name.map_or_else(|| "others".to_owned(), |name| value(attribute, name, insight));
        let share = percent(*events, insight.whole.events).replace('<', "&lt;");
        let rate = amount(average(*events, insight.whole.minutes));
        let before = amount(average(*baseline, insight.baseline.minutes));
        _ = writeln!(out, "| {name} | {} | {share} | {rate} | {before} |", count(*events));
    }
}

/// A value, and where it is if it is an address that is known.
fn value(attribute: Attribute, name: &str, insight: &Insight) -> String {
    if (attribute, name) == (Attribute::ErrorCode, "null") {
        return "no error".to_owned();
    }
    let place = origin(name, attribute, insight);
    let place = place.map(|place| format!(" {}", prose(&place, Place::Cell)));
    code(name, Place::Cell) + &place.unwrap_or_default()
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
