//! What rules hide, and how that is told.

use crate::logs::{Folder, Run, SAMPLES, burst, records};
use crate::{detect, program_in, project};

/// Detects in the samples with that configuration.
fn samples(config: &str, flags: &[&str]) -> Run {
    let folder = Folder::with("trailspike.toml", config);
    Run::of(program_in(folder.path()).args(["detect", SAMPLES]).args(flags))
}

const SWEEPER: &str = "[[suppress]]\nevent_name = \"DescribeInstances\"\n\
    identity = \"*:assumed-role/ci-fleet-sweeper\"\nreason = \"runaway, ticket 4711\"\n";

fn apis(run: &Run) -> Vec<String> {
    let name = |insight: &serde_json::Value| {
        let details = &insight["insightDetails"];
        (details["state"] == "Start").then(|| details["eventName"].as_str().unwrap().to_owned())
    };
    run.insights().iter().filter_map(name).collect()
}

#[test]
fn the_runaway_of_the_samples_is_hidden_counted_and_listed_on_demand() {
    let run = samples(SWEEPER, &[]).ends(0);
    assert_eq!(apis(&run).len(), 4);
    assert!(!apis(&run).contains(&"DescribeInstances".to_owned()));
    assert!(run.line("found").unwrap().starts_with("4 insights in 2 incidents"), "{}", run.err);
    assert_eq!(run.line("hidden"), Some("1 by 1 rule; --show-suppressed lists them"));
    assert_eq!(run.line("rule"), None, "{}", run.err);

    let run = samples(SWEEPER, &["--show-suppressed"]).ends(0);
    let hidden: Vec<_> = run
        .insights()
        .into_iter()
        .filter(|insight| insight["insightDetails"]["trailspike"]["suppressed"].is_object())
        .collect();
    assert_eq!((apis(&run).len(), hidden.len()), (5, 2));
    for record in hidden {
        let details = &record["insightDetails"];
        assert_eq!(details["eventName"], "DescribeInstances");
        assert_eq!(details["trailspike"]["suppressed"]["reason"], "runaway, ticket 4711");
    }
    let table = samples(SWEEPER, &["--show-suppressed", "-f", "table"]).ends(0).out;
    assert_eq!(table.matches("  hidden   runaway, ticket 4711").count(), 1, "{table}");
    assert!(table.find("hidden").unwrap() > table.rfind("ConsoleLogin").unwrap(), "{table}");
    let csv = samples(SWEEPER, &["--show-suppressed", "-f", "csv"]).ends(0).out;
    assert_eq!(csv.lines().filter(|line| line.ends_with(",\"runaway, ticket 4711\"")).count(), 1);
}

#[test]
fn what_is_hidden_fails_nothing_and_silence_is_kept() {
    let all = "[[suppress]]\naccount = \"*\"\nreason = \"quiet\"\n";
    let folder = project(&burst(10), all);
    let run = detect(&folder, &["--fail-on", "low"]).ends(0);
    assert!(run.out.is_empty());
    detect(&folder, &["--fail-on", "low", "--show-suppressed"]).ends(0);
    detect(&folder, &["--fail-on", "low", "--no-config"]).ends(1);
    assert_eq!(detect(&folder, &["-q"]).ends(0).err, "");
    detect(&folder, &["--show-suppressed", "--strict-aws"]).ends(2);
    let swept = detect(&folder, &["--sweep", "-f", "json"]).ends(0).out;
    let swept: serde_json::Value = serde_json::from_str(&swept).unwrap();
    let counts = swept["settings"].as_array().unwrap_or_else(|| panic!("{swept}"));
    assert!(!counts.is_empty() && counts.iter().all(|at| at["insights"] == 0), "{swept}");
}

#[test]
fn rules_of_no_use_are_named() {
    let config = "[[suppress]]\naccount = \"4444*\"\nreason = \"closed \\u001b[2Jaccount\"\n\
        [[suppress]]\naccount = \"111122223333\"\nreason = \"march\"\nexpires = 2026-03-09\n\
        [[suppress]]\naccount = \"111122223333\"\nreason = \"old\"\nexpires = \"2026-02-01\"\n\
        [[suppress]]\nsource_ip = \"192.0.2.0/24\"\nreason = \"office\"\nexpires = 2026-03-10\n\
        [[suppress]]\nevent_name = \"CreateQueue\"\nreason = \"second\"\n\
        [[suppress]]\naccount = \"5555*\"\nreason = \"gone\"\nexpires = 2026-02-01\n";
    let folder = project(&burst(10), config);
    let run = detect(&folder, &[]).ends(0);
    assert!(run.out.is_empty());
    assert_eq!(run.line("hidden"), Some("1 by 1 rule; --show-suppressed lists them"));
    let rules: Vec<&str> = run.err.lines().filter(|line| line.starts_with("rule ")).collect();
    assert_eq!(
        rules,
        [
            "rule       suppress[1], closed \\u{1b}[2Jaccount: matched nothing",
            "rule       suppress[2], march: expired on 2026-03-09; 1 insight since then would be hidden",
            "rule       suppress[3], old: expired on 2026-02-01; 1 insight since then would be hidden",
            "rule       suppress[6], gone: expired on 2026-02-01, before these logs begin",
        ]
    );
}

#[test]
fn a_rule_for_a_scanner_does_not_hide_who_scans_beside_it() {
    let mut logs = burst(10);
    let scanner = "[[suppress]]\nuser_agent = \"Scanner/*\"\nsource_ip = [\"198.51.100.0/24\", \"2001:db8::/32\"]\n\
                   reason = \"the scanner\"\n";
    let fast = logs.len() - 400;
    let mut scans = |of: usize, address: &str| {
        for (index, record) in logs[fast..].iter_mut().enumerate() {
            let own = index % 10 < of;
            record["userAgent"] = if own { "Scanner/1.0" } else { "curl/8" }.into();
            record["sourceIPAddress"] = if own { address } else { "203.0.113.9" }.into();
        }
        let folder = project(&logs, scanner);
        detect(&folder, &[]).ends(0).insights().len()
    };
    assert_eq!(scans(10, "198.51.100.7"), 0);
    assert_eq!(scans(5, "198.51.100.7"), 0);
    assert_eq!(scans(4, "198.51.100.7"), 2);
    assert_eq!(scans(10, "2001:db8::7"), 0);
    assert_eq!(scans(10, "2001:db9::7"), 2);
}

#[test]
fn nothing_found_hides_nothing() {
    let folder = project(&records(1, 50), SWEEPER);
    let run = detect(&folder, &["--show-suppressed"]).ends(0);
    assert!(run.out.is_empty());
    assert_eq!(run.line("hidden"), Some("nothing"));
    assert!(run.line("rule").unwrap().ends_with("matched nothing"), "{}", run.err);
}
