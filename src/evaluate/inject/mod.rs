//! What would be found in a user's own logs: labelled incidents planted into their minute counts.
//!
//! One is planted at a time, on the series of one subject, where the subject has a past, nothing
//! unusual is near, and logs are there; then the detector walks over the series as it would over
//! any other.

mod dice;
mod plan;
mod plant;
mod report;
mod room;

use std::collections::BTreeMap;
use std::io;

use rayon::prelude::*;

use super::matching::meets;
use crate::count::{MinuteCounts, Part};
use crate::coverage::Span;
use crate::detect::{Detector, Direction, Episode, Subject};
use crate::insight::{AccountsVariation, InsightOptions, subjects};
use crate::series::all_series;
use dice::Dice;
use plan::{Candidate, Cell, Task, plan};

pub use plant::{PEAK_DAYS, Shape};
pub use report::{GroupRow, Injection, SizeRow};
pub use room::MIN_PAST;

/// Times another start is tried where the subject did nothing in the days before.
const TRIES: u32 = 8;

/// How to plant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InjectOptions {
    /// What the draws depend on: the same logs and seed give the same plants.
    pub seed: u64,
    /// Plants of each size. The standard error of a share is at most half of one over its root.
    pub plants_per_size: u32,
    /// Which series are looked at.
    pub insights: InsightOptions,
}

impl Default for InjectOptions {
    /// 625 plants of each size: a standard error of 2% or less.
    fn default() -> Self {
        Self { seed: 1, plants_per_size: 625, insights: InsightOptions::default() }
    }
}

/// Counts that did not fit in memory cannot be read back.
#[derive(Debug, thiserror::Error)]
#[error("counts cannot be read back: {0}")]
pub struct InjectError(#[from] io::Error);

/// What became of one plant.
#[derive(Clone, Debug)]
struct Outcome {
    cell: Cell,
    /// The most events of the subject in five minutes of the days before.
    own_peak: u64,
    /// `None` where it was missed.
    found: Option<FoundPlant>,
}

/// What was told of a plant.
#[derive(Clone, Copy, Debug)]
struct FoundPlant {
    start_error: u32,
    end_error: u32,
    minutes_to_detect: u32,
    /// In how many insights.
    told: usize,
    learning: bool,
}

/// Plants incidents into the counts, one at a time, and says which of them the detector finds, on
/// the threads of the current rayon pool. The result does not depend on the threads.
///
/// # Errors
/// When counts had to be written to disk and cannot be read back.
pub fn inject(
    table: &MinuteCounts,
    detector: &dyn Detector,
    options: &InjectOptions,
) -> Result<Injection, InjectError> {
    let variation = AccountsVariation::look(table, detector, options.insights)?;
    let (subjects, mut candidates) = candidates(table, options.insights)?;
    let plants = u64::from(options.plants_per_size) * super::Size::ALL.len() as u64;
    let mut tasks: BTreeMap<usize, Vec<Task>> = BTreeMap::new();
    for task in plan(&mut candidates, plants) {
        tasks.entry(task.part).or_default().push(task);
    }
    let outcomes: Vec<Vec<Outcome>> = tasks
        .into_par_iter()
        .map(|(part, tasks)| {
            Ok(run_part(&table.part(part)?, &tasks, detector, options, &variation))
        })
        .collect::<io::Result<_>>()?;
    Ok(Injection::new(table, options.seed, [subjects, candidates.len()], &outcomes))
}

/// How many subjects there are, and those with a past.
fn candidates(
    table: &MinuteCounts,
    options: InsightOptions,
) -> io::Result<(usize, Vec<Candidate>)> {
    let parts: Vec<(usize, Vec<Candidate>)> = (0..table.parts())
        .into_par_iter()
        .map(|index| {
            let part = table.part(index)?;
            let series = all_series(&part, options.calls);
            let unknown = AccountsVariation::default();
            let subjects = subjects(&part, &series, options, &unknown);
            let candidates =
                subjects.iter().enumerate().filter_map(|(at, (subject, looked_at))| {
                    Candidate::of(&part, (index, at), subject, looked_at)
                });
            Ok((subjects.len(), candidates.collect()))
        })
        .collect::<io::Result<_>>()?;
    let number = parts.iter().map(|(subjects, _)| subjects).sum();
    Ok((number, parts.into_iter().flat_map(|(_, candidates)| candidates).collect()))
}

fn run_part(
    part: &Part<'_>,
    tasks: &[Task],
    detector: &dyn Detector,
    options: &InjectOptions,
    variation: &AccountsVariation,
) -> Vec<Outcome> {
    let series = all_series(part, options.insights.calls);
    let subjects = subjects(part, &series, options.insights, variation);
    let of_task = |task: &Task| {
        let (_, looked_at) = subjects.get(task.index)?;
        Some(run(*looked_at, task, detector, options.seed))
    };
    tasks.par_iter().filter_map(of_task).flatten().collect()
}

/// All plants on one subject.
fn run(subject: Subject<'_>, task: &Task, detector: &dyn Detector, seed: u64) -> Vec<Outcome> {
    let told: Vec<Span> = episodes(subject, detector).iter().map(|episode| episode.span).collect();
    let position = task.position;
    let round = |round| {
        let mut dice = Dice::new([seed, position, round]);
        plant_one(subject, Cell::of(position, round), &told, detector, &mut dice)
    };
    (0..task.rounds).into_par_iter().filter_map(round).collect()
}

fn episodes(subject: Subject<'_>, detector: &dyn Detector) -> Vec<Episode> {
    detector.detect(&[subject]).pop().unwrap_or_default()
}

/// Plants once and looks; `None` where there is no room.
fn plant_one(
    subject: Subject<'_>,
    cell: Cell,
    told: &[Span],
    detector: &dyn Detector,
    dice: &mut Dice,
) -> Option<Outcome> {
    let first_seen = subject.series.points.first()?.minute;
    // How long it will be is drawn before where; how high depends on where.
    let shape_seed = [u64::from(dice.below(u32::MAX)), 0, 0];
    let counts = |largest| cell.shape.draw(&mut Dice::new(shape_seed), largest);
    let longest = plant::span(first_seen, &counts(u64::from(u32::MAX))).minutes();
    let room = room::room(subject.coverage, first_seen, longest, told);
    let (start, own_peak) = (0..TRIES).find_map(|_| {
        let start = room::pick(dice, &room)?;
        let peak = plant::own_peak(subject.series, start);
        (peak > 0).then_some((start, peak))
    })?;
    let counts = counts(plant::planted_peak(cell.size.times(), own_peak));
    let series = plant::planted(subject.series, start, &counts, cell.newcomers);
    let truth = plant::span(start, &counts);
    let episodes = episodes(Subject { series: &series, ..subject }, detector);
    Some(Outcome { cell, own_peak, found: found(&episodes, truth) })
}

/// What the episodes tell of a plant.
fn found(episodes: &[Episode], truth: Span) -> Option<FoundPlant> {
    let told: Vec<&Episode> = episodes
        .iter()
        .filter(|episode| episode.direction == Direction::Rise && meets(episode.span, truth))
        .collect();
    let (first, last) = (told.first()?, told.last()?);
    Some(FoundPlant {
        start_error: first.span.start.get().abs_diff(truth.start.get()),
        end_error: last.span.end.get().abs_diff(truth.end.get()),
        minutes_to_detect: (first.evidence.fired_at + 1).since(truth.start),
        told: told.len(),
        learning: first.evidence.learning,
    })
}
