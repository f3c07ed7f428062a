//! `trailspike detect`, as it is run.

#[allow(dead_code, reason = "each test program uses its part")]
#[path = "../logs/mod.rs"]
mod logs;
#[path = "../records/rules.rs"]
mod rules;

mod by_identity;
mod charts;
mod filters;
mod incidents;
mod inputs;
mod outputs;
mod rollups;
mod samples;
mod use_and_exit;
