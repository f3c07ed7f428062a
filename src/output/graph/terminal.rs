//! Events a minute as blocks, with the bound as a line across, times on the axis and the insight
//! marked below it.

use std::fmt::Write as _;
use std::ops::Range;

use anstyle::Style;

use super::super::blocks::{self, ROWS};
use super::super::numbers::duration;
use super::{Caption, Signs, Words, axis, caption, rates, top};
use crate::graph::{Bound, Graph, Layer};
use crate::minute::Minute;

/// The fewest columns that can be drawn in.
pub const NARROWEST: usize = 20;
/// Columns of a time on the axis, with room between.
const TIME: usize = 8;

/// How to draw.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Columns of the lines at most; fewer than [`NARROWEST`] count as that.
    pub width: usize,
    /// Whether to keep to ASCII.
    pub ascii: bool,
    /// The style of the insight's own blocks.
    pub insight: Style,
    /// How much is said of it.
    pub caption: Caption,
}

/// A graph in lines, and what it shows in words.
#[derive(Clone, Debug)]
pub struct Drawn {
    pub lines: Vec<String>,
    /// Of our own words, and the error code, which must be made visible.
    pub caption: String,
}

/// Draws what is near: in as many columns as there is room for, neighbours added up.
pub fn draw(graph: &Graph, words: Words<'_>, look: Look) -> Drawn {
    let label = |top: f64| axis::label(top).len().max(axis::label(top / 2.0).len());
    // A coarser layer has no higher top, but maybe a label of up to six letters.
    let room = look.width.max(NARROWEST) - label(top(graph, &graph.near)).max(6) - 2;
    let edge = graph.band.map_or(graph.at, |band| band.start);
    let layer = fitted(&graph.near, room, edge);
    let top = top(graph, &layer);
    let drawing = Drawing { graph, layer: &layer, top, look, labels: label(top) };
    let mut lines = drawing.blocks();
    lines.extend([drawing.axis(), drawing.times(room)]);
    lines.extend(drawing.band());
    for line in &mut lines {
        line.truncate(line.trim_end().len());
    }
    Drawn { lines, caption: drawing.caption(words) }
}

/// The layer in no more steps than there are columns.
fn fitted(layer: &Layer, columns: usize, edge: Minute) -> Layer {
    let most = u32::try_from(layer.events.len()).unwrap_or(u32::MAX);
    let least = layer.events.len().div_ceil(columns.max(1));
    let first = u32::try_from(least).unwrap_or(most).max(1);
    let mut fitted = layer.coarser(first, edge);
    // Steps that are cut at both ends may make one more.
    for times in first + 1..=most.max(first + 1) {
        if fitted.events.len() <= columns {
            break;
        }
        fitted = layer.coarser(times, edge);
    }
    fitted
}

struct Drawing<'a> {
    graph: &'a Graph,
    layer: &'a Layer,
    top: f64,
    look: Look,
    /// Columns of the numbers at the left.
    labels: usize,
}

impl Drawing<'_> {
    fn sign(&self, unicode: char, ascii: char) -> char {
        if self.look.ascii { ascii } else { unicode }
    }

    /// The columns of the insight.
    fn columns_of_band(&self) -> Option<Range<usize>> {
        let band = self.graph.band?;
        let shown = self.layer.span().intersection(band);
        if shown.minutes() == 0 {
            return None;
        }
        Some(self.layer.step_of(shown.start)?..self.layer.step_of(shown.end - 1)? + 1)
    }

    fn blocks(&self) -> Vec<String> {
        let events = rates(&self.layer.events, self.layer.step);
        let failures = rates(&self.layer.failures, self.layer.step);
        let band = self.columns_of_band().unwrap_or(0..0);
        let (bound, expected) = self.rows_of_lines();
        let row = |row: u16| {
            let empty = match row {
                row if bound == Some(row) => self.sign('╌', '-'),
                row if expected == Some(row) => self.sign('·', '.'),
                _ => ' ',
            };
            let cells: Vec<char> = (0..events.len())
                .map(|column| {
                    let Some(own) = events[column] else { return ' ' };
                    let all = failures.get(column).copied().flatten().unwrap_or(own);
                    self.cell(own, all, row, empty)
                })
                .collect();
            let text = |columns: Range<usize>| cells[columns].iter().collect::<String>();
            let (before, mut own) = (text(0..band.start), text(band.clone()));
            let after = text(band.end..cells.len()).trim_end().to_owned();
            if after.is_empty() {
                own.truncate(own.trim_end().len());
            }
            let style = if own.trim_end().is_empty() { Style::new() } else { self.look.insight };
            format!("{}{before}{style}{own}{style:#}{after}", self.label(row))
        };
        (0..ROWS).rev().map(row).collect()
    }

    /// The rows of the bound and of what was expected.
    fn rows_of_lines(&self) -> (Option<u16>, Option<u16>) {
        let row_of = |level: f64| {
            (level.is_finite() && level > 0.0).then(|| blocks::row_of(level, self.top))
        };
        let bound = self.graph.bound.map(Bound::rate).and_then(row_of);
        // At the bottom it would only be the axis again.
        (bound, self.graph.expected.and_then(row_of).filter(|row| *row > 0 && bound != Some(*row)))
    }

    /// The numbers at the top and at half of it.
    fn label(&self, row: u16) -> String {
        let text = match row {
            row if row + 1 == ROWS => axis::label(self.top),
            row if row + 1 == ROWS / 2 => axis::label(self.top / 2.0),
            _ => String::new(),
        };
        let tick = if text.is_empty() { self.sign('│', '|') } else { self.sign('┤', '+') };
        format!("{text:>0$} {tick}", self.labels)
    }

    /// How much of a row a column's events fill, and above them its other errors.
    fn cell(&self, own: f64, all: f64, row: u16, empty: char) -> char {
        let filled = |level| blocks::filled(blocks::height(level, self.top), row);
        match (filled(own), filled(all)) {
            (0, others) if others > 0 && empty == ' ' => self.sign('░', ':'),
            (0, _) => empty,
            (own, _) => blocks::sign(own, self.look.ascii),
        }
    }

    /// The line below the blocks: ticks where the times are, and where there are no logs.
    fn axis(&self) -> String {
        let ticks: Vec<usize> = self.ticks().into_iter().map(|(column, _)| column).collect();
        let signs = self.layer.events.iter().enumerate().map(|(column, events)| match events {
            None => 'x',
            Some(_) if ticks.contains(&column) => self.sign('┬', '+'),
            Some(_) => self.sign('─', '-'),
        });
        let signs: String = signs.collect();
        format!("{:>1$} {2}{signs}", 0, self.labels, self.sign('└', '+'))
    }

    fn ticks(&self) -> Vec<(usize, String)> {
        let times = axis::times(self.layer.span(), (self.layer.events.len() / TIME).max(1));
        let column = |(minute, text)| Some((self.layer.step_of(minute)?, text));
        times.into_iter().filter_map(column).collect()
    }

    fn times(&self, room: usize) -> String {
        let mut line = " ".repeat(self.labels + 2);
        let before = line.len();
        for (column, text) in self.ticks() {
            let at = line.len() - before;
            // The first letter stands below its tick.
            if column >= at && column + text.len() <= room {
                line.push_str(&" ".repeat(column - at));
                line.push_str(&text);
                line.push(' ');
            }
        }
        line
    }

    /// From S to E, with V at the verdict; nothing of that where there is no insight.
    fn band(&self) -> Option<String> {
        let verdict = self.layer.step_of(self.graph.at);
        let band = self.columns_of_band();
        let columns = band.clone().unwrap_or_else(|| {
            let at = verdict.unwrap_or(0);
            at..at + 1
        });
        let last = columns.end - 1;
        let first_shown = |band: &Range<usize>| {
            let start = self.graph.band.and_then(|span| self.layer.step_of(span.start));
            start == Some(band.start)
        };
        let sign = |column: usize| match &band {
            Some(band) if column == band.start && first_shown(band) => 'S',
            Some(_) if column == last && self.graph.ongoing => self.sign('▶', '>'),
            Some(_) if column == last => 'E',
            _ if Some(column) == verdict => 'V',
            _ => self.sign('━', '='),
        };
        (band.is_some() || verdict.is_some()).then(|| {
            let signs: String = columns.clone().map(sign).collect();
            format!("{}{signs}", " ".repeat(self.labels + 2 + columns.start))
        })
    }

    fn caption(&self, words: Words<'_>) -> String {
        let two = |sign: char| format!("{sign}{sign} ");
        let (_, drawn) = self.rows_of_lines();
        let expected = drawn.map(|_| two(self.sign('·', '.'))).unwrap_or_default();
        let signs = Signs {
            start: "S ",
            end: "E ",
            verdict: "V ",
            bound: &two(self.sign('╌', '-')),
            expected: &expected,
        };
        let shown = caption(self.graph, self.layer, (words, self.look.caption), signs);
        let step = duration(self.layer.step);
        let mut text = format!("{}s a minute, {step} a column, {shown}", words.unit);
        let Layer { events, failures, .. } = self.layer;
        let others = failures.iter().zip(events).any(|(all, own)| all > own);
        if let Some(code) = words.error_code.filter(|_| others) {
            let (own, other) = (self.sign('█', '#'), self.sign('░', ':'));
            _ = write!(text, "; {own} {code}, {other} the API's other errors");
        }
        if self.layer.events.contains(&None) {
            text.push_str("; x no logs");
        }
        text
    }
}

#[cfg(test)]
mod tests;
