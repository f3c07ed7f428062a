//! Small ids for names and for APIs, shared by all threads.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use ahash::RandomState;

use crate::event::EventCategory;

/// The id of the empty string, which stands for "no error code" as well.
pub const EMPTY: u32 = 0;
/// The id of [`OTHER_NAMES`].
const OTHER: u32 = 1;
/// What stands for the names that are not kept when a dimension has too many.
pub const OTHER_NAMES: &str = "(other)";

/// A kind of name. Ids of different kinds have nothing to do with each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dimension {
    /// Accounts, Regions, event sources, event names, identity types.
    Name,
    /// Identities.
    Identity,
    /// User agents.
    UserAgent,
    /// Source addresses.
    SourceIp,
    /// Error codes.
    ErrorCode,
}

impl Dimension {
    /// Every kind.
    pub const ALL: [Self; 5] =
        [Self::Name, Self::Identity, Self::UserAgent, Self::SourceIp, Self::ErrorCode];

    /// How many different names are kept. Names of APIs are what is counted: none may be left out.
    pub(crate) const fn most(self) -> usize {
        match self {
            Self::Name => usize::MAX,
            Self::Identity | Self::UserAgent | Self::SourceIp => 1 << 20,
            Self::ErrorCode => 1 << 14,
        }
    }
}

/// The dimensions of an API, whether read or write, by ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ApiKey {
    pub account: u32,
    pub region: u32,
    pub event_source: u32,
    pub event_name: u32,
    pub category: EventCategory,
}

/// Names of one kind, with ids in the order they come, which depends on the threads.
///
/// When there are too many, only names below a bound of their hash are kept, and the bound is
/// halved until few enough are: so which ones are kept depends on the names alone.
#[derive(Debug)]
struct Names {
    ids: HashMap<Arc<str>, u32, RandomState>,
    values: Vec<Arc<str>>,
    most: usize,
    halvings: u32,
}

impl Names {
    fn new(most: usize) -> Self {
        let (empty, other): (Arc<str>, Arc<str>) = (Arc::from(""), Arc::from(OTHER_NAMES));
        let ids = [(Arc::clone(&empty), EMPTY), (Arc::clone(&other), OTHER)];
        Self { ids: ids.into_iter().collect(), values: vec![empty, other], most, halvings: 0 }
    }

    fn id(&mut self, name: &str) -> u32 {
        if let Some(&id) = self.ids.get(name) {
            return id;
        }
        if !is_kept(name, self.halvings) {
            return OTHER;
        }
        // Four thousand million different names do not fit in memory.
        let id = u32::try_from(self.values.len()).unwrap_or(OTHER);
        let name: Arc<str> = Arc::from(name);
        self.values.push(Arc::clone(&name));
        self.ids.insert(name, id);
        while self.ids.len() - 2 > self.most {
            self.halve();
        }
        id
    }

    fn halve(&mut self) {
        self.halvings += 1;
        let (halvings, values) = (self.halvings, &mut self.values);
        let other = Arc::clone(&values[OTHER as usize]);
        self.ids.retain(|name, id| {
            let kept = *id <= OTHER || is_kept(name, halvings);
            if !kept {
                values[*id as usize] = Arc::clone(&other);
            }
            kept
        });
    }
}

/// Leaves of different names those that a run over logs with all of them would keep, and none whose
/// hash begins with fewer than so many zeros; says whether that is fewer.
pub(crate) fn thin_names(dimension: Dimension, least: u32, names: &mut Vec<Arc<str>>) -> bool {
    let (before, most) = (names.len(), dimension.most());
    let is_own = |name: &str| !name.is_empty() && name != OTHER_NAMES;
    let mut halvings = least;
    names.retain(|name| !is_own(name) || is_kept(name, halvings));
    while names.iter().filter(|name| is_own(name)).count() > most {
        halvings += 1;
        names.retain(|name| !is_own(name) || is_kept(name, halvings));
    }
    names.len() < before
}

/// Whether the name's hash begins with so many zeros.
fn is_kept(name: &str, halvings: u32) -> bool {
    halvings == 0 || stable_hash(name).leading_zeros() >= halvings
}

/// FNV-1a with a last mixing step: equal on every machine, which `ahash` is not.
fn stable_hash(name: &str) -> u64 {
    let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    (hash ^ (hash >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// All dictionaries of a run.
#[derive(Debug)]
pub struct Dictionaries {
    names: [Mutex<Names>; Dimension::ALL.len()],
    apis: Mutex<(HashMap<ApiKey, u32, RandomState>, Vec<ApiKey>)>,
}

impl Default for Dictionaries {
    fn default() -> Self {
        let names = Dimension::ALL.map(|dimension| Mutex::new(Names::new(dimension.most())));
        Self { names, apis: Mutex::default() }
    }
}

/// The values of all dictionaries, each at its id.
pub struct Values {
    pub names: [Vec<Arc<str>>; Dimension::ALL.len()],
    /// At half the API's id; the odd ids are those that only read.
    pub apis: Vec<ApiKey>,
}

impl Dictionaries {
    /// The id of a name.
    pub fn name(&self, dimension: Dimension, name: &str) -> u32 {
        lock(&self.names[dimension as usize]).id(name)
    }

    /// Keeps only names whose hash begins with so many zeros, at least.
    pub fn thin(&self, dimension: Dimension, halvings: u32) {
        let mut names = lock(&self.names[dimension as usize]);
        while names.halvings < halvings {
            names.halve();
        }
    }

    /// With how many zeros the hashes of the names begin that are kept.
    pub fn thinned(&self, dimension: Dimension) -> u32 {
        lock(&self.names[dimension as usize]).halvings
    }

    /// The id of an API: the ids of its calls that write and that read differ in the last bit only.
    pub fn api(&self, key: ApiKey, read_only: bool) -> u32 {
        let mut apis = lock(&self.apis);
        let (ids, values) = &mut *apis;
        let pair = *ids.entry(key).or_insert_with(|| {
            values.push(key);
            u32::try_from(values.len() - 1).unwrap_or(u32::MAX)
        });
        pair << 1 | u32::from(read_only)
    }

    /// The values, once all threads are done.
    pub fn into_values(self) -> Values {
        fn inner<T>(mutex: Mutex<T>) -> T {
            mutex.into_inner().unwrap_or_else(PoisonError::into_inner)
        }
        Values { names: self.names.map(|names| inner(names).values), apis: inner(self.apis).1 }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_many_names_are_thinned_out_the_same_way_in_any_order() {
        let names: Vec<String> = (0..1_000).map(|i| format!("name-{i}")).collect();
        let kept = |order: &mut dyn Iterator<Item = &String>| {
            let mut dictionary = Names::new(100);
            let ids: Vec<(&String, u32)> = order.map(|name| (name, dictionary.id(name))).collect();
            let mut kept: Vec<String> = ids
                .into_iter()
                .filter(|(_, id)| dictionary.values[*id as usize].as_ref() != OTHER_NAMES)
                .map(|(name, _)| name.clone())
                .collect();
            kept.sort();
            kept.dedup();
            kept
        };
        let forwards = kept(&mut names.iter());
        assert!((30..=100).contains(&forwards.len()), "{}", forwards.len());
        assert_eq!(forwards, kept(&mut names.iter().rev()));
        assert_eq!(forwards, kept(&mut names.iter().chain(&names)));
    }

    #[test]
    fn names_that_are_known_beforehand_are_thinned_out_as_those_that_come() {
        let most = Dimension::ErrorCode.most();
        for number in [most, most + 1, most * 3] {
            let mut names: Vec<Arc<str>> =
                (0..number).map(|i| Arc::from(format!("name-{i}"))).collect();
            let mut dictionary = Names::new(most);
            for name in &names {
                dictionary.id(name);
            }
            let mut kept: Vec<Arc<str>> = names.clone();
            kept.retain(|name| dictionary.ids.contains_key(name));
            assert_eq!(thin_names(Dimension::ErrorCode, 0, &mut names), number > most);
            assert_eq!(names, kept);
            let halvings = dictionary.halvings;
            let mut again: Vec<Arc<str>> =
                (0..number).map(|i| Arc::from(format!("name-{i}"))).collect();
            thin_names(Dimension::ErrorCode, halvings + 1, &mut again);
            assert!(again.iter().all(|name| kept.contains(name)) && again.len() < kept.len());
        }
    }

    #[test]
    fn reads_and_writes_of_an_api_are_neighbours() {
        let dictionaries = Dictionaries::default();
        let key = |event_name| ApiKey {
            account: 0,
            region: 0,
            event_source: 0,
            event_name,
            category: EventCategory::Management,
        };
        let ids =
            [(7, false), (8, true), (7, true)].map(|(n, read)| dictionaries.api(key(n), read));
        assert_eq!(ids, [0, 3, 1]);
    }
}
