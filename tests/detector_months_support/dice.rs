//! Random draws from a seed.

use std::f64::consts::TAU;
use std::ops::Range;

use rand_pcg::Pcg64;
use rand_pcg::rand_core::{Rng, SeedableRng};

pub struct Dice(Pcg64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(Pcg64::seed_from_u64(seed))
    }

    /// Uniform in 0..1, never 0.
    pub fn unit(&mut self) -> f64 {
        ((self.0.next_u64() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    pub fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    pub fn below(&mut self, end: u32) -> u32 {
        self.whole(0..end)
    }

    pub fn whole(&mut self, range: Range<u32>) -> u32 {
        range.start + (self.unit() * f64::from(range.end - range.start)) as u32
    }

    pub fn uniform(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    pub fn log_uniform(&mut self, low: f64, high: f64) -> f64 {
        self.uniform(low.ln(), high.ln()).exp()
    }

    pub fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len() as u32) as usize]
    }

    pub fn normal(&mut self) -> f64 {
        (-2.0 * self.unit().ln()).sqrt() * (TAU * self.unit()).cos()
    }

    pub fn exponential(&mut self) -> f64 {
        -self.unit().ln()
    }

    pub fn poisson(&mut self, mean: f64) -> u32 {
        if mean <= 0.0 {
            return 0;
        }
        if mean > 60.0 {
            return (mean + mean.sqrt() * self.normal()).round().clamp(0.0, 4e9) as u32;
        }
        let (limit, mut product, mut events) = ((-mean).exp(), self.unit(), 0);
        while product > limit {
            product *= self.unit();
            events += 1;
        }
        events
    }

    /// A negative binomial count: a Poisson one of a gamma rate.
    pub fn dispersed(&mut self, mean: f64, dispersion: f64) -> u32 {
        let rate = self.gamma(1.0 / dispersion) * mean * dispersion;
        self.poisson(rate)
    }

    /// Marsaglia and Tsang 2000.
    fn gamma(&mut self, shape: f64) -> f64 {
        if shape < 1.0 {
            return self.gamma(shape + 1.0) * self.unit().powf(1.0 / shape);
        }
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let x = self.normal();
            let v = (1.0 + c * x).powi(3);
            if v > 0.0 && self.unit().ln() < 0.5 * x * x + d - d * v + d * v.ln() {
                return d * v;
            }
        }
    }
}
