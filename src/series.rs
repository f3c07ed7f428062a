//! Minute counts -> the sparse series of one subject.

use crate::Minute;

/// How often a subject was seen in one minute. Minutes without events have no point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// When.
    pub minute: Minute,
    /// Events in this minute, at least 1.
    pub events: u32,
    /// Those of them made by newcomers: callers whose identity, or whose user agent and source IP
    /// both, were first seen on this subject less than a day before this minute.
    pub newcomers: u32,
}

/// The sparse minute counts of one subject, in time order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Series {
    /// Strictly ascending by minute.
    pub points: Vec<Point>,
}
