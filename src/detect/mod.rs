//! Series -> episodes: when does a subject's rate stop being normal, and when is it normal again.
//!
//! Nothing here knows where the counts come from: counts per minute go in, episodes come out.

mod bound;
mod busiest;
mod calendar;
mod changepoint;
mod close_calls;
mod expectation;
mod explanation;
mod extremes;
mod history;
mod incident;
mod peak;
mod recent;
mod sensitivity;
mod settings;
mod silence;
mod surge;
mod tail;

pub use busiest::{Busiest, BusiestCounts};
pub use calendar::Calendar;
pub use close_calls::CloseCalls;
pub use explanation::{
    DayUse, Explanation, HistoryDay, HistoryUsed, Limit, Obstacle, Situation, WindowVerdict,
};
pub use peak::PeakDetector;
pub use recent::{PerWindow, WINDOWS};
pub use sensitivity::{BadFalsePerWeek, FalsePerWeek, Sensitivity};
pub use settings::Settings;
pub use surge::{Level, SurgeDetector};

use crate::coverage::{Coverage, Span};
use crate::minute::Minute;
use crate::series::Series;

/// One subject to look at.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// Its counts.
    pub series: &'a Series,
    /// The time its logs cover.
    pub coverage: &'a Coverage,
    /// The smallest number of events in a window that can be an episode.
    pub min_count: u32,
    /// How sensitive to be with it, where that is not the detector's own setting.
    pub false_per_week: Option<FalsePerWeek>,
    /// How the account's subjects vary, where that is known.
    pub close_calls: Option<&'a CloseCalls>,
    /// How busy they are, where as much is to be expected of this one when it is new.
    pub busiest: Option<&'a Busiest>,
}

impl<'a> Subject<'a> {
    /// A subject of which no more is known: the detector's own sensitivity, and nothing of how its
    /// account varies.
    #[must_use]
    pub const fn new(series: &'a Series, coverage: &'a Coverage, min_count: u32) -> Self {
        let (false_per_week, close_calls, busiest) = (None, None, None);
        Self { series, coverage, min_count, false_per_week, close_calls, busiest }
    }
}

/// Which way a rate left the normal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// More events than normal.
    Rise,
    /// Almost none where there are always many.
    Drop,
}

/// A stretch of unusual minutes of one subject.
#[derive(Clone, Debug, PartialEq)]
pub struct Episode {
    /// First unusual minute, and the minute after the last one.
    pub span: Span,
    /// Whether it still went on when the logs ended.
    pub ongoing: bool,
    /// More than normal, or less.
    pub direction: Direction,
    /// Why it is unusual.
    pub evidence: Evidence,
}

/// The numbers that made an episode fire, for people to check.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// The minute at whose end the verdict fell.
    pub fired_at: Minute,
    /// Length in minutes of the window that fired, ending with `fired_at`.
    pub window: u32,
    /// Events in that window.
    pub seen: u64,
    /// Events expected in that window at that hour, before it began.
    pub expected: f64,
    /// The most that the subject's past makes credible in such a window.
    pub bound: f64,
    /// The largest sum of such a window in the history used; `None` when there was none.
    pub largest_before: Option<u64>,
    /// -log10 of the chance of as many (or as few) events under the expectation.
    pub surprise: f64,
    /// Days of history the verdict rests on.
    pub history_days: f64,
    /// Whether that history was too short to know the subject.
    pub learning: bool,
    /// Events expected over the whole of the episode.
    pub expected_in_span: f64,
}

/// Finds the episodes of subjects.
pub trait Detector: Sync {
    /// The episodes of each subject, in the order given, each list in time order and disjoint.
    fn detect(&self, subjects: &[Subject<'_>]) -> Vec<Vec<Episode>>;

    /// The days (since the epoch) on which the subject came near being unusual, for
    /// [`CloseCalls`]; none for detectors that do not ask how an account varies.
    fn close_calls(&self, _: Subject<'_>) -> Vec<u32> {
        Vec::new()
    }

    /// Whether verdicts follow how an account varies: then [`Detector::close_calls`] tells it.
    fn follows_accounts(&self) -> bool {
        false
    }
}
