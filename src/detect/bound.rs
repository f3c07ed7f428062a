//! The most that a subject's past makes credible in a window.

use super::Settings;
use super::extremes::Gumbel;
use super::history::{History, as_f64};
use super::recent::{PerWindow, WINDOWS};
use crate::Minute;
use crate::coverage::Coverage;
use crate::minute::DAY;

/// A sum this many times the largest before is the least that stands out.
pub const LEAST_RATIO: f64 = 1.15;
/// What a subject may bring in a window on the day it first appears.
const NEWBORN: PerWindow<f64> = [20.0, 25.0, 30.0, 40.0];
/// Days after its first appearance in which half of that is still granted.
const NEWBORN_DAYS: f64 = 3.0;
/// However wide its maxima vary, more than this is not credible of a subject known for a week:
/// so many times the largest before, and a few.
const MOST_RATIO: f64 = 2.6;
const MOST_EXTRA: f64 = 8.0;
/// Days of logs before which a detector is learning.
pub const LEARNING_DAYS: f64 = 2.0;
/// Minutes a subject must be known for before anything can stand out while learning.
pub const LEARNING_MINUTES: u32 = 30;
/// While learning, a sum must be so many times the largest before (more at the start) ...
const LEARNING_RATIO: (f64, f64) = (4.0, 16.0);
/// ... and so many events.
const LEARNING_LEAST: (f64, f64) = (30.0, 170.0);
/// A burst mostly by newcomers is this many times less likely to be the norm.
const NEWCOMER_ODDS: f64 = 100.0;

/// The bounds of a subject on one day.
#[derive(Clone, Debug)]
pub struct Bounds {
    day: u32,
    laws: PerWindow<Gumbel>,
    /// Full days since the subject was first seen, at most 28.
    days: f64,
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
        Self { day, laws, days: as_f64(days as u64) }
    }

    /// The day they are for.
    #[must_use]
    pub const fn day(&self) -> u32 {
        self.day
    }

    /// The bound for window `i`, given the largest sum of such a window ever seen so far.
    #[must_use]
    pub fn bound(&self, i: usize, largest: u64, mostly_newcomers: bool, settings: &Settings) -> f64 {
        let mut period = settings.return_period_days();
        if mostly_newcomers {
            period /= NEWCOMER_ODDS;
        }
        let largest = as_f64(largest);
        let mut level = self.laws[i].return_level(period);
        if self.days >= 7.0 {
            level = level.min(MOST_RATIO * largest + MOST_EXTRA);
        }
        let newborn = NEWBORN[i] * NEWBORN_DAYS / (NEWBORN_DAYS + self.days);
        level.max(newborn).max(LEAST_RATIO * largest)
    }
}

/// The bound while the logs of an account are younger than two days.
#[must_use]
pub fn learning_bound(largest: u64, logged_days: f64) -> f64 {
    let young = (1.0 - logged_days / LEARNING_DAYS).clamp(0.0, 1.0);
    let ratio = LEARNING_RATIO.0 + LEARNING_RATIO.1 * young * young;
    let least = LEARNING_LEAST.0 + LEARNING_LEAST.1 * young;
    ratio * as_f64(largest) + least
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
    let start = now - super::history::DAYS * DAY;
    f64::from(coverage.covered_minutes(crate::coverage::Span { start, end: now })) / f64::from(DAY)
}

/// The longest window.
pub const LONGEST: usize = WINDOWS.len() - 1;
