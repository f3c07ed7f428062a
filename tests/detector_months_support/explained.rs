//! What holds of explanations on any series: they say what the detector did.

use proptest::prelude::*;
use trailspike::Minute;
use trailspike::detect::{
    DayUse, Detector, Direction, Settings, Situation, Subject, SurgeDetector, WindowVerdict,
};

use super::properties::{MINUTES, ORIGIN, cut, gaps, series, stretches};

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(150) })]

    #[test]
    fn a_window_passes_exactly_where_an_episode_fires(
        stretches in stretches(),
        gaps in gaps(),
        drops: bool,
        minutes in prop::collection::vec(0..MINUTES, 12),
        points in prop::collection::vec(any::<prop::sample::Index>(), 12),
    ) {
        let (series, coverage) = cut(&series(&stretches, MINUTES), &gaps, MINUTES);
        let subject = Subject::new(&series, &coverage, 10);
        let detector = SurgeDetector::new(Settings { drops, ..Settings::default() });
        let episodes = detector.detect(&[subject]).remove(0);
        let rises: Vec<_> =
            episodes.iter().filter(|episode| episode.direction == Direction::Rise).collect();
        for episode in &rises {
            let evidence = &episode.evidence;
            let explanation = detector.explain(subject, evidence.fired_at);
            prop_assert_eq!(explanation.situation, Situation::Judged);
            let fired = |verdict: &&WindowVerdict| verdict.minutes == evidence.window;
            let verdict = explanation.windows.iter().find(fired).unwrap();
            prop_assert!(verdict.passes(), "{:?}", verdict);
            prop_assert_eq!(verdict.seen, evidence.seen);
            prop_assert_eq!(verdict.expected.to_bits(), evidence.expected.to_bits());
            prop_assert_eq!(verdict.bound.to_bits(), evidence.bound.to_bits());
            prop_assert_eq!(verdict.largest_before, evidence.largest_before);
            prop_assert_eq!(verdict.surprise.to_bits(), evidence.surprise.to_bits());
            let history = &explanation.history;
            prop_assert_eq!(history.logged_days.to_bits(), evidence.history_days.to_bits());
            prop_assert_eq!(history.learning, evidence.learning);
        }
        let seen = points.iter().filter(|_| !series.points.is_empty());
        let seen = seen.map(|at| at.get(&series.points).minute);
        for at in minutes.into_iter().map(|at| Minute::new(ORIGIN + at)).chain(seen) {
            let explanation = detector.explain(subject, at);
            let fires = rises.iter().any(|episode| episode.evidence.fired_at == at);
            let passes = explanation.windows.iter().any(WindowVerdict::passes);
            if explanation.situation == Situation::Judged {
                prop_assert_eq!(fires, passes, "{:?}", explanation);
            } else {
                prop_assert!(!fires);
            }
            for verdict in &explanation.windows {
                prop_assert!(verdict.seen <= verdict.counted);
                let least = verdict.least_unusual;
                prop_assert_eq!(least.is_some_and(|least| verdict.seen >= least), verdict.passes());
            }
            let full = explanation.history.days.iter().filter(|day| day.usage == DayUse::Full);
            prop_assert_eq!(full.count(), explanation.history.known_days);
        }
    }
}
