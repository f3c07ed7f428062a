//! Times: seconds since 1970, UTC, and how they are written.

use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};

/// Seconds in a minute.
pub const MINUTE: i64 = 60;
/// Seconds in an hour.
pub const HOUR: i64 = 3600;
/// Seconds in a day.
pub const DAY: i64 = 86_400;

/// The first second of a day.
pub fn midnight(day: NaiveDate) -> i64 {
    day.signed_duration_since(NaiveDate::default()).num_seconds()
}

/// The hour of the day, 0 to 23.
pub fn hour(seconds: i64) -> u32 {
    moment(seconds).hour()
}

/// True on Saturdays and Sundays.
pub fn is_weekend(seconds: i64) -> bool {
    moment(seconds).weekday().num_days_from_monday() >= 5
}

/// Appends `2026-03-09T14:20:00Z`.
pub fn push_time(out: &mut String, seconds: i64) {
    let at = moment(seconds);
    push_day(out, at, '-');
    out.push('T');
    push_two(out, at.hour());
    out.push(':');
    push_two(out, at.minute());
    out.push(':');
    push_two(out, at.second());
    out.push('Z');
}

/// `2026-03-09T14:20:00Z`.
pub fn time(seconds: i64) -> String {
    let mut out = String::with_capacity(20);
    push_time(&mut out, seconds);
    out
}

/// `2026/03/09`, as in the keys of log files.
pub fn folder(seconds: i64) -> String {
    let mut out = String::with_capacity(10);
    push_day(&mut out, moment(seconds), '/');
    out
}

/// `20260309T1420Z`, as in the names of log files.
pub fn stamp(seconds: i64) -> String {
    moment(seconds).format("%Y%m%dT%H%MZ").to_string()
}

fn moment(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap_or_default()
}

fn push_day(out: &mut String, at: DateTime<Utc>, separator: char) {
    let year = at.year().unsigned_abs();
    push_two(out, year / 100);
    push_two(out, year % 100);
    out.push(separator);
    push_two(out, at.month());
    out.push(separator);
    push_two(out, at.day());
}

fn push_two(out: &mut String, value: u32) {
    for digit in [value / 10 % 10, value % 10] {
        out.push(char::from_digit(digit, 10).unwrap_or('0'));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_trails_write_them() {
        let at = 1_773_066_000;
        assert_eq!(time(at), "2026-03-09T14:20:00Z");
        assert_eq!(stamp(at), "20260309T1420Z");
        assert_eq!(folder(at), "2026/03/09");
        assert!(!is_weekend(at));
        assert_eq!(hour(at), 14);
    }
}
