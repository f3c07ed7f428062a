//! Whether the account knew the callers of insights before, over all APIs and Regions.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::io;

use ahash::RandomState;
use rayon::prelude::*;

use super::Insight;
use crate::count::{Api, Dimension, MinuteCounts, Row};
use crate::minute::{DAY, Minute, WEEK};

/// Minutes before an insight in which a deploy may be its cause.
pub const DEPLOYED_BEFORE: u32 = 15;

/// In a Region where somebody deploys all day, a deploy before an insight is most likely chance: with
/// more minutes of deploys than these in the week before, that chance is above a twentieth.
const MOST_DEPLOYS: u32 = WEEK / (DEPLOYED_BEFORE + 1) / 20;

/// Calls that put new code or a new configuration in service.
const DEPLOYS: [(&str, &str); 9] = [
    ("cloudformation.amazonaws.com", "CreateStack"),
    ("cloudformation.amazonaws.com", "ExecuteChangeSet"),
    ("cloudformation.amazonaws.com", "UpdateStack"),
    ("codedeploy.amazonaws.com", "CreateDeployment"),
    ("ecs.amazonaws.com", "UpdateService"),
    ("elasticbeanstalk.amazonaws.com", "UpdateEnvironment"),
    ("lambda.amazonaws.com", "UpdateFunctionCode20150331v2"),
    ("lambda.amazonaws.com", "UpdateFunctionConfiguration20150331v2"),
    ("appconfig.amazonaws.com", "StartDeployment"),
];

/// An identity of an account, alone, with an agent, or at an address.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Caller<'t> {
    Identity(&'t str, u32),
    Agent(&'t str, u32, u32),
    Address(&'t str, u32, u32),
}

/// Looked up once a row.
type Wanted<'t> = HashSet<Caller<'t>, RandomState>;

/// What a look at the whole table tells.
#[derive(Default)]
struct Past<'t> {
    first_seen: HashMap<Caller<'t>, Minute>,
    /// Of each identity, when it was first seen at each of its addresses.
    addresses: HashMap<(&'t str, u32), HashMap<u32, Minute>>,
    /// By account and Region.
    deploys: HashMap<(&'t str, &'t str), BTreeSet<Minute>>,
}

/// Tells of the culprits of each insight whether the account knew them for a day, and of each
/// insight whether a deploy went before it.
///
/// # Errors
/// When counts had to be written to disk and cannot be read back.
pub(super) fn recognise(insights: &mut [Insight], table: &MinuteCounts) -> io::Result<()> {
    if insights.is_empty() {
        return Ok(());
    }
    let wanted: Vec<Vec<[Caller<'_>; 3]>> =
        insights.iter().map(|insight| callers(insight, table)).collect();
    let past = past(table, &wanted)?;
    let places: Vec<Option<u32>> = insights.iter().map(|of| deployed_before(of, &past)).collect();
    let known: Vec<Vec<([bool; 3], usize)>> = wanted
        .iter()
        .zip(&*insights)
        .map(|(callers, insight)| {
            let known = |caller: &Caller<'_>| {
                let first = past.first_seen.get(caller);
                first.is_some_and(|first| *first + DAY <= insight.span.start)
            };
            let known = |callers: &[Caller<'_>; 3]| {
                (callers.each_ref().map(known), past.addresses(callers[0], insight.span.start))
            };
            callers.iter().map(known).collect()
        })
        .collect();
    drop(wanted);
    for ((insight, known), deployed) in insights.iter_mut().zip(known).zip(places) {
        insight.traits.deployed_before = deployed;
        for (culprit, (known, addresses)) in insight.traits.culprits.iter_mut().zip(known) {
            [culprit.known, culprit.known_agent, culprit.known_address] = known;
            culprit.addresses_before = addresses;
        }
    }
    Ok(())
}

/// The culprits of an insight, each alone, with its agent and at its address.
fn callers<'t>(insight: &Insight, table: &'t MinuteCounts) -> Vec<[Caller<'t>; 3]> {
    let Some((account, _)) = table.coverage().get_key_value(insight.account.as_str()) else {
        return Vec::new();
    };
    let culprits = insight.traits.culprits.iter().map(|culprit| {
        let id = table.id(Dimension::Identity, &culprit.identity);
        let agent = table.id(Dimension::UserAgent, &culprit.user_agent);
        let address = table.id(Dimension::SourceIp, &culprit.source_ip);
        [
            Caller::Identity(account, id),
            Caller::Agent(account, id, agent),
            Caller::Address(account, id, address),
        ]
    });
    culprits.collect()
}

/// When each of some callers was first seen, and when there were deploys.
fn past<'t>(table: &'t MinuteCounts, wanted: &[Vec<[Caller<'t>; 3]>]) -> io::Result<Past<'t>> {
    let wanted: Wanted<'_> = wanted.iter().flatten().flatten().copied().collect();
    // Most rows are of nobody who is wanted.
    let mut identities: HashMap<&str, HashSet<u32, RandomState>> = HashMap::new();
    for caller in &wanted {
        if let Caller::Identity(account, identity) = caller {
            identities.entry(account).or_default().insert(*identity);
        }
    }
    let parts = (0..table.parts()).into_par_iter().map(|index| {
        let part = table.part(index)?;
        let mut seen = Past::default();
        for index in 0..part.apis() {
            let api = part.api(index);
            let deploys = is_deploy(api);
            let identities = identities.get(api.account);
            if identities.is_none() && !deploys {
                continue;
            }
            for row in part.rows(index) {
                if deploys && row.error == 0 {
                    seen.deploys.entry((api.account, api.region)).or_default().insert(row.minute);
                }
                if identities.is_some_and(|wanted| wanted.contains(&row.identity)) {
                    seen.add(api.account, row, &wanted);
                }
            }
        }
        Ok(seen)
    });
    let parts = parts.collect::<io::Result<Vec<Past<'_>>>>()?;
    Ok(parts.into_iter().reduce(Past::and).unwrap_or_default())
}

impl<'t> Past<'t> {
    /// Notes a row of an identity that is wanted.
    fn add(&mut self, account: &'t str, row: Row, wanted: &Wanted<'t>) {
        let Row { minute, identity, user_agent, source_ip, .. } = row;
        self.see(Caller::Identity(account, identity), minute);
        let addresses = self.addresses.entry((account, identity)).or_default();
        earlier(addresses.entry(source_ip).or_insert(minute), minute);
        let agent = Caller::Agent(account, identity, user_agent);
        let address = Caller::Address(account, identity, source_ip);
        for caller in [agent, address] {
            if wanted.contains(&caller) {
                self.see(caller, minute);
            }
        }
    }

    fn see(&mut self, caller: Caller<'t>, minute: Minute) {
        earlier(self.first_seen.entry(caller).or_insert(minute), minute);
    }

    /// How many addresses an identity had a day before a minute.
    fn addresses(&self, caller: Caller<'t>, start: Minute) -> usize {
        let Caller::Identity(account, identity) = caller else { return 0 };
        let addresses = self.addresses.get(&(account, identity));
        addresses.map_or(0, |all| all.values().filter(|first| **first + DAY <= start).count())
    }

    fn and(mut self, other: Self) -> Self {
        for (caller, minute) in other.first_seen {
            self.see(caller, minute);
        }
        for (identity, addresses) in other.addresses {
            let own = self.addresses.entry(identity).or_default();
            for (address, minute) in addresses {
                earlier(own.entry(address).or_insert(minute), minute);
            }
        }
        for (place, minutes) in other.deploys {
            self.deploys.entry(place).or_default().extend(minutes);
        }
        self
    }
}

fn earlier(first: &mut Minute, minute: Minute) {
    *first = (*first).min(minute);
}

fn is_deploy(api: Api<'_>) -> bool {
    DEPLOYS.contains(&(api.event_source, api.event_name))
}

/// Minutes from the last deploy to the start, where there was one lately.
fn deployed_before(insight: &Insight, past: &Past<'_>) -> Option<u32> {
    let start = insight.span.start;
    let deploys = past.deploys.get(&(insight.account.as_str(), insight.region.as_str()))?;
    let last = *deploys.range(start.saturating_sub(DEPLOYED_BEFORE)..=start).next_back()?;
    let week = deploys.range(start.saturating_sub(WEEK)..start.saturating_sub(DEPLOYED_BEFORE));
    (week.count() <= MOST_DEPLOYS as usize).then(|| start.since(last))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::insight::sample;

    #[test]
    fn a_deploy_counts_where_deploys_are_rare() {
        let insight = sample::burst();
        let start = insight.span.start;
        let before = |minutes: &[u32]| {
            let mut past = Past::default();
            let deploys = minutes.iter().map(|minutes| start - *minutes).collect();
            past.deploys.insert((&insight.account, &insight.region), deploys);
            deployed_before(&insight, &past)
        };
        assert_eq!(before(&[]), None);
        assert_eq!(before(&[0]), Some(0));
        assert_eq!(before(&[15, 9]), Some(9));
        assert_eq!(before(&[16]), None);
        let often = |number: u32| {
            let earlier: Vec<u32> = (0..number).map(|index| 100 + index).chain([3]).collect();
            before(&earlier)
        };
        assert_eq!(often(MOST_DEPLOYS), Some(3));
        assert_eq!(often(MOST_DEPLOYS + 1), None);
    }

    #[test]
    fn the_earliest_sight_counts_whichever_part_has_it() {
        let caller = Caller::Identity("1", 7);
        let past = |minutes: [u32; 2]| {
            let mut past = Past::default();
            past.see(caller, Minute::new(minutes[0]));
            let addresses = past.addresses.entry(("1", 7)).or_default();
            addresses.insert(1, Minute::new(minutes[0]));
            addresses.insert(minutes[1], Minute::new(minutes[1]));
            past
        };
        for past in [past([50, 9]).and(past([20, 8])), past([20, 8]).and(past([50, 9]))] {
            assert_eq!(past.first_seen[&caller], Minute::new(20));
            assert_eq!(past.addresses(caller, Minute::new(20 + DAY)), 3);
            assert_eq!(past.addresses(caller, Minute::new(8 + DAY)), 1);
        }
    }
}
