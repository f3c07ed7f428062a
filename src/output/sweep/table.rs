//! For people: what each setting would find, and which insights make the difference.

use std::io;

use crate::insight::{Insight, MinRatio, Severity};
use crate::output::TableOptions;
use crate::output::fit::{middle, width};
use crate::output::numbers::{amount, count, counted};
use crate::output::table::{time, what};
use crate::output::visible::visible;
use crate::sweep::{Counts, Step, Sweep};

/// Insights named at each step.
const NAMED: usize = 5;
/// Columns between columns.
const GAP: usize = 2;
/// The fewest columns for an API's name.
const NARROWEST_NAME: usize = 16;

pub(super) fn write(
    sweep: &Sweep,
    options: TableOptions,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let weeks = amount(sweep.account_weeks);
    writeln!(out, "Insights at other settings, in {weeks} account-weeks of logs; > is in use\n")?;
    grid(&by_false_per_week(sweep), out)?;
    if sweep.steps.iter().any(|step| step.by_min_count.len() > 1) {
        writeln!(out, "\nInsights by --false-per-week, down, and --min-count, across")?;
        let cells = |step: &Step| -> Vec<Cell> {
            let in_use = sweep.in_use.min_count;
            let cell =
                |&(knob, counts): &(u32, Counts)| (knob == in_use, count(knob.into()), counts);
            step.by_min_count.iter().map(cell).collect()
        };
        grid(&across(sweep, cells), out)?;
    }
    writeln!(out, "\nInsights by --false-per-week, down, and --min-ratio, across")?;
    let cells = |step: &Step| -> Vec<Cell> {
        let in_use = sweep.in_use.min_ratio;
        let cell = |&(knob, counts): &(MinRatio, Counts)| {
            let name = if knob == MinRatio::OFF { "off".to_owned() } else { knob.to_string() };
            (knob == in_use, name, counts)
        };
        step.by_min_ratio.iter().map(cell).collect()
    };
    grid(&across(sweep, cells), out)?;
    writeln!(out)?;
    let mut before = None;
    for step in &sweep.steps {
        differences(before, step, options, out)?;
        before = Some(step.false_per_week);
    }
    Ok(())
}

/// Rows of cells, headings first.
type Rows = Vec<Vec<String>>;

fn mark(in_use: bool) -> String {
    if in_use { ">" } else { "" }.to_owned()
}

fn is_in_use(sweep: &Sweep, step: &Step) -> bool {
    step.false_per_week.total_cmp(&sweep.in_use.false_per_week).is_eq()
}

fn by_false_per_week(sweep: &Sweep) -> Rows {
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    let mut rows: Rows = vec![
        texts(&["", "--false-", "", "call", "error", "", "", "", "", "incidents per"]),
        texts(&["", "per-week", "insights", "rate", "rate"]),
    ];
    rows[1].extend(Severity::ALL.iter().rev().map(|severity| severity.as_str().to_owned()));
    rows[1].push("account-week".to_owned());
    for step in &sweep.steps {
        let counts = step.counts;
        let mut row = vec![mark(is_in_use(sweep, step)), step.false_per_week.to_string()];
        row.extend([counts.insights, counts.call_rate, counts.error_rate()].map(count));
        row.extend(counts.by_severity.iter().rev().map(|number| count(*number)));
        row.push(amount(sweep.per_account_week(counts.incidents)));
        rows.push(row);
    }
    rows
}

/// Insights at one stand of another knob: whether it is in use, its name, and how many.
type Cell = (bool, String, Counts);

/// Insights by the first knob downwards and another across.
fn across(sweep: &Sweep, cells: impl Fn(&Step) -> Vec<Cell>) -> Rows {
    let mut rows: Rows = Vec::new();
    for step in &sweep.steps {
        let cells = cells(step);
        if rows.is_empty() {
            let names = cells.iter().map(|(in_use, name, _)| mark(*in_use) + name);
            rows.push([String::new(), "per week".to_owned()].into_iter().chain(names).collect());
        }
        let first = [mark(is_in_use(sweep, step)), step.false_per_week.to_string()];
        let numbers = cells.iter().map(|(.., counts)| count(counts.insights));
        rows.push(first.into_iter().chain(numbers).collect());
    }
    rows
}

/// Columns to the right, each as wide as it needs to be.
fn grid(rows: &Rows, out: &mut dyn io::Write) -> io::Result<()> {
    let widest = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| width(cell)).max().unwrap_or(0)
    };
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(widest).collect();
    for row in rows {
        let mut line = String::new();
        for (at, (cell, room)) in row.iter().zip(&widths).enumerate() {
            // The mark stands close to what it marks.
            let gap = if at < 2 { at } else { GAP };
            line.push_str(&" ".repeat(gap + room - width(cell)));
            line.push_str(cell);
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

/// Which insights come with a step, the strongest by name.
fn differences(
    before: Option<f64>,
    step: &Step,
    options: TableOptions,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let to = step.false_per_week;
    let added = step.added.len() as u64;
    let gone = step.gone.len() as u64;
    let heading = match before {
        None => format!("At {to}: {}", counted(added, "insight")),
        Some(from) => {
            let fewer = if gone > 0 { format!(", {} fewer", count(gone)) } else { String::new() };
            let more = if added == 0 && gone == 0 {
                "the same".to_owned()
            } else {
                format!("{} more{fewer}", count(added))
            };
            format!("From {from} to {to}: {more}")
        }
    };
    writeln!(out, "{heading}")?;
    named('+', &step.added, options, out)?;
    named('-', &step.gone, options, out)
}

/// A line an insight: time, account, Region, events, API.
fn named(
    sign: char,
    insights: &[Insight],
    options: TableOptions,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let shown = &insights[..insights.len().min(NAMED)];
    let cells = |insight: &Insight| {
        [
            short(&insight.account, 12, options),
            short(&insight.region, 14, options),
            count(insight.whole.events),
        ]
    };
    let rows: Vec<_> = shown.iter().map(cells).collect();
    let widths = [0, 1, 2].map(|at| rows.iter().map(|row| width(&row[at])).max().unwrap_or(0));
    for (insight, [account, region, events]) in shown.iter().zip(&rows) {
        let pad = |text: &str, room: usize| " ".repeat(room.saturating_sub(width(text)));
        let start = format!(
            "  {sign} {}  {account}{}  {region}{}  {}{events}  ",
            time(insight.span.start, true),
            pad(account, widths[0]),
            pad(region, widths[1]),
            pad(events, widths[2]),
        );
        let room = options.width.saturating_sub(width(&start)).max(NARROWEST_NAME);
        writeln!(out, "{start}{}", short(&what(insight), room, options))?;
    }
    let unnamed = (insights.len() - shown.len()) as u64;
    if unnamed > 0 {
        writeln!(out, "  {sign} {} more; --format json names them", count(unnamed))?;
    }
    Ok(())
}

/// A name from the logs in so many columns.
fn short(name: &str, room: usize, options: TableOptions) -> String {
    let ellipsis = if options.ascii { "..." } else { "…" };
    middle(&visible(name, options.ascii), room, ellipsis).into_owned()
}
