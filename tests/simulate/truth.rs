//! Labels say what is in the counts, neither more nor less, and files hold what was planned.

use std::collections::{BTreeMap, BTreeSet};

use trailspike::count::{Dimension, MinuteCounts};
use trailspike::detect::SurgeDetector;
use trailspike::insight::{InsightOptions, find_insights};
use trailspike::labels::{Effect, Expected, Incident, IncidentKind, LabelledSubject, Labels};
use trailspike::simulate::{Faults, Incidents, Progress, SimulateOptions, World, kinds};
use trailspike::{ErrorFamily, Insight, Minute};

use super::{read, rows, simulation, small};

type Place = (String, String);
type Counts = BTreeMap<Minute, u64>;
/// Events by minute of every series in every account and Region.
type AllSeries = BTreeMap<(Place, LabelledSubject), Counts>;

fn all_series(table: &MinuteCounts) -> AllSeries {
    let mut all = AllSeries::new();
    for index in 0..table.parts() {
        let part = table.part(index).unwrap();
        for at in 0..part.apis() {
            let api = part.api(at);
            let place = (api.account.to_owned(), api.region.to_owned());
            let (event_source, event_name) =
                (api.event_source.to_owned(), api.event_name.to_owned());
            for row in part.rows(at) {
                let identity = table.name(Dimension::Identity, row.identity).to_owned();
                let source_ip = table.name(Dimension::SourceIp, row.source_ip).to_owned();
                let mut subjects = vec![
                    LabelledSubject::ApiCalls {
                        event_source: event_source.clone(),
                        event_name: event_name.clone(),
                    },
                    LabelledSubject::IdentityCalls { identity: identity.clone() },
                ];
                if row.error != 0 {
                    let error_code = table.name(Dimension::ErrorCode, row.error).to_owned();
                    if ErrorFamily::of(&error_code).is_refusal() {
                        subjects.push(LabelledSubject::AddressDenials { source_ip });
                        subjects.push(LabelledSubject::AccountDenials);
                    }
                    subjects.push(LabelledSubject::IdentityErrors { identity });
                    subjects.push(LabelledSubject::ApiErrors {
                        event_source: event_source.clone(),
                        event_name: event_name.clone(),
                        error_code,
                    });
                }
                for subject in subjects {
                    *all.entry((place.clone(), subject))
                        .or_default()
                        .entry(row.minute)
                        .or_default() += u64::from(row.events);
                }
            }
        }
    }
    all
}

fn largest_five_minutes(counts: impl Fn(Minute) -> u64, from: Minute, until: Minute) -> u64 {
    let minutes: Vec<u64> = (from.get()..until.get()).map(|at| counts(Minute::new(at))).collect();
    let short = minutes.iter().sum();
    minutes.windows(5).map(|five| five.iter().sum()).max().unwrap_or(short)
}

/// A month with incidents, and the same without.
struct Month {
    labels: Labels,
    with: AllSeries,
    without: AllSeries,
}

impl Month {
    fn new(options: SimulateOptions) -> Self {
        let with = simulation(options.clone()).minute_counts();
        let without = simulation(SimulateOptions { incidents: Incidents::Number(0), ..options });
        let without = all_series(&without.minute_counts().table);
        assert_eq!(with.unplaced, 0);
        Self { labels: with.labels, with: all_series(&with.table), without }
    }

    fn effects(&self) -> impl Iterator<Item = (&Incident, &Effect)> {
        let of = |incident: &'_ Incident| incident.effects.len();
        assert!(self.labels.incidents.iter().all(|incident| of(incident) > 0));
        self.labels
            .incidents
            .iter()
            .flat_map(|incident| incident.effects.iter().map(move |effect| (incident, effect)))
    }

    fn at(all: &AllSeries, incident: &Incident, effect: &Effect, minute: Minute) -> u64 {
        let place = (incident.account.clone(), incident.region.clone());
        let counts = all.get(&(place, effect.subject.clone()));
        counts.and_then(|counts| counts.get(&minute)).copied().unwrap_or(0)
    }

    /// Whether another incident touches the same series in these minutes.
    fn is_shared(&self, incident: &Incident, effect: &Effect) -> bool {
        self.effects().any(|(other, its)| {
            other.id != incident.id
                && (&other.account, &other.region) == (&incident.account, &incident.region)
                && its.subject == effect.subject
                && its.start < effect.end
                && effect.start < its.end
        })
    }
}

fn month() -> Month {
    Month::new(SimulateOptions {
        accounts: 1,
        scale: 0.5,
        faults: Faults::None,
        ..SimulateOptions::default()
    })
}

#[test]
fn labels_are_true() {
    let month = month();
    let (mut looked_at, mut told) = (0, 0);
    for (incident, effect) in month.effects() {
        assert!(incident.start <= effect.start && effect.end <= incident.end, "{effect:?}");
        assert!(incident.end <= month.labels.end);
        let counts = |all: &AllSeries, at: u32| {
            i64::try_from(Month::at(all, incident, effect, Minute::new(at))).unwrap()
        };
        let sign = if incident.kind == IncidentKind::DropToZero { -1 } else { 1 };
        let more = |at| sign * (counts(&month.with, at) - counts(&month.without, at));
        let span = effect.start.get()..effect.end.get();
        // First and last minute have events of the incident.
        assert!(more(span.start) > 0 && more(span.end - 1) > 0, "{incident:?} {effect:?}");
        if !month.is_shared(incident, effect) {
            let all: i64 = span.map(more).sum();
            assert_eq!(all, i64::try_from(effect.events).unwrap(), "{incident:?} {effect:?}");
            looked_at += 1;
        }
        told += u32::from(effect.expected == Expected::Insight);
    }
    assert!(looked_at > 200 && told >= 21, "{looked_at} {told}");
}

#[test]
fn minutes_without_a_label_are_the_same_with_and_without_incidents() {
    let month = month();
    for ((place, subject), counts) in &month.with {
        if !matches!(subject, LabelledSubject::ApiCalls { .. } | LabelledSubject::ApiErrors { .. })
        {
            continue;
        }
        let before = month.without.get(&(place.clone(), subject.clone()));
        let labelled = |minute: Minute| {
            month.effects().any(|(incident, effect)| {
                (&incident.account, &incident.region) == (&place.0, &place.1)
                    && effect.subject == *subject
                    && (effect.start..effect.end).contains(&minute)
            })
        };
        for (minute, events) in counts {
            let usual = before.and_then(|before| before.get(minute)).copied().unwrap_or(0);
            assert!(*events == usual || labelled(*minute), "{place:?} {subject:?} {minute}");
        }
    }
}

#[test]
fn sizes_are_multiples_of_the_largest_five_minutes_of_fourteen_days() {
    let month = month();
    let mut sizes = BTreeSet::new();
    for (incident, effect) in month.effects() {
        if month.is_shared(incident, effect) {
            continue;
        }
        // Ordinary calls: what is there without incidents, less what fell silent.
        let at = |all, minute| Month::at(all, incident, effect, minute);
        let usual = |minute| at(&month.without, minute).min(at(&month.with, minute));
        let from = effect.start.saturating_sub(14 * 1_440).max(month.labels.start);
        let before = largest_five_minutes(usual, from, effect.start);
        let more = |minute| at(&month.with, minute).abs_diff(at(&month.without, minute));
        let largest = largest_five_minutes(more, effect.start, effect.end);
        let size = (before > 0).then(|| {
            let size = largest as f64 / before.max(8) as f64;
            (size * 1e4).round() / 1e4
        });
        assert_eq!(effect.size, size, "{incident:?} {effect:?}");
        if effect.expected == Expected::Insight {
            sizes.extend(size.map(|size| size.round().to_string()));
        }
    }
    assert!(sizes.len() >= 5, "{sizes:?}");
}

#[test]
fn new_callers_are_new() {
    let options = SimulateOptions { accounts: 1, scale: 0.3, ..SimulateOptions::default() };
    let month = simulation(options).minute_counts();
    let table = &month.table;
    let mut of_each = [0, 0];
    for incident in &month.labels.incidents {
        let identities: BTreeSet<&str> =
            incident.callers.iter().map(|caller| &*caller.identity).collect();
        assert!(!identities.is_empty());
        let mut known = false;
        for index in 0..table.parts() {
            let part = table.part(index).unwrap();
            for at in 0..part.apis() {
                let api = part.api(at);
                let is_struck = incident.effects.iter().any(|effect| {
                    matches!(&effect.subject, LabelledSubject::ApiCalls { event_source, event_name }
                        if event_source == api.event_source && event_name == api.event_name)
                });
                let here = (api.account, api.region) == (&incident.account, &incident.region);
                known |= is_struck
                    && here
                    && part.rows(at).any(|row| {
                        row.minute < incident.start
                            && identities.contains(table.name(Dimension::Identity, row.identity))
                    });
            }
        }
        assert_eq!(known, !incident.new_callers, "{incident:?}");
        of_each[usize::from(known)] += 1;
    }
    assert!(of_each.iter().all(|number| *number >= 4), "{of_each:?}");
}

#[test]
fn every_kind_occurs_whatever_the_world() {
    for (seed, world) in [(1, World::Orderly), (2, World::Ordinary), (3, World::Rough)] {
        let options = SimulateOptions { seed, world, scale: 0.1, ..SimulateOptions::default() };
        let month = simulation(options).minute_counts();
        let found: BTreeSet<IncidentKind> =
            month.labels.incidents.iter().map(|incident| incident.kind).collect();
        assert_eq!(found, kinds().collect(), "{world:?}");
        assert_eq!((month.unplaced, month.labels.incidents.len()), (0, 24));
        let ids: BTreeSet<&str> =
            month.labels.incidents.iter().map(|incident| &*incident.id).collect();
        assert_eq!(ids.len(), 24);
    }
}

/// A small month of these kinds.
fn labels_of(only: Vec<IncidentKind>, incidents: Incidents) -> Labels {
    let faults = Faults::None;
    let options =
        SimulateOptions { only, incidents, faults, scale: 0.2, ..SimulateOptions::default() };
    let month = simulation(options).minute_counts();
    assert_eq!(month.unplaced, 0);
    month.labels
}

#[test]
fn kinds_that_came_later_leave_all_others_as_they_were() {
    let others = kinds().filter(|kind| *kind != IncidentKind::BrokenDeployment).collect();
    let [all, before] = [Vec::new(), others].map(|only| labels_of(only, Incidents::Usual));
    let without_ids = |labels: &Labels| -> Vec<Incident> {
        let others = labels.incidents.iter();
        let others = others.filter(|incident| incident.kind != IncidentKind::BrokenDeployment);
        others.map(|incident| Incident { id: String::new(), ..incident.clone() }).collect()
    };
    assert_eq!(without_ids(&all), without_ids(&before));
    assert_eq!((all.incidents.len(), before.incidents.len()), (24, 23));
}

#[test]
fn a_broken_deployment_is_a_deploy_and_then_errors_of_a_role_with_a_new_agent() {
    let labels = labels_of(vec![IncidentKind::BrokenDeployment], Incidents::Number(12));
    let mut codes = BTreeSet::new();
    for incident in &labels.incidents {
        let role = &incident.callers[0];
        assert!(role.identity.contains(":assumed-role/"), "{role:?}");
        assert!(!incident.new_callers);
        let told: Vec<&Effect> =
            incident.effects.iter().filter(|one| one.expected == Expected::Insight).collect();
        let [told] = told[..] else { panic!("{incident:?}") };
        let LabelledSubject::ApiErrors { error_code, .. } = &told.subject else {
            panic!("{told:?}")
        };
        codes.insert(ErrorFamily::of(error_code));
        // The deploy is too thin by itself, and minutes before the first failure.
        let deploy = incident.effects.iter().find(|one| one.expected == Expected::RollUp).unwrap();
        assert_eq!((deploy.start, deploy.events < 5), (incident.start, true));
        assert!((1..40).contains(&told.start.since(incident.start)), "{incident:?}");
    }
    assert!(codes.len() >= 2 && codes.contains(&ErrorFamily::Denied), "{codes:?}");
}

#[test]
fn a_second_strike_is_of_the_same_size_and_days_later() {
    let options = SimulateOptions {
        only: vec![IncidentKind::SecondStrike],
        incidents: Incidents::Number(6),
        accounts: 1,
        scale: 0.3,
        ..SimulateOptions::default()
    };
    let labels = simulation(options).minute_counts().labels;
    assert_eq!(labels.incidents.len(), 6);
    let mut pairs: BTreeMap<_, Vec<&Incident>> = BTreeMap::new();
    for incident in &labels.incidents {
        let key = (&incident.region, &incident.effects[0].subject, &incident.callers[0].identity);
        pairs.entry(key).or_default().push(incident);
    }
    for strikes in pairs.values() {
        let [first, second] = strikes[..] else { panic!("{strikes:?}") };
        let days = f64::from(second.start.since(first.start)) / 1_440.0;
        assert!((3.0..9.0).contains(&days), "{days}");
        let (a, b) = (first.effects[0].events as f64, second.effects[0].events as f64);
        assert!((0.8..1.25).contains(&(b / a)), "{a} {b}");
    }
}

/// Without what only records have.
fn without_examples(insights: Vec<Insight>) -> Vec<Insight> {
    let strip = |insight| Insight { example_event_ids: Vec::new(), ..insight };
    insights.into_iter().map(strip).collect()
}

#[test]
fn files_hold_what_was_planned() {
    let options = SimulateOptions { faults: Faults::None, ..small() };
    let folder = tempfile::tempdir().unwrap();
    let written =
        simulation(options.clone()).write(folder.path(), true, &Progress::default()).unwrap();
    let counted = read(folder.path().to_owned());
    let direct = simulation(options).minute_counts();
    assert_eq!(rows(&counted.table), rows(&direct.table));
    assert_eq!(counted.table.coverage(), direct.table.coverage());
    assert_eq!(written.labels, direct.labels);
    assert!(!counted.tally.has_problems());
    assert_eq!((counted.tally.counted, counted.tally.duplicates), (direct.labels.events, 0));
    let insights = |table| {
        let found =
            find_insights(table, &SurgeDetector::default(), InsightOptions::default()).unwrap();
        without_examples(found.insights)
    };
    let found = insights(&counted.table);
    assert!(!found.is_empty());
    assert_eq!(found, insights(&direct.table));
}
