//! What was planted and what of it was found.

use serde::Serialize;

use super::plant::Shape;
use super::{FoundPlant, Outcome};
use crate::count::MinuteCounts;
use crate::coverage::{Coverage, Span};
use crate::evaluate::{Share, Size, Spread};
use crate::minute::Minute;

/// What would be found in these logs.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Injection {
    /// What the draws depended on.
    pub seed: u64,
    /// The first minute of the logs; `None` where there are none.
    pub start: Option<Minute>,
    /// The minute after the last.
    pub end: Option<Minute>,
    /// Minutes that the longest logs of an account cover.
    pub logged_minutes: u32,
    /// Series of an API's calls or errors.
    pub subjects: usize,
    /// Those of them that were seen for so long that something could be planted.
    pub with_a_past: usize,
    /// Plants for which there was room.
    pub planted: u64,
    /// Plants found while there was too little history to know the subject.
    pub found_while_learning: u64,
    /// What was found, by size.
    pub by_size: Vec<SizeRow>,
    /// By how the incident goes.
    pub by_shape: Vec<GroupRow>,
    /// By whether the subject had its callers before.
    pub by_callers: Vec<GroupRow>,
    /// By the subject's own largest five minutes.
    pub by_own_peak: Vec<GroupRow>,
}

/// What was found of one size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SizeRow {
    /// The size.
    pub size: Size,
    /// Found, of those planted.
    pub found: Share,
    /// Minutes by which starts are off.
    pub start_errors: Option<Spread>,
    /// Minutes by which ends are off.
    pub end_errors: Option<Spread>,
    /// Minutes of the incident that had passed when the verdict fell, 1 at the end of its first.
    pub minutes_to_detect: Option<Spread>,
    /// Told in more than one insight, of those found.
    pub told_more_than_once: Share,
}

/// What was found of one group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GroupRow {
    /// Which group.
    pub group: &'static str,
    /// Found, of those planted, by size.
    pub found: [Share; Size::ALL.len()],
}

impl Injection {
    pub(super) fn new(
        table: &MinuteCounts,
        seed: u64,
        [subjects, with_a_past]: [usize; 2],
        outcomes: &[Vec<Outcome>],
    ) -> Self {
        let outcomes: Vec<&Outcome> = outcomes.iter().flatten().collect();
        let spans = || table.coverage().values().map(Coverage::span);
        let found = || outcomes.iter().filter_map(|outcome| outcome.found);
        let group = |group, is_in: &dyn Fn(&Outcome) -> bool| GroupRow::of(group, &outcomes, is_in);
        Self {
            seed,
            start: spans().map(|span| span.start).min(),
            end: spans().map(|span| span.end).max(),
            logged_minutes: spans().map(Span::minutes).max().unwrap_or(0),
            subjects,
            with_a_past,
            planted: outcomes.len() as u64,
            found_while_learning: found().filter(|found| found.learning).count() as u64,
            by_size: Size::ALL.iter().map(|size| SizeRow::of(*size, &outcomes)).collect(),
            by_shape: Shape::ALL
                .iter()
                .map(|shape| group(shape.as_str(), &|outcome| outcome.cell.shape == *shape))
                .collect(),
            by_callers: vec![
                group("usual callers", &|outcome| !outcome.cell.newcomers),
                group("new callers", &|outcome| outcome.cell.newcomers),
            ],
            by_own_peak: vec![
                group("below 8 events", &|outcome| outcome.own_peak < 8),
                group("8 to 99 events", &|outcome| (8..100).contains(&outcome.own_peak)),
                group("100 events and more", &|outcome| outcome.own_peak >= 100),
            ],
        }
    }
}

impl SizeRow {
    fn of(size: Size, outcomes: &[&Outcome]) -> Self {
        let own = || outcomes.iter().filter(|outcome| outcome.cell.size == size);
        let found = || own().filter_map(|outcome| outcome.found);
        let spread = |minutes: fn(FoundPlant) -> u32| Spread::of(found().map(minutes));
        Self {
            size,
            found: Share::of(own().map(|outcome| outcome.found.is_some())),
            start_errors: spread(|found| found.start_error),
            end_errors: spread(|found| found.end_error),
            minutes_to_detect: spread(|found| found.minutes_to_detect),
            told_more_than_once: Share::of(found().map(|found| found.told > 1)),
        }
    }
}

impl GroupRow {
    fn of(group: &'static str, outcomes: &[&Outcome], is_in: &dyn Fn(&Outcome) -> bool) -> Self {
        let mut found = [Share::default(); Size::ALL.len()];
        for outcome in outcomes.iter().filter(|outcome| is_in(outcome)) {
            let own =
                Size::ALL.iter().zip(&mut found).find(|(size, _)| **size == outcome.cell.size);
            if let Some((_, share)) = own {
                share.add(outcome.found.is_some());
            }
        }
        Self { group, found }
    }
}
