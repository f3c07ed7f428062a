//! `trailspike config`

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use trailspike::config::{Config, EXAMPLE, FILE_NAME, show};
use trailspike::output::visible;

use super::Failure;
use super::flags::ConfigArgs;
use super::output_file::OutputFile;

const EXAMPLES: &str = "\
One file is read, the first there is of: --config FILE, $TRAILSPIKE_CONFIG, trailspike.toml in the
working folder or a folder above (up to the repository's), trailspike/trailspike.toml in the user's
configuration. Flags win over it.";

#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct ConfigCommand {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Write trailspike.toml, with everything that can be set as comments
    Init {
        /// Write over an existing file
        #[arg(long)]
        force: bool,
    },
    /// Tell the settings in force and where each comes from
    Show(ConfigArgs),
    /// Check a configuration file; exit code 2 says that it is wrong
    Validate {
        /// The file [default: the one that would be read]
        file: Option<PathBuf>,
    },
}

/// Writes, tells or checks.
pub fn run(command: &ConfigCommand) -> Result<ExitCode, Failure> {
    match &command.action {
        Action::Init { force } => init(*force),
        Action::Show(config) => {
            let config = config.load()?;
            print(&show(config.as_ref()))
        }
        Action::Validate { file } => validate(file.as_deref()),
    }
}

fn init(force: bool) -> Result<ExitCode, Failure> {
    let file = OutputFile::new(Some(FILE_NAME.into()), force).map_err(Failure::wrong_use)?;
    file.write(|out| out.write_all(EXAMPLE.as_bytes())).map_err(Failure::wrong_use)?;
    super::say(format_args!("{FILE_NAME} is written; all in it is a comment as yet\n"));
    Ok(ExitCode::SUCCESS)
}

fn validate(file: Option<&Path>) -> Result<ExitCode, Failure> {
    let found = || ConfigArgs::default().find().map(|(path, _)| path);
    let Some(path) = file.map(Path::to_owned).or_else(found) else {
        let error =
            anyhow::anyhow!("there is no configuration file; trailspike config init writes one");
        return Err(Failure::wrong_use(error));
    };
    let config = Config::read(&path).map_err(Failure::wrong_use)?;
    let (hiding, subjects) = config.rules();
    let path = path.display().to_string();
    print(&format!(
        "{}: valid, [[suppress]] rules: {hiding}, [[subject]] rules: {subjects}\n",
        visible(&path, false)
    ))
}

/// Says it on standard output; a reader that has gone away has heard enough.
fn print(text: &str) -> Result<ExitCode, Failure> {
    let stdout = OutputFile::new(None, false).map_err(Failure::wrong_use)?;
    stdout.write(|out| out.write_all(text.as_bytes())).map_err(Failure::wrong_use)?;
    Ok(ExitCode::SUCCESS)
}
