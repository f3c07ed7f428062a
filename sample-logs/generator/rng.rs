//! Seeded random numbers whose stream stays the same across versions and machines.

use rand_pcg::Pcg64;
use rand_pcg::rand_core::Rng as _;

const HEX: &[u8] = b"0123456789abcdef";
const UPPER: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const ALNUM: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789__";

/// A source of random numbers, set up from a seed and the place it is used for.
pub struct Rng(Pcg64);

impl Rng {
    /// A generator for one place: equal `seed` and `place` give equal numbers, and neighbouring
    /// places give unrelated ones, so that work can be split among threads in any way.
    pub fn new(seed: u64, place: &[u64]) -> Self {
        let low = place.iter().fold(mix(seed), |state, part| mix(state ^ mix(*part)));
        let high = mix(low ^ 0x5bd1_e995_9d1b_54a5);
        Self(Pcg64::new((u128::from(high) << 64) | u128::from(low), 1))
    }

    /// Any 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A whole number from 0 up to, not including, `limit` (0 if the limit is 0).
    pub fn below(&mut self, limit: u64) -> u64 {
        let product = u128::from(self.bits()) * u128::from(limit);
        (product >> 64) as u64
    }

    /// A whole number from `low` to `high`, both included.
    pub fn between(&mut self, low: u32, high: u32) -> u32 {
        let offset = self.below(u64::from(high - low) + 1);
        low + u32::try_from(offset).unwrap_or(0)
    }

    /// A position in a list of `len` items.
    pub fn index(&mut self, len: usize) -> usize {
        usize::try_from(self.below(len as u64)).unwrap_or(0)
    }

    /// One item of a list that is not empty.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.index(items.len())]
    }

    /// A position in a list of running totals, each as likely as its share of the last total.
    pub fn weighted(&mut self, totals: &[u64]) -> usize {
        let point = self.below(totals.last().copied().unwrap_or(0));
        totals.partition_point(|total| *total <= point)
    }

    /// True in `per_mille` of a thousand cases.
    pub fn chance(&mut self, per_mille: u64) -> bool {
        self.below(1000) < per_mille
    }

    /// A number of independent happenings of which `mean` are expected.
    pub fn poisson(&mut self, mean: f64) -> u32 {
        let floor = (-mean).exp();
        let mut product = 1.0;
        let mut count = 0;
        loop {
            product *= f64::from(self.between(0, u32::MAX - 1)) / f64::from(u32::MAX);
            if product <= floor {
                return count;
            }
            count += 1;
        }
    }

    /// Appends `len` lower-case hexadecimal digits.
    pub fn hex(&mut self, out: &mut String, len: usize) {
        self.letters(out, len, HEX, 4);
    }

    /// Appends `len` of the letters and digits that AWS uses in key ids.
    pub fn upper(&mut self, out: &mut String, len: usize) {
        self.letters(out, len, UPPER, 5);
    }

    /// Appends `len` letters and digits of both cases, as in file names and page tokens.
    pub fn alnum(&mut self, out: &mut String, len: usize) {
        self.letters(out, len, ALNUM, 6);
    }

    /// Appends a random (version 4) UUID.
    pub fn uuid(&mut self, out: &mut String) {
        self.hex(out, 8);
        out.push('-');
        self.hex(out, 4);
        out.push_str("-4");
        self.hex(out, 3);
        out.push('-');
        out.push(*self.pick(&['8', '9', 'a', 'b']));
        self.hex(out, 3);
        out.push('-');
        self.hex(out, 12);
    }

    /// Appends letters of an alphabet of `2^bits` letters.
    fn letters(&mut self, out: &mut String, len: usize, alphabet: &[u8], bits: u32) {
        let (mut pool, mut left) = (0, 0);
        for _ in 0..len {
            if left < bits {
                (pool, left) = (self.bits(), 64);
            }
            let letter = usize::try_from(pool & ((1 << bits) - 1)).unwrap_or(0);
            out.push(char::from(alphabet[letter]));
            pool >>= bits;
            left -= bits;
        }
    }

    /// Puts a list into random order.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.index(last + 1));
        }
    }
}

/// A number for a name, to tell places apart.
pub fn place(name: &str) -> u64 {
    name.bytes().fold(0, |number, byte| mix(number ^ u64::from(byte)))
}

/// The finishing step of splitmix64: every bit of the input changes half of the output.
fn mix(value: u64) -> u64 {
    let mut mixed = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_never_changes() {
        let mut rng = Rng::new(1, &[2, 3]);
        let mut id = String::new();
        rng.uuid(&mut id);
        assert_eq!(id, "03b486a6-2bb6-4780-9168-a5adcb7d3e7a");
    }

    #[test]
    fn numbers_stay_within_their_bounds() {
        let mut rng = Rng::new(9, &[]);
        assert!((0..1000).all(|_| (3..=5).contains(&rng.between(3, 5))));
        assert!((0..1000).all(|_| rng.weighted(&[0, 4, 4, 9]) % 2 == 1));
        assert_eq!(rng.below(0), 0);
    }

    #[test]
    fn poisson_has_its_mean() {
        let mut rng = Rng::new(9, &[1]);
        let sum: u32 = (0..10_000).map(|_| rng.poisson(0.5)).sum();
        assert!((4_700..5_300).contains(&sum), "{sum}");
    }
}
