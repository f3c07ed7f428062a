//! The one knob that most users turn.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;

use super::Settings;

/// How many insights about nothing a user will bear per account and week: 0.001 to 1000.
///
/// ```
/// use trailspike::detect::{FalsePerWeek, Sensitivity};
/// assert_eq!("0.3".parse::<FalsePerWeek>().unwrap().get(), 0.3);
/// assert!("0".parse::<FalsePerWeek>().is_err());
/// assert!(Sensitivity::Low.false_per_week() < Sensitivity::High.false_per_week());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Deserialize)]
#[serde(try_from = "f64")]
pub struct FalsePerWeek(f64);

/// Why a text or number is no [`FalsePerWeek`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadFalsePerWeek {
    /// It is text of another kind.
    #[error("not a number")]
    NotANumber,
    /// Beyond these limits the knob no longer moves anything, or everything is told.
    #[error(
        "must be from {} to {} insights per account and week",
        FalsePerWeek::LEAST,
        FalsePerWeek::MOST
    )]
    OutOfRange,
}

impl FalsePerWeek {
    const LEAST: f64 = 0.001;
    const MOST: f64 = 1_000.0;

    /// That many insights per account and week.
    ///
    /// # Errors
    /// Below 0.001, above 1000, and for what is no number.
    pub fn new(per_account_week: f64) -> Result<Self, BadFalsePerWeek> {
        if (Self::LEAST..=Self::MOST).contains(&per_account_week) {
            Ok(Self(per_account_week))
        } else {
            Err(BadFalsePerWeek::OutOfRange)
        }
    }

    /// Insights per account and week.
    #[must_use]
    pub const fn get(self) -> f64 {
        self.0
    }

    /// So many times as many, within the limits.
    #[must_use]
    fn times(self, factor: f64) -> Self {
        Self((self.0 * factor).clamp(Self::LEAST, Self::MOST))
    }
}

impl Default for FalsePerWeek {
    fn default() -> Self {
        Self(Settings::default().false_insights_per_account_week)
    }
}

impl FromStr for FalsePerWeek {
    type Err = BadFalsePerWeek;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::new(text.parse().map_err(|_| BadFalsePerWeek::NotANumber)?)
    }
}

impl TryFrom<f64> for FalsePerWeek {
    type Error = BadFalsePerWeek;
    fn try_from(per_account_week: f64) -> Result<Self, Self::Error> {
        Self::new(per_account_week)
    }
}

impl fmt::Display for FalsePerWeek {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The knob in three words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sensitivity {
    /// A tenth of the default number of false insights: fewer insights.
    Low,
    /// The default.
    #[default]
    Normal,
    /// Ten times the default: more insights.
    High,
}

impl Sensitivity {
    /// Every sensitivity, fewest insights first.
    pub const ALL: [Self; 3] = [Self::Low, Self::Normal, Self::High];

    /// The name in flags.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
        }
    }

    /// What it stands for.
    #[must_use]
    pub fn false_per_week(self) -> FalsePerWeek {
        FalsePerWeek::default().times(match self {
            Self::Low => 0.1,
            Self::Normal => 1.0,
            Self::High => 10.0,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limits_are_inside_and_all_beyond_is_told() {
        for (text, number) in [("0.001", 0.001), ("1000", 1_000.0), ("3e-1", 0.3)] {
            assert_eq!(text.parse().map(FalsePerWeek::get), Ok(number), "{text}");
        }
        for text in ["0", "-1", "0.0009", "1000.1", "nan", "inf", "-inf"] {
            assert_eq!(text.parse::<FalsePerWeek>(), Err(BadFalsePerWeek::OutOfRange), "{text}");
        }
        for text in ["", "few", "0,3"] {
            assert_eq!(text.parse::<FalsePerWeek>(), Err(BadFalsePerWeek::NotANumber), "{text}");
        }
        let told = BadFalsePerWeek::OutOfRange.to_string();
        assert_eq!(told, "must be from 0.001 to 1000 insights per account and week");
    }

    #[test]
    fn the_words_are_tenfold_steps_around_the_default() {
        let [low, normal, high] = Sensitivity::ALL.map(|word| word.false_per_week().get());
        assert!((low * 10.0 / normal - 1.0).abs() < 1e-12);
        assert!((high / 10.0 / normal - 1.0).abs() < 1e-12);
        assert_eq!(normal.to_bits(), Settings::default().false_insights_per_account_week.to_bits());
    }
}
