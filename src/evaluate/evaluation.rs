//! What an evaluation comes to, whichever way it went.

use serde::Serialize;

use super::curve::CurvePoint;
use super::inject::Injection;
use super::score::Score;

/// The outcome of an evaluation.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Evaluation {
    /// Of insights, against labels.
    Insights {
        /// The figures.
        score: Box<Score>,
    },
    /// Of logs, against labels.
    Logs {
        /// The figures at the setting in use.
        score: Box<Score>,
        /// And at a ladder of settings.
        curve: Vec<CurvePoint>,
    },
    /// Of logs without labels.
    Injection {
        /// What was planted and found.
        injection: Box<Injection>,
    },
}
