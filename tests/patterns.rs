//! What simulated incidents are told as: one incident each, and of which pattern.
//!
//!     cargo test --release --test patterns -- --ignored --nocapture

use std::collections::BTreeMap;

use trailspike::Insight;
use trailspike::detect::SurgeDetector;
use trailspike::evaluate::{Matching, Mistaken, Score, Told, right_pattern};
use trailspike::insight::{InsightOptions, PatternKind, find_insights};
use trailspike::labels::{IncidentKind, Labels};
use trailspike::simulate::{Faults, Incidents, SimulateOptions, Simulation, World};

/// What became of the incidents of one kind.
#[derive(Default)]
struct OfKind {
    /// With an effect that has to be told.
    labelled: u64,
    found: u64,
    /// Of those found, those that are one incident, alone.
    one: u64,
    split: u64,
    mixed: u64,
    right: u64,
    unclear: u64,
    /// What those that were taken for something else were taken for.
    wrong: BTreeMap<&'static str, u32>,
}

impl OfKind {
    fn add(&mut self, other: &Self) {
        self.labelled += other.labelled;
        self.found += other.found;
        self.one += other.one;
        self.split += other.split;
        self.mixed += other.mixed;
        self.right += other.right;
        self.unclear += other.unclear;
        for (name, number) in &other.wrong {
            *self.wrong.entry(name).or_default() += number;
        }
    }

    fn print(&self, name: &str) {
        let Self { labelled, found, one, split, mixed, right, unclear, .. } = self;
        let wrong = self.wrong.iter().map(|(name, number)| format!(" {name} {number}"));
        println!(
            "{name:34} found {found:>3} of {labelled:>3}; one {one:>3} (split {split}, mixed \
             {mixed}); right {right:>3}, unclear {unclear};{}",
            wrong.collect::<String>()
        );
    }
}

/// What became of the incidents of some months.
#[derive(Default)]
struct Outcome {
    by_kind: BTreeMap<IncidentKind, OfKind>,
    /// Incidents told that mix what has nothing to do with each other.
    mixed_incidents: usize,
    /// What insights that tell of no incident were taken for.
    wrongly: BTreeMap<PatternKind, u32>,
    mistaken: Vec<(u64, Mistaken)>,
}

impl Outcome {
    fn of(options: impl IntoIterator<Item = SimulateOptions>) -> Self {
        let mut outcome = Self::default();
        options.into_iter().for_each(|options| outcome.add_month(options));
        outcome
    }

    fn add_month(&mut self, options: SimulateOptions) {
        let seed = options.seed;
        let month = Simulation::new(options).unwrap().minute_counts();
        let found =
            find_insights(&month.table, &SurgeDetector::default(), InsightOptions::default())
                .unwrap();
        let told: Vec<Told> = found.insights.iter().map(Told::from).collect();
        let score = Score::with_lists(&month.labels, &told);
        for kind in &score.by_kind {
            let own = self.by_kind.entry(kind.kind).or_default();
            own.labelled += kind.incidents.of;
            own.found += kind.incidents.part;
        }
        for of in &score.as_incidents.by_kind {
            let (own, row) = (self.by_kind.entry(of.kind).or_default(), of.row);
            own.one += row.one_incident.part;
            own.split += row.split;
            own.mixed += row.mixed;
            own.right += row.right_pattern.part;
            own.unclear += row.unclear;
        }
        self.mixed_incidents += score.as_incidents.mixed_incidents;
        for mistaken in score.mistaken.unwrap() {
            if mistaken.pattern != right_pattern(mistaken.kind).name() {
                let own = self.by_kind.entry(mistaken.kind).or_default();
                *own.wrong.entry(mistaken.pattern).or_default() += 1;
            }
            self.mistaken.push((seed, mistaken));
        }
        for pattern in false_patterns(&month.labels, &found.insights) {
            *self.wrongly.entry(pattern).or_default() += 1;
        }
    }

    fn all(&self) -> OfKind {
        let mut all = OfKind::default();
        self.by_kind.values().for_each(|kind| all.add(kind));
        all
    }

    fn print(&self) {
        for (kind, row) in &self.by_kind {
            row.print(kind.as_str());
        }
        let all = self.all();
        all.print("all");
        let share = |part: u64| 100.0 * share(part, all.found);
        println!(
            "one incident {:.1}%, right pattern {:.1}% of those found; incidents that mix: {}",
            share(all.one),
            share(all.right),
            self.mixed_incidents
        );
        let wrongly =
            self.wrongly.iter().map(|(pattern, number)| format!(" {} {number};", pattern.name()));
        println!("insights that tell of no incident:{}", wrongly.collect::<String>());
        for (seed, one) in &self.mistaken {
            println!(
                "  {seed} {} {} {} {}: {}, {} incidents, mixed with {:?}",
                one.account,
                one.region,
                one.start,
                one.incident,
                one.pattern,
                one.incidents.len(),
                one.mixed_with
            );
        }
        println!();
    }
}

fn share(part: u64, of: u64) -> f64 {
    let number = |count: u64| f64::from(u32::try_from(count).unwrap());
    number(part) / number(of.max(1))
}

fn false_patterns(labels: &Labels, insights: &[Insight]) -> Vec<PatternKind> {
    let told: Vec<Told> = insights.iter().map(Told::from).collect();
    let matching = Matching::new(labels, &told);
    let taken = matching.false_insights.iter().filter_map(|told| told.taken_for.as_ref());
    taken.map(|taken| taken.pattern).collect()
}

fn months(
    seeds: impl IntoIterator<Item = u64>,
    world: World,
    scale: f64,
) -> impl Iterator<Item = SimulateOptions> {
    seeds.into_iter().map(move |seed| {
        let faults = Faults::None;
        SimulateOptions { seed, world, scale, faults, ..SimulateOptions::default() }
    })
}

/// Months of nothing but broken deployments.
fn broken_deployments(
    seeds: impl IntoIterator<Item = u64>,
) -> impl Iterator<Item = SimulateOptions> {
    months(seeds, World::Ordinary, 1.0).map(|options| SimulateOptions {
        only: vec![IncidentKind::BrokenDeployment],
        incidents: Incidents::Number(24),
        ..options
    })
}

#[test]
fn a_fixed_set_of_incidents_is_told_as_well_as_it_was() {
    let outcome = Outcome::of(months([1, 2, 3], World::Ordinary, 1.0));
    let all = outcome.all();
    assert!(all.found > 57, "{}", all.found);
    assert!(share(all.one, all.found) >= 0.98, "{:?}", outcome.mistaken);
    assert!(share(all.right, all.found) >= 0.95, "{:?}", outcome.mistaken);
}

#[test]
#[ignore = "prints the tables of docs/patterns.md"]
fn tables() {
    for (what, world, scale, seeds) in [
        ("ordinary, mended with", World::Ordinary, 1.0, 9_700..=9_719),
        ("ordinary", World::Ordinary, 1.0, 9_600..=9_609),
        ("ordinary", World::Ordinary, 0.3, 9_610..=9_614),
        ("ordinary", World::Ordinary, 3.0, 9_610..=9_614),
        ("rough", World::Rough, 1.0, 9_600..=9_609),
    ] {
        println!("{what}, scale {scale}, seeds {seeds:?}");
        Outcome::of(months(seeds, world, scale)).print();
    }
    for (what, seeds) in [("mended with", 9_720..=9_724), ("fresh", 9_620..=9_624)] {
        println!("nothing but broken deployments, {what}, seeds {seeds:?}");
        Outcome::of(broken_deployments(seeds)).print();
    }
}

/// `SEEDS=9750-9759 SCALE=3 cargo test …`: other months, to look at one by one; with `BROKEN=1` of
/// nothing but broken deployments.
#[test]
#[ignore = "prints figures of the seeds asked for"]
fn months_asked_for() {
    let variable = |name| std::env::var(name).unwrap_or_default();
    let seeds = variable("SEEDS");
    let Some((first, last)) = seeds.split_once('-') else { return };
    let seeds = first.parse().unwrap()..=last.parse().unwrap();
    if variable("BROKEN") == "1" {
        Outcome::of(broken_deployments(seeds)).print();
    } else {
        let scale = variable("SCALE").parse().unwrap_or(1.0);
        Outcome::of(months(seeds, World::Ordinary, scale)).print();
    }
}
