//! SQL over bucket stores.
//!
//! A query reads the tables of [`Tables`] and nothing else: it is parsed and looked through
//! before polars sees it (`allowed.rs`). Its answer is the same on any machine and with any number of
//! threads (`steady.rs`).

mod allowed;
mod answer;
mod insights;
mod nearest;
mod parameters;
mod questions;
mod steady;
mod tables;
mod unknown;

use std::fmt;

use crate::store::StoreError;
use nearest::did_you_mean;

pub use answer::Query;
pub use parameters::Parameters;
pub use questions::{QUESTIONS, Question, question};
pub use tables::{TableName, Tables};

/// Why a query has no answer.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// It is no SQL.
    #[error("the query is not understood: {0}")]
    Syntax(String),
    /// There is none.
    #[error("the query is empty")]
    Empty,
    /// There are several statements.
    #[error("a query is one SELECT; these are {0} statements")]
    Statements(usize),
    /// It is far longer than any query.
    #[error("the query is longer than a megabyte")]
    TooLong,
    /// It begins with another word.
    #[error("a query is one SELECT and only reads; {0} is not understood")]
    NotASelect(String),
    /// It reads from a function.
    #[error(
        "FROM {0}: a query reads the tables minutes, insights and files of the store, and no files"
    )]
    TableFunction(String),
    /// It names a table that is not there.
    #[error(
        "there is no table {name}{}; there are minutes, insights and files",
        did_you_mean(.nearest.as_deref())
    )]
    UnknownTable {
        /// The name.
        name: String,
        /// A table with a name like it.
        nearest: Option<String>,
    },
    /// It names a column that is not there.
    #[error("there is no column {name}{}{}", did_you_mean(.nearest.as_deref()), list(.columns))]
    UnknownColumn {
        /// The name.
        name: String,
        /// A column with a name like it.
        nearest: Option<String>,
        /// All columns there are, where no name is like it.
        columns: Vec<String>,
    },
    /// It calls a function that is not there.
    #[error("there is no function {name}{}", unknown::advice(.name, .nearest.as_deref()))]
    UnknownFunction {
        /// The name.
        name: String,
        /// A function with a name like it.
        nearest: Option<String>,
    },
    /// A parameter has no text.
    #[error("the query needs --param {0}=…")]
    MissingParameter(String),
    /// A text is for no parameter.
    #[error("the query has no parameter {name}{}", did_you_mean(.nearest.as_deref()))]
    UnknownParameter {
        /// Its name.
        name: String,
        /// A parameter with a name like it.
        nearest: Option<String>,
    },
    /// There is no ready question of that name.
    #[error("there is no question {name}{}; query --list shows all", did_you_mean(.nearest.as_deref()))]
    UnknownQuestion {
        /// The name.
        name: String,
        /// A question with a name like it.
        nearest: Option<String>,
    },
    /// polars cannot do that.
    #[error("{0}")]
    NotDone(String),
    /// There is no such store, or it cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A table of a store cannot be read.
    #[error("{0}")]
    Table(String),
}

impl QueryError {
    fn syntax(error: &dyn fmt::Display) -> Self {
        let text = error.to_string();
        Self::Syntax(text.strip_prefix("sql parser error: ").unwrap_or(&text).to_owned())
    }

    fn when_empty(self, sql: &str) -> Self {
        match self {
            Self::Statements(number) if number <= 1 || sql.trim().is_empty() => Self::Empty,
            other => other,
        }
    }
}

fn list(columns: &[String]) -> String {
    if columns.is_empty() { String::new() } else { format!("; there are {}", columns.join(", ")) }
}
