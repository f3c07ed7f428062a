//! What the detectors make of simulated months.
//!
//!     cargo test --release --test simulate -- --ignored --nocapture

use std::time::Instant;

use trailspike::Insight;
use trailspike::detect::{Detector, PeakDetector, SurgeDetector};
use trailspike::insight::{InsightOptions, find_insights};
use trailspike::labels::{Expected, Incident, IncidentKind, LabelledSubject, Labels};
use trailspike::simulate::{SimulateOptions, World, kinds};

use super::simulation;

/// Seeds of the months.
const SEEDS: std::ops::RangeInclusive<u64> = 1..=12;
/// Minutes by which an insight may miss an effect and still be about it.
const NEAR: u32 = 3;

fn is_about(insight: &Insight, subject: &LabelledSubject) -> bool {
    let is_api =
        |source: &str, name: &str| insight.event_source == source && insight.event_name == name;
    match subject {
        LabelledSubject::ApiCalls { event_source, event_name } => {
            insight.error_code.is_none() && is_api(event_source, event_name)
        }
        LabelledSubject::ApiErrors { event_source, event_name, error_code } => {
            insight.error_code.as_ref() == Some(error_code) && is_api(event_source, event_name)
        }
        _ => false,
    }
}

fn meets(insight: &Insight, incident: &Incident, wanted: Option<Expected>) -> bool {
    insight.account == incident.account
        && insight.region == incident.region
        && incident.effects.iter().any(|effect| {
            wanted.is_none_or(|wanted| effect.expected == wanted)
                && is_about(insight, &effect.subject)
                && insight.span.start < effect.end + NEAR
                && effect.start < insight.span.end + NEAR
        })
}

#[derive(Default)]
struct Score {
    account_weeks: f64,
    false_early: u32,
    false_later: u32,
    /// Kind, size, and whether it was found.
    incidents: Vec<(IncidentKind, Option<f64>, bool)>,
}

impl Score {
    fn add(&mut self, labels: &Labels, insights: &[Insight]) {
        let days = labels.end.since(labels.start) / 1_440;
        self.account_weeks += labels.accounts.len() as f64 * f64::from(days - 2) / 7.0;
        for insight in insights {
            if !labels.incidents.iter().any(|incident| meets(insight, incident, None)) {
                let early = insight.span.start.since(labels.start) < 2 * 1_440;
                if early { self.false_early += 1 } else { self.false_later += 1 }
            }
        }
        for incident in &labels.incidents {
            let main = incident.effects.iter().find(|effect| {
                effect.expected == Expected::Insight
                    && matches!(
                        effect.subject,
                        LabelledSubject::ApiCalls { .. } | LabelledSubject::ApiErrors { .. }
                    )
            });
            if let Some(main) = main {
                let found = insights
                    .iter()
                    .any(|insight| meets(insight, incident, Some(Expected::Insight)));
                self.incidents.push((incident.kind, main.size, found));
            }
        }
    }

    fn print(&self) {
        println!(
            "    false per account-week {:.2}, in days 1-2 {}",
            f64::from(self.false_later) / self.account_weeks,
            self.false_early
        );
        let recall = |which: &dyn Fn(IncidentKind, Option<f64>) -> bool| {
            let some = self.incidents.iter().filter(|(kind, size, _)| which(*kind, *size));
            let (found, all) =
                some.fold((0, 0), |(found, all), (.., hit)| (found + u32::from(*hit), all + 1));
            format!("{:.2} ({all})", f64::from(found) / f64::from(all))
        };
        let special = |kind| {
            matches!(
                kind,
                IncidentKind::DropToZero | IncidentKind::FirstDay | IncidentKind::LowAndSlow
            )
        };
        let bounds = [0.0, 0.8, 1.5, 2.5, 4.0, 7.0, 20.0, 1e9];
        for bounds in bounds.windows(2) {
            let found = recall(&|kind, size| {
                !special(kind) && size.is_some_and(|size| bounds[0] <= size && size < bounds[1])
            });
            print!("  {}-{}x {found}", bounds[0], bounds[1]);
        }
        println!("  without a past {}", recall(&|_, size| size.is_none()));
        for kind in kinds() {
            print!("  {} {}", kind.as_str(), recall(&|other, _| other == kind));
        }
        println!();
    }
}

#[test]
#[ignore = "prints figures"]
fn detectors() {
    for world in [World::Orderly, World::Ordinary, World::Rough] {
        let (mut surge, mut peak) = (Score::default(), Score::default());
        let (mut events, mut planted, mut subjects, mut made, mut detected) = (0, 0, 0, 0.0, 0.0);
        for seed in SEEDS {
            let started = Instant::now();
            // The tables were measured before there were broken deployments.
            let only = kinds().filter(|kind| *kind != IncidentKind::BrokenDeployment).collect();
            let month =
                simulation(SimulateOptions { seed, world, only, ..SimulateOptions::default() })
                    .minute_counts();
            made += started.elapsed().as_secs_f64();
            events += month.labels.events;
            planted += month
                .labels
                .incidents
                .iter()
                .filter_map(|i| i.effects.iter().map(|e| e.events).max())
                .sum::<u64>();
            for (detector, score) in [
                (&SurgeDetector::default() as &dyn Detector, &mut surge),
                (&PeakDetector, &mut peak),
            ] {
                let started = Instant::now();
                let found =
                    find_insights(&month.table, detector, InsightOptions::default()).unwrap();
                detected += started.elapsed().as_secs_f64();
                subjects = subjects.max(found.subjects);
                score.add(&month.labels, &found.insights);
            }
            assert_eq!(month.unplaced, 0);
        }
        let months = SEEDS.count() as u64;
        println!(
            "{world:?}: {} events (and {} of incidents) and up to {} subjects an account and Region; {:.2} s to make a month, {:.2} s to judge it",
            (events - planted) / months / 4,
            planted / months / 4,
            subjects / 4,
            made / months as f64,
            detected / months as f64 / 2.0,
        );
        println!("  surge");
        surge.print();
        println!("  peak");
        peak.print();
    }
}
