//! Numbers as people read them.

use crate::minute::{DAY, HOUR};

/// A count with a comma every three digits.
pub(super) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut shown = String::with_capacity(digits.len() * 4 / 3 + 1);
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

/// An amount that need not be whole: about two digits that matter, more only when there are more
/// before the point. What is no number is a question mark.
pub(super) fn amount(number: f64) -> String {
    match number.abs() {
        size if !size.is_finite() => "?".to_owned(),
        size if size >= 1e15 => format!("{number:.1e}"),
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "below 1e15")]
        size if size >= 10.0 => count(size.round() as u64),
        size if size >= 1.0 => trimmed(format!("{number:.1}")),
        size if size >= 0.000_05 => {
            let decimals = if size >= 0.1 { 2 } else { 4 };
            trimmed(format!("{number:.decimals$}"))
        }
        _ => "0".to_owned(),
    }
}

/// Without zeros that say nothing.
fn trimmed(decimal: String) -> String {
    if decimal.contains('.') {
        return decimal.trim_end_matches('0').trim_end_matches('.').to_owned();
    }
    decimal
}

/// A share in per cent; never 100 % of less than all, never 0 % of something.
pub(super) fn percent(part: u64, whole: u64) -> String {
    if part == 0 || whole == 0 {
        return "0%".to_owned();
    }
    if part >= whole {
        return "100%".to_owned();
    }
    match u128::from(part) * 100 / u128::from(whole) {
        0 => "<1%".to_owned(),
        percent => format!("{percent}%"),
    }
}

/// A length of time in its two largest units.
pub(super) fn duration(minutes: u32) -> String {
    let units = [(minutes / DAY, "d"), (minutes % DAY / HOUR, "h"), (minutes % HOUR, "min")];
    let first = units.iter().position(|(number, _)| *number > 0).unwrap_or(units.len() - 1);
    let shown = units[first..].iter().take(2).filter(|(number, _)| *number > 0 || minutes == 0);
    shown.map(|(number, unit)| format!("{number} {unit}")).collect::<Vec<_>>().join(" ")
}

/// A number of things, with the word for them.
pub(super) fn counted(number: u64, word: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {word}{plural}", count(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_have_commas() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (123_456, "123,456"),
            (u64::MAX, "18,446,744,073,709,551,615"),
        ] {
            assert_eq!(count(number), text);
        }
    }

    #[test]
    fn amounts_show_what_matters() {
        for (number, text) in [
            (0.0, "0"),
            (0.000_01, "0"),
            (0.002_13, "0.0021"),
            (0.25, "0.25"),
            (0.999, "1"),
            (4.0, "4"),
            (4.23, "4.2"),
            (9.99, "10"),
            (31.4, "31"),
            (76_285.2, "76,285"),
            (1e300, "1.0e300"),
            (f64::NAN, "?"),
            (f64::INFINITY, "?"),
        ] {
            assert_eq!(amount(number), text, "{number}");
        }
    }

    #[test]
    fn shares_are_honest_at_both_ends() {
        assert_eq!(percent(0, 10), "0%");
        assert_eq!(percent(0, 0), "0%");
        assert_eq!(percent(1, 1_000), "<1%");
        assert_eq!(percent(999, 1_000), "99%");
        assert_eq!(percent(1_000, 1_000), "100%");
        assert_eq!(percent(u64::MAX - 1, u64::MAX), "99%");
    }

    #[test]
    fn durations_have_two_units() {
        for (minutes, text) in [
            (0, "0 min"),
            (20, "20 min"),
            (60, "1 h"),
            (125, "2 h 5 min"),
            (1_440, "1 d"),
            (3_005, "2 d 2 h"),
        ] {
            assert_eq!(duration(minutes), text);
        }
    }
}
