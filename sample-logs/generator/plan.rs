//! Which files a benchmark month has: of what account and Region, from when until when, how large.

use std::ops::Range;

use crate::clock::{DAY, MINUTE};
use crate::traffic::Traffic;

/// Regions, busiest first.
pub const REGIONS: &[&str] = &[
    "us-east-1",
    "eu-west-1",
    "us-west-2",
    "eu-central-1",
    "ap-southeast-1",
    "us-east-2",
    "ap-northeast-1",
    "eu-north-1",
    "ca-central-1",
    "sa-east-1",
    "ap-south-1",
    "eu-west-2",
];

/// A trail delivers about every five minutes.
const MOST_FILES_A_DAY: u64 = 288;

/// Minutes in a day.
const LENGTH: i64 = DAY / MINUTE;

/// One file that is to be written.
pub struct Task {
    /// Position of the account.
    pub account: usize,
    /// The Region.
    pub region: &'static str,
    /// Position of the file among those of its account and Region.
    pub number: u64,
    /// Its part of the traffic.
    pub part: Range<u64>,
    /// Ordinary events in it.
    pub events: u64,
    /// Ordinary events of its account and Region before it.
    pub before: u64,
}

/// An account in a Region, and its share of something.
struct Place {
    account: usize,
    region: &'static str,
    share: u64,
}

/// Shares `whole` among accounts and Regions, the first ones getting more.
fn places(accounts: usize, regions: usize, whole: u64) -> impl Iterator<Item = Place> {
    let weight = |place: usize| 12 / (place as u64 + 1) + 2;
    let places = (0..accounts).flat_map(move |a| (0..regions).map(move |r| (a, r)));
    let total: u64 = places.clone().map(|(a, r)| weight(a) * weight(r)).sum();
    places.scan((0, 0), move |(sum, given), (account, region)| {
        *sum += weight(account) * weight(region);
        let share = whole * *sum / total - *given;
        *given += share;
        Some(Place { account, region: REGIONS[region], share })
    })
}

/// `files` files that all hold as many events.
pub fn even(
    (accounts, regions): (usize, usize),
    traffic: &Traffic,
    files: u64,
    events: u64,
) -> Vec<Task> {
    places(accounts, regions, files)
        .flat_map(|Place { account, region, share }| {
            (0..share).map(move |number| {
                let (part, before) = (traffic.part(number, share), number * events);
                Task { account, region, number, part, events, before }
            })
        })
        .collect()
}

/// Files as a trail delivers them: each spans an equal time of one day, so that its size follows
/// the account, the Region and the hour; `usual` events on average, more where a day would have
/// more files than a trail delivers, and none where nothing happened.
pub fn delivered(
    (accounts, regions): (usize, usize),
    traffic: &Traffic,
    events: u64,
    usual: u64,
) -> Vec<Task> {
    let mut tasks = Vec::new();
    for Place { account, region, share } in places(accounts, regions, events) {
        let before = |minute: i64| traffic.share_before(minute, share);
        let mut number = 0;
        for day in 0..traffic.minutes() / LENGTH {
            let day = day * LENGTH..(day + 1) * LENGTH;
            let whole = before(day.end) - before(day.start);
            let files = (whole / usual.max(1)).clamp(1, MOST_FILES_A_DAY);
            let cut = |file: u64| day.start + LENGTH * file.cast_signed() / files.cast_signed();
            for (from, until) in (0..files).map(|file| (cut(file), cut(file + 1))) {
                let events = before(until) - before(from);
                if events > 0 {
                    let part = traffic.between(from, until);
                    tasks.push(Task {
                        account,
                        region,
                        number,
                        part,
                        events,
                        before: before(from),
                    });
                    number += 1;
                }
            }
        }
    }
    tasks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_shared_out_in_full() {
        let tasks = even((3, 4), &Traffic::new(0, 30), 1000, 85);
        assert_eq!(tasks.len(), 1000);
        let busiest = tasks.iter().filter(|task| (task.account, task.region) == (0, REGIONS[0]));
        assert!(busiest.count() > 1000 / 12);
    }

    #[test]
    fn delivered_files_hold_all_events_and_lie_within_a_day() {
        let traffic = Traffic::new(0, 30);
        let tasks = delivered((40, 5), &traffic, 1_000_000, 50);
        assert_eq!(tasks.iter().map(|task| task.events).sum::<u64>(), 1_000_000);
        let within = |task: &Task| {
            let (from, until) = traffic.bounds(&task.part);
            from / DAY == (until - 1) / DAY
        };
        assert!(tasks.iter().all(within));
        let mean = 1_000_000 / tasks.len();
        assert!((45..75).contains(&mean), "{mean}");
    }
}
