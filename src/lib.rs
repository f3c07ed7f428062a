//! Finds what is unusual in AWS CloudTrail logs: periods in which an API is called, or fails, far
//! more often than it normally does, with who did it, in the record format of CloudTrail Insights.
//!
//! Data flows one way, and each module is one stage:
//!
//! [`input`] bytes → [`event`] events → [`count`] minute counts → [`series`] series →
//! [`detect`] episodes → [`insight`] insights → [`output`] what people and programs read.
//!
//! ```
//! use trailspike::{AnalysisOptions, analyse, find_files};
//!
//! let options = AnalysisOptions::new();
//! let files = find_files(&["sample-logs".into()], &options)?;
//! let analysis = analyse(&files, &options, &trailspike::Progress::default())?;
//! for insight in &analysis.found.insights {
//!     println!("{} {}", insight.span.start, insight.event_name);
//! }
//! # assert!(!analysis.found.insights.is_empty());
//! # Ok::<(), trailspike::AnalysisError>(())
//! ```

mod analysis;
pub mod cloud;
pub mod config;
pub mod count;
pub mod coverage;
pub mod detect;
pub mod evaluate;
pub mod event;
pub mod explain;
pub mod geo;
pub mod graph;
mod hex;
pub mod identity_view;
pub mod input;
pub mod insight;
pub mod labels;
pub mod minute;
pub mod output;
pub mod query;
pub mod report;
pub mod series;
pub mod series_view;
pub mod simulate;
pub mod store;
pub mod suppress;
pub mod sweep;
pub mod verify;

pub use analysis::{
    Analysis, AnalysisError, AnalysisOptions, DetectorKind, analyse, count_inputs, find_files,
};
pub use count::Progress;
pub use event::{error_family::ErrorFamily, fold_session};
pub use insight::{Insight, Severity};
pub use minute::Minute;
