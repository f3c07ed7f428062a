//! What is planted: so many events in each of some minutes.

use serde::Serialize;

use super::dice::Dice;
use crate::coverage::Span;
use crate::minute::{DAY, Minute};
use crate::series::{Point, Series};

/// Days before a plant whose largest five minutes it is measured by.
pub const PEAK_DAYS: u32 = 14;
/// A largest five minutes of fewer events is taken for this many.
const LEAST_PEAK: u64 = 8;

/// How a planted incident goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    /// All in one minute.
    OneMinute,
    /// 5 to 60 minutes at one rate.
    Step,
    /// A rate that rises for 8 to 30 minutes and then holds for 5 to 20.
    Ramp,
    /// Six hours at one rate.
    Plateau,
}

impl Shape {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::OneMinute, Self::Step, Self::Ramp, Self::Plateau];

    /// What people read: `one minute`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OneMinute => "one minute",
            Self::Step => "5 to 60 minutes",
            Self::Ramp => "ramp",
            Self::Plateau => "six hours",
        }
    }

    /// The events of each minute, none in the first and last being 0, with so many in the largest
    /// five minutes, as evenly as whole numbers allow.
    pub fn draw(self, dice: &mut Dice, largest: u64) -> Vec<u32> {
        let even = |minutes: u32| vec![1; minutes as usize];
        let weights: Vec<u32> = match self {
            Self::OneMinute => return vec![whole(u128::from(largest))],
            Self::Step => even(dice.between_by_ratio(5, 60)),
            Self::Plateau => even(360),
            Self::Ramp => {
                let (rise, hold) = (dice.between(8, 30), dice.between(5, 20));
                (1..=rise + hold).map(|minute| minute.min(rise)).collect()
            }
        };
        let most = u128::from(weights.iter().copied().max().unwrap_or(1));
        let (mut weight, mut before) = (0, 0);
        let counts = weights.into_iter().map(|more| {
            weight += u128::from(more);
            let events = weight * u128::from(largest) / (5 * most);
            let added = events - before;
            before = events;
            whole(added)
        });
        counts.skip_while(|events| *events == 0).collect()
    }
}

fn whole(count: u128) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// The most events that a subject had in five minutes in a row in the 14 days before a minute.
pub fn own_peak(series: &Series, before: Minute) -> u64 {
    let points = &series.points;
    let first = points.partition_point(|point| point.minute < before - PEAK_DAYS * DAY);
    let last = points.partition_point(|point| point.minute < before);
    let (mut oldest, mut sum, mut largest) = (first, 0, 0);
    for point in &points[first..last] {
        sum += u64::from(point.events);
        while point.minute.since(points[oldest].minute) >= 5 {
            sum -= u64::from(points[oldest].events);
            oldest += 1;
        }
        largest = largest.max(sum);
    }
    largest
}

/// Events in the largest five minutes of a plant so many times a subject's own peak.
pub fn planted_peak(times: u32, own_peak: u64) -> u64 {
    u64::from(times) * own_peak.max(LEAST_PEAK)
}

/// The series with so many more events in each minute from `start` on, made by newcomers or by
/// callers it knows.
pub fn planted(series: &Series, start: Minute, counts: &[u32], newcomers: bool) -> Series {
    let span = span(start, counts);
    let points = &series.points;
    let first = points.partition_point(|point| point.minute < span.start);
    let last = points.partition_point(|point| point.minute < span.end);
    let mut all = Vec::with_capacity(points.len() + counts.len());
    all.extend_from_slice(&points[..first]);
    let mut own = points[first..last].iter().copied().peekable();
    for (minute, &added) in (0..).map(|at| start + at).zip(counts) {
        let none = Point { minute, events: 0, newcomers: 0 };
        let mut point = own.next_if(|own| own.minute == minute).unwrap_or(none);
        point.events = point.events.saturating_add(added);
        if newcomers {
            point.newcomers = point.newcomers.saturating_add(added);
        }
        if point.events > 0 {
            all.push(point);
        }
    }
    all.extend_from_slice(&points[last..]);
    Series { points: all }
}

/// The minutes of a plant.
pub fn span(start: Minute, counts: &[u32]) -> Span {
    Span { start, end: start + u32::try_from(counts.len()).unwrap_or(u32::MAX) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn series(points: &[(u32, u32)]) -> Series {
        let point = |&(minute, events)| Point { minute: Minute::new(minute), events, newcomers: 0 };
        Series { points: points.iter().map(point).collect() }
    }

    #[test]
    fn peaks_are_of_five_minutes_in_a_row() {
        let at = |before, points: &[(u32, u32)]| own_peak(&series(points), Minute::new(before));
        let points = [(100, 4), (104, 5), (105, 7), (200, 11)];
        assert_eq!(at(1_000, &points), 12);
        assert_eq!(at(105, &points), 9);
        assert_eq!(at(100, &points), 0);
        // 14 days later the first ones are too old.
        assert_eq!(at(201 + PEAK_DAYS * DAY, &points), 0);
        assert_eq!(at(200 + PEAK_DAYS * DAY, &points), 11);
        assert_eq!([planted_peak(2, 3), planted_peak(3, 100)], [16, 300]);
    }

    #[test]
    fn planting_adds_to_what_is_there() {
        let before = series(&[(9, 1), (11, 2), (14, 3)]);
        let after = planted(&before, Minute::new(10), &[5, 0, 6], true);
        let shown: Vec<_> =
            after.points.iter().map(|p| (p.minute.get(), p.events, p.newcomers)).collect();
        assert_eq!(shown, [(9, 1, 0), (10, 5, 5), (11, 2, 0), (12, 6, 6), (14, 3, 0)]);
        let usual = planted(&before, Minute::new(11), &[5], false);
        assert_eq!((usual.points[1].events, usual.points[1].newcomers), (7, 0));
    }

    proptest! {
        #[test]
        fn shapes_have_the_largest_five_minutes_asked_for(
            seed: u64, largest in 8..100_000_u64, shape in 0..4_usize,
        ) {
            let counts = Shape::ALL[shape].draw(&mut Dice::new([seed, 0, 0]), largest);
            prop_assert!(counts.first() > Some(&0) && counts.last() > Some(&0));
            let start = Minute::new(50_000);
            let alone = planted(&Series::default(), start, &counts, false);
            prop_assert_eq!(own_peak(&alone, span(start, &counts).end), largest);
        }
    }
}
