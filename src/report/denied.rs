//! The APIs that were denied most, whether anybody is told of them or not.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::io;

use rayon::prelude::*;

use crate::count::{Dimension, MinuteCounts};
use crate::event::error_family::ErrorFamily;

/// An API, over all accounts and Regions, whose callers were turned away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeniedApi {
    /// The service.
    pub event_source: String,
    /// The API.
    pub event_name: String,
    /// Denials and failed logins.
    pub events: u64,
    /// All its events.
    pub of: u64,
    /// Identities that were turned away, of those told apart.
    pub identities: usize,
    /// The error code that most of them had.
    pub error_code: String,
}

#[derive(Default)]
struct Sum {
    of: u64,
    codes: BTreeMap<u32, u64>,
    identities: BTreeSet<u32>,
}

/// The most denied, most denials first, ties by name.
pub(super) fn denied(table: &MinuteCounts, most: usize) -> io::Result<Vec<DeniedApi>> {
    let codes = table.all_names(Dimension::ErrorCode);
    let refusals: Vec<bool> = codes.map(|code| ErrorFamily::of(code).is_refusal()).collect();
    let parts: Vec<BTreeMap<(&str, &str), Sum>> = (0..table.parts())
        .into_par_iter()
        .map(|index| {
            let part = table.part(index)?;
            let mut sums: BTreeMap<(&str, &str), Sum> = BTreeMap::new();
            for api in 0..part.apis() {
                let name = part.api(api);
                let sum = sums.entry((name.event_source, name.event_name)).or_default();
                for row in part.rows(api) {
                    let events = u64::from(row.events);
                    sum.of += events;
                    if refusals.get(row.error as usize).copied().unwrap_or(false) {
                        *sum.codes.entry(row.error).or_default() += events;
                        sum.identities.insert(row.identity);
                    }
                }
            }
            Ok(sums)
        })
        .collect::<io::Result<_>>()?;
    let mut sums: BTreeMap<(&str, &str), Sum> = BTreeMap::new();
    for (name, part) in parts.into_iter().flatten() {
        let sum = sums.entry(name).or_default();
        sum.of += part.of;
        sum.identities.extend(part.identities);
        for (code, events) in part.codes {
            *sum.codes.entry(code).or_default() += events;
        }
    }
    let mut denied: Vec<DeniedApi> = sums
        .into_iter()
        .filter_map(|((event_source, event_name), sum)| {
            let (code, _) =
                sum.codes.iter().max_by_key(|(code, events)| (**events, Reverse(**code)))?;
            Some(DeniedApi {
                event_source: event_source.to_owned(),
                event_name: event_name.to_owned(),
                events: sum.codes.values().sum(),
                of: sum.of,
                identities: sum.identities.len(),
                error_code: table.name(Dimension::ErrorCode, *code).to_owned(),
            })
        })
        .collect();
    denied.sort_by_key(|api| Reverse(api.events));
    denied.truncate(most);
    Ok(denied)
}
