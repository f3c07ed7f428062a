//! The detector: larger than this subject's own extremes, and improbable at this hour.

mod ceiling;
mod close_calls;
mod explain;
mod levels;

use std::iter::Peekable;
use std::slice::Iter;

use super::bound::{self, Bounds, Scale};
use super::changepoint::{Counted, between, start_of_rise};
use super::expectation::{Expectation, dispersion};
use super::history::{DAYS, History, as_f64};
use super::incident::{Incident, NORMAL_AFTER, PastIncident};
use super::recent::{Recent, WINDOWS, any_holds};
use super::silence::Silences;
use super::tail::CountLaw;
use super::{Calendar, Detector, Episode, Evidence, FalsePerWeek, Settings, Subject};
use crate::coverage::Span;
use crate::minute::DAY;
use crate::minute::Minute;
use crate::series::Point;

pub use levels::Level;

/// Finds rises with two questions that must both be answered with no: has this subject ever done
/// such a thing, and is it probable at this hour of the week?
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SurgeDetector {
    settings: Settings,
    calendar: Calendar,
}

impl SurgeDetector {
    /// A detector with these settings.
    #[must_use]
    pub const fn new(settings: Settings) -> Self {
        Self { settings, calendar: Calendar::empty() }
    }

    /// The same, to which days off are Sundays.
    #[must_use]
    pub fn with_calendar(self, calendar: Calendar) -> Self {
        Self { calendar, ..self }
    }

    /// The settings for one subject.
    fn settings_of(&self, subject: &Subject<'_>) -> Settings {
        let own = subject.false_per_week.map(FalsePerWeek::get);
        let borne = own.unwrap_or(self.settings.false_insights_per_account_week);
        Settings { false_insights_per_account_week: borne, ..self.settings }
    }
}

impl Detector for SurgeDetector {
    fn detect(&self, subjects: &[Subject<'_>]) -> Vec<Vec<Episode>> {
        let walk = |subject| Walk::new(subject, self.settings_of(&subject), &self.calendar);
        subjects.iter().map(|subject| walk(*subject).episodes()).collect()
    }

    fn close_calls(&self, subject: Subject<'_>) -> Vec<u32> {
        Walk::new(subject, self.settings, &self.calendar).close_calls()
    }

    fn follows_accounts(&self) -> bool {
        true
    }
}

/// One pass over the minutes of one subject.
#[derive(Clone)]
struct Walk<'a> {
    subject: Subject<'a>,
    settings: Settings,
    calendar: &'a Calendar,
    history: History,
    recent: Recent,
    bounds: Option<Bounds>,
    open: Option<Incident>,
    past: Vec<PastIncident>,
    episodes: Vec<Episode>,
    first_point: Option<Minute>,
    /// The minute after the last one with events, or after the last gap.
    silent_since: Option<Minute>,
    silences: Silences,
    /// Minutes with events so far, the incident's left out.
    points: u32,
    /// Days with a window near its bound; `None` when nobody asks. When somebody does, bounds are as
    /// they are, neither stricter nor milder.
    close_calls: Option<Vec<u32>>,
}

impl<'a> Walk<'a> {
    fn new(subject: Subject<'a>, settings: Settings, calendar: &'a Calendar) -> Self {
        Self {
            subject,
            settings,
            calendar,
            history: History::default(),
            recent: Recent::default(),
            bounds: None,
            open: None,
            past: Vec::new(),
            episodes: Vec::new(),
            first_point: None,
            silent_since: None,
            silences: Silences::default(),
            points: 0,
            close_calls: None,
        }
    }

    fn episodes(mut self) -> Vec<Episode> {
        if !self.settings.drops && !self.may_rise() {
            return Vec::new();
        }
        self.walk_through();
        self.episodes
    }

    fn walk_through(&mut self) {
        let covered = self.subject.coverage.span();
        let mut gaps = self.subject.coverage.gaps().iter().peekable();
        let points = &self.subject.series.points;
        self.walk(points, &mut gaps);
        for gap in gaps {
            self.enter_gap(*gap);
        }
        let ended = |open: &Incident| open.end + self.settings.quiet_minutes <= covered.end;
        let ongoing = self.open.as_ref().is_some_and(|open| !ended(open));
        self.close(ongoing);
        self.end_silence(covered.end, true);
    }

    /// Takes points in time order, and the gaps before each.
    fn walk(&mut self, points: &[Point], gaps: &mut Peekable<Iter<'_, Span>>) {
        let covered = self.subject.coverage.span();
        for point in points {
            while let Some(gap) = gaps.next_if(|gap| gap.end <= point.minute) {
                self.enter_gap(*gap);
            }
            let in_gap = gaps.peek().is_some_and(|gap| gap.contains(point.minute));
            if covered.contains(point.minute) && !in_gap && self.take(*point) {
                self.look(point.minute);
                self.points = self.points.saturating_add(1);
            }
        }
    }

    /// Takes a point; whether it is to be looked at, being in no open incident.
    fn take(&mut self, point: Point) -> bool {
        self.first_point.get_or_insert(point.minute);
        self.settle(point.minute);
        self.end_silence(point.minute, false);
        self.silent_since = Some(point.minute + 1);
        if let Some(open) = &mut self.open {
            open.add(point.minute, point.events);
            let at_most = whole(open.expectation.rate(point.minute));
            let events = point.events.min(at_most);
            let history = &mut self.history;
            self.recent.push(point.minute, events, 0, |moment| history.add(&moment));
            return false;
        }
        let history = &mut self.history;
        let newcomers = point.newcomers.min(point.events);
        self.recent.push(point.minute, point.events, newcomers, |moment| history.add(&moment));
        true
    }

    /// Ends an open incident that is over before `now`, or has become the norm.
    fn settle(&mut self, now: Minute) {
        if let Some(open) = &self.open {
            if now.since(open.end) >= self.settings.quiet_minutes {
                self.close(false);
            } else if now.since(open.start) >= NORMAL_AFTER {
                self.accept_level(now);
            }
        }
    }

    /// Brings the bounds up to the day.
    fn renew_bounds(&mut self, now: Minute) {
        if self.bounds.as_ref().is_none_or(|bounds| bounds.day() != now.day()) {
            self.history.forget_before(now.day());
            self.past.retain(|past| past.span.end + DAYS * DAY > now);
            let coverage = self.subject.coverage;
            let scale = self.scale(now.day());
            self.bounds = Some(Bounds::of(&self.history, coverage, now.day(), scale));
        }
    }

    /// What the bounds of a day are multiplied by.
    fn scale(&self, day: u32) -> Scale {
        if self.close_calls.is_some() {
            return Scale { strictness: 1.0, newborns: 1.0 };
        }
        let Subject { coverage, close_calls, busiest, .. } = self.subject;
        let account = close_calls.map_or(1.0, |of| of.strictness(coverage, day));
        let newborns = busiest.map_or(1.0, |of| of.newborns(day));
        Scale { strictness: self.settings.strictness() * account, newborns }
    }

    /// The fewest events in a window that are looked at.
    fn least(&self) -> u64 {
        u64::from(self.subject.min_count).max(2)
    }

    /// Whether there is any window to look at: most subjects have none, and need no walk.
    fn may_rise(&self) -> bool {
        any_holds(&self.subject.series.points, self.least())
    }

    /// Opens an incident if the minute calls for one.
    fn look(&mut self, now: Minute) {
        self.renew_bounds(now);
        let least = self.least();
        let sums = *self.recent.sums();
        let largest = self.history.largest();
        let stands_out = |i: usize| {
            sums[i] >= least && as_f64(sums[i]) > bound::LEAST_RATIO * as_f64(largest[i])
        };
        let best = (0..WINDOWS.len())
            .filter(|i| stands_out(*i))
            .filter_map(|i| self.judge(i, now))
            // The window that passes its bound by most.
            .max_by(|a, b| (as_f64(a.seen) / a.bound).total_cmp(&(as_f64(b.seen) / b.bound)));
        if let Some(evidence) = best {
            self.open(evidence);
        } else if self.wants_close_call(now)
            && (0..WINDOWS.len()).any(|i| stands_out(i) && self.is_close_call(i, now))
        {
            self.close_calls.get_or_insert_default().push(now.day());
        }
    }

    /// The evidence that window `i` ending with `now` is unusual, if it is.
    fn judge(&self, i: usize, now: Minute) -> Option<Evidence> {
        let seen = self.recent.sums()[i];
        let ceiling = self.ceiling(i, now)?;
        let sum = as_f64(seen);
        if ceiling.too_young
            || sum <= ceiling.bound
            || self.past.iter().any(|past| past.repeats(i, sum, now))
        {
            return None;
        }
        let (expected, law) = self.chances(i, now);
        let surprise = law.surprise_of_at_least(sum);
        (surprise >= ceiling.surprise_needed).then(|| Evidence {
            fired_at: now,
            window: WINDOWS[i],
            seen,
            expected,
            bound: ceiling.bound,
            largest_before: self.history.first_seen().map(|_| ceiling.largest),
            surprise,
            history_days: ceiling.logged_days,
            learning: ceiling.learning,
            expected_in_span: 0.0,
        })
    }

    /// The events expected in window `i` ending with `now`, and the law of their number.
    fn chances(&self, i: usize, now: Minute) -> (f64, CountLaw) {
        let coverage = self.subject.coverage;
        let expectation = Expectation::at(&self.history, coverage, self.calendar, now);
        let window = Span { start: now + 1 - WINDOWS[i], end: now + 1 };
        let expected = expectation.events(window, coverage);
        let dispersion = dispersion(&self.history, coverage, now)[i];
        (expected, CountLaw::new(expected, dispersion))
    }

    fn open(&mut self, evidence: Evidence) {
        let now = evidence.fired_at;
        let coverage = self.subject.coverage;
        let i = WINDOWS.iter().position(|window| *window == evidence.window).unwrap_or(0);
        let expectation = Expectation::at(&self.history, coverage, self.calendar, now);
        let usual = expectation.rate(now);
        let minute_bound = self
            .bounds
            .as_ref()
            .map_or(1.0, |bounds| bounds.credible(0, self.history.largest(), false).0);
        let earliest = self.episodes.last().map_or(Minute::new(0), |last| last.span.end);
        let minutes: Vec<Counted> = self
            .recent
            .moments()
            .filter(|moment| moment.minute >= earliest)
            .map(|moment| (moment.minute, moment.events, moment.newcomers))
            .collect();
        let rate = as_f64(evidence.seen) / f64::from(evidence.window);
        let quiet = quiet_level(usual, rate, minute_bound, self.history.largest()[0]);
        let newcomers = self.shape(i).mostly_newcomers;
        let quiet = above_pulses(quiet, &minutes, now + 1 - evidence.window);
        let Some(start) = start_of_rise(&minutes, quiet, usual, newcomers) else { return };
        let first = minutes.partition_point(|(minute, ..)| *minute < start);
        // A thing that came back twice is what this subject does.
        let sum = as_f64(evidence.seen);
        for past in &self.past {
            if past.is_like(i, sum) {
                self.history.admit(now, &past.peaks);
            }
        }
        self.recent.cap_from(start, whole(usual));
        self.open = Some(Incident::new(&minutes[first..], quiet, expectation, evidence));
    }

    /// Ends the open incident.
    fn close(&mut self, ongoing: bool) {
        if let Some(open) = self.open.take() {
            self.episodes.push(open.episode(ongoing, self.subject.coverage));
            self.past.push(open.past(self.first_point));
        }
    }

    /// Ends an incident that has lasted for a day: it is the norm now.
    fn accept_level(&mut self, now: Minute) {
        let Some(open) = self.open.take() else { return };
        self.episodes.push(open.episode(false, self.subject.coverage));
        let history = &mut self.history;
        self.recent.flush(|moment| history.add(&moment));
        history.new_level(open.start, open.hours());
        history.admit(now, &open.past(None).peaks);
        self.bounds = None;
    }

    fn enter_gap(&mut self, gap: Span) {
        self.close(false);
        self.end_silence(gap.start, false);
        if self.first_point.is_some() {
            self.silent_since = Some(gap.end);
        }
        let history = &mut self.history;
        self.recent.flush(|moment| history.add(&moment));
    }

    /// Looks at the minutes without events that end before `end`.
    fn end_silence(&mut self, end: Minute, ongoing: bool) {
        let Some(start) = self.silent_since.filter(|start| self.settings.drops && *start < end)
        else {
            return;
        };
        let silence = Span { start, end };
        let (history, coverage) = (&self.history, self.subject.coverage);
        let drop =
            self.silences.look(silence, ongoing, history, coverage, self.calendar, &self.settings);
        self.episodes.extend(drop);
    }
}

/// The count of a minute up to which it is quiet again, between the usual rate and what the
/// subject's past makes credible in a minute.
fn quiet_level(usual: f64, rate: f64, minute_bound: f64, largest_minute: u64) -> f64 {
    let boundary = between(usual, rate.min(minute_bound));
    boundary.max(as_f64(largest_minute).min(rate / 2.5)).min(rate / 1.5)
}

/// A quiet level that pulses which came every quarter of an hour or so, until the window that
/// fired, do not pass: else an incident on top of them would not end.
fn above_pulses(quiet: f64, minutes: &[Counted], window_start: Minute) -> f64 {
    let before = minutes.iter().take_while(|(minute, ..)| *minute < window_start);
    let pulses = before.map(|(_, count, _)| f64::from(*count)).filter(|count| *count > quiet);
    let (number, highest) = pulses.fold((0, 0.0), |(n, high), count| (n + 1, count.max(high)));
    if number >= 4 { highest.max(quiet) } else { quiet }
}

/// A rate as a count that stands in for an incident's minute.
fn whole(rate: f64) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
    let count = rate.round().clamp(0.0, f64::from(u32::MAX)) as u32;
    count
}
