//! What is kept of a subject's past: a record for each of its last 28 days with events.

use std::collections::VecDeque;

use super::recent::{Moment, PerWindow, WINDOWS};
use crate::coverage::{Coverage, Span};
use crate::minute::Minute;
use crate::minute::{DAY, HOUR};

/// Days of the past that count.
pub const DAYS: u32 = 28;

/// A day (UTC) with events.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DayRecord {
    /// Days since the epoch.
    pub day: u32,
    /// The largest sum of a window of each length that ended in it.
    pub largest: PerWindow<u64>,
    /// Events in each hour.
    pub hours: [u64; 24],
    /// Sum of the squares of the counts of whole windows side by side.
    pub squares: PerWindow<f64>,
    /// Events by newcomers.
    pub newcomers: u64,
}

/// The past of one subject, without what an incident added to it.
#[derive(Clone, Debug, Default)]
pub struct History {
    days: VecDeque<DayRecord>,
    largest: PerWindow<u64>,
    /// Windows side by side being filled: number of the window since the epoch, and its events.
    blocks: PerWindow<(u32, u64)>,
    first_seen: Option<Minute>,
    level_since: Option<Minute>,
}

impl History {
    /// Adds a minute that is an hour old. Minutes come in time order.
    pub fn add(&mut self, moment: &Moment) {
        self.first_seen.get_or_insert(moment.minute);
        raise(&mut self.largest, &moment.sums);
        let mut blocks = self.blocks;
        let record = self.record(moment.minute.day());
        raise(&mut record.largest, &moment.sums);
        record.hours[hour_of_day(moment.minute)] += u64::from(moment.events);
        record.newcomers += u64::from(moment.newcomers);
        for (i, window) in WINDOWS.into_iter().enumerate() {
            let number = moment.minute.get() / window;
            if blocks[i].0 != number {
                blocks[i] = (number, 0);
            }
            // (a + b)² - a², so that a block counts from its first event on.
            let (before, added) = (blocks[i].1, u64::from(moment.events));
            record.squares[i] += as_f64(added) * as_f64(2 * before + added);
            blocks[i].1 += added;
        }
        self.blocks = blocks;
    }

    /// Lets a day know of sums that were kept out of it when they happened.
    pub fn admit(&mut self, minute: Minute, sums: &PerWindow<u64>) {
        raise(&mut self.largest, sums);
        raise(&mut self.record(minute.day()).largest, sums);
    }

    /// Takes what came since `start` for the new normal, with these events by hour (hours since
    /// the epoch): the rate is counted from there on.
    pub fn new_level(&mut self, start: Minute, hours: &[(u32, u64)]) {
        self.first_seen.get_or_insert(start);
        self.level_since = Some(start);
        for (hour, events) in hours {
            let minute = Minute::new(hour * HOUR);
            let slot = &mut self.record(minute.day()).hours[hour_of_day(minute)];
            *slot = (*slot).max(*events);
        }
    }

    /// Forgets the days that are too old for a verdict on `day`.
    pub fn forget_before(&mut self, day: u32) {
        while self.days.front().is_some_and(|record| record.day + DAYS < day) {
            self.days.pop_front();
        }
        self.largest = [0; WINDOWS.len()];
        for record in &self.days {
            raise(&mut self.largest, &record.largest);
        }
    }

    /// The days with events, oldest first.
    pub fn days(&self) -> impl DoubleEndedIterator<Item = &DayRecord> {
        self.days.iter()
    }

    /// When the subject was first seen, at least an hour ago.
    #[must_use]
    pub const fn first_seen(&self) -> Option<Minute> {
        self.first_seen
    }

    /// Where the rate of the past is counted from, for a verdict at `now`.
    #[must_use]
    pub fn rate_since(&self, now: Minute) -> Minute {
        let oldest = now.start_of_day() - DAYS * DAY;
        self.level_since.map_or(oldest, |since| since.max(oldest))
    }

    /// The largest sums of all days kept.
    #[must_use]
    pub const fn largest(&self) -> &PerWindow<u64> {
        &self.largest
    }

    /// The largest sum of each window on each full day before `today` since the subject was first
    /// seen, days without any event included. Days covered by less than half do not count.
    pub fn daily_maxima(&self, today: u32, coverage: &Coverage) -> PerWindow<Vec<f64>> {
        let mut maxima = std::array::from_fn(|_| Vec::with_capacity(DAYS as usize));
        for (_, own) in self.full_days(today, coverage) {
            for (i, maxima) in maxima.iter_mut().enumerate() {
                maxima.push(own.map_or(0.0, |record| as_f64(record.largest[i])));
            }
        }
        maxima
    }

    /// Those days, and what is kept of each that had events.
    pub fn full_days(
        &self,
        today: u32,
        coverage: &Coverage,
    ) -> impl Iterator<Item = (u32, Option<&DayRecord>)> {
        let first = self.first_seen.map_or(today, Minute::day);
        let mut records = self.days.iter().peekable();
        (first.max(today.saturating_sub(DAYS))..today).filter_map(move |day| {
            while records.next_if(|record| record.day < day).is_some() {}
            let own = records.peek().copied().filter(|record| record.day == day);
            let start = Minute::new(day * DAY);
            let covered = coverage.covered_minutes(Span { start, end: start + DAY });
            (covered >= DAY / 2).then_some((day, own))
        })
    }

    fn record(&mut self, day: u32) -> &mut DayRecord {
        // Almost always the last; incidents reach back a day.
        let last = self.days.len().wrapping_sub(1);
        if self.days.get(last).is_some_and(|record| record.day == day) {
            return &mut self.days[last];
        }
        let at = self.days.partition_point(|record| record.day < day);
        if self.days.get(at).is_none_or(|record| record.day != day) {
            self.days.insert(at, DayRecord { day, ..DayRecord::default() });
        }
        &mut self.days[at]
    }
}

fn raise(largest: &mut PerWindow<u64>, sums: &PerWindow<u64>) {
    for (largest, sum) in largest.iter_mut().zip(sums) {
        *largest = (*largest).max(*sum);
    }
}

/// Hours since 00:00 UTC.
pub fn hour_of_day(minute: Minute) -> usize {
    (minute.minute_of_day() / HOUR) as usize
}

/// A count as a float.
#[expect(clippy::cast_precision_loss, reason = "counts above 2^53 need no exact digits")]
pub const fn as_f64(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(minute: u32, events: u32) -> Moment {
        let sums = [u64::from(events); WINDOWS.len()];
        Moment { minute: Minute::new(minute), events, newcomers: 0, sums }
    }

    #[test]
    fn silent_days_have_a_maximum_of_nothing() {
        let mut history = History::default();
        for day in [10, 11, 14] {
            history.add(&moment(day * DAY + 5, day));
        }
        let coverage =
            |gaps| Coverage::new(Span { start: Minute::new(0), end: Minute::new(20 * DAY) }, gaps);
        let maxima = |coverage: &Coverage| history.daily_maxima(16, coverage)[0].clone();
        assert_eq!(maxima(&coverage(Vec::new())), [10.0, 11.0, 0.0, 0.0, 14.0, 0.0]);
        let gap = Span { start: Minute::new(12 * DAY), end: Minute::new(14 * DAY) };
        assert_eq!(maxima(&coverage(vec![gap])), [10.0, 11.0, 14.0, 0.0]);
    }

    #[test]
    fn days_too_old_are_forgotten() {
        let mut history = History::default();
        history.add(&moment(10 * DAY, 500));
        history.add(&moment(30 * DAY, 7));
        history.forget_before(10 + DAYS);
        assert_eq!(history.largest()[0], 500);
        history.forget_before(11 + DAYS);
        assert_eq!(history.largest()[0], 7);
    }
}
