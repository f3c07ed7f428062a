//! Counts over time as blocks, with the bound as a line across and the insight marked below.

use std::fmt::Write as _;

use super::super::numbers::{amount, count, duration};
use super::super::table::wording::time;
use crate::explain::Chart;
use crate::minute::Minute;

/// Rows of blocks.
pub(in crate::output) const ROWS: u64 = 8;
/// Eighths of a row, from none to all.
const EIGHTHS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// The chart in lines of at most `width - 2` columns; steps far from the verdict are left out
/// where there is no room for all.
pub fn draw(chart: &Chart, width: usize, ascii: bool) -> Vec<String> {
    let most = chart.counts.iter().flatten().copied().max().unwrap_or(0);
    let bound = chart.bound.filter(|bound| bound.is_finite() && *bound >= 0.0);
    let top = bound.map_or(0.0, f64::ceil).max(as_f64(most)).max(1.0);
    let (high, low) = (amount(top), "0");
    let labels = high.len();
    let shown = shown(chart, width.saturating_sub(labels + 4).max(1));
    let line = bound.map(|bound| row_of(bound, top));
    let mut lines: Vec<String> = (0..ROWS)
        .rev()
        .map(|row| {
            let label = if row == ROWS - 1 { high.as_str() } else { "" };
            let empty = match (line == Some(row), ascii) {
                (false, _) => ' ',
                (true, false) => '╌',
                (true, true) => '-',
            };
            let cells: String = chart.counts[shown.clone()]
                .iter()
                .map(|events| cell(events.unwrap_or(0), top, row, empty, ascii))
                .collect();
            format!("{label:>labels$} {}{cells}", if ascii { '|' } else { '┤' })
                .trim_end()
                .to_owned()
        })
        .collect();
    let corner = if ascii { '+' } else { '└' };
    let axis: String = shown.map(|step| mark(chart, step, ascii)).collect();
    lines.push(format!("{low:>labels$} {corner}{axis}"));
    lines
}

/// What the chart shows, in words.
pub fn caption(chart: &Chart) -> String {
    let steps = u32::try_from(chart.counts.len()).unwrap_or(u32::MAX);
    let end = chart.start + steps.saturating_mul(chart.step);
    let dated = |minute: Minute| time(minute, minute.day() != chart.start.day());
    let mut text = format!(
        "{} a column, {} to {} UTC; V verdict {}",
        duration(chart.step),
        time(chart.start, true),
        dated(end),
        dated(chart.at)
    );
    if let Some(start) = chart.insight_start {
        _ = write!(text, ", S start {}", dated(start));
    }
    if let Some(end) = chart.insight_end {
        _ = write!(text, ", E end {}", dated(end));
    }
    if let Some(expected) = chart.expected {
        _ = write!(text, "; expected {} a column", amount(expected));
    }
    if let Some(bound) = chart.bound {
        _ = write!(text, "; line: bound {}", amount(bound));
    }
    _ = write!(text, "; {} in all", count(chart.counts.iter().flatten().sum()));
    if chart.counts.contains(&None) {
        text.push_str("; x no logs");
    }
    text
}

/// The steps that fit, around the verdict.
fn shown(chart: &Chart, columns: usize) -> std::ops::Range<usize> {
    let all = chart.counts.len();
    if all <= columns {
        return 0..all;
    }
    let at = step_of(chart, chart.insight_start.unwrap_or(chart.at)).unwrap_or(0);
    let first = at.saturating_sub(columns / 3).min(all - columns);
    first..first + columns
}

fn step_of(chart: &Chart, minute: Minute) -> Option<usize> {
    let step = minute.since(chart.start).checked_div(chart.step)?;
    (minute >= chart.start).then_some(step as usize)
}

/// The sign on the axis below a step.
fn mark(chart: &Chart, step: usize, ascii: bool) -> char {
    let is_at = |minute: Option<Minute>| minute.and_then(|at| step_of(chart, at)) == Some(step);
    match () {
        () if is_at(chart.insight_start) => 'S',
        () if is_at(chart.insight_end) => 'E',
        () if is_at(Some(chart.at)) => 'V',
        () if chart.counts.get(step) == Some(&None) => 'x',
        () if ascii => '-',
        () => '─',
    }
}

/// The row, from the bottom, that a value lies in.
pub(in crate::output) fn row_of(value: f64, top: f64) -> u64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to ROWS")]
    let row = (value / top * as_f64(ROWS)).floor().max(0.0) as u64;
    row.min(ROWS - 1)
}

/// How much of a row a column of events fills.
pub(in crate::output) fn cell(events: u64, top: f64, row: u64, empty: char, ascii: bool) -> char {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 8 ROWS")]
    let eighths = (as_f64(events) / top * as_f64(8 * ROWS)).ceil().clamp(0.0, 64.0) as usize;
    let filled = eighths.saturating_sub(usize::try_from(8 * row).unwrap_or(0)).min(8);
    match (filled, ascii) {
        (0, _) => empty,
        (_, false) => EIGHTHS[filled],
        (1..=4, true) => '.',
        (_, true) => '#',
    }
}

#[expect(clippy::cast_precision_loss, reason = "a drawing is 64 eighths high")]
pub(in crate::output) const fn as_f64(number: u64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A quiet hour with a burst of five minutes from the twentieth minute on.
    fn chart(bound: Option<f64>) -> Chart {
        let start = Minute::new(29_551_082);
        let mut counts = vec![Some(0); 60];
        counts[3] = Some(1);
        counts[..3].fill(None);
        counts[20..25].copy_from_slice(&[16, 40, 32, 8, 40].map(Some));
        Chart {
            start,
            step: 1,
            counts,
            expected: Some(0.25),
            bound,
            insight_start: Some(start + 20),
            insight_end: Some(start + 25),
            at: start + 21,
        }
    }

    #[test]
    fn blocks_are_as_high_as_the_counts() {
        let drawn = draw(&chart(Some(12.0)), 40, false).join("\n");
        insta::assert_snapshot!(drawn);
        let drawn = draw(&chart(Some(12.0)), 40, true).join("\n");
        insta::assert_snapshot!(drawn);
    }

    #[test]
    fn a_bound_above_all_counts_is_in_the_picture() {
        let lines = draw(&chart(Some(99.5)), 80, true);
        assert!(lines[0].starts_with("100 |-----"), "{}", lines[0]);
        for bound in [None, Some(f64::NAN), Some(f64::INFINITY), Some(-1.0)] {
            let lines = draw(&chart(bound), 80, true);
            assert!(lines[0].starts_with("40 |"), "{}", lines[0]);
            assert!(lines[..8].iter().all(|line| !line.contains('-')), "{bound:?}");
        }
    }

    #[test]
    fn the_marks_are_shown_at_any_width() {
        for width in 20..100 {
            let lines = draw(&chart(Some(12.0)), width, false);
            assert!(lines.iter().all(|line| line.chars().count() <= width - 2), "{width}");
            let axis = lines.last().unwrap();
            assert!(axis.contains("SV"), "{width}: {axis}");
        }
    }

    #[test]
    fn the_caption_names_every_mark() {
        insta::assert_snapshot!(caption(&chart(Some(12.0))));
    }
}
