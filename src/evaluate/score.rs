//! The figures of a list of insights on a labelled month.

use serde::Serialize;

use super::false_insights::FalseInsights;
use super::found::{ClassRow, Expected, KindRow, SizeRecall};
use super::incidents::{AllTaken, AsIncidents, Mistaken};
use super::lists::{Missed, WrongTold, missed, wrong};
use super::matching::{JudgedEffect, Matching};
use super::offsets::{FirstIdentity, Offsets};
use super::share::Share;
use super::spread::Spread;
use super::told::Told;
use crate::labels::{IncidentKind, Labels};
use crate::minute::Minute;

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
    /// Effects found, drops left out, by size; those without a past to be measured by come last.
    pub by_size: Vec<SizeRecall>,
    /// Found by kind of incident, kinds that occur.
    pub by_kind: Vec<KindRow>,
    /// Effects found, by what their series counts.
    pub by_class: Vec<ClassRow>,
    /// What incidents found are told as, and taken for.
    pub as_incidents: AsIncidents,
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
    /// Effects that went on when the logs ended and were told to go on, of those found; level
    /// shifts left out, which end when they are the norm.
    pub open_at_end: Share,
    /// Effects that had to be told and were not, by time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missed: Option<Vec<Missed>>,
    /// Incidents found that are not told as one, or not taken for what they are, by time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mistaken: Option<Vec<Mistaken>>,
    /// Insights about nothing, by time.
    #[serde(rename = "false", skip_serializing_if = "Option::is_none")]
    pub wrong: Option<Vec<WrongTold>>,
}

impl Score {
    /// Judges insights; the order of insights and of incidents does not matter.
    #[must_use]
    pub fn new(labels: &Labels, told: &[Told]) -> Self {
        let matching = Matching::new(labels, told);
        let expected = Expected::of(&matching);
        Self::of(labels, &matching, &expected, &AllTaken::of(&matching, &expected))
    }

    /// As [`Score::new`], with what was missed, mistaken and false one by one.
    #[must_use]
    pub fn with_lists(labels: &Labels, told: &[Told]) -> Self {
        let matching = Matching::new(labels, told);
        let expected = Expected::of(&matching);
        let taken = AllTaken::of(&matching, &expected);
        Self {
            missed: Some(missed(&expected)),
            mistaken: Some(taken.mistaken()),
            wrong: Some(wrong(&matching)),
            ..Self::of(labels, &matching, &expected, &taken)
        }
    }

    fn of(
        labels: &Labels,
        matching: &Matching<'_>,
        expected: &Expected<'_, '_>,
        taken: &AllTaken<'_>,
    ) -> Self {
        let told: usize = matching.effects.iter().map(|effect| effect.told.len()).sum();
        let found: Vec<&JudgedEffect<'_>> =
            expected.effects.iter().copied().filter(|effect| !effect.told.is_empty()).collect();
        let open = found.iter().filter(|effect| effect.goes_on() && !effect.is_level_shift());
        let level_shifts = expected.effects.iter().filter(|effect| effect.is_level_shift());
        Self {
            start: labels.start,
            end: labels.end,
            accounts: labels.accounts.len(),
            regions: labels.regions.len(),
            insights: told + matching.false_insights.len(),
            outside: matching.outside.len(),
            incidents: expected.incidents_that(|_| true),
            effects: expected.effects_that(|_| true),
            false_insights: FalseInsights::of(labels, &matching.false_insights),
            by_size: expected.by_size(),
            by_kind: expected.by_kind(),
            by_class: expected.by_class(),
            as_incidents: taken.figures(),
            usual_callers: expected.incidents_that(|incident| !incident.new_callers),
            new_callers: expected.incidents_that(|incident| incident.new_callers),
            start_errors: Offsets::of(&found, |effect| effect.start_error),
            end_errors: Offsets::of(&found, |effect| effect.end_error),
            minutes_to_detect: Spread::of(found.iter().filter_map(|effect| to_detect(effect))),
            first_identity: FirstIdentity::of(&found),
            told_more_than_once: Share::of(found.iter().map(|effect| effect.told.len() > 1)),
            second_strikes: expected
                .incidents_that(|incident| incident.kind == IncidentKind::SecondStrike),
            level_shifts_told_once: Share::of(level_shifts.map(|effect| effect.told.len() == 1)),
            open_at_end: Share::of(open.map(|effect| effect.is_told_open())),
            missed: None,
            mistaken: None,
            wrong: None,
        }
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

fn to_detect(effect: &JudgedEffect<'_>) -> Option<u32> {
    let first = effect.told.first()?;
    Some((first.fired_at? + 1).since(effect.effect.start))
}
