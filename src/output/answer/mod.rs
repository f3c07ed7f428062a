//! Answers of `explain` for people on a terminal.

pub(super) mod chart;
mod json;
mod windows;
mod wording;

use std::fmt::Write as _;
use std::io;

use anstyle::{AnsiColor, Style};

use super::fit::{middle, width, wrap};
use super::numbers::{amount, count};
use super::table::wording::{fields, severity_reasons, time};
use super::table::{Table, TableOptions};
use super::visible::visible;
use crate::detect::{DayUse, HistoryDay, HistoryUsed, PerWindow, Situation, WINDOWS};
use crate::explain::{Answer, Breakdown, ExplainError, Neighbours, Outcome};
use crate::insight::Attribute;
use wording::what;

pub use json::AnswerJson;

/// Columns before a name in a list of names.
const BEFORE_NAME: usize = 27;
/// A name in fewer columns says nothing.
const LEAST_NAME: usize = 20;

/// An answer in sections; names from logs cannot hide, colour or move anything.
#[derive(Clone, Copy, Debug, Default)]
pub struct AnswerTable(pub TableOptions);

impl AnswerTable {
    /// Writes the answer.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write(self, answer: &Answer, out: &mut dyn io::Write) -> io::Result<()> {
        self.what_it_is(answer, out)?;
        self.section("Counts", out)?;
        let table = self.table();
        for line in chart::draw(&answer.chart, table.width(), self.0.ascii) {
            writeln!(out, "  {line}")?;
        }
        self.text(&chart::caption(&answer.chart), out)?;
        if let Some(verdict) = &answer.verdict {
            let is_open = matches!(verdict.situation, Situation::InIncident { .. });
            if !verdict.windows.is_empty() && !is_open {
                let at = time(verdict.at, true);
                self.section(&format!("Windows that end with {at} UTC"), out)?;
                windows::write(self, &verdict.windows, out)?;
            }
            self.section("History", out)?;
            self.history(&verdict.history, out)?;
        }
        self.section("Who and what", out)?;
        self.text(&wording::stretches(answer), out)?;
        for breakdown in &answer.breakdowns {
            self.breakdown(breakdown, out)?;
        }
        self.section("Examples", out)?;
        if answer.example_event_ids.is_empty() {
            writeln!(out, "  none with an id")?;
        }
        for id in &answer.example_event_ids {
            writeln!(out, "  {id}")?;
        }
        self.section("Other insights", out)?;
        self.neighbours(&answer.neighbours, out)
    }

    const fn table(self) -> Table {
        Table(self.0)
    }

    fn section(self, title: &str, out: &mut dyn io::Write) -> io::Result<()> {
        let style = if self.0.colour { Style::new().bold() } else { Style::new() };
        let title = middle(title, self.table().width(), self.table().ellipsis());
        writeln!(out, "\n{style}{title}{style:#}")
    }

    fn what_it_is(self, answer: &Answer, out: &mut dyn io::Write) -> io::Result<()> {
        let table = self.table();
        match (&answer.insight, answer.asked) {
            (Some(insight), None) => table.heading(insight, out)?,
            _ => self.heading(answer, out)?,
        }
        if let Some(insight) = &answer.insight {
            for (label, text) in fields(insight) {
                table.field(label, &text, out)?;
            }
            table.field("pattern", &insight.pattern.sentence(), out)?;
            if let Some(reasons) = severity_reasons(insight) {
                table.field("why", &reasons, out)?;
            }
            table.field("id", &insight.shared_event_id.to_string(), out)?;
        } else {
            let subject = &answer.subject;
            table.field("where", &format!("{}, {}", subject.account, subject.region), out)?;
        }
        for (label, text) in wording::verdict(answer) {
            table.field(label, &text, out)?;
        }
        Ok(())
    }

    /// Of a minute: whether it was reported, and the subject.
    fn heading(self, answer: &Answer, out: &mut dyn io::Write) -> io::Result<()> {
        let (word, colour) = match answer.outcome {
            Outcome::Reported => ("REPORTED", AnsiColor::Red),
            Outcome::Folded { .. } => ("FOLDED", AnsiColor::Yellow),
            Outcome::NotReported => ("NOT REPORTED", AnsiColor::Green),
        };
        let style = if self.0.colour { colour.on_default().bold() } else { Style::new() };
        let subject = &answer.subject;
        let what = what(subject);
        let what = visible(&what, self.0.ascii);
        let room = self.table().width().saturating_sub(word.len() + 2);
        writeln!(out, "{style}{word}{style:#}  {}", middle(&what, room, self.table().ellipsis()))
    }

    fn history(self, history: &HistoryUsed, out: &mut dyn io::Write) -> io::Result<()> {
        self.text(&wording::history(history), out)?;
        if history.days.is_empty() {
            return Ok(());
        }
        let heads = WINDOWS.map(|minutes| format!("{minutes} min"));
        self.text("The largest count of each day that is kept, by window:", out)?;
        let row = |day: &str, [a, b, c, d]: PerWindow<String>| {
            format!("  {day:10}{a:>8}{b:>8}{c:>8}{d:>8}")
        };
        self.cut_line(&row("", heads), out)?;
        let mut days = history.days.iter().peekable();
        while let Some(day) = days.next() {
            if day.usage == DayUse::BeforeFirstSeen {
                let mut last = day;
                while let Some(next) = days.next_if(|next| next.usage == day.usage) {
                    last = next;
                }
                let until =
                    if last.day == day.day { String::new() } else { format!(" to {}", date(last)) };
                self.cut_line(&format!("  {}{until}: not seen yet", date(day)), out)?;
                continue;
            }
            let (numbers, note) = (row(&date(day), day.largest.map(count)), wording::day(day));
            if note.is_empty() {
                self.cut_line(&numbers, out)?;
            } else if width(&numbers) + 2 + width(&note) <= self.table().width() {
                writeln!(out, "{numbers}  {note}")?;
            } else {
                self.cut_line(&numbers, out)?;
                self.cut_line(&format!("    {note}"), out)?;
            }
        }
        Ok(())
    }

    /// A paragraph.
    fn text(self, text: &str, out: &mut dyn io::Write) -> io::Result<()> {
        let text = self.table().ours(text);
        let text = visible(&text, self.0.ascii);
        for line in wrap(&text, self.table().width() - 2) {
            writeln!(out, "  {line}")?;
        }
        Ok(())
    }

    /// A line of our own, as much of it as fits.
    fn cut_line(self, line: &str, out: &mut dyn io::Write) -> io::Result<()> {
        writeln!(out, "{}", middle(line, self.table().width(), self.table().ellipsis()))
    }

    fn breakdown(self, breakdown: &Breakdown, out: &mut dyn io::Write) -> io::Result<()> {
        let table = self.table();
        writeln!(out, "  {}", wording::values(breakdown))?;
        for value in &breakdown.values {
            let new = if value.new { "NEW" } else { "" };
            let numbers =
                format!("{:>9} {:>9}", amount(value.average), amount(value.baseline_average));
            let style = if value.new && self.0.colour {
                AnsiColor::Yellow.on_default().bold()
            } else {
                Style::new()
            };
            let name = match (breakdown.attribute, value.value.as_str()) {
                (_, "") => "(none)",
                (Attribute::ErrorCode, "null") => "(no error)",
                (_, name) => name,
            };
            let name = visible(name, self.0.ascii);
            let room = table.width().saturating_sub(BEFORE_NAME);
            if room < LEAST_NAME.min(width(&name)) {
                let room = table.width() - 4;
                writeln!(out, "    {}", middle(&name, room, table.ellipsis()))?;
                let line = format!("  {numbers}  {new}");
                self.cut_line(line.trim_end(), out)?;
                continue;
            }
            let name = middle(&name, room, table.ellipsis());
            writeln!(out, "  {numbers}  {style}{new:3}{style:#} {name}")?;
        }
        Ok(())
    }

    fn neighbours(self, neighbours: &Neighbours, out: &mut dyn io::Write) -> io::Result<()> {
        let table = self.table();
        if neighbours.listed.is_empty() {
            return self
                .text("none of the same identity, nor of the same minutes in this account", out);
        }
        for neighbour in &neighbours.listed {
            let subject = &neighbour.subject;
            let what = what(subject);
            let what = visible(&what, self.0.ascii);
            let what = middle(&what, table.width().saturating_sub(12), table.ellipsis());
            writeln!(out, "  {:9} {what}", neighbour.severity.as_str())?;
            self.text(&wording::neighbour(neighbour), out)?;
        }
        match neighbours.more {
            0 => Ok(()),
            more => self.text(&format!("and {} more", count(more as u64)), out),
        }
    }
}

/// `2026-03-09`
fn date(day: &HistoryDay) -> String {
    day.day.to_datetime().format("%Y-%m-%d").to_string()
}

/// Why there is no answer, for people; the subjects to choose from, if it could be several.
#[must_use]
pub fn refusal(error: &ExplainError) -> String {
    let mut text = visible(&error.to_string(), false).into_owned();
    if let ExplainError::AmbiguousSubject { candidates, number, .. } = error {
        text.push_str("; say more of which:");
        for candidate in candidates {
            text.push_str("\n  ");
            text.push_str(&visible(&candidate.to_string(), false));
        }
        match number.saturating_sub(candidates.len()) {
            0 => {}
            more => _ = write!(text, "\n  and {more} more"),
        }
    }
    text
}
