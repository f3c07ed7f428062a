//! Which public keys are needed, by the names of digests: so they can be fetched before anything is
//! read.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, NaiveDate, Utc};

use super::key::{DigestKey, DigestKind};
use super::object::Tree;
use super::{VerifyOptions, chains};
use crate::cloud::KeysAsked;
use crate::input::LogFile;

/// A digest is signed when its hour has ended, and tells of the one before.
const SLACK: Duration = Duration::hours(2);
/// For so long CloudTrail tries to deliver a log file; a backfill digest is signed after that.
const LATE: Duration = Duration::days(31);
/// Before CloudTrail there were no keys.
const FIRST_DAY: NaiveDate = NaiveDate::from_ymd_opt(2013, 11, 13).unwrap();

/// The keys to ask for, Region by Region: of the digests asked for and of those beside them. A digest's
/// own Region is asked, as `validate-logs` does, and its trail's home.
#[must_use]
pub fn keys_needed(
    files: &[LogFile],
    options: &VerifyOptions,
    now: DateTime<Utc>,
) -> Vec<KeysAsked> {
    let tree = Tree::new(files);
    let mut needed: BTreeMap<String, (DateTime<Utc>, DateTime<Utc>)> = BTreeMap::new();
    for chain in chains(&tree, options) {
        let after = chain.after.iter().filter_map(|&file| {
            let (_, tail) = tree.root_and_tail(file);
            Some(DigestKey::of(tail)?.time)
        });
        let late = match chain.kind {
            DigestKind::Standard => SLACK,
            DigestKind::Backfill => LATE,
        };
        let mut times = chain.listed.iter().map(|&(time, _)| time).chain(after);
        let Some(first) = times.next() else { continue };
        let (first, last) =
            times.fold((first, first), |(first, last), time| (first.min(time), last.max(time)));
        let (from, to) = (within(first, -SLACK, now), within(last, late, now));
        for region in [chain.trail.region, chain.trail.home_region] {
            let times = needed.entry(region).or_insert((from, to));
            *times = (times.0.min(from), times.1.max(to));
        }
    }
    needed.into_iter().map(|(region, (from, to))| KeysAsked { region, from, to }).collect()
}

/// That much later, as far as it has been; names may say anything.
fn within(time: DateTime<Utc>, later: Duration, now: DateTime<Utc>) -> DateTime<Utc> {
    let first = FIRST_DAY.and_time(chrono::NaiveTime::MIN).and_utc();
    let time = time.checked_add_signed(later).unwrap_or(time);
    time.min(now).max(first)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn needed(names: &[&str], from: Option<&str>) -> Vec<String> {
        let file = |name: &&str| LogFile {
            place: PathBuf::from(format!("logs/111122223333_{name}.json.gz")).into(),
            bytes: 1,
            modified: None,
            delivered: None,
            named: false,
        };
        let files: Vec<LogFile> = names.iter().map(file).collect();
        let time = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let options = VerifyOptions { from: from.map(time), ..VerifyOptions::default() };
        let asked = keys_needed(&files, &options, time("2026-04-01T00:00:00Z"));
        let text = |time: DateTime<Utc>| time.format("%Y-%m-%dT%H").to_string();
        asked.iter().map(|a| format!("{} {} {}", a.region, text(a.from), text(a.to))).collect()
    }

    #[test]
    fn the_times_of_digests_and_their_regions_are_asked_for() {
        let east = "CloudTrail-Digest_us-east-1_trail_us-east-1";
        let names = [
            &*format!("{east}_20260302T010012Z"),
            &*format!("{east}_20260302T020012Z"),
            "CloudTrail-Digest_eu-west-1_trail_us-east-1_20260301T000012Z",
            "CloudTrail_us-east-1_20250302T0905Z_AbCdEfGhIjKlMnOp",
        ];
        let west = "eu-west-1 2026-02-28T22 2026-03-01T02";
        assert_eq!(needed(&names, None), [west, "us-east-1 2026-02-28T22 2026-03-02T04"]);
        let late = ["us-east-1 2026-03-02T00 2026-03-02T04"];
        assert_eq!(needed(&names, Some("2026-03-02T02:00:00Z")), late);
        let backfill = format!("{east}_20260320T010012Z_backfill");
        assert_eq!(needed(&[&backfill], None), ["us-east-1 2026-03-19T23 2026-04-01T00"]);
        assert_eq!(needed(&names[3..], None), [""; 0]);
    }

    #[test]
    fn times_that_cannot_be_are_not_asked_for() {
        let names = |year: &str| format!("CloudTrail-Digest_r-1_t_r-1_{year}0101T000000Z");
        let asked = needed(&[&names("0000"), &names("9999")], None);
        assert_eq!(asked, ["r-1 2013-11-13T00 2026-04-01T00"]);
    }
}
