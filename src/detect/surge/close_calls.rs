//! The same walk with bounds as they are, to see on which days it came near them.

use super::super::close_calls::CLOSE;
use super::super::history::as_f64;
use super::super::{Settings, Subject};
use super::Walk;
use crate::minute::Minute;

impl Walk<'_> {
    /// The days with a close call.
    pub(super) fn close_calls(mut self) -> Vec<u32> {
        if !self.may_rise() {
            return Vec::new();
        }
        // Neither what is known of the account nor silences matter here.
        self.subject = Subject { close_calls: None, ..self.subject };
        self.settings = Settings { drops: false, ..self.settings };
        self.close_calls = Some(Vec::new());
        self.walk_through();
        self.close_calls.unwrap_or_default()
    }

    /// Whether a close call now would be the day's first.
    pub(super) fn wants_close_call(&self, now: Minute) -> bool {
        self.close_calls.as_ref().is_some_and(|days| days.last() != Some(&now.day()))
    }

    /// Whether window `i` ending with `now`, which stands out, came near its bound.
    pub(super) fn is_close_call(&self, i: usize, now: Minute) -> bool {
        let sum = as_f64(self.recent.sums()[i]);
        let Some(ceiling) = self.ceiling(i, now) else { return false };
        !ceiling.learning
            && sum > CLOSE * ceiling.bound
            && !self.past.iter().any(|past| past.repeats(i, sum, now))
            && self.chances(i, now).1.surprise_of_at_least(sum) >= ceiling.surprise_needed
    }
}
