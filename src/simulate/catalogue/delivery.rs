//! How logs are delivered, and what goes wrong with it.

use super::Range;
use crate::simulate::Faults;

/// Minutes of events in a file.
pub const MINUTES_A_FILE: u32 = 5;
/// Minutes from the end of those to the delivery.
pub const DELAY: (u32, u32) = (2, 9);
/// Most events in a file; what is more goes to further files.
pub const MOST_EVENTS: u32 = 2_000;

/// How many of each fault.
pub struct FaultNumbers {
    /// By account and Region.
    pub late_files: u32,
    pub duplicate_files: u32,
    pub duplicate_events: u32,
    pub torn_files: u32,
    /// By account.
    pub gaps: u32,
}

impl FaultNumbers {
    /// The numbers for 28 days.
    pub const fn of(faults: Faults) -> Self {
        let times = match faults {
            Faults::None => 0,
            Faults::Some => 1,
            Faults::Many => 8,
        };
        Self {
            late_files: 4 * times,
            duplicate_files: 3 * times,
            duplicate_events: 3 * times,
            torn_files: 2 * times,
            gaps: match faults {
                Faults::None => 0,
                Faults::Some => 1,
                Faults::Many => 3,
            },
        }
    }
}

/// Hours that a late file takes.
pub const LATE_HOURS: Range = Range(2.0, 18.0);
/// Minutes that a gap lasts.
pub const GAP_MINUTES: Range = Range(120.0, 420.0);
/// Share of a file's events that come twice.
pub const COPIED: Range = Range(0.1, 0.6);
/// Share of a torn file's bytes that are left.
pub const LEFT: Range = Range(0.3, 0.9);
