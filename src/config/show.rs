//! What is in force, and who says so.

use std::fmt::Write as _;

use toml::Value;

use super::{Config, Origin};
use crate::detect::{FalsePerWeek, Sensitivity};
use crate::insight::InsightOptions;
use crate::output::visible;

/// The columns before a comment.
const VALUES: usize = 34;

/// Every setting with its source, as TOML that says the same as the file.
#[must_use]
pub fn show(config: Option<&(Config, Origin)>) -> String {
    let mut shown = String::new();
    // Writing to a string cannot fail.
    _ = match config {
        None => writeln!(shown, "# no configuration file: all is as built in"),
        Some((config, origin)) => {
            writeln!(shown, "# {}, {}", path(config), origin.words())
        }
    };
    let config = config.map(|(config, _)| config);
    _ = writeln!(shown, "\n[detect]");
    for (key, default) in defaults() {
        setting(config, key, &default, &mut shown);
    }
    _ = writeln!(shown, "\n[output]");
    match config.and_then(|config| Some((config, config.table.get("output")?.get("format")?))) {
        Some((config, format)) => {
            line("format", format, &source(config, "output.format"), &mut shown);
        }
        None => shown.push_str("# format: table on a terminal, jsonl elsewhere\n"),
    }
    let Some(config) = config else { return shown };
    if let Some(days) = config.table.get("calendar").and_then(|table| table.get("days_off")) {
        _ = writeln!(shown, "\n[calendar]");
        line("days_off", days, &source(config, "calendar.days_off"), &mut shown);
    }
    for section in ["suppress", "subject"] {
        rules(config, section, &mut shown);
    }
    shown
}

/// One setting of `[detect]`. The sensitivity is a number, whatever it was written as.
fn setting(config: Option<&Config>, key: &str, default: &Value, shown: &mut String) {
    let table = config.and_then(|config| config.table.get("detect"));
    let set = |key: &str| Some((config?, table?.get(key)?));
    let word = config.and_then(|config| config.detect.sensitivity);
    match (set(key), word.filter(|_| key == "false_per_week")) {
        (Some((config, value)), _) => {
            line(key, value, &source(config, &format!("detect.{key}")), shown);
        }
        (None, Some(word)) => {
            let number = Value::Float(Sensitivity::false_per_week(word).get());
            let source = config.map(|config| source(config, "detect.sensitivity"));
            let source = format!("{}, {}", source.unwrap_or_default(), word.as_str());
            line(key, &number, &source, shown);
        }
        (None, None) => line(key, default, "default", shown),
    }
}

fn rules(config: &Config, section: &str, shown: &mut String) {
    let entries = config.table.get(section).and_then(Value::as_array);
    for (number, entry) in (1..).zip(entries.into_iter().flatten()) {
        let Some(table) = entry.as_table() else { continue };
        let path = format!("{section}[{number}]");
        _ = writeln!(shown, "\n[[{section}]]  # {}", source(config, &path));
        for (key, value) in table {
            _ = writeln!(shown, "{key} = {}", text(value));
        }
    }
}

/// What holds without a file, in the order it is shown.
fn defaults() -> Vec<(&'static str, Value)> {
    let options = InsightOptions::default();
    let word = |word: &str| Value::String(word.to_owned());
    let none = || Value::Array(Vec::new());
    vec![
        ("false_per_week", Value::Float(FalsePerWeek::default().get())),
        ("min_count", Value::Integer(options.min_count.into())),
        ("min_ratio", Value::Float(options.min_ratio.get())),
        ("drops", Value::Boolean(false)),
        ("roll_ups", Value::Boolean(options.roll_ups)),
        ("detector", word("surge")),
        ("identity", word("role")),
        ("category", word("management")),
        ("write_only", Value::Boolean(false)),
        ("exclude_account", none()),
        ("exclude_region", none()),
        ("exclude_event_source", none()),
        ("exclude_event_name", none()),
    ]
}

fn path(config: &Config) -> String {
    visible(&config.path.display().to_string(), false).into_owned()
}

fn source(config: &Config, key: &str) -> String {
    config.keys.line(key).map_or_else(|| path(config), |line| format!("{}:{line}", path(config)))
}

fn line(key: &str, value: &Value, source: &str, shown: &mut String) {
    let setting = format!("{key} = {}", text(value));
    _ = writeln!(shown, "{setting:<VALUES$}  # {source}");
}

/// A value as TOML, on one line and with nothing in it that hides.
fn text(value: &Value) -> String {
    match value {
        Value::String(string) => quoted(string),
        Value::Integer(number) => number.to_string(),
        // Debug always has a point or an exponent.
        Value::Float(number) => format!("{number:?}"),
        Value::Boolean(boolean) => boolean.to_string(),
        Value::Datetime(time) => time.to_string(),
        Value::Array(values) => {
            format!("[{}]", values.iter().map(text).collect::<Vec<_>>().join(", "))
        }
        Value::Table(table) => {
            let entry =
                |(key, value): (&String, &Value)| format!("{} = {}", quoted(key), text(value));
            format!("{{ {} }}", table.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
    }
}

fn quoted(string: &str) -> String {
    let mut quoted = String::with_capacity(string.len() + 2);
    quoted.push('"');
    for character in string.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            _ if visible(character.encode_utf8(&mut [0; 4]), false).starts_with('\\') => {
                _ = write!(quoted, "\\U{:08X}", u32::from(character));
            }
            _ => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}
