//! What results are told by.

use clap::{Args, ValueEnum};
use trailspike::identity_view::Who;

#[derive(Args)]
#[command(next_help_heading = "Output")]
pub struct ViewArgs {
    /// Tell what is unusual by insight, or by identity: what stands out, or who
    #[arg(long, value_enum, default_value_t = ByArg::Insight, value_name = "WHAT")]
    by: ByArg,
    /// With --by identity: everyone, not only those with insights
    #[arg(long)]
    all: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ByArg {
    Insight,
    Identity,
}

impl ViewArgs {
    /// Whose activity is told, when it is told by identity.
    pub fn who(&self) -> anyhow::Result<Option<Who>> {
        match (self.by, self.all) {
            (ByArg::Insight, false) => Ok(None),
            (ByArg::Insight, true) => anyhow::bail!("--all is for --by identity"),
            (ByArg::Identity, false) => Ok(Some(Who::WithInsights)),
            (ByArg::Identity, true) => Ok(Some(Who::Everyone)),
        }
    }
}
