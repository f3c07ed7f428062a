//! Insights by identity: who stands out in the logs, and what else he did in them.

mod usage;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::count::{Dimension, MinuteCounts, OTHER_NAMES};
use crate::coverage::Coverage;
use crate::geo::{Geo, Place};
use crate::insight::{Attribute, FindError, Insight, InsightType, Severity};
use crate::minute::{Minute, WEEK};
use usage::{Totals, Usage, Use, Used, Wanted};
use uuid::Uuid;

/// An identity is new in the logs when it is first seen so many minutes after they begin: what is
/// done every week has been seen by then.
pub const NEW_AFTER: u32 = WEEK;
/// How many of the APIs first used during insights are named.
const NAMED_APIS: usize = 20;

/// Whose activity is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Who {
    /// Those with insights.
    #[default]
    WithInsights,
    /// Everyone in the logs who has a name.
    Everyone,
}

/// The identities of the logs.
#[derive(Clone, Debug, PartialEq)]
pub struct IdentityView<'a> {
    /// By their most severe insight, number of insights and events, most first; then by name.
    pub identities: Vec<IdentityActivity<'a>>,
    /// How many insights are of nobody: no identity has half of their events.
    pub of_nobody: usize,
    /// Whether databases of addresses were asked.
    pub located: bool,
}

/// What one identity did in all of the logs. Numbers of addresses and the like are of those that
/// are told apart.
#[derive(Clone, Debug, PartialEq)]
pub struct IdentityActivity<'a> {
    /// As insights are attributed: a role stands for its sessions unless asked otherwise.
    pub identity: String,
    /// The insights that are about it, or of whose events it has at least half, in time order.
    pub insights: Vec<&'a Insight>,
    /// Its events.
    pub events: u64,
    /// Those with an error code.
    pub failed: u64,
    /// Those of them that were denials and failed logins.
    pub denied: u64,
    /// Different APIs, in whatever Region.
    pub apis: usize,
    /// Different source addresses, services among them.
    pub addresses: usize,
    /// Different user agents.
    pub agents: usize,
    /// Different Regions.
    pub regions: usize,
    /// Different recipient accounts.
    pub accounts: usize,
    /// The minute of its first event.
    pub first_seen: Minute,
    /// The minute of its last event.
    pub last_seen: Minute,
    /// When the logs of its accounts begin.
    pub logs_begin: Minute,
    /// APIs (`ec2.amazonaws.com:RunInstances`) whose first call by it was during its insights.
    pub first_used: FirstUsed,
    /// Codes of the countries that its addresses are in, as far as databases know.
    pub countries: Vec<String>,
    /// Numbers of the networks that its addresses are of, as far as databases know.
    pub networks: Vec<u32>,
}

/// APIs that an identity used for the first time during its insights.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FirstUsed {
    /// How many.
    pub apis: usize,
    /// The first twenty of them, by time, then by name.
    pub named: Vec<String>,
}

impl IdentityActivity<'_> {
    /// That of the most severe insight.
    #[must_use]
    pub fn severity(&self) -> Option<Severity> {
        self.insights.iter().map(|insight| insight.severity).max()
    }

    /// How many insights of each severity, in the order of [`Severity::ALL`].
    #[must_use]
    pub fn by_severity(&self) -> [usize; Severity::ALL.len()] {
        Severity::ALL.map(|severity| {
            self.insights.iter().filter(|insight| insight.severity == severity).count()
        })
    }

    /// The incidents that its insights are of, in time order.
    #[must_use]
    pub fn incidents(&self) -> Vec<Uuid> {
        let mut incidents: Vec<Uuid> = Vec::new();
        for insight in &self.insights {
            if !incidents.contains(&insight.incident.incident) {
                incidents.push(insight.incident.incident);
            }
        }
        incidents
    }

    /// Whether it was first seen later than [`NEW_AFTER`] the logs begin.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.first_seen.since(self.logs_begin) > NEW_AFTER
    }
}

/// Tells the insights found in a table by identity, on the threads of the current rayon pool.
///
/// ```
/// use trailspike::identity_view::{Who, identity_view};
/// use trailspike::{AnalysisOptions, analyse, find_files};
///
/// let options = AnalysisOptions::new();
/// let files = find_files(&["sample-logs".into()], &options)?;
/// let analysis = analyse(&files, &options, &trailspike::Progress::default())?;
/// let insights = &analysis.found.insights;
/// let view = identity_view(insights, &analysis.table, Who::WithInsights, None)?;
/// for identity in &view.identities {
///     println!("{}: {} insights", identity.identity, identity.insights.len());
/// }
/// # assert!(!view.identities.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// When counts kept in a temporary file cannot be read back.
pub fn identity_view<'a>(
    insights: &'a [Insight],
    table: &MinuteCounts,
    who: Who,
    geo: Option<&Geo>,
) -> Result<IdentityView<'a>, FindError> {
    let (of, of_nobody) = insights_of(insights);
    let mut known: HashMap<u32, Vec<&'a Insight>> = HashMap::new();
    for (identity, insights) in of {
        known.insert(table.id(Dimension::Identity, identity), insights);
    }
    let wanted = match who {
        Who::WithInsights => Wanted::These(known.keys().copied().collect()),
        Who::Everyone => Wanted::Everyone,
    };
    let usage = Usage::of(table, &wanted)?;
    let mut places = Places { table, geo, known: HashMap::new() };
    let activity = |(&identity, totals): (&u32, &Totals)| {
        let insights = known.remove(&identity).unwrap_or_default();
        activity(identity, insights, *totals, usage.uses_of(identity), &mut places)
    };
    let mut identities: Vec<IdentityActivity<'a>> = usage.totals.iter().map(activity).collect();
    identities.sort_by(|a, b| order(a).cmp(&order(b)));
    Ok(IdentityView { identities, of_nobody, located: geo.is_some() })
}

fn order<'v>(activity: &'v IdentityActivity<'_>) -> impl Ord + 'v {
    let weight = (activity.severity(), activity.insights.len(), activity.events);
    (Reverse(weight), &activity.identity)
}

/// The insights of each identity, and how many are of nobody.
fn insights_of(insights: &[Insight]) -> (BTreeMap<&str, Vec<&Insight>>, usize) {
    let mut of: BTreeMap<&str, Vec<&Insight>> = BTreeMap::new();
    let mut of_nobody = 0;
    for insight in insights {
        let identities = identities(insight);
        of_nobody += usize::from(identities.is_empty());
        for identity in identities {
            of.entry(identity).or_default().push(insight);
        }
    }
    (of, of_nobody)
}

/// Whom an insight is about, or who has at least half of its events; two may have half each.
fn identities(insight: &Insight) -> BTreeSet<&str> {
    let scope = match insight.insight_type {
        InsightType::IdentityErrorRate | InsightType::IdentityCallRate => insight.scope.as_deref(),
        _ => None,
    };
    let who = insight.attributions.iter().find(|has| has.attribute == Attribute::UserIdentityArn);
    let shares = who.into_iter().flat_map(|who| &who.whole);
    let halves = shares.filter(|share| share.events.saturating_mul(2) >= insight.whole.events);
    let named = scope.into_iter().chain(halves.map(|share| share.value.as_str()));
    named.filter(|name| !name.is_empty() && *name != OTHER_NAMES).collect()
}

/// Where addresses are, each looked up once.
struct Places<'a> {
    table: &'a MinuteCounts,
    geo: Option<&'a Geo>,
    known: HashMap<u32, Place>,
}

impl Places<'_> {
    fn get(&mut self, address: u32) -> Option<&Place> {
        let (geo, table) = (self.geo?, self.table);
        let place = || geo.place(table.name(Dimension::SourceIp, address));
        Some(self.known.entry(address).or_insert_with(place))
    }
}

fn activity<'a>(
    identity: u32,
    insights: Vec<&'a Insight>,
    totals: Totals,
    uses: &[Use],
    places: &mut Places<'_>,
) -> IdentityActivity<'a> {
    let table = places.table;
    let number = |is: fn(&Used) -> bool| uses.iter().filter(|known| is(&known.used)).count();
    let (mut countries, mut networks) = (BTreeSet::new(), BTreeSet::new());
    let addresses = uses.iter().filter_map(|known| match known.used {
        Used::Address(address) => Some(address),
        _ => None,
    });
    for address in addresses {
        if let Some(Place { country, asn, .. }) = places.get(address) {
            countries.extend(country.clone());
            networks.extend(*asn);
        }
    }
    IdentityActivity {
        identity: table.name(Dimension::Identity, identity).to_owned(),
        events: totals.events,
        failed: totals.failed,
        denied: totals.denied,
        apis: number(|used| matches!(used, Used::Api { .. })),
        addresses: number(|used| matches!(used, Used::Address(_))),
        agents: number(|used| matches!(used, Used::Agent(_))),
        regions: number(|used| matches!(used, Used::Region(_))),
        accounts: number(|used| matches!(used, Used::Account(_))),
        first_seen: totals.first,
        last_seen: totals.last,
        logs_begin: logs_begin(table, uses).unwrap_or(totals.first),
        first_used: first_used(table, uses, &insights),
        countries: countries.into_iter().collect(),
        networks: networks.into_iter().collect(),
        insights,
    }
}

/// When the logs of the accounts begin that are among the uses.
fn logs_begin(table: &MinuteCounts, uses: &[Use]) -> Option<Minute> {
    let accounts = uses.iter().filter_map(|known| match known.used {
        Used::Account(account) => table.coverage().get(table.name(Dimension::Name, account)),
        _ => None,
    });
    accounts.map(|coverage: &Coverage| coverage.span().start).min()
}

fn first_used(table: &MinuteCounts, uses: &[Use], insights: &[&Insight]) -> FirstUsed {
    let mut first: Vec<(Minute, String)> = Vec::new();
    for known in uses {
        if let Used::Api { event_source, event_name } = known.used
            && insights.iter().any(|insight| insight.span.contains(known.first))
        {
            let [source, name] =
                [event_source, event_name].map(|id| table.name(Dimension::Name, id));
            first.push((known.first, format!("{source}:{name}")));
        }
    }
    first.sort_unstable();
    let apis = first.len();
    FirstUsed { apis, named: first.into_iter().take(NAMED_APIS).map(|(_, name)| name).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::insight::{Share, sample};

    fn shares(insight: &mut Insight, shares: &[(&str, u64)]) {
        insight.whole.events = 100;
        insight.attributions[0].whole = shares
            .iter()
            .map(|&(value, events)| Share { value: value.to_owned(), events })
            .collect();
    }

    #[test]
    fn half_of_the_events_or_the_scope_makes_it_ones_own() {
        let mut insight = sample::burst();
        for (has, own) in [
            (&[("a", 51), ("b", 49)][..], &["a"][..]),
            (&[("a", 50), ("b", 50)], &["a", "b"]),
            (&[("a", 49), ("b", 49)], &[]),
            (&[(OTHER_NAMES, 99)], &[]),
            (&[("", 100)], &[]),
        ] {
            shares(&mut insight, has);
            assert_eq!(identities(&insight).into_iter().collect::<Vec<_>>(), own, "{has:?}");
        }
        insight.insight_type = InsightType::IdentityCallRate;
        insight.scope = Some("b".to_owned());
        assert_eq!(identities(&insight).into_iter().collect::<Vec<_>>(), ["b"]);
        insight.insight_type = InsightType::SourceIpErrorRate;
        assert_eq!(identities(&insight).len(), 0);
    }

    #[test]
    fn one_is_new_a_week_after_the_logs_begin() {
        let logs_begin = Minute::new(1_000_000);
        let mut activity = IdentityActivity {
            identity: String::new(),
            insights: Vec::new(),
            events: 1,
            failed: 0,
            denied: 0,
            apis: 1,
            addresses: 1,
            agents: 1,
            regions: 1,
            accounts: 1,
            first_seen: logs_begin + WEEK,
            last_seen: logs_begin + WEEK,
            logs_begin,
            first_used: FirstUsed::default(),
            countries: Vec::new(),
            networks: Vec::new(),
        };
        assert!(!activity.is_new());
        activity.first_seen = activity.first_seen + 1;
        assert!(activity.is_new());
    }
}
