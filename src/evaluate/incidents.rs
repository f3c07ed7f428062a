//! Whether what belongs together is told as one incident, and taken for what it is.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::found::Expected;
use super::matching::{JudgedEffect, Matching};
use super::share::Share;
use super::told::{TakenFor, Told};
use crate::insight::PatternKind;
use crate::labels::{Incident, IncidentKind};
use crate::minute::Minute;

/// Labelled incidents that were found, held against the incidents that their insights are said to be
/// of. Those whose insights say nothing of that, as Amazon's do, are not judged.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AsIncidents {
    /// All of them.
    #[serde(flatten)]
    pub all: AsIncidentsRow,
    /// Incidents told that mix labelled ones which have nothing to do with each other.
    pub mixed_incidents: usize,
    /// By kind, kinds that were found.
    pub by_kind: Vec<AsIncidentsOfKind>,
}

/// Figures on labelled incidents that were found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AsIncidentsRow {
    /// Those that are one incident, alone: all insights on them are of it, and it tells of no other
    /// labelled incident but one that overlaps on purpose.
    pub one_incident: Share,
    /// Those whose insights are of several.
    pub split: u64,
    /// Those told together with another that has nothing to do with them.
    pub mixed: u64,
    /// Those taken for what they are: [`right_pattern`].
    pub right_pattern: Share,
    /// Those whose pattern is unclear, which is not right.
    pub unclear: u64,
}

/// The same of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AsIncidentsOfKind {
    /// The kind.
    pub kind: IncidentKind,
    /// The figures.
    #[serde(flatten)]
    pub row: AsIncidentsRow,
}

/// A labelled incident that is not one incident, or not taken for what it is.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Mistaken {
    /// The incident's id.
    pub incident: String,
    /// What it is.
    pub kind: IncidentKind,
    /// The account.
    pub account: String,
    /// The Region.
    pub region: String,
    /// Its first minute.
    pub start: Minute,
    /// The minute after its last one.
    pub end: Minute,
    /// The incidents that its insights are of.
    pub incidents: Vec<String>,
    /// Ids of labelled incidents that are told together with it and have nothing to do with it.
    pub mixed_with: Vec<String>,
    /// What it is taken for.
    pub pattern: &'static str,
}

/// What an incident of a kind is rightly taken for.
#[must_use]
pub const fn right_pattern(kind: IncidentKind) -> PatternKind {
    use IncidentKind as K;
    match kind {
        K::CredentialStuffingOneAddress | K::CredentialStuffingManyAddresses => {
            PatternKind::CredentialStuffing
        }
        K::PasswordSpray => PatternKind::PasswordSpray,
        K::AccessDeniedSpike => PatternKind::BruteForce,
        K::PermissionProbing => PatternKind::PermissionProbing,
        K::LeakedKey => PatternKind::LeakedKey,
        K::BrokenDeployment => PatternKind::BrokenDeployment,
        K::ThrottleStorm => PatternKind::RetryStorm,
        K::BrandNewApi | K::LevelShift => PatternKind::NewWorkload,
        K::DropToZero => PatternKind::Drop,
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
        | K::Planted => PatternKind::RunawayScript,
    }
}

/// A labelled incident that was found, and what was made of it.
pub(super) struct Taken<'a> {
    label: &'a Incident,
    incidents: BTreeSet<&'a str>,
    mixed_with: BTreeSet<&'a str>,
    pattern: PatternKind,
}

impl Taken<'_> {
    fn is_one(&self) -> bool {
        self.incidents.len() == 1 && self.mixed_with.is_empty()
    }

    fn is_right(&self) -> bool {
        self.pattern == right_pattern(self.label.kind)
    }
}

/// Every incident that was told, by its id.
#[derive(Default)]
struct ToldIncident<'a> {
    /// The insight that leads it, or of those at hand the most urgent.
    speaks: Option<&'a TakenFor>,
    /// The labelled incidents that its insights tell of.
    labels: BTreeMap<&'a str, &'a Incident>,
}

/// Labelled incidents that were found, and how many incidents mix what does not belong together.
pub(super) struct AllTaken<'a> {
    taken: Vec<Taken<'a>>,
    mixed_incidents: usize,
}

impl<'a> AllTaken<'a> {
    pub fn of(matching: &Matching<'a>, expected: &Expected<'_, 'a>) -> Self {
        let told = told_incidents(matching);
        let mut incidents_of: BTreeMap<&str, (&'a Incident, BTreeSet<&'a str>)> = BTreeMap::new();
        for (id, incident) in &told {
            for label in incident.labels.values() {
                let own = incidents_of.entry(&label.id).or_insert((label, BTreeSet::new()));
                own.1.insert(id);
            }
        }
        let found = incidents_of.into_values().filter(|(label, _)| expected.is_found(label));
        let taken = found.map(|(label, incidents)| {
            let own = || incidents.iter().filter_map(|id| told.get(id));
            let together = own().flat_map(|incident| incident.labels.values());
            let mixed_with = together.filter(|other| !belong_together(label, other));
            let mixed_with = mixed_with.map(|other| other.id.as_str()).collect();
            let speaks = own().filter_map(|incident| incident.speaks);
            let pattern = speaks.max_by_key(|taken| (taken.urgency, Reverse(taken.pattern)));
            let pattern = pattern.map_or(PatternKind::Unclear, |taken| taken.pattern);
            Taken { label, incidents, mixed_with, pattern }
        });
        let taken = taken.collect();
        Self { taken, mixed_incidents: told.values().filter(|incident| incident.mixes()).count() }
    }

    pub fn figures(&self) -> AsIncidents {
        let kinds: BTreeSet<IncidentKind> =
            self.taken.iter().map(|taken| taken.label.kind).collect();
        let of_kind = |kind| {
            let own = self.taken.iter().filter(|taken| taken.label.kind == kind);
            AsIncidentsOfKind { kind, row: AsIncidentsRow::of(own) }
        };
        AsIncidents {
            all: AsIncidentsRow::of(self.taken.iter()),
            mixed_incidents: self.mixed_incidents,
            by_kind: kinds.into_iter().map(of_kind).collect(),
        }
    }

    /// By time.
    pub fn mistaken(&self) -> Vec<Mistaken> {
        let names = |ids: &BTreeSet<&str>| ids.iter().map(|id| (*id).to_owned()).collect();
        let wrong = self.taken.iter().filter(|taken| !taken.is_one() || !taken.is_right());
        let mut mistaken: Vec<Mistaken> = wrong
            .map(|taken| Mistaken {
                incident: taken.label.id.clone(),
                kind: taken.label.kind,
                account: taken.label.account.clone(),
                region: taken.label.region.clone(),
                start: taken.label.start,
                end: taken.label.end,
                incidents: names(&taken.incidents),
                mixed_with: names(&taken.mixed_with),
                pattern: taken.pattern.name(),
            })
            .collect();
        // They come in the order of their ids, which stays where times are the same.
        mistaken.sort_by_key(|one| (one.start, one.end));
        mistaken
    }
}

impl AsIncidentsRow {
    fn of<'t, 'a: 't>(taken: impl Iterator<Item = &'t Taken<'a>>) -> Self {
        let mut row = Self::default();
        for taken in taken {
            row.one_incident.add(taken.is_one());
            row.split += u64::from(taken.incidents.len() > 1);
            row.mixed += u64::from(!taken.mixed_with.is_empty());
            row.right_pattern.add(taken.is_right());
            row.unclear += u64::from(taken.pattern == PatternKind::Unclear);
        }
        row
    }
}

impl ToldIncident<'_> {
    fn mixes(&self) -> bool {
        let labels = || self.labels.values();
        labels().any(|one| labels().any(|other| !belong_together(one, other)))
    }
}

/// The incidents that were told, with those that the labels have of them: an insight speaks of the
/// effect that it tells of, and of every effect it meets that has to be told.
fn told_incidents<'a>(matching: &Matching<'a>) -> BTreeMap<&'a str, ToldIncident<'a>> {
    let mut incidents: BTreeMap<&str, ToldIncident<'a>> = BTreeMap::new();
    for effect in &matching.effects {
        for taken in speaking_of(effect).filter_map(|told| told.taken_for.as_ref()) {
            let labels = &mut incidents.entry(&taken.incident).or_default().labels;
            labels.insert(&effect.incident.id, effect.incident);
        }
    }
    let told = matching.effects.iter().flat_map(|effect| &effect.told);
    for taken in told.chain(&matching.false_insights).filter_map(|told| told.taken_for.as_ref()) {
        let Some(incident) = incidents.get_mut(taken.incident.as_str()) else { continue };
        // Of equals the pattern that stands first in the table.
        let rank = |taken: &TakenFor| (taken.leads, taken.urgency, Reverse(taken.pattern));
        if incident.speaks.is_none_or(|speaks| rank(speaks) < rank(taken)) {
            incident.speaks = Some(taken);
        }
    }
    incidents
}

fn speaking_of<'a>(effect: &JudgedEffect<'a>) -> impl Iterator<Item = &'a Told> {
    let met = if effect.is_expected() { &effect.met_by[..] } else { &[] };
    effect.told.iter().chain(met).copied()
}

/// Whether two labelled incidents are the same, or lie on top of each other on purpose.
fn belong_together(one: &Incident, other: &Incident) -> bool {
    let is_overlap = |incident: &Incident| incident.kind == IncidentKind::Overlap;
    let shares_a_series = || {
        one.effects.iter().any(|a| {
            let b = other.effects.iter().find(|b| b.subject == a.subject);
            b.is_some_and(|b| a.start < b.end && b.start < a.end)
        })
    };
    let same_place = (&one.account, &one.region) == (&other.account, &other.region);
    one.id == other.id || (is_overlap(one) && is_overlap(other) && same_place && shares_a_series())
}
