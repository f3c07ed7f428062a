//! `trailspike verify`, and `detect --verify`. That `aws cloudtrail validate-logs` says the same is held
//! by `.ci/validate-logs`.

mod detect;
mod hostile;
#[cfg(feature = "cloud")]
mod keys;
#[allow(dead_code, reason = "each test program uses its part")]
#[path = "../logs/mod.rs"]
mod logs;
mod proof;
mod properties;
#[cfg(feature = "cloud")]
#[allow(dead_code, reason = "each test program uses its part")]
#[path = "../bucket/server.rs"]
mod server;
mod tampering;
mod trail;
mod usage;
