//! A month: which incidents strike where, the plan of each account and Region, and their counts.

use std::borrow::Cow;
use std::path::Path;

use super::cast::Caller;
use super::catalogue::incidents::{LATER_SPECS, SPECS, Spec};
use super::delivery::Gaps;
use super::dice::Dice;
use super::incident::Planter;
use super::options::{BadOptions, Incidents, SimulateOptions};
use super::plan::{Account, Background, Plan, PlanRow};
use crate::count::MinuteCounts;
use crate::event::{Event, EventCategory};
use crate::labels::{DeliveryFault, Incident, Labels, SCHEMA};
use crate::store::{StoreError, write_events};

/// A simulated month, ready to be counted or written.
#[derive(Debug)]
pub struct Simulation {
    pub(super) options: SimulateOptions,
    /// The incidents to plant in each place: Regions of the first account, then of the second …
    schedule: Schedule,
    /// Those to plant after them, likewise.
    later: Schedule,
}

type Schedule = Vec<Vec<&'static Spec>>;

/// A simulated month as counts.
#[derive(Debug)]
pub struct SimulatedCounts {
    /// What reading its files would have counted. Of the faults of delivery only gaps are in it.
    pub table: MinuteCounts,
    /// What is in it. Only gaps are among the faults.
    pub labels: Labels,
    /// Incidents that found no place, in months too short or too crowded for them.
    pub unplaced: u32,
}

impl Simulation {
    /// A month with these options.
    ///
    /// # Errors
    /// When an option is out of its range.
    pub fn new(options: SimulateOptions) -> Result<Self, BadOptions> {
        let options = options.checked()?;
        let [schedule, later] = schedules(&options);
        Ok(Self { options, schedule, later })
    }

    /// Minutes of all accounts and Regions together.
    #[must_use]
    pub fn minutes(&self) -> u64 {
        let options = &self.options;
        u64::from(options.accounts) * u64::from(options.regions) * u64::from(options.minutes())
    }

    /// The month as minute counts, without a single record.
    #[must_use]
    pub fn minute_counts(&self) -> SimulatedCounts {
        let (mut labels, mut unplaced) = (self.empty_labels(), 0);
        let table = MinuteCounts::of(|add| unplaced = self.tell_all(&mut labels, add));
        finish(&mut labels);
        SimulatedCounts { table, labels, unplaced }
    }

    /// Tells of all events, and the labels of what is in them; how many incidents found no place.
    pub(super) fn tell_all(
        &self,
        labels: &mut Labels,
        add: &mut dyn FnMut(&Event<'_>, u32),
    ) -> u32 {
        let mut unplaced = 0;
        for number in 0..self.options.accounts {
            let account = Account::new(&self.options, number);
            let plans = self.plans(&account);
            let gaps = Gaps::of(&self.options, &account, &plans);
            for plan in plans {
                let kept = plan.rows.iter().filter(|row| !gaps.swallow(row.minute));
                self.tell(&plan, kept, add);
                labels.faults.extend(gaps.faults(&self.options, &plan));
                labels.events += plan.events();
                unplaced += plan.unplaced;
                labels.incidents.extend(plan.incidents);
            }
        }
        unplaced
    }

    /// Writes the month as a bucket store into an empty folder, without a single record; how many
    /// events it has. Of the faults of delivery only gaps are in it.
    ///
    /// # Errors
    /// When there is something in the folder, or it cannot be written.
    pub fn write_store(&self, folder: &Path) -> Result<u64, StoreError> {
        let mut labels = self.empty_labels();
        write_events(folder, |add| _ = self.tell_all(&mut labels, add))
    }

    /// The plans of all Regions of an account.
    pub(super) fn plans(&self, account: &Account) -> Vec<Plan> {
        let plan = |region| {
            let background = Background::new(&self.options, account, region);
            let mut planter = Planter::new(&self.options, account, region, &background);
            let [number, region] = account.place(region);
            let place = number * u64::from(self.options.regions) + region;
            let place = usize::try_from(place).unwrap_or(usize::MAX);
            for spec in self.schedule.get(place).into_iter().flatten() {
                planter.plant(spec);
            }
            if let Some(later) = self.later.get(place) {
                planter.plant_later(later);
            }
            planter.finish()
        };
        (0..self.options.regions as usize).map(plan).collect()
    }

    /// Labels with nothing in them yet.
    pub(super) fn empty_labels(&self) -> Labels {
        let options = &self.options;
        let start = options.first_minute();
        Labels {
            schema: SCHEMA.to_owned(),
            seed: options.seed,
            start,
            end: start + options.minutes(),
            accounts: (0..options.accounts).map(SimulateOptions::account).collect(),
            regions: options.region_names().iter().map(|name| (*name).to_owned()).collect(),
            events: 0,
            incidents: Vec::new(),
            faults: Vec::new(),
        }
    }

    /// Tells of rows as events.
    fn tell<'r>(
        &self,
        plan: &Plan,
        rows: impl Iterator<Item = &'r PlanRow>,
        add: &mut dyn FnMut(&Event<'_>, u32),
    ) {
        let start = self.options.first_minute();
        let name = |caller: &Caller| (caller.who.identity(&plan.account), caller.who.kind());
        let identities: Vec<(String, &str)> = plan.callers.iter().map(name).collect();
        for row in rows {
            let index = row.caller as usize;
            let (Some(caller), Some((identity, kind))) =
                (plan.callers.get(index), identities.get(index))
            else {
                continue;
            };
            let api = row.api.api();
            let event = Event {
                minute: start + row.minute,
                account: Cow::Borrowed(&plan.account),
                region: Cow::Borrowed(plan.region),
                event_source: Cow::Borrowed(&api.event_source),
                event_name: Cow::Borrowed(api.name),
                category: EventCategory::Management,
                read_only: api.read_only,
                error_code: api.error_code(row.outcome).map(Cow::Borrowed),
                identity: Cow::Borrowed(identity),
                identity_type: Cow::Borrowed(kind),
                user_agent: Cow::Borrowed(&caller.user_agent),
                source_ip: Cow::Borrowed(&caller.source_ip),
                id: None,
                is_update: false,
            };
            add(&event, row.events);
        }
    }
}

/// Puts labels in order and gives incidents their ids.
pub(super) fn finish(labels: &mut Labels) {
    let order = |incident: &Incident| {
        (incident.start, incident.account.clone(), incident.region.clone(), incident.kind)
    };
    labels.incidents.sort_by_cached_key(order);
    for (incident, number) in labels.incidents.iter_mut().zip(1..) {
        incident.id = format!("{number:03}-{}", incident.kind.as_str());
    }
    let order = |fault: &DeliveryFault| (fault.start, fault.path.clone(), fault.kind);
    labels.faults.sort_by_cached_key(order);
}

/// What is planted first, and what after it: kinds that came later have their share of the number.
fn schedules(options: &SimulateOptions) -> [Schedule; 2] {
    let wanted = |specs: &'static [Spec]| -> Vec<&'static Spec> {
        let is_wanted = |spec: &&Spec| options.only.is_empty() || options.only.contains(&spec.kind);
        specs.iter().filter(is_wanted).collect()
    };
    let [first, later] = [wanted(&SPECS), wanted(&LATER_SPECS)];
    let places = options.accounts * options.regions;
    let [of_first, of_later] =
        [&first, &later].map(|specs| specs.iter().map(|spec| spec.incidents()).sum::<u32>());
    let once = of_first + of_later;
    let number = match options.incidents {
        Incidents::Usual => once.max(places * options.days / 7),
        Incidents::Number(number) => number,
    };
    let number_later = number * of_later / once.max(1);
    let spread = |specs: &[&'static Spec], number, stream| {
        schedule(specs, number, places as usize, &mut Dice::at(options.seed, &[stream]))
    };
    [spread(&first, number - number_later, 5), spread(&later, number_later, 10)]
}

/// Every kind in turn, over the places in turn; both in an order that changes each time round.
fn schedule(specs: &[&'static Spec], number: u32, places: usize, dice: &mut Dice) -> Schedule {
    let mut schedule = vec![Vec::new(); places];
    let (mut kinds, mut turns) = (Vec::new(), Vec::new());
    let mut left = number;
    while left > 0 {
        // The last one is no pair, if there are others.
        if !kinds.iter().any(|spec: &&Spec| spec.incidents() <= left) {
            specs.clone_into(&mut kinds);
            dice.shuffle(&mut kinds);
        }
        if turns.is_empty() {
            turns = (0..schedule.len()).collect();
            dice.shuffle(&mut turns);
        }
        let fits = kinds.iter().rposition(|spec| spec.incidents() <= left);
        let at = fits.unwrap_or(kinds.len() - 1);
        let (spec, place) = (kinds.remove(at), turns.pop().unwrap_or(0));
        left = left.saturating_sub(spec.incidents());
        schedule[place].push(spec);
    }
    schedule
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::labels::IncidentKind;

    fn scheduled(incidents: Incidents, only: &[IncidentKind], accounts: u32) -> u32 {
        let options = SimulateOptions {
            incidents,
            only: only.to_vec(),
            accounts,
            ..SimulateOptions::default()
        };
        schedules(&options).iter().flatten().flatten().map(|spec| spec.incidents()).sum()
    }

    #[test]
    fn as_many_incidents_as_asked_for() {
        for number in [0, 1, 2, 7, 100] {
            assert_eq!(scheduled(Incidents::Number(number), &[], 2), number);
        }
        assert_eq!(scheduled(Incidents::Usual, &[], 2), 24);
        assert_eq!(scheduled(Incidents::Usual, &[], 20), 160);
        assert_eq!(scheduled(Incidents::Number(3), &[IncidentKind::SecondStrike], 2), 4);
        assert_eq!(scheduled(Incidents::Number(3), &[IncidentKind::LeakedKey], 2), 3);
        assert_eq!(scheduled(Incidents::Number(3), &[IncidentKind::BrokenDeployment], 2), 3);
        let both = [IncidentKind::BrokenDeployment, IncidentKind::LeakedKey];
        assert_eq!(scheduled(Incidents::Number(3), &both, 2), 3);
    }
}
