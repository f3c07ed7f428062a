//! Rows in columns; where there is no room for columns, a block a row.

use std::io;

use polars::prelude::*;

use super::super::fit::{middle, width, wrap};
use super::super::numbers::counted;
use super::super::visible::visible;
use super::cell::Cell;

/// Columns between columns.
const BETWEEN: usize = 2;
/// A cell in fewer columns says nothing.
const LEAST: usize = 10;
/// The fewest columns a table is laid out for.
const NARROWEST: usize = 20;

/// How to lay rows out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowsTable {
    /// Columns of the terminal; below 20 counts as 20.
    pub width: usize,
    /// Whether to keep to ASCII.
    pub ascii: bool,
    /// The most rows shown; all where there is none.
    pub limit: Option<usize>,
}

/// A column: its name and cells, as they are shown.
struct Shown {
    name: String,
    cells: Vec<String>,
    is_number: bool,
    /// Whether cells may be cut.
    gives_way: bool,
}

impl Shown {
    fn width(&self) -> usize {
        self.cells.iter().chain([&self.name]).map(|text| width(text)).max().unwrap_or(0)
    }
}

impl RowsTable {
    pub(super) fn write(self, rows: &DataFrame, out: &mut dyn io::Write) -> io::Result<()> {
        if rows.height() == 0 {
            return writeln!(out, "No rows.");
        }
        let number = self.limit.map_or(rows.height(), |limit| limit.min(rows.height()));
        let columns: Vec<Shown> =
            rows.columns().iter().map(|column| self.shown(column, number)).collect();
        match self.widths(&columns) {
            Some(widths) => self.columns(&columns, &widths, number, out)?,
            None => self.blocks(&columns, number, out)?,
        }
        let left = rows.height() - number;
        if left > 0 {
            let left = counted(left as u64, "more row");
            writeln!(out, "and {left}; --limit 0 shows all")?;
        }
        Ok(())
    }

    fn shown(self, column: &Column, rows: usize) -> Shown {
        let cells: Vec<Cell> = (0..rows).map(|row| Cell::of(column, row)).collect();
        let is_number = cells.iter().any(Cell::is_number);
        let text = |cell: &Cell| visible(&cell.shown(), self.ascii).into_owned();
        let name = visible(column.name(), self.ascii).into_owned();
        let gives_way = !is_number && !cells.iter().any(|cell| matches!(cell, Cell::Time(_)));
        Shown { name, cells: cells.iter().map(text).collect(), is_number, gives_way }
    }

    /// The width of each column, or nothing where not all can be told apart in what there is. The
    /// widest give way first; numbers and times never do.
    fn widths(self, columns: &[Shown]) -> Option<Vec<usize>> {
        let mut widths: Vec<usize> = columns.iter().map(Shown::width).collect();
        let room = self.width.max(NARROWEST) + BETWEEN;
        let mut taken: usize = widths.iter().map(|width| width + BETWEEN).sum();
        while taken > room {
            let gives = widths.iter().zip(columns).enumerate();
            let gives = gives.filter(|(_, (width, column))| **width > LEAST && column.gives_way);
            let (widest, (most, _)) = gives.max_by_key(|(at, (width, _))| (**width, *at))?;
            let more = (taken - room).min(most - LEAST).clamp(1, 4);
            widths[widest] -= more;
            taken -= more;
        }
        Some(widths)
    }

    fn columns(
        self,
        columns: &[Shown],
        widths: &[usize],
        rows: usize,
        out: &mut dyn io::Write,
    ) -> io::Result<()> {
        self.line(columns, widths, |column| &column.name, out)?;
        let rule: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
        writeln!(out, "{}", rule.join(&" ".repeat(BETWEEN)))?;
        (0..rows).try_for_each(|row| self.line(columns, widths, |column| &column.cells[row], out))
    }

    fn line<'c>(
        self,
        columns: &'c [Shown],
        widths: &[usize],
        text: impl Fn(&'c Shown) -> &'c str,
        out: &mut dyn io::Write,
    ) -> io::Result<()> {
        let mut line = String::new();
        for (column, room) in columns.iter().zip(widths) {
            let cell = middle(text(column), *room, if self.ascii { "..." } else { "…" });
            let blank = " ".repeat(room.saturating_sub(width(&cell)));
            if !line.is_empty() {
                line.push_str(&" ".repeat(BETWEEN));
            }
            let (before, after) = if column.is_number { (&*blank, "") } else { ("", &*blank) };
            line.extend([before, &cell, after]);
        }
        writeln!(out, "{}", line.trim_end())
    }

    /// A row after the other, a line or more for each of its cells.
    fn blocks(self, columns: &[Shown], rows: usize, out: &mut dyn io::Write) -> io::Result<()> {
        let room = self.width.max(NARROWEST);
        let labels = columns.iter().map(|column| width(&column.name)).max().unwrap_or(0);
        let labels = labels.min(room / 2);
        for row in 0..rows {
            if row > 0 {
                writeln!(out)?;
            }
            for column in columns {
                let name = middle(&column.name, labels, "…");
                let blank = " ".repeat(labels.saturating_sub(width(&name)) + BETWEEN);
                let lines = wrap(&column.cells[row], room.saturating_sub(labels + BETWEEN));
                for (index, line) in lines.iter().enumerate() {
                    let text = match index {
                        0 => format!("{name}{blank}{line}"),
                        _ => format!("{}{line}", " ".repeat(labels + BETWEEN)),
                    };
                    writeln!(out, "{}", text.trim_end())?;
                }
            }
        }
        Ok(())
    }
}
