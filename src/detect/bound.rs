//! The most that a subject's past makes credible in a window.

use super::Settings;
use super::extremes::Gumbel;
use super::history::{DAYS, History, as_f64};
use super::recent::{PerWindow, WINDOWS};
use crate::Minute;
use crate::coverage::{Coverage, Span};
use crate::minute::DAY;

/// A sum this many times the largest before is the least that stands out.
pub const LEAST_RATIO: f64 = 1.15;
/// What a subject may bring in a window on the day it first appears, while logs are young: less by
/// up to a half when they are old and it had never been seen.
const NEWBORN: PerWindow<f64> = [40.0, 55.0, 70.0, 100.0];
const NEWBORN_IN_OLD_LOGS: f64 = 0.5;
/// The days after its first appearance in which that falls to a half.
const NEWBORN_DAYS: f64 = 5.0;
/// However wide its maxima vary, more is not credible of a subject than so many times the largest
/// before, and more of a subject known for a few days: `2 + 4 / days` times, and three.
const MOST_RATIO: f64 = 2.0;
const MOST_RATIO_YOUNG: f64 = 4.0;
const MOST_EXTRA: f64 = 3.0;
/// Square roots by which a small count may exceed the largest before: `√(largest + 4)` each; of
/// that for a burst by newcomers.
const FEW: f64 = 3.5;
const FEW_BY_NEWCOMERS: f64 = 2.1;
/// Days of logs before which a detector is learning.
pub const LEARNING_DAYS: f64 = 2.0;
/// Minutes a subject must be known for before anything can stand out while learning.
pub const LEARNING_MINUTES: u32 = 30;
/// While learning, a sum must be so many times the largest before (more at the start) ...
const LEARNING_RATIO: (f64, f64) = (6.0, 24.0);
/// ... and so many events, this share of them at the end of it.
const LEARNING_LEAST: PerWindow<f64> = [250.0, 400.0, 700.0, 1_400.0];
const LEARNING_LEAST_SHARE: f64 = 0.3;
/// So many times that for a subject that has hardly been seen yet.
const LEARNING_STRANGER: f64 = 5.0;
/// Minutes with events in which a subject becomes known.
const LEARNING_POINTS: u32 = 10;
/// A burst of no more than so many times the largest five minutes is none, in any window: the
/// same calls as before in less time, or the ordinary bursts of an hour together.
const LEAST_OF_FIVE_MINUTES: PerWindow<f64> = [1.15, 1.15, 1.7, 2.5];
/// A burst mostly by newcomers is this many times less likely to be the norm.
const NEWCOMER_ODDS: f64 = 100.0;

/// The bounds of a subject on one day.
#[derive(Clone, Debug)]
pub struct Bounds {
    day: u32,
    laws: PerWindow<Gumbel>,
    /// Full days since the subject was first seen, at most 28.
    days: f64,
    /// Days of logs.
    logged: f64,
}

impl Bounds {
    /// For verdicts on `day`, from all days before it.
    #[must_use]
    pub fn of(history: &History, coverage: &Coverage, day: u32) -> Self {
        let mut maxima = Vec::new();
        let mut days = 0;
        let laws = std::array::from_fn(|i| {
            history.daily_maxima(i, day, coverage, &mut maxima);
            days = maxima.len();
            Gumbel::fit(&mut maxima)
        });
        Self {
            day,
            laws,
            days: as_f64(days as u64),
            logged: logged_days(coverage, Minute::new(day * DAY)),
        }
    }

    /// The day they are for.
    #[must_use]
    pub const fn day(&self) -> u32 {
        self.day
    }

    /// The bound for window `i`, given the largest sum of such a window ever seen so far.
    #[must_use]
    pub fn bound(
        &self,
        i: usize,
        all_largest: &PerWindow<u64>,
        mostly_newcomers: bool,
        settings: &Settings,
    ) -> f64 {
        let mut period = settings.return_period_days();
        if mostly_newcomers {
            period /= NEWCOMER_ODDS;
        }
        let largest = as_f64(all_largest[i]);
        let mut level = self.laws[i].return_level(period);
        if self.days >= 2.0 {
            let most = MOST_RATIO + MOST_RATIO_YOUNG / self.days;
            level = level.min(most * largest + MOST_EXTRA);
        }
        let young = 1.0 / (1.0 + (self.days / NEWBORN_DAYS).powi(2));
        let logs = NEWBORN_IN_OLD_LOGS + (1.0 - NEWBORN_IN_OLD_LOGS) * (-self.logged / 7.0).exp();
        let newborn = NEWBORN[i] * young * logs;
        let few = largest
            + if mostly_newcomers { FEW_BY_NEWCOMERS } else { FEW } * (largest + 4.0).sqrt();
        let five = LEAST_OF_FIVE_MINUTES[i] * as_f64(all_largest[FIVE]);
        level.max(newborn).max(LEAST_RATIO * largest).max(five).max(few)
    }
}

/// The bound for window `i` while the logs of an account are younger than two days, for a subject
/// seen in that many minutes so far.
#[must_use]
pub fn learning_bound(i: usize, largest: u64, logged_days: f64, points: u32) -> f64 {
    let young = (1.0 - logged_days / LEARNING_DAYS).clamp(0.0, 1.0);
    let ratio = LEARNING_RATIO.0 + LEARNING_RATIO.1 * young * young;
    let share = LEARNING_LEAST_SHARE + (1.0 - LEARNING_LEAST_SHARE) * young;
    let stranger = if points < LEARNING_POINTS { LEARNING_STRANGER } else { 1.0 };
    ratio * as_f64(largest) + LEARNING_LEAST[i] * share * stranger
}

/// Whether a burst with that many newcomers comes from callers unlike the subject's usual ones.
#[must_use]
pub fn mostly_newcomers(newcomers: u64, events: u64, history: &History) -> bool {
    let (mut new, mut all, mut days) = (0, 0, 0);
    for record in history.days() {
        new += record.newcomers;
        all += record.hours.iter().sum::<u64>();
        days += 1;
    }
    // On the day a subject appears all its callers are new.
    days >= 3 && 2 * newcomers >= events && 5 * new <= all
}

/// Days since the logs began, at most the 28 that count, gaps left out.
#[must_use]
pub fn logged_days(coverage: &Coverage, now: Minute) -> f64 {
    days_in(coverage, Span { start: now - DAYS * DAY, end: now })
}

/// Days of logs that say something of a day like this one: on a day of the working week (Monday
/// to Friday) only those of the working week before it.
#[must_use]
pub fn telling_days(coverage: &Coverage, now: Minute) -> f64 {
    let all = logged_days(coverage, now);
    if all >= LONG_ENOUGH || is_weekend(now) {
        return all;
    }
    let mut days = 0.0;
    for age in 0..=DAYS {
        let start = now.start_of_day() - age * DAY;
        if !is_weekend(start) {
            days += days_in(coverage, Span { start, end: (start + DAY).min(now) });
        }
        if start <= coverage.span().start {
            break;
        }
    }
    days
}

/// Days of logs that hold days of the working week whatever they began with.
const LONG_ENOUGH: f64 = 6.0;

fn is_weekend(minute: Minute) -> bool {
    minute.hour_of_week() >= 5 * 24
}

fn days_in(coverage: &Coverage, span: Span) -> f64 {
    f64::from(coverage.covered_minutes(span)) / f64::from(DAY)
}

/// The window of five minutes.
const FIVE: usize = 1;
const _: () = assert!(WINDOWS[FIVE] == 5);
