//! How tables look.

use clap::Args;
use trailspike::output::{TableOptions, wants_colour};

use super::super::progress::When;

#[derive(Args)]
#[command(next_help_heading = "Output")]
pub struct TableArgs {
    /// Columns of the table [default: the terminal's, or 80]
    #[arg(long, value_name = "COLUMNS")]
    width: Option<usize>,
    /// A block for each insight of the table, not for each incident
    #[arg(long)]
    each: bool,
    /// Keep the table to ASCII
    #[arg(long)]
    ascii: bool,
    /// Colour the table; auto: on a terminal, unless `NO_COLOR`, `CLICOLOR` or `CLICOLOR_FORCE` say other
    #[arg(long, value_enum, default_value_t = When::Auto, value_name = "WHEN")]
    color: When,
}

impl TableArgs {
    /// The look, on a terminal or in a pipe or file.
    pub fn options(&self, terminal: bool) -> TableOptions {
        let colour = match self.color {
            When::Auto => wants_colour(terminal, |name| std::env::var_os(name)),
            When::Always => true,
            When::Never => false,
        };
        let width = self.width.unwrap_or_else(|| if terminal { terminal_width() } else { 80 });
        TableOptions { width, colour, ascii: self.ascii, each: self.each }
    }
}

/// The terminal's columns; very wide lines are hard to read.
fn terminal_width() -> usize {
    let columns = console::Term::stdout().size_checked().map_or(80, |(_, columns)| columns);
    usize::from(columns).min(120)
}
