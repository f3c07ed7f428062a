//! The last hour of one subject: sums over every window that ends now.

use std::collections::VecDeque;

use crate::minute::Minute;
use crate::series::Point;

/// The lengths in minutes of the windows that are looked at, ascending.
pub const WINDOWS: [u32; 4] = [1, 5, 15, 60];

/// The window of five minutes.
pub const FIVE: usize = 1;
const _: () = assert!(WINDOWS[FIVE] == 5);

/// A number for each window.
pub type PerWindow<T> = [T; WINDOWS.len()];

/// A minute, and the sums of the windows that end with it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moment {
    /// When.
    pub minute: Minute,
    /// Events in it.
    pub events: u32,
    /// Those of them by newcomers.
    pub newcomers: u32,
    /// Events in each window that ends with it.
    pub sums: PerWindow<u64>,
}

/// The moments of the last hour, oldest first.
#[derive(Clone, Debug, Default)]
pub struct Recent {
    moments: VecDeque<Moment>,
    /// First moment inside each window.
    first: PerWindow<usize>,
    sums: PerWindow<u64>,
    newcomers: PerWindow<u64>,
}

impl Recent {
    /// Adds a minute later than all before it, and hands those that left the hour to `expire`.
    pub fn push(
        &mut self,
        minute: Minute,
        events: u32,
        newcomers: u32,
        expire: impl FnMut(Moment),
    ) {
        self.moments.push_back(Moment { minute, events, newcomers, sums: [0; WINDOWS.len()] });
        for (i, window) in WINDOWS.into_iter().enumerate() {
            self.sums[i] += u64::from(events);
            self.newcomers[i] += u64::from(newcomers);
            while let Some(old) = self.moments.get(self.first[i])
                && minute.since(old.minute) >= window
            {
                self.sums[i] -= u64::from(old.events);
                self.newcomers[i] -= u64::from(old.newcomers);
                self.first[i] += 1;
            }
        }
        if let Some(last) = self.moments.back_mut() {
            last.sums = self.sums;
        }
        let left = self.first[WINDOWS.len() - 1];
        // Mostly none: draining costs more than looking.
        (0..left).filter_map(|_| self.moments.pop_front()).for_each(expire);
        for first in &mut self.first {
            *first -= left;
        }
    }

    /// Empties the hour, handing all of it to `expire`.
    pub fn flush(&mut self, expire: impl FnMut(Moment)) {
        self.moments.drain(..).for_each(expire);
        *self = Self::default();
    }

    /// Replaces the events of every minute from `start` on by no more than `at_most`.
    pub fn cap_from(&mut self, start: Minute, at_most: u32) {
        let moments = std::mem::take(&mut self.moments);
        *self = Self::default();
        for moment in moments {
            if moment.minute < start {
                self.push(moment.minute, moment.events, moment.newcomers, |_| ());
                if let Some(last) = self.moments.back_mut() {
                    // The hour before this one is gone from here, not from its sums.
                    last.sums = moment.sums;
                }
            } else {
                let events = moment.events.min(at_most);
                self.push(moment.minute, events, moment.newcomers.min(events), |_| ());
            }
        }
    }

    /// The moments of the hour up to the minute pushed last, oldest first.
    pub fn moments(&self) -> impl DoubleEndedIterator<Item = &Moment> {
        self.moments.iter()
    }

    /// Events in each window that ends with the minute pushed last.
    #[must_use]
    pub const fn sums(&self) -> &PerWindow<u64> {
        &self.sums
    }

    /// Events in the busiest minute of window `i` that ends with the minute pushed last.
    #[must_use]
    pub fn busiest(&self, i: usize) -> u32 {
        let inside = self.moments.range(self.first[i]..);
        inside.map(|moment| moment.events).max().unwrap_or(0)
    }

    /// Events by newcomers in each window that ends with the minute pushed last.
    #[must_use]
    pub const fn newcomers(&self) -> &PerWindow<u64> {
        &self.newcomers
    }
}

/// Whether any window of a series, in time order, holds so many events; of [`Recent`] none does when
/// this says so, whatever is left out of it or capped.
pub fn any_holds(points: &[Point], least: u64) -> bool {
    let longest = WINDOWS[WINDOWS.len() - 1];
    let (mut first, mut sum) = (0, 0);
    points.iter().any(|point| {
        sum += u64::from(point.events);
        while point.minute.since(points[first].minute) >= longest {
            sum -= u64::from(points[first].events);
            first += 1;
        }
        sum >= least
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_window_holds_as_many_as_any_window_does(
            steps in prop::collection::vec((1..90_u32, 1..9_u32), 1..60), least in 1..60_u64
        ) {
            let (mut recent, mut minute, mut most) = (Recent::default(), 1_000, 0);
            let mut points = Vec::new();
            for (step, events) in steps {
                minute += step;
                let at = Minute::new(minute);
                recent.push(at, events, 0, |_| ());
                most = recent.sums().iter().copied().max().unwrap_or(0).max(most);
                points.push(Point { minute: at, events, newcomers: 0 });
            }
            prop_assert_eq!(any_holds(&points, least), most >= least);
        }
    }

    #[test]
    fn sums_cover_exactly_their_windows() {
        let mut recent = Recent::default();
        let mut expired = Vec::new();
        for minute in [100, 101, 104, 105, 159, 160, 161] {
            recent.push(Minute::new(minute), 10, 1, |moment| expired.push(moment.minute.get()));
        }
        assert_eq!(recent.sums(), &[10, 30, 30, 50]);
        assert_eq!(recent.newcomers(), &[1, 3, 3, 5]);
        assert_eq!(expired, [100, 101]);
    }

    #[test]
    fn the_busiest_minute_is_the_windows_own() {
        let mut recent = Recent::default();
        assert_eq!(recent.busiest(0), 0);
        for (minute, events) in [(101, 90), (102, 30), (150, 20), (160, 3), (161, 2)] {
            recent.push(Minute::new(minute), events, 0, |_| ());
        }
        assert_eq!([0, 1, 2, 3].map(|i| recent.busiest(i)), [2, 3, 20, 30]);
    }

    #[test]
    fn capping_takes_events_out_of_all_sums() {
        let mut recent = Recent::default();
        for minute in 10..20 {
            recent.push(Minute::new(minute), 100, 50, |_| ());
        }
        recent.cap_from(Minute::new(15), 1);
        assert_eq!(recent.sums(), &[1, 5, 505, 505]);
    }
}
