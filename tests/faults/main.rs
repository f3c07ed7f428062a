//! What goes wrong around a run: files that change or vanish, disks that are full, readers that go
//! away, signals. Each fault is made to happen here, at a known moment.

#[allow(dead_code, reason = "each test program uses its part")]
#[path = "../logs/mod.rs"]
mod logs;

mod errors_file;
mod limits;
mod many;
mod outputs;
#[cfg(unix)]
mod running;
#[cfg(unix)]
mod signals;
mod spill;
#[cfg(unix)]
mod vanishing;
