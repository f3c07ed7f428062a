//! The yardstick: larger than twice the largest of the last fourteen days.

use std::collections::VecDeque;

use super::history::as_f64;
use super::recent::{PerWindow, Recent, WINDOWS};
use super::{Detector, Direction, Episode, Evidence, Subject};
use crate::coverage::Span;
use crate::minute::DAY;
use crate::minute::Minute;

/// Days whose largest sums count.
const DAYS: u32 = 14;
/// Minutes of logs before anything fires.
const WARM_UP: u32 = 2 * DAY;
/// Quiet minutes that end an episode.
const QUIET: u32 = 10;

/// Fires when a window's sum passes `2 × largest of the last 14 days + 10`, after two days of
/// logs; incidents do not count into that largest. Kept to compare other detectors with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PeakDetector;

impl Detector for PeakDetector {
    fn detect(&self, subjects: &[Subject<'_>]) -> Vec<Vec<Episode>> {
        subjects.iter().map(|subject| Walk::new(*subject).episodes()).collect()
    }
}

struct Walk<'a> {
    subject: Subject<'a>,
    recent: Recent,
    /// Largest sums by day, and the events of the day.
    days: VecDeque<(u32, PerWindow<u64>, u64)>,
    open: Option<(Span, f64, Evidence)>,
    episodes: Vec<Episode>,
}

impl<'a> Walk<'a> {
    fn new(subject: Subject<'a>) -> Self {
        Self {
            subject,
            recent: Recent::default(),
            days: VecDeque::new(),
            open: None,
            episodes: Vec::new(),
        }
    }

    fn episodes(mut self) -> Vec<Episode> {
        let coverage = self.subject.coverage;
        for point in &self.subject.series.points {
            let now = point.minute;
            if !coverage.span().contains(now)
                || coverage.covered_minutes(Span { start: now, end: now + 1 }) == 0
            {
                continue;
            }
            if let Some((span, quiet, _)) = &mut self.open {
                let silence = Span { start: span.end, end: now };
                if silence.minutes() >= QUIET || coverage.gap_minutes(silence) > 0 {
                    self.close(false);
                } else {
                    if f64::from(point.events) > *quiet {
                        span.end = now + 1;
                    }
                    continue;
                }
            }
            let days = &mut self.days;
            self.recent.push(now, point.events, 0, |old| match days.back_mut() {
                Some(last) if last.0 == old.minute.day() => {
                    for (largest, sum) in last.1.iter_mut().zip(old.sums) {
                        *largest = (*largest).max(sum);
                    }
                    last.2 += u64::from(old.events);
                }
                _ => days.push_back((old.minute.day(), old.sums, u64::from(old.events))),
            });
            self.look(now);
        }
        if let Some((span, ..)) = &self.open {
            let ended = span.end + QUIET <= coverage.span().end;
            self.close(!ended);
        }
        self.episodes
    }

    fn look(&mut self, now: Minute) {
        while self.days.front().is_some_and(|day| day.0 + DAYS < now.day()) {
            self.days.pop_front();
        }
        let coverage = self.subject.coverage;
        let past = Span { start: now - DAYS * DAY, end: now };
        let minutes = coverage.covered_minutes(past);
        if minutes < WARM_UP {
            return;
        }
        let sums = *self.recent.sums();
        for (i, window) in WINDOWS.into_iter().enumerate() {
            let largest = self.days.iter().map(|day| day.1[i]).max().unwrap_or(0);
            let bound = 2.0 * as_f64(largest) + 10.0;
            if sums[i] < u64::from(self.subject.min_count) || as_f64(sums[i]) <= bound {
                continue;
            }
            let events: u64 = self.days.iter().map(|day| day.2).sum();
            let rate = as_f64(events) / f64::from(minutes.max(1));
            let largest_minute = self.days.iter().map(|day| day.1[0]).max().unwrap_or(0);
            let mean = as_f64(sums[i]) / f64::from(window);
            let quiet = as_f64(largest_minute).min(mean / 2.0);
            let earliest = (now + 1 - window)
                .max(self.episodes.last().map_or(Minute::new(0), |last| last.span.end));
            let start = self
                .recent
                .moments()
                .find(|m| m.minute >= earliest && f64::from(m.events) > quiet)
                .map_or(now, |m| m.minute);
            let evidence = Evidence {
                fired_at: now,
                window,
                seen: sums[i],
                expected: rate * f64::from(window),
                bound,
                largest_before: (!self.days.is_empty()).then_some(largest),
                surprise: 0.0,
                history_days: f64::from(minutes) / f64::from(DAY),
                learning: false,
                expected_in_span: rate,
            };
            self.recent.cap_from(start, 0);
            self.open = Some((Span { start, end: now + 1 }, quiet, evidence));
            return;
        }
    }

    fn close(&mut self, ongoing: bool) {
        if let Some((span, _, mut evidence)) = self.open.take() {
            evidence.expected_in_span *= f64::from(span.minutes());
            let direction = Direction::Rise;
            self.episodes.push(Episode { span, ongoing, direction, evidence });
        }
    }
}
