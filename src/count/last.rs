//! A small memory before a large one: rows that come one after the other are of the same few callers.

/// What was found out of the keys that came last: nearly always the same come again.
#[derive(Debug)]
pub struct Last<const N: usize, V>(Vec<Option<([u32; N], V)>>);

impl<const N: usize, V: Copy> Last<N, V> {
    /// Knows nothing yet, and so many keys at most; a power of two.
    pub fn new(places: usize) -> Self {
        debug_assert!(places.is_power_of_two());
        Self(vec![None; places])
    }

    /// Where what was found out of a key stands, or of another one.
    pub fn place(&mut self, key: [u32; N]) -> &mut Option<([u32; N], V)> {
        let mixed = key
            .into_iter()
            .fold(0_u32, |mixed, number| (mixed.rotate_left(5) ^ number).wrapping_mul(0x9e37_79b1));
        let place = (mixed >> 16) as usize & (self.0.len() - 1);
        &mut self.0[place]
    }

    /// What is known of a key, found once when it is not.
    pub fn get(&mut self, key: [u32; N], find: impl FnOnce() -> Option<V>) -> Option<V> {
        let last = self.place(key);
        if last.is_none_or(|(known, _)| known != key) {
            *last = Some((key, find()?));
        }
        last.map(|(_, found)| found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_one_place_are_told_apart() {
        let mut last = Last::new(1);
        assert_eq!(last.get([1, 2], || Some('a')), Some('a'));
        assert_eq!(last.get([1, 2], || unreachable!("it is known")), Some('a'));
        assert_eq!(last.get([2, 1], || None), None);
        assert_eq!(last.get([2, 1], || Some('b')), Some('b'));
        assert_eq!(last.get([1, 2], || Some('c')), Some('c'));
    }
}
