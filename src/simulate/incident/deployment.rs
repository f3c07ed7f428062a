//! Deployments that break what a role does.

use super::effects::Watch;
use super::{Placed, Planter};
use crate::simulate::catalogue::apis::{ApiId, Outcome};
use crate::simulate::catalogue::callers::Job;
use crate::simulate::catalogue::incidents::{
    BROKEN_APIS, BROKEN_BY, DEPLOY_CALLS, DEPLOYS, FAILING, MINUTES_TO_FAILURE, NEXT_VERSIONS,
    Size, Spec,
};
use crate::simulate::dice::whole;
use crate::simulate::plan::{PlanRow, sorted};

/// Ordinary calls, a minute and outcome each, that make an API one of a role's.
const OWN_ROWS: usize = 5;

impl Planter<'_> {
    /// A pipeline deploys, and minutes later calls that a role has made all the time begin to fail,
    /// with a new version of its agent.
    pub(super) fn broken_deployment(&mut self, spec: &'static Spec) -> Option<()> {
        let Size::PerMinute(rate) = spec.size else { return None };
        let (rate, minutes) = (self.dice.of(rate), self.dice.whole_of(spec.minutes));
        let start = self.start(spec, minutes)?;
        let end = start + minutes;
        let member = self.member(|job| matches!(job, Job::Application | Job::Script))?;
        let apis = self.some_of_its_apis(member, start, end)?;
        let mut rows = self.deploy(start)?;
        let deployed = rows.first()?.api;
        let version = self.dice.whole(NEXT_VERSIONS.0..NEXT_VERSIONS.1);
        let caller = self.account.cast.updated(member, start, version);
        let caller = self.push(caller);
        let outcome = *self.dice.one_of(&BROKEN_BY)?;
        let failing = self.dice.uniform(FAILING.0, FAILING.1);
        // The second half as often as the first, the third a third …
        let weights: Vec<f64> = (1..).zip(&apis).map(|(rank, _)| 1.0 / f64::from(rank)).collect();
        let mut due = self.dice.unit();
        for minute in start..end {
            due += rate * self.dice.uniform(0.8, 1.2);
            for _ in 0..whole(due) {
                let api = apis[self.dice.weighted(&weights)];
                let fails = self.dice.chance(failing);
                let outcome = if fails { outcome } else { Outcome::Success };
                rows.push(PlanRow { minute, api, outcome, caller, events: 1 });
            }
            due -= f64::from(whole(due));
        }
        for api in &apis {
            self.struck.entry(*api).or_default().push((start, end));
        }
        let watches = vec![Watch::Errors(*apis.first()?, outcome), Watch::ThinCalls(deployed)];
        self.placed.push(Placed { spec, rows: sorted(rows), watches });
        Some(())
    }

    /// One of the account with such a job.
    fn member(&mut self, has_job: impl Fn(Job) -> bool) -> Option<usize> {
        let members = &self.account.cast.members;
        let some: Vec<usize> = (0..members.len()).filter(|at| has_job(members[*at].job)).collect();
        self.dice.one_of(&some).copied()
    }

    /// APIs that a member has called before a minute, that no other incident is near.
    fn some_of_its_apis(&mut self, member: usize, start: u32, end: u32) -> Option<Vec<ApiId>> {
        let cast = &self.account.cast;
        let mut apis: Vec<ApiId> = self
            .background
            .rows
            .iter()
            .filter(|(api, rows)| {
                let before = rows.iter().take_while(|row| row.minute < start);
                let own = before.filter(|row| cast.is(member, row.caller));
                own.take(OWN_ROWS).count() == OWN_ROWS && self.is_free(**api, start, end)
            })
            .map(|(api, _)| *api)
            .collect();
        self.dice.shuffle(&mut apis);
        apis.truncate(self.dice.whole(BROKEN_APIS.0..BROKEN_APIS.1) as usize);
        (!apis.is_empty()).then_some(apis)
    }

    /// A pipeline's calls that put something in service shortly before a minute.
    fn deploy(&mut self, start: u32) -> Option<Vec<PlanRow>> {
        let first =
            start.checked_sub(self.dice.whole(MINUTES_TO_FAILURE.0..MINUTES_TO_FAILURE.1))?;
        let pipeline = self.member(|job| job == Job::Pipeline)?;
        let caller = self.account.cast.caller(pipeline, first);
        let (service, name) = *self.dice.one_of(&DEPLOYS)?;
        let api = ApiId::find(service, name)?;
        if !self.is_free(api, first, start) {
            return None;
        }
        let outcome = Outcome::Success;
        let calls = self.dice.whole(DEPLOY_CALLS.0..DEPLOY_CALLS.1);
        let minutes = std::iter::once(first)
            .chain((1..calls).map(|_| self.dice.whole(first..start)))
            .map(|minute| PlanRow { minute, api, outcome, caller, events: 1 });
        let rows = minutes.collect();
        Some(rows)
    }
}
