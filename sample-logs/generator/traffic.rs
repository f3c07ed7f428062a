//! How traffic spreads over the days: less at night and at weekends.

use std::ops::Range;

use crate::clock::{self, DAY, MINUTE};
use crate::rng::Rng;

/// Relative traffic of each hour of the day, UTC.
const HOURS: [u64; 24] = [
    42, 40, 38, 38, 40, 46, 56, 70, 84, 92, 96, 98, 96, 98, 100, 98, 94, 88, 78, 68, 60, 54, 48, 44,
];

/// A span of days in which every minute has its share of the traffic.
pub struct Traffic {
    first: i64,
    /// Running totals of the shares of all minutes.
    totals: Vec<u64>,
}

impl Traffic {
    /// The days from `first` (a midnight) on.
    pub fn new(first: i64, days: u32) -> Self {
        let minutes = (0..i64::from(days) * (DAY / MINUTE)).map(|minute| first + minute * MINUTE);
        let totals = minutes.scan(0, |total, at| {
            let hour = HOURS.iter().cycle().nth(usize::try_from(clock::hour(at)).unwrap_or(0));
            *total += hour.unwrap_or(&1) * if clock::is_weekend(at) { 55 } else { 100 };
            Some(*total)
        });
        Self { first, totals: totals.collect() }
    }

    /// The part of the traffic that goes into file `number` of `files`, all being of one size.
    pub fn part(&self, number: u64, files: u64) -> Range<u64> {
        let total = self.totals.last().copied().unwrap_or(0);
        let cut = |number: u64| {
            u64::try_from(u128::from(total) * u128::from(number) / u128::from(files.max(1)))
                .unwrap_or(total)
        };
        cut(number)..cut(number + 1)
    }

    /// The traffic between two minutes, counted from the first day's start.
    pub fn between(&self, from: i64, until: i64) -> Range<u64> {
        self.before(from)..self.before(until)
    }

    /// How many of `whole` events lie before a minute, counted from the first day's start.
    pub fn share_before(&self, minute: i64, whole: u64) -> u64 {
        let total = self.before(self.minutes()).max(1);
        let share = u128::from(whole) * u128::from(self.before(minute)) / u128::from(total);
        u64::try_from(share).unwrap_or(whole)
    }

    /// Minutes in all days.
    pub fn minutes(&self) -> i64 {
        i64::try_from(self.totals.len()).unwrap_or(0)
    }

    fn before(&self, minute: i64) -> u64 {
        let last = usize::try_from(minute - 1).ok();
        last.and_then(|last| self.totals.get(last)).copied().unwrap_or(0)
    }

    /// A random moment of a part.
    pub fn pick(&self, part: &Range<u64>, rng: &mut Rng) -> i64 {
        let point = part.start + rng.below(part.end - part.start);
        self.minute(point) + i64::from(rng.between(0, 59))
    }

    /// From which minute until which (not included) a part reaches; parts meet without a gap.
    pub fn bounds(&self, part: &Range<u64>) -> (i64, i64) {
        (self.minute(part.start), self.minute(part.end))
    }

    fn minute(&self, point: u64) -> i64 {
        let position = self.totals.partition_point(|total| *total <= point);
        self.first + i64::try_from(position).unwrap_or(0) * MINUTE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_meet_and_cover_all_days() {
        let traffic = Traffic::new(0, 3);
        let bounds: Vec<_> = (0..7).map(|n| traffic.bounds(&traffic.part(n, 7))).collect();
        assert_eq!((bounds[0].0, bounds[6].1), (0, 3 * DAY));
        assert!(bounds.windows(2).all(|pair| pair[0].1 == pair[1].0));
    }
}
