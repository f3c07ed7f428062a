//! Random draws: a stream of its own for every place that needs one, so that work can be split
//! among threads in any way.

use std::f64::consts::TAU;
use std::ops::Range as WholeRange;

use rand_pcg::Pcg64;
use rand_pcg::rand_core::Rng as _;

use super::catalogue::Range;

/// A source of random numbers.
pub struct Dice(Pcg64);

impl Dice {
    /// The stream of a place: equal seeds and places give equal numbers, others unrelated ones.
    pub fn at(seed: u64, place: &[u64]) -> Self {
        let low = place.iter().fold(mix(seed), |state, part| mix(state ^ mix(*part)));
        let high = mix(low ^ 0x5bd1_e995_9d1b_54a5);
        Self(Pcg64::new((u128::from(high) << 64) | u128::from(low), 1))
    }

    /// Any 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// Uniform in 0..1, never 0 or 1.
    pub fn unit(&mut self) -> f64 {
        let high = u32::try_from(self.bits() >> 32).unwrap_or(0);
        (f64::from(high) + 0.5) / 4_294_967_296.0
    }

    /// Whether something of that probability happens.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// A whole number below `end`; 0 when there is none.
    pub fn below(&mut self, end: u32) -> u32 {
        let product = (self.bits() >> 32) * u64::from(end);
        u32::try_from(product >> 32).unwrap_or(0)
    }

    /// A whole number of the range; its start when it is empty.
    pub fn whole(&mut self, range: WholeRange<u32>) -> u32 {
        range.start + self.below(range.end.saturating_sub(range.start))
    }

    /// An index below `length`.
    pub fn index(&mut self, length: usize) -> usize {
        self.below(u32::try_from(length).unwrap_or(u32::MAX)) as usize
    }

    /// One of a list; `None` when it is empty.
    pub fn one_of<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        all.get(self.index(all.len()))
    }

    /// The index of one of the weights, each as likely as its share of their sum.
    pub fn weighted(&mut self, weights: &[f64]) -> usize {
        let mut at = self.unit() * weights.iter().sum::<f64>();
        for (index, weight) in weights.iter().enumerate() {
            if at < *weight {
                return index;
            }
            at -= weight;
        }
        weights.len().saturating_sub(1)
    }

    /// Puts a list into random order.
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            list.swap(last, self.index(last + 1));
        }
    }

    /// Uniform from `low` to `high`.
    pub fn uniform(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// A number of the range; every power of ten as likely as any other.
    pub fn of(&mut self, range: Range) -> f64 {
        self.uniform(range.0.ln(), range.1.ln()).exp()
    }

    /// A whole number of the range, likewise.
    pub fn whole_of(&mut self, range: Range) -> u32 {
        whole(self.of(range).round())
    }

    /// Normal, mean 0 and deviation 1.
    pub fn normal(&mut self) -> f64 {
        (-2.0 * self.unit().ln()).sqrt() * (TAU * self.unit()).cos()
    }

    /// Exponential, mean 1.
    pub fn exponential(&mut self) -> f64 {
        -self.unit().ln()
    }

    /// Around a middle, with that standard deviation of its logarithm.
    pub fn around(&mut self, middle: f64, deviation: f64) -> f64 {
        middle * (deviation * self.normal()).exp()
    }

    /// A Poisson count; a normal one from 60 on.
    pub fn poisson(&mut self, mean: f64) -> u32 {
        if mean <= 0.0 {
            return 0;
        }
        if mean > 60.0 {
            return whole((mean + mean.sqrt() * self.normal()).round());
        }
        let (limit, mut product, mut events) = ((-mean).exp(), self.unit(), 0);
        while product > limit {
            product *= self.unit();
            events += 1;
        }
        events
    }

    /// How many of `trials` succeed.
    pub fn binomial(&mut self, trials: u32, probability: f64) -> u32 {
        if trials > 64 {
            let mean = f64::from(trials) * probability;
            let deviation = (mean * (1.0 - probability)).sqrt();
            let draw = if mean > 30.0 {
                whole((mean + deviation * self.normal()).round())
            } else {
                self.poisson(mean)
            };
            return draw.min(trials);
        }
        (0..trials).map(|_| u32::from(self.chance(probability))).sum()
    }

    /// Clumps of a Poisson number, each of one event and a Poisson number more: `mean` events in all.
    pub fn clumps(&mut self, mean: f64, clump: f64) -> u32 {
        let clumps = self.poisson(mean / clump);
        if clumps == 0 { 0 } else { clumps + self.poisson(f64::from(clumps) * (clump - 1.0)) }
    }
}

/// A number that is whole already, within the type.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to the type; no number becomes 0"
)]
pub fn whole(number: f64) -> u32 {
    number.clamp(0.0, f64::from(u32::MAX)) as u32
}

/// The finishing step of splitmix64: every bit of the input changes half of the output.
pub const fn mix(value: u64) -> u64 {
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
        assert_eq!(Dice::at(1, &[2, 3]).bits(), 9_512_151_513_475_599_152);
        assert_ne!(Dice::at(1, &[2, 3]).bits(), Dice::at(1, &[3, 2]).bits());
    }

    #[test]
    fn draws_have_their_means() {
        let mut dice = Dice::at(9, &[]);
        let mut mean = |draw: &dyn Fn(&mut Dice) -> u32| {
            f64::from((0..20_000).map(|_| draw(&mut dice)).sum::<u32>()) / 20_000.0
        };
        for (expected, draw) in [
            (0.5, &(|dice: &mut Dice| dice.poisson(0.5)) as &dyn Fn(&mut Dice) -> u32),
            (80.0, &|dice| dice.poisson(80.0)),
            (3.0, &|dice| dice.clumps(3.0, 2.0)),
            (6.4, &|dice| dice.binomial(64, 0.1)),
            (20.0, &|dice| dice.binomial(200, 0.1)),
            (9.5, &|dice| dice.whole(5..15)),
        ] {
            let found = mean(draw);
            assert!((found / expected - 1.0).abs() < 0.05, "{found} {expected}");
        }
    }
}
