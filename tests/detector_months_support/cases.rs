//! Single subjects with a known answer.

use super::dice::Dice;
use trailspike::Minute;
use trailspike::coverage::{Coverage, Span};
use trailspike::detect::{Detector, Direction, Episode, Settings, Subject, SurgeDetector};
use trailspike::series::{Point, Series};

const DAY: u32 = 1_440;
/// Monday 2026-01-05.
const ORIGIN: u32 = 20_458 * DAY;

/// A subject by minutes since the origin.
struct Case {
    counts: Vec<u32>,
    gaps: Vec<Span>,
}

impl Case {
    fn of(minutes: u32) -> Self {
        Self { counts: vec![0; minutes as usize], gaps: Vec::new() }
    }

    fn steady(minutes: u32, rate: f64) -> Self {
        let mut dice = Dice::new(7);
        Self { counts: (0..minutes).map(|_| dice.poisson(rate)).collect(), gaps: Vec::new() }
    }

    fn with(mut self, start: u32, minutes: u32, each: u32) -> Self {
        for count in self.counts.iter_mut().skip(start as usize).take(minutes as usize) {
            *count += each;
        }
        self
    }

    fn without(mut self, start: u32, end: u32) -> Self {
        self.counts[start as usize..end as usize].fill(0);
        self.gaps.push(Span { start: Minute::new(ORIGIN + start), end: Minute::new(ORIGIN + end) });
        self
    }

    fn episodes(&self, settings: Settings, min_count: u32) -> Vec<Episode> {
        let points = (0..).zip(&self.counts).filter(|(_, events)| **events > 0);
        let series = Series {
            points: points
                .map(|(at, events)| Point {
                    minute: Minute::new(ORIGIN + at),
                    events: *events,
                    newcomers: 0,
                })
                .collect(),
        };
        let start = Minute::new(ORIGIN);
        let end = start + u32::try_from(self.counts.len()).unwrap();
        let coverage = Coverage::new(Span { start, end }, self.gaps.clone());
        let subject = Subject::new(&series, &coverage, min_count);
        SurgeDetector::new(settings).detect(&[subject]).remove(0)
    }

    /// Start and end of each episode in minutes since the origin.
    fn spans(&self) -> Vec<(u32, u32)> {
        let at = |minute: Minute| minute.get() - ORIGIN;
        let episodes = self.episodes(Settings::default(), 10);
        episodes.iter().map(|episode| (at(episode.span.start), at(episode.span.end))).collect()
    }
}

#[test]
fn published_cases_are_found() {
    let at = 7 * DAY + 462;
    // About 85 a minute, then 664 in one.
    assert_eq!(Case::steady(8 * DAY, 85.0).with(at, 1, 579).spans(), [(at, at + 1)]);
    // 1.756 a minute, then 50 a minute for 8 minutes.
    assert_eq!(Case::steady(8 * DAY, 1.756).with(at, 8, 48).spans(), [(at, at + 8)]);
    // 0.0017 a minute, then 18 in one; nothing before, then 12.
    assert_eq!(Case::steady(8 * DAY, 0.0017).with(at, 1, 18).spans(), [(at, at + 1)]);
    // 20 a minute, then 100.
    assert_eq!(Case::steady(8 * DAY, 20.0).with(at, 15, 80).spans(), [(at, at + 15)]);
}

#[test]
fn a_storm_on_a_subject_never_seen_is_found() {
    let at = 4 * DAY + 100;
    assert_eq!(Case::of(6 * DAY).with(at, 20, 60).spans(), [(at, at + 20)]);
    let mut rare = Case::of(6 * DAY).with(at, 20, 60);
    for day in 0..4 {
        rare = rare.with(day * DAY + 600 + 40 * day, 1, 1);
    }
    assert_eq!(rare.spans(), [(at, at + 20)]);
}

#[test]
fn an_afternoon_of_logs_shows_what_stands_out_by_far() {
    let case = Case::of(180).with(0, 180, 1).with(70, 30, 400);
    let episodes = case.episodes(Settings::default(), 10);
    assert_eq!(case.spans(), [(70, 100)]);
    assert!(episodes[0].evidence.learning);
    assert!(Case::of(180).with(0, 180, 1).with(70, 5, 10).spans().is_empty());
}

#[test]
fn a_level_that_stays_is_one_insight() {
    let at = 9 * DAY + 300;
    let spans = Case::steady(20 * DAY, 2.0).with(at, 20 * DAY, 40).spans();
    assert_eq!(spans, [(at, at + DAY)]);
    // And a burst on top of the new level is found.
    let again = 15 * DAY + 77;
    let case = Case::steady(20 * DAY, 2.0).with(at, 20 * DAY, 40).with(again, 10, 160);
    assert_eq!(case.spans(), [(at, at + DAY), (again, again + 10)]);
}

#[test]
fn a_second_strike_is_found() {
    let (first, second) = (9 * DAY + 300, 12 * DAY + 700);
    let case = Case::steady(14 * DAY, 1.0).with(first, 10, 40).with(second, 10, 40);
    assert_eq!(case.spans(), [(first, first + 10), (second, second + 10)]);
}

#[test]
fn a_nightly_job_that_moves_in_is_one_insight() {
    let mut case = Case::steady(20 * DAY, 0.01);
    for day in 8..20 {
        case = case.with(day * DAY + 120 + day % 3, 5, 100);
    }
    assert_eq!(case.spans().len(), 1);
}

#[test]
fn midnight_splits_nothing() {
    let at = 8 * DAY - 90;
    assert_eq!(Case::steady(10 * DAY, 1.0).with(at, 200, 60).spans(), [(at, at + 200)]);
}

#[test]
fn an_episode_ends_where_a_gap_begins() {
    let at = 8 * DAY + 100;
    let case = Case::steady(10 * DAY, 1.0).with(at, 60, 60).without(at + 20, at + 30);
    let spans = case.spans();
    assert_eq!(spans[0], (at, at + 20));
    assert!(spans[1..].iter().all(|span| span.0 >= at + 30), "{spans:?}");
    let episodes = case.episodes(Settings::default(), 10);
    assert!(!episodes[0].ongoing);
}

#[test]
fn an_episode_is_ongoing_until_ten_minutes_are_quiet() {
    let at = 8 * DAY;
    for (length, ongoing) in [(15, true), (29, true), (30, false), (40, false)] {
        let case = Case::of(at + length).with(0, at, 1).with(at, 20, 60);
        let episodes = case.episodes(Settings::default(), 10);
        assert_eq!(episodes.len(), 1);
        assert_eq!(episodes[0].ongoing, ongoing, "{length}");
    }
}

#[test]
fn a_silence_is_told_when_asked_for() {
    let (from, to) = (10 * DAY + 17, 10 * DAY + 140);
    let mut case = Case::steady(12 * DAY, 5.0);
    case.counts[from as usize..to as usize].fill(0);
    assert!(case.spans().is_empty());
    let episodes = case.episodes(Settings { drops: true, ..Settings::default() }, 10);
    assert_eq!(episodes.len(), 1);
    assert_eq!(episodes[0].direction, Direction::Drop);
    assert_eq!(episodes[0].span.minutes(), to - from);
    assert_eq!(episodes[0].evidence.seen, 0);
}

#[test]
fn absurd_series_are_answered() {
    let coverage =
        |end| Coverage::new(Span { start: Minute::new(0), end: Minute::new(end) }, vec![]);
    let everywhere = coverage(u32::MAX);
    let point = |minute, events| Point { minute: Minute::new(minute), events, newcomers: events };
    let twenty_years = (0..7_300).map(|day| point(day * DAY + day % 700, u32::MAX)).collect();
    for points in [
        vec![],
        vec![point(0, 1)],
        vec![point(u32::MAX - 1, u32::MAX)],
        vec![point(0, u32::MAX), point(u32::MAX - 1, u32::MAX)],
        (0..3_000).map(|minute| point(minute, u32::MAX)).collect(),
        twenty_years,
    ] {
        let series = Series { points };
        for coverage in [&everywhere, &coverage(10), &coverage(0)] {
            let subject = Subject::new(&series, coverage, 0);
            for drops in [false, true] {
                let detector = SurgeDetector::new(Settings { drops, ..Settings::default() });
                assert_eq!(detector.detect(&[subject]).len(), 1);
            }
        }
    }
}
