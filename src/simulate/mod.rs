//! Labelled months of CloudTrail logs: ordinary traffic with incidents in it, each known exactly.
//!
//! A month is made in two layers. The plan says what happens in each minute of an account and Region:
//! which API is called, by whom, with which outcome and how often. Rendering writes the plan's events
//! as records, in files as CloudTrail delivers them. The plan can also be counted as it is, without a
//! single record, which takes a fraction of the time.
//!
//! ```
//! use trailspike::simulate::{Faults, SimulateOptions, Simulation};
//!
//! let options = SimulateOptions { days: 3, accounts: 1, regions: 1, ..SimulateOptions::default() };
//! let month = Simulation::new(options)?.minute_counts();
//! assert!(month.labels.events > 0 && !month.labels.incidents.is_empty());
//! # Ok::<(), trailspike::simulate::BadOptions>(())
//! ```

mod calendar;
mod cast;
mod catalogue;
mod delivery;
mod dice;
mod folder;
mod incident;
mod options;
mod plan;
mod record;
mod simulation;
mod traffic;
mod write;

use crate::labels::IncidentKind;

pub use folder::{LABELS_FILE, SimulateError};
pub use options::{BadOptions, Faults, Incidents, REGIONS, SimulateOptions, World};
pub use simulation::{SimulatedCounts, Simulation};
pub use write::{Progress, Written};

/// Every kind of incident that is simulated.
pub fn kinds() -> impl Iterator<Item = IncidentKind> {
    catalogue::incidents::specs().map(|spec| spec.kind)
}
