//! Ids that depend on nothing but what the insight is about: same logs, same ids.

use uuid::Uuid;

use super::State;
use crate::event::EventCategory;
use crate::insight::InsightType;
use crate::minute::Minute;

/// The namespace of every id of trailspike: the UUID v5 of `urn:trailspike:insight` in the
/// namespace for URLs. It never changes, else the same logs would give other ids.
pub const NAMESPACE: Uuid = Uuid::from_u128(0x6f84_3273_9cbc_53af_81ee_20e2_b452_4b28);

/// What an insight is about; the parts that tell it from every other one.
#[derive(Clone, Copy, Debug)]
pub struct SubjectParts<'a> {
    /// The recipient account.
    pub account: &'a str,
    /// The Region of the events.
    pub region: &'a str,
    /// Category of the events counted.
    pub category: EventCategory,
    /// The service.
    pub event_source: &'a str,
    /// The API.
    pub event_name: &'a str,
    /// Call rate or error rate.
    pub insight_type: InsightType,
    /// The error code of an error-rate insight.
    pub error_code: Option<&'a str>,
    /// The identity or source address of a roll-up.
    pub scope: Option<&'a str>,
}

/// The three ids of an insight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InsightIds {
    /// The one that Start and End share.
    pub shared: Uuid,
    /// The Start record's own.
    pub start: Uuid,
    /// The End record's own.
    pub end: Uuid,
}

impl InsightIds {
    /// The ids of the subject's insight that starts at that minute.
    #[must_use]
    pub fn new(subject: &SubjectParts<'_>, start: Minute) -> Self {
        Self {
            shared: event_id(subject, start, None),
            start: event_id(subject, start, Some(State::Start)),
            end: event_id(subject, start, Some(State::End)),
        }
    }
}

/// The id of one record of an insight, or with no state the id its records share: a UUID v5 of
/// the subject, the **start** minute and the state.
#[must_use]
pub fn event_id(subject: &SubjectParts<'_>, start: Minute, state: Option<State>) -> Uuid {
    let start = start.to_string();
    let mut parts = vec![
        subject.account,
        subject.region,
        subject.category.as_str(),
        subject.event_source,
        subject.event_name,
        subject.insight_type.as_str(),
        // An absent code is no code at all, not an empty one.
        subject.error_code.map_or("-", |_| "+"),
        subject.error_code.unwrap_or_default(),
        &start,
        state.map_or("Shared", State::as_str),
    ];
    parts.extend(subject.scope);
    let mut name = Vec::with_capacity(256);
    for part in parts {
        // Each part's length stands before it, so no two lists of parts read alike.
        name.extend_from_slice(&(part.len() as u64).to_le_bytes());
        name.extend_from_slice(part.as_bytes());
    }
    Uuid::new_v5(&NAMESPACE, &name)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    const SUBJECT: SubjectParts<'static> = SubjectParts {
        account: "123456789012",
        region: "us-east-1",
        category: EventCategory::Management,
        event_source: "ec2.amazonaws.com",
        event_name: "RunInstances",
        insight_type: InsightType::ApiCallRate,
        error_code: None,
        scope: None,
    };

    #[test]
    fn the_namespace_is_the_one_documented() {
        assert_eq!(NAMESPACE, Uuid::new_v5(&Uuid::NAMESPACE_URL, b"urn:trailspike:insight"));
    }

    #[test]
    fn ids_stay_the_same_from_release_to_release() {
        let ids = InsightIds::new(&SUBJECT, Minute::new(29_543_042));
        insta::assert_snapshot!(ids.shared, @"2d9e1493-93bc-5a33-9ea3-5ffa97f2f764");
        insta::assert_snapshot!(ids.start, @"d2734503-5e51-5ea2-8bb8-b115898b1d4c");
        insta::assert_snapshot!(ids.end, @"f7cebf2f-d242-5f48-918d-46b8a4b5b599");
        assert_eq!(ids.shared.get_version_num(), 5);
    }

    #[test]
    fn every_part_matters_and_none_runs_into_its_neighbour() {
        let start = Minute::new(29_543_042);
        let subjects = [
            SUBJECT,
            SubjectParts { account: "1234567890", region: "12us-east-1", ..SUBJECT },
            SubjectParts { region: "us-east-2", ..SUBJECT },
            SubjectParts { category: EventCategory::Data, ..SUBJECT },
            SubjectParts { event_source: "s3.amazonaws.com", ..SUBJECT },
            SubjectParts { event_name: "StopInstances", ..SUBJECT },
            SubjectParts { insight_type: InsightType::ApiErrorRate, ..SUBJECT },
            SubjectParts { error_code: Some(""), ..SUBJECT },
            SubjectParts { error_code: Some("-"), ..SUBJECT },
            SubjectParts { scope: Some("203.0.113.7"), ..SUBJECT },
            SubjectParts { scope: Some(""), ..SUBJECT },
        ];
        let mut seen = HashSet::new();
        for subject in &subjects {
            for start in [start, start + 1] {
                let ids = InsightIds::new(subject, start);
                assert!([ids.shared, ids.start, ids.end].into_iter().all(|id| seen.insert(id)));
            }
        }
    }
}
