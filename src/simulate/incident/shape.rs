//! How many events each minute of a strike has, and who does each.

use super::culprits::Culprits;
use super::effects::Watch;
use super::{Placed, Planter, Strike};
use crate::simulate::catalogue::apis::Outcome;
use crate::simulate::catalogue::incidents::{Shape, Spec};
use crate::simulate::dice::{Dice, whole};
use crate::simulate::plan::{PlanRow, sorted};

/// Share of a ramp's minutes in which it rises.
const RISES: f64 = 0.7;
/// By how much a loop's rate varies from minute to minute, up and down.
const VARIES: f64 = 0.1;
/// Share of the calls of a throttle storm that are throttled.
const THROTTLED: (f64, f64) = (0.6, 0.95);

impl Planter<'_> {
    /// Adds a strike by some culprits.
    pub(super) fn add(&mut self, spec: &'static Spec, strike: &Strike, culprits: &Culprits) {
        let failing = match spec.outcome {
            Outcome::Throttled => self.dice.uniform(THROTTLED.0, THROTTLED.1),
            _ => 1.0,
        };
        let mut rows = Vec::new();
        for (minute, events) in (strike.start..).zip(minutes(&mut self.dice, spec.shape, strike)) {
            let done = self.dice.poisson(f64::from(events) * (1.0 / failing - 1.0));
            for (outcome, events) in [(spec.outcome, events), (Outcome::Success, done)] {
                culprits.share_out(&mut self.dice, events, |caller, events| {
                    rows.push(PlanRow { minute, api: strike.api, outcome, caller, events });
                });
            }
        }
        let watches = self.watches(spec, strike, culprits);
        self.placed.push(Placed { spec, rows: sorted(rows), watches });
    }

    /// The series it has to be told on.
    fn watches(&self, spec: &Spec, strike: &Strike, culprits: &Culprits) -> Vec<Watch> {
        if spec.outcome == Outcome::Success {
            return vec![Watch::Told(strike.api)];
        }
        let mut watches = vec![Watch::Errors(strike.api, spec.outcome)];
        if spec.outcome == Outcome::WrongPassword {
            match culprits.one_address(&self.callers) {
                Some(address) => watches.push(Watch::AddressDenials(address)),
                None => watches.push(Watch::AccountDenials),
            }
        }
        watches
    }
}

/// Events in each minute: as regular as a loop is.
fn minutes(dice: &mut Dice, shape: Shape, strike: &Strike) -> Vec<u32> {
    if shape == Shape::OneMinute {
        return vec![whole(strike.rate.round())];
    }
    let rises = f64::from(strike.minutes) * RISES;
    let mut due = dice.unit();
    let mut minute = |at: u32| {
        let height = match shape {
            Shape::Ramp => (f64::from(at + 1) / rises).min(1.0),
            _ => 1.0,
        };
        due += strike.rate * height * dice.uniform(1.0 - VARIES, 1.0 + VARIES);
        let events = whole(due);
        due -= f64::from(events);
        events
    };
    (0..strike.minutes).map(&mut minute).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulate::catalogue::apis::ApiId;

    fn shaped(shape: Shape, strike_minutes: u32, rate: f64) -> Vec<u32> {
        let api = ApiId::console_login();
        let strike = Strike { api, start: 0, minutes: strike_minutes, rate };
        minutes(&mut Dice::at(3, &[]), shape, &strike)
    }

    #[test]
    fn loops_are_regular_and_ramps_rise() {
        let flat = shaped(Shape::Flat, 60, 20.0);
        assert!(flat.iter().all(|events| (17..=23).contains(events)), "{flat:?}");
        let slow = shaped(Shape::Flat, 600, 0.5).iter().sum::<u32>();
        assert!((285..315).contains(&slow), "{slow}");
        let ramp = shaped(Shape::Ramp, 60, 40.0);
        assert!(
            ramp[..6].iter().sum::<u32>() < 30 && ramp[50..].iter().all(|e| *e > 33),
            "{ramp:?}"
        );
        assert_eq!(shaped(Shape::OneMinute, 1, 31.0), [31]);
    }
}
