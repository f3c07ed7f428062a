//! Logs and stores in object stores: the same bytes as from disk, only what is wanted is asked for,
//! and what goes wrong is told.
#![cfg(feature = "cloud")]

#[allow(dead_code, reason = "each test program uses its part")]
#[path = "../logs/mod.rs"]
mod logs;
#[allow(dead_code, reason = "each test program uses its part")]
mod server;

mod faults;
mod listing;
mod network;
mod sameness;
mod stores;

use std::path::Path;

use assert_cmd::Command;
use logs::{Run, program};
use server::Server;

/// The program with credentials for that server, and nothing else of AWS.
fn program_for(server: &Server) -> Command {
    let mut program = program();
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("AWS_") {
            program.env_remove(name);
        }
    }
    program
        .env("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "secret")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_ENDPOINT_URL", server.endpoint());
    program
}

/// Runs `trailspike detect` on something in the server's bucket.
fn detect(server: &Server, inputs: &[&str], flags: &[&str]) -> Run {
    Run::of(program_for(server).arg("detect").args(inputs).args(flags))
}

/// Puts all files of a folder into the bucket, below a prefix.
fn upload(server: &Server, folder: &Path, prefix: &str) {
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.unwrap();
        if entry.file_type().is_file() {
            let key = entry.path().strip_prefix(folder).unwrap().to_str().unwrap();
            server.put(&format!("{prefix}{key}"), std::fs::read(entry.path()).unwrap());
        }
    }
}
