//! What is held to be unusual.

use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};
use trailspike::DetectorKind;
use trailspike::detect::{FalsePerWeek, Sensitivity, Settings};
use trailspike::insight::{InsightOptions, MinRatio};
use trailspike::series::Calls;

#[derive(Args)]
#[command(next_help_heading = "What is unusual")]
pub struct DetectionArgs {
    /// False insights you will bear per account and week: more finds more
    #[arg(
        long,
        alias = "false-insights",
        value_name = "X",
        default_value_t,
        allow_negative_numbers = true
    )]
    false_per_week: FalsePerWeek,
    /// --false-per-week in a word
    #[arg(long, value_enum, value_name = "WORD", conflicts_with = "false_per_week")]
    sensitivity: Option<SensitivityArg>,
    /// Fewest events in an hour or less that can make an insight; half as many denials and failed
    /// logins do
    #[arg(long, value_name = "N", default_value_t = InsightOptions::default().min_count)]
    min_count: u32,
    /// Times the baseline average that a rise must be, where there is a baseline; 0 tells all
    #[arg(long, value_name = "X", default_value_t, allow_negative_numbers = true)]
    min_ratio: MinRatio,
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

#[derive(Clone, Copy)]
struct SensitivityArg(Sensitivity);

impl ValueEnum for SensitivityArg {
    fn value_variants<'a>() -> &'a [Self] {
        const { &[Self(Sensitivity::Low), Self(Sensitivity::Normal), Self(Sensitivity::High)] }
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let help = format!("--false-per-week {}", self.0.false_per_week());
        Some(PossibleValue::new(self.0.as_str()).help(help))
    }
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
        InsightOptions {
            calls,
            min_count: self.min_count,
            min_ratio: self.min_ratio,
            roll_ups: !self.no_roll_ups,
        }
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
        let false_per_week = match self.sensitivity {
            Some(SensitivityArg(word)) => word.false_per_week(),
            None => self.false_per_week,
        };
        Settings { drops: self.drops, ..Settings::with_false_insights(false_per_week.get()) }
    }
}
