//! The detector on generated months of ordinary traffic with known incidents in them.

mod detector_months_support;

use std::time::{Duration, Instant};

use detector_months_support::Account;
use detector_months_support::incidents::Kind;
use detector_months_support::score::Score;
use trailspike::detect::{Detector, PeakDetector, SurgeDetector};

const SUBJECTS: usize = 300;
/// How rough the worlds of the table are: few bursts, some, bursts of any size at any time.
const ORDERLY: f64 = 0.0;
const ORDINARY: f64 = 0.3;
const ROUGH: f64 = 0.9;
/// Seeds that nothing was tuned on.
const HELD_OUT: std::ops::Range<u64> = 9_300..9_310;

fn score(accounts: &[Account], detector: &dyn Detector) -> (Score, Duration) {
    let (mut score, mut time) = (Score::default(), Duration::ZERO);
    for account in accounts {
        let start = Instant::now();
        let variation = account.variation(detector);
        let episodes = detector.detect(&account.subjects(Some(&variation)));
        time += start.elapsed();
        score.add(account, &episodes);
    }
    (score, time)
}

fn accounts(seeds: std::ops::Range<u64>, rough: f64) -> Vec<Account> {
    seeds.map(|seed| Account::new(seed, SUBJECTS, rough)).collect()
}

#[test]
fn demands_hold_on_ordinary_months() {
    let (score, _) = score(&accounts(40..44, ORDINARY), &SurgeDetector::default());
    println!("{score}");
    assert!(score.false_per_week() <= 0.5);
    assert!(score.false_early() <= 1.0);
    // These accounts vary more than simulated ones, and bounds follow.
    assert!(score.recall_of_size(2.0).0 >= 0.65);
    for size in [3.0, 5.0, 10.0, 30.0] {
        assert!(score.recall_of_size(size).0 >= 0.93, "{size}x");
    }
    for kind in [Kind::Step, Kind::OneMinute, Kind::Plateau, Kind::Ramp] {
        let (start, end) = (score.start_errors(&[kind]), score.end_errors(&[kind]));
        assert_eq!((start.median, end.median), (0, 0), "{kind:?}");
    }
    let steps = [Kind::Step, Kind::OneMinute, Kind::SecondStrike];
    assert!(score.start_errors(&steps).p95 <= 1);
    assert!(score.end_errors(&steps).p95 <= 1);
    let (split, found) = score.split();
    assert!(split * 50 <= found);
}

#[test]
fn fewer_false_insights_than_the_yardstick() {
    let accounts = accounts(44..46, ORDINARY);
    let (surge, _) = score(&accounts, &SurgeDetector::default());
    let (peak, _) = score(&accounts, &PeakDetector);
    assert!(surge.false_per_week() < peak.false_per_week());
}

#[test]
#[ignore = "prints the table of docs/detector.md"]
fn table() {
    for (world, rough) in [("orderly", ORDERLY), ("ordinary", ORDINARY), ("rough", ROUGH)] {
        let accounts = accounts(HELD_OUT, rough);
        let points: usize =
            accounts.iter().flat_map(|account| &account.series).map(|s| s.points.len()).sum();
        let months = accounts.len() * SUBJECTS;
        println!("{world} world: {months} months of a subject, {points} minutes with events");
        for (name, detector) in
            [("surge", &SurgeDetector::default() as &dyn Detector), ("peak", &PeakDetector)]
        {
            let (score, time) = score(&accounts, detector);
            println!("{name}, in {:.2} s\n{score}", time.as_secs_f64());
        }
    }
}
