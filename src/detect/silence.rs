//! Drops: subjects that fall silent although they never do.

use super::expectation::{Expectation, dispersion};
use super::history::{DAYS, History};
use super::recent::WINDOWS;
use super::tail::CountLaw;
use super::{Calendar, Direction, Episode, Evidence, Settings};
use crate::coverage::{Coverage, Span};
use crate::minute::{DAY, HOUR};

/// Fewer expected events an hour say nothing when they stay away.
const LEAST_EXPECTED_PER_HOUR: f64 = 30.0;
/// A silence must be so many times the longest before, and longer by a quarter of an hour.
const RATIO: u32 = 2;
const EXTRA: u32 = 15;
/// Days of logs before any silence is told.
const WARM_UP_DAYS: f64 = 7.0;
/// A silence is looked for within so many minutes of its start.
const LONGEST: u32 = DAY;

/// The silences of one subject.
#[derive(Clone, Debug, Default)]
pub struct Silences {
    /// The longest of each day that had one of two minutes or more: day and minutes.
    longest: Vec<(u32, u32)>,
}

impl Silences {
    /// Looks at covered minutes without any event; `ongoing` when the logs end with them.
    pub fn look(
        &mut self,
        silence: Span,
        ongoing: bool,
        history: &History,
        coverage: &Coverage,
        calendar: &Calendar,
        settings: &Settings,
    ) -> Option<Episode> {
        if silence.minutes() < 2 {
            return None;
        }
        let today = silence.start.day();
        self.longest.retain(|(day, _)| day + DAYS >= today);
        let longest = self.longest.iter().map(|(_, minutes)| *minutes).max().unwrap_or(0);
        let found = Self::judge(silence, longest, history, coverage, calendar, settings);
        if found.is_none() {
            self.longest.push((today, silence.minutes()));
        }
        found.map(|evidence| Episode {
            span: silence,
            ongoing,
            direction: Direction::Drop,
            evidence,
        })
    }

    fn judge(
        silence: Span,
        longest: u32,
        history: &History,
        coverage: &Coverage,
        calendar: &Calendar,
        settings: &Settings,
    ) -> Option<Evidence> {
        let least = longest.saturating_mul(RATIO).saturating_add(EXTRA);
        if silence.minutes() < least {
            return None;
        }
        let expectation = Expectation::at(history, coverage, calendar, silence.start);
        let past = Span { start: silence.start - DAYS * DAY, end: silence.start };
        let history_days = f64::from(coverage.covered_minutes(past)) / f64::from(DAY);
        if history_days < WARM_UP_DAYS {
            return None;
        }
        let hourly = dispersion(history, coverage, silence.start)[WINDOWS.len() - 1];
        // At the end of which minute was the silence long and unlikely enough?
        (least..=silence.minutes().min(LONGEST)).find_map(|minutes| {
            let so_far = Span { start: silence.start, end: silence.start + minutes };
            let expected = expectation.events(so_far, coverage);
            let per_hour = expected / f64::from(minutes) * f64::from(HOUR);
            let surprise = CountLaw::new(expected, hourly).surprise_of_none();
            (per_hour >= LEAST_EXPECTED_PER_HOUR && surprise >= settings.min_surprise).then(|| {
                Evidence {
                    fired_at: so_far.end - 1,
                    window: minutes,
                    seen: 0,
                    expected,
                    bound: 0.0,
                    largest_before: None,
                    surprise,
                    history_days,
                    learning: false,
                    expected_in_span: expectation.events(silence, coverage),
                }
            })
        })
    }
}
