//! Daily maxima -> the largest that the past makes credible.

/// Days of the prior's weight against the subject's own days.
const PRIOR_DAYS: f64 = 3.0;
/// The prior's scale grows with the mean maximum `m` as `0.78 × (0.25 m + 1.2 √(m + 1))`.
const PRIOR_SLOPE: f64 = 0.25;
const PRIOR_ROOT: f64 = 1.2;
/// Euler's constant, the mean of the standard Gumbel law.
const EULER: f64 = 0.577_215_664_901_532_9;

/// Days with a maximum below this share of the mean one say nothing of busy days.
const QUIET_SHARE: f64 = 0.35;

/// Leaves out the days on which a subject rests (weekends, days without its job): between them and
/// its busy days lies no chance, and the law is of the busy ones.
pub fn leave_out_quiet_days(maxima: &mut Vec<f64>) {
    let (sum, days) = maxima.iter().fold((0.0, 0.0), |(sum, days), most| (sum + most, days + 1.0));
    // sum / days is the mean.
    maxima.retain(|most| most * days >= QUIET_SHARE * sum);
}

/// Gumbel's law of the largest of many (Coles 2001, chapter 3).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gumbel {
    location: f64,
    scale: f64,
}

impl Gumbel {
    /// Fits daily maxima by L-moments (scale = L2 / ln 2, location = mean - Euler × scale) and
    /// shrinks the scale towards what subjects of such a mean maximum `m` have on the whole,
    /// `0.78 × (0.25 m + 1.2 √(m + 1))`, with the weight of three days.
    ///
    /// Sorts `maxima`. Without any the law is that of `m = 0`.
    #[must_use]
    pub fn fit(maxima: &mut [f64]) -> Self {
        maxima.sort_by(f64::total_cmp);
        let (mut days, mut sum, mut ranked) = (0.0, 0.0, 0.0);
        for maximum in maxima.iter() {
            ranked += days * maximum;
            sum += maximum;
            days += 1.0;
        }
        let mean = if days > 0.0 { sum / days } else { 0.0 };
        let own = if days > 1.0 {
            // L2 = 2 b1 - b0 with b1 = Σ (i - 1) x_i / (n (n - 1)) over the sorted values.
            (2.0 * ranked / (days * (days - 1.0)) - mean).max(0.0) / std::f64::consts::LN_2
        } else {
            0.0
        };
        let own_days = if days > 1.0 { days } else { 0.0 };
        let prior = 0.78 * (PRIOR_SLOPE * mean + PRIOR_ROOT * (mean + 1.0).sqrt());
        let scale = (own_days * own + PRIOR_DAYS * prior) / (own_days + PRIOR_DAYS);
        Self { location: mean - EULER * scale, scale }
    }

    /// The level that a daily maximum passes once in `days` days.
    #[must_use]
    pub fn return_level(self, days: f64) -> f64 {
        let days = days.max(1.01);
        self.location - self.scale * (-(-1.0 / days).ln_1p()).ln()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_days_leave_the_prior_alone_in_charge() {
        let steady = Gumbel::fit(&mut [100.0; 28]);
        let unknown = Gumbel::fit(&mut [100.0]);
        assert!(steady.return_level(84_000.0) < unknown.return_level(84_000.0));
        assert!(steady.return_level(84_000.0) > 100.0);
    }

    #[test]
    fn the_level_grows_with_the_return_period_and_the_spread() {
        let narrow = Gumbel::fit(&mut [90.0, 100.0, 110.0, 95.0, 105.0, 100.0]);
        let wide = Gumbel::fit(&mut [20.0, 200.0, 110.0, 45.0, 125.0, 100.0]);
        assert!(narrow.return_level(1e3) < narrow.return_level(1e5));
        assert!(narrow.return_level(1e5) < wide.return_level(1e5));
    }

    #[test]
    fn weekends_do_not_widen_the_law_of_working_days() {
        let mut working = vec![45.0, 50.0, 52.0, 49.0, 47.0];
        let mut week = [working.clone(), vec![9.0, 0.0]].concat();
        leave_out_quiet_days(&mut week);
        assert_eq!(Gumbel::fit(&mut week), Gumbel::fit(&mut working));
        let mut silent = vec![0.0; 5];
        leave_out_quiet_days(&mut silent);
        assert_eq!(silent.len(), 5);
    }

    #[test]
    fn nothing_known_is_a_small_level() {
        let level = Gumbel::fit(&mut []).return_level(84_000.0);
        assert!(level > 5.0 && level < 20.0, "{level}");
    }
}
