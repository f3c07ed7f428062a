//! What insights of simulated incidents are taken for.
//!
//!     cargo test --release --test patterns -- --ignored --nocapture

use std::collections::BTreeMap;

use trailspike::Insight;
use trailspike::detect::SurgeDetector;
use trailspike::evaluate::{Matching, Told};
use trailspike::insight::{InsightOptions, PatternKind as P, find_insights};
use trailspike::labels::{Effect, Expected, Incident, IncidentKind as K, Labels};
use trailspike::simulate::{SimulateOptions, Simulation, World};

/// What an incident of a kind is rightly taken for; the table of `docs/patterns.md`.
const fn right(kind: K) -> &'static [P] {
    match kind {
        K::CredentialStuffingOneAddress | K::CredentialStuffingManyAddresses => {
            &[P::CredentialStuffing]
        }
        K::PasswordSpray => &[P::PasswordSpray],
        K::AccessDeniedSpike => &[P::BruteForce],
        K::PermissionProbing => &[P::PermissionProbing],
        K::LeakedKey => &[P::LeakedKey],
        K::ThrottleStorm => &[P::RetryStorm],
        K::BrandNewApi | K::LevelShift => &[P::NewWorkload],
        K::DropToZero => &[P::Drop],
        K::RunawayRead
        | K::RunawayWrite
        | K::OneMinuteBurst
        | K::SlowRamp
        | K::LowAndSlow
        | K::SecondStrike
        | K::TwoCulprits
        | K::Overlap
        | K::OpenAtEnd
        | K::FirstDay
        | K::Plateau
        | K::Planted => &[P::RunawayScript],
    }
}

/// Incidents that were found, by kind and what they were taken for; how many there were; and what
/// insights that tell of no incident were taken for.
#[derive(Default)]
struct Confusion(BTreeMap<(K, P), u32>, usize, BTreeMap<P, u32>);

impl Confusion {
    fn add_month(&mut self, seed: u64, world: World) {
        let options = SimulateOptions { seed, world, ..SimulateOptions::default() };
        let month = Simulation::new(options).unwrap().minute_counts();
        let found =
            find_insights(&month.table, &SurgeDetector::default(), InsightOptions::default())
                .unwrap();
        self.1 += labelled(&month.labels);
        for insight in false_insights(&month.labels, &found.insights) {
            *self.2.entry(insight.pattern.kind).or_default() += 1;
        }
        for (incident, insight) in speakers(&month.labels, &found.insights) {
            let pattern = insight.pattern.kind;
            *self.0.entry((incident.kind, pattern)).or_default() += 1;
        }
    }

    fn sum(&self, is_one: impl Fn(K, P) -> bool) -> u32 {
        self.0.iter().filter(|((kind, pattern), _)| is_one(*kind, *pattern)).map(|of| of.1).sum()
    }

    fn right(&self) -> u32 {
        self.sum(|kind, pattern| right(kind).contains(&pattern))
    }

    fn unclear(&self) -> u32 {
        self.sum(|_, pattern| pattern == P::Unclear)
    }

    /// The share of incidents taken for what they are; unclear is not right.
    fn share_right(&self) -> f64 {
        f64::from(self.right()) / f64::from(self.sum(|_, _| true).max(1))
    }

    fn print(&self) {
        let mut kind_before = None;
        for ((kind, pattern), number) in &self.0 {
            if kind_before != Some(*kind) {
                print!("\n{:34}", kind.as_str());
            }
            kind_before = Some(*kind);
            let mark = if right(*kind).contains(pattern) { "" } else { " (!)" };
            print!(" {} {number}{mark};", pattern.name());
        }
        let (right, unclear, all) = (self.right(), self.unclear(), self.sum(|_, _| true));
        println!(
            "\n\n{all} of {} incidents found: {right} right ({:.1}%), {unclear} unclear, {} wrong",
            self.1,
            100.0 * self.share_right(),
            all - right - unclear
        );
        let wrongly =
            self.2.iter().map(|(pattern, number)| format!(" {} {number};", pattern.name()));
        println!("insights that tell of no incident:{}\n", wrongly.collect::<String>());
    }
}

/// Incidents that have to be told.
fn labelled(labels: &Labels) -> usize {
    let has_to = |effect: &Effect| effect.expected == Expected::Insight;
    labels.incidents.iter().filter(|incident| incident.effects.iter().any(has_to)).count()
}

fn false_insights<'a>(labels: &Labels, insights: &'a [Insight]) -> Vec<&'a Insight> {
    let told: Vec<Told> = insights.iter().map(Told::from).collect();
    let matching = Matching::new(labels, &told);
    let is_false = |insight: &&Insight| {
        let own = Told::from(*insight);
        matching.false_insights.iter().any(|told| **told == own)
    };
    insights.iter().filter(is_false).collect()
}

/// Of each labelled incident that was found, the insight that leads the incident we take it for:
/// the most severe of those that tell of its effects speaks for it.
fn speakers<'a>(labels: &'a Labels, insights: &'a [Insight]) -> Vec<(&'a Incident, &'a Insight)> {
    let told: Vec<Told> = insights.iter().map(Told::from).collect();
    let matching = Matching::new(labels, &told);
    let mut speakers: BTreeMap<&str, (&Incident, &Insight)> = BTreeMap::new();
    let effects =
        labels.incidents.iter().flat_map(|incident| incident.effects.iter().map(move |_| incident));
    for (incident, effect) in effects.zip(&matching.effects) {
        for told in &effect.told {
            let own = insights.iter().find(|insight| Told::from(*insight) == **told);
            let leads = own.and_then(|own| {
                insights.iter().find(|other| {
                    other.incident.leads && other.incident.incident == own.incident.incident
                })
            });
            let Some(insight) = leads else { continue };
            let entry = speakers.entry(&incident.id).or_insert((incident, insight));
            let urgency = |insight: &Insight| (insight.severity, insight.whole.events);
            if urgency(insight) > urgency(entry.1) {
                entry.1 = insight;
            }
        }
    }
    speakers.into_values().collect()
}

#[test]
fn incidents_are_taken_for_what_they_are() {
    let mut confusion = Confusion::default();
    for seed in [1, 2, 3] {
        confusion.add_month(seed, World::default());
    }
    assert!(confusion.sum(|_, _| true) > 55, "{}", confusion.sum(|_, _| true));
    assert!(confusion.share_right() >= 0.9, "{}", confusion.share_right());
}

#[test]
#[ignore = "prints figures"]
fn confusion() {
    for (world, what, seeds) in [
        (World::Ordinary, "ordinary, tuned on", 1..=20),
        (World::Ordinary, "ordinary", 9_400..=9_410),
        (World::Ordinary, "ordinary, never looked at", 9_420..=9_430),
        (World::Rough, "rough", 9_400..=9_410),
    ] {
        let mut confusion = Confusion::default();
        seeds.clone().for_each(|seed| confusion.add_month(seed, world));
        println!("{what}, seeds {seeds:?}");
        confusion.print();
    }
}
