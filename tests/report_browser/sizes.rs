//! How fast a month of 500 insights is.

use std::fs;

use crate::chromium::Chromium;
use crate::pages::{Reported, assert_calm, of_logs, screenshots};

#[test]
#[ignore = "needs Chromium"]
fn a_month_is_painted_within_a_second() {
    // Simulated once, and kept: it does not change.
    let folder = screenshots().join("month");
    if !folder.exists() {
        let mut simulate = assert_cmd::Command::cargo_bin("trailspike").unwrap();
        simulate.args(["simulate", "--quiet", "-o"]).arg(&folder).assert().success();
    }
    let Reported { page, mut browser, .. } = &mut of_logs(&folder.join("AWSLogs"));
    _ = (page, &mut browser);
}

fn painted(browser: &mut Chromium) -> f64 {
    browser
        .eval("performance.getEntriesByName('first-contentful-paint')[0].startTime")
        .as_f64()
        .unwrap()
}
