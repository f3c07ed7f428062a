//! Where the events of insights came from, by the user's own databases of addresses: looked up once
//! an address, of insights only.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::io;

use ahash::RandomState;
use rayon::prelude::*;

use super::attribution::Stretches;
use super::rows::Subjects;
use super::{Attribute, FindError, Insight};
use crate::count::{Dimension, MinuteCounts};
use crate::geo::{Geo, Place};
use crate::series::Calls;

/// Where an insight's events came from, as far as databases know.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origins {
    /// Source addresses of the attribution of which anything is known, in the order it lists them
    /// first: the whole period, its first minutes, the baseline.
    pub addresses: Vec<Origin>,
    /// Countries of all source addresses; `None` when no database knows countries.
    pub countries: Option<Spread>,
    /// Networks of all source addresses; `None` when no database knows them.
    pub networks: Option<Spread>,
}

/// One address and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// As the log has it.
    pub address: String,
    /// Where.
    pub place: Place,
}

/// How many countries or networks the known addresses of an insight are in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spread {
    /// In the whole period.
    pub distinct: usize,
    /// Those of them that the baseline had not.
    pub newcomers: usize,
}

impl Origins {
    /// Where an address of the attribution is.
    #[must_use]
    pub fn place(&self, address: &str) -> Option<&Place> {
        let origin = self.addresses.iter().find(|origin| origin.address == address)?;
        Some(&origin.place)
    }
}

type Ids = HashSet<u32, RandomState>;

/// The addresses of an insight, by id.
#[derive(Default)]
struct Addresses {
    baseline: Ids,
    whole: Ids,
}

/// Tells of each insight where its events came from. `calls` are those it was found among.
///
/// # Errors
/// When counts kept in a temporary file cannot be read back.
pub fn find_origins(
    insights: &mut [Insight],
    table: &MinuteCounts,
    calls: Calls,
    geo: &Geo,
) -> Result<(), FindError> {
    let addresses = addresses(insights, table, calls)?;
    let all: BTreeSet<u32> =
        addresses.values().flat_map(|of| of.baseline.iter().chain(&of.whole)).copied().collect();
    let all: Vec<u32> = all.into_iter().collect();
    let place = |id: &u32| (*id, geo.place(table.name(Dimension::SourceIp, *id)));
    let places: HashMap<u32, Place, RandomState> = all.par_iter().map(place).collect();
    let nowhere = Addresses::default();
    for (index, insight) in insights.iter_mut().enumerate() {
        let of = addresses.get(&index).unwrap_or(&nowhere);
        let countries = spread(of, |id| places.get(&id)?.country.as_deref());
        let networks = spread(of, |id| places.get(&id)?.asn);
        insight.origins = Some(Origins {
            addresses: listed(insight, |address| {
                let known = places.get(&table.id(Dimension::SourceIp, address));
                // Those of the first five minutes alone, of an insight shorter than that.
                known.cloned().unwrap_or_else(|| geo.place(address))
            }),
            countries: geo.knows_countries().then_some(countries),
            networks: geo.knows_networks().then_some(networks),
        });
    }
    Ok(())
}

/// All addresses of each insight, by its place among them.
fn addresses(
    insights: &[Insight],
    table: &MinuteCounts,
    calls: Calls,
) -> io::Result<HashMap<usize, Addresses>> {
    type Found = HashMap<usize, Addresses>;
    let subjects = Subjects::new(insights, table, calls);
    let stretches: Vec<Stretches> =
        insights.iter().map(|insight| Stretches::of(insight.span)).collect();
    let parts = (0..table.parts()).into_par_iter().try_fold(Found::new, |mut found, index| {
        subjects.each(&table.part(index)?, |insight, _, row| {
            let stretches = stretches[insight];
            let (baseline, whole) =
                (stretches.baseline.contains(row.minute), stretches.whole.contains(row.minute));
            if baseline || whole {
                let of = found.entry(insight).or_default();
                let ids = if whole { &mut of.whole } else { &mut of.baseline };
                ids.insert(row.source_ip);
            }
        });
        Ok(found)
    });
    parts.try_reduce(Found::new, |mut a, b| {
        for (insight, of) in b {
            let all = a.entry(insight).or_default();
            all.baseline.extend(of.baseline);
            all.whole.extend(of.whole);
        }
        Ok(a)
    })
}

fn spread<T: Ord>(of: &Addresses, what: impl Fn(u32) -> Option<T>) -> Spread {
    let all = |ids: &Ids| -> BTreeSet<T> { ids.iter().filter_map(|id| what(*id)).collect() };
    let (whole, baseline) = (all(&of.whole), all(&of.baseline));
    Spread { distinct: whole.len(), newcomers: whole.difference(&baseline).count() }
}

/// The addresses that an insight's attribution lists, and where they are.
fn listed(insight: &Insight, place: impl Fn(&str) -> Place) -> Vec<Origin> {
    let mut origins: Vec<Origin> = Vec::new();
    let from = insight.attributions.iter().find(|has| has.attribute == Attribute::SourceIpAddress);
    let lists = from.into_iter().flat_map(|from| [&from.whole, &from.onset, &from.baseline]);
    for address in lists.flatten().map(|share| &share.value) {
        if origins.iter().any(|origin| origin.address == *address) {
            continue;
        }
        let place = place(address);
        if !place.is_unknown() {
            origins.push(Origin { address: address.clone(), place });
        }
    }
    origins
}
