//! Sizes of incidents, in a subject's own largest five minutes.

use serde::{Serialize, Serializer};

/// A size that figures are given for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Size(u32);

impl Size {
    /// All of them.
    pub const ALL: [Self; 6] = [Self(1), Self(2), Self(3), Self(5), Self(10), Self(30)];

    /// The one nearest to a size, in ratio. What is no size is the smallest.
    #[must_use]
    pub fn nearest(size: f64) -> Self {
        let distance = |one: Self| (size.max(f64::MIN_POSITIVE) / f64::from(one.0)).ln().abs();
        let [smallest, ..] = Self::ALL;
        Self::ALL
            .into_iter()
            .min_by(|a, b| distance(*a).total_cmp(&distance(*b)))
            .unwrap_or(smallest)
    }

    /// How many times the subject's own peak.
    #[must_use]
    pub const fn times(self) -> u32 {
        self.0
    }
}

impl Serialize for Size {
    /// The number.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_is_in_ratio() {
        for (size, nearest) in [
            (0.0, 1),
            (0.2, 1),
            (1.41, 1),
            (1.42, 2),
            (2.44, 2),
            (2.46, 3),
            (7.0, 5),
            (7.1, 10),
            (17.0, 10),
            (17.4, 30),
            (1e300, 30),
            (f64::NAN, 1),
        ] {
            assert_eq!(Size::nearest(size).times(), nearest, "{size}");
        }
    }
}
