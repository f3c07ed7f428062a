//! Values of a configuration file that are more than a number or a word.

use std::fmt;

use chrono::NaiveDate;
use serde::de::value::SeqAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};

use crate::count::Globs;
use crate::minute::{DAY, Minute};
use crate::output::Format;
use crate::suppress::Network;

/// One text or a list of texts.
struct Texts(Vec<String>);

impl Texts {
    /// Of which there is at least one.
    fn some<E: Error>(self) -> Result<Vec<String>, E> {
        if self.0.is_empty() {
            return Err(E::custom("the list is empty; without the key all is taken"));
        }
        Ok(self.0)
    }
}

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrMany;
        impl<'de> Visitor<'de> for OneOrMany {
            type Value = Texts;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or a list of texts")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Texts, E> {
                Ok(Texts(vec![text.to_owned()]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Texts, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(list)).map(Texts)
            }
        }
        deserializer.deserialize_any(OneOrMany)
    }
}

/// One glob or several.
#[derive(Clone, Debug)]
pub struct GlobList(pub Globs);

impl<'de> Deserialize<'de> for GlobList {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let texts = Texts::deserialize(deserializer)?.some()?;
        Globs::new(&texts, &[]).map(Self).map_err(D::Error::custom)
    }
}

/// One block of addresses or several.
#[derive(Clone, Debug)]
pub struct NetworkList(pub Vec<Network>);

impl<'de> Deserialize<'de> for NetworkList {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let texts = Texts::deserialize(deserializer)?.some::<D::Error>()?;
        let networks = texts.iter().map(|text| text.parse().map_err(D::Error::custom));
        networks.collect::<Result<_, _>>().map(Self)
    }
}

/// No glob, one or several, as they were written.
pub fn globs<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<String>>, D::Error> {
    let Texts(texts) = Texts::deserialize(deserializer)?;
    Globs::new(&[], &texts).map_err(D::Error::custom)?;
    Ok(Some(texts))
}

/// A format by its name.
pub fn format<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Format>, D::Error> {
    let name = String::deserialize(deserializer)?;
    let found = Format::ALL.into_iter().find(|format| format.as_str() == name);
    let names: Vec<&str> = Format::ALL.iter().map(|format| format.as_str()).collect();
    let unknown = || D::Error::custom(format!("unknown format; known are {}", names.join(", ")));
    found.map(Some).ok_or_else(unknown)
}

/// A day, as a date of TOML or as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day(u32);

impl Day {
    /// Its first minute.
    pub fn start(self) -> Minute {
        Minute::new(self.0.saturating_mul(DAY))
    }

    fn parse(text: &str) -> Result<Self, String> {
        let date = NaiveDate::parse_from_str(text, "%Y-%m-%d")
            .map_err(|_| format!("{text:?} is no day, such as 2026-12-24"))?;
        let midnight = date.and_time(chrono::NaiveTime::MIN).and_utc();
        let minute = Minute::from_unix_seconds(midnight.timestamp());
        minute.map(|minute| Self(minute.day())).ok_or_else(|| format!("{text} is out of range"))
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = date_text(deserializer)?;
        Self::parse(&text).map_err(D::Error::custom)
    }
}

/// A day, or the first and the last of several: `2026-12-28..2026-12-31`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days(Day, Day);

impl Days {
    /// The first and the last, numbered from the epoch.
    pub fn numbers(self) -> (u32, u32) {
        (self.0.0, self.1.0)
    }
}

impl<'de> Deserialize<'de> for Days {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = date_text(deserializer)?;
        let (first, last) = text.split_once("..").unwrap_or((&text, &text));
        let day = |text: &str| Day::parse(text.trim()).map_err(D::Error::custom);
        let days = Self(day(first)?, day(last)?);
        if days.0.0 > days.1.0 {
            return Err(D::Error::custom(format!("{text} ends before it begins")));
        }
        Ok(days)
    }
}

/// The text of a date, which TOML writes without quotation marks or with them.
fn date_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    match toml::Value::deserialize(deserializer)? {
        toml::Value::String(text) => Ok(text),
        toml::Value::Datetime(date) => Ok(date.to_string()),
        other => {
            Err(D::Error::custom(format!("{} is no day, such as 2026-12-24", other.type_str())))
        }
    }
}
