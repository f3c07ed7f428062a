//! What identities did in all of the logs: one walk over the minute counts.

use std::collections::{HashMap, HashSet};
use std::io;

use ahash::RandomState;
use rayon::prelude::*;

use crate::count::{Api, Dimension, MinuteCounts, OTHER_NAMES, Part, Row};
use crate::event::error_family::ErrorFamily;
use crate::minute::Minute;

/// Uses that are kept before those told twice are dropped for the first time.
const FEW: usize = 1 << 16;

/// Which identities, by id.
#[derive(Debug)]
pub enum Wanted {
    These(HashSet<u32, RandomState>),
    /// All that are told apart.
    Everyone,
}

/// Sums over all events of one identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Totals {
    pub events: u64,
    /// With an error code.
    pub failed: u64,
    /// Those of them that were denials and failed logins.
    pub denied: u64,
    pub first: Minute,
    pub last: Minute,
}

/// What an identity may have used. Names go by their ids, an API by those of service and API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Used {
    Api { event_source: u32, event_name: u32 },
    Address(u32),
    Agent(u32),
    Region(u32),
    Account(u32),
}

/// Something that an identity used, and when first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Use {
    pub identity: u32,
    pub used: Used,
    pub first: Minute,
}

/// What became known of all identities wanted.
#[derive(Debug, Default)]
pub struct Usage {
    pub totals: HashMap<u32, Totals, RandomState>,
    /// By identity and what is used, each once.
    pub uses: Vec<Use>,
    /// How many uses there were when last those told twice were dropped.
    distinct: usize,
}

impl Usage {
    /// Of a table. In memory are the sums of each identity wanted and 20 bytes for each different
    /// thing that one used.
    ///
    /// # Errors
    /// When counts kept in a temporary file cannot be read back.
    pub fn of(table: &MinuteCounts, wanted: &Wanted) -> io::Result<Self> {
        let walk = Walk::new(table, wanted);
        let parts = (0..table.parts()).into_par_iter().try_fold(Self::default, |mut all, index| {
            walk.over(&table.part(index)?, &mut all);
            Ok::<_, io::Error>(all)
        });
        let mut all = parts.try_reduce(Self::default, |mut a, b| {
            a.merge(b);
            Ok(a)
        })?;
        all.drop_repetitions();
        Ok(all)
    }

    /// The uses of one identity.
    pub fn uses_of(&self, identity: u32) -> &[Use] {
        let first = self.uses.partition_point(|known| known.identity < identity);
        let length = self.uses[first..].partition_point(|known| known.identity == identity);
        &self.uses[first..first + length]
    }

    fn add(&mut self, row: &Row, denied: bool) {
        let events = u64::from(row.events);
        let of = |counts: bool| if counts { events } else { 0 };
        self.total(
            row.identity,
            Totals {
                events,
                failed: of(row.error != 0),
                denied: of(denied),
                first: row.minute,
                last: row.minute,
            },
        );
    }

    fn total(&mut self, identity: u32, more: Totals) {
        self.totals
            .entry(identity)
            .and_modify(|known| {
                known.events += more.events;
                known.failed += more.failed;
                known.denied += more.denied;
                known.first = known.first.min(more.first);
                known.last = known.last.max(more.last);
            })
            .or_insert(more);
    }

    fn merge(&mut self, other: Self) {
        for (identity, totals) in other.totals {
            self.total(identity, totals);
        }
        self.uses.extend(other.uses);
        self.drop_repetitions();
    }

    fn drop_repetitions(&mut self) {
        self.uses.sort_unstable();
        // The earliest of each comes first.
        self.uses.dedup_by_key(|known| (known.identity, known.used));
        self.distinct = self.uses.len();
    }
}

struct Walk<'a> {
    table: &'a MinuteCounts,
    wanted: &'a Wanted,
    /// By the id of the error code.
    denials: HashSet<u32, RandomState>,
    /// The ids of [`OTHER_NAMES`], which stands for many identities, addresses and agents.
    others: [u32; 3],
}

impl<'a> Walk<'a> {
    fn new(table: &'a MinuteCounts, wanted: &'a Wanted) -> Self {
        let codes = (0..).zip(table.all_names(Dimension::ErrorCode));
        let denials = codes.filter(|(_, code)| ErrorFamily::of(code).is_refusal());
        let others = [Dimension::Identity, Dimension::SourceIp, Dimension::UserAgent];
        Self {
            table,
            wanted,
            denials: denials.map(|(id, _)| id).collect(),
            others: others.map(|dimension| table.id(dimension, OTHER_NAMES)),
        }
    }

    fn over(&self, part: &Part<'_>, all: &mut Usage) {
        for index in 0..part.apis() {
            let of_api = self.of_api(part.api(index));
            for row in part.rows(index).filter(|row| self.is_wanted(row.identity)) {
                all.add(&row, self.denials.contains(&row.error));
                let (identity, first) = (row.identity, row.minute);
                let [_, address, agent] = self.others;
                let by_row = [
                    (row.source_ip != 0 && row.source_ip != address)
                        .then_some(Used::Address(row.source_ip)),
                    (row.user_agent != 0 && row.user_agent != agent)
                        .then_some(Used::Agent(row.user_agent)),
                ];
                let used = of_api.into_iter().chain(by_row.into_iter().flatten());
                all.uses.extend(used.map(|used| Use { identity, used, first }));
                if all.uses.len() > FEW + 2 * all.distinct {
                    all.drop_repetitions();
                }
            }
        }
    }

    fn of_api(&self, api: Api<'_>) -> [Used; 3] {
        let id = |name| self.table.id(Dimension::Name, name);
        let api_used =
            Used::Api { event_source: id(api.event_source), event_name: id(api.event_name) };
        [api_used, Used::Region(id(api.region)), Used::Account(id(api.account))]
    }

    fn is_wanted(&self, identity: u32) -> bool {
        match self.wanted {
            Wanted::These(ids) => ids.contains(&identity),
            Wanted::Everyone => identity != 0 && identity != self.others[0],
        }
    }
}
