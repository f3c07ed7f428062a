//! When the logs say anything at all: a stretch without any log is a gap, not zero calls.

use crate::minute::Minute;

/// A stretch of minutes, `start` included, `end` excluded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// First minute inside.
    pub start: Minute,
    /// First minute after.
    pub end: Minute,
}

impl Span {
    /// Minutes inside.
    #[must_use]
    pub const fn minutes(self) -> u32 {
        self.end.since(self.start)
    }

    /// Whether the minute lies inside.
    #[must_use]
    pub fn contains(self, minute: Minute) -> bool {
        self.start <= minute && minute < self.end
    }

    /// The part both spans share, empty (`start == end`) when there is none.
    #[must_use]
    pub fn intersection(self, other: Self) -> Self {
        let start = self.start.max(other.start);
        Self { start, end: self.end.min(other.end).max(start) }
    }
}

/// The time that the logs of one account cover.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    span: Span,
    /// In time order, disjoint, inside `span`.
    gaps: Vec<Span>,
}

impl Coverage {
    /// Logs from `span.start` to `span.end` with nothing inside `gaps` (in time order, disjoint).
    #[must_use]
    pub fn new(span: Span, gaps: Vec<Span>) -> Self {
        debug_assert!(gaps.windows(2).all(|pair| pair[0].end <= pair[1].start));
        Self { span, gaps }
    }

    /// From the first minute logged to the minute after the last.
    #[must_use]
    pub const fn span(&self) -> Span {
        self.span
    }

    /// The stretches without any log.
    #[must_use]
    pub fn gaps(&self) -> &[Span] {
        &self.gaps
    }

    /// How many minutes of `window` lie inside the span and outside every gap.
    #[must_use]
    pub fn covered_minutes(&self, window: Span) -> u32 {
        let inside = self.span.intersection(window);
        inside.minutes() - self.gap_minutes(inside)
    }

    /// How many minutes of `window` lie inside gaps.
    #[must_use]
    pub fn gap_minutes(&self, window: Span) -> u32 {
        let first = self.gaps.partition_point(|gap| gap.end <= window.start);
        self.gaps[first..]
            .iter()
            .take_while(|gap| gap.start < window.end)
            .map(|gap| gap.intersection(window).minutes())
            .sum()
    }
}
