//! A part of a whole, and how sure it is.

use serde::{Serialize, Serializer};

/// The 97.5% quantile of the normal law.
const Z: f64 = 1.959_963_985;

/// How many of how many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// Those that are so.
    pub part: u64,
    /// All of them.
    pub of: u64,
}

impl Share {
    /// Of these, those that are so.
    #[must_use]
    pub fn of(all: impl IntoIterator<Item = bool>) -> Self {
        let mut share = Self::default();
        for is_so in all {
            share.add(is_so);
        }
        share
    }

    /// Counts one more.
    pub fn add(&mut self, is_so: bool) {
        self.of += 1;
        self.part += u64::from(is_so);
    }

    /// Between 0 and 1; `None` of nothing.
    #[must_use]
    pub fn value(self) -> Option<f64> {
        (self.of > 0).then(|| as_f64(self.part) / as_f64(self.of))
    }

    /// Where the true share lies in 95% of cases, if each counted by itself: Wilson's interval
    /// (*Journal of the American Statistical Association* 22, 1927).
    ///
    /// ```
    /// use trailspike::evaluate::Share;
    /// let (low, high) = Share { part: 90, of: 100 }.interval().unwrap();
    /// assert!((low - 0.826).abs() < 0.001 && (high - 0.945).abs() < 0.001);
    /// ```
    #[must_use]
    pub fn interval(self) -> Option<(f64, f64)> {
        let (share, n) = (self.value()?, as_f64(self.of));
        let scale = 1.0 + Z * Z / n;
        let middle = (share + Z * Z / (2.0 * n)) / scale;
        let half = Z / scale * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
        Some(((middle - half).max(0.0), (middle + half).min(1.0)))
    }
}

impl Serialize for Share {
    /// `{"part":…,"of":…,"share":…,"low":…,"high":…}`, the last three `null` of nothing.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Fields {
            part: u64,
            of: u64,
            share: Option<f64>,
            low: Option<f64>,
            high: Option<f64>,
        }
        let (low, high) = self.interval().unzip();
        let [share, low, high] = [self.value(), low, high].map(|number| number.map(rounded));
        Fields { part: self.part, of: self.of, share, low, high }.serialize(serializer)
    }
}

/// To four decimals.
pub(super) fn rounded(number: f64) -> f64 {
    (number * 1e4).round() / 1e4
}

#[expect(clippy::cast_precision_loss, reason = "nobody counts 2^53 incidents")]
pub(super) const fn as_f64(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nothing_has_no_share() {
        assert_eq!((Share::default().value(), Share::default().interval()), (None, None));
        assert_eq!(Share::of([true, false, true, true]), Share { part: 3, of: 4 });
        let json = serde_json::to_string(&Share { part: 1, of: 3 }).unwrap();
        assert_eq!(json, r#"{"part":1,"of":3,"share":0.3333,"low":0.0615,"high":0.7923}"#);
    }

    proptest! {
        #[test]
        fn the_interval_holds_the_share(of in 1..5_000_u64, part in 0..5_000_u64) {
            let share = Share { part: part.min(of), of };
            let ((low, high), value) = (share.interval().unwrap(), share.value().unwrap());
            prop_assert!(0.0 <= low && low <= value + 1e-12 && value <= high + 1e-12 && high <= 1.0);
            prop_assert!(low < high);
        }
    }
}
