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

/// Different plants.
const CELLS: u64 = (Size::ALL.len() * Shape::ALL.len() * 2) as u64;

/// A subject that has been seen for long enough, in an order that depends on nothing but the logs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    /// Events in all.
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
        let cell = usize::try_from((position + round) % CELLS).unwrap_or(0);
        Self {
            size: Size::ALL[cell % sizes],
            shape: Shape::ALL[cell / sizes % Shape::ALL.len()],
            newcomers: cell / sizes / Shape::ALL.len() == 1,
        }
    }
}

/// Spreads so many plants over the candidates: as many on each doubling of their events, as far as
/// there are subjects, and over every n-th subject in it. Fewer plants where the logs are so large
/// that they would take too long.
pub fn plan(candidates: &mut [Candidate], mut plants: u64) -> Vec<Task> {
    candidates.sort_unstable();
    loop {
        let (tasks, points) = spread(candidates, plants);
        if points <= MOST_POINTS || plants <= 1 {
            return tasks;
        }
        plants = (plants * (MOST_POINTS >> 10) / (points >> 10)).clamp(1, plants - 1);
    }
}

/// The tasks of so many plants, and the minutes with events to walk over.
fn spread(candidates: &[Candidate], plants: u64) -> (Vec<Task>, u64) {
    let doubling = |candidate: &Candidate| candidate.events.max(1).ilog2();
    let most_rounds = plants.div_ceil(candidates.len().max(1) as u64).max(CELLS);
    let classes: Vec<&[Candidate]> =
        candidates.chunk_by(|a, b| doubling(a) == doubling(b)).collect();
    let capacities: Vec<u64> =
        classes.iter().map(|class| class.len() as u64 * most_rounds).collect();
    let most = level(&capacities, plants);
    let (mut tasks, mut points) = (Vec::new(), 0);
    for (class, capacity) in classes.into_iter().zip(capacities) {
        let quota = capacity.min(most);
        let chosen = quota.min(class.len() as u64);
        let rounds = quota.div_ceil(chosen.max(1));
        for candidate in every_nth(class, chosen) {
            let Candidate { part, index, .. } = *candidate;
            tasks.push(Task { part, index, position: tasks.len() as u64, rounds });
            // Each subject is walked over once more for what is there anyway.
            points += candidate.points as u64 * (rounds + 1);
        }
    }
    (tasks, points)
}

/// The most that each may take so that all together take so many, or all they can.
fn level(capacities: &[u64], wanted: u64) -> u64 {
    let mut ascending = capacities.to_vec();
    ascending.sort_unstable();
    let (mut left, mut takers) = (wanted, ascending.len() as u64);
    for capacity in ascending {
        if capacity * takers >= left {
            return left.div_ceil(takers);
        }
        left -= capacity;
        takers -= 1;
    }
    u64::MAX
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
        let name = String::new;
        let candidate = |index| Candidate {
            events: (index * 7919 % number) as u64,
            name: (name(), name(), name(), name(), EventCategory::Management, None),
            points,
            part: 0,
            index,
        };
        (0..number).map(candidate).collect()
    }

    fn events(task: &Task, number: usize) -> u64 {
        (task.index * 7919 % number) as u64
    }

    #[test]
    fn every_doubling_of_events_gets_as_many() {
        let tasks = plan(&mut candidates(1_000, 10), 100);
        assert!(tasks.iter().map(|task| task.rounds).sum::<u64>() >= 100);
        let of = |from: u64, to: u64| -> u64 {
            let own = tasks.iter().filter(|task| (from..to).contains(&events(task, 1_000)));
            own.map(|task| task.rounds).sum()
        };
        let each = [of(0, 2), of(2, 4), of(16, 32), of(128, 256), of(512, 1_000)];
        assert_eq!(each, [10; 5]);
        let largest: Vec<u64> =
            tasks.iter().map(|task| events(task, 1_000)).filter(|events| *events >= 512).collect();
        assert_eq!(largest.len(), 10);
        assert!(largest.iter().max() > Some(&940), "{largest:?}");
    }

    #[test]
    fn few_subjects_are_used_again_and_get_every_cell() {
        let tasks = plan(&mut candidates(7, 10), 1_000);
        assert!(tasks.len() == 7 && tasks.iter().all(|task| task.rounds >= 100), "{tasks:?}");
        let cells: BTreeSet<String> =
            (0..CELLS).map(|round| format!("{:?}", Cell::of(5, round))).collect();
        assert_eq!(cells.len() as u64, CELLS);
        assert!(plan(&mut [], 100).is_empty());
    }

    #[test]
    fn what_one_cannot_take_others_do() {
        assert_eq!(level(&[1, 2, 30], 12), 9);
        assert_eq!(level(&[5, 5, 5], 15), 5);
        assert_eq!(level(&[5, 5], 11), u64::MAX);
        assert_eq!(level(&[7], 3), 3);
        assert_eq!(level(&[], 3), u64::MAX);
    }

    #[test]
    fn the_work_is_bounded() {
        for (number, points) in [(10, 500_000), (4_000, 500_000), (300, 40_000), (2, 400_000_000)] {
            let tasks = plan(&mut candidates(number, points), 3_750);
            let work = tasks.iter().map(|task| (task.rounds + 1) * points as u64).sum::<u64>();
            assert!(work > MOST_POINTS / 8 && work <= MOST_POINTS, "{number}: {work}");
        }
    }
}
