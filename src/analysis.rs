//! The whole way, from files to insights.

use std::path::PathBuf;
use std::sync::Arc;

use serde::Deserialize;

use crate::cloud::{Access, CloudError};
use crate::count::{
    CountError, CountOptions, Counted, EventFilter, MemoryLimits, MinuteCounts, Progress,
    SpillError, Tally, Witness, count,
};
use crate::detect::{Calendar, Detector, PeakDetector, Settings, SurgeDetector};
use crate::event::TimeRange;
use crate::input::{Discovery, InputError, Limits, discover_with};
use crate::insight::{FindError, Found, InsightOptions, SubjectRules, find_insights_with};
use crate::store::{StoreCounts, StoreError, StoreRead, read_stores};
use crate::suppress::{Suppressed, Suppressions};

/// Which rule tells unusual from usual.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DetectorKind {
    /// Extreme values of the subject's own past, and the chance at this hour. See
    /// [`SurgeDetector`].
    #[default]
    Surge,
    /// Twice the largest of the last 14 days, as a yardstick. See [`PeakDetector`].
    Peak,
}

/// Everything that a user may choose about an analysis.
#[derive(Clone, Debug)]
pub struct AnalysisOptions {
    /// Which events are counted.
    pub filter: EventFilter,
    /// Whether assumed-role sessions keep their own name rather than their role's.
    pub keep_sessions: bool,
    /// Which event times are believed.
    pub times: TimeRange,
    /// How much of one file is read.
    pub limits: Limits,
    /// How much is held in memory.
    pub memory: MemoryLimits,
    /// What is looked for.
    pub insights: InsightOptions,
    /// The rule.
    pub detector: DetectorKind,
    /// How sensitive the rule is.
    pub settings: Settings,
    /// The days that are like Sundays.
    pub calendar: Calendar,
    /// Subjects with settings of their own.
    pub subjects: SubjectRules,
    /// What is hidden.
    pub suppressions: Suppressions,
    /// Who sees the files as they are read.
    pub witness: Option<Arc<dyn Witness>>,
    /// How object stores are reached.
    pub access: Access,
}

impl AnalysisOptions {
    /// The defaults. Event times are believed up to a day after now.
    #[must_use]
    pub fn new() -> Self {
        Self {
            filter: EventFilter::default(),
            keep_sessions: false,
            times: TimeRange::until_a_day_after(chrono::Utc::now()),
            limits: Limits::default(),
            memory: MemoryLimits::default(),
            insights: InsightOptions::default(),
            detector: DetectorKind::default(),
            settings: Settings::default(),
            calendar: Calendar::default(),
            subjects: SubjectRules::default(),
            suppressions: Suppressions::default(),
            witness: None,
            access: Access::default(),
        }
    }

    /// Those that say how events are counted.
    #[must_use]
    pub fn count_options(&self) -> CountOptions {
        CountOptions {
            filter: self.filter.clone(),
            keep_sessions: self.keep_sessions,
            times: self.times,
            limits: self.limits,
            memory: self.memory.clone(),
            witness: self.witness.clone(),
        }
    }
}

impl Default for AnalysisOptions {
    fn default() -> Self {
        Self::new()
    }
}

/// Why there is no analysis.
#[derive(Debug, thiserror::Error)]
pub enum AnalysisError {
    /// There is nothing to read.
    #[error(transparent)]
    Input(#[from] InputError),
    /// A bucket store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Counts did not fit in memory nor on disk.
    #[error(transparent)]
    Spill(#[from] SpillError),
    /// An object store refuses us.
    #[error(transparent)]
    Cloud(#[from] CloudError),
    /// Insights could not be looked for.
    #[error(transparent)]
    Find(#[from] FindError),
}

impl From<CountError> for AnalysisError {
    fn from(error: CountError) -> Self {
        match error {
            CountError::Spill(error) => Self::Spill(error),
            CountError::Cloud(error) => Self::Cloud(error),
        }
    }
}

/// What came of the logs.
#[derive(Debug)]
pub struct Analysis {
    /// The minute counts.
    pub table: MinuteCounts,
    /// What was read, counted and left.
    pub tally: Tally,
    /// What is unusual, without what is hidden.
    pub found: Found,
    /// What is hidden, and what the rules did.
    pub suppressed: Suppressed,
    /// The bucket stores that were read, if any were.
    pub stores: Vec<StoreRead>,
}

/// Finds the files of the inputs that can hold what the filter takes.
///
/// # Errors
/// When an input does not exist or there is no file at all.
pub fn find_files(inputs: &[PathBuf], options: &AnalysisOptions) -> Result<Discovery, InputError> {
    discover_with(inputs, &options.filter, &options.access)
}

/// Reads the files or stores and counts their events, on the threads of the current rayon pool.
///
/// # Errors
/// When counts do not fit in memory and there is no room on disk, or a store cannot be read.
pub fn count_inputs(
    files: &Discovery,
    options: &AnalysisOptions,
    progress: &Progress,
) -> Result<StoreCounts, AnalysisError> {
    let count_options = options.count_options();
    if files.stores.is_empty() {
        let counted = count(&files.files, &count_options, progress)?;
        return Ok(StoreCounts { counted, stores: Vec::new() });
    }
    Ok(read_stores(&files.stores, &count_options, &options.access)?)
}

/// Reads the files or stores, counts their events and finds what is unusual, on the threads of the
/// current rayon pool.
///
/// # Errors
/// When counts do not fit in memory and there is no room on disk, or a store cannot be read. Other
/// bad input is no error: it is in [`Analysis::tally`].
pub fn analyse(
    files: &Discovery,
    options: &AnalysisOptions,
    progress: &Progress,
) -> Result<Analysis, AnalysisError> {
    let StoreCounts { counted: Counted { table, tally }, stores } =
        count_inputs(files, options, progress)?;
    let surge = SurgeDetector::new(options.settings).with_calendar(options.calendar.clone());
    let detector: &dyn Detector = match options.detector {
        DetectorKind::Surge => &surge,
        DetectorKind::Peak => &PeakDetector,
    };
    let mut found = find_insights_with(&table, detector, options.insights, &options.subjects)?;
    let logs_begin = table.coverage().values().map(|coverage| coverage.span().start).min();
    let suppressed = options.suppressions.apply(&mut found.insights, logs_begin);
    Ok(Analysis { table, tally, found, suppressed, stores })
}
