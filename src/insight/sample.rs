//! Hand-made insights that tests share.

use uuid::Uuid;

use crate::coverage::Span;
use crate::detect::{Direction, Evidence};
use crate::event::EventCategory;
use crate::insight::record::{InsightIds, SubjectParts};
use crate::insight::traits::{Culprit, Pace};
use crate::insight::{
    Attribute, Attribution, Context, IncidentMembership, Insight, InsightType, Pattern,
    PatternKind, Rate, Severity, Share, Traits,
};
use crate::minute::Minute;

fn share(value: &str, events: u64) -> Share {
    Share { value: value.to_owned(), events }
}

fn attribution(attribute: Attribute, values: &[(&str, u64, u64)], newcomers: usize) -> Attribution {
    let list = |pick: fn(&(&str, u64, u64)) -> u64| {
        let shares = values.iter().map(|value| share(value.0, pick(value)));
        shares.filter(|share| share.events > 0).collect()
    };
    Attribution {
        attribute,
        onset: list(|value| value.1),
        whole: list(|value| value.2),
        baseline: vec![share(values[0].0, 22)],
        distinct: values.len(),
        newcomers,
    }
}

/// Gives an insight the ids of what it is about.
fn with_ids(mut insight: Insight) -> Insight {
    let subject = SubjectParts {
        account: &insight.account,
        region: &insight.region,
        category: insight.category,
        event_source: &insight.event_source,
        event_name: &insight.event_name,
        insight_type: insight.insight_type,
        error_code: insight.error_code.as_deref(),
        scope: insight.scope.as_deref(),
    };
    let ids = InsightIds::new(&subject, insight.span.start);
    insight.shared_event_id = ids.shared;
    insight.start_event_id = ids.start;
    insight.end_event_id = ids.end;
    insight.incident = IncidentMembership::alone(ids.shared);
    insight
}

/// One known role that loops, as it always did.
pub(crate) fn traits() -> Traits {
    Traits {
        culprits: vec![Culprit {
            identity: "arn:aws:sts::123456789012:assumed-role/Admin".to_owned(),
            user_agent: "Boto3".to_owned(),
            source_ip: "203.0.113.7".to_owned(),
            share: 0.98,
            agent_share: 1.0,
            known: true,
            known_agent: true,
            known_address: true,
            addresses_before: 1,
        }],
        pace: Pace { active: 1.0, variation: 0.2 },
        ..Traits::default()
    }
}

/// Twenty minutes of calls by an intruder.
pub(crate) fn burst() -> Insight {
    // 2026-03-09T14:02:00Z
    let start = Minute::new(29_551_082);
    let mut counts = vec![0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0];
    counts.extend([812, 1_204, 700, 488]);
    counts.extend([0; 8]);
    with_ids(Insight {
        account: "123456789012".to_owned(),
        region: "us-east-1".to_owned(),
        event_source: "ec2.amazonaws.com".to_owned(),
        event_name: "RunInstances".to_owned(),
        insight_type: InsightType::ApiCallRate,
        scope: None,
        error_code: None,
        category: EventCategory::Management,
        span: Span { start, end: start + 20 },
        ongoing: false,
        direction: Direction::Rise,
        shared_event_id: Uuid::nil(),
        start_event_id: Uuid::nil(),
        end_event_id: Uuid::nil(),
        baseline: Rate { events: 23, minutes: 10_922 },
        onset: Rate { events: 812, minutes: 5 },
        whole: Rate { events: 3_204, minutes: 20 },
        attributions: vec![
            attribution(
                Attribute::UserIdentityArn,
                &[
                    ("arn:aws:sts::123456789012:assumed-role/Admin", 800, 3_140),
                    ("arn:aws:iam::123456789012:user/zoë", 12, 64),
                ],
                1,
            ),
            attribution(
                Attribute::UserAgent,
                &[(
                    "Boto3/1.34.36 md/Botocore#1.34.36 ua/2.0 os/linux#6.1.0 md/arch#x86_64 lang/python#3.12.1 md/pyimpl#CPython cfg/retry-mode#legacy",
                    812,
                    3_204,
                )],
                1,
            ),
            attribution(
                Attribute::ErrorCode,
                &[("null", 700, 3_000), ("Client.InstanceLimitExceeded", 112, 204)],
                0,
            ),
            attribution(Attribute::SourceIpAddress, &[("203.0.113.7", 812, 3_204)], 1),
        ],
        origins: None,
        peak: (start + 3, 400),
        evidence: Evidence {
            fired_at: start + 4,
            window: 5,
            seen: 812,
            expected: 4.0,
            bound: 62.3,
            largest_before: Some(31),
            surprise: 40.7,
            history_days: 28.0,
            learning: false,
            expected_in_span: 16.0,
        },
        severity: Severity::Critical,
        severity_reasons: vec!["200 times the expected".to_owned(), "new address".to_owned()],
        pattern: Pattern {
            kind: PatternKind::RunawayScript,
            why: "one identity that never ran instances before started 3,000 of them".to_owned(),
        },
        traits: traits(),
        incident: IncidentMembership::alone(Uuid::nil()),
        gap_minutes: 0,
        example_event_ids: vec![Uuid::from_u128(7)],
        context: Context { start: start - 60, step: 5, counts },
        suppressed: None,
    })
}

/// Names chosen to break whatever prints them.
pub(crate) fn hostile() -> Insight {
    let burst = burst();
    let agent = "=cmd|' /C calc'!A0\u{1b}[2J\r\n\t東京東京東京東京東京東京東京東京東京東京東京東京東京東京東京東京";
    with_ids(Insight {
        account: "=1+1".to_owned(),
        event_source: "evil\u{202e}moc.swanozama\u{0}".to_owned(),
        event_name: "-Get\nSecret\u{200b}Value<script>".to_owned(),
        insight_type: InsightType::ApiErrorRate,
        scope: None,
        error_code: Some("@Access\tDenied\"".to_owned()),
        span: Span { start: burst.span.start + 588, end: burst.span.start + 608 },
        baseline: Rate { events: 0, minutes: 12 },
        attributions: vec![
            attribution(Attribute::UserIdentityArn, &[("\u{301}", 800, 3_140)], 1),
            attribution(Attribute::UserAgent, &[(agent, 812, 3_204)], 1),
            attribution(Attribute::SourceIpAddress, &[("", 812, 10)], 1),
        ],
        evidence: Evidence {
            bound: f64::INFINITY,
            largest_before: None,
            surprise: f64::INFINITY,
            history_days: 0.008,
            learning: true,
            expected: 0.000_4,
            expected_in_span: f64::NAN,
            ..burst.evidence
        },
        severity: Severity::Low,
        peak: (burst.span.start + 600, 400),
        gap_minutes: 30,
        ..burst
    })
}

/// Still going when the logs ended, and fewer calls than usual.
pub(crate) fn ongoing() -> Insight {
    let burst = burst();
    let mut evidence = burst.evidence.clone();
    evidence.seen = 3;
    evidence.window = 60;
    evidence.expected = 400.0;
    evidence.expected_in_span = 1_200.0;
    with_ids(Insight {
        ongoing: true,
        direction: Direction::Drop,
        event_source: "sqs.amazonaws.com".to_owned(),
        event_name: "DeleteMessage".to_owned(),
        span: Span { start: burst.span.start, end: burst.span.start + 1_500 },
        onset: Rate { events: 0, minutes: 5 },
        whole: Rate { events: 9, minutes: 1_500 },
        baseline: Rate { events: 76_454, minutes: 10_922 },
        peak: (burst.span.start + 3, 2),
        severity: Severity::Medium,
        attributions: Vec::new(),
        evidence,
        ..burst
    })
}
