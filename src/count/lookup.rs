//! One thread's way to the ids of an event's dimensions: a single look-up for the API and another
//! for the caller, in most cases.

use std::collections::HashMap;

use ahash::RandomState;

use super::dictionary::{ApiKey, Dictionaries, Dimension, EMPTY};
use super::filter::EventFilter;
use super::row::RowKey;
use crate::event::Event;

/// Entries of a cache before it begins anew: what comes often is soon in it again.
const MOST: usize = 1 << 16;
/// Between the texts of a key; never part of a text.
const SEPARATOR: u8 = 0xff;

/// Ids by the texts they were made from.
struct Cache<V> {
    values: HashMap<Box<[u8]>, V, RandomState>,
}

impl<V: Copy> Cache<V> {
    fn new() -> Self {
        Self { values: HashMap::default() }
    }

    fn get(&mut self, key: &[u8], make: impl FnOnce() -> V) -> V {
        if let Some(&value) = self.values.get(key) {
            return value;
        }
        let value = make();
        if self.values.len() >= MOST {
            self.values.clear();
        }
        self.values.insert(key.into(), value);
        value
    }
}

/// What is known of an API and its account.
#[derive(Clone, Copy, Debug)]
pub struct ApiIds {
    pub account: u32,
    /// Whether the filter takes the account and the Region.
    pub takes_place: bool,
    /// The API, if the filter takes it.
    pub api: Option<u32>,
}

/// The ids of a caller.
#[derive(Clone, Copy, Debug)]
pub struct CallerIds {
    pub identity: u32,
    pub identity_type: u32,
    pub user_agent: u32,
    pub source_ip: u32,
}

/// One thread's memory of the dictionaries.
pub struct Lookup<'d> {
    dictionaries: &'d Dictionaries,
    filter: &'d EventFilter,
    apis: Cache<ApiIds>,
    callers: Cache<CallerIds>,
    errors: Cache<u32>,
    key: Vec<u8>,
}

impl<'d> Lookup<'d> {
    pub fn new(dictionaries: &'d Dictionaries, filter: &'d EventFilter) -> Self {
        Self {
            dictionaries,
            filter,
            apis: Cache::new(),
            callers: Cache::new(),
            errors: Cache::new(),
            key: Vec::new(),
        }
    }

    fn set_key(&mut self, texts: [&str; 4]) {
        self.key.clear();
        for text in texts {
            self.key.extend_from_slice(text.as_bytes());
            self.key.push(SEPARATOR);
        }
    }

    pub fn api(&mut self, event: &Event<'_>) -> ApiIds {
        let texts = [&*event.account, &*event.region, &*event.event_source, &*event.event_name];
        self.set_key(texts);
        self.key.push(event.category as u8 * 2 + u8::from(event.read_only));
        let (dictionaries, filter) = (self.dictionaries, self.filter);
        self.apis.get(&self.key, || {
            let [account, region, event_source, event_name] = texts;
            let id = |name| dictionaries.name(Dimension::Name, name);
            let account_id = id(account);
            let taken = filter.takes_category(event.category)
                && filter.takes_api(account, region, event_source, event_name);
            let api = taken.then(|| {
                let key = ApiKey {
                    account: account_id,
                    region: id(region),
                    event_source: id(event_source),
                    event_name: id(event_name),
                    category: event.category,
                };
                dictionaries.api(key, event.read_only)
            });
            // Files of other Regions are not read where their paths say so; it must be the same
            // where they do not.
            let takes_place = filter.accounts.take(account) && filter.regions.take(region);
            ApiIds { account: account_id, takes_place, api }
        })
    }

    /// The ids of the caller that goes by `identity`.
    fn caller(&mut self, event: &Event<'_>, identity: &str) -> CallerIds {
        let texts = [identity, &*event.identity_type, &*event.user_agent, &*event.source_ip];
        self.set_key(texts);
        let dictionaries = self.dictionaries;
        self.callers.get(&self.key, || CallerIds {
            identity: dictionaries.name(Dimension::Identity, texts[0]),
            identity_type: dictionaries.name(Dimension::Name, texts[1]),
            user_agent: dictionaries.name(Dimension::UserAgent, texts[2]),
            source_ip: dictionaries.name(Dimension::SourceIp, texts[3]),
        })
    }

    /// The key of an event's row, its API's id and identity given.
    pub fn row_key(&mut self, api: u32, event: &Event<'_>, identity: &str) -> RowKey {
        let caller = self.caller(event, identity);
        RowKey {
            api,
            minute: event.minute.get(),
            identity: caller.identity,
            identity_type: caller.identity_type,
            user_agent: caller.user_agent,
            source_ip: caller.source_ip,
            error: self.error(event.error_code.as_deref()),
        }
    }

    fn error(&mut self, code: Option<&str>) -> u32 {
        let Some(code) = code else { return EMPTY };
        let dictionaries = self.dictionaries;
        self.errors.get(code.as_bytes(), || dictionaries.name(Dimension::ErrorCode, code))
    }
}
