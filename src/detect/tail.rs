//! Chances of counts, on a log scale that never underflows.

use statrs::function::beta::beta_reg;
use statrs::function::gamma::ln_gamma;

/// Terms of the tail series that are added before the rest is bounded by a geometric series.
const TERMS: u32 = 2_000;

/// A count whose variance is `mean + dispersion × mean²`: the negative binomial law, which is the
/// Poisson law of a rate that itself varies as a gamma variable.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CountLaw {
    /// `1 / dispersion`.
    shape: f64,
    mean: f64,
}

impl CountLaw {
    /// Means below this are taken for this, so that a log exists.
    const LEAST_MEAN: f64 = 1e-9;
    /// Dispersions below this are taken for this: practically Poisson.
    const LEAST_DISPERSION: f64 = 1e-6;

    /// The law with this mean and over-dispersion (`0` = Poisson).
    #[must_use]
    pub fn new(mean: f64, dispersion: f64) -> Self {
        Self {
            shape: 1.0 / dispersion.max(Self::LEAST_DISPERSION),
            mean: mean.max(Self::LEAST_MEAN),
        }
    }

    /// `-log10 P(X ≥ count)`, 0 for what is certain. Precise far below 1e-300.
    #[must_use]
    pub fn surprise_of_at_least(self, count: f64) -> f64 {
        if count < 1.0 {
            return 0.0;
        }
        // P(X ≥ x) = I_p(x, r), the regularised incomplete beta function.
        let p = self.mean / (self.mean + self.shape);
        if count <= self.mean {
            return to_surprise(beta_reg(count, self.shape, p).ln());
        }
        to_surprise(self.ln_chance_of(count) + self.ln_tail_over_first_term(count, p))
    }

    /// `-log10 P(X = 0)`.
    #[must_use]
    pub fn surprise_of_none(self) -> f64 {
        to_surprise(-self.shape * (self.mean / self.shape).ln_1p())
    }

    /// Natural log of `P(X = count)`.
    fn ln_chance_of(self, count: f64) -> f64 {
        let (r, m) = (self.shape, self.mean);
        ln_gamma(count + r)
            - ln_gamma(r)
            - ln_gamma(count + 1.0)
            - r * (m / r).ln_1p()
            - count * (r / m).ln_1p()
    }

    /// Natural log of `P(X ≥ count) / P(X = count)`: the sum of the ratios of the terms.
    fn ln_tail_over_first_term(self, count: f64, p: f64) -> f64 {
        let (mut sum, mut term) = (1.0, 1.0);
        for j in 0..TERMS {
            let at = count + f64::from(j);
            let ratio = p * (at + self.shape) / (at + 1.0);
            term *= ratio;
            sum += term;
            if term < sum * 1e-15 {
                return f64::ln(sum);
            }
        }
        // The ratios fall towards p when r > 1 (and rise to it otherwise): both below 1 here.
        let at = count + f64::from(TERMS);
        let ratio = (p * (at + self.shape) / (at + 1.0)).max(p).min(1.0 - 1e-12);
        f64::ln(sum + term * ratio / (1.0 - ratio))
    }
}

/// `-log10` of a chance given as natural log, never negative and always finite.
fn to_surprise(ln_chance: f64) -> f64 {
    let surprise = -ln_chance / std::f64::consts::LN_10;
    if surprise.is_nan() { 0.0 } else { surprise.clamp(0.0, f64::MAX) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(left: f64, right: f64) -> bool {
        (left - right).abs() < 1e-6 * right.abs().max(1.0)
    }

    #[test]
    fn agrees_with_the_geometric_law() {
        // Dispersion 1 is geometric: P(X ≥ x) = (m / (1 + m))^x.
        let law = CountLaw::new(4.0, 1.0);
        for x in [1.0, 3.0, 10.0, 500.0, 20_000.0] {
            assert!(close(law.surprise_of_at_least(x), -x * 0.8_f64.log10()), "{x}");
        }
        assert!(close(law.surprise_of_none(), 5.0_f64.log10()));
    }

    #[test]
    fn agrees_with_poisson_when_hardly_dispersed() {
        let law = CountLaw::new(1.0, 0.0);
        // P(X ≥ 5) for mean 1 is 0.00365985.
        assert!((law.surprise_of_at_least(5.0) - 2.436_536).abs() < 1e-4);
    }

    #[test]
    fn is_finite_for_absurd_counts() {
        for mean in [0.0, 1e-6, 1.0, 1e6, 1e12] {
            for dispersion in [0.0, 0.1, 1.0, 1e3] {
                for count in [0.0, 1.0, 1e6, 2.5e11] {
                    let surprise = CountLaw::new(mean, dispersion).surprise_of_at_least(count);
                    assert!(surprise.is_finite() && surprise >= 0.0, "{mean} {dispersion} {count}");
                }
            }
        }
    }

    #[test]
    fn never_falls_with_the_count() {
        let law = CountLaw::new(30.0, 0.4);
        let all: Vec<f64> = (0..2_000).map(|x| law.surprise_of_at_least(f64::from(x))).collect();
        assert!(all.windows(2).all(|pair| pair[0] <= pair[1] + 1e-9));
    }
}
