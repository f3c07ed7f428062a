//! What a user may choose about a simulated month.

use chrono::NaiveDate;

use super::catalogue::incidents::specs;
use crate::labels::IncidentKind;
use crate::minute::{DAY, Minute};

/// The Regions there are to choose from; the first ones are taken.
pub const REGIONS: [&str; 12] = [
    "us-east-1",
    "eu-west-1",
    "us-west-2",
    "eu-central-1",
    "ap-southeast-2",
    "ap-northeast-1",
    "us-east-2",
    "eu-west-2",
    "ca-central-1",
    "sa-east-1",
    "ap-south-1",
    "eu-north-1",
];

/// How orderly the ordinary traffic is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum World {
    /// Hardly a burst.
    Orderly,
    /// Some bursts, most of one size.
    #[default]
    Ordinary,
    /// Bursts of any size at any time.
    Rough,
}

/// How many incidents there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Incidents {
    /// One for each account, Region and week, and at least one of each kind.
    #[default]
    Usual,
    /// So many in all.
    Number(u32),
}

/// How much goes wrong with the delivery of files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Faults {
    /// Nothing.
    None,
    /// A little, as in any month.
    #[default]
    Some,
    /// A lot.
    Many,
}

/// Everything a simulated month depends on.
#[derive(Clone, Debug, PartialEq)]
pub struct SimulateOptions {
    /// What everything is drawn from.
    pub seed: u64,
    /// How many days, 1 to 366.
    pub days: u32,
    /// The first day, 2006 to 2100.
    pub start: NaiveDate,
    /// How many accounts, 1 to 1,000.
    pub accounts: u32,
    /// How many Regions, 1 to 12.
    pub regions: u32,
    /// Ordinary calls of each subject, in relation to the catalogue's: 0.01 to 1,000.
    pub scale: f64,
    /// How orderly it is.
    pub world: World,
    /// How many incidents.
    pub incidents: Incidents,
    /// Of which kinds; all when empty.
    pub only: Vec<IncidentKind>,
    /// What goes wrong with files.
    pub faults: Faults,
}

impl Default for SimulateOptions {
    fn default() -> Self {
        Self {
            seed: 1,
            days: 28,
            // A Monday, and never the clock's: equal options give equal logs.
            start: NaiveDate::from_ymd_opt(2025, 3, 3).unwrap_or_default(),
            accounts: 2,
            regions: 2,
            scale: 1.0,
            world: World::default(),
            incidents: Incidents::default(),
            only: Vec::new(),
            faults: Faults::default(),
        }
    }
}

/// Options that make no month.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum BadOptions {
    /// Days.
    #[error("{0} days: must be 1 to 366")]
    Days(u32),
    /// The start.
    #[error("{0}: the first day must lie between 2006-01-01 and 2100-12-31")]
    Start(NaiveDate),
    /// Accounts.
    #[error("{0} accounts: must be 1 to 1000")]
    Accounts(u32),
    /// Regions.
    #[error("{0} Regions: must be 1 to {most}", most = REGIONS.len())]
    Regions(u32),
    /// The scale.
    #[error("scale {0}: must be 0.01 to 1000")]
    Scale(f64),
    /// The number of incidents.
    #[error("{0} incidents: must be 10000 at most")]
    Incidents(u32),
    /// A kind that is not simulated.
    #[error("incidents of kind {} are not simulated", .0.as_str())]
    Kind(IncidentKind),
}

impl SimulateOptions {
    /// The same, if a month can be made of it.
    ///
    /// # Errors
    /// When a number is out of its range.
    pub fn checked(self) -> Result<Self, BadOptions> {
        let years = NaiveDate::from_ymd_opt(2006, 1, 1)..=NaiveDate::from_ymd_opt(2100, 12, 31);
        if !(1..=366).contains(&self.days) {
            return Err(BadOptions::Days(self.days));
        }
        if !years.contains(&Some(self.start)) {
            return Err(BadOptions::Start(self.start));
        }
        if !(1..=1_000).contains(&self.accounts) {
            return Err(BadOptions::Accounts(self.accounts));
        }
        if self.regions == 0 || self.regions as usize > REGIONS.len() {
            return Err(BadOptions::Regions(self.regions));
        }
        if !(0.01..=1_000.0).contains(&self.scale) {
            return Err(BadOptions::Scale(self.scale));
        }
        if let Incidents::Number(number) = self.incidents
            && number > 10_000
        {
            return Err(BadOptions::Incidents(number));
        }
        match self.only.iter().find(|kind| !specs().any(|spec| spec.kind == **kind)) {
            Some(kind) => Err(BadOptions::Kind(*kind)),
            None => Ok(self),
        }
    }

    /// The first minute.
    pub(super) fn first_minute(&self) -> Minute {
        let seconds = self.start.and_time(chrono::NaiveTime::MIN).and_utc().timestamp();
        Minute::from_unix_seconds(seconds).unwrap_or_default()
    }

    /// How many minutes.
    pub(super) const fn minutes(&self) -> u32 {
        self.days * DAY
    }

    /// The Regions.
    pub(super) fn region_names(&self) -> &'static [&'static str] {
        &REGIONS[..self.regions as usize]
    }

    /// The account with that number: 12 digits, documentation's first.
    pub(super) fn account(number: u32) -> String {
        let known = ["111122223333", "444455556666", "777788889999", "123456789012"];
        let known = known.get(number as usize).map(|id| (*id).to_owned());
        known.unwrap_or_else(|| format!("{:012}", 210_000_000_000 + u64::from(number) * 7_919))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_sizes_are_refused() {
        let options = SimulateOptions::default;
        assert!(options().checked().is_ok());
        for bad in [
            SimulateOptions { days: 0, ..options() },
            SimulateOptions { days: 10_000, ..options() },
            SimulateOptions { accounts: 0, ..options() },
            SimulateOptions { accounts: u32::MAX, ..options() },
            SimulateOptions { regions: 0, ..options() },
            SimulateOptions { regions: 13, ..options() },
            SimulateOptions { scale: f64::NAN, ..options() },
            SimulateOptions { scale: 0.0, ..options() },
            SimulateOptions { scale: f64::INFINITY, ..options() },
            SimulateOptions { incidents: Incidents::Number(u32::MAX), ..options() },
            SimulateOptions { only: vec![IncidentKind::Planted], ..options() },
            SimulateOptions { start: NaiveDate::MAX, ..options() },
        ] {
            assert!(bad.clone().checked().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn months_begin_on_a_monday() {
        assert_eq!(SimulateOptions::default().first_minute().hour_of_week(), 0);
    }
}
