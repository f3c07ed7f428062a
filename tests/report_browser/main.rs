//! The report in a real browser. Not run unless asked for, since not everyone has one:
//! `cargo test --test report_browser -- --ignored`. It wants Chromium on the PATH, or its path in
//! `CHROMIUM`, and leaves pictures in `target/report-screenshots`.

#[path = "../logs/mod.rs"]
#[expect(dead_code, reason = "each test uses its own part of what they share")]
mod logs;

mod chromium;
mod hostile;
mod pages;
mod safety;
mod sizes;
mod use_of_it;
