//! What must hold for any labels and insights.

use proptest::prelude::*;
use trailspike::evaluate::{Score, Told};
use trailspike::insight::PATTERNS;
use trailspike::labels::{Expected, Incident, IncidentKind as Kind, Labels};

use crate::truth::{DAY, at, calls, effect, incident, labels, perfect, taken_for, told};

const KINDS: [Kind; 6] = [
    Kind::RunawayRead,
    Kind::SlowRamp,
    Kind::LevelShift,
    Kind::SecondStrike,
    Kind::LowAndSlow,
    Kind::OneMinuteBurst,
];

const NAMES: [&str; 3] = ["A", "B", "C"];

fn any_incidents() -> impl Strategy<Value = Vec<Incident>> {
    let any_effect = (0..NAMES.len(), 0..27 * DAY, 1..500_u32, 0..3_usize, 0.1..50.0_f64);
    let any_effects = prop::collection::vec(any_effect, 1..4);
    let any = (any_effects, 0..KINDS.len(), any::<bool>());
    prop::collection::vec(any, 0..12).prop_map(|all| {
        let one = |(number, (effects, kind, new)): (usize, (Vec<_>, usize, bool))| {
            let effects = effects.into_iter().map(|(name, start, length, expected, size)| {
                let mut effect = effect(calls(NAMES[name]), start, start + length);
                effect.size = (size < 45.0).then_some(size);
                effect.expected = [Expected::Insight, Expected::Either, Expected::RollUp][expected];
                effect
            });
            let mut one = incident(&number.to_string(), KINDS[kind], effects.collect());
            one.new_callers = new;
            one
        };
        all.into_iter().enumerate().map(one).collect()
    })
}

fn any_told() -> impl Strategy<Value = Vec<Told>> {
    let any = (0..NAMES.len(), 0..28 * DAY, 1..700_u32, 0..20_u32, 0..5_usize);
    prop::collection::vec(any, 0..20).prop_map(|all| {
        let one = |(name, start, length, open, incident): (usize, u32, u32, u32, usize)| {
            let mut told = told(NAMES[name], start, start + length);
            if incident < 4 {
                let pattern = PATTERNS[incident * 3].kind;
                told = taken_for(told, NAMES[incident % NAMES.len()], pattern);
            }
            if open == 0 {
                (told.end, told.doer) = (None, None);
            }
            told
        };
        all.into_iter().map(one).collect()
    })
}

fn shuffled(labels: &Labels) -> Labels {
    let mut labels = labels.clone();
    labels.incidents.reverse();
    for incident in &mut labels.incidents {
        incident.effects.reverse();
    }
    labels
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn the_order_of_incidents_and_insights_does_not_matter(
        incidents in any_incidents(), told in any_told(),
    ) {
        let labels = labels(incidents);
        let mut backwards = told.clone();
        backwards.reverse();
        let score = Score::with_lists(&labels, &told);
        prop_assert_eq!(&Score::with_lists(&labels, &backwards), &score);
        prop_assert_eq!(&Score::with_lists(&shuffled(&labels), &told), &score);
    }

    #[test]
    fn insights_made_of_any_labels_are_perfect(incidents in any_incidents()) {
        let labels = labels(incidents);
        let told = perfect(&labels);
        let score = Score::new(&labels, &told);
        prop_assert_eq!(score.effects.part, score.effects.of);
        prop_assert_eq!(score.incidents.part, score.incidents.of);
        prop_assert_eq!(score.insights, told.len());
        prop_assert_eq!((score.false_insights.early, score.false_insights.later), (0, 0));
        for spread in [score.start_errors.all, score.end_errors.all].into_iter().flatten() {
            prop_assert_eq!(spread.most, 0);
        }
    }

    #[test]
    fn the_books_balance(incidents in any_incidents(), told in any_told()) {
        let labels = labels(incidents);
        let score = Score::with_lists(&labels, &told);
        prop_assert_eq!(score.insights + score.outside, told.len());
        let sizes = score.by_size.iter().map(|row| row.apis.of + row.roll_ups.of).sum::<u64>();
        prop_assert_eq!(sizes, score.effects.of);
        prop_assert_eq!(score.by_kind.iter().map(|row| row.effects.part).sum::<u64>(), score.effects.part);
        prop_assert_eq!(score.by_kind.iter().map(|row| row.incidents.of).sum::<u64>(), score.incidents.of);
        prop_assert_eq!(score.by_class.iter().map(|row| row.effects.of).sum::<u64>(), score.effects.of);
        prop_assert_eq!(score.usual_callers.of + score.new_callers.of, score.incidents.of);
        let missed = score.missed.as_ref().unwrap();
        prop_assert_eq!(missed.len() as u64, score.effects.of - score.effects.part);
        let (figures, mistaken) = (&score.as_incidents, score.mistaken.as_ref().unwrap());
        let (one, right) = (figures.all.one_incident, figures.all.right_pattern);
        prop_assert!(one.of <= score.incidents.part && one.of == right.of);
        prop_assert!(figures.all.split.max(figures.all.mixed) <= one.of - one.part);
        prop_assert!(one.of - one.part <= figures.all.split + figures.all.mixed);
        prop_assert!(mistaken.len() as u64 >= (one.of - one.part).max(right.of - right.part));
        prop_assert!(mistaken.len() as u64 <= (one.of - one.part) + (right.of - right.part));
        let of_kinds = figures.by_kind.iter().map(|of| of.row.right_pattern.part).sum::<u64>();
        prop_assert_eq!(of_kinds, right.part);
        let wrong = score.wrong.as_ref().unwrap();
        prop_assert_eq!(wrong.len(), score.false_insights.early + score.false_insights.later);
        prop_assert!(wrong.iter().all(|wrong| wrong.start >= at(0)));
    }
}
