//! `detect --report FILE`: a page besides the results.

#[path = "../logs/mod.rs"]
#[expect(dead_code, reason = "each test uses its own part of what they share")]
mod logs;

mod late;
mod usage;
