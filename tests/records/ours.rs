//! The records we write keep every rule, whatever the insight.

use proptest::prelude::*;
use serde_json::Value;
use trailspike::Minute;
use trailspike::coverage::Span;
use trailspike::detect::{Direction, Evidence};
use trailspike::event::EventCategory;
use trailspike::insight::record::{
    InsightIds, InsightRecord, RecordOptions, SubjectParts, records,
};
use trailspike::insight::{
    Attribute, Attribution, Context, IncidentMembership, Insight, InsightType, Pattern,
    PatternKind, Rate, Severity, Share, Traits,
};
use trailspike::output::{Format, OutputOptions};
use uuid::Uuid;

use crate::rules::{count, problems, shape};

/// What a made-up insight is made from.
#[derive(Clone, Debug)]
struct Made {
    start: u32,
    minutes: u32,
    ongoing: bool,
    error_rate: bool,
    /// Events of each value in the onset, the rest of the period, and the baseline.
    values: Vec<[u64; 3]>,
    floats: [f64; 3],
}

/// What a detector may come up with.
fn figure() -> impl Strategy<Value = f64> {
    prop_oneof![8 => 0.0..1e9, 1 => Just(f64::NAN), 1 => Just(f64::INFINITY)]
}

fn made() -> impl Strategy<Value = Made> {
    (
        20_000_000_u32..40_000_000,
        1_u32..5_000,
        any::<bool>(),
        any::<bool>(),
        proptest::collection::vec([0_u64..1_000, 0_u64..100_000, 0_u64..100_000], 1..12),
        [figure(), figure(), figure()],
    )
        .prop_map(|(start, minutes, ongoing, error_rate, values, floats)| Made {
            start,
            minutes,
            ongoing,
            error_rate,
            values,
            floats,
        })
}

fn insight(made: &Made) -> Insight {
    let start = Minute::new(made.start);
    let sum = |of: fn(&[u64; 3]) -> u64| made.values.iter().map(of).sum::<u64>();
    let shares = |of: fn(&[u64; 3]) -> u64| {
        let mut shares: Vec<_> = (0_u8..)
            .zip(&made.values)
            .map(|(index, counts)| Share { value: format!("value {index}"), events: of(counts) })
            .filter(|share| share.events > 0)
            .collect();
        shares.sort_by(|a, b| b.events.cmp(&a.events).then_with(|| a.value.cmp(&b.value)));
        shares.truncate(5);
        shares
    };
    let attribution = |attribute| Attribution {
        attribute,
        onset: shares(|counts| counts[0]),
        whole: shares(|counts| counts[0] + counts[1]),
        baseline: shares(|counts| counts[2]),
        distinct: made.values.len(),
        newcomers: 0,
    };
    let error_code = made.error_rate.then(|| "AccessDenied".to_owned());
    let subject = SubjectParts {
        account: "123456789012",
        region: "eu-central-1",
        category: EventCategory::Management,
        event_source: "iam.amazonaws.com",
        event_name: "GetRolePolicy",
        insight_type: if made.error_rate {
            InsightType::ApiErrorRate
        } else {
            InsightType::ApiCallRate
        },
        error_code: error_code.as_deref(),
        scope: None,
    };
    let ids = InsightIds::new(&subject, start);
    Insight {
        account: subject.account.to_owned(),
        region: subject.region.to_owned(),
        event_source: subject.event_source.to_owned(),
        event_name: subject.event_name.to_owned(),
        insight_type: subject.insight_type,
        category: subject.category,
        error_code: error_code.clone(),
        scope: None,
        span: Span { start, end: start + made.minutes },
        ongoing: made.ongoing,
        direction: Direction::Rise,
        shared_event_id: ids.shared,
        start_event_id: ids.start,
        end_event_id: ids.end,
        baseline: Rate { events: sum(|counts| counts[2]), minutes: 10_080 + start.minute_of_day() },
        onset: Rate { events: sum(|counts| counts[0]), minutes: 5 },
        whole: Rate { events: sum(|counts| counts[0] + counts[1]), minutes: made.minutes },
        attributions: [
            Attribute::UserIdentityArn,
            Attribute::UserAgent,
            Attribute::ErrorCode,
            Attribute::SourceIpAddress,
        ]
        .map(attribution)
        .to_vec(),
        origins: None,
        peak: (start, 9),
        evidence: Evidence {
            fired_at: start,
            window: 5,
            seen: 812,
            expected: made.floats[0],
            bound: 62.0,
            largest_before: Some(31),
            surprise: made.floats[1],
            history_days: 28.0,
            learning: false,
            expected_in_span: made.floats[2],
        },
        severity: Severity::High,
        severity_reasons: vec!["denied calls".to_owned()],
        pattern: Pattern { kind: PatternKind::PermissionProbing, why: "many denials".to_owned() },
        traits: Traits::default(),
        incident: IncidentMembership::alone(ids.shared),
        gap_minutes: 0,
        example_event_ids: vec![Uuid::from_u128(1)],
        context: Context { start, step: 5, counts: vec![1, 2] },
        suppressed: None,
    }
}

/// The records as they are written, one a line.
fn lines(insight: &Insight, strict_aws: bool) -> Vec<String> {
    let record = RecordOptions { strict_aws };
    let writer = Format::JsonLines.writer(OutputOptions { record, ..OutputOptions::default() });
    let mut out = Vec::new();
    writer.write(std::slice::from_ref(insight), &mut out).unwrap();
    String::from_utf8(out).unwrap().lines().map(str::to_owned).collect()
}

proptest! {
    #[test]
    fn our_records_keep_every_rule(made in made(), strict_aws in any::<bool>()) {
        let insight = insight(&made);
        let lines = lines(&insight, strict_aws);
        prop_assert_eq!(lines.len(), if made.ongoing { 1 } else { 2 });
        let found = problems(&lines[0], lines.get(1).map(String::as_str));
        prop_assert!(found.is_empty(), "{found:#?}\n{lines:#?}");
        let ours = lines.iter().all(|line| line.contains("\"trailspike\":"));
        prop_assert_eq!(ours, !strict_aws);
    }

    #[test]
    fn our_records_read_back_equal(made in made()) {
        let insight = insight(&made);
        let read: Vec<InsightRecord> =
            lines(&insight, false).iter().map(|line| serde_json::from_str(line).unwrap()).collect();
        prop_assert_eq!(read, records(&[insight], RecordOptions::default()));
    }

    #[test]
    fn our_extension_agrees_with_the_statistics(made in made()) {
        for line in lines(&insight(&made), false) {
            let record: Value = serde_json::from_str(&line).unwrap();
            let details = &record["insightDetails"];
            let statistics = &details["insightContext"]["statistics"];
            let counted =
                count(&statistics["insight"]["average"], &statistics["insightDuration"]);
            prop_assert_eq!(details["trailspike"]["actualCount"].as_u64(), Some(counted));
            let silent = statistics["baseline"]["average"].as_f64() == Some(0.0);
            prop_assert_eq!(details["trailspike"]["ratio"].is_null(), silent);
            let lists = details["trailspike"]["attributions"].as_array().unwrap();
            prop_assert_eq!(lists.len(), 1);
            prop_assert_eq!(&lists[0]["attribute"], "sourceIPAddress");
        }
    }
}

#[test]
fn the_checker_finds_what_is_wrong() {
    let made = Made {
        start: 29_551_082,
        minutes: 20,
        ongoing: false,
        error_rate: false,
        values: vec![[3, 5, 7], [1, 2, 0]],
        floats: [1.0, 40.0, 2.0],
    };
    let good = lines(&insight(&made), false);
    assert_eq!(problems(&good[0], Some(&good[1])), [""; 0]);
    assert!(good[0].contains("\"baselineDuration\":10922"), "{}", good[0]);
    for (from, to, rule) in [
        ("\"eventCategory\":\"Insight\"", "\"eventCategory\":\"Insight\",\"more\":1", 1),
        ("\"eventVersion\":\"1.09\",", "", 1),
        (":00Z\",\"awsRegion\"", ":30Z\",\"awsRegion\"", 2),
        ("\"baselineDuration\":10922", "\"baselineDuration\":10923", 3),
        ("\"insightDuration\":20", "\"insightDuration\":19", 5),
        ("{\"average\":0.55}", "{\"average\":0.5512345}", 6),
        ("\"value 0\",\"average\":0.4", "\"value 0\",\"average\":0.1", 7),
        ("\"sharedEventID\":\"", "\"sharedEventID\":\"x", 9),
        ("\"ongoing\":false", "\"ongoing\":true", 10),
    ] {
        let bad = good[1].replacen(from, to, 1);
        assert_ne!(bad, good[1], "{from}");
        if from.starts_with("\"eventVersion") {
            // Missing altogether: the shape alone must tell.
            assert!(!shape(&bad));
            continue;
        }
        let found = problems(&good[0], Some(&bad));
        let expected = format!("rule {rule}:");
        assert!(found.iter().any(|problem| problem.starts_with(&expected)), "{to}: {found:?}");
    }
    assert!(!problems(&good[0], None).is_empty(), "an End is missing");
}
