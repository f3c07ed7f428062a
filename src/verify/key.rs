//! What the keys of digests and logs say.
//!
//! `AWSLogs/[o-…/]ACCOUNT/CloudTrail-Digest/REGION/YYYY/MM/DD/ACCOUNT_CloudTrail-Digest_REGION_TRAIL_HOMEREGION_YYYYMMDDTHHMMSSZ[_backfill].json.gz`

use std::path::is_separator;

use chrono::{DateTime, NaiveDateTime, Utc};

use super::object::file_name;

/// What becomes of the two kinds of digests: each makes a chain of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DigestKind {
    /// One an hour.
    Standard,
    /// For log files that were delivered too late for their hour's digest.
    Backfill,
}

/// The trail and Region whose log files a digest is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TrailName {
    /// Whose log files.
    pub account: String,
    /// The Region of their events.
    pub region: String,
    /// The trail's name.
    pub trail: String,
    /// The trail's home Region.
    pub home_region: String,
}

/// What a digest's file name says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DigestKey {
    /// Of which trail it is.
    pub trail: TrailName,
    /// Which of the trail's chains it is in.
    pub kind: DigestKind,
    /// When its hour ended.
    pub time: DateTime<Utc>,
}

impl DigestKey {
    /// Reads the name, if it is one of a digest.
    #[must_use]
    pub fn of(path: &str) -> Option<Self> {
        let name = file_name(path).strip_suffix(".json.gz")?;
        let (name, kind) = match name.strip_suffix("_backfill") {
            Some(name) => (name, DigestKind::Backfill),
            None => (name, DigestKind::Standard),
        };
        let (name, time) = name.rsplit_once('_')?;
        let time = NaiveDateTime::parse_from_str(time, "%Y%m%dT%H%M%SZ").ok()?.and_utc();
        let (account, rest) = name.split_once("_CloudTrail-Digest_")?;
        let (region, rest) = rest.split_once('_')?;
        // Trails may have the character in their names, Regions have not.
        let (trail, home_region) = rest.rsplit_once('_')?;
        let [account, region, trail, home_region] =
            [account, region, trail, home_region].map(str::to_owned);
        Some(Self { trail: TrailName { account, region, trail, home_region }, kind, time })
    }
}

/// Whose a log file is, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogName<'p> {
    /// The account.
    pub account: &'p str,
    /// The Region of its events.
    pub region: &'p str,
    /// About when it was delivered.
    pub delivered: DateTime<Utc>,
}

impl<'p> LogName<'p> {
    /// Reads the name, if it is one of a log file: of events, Insights or any other kind that digests
    /// know.
    #[must_use]
    pub fn of(path: &'p str) -> Option<Self> {
        let name = file_name(path).strip_suffix(".json.gz")?;
        let mut words = name.split('_');
        let (account, kind, region) = (words.next()?, words.next()?, words.next()?);
        let kind = kind.strip_prefix("CloudTrail")?;
        if !(kind.is_empty() || kind.starts_with('-')) || kind == "-Digest" {
            return None;
        }
        let time = words.next()?.get(..14)?;
        let delivered = NaiveDateTime::parse_from_str(time, "%Y%m%dT%H%MZ").ok()?.and_utc();
        Some(Self { account, region, delivered })
    }
}

/// Whether a path from `AWSLogs/` on, if it has that, is where a digest of that name belongs but for
/// the day: others are in nobody's chain.
#[must_use]
pub fn is_in_place(tail: &str, name: &TrailName) -> bool {
    let mut folders = tail.rsplit(is_separator).skip(1);
    if !tail.starts_with("AWSLogs") || folders.clone().next().is_none() {
        return true;
    }
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    folders.by_ref().take(3).all(is_number)
        && folders.next() == Some(&name.region)
        && folders.next() == Some("CloudTrail-Digest")
        && folders.next() == Some(&name.account)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: &str = "AWSLogs/o-x/111122223333/CloudTrail-Digest/eu-west-1/2026/03/02/";

    #[test]
    fn names_of_digests_are_read() {
        let name =
            "111122223333_CloudTrail-Digest_eu-west-1_my_own_trail_us-east-1_20260302T090512Z";
        let path = format!("{DAY}{name}.json.gz");
        let key = DigestKey::of(&path).unwrap();
        assert_eq!(key.trail.trail, "my_own_trail");
        assert_eq!((&*key.trail.region, &*key.trail.home_region), ("eu-west-1", "us-east-1"));
        assert_eq!(key.kind, DigestKind::Standard);
        assert_eq!(key.time.to_rfc3339(), "2026-03-02T09:05:12+00:00");
        let backfill = DigestKey::of(&format!("{name}_backfill.json.gz")).unwrap();
        assert_eq!((backfill.kind, backfill.time), (DigestKind::Backfill, key.time));
        assert!(is_in_place(&path, &key.trail));
        assert!(is_in_place(&format!("{name}.json.gz"), &key.trail));
        assert!(!is_in_place(&path.replace("/eu-west-1/", "/eu-west-2/"), &key.trail));
        assert!(!is_in_place(&path.replace("/02/", "/x/"), &key.trail));
        assert_eq!(LogName::of(&path), None);
        for hostile in
            ["", "_", "é_CloudTrail-Digest_é_é_é_é.json.gz", "x_CloudTrail-Digest_.json.gz"]
        {
            assert_eq!(DigestKey::of(hostile), None, "{hostile}");
        }
    }

    #[test]
    fn names_of_logs_are_read() {
        for kind in ["CloudTrail", "CloudTrail-Insight", "CloudTrail-NetworkActivity"] {
            let path =
                format!("x/111122223333_{kind}_eu-west-1_20260302T0905Z_AbCdEfGhIjKlMnOp.json.gz");
            let log = LogName::of(&path).unwrap();
            assert_eq!((log.account, log.region), ("111122223333", "eu-west-1"));
            assert_eq!(log.delivered.to_rfc3339(), "2026-03-02T09:05:00+00:00");
            assert_eq!(DigestKey::of(&path), None);
        }
        for other in
            ["x.json.gz", "1_CloudTrailish_r_20260302T0905Z_A.json.gz", "1_CloudTrail_r_é.json.gz"]
        {
            assert_eq!(LogName::of(other), None, "{other}");
        }
    }
}
