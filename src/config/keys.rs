//! The keys of a file: where each stands, and which nobody knows.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::de::value::Error as NoValue;
use serde::de::{Deserialize, Deserializer, Error as _, Visitor};
use serde::forward_to_deserialize_any;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::problem::Problem;
use super::sections::{CalendarSection, Detect, Output, Sections, SubjectEntry, SuppressEntry};

/// How alike two keys must be for one to be meant by the other, of 1.
const ALIKE: f64 = 0.7;

/// Where the keys of a file stand, by their path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keys {
    places: BTreeMap<String, Place>,
    text: Text,
}

/// Bytes of a key, and of its value.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    key: Range<usize>,
    value: Range<usize>,
}

impl Keys {
    /// Of a text in which every key is known.
    ///
    /// # Errors
    /// When it is no TOML, or has keys that nobody knows: all of them are told.
    pub fn read(text: &str) -> Result<Self, Vec<Problem>> {
        let mut keys = Self { places: BTreeMap::new(), text: Text::new(text) };
        let root = DeTable::parse(text).map_err(|error| vec![keys.problem(&error)])?;
        keys.add(root.get_ref(), "");
        let mut problems = Vec::new();
        keys.check(root.get_ref(), "", &known(""), &mut problems);
        for (section, value) in root.get_ref() {
            let section = section.get_ref().as_ref();
            let known = known(section);
            if known.is_empty() {
                continue;
            }
            if matches!(section, "suppress" | "subject") && value.get_ref().is_table() {
                problems
                    .push(keys.problem_at(section, &format!("there may be many: [[{section}]]")));
                continue;
            }
            for (path, table) in tables(section, value.get_ref()) {
                keys.check(table, &path, &known, &mut problems);
            }
        }
        problems.sort();
        if problems.is_empty() { Ok(keys) } else { Err(problems) }
    }

    /// The line of a key, or of the first key below it.
    #[must_use]
    pub fn line(&self, path: &str) -> Option<usize> {
        let below = |key: &str| {
            key.strip_prefix(path)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        let places = self.places.iter().filter(|(key, _)| below(key));
        places.map(|(_, place)| self.text.line(place.key.start)).min()
    }

    /// Where and what an error is about.
    pub fn problem(&self, error: &toml::de::Error) -> Problem {
        let at = error.span().map_or(0, |span| span.start);
        let holds = |place: &Place| place.key.contains(&at) || place.value.contains(&at);
        let deepest =
            self.places.iter().filter(|(_, place)| holds(place)).max_by_key(|(key, _)| key.len());
        let key = deepest.map_or(String::new(), |(key, _)| key.clone());
        self.text.problem(at, key, one_line(error.message()))
    }

    /// Something wrong with a key that is understood.
    pub fn problem_at(&self, key: &str, why: &str) -> Problem {
        let at = self.places.get(key).map_or(0, |place| place.key.start);
        self.text.problem(at, key.to_owned(), why.to_owned())
    }

    fn add(&mut self, table: &DeTable<'_>, below: &str) {
        for (key, value) in table {
            let path = join(below, key.get_ref());
            self.insert(&path, key.span(), value);
            match value.get_ref() {
                DeValue::Table(table) => self.add(table, &path),
                DeValue::Array(array) => {
                    for (number, entry) in (1..).zip(array.iter()) {
                        let path = format!("{path}[{number}]");
                        self.insert(&path, entry.span(), entry);
                        if let DeValue::Table(table) = entry.get_ref() {
                            self.add(table, &path);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    fn insert(&mut self, path: &str, key: Range<usize>, value: &Spanned<DeValue<'_>>) {
        self.places.insert(path.to_owned(), Place { key, value: value.span() });
    }

    /// Tells of the keys of a table that are not among those known.
    fn check(&self, table: &DeTable<'_>, path: &str, known: &[&str], unknown: &mut Vec<Problem>) {
        for key in table.keys() {
            let key = key.get_ref().as_ref();
            if known.contains(&key) {
                continue;
            }
            unknown.push(self.problem_at(&join(path, key), &unknown_key(key, known)));
        }
    }
}

/// The tables of a section: itself, or its entries.
fn tables<'v, 'i>(section: &str, value: &'v DeValue<'i>) -> Vec<(String, &'v DeTable<'i>)> {
    match value {
        DeValue::Table(table) => vec![(section.to_owned(), table)],
        DeValue::Array(array) => {
            let entries = (1..).zip(array.iter()).filter_map(|(number, entry)| {
                Some((format!("{section}[{number}]"), entry.get_ref().as_table()?))
            });
            entries.collect()
        }
        _ => Vec::new(),
    }
}

/// The keys of a section; of the file where the name is empty.
pub fn known(section: &str) -> Vec<&'static str> {
    match section {
        "" => fields_of::<Sections>(),
        "detect" => fields_of::<Detect>(),
        "output" => fields_of::<Output>(),
        "calendar" => fields_of::<CalendarSection>(),
        "suppress" => fields_of::<SuppressEntry>(),
        "subject" => fields_of::<SubjectEntry>(),
        _ => Vec::new(),
    }
}

fn unknown_key(key: &str, known: &[&str]) -> String {
    let likeness =
        |other: &&str| strsim::jaro_winkler(&key.to_lowercase().replace('-', "_"), other);
    let nearest = known.iter().copied().max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    if let Some(nearest) = nearest.filter(|nearest| likeness(nearest) >= ALIKE) {
        return format!("unknown key; did you mean {nearest}?");
    }
    let sections = ["detect", "output", "calendar", "suppress", "subject"];
    match sections.iter().find(|section| self::known(section).contains(&key)) {
        Some(section) => format!("unknown key here; it belongs to [{section}]"),
        None => format!("unknown key; known are {}", known.join(", ")),
    }
}

fn join(below: &str, key: &str) -> String {
    if below.is_empty() { key.to_owned() } else { format!("{below}.{key}") }
}

/// A text, and where its lines begin.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Text {
    text: String,
    lines: Vec<usize>,
}

impl Text {
    fn new(text: &str) -> Self {
        let after = text.match_indices('\n').map(|(at, _)| at + 1);
        Self { text: text.to_owned(), lines: std::iter::once(0).chain(after).collect() }
    }

    /// The line of a byte, from 1 on.
    fn line(&self, byte: usize) -> usize {
        self.lines.partition_point(|start| *start <= byte)
    }

    fn problem(&self, byte: usize, key: String, why: String) -> Problem {
        let line = self.line(byte);
        let start = self.lines.get(line.saturating_sub(1)).copied().unwrap_or(0);
        let before = self.text.get(start..byte).unwrap_or_default();
        Problem { line, column: before.chars().count() + 1, key, why }
    }
}

fn one_line(message: &str) -> String {
    message.lines().map(str::trim).collect::<Vec<_>>().join("; ")
}

/// The names of a struct's fields, as serde knows them: what may stand in a table is said once.
fn fields_of<'de, T: Deserialize<'de>>() -> Vec<&'static str> {
    let mut fields = Vec::new();
    // Always an error: there is nothing to read.
    _ = T::deserialize(Fields(&mut fields));
    fields
}

struct Fields<'f>(&'f mut Vec<&'static str>);

impl<'de> Deserializer<'de> for Fields<'_> {
    type Error = NoValue;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, NoValue> {
        self.0.extend(fields);
        Err(NoValue::custom("no value"))
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, NoValue> {
        Err(NoValue::custom("no value"))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}
