use proptest::prelude::*;

use super::*;
use crate::coverage::{Coverage, Span};
use crate::detect::{Detector, Direction, Episode, FalsePerWeek, Settings, Subject, SurgeDetector};
use crate::minute::{DAY, HOUR};
use crate::series::{Point, Series};

proptest! {
    #[test]
    fn a_day_is_off_when_a_stretch_holds_it(
        stretches in prop::collection::vec((0_u32..60, 0_u32..60), 0..6),
        day in 0_u32..70,
    ) {
        let calendar = Calendar::new(stretches.clone());
        let held = stretches.iter().any(|(first, last)| (first..=last).contains(&&day));
        prop_assert_eq!(calendar.is_day_off(day), held);
        let minute = Minute::new(day * DAY + 7);
        let expected = if held { SUNDAY } else { minute.hour_of_week() / 24 };
        prop_assert_eq!(calendar.week_day(day), expected);
        prop_assert_eq!(calendar.is_weekend(minute), expected >= SATURDAY);
    }
}

#[test]
fn the_last_days_of_the_clock_are_days() {
    let calendar = Calendar::new([(0, u32::MAX), (5, 7)]);
    assert!(calendar.is_day_off(u32::MAX));
    assert!(calendar.is_day_off(6) && !Calendar::new([(7, 5)]).is_day_off(6));
}

/// The Monday 1970-01-05, day 4; weeks are counted from there.
const MONDAY: u32 = 4;
/// The Wednesday of the fifth week.
const HOLIDAY: u32 = MONDAY + 4 * 7 + 2;
const DAYS: u32 = 5 * 7;

/// Five weeks of events, so many in each minute of each day of the week.
fn weeks(events: impl Fn(u32, u32) -> u32) -> (Series, Coverage) {
    let start = Minute::new(MONDAY * DAY);
    let minutes = (0..DAYS * DAY).map(|minute| {
        let at = start + minute;
        Point { minute: at, events: events(at.day(), at.minute_of_day()), newcomers: 0 }
    });
    let points = minutes.filter(|point| point.events > 0).collect();
    let span = Span { start, end: start + DAYS * DAY };
    (Series { points }, Coverage::new(span, Vec::new()))
}

fn found(weeks: &(Series, Coverage), detector: &SurgeDetector) -> Vec<Episode> {
    let (series, coverage) = weeks;
    let subject = Subject::new(series, coverage, 10);
    detector.detect(&[subject]).remove(0)
}

fn is_sunday(day: u32) -> bool {
    (day - MONDAY) % 7 == 6
}

#[test]
fn a_quiet_holiday_is_no_drop_where_sundays_are_quiet() {
    // Forty calls an hour; on Sundays one in 40 minutes, on the holiday one in two hours.
    let weeks = weeks(|day, minute| match day {
        HOLIDAY => u32::from(minute % 120 == 0),
        day if is_sunday(day) => u32::from(minute % 40 == 0),
        _ => u32::from(minute % 3 != 0),
    });
    let detector = SurgeDetector::new(Settings { drops: true, ..Settings::default() });
    let without = found(&weeks, &detector);
    assert!(without.iter().any(|found| found.direction == Direction::Drop), "{without:?}");
    assert!(without.iter().all(|found| found.span.start.day() == HOLIDAY), "{without:?}");
    let with = found(&weeks, &detector.with_calendar(Calendar::new([(HOLIDAY, HOLIDAY)])));
    assert_eq!(with, []);
}

#[test]
fn a_burst_on_a_holiday_is_one_where_sundays_are_quiet() {
    // Fifty calls a minute in office hours, one on Sundays and the holiday.
    let noon = 12 * HOUR;
    let burst = 170;
    let weeks = |burst_day| {
        weeks(move |day, minute| match minute {
            minute if day == burst_day && (noon..noon + 5).contains(&minute) => burst,
            minute if !(9 * HOUR..17 * HOUR).contains(&minute) => 0,
            _ if is_sunday(day) || day == HOLIDAY => 1,
            minute => 35 + (minute * 7 + day * 13) % 31,
        })
    };
    let plain = SurgeDetector::default();
    let calendar = plain.clone().with_calendar(Calendar::new([(HOLIDAY, HOLIDAY)]));
    let sunday = MONDAY + 4 * 7 + 6;
    assert_eq!(found(&weeks(sunday), &plain).len(), 1, "unusual on a Sunday");
    assert_eq!(found(&weeks(HOLIDAY), &plain), [], "nothing much on a Wednesday");
    let on_holiday = found(&weeks(HOLIDAY), &calendar);
    assert_eq!(on_holiday.len(), 1, "as on a Sunday");
    assert_eq!(on_holiday[0].span.start.day(), HOLIDAY);
}

#[test]
fn sundays_and_days_without_logs_change_nothing() {
    let weeks = weeks(|day, minute| match (day, minute) {
        (HOLIDAY, 700..720) => 90,
        (day, minute) => u32::from(minute % 3 != 0 && !is_sunday(day)) * (1 + day % 3),
    });
    let plain = SurgeDetector::new(Settings { drops: true, ..Settings::default() });
    let expected = found(&weeks, &plain);
    assert!(!expected.is_empty());
    let last = MONDAY + DAYS;
    let sundays = (MONDAY..last).filter(|day| is_sunday(*day)).map(|day| (day, day));
    for calendar in
        [Calendar::empty(), Calendar::new(sundays), Calendar::new([(0, MONDAY - 1), (last, last)])]
    {
        assert_eq!(found(&weeks, &plain.clone().with_calendar(calendar)), expected);
    }
}

#[test]
fn a_subject_has_its_own_sensitivity() {
    let (series, coverage) = weeks(|day, minute| match (day, minute) {
        (HOLIDAY, 700..705) => 300,
        // The largest of a day varies, so that how often one is passed says something.
        (day, 600) => [10, 40, 15, 60, 25, 50, 30][(day * 3 % 7) as usize],
        (_, minute) => minute % 2,
    });
    let subject = Subject::new(&series, &coverage, 10);
    let of = |borne| FalsePerWeek::new(borne).unwrap();
    let mut bounds = Vec::new();
    for borne in [0.001, 0.3, 30.0, 1_000.0] {
        let all = SurgeDetector::new(Settings::with_false_insights(borne)).detect(&[subject]);
        let own = Subject { false_per_week: Some(of(borne)), ..subject };
        let other = SurgeDetector::new(Settings::with_false_insights(7.0)).detect(&[own]);
        assert_eq!(all, other, "{borne}");
        bounds.push(all[0][0].evidence.bound);
    }
    assert!(bounds.is_sorted_by(|a, b| a >= b) && bounds[0] > bounds[3], "{bounds:?}");
}
