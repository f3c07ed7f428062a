//! `--from` and `--to` as people type them.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};

use crate::minute::Minute;
use crate::minute::{DAY, HOUR, WEEK};

/// A time that cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not a time: give a date (2026-03-01), a date and time (2026-03-01T14:30:00Z), or how \
     long ago (30m, 12h, 7d, 2w)"
)]
pub struct BadTimeBound(String);

/// The minute a bound names: a date (its midnight), an RFC 3339 time (UTC where it has no offset),
/// or how long before `now` (`30m`, `12h`, `7d`, `2w`).
///
/// # Errors
/// When the text is none of these.
pub fn parse_time_bound(text: &str, now: DateTime<Utc>) -> Result<Minute, BadTimeBound> {
    let midnight = || {
        let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
        date.and_hms_opt(0, 0, 0).map(|time| time.and_utc().timestamp())
    };
    let full = || DateTime::parse_from_rfc3339(text).ok().map(|time| time.timestamp());
    let naive = |format| {
        NaiveDateTime::parse_from_str(text, format).ok().map(|time| time.and_utc().timestamp())
    };
    midnight()
        .or_else(full)
        .or_else(|| naive("%Y-%m-%dT%H:%M:%S"))
        .or_else(|| naive("%Y-%m-%dT%H:%M"))
        .or_else(|| naive("%Y-%m-%dT%H:%MZ"))
        .or_else(|| naive("%Y-%m-%d %H:%M"))
        .or_else(|| ago(text).map(|minutes| now.timestamp() - i64::from(minutes) * 60))
        .and_then(Minute::from_unix_seconds)
        .ok_or_else(|| BadTimeBound(text.to_owned()))
}

/// How many minutes `7d` and the like are.
fn ago(text: &str) -> Option<u32> {
    let text = text.trim_start_matches('-');
    let unit = match text.chars().last()? {
        'm' => 1,
        'h' => HOUR,
        'd' => DAY,
        'w' => WEEK,
        _ => return None,
    };
    text[..text.len() - 1].parse::<u32>().ok()?.checked_mul(unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bound(text: &str) -> Option<String> {
        let now = DateTime::from_timestamp(1_773_000_000, 0).unwrap();
        parse_time_bound(text, now).ok().map(|minute| minute.to_string())
    }

    #[test]
    fn dates_times_and_distances_are_read() {
        for (text, minute) in [
            ("2026-03-01", "2026-03-01T00:00:00Z"),
            ("2026-03-01T14:30:59Z", "2026-03-01T14:30:00Z"),
            ("2026-03-01T14:30:00+02:00", "2026-03-01T12:30:00Z"),
            ("2026-03-01T14:30", "2026-03-01T14:30:00Z"),
            ("2026-03-01T14:30Z", "2026-03-01T14:30:00Z"),
            ("2026-03-01 14:30", "2026-03-01T14:30:00Z"),
            ("1d", "2026-03-07T20:00:00Z"),
            ("-90m", "2026-03-08T18:30:00Z"),
        ] {
            assert_eq!(bound(text).as_deref(), Some(minute), "{text}");
        }
        for text in ["", "d", "yesterday", "2026-02-30", "7", "é", "99999999999w"] {
            assert_eq!(bound(text), None, "{text}");
        }
    }
}
