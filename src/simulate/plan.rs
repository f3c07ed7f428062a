//! What happens in one account and Region, minute by minute: the ordinary calls, then the incidents.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::SimulateOptions;
use super::calendar::Calendar;
use super::cast::{Caller, Cast};
use super::catalogue::apis::{ApiId, Outcome};
use super::catalogue::backgrounds::{APIS, Backgrounds, ErrorHabit, Kind, MISTYPED};
use super::catalogue::callers::{Habit, Job, LOGIN, habit};
use super::dice::Dice;
use super::traffic::{Month, calls};
use crate::labels::Incident;

/// Calls of one caller in one minute with one outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PlanRow {
    /// Since the month began.
    pub minute: u32,
    pub api: ApiId,
    pub outcome: Outcome,
    /// Index of the caller in the plan.
    pub caller: u32,
    pub events: u32,
}

impl PlanRow {
    fn key(&self) -> (u32, ApiId, Outcome, u32) {
        (self.minute, self.api, self.outcome, self.caller)
    }
}

/// An account, as its Regions share it.
pub struct Account {
    pub id: String,
    number: u64,
    pub cast: Cast,
    calendar: Calendar,
}

impl Account {
    pub fn new(options: &SimulateOptions, number: u32) -> Self {
        let place = u64::from(number);
        let mut dice = Dice::at(options.seed, &[1, place]);
        let backgrounds = Backgrounds::of(options.world);
        let calendar =
            Calendar::new(&mut dice, options.first_minute(), options.minutes(), backgrounds);
        let cast = Cast::new(&mut dice, options.minutes());
        Self { id: SimulateOptions::account(number), number: place, cast, calendar }
    }

    /// A number for this account and a Region, to draw from.
    pub fn place(&self, region: usize) -> [u64; 2] {
        [self.number, region as u64]
    }
}

/// The ordinary calls of an account in a Region.
pub struct Background {
    /// By API, in time order.
    pub rows: BTreeMap<ApiId, Vec<PlanRow>>,
}

impl Background {
    pub fn new(options: &SimulateOptions, account: &Account, region: usize) -> Self {
        let mut dice = Dice::at(options.seed, &[&[2], &account.place(region)[..]].concat());
        let month = Month {
            calendar: &account.calendar,
            backgrounds: Backgrounds::of(options.world),
            minutes: options.minutes(),
            scale: options.scale,
        };
        let apis = choose_apis(&mut dice, region == 0);
        let rows = apis.into_par_iter().map(|api| {
            let place = [&[3], &account.place(region)[..], &[api.number()]].concat();
            let mut dice = Dice::at(options.seed, &place);
            (api, api_rows(&mut dice, api, account, &month))
        });
        Self { rows: rows.collect() }
    }

    /// The ordinary calls of an API.
    pub fn of(&self, api: ApiId) -> &[PlanRow] {
        self.rows.get(&api).map_or(&[], Vec::as_slice)
    }
}

/// The APIs called in a Region: the common ones rather than the others, global ones in the first.
fn choose_apis(dice: &mut Dice, is_first: bool) -> Vec<ApiId> {
    let login = ApiId::console_login();
    let mut apis: Vec<(f64, ApiId)> = (0..)
        .zip(ApiId::all())
        .filter(|(_, api)| *api != login && (is_first || !api.api().is_global))
        .map(|(rank, api)| (f64::from(rank) + dice.uniform(0.0, 200.0), api))
        .collect();
    apis.sort_by(|a, b| a.0.total_cmp(&b.0));
    let chosen = apis.into_iter().take(APIS - 1).map(|(_, api)| api);
    chosen.chain([login]).collect()
}

/// Who calls an API, and how much each.
struct Callers {
    members: Vec<(usize, f64)>,
    /// Calls of a minute that are more than so many are spread over the callers.
    alone: u32,
}

fn api_rows(dice: &mut Dice, api: ApiId, account: &Account, month: &Month<'_>) -> Vec<PlanRow> {
    let is_login = api == ApiId::console_login();
    let kind = if is_login { Kind::Diurnal } else { kind_of(dice, api, month) };
    let counts = calls(dice, kind, month);
    let callers = Callers::choose(dice, kind, is_login, &account.cast);
    let mut errors: Vec<(Outcome, f64)> = Vec::new();
    if is_login {
        errors.push((Outcome::WrongPassword, dice.of(MISTYPED)));
    } else {
        for ErrorHabit { outcome, apis, calls } in month.backgrounds.errors {
            if dice.chance(*apis) {
                errors.push((*outcome, dice.of(*calls)));
            }
        }
    }
    let mut rows = Vec::new();
    for (minute, count) in (0..).zip(counts).filter(|(_, count)| *count > 0) {
        callers.split(dice, count, |dice, member, events| {
            let mut left = events;
            let mut push = |outcome, caller, events| {
                if events > 0 {
                    rows.push(PlanRow { minute, api, outcome, caller, events });
                }
            };
            let caller = account.cast.caller(member, minute);
            for &(outcome, share) in &errors {
                let failed = dice.binomial(left, share);
                let login = account.cast.login(member, minute).filter(|_| is_login);
                push(outcome, login.unwrap_or(caller), failed);
                left -= failed;
            }
            push(Outcome::Success, caller, left);
        });
    }
    rows
}

fn kind_of(dice: &mut Dice, api: ApiId, month: &Month<'_>) -> Kind {
    let shares = month.backgrounds.shares;
    let reads = api.api().read_only;
    let weights: Vec<f64> =
        shares.iter().map(|share| if reads { share.reads } else { share.writes }).collect();
    shares.get(dice.weighted(&weights)).map_or(Kind::Sparse, |share| share.kind)
}

impl Callers {
    fn choose(dice: &mut Dice, kind: Kind, is_login: bool, cast: &Cast) -> Self {
        let Habit { jobs, number, alone } = if is_login { LOGIN } else { habit(kind) };
        let mut members: Vec<(usize, f64)> = Vec::new();
        for rank in 1..=dice.whole(number.0..number.1) {
            let job = dice.one_of(jobs).copied().unwrap_or(Job::Application);
            let of_job: Vec<usize> = (0..cast.members.len())
                .filter(|member| cast.members[*member].job == job)
                .filter(|member| members.iter().all(|(other, _)| other != member))
                .collect();
            members.extend(dice.one_of(&of_job).map(|member| (*member, 1.0 / f64::from(rank))));
        }
        Self { members, alone }
    }

    /// Shares the calls of a minute out.
    fn split(&self, dice: &mut Dice, calls: u32, mut to: impl FnMut(&mut Dice, usize, u32)) {
        let weights: Vec<f64> = self.members.iter().map(|(_, weight)| *weight).collect();
        if calls <= self.alone {
            let member = self.members[dice.weighted(&weights)].0;
            return to(dice, member, calls);
        }
        let (mut left, mut weight_left) = (calls, weights.iter().sum::<f64>());
        for (member, weight) in &self.members {
            let share = if weight_left > *weight { weight / weight_left } else { 1.0 };
            let events = if share < 1.0 { dice.binomial(left, share) } else { left };
            weight_left -= weight;
            left -= events;
            if events > 0 {
                to(dice, *member, events);
            }
        }
    }
}

/// Everything that happens in an account and Region.
pub struct Plan {
    pub account: String,
    pub region: &'static str,
    pub callers: Vec<Caller>,
    /// By minute, API, outcome and caller; each once.
    pub rows: Vec<PlanRow>,
    pub incidents: Vec<Incident>,
    /// Incidents that found no place.
    pub unplaced: u32,
}

impl Plan {
    /// All events.
    pub fn events(&self) -> u64 {
        self.rows.iter().map(|row| u64::from(row.events)).sum()
    }
}

/// Rows in their order, those of one key summed.
pub fn sorted(mut rows: Vec<PlanRow>) -> Vec<PlanRow> {
    rows.par_sort_unstable();
    rows.dedup_by(|later, first| {
        let same = later.key() == first.key();
        if same {
            first.events += later.events;
        }
        same
    });
    rows
}
