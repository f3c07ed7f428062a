//! Lines of figures: a label, and columns of numbers that end below each other.

use std::fmt::Write as _;

use anstyle::Style;

use crate::evaluate::{Share, Spread};
use crate::output::fit::{middle, wrap};
use crate::output::numbers::{amount, percent};
use crate::output::table::TableOptions;
use crate::output::visible::visible;

/// Columns of a line of figures; the label has what its numbers leave.
const COLUMNS: usize = 80;
/// The fewest columns that text is wrapped to.
const NARROWEST: usize = 20;

/// A table being written.
pub struct Page {
    text: String,
    options: TableOptions,
}

impl Page {
    pub const fn new(options: TableOptions) -> Self {
        Self { text: String::new(), options }
    }

    pub fn text(self) -> String {
        self.text
    }

    /// A title with its columns' names, after an empty line.
    pub fn heading<const N: usize>(&mut self, title: &str, columns: [(&str, usize); N]) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        let style = if self.options.colour { Style::new().bold() } else { Style::new() };
        let names = columns.map(|(name, width)| (name.to_owned(), width));
        let line = line(title, &names);
        let rest = line.strip_prefix(title).unwrap_or_default();
        // Writing to a string cannot fail.
        _ = writeln!(self.text, "{style}{title}{style:#}{rest}");
    }

    /// A label and its numbers, each in so many columns.
    pub fn row<const N: usize>(&mut self, label: &str, cells: &[(String, usize); N]) {
        let line = line(&format!("  {label}"), cells);
        self.text += &line;
        self.text.push('\n');
    }

    /// Sentences of our own, in as many lines as they need.
    pub fn sentence(&mut self, text: &str) {
        for line in wrap(text, self.options.width.max(NARROWEST)) {
            self.text += &line;
            self.text.push('\n');
        }
    }

    /// What we say, and indented below it a name from logs, its middle left out if need be.
    pub fn entry(&mut self, said: &str, name: &str) {
        let width = self.options.width.max(NARROWEST);
        for (number, line) in wrap(said, width - 4).iter().enumerate() {
            let indent = if number == 0 { 2 } else { 4 };
            // Writing to a string cannot fail.
            _ = writeln!(self.text, "{:indent$}{line}", "");
        }
        let name = visible(name, self.options.ascii);
        let ellipsis = if self.options.ascii { "..." } else { "…" };
        // Writing to a string cannot fail.
        _ = writeln!(self.text, "    {}", middle(&name, width - 4, ellipsis));
    }
}

fn line(label: &str, cells: &[(String, usize)]) -> String {
    let taken: usize = cells.iter().map(|(_, width)| width).sum();
    let mut line = format!("{label:room$}", room = COLUMNS.saturating_sub(taken));
    for (cell, width) in cells {
        // Writing to a string cannot fail.
        _ = write!(line, "{cell:>width$}");
    }
    line.trim_end().to_owned()
}

/// `30 of 34  88%`, or a dash of nothing.
pub fn share(share: Share) -> String {
    if share.of == 0 {
        return "-".to_owned();
    }
    format!("{} of {} {:>4}", share.part, share.of, percent(share.part, share.of))
}

/// `88%`, or a dash of nothing.
pub fn only_percent(share: Share) -> String {
    if share.of == 0 { "-".to_owned() } else { percent(share.part, share.of) }
}

/// `82% to 93%`, where the true share lies in 95 of 100 cases; a dash of nothing.
pub fn interval(share: Share) -> String {
    let whole = |share: f64| format!("{:.0}%", share * 100.0);
    share
        .interval()
        .map_or_else(|| "-".to_owned(), |(low, high)| format!("{} to {}", whole(low), whole(high)))
}

/// Median, 95% and largest, and of how many.
pub fn spread(spread: Option<Spread>) -> [String; 4] {
    let Some(spread) = spread else { return ["-", "-", "-", "0"].map(str::to_owned) };
    let numbers = [spread.median, spread.p95, spread.most];
    let [median, p95, most] = numbers.map(|number| number.to_string());
    [median, p95, most, spread.of.to_string()]
}

/// A number that may not be there.
pub fn optional(number: Option<f64>) -> String {
    number.map_or_else(|| "-".to_owned(), amount)
}
