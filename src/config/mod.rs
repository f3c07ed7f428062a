//! The configuration file: settings that stay, so that they need not be typed, and what only a file
//! can say: what to hide, subjects with settings of their own, days off.

mod find;
mod keys;
mod problem;
mod sections;
mod show;
mod value;

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

pub use find::{FILE_NAME, Origin, Places};
pub use problem::{ConfigError, Problem};
pub use sections::{Category, Detect, Identities, Output};
pub use show::show;

use crate::AnalysisOptions;
use crate::detect::Calendar;
use crate::insight::SubjectRules;
use crate::suppress::Suppressions;
use keys::Keys;
use sections::Sections;

/// A file with all that can be said, as comments: what `trailspike config init` writes.
pub const EXAMPLE: &str = include_str!("example.toml");

/// The most bytes of a configuration file.
const MOST_BYTES: u64 = 1 << 20;

/// What a configuration file says.
///
/// ```
/// use std::path::Path;
/// use trailspike::config::Config;
///
/// let path = Path::new("trailspike.toml");
/// let config = Config::parse(path, "[detect]\nmin_count = 25\n")?;
/// assert_eq!(config.detect.min_count, Some(25));
/// let error = Config::parse(path, "[detect]\nmin_cuont = 25\n").unwrap_err();
/// assert!(error.to_string().contains("trailspike.toml:2:1: detect.min_cuont"));
/// assert!(error.to_string().contains("did you mean min_count?"));
/// # Ok::<(), trailspike::config::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Config {
    /// What is held to be unusual, and of which events.
    pub detect: Detect,
    /// How results are written.
    pub output: Output,
    /// The days that are like Sundays.
    pub calendar: Calendar,
    /// What is hidden.
    pub suppressions: Suppressions,
    /// Subjects with settings of their own.
    pub subjects: SubjectRules,
    path: PathBuf,
    /// As written, to be shown.
    table: toml::Table,
    keys: Keys,
}

impl Config {
    /// Reads a file.
    ///
    /// # Errors
    /// When it cannot be read, and when it says what cannot be understood.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let unreadable = |source| ConfigError::Unreadable { path: path.to_owned(), source };
        let mut bytes = Vec::new();
        let file = File::open(path).map_err(unreadable)?;
        file.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        if bytes.len() as u64 > MOST_BYTES {
            return Err(ConfigError::TooLarge { path: path.to_owned(), most: MOST_BYTES });
        }
        let text =
            String::from_utf8(bytes).map_err(|_| ConfigError::NotUtf8 { path: path.to_owned() })?;
        Self::parse(path, &text)
    }

    /// Understands the text of a file; `path` is what it is called.
    ///
    /// # Errors
    /// When it says what cannot be understood.
    pub fn parse(path: &Path, text: &str) -> Result<Self, ConfigError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let invalid = |problems| ConfigError::Invalid { path: path.to_owned(), problems };
        let keys = Keys::read(text).map_err(invalid)?;
        let problem = |error: &toml::de::Error| invalid(vec![keys.problem(error)]);
        let sections: Sections = toml::from_str(text).map_err(|error| problem(&error))?;
        if sections.detect.false_per_week.is_some() && sections.detect.sensitivity.is_some() {
            return Err(invalid(vec![keys.problem_at("detect.sensitivity", sections::BOTH)]));
        }
        let table: toml::Table = toml::from_str(text).map_err(|error| problem(&error))?;
        Ok(Self {
            detect: sections.detect,
            output: sections.output,
            calendar: sections.calendar.calendar(),
            suppressions: Suppressions::new(
                sections.suppress.into_iter().map(|rule| rule.0).collect(),
            ),
            subjects: SubjectRules::new(sections.subject.into_iter().map(|rule| rule.0).collect()),
            path: path.to_owned(),
            table,
            keys,
        })
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How many rules hide something, and how many have settings for a subject.
    #[must_use]
    pub fn rules(&self) -> (usize, usize) {
        let entries = |key| self.table.get(key).and_then(toml::Value::as_array).map_or(0, Vec::len);
        (entries("suppress"), entries("subject"))
    }

    /// Puts into the options what no flag can say.
    pub fn apply(&self, options: &mut AnalysisOptions) {
        options.calendar = self.calendar.clone();
        options.subjects = self.subjects.clone();
        options.suppressions = self.suppressions.clone();
    }
}

#[cfg(test)]
mod tests;
