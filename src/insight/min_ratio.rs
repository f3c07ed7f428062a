//! How many times its baseline an insight must be.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;

use super::Insight;
use crate::detect::Direction;

/// The least ratio of an insight's average to its baseline average that is told; 0 tells all.
///
/// A baseline without events has no ratio, and a drop is no rise: both always pass.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd, Deserialize)]
#[serde(try_from = "f64")]
pub struct MinRatio(f64);

/// Why a text or number is no [`MinRatio`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadMinRatio {
    /// It is text of another kind.
    #[error("not a number")]
    NotANumber,
    /// Below 0, or without end.
    #[error("must be 0, which tells all, or above")]
    OutOfRange,
}

impl MinRatio {
    /// Tells all.
    pub const OFF: Self = Self(0.0);

    /// So many times the baseline average.
    ///
    /// # Errors
    /// Below 0, without end, and for what is no number.
    pub fn new(times: f64) -> Result<Self, BadMinRatio> {
        if times >= 0.0 && times.is_finite() {
            // No negative zero, which is printed.
            Ok(Self(times.abs()))
        } else {
            Err(BadMinRatio::OutOfRange)
        }
    }

    /// Times the baseline average.
    #[must_use]
    pub const fn get(self) -> f64 {
        self.0
    }

    /// Whether the insight is told.
    #[must_use]
    pub fn admits(self, insight: &Insight) -> bool {
        insight.direction == Direction::Drop || insight.ratio().is_none_or(|ratio| ratio >= self.0)
    }
}

impl FromStr for MinRatio {
    type Err = BadMinRatio;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::new(text.parse().map_err(|_| BadMinRatio::NotANumber)?)
    }
}

impl TryFrom<f64> for MinRatio {
    type Error = BadMinRatio;
    fn try_from(times: f64) -> Result<Self, Self::Error> {
        Self::new(times)
    }
}

impl fmt::Display for MinRatio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::insight::{Rate, sample};

    #[test]
    fn the_ratio_itself_is_enough_and_no_baseline_or_a_drop_always_is() {
        let mut insight = sample::burst();
        insight.baseline = Rate { events: 100, minutes: 1_000 };
        insight.whole = Rate { events: 10, minutes: 20 };
        let told = |insight: &Insight, least| MinRatio::new(least).unwrap().admits(insight);
        assert!(told(&insight, 5.0));
        assert!(!told(&insight, 5.001));
        let silent = Insight { direction: Direction::Drop, ..insight.clone() };
        assert!(told(&silent, 1e9));
        insight.baseline.events = 0;
        assert!(told(&insight, 1e9));
    }

    #[test]
    fn only_numbers_from_zero_on_are_ratios() {
        assert_eq!("-0".parse(), Ok(MinRatio::OFF));
        assert_eq!("-0".parse::<MinRatio>().unwrap().to_string(), "0");
        assert_eq!("2.5".parse::<MinRatio>().unwrap().to_string(), "2.5");
        for text in ["-1", "inf", "nan"] {
            assert_eq!(text.parse::<MinRatio>(), Err(BadMinRatio::OutOfRange), "{text}");
        }
        assert_eq!("twice".parse::<MinRatio>(), Err(BadMinRatio::NotANumber));
    }
}
