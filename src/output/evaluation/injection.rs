//! What would be found in a user's own logs.

use super::page::{Page, interval, only_percent, share};
use crate::evaluate::{GroupRow, Injection, MIN_PAST, PEAK_DAYS, Size, SizeRow, Spread};
use crate::minute::DAY;
use crate::output::numbers::{count, counted, duration, percent};

/// Columns of a share of one size.
const SIZE: usize = 8;

/// What was planted, then what was found of it, in words and in numbers.
pub fn put(injection: &Injection, page: &mut Page) {
    page.sentence(&what_was_done(injection));
    for caution in cautions(injection) {
        page.sentence(&caution);
    }
    if injection.planted == 0 {
        return;
    }
    page.heading("IN WORDS", []);
    for row in injection.by_size.iter().filter(|row| row.found.of > 0) {
        page.sentence(&words(row));
    }
    sizes(&injection.by_size, page);
    groups("FOUND, BY SHAPE", &injection.by_shape, page);
    groups("FOUND, BY CALLERS", &injection.by_callers, page);
    groups("FOUND, BY OWN PEAK", &injection.by_own_peak, page);
}

fn what_was_done(injection: &Injection) -> String {
    format!(
        "Of {} series of calls or errors, {} were seen for {} or more before their logs end. On \
         these, {} were planted one at a time, on busy and rare ones alike, with seed {}, two days \
         and more from what is told anyway. A series' own peak is its largest five minutes of the {PEAK_DAYS} days before, \
         taken as 8 events if it was fewer.",
        count(injection.subjects as u64),
        count(injection.with_a_past as u64),
        duration(MIN_PAST),
        counted(injection.planted, "incident"),
        injection.seed,
    )
}

/// What keeps the figures from saying all.
fn cautions(injection: &Injection) -> Vec<String> {
    let mut cautions = Vec::new();
    let logged = duration(injection.logged_minutes);
    if injection.planted == 0 {
        cautions.push(format!(
            "The longest logs of an account cover {logged}. That is too short, or has too little \
             room: nothing was planted, so nothing can be said."
        ));
    } else if injection.logged_minutes < MIN_PAST + PEAK_DAYS * DAY {
        cautions.push(format!(
            "These logs are short: they cover {logged}, so that a series' own peak and what is \
             usual rest on less than the {PEAK_DAYS} days they rest on in longer ones."
        ));
    }
    if injection.found_while_learning > 0 {
        cautions.push(format!(
            "Of those found, {} were found while learning, with too little history to know the \
             series; then only what stands out by far is told.",
            count(injection.found_while_learning)
        ));
    }
    cautions
}

/// What a user may expect of one size.
fn words(row: &SizeRow) -> String {
    let times = match row.size.times() {
        1 => "as large as".to_owned(),
        times => format!("of {times} times"),
    };
    let found = percent(row.found.part, row.found.of);
    let verdict = row.minutes_to_detect.map_or_else(String::new, |minutes| {
        format!(", half of those found within {}", counted(u64::from(minutes.median), "minute"))
    });
    format!(
        "On your logs, a burst {times} a series' own peak is found {found} of the time ({}){verdict}.",
        interval(row.found)
    )
}

fn sizes(rows: &[SizeRow], page: &mut Page) {
    let columns = [("found", 17), ("95% interval", 14), ("start", 7), ("end", 6), ("told", 6)];
    page.heading("FOUND, BY SIZE", columns);
    for row in rows {
        let cells = [
            (share(row.found), 17),
            (interval(row.found), 14),
            (two(row.start_errors), 7),
            (two(row.end_errors), 6),
            (two(row.minutes_to_detect), 6),
        ];
        page.row(&format!("{}x", row.size.times()), &cells);
    }
    page.sentence(
        "Start and end: minutes off; told: minutes until the verdict; of one half / of 95 in 100.",
    );
}

fn groups(title: &str, rows: &[GroupRow], page: &mut Page) {
    let names = Size::ALL.map(|size| format!("{}x", size.times()));
    page.heading(title, names.each_ref().map(|name| (name.as_str(), SIZE)));
    for row in rows {
        page.row(row.group, &row.found.map(|share| (only_percent(share), SIZE)));
    }
}

/// Median and 95%.
fn two(spread: Option<Spread>) -> String {
    spread.map_or_else(|| "-".to_owned(), |spread| format!("{}/{}", spread.median, spread.p95))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::TableOptions;

    fn text(planted: u64, logged_minutes: u32, found_while_learning: u64) -> String {
        let injection = Injection {
            seed: 1,
            start: None,
            end: None,
            logged_minutes,
            subjects: 1_200,
            with_a_past: 7,
            planted,
            found_while_learning,
            by_size: Vec::new(),
            by_shape: Vec::new(),
            by_callers: Vec::new(),
            by_own_peak: Vec::new(),
        };
        let mut page = Page::new(TableOptions::default());
        put(&injection, &mut page);
        page.text().replace('\n', " ")
    }

    #[test]
    fn what_keeps_figures_from_saying_all_is_said() {
        let long = text(6, 17 * DAY, 0);
        assert!(long.contains("Of 1,200 series") && long.contains("6 incidents were planted"));
        assert!(!long.contains("short") && !long.contains("learning"), "{long}");
        let short = text(6, 17 * DAY - 1, 3);
        assert!(short.contains("These logs are short: they cover 16 d 23 h"), "{short}");
        assert!(short.contains("3 were found while learning"), "{short}");
        let nothing = text(0, 60, 0);
        assert!(nothing.contains("too short") && !nothing.contains("FOUND"), "{nothing}");
    }
}
