//! What the detector asked of each window of one minute, and what it heard.

use serde::{Serialize, Serializer};

use super::recent::PerWindow;
use crate::minute::Minute;

/// Why a minute of a subject is unusual, or is not.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// The minute at whose end the verdict falls.
    pub at: Minute,
    /// Events in that minute.
    pub events: u64,
    /// Whether the detector looks at it at all.
    pub situation: Situation,
    /// A verdict a window that ends with the minute, shortest first; none outside of the logs.
    pub windows: Vec<WindowVerdict>,
    /// What the verdicts rest on.
    pub history: HistoryUsed,
}

/// Whether and how a detector looks at a minute.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "kind")]
pub enum Situation {
    /// It judged the windows that end with the minute.
    Judged,
    /// There was no event, and such minutes are not looked at: the verdicts are what it would have
    /// said.
    NoEvents,
    /// An incident was open, which has been told: the verdicts are on what it left of the counts.
    InIncident {
        /// Its first minute.
        start: Minute,
        /// When it was told.
        fired_at: Minute,
        /// Events in a minute up to which it is quiet again.
        #[serde(serialize_with = "rounded")]
        quiet: f64,
    },
    /// There are no logs of that minute.
    InGap {
        /// First minute without logs.
        start: Minute,
        /// First minute with logs again.
        end: Minute,
    },
    /// The minute is before the first or after the last of the logs.
    OutsideLogs,
}

impl Situation {
    /// Whether there are logs of the minute.
    #[must_use]
    pub const fn is_logged(&self) -> bool {
        !matches!(self, Self::InGap { .. } | Self::OutsideLogs)
    }
}

/// The verdict on one window.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WindowVerdict {
    /// Its length.
    pub minutes: u32,
    /// Events in it.
    pub counted: u64,
    /// Those judged: without what incidents told before brought, and nothing from before a gap.
    pub seen: u64,
    /// Events of `seen` by newcomers.
    pub newcomers: u64,
    /// Whether they are so many that the burst is taken for theirs.
    pub mostly_newcomers: bool,
    /// Events of `seen` in its busiest minute: the smaller their share, the less the bound is
    /// multiplied by for the few insights that are borne.
    pub busiest_minute: u32,
    /// Events expected at this hour.
    #[serde(serialize_with = "rounded")]
    pub expected: f64,
    /// The most that the subject's past makes credible.
    #[serde(serialize_with = "rounded")]
    pub bound: f64,
    /// What decided the bound.
    pub limit: Limit,
    /// The largest sum of such a window in the history used; `None` when there was none.
    pub largest_before: Option<u64>,
    /// -log10 of the chance of as many events under the expectation.
    #[serde(serialize_with = "rounded")]
    pub surprise: f64,
    /// What that must be at least.
    #[serde(serialize_with = "rounded")]
    pub surprise_needed: f64,
    /// The smallest count that would have passed; `None` when none would.
    pub least_unusual: Option<u64>,
    /// What stands against its being unusual; nothing when it passes.
    pub obstacles: Vec<Obstacle>,
}

impl WindowVerdict {
    /// Whether the window is unusual.
    #[must_use]
    pub const fn passes(&self) -> bool {
        self.obstacles.is_empty()
    }
}

/// A reason why a window is not unusual.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum Obstacle {
    /// Fewer events than are looked at.
    TooFew {
        /// The fewest looked at.
        least: u64,
    },
    /// The logs are young, and the subject has not been known for half an hour before the window.
    TooYoung,
    /// The first question: the subject's past makes as much credible.
    WithinBound,
    /// An incident of that size came at this time a day or a week ago, or on the subject's first day.
    Repeats {
        /// First minute of that incident.
        start: Minute,
        /// The minute after its last.
        end: Minute,
    },
    /// The second question: as many are not improbable at this hour.
    NotSurprising,
}

/// To four decimals; what is no number is null.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
fn rounded<S: Serializer>(number: &f64, to: S) -> Result<S::Ok, S::Error> {
    let rounded = (number * 1e4).round() / 1e4;
    to.serialize_f64(if rounded.is_finite() { rounded } else { *number })
}

/// What decided a bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Limit {
    /// The return level of the law fitted to the daily maxima.
    Level,
    /// That level would be too many times the largest sum.
    MostRatio,
    /// The least ratio to the largest sum.
    LeastRatio,
    /// The square roots that small counts may exceed the largest sum by.
    SmallCounts,
    /// What a subject that has just appeared may bring.
    Newborn,
    /// The bound for five minutes.
    FiveMinutes,
    /// The logs are too young to know the subject.
    Learning,
}

/// The history behind a verdict.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HistoryUsed {
    /// Days of logs before the minute, gaps left out, at most 28.
    #[serde(serialize_with = "rounded")]
    pub logged_days: f64,
    /// Those of them that tell something of a day like this one.
    #[serde(serialize_with = "rounded")]
    pub telling_days: f64,
    /// Whether these are too few to know the subject.
    pub learning: bool,
    /// When the subject was first seen, in these logs; `None` when not before the minute.
    pub first_seen: Option<Minute>,
    /// Full days the subject is known for: those whose largest sums are used.
    pub known_days: usize,
    /// The last 28 days that there are logs of and the minute's own, oldest first.
    pub days: Vec<HistoryDay>,
}

/// One day (UTC) of the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HistoryDay {
    /// Its first minute.
    pub day: Minute,
    /// What it is used for.
    pub usage: DayUse,
    /// The largest sum of each window, of the parts that are kept.
    pub largest: PerWindow<u64>,
    /// For which windows it was left out of the law of the maxima because the subject rested.
    pub quiet: PerWindow<bool>,
    /// Whether minutes of an incident in it count for no more than what was expected.
    pub incident: bool,
}

/// What a day of the history is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum DayUse {
    /// Its largest sums are used.
    Full,
    /// It is the minute's own: its sums until an hour before count into the largest before.
    Today,
    /// The subject had not appeared yet.
    BeforeFirstSeen,
    /// Logs cover less than half of it: its sums count into the largest before only.
    HalfLogged,
}
