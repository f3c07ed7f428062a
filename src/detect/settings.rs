//! What a user may turn, in his terms.

/// On simulated ordinary months the insights about nothing per account and week were about so many
/// with the bounds as they are ...
const FALSE_AT_PLAIN_BOUNDS: f64 = 0.8;
/// ... and fell by this power of what the bounds were multiplied by (see docs/detector.md).
const TAIL: f64 = 4.8;

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

    /// What bounds are multiplied by: sums of ordinary windows pass high bounds by a power law, so
    /// that a bound `m` times as high is passed `m^-4.8` times as often. This turns the number that
    /// is borne into the number that comes.
    ///
    /// ```
    /// use trailspike::detect::Settings;
    /// assert!(Settings::with_false_insights(0.01).strictness() > 2.0);
    /// assert!(Settings::with_false_insights(3.0).strictness() < 0.8);
    /// ```
    #[must_use]
    pub fn strictness(&self) -> f64 {
        let borne = self.false_insights_per_account_week.max(1e-9);
        (FALSE_AT_PLAIN_BOUNDS / borne).powf(1.0 / TAIL)
    }
}
