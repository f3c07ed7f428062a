//! What is held to be unusual.

use clap::{Args, ValueEnum};
use trailspike::DetectorKind;
use trailspike::detect::Settings;
use trailspike::insight::InsightOptions;
use trailspike::series::Calls;

#[derive(Args)]
#[command(next_help_heading = "What is unusual")]
pub struct DetectionArgs {
    /// False insights you will bear per account and week: more finds more
    #[arg(long, value_name = "N", default_value_t = Settings::default().false_insights_per_account_week, value_parser = positive, allow_negative_numbers = true)]
    false_insights: f64,
    /// Fewest events in an hour or less that can make an insight; half as many denials and failed
    /// logins do
    #[arg(long, value_name = "N", default_value_t = InsightOptions::default().min_count)]
    min_count: u32,
    /// Report busy APIs that fall to almost nothing, too
    #[arg(long)]
    drops: bool,
    /// Look at single APIs only, not at identities, addresses and accounts over all APIs
    #[arg(long)]
    no_roll_ups: bool,
    /// The rule: surge, or peak (twice the largest of 14 days, a yardstick)
    #[arg(long, value_enum, default_value_t = DetectorArg::Surge)]
    detector: DetectorArg,
    /// Attribute to roles, or to each of their sessions
    #[arg(long, value_enum, default_value_t = IdentityArg::Role)]
    identity: IdentityArg,
}

#[derive(Clone, Copy, ValueEnum)]
enum DetectorArg {
    Surge,
    Peak,
}

#[derive(Clone, Copy, ValueEnum)]
enum IdentityArg {
    Role,
    Session,
}

impl DetectionArgs {
    /// Whether assumed-role sessions keep their own name.
    pub fn keeps_sessions(&self) -> bool {
        matches!(self.identity, IdentityArg::Session)
    }

    /// What is looked for.
    pub fn insight_options(&self, calls: Calls) -> InsightOptions {
        InsightOptions { calls, min_count: self.min_count, roll_ups: !self.no_roll_ups }
    }

    /// The rule.
    pub fn detector(&self) -> DetectorKind {
        match self.detector {
            DetectorArg::Surge => DetectorKind::Surge,
            DetectorArg::Peak => DetectorKind::Peak,
        }
    }

    /// How sensitive the rule is.
    pub fn settings(&self) -> Settings {
        Settings { drops: self.drops, ..Settings::with_false_insights(self.false_insights) }
    }
}

fn positive(text: &str) -> Result<f64, String> {
    let number: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    if number > 0.0 && number.is_finite() { Ok(number) } else { Err("must be above 0".to_owned()) }
}
