//! The figures of a list of insights on a labelled month.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::matching::{JudgedEffect, Matching};
use super::share::{Share, as_f64, rounded};
use super::size::Size;
use super::spread::Spread;
use super::told::Told;
use crate::event::fold_session;
use crate::labels::{Caller, Effect, Incident, IncidentKind, LabelledSubject, Labels};
use crate::minute::{DAY, Minute, WEEK};

/// Insights of so many first minutes of the logs are counted by themselves.
const EARLY: u32 = 2 * DAY;

/// What insights are worth. An incident is found when any of its effects that have to be told is.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Score {
    /// The first minute that the labels speak of.
    pub start: Minute,
    /// The minute after the last.
    pub end: Minute,
    /// Accounts in the labels.
    pub accounts: usize,
    /// Regions in the labels.
    pub regions: usize,
    /// Insights that were judged.
    pub insights: usize,
    /// Insights of accounts, Regions or times that the labels say nothing of: not judged.
    pub outside: usize,
    /// Incidents found, of those with an effect that has to be told.
    pub incidents: Share,
    /// Effects found, of those that have to be told.
    pub effects: Share,
    /// Insights about nothing.
    pub false_insights: FalseInsights,
    /// Effects found, by size; those without a past to be measured by come last.
    pub by_size: Vec<SizeRecall>,
    /// Found by kind of incident, kinds that occur.
    pub by_kind: Vec<KindRow>,
    /// Effects found, by what their series counts.
    pub by_class: Vec<ClassRow>,
    /// Incidents found of callers who had called these subjects before.
    pub usual_callers: Share,
    /// Incidents found of callers who never had.
    pub new_callers: Share,
    /// Minutes by which starts are off.
    pub start_errors: Offsets,
    /// Minutes by which ends are off.
    pub end_errors: Offsets,
    /// Minutes of an effect that had passed when the verdict fell, 1 at the end of its first; where
    /// the records tell.
    pub minutes_to_detect: Option<Spread>,
    /// How often the identity named first is the one with the most events.
    pub first_identity: FirstIdentity,
    /// Effects told in more than one insight, of those found.
    pub told_more_than_once: Share,
    /// Second strikes found, as incidents.
    pub second_strikes: Share,
    /// Level shifts told exactly once, as effects.
    pub level_shifts_told_once: Share,
    /// Effects that went on when the logs ended and were told to go on, of those found.
    pub open_at_end: Share,
    /// Effects that had to be told and were not, by time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missed: Option<Vec<Missed>>,
    /// Insights about nothing, by time.
    #[serde(rename = "false", skip_serializing_if = "Option::is_none")]
    pub wrong: Option<Vec<WrongTold>>,
}

/// Insights about nothing.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FalseInsights {
    /// From the third day of the logs on.
    pub later: usize,
    /// Of those, a week and account; `None` when there is no third day.
    pub per_account_week: Option<f64>,
    /// Of those, a week, account and Region.
    pub per_account_region_week: Option<f64>,
    /// In the first two days.
    pub early: usize,
    /// Of those, an account.
    pub early_per_account: Option<f64>,
    /// Of those, an account and Region.
    pub early_per_account_region: Option<f64>,
}

/// Effects found of one size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SizeRecall {
    /// The size; `None` for effects on series that did nothing in the 14 days before.
    pub size: Option<Size>,
    /// On calls and errors of APIs.
    pub apis: Share,
    /// On sums over identities, addresses or accounts.
    pub roll_ups: Share,
}

/// Found of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct KindRow {
    /// The kind.
    pub kind: IncidentKind,
    /// Incidents.
    pub incidents: Share,
    /// Effects.
    pub effects: Share,
}

/// Effects found on one class of series.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ClassRow {
    /// The type of subject in the labels.
    pub class: &'static str,
    /// Effects.
    pub effects: Share,
}

/// Minutes by group of incidents; of effects that have to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Offsets {
    /// Of those that begin and end sharply: all kinds but those below.
    pub steps: Option<Spread>,
    /// Of slow ramps.
    pub ramps: Option<Spread>,
    /// Of all: sprays, probing, leaked keys, low and slow ones and drops as well.
    pub all: Option<Spread>,
}

/// How often the identity named first is the one with the most events, of effects found whose
/// insight names any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FirstIdentity {
    /// At the Start, from its first five minutes.
    pub at_start: Share,
    /// At the End, from all of it.
    pub at_end: Share,
}

/// An effect that had to be told and was not.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Missed {
    /// The incident's id.
    pub incident: String,
    /// What it is.
    pub kind: IncidentKind,
    /// Whether another effect of the incident was told.
    pub incident_found: bool,
    /// The account.
    pub account: String,
    /// The Region.
    pub region: String,
    /// The effect.
    #[serde(flatten)]
    pub effect: Effect,
}

/// An insight about nothing.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WrongTold {
    /// The account.
    pub account: String,
    /// The Region.
    pub region: String,
    /// What it is about.
    pub subject: LabelledSubject,
    /// Its first minute.
    pub start: Minute,
    /// The minute after its last one; `None` while it goes on.
    pub end: Option<Minute>,
    /// Events a minute in it, where that is told.
    pub average: Option<f64>,
}

impl Score {
    /// Judges insights; the order of insights and of incidents does not matter.
    #[must_use]
    pub fn new(labels: &Labels, told: &[Told]) -> Self {
        Self::of(labels, &Matching::new(labels, told))
    }

    /// The figures of insights held against labels.
    #[must_use]
    pub fn of(labels: &Labels, matching: &Matching<'_>) -> Self {
        let expected: Vec<&JudgedEffect<'_>> =
            matching.effects.iter().filter(|effect| effect.is_expected()).collect();
        let told: usize = matching.effects.iter().map(|effect| effect.told.len()).sum();
        let incidents = incidents(&expected);
        let incidents_that = |is_one: &dyn Fn(&Incident) -> bool| {
            let some = incidents.values().filter(|(incident, _)| is_one(incident));
            Share::of(some.map(|(_, found)| *found))
        };
        let kind =
            |kind: IncidentKind| move |effect: &&&JudgedEffect<'_>| effect.incident.kind == kind;
        let found: Vec<&JudgedEffect<'_>> =
            expected.iter().copied().filter(|effect| !effect.told.is_empty()).collect();
        let open = found.iter().filter(|effect| effect.goes_on());
        let level_shifts = expected.iter().filter(kind(IncidentKind::LevelShift));
        Self {
            start: labels.start,
            end: labels.end,
            accounts: labels.accounts.len(),
            regions: labels.regions.len(),
            insights: told + matching.false_insights.len(),
            outside: matching.outside.len(),
            incidents: incidents_that(&|_| true),
            effects: Share::of(expected.iter().map(|effect| effect.met)),
            false_insights: FalseInsights::of(labels, &matching.false_insights),
            by_size: by_size(&expected),
            by_kind: expected
                .iter()
                .map(|effect| effect.incident.kind)
                .collect::<BTreeSet<_>>()
                .into_iter()
                .map(|one| KindRow {
                    kind: one,
                    incidents: incidents_that(&|incident| incident.kind == one),
                    effects: Share::of(expected.iter().filter(kind(one)).map(|effect| effect.met)),
                })
                .collect(),
            by_class: by_class(&expected),
            usual_callers: incidents_that(&|incident| !incident.new_callers),
            new_callers: incidents_that(&|incident| incident.new_callers),
            start_errors: Offsets::of(&found, |effect| effect.start_error),
            end_errors: Offsets::of(&found, |effect| effect.end_error),
            minutes_to_detect: Spread::of(found.iter().filter_map(|effect| to_detect(effect))),
            first_identity: FirstIdentity::of(&found),
            told_more_than_once: Share::of(found.iter().map(|effect| effect.told.len() > 1)),
            second_strikes: incidents_that(&|incident| incident.kind == IncidentKind::SecondStrike),
            level_shifts_told_once: Share::of(level_shifts.map(|effect| effect.told.len() == 1)),
            open_at_end: Share::of(
                open.map(|effect| effect.told.iter().any(|told| told.end.is_none())),
            ),
            missed: None,
            wrong: None,
        }
    }

    /// The figures, with what was missed and what was false one by one.
    #[must_use]
    pub fn with_lists(labels: &Labels, told: &[Told]) -> Self {
        let matching = Matching::new(labels, told);
        let mut score = Self::of(labels, &matching);
        score.missed = Some(missed(&matching));
        let mut wrong: Vec<WrongTold> =
            matching.false_insights.iter().map(|told| told.wrong()).collect();
        wrong.sort_by_key(|wrong| wrong.start);
        score.wrong = Some(wrong);
        score
    }

    /// Effects found on series of APIs, of the sizes from one to another.
    #[must_use]
    pub fn recall_of_sizes(&self, from: u32, to: u32) -> Share {
        let some = self
            .by_size
            .iter()
            .filter(|row| row.size.is_some_and(|size| (from..=to).contains(&size.times())));
        some.fold(Share::default(), |sum, row| Share {
            part: sum.part + row.apis.part,
            of: sum.of + row.apis.of,
        })
    }
}

/// Each incident with effects that have to be told, by id, and whether any of these was.
fn incidents<'a>(expected: &[&JudgedEffect<'a>]) -> BTreeMap<&'a str, (&'a Incident, bool)> {
    let mut incidents: BTreeMap<&str, (&Incident, bool)> = BTreeMap::new();
    for effect in expected {
        let one = incidents.entry(&effect.incident.id).or_insert((effect.incident, false));
        one.1 |= effect.met;
    }
    incidents
}

fn by_size(expected: &[&JudgedEffect<'_>]) -> Vec<SizeRecall> {
    let sizes = Size::ALL.into_iter().map(Some).chain([None]);
    let row = |size| {
        let own = |roll_ups: bool| {
            let some = expected.iter().filter(|judged| {
                judged.effect.size.map(Size::nearest) == size
                    && is_roll_up(&judged.effect.subject) == roll_ups
            });
            Share::of(some.map(|effect| effect.met))
        };
        SizeRecall { size, apis: own(false), roll_ups: own(true) }
    };
    sizes.map(row).collect()
}

fn by_class(expected: &[&JudgedEffect<'_>]) -> Vec<ClassRow> {
    let mut rows: BTreeMap<&LabelledSubject, Share> = BTreeMap::new();
    for effect in expected {
        rows.entry(&effect.effect.subject).or_default().add(effect.met);
    }
    let mut classes: Vec<ClassRow> = Vec::new();
    // Subjects are in the order of their types.
    for (subject, share) in rows {
        let class = class(subject);
        match classes.last_mut() {
            Some(last) if last.class == class => {
                last.effects.part += share.part;
                last.effects.of += share.of;
            }
            _ => classes.push(ClassRow { class, effects: share }),
        }
    }
    classes
}

/// The type of subject in the labels.
const fn class(subject: &LabelledSubject) -> &'static str {
    match subject {
        LabelledSubject::ApiCalls { .. } => "api-calls",
        LabelledSubject::ApiErrors { .. } => "api-errors",
        LabelledSubject::IdentityCalls { .. } => "identity-calls",
        LabelledSubject::IdentityErrors { .. } => "identity-errors",
        LabelledSubject::AddressDenials { .. } => "address-denials",
        LabelledSubject::AccountDenials => "account-denials",
    }
}

const fn is_roll_up(subject: &LabelledSubject) -> bool {
    !matches!(subject, LabelledSubject::ApiCalls { .. } | LabelledSubject::ApiErrors { .. })
}

fn to_detect(effect: &JudgedEffect<'_>) -> Option<u32> {
    let first = effect.told.first()?;
    Some((first.fired_at? + 1).since(effect.effect.start))
}

fn missed(matching: &Matching<'_>) -> Vec<Missed> {
    let expected: Vec<_> = matching.effects.iter().filter(|effect| effect.is_expected()).collect();
    let incidents = incidents(&expected);
    let mut missed: Vec<Missed> = expected
        .iter()
        .filter(|effect| !effect.met)
        .map(|judged| Missed {
            incident: judged.incident.id.clone(),
            kind: judged.incident.kind,
            incident_found: incidents.get(&*judged.incident.id).is_some_and(|(_, found)| *found),
            account: judged.incident.account.clone(),
            region: judged.incident.region.clone(),
            effect: judged.effect.clone(),
        })
        .collect();
    missed.sort_by(|a, b| {
        let order =
            |one: &Missed| (one.effect.start, one.incident.clone(), one.effect.subject.clone());
        order(a).cmp(&order(b))
    });
    missed
}

impl Told {
    fn wrong(&self) -> WrongTold {
        WrongTold {
            account: self.series.account.clone(),
            region: self.series.region.clone(),
            subject: self.series.subject.clone(),
            start: self.start,
            end: self.end,
            average: self.average,
        }
    }
}

impl FalseInsights {
    fn of(labels: &Labels, wrong: &[&Told]) -> Self {
        let early = wrong.iter().filter(|told| told.start.since(labels.start) < EARLY).count();
        let later = wrong.len() - early;
        let accounts = labels.accounts.len();
        let pairs = accounts * labels.regions.len();
        let weeks = f64::from(labels.end.since(labels.start + EARLY)) / f64::from(WEEK);
        let per = |number: usize, of: f64| (of > 0.0).then(|| rounded(as_f64(number as u64) / of));
        let [accounts, pairs] = [accounts, pairs].map(|number| as_f64(number as u64));
        Self {
            later,
            per_account_week: per(later, accounts * weeks),
            per_account_region_week: per(later, pairs * weeks),
            early,
            early_per_account: per(early, accounts),
            early_per_account_region: per(early, pairs),
        }
    }
}

impl Offsets {
    fn of(found: &[&JudgedEffect<'_>], error: impl Fn(&JudgedEffect<'_>) -> Option<u32>) -> Self {
        let spread = |is_one: fn(IncidentKind) -> bool| {
            let some = found.iter().filter(|effect| is_one(effect.incident.kind));
            Spread::of(some.filter_map(|effect| error(effect)))
        };
        Self {
            steps: spread(is_step),
            ramps: spread(|kind| kind == IncidentKind::SlowRamp),
            all: spread(|_| true),
        }
    }
}

/// Whether incidents of the kind begin and end sharply.
const fn is_step(kind: IncidentKind) -> bool {
    !matches!(
        kind,
        IncidentKind::SlowRamp
            | IncidentKind::LowAndSlow
            | IncidentKind::PasswordSpray
            | IncidentKind::PermissionProbing
            | IncidentKind::LeakedKey
            | IncidentKind::DropToZero
    )
}

impl FirstIdentity {
    fn of(found: &[&JudgedEffect<'_>]) -> Self {
        let mut shares = Self::default();
        for effect in found {
            let (Some(truth), Some(told)) = (effect.incident.callers.first(), effect.told.first())
            else {
                continue;
            };
            let right =
                |name: &String, truth: &Caller| fold_session(name) == fold_session(&truth.identity);
            if let Some(name) = &told.starter {
                shares.at_start.add(right(name, truth));
            }
            if let Some(name) = &told.doer {
                shares.at_end.add(right(name, truth));
            }
        }
        shares
    }
}
