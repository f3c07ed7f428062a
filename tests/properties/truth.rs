//! Insights keep the rules of their records, count what the logs hold, and do not know the future.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::Value;
use trailspike::count::EventFilter;
use trailspike::insight::{Insight, InsightType};
use trailspike::output::Format;
use trailspike::{AnalysisOptions, ErrorFamily, Minute, fold_session};

use crate::logs::{Folder, document};
use crate::rules::problems;
use crate::{cases, plan, run, written};

/// What an insight is about, and since when.
fn subject(insight: &Insight) -> (String, InsightType, Option<String>, Minute) {
    let error = insight.error_code.clone().or_else(|| insight.scope.clone());
    (insight.event_name.clone(), insight.insight_type, error, insight.span.start)
}

fn insights(events: &[Value], options: &AnalysisOptions) -> Vec<Insight> {
    let folder = Folder::with("x.json", document(events));
    run(&[folder.path().into()], options, 2).found.insights
}

/// Events that an insight is about, counted from the records themselves.
fn count(events: &[Value], insight: &Insight) -> u64 {
    let (start, end) = (insight.span.start.to_string(), insight.span.end.to_string());
    let is_counted = |event: &&Value| {
        let time = event["eventTime"].as_str().unwrap();
        let error = insight.error_code.as_deref();
        let is_it = if insight.insight_type.is_roll_up() {
            is_rolled_up(event, insight)
        } else {
            event["eventName"] == insight.event_name.as_str()
                && (error.is_none() || event["errorCode"].as_str() == error)
        };
        is_it && (start.as_str()..end.as_str()).contains(&time)
    };
    events.iter().filter(is_counted).count() as u64
}

/// Whether a roll-up is about an event.
fn is_rolled_up(event: &Value, insight: &Insight) -> bool {
    let code = event["errorCode"].as_str();
    let scope = insight.scope.as_deref();
    let by_it = || event["userIdentity"]["arn"].as_str().map(fold_session) == scope;
    let from_it = || event["sourceIPAddress"].as_str() == scope;
    let refused = || code.is_some_and(|code| ErrorFamily::of(code).is_refusal());
    match insight.insight_type {
        InsightType::IdentityCallRate => by_it(),
        InsightType::IdentityErrorRate => by_it() && code.is_some(),
        InsightType::SourceIpErrorRate => from_it() && refused(),
        _ => refused(),
    }
}

fn check_records(events: &[Value]) -> usize {
    let found = insights(events, &AnalysisOptions::new());
    let mut starts: BTreeMap<String, String> = BTreeMap::new();
    let mut ends: BTreeMap<String, String> = BTreeMap::new();
    for line in written(&found, Format::JsonLines).lines() {
        let record: Value = serde_json::from_str(line).unwrap();
        let id = record["sharedEventID"].as_str().unwrap().to_owned();
        let is_start = record["insightDetails"]["state"] == "Start";
        let twice = if is_start { &mut starts } else { &mut ends }.insert(id, line.to_owned());
        assert_eq!(twice, None);
    }
    assert_eq!(starts.len(), found.len());
    let ended = found.iter().filter(|insight| !insight.ongoing).count();
    assert_eq!(ends.len(), ended);
    assert!(ends.keys().all(|id| starts.contains_key(id)), "an End without its Start");
    for (id, start) in &starts {
        let wrong = problems(start, ends.get(id).map(String::as_str));
        assert!(wrong.is_empty(), "{wrong:#?}\n{start}");
    }
    for insight in &found {
        assert_eq!(insight.whole.events, count(events, insight), "{insight:?}");
    }
    found.len()
}

#[test]
fn obvious_bursts_are_found_and_their_records_keep_every_rule() {
    // The first as calls, the second as calls and as errors.
    assert_eq!(check_records(&plan::obvious()), 3);
}

proptest! {
    #![proptest_config(cases(40))]

    #[test]
    fn records_keep_every_rule_and_count_what_is_there(events in plan::logs()) {
        check_records(&events);
    }

    #[test]
    fn the_first_days_are_judged_without_the_rest(events in plan::logs(), day in 4..9_i64) {
        let cut = Minute::from_unix_seconds(1_772_409_600 + day * 86_400).unwrap();
        let whole = insights(&events, &AnalysisOptions::new());
        let filter = EventFilter { to: Some(cut), ..EventFilter::default() };
        let part = insights(&events, &AnalysisOptions { filter, ..AnalysisOptions::new() });
        let known: BTreeSet<_> = part.iter().map(subject).collect();
        let in_all: BTreeSet<_> = whole
            .iter()
            .filter(|insight| insight.evidence.fired_at < cut)
            .map(subject)
            .collect();
        prop_assert_eq!(known, in_all);
        for insight in &part {
            let same = whole.iter().find(|other| subject(other) == subject(insight)).unwrap();
            prop_assert!(insight.ongoing || insight.span == same.span);
            prop_assert_eq!(insight.baseline, same.baseline);
        }
    }
}
