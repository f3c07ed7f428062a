//! How wide the ordinary bursts of an account are, as its own subjects show: those that came near
//! their bounds without passing them.

use std::collections::BTreeMap;

use super::bound::{LEARNING_DAYS, logged_days};
use super::history::DAYS;
use crate::coverage::Coverage;
use crate::minute::{DAY, Minute};

/// A sum above this share of its bound is a close call.
pub const CLOSE: f64 = 0.6;
/// Subjects' days with a close call in an account and week that are usual ...
const USUAL: f64 = 5.8;
/// ... and how many weeks of an account's own they are worth.
const USUAL_WEEKS: f64 = 1.0;
/// What bounds are multiplied by goes with this power of how many more there are than usual.
const POWER: f64 = 0.46;
/// Whatever an account does, its bounds are multiplied by no more, so that three times the largest
/// stays unusual, and by no less.
const MOST: f64 = 1.15;
const LEAST: f64 = 0.7;

/// The close calls of all subjects of an account, by day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CloseCalls(BTreeMap<u32, u32>);

impl CloseCalls {
    /// One more subject had one or more on that day (since the epoch).
    pub fn add(&mut self, day: u32) {
        *self.0.entry(day).or_default() += 1;
    }

    /// Adds those of other subjects of the account.
    pub fn merge(&mut self, other: &Self) {
        for (day, calls) in &other.0 {
            *self.0.entry(*day).or_default() += calls;
        }
    }

    /// What the bounds of the account's subjects are multiplied by on a day, from the days before
    /// it: 1 where close calls are as frequent as on simulated ordinary months.
    #[must_use]
    pub fn strictness(&self, coverage: &Coverage, day: u32) -> f64 {
        let calls: u32 = self.0.range(day.saturating_sub(DAYS)..day).map(|(_, calls)| calls).sum();
        let days = logged_days(coverage, Minute::new(day * DAY)) - LEARNING_DAYS;
        let weeks = days.max(0.0) / 7.0;
        let rate = (f64::from(calls) + USUAL * USUAL_WEEKS) / (weeks + USUAL_WEEKS);
        (rate / USUAL).powf(POWER).clamp(LEAST, MOST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coverage::Span;

    const LAST: u32 = 30;

    fn strictness(a_day: u32, day: u32) -> f64 {
        let mut close_calls = CloseCalls::default();
        for day in 2..LAST {
            for _ in 0..a_day {
                close_calls.add(day);
            }
        }
        let (start, end) = (Minute::new(0), Minute::new(LAST * DAY));
        let coverage = Coverage::new(Span { start, end }, Vec::new());
        close_calls.strictness(&coverage, day)
    }

    #[test]
    fn bounds_are_wider_in_accounts_that_vary_more() {
        let by_day = [0, 1, 2, 5, 20].map(|a_day| strictness(a_day, 20));
        assert!(by_day.is_sorted(), "{by_day:?}");
        assert!(by_day[0] < 1.0 && by_day[2] > 1.0, "{by_day:?}");
        assert!(by_day.iter().all(|by| (LEAST..=MOST).contains(by)), "{by_day:?}");
    }

    #[test]
    fn an_account_of_two_days_is_taken_for_a_usual_one() {
        for a_day in [0, 20] {
            assert!((strictness(a_day, 2) - 1.0).abs() < 1e-9);
        }
    }

    #[test]
    fn the_day_and_what_comes_after_it_say_nothing() {
        let mut close_calls = CloseCalls::default();
        let coverage =
            Coverage::new(Span { start: Minute::new(0), end: Minute::new(9 * DAY) }, Vec::new());
        let before = close_calls.strictness(&coverage, 5);
        for day in 5..9 {
            close_calls.add(day);
        }
        assert!((close_calls.strictness(&coverage, 5) - before).abs() < 1e-12);
    }

    #[test]
    fn adding_up_is_adding_up() {
        let of = |days: &[u32]| {
            let mut close_calls = CloseCalls::default();
            for day in days {
                close_calls.add(*day);
            }
            close_calls
        };
        let mut merged = of(&[1, 3]);
        merged.merge(&of(&[3, 7]));
        assert_eq!(merged, of(&[1, 3, 3, 7]));
    }
}
