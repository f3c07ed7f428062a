//! One thread's way to the ids of an event's dimensions: a single look-up for the API and another
//! for the caller, in most cases.

use std::collections::HashMap;
use std::sync::Arc;

use ahash::RandomState;

use super::dictionary::{ApiKey, Dictionaries, Dimension, EMPTY};
use super::filter::EventFilter;
use super::row::RowKey;
use crate::event::Event;

/// Entries of a cache before it begins anew: what comes often is soon in it again.
const MOST: usize = 1 << 16;
/// Between the texts of a key; never part of a text.
const SEPARATOR: u8 = 0xff;

/// Places of a cache for what was asked for last; a power of two.
const PLACES: usize = 1 << 14;

/// Ids by the texts they were made from, and a last byte.
struct Cache<V> {
    /// What was asked for last, by [`place`]: found without making a key, and nearly always.
    last: Vec<Option<(Arc<[u8]>, V)>>,
    values: HashMap<Arc<[u8]>, V, RandomState>,
    key: Vec<u8>,
}

impl<V: Copy> Cache<V> {
    fn new() -> Self {
        Self { last: vec![None; PLACES], values: HashMap::default(), key: Vec::new() }
    }

    fn get<const N: usize>(&mut self, texts: [&str; N], last: u8, make: impl FnOnce() -> V) -> V {
        let place = place(&texts);
        if let Some((key, value)) = &self.last[place]
            && is_key(key, texts, last)
        {
            return *value;
        }
        self.key.clear();
        for text in texts {
            self.key.extend_from_slice(text.as_bytes());
            self.key.push(SEPARATOR);
        }
        self.key.push(last);
        let known = self.values.get_key_value(&*self.key);
        let (key, value) = match known.map(|(key, value)| (Arc::clone(key), *value)) {
            Some(known) => known,
            None => self.keep(make()),
        };
        self.last[place] = Some((key, value));
        value
    }

    /// Keeps what `key` stands for.
    fn keep(&mut self, value: V) -> (Arc<[u8]>, V) {
        if self.values.len() >= MOST {
            self.values.clear();
        }
        let key: Arc<[u8]> = Arc::from(&*self.key);
        self.values.insert(Arc::clone(&key), value);
        (key, value)
    }
}

/// Where texts are looked for first: by their lengths and last bytes, in which those that often come
/// differ.
fn place(texts: &[&str]) -> usize {
    let mixed = texts.iter().fold(0_u64, |mixed, text| {
        let bytes = text.as_bytes();
        let end = match (bytes.last_chunk::<8>(), bytes) {
            (Some(end), _) => u64::from_le_bytes(*end),
            (None, short) => short.iter().fold(0, |end, byte| end << 8 | u64::from(*byte)),
        };
        let mixed = (mixed ^ end ^ (bytes.len() as u64) << 56).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed ^ mixed >> 32
    });
    #[expect(clippy::cast_possible_truncation, reason = "a place needs few bits")]
    let place = mixed as usize;
    place % PLACES
}

/// Whether a key is that of these texts and last byte.
fn is_key<const N: usize>(key: &[u8], texts: [&str; N], last: u8) -> bool {
    let mut rest = key;
    for text in texts {
        match rest.split_at_checked(text.len()) {
            Some((same, [SEPARATOR, after @ ..])) if same == text.as_bytes() => rest = after,
            _ => return false,
        }
    }
    rest == [last]
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
}

impl<'d> Lookup<'d> {
    pub fn new(dictionaries: &'d Dictionaries, filter: &'d EventFilter) -> Self {
        Self {
            dictionaries,
            filter,
            apis: Cache::new(),
            callers: Cache::new(),
            errors: Cache::new(),
        }
    }

    pub fn api(&mut self, event: &Event<'_>) -> ApiIds {
        let texts = [&*event.account, &*event.region, &*event.event_source, &*event.event_name];
        let last = event.category as u8 * 2 + u8::from(event.read_only);
        let (dictionaries, filter) = (self.dictionaries, self.filter);
        self.apis.get(texts, last, || {
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
        let dictionaries = self.dictionaries;
        self.callers.get(texts, 0, || CallerIds {
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
        self.errors.get([code], 0, || dictionaries.name(Dimension::ErrorCode, code))
    }
}
