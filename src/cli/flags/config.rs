//! Which configuration file holds.

use std::env;
use std::path::PathBuf;

use clap::Args;
use trailspike::AnalysisOptions;
use trailspike::config::{Config, Origin, Places};

use super::super::Failure;
use super::{DetectionArgs, EventArgs, ReadingArgs, analysis_options};

#[derive(Args, Default)]
#[command(next_help_heading = "Configuration")]
pub struct ConfigArgs {
    /// Take settings from this file rather than the one that is found (see config --help)
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Read no configuration file
    #[arg(long, conflicts_with = "config")]
    no_config: bool,
}

impl ConfigArgs {
    /// Where the file is, if there is one.
    pub fn find(&self) -> Option<(PathBuf, Origin)> {
        if self.no_config {
            return None;
        }
        let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
        let places = Places {
            flag: self.config.clone(),
            variable: set("TRAILSPIKE_CONFIG").map(PathBuf::from),
            folder: env::current_dir().ok(),
            user: user_folder(),
        };
        places.find()
    }

    /// Reads it.
    pub fn load(&self) -> Result<Option<(Config, Origin)>, Failure> {
        let Some((path, origin)) = self.find() else { return Ok(None) };
        let config = Config::read(&path).map_err(Failure::wrong_use)?;
        Ok(Some((config, origin)))
    }

    /// All that may be chosen about an analysis, by flags and where they are silent by the file.
    pub fn analysis_options(
        &self,
        events: &mut EventArgs,
        detection: &mut DetectionArgs,
        reading: &ReadingArgs,
    ) -> Result<(AnalysisOptions, Option<Config>), Failure> {
        let config = self.load()?.map(|(config, _)| config);
        if let Some(config) = &config {
            events.fill(&config.detect);
            detection.fill(&config.detect);
        }
        let options = analysis_options(events, detection, reading);
        let mut options = options.map_err(Failure::wrong_use)?;
        if let Some(config) = &config {
            config.apply(&mut options);
        }
        Ok((options, config))
    }
}

/// The folder of the user's configuration.
fn user_folder() -> Option<PathBuf> {
    let folder =
        |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    if cfg!(windows) {
        return folder("APPDATA");
    }
    folder("XDG_CONFIG_HOME").or_else(|| Some(folder("HOME")?.join(".config")))
}
