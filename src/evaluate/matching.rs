//! Which insight tells of which effect.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::told::{ALL_REGIONS, SeriesName, Told};
use crate::coverage::Span;
use crate::labels::{Effect, Expected, Incident, IncidentKind, Labels};
use crate::minute::Minute;

/// An insight meets an effect of its series when their spans overlap or lie no more than so many
/// minutes apart.
pub const SLACK: u32 = 2;

/// An effect and what was told of it.
#[derive(Clone, Debug)]
pub struct JudgedEffect<'a> {
    /// The incident it is of.
    pub incident: &'a Incident,
    /// The effect.
    pub effect: &'a Effect,
    /// Whether any insight meets it.
    pub met: bool,
    /// Those insights, by series and time.
    pub met_by: Vec<&'a Told>,
    /// The insights that tell of it rather than of another effect they meet as well, by time.
    pub told: Vec<&'a Told>,
    /// Identities of which any is right to be named first: the one with most events of each incident
    /// that its insights meet, and of two culprits both.
    pub culprits: Vec<&'a str>,
    /// Minutes by which the start of the first of them is off.
    pub start_error: Option<u32>,
    /// Minutes by which the end of the last of them is off; `None` also where there is no true end,
    /// because the effect goes on to the end of the logs or is a new level.
    pub end_error: Option<u32>,
}

impl JudgedEffect<'_> {
    /// Whether it has to be told.
    #[must_use]
    pub fn is_expected(&self) -> bool {
        self.effect.expected == Expected::Insight
    }

    /// Whether it still went on when the logs ended.
    #[must_use]
    pub fn goes_on(&self) -> bool {
        self.incident.ongoing && self.effect.end >= self.incident.end
    }

    /// Whether it is a rate that stays.
    #[must_use]
    pub fn is_level_shift(&self) -> bool {
        self.incident.kind == IncidentKind::LevelShift
    }

    /// Whether an insight that tells of it has no end.
    #[must_use]
    pub fn is_told_open(&self) -> bool {
        self.told.iter().any(|told| told.end.is_none())
    }
}

/// Labels and insights, held against each other.
#[derive(Clone, Debug)]
pub struct Matching<'a> {
    /// Every effect, in the order of the labels.
    pub effects: Vec<JudgedEffect<'a>>,
    /// Insights that meet no effect of any kind.
    pub false_insights: Vec<&'a Told>,
    /// Insights of accounts, Regions or times that the labels say nothing of.
    pub outside: Vec<&'a Told>,
}

impl<'a> Matching<'a> {
    /// Holds insights against labels. The order of neither matters.
    #[must_use]
    pub fn new(labels: &'a Labels, told: &'a [Told]) -> Self {
        let mut effects: Vec<JudgedEffect<'a>> = labels
            .incidents
            .iter()
            .flat_map(|incident| incident.effects.iter().map(move |effect| (incident, effect)))
            .map(|(incident, effect)| judged(incident, effect))
            .collect();
        let mut by_series: HashMap<SeriesName, Vec<usize>> = HashMap::new();
        for (index, effect) in effects.iter().enumerate() {
            by_series.entry(name(effect)).or_default().push(index);
        }
        let mut told: Vec<&Told> = told.iter().collect();
        told.sort_by(|a, b| a.order().cmp(&b.order()));
        let (inside, outside) = told.into_iter().partition(|told| is_inside(labels, told));
        let mut false_insights = Vec::new();
        let mut true_spans: Vec<Vec<Span>> = vec![Vec::new(); effects.len()];
        for told in inside {
            let span = span(told, labels.end);
            let own = by_series.get(&told.series).map(Vec::as_slice).unwrap_or_default();
            let met: Vec<usize> = own
                .iter()
                .copied()
                .filter(|&index| meets(span, effect_span(effects[index].effect)))
                .collect();
            for &effect in &met {
                effects[effect].met = true;
                effects[effect].met_by.push(told);
            }
            match met.iter().max_by_key(|&&effect| rank(span, &effects[effect])) {
                None => false_insights.push(told),
                Some(&best) => {
                    effects[best].told.push(told);
                    let spans = met.iter().map(|&effect| effect_span(effects[effect].effect));
                    true_spans[best].extend(spans);
                    let culprits =
                        met.iter().flat_map(|&effect| culprits(effects[effect].incident));
                    let culprits: Vec<&str> = culprits.collect();
                    effects[best].culprits.extend(culprits);
                }
            }
        }
        for (effect, spans) in effects.iter_mut().zip(true_spans) {
            effect.measure(&spans, labels.end);
        }
        Self { effects, false_insights, outside }
    }
}

impl JudgedEffect<'_> {
    /// How far off start and end are, held against the nearest start and end of all effects that
    /// its insights meet: of incidents that run into each other one insight tells both.
    fn measure(&mut self, spans: &[Span], logs_end: Minute) {
        self.told.sort_by(|a, b| a.order().cmp(&b.order()));
        let off = |at: Minute, of: fn(&Span) -> Minute| {
            spans.iter().map(|span| at.get().abs_diff(of(span).get())).min()
        };
        self.start_error = self.told.first().and_then(|first| off(first.start, |span| span.start));
        if !self.goes_on() && !self.is_level_shift() {
            let last = self.told.iter().map(|told| told.end.unwrap_or(logs_end)).max();
            self.end_error = last.and_then(|end| off(end, |span| span.end));
        }
    }
}

fn judged<'a>(incident: &'a Incident, effect: &'a Effect) -> JudgedEffect<'a> {
    JudgedEffect {
        incident,
        effect,
        met: false,
        met_by: Vec::new(),
        told: Vec::new(),
        culprits: Vec::new(),
        start_error: None,
        end_error: None,
    }
}

fn culprits(incident: &Incident) -> impl Iterator<Item = &str> {
    let number = if incident.kind == IncidentKind::TwoCulprits { 2 } else { 1 };
    incident.callers.iter().take(number).map(|caller| caller.identity.as_str())
}

fn name(effect: &JudgedEffect<'_>) -> SeriesName {
    let incident = effect.incident;
    let (account, region) = (incident.account.clone(), incident.region.clone());
    SeriesName::new(account, region, effect.effect.subject.clone())
}

fn is_inside(labels: &Labels, told: &Told) -> bool {
    labels.accounts.contains(&told.series.account)
        && (labels.regions.contains(&told.series.region) || told.series.region == ALL_REGIONS)
        && (labels.start..labels.end).contains(&told.start)
}

fn span(told: &Told, logs_end: Minute) -> Span {
    Span { start: told.start, end: told.end.unwrap_or(logs_end) }
}

const fn effect_span(effect: &Effect) -> Span {
    Span { start: effect.start, end: effect.end }
}

/// Whether an insight with that span tells of what happened in the other.
pub(super) fn meets(told: Span, truth: Span) -> bool {
    told.start <= truth.end + SLACK && truth.start <= told.end + SLACK
}

/// Which of several effects an insight tells of: one that has to be told, then the one it shares
/// most minutes with, then that with the nearest start.
fn rank<'e>(told: Span, judged: &'e JudgedEffect<'_>) -> impl Ord + use<'e> {
    let effect = judged.effect;
    let shared = told.intersection(effect_span(effect)).minutes();
    let distance = told.start.get().abs_diff(effect.start.get());
    let id = (Reverse(effect.start), Reverse(effect.end), Reverse(&judged.incident.id));
    (Reverse(effect.expected), shared, Reverse(distance), id)
}
