//! The unit of time everything is counted in.

use std::fmt;
use std::ops::{Add, Sub};

use chrono::{DateTime, Datelike, Timelike, Utc};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Minutes in an hour, a day and a week.
pub const HOUR: u32 = 60;
/// Minutes in a day.
pub const DAY: u32 = 1_440;
/// Minutes in a week.
pub const WEEK: u32 = 10_080;

/// A whole minute in UTC, counted from the Unix epoch.
///
/// ```
/// use trailspike::Minute;
/// let minute = Minute::from_unix_seconds(1_767_225_661).unwrap();
/// assert_eq!(minute.to_string(), "2026-01-01T00:01:00Z");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Minute(u32);

impl Minute {
    /// The minute that many minutes after the Unix epoch.
    #[must_use]
    pub const fn new(minutes_since_epoch: u32) -> Self {
        Self(minutes_since_epoch)
    }

    /// The minute a Unix time in seconds falls in; `None` before 1970 or past the type's end.
    #[must_use]
    pub fn from_unix_seconds(seconds: i64) -> Option<Self> {
        u32::try_from(seconds.div_euclid(60)).ok().map(Self)
    }

    /// Minutes since the Unix epoch.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }

    /// Seconds since the Unix epoch of the minute's first second.
    #[must_use]
    pub fn unix_seconds(self) -> i64 {
        i64::from(self.0) * 60
    }

    /// Days since the Unix epoch.
    #[must_use]
    pub const fn day(self) -> u32 {
        self.0 / DAY
    }

    /// 00:00 UTC of this minute's day.
    #[must_use]
    pub const fn start_of_day(self) -> Self {
        Self(self.day() * DAY)
    }

    /// Minutes since 00:00 UTC, `0..1440`.
    #[must_use]
    pub const fn minute_of_day(self) -> u32 {
        self.0 % DAY
    }

    /// Hours since Monday 00:00 UTC, `0..168`.
    #[must_use]
    pub const fn hour_of_week(self) -> u32 {
        // The epoch was a Thursday.
        ((self.0 / HOUR) + 3 * 24) % 168
    }

    /// This minute less that many, never below the epoch.
    #[must_use]
    pub const fn saturating_sub(self, minutes: u32) -> Self {
        Self(self.0.saturating_sub(minutes))
    }

    /// Minutes from `earlier` to this one; 0 when `earlier` is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> u32 {
        self.0.saturating_sub(earlier.0)
    }

    /// The minute as a date and time.
    #[must_use]
    pub fn to_datetime(self) -> DateTime<Utc> {
        // Every u32 of minutes lies within chrono's range.
        DateTime::from_timestamp(self.unix_seconds(), 0).unwrap_or_default()
    }
}

/// As it is displayed.
impl Serialize for Minute {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// From any RFC 3339 time; its seconds are dropped.
impl<'de> Deserialize<'de> for Minute {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let time = DateTime::parse_from_rfc3339(&text).map_err(D::Error::custom)?;
        let minute = Self::from_unix_seconds(time.timestamp());
        minute.ok_or_else(|| D::Error::custom(format_args!("{text} is before 1970")))
    }
}

impl Add<u32> for Minute {
    type Output = Self;
    fn add(self, minutes: u32) -> Self {
        Self(self.0.saturating_add(minutes))
    }
}

impl Sub<u32> for Minute {
    type Output = Self;
    fn sub(self, minutes: u32) -> Self {
        self.saturating_sub(minutes)
    }
}

impl fmt::Display for Minute {
    /// RFC 3339 with whole minutes, as CloudTrail writes it: `2026-01-01T00:01:00Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = self.to_datetime();
        write!(
            f,
            "{:04}-{:02}-{:02}T{:02}:{:02}:00Z",
            time.year(),
            time.month(),
            time.day(),
            time.hour(),
            time.minute()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_epoch_was_a_thursday() {
        assert_eq!(Minute::new(0).hour_of_week(), 72);
        // 2026-11-16 is a Monday.
        let monday = Minute::from_unix_seconds(1_794_787_200).unwrap();
        assert_eq!(monday.to_string(), "2026-11-16T00:00:00Z");
        assert_eq!(monday.hour_of_week(), 0);
    }

    #[test]
    fn times_before_the_epoch_are_no_minutes() {
        assert_eq!(Minute::from_unix_seconds(-1), None);
        assert_eq!(Minute::from_unix_seconds(59), Some(Minute::new(0)));
    }
}
