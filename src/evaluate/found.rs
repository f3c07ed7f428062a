//! How much is found: effects by size and series, incidents by kind.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::matching::{JudgedEffect, Matching};
use super::share::Share;
use super::size::Size;
use crate::labels::{Incident, IncidentKind, LabelledSubject};

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
    /// What the series counts.
    pub class: SubjectClass,
    /// Effects.
    pub effects: Share,
}

/// What a series counts; see [`LabelledSubject`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SubjectClass {
    /// Calls of an API.
    ApiCalls,
    /// Errors of an API with one code.
    ApiErrors,
    /// Calls of an identity.
    IdentityCalls,
    /// Errors of an identity.
    IdentityErrors,
    /// Denials of an address.
    AddressDenials,
    /// Denials of an account.
    AccountDenials,
}

impl SubjectClass {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::ApiCalls,
        Self::ApiErrors,
        Self::IdentityCalls,
        Self::IdentityErrors,
        Self::AddressDenials,
        Self::AccountDenials,
    ];

    /// That of a subject.
    #[must_use]
    pub const fn of(subject: &LabelledSubject) -> Self {
        match subject {
            LabelledSubject::ApiCalls { .. } => Self::ApiCalls,
            LabelledSubject::ApiErrors { .. } => Self::ApiErrors,
            LabelledSubject::IdentityCalls { .. } => Self::IdentityCalls,
            LabelledSubject::IdentityErrors { .. } => Self::IdentityErrors,
            LabelledSubject::AddressDenials { .. } => Self::AddressDenials,
            LabelledSubject::AccountDenials => Self::AccountDenials,
        }
    }

    const fn is_roll_up(self) -> bool {
        !matches!(self, Self::ApiCalls | Self::ApiErrors)
    }
}

/// The effects that have to be told.
pub(super) struct Expected<'m, 'a> {
    /// All of them.
    pub effects: Vec<&'m JudgedEffect<'a>>,
    /// Their incidents by id, and whether any effect of each was found.
    incidents: BTreeMap<&'a str, (&'a Incident, bool)>,
}

impl<'m, 'a> Expected<'m, 'a> {
    pub fn of(matching: &'m Matching<'a>) -> Self {
        let effects: Vec<&JudgedEffect<'_>> =
            matching.effects.iter().filter(|effect| effect.is_expected()).collect();
        let mut incidents: BTreeMap<&str, (&Incident, bool)> = BTreeMap::new();
        for effect in &effects {
            let one = incidents.entry(&effect.incident.id).or_insert((effect.incident, false));
            one.1 |= effect.met;
        }
        Self { effects, incidents }
    }

    /// Incidents found.
    pub fn incidents_that(&self, is_one: impl Fn(&Incident) -> bool) -> Share {
        let some = self.incidents.values().filter(|(incident, _)| is_one(incident));
        Share::of(some.map(|(_, found)| *found))
    }

    /// Whether an incident was found.
    pub fn is_found(&self, incident: &Incident) -> bool {
        self.incidents.get(&*incident.id).is_some_and(|(_, found)| *found)
    }

    /// Effects found.
    pub fn effects_that(&self, is_one: impl Fn(&JudgedEffect<'_>) -> bool) -> Share {
        let some = self.effects.iter().filter(|effect| is_one(effect));
        Share::of(some.map(|effect| effect.met))
    }

    /// Rises only: how large the silence of a drop is depends on no more than how long it lasts.
    pub fn by_size(&self) -> Vec<SizeRecall> {
        let sizes = Size::ALL.into_iter().map(Some).chain([None]);
        let row = |size| {
            let own = |roll_ups: bool| {
                self.effects_that(|judged| {
                    judged.incident.kind != IncidentKind::DropToZero
                        && judged.effect.size.map(Size::nearest) == size
                        && SubjectClass::of(&judged.effect.subject).is_roll_up() == roll_ups
                })
            };
            SizeRecall { size, apis: own(false), roll_ups: own(true) }
        };
        sizes.map(row).collect()
    }

    pub fn by_kind(&self) -> Vec<KindRow> {
        let kinds: BTreeSet<IncidentKind> =
            self.effects.iter().map(|effect| effect.incident.kind).collect();
        let row = |kind| KindRow {
            kind,
            incidents: self.incidents_that(|incident| incident.kind == kind),
            effects: self.effects_that(|effect| effect.incident.kind == kind),
        };
        kinds.into_iter().map(row).collect()
    }

    pub fn by_class(&self) -> Vec<ClassRow> {
        let row = |class| ClassRow {
            class,
            effects: self.effects_that(|judged| SubjectClass::of(&judged.effect.subject) == class),
        };
        SubjectClass::ALL.into_iter().map(row).filter(|row| row.effects.of > 0).collect()
    }
}
