//! How well insights fit what is known to have happened.
//!
//! [`Told`] is an insight as somebody told it: ours, or Amazon's own records read back
//! ([`read_told`]). [`Score`] holds it against [`crate::labels::Labels`]; [`curve()`] does so at a
//! ladder of settings; [`inject()`] plants incidents into minute counts of a user's own logs, so that
//! no labels are needed. What matches what: `docs/evaluate.md`.

mod curve;
mod evaluation;
mod false_insights;
mod found;
mod incidents;
mod inject;
mod lists;
mod matching;
mod offsets;
mod pair;
mod read;
mod score;
mod share;
mod size;
mod spread;
mod told;

pub use curve::{CurvePoint, LADDER, Rung, curve};
pub use evaluation::Evaluation;
pub use false_insights::FalseInsights;
pub use found::{ClassRow, KindRow, SizeRecall, SubjectClass};
pub use incidents::{AsIncidents, AsIncidentsOfKind, AsIncidentsRow, Mistaken, right_pattern};
pub use inject::{
    GroupRow, InjectError, InjectOptions, Injection, MIN_PAST, PEAK_DAYS, Shape, SizeRow, inject,
};
pub use lists::{Missed, WrongTold};
pub use matching::{JudgedEffect, Matching, SLACK};
pub use offsets::{FirstIdentity, Offsets};
pub use pair::{Pairing, pair};
pub use read::{ReadTold, read_told};
pub use score::Score;
pub use share::Share;
pub use size::Size;
pub use spread::Spread;
pub use told::{SeriesName, TakenFor, Told};
