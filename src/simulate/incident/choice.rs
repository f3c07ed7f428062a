//! When an incident begins and which API it strikes.

use super::Planter;
use crate::minute::DAY;
use crate::simulate::catalogue::apis::ApiId;
use crate::simulate::catalogue::incidents::{Spec, Target, When};
use crate::simulate::dice::whole;

/// Ordinary rows that an API must have before an incident on it has a natural size.
const KNOWN_ROWS: usize = 5;
/// Attempts at an API before another time is tried.
const ATTEMPTS: u32 = 20;

impl Planter<'_> {
    /// The first minute of an incident of that length; `None` when the month is too short.
    pub(super) fn start(&mut self, spec: &Spec, minutes: u32) -> Option<u32> {
        let month = self.options.minutes();
        let share = |of: f64| whole(f64::from(month) * of);
        let (from, until) = match spec.when {
            When::Later => ((4 * DAY).min(share(1.0 / 3.0)), month.checked_sub(minutes)?),
            When::Middle => (share(0.25), share(0.65)),
            When::FirstDay => (DAY / 10, DAY.min(month).checked_sub(minutes)?),
            When::AtTheEnd => {
                let start = month.checked_sub(minutes)?;
                (start, start + 1)
            }
        };
        (from < until).then(|| self.dice.whole(from..until))
    }

    /// An API that such an incident may strike then.
    pub(super) fn api(&mut self, spec: &Spec, start: u32) -> Option<ApiId> {
        match spec.target {
            Target::Login => Some(ApiId::console_login()),
            Target::Unused => {
                let unused: Vec<ApiId> = self
                    .callable()
                    .filter(|api| self.background.of(*api).is_empty())
                    .filter(|api| !self.struck.contains_key(api))
                    .collect();
                self.dice.one_of(&unused).copied()
            }
            Target::Busy => self.busy(start),
            _ => {
                let apis: Vec<ApiId> = self.background.rows.keys().copied().collect();
                (0..ATTEMPTS).find_map(|_| {
                    let api = self.dice.one_of(&apis).copied()?;
                    self.fits(spec, api, start).then_some(api)
                })
            }
        }
    }

    /// Every API that can be called here, console logins apart.
    pub(super) fn callable(&self) -> impl Iterator<Item = ApiId> + use<> {
        let is_first = self.region == 0;
        ApiId::all()
            .filter(|api| *api != ApiId::console_login())
            .filter(move |api| is_first || !api.api().is_global)
    }

    fn fits(&self, spec: &Spec, api: ApiId, start: u32) -> bool {
        let reads = api.api().read_only;
        let is_kind = match spec.target {
            Target::Read => reads,
            Target::Write => !reads,
            _ => true,
        };
        let rows = self.background.of(api);
        let before = rows.partition_point(|row| row.minute < start);
        let from = rows.partition_point(|row| row.minute + 14 * DAY < start);
        let known = if spec.when == When::FirstDay { 1 } else { KNOWN_ROWS };
        api != ApiId::console_login() && is_kind && before - from >= known
    }

    /// One of the busiest in the day before.
    fn busy(&mut self, start: u32) -> Option<ApiId> {
        /// How many are held to be busy.
        const BUSY: usize = 8;
        let day = |api: ApiId| {
            let rows = self.background.of(api);
            let from = rows.partition_point(|row| row.minute + DAY < start);
            let until = rows.partition_point(|row| row.minute < start);
            rows.get(from..until).map_or(0, |rows| rows.iter().map(|row| row.events).sum::<u32>())
        };
        let apis = self.background.rows.keys().map(|api| (day(*api), *api));
        let mut apis: Vec<(u32, ApiId)> = apis.collect();
        apis.sort_unstable_by(|a, b| b.cmp(a));
        apis.truncate(BUSY);
        self.dice.one_of(&apis).map(|(_, api)| *api)
    }
}
