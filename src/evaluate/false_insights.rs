//! Insights about nothing.

use serde::Serialize;

use super::share::{as_f64, rounded};
use super::told::Told;
use crate::labels::Labels;
use crate::minute::{DAY, WEEK};

/// Insights of so many first minutes of the logs are counted by themselves.
const EARLY: u32 = 2 * DAY;

/// Insights about nothing.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FalseInsights {
    /// From the third day of the logs on.
    pub later: usize,
    /// Of those, a week and account; `None` when there is no third day.
    pub per_account_week: Option<f64>,
    /// Of those, a week, account and Region.
    pub per_account_region_week: Option<f64>,
    /// In the first two days.
    pub early: usize,
    /// Of those, an account.
    pub early_per_account: Option<f64>,
    /// Of those, an account and Region.
    pub early_per_account_region: Option<f64>,
}

impl FalseInsights {
    pub(super) fn of(labels: &Labels, wrong: &[&Told]) -> Self {
        let early = wrong.iter().filter(|told| told.start.since(labels.start) < EARLY).count();
        let later = wrong.len() - early;
        let accounts = labels.accounts.len();
        let pairs = accounts * labels.regions.len();
        let weeks = f64::from(labels.end.since(labels.start + EARLY)) / f64::from(WEEK);
        let per = |number: usize, of: f64| (of > 0.0).then(|| rounded(as_f64(number as u64) / of));
        let [accounts, pairs] = [accounts, pairs].map(|number| as_f64(number as u64));
        Self {
            later,
            per_account_week: per(later, accounts * weeks),
            per_account_region_week: per(later, pairs * weeks),
            early,
            early_per_account: per(early, accounts),
            early_per_account_region: per(early, pairs),
        }
    }
}
