//! Round numbers and times for axes.

use super::super::numbers::amount;
use crate::coverage::Span;
use crate::minute::{DAY, HOUR, Minute, WEEK};

/// Tops whose half is short to write as well.
const ROUND: [f64; 10] = [1.0, 1.2, 1.6, 2.0, 2.4, 3.0, 4.0, 5.0, 6.0, 8.0];
/// Minutes between times on an axis.
const BETWEEN: [u32; 12] =
    [5, 10, 15, 30, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, WEEK];

/// The next round number that is not below; 1 of what is no number above zero.
pub fn round_up(number: f64) -> f64 {
    if !number.is_finite() || number <= 0.0 {
        return 1.0;
    }
    let size = 10_f64.powf(number.log10().floor());
    // Sums of fractions may be a hair too large.
    let round = ROUND.into_iter().find(|round| round * size * (1.0 + 1e-9) >= number);
    round.unwrap_or(10.0) * size
}

/// A number beside an axis, in seven letters at most.
pub fn label(number: f64) -> String {
    let (size, letter) = match number {
        number if number < 1e4 => return amount(number),
        number if number < 1e6 => (1e3, "k"),
        number if number < 1e9 => (1e6, "M"),
        number if number < 1e12 => (1e9, "G"),
        _ => return format!("{number:.1e}"),
    };
    amount(number / size) + letter
}

/// At most so many round times of a span, with what to write: the date at midnight, else the time.
pub fn times(span: Span, most: usize) -> Vec<(Minute, String)> {
    let most = u32::try_from(most).unwrap_or(u32::MAX).max(1);
    let fits = |between: &u32| span.minutes() / between < most;
    let weeks = || span.minutes().div_ceil(WEEK * most).max(1) * WEEK;
    let between = BETWEEN.into_iter().find(fits).unwrap_or_else(weeks);
    let first = span.start.get().div_ceil(between);
    let last = span.end.get().div_ceil(between);
    let times = (first..last).map(|index| Minute::new(index.saturating_mul(between)));
    times
        .map(|minute| {
            let form = if minute.minute_of_day() == 0 { "%m-%d" } else { "%H:%M" };
            (minute, minute.to_datetime().format(form).to_string())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn tops_are_round() {
        for (number, top) in [
            (0.0, 1.0),
            (f64::NAN, 1.0),
            (1.0, 1.0),
            (75.0, 80.0),
            (81.0, 100.0),
            (1_204.0, 1_600.0),
            (0.03, 0.03),
        ] {
            let rounded = round_up(number);
            assert!((rounded - top).abs() < 1e-9, "{number}: {rounded}");
        }
    }

    #[test]
    fn numbers_are_short() {
        for (number, text) in [
            (0.012, "0.012"),
            (1_600.0, "1,600"),
            (16_000.0, "16k"),
            (1_200_000.0, "1.2M"),
            (f64::MAX, "1.8e308"),
        ] {
            assert_eq!(label(number), text);
        }
    }

    #[test]
    fn times_are_round() {
        // 2026-03-09T22:40:00Z
        let start = Minute::new(29_551_600);
        let texts = |minutes: u32, most: usize| -> Vec<String> {
            let span = Span { start, end: start + minutes };
            times(span, most).into_iter().map(|(_, text)| text).collect()
        };
        assert_eq!(texts(180, 7), ["23:00", "23:30", "03-10", "00:30", "01:00", "01:30"]);
        assert_eq!(texts(180, 3), ["03-10"]);
        assert_eq!(texts(3 * DAY, 4), ["03-10", "03-11", "03-12"]);
    }

    proptest! {
        #[test]
        fn there_are_never_more_than_asked(start in 0_u32..60_000_000, minutes in 1_u32..5_000_000, most in 1_usize..30) {
            let start = Minute::new(start);
            let span = Span { start, end: start + minutes };
            let times = times(span, most);
            prop_assert!(times.len() <= most);
            prop_assert!(times.iter().all(|(minute, _)| span.contains(*minute)));
        }

        #[test]
        fn a_top_is_not_below_and_not_far_above(number in 1e-6_f64..1e15) {
            let top = round_up(number);
            prop_assert!(top >= number * (1.0 - 1e-8) && top <= 1.7 * number, "{}", top);
        }
    }
}
