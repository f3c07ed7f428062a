//! Made-up logs of nine days: an ordinary rhythm and up to three bursts.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value;

use crate::logs::record;

const DAYS: i64 = 9;
const NAMES: [&str; 3] = ["CreateQueue", "DescribeInstances", "GetObjectTagging"];

/// Calls of one API in a row.
#[derive(Clone, Debug)]
pub struct Burst {
    pub name: usize,
    /// Minute since the start of the logs.
    pub start: i64,
    pub minutes: i64,
    pub a_minute: i64,
    pub denied: bool,
}

fn burst() -> impl Strategy<Value = Burst> {
    (0..3_usize, 3 * 1_440..DAYS * 1_440 - 60, 1..40_i64, 1..12_i64, any::<bool>()).prop_map(
        |(name, start, minutes, a_minute, denied)| Burst { name, start, minutes, a_minute, denied },
    )
}

/// The records of some logs, in time order.
pub fn logs() -> impl Strategy<Value = Vec<Value>> {
    (vec(burst(), 0..4), 2..9_i64).prop_map(|(bursts, hours)| made(&bursts, hours))
}

/// An ordinary call of each API every so many hours, and the bursts.
pub fn made(bursts: &[Burst], hours: i64) -> Vec<Value> {
    let mut calls: Vec<(i64, usize, bool, bool)> = Vec::new();
    for (name, offset) in [(0, 0), (1, 700), (2, 1_500)] {
        let ordinary = (0..DAYS * 24 / hours).map(|n| n * hours * 3_600 + offset + n % 5 * 60);
        calls.extend(ordinary.map(|second| (second, name, false, false)));
    }
    for burst in bursts {
        let number = burst.minutes * burst.a_minute;
        let seconds = (0..number).map(|call| burst.start * 60 + call * 60 / burst.a_minute);
        calls.extend(seconds.map(|second| (second, burst.name, burst.denied, true)));
    }
    calls.sort_unstable();
    let made = calls.into_iter().zip(1..).map(|((second, name, denied, script), id)| {
        let mut record = record(id, second);
        record["eventName"] = NAMES[name].into();
        if denied {
            record["errorCode"] = "AccessDenied".into();
        }
        if script {
            record["userIdentity"]["arn"] = "arn:aws:iam::111122223333:user/script".into();
            record["sourceIPAddress"] = "203.0.113.9".into();
        }
        record
    });
    made.collect()
}

/// Bursts that cannot be overlooked, so that what is asked of insights is not asked of nothing.
pub fn obvious() -> Vec<Value> {
    made(
        &[
            Burst { name: 0, start: 7 * 1_440 + 600, minutes: 10, a_minute: 30, denied: false },
            Burst { name: 1, start: 8 * 1_440 + 900, minutes: 20, a_minute: 20, denied: true },
        ],
        3,
    )
}
