//! Where within the last hour a rate changed.

use super::history::as_f64;
use crate::minute::Minute;

/// A minute with its events, and those of them by newcomers.
pub type Counted = (Minute, u32, u32);

/// The minute from which on the counts are most likely those of one higher rate: the largest
/// log-likelihood ratio `S ln(S / (n q)) - (S - n q)` of a Poisson rate free from that minute on
/// (`S` events in `n` minutes) against a rate of `quiet` events a minute.
///
/// Then back over the minutes before it that are unlikely at the `usual` rate, for a rate that
/// rises slowly; if it is newcomers who rise, over their minutes. Only minutes above `quiet` can
/// be the first of the higher rate. `minutes` are in time order, none before the earliest possible
/// start; `now` is the last of them.
#[must_use]
pub fn start_of_rise(
    minutes: &[Counted],
    quiet: f64,
    usual: f64,
    newcomers: bool,
) -> Option<Minute> {
    let now = minutes.last()?.0;
    let rate = quiet.max(1e-3);
    let mut events = 0_u64;
    let mut best: Option<(f64, usize)> = None;
    for (i, (minute, count, _)) in minutes.iter().enumerate().rev() {
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
    let mut foot = foot_of_rise(minutes, first, usual, |counted| counted.1);
    if newcomers {
        foot = foot.min(foot_of_rise(minutes, first, 0.0, |counted| counted.2));
    }
    Some(minutes[foot].0)
}

/// The first of the minutes that lead up to a rise, back from `first`: those that follow each
/// other within a few minutes and together are unlikely at the usual rate (by e^3.5 or more), and
/// each above what the hour brought three times until a quarter of an hour before.
fn foot_of_rise(
    minutes: &[Counted],
    first: usize,
    usual: f64,
    count_of: impl Fn(&Counted) -> u32,
) -> usize {
    let rate = (1.3 * usual).max(0.002);
    // Calls that far apart belong together only where hardly any are usual.
    let apart = if usual < 0.005 { 5 } else { 3 };
    let start = minutes[first].0;
    let before = minutes.iter().take_while(|counted| counted.0 + 15 < start);
    let mut pulses: Vec<u32> = before.map(&count_of).collect();
    pulses.sort_unstable_by(|left, right| right.cmp(left));
    let recurring = pulses.get(2).copied().unwrap_or(0);
    let ordinary = (usual + 2.0 * usual.sqrt()).max(1.2 * f64::from(recurring));
    let mut events = 0_u64;
    let mut best = (3.5, first);
    let mut next = start;
    for (i, counted) in minutes[..first].iter().enumerate().rev() {
        if next.since(counted.0) > apart {
            break;
        }
        events += u64::from(count_of(counted));
        if f64::from(count_of(counted)) <= ordinary {
            continue;
        }
        next = counted.0;
        let sum = as_f64(events);
        let expected = rate * f64::from(start.since(counted.0));
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

    fn minutes(counts: &[(u32, u32)]) -> Vec<Counted> {
        counts.iter().map(|(minute, count)| (Minute::new(*minute), *count, 0)).collect()
    }

    #[test]
    fn a_lone_call_before_a_burst_is_not_its_start() {
        let counts = minutes(&[(10, 1), (14, 600), (15, 640)]);
        assert_eq!(start_of_rise(&counts, 2.0, 0.05, false), Some(Minute::new(14)));
    }

    #[test]
    fn a_ramp_starts_at_its_foot() {
        let counts = minutes(&[(3, 5), (4, 6), (5, 20), (6, 40), (7, 80), (8, 160)]);
        assert_eq!(start_of_rise(&counts, 30.0, 5.0, false), Some(Minute::new(5)));
    }

    #[test]
    fn the_boundary_lies_between_the_rates() {
        let boundary = between(85.0, 664.0);
        assert!(boundary > 250.0 && boundary < 300.0);
        assert!(between(0.0, 1.0) < 1.0);
        assert!(between(3.0, 3.0) >= 3.0);
    }
}
