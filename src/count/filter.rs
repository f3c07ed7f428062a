//! Which events are counted.

use globset::{Glob, GlobSet, GlobSetBuilder};

use crate::event::EventCategory;
use crate::input::{LogKey, Selection, delivered_near};
use crate::minute::Minute;

/// Names to take and names to leave, as globs.
#[derive(Clone, Debug)]
pub struct Globs {
    /// Everything, when there is none.
    include: Option<GlobSet>,
    exclude: GlobSet,
}

impl Globs {
    /// Takes what one of `include` matches (everything when it is empty) and none of `exclude`.
    ///
    /// # Errors
    /// When a glob is malformed.
    pub fn new(include: &[String], exclude: &[String]) -> Result<Self, globset::Error> {
        let include = if include.is_empty() { None } else { Some(set(include)?) };
        Ok(Self { include, exclude: set(exclude)? })
    }

    /// Whether every name is taken.
    #[must_use]
    pub fn take_all(&self) -> bool {
        self.include.is_none() && self.exclude.is_empty()
    }

    /// Whether the name is taken.
    #[must_use]
    pub fn take(&self, name: &str) -> bool {
        self.include.as_ref().is_none_or(|include| include.is_match(name))
            && !self.exclude.is_match(name)
    }
}

impl Default for Globs {
    fn default() -> Self {
        Self { include: None, exclude: GlobSet::empty() }
    }
}

fn set(globs: &[String]) -> Result<GlobSet, globset::Error> {
    let mut set = GlobSetBuilder::new();
    for glob in globs {
        set.add(Glob::new(glob)?);
    }
    set.build()
}

/// Which events are counted; everything else is read and told as filtered.
#[derive(Clone, Debug)]
pub struct EventFilter {
    /// First minute taken.
    pub from: Option<Minute>,
    /// First minute no longer taken.
    pub to: Option<Minute>,
    /// Recipient accounts.
    pub accounts: Globs,
    /// Regions.
    pub regions: Globs,
    /// Services, `ec2.amazonaws.com`.
    pub event_sources: Globs,
    /// APIs, `DescribeInstances`.
    pub event_names: Globs,
    /// The category taken, or every one; others are told as such.
    pub category: Option<EventCategory>,
}

impl Default for EventFilter {
    fn default() -> Self {
        Self {
            from: None,
            to: None,
            accounts: Globs::default(),
            regions: Globs::default(),
            event_sources: Globs::default(),
            event_names: Globs::default(),
            category: Some(EventCategory::Management),
        }
    }
}

impl EventFilter {
    /// Whether the time is taken.
    #[must_use]
    pub fn takes_minute(&self, minute: Minute) -> bool {
        self.from.is_none_or(|from| from <= minute) && self.to.is_none_or(|to| minute < to)
    }

    /// Whether events of the category are taken.
    #[must_use]
    pub fn takes_category(&self, category: EventCategory) -> bool {
        self.category.is_none_or(|taken| taken == category)
    }

    /// Whether the API is taken.
    #[must_use]
    pub fn takes_api(&self, account: &str, region: &str, source: &str, name: &str) -> bool {
        self.accounts.take(account)
            && self.regions.take(region)
            && self.event_sources.take(source)
            && self.event_names.take(name)
    }
}

impl Selection for EventFilter {
    fn may_hold(&self, key: &LogKey) -> bool {
        key.account.as_deref().is_none_or(|account| self.accounts.take(account))
            && key.region.as_deref().is_none_or(|region| self.regions.take(region))
            && key.delivered.is_none_or(|delivered| delivered_near(delivered, self.from, self.to))
    }

    fn takes_all(&self) -> bool {
        self.from.is_none()
            && self.to.is_none()
            && self.accounts.take_all()
            && self.regions.take_all()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn excluding_wins() {
        let globs = Globs::new(&["Get*".into(), "List*".into()], &["*Role*".into()]).unwrap();
        assert!(globs.take("ListUsers"));
        assert!(!globs.take("ListRoles"));
        assert!(!globs.take("PutObject"));
        assert!(Globs::default().take("anything"));
        assert!(Globs::new(&["[".into()], &[]).is_err());
    }

    #[test]
    fn files_are_left_out_with_a_days_slack() {
        let name = "AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/05/\
                    111122223333_CloudTrail_us-east-1_20260305T1205Z_AbCdEfGhIjKlMnOp.json.gz";
        let key = LogKey::of(std::path::Path::new(name));
        let day = |day: u32| {
            Some(Minute::from_unix_seconds(1_772_323_200 + i64::from(day - 1) * 86_400).unwrap())
        };
        assert_eq!(day(1).unwrap().to_string(), "2026-03-01T00:00:00Z");
        let with = |from, to| EventFilter { from, to, ..EventFilter::default() }.may_hold(&key);
        assert!(with(day(6), None) && !with(day(7), None));
        assert!(with(None, day(5)) && !with(None, day(4)));
        let regions = Globs::new(&["eu-*".into()], &[]).unwrap();
        assert!(!EventFilter { regions, ..EventFilter::default() }.may_hold(&key));
    }
}
