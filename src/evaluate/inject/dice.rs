//! Draws that depend on nothing but a few numbers: `SplitMix64` (Steele, Lea, Flood, *Fast splittable
//! pseudorandom number generators*, 2014).

/// A stream of draws.
pub struct Dice(u64);

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

const fn mixed(state: u64) -> u64 {
    let state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
}

impl Dice {
    /// The stream of these numbers; another one for any others.
    pub fn new(numbers: [u64; 3]) -> Self {
        let state = |state: u64, number| mixed(state.wrapping_add(GOLDEN) ^ number);
        Self(numbers.into_iter().fold(0, state))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN);
        mixed(self.0)
    }

    /// A whole number below `end`, or 0.
    pub fn below(&mut self, end: u32) -> u32 {
        // The upper half of a product of 32 and 64 bits: fair to one in four billion.
        let drawn = (u128::from(self.next()) * u128::from(end)) >> 64;
        u32::try_from(drawn).unwrap_or(0)
    }

    /// A whole number from `low` to `high`.
    pub fn between(&mut self, low: u32, high: u32) -> u32 {
        low + self.below(high.saturating_sub(low).saturating_add(1))
    }

    /// As [`Self::between`], each doubling as likely as the next.
    pub fn between_by_ratio(&mut self, low: u32, high: u32) -> u32 {
        let unit = f64::from(self.below(1 << 30)) / f64::from(1 << 30);
        let (from, to) = (f64::from(low).ln(), f64::from(high + 1).ln());
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "in between")]
        let drawn = (from + (to - from) * unit).exp() as u32;
        drawn.clamp(low, high)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_differ_and_repeat() {
        let draws = |numbers| {
            let mut dice = Dice::new(numbers);
            [dice.below(1_000_000), dice.below(1_000_000)]
        };
        assert_eq!(draws([1, 2, 3]), draws([1, 2, 3]));
        assert_ne!(draws([1, 2, 3]), draws([1, 3, 2]));
        assert_ne!(draws([1, 2, 3]), draws([2, 2, 3]));
        assert_eq!(Dice::new([1, 1, 1]).below(0), 0);
    }

    #[test]
    fn draws_reach_both_ends_and_no_further() {
        let mut dice = Dice::new([1, 1, 1]);
        let drawn: std::collections::BTreeSet<u32> = (0..500).map(|_| dice.between(5, 9)).collect();
        assert_eq!(drawn.into_iter().collect::<Vec<_>>(), [5, 6, 7, 8, 9]);
        let drawn: Vec<u32> = (0..2_000).map(|_| dice.between_by_ratio(5, 60)).collect();
        assert_eq!((drawn.iter().min(), drawn.iter().max()), (Some(&5), Some(&60)));
        // Half of them up to the geometric mean of 5 and 61.
        let low = drawn.iter().filter(|&&one| one < 18).count();
        assert!((900..1_100).contains(&low), "{low}");
    }
}
