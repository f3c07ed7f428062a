//! How far off starts and ends are, and whether the first identity is the right one.

use serde::Serialize;

use super::matching::JudgedEffect;
use super::share::Share;
use super::spread::Spread;
use crate::event::fold_session;
use crate::labels::IncidentKind;

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

impl Offsets {
    pub(super) fn of(
        found: &[&JudgedEffect<'_>],
        error: impl Fn(&JudgedEffect<'_>) -> Option<u32>,
    ) -> Self {
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
    pub(super) fn of(found: &[&JudgedEffect<'_>]) -> Self {
        let mut shares = Self::default();
        for effect in found {
            let (Some(told), false) = (effect.told.first(), effect.culprits.is_empty()) else {
                continue;
            };
            let right = |name: &String| {
                effect.culprits.iter().any(|culprit| fold_session(name) == fold_session(culprit))
            };
            if let Some(name) = &told.starter {
                shares.at_start.add(right(name));
            }
            if let Some(name) = &told.doer {
                shares.at_end.add(right(name));
            }
        }
        shares
    }
}
