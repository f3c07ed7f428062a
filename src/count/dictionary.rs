//! Small ids for strings and for sets of dimensions, shared by all threads.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use ahash::RandomState;

use crate::event::EventCategory;

/// The id of a string.
pub type Symbol = u32;

/// The id of the empty string, which stands for "no error code" as well.
pub const EMPTY: Symbol = 0;

/// The dimensions of an API, by ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ApiKey {
    pub account: Symbol,
    pub region: Symbol,
    pub event_source: Symbol,
    pub event_name: Symbol,
    pub category: EventCategory,
    pub read_only: bool,
}

/// The dimensions of a caller, by ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallerKey {
    pub identity: Symbol,
    pub identity_type: Symbol,
    pub user_agent: Symbol,
    pub source_ip: Symbol,
}

/// Ids given to values in the order they come; that order depends on the threads.
#[derive(Debug)]
struct Dictionary<K> {
    ids: HashMap<K, u32, RandomState>,
    values: Vec<K>,
}

impl<K> Default for Dictionary<K> {
    fn default() -> Self {
        Self { ids: HashMap::default(), values: Vec::new() }
    }
}

impl<K: Clone + Eq + Hash> Dictionary<K> {
    fn id(&mut self, value: K) -> u32 {
        let values = &mut self.values;
        *self.ids.entry(value).or_insert_with_key(|value| {
            values.push(value.clone());
            // Four thousand million different names do not fit in memory.
            u32::try_from(values.len() - 1).unwrap_or(u32::MAX)
        })
    }
}

/// All dictionaries of a run.
#[derive(Debug)]
pub struct Dictionaries {
    texts: Mutex<Dictionary<Arc<str>>>,
    apis: Mutex<Dictionary<ApiKey>>,
    callers: Mutex<Dictionary<CallerKey>>,
}

impl Default for Dictionaries {
    fn default() -> Self {
        let mut texts = Dictionary::default();
        texts.id(Arc::from(""));
        Self { texts: Mutex::new(texts), apis: Mutex::default(), callers: Mutex::default() }
    }
}

/// The values of all dictionaries, each at its id.
pub struct Values {
    pub texts: Vec<Arc<str>>,
    pub apis: Vec<ApiKey>,
    pub callers: Vec<CallerKey>,
}

impl Dictionaries {
    /// The values, once all threads are done.
    pub fn into_values(self) -> Values {
        fn values<K>(dictionary: Mutex<Dictionary<K>>) -> Vec<K> {
            dictionary.into_inner().unwrap_or_else(PoisonError::into_inner).values
        }
        Values { texts: values(self.texts), apis: values(self.apis), callers: values(self.callers) }
    }
}

/// One thread's memory of one dictionary, so that it seldom has to ask.
struct Known<'d, K> {
    ids: HashMap<K, u32, RandomState>,
    shared: &'d Mutex<Dictionary<K>>,
}

impl<'d, K: Clone + Eq + Hash> Known<'d, K> {
    fn new(shared: &'d Mutex<Dictionary<K>>) -> Self {
        Self { ids: HashMap::default(), shared }
    }

    fn id<Q>(&mut self, value: &Q, make: impl FnOnce() -> K) -> u32
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        if let Some(&id) = self.ids.get(value) {
            return id;
        }
        let value = make();
        let id = self.shared.lock().unwrap_or_else(PoisonError::into_inner).id(value.clone());
        self.ids.insert(value, id);
        id
    }
}

/// One thread's way to the dictionaries.
pub struct Lookup<'d> {
    texts: Known<'d, Arc<str>>,
    apis: Known<'d, ApiKey>,
    callers: Known<'d, CallerKey>,
}

impl<'d> Lookup<'d> {
    pub fn new(shared: &'d Dictionaries) -> Self {
        Self {
            texts: Known::new(&shared.texts),
            apis: Known::new(&shared.apis),
            callers: Known::new(&shared.callers),
        }
    }

    pub fn text(&mut self, text: &str) -> Symbol {
        self.texts.id(text, || Arc::from(text))
    }

    pub fn api(&mut self, api: ApiKey) -> u32 {
        self.apis.id(&api, || api)
    }

    pub fn caller(&mut self, caller: CallerKey) -> u32 {
        self.callers.id(&caller, || caller)
    }
}
