//! trailspike: finds what is unusual in AWS CloudTrail logs.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
