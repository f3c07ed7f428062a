//! What is wrong with a configuration file.

use std::fmt::{self, Write as _};
use std::io;
use std::path::{Path, PathBuf};

use crate::output::visible;

/// Why a configuration file is of no use.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// It is not there, or may not be read.
    #[error("cannot read the configuration {}", shown(path))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// No configuration is as long.
    #[error("the configuration {} is larger than {most} bytes", shown(path))]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The most bytes read.
        most: u64,
    },
    /// It is not text.
    #[error("the configuration {} is not text in UTF-8", shown(path))]
    NotUtf8 {
        /// The file.
        path: PathBuf,
    },
    /// It says what cannot be understood.
    #[error("the configuration is wrong{}", lines(path, problems))]
    Invalid {
        /// The file.
        path: PathBuf,
        /// What and where, in the order of the file; never empty.
        problems: Vec<Problem>,
    },
}

/// One thing that cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Line, from 1 on.
    pub line: usize,
    /// Character of the line, from 1 on.
    pub column: usize,
    /// The key it is about, `detect.min_count` or `suppress[2].expires`; empty where there is none.
    pub key: String,
    /// What is wrong, on one line.
    pub why: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: ", self.line, self.column)?;
        if !self.key.is_empty() {
            write!(f, "{}: ", visible(&self.key, false))?;
        }
        f.write_str(&visible(&self.why, false))
    }
}

fn shown(path: &Path) -> String {
    visible(&path.display().to_string(), false).into_owned()
}

/// A line a problem. Whatever the file holds, nothing of it hides or moves anything.
fn lines(path: &Path, problems: &[Problem]) -> String {
    let path = shown(path);
    let mut lines = String::new();
    for problem in problems {
        // Writing to a string cannot fail.
        _ = write!(lines, "\n  {path}:{problem}");
    }
    lines
}
