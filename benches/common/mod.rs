//! What benches of the whole process share: flags, logs to read, and a run of it.

pub mod logs;
pub mod process;

use std::path::PathBuf;
use std::thread;

use anyhow::Result;
use clap::Args;

/// What each of them may be told.
#[derive(Args)]
pub struct Shared {
    /// Folder for logs and stores instead of target/bench-logs; one in memory saves the disk much work
    #[arg(long)]
    pub logs: Option<PathBuf>,
    #[arg(long, hide = true)]
    bench: bool,
    #[arg(hide = true)]
    filter: Option<String>,
}

impl Shared {
    /// Whether cargo wants this bench: `cargo bench` says `--bench`, `cargo test --benches` does not,
    /// and `cargo bench NAME` names one.
    pub fn want(&self, name: &str) -> bool {
        self.bench && self.filter.as_ref().is_none_or(|filter| name.contains(filter.as_str()))
    }
}

/// So many threads; as many as there are processors if nobody says.
pub fn threads(given: Option<usize>) -> Result<usize> {
    given.map_or_else(|| Ok(thread::available_parallelism()?.get()), Ok)
}

/// The middle one of some measurements.
pub fn median(figures: impl IntoIterator<Item = f64>) -> f64 {
    let mut figures: Vec<f64> = figures.into_iter().collect();
    figures.sort_by(f64::total_cmp);
    let (low, high) = (figures.len().saturating_sub(1) / 2, figures.len() / 2);
    f64::midpoint(
        figures.get(low).copied().unwrap_or(0.0),
        figures.get(high).copied().unwrap_or(0.0),
    )
}

/// `2.1 (2.0 to 2.4)`: median, least and most.
pub fn spread(figures: &[f64]) -> String {
    let least = figures.iter().copied().fold(f64::INFINITY, f64::min);
    let most = figures.iter().copied().fold(0.0, f64::max);
    format!("{:.2} ({least:.2} to {most:.2})", median(figures.iter().copied()))
}

/// A figure where the system tells one.
pub fn known(figure: Option<f64>, decimals: usize) -> String {
    figure.map_or_else(String::new, |figure| format!("{figure:.decimals$}"))
}

/// The part of a number of things that a quick look takes, at least one.
#[allow(dead_code, reason = "each bench uses its part")]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "positive and below 2^53"
)]
pub fn part(whole: u64, scale: f64) -> u64 {
    ((whole as f64 * scale).round() as u64).max(1)
}
