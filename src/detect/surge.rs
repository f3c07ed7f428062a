//! The detector: larger than this subject's own extremes, and improbable at this hour.

use super::bound::{self, Bounds};
use super::changepoint::{Counted, between, start_of_rise};
use super::expectation::{Expectation, dispersion};
use super::history::{DAYS, History, as_f64};
use super::incident::{Incident, NORMAL_AFTER, PastIncident};
use super::recent::{Recent, WINDOWS};
use super::silence::Silences;
use super::tail::CountLaw;
use super::{Calendar, Detector, Episode, Evidence, FalsePerWeek, Settings, Subject};
use crate::coverage::Span;
use crate::minute::DAY;
use crate::minute::Minute;
use crate::series::Point;

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
}

/// One pass over the minutes of one subject.
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
        }
    }

    fn episodes(mut self) -> Vec<Episode> {
        let covered = self.subject.coverage.span();
        let mut gaps = self.subject.coverage.gaps().iter().peekable();
        for point in &self.subject.series.points {
            while let Some(gap) = gaps.next_if(|gap| gap.end <= point.minute) {
                self.enter_gap(*gap);
            }
            let in_gap = gaps.peek().is_some_and(|gap| gap.contains(point.minute));
            if covered.contains(point.minute) && !in_gap {
                self.step(*point);
            }
        }
        for gap in gaps {
            self.enter_gap(*gap);
        }
        let ended = |open: &Incident| open.end + self.settings.quiet_minutes <= covered.end;
        let ongoing = self.open.as_ref().is_some_and(|open| !ended(open));
        self.close(ongoing);
        self.end_silence(covered.end, true);
        self.episodes
    }

    fn step(&mut self, point: Point) {
        self.first_point.get_or_insert(point.minute);
        if let Some(open) = &self.open {
            if point.minute.since(open.end) >= self.settings.quiet_minutes {
                self.close(false);
            } else if point.minute.since(open.start) >= NORMAL_AFTER {
                self.accept_level(point.minute);
            }
        }
        self.end_silence(point.minute, false);
        self.silent_since = Some(point.minute + 1);
        if let Some(open) = &mut self.open {
            open.add(point.minute, point.events);
            let at_most = whole(open.expectation.rate(point.minute));
            let events = point.events.min(at_most);
            let history = &mut self.history;
            self.recent.push(point.minute, events, 0, |moment| history.add(&moment));
            return;
        }
        let history = &mut self.history;
        let newcomers = point.newcomers.min(point.events);
        self.recent.push(point.minute, point.events, newcomers, |moment| history.add(&moment));
        self.look(point.minute);
        self.points = self.points.saturating_add(1);
    }

    /// Opens an incident if the minute calls for one.
    fn look(&mut self, now: Minute) {
        if self.bounds.as_ref().is_none_or(|bounds| bounds.day() != now.day()) {
            self.history.forget_before(now.day());
            self.past.retain(|past| past.span.end + DAYS * DAY > now);
            self.bounds = Some(Bounds::of(&self.history, self.subject.coverage, now.day()));
        }
        let sums = *self.recent.sums();
        let largest = self.history.largest();
        let stands_out = |i: usize| {
            sums[i] >= u64::from(self.subject.min_count).max(2)
                && as_f64(sums[i]) > bound::LEAST_RATIO * as_f64(largest[i])
        };
        let best = (0..WINDOWS.len())
            .filter(|i| stands_out(*i))
            .filter_map(|i| self.judge(i, now))
            // The window that passes its bound by most.
            .max_by(|a, b| (as_f64(a.seen) / a.bound).total_cmp(&(as_f64(b.seen) / b.bound)));
        if let Some(evidence) = best {
            self.open(evidence);
        }
    }

    /// The evidence that window `i` ending with `now` is unusual, if it is.
    fn judge(&self, i: usize, now: Minute) -> Option<Evidence> {
        let coverage = self.subject.coverage;
        let seen = self.recent.sums()[i];
        let logged = bound::logged_days(coverage, now);
        let telling = bound::telling_days(coverage, self.calendar, now);
        let learning = telling < bound::LEARNING_DAYS;
        let mut largest = self.history.largest()[i];
        let newcomers = bound::mostly_newcomers(self.recent.newcomers()[i], seen, &self.history);
        let mut bound =
            self.bounds.as_ref()?.bound(i, self.history.largest(), newcomers, &self.settings);
        if learning {
            let known = now.since(self.first_point?) + 1;
            if known < bound::LEARNING_MINUTES + WINDOWS[i] {
                return None;
            }
            largest = largest.max(self.largest_of_hour(i, now));
            bound = bound.max(bound::learning_bound(i, largest, telling, self.points));
        }
        let sum = as_f64(seen);
        if sum <= bound || self.past.iter().any(|past| past.repeats(i, sum, now)) {
            return None;
        }
        let expectation = Expectation::at(&self.history, coverage, self.calendar, now);
        let window = Span { start: now + 1 - WINDOWS[i], end: now + 1 };
        let expected = expectation.events(window, coverage);
        let dispersion = dispersion(&self.history, coverage, now)[i];
        let surprise = CountLaw::new(expected, dispersion).surprise_of_at_least(sum);
        // Callers who were never seen here are evidence too.
        let needed = self.settings.min_surprise - bound::odds(newcomers).log10();
        (surprise >= needed).then(|| Evidence {
            fired_at: now,
            window: WINDOWS[i],
            seen,
            expected,
            bound,
            largest_before: self.history.first_seen().map(|_| largest),
            surprise,
            history_days: logged,
            learning,
            expected_in_span: 0.0,
        })
    }

    /// The largest sum of window `i` in the last hour that shares no minute with the one now.
    fn largest_of_hour(&self, i: usize, now: Minute) -> u64 {
        let before = now - (WINDOWS[i] - 1);
        let earlier = self.recent.moments().filter(|moment| moment.minute < before);
        earlier.map(|moment| moment.sums[i]).max().unwrap_or(0)
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
            .map_or(1.0, |bounds| bounds.bound(0, self.history.largest(), false, &self.settings));
        let earliest = self.episodes.last().map_or(Minute::new(0), |last| last.span.end);
        let minutes: Vec<Counted> = self
            .recent
            .moments()
            .filter(|moment| moment.minute >= earliest)
            .map(|moment| (moment.minute, moment.events, moment.newcomers))
            .collect();
        let rate = as_f64(evidence.seen) / f64::from(evidence.window);
        let quiet = quiet_level(usual, rate, minute_bound, self.history.largest()[0]);
        let newcomers =
            bound::mostly_newcomers(self.recent.newcomers()[i], evidence.seen, &self.history);
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
