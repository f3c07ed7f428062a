//! Counts as blocks with the bound above them; where there are more steps than columns, a column
//! shows the busiest of its steps.

use std::fmt::Write as _;
use std::io;

use super::super::blocks::{ROWS, filled, height, row_of, sign};
use super::super::fit::wrap;
use super::super::numbers::{amount, count, duration};
use super::super::table::{TableOptions, time};
use super::super::visible::visible;
use crate::detect::Level;
use crate::minute::Minute;
use crate::series_view::{SeriesView, Step};

/// The fewest columns that are laid out for.
const NARROWEST: usize = 20;

/// Some steps side by side.
struct Bar {
    /// Of the busiest step; `None` where none has logs.
    events: Option<u64>,
    /// The level of that step.
    level: Option<Level>,
}

pub fn write(view: &SeriesView, options: TableOptions, out: &mut dyn io::Write) -> io::Result<()> {
    let width = options.width.max(NARROWEST);
    let paragraph = |text: &str, out: &mut dyn io::Write| {
        let lines = wrap(&visible(text, options.ascii), width);
        lines.iter().try_for_each(|line| writeln!(out, "{line}"))
    };
    paragraph(&view.subject.to_string(), out)?;
    let (Some(first), Some(last)) = (view.steps.first(), view.steps.last()) else {
        return writeln!(out, "No logs of that time.");
    };
    let most = view.steps.iter().filter_map(|step| step.events).max().unwrap_or(0);
    // Its digits are no more than those of any other number beside the chart.
    let room = width.saturating_sub(count(most).len() + 8).max(8);
    let each = view.steps.len().div_ceil(room);
    let bars: Vec<Bar> = view.steps.chunks(each).map(bar).collect();
    for line in draw(&bars, options.ascii) {
        writeln!(out, "  {line}")?;
    }
    let end = last.start + view.period.minutes();
    paragraph(&caption(view, each, &bars, (first.start, end)), out)
}

fn bar(steps: &[Step]) -> Bar {
    let busiest = steps.iter().filter(|step| step.events.is_some());
    // Of equals the first.
    let busiest = busiest.rev().max_by_key(|step| step.events);
    Bar { events: busiest.and_then(|step| step.events), level: busiest.and_then(|step| step.level) }
}

fn draw(bars: &[Bar], ascii: bool) -> Vec<String> {
    let most = bars.iter().filter_map(|bar| bar.events).max().unwrap_or(0);
    // A bound far above all counts would leave no room for them.
    let limit = 2.0 * as_f64(most.max(1));
    let bounds = bars.iter().filter_map(bound).filter(|bound| *bound <= limit);
    let top = bounds.fold(as_f64(most), f64::max).ceil().max(1.0);
    let (high, low) = (amount(top), "0");
    let labels = high.len();
    let line = if ascii { '-' } else { '╌' };
    let mut lines: Vec<String> = (0..ROWS)
        .rev()
        .map(|row| {
            let label = if row == ROWS - 1 { high.as_str() } else { "" };
            let cells = bars.iter().map(|bar| {
                let here = bound(bar).filter(|bound| *bound <= top);
                let empty =
                    if here.map(|bound| row_of(bound, top)) == Some(row) { line } else { ' ' };
                let events = as_f64(bar.events.unwrap_or(0));
                match filled(height(events, top), row) {
                    0 => empty,
                    eighths => sign(eighths, ascii),
                }
            });
            let cells: String = cells.collect();
            let edge = if ascii { '|' } else { '┤' };
            format!("{label:>labels$} {edge}{cells}").trim_end().to_owned()
        })
        .collect();
    let axis = bars.iter().map(|bar| match (bar.events, ascii) {
        (None, _) => 'x',
        (Some(_), true) => '-',
        (Some(_), false) => '─',
    });
    let axis: String = axis.collect();
    lines.push(format!("{low:>labels$} {}{axis}", if ascii { '+' } else { '└' }));
    lines
}

#[expect(clippy::cast_precision_loss, reason = "a drawing is 64 eighths high")]
const fn as_f64(number: u64) -> f64 {
    number as f64
}

fn bound(bar: &Bar) -> Option<f64> {
    bar.level.map(|level| level.bound).filter(|bound| bound.is_finite() && *bound >= 0.0)
}

/// What the chart shows, in words.
fn caption(view: &SeriesView, each: usize, bars: &[Bar], span: (Minute, Minute)) -> String {
    let step = view.period.minutes();
    let column = if each == 1 {
        format!("{} a column", duration(step))
    } else {
        let whole = u32::try_from(each).unwrap_or(u32::MAX).saturating_mul(step);
        format!("{} a column, as high as its busiest {}", duration(whole), duration(step))
    };
    let events = view.steps.iter().filter_map(|step| step.events).sum();
    let mut text = format!(
        "{column}; {} to {} UTC; {} in all",
        time(span.0, true),
        time(span.1, true),
        count(events)
    );
    if let Some(peak) = view.steps.iter().rev().max_by_key(|step| step.events) {
        let events = count(peak.events.unwrap_or(0));
        _ = write!(text, "; most {events} at {}", time(peak.start, true));
        if let Some(level) = peak.level {
            let (expected, bound) = (amount(level.expected), amount(level.bound));
            _ = write!(text, ", where {expected} were expected and {bound} credible");
        }
    }
    if bars.iter().any(|bar| bound(bar).is_some()) {
        text.push_str("; line: the most that is credible");
    }
    if bars.iter().any(|bar| bar.events.is_none()) {
        text.push_str("; x no logs");
    }
    text
}
