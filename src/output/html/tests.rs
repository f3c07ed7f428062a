use std::collections::BTreeSet;

use super::*;
use crate::count::Tally;
use crate::detect::{Settings, SurgeDetector};
use crate::input::Discovery;
use crate::insight::{Insight, InsightOptions, assign_incidents, find_insights, sample};
use crate::output::visible;
use crate::report::report;
use crate::simulate::{SimulateOptions, Simulation};
use crate::suppress::Suppressed;
use crate::{Analysis, AnalysisOptions, Progress, analyse, find_files};

/// The page about the samples, or about other insights in them.
fn page(insights: Option<Vec<Insight>>) -> String {
    let options = AnalysisOptions::new();
    let files = find_files(&["sample-logs".into()], &options).unwrap();
    let mut analysis = analyse(&files, &options, &Progress::default()).unwrap();
    if let Some(mut insights) = insights {
        assign_incidents(&mut insights);
        analysis.found.insights = insights;
    }
    let report = report(&analysis, &options, &files, 1).unwrap();
    let mut out = Vec::new();
    write_html(&report, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// What stands between the first two after that.
fn between<'p>(page: &'p str, before: &str, after: &str) -> &'p str {
    let (_, rest) = page.split_once(before).unwrap();
    rest.split_once(after).unwrap().0
}

/// The page without what is the same on every one.
fn without_assets(page: &str) -> String {
    [policy::SCRIPT, policy::UPLOT, policy::THEME, policy::STYLE]
        .iter()
        .fold(page.to_owned(), |page, asset| page.replace(asset, ""))
}

#[test]
fn what_happened_when_and_who_did_it_comes_first() {
    let burst = page(Some(vec![sample::burst()]));
    let story = between(&burst, "<div class=\"story\">", "</div><div");
    insta::assert_snapshot!(story);
}

#[test]
fn nothing_unusual_is_said_so() {
    let quiet = page(Some(Vec::new()));
    assert!(quiet.contains("Nothing unusual in these logs"));
    assert!(quiet.contains("<title>Nothing unusual, "));
    assert!(!quiet.contains("<article"));
}

#[test]
fn the_page_is_put_together_as_pages_are() {
    let page = page(None);
    let bare = without_assets(&page);
    assert!(page.starts_with("<!DOCTYPE html><html lang=\"en\">"));
    assert_eq!(bare.matches("<h1>").count(), 1);
    assert_eq!(bare.matches("<script").count(), 4);
    let ids: Vec<&str> =
        bare.split(" id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    let different: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), different.len(), "an id stands twice");
    for link in bare.split("href=\"#").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(different.contains(link), "#{link} leads nowhere");
    }
    for forbidden in [" style=\"", " onclick=", " onload=", " src=", "href=\"http", "url("] {
        assert!(!bare.contains(forbidden), "{forbidden}");
    }
    // The policy comes before anything it is to hold.
    let policy = page.find("Content-Security-Policy").unwrap();
    assert!(policy < page.find("<script").unwrap() && policy < page.find("<style").unwrap());
    for needed in ["default-src 'none'", "trusted-types 'none'", "base-uri 'none'"] {
        assert!(policy::policy().contains(needed));
    }
    assert!(!policy::policy().contains("unsafe"));
}

#[test]
fn hostile_names_are_text_everywhere() {
    let mut hidden = sample::hostile();
    hidden.suppressed = Some("</dd><script>".to_owned());
    let page = page(Some(vec![sample::hostile(), sample::burst(), sample::ongoing()]));
    let bare = without_assets(&page);
    assert_eq!(bare.matches("<script").count(), 4);
    assert!(bare.contains("Value&lt;script&gt;"), "shown, as text");
    assert!(bare.contains("evil\\u{202e}moc.swanozama\\u{0}"), "what hides is written out");
    let hides = |character: char| {
        visible(character.encode_utf8(&mut [0; 4]), false).len() > 4 && character != '\u{301}'
    };
    assert_eq!(bare.chars().find(|character| hides(*character)), None);
    let island = between(&page, "type=\"application/json\">", "</script>");
    assert!(!island.contains(['<', '>', '&']));
    serde_json::from_str::<serde_json::Value>(island).unwrap();
}

#[test]
fn five_hundred_insights_are_below_five_megabytes() {
    let month =
        Simulation::new(SimulateOptions { accounts: 3, days: 30, ..SimulateOptions::default() });
    let table = month.unwrap().minute_counts().table;
    // So eager that there are enough, each with its own graph, names and records.
    let detector = SurgeDetector::new(Settings::with_false_insights(100.0));
    let options = InsightOptions { min_count: 3, ..InsightOptions::default() };
    let mut found = find_insights(&table, &detector, options).unwrap();
    assert!(found.insights.len() >= 500, "{}", found.insights.len());
    found.insights.truncate(500);
    assign_incidents(&mut found.insights);
    let analysis = Analysis {
        table,
        tally: Tally::default(),
        found,
        suppressed: Suppressed::default(),
        stores: Vec::new(),
    };
    let files = Discovery::default();
    let report = report(&analysis, &AnalysisOptions::new(), &files, 1).unwrap();
    let mut out = Vec::new();
    write_html(&report, &mut out).unwrap();
    let bytes = out.len();
    assert!(bytes < 5_000_000, "{bytes} bytes");
    println!("500 insights: {bytes} bytes");
}
