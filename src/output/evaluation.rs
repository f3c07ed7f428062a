//! Evaluations -> what people and programs read.

mod curve;
mod injection;
mod page;
mod score;

use std::io;

use self::page::Page;
use super::table::TableOptions;
use super::visible::escape_json;
use crate::evaluate::Evaluation;

/// A form that evaluations can be written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EvaluationFormat {
    /// For people.
    Table(TableOptions),
    /// One JSON document.
    Json,
}

/// Writes an evaluation as a whole document.
///
/// # Errors
/// Those of `out`.
pub fn write_evaluation(
    evaluation: &Evaluation,
    format: EvaluationFormat,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let EvaluationFormat::Table(options) = format else {
        let json = serde_json::to_string_pretty(evaluation)?;
        return writeln!(out, "{}", escape_json(&json));
    };
    let mut page = Page::new(options);
    match evaluation {
        Evaluation::Insights { score } => {
            score::put(score, &mut page);
            score::put_lists(score, &mut page);
        }
        Evaluation::Logs { score, curve } => {
            score::put(score, &mut page);
            curve::put(curve, &mut page);
            score::put_lists(score, &mut page);
        }
        Evaluation::Injection { injection } => injection::put(injection, &mut page),
    }
    out.write_all(page.text().as_bytes())
}
