//! Events in steps of equal length.

use super::stretch::Frame;
use crate::coverage::{Coverage, Span};
use crate::insight::rows::Counted;
use crate::minute::Minute;

/// Counts over some time. `None` is where the logs cover no minute of a step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layer {
    /// First minute of the first step.
    pub start: Minute,
    /// Minutes a step.
    pub step: u32,
    /// What the insight counts: calls, errors with its error code, or a roll-up's events.
    pub events: Vec<Option<u64>>,
    /// Of an API's error rate: calls of that API that failed, with whatever error code. Empty
    /// otherwise.
    pub failures: Vec<Option<u64>>,
    /// Of an API's error rate: all calls of that API. Empty otherwise.
    pub calls: Vec<Option<u64>>,
}

impl Layer {
    /// From the first minute of the first step to the minute after the last of the last.
    #[must_use]
    pub fn span(&self) -> Span {
        let steps = u32::try_from(self.events.len()).unwrap_or(u32::MAX);
        Span { start: self.start, end: self.start + steps.saturating_mul(self.step) }
    }

    /// The step that a minute is in.
    #[must_use]
    pub fn step_of(&self, minute: Minute) -> Option<usize> {
        let step = minute.since(self.start).checked_div(self.step)? as usize;
        (minute >= self.start && step < self.events.len()).then_some(step)
    }

    /// The same in steps of so many of these, the first step of `edge` the first of its own. What
    /// is left over at both ends makes shorter steps.
    #[must_use]
    pub fn coarser(&self, times: u32, edge: Minute) -> Self {
        let times = times.max(1) as usize;
        let lead = self.step_of(edge).unwrap_or(0) % times;
        let join = |line: &[Option<u64>]| {
            let (first, rest) = line.split_at(lead.min(line.len()));
            let chunks = (!first.is_empty()).then_some(first).into_iter();
            chunks.chain(rest.chunks(times)).map(sum).collect()
        };
        let missing = if lead == 0 { 0 } else { times - lead };
        let in_minutes =
            |steps: usize| self.step.saturating_mul(u32::try_from(steps).unwrap_or(u32::MAX));
        Self {
            start: self.start - in_minutes(missing),
            step: in_minutes(times),
            events: join(&self.events),
            failures: join(&self.failures),
            calls: join(&self.calls),
        }
    }
}

/// Events in several steps; none that is known of steps without any logs.
fn sum(steps: &[Option<u64>]) -> Option<u64> {
    let known = steps.iter().flatten();
    known.copied().reduce(u64::saturating_add)
}

/// A layer in the making.
#[derive(Clone, Debug)]
pub struct Sums {
    frame: Frame,
    events: Vec<u64>,
    /// These two of an API's error rate only.
    failures: Vec<u64>,
    calls: Vec<u64>,
}

impl Sums {
    pub fn new(frame: Frame, of_api_errors: bool) -> Self {
        let steps = frame.steps as usize;
        let more = if of_api_errors { steps } else { 0 };
        Self { frame, events: vec![0; steps], failures: vec![0; more], calls: vec![0; more] }
    }

    /// Takes events of one minute.
    pub fn add(&mut self, minute: Minute, events: u32, counted: Counted, failed: bool) {
        let Frame { start, step, .. } = self.frame;
        if minute < start {
            return;
        }
        let at = (minute.since(start) / step) as usize;
        let add = |line: &mut Vec<u64>| {
            if let Some(sum) = line.get_mut(at) {
                *sum = sum.saturating_add(events.into());
            }
        };
        if counted == Counted::Itself {
            add(&mut self.events);
        }
        if failed {
            add(&mut self.failures);
        }
        add(&mut self.calls);
    }

    pub fn add_all(&mut self, other: &Self) {
        let lines = [
            (&mut self.events, &other.events),
            (&mut self.failures, &other.failures),
            (&mut self.calls, &other.calls),
        ];
        for (line, more) in lines {
            for (sum, events) in line.iter_mut().zip(more) {
                *sum = sum.saturating_add(*events);
            }
        }
    }

    /// The layer, in logs that cover some of it.
    pub fn layer(self, coverage: Option<&Coverage>) -> Layer {
        let Frame { start, step, .. } = self.frame;
        let known = |line: Vec<u64>| {
            let steps = line.into_iter().zip(0..).map(|(events, index): (u64, u32)| {
                let first = start + index * step;
                let span = Span { start: first, end: first + step };
                let covered = coverage.is_none_or(|logs| logs.covered_minutes(span) > 0);
                (covered || events > 0).then_some(events)
            });
            steps.collect()
        };
        Layer {
            start,
            step,
            events: known(self.events),
            failures: known(self.failures),
            calls: known(self.calls),
        }
    }
}
