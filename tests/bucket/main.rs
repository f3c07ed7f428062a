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

use logs::{Run, program_for};
use server::Server;

/// Runs `trailspike detect` on something in the server's bucket.
fn detect(server: &Server, inputs: &[&str], flags: &[&str]) -> Run {
    Run::of(program_for(&server.endpoint()).arg("detect").args(inputs).args(flags))
}
