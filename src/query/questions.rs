//! Questions that are often asked, ready to be run: one SQL file each in `questions/`.
//!
//! The comment lines at the top of a file say what it answers; a line that begins with `:name` says
//! what a parameter is.

use super::QueryError;
use super::nearest::nearest;

/// A question with its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question {
    /// What `--name` takes.
    pub name: &'static str,
    /// The whole file, comments and all.
    pub sql: &'static str,
}

impl Question {
    /// What it answers, in a sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        let lines = self.comments().filter(|line| !line.starts_with(':'));
        lines.collect::<Vec<_>>().join(" ")
    }

    /// Its parameters, each with what it is.
    pub fn parameters(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let lines = self.comments().filter_map(|line| line.strip_prefix(':'));
        lines.map(|line| line.split_once(' ').unwrap_or((line, "")))
    }

    fn comments(&self) -> impl Iterator<Item = &'static str> {
        let lines = self.sql.lines().map_while(|line| line.strip_prefix("--"));
        lines.map(str::trim)
    }
}

macro_rules! questions {
    ($($name:literal),* $(,)?) => {
        /// Every ready question, in the order it is listed.
        pub const QUESTIONS: &[Question] = &[
            $(Question { name: $name, sql: include_str!(concat!("questions/", $name, ".sql")) }),*
        ];
    };
}

questions!(
    "root-activity",
    "console-logins",
    "failed-logins-by-address",
    "top-denied-identities",
    "top-denied-addresses",
    "new-identities",
    "new-regions",
    "widest-identities",
    "access-key-changes",
    "iam-policy-changes",
    "security-group-changes",
    "bucket-deletions",
    "logging-switched-off",
    "busiest-apis",
    "errors-by-code",
    "throttled-calls",
    "stopped-apis",
    "hours-of-identity",
    "insights-by-pattern",
);

/// The question of that name.
///
/// # Errors
/// When there is none.
pub fn question(name: &str) -> Result<&'static Question, QueryError> {
    QUESTIONS.iter().find(|question| question.name == name).ok_or_else(|| {
        let nearest = nearest(name, QUESTIONS.iter().map(|question| question.name));
        QueryError::UnknownQuestion { name: name.to_owned(), nearest }
    })
}
