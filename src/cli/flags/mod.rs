//! Flags that several commands share, and the library's option types they become.

mod cloud;
mod config;
mod detection;
mod events;
mod geo;
mod presentation;
mod reading;
mod validation;
mod view;

pub use cloud::CloudArgs;
pub use config::ConfigArgs;
pub use detection::DetectionArgs;
pub use events::{EventArgs, time_bound};
pub use geo::GeoArgs;
pub use presentation::TableArgs;
pub use reading::{ReadingArgs, records_were_read, something_was_read};
pub use validation::ValidationArgs;
pub use view::ViewArgs;

use trailspike::AnalysisOptions;

/// All that may be chosen about an analysis.
pub fn analysis_options(
    events: &EventArgs,
    detection: &DetectionArgs,
    reading: &ReadingArgs,
) -> anyhow::Result<AnalysisOptions> {
    Ok(AnalysisOptions {
        filter: events.filter()?,
        keep_sessions: detection.keeps_sessions(),
        limits: reading.limits(),
        memory: reading.memory(),
        insights: detection.insight_options(events.calls()),
        detector: detection.detector(),
        settings: detection.settings(),
        access: reading.access(),
        ..AnalysisOptions::new()
    })
}
