//! What polars says of a query, in our words: the name that it does not know, and the nearest one.

use std::collections::BTreeSet;

use polars::prelude::PolarsError;
use polars::sql::SQLContext;

use super::QueryError;
use super::nearest::{did_you_mean, nearest};
use super::tables::TableName;

/// The error with the names that it needs.
pub fn explained(
    error: &PolarsError,
    context: &mut SQLContext,
    tables: &BTreeSet<TableName>,
) -> QueryError {
    let text = bare(error);
    let unknown = match error {
        PolarsError::ColumnNotFound(_) => quoted(&text).or(Some(text.as_str())),
        _ if text.starts_with("unable to find column") => quoted(&text),
        _ if text.starts_with("no column named") => quoted(&text),
        _ => None,
    };
    let Some(name) = unknown else { return other(error, text) };
    let mut columns: Vec<String> = Vec::new();
    for table in tables {
        let schema = context
            .execute(&format!("SELECT * FROM {}", table.as_str()))
            .and_then(|mut frame| frame.collect_schema());
        if let Ok(schema) = schema {
            columns.extend(schema.iter_names().map(ToString::to_string));
        }
    }
    let nearest = nearest(name, columns.iter().map(String::as_str));
    if nearest.is_some() {
        columns.clear();
    }
    QueryError::UnknownColumn { name: name.to_owned(), nearest, columns }
}

fn other(error: &PolarsError, text: String) -> QueryError {
    match error {
        PolarsError::IO { .. } => QueryError::Table(text),
        // A file that is no Parquet.
        _ if text.starts_with("parquet: ") => QueryError::Table(text),
        _ => QueryError::NotDone(text),
    }
}

/// The message without polars' name of its kind and without the plan it came from.
fn bare(error: &PolarsError) -> String {
    let text = error.to_string();
    let text = text.split("\n\nResolved plan until failure").next().unwrap_or_default();
    let kinds = ["SQL interface: ", "SQL syntax: ", "invalid operation: ", "not found: "];
    let text = kinds.iter().find_map(|kind| text.strip_prefix(kind)).unwrap_or(text);
    text.trim().to_owned()
}

/// The first name in quotes.
fn quoted(text: &str) -> Option<&str> {
    let quote = text.find(['"', '\''])?;
    let mark = text[quote..].chars().next()?;
    let name = &text[quote + 1..];
    name.split(mark).next().filter(|name| !name.is_empty())
}

/// What to write instead of a function that there is not.
pub fn advice(name: &str, nearest: Option<&str>) -> String {
    if name.starts_with("date_trunc") {
        return "; there are the columns hour and day".to_owned();
    }
    if name.starts_with("read_") {
        return "; a query reads no files".to_owned();
    }
    did_you_mean(nearest)
}
