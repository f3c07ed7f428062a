//! Generated logs, made on first use.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

/// A folder with the month that the generator makes of these arguments; made if it is not there.
pub fn month(below: Option<&Path>, arguments: &[String]) -> Result<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let below = below.map_or_else(|| root.join("target/bench-logs"), Path::to_path_buf);
    let folder = below.join(arguments.concat().trim_start_matches('-'));
    if folder.exists() {
        return Ok(folder);
    }
    // Renamed when whole, so that a run that was broken off leaves no half of a month.
    let unfinished = folder.with_extension("unfinished");
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished)?;
    }
    fs::create_dir_all(&unfinished)?;
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .current_dir(root)
        .args(["run", "--quiet", "--release", "--example", "generate-logs", "--", "month"])
        .arg(&unfinished)
        .args(arguments)
        .stdout(std::process::Stdio::null())
        .status()
        .context("cannot run cargo")?;
    ensure!(status.success(), "the generator failed");
    fs::rename(&unfinished, &folder)?;
    Ok(folder)
}

/// Arguments of the generator as strings.
pub fn arguments(flags: &[(&str, u64)]) -> Vec<String> {
    flags.iter().flat_map(|(flag, value)| [(*flag).to_owned(), value.to_string()]).collect()
}
