//! The most that a subject's past makes credible in a window.

use super::Calendar;
use super::explanation::Limit;
use super::extremes::{Gumbel, leave_out_quiet_days};
use super::history::{DAYS, History, as_f64};
use super::recent::{FIVE, PerWindow};
use crate::coverage::{Coverage, Span};
use crate::minute::DAY;
use crate::minute::Minute;

/// Days of one subject and window in which the law alone would be passed once: one in 300 subjects
/// with four windows on seven days, over 0.3.
const RETURN_DAYS: f64 = 28_000.0;
/// A sum this many times the largest before is the least that stands out.
pub const LEAST_RATIO: f64 = 1.15;
/// What a subject may bring in a window on the day it first appears, while logs are young: less by
/// up to a half when they are old and it had never been seen.
const NEWBORN: PerWindow<f64> = [30.0, 42.0, 60.0, 90.0];
const NEWBORN_IN_OLD_LOGS: f64 = 0.5;
/// So many times that more right after learning, when what comes once in some days is still seen
/// for the first time: an e-th of it a day later.
const NEWBORN_AFTER_LEARNING: f64 = 2.0;
/// The days after its first appearance in which that falls to a half.
const NEWBORN_DAYS: f64 = 6.0;
/// However wide its maxima vary, more is not credible of a subject than so many times the largest
/// before (more in a long window, where ordinary bursts fall together), so much more over the days
/// it is known for, and three.
const MOST_RATIO: PerWindow<f64> = [1.8, 1.8, 2.0, 2.2];
const MOST_RATIO_YOUNG: f64 = 4.0;
const MOST_EXTRA: f64 = 3.0;
/// Square roots by which a small count may exceed the largest before: `√(largest + 4)` each; of
/// that for a burst by newcomers.
const FEW: f64 = 3.0;
const FEW_BY_NEWCOMERS: f64 = 2.1;
/// Days of logs before which a detector is learning.
pub const LEARNING_DAYS: f64 = 2.0;
/// Minutes a subject must be known for before anything can stand out while learning.
pub const LEARNING_MINUTES: u32 = 30;
/// While learning, a sum must be so many times the largest before (more at the start) ...
const LEARNING_RATIO: (f64, f64) = (6.0, 24.0);
/// ... and so many events, this share of them at the end of it.
const LEARNING_LEAST: PerWindow<f64> = [150.0, 240.0, 420.0, 840.0];
const LEARNING_LEAST_SHARE: f64 = 0.3;
/// So many times that for a subject that has hardly been seen yet.
const LEARNING_STRANGER: f64 = 5.0;
/// Minutes with events in which a subject becomes known.
const LEARNING_POINTS: u32 = 10;
/// A window's bound is at least so many times that of five minutes: the calls of five minutes in
/// one are no burst, nor are the ordinary bursts of an hour together.
const OF_FIVE_MINUTES: PerWindow<f64> = [0.5, 1.0, 1.2, 1.6];
/// A burst mostly by newcomers is this many times less likely to be the norm.
const NEWCOMER_ODDS: f64 = 100.0;
/// The power of the strictness that a burst is held to however evenly it is spread over minutes.
const LASTING_STRICTNESS: f64 = 0.2;

/// The bounds of a subject on one day.
#[derive(Clone, Debug)]
pub struct Bounds {
    day: u32,
    laws: PerWindow<Gumbel>,
    /// Full days since the subject was first seen, at most 28.
    days: f64,
    /// Days of logs.
    logged: f64,
    scale: Scale,
}

/// How much more, or less, than usual is borne.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    /// What the bounds of bursts in one minute are multiplied by.
    pub strictness: f64,
    /// What is credible of a new subject is multiplied by.
    pub newborns: f64,
}

/// What the events of a window look like, however many they are.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// Whether they come mostly from callers unlike the subject's usual ones.
    pub mostly_newcomers: bool,
    /// Share of them in the busiest minute: 1 for a burst of one minute.
    pub busiest: f64,
}

impl Scale {
    /// What the bound for such a burst is multiplied by: `strictness^(0.2 + 0.8 busiest)`. What
    /// passes bounds by the power law that the strictness goes by are bursts of one minute; ordinary
    /// ones that last hardly ever pass a bound as it is. A strictness below 1 asks for more insights
    /// of all kinds.
    fn multiplier(self, shape: Shape) -> f64 {
        let power = if self.strictness > 1.0 {
            LASTING_STRICTNESS + (1.0 - LASTING_STRICTNESS) * shape.busiest
        } else {
            1.0
        };
        self.strictness.powf(power)
    }
}

impl Bounds {
    /// For verdicts on `day`, from all days before it.
    #[must_use]
    pub fn of(history: &History, coverage: &Coverage, day: u32, scale: Scale) -> Self {
        let mut days = 0;
        let laws = history.daily_maxima(day, coverage).map(|mut maxima| {
            days = maxima.len();
            leave_out_quiet_days(&mut maxima);
            Gumbel::fit(&mut maxima)
        });
        Self {
            day,
            laws,
            days: as_f64(days as u64),
            logged: logged_days(coverage, Minute::new(day * DAY)),
            scale,
        }
    }

    /// The day they are for.
    #[must_use]
    pub const fn day(&self) -> u32 {
        self.day
    }

    /// The bound for window `i` of such a shape, given the largest sums ever seen so far, and what
    /// decided it.
    #[must_use]
    pub fn bound(&self, i: usize, largest: &PerWindow<u64>, shape: Shape) -> (f64, Limit) {
        let (credible, limit) = self.credible(i, largest, shape.mostly_newcomers);
        let least = LEAST_RATIO * as_f64(largest[i]);
        highest((self.scale.multiplier(shape) * credible, limit), [(least, Limit::LeastRatio)])
    }

    /// The same, however many false insights are borne.
    #[must_use]
    pub fn credible(
        &self,
        i: usize,
        largest: &PerWindow<u64>,
        mostly_newcomers: bool,
    ) -> (f64, Limit) {
        let (five, _) = self.own_bound(FIVE, largest, mostly_newcomers);
        let own = self.own_bound(i, largest, mostly_newcomers);
        highest(own, [(OF_FIVE_MINUTES[i] * five, Limit::FiveMinutes)])
    }

    /// The bound for window `i` from sums of its own length alone.
    fn own_bound(
        &self,
        i: usize,
        largest: &PerWindow<u64>,
        mostly_newcomers: bool,
    ) -> (f64, Limit) {
        let odds = odds(mostly_newcomers);
        let few = if mostly_newcomers { FEW_BY_NEWCOMERS } else { FEW };
        let largest = as_f64(largest[i]);
        let level = self.laws[i].return_level(RETURN_DAYS / odds);
        let mut level = (level, Limit::Level);
        if self.days >= 2.0 {
            let most = (MOST_RATIO[i] + MOST_RATIO_YOUNG / self.days) * largest + MOST_EXTRA;
            if most < level.0 {
                level = (most, Limit::MostRatio);
            }
        }
        let young = 1.0 / (1.0 + (self.days / NEWBORN_DAYS).powi(2));
        let logs = newborns_by_logs(self.logged);
        // What others do says less the longer it is known what this one does.
        let others = self.scale.newborns.powf(1.0 / (1.0 + self.days.powi(2)));
        let newborn = others * NEWBORN[i] * young * logs;
        let few = largest + few * (largest + 4.0).sqrt();
        let least = LEAST_RATIO * largest;
        let others =
            [(newborn, Limit::Newborn), (least, Limit::LeastRatio), (few, Limit::SmallCounts)];
        highest(level, others)
    }
}

/// What new subjects may bring after so many days of logs: less the older they are, and more in the
/// days after learning than while it lasts, which has bounds of its own.
fn newborns_by_logs(days: f64) -> f64 {
    let old = NEWBORN_IN_OLD_LOGS + (1.0 - NEWBORN_IN_OLD_LOGS) * (-days / 7.0).exp();
    // On the last day of learning it may end at noon.
    let after_learning = if days > LEARNING_DAYS - 1.0 {
        NEWBORN_AFTER_LEARNING * (-(days - LEARNING_DAYS).max(0.0)).exp()
    } else {
        0.0
    };
    old * (1.0 + after_learning)
}

/// The highest of some bounds, the first of those that are equal.
fn highest<const N: usize>(first: (f64, Limit), others: [(f64, Limit); N]) -> (f64, Limit) {
    others.into_iter().fold(first, |most, other| if other.0 > most.0 { other } else { most })
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

/// How many times less likely to be the norm a burst is for its callers.
#[must_use]
pub const fn odds(mostly_newcomers: bool) -> f64 {
    if mostly_newcomers { NEWCOMER_ODDS } else { 1.0 }
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
/// to Friday, days off left out) only those of the working week before it.
#[must_use]
pub fn telling_days(coverage: &Coverage, calendar: &Calendar, now: Minute) -> f64 {
    let all = logged_days(coverage, now);
    if all >= LONG_ENOUGH || calendar.is_weekend(now) {
        return all;
    }
    let mut days = 0.0;
    for age in 0..=DAYS {
        let start = now.start_of_day() - age * DAY;
        if !calendar.is_weekend(start) {
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

fn days_in(coverage: &Coverage, span: Span) -> f64 {
    f64::from(coverage.covered_minutes(span)) / f64::from(DAY)
}

#[cfg(test)]
mod tests {
    use super::super::Settings;
    use super::super::recent::Moment;
    use super::*;

    fn bounds(days: u32) -> (Bounds, PerWindow<u64>) {
        bounds_with(days, &Settings::default())
    }

    fn bounds_with(days: u32, settings: &Settings) -> (Bounds, PerWindow<u64>) {
        let coverage =
            Coverage::new(Span { start: Minute::new(0), end: Minute::new(60 * DAY) }, Vec::new());
        let mut history = History::default();
        for day in 30 - days..30 {
            let sums = [40, 90 + u64::from(day % 7), 150, 300];
            let minute = Minute::new(day * DAY + 700);
            history.add(&Moment { minute, events: 40, newcomers: 0, sums });
        }
        (
            Bounds::of(
                &history,
                &coverage,
                30,
                Scale { strictness: settings.strictness(), newborns: 1.0 },
            ),
            *history.largest(),
        )
    }

    const ONE_MINUTE: Shape = Shape { mostly_newcomers: false, busiest: 1.0 };

    #[test]
    fn three_times_the_largest_is_never_credible_after_a_week() {
        for days in [7, 14, 28] {
            let (bounds, largest) = bounds(days);
            let bound = bounds.bound(FIVE, &largest, ONE_MINUTE).0;
            assert!(bound < 3.0 * as_f64(largest[FIVE]), "{days}");
            assert!(bound > LEAST_RATIO * as_f64(largest[FIVE]), "{days}");
        }
    }

    #[test]
    fn bounds_fall_with_what_is_known_and_what_is_borne() {
        let settings = Settings::default();
        let of = |days, newcomers, settings: &Settings| {
            let (bounds, largest) = bounds_with(days, settings);
            bounds.bound(FIVE, &largest, Shape { mostly_newcomers: newcomers, ..ONE_MINUTE }).0
        };
        assert!(of(28, false, &settings) < of(3, false, &settings));
        assert!(of(28, true, &settings) < of(28, false, &settings));
        let bold = Settings::with_false_insights(10.0);
        assert!(of(28, false, &bold) < of(28, false, &settings));
    }

    #[test]
    fn bursts_that_last_are_held_to_less_of_the_strictness() {
        let of = |strictness, busiest| {
            Scale { strictness, newborns: 1.0 }.multiplier(Shape { busiest, ..ONE_MINUTE })
        };
        assert!((of(2.0, 1.0) - 2.0).abs() < 1e-12);
        assert!((of(2.0, 0.25) - 2.0_f64.powf(0.4)).abs() < 1e-12);
        assert!(of(2.0, 0.1) < of(2.0, 0.2));
        // Who bears more insights bears them of every kind.
        for busiest in [0.1, 0.5, 1.0] {
            assert!((of(0.8, busiest) - 0.8).abs() < 1e-12);
        }
    }

    #[test]
    fn twice_the_largest_over_minutes_is_told_where_as_much_in_one_is_not() {
        let (bounds, largest) = bounds_with(28, &Settings::with_false_insights(0.03));
        let bound = |busiest| bounds.bound(FIVE, &largest, Shape { busiest, ..ONE_MINUTE }).0;
        let twice = 2.0 * as_f64(largest[FIVE]);
        assert!(bound(0.2) < twice && twice < bound(1.0));
    }

    #[test]
    fn more_is_borne_of_new_subjects_right_after_learning() {
        let by_day = [2.0, 3.0, 4.0, 6.0, 14.0, 28.0].map(newborns_by_logs);
        assert!(by_day.is_sorted_by(|a, b| a > b), "{by_day:?}");
        assert!(by_day[0] > 2.0 && by_day[3] < 0.8, "{by_day:?}");
        assert!(newborns_by_logs(1.0) < 1.0);
    }

    #[test]
    fn logs_that_began_on_a_weekend_say_little_of_monday() {
        // 1970-01-03 was a Saturday.
        let saturday = Minute::new(2 * DAY);
        let span = Span { start: saturday, end: saturday + 30 * DAY };
        let coverage = Coverage::new(span, Vec::new());
        let monday = saturday + (2 * DAY + 600);
        let calendar = Calendar::empty();
        assert!(telling_days(&coverage, &calendar, monday) < 0.5);
        assert!(logged_days(&coverage, monday) > 2.0);
        // On a day off the weekend before is telling.
        let day_off = Calendar::new([(monday.day(), monday.day())]);
        assert!(telling_days(&coverage, &day_off, monday) > 2.0);
        assert!(telling_days(&coverage, &calendar, monday + 7 * DAY) > 9.0);
    }
}
