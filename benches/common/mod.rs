//! What `floor` and `curves` share: logs to read, and a run of the whole process.

pub mod logs;
pub mod process;

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

/// Whether cargo wants this bench: `cargo bench` says `--bench`, `cargo test --benches` does not,
/// and `cargo bench NAME` names one.
pub fn wanted(bench: bool, filter: Option<&String>, name: &str) -> bool {
    bench && filter.is_none_or(|filter| name.contains(filter.as_str()))
}
