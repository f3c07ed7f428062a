//! Insights that belong together.

use std::collections::BTreeSet;

use crate::logs::detect_samples;

#[test]
fn an_incident_has_one_leading_insight_and_one_block() {
    let run = detect_samples(&[]).ends(0);
    let details: Vec<_> =
        run.insights().iter().map(|record| record["insightDetails"].clone()).collect();
    let starts: Vec<_> = details.iter().filter(|details| details["state"] == "Start").collect();
    let incidents: BTreeSet<_> = starts
        .iter()
        .map(|start| start["trailspike"]["incident"]["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!((starts.len(), incidents.len()), (5, 3));
    for incident in &incidents {
        let own: Vec<_> =
            starts.iter().filter(|s| s["trailspike"]["incident"]["id"] == **incident).collect();
        assert_eq!(own.iter().filter(|s| s["trailspike"]["incident"]["leads"] == true).count(), 1);
        assert!(own.iter().all(|s| s["trailspike"]["incident"]["insights"] == own.len()));
    }
    assert!(run.line("found").unwrap().starts_with("5 insights in 3 incidents: "), "{}", run.err);

    let blocks = |flags: &[&str]| detect_samples(flags).ends(0).out.split("\n\n").count();
    assert_eq!(blocks(&["--format", "table"]), 3);
    assert_eq!(blocks(&["--format", "table", "--each"]), 5);
}
