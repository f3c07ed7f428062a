//! Days off: whatever day of the week they are, they are like Sundays.

use crate::minute::Minute;

/// Days of the week, from Monday on.
const SATURDAY: u32 = 5;
const SUNDAY: u32 = 6;

/// The days that count as Sundays beside the Sundays. Days are numbered from the epoch, in UTC.
///
/// ```
/// use trailspike::detect::Calendar;
/// let monday = 4;
/// assert_eq!(Calendar::default().week_day(monday), 0);
/// assert_eq!(Calendar::new([(monday, monday)]).week_day(monday), 6);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    /// First and last day of each stretch, in order and disjoint.
    days_off: Vec<(u32, u32)>,
}

impl Calendar {
    /// No day off.
    #[must_use]
    pub const fn empty() -> Self {
        Self { days_off: Vec::new() }
    }

    /// From the first and the last day of each stretch, in any order; one that ends before it begins
    /// has no days.
    #[must_use]
    pub fn new(stretches: impl IntoIterator<Item = (u32, u32)>) -> Self {
        let mut sorted: Vec<(u32, u32)> =
            stretches.into_iter().filter(|(first, last)| first <= last).collect();
        sorted.sort_unstable();
        let mut days_off: Vec<(u32, u32)> = Vec::new();
        for (first, last) in sorted {
            match days_off.last_mut() {
                Some((_, end)) if first <= end.saturating_add(1) => *end = (*end).max(last),
                _ => days_off.push((first, last)),
            }
        }
        Self { days_off }
    }

    /// Whether that is a day off.
    #[must_use]
    pub fn is_day_off(&self, day: u32) -> bool {
        let next = self.days_off.partition_point(|(first, _)| *first <= day);
        let before = next.checked_sub(1).and_then(|index| self.days_off.get(index));
        before.is_some_and(|(_, last)| day <= *last)
    }

    /// The day of the week, 0 a Monday and 6 a Sunday or a day off.
    #[must_use]
    pub fn week_day(&self, day: u32) -> u32 {
        if self.is_day_off(day) {
            return SUNDAY;
        }
        // The epoch was a Thursday.
        (day % 7 + 3) % 7
    }

    /// Whether that is a Saturday, a Sunday or a day off.
    #[must_use]
    pub fn is_weekend(&self, minute: Minute) -> bool {
        self.week_day(minute.day()) >= SATURDAY
    }
}

#[cfg(test)]
mod tests;
