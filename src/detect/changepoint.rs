//! Where within the last hour a rate changed.

use super::history::as_f64;
use crate::Minute;

/// The minute from which on the counts are most likely those of one higher rate: the largest
/// log-likelihood ratio `S ln(S / (n q)) - (S - n q)` of a Poisson rate free from that minute on
/// (`S` events in `n` minutes) against a rate of `quiet` events a minute.
///
/// Then back over the minutes before it that are unlikely at the `usual` rate, for a rate that
/// rises slowly. Only minutes above `quiet` can be the first. `minutes` are in time order, none
/// before the earliest possible start; `now` is the last of them.
#[must_use]
pub fn start_of_rise(minutes: &[(Minute, u32)], quiet: f64, usual: f64) -> Option<Minute> {
    let now = minutes.last()?.0;
    let rate = quiet.max(1e-3);
    let mut events = 0_u64;
    let mut best: Option<(f64, usize)> = None;
    for (i, (minute, count)) in minutes.iter().enumerate().rev() {
        events += u64::from(*count);
        let sum = as_f64(events);
        let expected = rate * f64::from(now.since(*minute) + 1);
        let gain =
            if sum > expected { sum * (sum / expected).ln() - (sum - expected) } else { 0.0 };
        let above = f64::from(*count) > quiet;
        if above && best.is_none_or(|(most, _)| gain >= most) {
            best = Some((gain, i));
        }
    }
    let first = best.map_or(minutes.len() - 1, |(_, i)| i);
    Some(minutes[foot_of_rise(minutes, first, usual)].0)
}

/// The first of the minutes that lead up to a rise, back from `first`: those that follow each
/// other within three minutes and together are unlikely at the usual rate (by e⁴ or more).
fn foot_of_rise(minutes: &[(Minute, u32)], first: usize, usual: f64) -> usize {
    let rate = (1.3 * usual).max(0.02);
    let ordinary = usual + 2.0 * usual.sqrt();
    let mut events = 0_u64;
    let mut best = (4.0, first);
    let mut next = minutes[first].0;
    for (i, (minute, count)) in minutes[..first].iter().enumerate().rev() {
        if next.since(*minute) > 3 {
            break;
        }
        events += u64::from(*count);
        if f64::from(*count) <= ordinary {
            continue;
        }
        next = *minute;
        let sum = as_f64(events);
        let expected = rate * f64::from(minutes[first].0.since(*minute));
        let gain = sum * (sum / expected).ln() - (sum - expected);
        if sum > expected && gain >= best.0 {
            best = (gain, i);
        }
    }
    best.1
}

/// The count above which a minute belongs rather to the higher of two Poisson rates.
#[must_use]
pub fn between(lower: f64, higher: f64) -> f64 {
    let lower = lower.max(1e-4);
    if higher > lower * 1.01 { (higher - lower) / (higher / lower).ln() } else { lower }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minutes(counts: &[(u32, u32)]) -> Vec<(Minute, u32)> {
        counts.iter().map(|(minute, count)| (Minute::new(*minute), *count)).collect()
    }

    #[test]
    fn a_lone_call_before_a_burst_is_not_its_start() {
        let counts = minutes(&[(10, 1), (14, 600), (15, 640)]);
        assert_eq!(start_of_rise(&counts, 2.0, 0.0), Some(Minute::new(14)));
    }

    #[test]
    fn a_ramp_starts_at_its_foot() {
        let counts = minutes(&[(3, 5), (4, 6), (5, 20), (6, 40), (7, 80), (8, 160)]);
        assert_eq!(start_of_rise(&counts, 30.0, 5.0), Some(Minute::new(5)));
    }

    #[test]
    fn the_boundary_lies_between_the_rates() {
        let boundary = between(85.0, 664.0);
        assert!(boundary > 250.0 && boundary < 300.0);
        assert!(between(0.0, 1.0) < 1.0);
        assert!(between(3.0, 3.0) >= 3.0);
    }
}
