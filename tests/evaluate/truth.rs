//! Labels and insights made by hand.

use trailspike::Minute;
use trailspike::evaluate::{SeriesName, TakenFor, Told};
use trailspike::insight::{PatternKind, Severity};
use trailspike::labels::{
    Caller, Effect, Expected, Incident, IncidentKind, LabelledSubject, Labels, SCHEMA,
};

pub const ACCOUNT: &str = "111122223333";
pub const REGION: &str = "eu-west-1";
pub const DAY: u32 = 1_440;

/// That many minutes after the labels' start, 2026-03-02T00:00Z.
pub fn at(minute: u32) -> Minute {
    Minute::from_unix_seconds(1_772_409_600).unwrap() + minute
}

pub fn calls(event_name: &str) -> LabelledSubject {
    LabelledSubject::ApiCalls {
        event_source: "ec2.amazonaws.com".to_owned(),
        event_name: event_name.to_owned(),
    }
}

/// 28 days of two accounts and one Region.
pub fn labels(incidents: Vec<Incident>) -> Labels {
    Labels {
        schema: SCHEMA.to_owned(),
        seed: 7,
        start: at(0),
        end: at(28 * DAY),
        accounts: vec![ACCOUNT.to_owned(), "444455556666".to_owned()],
        regions: vec![REGION.to_owned()],
        events: 1_000_000,
        incidents,
        faults: Vec::new(),
    }
}

/// An effect of twice the subject's own peak that has to be told.
pub fn effect(subject: LabelledSubject, start: u32, end: u32) -> Effect {
    Effect {
        subject,
        start: at(start),
        end: at(end),
        events: 100,
        size: Some(2.0),
        expected: Expected::Insight,
    }
}

/// An incident of a known caller with these effects.
pub fn incident(id: &str, kind: IncidentKind, effects: Vec<Effect>) -> Incident {
    let caller = |identity: &str| Caller {
        identity: identity.to_owned(),
        user_agent: "Boto3".to_owned(),
        source_ip: "203.0.113.9".to_owned(),
    };
    Incident {
        id: id.to_owned(),
        kind,
        account: ACCOUNT.to_owned(),
        region: REGION.to_owned(),
        start: effects.iter().map(|effect| effect.start).min().unwrap(),
        end: effects.iter().map(|effect| effect.end).max().unwrap(),
        ongoing: false,
        callers: vec![
            caller("arn:aws:sts::111122223333:assumed-role/ci"),
            caller("arn:aws:iam::111122223333:user/ana"),
        ],
        new_callers: false,
        effects,
    }
}

/// An incident with one effect on the calls of an API.
pub fn burst(id: &str, kind: IncidentKind, start: u32, end: u32) -> Incident {
    incident(id, kind, vec![effect(calls(id), start, end)])
}

/// An insight on calls of an API, at its second minute, by the caller of [`incident`].
pub fn told(event_name: &str, start: u32, end: u32) -> Told {
    Told {
        series: series(calls(event_name)),
        start: at(start),
        end: Some(at(end)),
        starter: Some("arn:aws:sts::111122223333:assumed-role/ci/build-7".to_owned()),
        doer: Some("arn:aws:sts::111122223333:assumed-role/ci".to_owned()),
        fired_at: Some(at(start + 1)),
        average: Some(20.0),
        taken_for: None,
    }
}

/// The same, leading an incident that looks like that.
pub fn taken_for(told: Told, incident: &str, pattern: PatternKind) -> Told {
    let (incident, urgency) = (incident.to_owned(), (Severity::Medium, 100));
    Told { taken_for: Some(TakenFor { incident, leads: true, pattern, urgency }), ..told }
}

pub fn series(subject: LabelledSubject) -> SeriesName {
    SeriesName::new(ACCOUNT.to_owned(), REGION.to_owned(), subject)
}

/// The insights that a perfect teller would make of the labels: each effect once, effects of one
/// series that run into each other together.
pub fn perfect(labels: &Labels) -> Vec<Told> {
    let mut all: Vec<Told> = Vec::new();
    for incident in &labels.incidents {
        for effect in &incident.effects {
            let ongoing = incident.ongoing && effect.end >= incident.end;
            let identity = incident.callers.first().map(|caller| caller.identity.clone());
            all.push(Told {
                series: SeriesName::new(
                    incident.account.clone(),
                    incident.region.clone(),
                    effect.subject.clone(),
                ),
                start: effect.start,
                end: (!ongoing).then_some(effect.end),
                starter: identity.clone(),
                doer: identity.filter(|_| !ongoing),
                fired_at: Some(effect.start),
                average: None,
                taken_for: None,
            });
        }
    }
    all
}
