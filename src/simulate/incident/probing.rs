//! Stolen keys: trying out what they may do, and using them.

use std::collections::BTreeSet;

use super::effects::Watch;
use super::{Placed, Planter};
use crate::simulate::catalogue::apis::{ApiId, Outcome};
use crate::simulate::catalogue::incidents::{
    FIRST_STEPS, MOST_EVENTS, PROBED, SECRETS, STEPS_EACH, Size, Spec, TRIES_EACH,
};
use crate::simulate::dice::whole;
use crate::simulate::plan::{PlanRow, sorted};

impl Planter<'_> {
    /// Refusals thin over scores of APIs.
    pub(super) fn probing(&mut self, spec: &'static Spec) -> Option<()> {
        let Size::PerMinute(rate) = spec.size else { return None };
        let rate = self.dice.of(rate);
        let number = self.dice.whole(PROBED.0..PROBED.1);
        let most = f64::from(number * TRIES_EACH.1) / rate;
        let start = self.start(spec, whole(most).max(1))?;
        let mut apis: Vec<ApiId> =
            self.callable().filter(|api| self.is_free(*api, start, start + whole(most))).collect();
        self.dice.shuffle(&mut apis);
        apis.truncate(number as usize);
        let caller = self.thief(start)?;
        let (mut rows, mut due) = (Vec::new(), 0.0);
        for api in apis {
            for _ in 0..self.dice.whole(TRIES_EACH.0..TRIES_EACH.1) {
                let minute = start + whole(due / rate);
                rows.push(PlanRow { minute, api, outcome: Outcome::Denied, caller, events: 1 });
                due += self.dice.uniform(0.5, 1.5);
            }
        }
        let watches = Self::thin(&rows).chain(self.whose(caller)).collect();
        self.placed.push(Placed { spec, rows: sorted(rows), watches });
        Some(())
    }

    /// A few calls to look around, then secrets, many times.
    pub(super) fn leaked_key(&mut self, spec: &'static Spec) -> Option<()> {
        let strike = self.strike_at_secrets(spec)?;
        let caller = self.thief(strike.start)?;
        let mut rows = Vec::new();
        for (service, name) in FIRST_STEPS {
            let Some(api) = ApiId::find(service, name) else { continue };
            let here = self.region == 0 || !api.api().is_global;
            if api == strike.api || !here || !self.is_free(api, strike.start, strike.end()) {
                continue;
            }
            let outcome = if self.dice.chance(0.35) { Outcome::Denied } else { Outcome::Success };
            for _ in 0..self.dice.whole(STEPS_EACH.0..STEPS_EACH.1) {
                let minute = strike.start + self.dice.below(strike.minutes);
                rows.push(PlanRow { minute, api, outcome, caller, events: 1 });
            }
        }
        let side: Vec<Watch> = Self::thin(&rows).collect();
        let mut due = 0.0;
        for minute in strike.start..strike.end() {
            due += strike.rate * self.dice.uniform(0.8, 1.2);
            let events = whole(due);
            due -= f64::from(events);
            if events > 0 {
                let (api, outcome) = (strike.api, Outcome::Success);
                rows.push(PlanRow { minute, api, outcome, caller, events });
            }
        }
        let identity = self.callers[caller as usize].who.folded(&self.account.id);
        let mut watches = vec![Watch::Told(strike.api), Watch::IdentityCalls(identity)];
        watches.extend(side);
        self.struck.entry(strike.api).or_default().push((strike.start, strike.end()));
        self.placed.push(Placed { spec, rows: sorted(rows), watches });
        Some(())
    }

    fn strike_at_secrets(&mut self, spec: &'static Spec) -> Option<super::Strike> {
        let minutes = self.dice.whole_of(spec.minutes);
        let start = self.start(spec, minutes)?;
        let (service, name) = *self.dice.one_of(&SECRETS)?;
        let api = ApiId::find(service, name)?;
        let Size::Times(sizes) = spec.size else { return None };
        let largest = self.largest_before(&Watch::Calls(api), start).max(super::FEWEST);
        let rate = f64::from(largest) * self.dice.one_of(sizes)? / 5.0;
        let strike = super::Strike { api, start, minutes, rate };
        let fits = rate * f64::from(minutes) <= MOST_EVENTS * self.options.scale.max(1.0);
        (fits && self.is_free(api, start, strike.end())).then_some(strike)
    }

    /// What is too thin to be told, API by API.
    fn thin(rows: &[PlanRow]) -> impl Iterator<Item = Watch> + use<> {
        let both = |row: &PlanRow| [(row.api, Outcome::Success), (row.api, row.outcome)];
        let touched: BTreeSet<(ApiId, Outcome)> = rows.iter().flat_map(both).collect();
        touched.into_iter().map(|(api, outcome)| match outcome {
            Outcome::Success => Watch::ThinCalls(api),
            _ => Watch::ThinErrors(api, outcome),
        })
    }

    /// Where it does show: on who did it.
    fn whose(&self, caller: u32) -> Vec<Watch> {
        let caller = &self.callers[caller as usize];
        let identity = caller.who.folded(&self.account.id);
        let address = caller.source_ip.clone();
        vec![Watch::IdentityErrors(identity), Watch::AddressDenials(address)]
    }
}
