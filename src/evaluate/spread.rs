//! Minutes of many cases in three numbers.

use serde::Serialize;

/// How minutes are spread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Spread {
    /// Cases.
    pub of: usize,
    /// Half of them have no more.
    pub median: u32,
    /// 95 of 100 have no more.
    pub p95: u32,
    /// The largest.
    pub most: u32,
}

impl Spread {
    /// Of all these minutes; `None` without any.
    #[must_use]
    pub fn of(minutes: impl IntoIterator<Item = u32>) -> Option<Self> {
        let mut minutes: Vec<u32> = minutes.into_iter().collect();
        minutes.sort_unstable();
        // The smallest case that so many of a hundred do not exceed.
        let rank = |percent: usize| (minutes.len() * percent).div_ceil(100).saturating_sub(1);
        Some(Self {
            of: minutes.len(),
            median: *minutes.get(rank(50))?,
            p95: *minutes.get(rank(95))?,
            most: *minutes.last()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_cases() {
        assert_eq!(Spread::of([]), None);
        let one = Spread::of([7]).unwrap();
        assert_eq!((one.median, one.p95, one.most), (7, 7, 7));
        let hundred = Spread::of((1..=100).rev()).unwrap();
        assert_eq!((hundred.median, hundred.p95, hundred.most, hundred.of), (50, 95, 100, 100));
        assert_eq!(Spread::of([0, 0, 0, 9]).unwrap().median, 0);
    }
}
