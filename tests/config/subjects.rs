//! Subjects with settings of their own, and days off.

use crate::logs::burst;
use crate::{detect, project, uneven};

#[test]
fn a_subject_that_is_ignored_is_counted_and_not_looked_at() {
    let folder = project(&burst(10), "[[subject]]\nevent_name = \"Create*\"\nignore = true\n");
    let run = detect(&folder, &["--no-roll-ups"]).ends(0);
    assert!(run.out.is_empty());
    assert_eq!(run.line("found"), Some("0 insights; 0 subjects looked at, 1 ignored"));
    // Its calls are still those of an identity.
    let run = detect(&folder, &["--min-count", "1"]).ends(0);
    assert_eq!(run.insights()[0]["insightDetails"]["insightType"], "IdentityCallRateInsight");
    folder.write("trailspike.toml", "[[subject]]\naccount = \"1111*\"\nignore = true\n");
    assert!(detect(&folder, &["--min-count", "1"]).ends(0).out.is_empty());
}

#[test]
fn each_setting_is_that_of_its_subject_alone() {
    let found = |config: &str| {
        let folder = project(&burst(10), config);
        detect(&folder, &["--no-roll-ups"]).ends(0).insights().len()
    };
    let with = |who: &str, set: &str| format!("[[subject]]\n{who}\n{set}\n");
    let own = "event_source = \"sqs*\"\nevent_name = \"CreateQueue\"";
    for set in ["min_count = 100000", "min_ratio = 100000", "ignore = true"] {
        assert_eq!(found(&with(own, set)), 0, "{set}");
        for other in ["event_name = \"DeleteQueue\"", "region = \"eu-*\"", "error_code = \"*\""] {
            assert_eq!(found(&with(other, set)), 2, "{other} {set}");
        }
    }
    // The subject's own count and ratio may also be the lower ones.
    let all = "[detect]\nmin_count = 100000\nmin_ratio = 100000\n";
    assert_eq!(found(all), 0);
    assert_eq!(found(&(all.to_owned() + &with(own, "min_count = 10\nmin_ratio = 0"))), 2);
    // The first that says something decides.
    let two = with(own, "ignore = false") + &with("region = \"*\"", "ignore = true");
    assert_eq!(found(&two), 2);
}

#[test]
fn a_subject_is_as_sensitive_as_it_is_set() {
    let folder = project(&uneven(), "");
    let found = |config: &str, flags: &[&str]| {
        folder.write("trailspike.toml", config);
        let run = detect(&folder, flags).ends(0);
        assert_eq!(run.insights().len(), 2, "{}", run.out);
        run.out
    };
    let high = found("", &["--sensitivity", "high"]);
    assert_ne!(found("", &[]), high);
    let all = "[[subject]]\nsensitivity = \"high\"\n";
    assert_eq!(found(all, &[]), high);
    assert_eq!(found(all, &["--sensitivity", "low"]), high);
    assert_eq!(found("[[subject]]\nfalse_per_week = 3\n", &[]), high);
    let other = "[[subject]]\nevent_name = \"List*\"\nsensitivity = \"low\"\n";
    assert_eq!(found(other, &[]), found("", &[]));
}

#[test]
fn days_off_reach_the_detector() {
    // Nothing happens on Sundays.
    let mut logs = burst(10);
    logs.retain(|record| !record["eventTime"].as_str().unwrap().starts_with("2026-03-08"));
    let folder = project(&logs, "");
    let expected = |config: &str| {
        folder.write("trailspike.toml", config);
        let run = detect(&folder, &[]).ends(0);
        run.insights()[0]["insightDetails"]["trailspike"]["evidence"]["expected"].clone()
    };
    // The burst is on the Monday after.
    let plain = expected("");
    assert_ne!(expected("[calendar]\ndays_off = [2026-03-09]\n"), plain);
    assert_eq!(
        expected("[calendar]\ndays_off = [2026-03-08, \"2025-12-25..2026-01-01\"]\n"),
        plain
    );
    assert_eq!(expected("[calendar]\ndays_off = []\n"), plain);
}
