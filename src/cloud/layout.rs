//! Which folders of a bucket can hold what is wanted:
//! `[prefix/]AWSLogs/[o-…/]ACCOUNT/CloudTrail/REGION/YYYY/MM/DD/`.

use chrono::{Days, Months, NaiveDate};

use crate::input::{LogKey, Selection, is_account};
use crate::minute::{DAY, Minute};

/// What a folder is, by its path from the top of the bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Folder {
    /// Above or beside `AWSLogs`.
    Elsewhere,
    /// `AWSLogs`, or an organization in it: accounts and organizations are below.
    Accounts,
    /// An account: services are below.
    Account(LogKey),
    /// `CloudTrail`, `CloudTrail-Digest` and the like: Regions are below.
    Trail(LogKey),
    /// What another service writes.
    OtherService,
    /// A Region; years are below.
    Region(LogKey),
    /// A year, month or day of a Region.
    Dated(LogKey, Dates),
    /// Anything else below `AWSLogs`.
    Other,
}

/// Days from one up to but without another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dates {
    from: NaiveDate,
    to: NaiveDate,
}

/// How much of a folder is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share {
    /// Nothing.
    None,
    /// Some of it, or that is not known.
    Some,
    /// All of it.
    All,
}

impl Folder {
    /// What the folder with that path is.
    pub fn of(path: &str) -> Self {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let Some(logs) = parts.iter().rposition(|part| *part == "AWSLogs") else {
            return Self::Elsewhere;
        };
        let mut rest = &parts[logs + 1..];
        if let Some((_, below)) = rest.split_first().filter(|(first, _)| is_organization(first)) {
            rest = below;
        }
        let [account, rest @ ..] = rest else { return Self::Accounts };
        if !is_account(account) {
            return Self::Other;
        }
        let mut key = LogKey { account: Some((*account).to_owned()), ..LogKey::default() };
        match rest {
            [] => Self::Account(key),
            [service, ..] if !service.starts_with("CloudTrail") => Self::OtherService,
            [_] => Self::Trail(key),
            [_, region, date @ ..] => {
                key.region = Some((*region).to_owned());
                match date {
                    [] => Self::Region(key),
                    date => Dates::of(date).map_or(Self::Other, |dates| Self::Dated(key, dates)),
                }
            }
        }
    }

    /// How much of it is wanted.
    pub fn share(&self, selection: &dyn Selection) -> Share {
        match self {
            Self::Elsewhere | Self::Accounts | Self::Other => Share::Some,
            Self::OtherService => Share::None,
            Self::Account(key) | Self::Trail(key) | Self::Region(key) => {
                if selection.may_hold(key) { Share::Some } else { Share::None }
            }
            Self::Dated(key, dates) => dates.share(key, selection),
        }
    }
}

impl Dates {
    /// Whether it is one day.
    pub fn is_day(self) -> bool {
        self.from.succ_opt() == Some(self.to)
    }

    /// A year, a month or a day.
    fn of(parts: &[&str]) -> Option<Self> {
        let number = |part: &str, digits| {
            let is_number = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
            is_number.then(|| part.parse::<u32>().ok()).flatten()
        };
        let (year, rest) = parts.split_first()?;
        let year = i32::try_from(number(year, 4)?).ok()?;
        let (from, to) = match rest {
            [] => {
                let from = NaiveDate::from_ymd_opt(year, 1, 1)?;
                (from, from.checked_add_months(Months::new(12))?)
            }
            [month] => {
                let from = NaiveDate::from_ymd_opt(year, number(month, 2)?, 1)?;
                (from, from.checked_add_months(Months::new(1))?)
            }
            [month, day] => {
                let from = NaiveDate::from_ymd_opt(year, number(month, 2)?, number(day, 2)?)?;
                (from, from.checked_add_days(Days::new(1))?)
            }
            _ => return None,
        };
        Some(Self { from, to })
    }

    /// How many of the days are wanted: files of a day are when those of its first or last minute are,
    /// for no time range that is asked for lies within one day, given the slack on either side.
    fn share(self, key: &LogKey, selection: &dyn Selection) -> Share {
        let (mut any, mut all) = (false, true);
        for day in self.from.iter_days().take_while(|day| *day < self.to) {
            let midnight = day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp();
            let Some(first) = Minute::from_unix_seconds(midnight) else { continue };
            for delivered in [first, first + (DAY - 1)] {
                let taken =
                    selection.may_hold(&LogKey { delivered: Some(delivered), ..key.clone() });
                any |= taken;
                all &= taken;
            }
        }
        match (any, all) {
            (false, _) => Share::None,
            (true, false) => Share::Some,
            (true, true) => Share::All,
        }
    }
}

fn is_organization(part: &str) -> bool {
    part.strip_prefix("o-").is_some_and(|id| {
        (10..=32).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::count::{EventFilter, Globs, parse_time_bound};

    #[test]
    fn folders_are_what_the_layout_says() {
        let key = |region: Option<&str>| LogKey {
            account: Some("111122223333".to_owned()),
            region: region.map(str::to_owned),
            delivered: None,
        };
        let east = || key(Some("us-east-1"));
        for (path, folder) in [
            ("", Folder::Elsewhere),
            ("logs/trail/", Folder::Elsewhere),
            ("x/AWSLogs/", Folder::Accounts),
            ("AWSLogs/o-fxozgwu6rc", Folder::Accounts),
            ("AWSLogs/o-fxozgwu6rc/111122223333/", Folder::Account(key(None))),
            ("AWSLogs/111122223333", Folder::Account(key(None))),
            ("AWSLogs/111122223333/vpcflowlogs/", Folder::OtherService),
            ("AWSLogs/111122223333/Config/us-east-1/2026/", Folder::OtherService),
            ("AWSLogs/111122223333/CloudTrail-Digest/", Folder::Trail(key(None))),
            ("AWSLogs/111122223333/CloudTrail/us-east-1/", Folder::Region(east())),
            ("AWSLogs/111122223333/CloudTrail/us-east-1/2026/13/", Folder::Other),
            ("AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/02/04/", Folder::Other),
            ("AWSLogs/else/", Folder::Other),
        ] {
            assert_eq!(Folder::of(path), folder, "{path}");
        }
    }

    #[test]
    fn only_days_near_the_range_are_wanted() {
        let bound = |text: &str| parse_time_bound(text, chrono::Utc::now()).ok();
        let filter = EventFilter {
            from: bound("2026-03-05T07:00"),
            to: bound("2026-03-05T08:00"),
            accounts: Globs::new(&["1111*".to_owned()], &[]).unwrap(),
            ..EventFilter::default()
        };
        let share = |rest: &str| {
            let path = format!("AWSLogs/111122223333/CloudTrail/us-east-1/{rest}");
            Folder::of(&path).share(&filter)
        };
        assert_eq!(share("2026"), Share::Some);
        assert_eq!(share("2025"), Share::None);
        assert_eq!(share("2026/03"), Share::Some);
        assert_eq!(share("2026/02"), Share::None);
        let days: Vec<_> = (1..=9).map(|day| share(&format!("2026/03/0{day}"))).collect();
        let [none, some, all] = [Share::None, Share::Some, Share::All];
        assert_eq!(days, [none, none, none, some, all, some, none, none, none]);
        assert_eq!(Folder::of("AWSLogs/444455556666").share(&filter), Share::None);
    }
}
