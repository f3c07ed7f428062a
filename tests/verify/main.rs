//! `trailspike verify`, and `detect --verify`. That `aws cloudtrail validate-logs` says the same is held
//! by `.ci/validate-logs`.

mod detect;
mod hostile;
#[allow(dead_code, reason = "each test program uses its part")]
#[path = "../logs/mod.rs"]
mod logs;
mod proof;
mod properties;
mod tampering;
mod trail;
mod usage;
