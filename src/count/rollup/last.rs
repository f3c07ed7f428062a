//! A small memory before a large one: rows that come one after the other are of the same few callers.

use super::PartIn;

/// What was found out of the callers that came last: nearly always the same come again.
pub struct Last<V>(Vec<Option<(PartIn, V)>>);

impl<V: Copy> Last<V> {
    /// Callers it holds at most; a power of two.
    const PLACES: usize = 1 << 12;

    /// Knows nobody.
    pub fn new() -> Self {
        Self(vec![None; Self::PLACES])
    }

    /// Where what was found out of a caller stands, or of another one.
    pub fn place(
        &mut self,
        (place, kind, [identity, user_agent, source_ip]): PartIn,
    ) -> &mut Option<(PartIn, V)> {
        let numbers = [place << 2 | kind as u32, identity, user_agent, source_ip];
        let mixed = numbers
            .into_iter()
            .fold(0_u32, |mixed, number| (mixed.rotate_left(5) ^ number).wrapping_mul(0x9e37_79b1));
        &mut self.0[(mixed >> 16) as usize % Self::PLACES]
    }

    /// What is known of a caller, found once when it is not.
    pub fn get(&mut self, part: PartIn, find: impl FnOnce() -> Option<V>) -> Option<V> {
        let last = self.place(part);
        if last.is_none_or(|(known, _)| known != part) {
            *last = Some((part, find()?));
        }
        last.map(|(_, found)| found)
    }
}
