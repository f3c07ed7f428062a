//! Insights for people on a terminal: a block each, in plain words.

pub(super) mod wording;

use std::collections::{BTreeMap, HashMap};
use std::io;

use anstyle::{AnsiColor, Style};
use uuid::Uuid;

use super::InsightWriter;
use super::fit::{middle, width, wrap};
use super::graph::terminal::{self, Drawn, Look, draw};
use super::graph::{Caption, Words};
use super::sparkline::sparkline;
use super::visible::visible;
use crate::graph::Graph;
use crate::insight::{Attribute, Attribution, Insight, Severity};
use crate::minute::DAY;

pub(super) use wording::{also, place, time, unit, what, when};

/// The fewest columns a block is laid out for.
const NARROWEST: usize = 20;
/// From here on labels have a column of their own.
const WIDE: usize = 48;
/// The most columns for where an address is.
const ORIGIN: usize = 36;
/// Columns before the text beside labels.
const LABELS: usize = 11;

/// How to lay the table out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableOptions {
    /// Columns of the terminal; below 20 counts as 20.
    pub width: usize,
    /// Whether to colour severities.
    pub colour: bool,
    /// Whether to keep to ASCII, other characters written out.
    pub ascii: bool,
    /// Whether each insight has a block of its own, rather than each incident.
    pub each: bool,
}

impl Default for TableOptions {
    /// Eighty columns, no colour, Unicode, a block an incident.
    fn default() -> Self {
        Self { width: 80, colour: false, ascii: false, each: false }
    }
}

/// One block an incident, or an insight, in the order given; names from logs cannot hide, colour or move anything.
#[derive(Clone, Copy, Debug, Default)]
pub struct Table(pub TableOptions);

/// Which blocks of a table have a chart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Charted {
    /// None.
    #[default]
    None,
    /// That of the most severe insight; of several the one with the most events.
    Worst,
    /// All.
    All,
}

/// Graphs by the shared id of their insight.
pub type Graphs = BTreeMap<Uuid, Graph>;

impl InsightWriter for Table {
    fn write(&self, insights: &[Insight], out: &mut dyn io::Write) -> io::Result<()> {
        self.write_with(insights, &Graphs::new(), out)
    }
}

impl Table {
    /// The insights whose blocks are to have a chart.
    #[must_use]
    pub fn charted(self, insights: &[Insight], which: Charted) -> Vec<Insight> {
        let leading = self.blocks(insights).into_iter().map(|(leading, _)| leading);
        match which {
            Charted::None => Vec::new(),
            Charted::Worst => leading
                .enumerate()
                .max_by_key(|(index, insight)| {
                    (insight.severity, insight.whole.events, std::cmp::Reverse(*index))
                })
                .map(|(_, insight)| insight.clone())
                .into_iter()
                .collect(),
            Charted::All => leading.cloned().collect(),
        }
    }

    /// The same as [`Table::write`], with a chart in each block whose insight has a graph.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write_with(
        self,
        insights: &[Insight],
        graphs: &Graphs,
        out: &mut dyn io::Write,
    ) -> io::Result<()> {
        if insights.is_empty() {
            return writeln!(out, "No insights.");
        }
        for (index, (leading, others)) in self.blocks(insights).into_iter().enumerate() {
            if index > 0 {
                writeln!(out)?;
            }
            self.block(leading, &others, graphs.get(&leading.shared_event_id), out)?;
        }
        Ok(())
    }

    /// The insights with a block of their own, each with those that stand in it: an incident has one
    /// block, in the place of its first insight.
    fn blocks(self, insights: &[Insight]) -> Vec<(&Insight, Vec<&Insight>)> {
        if self.0.each {
            return insights.iter().map(|insight| (insight, Vec::new())).collect();
        }
        let mut places: HashMap<Uuid, usize> = HashMap::new();
        let mut blocks: Vec<Vec<&Insight>> = Vec::new();
        for insight in insights {
            let place = *places.entry(insight.incident.incident).or_insert(blocks.len());
            if place == blocks.len() {
                blocks.push(Vec::new());
            }
            blocks[place].push(insight);
        }
        let mut leading = Vec::new();
        for mut block in blocks {
            let place = block.iter().position(|insight| insight.incident.leads).unwrap_or(0);
            leading.push((block.remove(place), block));
        }
        leading
    }

    fn block(
        self,
        insight: &Insight,
        others: &[&Insight],
        graph: Option<&Graph>,
        out: &mut dyn io::Write,
    ) -> io::Result<()> {
        self.heading(insight, out)?;
        for (label, text) in wording::fields(insight) {
            self.field(label, &text, out)?;
        }
        for (label, attribute) in [
            ("who", Attribute::UserIdentityArn),
            ("agent", Attribute::UserAgent),
            ("from", Attribute::SourceIpAddress),
            ("API", Attribute::Api),
        ] {
            let has = insight.attributions.iter().find(|has| has.attribute == attribute);
            if let Some(attribution) = has {
                self.top(label, attribution, insight, out)?;
            }
        }
        if let Some(places) = wording::places(insight) {
            self.field("places", &places, out)?;
        }
        self.field("pattern", &insight.pattern.sentence(), out)?;
        if let Some(reasons) = wording::severity_reasons(insight) {
            self.field("why", &reasons, out)?;
        }
        match graph.filter(|_| self.columns().1 >= terminal::NARROWEST) {
            Some(graph) => self.chart(insight, graph, out)?,
            None => self.picture(insight, out)?,
        }
        self.field("id", &insight.shared_event_id.to_string(), out)?;
        for other in others {
            self.field("also", &wording::also(other), out)?;
        }
        Ok(())
    }

    pub(super) fn width(self) -> usize {
        self.0.width.max(NARROWEST)
    }

    /// How graphs are drawn in so many columns.
    pub(super) fn look(self, severity: Option<Severity>, width: usize, caption: Caption) -> Look {
        let colour = severity.filter(|_| self.0.colour).map(|severity| match severity {
            Severity::Low => AnsiColor::Cyan,
            Severity::Medium => AnsiColor::Yellow,
            Severity::High | Severity::Critical => AnsiColor::Red,
        });
        let insight = colour.map_or(Style::new(), AnsiColor::on_default);
        Look { width, ascii: self.0.ascii, insight, caption }
    }

    /// Columns before a field's text, and columns for it.
    fn columns(self) -> (usize, usize) {
        let before = if self.width() < WIDE { 4 } else { LABELS };
        (before, self.width() - before)
    }

    /// Our own punctuation in the characters allowed.
    pub(super) fn ours(self, text: &str) -> String {
        if !self.0.ascii {
            return text.to_owned();
        }
        text.replace('→', "->").replace('×', "x").replace('…', "...")
    }

    pub(super) fn ellipsis(self) -> &'static str {
        if self.0.ascii { "..." } else { "…" }
    }

    pub(super) fn heading(self, insight: &Insight, out: &mut dyn io::Write) -> io::Result<()> {
        self.title(Some(insight.severity), &wording::what(insight), out)
    }

    /// A severity and what has it; a dash for none.
    pub(super) fn title(
        self,
        severity: Option<Severity>,
        what: &str,
        out: &mut dyn io::Write,
    ) -> io::Result<()> {
        let style = severity.filter(|_| self.0.colour).map_or(Style::new(), colour);
        let severity = severity.map_or("-".to_owned(), |known| known.as_str().to_uppercase());
        let what = visible(what, self.0.ascii);
        let room = self.width() - severity.len() - 2;
        let what = middle(&what, room, self.ellipsis());
        writeln!(out, "{style}{severity}{style:#}  {what}")
    }

    /// A name, its middle left out where it is too long.
    pub(super) fn short(self, name: &str, room: usize) -> String {
        middle(&visible(name, self.0.ascii), room, self.ellipsis()).into_owned()
    }

    /// Text that stands for itself.
    pub(super) fn paragraph(self, text: &str, out: &mut dyn io::Write) -> io::Result<()> {
        let lines = wrap(&visible(text, self.0.ascii), self.width());
        lines.iter().try_for_each(|line| writeln!(out, "{line}"))
    }

    /// A label and text that may take several lines.
    pub(super) fn field(self, label: &str, text: &str, out: &mut dyn io::Write) -> io::Result<()> {
        let text = self.ours(text);
        let text = visible(&text, self.0.ascii);
        self.lines(label, &wrap(&text, self.columns().1), out)
    }

    fn lines(self, label: &str, lines: &[String], out: &mut dyn io::Write) -> io::Result<()> {
        let (before, _) = self.columns();
        let beside = before == LABELS;
        if !beside {
            writeln!(out, "  {label}")?;
        }
        for (index, line) in lines.iter().enumerate() {
            let label = if beside && index == 0 { label } else { "" };
            let room = before - 2;
            writeln!(out, "  {label:room$}{line}")?;
        }
        Ok(())
    }

    /// The first value of an attribute with its share, on one line if it can be.
    fn top(
        self,
        label: &str,
        attribution: &Attribution,
        insight: &Insight,
        out: &mut dyn io::Write,
    ) -> io::Result<()> {
        let Some(top) = attribution.whole.first() else { return Ok(()) };
        let (_, room) = self.columns();
        let name = if top.value.is_empty() { "(none)" } else { &top.value };
        let name = visible(name, self.0.ascii);
        let mut share = wording::share(top.events, insight.whole.events, attribution);
        if let Some(origin) = wording::origin(&top.value, attribution.attribute, insight) {
            share = format!("{share}, {}", self.short(&origin, ORIGIN));
        }
        // A name cut to a few characters says nothing.
        let left = room.saturating_sub(width(&share) + 2);
        if left >= width(&name).min(24) {
            let name = middle(&name, left, self.ellipsis());
            return self.lines(label, &[format!("{name}  {share}")], out);
        }
        let mut lines = vec![middle(&name, room, self.ellipsis()).into_owned()];
        lines.extend(wrap(&share, room));
        self.lines(label, &lines, out)
    }

    /// The counts around the insight as a chart, and what it shows.
    fn chart(self, insight: &Insight, graph: &Graph, out: &mut dyn io::Write) -> io::Result<()> {
        let (_, room) = self.columns();
        let look = self.look(Some(insight.severity), room, Caption::Brief);
        let Drawn { mut lines, caption } = draw(graph, Words::of(insight), look);
        lines.extend(wrap(&visible(&caption, self.0.ascii), room));
        self.lines("chart", &lines, out)
    }

    /// The counts around the insight between the times they begin and end.
    fn picture(self, insight: &Insight, out: &mut dyn io::Write) -> io::Result<()> {
        let context = &insight.context;
        if context.counts.is_empty() || context.step == 0 {
            return Ok(());
        }
        let steps = u32::try_from(context.counts.len()).unwrap_or(u32::MAX);
        let minutes = steps.saturating_mul(context.step);
        let end = context.start + minutes;
        let dated = minutes > DAY || context.start.day() != end.day();
        let (_, room) = self.columns();
        let times = [context.start, end].map(|time| wording::time(time, dated));
        let taken = times[0].len() + times[1].len() + 2;
        let columns = room.saturating_sub(taken);
        let line = if columns < 8 {
            sparkline(&context.counts, room, self.0.ascii)
        } else {
            let picture = sparkline(&context.counts, columns, self.0.ascii);
            format!("{} {picture} {}", times[0], times[1])
        };
        self.lines("around", &[line], out)
    }
}

fn colour(severity: Severity) -> Style {
    let colour = match severity {
        Severity::Low => AnsiColor::Cyan,
        Severity::Medium => AnsiColor::Yellow,
        Severity::High => AnsiColor::Red,
        Severity::Critical => return AnsiColor::White.on(AnsiColor::Red).bold(),
    };
    colour.on_default().bold()
}

#[cfg(test)]
mod tests;
