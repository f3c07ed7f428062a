//! What is held to be unusual.

use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};
use trailspike::DetectorKind;
use trailspike::config::{Detect, Identities};
use trailspike::detect::{FalsePerWeek, Sensitivity, Settings};
use trailspike::insight::{InsightOptions, MinRatio};
use trailspike::series::Calls;

#[derive(Args)]
#[command(next_help_heading = "What is unusual")]
pub struct DetectionArgs {
    /// False insights you will bear per account and week: more finds more [default: 0.3]
    #[arg(long, alias = "false-insights", value_name = "X", allow_negative_numbers = true)]
    false_per_week: Option<FalsePerWeek>,
    /// --false-per-week in a word
    #[arg(long, value_enum, value_name = "WORD", conflicts_with = "false_per_week")]
    sensitivity: Option<SensitivityArg>,
    /// Fewest events in an hour or less that can make an insight; half as many denials and failed
    /// logins do [default: 10]
    #[arg(long, value_name = "N")]
    min_count: Option<u32>,
    /// Times the baseline average that a rise must be, where there is a baseline; 0 tells all
    /// [default: 0]
    #[arg(long, value_name = "X", allow_negative_numbers = true)]
    min_ratio: Option<MinRatio>,
    /// Report busy APIs that fall to almost nothing, too
    #[arg(
        long,
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true",
        hide_possible_values = true,
        value_name = "BOOL"
    )]
    drops: Option<bool>,
    /// Look at single APIs only, not at identities, addresses and accounts over all APIs
    #[arg(
        long,
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true",
        hide_possible_values = true,
        value_name = "BOOL"
    )]
    no_roll_ups: Option<bool>,
    /// The rule: surge, or peak (twice the largest of 14 days, a yardstick) [default: surge]
    #[arg(long, value_enum)]
    detector: Option<DetectorArg>,
    /// Attribute to roles, or to each of their sessions [default: role]
    #[arg(long, value_enum)]
    identity: Option<IdentityArg>,
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
    /// Takes from the configuration what no flag says. The number of false insights and its word
    /// are one knob.
    pub fn fill(&mut self, detect: &Detect) {
        if self.false_per_week.is_none() && self.sensitivity.is_none() {
            self.false_per_week = detect.false_per_week;
            self.sensitivity = detect.sensitivity.map(SensitivityArg);
        }
        let detector = |kind| match kind {
            DetectorKind::Surge => DetectorArg::Surge,
            DetectorKind::Peak => DetectorArg::Peak,
        };
        let identity = |identity| match identity {
            Identities::Role => IdentityArg::Role,
            Identities::Session => IdentityArg::Session,
        };
        self.min_count = self.min_count.or(detect.min_count);
        self.min_ratio = self.min_ratio.or(detect.min_ratio);
        self.drops = self.drops.or(detect.drops);
        self.no_roll_ups = self.no_roll_ups.or(detect.roll_ups.map(|roll_ups| !roll_ups));
        self.detector = self.detector.or(detect.detector.map(detector));
        self.identity = self.identity.or(detect.identity.map(identity));
    }

    /// Whether assumed-role sessions keep their own name.
    pub fn keeps_sessions(&self) -> bool {
        matches!(self.identity, Some(IdentityArg::Session))
    }

    /// What is looked for.
    pub fn insight_options(&self, calls: Calls) -> InsightOptions {
        let default = InsightOptions::default();
        InsightOptions {
            calls,
            min_count: self.min_count.unwrap_or(default.min_count),
            min_ratio: self.min_ratio.unwrap_or(default.min_ratio),
            roll_ups: !self.no_roll_ups.unwrap_or(!default.roll_ups),
        }
    }

    /// The rule.
    pub fn detector(&self) -> DetectorKind {
        match self.detector {
            None | Some(DetectorArg::Surge) => DetectorKind::Surge,
            Some(DetectorArg::Peak) => DetectorKind::Peak,
        }
    }

    /// How sensitive the rule is.
    pub fn settings(&self) -> Settings {
        let false_per_week = match self.sensitivity {
            Some(SensitivityArg(word)) => word.false_per_week(),
            None => self.false_per_week.unwrap_or_default(),
        };
        let drops = self.drops.unwrap_or(false);
        Settings { drops, ..Settings::with_false_insights(false_per_week.get()) }
    }
}
