//! Event ids met before, remembered for some days of delivery.

use std::collections::HashSet;
use std::hash::{Hash, Hasher};

use ahash::RandomState;

/// Days of delivery for which event ids are remembered. CloudTrail delivers late by minutes, seldom
/// by hours.
pub const REMEMBERED_DAYS: u32 = 3;
/// Days are kept as one of so many codes, which is more than are ever remembered at once …
const DAY_CODES: u32 = 15;
/// … and this one is for files without a delivery time.
const UNDATED: u64 = 15;

/// An id's hash with, in its last four bits, the code of a day.
#[derive(Clone, Copy, Debug)]
struct SeenId(u64);

impl SeenId {
    const fn hash_bits(self) -> u64 {
        self.0 >> 4
    }

    const fn day_code(self) -> u64 {
        self.0 & 15
    }
}

impl PartialEq for SeenId {
    fn eq(&self, other: &Self) -> bool {
        self.hash_bits() == other.hash_bits()
    }
}

impl Eq for SeenId {}

impl Hash for SeenId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash_bits());
    }
}

/// The ids, eight bytes each. Of a hash's 64 bits 60 are compared; the caller sees to it that the
/// first four are equal for all ids of one set.
#[derive(Debug, Default)]
pub struct SeenIds {
    ids: HashSet<SeenId, RandomState>,
    /// The latest delivery day.
    day: Option<u32>,
}

impl SeenIds {
    /// What follows is of files delivered that day; days never go back. Ids last seen
    /// [`REMEMBERED_DAYS`] days earlier are forgotten.
    pub fn begin_day(&mut self, day: Option<u32>) {
        let Some(day) = day.filter(|&day| self.day.is_none_or(|before| day > before)) else {
            return;
        };
        let passed = self.day.map_or(0, |before| day - before);
        self.day = Some(day);
        self.ids.retain(|id| {
            let code = id.day_code();
            let age =
                (u64::from(day % DAY_CODES) + u64::from(DAY_CODES) - code) % u64::from(DAY_CODES);
            code == UNDATED || (passed < REMEMBERED_DAYS && age < u64::from(REMEMBERED_DAYS))
        });
    }

    /// Whether the id of that hash was met before. It is remembered from its latest copy on, and
    /// for good if one copy came without a day.
    pub fn is_copy(&mut self, hash: u64) -> bool {
        let code = self.day.map_or(UNDATED, |day| u64::from(day % DAY_CODES));
        let id = SeenId(hash << 4 | code);
        let is_copy = !self.ids.insert(id);
        if is_copy && self.ids.get(&id).is_some_and(|known| known.day_code() != UNDATED) {
            self.ids.replace(id);
        }
        is_copy
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_forgotten_after_three_days_of_delivery() {
        for (passed, is_copy) in [(0, true), (2, true), (3, false), (15, false), (17, false)] {
            let mut seen = SeenIds::default();
            seen.begin_day(Some(100));
            assert!(!seen.is_copy(5));
            seen.begin_day(Some(100 + passed));
            assert_eq!(seen.is_copy(5), is_copy, "{passed} days");
        }
    }

    #[test]
    fn a_copy_renews_the_memory() {
        let mut seen = SeenIds::default();
        for day in [10, 12, 14, 16] {
            seen.begin_day(Some(day));
            assert_eq!(seen.is_copy(5), day > 10);
        }
    }

    #[test]
    fn files_without_a_day_are_never_forgotten() {
        let mut seen = SeenIds::default();
        seen.begin_day(None);
        assert!(!seen.is_copy(5));
        for day in [900, 2_000] {
            seen.begin_day(Some(day));
            assert!(seen.is_copy(5));
        }
    }
}
