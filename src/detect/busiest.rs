//! How large the busiest five minutes of a day are among the subjects of an account that are quiet
//! for most of it: what a subject that is new may bring as well.

use std::collections::BTreeMap;

use super::history::{DAYS, as_f64};
use super::recent::{FIVE, WINDOWS};
use crate::series::Series;

/// Days with events in no more minutes tell of it: new subjects have few.
const MINUTES: u32 = 15;
/// Of such days, this share is less busy.
const SHARE: f64 = 0.9;
/// So many events in the busiest five minutes are usual at that share.
const USUAL: f64 = 25.0;
/// Subjects' days that an account must have to be believed as much as what is usual.
const FEW: f64 = 100.0;
/// Whatever an account does, no more times is borne of its new subjects.
const MOST: f64 = 2.0;

/// How often each sum was the largest of five minutes in a quiet subject's day, by day (since the
/// epoch).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BusiestCounts(BTreeMap<u32, BTreeMap<u64, u32>>);

impl BusiestCounts {
    /// Adds all days of a subject.
    pub fn add(&mut self, series: &Series) {
        let points = &series.points;
        let (mut first, mut sum) = (0, 0);
        let (mut of_day, mut minutes) = (0, 0);
        for (index, point) in points.iter().enumerate() {
            sum += u64::from(point.events);
            while points[first].minute + WINDOWS[FIVE] <= point.minute {
                sum -= u64::from(points[first].events);
                first += 1;
            }
            of_day = sum.max(of_day);
            minutes += 1;
            let day = point.minute.day();
            if points.get(index + 1).is_none_or(|next| next.minute.day() != day) {
                if minutes <= MINUTES {
                    *self.0.entry(day).or_default().entry(of_day).or_default() += 1;
                }
                (of_day, minutes) = (0, 0);
            }
        }
    }

    /// Adds those of other subjects of the account.
    pub fn merge(&mut self, other: &Self) {
        for (day, sums) in &other.0 {
            let own = self.0.entry(*day).or_default();
            for (sum, times) in sums {
                *own.entry(*sum).or_default() += times;
            }
        }
    }
}

/// How much busier new subjects of an account may be than in a usual one, day by day.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Busiest(BTreeMap<u32, f64>);

impl Busiest {
    /// Of all subjects of an account.
    #[must_use]
    pub fn of(counts: &BusiestCounts) -> Self {
        let days = counts.0.keys().flat_map(|day| [*day, day + 1]);
        Self(days.map(|day| (day, factor(&counts.0, day))).collect())
    }

    /// What a new subject may bring on a day, by the days before it, in multiples of what it may in
    /// a usual account: one to two.
    #[must_use]
    pub fn newborns(&self, day: u32) -> f64 {
        self.0.get(&day).copied().unwrap_or(1.0)
    }
}

fn factor(counts: &BTreeMap<u32, BTreeMap<u64, u32>>, day: u32) -> f64 {
    let mut sums: BTreeMap<u64, u32> = BTreeMap::new();
    for (sum, times) in counts.range(day.saturating_sub(DAYS)..day).flat_map(|(_, sums)| sums) {
        *sums.entry(*sum).or_default() += times;
    }
    let all = f64::from(sums.values().sum::<u32>());
    let mut busier = (1.0 - SHARE) * all;
    let at = sums.iter().rev().find(|(_, times)| {
        busier -= f64::from(**times);
        busier < 0.0
    });
    let busiest = at.map_or(USUAL, |(sum, _)| as_f64(*sum));
    (busiest / USUAL).powf(all / (all + FEW)).clamp(1.0, MOST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::minute::{DAY, Minute};
    use crate::series::Point;

    /// A subject with so many events on a minute of each of some days, and three times as many some
    /// minutes later.
    fn series(days: std::ops::Range<u32>, events: u32) -> Series {
        let point = |minute, events| Point { minute: Minute::new(minute), events, newcomers: 0 };
        let of_day = |day| {
            [(100, 1), (102, 1), (300, 3)].map(|(at, times)| point(day * DAY + at, times * events))
        };
        Series { points: days.flat_map(of_day).collect() }
    }

    fn of(subjects: u32, events: impl Fn(u32) -> u32) -> BusiestCounts {
        let mut counts = BusiestCounts::default();
        for subject in 0..subjects {
            counts.add(&series(10..14, events(subject)));
        }
        counts
    }

    #[test]
    fn the_busiest_five_minutes_of_each_day_are_counted() {
        let mut counts = BusiestCounts::default();
        counts.add(&series(3..5, 7));
        counts.add(&series(4..5, 1));
        let sums = |day| counts.0[&day].clone().into_iter().collect::<Vec<_>>();
        assert_eq!(sums(3), [(21, 1)]);
        assert_eq!(sums(4), [(3, 1), (21, 1)]);
        assert_eq!(counts.0.len(), 2);
    }

    #[test]
    fn more_is_borne_of_new_subjects_where_the_others_are_busier() {
        let newborns = |events: u32| Busiest::of(&of(200, |_| events)).newborns(14);
        assert!((newborns(2) - 1.0).abs() < 1e-9);
        assert!(newborns(12) > 1.1 && newborns(12) < newborns(15));
        assert!((newborns(1_000) - MOST).abs() < 1e-9);
    }

    #[test]
    fn what_is_busy_all_day_says_nothing_of_what_is_new() {
        let mut counts = BusiestCounts::default();
        let point = |minute| Point { minute: Minute::new(minute), events: 1_000, newcomers: 0 };
        counts.add(&Series { points: (0..DAY).map(point).collect() });
        assert_eq!(counts, BusiestCounts::default());
    }

    #[test]
    fn a_few_busy_subjects_say_nothing_of_the_others() {
        let some = of(200, |subject| if subject < 15 { 1_000 } else { 1 });
        assert!((Busiest::of(&some).newborns(14) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn few_days_of_few_subjects_are_hardly_believed() {
        let newborns = |subjects| Busiest::of(&of(subjects, |_| 15)).newborns(14);
        assert!(newborns(2) < 1.1 && newborns(200) > 1.3);
    }

    #[test]
    fn the_day_and_what_comes_after_it_say_nothing() {
        let mut counts = of(200, |_| 12);
        let before = Busiest::of(&counts).newborns(13);
        counts.add(&series(13..20, 1_000));
        assert!((Busiest::of(&counts).newborns(13) - before).abs() < 1e-12);
    }

    #[test]
    fn adding_up_is_adding_up() {
        let mut merged = of(3, |subject| subject);
        let mut other = BusiestCounts::default();
        other.add(&series(12..16, 2));
        merged.merge(&other);
        let mut together = of(3, |subject| subject);
        together.add(&series(12..16, 2));
        assert_eq!(merged, together);
    }
}
