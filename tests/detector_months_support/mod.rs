//! Accounts with labelled months, and the score of a detector on them.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "counts of a simulation are small"
)]

mod cases;
pub mod dice;
mod explained;
pub mod incidents;
mod properties;
pub mod score;
pub mod traffic;

use dice::Dice;
use incidents::{Label, plant};
use traffic::{Calendar, Counts, DAY, MONTH};
use trailspike::Minute;
use trailspike::coverage::{Coverage, Span};
use trailspike::detect::{Busiest, BusiestCounts, CloseCalls, Detector, Subject};
use trailspike::series::{Point, Series};

/// One account's month and the truth about it.
pub struct Account {
    pub origin: Minute,
    pub series: Vec<Series>,
    pub coverage: Coverage,
    pub labels: Vec<Label>,
}

impl Account {
    pub fn new(seed: u64, subjects: usize, rough: f64) -> Self {
        let mut dice = Dice::new(seed);
        let calendar = Calendar::random(&mut dice, rough);
        // 2026-01-05 is a Monday.
        let offset = if dice.chance(0.5) { 0 } else { dice.below(DAY) };
        let origin = Minute::new(20_458 * DAY + calendar.first_weekday * DAY) + offset;
        let mut labels = Vec::new();
        let series = (0..subjects)
            .map(|subject| {
                let mut counts = traffic::month(&mut dice, &calendar);
                if dice.chance(0.2) {
                    labels.extend(plant(&mut dice, subject, &mut counts));
                }
                series(&counts, origin)
            })
            .collect();
        let coverage = Coverage::new(Span { start: origin, end: origin + MONTH }, Vec::new());
        Self { origin, series, coverage, labels }
    }

    /// How its subjects vary, as the detector sees it.
    pub fn variation(&self, detector: &dyn Detector) -> (CloseCalls, Busiest) {
        let mut close_calls = CloseCalls::default();
        let mut busiest = BusiestCounts::default();
        for subject in self.subjects(None) {
            detector.close_calls(subject).into_iter().for_each(|day| close_calls.add(day));
            busiest.add(subject.series);
        }
        (close_calls, Busiest::of(&busiest))
    }

    pub fn subjects<'a>(
        &'a self,
        variation: Option<&'a (CloseCalls, Busiest)>,
    ) -> Vec<Subject<'a>> {
        let subject = |series| Subject {
            close_calls: variation.map(|(close_calls, _)| close_calls),
            busiest: variation.map(|(_, busiest)| busiest),
            ..Subject::new(series, &self.coverage, 10)
        };
        self.series.iter().map(subject).collect()
    }
}

pub fn series(counts: &Counts, origin: Minute) -> Series {
    let minutes = counts.iter().zip(0..).filter(|(count, _)| count.0 > 0);
    let points = minutes
        .map(|((events, newcomers), at)| Point {
            minute: origin + at,
            events: *events,
            newcomers: *newcomers,
        })
        .collect();
    Series { points }
}
