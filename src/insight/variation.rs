//! How the subjects of each account vary, from a look at all of them before any verdict.

use std::collections::BTreeMap;
use std::io;

use rayon::prelude::*;

use super::subjects::subjects;
use super::{InsightOptions, InsightType};
use crate::count::MinuteCounts;
use crate::detect::{Busiest, BusiestCounts, CloseCalls, Detector};
use crate::series::{Measure, all_series};

/// How the subjects of one account vary.
#[derive(Clone, Debug, Default, PartialEq)]
struct Variation {
    /// Their close calls.
    close_calls: CloseCalls,
    /// How busy its APIs are.
    busiest: Busiest,
}

/// How the subjects of each account vary.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AccountsVariation(BTreeMap<String, Variation>);

/// What a part of the table says of it.
type Seen<'t> = BTreeMap<&'t str, (CloseCalls, BusiestCounts)>;

impl AccountsVariation {
    /// Looks at all APIs of the table. How many false insights are borne changes nothing; the least
    /// number of events does.
    ///
    /// # Errors
    /// When counts kept in a temporary file cannot be read back.
    pub fn look(
        table: &MinuteCounts,
        detector: &dyn Detector,
        options: InsightOptions,
    ) -> io::Result<Self> {
        if !detector.follows_accounts() {
            return Ok(Self::default());
        }
        let all = (0..table.parts())
            .into_par_iter()
            .map(|index| seen_in_part(table, index, detector, options))
            .try_reduce(Seen::new, |a, b| Ok(merged(a, b)))?;
        let variation = |(account, (close_calls, counts)): (&str, (CloseCalls, BusiestCounts))| {
            (account.to_owned(), Variation { close_calls, busiest: Busiest::of(&counts) })
        };
        Ok(Self(all.into_iter().map(variation).collect()))
    }

    /// What matters to the account's subjects of which that is counted; `None` where nothing is
    /// known of it.
    #[must_use]
    pub fn of(
        &self,
        account: &str,
        counts: InsightType,
    ) -> (Option<&CloseCalls>, Option<&Busiest>) {
        let variation = self.0.get(account);
        // An error code never seen is news, whatever calls an API that is new brings.
        let is_calls = counts == InsightType::ApiCallRate;
        let busiest = variation.map(|of| &of.busiest).filter(|_| is_calls);
        (variation.map(|of| &of.close_calls), busiest)
    }
}

fn seen_in_part<'t>(
    table: &'t MinuteCounts,
    index: usize,
    detector: &dyn Detector,
    options: InsightOptions,
) -> io::Result<Seen<'t>> {
    let part = table.part(index)?;
    let series = all_series(&part, options.calls);
    let unknown = AccountsVariation::default();
    let mut seen = Seen::new();
    for (subject, looked_at) in subjects(&part, &series, options, &unknown) {
        let (close_calls, busiest) = seen.entry(subject.api(&part).account).or_default();
        for day in detector.close_calls(looked_at) {
            close_calls.add(day);
        }
        if subject.measure == Measure::Calls {
            busiest.add(looked_at.series);
        }
    }
    Ok(seen)
}

fn merged<'t>(mut a: Seen<'t>, b: Seen<'t>) -> Seen<'t> {
    for (account, (close_calls, busiest)) in b {
        let own = a.entry(account).or_default();
        own.0.merge(&close_calls);
        own.1.merge(&busiest);
    }
    a
}
