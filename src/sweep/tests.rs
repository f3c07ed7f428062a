use proptest::prelude::*;

use super::*;
use crate::coverage::Span;
use crate::insight::{InsightType, sample};
use crate::minute::Minute;

fn insight(name: &str, start: u32, end: u32) -> Insight {
    let span = Span { start: Minute::new(start), end: Minute::new(end) };
    Insight { event_name: name.to_owned(), span, ..sample::burst() }
}

fn names(insights: &[Insight]) -> Vec<(&str, u32)> {
    insights.iter().map(|has| (has.event_name.as_str(), has.span.start.get())).collect()
}

#[test]
fn an_insight_that_only_moved_is_the_same_one() {
    let before = [insight("A", 100, 120), insight("A", 200, 220), insight("C", 100, 120)];
    let now = [insight("A", 90, 130), insight("B", 100, 120), insight("C", 120, 130)];
    let (added, gone) = differences(&before, &now);
    assert_eq!(names(&added), [("B", 100), ("C", 120)]);
    assert_eq!(names(&gone), [("C", 100), ("A", 200)]);
}

#[test]
fn two_that_became_one_are_one_fewer() {
    let two = [insight("A", 100, 120), insight("A", 200, 220)];
    let one = [insight("A", 90, 230)];
    let (added, gone) = differences(&two, &one);
    assert_eq!((names(&added), names(&gone)), (vec![], vec![("A", 200)]));
    let (added, gone) = differences(&one, &two);
    assert_eq!((names(&added), names(&gone)), (vec![("A", 200)], vec![]));
}

#[test]
fn the_strongest_come_first() {
    let mut low = insight("A", 1, 2);
    low.severity = Severity::Low;
    low.whole.events = 1_000_000;
    let mut large = insight("B", 1, 2);
    large.whole.events = 999_999;
    let early = insight("C", 5, 9);
    let late = insight("D", 6, 7);
    let (added, _) = differences(&[], &[low, late, early, large]);
    let order: Vec<&str> = added.iter().map(|has| has.event_name.as_str()).collect();
    assert_eq!(order, ["B", "C", "D", "A"]);
}

#[test]
fn insights_that_share_a_cause_count_as_one_incident() {
    let mut errors = insight("A", 119, 140);
    errors.insight_type = InsightType::ApiErrorRate;
    errors.severity = Severity::Low;
    let mut list = [insight("A", 100, 120), errors, insight("B", 120, 130), insight("C", 200, 250)];
    let counts = Counts::of(&list);
    assert_eq!((counts.insights, counts.call_rate, counts.error_rate()), (4, 3, 1));
    assert_eq!(counts.by_severity, [1, 0, 0, 3]);
    // One caller made the first three.
    assert_eq!(counts.incidents, 2);
    for insight in &mut list {
        insight.attributions.clear();
    }
    assert_eq!(Counts::of(&list).incidents, 3);
}

#[test]
fn what_is_in_use_is_tried_once() {
    assert_eq!(with(&FALSE_PER_WEEK, 0.3), FALSE_PER_WEEK);
    assert_eq!(with(&FALSE_PER_WEEK, 0.3 * 0.1).len(), 6);
    assert_eq!(with(&FALSE_PER_WEEK, 0.5)[4].to_bits(), 0.5_f64.to_bits());
    assert_eq!(ratios(MinRatio::OFF).count(), 4);
    assert_eq!(ratios(MinRatio::new(3.0).unwrap()).count(), 5);
    assert_eq!(larger_counts(10), [20, 50, 100]);
    assert!(larger_counts(0).is_empty());
    assert!(larger_counts(u32::MAX).is_empty());
}

/// Disjoint insights of two subjects.
fn lists() -> impl Strategy<Value = Vec<Insight>> {
    let gaps = prop::collection::vec((0_u32..20, 1_u32..20), 0..8);
    let of = |name: &'static str| {
        gaps.clone().prop_map(move |gaps| {
            let mut at = 1_000;
            let spans = gaps.into_iter().map(|(gap, length)| {
                let start = at + gap;
                at = start + length;
                insight(name, start, at)
            });
            spans.collect::<Vec<_>>()
        })
    };
    (of("A"), of("B")).prop_map(|(a, b)| [a, b].concat())
}

proptest! {
    #[test]
    fn differences_add_up(before in lists(), now in lists()) {
        let (added, gone) = differences(&before, &now);
        prop_assert_eq!(before.len() + added.len(), now.len() + gone.len());
        let told = |list: &[Insight], one: &Insight| {
            list.iter().any(|other| same_subject(other, one) && overlap(other, one))
        };
        // Nothing that has no counterpart at all is missing from either list.
        prop_assert!(now.iter().all(|one| told(&before, one) || added.contains(one)));
        prop_assert!(before.iter().all(|one| told(&now, one) || gone.contains(one)));
        let (back, forth) = differences(&now, &before);
        prop_assert_eq!((back.len(), forth.len()), (gone.len(), added.len()));
    }
}
