//! The same labelled month at a ladder of settings.

use serde::Serialize;

use super::score::Score;
use super::share::Share;
use super::told::Told;
use crate::count::MinuteCounts;
use crate::detect::{Detector, PeakDetector, Settings, SurgeDetector};
use crate::insight::{
    AccountsVariation, FindError, InsightOptions, SubjectRules, find_insights_among,
};
use crate::labels::Labels;

/// A rule at one setting.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(tag = "detector", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Rung {
    /// The rule in use.
    Surge {
        /// False insights to be borne, an account and week.
        false_insights: f64,
    },
    /// The yardstick, which has no setting.
    Peak,
}

/// The settings that a curve is drawn of.
pub const LADDER: [Rung; 7] = [
    Rung::Surge { false_insights: 0.01 },
    Rung::Surge { false_insights: 0.03 },
    Rung::Surge { false_insights: 0.1 },
    Rung::Surge { false_insights: 0.3 },
    Rung::Surge { false_insights: 1.0 },
    Rung::Surge { false_insights: 3.0 },
    Rung::Peak,
];

/// What one setting comes to.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CurvePoint {
    /// The setting.
    #[serde(flatten)]
    pub rung: Rung,
    /// Insights.
    pub insights: usize,
    /// False ones from the third day on, an account and week.
    pub false_per_account_week: Option<f64>,
    /// False ones in the first two days, an account.
    pub false_early_per_account: Option<f64>,
    /// Effects found on series of APIs, of their own largest five minutes.
    pub recall1: Share,
    /// Of twice that.
    pub recall2: Share,
    /// Of three times.
    pub recall3: Share,
    /// Of five times and more.
    pub recall5: Share,
    /// Minutes by which 95 of 100 starts are off at most.
    pub start_error_p95: Option<u32>,
}

/// Finds the insights of a table at each setting and judges them; `drops` says whether silences
/// are looked for.
///
/// # Errors
/// Those of [`crate::insight::find_insights`].
pub fn curve(
    table: &MinuteCounts,
    labels: &Labels,
    ladder: &[Rung],
    options: InsightOptions,
    drops: bool,
) -> Result<Vec<CurvePoint>, FindError> {
    // The same at every setting.
    let variation = AccountsVariation::look(table, &SurgeDetector::default(), options)?;
    let point = |rung: &Rung| {
        let surge;
        let detector: &dyn Detector = match *rung {
            Rung::Surge { false_insights } => {
                let settings = Settings { drops, ..Settings::with_false_insights(false_insights) };
                surge = SurgeDetector::new(settings);
                &surge
            }
            Rung::Peak => &PeakDetector,
        };
        let (rules, variation) = (SubjectRules::default(), variation.clone());
        let found = find_insights_among(table, detector, options, &rules, variation)?;
        let found: Vec<Told> = found.insights.iter().map(Told::from).collect();
        Ok(CurvePoint::new(*rung, &Score::new(labels, &found)))
    };
    ladder.iter().map(point).collect()
}

impl CurvePoint {
    fn new(rung: Rung, score: &Score) -> Self {
        Self {
            rung,
            insights: score.insights,
            false_per_account_week: score.false_insights.per_account_week,
            false_early_per_account: score.false_insights.early_per_account,
            recall1: score.recall_of_sizes(1, 1),
            recall2: score.recall_of_sizes(2, 2),
            recall3: score.recall_of_sizes(3, 3),
            recall5: score.recall_of_sizes(5, u32::MAX),
            start_error_p95: score.start_errors.all.map(|spread| spread.p95),
        }
    }
}
