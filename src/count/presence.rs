//! When each account's logs say anything at all, and where they have gaps.
//!
//! CloudTrail writes no file when there are no calls, so silence may be quiet or missing logs. It is
//! taken for a gap when it is both long and unlike the account. A verdict on a silence uses only
//! what came before it.

use std::collections::{BTreeMap, HashMap};

use ahash::RandomState;

use crate::coverage::{Coverage, Span};
use crate::minute::Minute;
use crate::minute::{DAY, HOUR, WEEK};

/// A gap is at least this long …
const MIN_GAP: u32 = HOUR;
/// … and longer than this many times the longest silence so far, so that nights and weekends are
/// not gaps …
const TIMES_LONGEST: u32 = 5;
/// … and as many minutes with events as this would have been expected in it, after at least a day of
/// logs. Minutes, not events, so that duplicates change nothing.
const MIN_MISSED: f64 = 60.0;
/// Any silence of a week is a gap.
const CERTAIN_GAP: u32 = WEEK;

/// By account and hour since the epoch, a bit for each minute with events.
pub type Hours = HashMap<(u32, u32), u64, RandomState>;

/// Minutes with any event, by account.
#[derive(Debug, Default)]
pub struct Presence {
    hours: Hours,
    /// The account and hour of the last event, and their minutes that are not in `hours` yet.
    last: ((u32, u32), u64),
}

impl Presence {
    pub(super) fn mark(&mut self, account: u32, minute: Minute) {
        let key = (account, minute.get() / HOUR);
        if self.last.0 != key {
            self.settle();
            self.last.0 = key;
        }
        self.last.1 |= 1 << (minute.get() % HOUR);
    }

    fn settle(&mut self) {
        let (key, minutes) = std::mem::take(&mut self.last);
        if minutes != 0 {
            *self.hours.entry(key).or_default() |= minutes;
        }
    }

    pub(super) fn merge(&mut self, mut other: Self) {
        other.settle();
        for (key, more) in other.hours {
            *self.hours.entry(key).or_default() |= more;
        }
    }

    /// By account and hour since the epoch, a bit for each minute with events.
    pub(crate) fn into_hours(mut self) -> Hours {
        self.settle();
        self.hours
    }

    /// The time each account's logs cover, by the account's id.
    pub(super) fn coverage(mut self) -> BTreeMap<u32, Coverage> {
        self.settle();
        let mut accounts: BTreeMap<u32, Vec<(u32, u64)>> = BTreeMap::new();
        for ((account, hour), minutes) in self.hours {
            accounts.entry(account).or_default().push((hour, minutes));
        }
        let coverage = |mut hours: Vec<(u32, u64)>| {
            hours.sort_unstable_by_key(|(hour, _)| *hour);
            coverage_of_hours(&hours)
        };
        accounts.into_iter().map(|(account, hours)| (account, coverage(hours))).collect()
    }
}

/// The coverage of an account by its hours with events, in time order: hours since the epoch, and
/// a bit for each minute.
pub(crate) fn coverage_of_hours(hours: &[(u32, u64)]) -> Coverage {
    let mut silences = Silences::default();
    for &(hour, mut minutes) in hours {
        while minutes != 0 {
            silences.minute(Minute::new(hour * HOUR + minutes.trailing_zeros()));
            minutes &= minutes - 1;
        }
    }
    let (start, last) = silences.first_and_last.unwrap_or_default();
    let end = if hours.is_empty() { start } else { last + 1 };
    Coverage::new(Span { start, end }, silences.gaps)
}

#[derive(Default)]
struct Silences {
    first_and_last: Option<(Minute, Minute)>,
    /// Minutes with events so far.
    active: u32,
    gap_minutes: u32,
    longest: u32,
    gaps: Vec<Span>,
}

impl Silences {
    fn minute(&mut self, minute: Minute) {
        let (first, last) = self.first_and_last.unwrap_or((minute, minute));
        let silence = Span { start: last + 1, end: minute };
        if silence.minutes() >= MIN_GAP {
            let covered = last.since(first) + 1 - self.gap_minutes;
            if self.is_gap(silence.minutes(), covered) {
                self.gap_minutes += silence.minutes();
                self.gaps.push(silence);
            }
        }
        self.longest = self.longest.max(silence.minutes());
        self.active += 1;
        self.first_and_last = Some((first, minute));
    }

    fn is_gap(&self, silence: u32, covered: u32) -> bool {
        let missed = f64::from(self.active) / f64::from(covered) * f64::from(silence);
        let unlike = silence > self.longest.saturating_mul(TIMES_LONGEST);
        silence >= CERTAIN_GAP || (unlike && missed >= MIN_MISSED && covered >= DAY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gaps(minutes: impl IntoIterator<Item = u32>) -> Vec<(u32, u32)> {
        let mut presence = Presence::default();
        minutes.into_iter().for_each(|minute| presence.mark(0, Minute::new(minute)));
        let coverage = presence.coverage().remove(&0).unwrap();
        coverage.gaps().iter().map(|gap| (gap.start.get(), gap.end.get())).collect()
    }

    #[test]
    fn missing_hours_of_a_busy_account_are_a_gap() {
        let busy = (0..3 * DAY).filter(|minute| !(3_000..3_400).contains(minute));
        assert_eq!(gaps(busy), [(3_000, 3_400)]);
    }

    #[test]
    fn nights_and_weekends_are_not() {
        let office = (0..14 * DAY).filter(|minute| {
            let (day, hour) = (minute / DAY % 7, minute % DAY / HOUR);
            day < 5 && (8..18).contains(&hour)
        });
        assert_eq!(gaps(office), []);
        assert_eq!(gaps((0..9).map(|day| day * DAY)), []);
    }

    #[test]
    fn a_week_of_silence_is() {
        assert_eq!(gaps([5, 6, 20_000]), [(7, 20_000)]);
    }
}
