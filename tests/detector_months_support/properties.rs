//! What must hold for any series.

use proptest::prelude::*;
use trailspike::Minute;
use trailspike::coverage::{Coverage, Span};
use trailspike::detect::{Detector, Episode, Settings, Subject, SurgeDetector};
use trailspike::series::{Point, Series};

const DAY: u32 = 1_440;
pub const ORIGIN: u32 = 20_457 * DAY + 600;

/// Stretches of calls: start, minutes, every how many minutes, events, of newcomers.
pub type Stretch = (u32, u32, u32, u32, bool);

pub fn series(stretches: &[Stretch], minutes: u32) -> Series {
    let mut counts = vec![(0_u32, 0_u32); minutes as usize];
    for (start, length, step, events, new) in stretches {
        for at in (*start..start + length).step_by(*step as usize) {
            if let Some(count) = counts.get_mut(at as usize) {
                count.0 += events;
                count.1 += if *new { *events } else { 0 };
            }
        }
    }
    let points = (0..).zip(counts).filter(|(_, count)| count.0 > 0);
    let points = points
        .map(|(at, (events, newcomers))| Point {
            minute: Minute::new(ORIGIN + at),
            events,
            newcomers,
        })
        .collect();
    Series { points }
}

pub const MINUTES: u32 = 12 * DAY;

pub fn stretches() -> impl Strategy<Value = Vec<Stretch>> {
    let base = (0..MINUTES, 1..MINUTES, 1..2_000_u32, 1..20_u32, any::<bool>());
    let burst = (0..MINUTES, 1..400_u32, 1..12_u32, 1..400_u32, any::<bool>());
    let levels = (0..MINUTES, DAY..5 * DAY, 1..4_u32, 5..90_u32, any::<bool>());
    (
        prop::collection::vec(base, 0..4),
        prop::collection::vec(burst, 0..6),
        prop::collection::vec(levels, 0..2),
    )
        .prop_map(|(a, b, c)| [a, b, c].concat())
}

pub fn gaps() -> impl Strategy<Value = Vec<Span>> {
    prop::collection::vec((1..MINUTES / 4, 1..900_u32), 0..4).prop_map(|all| {
        let mut at = ORIGIN;
        let mut gaps = Vec::new();
        for (after, length) in all {
            let start = at + after;
            at = (start + length).min(ORIGIN + MINUTES);
            if start < at {
                gaps.push(Span { start: Minute::new(start), end: Minute::new(at) });
            }
        }
        gaps
    })
}

/// Coverage and series up to a minute.
pub fn cut(series: &Series, gaps: &[Span], end: u32) -> (Series, Coverage) {
    let end = Minute::new(ORIGIN + end);
    let span = Span { start: Minute::new(ORIGIN), end };
    let gaps: Vec<Span> = gaps
        .iter()
        .filter(|gap| gap.start < end)
        .map(|gap| Span { start: gap.start, end: gap.end.min(end) })
        .collect();
    let coverage = Coverage::new(span, gaps);
    let logged = |minute| coverage.covered_minutes(Span { start: minute, end: minute + 1 }) == 1;
    let points = series.points.iter().filter(|point| logged(point.minute)).copied().collect();
    (Series { points }, coverage)
}

fn detect(series: &Series, coverage: &Coverage, drops: bool) -> Vec<Episode> {
    let settings = Settings { drops, ..Settings::default() };
    let subject = Subject::new(series, coverage, 10);
    SurgeDetector::new(settings).detect(&[subject]).remove(0)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn logs_cut_short_give_the_episodes_so_far(
        stretches in stretches(), gaps in gaps(), end in 1..MINUTES, drops: bool,
    ) {
        let series = series(&stretches, MINUTES);
        let (whole, coverage) = cut(&series, &gaps, MINUTES);
        let full = detect(&whole, &coverage, drops);
        let (part, coverage) = cut(&series, &gaps, end);
        let early = detect(&part, &coverage, drops);
        let end = Minute::new(ORIGIN + end);
        let fired: Vec<&Episode> = full.iter().filter(|e| e.evidence.fired_at < end).collect();
        prop_assert_eq!(early.len(), fired.len());
        for (early, full) in early.iter().zip(fired) {
            if early.ongoing {
                prop_assert_eq!(early.span.start, full.span.start);
                prop_assert!(early.span.end <= full.span.end);
                let mut evidence = full.evidence.clone();
                evidence.expected_in_span = early.evidence.expected_in_span;
                prop_assert_eq!(&early.evidence, &evidence);
            } else {
                prop_assert_eq!(early, full);
            }
        }
    }

    #[test]
    fn episodes_are_disjoint_and_within_what_is_logged(
        stretches in stretches(), gaps in gaps(), drops: bool,
    ) {
        let (series, coverage) = cut(&series(&stretches, MINUTES), &gaps, MINUTES);
        let episodes = detect(&series, &coverage, drops);
        prop_assert!(episodes.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start));
        for episode in &episodes {
            prop_assert!(episode.span.start < episode.span.end);
            prop_assert_eq!(coverage.covered_minutes(episode.span), episode.span.minutes());
            prop_assert!(episode.span.start <= episode.evidence.fired_at);
            prop_assert!(episode.evidence.surprise >= 6.0);
        }
    }

    #[test]
    fn subjects_do_not_depend_on_their_neighbours(all in prop::collection::vec(stretches(), 1..4)) {
        let series: Vec<Series> = all.iter().map(|stretches| series(stretches, MINUTES)).collect();
        let start = Minute::new(ORIGIN);
        let coverage = Coverage::new(Span { start, end: start + MINUTES }, Vec::new());
        let subjects: Vec<Subject> =
            series.iter().map(|series| Subject::new(series, &coverage, 10)).collect();
        let detector = SurgeDetector::default();
        let mut backwards = subjects.clone();
        backwards.reverse();
        let mut reversed = detector.detect(&backwards);
        reversed.reverse();
        prop_assert_eq!(detector.detect(&subjects), reversed);
    }
}
