//! The past -> how many events an hour of the week brings, and how much that varies.

use super::Calendar;
use super::history::{DAYS, DayRecord, History, as_f64};
use super::recent::{PerWindow, WINDOWS};
use crate::coverage::{Coverage, Span};
use crate::minute::Minute;
use crate::minute::{DAY, HOUR};

/// After as many days a day counts half.
const HALF_LIFE_DAYS: i32 = 10;
/// Hours of the mean rate that stand for an hour of the day nothing is known of.
const FLAT_HOURS: f64 = 2.0;
/// Hours of the hour of day that stand for an hour of the week nothing is known of.
const DAILY_HOURS: f64 = 2.0;
/// Over-dispersion of a subject nothing is known of, and the days of its weight.
const PRIOR_DISPERSION: f64 = 0.1;
const PRIOR_DAYS: f64 = 3.0;
/// No law with a fatter tail is believed: beyond, the daily maxima judge.
const MOST_DISPERSION: f64 = 1.0;

/// Events a minute in each of the 24 hours that follow a moment, and their over-dispersion.
#[derive(Clone, Debug, PartialEq)]
pub struct Expectation {
    /// Hours since the epoch of the first rate: the hour before the moment.
    first_hour: u32,
    rates: [f64; 26],
}

impl Expectation {
    /// From the past of a subject up to an hour before `now`.
    #[must_use]
    pub fn at(history: &History, coverage: &Coverage, calendar: &Calendar, now: Minute) -> Self {
        let past = Past::new(history, coverage, now);
        let first_hour = (now.get() / HOUR).saturating_sub(1);
        let rates = std::array::from_fn(|i| {
            past.rate(first_hour.saturating_add(u32::try_from(i).unwrap_or(0)), calendar)
        });
        Self { first_hour, rates }
    }

    /// Events a minute.
    #[must_use]
    pub fn rate(&self, minute: Minute) -> f64 {
        let i = (minute.get() / HOUR).saturating_sub(self.first_hour);
        self.rates[(i as usize).min(self.rates.len() - 1)]
    }

    /// Events in the covered minutes of a span.
    #[must_use]
    pub fn events(&self, span: Span, coverage: &Coverage) -> f64 {
        let mut sum = 0.0;
        let mut start = span.start;
        while start < span.end {
            let end = (Minute::new(start.get() / HOUR * HOUR) + HOUR).min(span.end);
            if end <= start {
                break;
            }
            sum += self.rate(start) * f64::from(coverage.covered_minutes(Span { start, end }));
            start = end;
        }
        sum
    }
}

/// Over-dispersion of the counts of each window around the rate of their hour of the day, by
/// moments (`E x² = μ + (1 + dispersion) μ²`), shrunk to a small one.
#[must_use]
pub fn dispersion(history: &History, coverage: &Coverage, now: Minute) -> PerWindow<f64> {
    let past = Past::new(history, coverage, now);
    let mut events = 0.0;
    let mut hours = [0.0; 24];
    let mut squares = [0.0; WINDOWS.len()];
    for record in past.records() {
        for (sum, hour) in hours.iter_mut().zip(record.hours) {
            *sum += as_f64(hour);
            events += as_f64(hour);
        }
        for (sum, square) in squares.iter_mut().zip(record.squares) {
            *sum += square;
        }
    }
    let days = (f64::from(past.covered()) / f64::from(DAY)).max(1.0 / 24.0);
    std::array::from_fn(|i| {
        // Σ μ² over all windows side by side, with μ from the hour of the day.
        let per_hour = f64::from(HOUR / WINDOWS[i]);
        let squared_means: f64 =
            hours.iter().map(|events| (events / days / per_hour).powi(2) * per_hour * days).sum();
        if squared_means <= 0.0 {
            return PRIOR_DISPERSION;
        }
        let own = ((squares[i] - events) / squared_means - 1.0).max(0.0);
        ((days * own + PRIOR_DAYS * PRIOR_DISPERSION) / (days + PRIOR_DAYS)).min(MOST_DISPERSION)
    })
}

/// The part of the past that rates are counted from.
struct Past<'a> {
    history: &'a History,
    coverage: &'a Coverage,
    span: Span,
    mean: f64,
}

impl<'a> Past<'a> {
    fn new(history: &'a History, coverage: &'a Coverage, now: Minute) -> Self {
        let span = Span { start: history.rate_since(now), end: now - HOUR };
        let mut past = Self { history, coverage, span, mean: 0.0 };
        let (mut events, mut minutes) = (0.0, 0.0);
        for (age, weight) in (0..=DAYS).map(|age| (age, weight(age))) {
            let start = now.start_of_day() - age * DAY;
            minutes += weight * f64::from(past.covered_in(start, DAY));
            if start < past.span.start || start.get() == 0 {
                break;
            }
        }
        for record in past.records() {
            let all: u64 = record.hours.iter().sum();
            events += weight(now.day().saturating_sub(record.day)) * as_f64(all);
        }
        if minutes > 0.0 {
            past.mean = events / minutes;
        }
        past
    }

    fn records(&self) -> impl Iterator<Item = &'a DayRecord> {
        let first = self.span.start.day();
        self.history.days().filter(move |record| record.day >= first)
    }

    fn covered(&self) -> u32 {
        self.coverage.covered_minutes(self.span)
    }

    fn covered_in(&self, start: Minute, minutes: u32) -> u32 {
        self.coverage.covered_minutes(self.span.intersection(Span { start, end: start + minutes }))
    }

    /// Events a minute in the hour that number since the epoch: that of the hour of the week,
    /// shrunk towards that of the hour of the day, shrunk towards the mean.
    fn rate(&self, hour: u32, calendar: &Calendar) -> f64 {
        let now_day = self.span.end.day();
        let (mut daily, mut weekly) = ((0.0, 0.0), (0.0, 0.0));
        let target_week_day = calendar.week_day(hour / 24);
        let mut records = self.records().peekable();
        let oldest = self.span.start.day();
        for day in oldest..=now_day {
            while records.next_if(|record| record.day < day).is_some() {}
            let start = Minute::new((day * 24 + hour % 24).saturating_mul(HOUR));
            let covered = self.covered_in(start, HOUR);
            if covered == 0 {
                continue;
            }
            let weight = weight(now_day - day);
            let own = records.peek().filter(|record| record.day == day);
            let events = own.map_or(0.0, |record| as_f64(record.hours[(hour % 24) as usize]));
            let (events, hours) = (weight * events, weight * f64::from(covered) / f64::from(HOUR));
            daily = (daily.0 + events, daily.1 + hours);
            if calendar.week_day(day) == target_week_day {
                weekly = (weekly.0 + events, weekly.1 + hours);
            }
        }
        let mean = self.mean * f64::from(HOUR);
        let of_day = (daily.0 + FLAT_HOURS * mean) / (daily.1 + FLAT_HOURS);
        let of_week = (weekly.0 + DAILY_HOURS * of_day) / (weekly.1 + DAILY_HOURS);
        of_week / f64::from(HOUR)
    }
}

/// How much a day counts that many days later.
fn weight(age: u32) -> f64 {
    let age = f64::from(age.min(4 * DAYS));
    (-age / f64::from(HALF_LIFE_DAYS)).exp2()
}

#[cfg(test)]
mod tests {
    use super::super::recent::Moment;
    use super::*;

    /// Four weeks with a call a minute from 09:00 to 17:00 and none else.
    fn office_hours() -> (History, Coverage) {
        let mut history = History::default();
        for minute in (0..28 * DAY).filter(|minute| (9..17).contains(&(minute % DAY / HOUR))) {
            let sums = [1; WINDOWS.len()];
            history.add(&Moment { minute: Minute::new(minute), events: 1, newcomers: 0, sums });
        }
        let span = Span { start: Minute::new(0), end: Minute::new(40 * DAY) };
        (history, Coverage::new(span, Vec::new()))
    }

    #[test]
    fn hours_have_their_own_rates() {
        let (history, coverage) = office_hours();
        let noon = Minute::new(28 * DAY + 12 * HOUR);
        let expectation = Expectation::at(&history, &coverage, &Calendar::empty(), noon);
        assert!((expectation.rate(noon) - 1.0).abs() < 0.2, "{}", expectation.rate(noon));
        let night = noon + 12 * HOUR;
        assert!(expectation.rate(night) < 0.1, "{}", expectation.rate(night));
        let span = Span { start: noon, end: noon + 90 };
        assert!((expectation.events(span, &coverage) - 90.0).abs() < 20.0);
    }

    #[test]
    fn nothing_is_expected_of_nothing() {
        let (_, coverage) = office_hours();
        let history = History::default();
        let now = Minute::new(DAY);
        assert!(
            Expectation::at(&history, &coverage, &Calendar::empty(), now).rate(now).abs() < 1e-12
        );
        for dispersion in dispersion(&history, &coverage, now) {
            assert!((dispersion - PRIOR_DISPERSION).abs() < 1e-12);
        }
    }

    #[test]
    fn regular_calls_are_hardly_dispersed() {
        let (history, coverage) = office_hours();
        for dispersion in dispersion(&history, &coverage, Minute::new(28 * DAY)) {
            assert!(dispersion < 0.2, "{dispersion}");
        }
    }
}
