//! Ids in the order of the names they stand for, which does not depend on threads.

use std::sync::Arc;

use super::crowd::Anyone;
use super::dictionary::{ApiKey, Dictionaries, Dimension, EMPTY, OTHER_NAMES, Values};
use super::row::RowKey;
use crate::event::EventCategory;

/// An API as the table knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Api<'t> {
    /// Recipient account.
    pub account: &'t str,
    /// Region of the calls.
    pub region: &'t str,
    /// Service.
    pub event_source: &'t str,
    /// API.
    pub event_name: &'t str,
    /// Management, data or network activity.
    pub category: EventCategory,
    /// Whether these calls only read.
    pub read_only: bool,
}

/// The same by ids; an account may have thousands.
pub type ApiIds = (ApiKey, bool);

/// The names of each dimension, sorted.
#[derive(Debug)]
pub struct Names([Vec<Arc<str>>; Dimension::ALL.len()]);

impl Names {
    /// Of each dimension the names, sorted, each once, the empty one first.
    pub(super) const fn new(sorted: [Vec<Arc<str>>; Dimension::ALL.len()]) -> Self {
        Self(sorted)
    }

    /// The name with that id; empty when there is none.
    #[must_use]
    pub fn get(&self, dimension: Dimension, id: u32) -> &str {
        self.0[dimension as usize].get(id as usize).map_or("", |name| name)
    }

    /// All names of a dimension, sorted; the place of each is its id.
    #[must_use]
    pub fn all(&self, dimension: Dimension) -> &[Arc<str>] {
        &self.0[dimension as usize]
    }

    /// The API with those ids.
    pub(crate) fn api(&self, (key, read_only): ApiIds) -> Api<'_> {
        let name = |id| self.get(Dimension::Name, id);
        Api {
            account: name(key.account),
            region: name(key.region),
            event_source: name(key.event_source),
            event_name: name(key.event_name),
            category: key.category,
            read_only,
        }
    }

    /// The id of a name; that of the empty one when there is no such name.
    pub(super) fn id(&self, dimension: Dimension, name: &str) -> u32 {
        self.place(dimension, name).unwrap_or(EMPTY)
    }

    /// The id of a name, if there is such a name.
    pub(crate) fn place(&self, dimension: Dimension, name: &str) -> Option<u32> {
        let names = &self.0[dimension as usize];
        let found = names.binary_search_by(|other| other.as_ref().cmp(name)).ok()?;
        u32::try_from(found).ok()
    }

    /// What stands for callers that are not told apart.
    pub(super) fn anyone(&self) -> Anyone {
        Anyone {
            identity: self.id(Dimension::Identity, OTHER_NAMES),
            identity_type: EMPTY,
            user_agent: self.id(Dimension::UserAgent, OTHER_NAMES),
            source_ip: self.id(Dimension::SourceIp, OTHER_NAMES),
        }
    }
}

/// For each id given while reading, its place in sorted order.
#[derive(Debug)]
pub struct Ranks {
    names: [Vec<u32>; Dimension::ALL.len()],
    apis: Vec<u32>,
}

impl Ranks {
    pub fn of(&self, key: RowKey) -> RowKey {
        let name = |dimension: Dimension, id: u32| self.names[dimension as usize][id as usize];
        RowKey {
            api: self.apis[key.api as usize],
            minute: key.minute,
            identity: name(Dimension::Identity, key.identity),
            identity_type: name(Dimension::Name, key.identity_type),
            user_agent: name(Dimension::UserAgent, key.user_agent),
            source_ip: name(Dimension::SourceIp, key.source_ip),
            error: name(Dimension::ErrorCode, key.error),
        }
    }

    /// How many ids APIs have, and so more than any place of one.
    pub const fn apis(&self) -> usize {
        self.apis.len()
    }

    /// The place of an API.
    pub fn api(&self, id: u32) -> u32 {
        self.apis[id as usize]
    }

    pub fn name(&self, id: u32) -> u32 {
        self.names[Dimension::Name as usize][id as usize]
    }
}

/// Sorts everything that has an id: the names, the APIs by theirs, and the way from old ids to new.
pub fn sort(dictionaries: Dictionaries) -> (Names, Vec<ApiIds>, Ranks) {
    let Values { names, apis } = dictionaries.into_values();
    let mut ranks = names.each_ref().map(|_| Vec::new());
    let mut sorted = names.each_ref().map(|_| Vec::new());
    for (dimension, names) in Dimension::ALL.into_iter().zip(names) {
        (sorted[dimension as usize], ranks[dimension as usize]) = ranked(names);
    }
    let mut ranks = Ranks { names: ranks, apis: Vec::new() };
    let rank = |key: &ApiKey| ApiKey {
        account: ranks.name(key.account),
        region: ranks.name(key.region),
        event_source: ranks.name(key.event_source),
        event_name: ranks.name(key.event_name),
        category: key.category,
    };
    let both = |key: &ApiKey| [(rank(key), false), (rank(key), true)];
    let (apis, api_ranks) = ranked(apis.iter().flat_map(both).collect());
    ranks.apis = api_ranks;
    (Names(sorted), apis, ranks)
}

/// The values sorted, each once, and for each old id its new one.
fn ranked<K: Ord>(values: Vec<K>) -> (Vec<K>, Vec<u32>) {
    let mut order: Vec<(K, u32)> = values.into_iter().zip(0..).collect();
    order.sort_unstable();
    let mut ranks = vec![0; order.len()];
    let mut sorted: Vec<K> = Vec::with_capacity(order.len());
    for (value, old) in order {
        if sorted.last() != Some(&value) {
            sorted.push(value);
        }
        // As many as there were ids at most, and those were of this type.
        ranks[old as usize] = u32::try_from(sorted.len() - 1).unwrap_or(u32::MAX);
    }
    (sorted, ranks)
}
