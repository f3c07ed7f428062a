//! The ordinary days of the committed samples: cron jobs, services, deploys, people.

use anyhow::Result;

use crate::cast::{Cast, Person, Role};
use crate::catalog::{Api, Catalog};
use crate::clock::{self, DAY, HOUR, MINUTE};
use crate::record::{Event, Failure};
use crate::rng::Rng;

const HOME: &str = "us-east-1";
const SECOND: &str = "eu-west-1";

/// Writes down what everyone does.
pub struct Background<'a> {
    cast: &'a Cast,
    login: Api,
    seed: u64,
    events: Vec<Event<'a>>,
}

impl<'a> Background<'a> {
    /// An empty diary.
    pub fn new(cast: &'a Cast, catalog: &Catalog, seed: u64) -> Result<Self> {
        Ok(Self { cast, login: catalog.find("signin", "ConsoleLogin")?, seed, events: Vec::new() })
    }

    /// All events of the days from `first` (a midnight) on, not in order.
    pub fn days(mut self, first: i64, days: u32) -> Vec<Event<'a>> {
        for day in 0..days {
            let midnight = first + i64::from(day) * DAY;
            self.services(midnight);
            self.schedules(midnight);
            self.application(midnight);
            self.second_region(midnight);
            if !clock::is_weekend(midnight) {
                self.deploys(midnight);
                for position in 0..self.cast.people.len() {
                    self.person(midnight, position);
                }
            }
        }
        self.events
    }

    /// What AWS's own services do round the clock.
    fn services(&mut self, midnight: i64) {
        let mut rng = self.rng(midnight, 1);
        let cast = self.cast;
        for hour in 0..24 {
            let start = midnight + hour * HOUR;
            self.in_turn(HOME, &cast.config, start + 12 * MINUTE, 4, &mut rng);
            self.in_turn(HOME, &cast.containers, start + 37 * MINUTE, 1, &mut rng);
            for quarter in 0..4 {
                let scaling = start + quarter * 15 * MINUTE + 200;
                self.in_turn(HOME, &cast.scaling, scaling, 2, &mut rng);
            }
            for (half, server) in
                [0, 30].into_iter().flat_map(|half| cast.servers.iter().map(move |s| (half, s)))
            {
                let beat = start + (half + i64::from(rng.between(0, 4))) * MINUTE;
                self.in_turn(HOME, server, beat, 5, &mut rng);
            }
        }
    }

    /// Jobs at fixed times.
    fn schedules(&mut self, midnight: i64) {
        let mut rng = self.rng(midnight, 2);
        let cast = self.cast;
        self.in_turn(HOME, &cast.backup, midnight + 2 * HOUR, 9, &mut rng);
        self.in_turn(HOME, &cast.costs, midnight + 6 * HOUR + 15 * MINUTE, 3, &mut rng);
        for hour in [5, 17] {
            self.in_turn(HOME, &cast.sweeper, midnight + hour * HOUR + 30 * MINUTE, 4, &mut rng);
        }
    }

    /// The application: busier by day, quieter at the weekend.
    fn application(&mut self, midnight: i64) {
        let mut rng = self.rng(midnight, 3);
        let role = &self.cast.orders;
        let weekend = if clock::is_weekend(midnight) { 0.6 } else { 1.0 };
        for minute in 0..DAY / MINUTE {
            let start = midnight + minute * MINUTE;
            let mean = if (7..20).contains(&clock::hour(start)) { 0.2 } else { 0.05 };
            for _ in 0..rng.poisson(mean * weekend) {
                let failure =
                    rng.chance(10).then_some(Failure::Code("ThrottlingException", "Rate exceeded"));
                let seconds = start + i64::from(rng.between(0, 59));
                self.push(HOME, role, seconds, *rng.pick(&role.apis), failure);
            }
        }
    }

    /// A little activity in another Region.
    fn second_region(&mut self, midnight: i64) {
        let mut rng = self.rng(midnight, 4);
        let cast = self.cast;
        for hour in [1, 5, 9, 13, 17, 21] {
            let start = midnight + hour * HOUR;
            self.in_turn(SECOND, &cast.replica, start + 5 * MINUTE, 6, &mut rng);
            self.in_turn(SECOND, &cast.config, start + 40 * MINUTE, 4, &mut rng);
        }
    }

    /// Four to seven deploys between eight and six.
    fn deploys(&mut self, midnight: i64) {
        let mut rng = self.rng(midnight, 5);
        let role = &self.cast.deploy;
        for _ in 0..rng.between(4, 7) {
            let start = midnight + 8 * HOUR + i64::from(rng.between(0, 600)) * MINUTE;
            self.in_turn(HOME, role, start, 18, &mut rng);
        }
    }

    /// One person's working day: one to three sessions at the console; now and then a mistyped
    /// password first, and a page that the person may not see.
    fn person(&mut self, midnight: i64, position: usize) {
        let mut rng = self.rng(midnight, 10 + position as u64);
        let Person { sign_in, session } = &self.cast.people[position];
        for _ in 0..rng.between(1, 3) {
            let mut now = midnight + 7 * HOUR + i64::from(rng.between(0, 600 * 60));
            if rng.chance(150) {
                self.log_in(sign_in, now, Some(Failure::Login));
                now += i64::from(rng.between(12, 40));
            }
            self.log_in(sign_in, now, None);
            for _ in 0..rng.between(8, 26) {
                now += i64::from(rng.between(3, 75));
                let api = *rng.pick(&session.apis);
                let failure = rng.chance(25).then_some(Failure::Denied);
                self.push(HOME, session, now, api, failure);
            }
        }
    }

    fn log_in(
        &mut self,
        caller: &'a crate::caller::Caller,
        seconds: i64,
        failure: Option<Failure>,
    ) {
        self.events.push(Event { seconds, region: HOME, api: self.login, caller, failure });
    }

    /// All calls of a role one after the other, up to `pause` seconds apart.
    fn in_turn(&mut self, region: &'a str, role: &'a Role, start: i64, pause: u32, rng: &mut Rng) {
        let mut now = start + i64::from(rng.between(0, 20));
        for api in &role.apis {
            if region == HOME || !api.is_global() {
                self.push(region, role, now, *api, None);
            }
            now += i64::from(rng.between(1, pause));
        }
    }

    fn push(
        &mut self,
        region: &'a str,
        role: &'a Role,
        seconds: i64,
        api: Api,
        failure: Option<Failure>,
    ) {
        self.events.push(Event { seconds, region, api, caller: &role.caller, failure });
    }

    fn rng(&self, midnight: i64, habit: u64) -> Rng {
        Rng::new(self.seed, &[midnight.unsigned_abs(), habit])
    }
}
