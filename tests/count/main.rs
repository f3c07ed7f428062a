//! `trailspike count`: stores that grow.

#[allow(dead_code, reason = "each test program uses its part")]
#[path = "../logs/mod.rs"]
mod logs;
#[allow(dead_code, reason = "each test program uses its part")]
#[path = "../stores/mod.rs"]
mod stores;

mod check;
mod faults;
mod format;
mod many_names;
mod properties;
mod resume;
mod use_and_exit;
