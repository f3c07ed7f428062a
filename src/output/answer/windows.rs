//! The verdict on each window, as a table or, where there is no room for one, as text.

use std::io;

use super::super::fit::middle;
use super::super::numbers::{amount, count, counted};
use super::super::table::Table;
use super::wording;
use crate::detect::WindowVerdict;

/// From here on windows are rows of a table.
const WIDE: usize = 72;

pub fn write(table: Table, windows: &[WindowVerdict], out: &mut dyn io::Write) -> io::Result<()> {
    if table.width() < WIDE {
        for window in windows {
            table.field(&length(window), &in_words(window), out)?;
        }
    } else {
        writeln!(
            out,
            "  {:6} {:>8} {:>8} {:>8} {:>13} {:>9}  verdict",
            "window", "seen", "expected", "bound", "surprise", "takes"
        )?;
        for window in windows {
            let cells = format!(
                "  {:6} {:>8} {:>8} {:>8} {:>13} {:>9}  {}",
                length(window),
                count(window.seen),
                amount(window.expected),
                amount(window.bound),
                surprise(window),
                window.least_unusual.map_or_else(|| "-".to_owned(), count),
                wording::state(window)
            );
            writeln!(out, "{}", middle(&cells, table.width(), table.ellipsis()))?;
        }
    }
    for window in windows {
        table.field(&length(window), &wording::bound(window), out)?;
    }
    Ok(())
}

fn length(window: &WindowVerdict) -> String {
    format!("{} min", window.minutes)
}

/// `198 of 8`
fn surprise(window: &WindowVerdict) -> String {
    format!("{} of {}", amount(window.surprise), amount(window.surprise_needed))
}

fn in_words(window: &WindowVerdict) -> String {
    let takes = window.least_unusual.map_or_else(
        || "no count would have been unusual".to_owned(),
        |least| format!("{} would have been unusual", counted(least, "event")),
    );
    format!(
        "saw {}, expected {}, bound {}, surprise {}; {takes}; {}",
        count(window.seen),
        amount(window.expected),
        amount(window.bound),
        surprise(window),
        wording::state(window)
    )
}
