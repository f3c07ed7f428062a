//! What a user may turn, in his terms.

use super::recent::WINDOWS;

/// Subjects of an ordinary account and Region.
const SUBJECTS_PER_ACCOUNT: f64 = 300.0;

/// How sensitive a detector is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// How many insights about nothing a user will bear per account and week.
    pub false_insights_per_account_week: f64,
    /// `-log10` of the chance that a window at this hour must fall below; two less for a burst
    /// mostly by callers never seen before.
    pub min_surprise: f64,
    /// Whether subjects that fall silent are looked for.
    pub drops: bool,
    /// Covered minutes at or below the quiet level that end an episode.
    pub quiet_minutes: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            false_insights_per_account_week: 0.3,
            min_surprise: 8.0,
            drops: false,
            quiet_minutes: 10,
        }
    }
}

impl Settings {
    /// The defaults with another number of false insights.
    #[must_use]
    pub fn with_false_insights(per_account_week: f64) -> Self {
        Self { false_insights_per_account_week: per_account_week, ..Self::default() }
    }

    /// The days of one subject and window in which one false insight is borne: 300 subjects with
    /// four windows on seven days, over the number borne in that week.
    ///
    /// ```
    /// use trailspike::detect::Settings;
    /// assert_eq!(Settings::with_false_insights(0.1).return_period_days().round(), 84_000.0);
    /// ```
    #[must_use]
    pub fn return_period_days(&self) -> f64 {
        let borne = self.false_insights_per_account_week.max(1e-9);
        #[expect(clippy::cast_precision_loss, reason = "there are four windows")]
        let windows = WINDOWS.len() as f64;
        (SUBJECTS_PER_ACCOUNT * windows * 7.0 / borne).max(1.5)
    }
}
