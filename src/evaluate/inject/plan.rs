//! Which subjects get how many plants.

use super::plant::Shape;
use super::room::MIN_PAST;
use crate::count::{Dimension, Part};
use crate::detect::Subject;
use crate::evaluate::Size;
use crate::event::EventCategory;
use crate::series::{ApiSubject, Measure};

/// Minutes with events that detectors may walk over: about a minute of one core.
const MOST_POINTS: u64 = 1_000_000_000;

/// A subject that has been seen for long enough, in an order that depends on nothing but the logs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    /// Events in all: by these they are ordered first, so that every n-th stands for all rates.
    events: u64,
    name: (String, String, String, String, EventCategory, Option<String>),
    /// Minutes with events.
    points: usize,
    /// Where it is.
    pub part: usize,
    /// Which subject of the part.
    pub index: usize,
}

impl Candidate {
    /// The subject, if it was seen for long enough before its logs end.
    pub fn of(
        part: &Part<'_>,
        (part_index, index): (usize, usize),
        subject: &ApiSubject,
        looked_at: &Subject<'_>,
    ) -> Option<Self> {
        let points = &looked_at.series.points;
        if points.first()?.minute + MIN_PAST >= looked_at.coverage.span().end {
            return None;
        }
        let api = subject.api(part);
        let code = match subject.measure {
            Measure::Calls => None,
            Measure::Errors(code) => Some(part.table().name(Dimension::ErrorCode, code).to_owned()),
        };
        let [account, region, source, name] =
            [api.account, api.region, api.event_source, api.event_name].map(str::to_owned);
        Some(Self {
            events: points.iter().map(|point| u64::from(point.events)).sum(),
            name: (account, region, source, name, api.category, code),
            points: points.len(),
            part: part_index,
            index,
        })
    }
}

/// One subject and its plants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Task {
    /// The part it is in.
    pub part: usize,
    /// Which subject of the part.
    pub index: usize,
    /// Its place among all that were chosen.
    pub position: u64,
    /// How often something is planted on it.
    pub rounds: u64,
}

/// What is planted in one round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// How large.
    pub size: Size,
    /// How it goes.
    pub shape: Shape,
    /// Whether by callers that the subject never had.
    pub newcomers: bool,
}

impl Cell {
    /// Neighbours in rate get different ones, and each subject gets all of them in turn.
    pub fn of(position: u64, round: u64) -> Self {
        let sizes = Size::ALL.len();
        let cells = sizes * Shape::ALL.len() * 2;
        let cell = usize::try_from((position + round) % (cells as u64)).unwrap_or(0);
        Self {
            size: Size::ALL[cell % sizes],
            shape: Shape::ALL[cell / sizes % Shape::ALL.len()],
            newcomers: cell / sizes / Shape::ALL.len() == 1,
        }
    }
}

/// Spreads so many plants over the candidates: over all of them, or every n-th by rate where there
/// are more than plants. Fewer where the logs are so large that they would take too long.
pub fn plan(candidates: &mut [Candidate], plants: u64) -> Vec<Task> {
    candidates.sort_unstable();
    let (mut chosen, mut rounds) = spread(candidates.len() as u64, plants);
    let points = |chosen: u64| -> u64 {
        every_nth(candidates, chosen).map(|candidate| candidate.points as u64).sum()
    };
    // Each subject is walked over once more for what is there anyway.
    let affordable = MOST_POINTS / points(chosen).max(1);
    rounds = rounds.min(affordable.saturating_sub(1)).max(1);
    while chosen > 1 && points(chosen) * 2 > MOST_POINTS {
        chosen /= 2;
    }
    let task = |(position, candidate): (u64, &Candidate)| {
        let Candidate { part, index, .. } = *candidate;
        Task { part, index, position, rounds }
    };
    (0..).zip(every_nth(candidates, chosen)).map(task).collect()
}

/// How many subjects get how many plants each.
fn spread(subjects: u64, plants: u64) -> (u64, u64) {
    let chosen = subjects.min(plants);
    (chosen, plants.div_ceil(chosen.max(1)))
}

/// So many of them at equal distances.
fn every_nth(candidates: &[Candidate], chosen: u64) -> impl Iterator<Item = &Candidate> {
    let at = move |nth: u64| nth * candidates.len() as u64 / chosen.max(1);
    (0..chosen).filter_map(move |nth| candidates.get(usize::try_from(at(nth)).ok()?))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn candidates(number: usize, points: usize) -> Vec<Candidate> {
        let name = || Default::default();
        let candidate = |index| Candidate {
            events: (index * 7919 % number) as u64,
            name: (name(), name(), name(), name(), EventCategory::Management, None),
            points,
            part: 0,
            index,
        };
        (0..number).map(candidate).collect()
    }

    #[test]
    fn many_subjects_are_thinned_out_over_all_rates() {
        let mut all = candidates(1_000, 10);
        let tasks = plan(&mut all, 100);
        assert_eq!(tasks.len(), 100);
        assert!(tasks.iter().all(|task| task.rounds == 1));
        let rates: Vec<u64> = tasks.iter().map(|task| (task.index * 7919 % 1_000) as u64).collect();
        assert_eq!(rates, (0..100).map(|nth| nth * 10).collect::<Vec<_>>());
    }

    #[test]
    fn few_subjects_are_used_again_and_get_every_cell() {
        let tasks = plan(&mut candidates(7, 10), 100);
        assert_eq!((tasks.len(), tasks[0].rounds), (7, 15));
        let cells: BTreeSet<String> =
            (0..48).map(|round| format!("{:?}", Cell::of(5, round))).collect();
        assert_eq!(cells.len(), 48);
        assert!(plan(&mut [], 100).is_empty());
    }

    #[test]
    fn the_work_is_bounded() {
        let work = |number: usize, points: usize| {
            let tasks = plan(&mut candidates(number, points), 3_750);
            tasks.iter().map(|task| (task.rounds + 1) * points as u64).sum::<u64>()
        };
        for (number, points) in [(10, 500_000), (4_000, 500_000), (300, 40_000), (2, 400_000_000)] {
            let work = work(number, points);
            assert!(work > MOST_POINTS / 4 && work <= MOST_POINTS.max(2 * points as u64), "{work}");
        }
    }
}
