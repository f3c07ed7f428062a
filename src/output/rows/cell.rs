//! One value of a table.

use chrono::{DateTime, Timelike as _};
use polars::prelude::*;
use serde_json::Value;

use super::super::csv;
use super::super::numbers;

/// Digits of a number that need not be whole: sums of such numbers differ in the last digits with
/// the order they are added up in, which threads decide.
const DIGITS: usize = 12;

/// A value as it is written.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Null,
    Whole(i128),
    Number(f64),
    Truth(bool),
    Text(String),
    /// A time, RFC 3339.
    Time(String),
    List(Vec<Cell>),
}

impl Cell {
    /// The value of a column in a row.
    pub fn of(column: &Column, row: usize) -> Self {
        column.get(row).map_or(Self::Null, |value| Self::from(&value))
    }

    pub fn csv(&self) -> String {
        match self {
            Self::Null => String::new(),
            Self::Whole(number) => number.to_string(),
            Self::Number(number) => number.to_string(),
            Self::Truth(truth) => truth.to_string(),
            Self::Text(text) => csv::text(text),
            Self::Time(time) => time.clone(),
            Self::List(_) => csv::text(&self.json().to_string()),
        }
    }

    pub fn json(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Whole(number) => match (i64::try_from(*number), u64::try_from(*number)) {
                (Ok(number), _) => number.into(),
                (_, Ok(number)) => number.into(),
                _ => number.to_string().into(),
            },
            Self::Number(number) => Value::from(*number),
            Self::Truth(truth) => Value::from(*truth),
            Self::Text(text) | Self::Time(text) => Value::from(text.as_str()),
            Self::List(cells) => cells.iter().map(Self::json).collect(),
        }
    }

    /// For people: thousands parted, times to the minute.
    pub fn shown(&self) -> String {
        match self {
            Self::Null => "-".to_owned(),
            Self::Whole(number) => {
                let size = u64::try_from(number.unsigned_abs());
                let digits = size.map_or_else(|_| number.to_string(), numbers::count);
                if *number < 0 && size.is_ok() { format!("-{digits}") } else { digits }
            }
            Self::Number(number) => csv::number(Some(*number)),
            Self::Time(time) => {
                let time = time.strip_suffix(":00Z").or(time.strip_suffix('Z')).unwrap_or(time);
                time.replacen('T', " ", 1)
            }
            Self::Text(text) => text.clone(),
            Self::Truth(_) | Self::List(_) => self.json().to_string(),
        }
    }

    pub const fn is_number(&self) -> bool {
        matches!(self, Self::Whole(_) | Self::Number(_))
    }
}

impl From<&AnyValue<'_>> for Cell {
    fn from(value: &AnyValue<'_>) -> Self {
        match value {
            AnyValue::Null => Self::Null,
            AnyValue::Boolean(truth) => Self::Truth(*truth),
            AnyValue::String(text) => Self::Text((*text).to_owned()),
            AnyValue::StringOwned(text) => Self::Text(text.to_string()),
            AnyValue::Datetime(time, unit, _) | AnyValue::DatetimeOwned(time, unit, _) => {
                time_of(*time, *unit)
            }
            AnyValue::List(values) => {
                Self::List(values.iter().map(|value| Self::from(&value)).collect())
            }
            AnyValue::Float32(number) => number_of(f64::from(*number)),
            AnyValue::Float64(number) => number_of(*number),
            other if other.is_integer() => other.extract().map_or(Self::Null, Self::Whole),
            other => Self::Text(other.to_string()),
        }
    }
}

fn number_of(number: f64) -> Cell {
    if !number.is_finite() {
        return Cell::Null;
    }
    let digits = format!("{number:.precision$e}", precision = DIGITS - 1);
    Cell::Number(digits.parse().unwrap_or(number))
}

fn time_of(time: i64, unit: TimeUnit) -> Cell {
    let time = match unit {
        TimeUnit::Nanoseconds => Some(DateTime::from_timestamp_nanos(time)),
        TimeUnit::Microseconds => DateTime::from_timestamp_micros(time),
        TimeUnit::Milliseconds => DateTime::from_timestamp_millis(time),
    };
    let Some(time) = time else { return Cell::Null };
    let form = if time.nanosecond() == 0 { "%Y-%m-%dT%H:%M:%SZ" } else { "%Y-%m-%dT%H:%M:%S%.fZ" };
    Cell::Time(time.format(form).to_string())
}
