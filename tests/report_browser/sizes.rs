//! A simulated month, and how fast one of 500 insights is.

use std::fs;

use serde_json::json;
use trailspike::count::Tally;
use trailspike::detect::{Settings, SurgeDetector};
use trailspike::input::Discovery;
use trailspike::insight::{InsightOptions, assign_incidents, find_insights};
use trailspike::output::write_html;
use trailspike::report::report;
use trailspike::simulate::{SimulateOptions, Simulation};
use trailspike::suppress::Suppressed;
use trailspike::{Analysis, AnalysisOptions};

use crate::chromium::Chromium;
use crate::pages::{assert_calm, screenshots};
use crate::use_of_it::COLOURS;

/// The page of a simulated month.
fn month(detector: &SurgeDetector, min_count: u32, most: usize) -> Vec<u8> {
    let options = SimulateOptions { accounts: 3, days: 30, ..SimulateOptions::default() };
    let table = Simulation::new(options).unwrap().minute_counts().table;
    let options = InsightOptions { min_count, ..InsightOptions::default() };
    let mut found = find_insights(&table, detector, options).unwrap();
    found.insights.truncate(most);
    assign_incidents(&mut found.insights);
    let (tally, suppressed) = (Tally::default(), Suppressed::default());
    let analysis = Analysis { table, tally, found, suppressed, stores: Vec::new() };
    let files = Discovery::default();
    let report = report(&analysis, &AnalysisOptions::new(), &files, 1).unwrap();
    let mut page = Vec::new();
    write_html(&report, &mut page).unwrap();
    page
}

#[test]
#[ignore = "needs Chromium"]
fn five_hundred_insights_are_painted_within_a_second() {
    // So eager that there are enough.
    let detector = SurgeDetector::new(Settings::with_false_insights(100.0));
    let page = month(&detector, 3, 500);
    let path = screenshots().join("report.html");
    fs::write(&path, &page).unwrap();
    let mut browser = Chromium::start();
    browser.look(1280, 1000, "light");
    // The first opening warms the browser up.
    let mut times = [0.0; 4].map(|_: f64| {
        browser.open(&path, "");
        browser.wait_for("performance.getEntriesByName('first-contentful-paint').length === 1");
        let painted = "performance.getEntriesByName('first-contentful-paint')[0].startTime";
        browser.eval(painted).as_f64().unwrap()
    });
    times[1..].sort_by(f64::total_cmp);
    println!("{} bytes; first paint after {:.0} ms, median of three", page.len(), times[2]);
    assert!(times[2] < 1_000.0, "{times:?}");
    assert_eq!(browser.eval("insights.length"), json!(500));
    assert_eq!(browser.eval("graphs.size <= 1"), json!(true), "graphs wait until they are seen");
    browser.screenshot(&screenshots().join("500.png"));
    assert_calm(&browser.take_events());
}

#[test]
#[ignore = "needs Chromium"]
fn a_simulated_month_works() {
    let options = InsightOptions::default();
    let detector = SurgeDetector::new(Settings::default());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.html");
    fs::write(&path, month(&detector, options.min_count, usize::MAX)).unwrap();
    let mut browser = Chromium::start();
    browser.look(1280, 800, "light");
    browser.open(&path, "");
    browser.wait_for(&format!("{COLOURS} >= 4"));
    browser.screenshot(&screenshots().join("month.png"));
    let shown = "[...rows.values()].filter((row) => !row.hidden).length";
    let all = browser.eval(shown).as_u64().unwrap();
    assert!(all > 20, "{all}");

    // Every insight by its link: open, with its graph, tables and records.
    let ids = browser.eval("insights.map(({ id }) => id)");
    for id in ids.as_array().unwrap() {
        browser.eval(&format!("location.hash = {id}"));
        let open = format!("document.getElementById({id}).querySelector('.detail canvas')");
        browser.wait_for(&open);
    }
    browser.wait_for(&format!("closers.size === {all} && graphs.size === {all} + 1"));
    browser.eval("closeAll()");
    browser.eval("location.hash = '#severity=critical'");
    browser.wait_for(&format!("{shown} > 0 && {shown} < {all}"));
    let critical =
        "[...rows].every(([at, row]) => row.hidden || insights[at].severity === 'critical')";
    assert_eq!(browser.eval(critical), json!(true));
    assert_calm(&browser.take_events());
}
