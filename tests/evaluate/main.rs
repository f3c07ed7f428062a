//! `trailspike evaluate`, as it is run and as a library.

#[allow(dead_code, reason = "each test program uses its part")]
#[path = "../logs/mod.rs"]
mod logs;

mod inject;
mod properties;
mod reading;
mod scoring;
mod truth;
mod use_and_exit;
