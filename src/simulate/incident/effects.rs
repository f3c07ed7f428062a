//! What incidents did to which series, reckoned from the plan once everything has its place.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::{FEWEST, Placed, Planter};
use crate::labels::{self, Effect, Expected, Incident, LabelledSubject};
use crate::minute::{DAY, Minute};
use crate::simulate::cast::Caller;
use crate::simulate::catalogue::apis::{ApiId, Outcome};
use crate::simulate::catalogue::incidents::Shape;
use crate::simulate::plan::{Background, PlanRow};

/// Days before an incident whose largest five minutes its size is reckoned from.
const DAYS: u32 = 14;
/// Callers named in the labels.
const MOST_CALLERS: usize = 20;

/// A series to look at, and whether the incident has to be told on it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Watch {
    /// Calls of an API: has to be told.
    Told(ApiId),
    /// Calls of an API: may be told.
    Calls(ApiId),
    /// Calls of an API: too thin.
    ThinCalls(ApiId),
    /// Errors of an API: has to be told.
    Errors(ApiId, Outcome),
    /// Errors of an API: may be told.
    SideErrors(ApiId, Outcome),
    /// Errors of an API: too thin.
    ThinErrors(ApiId, Outcome),
    /// Calls of an identity: may be told.
    IdentityCalls(String),
    /// Errors of an identity: has to be told if asked for and no API shows it.
    IdentityErrors(String),
    /// Denials of an address: as well.
    AddressDenials(String),
    /// Denials of the account: as well.
    AccountDenials,
}

impl Watch {
    const fn expected(&self) -> Expected {
        match self {
            Self::Told(_)
            | Self::Errors(..)
            | Self::IdentityErrors(_)
            | Self::AddressDenials(_)
            | Self::AccountDenials => Expected::Insight,
            Self::Calls(_) | Self::SideErrors(..) | Self::IdentityCalls(_) => Expected::Either,
            Self::ThinCalls(_) | Self::ThinErrors(..) => Expected::RollUp,
        }
    }

    /// Of several that show an incident, the least is the one that tells it.
    const fn rank(&self) -> u8 {
        match self {
            Self::IdentityErrors(_) => 1,
            Self::AddressDenials(_) => 2,
            Self::AccountDenials => 3,
            Self::IdentityCalls(_) => 4,
            _ => 0,
        }
    }

    /// The API, and the outcome of errors, where it is about one.
    const fn api(&self) -> Option<(ApiId, Option<Outcome>)> {
        match *self {
            Self::Told(api) | Self::Calls(api) | Self::ThinCalls(api) => Some((api, None)),
            Self::Errors(api, outcome)
            | Self::SideErrors(api, outcome)
            | Self::ThinErrors(api, outcome) => Some((api, Some(outcome))),
            _ => None,
        }
    }

    /// Whether the series counts a row.
    fn counts(&self, row: &PlanRow, callers: &[Caller], account: &str) -> bool {
        let caller = || callers.get(row.caller as usize);
        let is =
            |identity: &str| caller().is_some_and(|caller| caller.who.folded(account) == *identity);
        let is_denial = matches!(row.outcome, Outcome::Denied | Outcome::WrongPassword);
        match (self.api(), self) {
            (Some((api, outcome)), _) => {
                row.api == api && outcome.is_none_or(|outcome| row.outcome == outcome)
            }
            (_, Self::IdentityCalls(identity)) => is(identity),
            (_, Self::IdentityErrors(identity)) => row.outcome != Outcome::Success && is(identity),
            (_, Self::AddressDenials(address)) => {
                is_denial && caller().is_some_and(|caller| caller.source_ip == *address)
            }
            _ => is_denial,
        }
    }

    fn subject(&self) -> LabelledSubject {
        if let Some((id, outcome)) = self.api() {
            let api = id.api();
            let (event_source, event_name) = (api.event_source.clone(), api.name.to_owned());
            return match outcome.and_then(|outcome| api.error_code(outcome)) {
                None => LabelledSubject::ApiCalls { event_source, event_name },
                Some(code) => LabelledSubject::ApiErrors {
                    event_source,
                    event_name,
                    error_code: code.to_owned(),
                },
            };
        }
        match self {
            Self::IdentityCalls(identity) => {
                LabelledSubject::IdentityCalls { identity: identity.clone() }
            }
            Self::IdentityErrors(identity) => {
                LabelledSubject::IdentityErrors { identity: identity.clone() }
            }
            Self::AddressDenials(address) => {
                LabelledSubject::AddressDenials { source_ip: address.clone() }
            }
            _ => LabelledSubject::AccountDenials,
        }
    }
}

/// The labels of everything placed, in the order it is kept.
pub fn incidents(planter: &Planter<'_>) -> Vec<Incident> {
    let silences: Vec<&Placed> =
        planter.placed.iter().filter(|placed| placed.spec.shape == Shape::Silence).collect();
    planter.placed.iter().filter_map(|placed| incident(planter, &silences, placed)).collect()
}

fn incident(planter: &Planter<'_>, silences: &[&Placed], placed: &Placed) -> Option<Incident> {
    let first_minute = planter.options.first_minute();
    let at = |minute: u32| first_minute + minute;
    let (first, last) = (placed.rows.first()?.minute, placed.rows.last()?.minute);
    let ongoing = placed.spec.shape == Shape::UntilTheEnd;
    let effects = watches(planter, placed).into_iter().filter_map(|(watch, expected)| {
        let effect = effect(planter, silences, placed, &watch, first_minute)?;
        Some((watch, Effect { expected, ..effect }))
    });
    let effects = without_repetitions(effects.collect());
    Some(Incident {
        id: String::new(),
        kind: placed.spec.kind,
        account: planter.account.id.clone(),
        region: planter.options.region_names()[planter.region].to_owned(),
        start: at(first),
        end: if ongoing { at(planter.options.minutes()) } else { at(last + 1) },
        ongoing,
        callers: callers(planter, &placed.rows),
        new_callers: has_only_new_callers(planter, &placed.rows, first),
        effects,
    })
}

/// What was watched for, every other series of an API that was touched, and the roll-ups that the
/// main callers' events are in.
fn watches(planter: &Planter<'_>, placed: &Placed) -> Vec<(Watch, Expected)> {
    let mut watches = placed.watches.clone();
    let known: BTreeSet<_> = watches.iter().filter_map(Watch::api).collect();
    let touched: BTreeSet<_> = placed
        .rows
        .iter()
        .flat_map(|row| {
            let failed = (row.outcome != Outcome::Success).then_some(row.outcome);
            [(row.api, None), (row.api, failed)]
        })
        .collect();
    watches.extend(touched.difference(&known).map(|(api, outcome)| match outcome {
        None => Watch::Calls(*api),
        Some(outcome) => Watch::SideErrors(*api, *outcome),
    }));
    let known: BTreeSet<Watch> = watches.iter().cloned().collect();
    let others = roll_ups(planter, placed);
    let others = others.difference(&known).map(|watch| (watch.clone(), Expected::Either));
    let own = watches.into_iter().map(|watch| (watch.expected(), watch));
    own.map(|(expected, watch)| (watch, expected)).chain(others).collect()
}

/// Roll-ups of those with a fifth of the events or more.
fn roll_ups(planter: &Planter<'_>, placed: &Placed) -> BTreeSet<Watch> {
    let all: u32 = placed.rows.iter().map(|row| row.events).sum();
    let (mut identities, mut addresses) = (BTreeMap::new(), BTreeMap::new());
    for row in &placed.rows {
        let Some(caller) = planter.callers.get(row.caller as usize) else { continue };
        *identities.entry(caller.who.folded(&planter.account.id)).or_insert(0) += row.events;
        *addresses.entry(caller.source_ip.clone()).or_insert(0) += row.events;
    }
    let main = |names: BTreeMap<String, u32>| {
        names.into_iter().filter(move |(_, events)| events * 5 >= all).map(|(name, _)| name)
    };
    let identities = main(identities)
        .flat_map(|name| [Watch::IdentityCalls(name.clone()), Watch::IdentityErrors(name)]);
    let addresses = main(addresses).map(Watch::AddressDenials);
    identities.chain(addresses).chain([Watch::AccountDenials]).collect()
}

/// Of an incident that an API shows, or a roll-up before this one, a roll-up only says the same.
fn without_repetitions(mut effects: Vec<(Watch, Effect)>) -> Vec<Effect> {
    let demanded = |(watch, effect): &(Watch, Effect)| {
        (effect.expected == Expected::Insight).then_some(watch.rank())
    };
    let first = effects.iter().filter_map(demanded).min();
    for (watch, effect) in &mut effects {
        if watch.rank() > 0 && effect.expected == Expected::Insight && Some(watch.rank()) != first {
            effect.expected = Expected::Either;
        }
    }
    effects.into_iter().map(|(_, effect)| effect).collect()
}

fn effect(
    planter: &Planter<'_>,
    silences: &[&Placed],
    placed: &Placed,
    watch: &Watch,
    first_minute: Minute,
) -> Option<Effect> {
    let account = &planter.account.id;
    let rows: Vec<PlanRow> = placed
        .rows
        .iter()
        .filter(|row| watch.counts(row, &planter.callers, account))
        .copied()
        .collect();
    let (start, end) = (rows.first()?.minute, rows.last()?.minute + 1);
    let before =
        largest_before(planter.background, silences, &planter.callers, account, watch, start);
    let largest = largest_five_minutes(rows.iter().map(|row| (row.minute, row.events)));
    Some(Effect {
        subject: watch.subject(),
        start: first_minute + start,
        end: first_minute + end,
        events: rows.iter().map(|row| u64::from(row.events)).sum(),
        size: (before > 0).then(|| rounded(f64::from(largest) / f64::from(before.max(FEWEST)))),
        expected: watch.expected(),
    })
}

/// To four decimals, which come back from JSON as they were written.
fn rounded(size: f64) -> f64 {
    (size * 10_000.0).round() / 10_000.0
}

/// The largest five minutes of the 14 days before a minute: ordinary calls alone, less those that
/// fell silent.
pub fn largest_before(
    background: &Background,
    silences: &[&Placed],
    callers: &[Caller],
    account: &str,
    watch: &Watch,
    start: u32,
) -> u32 {
    let from = start.saturating_sub(DAYS * DAY);
    let inside = |rows: &[PlanRow], add: &mut dyn FnMut(u32, u32)| {
        let first = rows.partition_point(|row| row.minute < from);
        for row in rows.iter().skip(first).take_while(|row| row.minute < start) {
            let silent = silences.iter().any(|silence| silence.silences(row));
            if !silent && watch.counts(row, callers, account) {
                add(row.minute, row.events);
            }
        }
    };
    let mut minutes: BTreeMap<u32, u32> = BTreeMap::new();
    let mut add = |minute, events| *minutes.entry(minute).or_default() += events;
    match watch.api() {
        Some((api, _)) => inside(background.of(api), &mut add),
        None => background.rows.values().for_each(|rows| inside(rows, &mut add)),
    }
    largest_five_minutes(minutes.into_iter())
}

/// The largest sum of five minutes of events in time order.
fn largest_five_minutes(minutes: impl Iterator<Item = (u32, u32)>) -> u32 {
    let (mut window, mut sum, mut largest) = (VecDeque::new(), 0, 0);
    for (minute, events) in minutes {
        window.push_back((minute, events));
        sum += events;
        while let Some(&(first, gone)) = window.front()
            && first + 5 <= minute
        {
            sum -= gone;
            window.pop_front();
        }
        largest = largest.max(sum);
    }
    largest
}

/// Who did it, the one with the most events first.
fn callers(planter: &Planter<'_>, rows: &[PlanRow]) -> Vec<labels::Caller> {
    // By identity and agent, then by address.
    let mut all: BTreeMap<(String, &str), BTreeMap<&str, u32>> = BTreeMap::new();
    for row in rows {
        let Some(caller) = planter.callers.get(row.caller as usize) else { continue };
        let identity = caller.who.folded(&planter.account.id);
        let addresses = all.entry((identity, &caller.user_agent)).or_default();
        *addresses.entry(&caller.source_ip).or_default() += row.events;
    }
    let mut all: Vec<(u32, labels::Caller)> = all
        .into_iter()
        .map(|((identity, user_agent), addresses)| {
            let events = addresses.values().sum();
            let most = addresses.into_iter().rev().max_by_key(|(_, events)| *events);
            let source_ip = most.map_or_else(String::new, |(address, _)| address.to_owned());
            (events, labels::Caller { identity, user_agent: user_agent.to_owned(), source_ip })
        })
        .collect();
    // Stable: equal ones stay in the order of their names.
    all.sort_by_key(|(events, _)| std::cmp::Reverse(*events));
    all.into_iter().take(MOST_CALLERS).map(|(_, caller)| caller).collect()
}

/// Whether none of them called any of these APIs before.
fn has_only_new_callers(planter: &Planter<'_>, rows: &[PlanRow], start: u32) -> bool {
    let identity = |row: &PlanRow| {
        let caller = planter.callers.get(row.caller as usize);
        caller.map(|caller| caller.who.folded(&planter.account.id))
    };
    let ours: BTreeSet<_> = rows.iter().map(identity).collect();
    let apis: BTreeSet<ApiId> = rows.iter().map(|row| row.api).collect();
    let earlier = planter.placed.iter().flat_map(|placed| &placed.rows);
    let ordinary = apis.iter().flat_map(|api| planter.background.of(*api));
    let mut before = ordinary
        .chain(earlier.filter(|row| apis.contains(&row.api)))
        .filter(|row| row.minute < start);
    !before.any(|row| ours.contains(&identity(row)))
}
