//! Incidents placed into the ordinary calls of an account and Region, and the truth about them.

mod choice;
mod culprits;
mod deployment;
mod effects;
mod probing;
mod shape;

use std::collections::BTreeMap;

use super::SimulateOptions;
use super::cast::Caller;
use super::catalogue::apis::{ApiId, Outcome};
use super::catalogue::incidents::{
    DAYS_APART, DAYS_TO_SECOND_STRIKE, MOST_EVENTS, MOST_EVENTS_OF_A_LEVEL, Repeat, Shape, Size,
    Spec, TIMES_WITHOUT_PAST, Target, When,
};
use super::dice::{Dice, whole};
use super::plan::{Account, Background, Plan, PlanRow, sorted};
use crate::minute::DAY;
use effects::Watch;

/// Attempts at finding a place before an incident is left out.
const ATTEMPTS: u32 = 400;
/// Attempts after which a place need not be a good one.
const PICKY_ATTEMPTS: u32 = 250;
/// The fewest events that a size is reckoned from.
pub const FEWEST: u32 = 8;

/// Plants incidents, one after the other.
pub struct Planter<'a> {
    options: &'a SimulateOptions,
    account: &'a Account,
    region: usize,
    background: &'a Background,
    dice: Dice,
    /// The account's callers, then those that only incidents have.
    callers: Vec<Caller>,
    /// When incidents strike each API.
    struck: BTreeMap<ApiId, Vec<(u32, u32)>>,
    placed: Vec<Placed>,
    unplaced: u32,
}

/// An incident that has its place.
struct Placed {
    spec: &'static Spec,
    /// What it adds; for a silence, what it takes away.
    rows: Vec<PlanRow>,
    watches: Vec<Watch>,
}

/// One strike at one API.
#[derive(Clone, Copy)]
struct Strike {
    api: ApiId,
    start: u32,
    minutes: u32,
    /// Events a minute at the height; of a burst of one minute, its events.
    rate: f64,
}

impl Strike {
    const fn end(&self) -> u32 {
        self.start.saturating_add(self.minutes)
    }
}

impl<'a> Planter<'a> {
    pub fn new(
        options: &'a SimulateOptions,
        account: &'a Account,
        region: usize,
        background: &'a Background,
    ) -> Self {
        let dice = Dice::at(options.seed, &[&[4], &account.place(region)[..]].concat());
        Self {
            options,
            account,
            region,
            background,
            dice,
            callers: account.cast.callers.clone(),
            struck: BTreeMap::new(),
            placed: Vec::new(),
            unplaced: 0,
        }
    }

    /// Finds a place for an incident, or leaves it out when there is none.
    pub fn plant(&mut self, spec: &'static Spec) {
        for attempt in 0..ATTEMPTS {
            let placed = match spec.target {
                Target::Many => self.probing(spec),
                Target::Secrets => self.leaked_key(spec),
                Target::OfOneRole => self.broken_deployment(spec),
                _ if spec.shape == Shape::Silence => self.silence(spec, attempt < PICKY_ATTEMPTS),
                _ => self.strikes(spec, attempt < PICKY_ATTEMPTS),
            };
            if placed.is_some() {
                return;
            }
        }
        self.unplaced += spec.incidents();
    }

    /// Finds places for incidents of kinds that came later, after all others.
    pub fn plant_later(&mut self, specs: &[&'static Spec]) {
        let place = [&[9], &self.account.place(self.region)[..]].concat();
        self.dice = Dice::at(self.options.seed, &place);
        for spec in specs {
            self.plant(spec);
        }
    }

    /// Everything that happens.
    pub fn finish(mut self) -> Plan {
        let order =
            |placed: &Placed| placed.rows.iter().map(|row| row.minute).min().unwrap_or(u32::MAX);
        self.placed.sort_by_key(order);
        let incidents = effects::incidents(&self);
        let Self { placed, background, callers, .. } = self;
        let silent: Vec<&Placed> =
            placed.iter().filter(|placed| placed.spec.shape == Shape::Silence).collect();
        let is_silent = |row: &PlanRow| silent.iter().any(|silence| silence.silences(row));
        let ordinary = background.rows.values().flatten().filter(|row| !is_silent(row));
        let more = placed.iter().filter(|placed| placed.spec.shape != Shape::Silence);
        let rows = ordinary.chain(more.flat_map(|placed| &placed.rows)).copied().collect();
        Plan {
            account: self.account.id.clone(),
            region: self.options.region_names()[self.region],
            callers,
            rows: sorted(rows),
            incidents,
            unplaced: self.unplaced,
        }
    }

    /// A strike at an API, and a second one where the kind has it.
    fn strikes(&mut self, spec: &'static Spec, picky: bool) -> Option<()> {
        let first = self.strike(spec, picky)?;
        let second = match spec.repeat {
            Repeat::Once => None,
            Repeat::DaysLater => {
                let (low, high) = DAYS_TO_SECOND_STRIKE;
                let later = whole(self.dice.uniform(low, high) * f64::from(DAY));
                Some(Strike { start: first.start + later, ..first })
            }
            Repeat::OnTop => {
                let into = whole(f64::from(first.minutes) * self.dice.uniform(0.2, 0.7));
                let minutes = self.dice.whole_of(spec.minutes);
                let rate = first.rate * self.dice.uniform(0.6, 2.0);
                Some(Strike { start: first.start + into, minutes, rate, ..first })
            }
        };
        let end = second.map_or(first.end(), |second| second.end().max(first.end()));
        if end > self.options.minutes() || !self.is_free(first.api, first.start, end) {
            return None;
        }
        let culprits = self.culprits(spec, &first)?;
        // On top comes somebody else, the second strike is by the same.
        let others = match (second, spec.repeat) {
            (Some(second), Repeat::OnTop) => Some(self.culprits(spec, &second)?),
            _ => None,
        };
        self.add(spec, &first, &culprits);
        if let Some(second) = second {
            self.add(spec, &second, others.as_ref().unwrap_or(&culprits));
        }
        self.struck.entry(first.api).or_default().push((first.start, end));
        Some(())
    }

    /// Where, when and how large.
    fn strike(&mut self, spec: &Spec, picky: bool) -> Option<Strike> {
        let minutes = self.dice.whole_of(spec.minutes).max(1);
        let start = self.start(spec, minutes)?;
        let minutes = match spec.shape {
            Shape::UntilTheEnd => self.options.minutes() - start,
            _ => minutes,
        };
        let api = self.api(spec, start)?;
        let rate = match spec.size {
            Size::PerMinute(range) => self.dice.of(range),
            Size::Times(sizes) => {
                let base = match spec.outcome {
                    Outcome::Success => Watch::Calls(api),
                    failure => Watch::Errors(api, failure),
                };
                let largest = self.largest_before(&base, start);
                let sizes = if largest == 0 { TIMES_WITHOUT_PAST } else { sizes };
                let events = f64::from(largest.max(FEWEST)) * self.dice.one_of(sizes)?;
                if spec.shape == Shape::OneMinute { events } else { events / 5.0 }
            }
        };
        let stays = spec.shape == Shape::UntilTheEnd && spec.when == When::Middle;
        let most = if stays { MOST_EVENTS_OF_A_LEVEL } else { MOST_EVENTS };
        let most = most * self.options.scale.max(1.0);
        let minutes = if rate * f64::from(minutes) <= most || spec.shape == Shape::OneMinute {
            minutes
        } else if picky || spec.shape == Shape::UntilTheEnd {
            return None;
        } else {
            whole(most / rate).max(1)
        };
        Some(Strike { api, start, minutes, rate })
    }

    /// A busy API falls silent.
    fn silence(&mut self, spec: &'static Spec, picky: bool) -> Option<()> {
        /// Calls an hour whose absence shows.
        const MISSED: u32 = 60;
        let minutes = self.dice.whole_of(spec.minutes);
        let start = self.start(spec, minutes)?;
        let api = self.api(spec, start)?;
        let strike = Strike { api, start, minutes, rate: 0.0 };
        let rows = self.background.of(api);
        let inside = |row: &&PlanRow| (start..strike.end()).contains(&row.minute);
        let rows: Vec<PlanRow> = rows.iter().filter(inside).copied().collect();
        let missed: u32 = rows.iter().map(|row| row.events).sum();
        let enough = if picky { MISSED * minutes / 60 } else { 1 };
        if missed < enough || !self.is_free(api, start, strike.end()) {
            return None;
        }
        self.struck.entry(api).or_default().push((start, strike.end()));
        self.placed.push(Placed { spec, rows, watches: vec![Watch::Told(api)] });
        Some(())
    }

    /// Whether no other incident on the API comes close.
    fn is_free(&self, api: ApiId, start: u32, end: u32) -> bool {
        let apart = DAYS_APART * DAY;
        let near = |&(from, to): &(u32, u32)| from < end + apart && start < to + apart;
        !self.struck.get(&api).is_some_and(|struck| struck.iter().any(near))
    }

    /// The largest five minutes of the 14 days before, of the ordinary calls alone.
    fn largest_before(&self, watch: &Watch, start: u32) -> u32 {
        effects::largest_before(self.background, &[], &self.callers, &self.account.id, watch, start)
    }
}

impl Placed {
    /// Whether this silence takes that row away.
    fn silences(&self, row: &PlanRow) -> bool {
        let is_in = |first: &PlanRow, last: &PlanRow| {
            first.api == row.api && (first.minute..=last.minute).contains(&row.minute)
        };
        self.spec.shape == Shape::Silence
            && self.rows.first().zip(self.rows.last()).is_some_and(|(a, b)| is_in(a, b))
    }
}
