//! The verdict on each window, as a table or, where there is no room for one, as text.

use std::io;

use super::super::fit::{middle, width};
use super::super::numbers::{amount, count, counted};
use super::{AnswerTable, wording};
use crate::detect::WindowVerdict;

/// From here on windows are rows of a table.
const WIDE: usize = 72;

pub fn write(
    answer: AnswerTable,
    windows: &[WindowVerdict],
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let table = answer.table();
    if table.width() < WIDE {
        for window in windows {
            table.field(&length(window), &in_words(window), out)?;
        }
    } else {
        let row = |[window, seen, expected, bound, surprise, takes]: [&str; 6]| {
            format!("  {window:6} {seen:>8} {expected:>8} {bound:>8} {surprise:>10} {takes:>8}  ")
        };
        let heads = ["window", "seen", "expected", "bound", "surprise", "takes"];
        writeln!(out, "{}verdict", row(heads))?;
        for window in windows {
            let numbers = row([
                &length(window),
                &count(window.seen),
                &amount(window.expected),
                &amount(window.bound),
                &surprise(window),
                &window.least_unusual.map_or_else(|| "-".to_owned(), count),
            ]);
            let room = table.width().saturating_sub(width(&numbers));
            let state = wording::state(window);
            writeln!(out, "{numbers}{}", middle(&state, room, table.ellipsis()))?;
        }
    }
    // Windows often have their bounds for the same reason.
    let mut groups: Vec<(Vec<String>, String)> = Vec::new();
    for window in windows {
        let (minutes, text) = (window.minutes.to_string(), wording::bound(window));
        match groups.last_mut() {
            Some((all, same)) if *same == text => all.push(minutes),
            _ => groups.push((vec![minutes], text)),
        }
    }
    for (minutes, text) in groups {
        answer.text(&format!("{} min: {text}", minutes.join(", ")), out)?;
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
