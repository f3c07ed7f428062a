//! `eventTime` -> [`Minute`].

use std::borrow::Cow;

use chrono::{DateTime, NaiveDateTime, Utc};

use super::Rejection;
use crate::minute::Minute;

/// 2006-01-01T00:00:00Z: no AWS API is older.
const OLDEST_SECOND: i64 = 1_136_073_600;

/// Which event times are believed.
#[derive(Clone, Copy, Debug)]
pub struct TimeRange {
    newest_second: i64,
}

impl TimeRange {
    /// Times from 2006 to a day after `now`.
    #[must_use]
    pub fn until_a_day_after(now: DateTime<Utc>) -> Self {
        Self { newest_second: now.timestamp() + 86_400 }
    }
}

/// The minute of an `eventTime`: RFC 3339 with any precision and offset, the same with a space for
/// the `T` or without an offset (then UTC), or Unix seconds or milliseconds as digits.
///
/// # Errors
/// When the text is no time, or the time is out of `range`.
pub fn event_minute(text: &str, range: TimeRange) -> Result<Minute, Rejection> {
    let seconds = plain_seconds(text)
        .or_else(|| other_seconds(text.trim()))
        .ok_or_else(|| Rejection::BadTime(clip(text)))?;
    Some(seconds)
        .filter(|seconds| (OLDEST_SECOND..=range.newest_second).contains(seconds))
        .and_then(Minute::from_unix_seconds)
        .ok_or_else(|| Rejection::TimeOutOfRange(clip(text)))
}

/// At most 40 characters of a hostile string, for a message.
fn clip(text: &str) -> String {
    text.chars().take(40).collect()
}

/// The form CloudTrail itself writes, `2026-01-01T00:00:00Z`, without chrono's generality.
fn plain_seconds(text: &str) -> Option<i64> {
    let bytes: &[u8; 20] = text.as_bytes().try_into().ok()?;
    let punctuation = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':'), (19, b'Z')];
    if punctuation.iter().any(|&(at, byte)| bytes[at] != byte) {
        return None;
    }
    let number = |from: usize, to: usize| {
        bytes[from..to].iter().try_fold(0_i64, |sum, byte| {
            byte.is_ascii_digit().then(|| sum * 10 + i64::from(byte - b'0'))
        })
    };
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    // Days past the 28th and leap seconds are left to chrono, which knows the calendar.
    if !(1..=12).contains(&month)
        || !(1..=28).contains(&day)
        || hour > 23
        || minute > 59
        || second > 59
    {
        return None;
    }
    Some(days_from_civil(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second)
}

/// Days since the epoch of a proleptic Gregorian date (Hinnant, *chrono-Compatible Low-Level Date
/// Algorithms*, 2021).
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let shifted_year = if month <= 2 { year - 1 } else { year };
    let era = shifted_year.div_euclid(400);
    let year_of_era = shifted_year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

fn other_seconds(text: &str) -> Option<i64> {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return epoch_seconds(text);
    }
    let with_t: Cow<'_, str> = match text.as_bytes().get(10) {
        Some(b' ') => Cow::Owned(text.replacen(' ', "T", 1)),
        _ => Cow::Borrowed(text),
    };
    DateTime::parse_from_rfc3339(&with_t)
        .or_else(|_| DateTime::parse_from_str(&with_t, "%Y-%m-%dT%H:%M:%S%.f%z"))
        .map(|time| time.timestamp())
        .ok()
        .or_else(|| {
            let naive = NaiveDateTime::parse_from_str(&with_t, "%Y-%m-%dT%H:%M:%S%.f").ok()?;
            Some(naive.and_utc().timestamp())
        })
}

fn epoch_seconds(text: &str) -> Option<i64> {
    let whole: i64 = text.split('.').next()?.parse().ok()?;
    // From 10^11 on it is milliseconds: as seconds that would be the year 5138.
    Some(if whole >= 100_000_000_000 { whole / 1_000 } else { whole })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn range() -> TimeRange {
        TimeRange::until_a_day_after(DateTime::from_timestamp(1_795_000_000, 0).unwrap())
    }

    fn minute(text: &str) -> Option<String> {
        event_minute(text, range()).ok().map(|minute| minute.to_string())
    }

    #[test]
    fn every_form_seen_in_the_wild_is_read() {
        for text in [
            "2022-02-07T22:23:37Z",
            "2022-02-07T22:23:37.123Z",
            "2022-02-07T22:23:37.123456789Z",
            "2022-02-08T09:23:37+11:00",
            "2022-02-08 09:23:37+11:00",
            "2022-02-08T09:23:37+1100",
            "2022-02-07 22:23:37",
            "2022-02-07T22:23:37",
            "1644272617",
            "1644272617.5",
            "1644272617000",
        ] {
            assert_eq!(minute(text).as_deref(), Some("2022-02-07T22:23:00Z"), "{text}");
        }
        assert_eq!(minute("2024-02-29T00:00:00Z").as_deref(), Some("2024-02-29T00:00:00Z"));
        // A leap second belongs to the minute it ends.
        assert_eq!(minute("2016-12-31T23:59:60Z").as_deref(), Some("2016-12-31T23:59:00Z"));
    }

    #[test]
    fn times_that_cannot_be_are_refused() {
        for text in ["", "yesterday", "2023-02-29T00:00:00Z", "2022-13-01T00:00:00Z", "1e5", "."] {
            assert!(matches!(event_minute(text, range()), Err(Rejection::BadTime(_))), "{text}");
        }
        for text in ["2005-12-31T23:59:59Z", "2099-01-01T00:00:00Z", "7"] {
            let result = event_minute(text, range());
            assert!(matches!(result, Err(Rejection::TimeOutOfRange(_))), "{text}");
        }
    }

    proptest! {
        #[test]
        fn the_short_way_agrees_with_chrono(seconds in 0_i64..1_900_000_000) {
            let time = DateTime::from_timestamp(seconds, 0).unwrap();
            let text = time.format("%Y-%m-%dT%H:%M:%SZ").to_string();
            if let Some(plain) = plain_seconds(&text) {
                prop_assert_eq!(plain, seconds);
            } else {
                prop_assert!(chrono::Datelike::day(&time) > 28);
            }
        }
    }
}
