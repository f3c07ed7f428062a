//! The unusual stretches that are put into the ordinary traffic, and their labels.

use std::collections::BTreeSet;

use anyhow::Result;

use crate::caller::{Caller, Callers, HIDDEN};
use crate::catalog::{Api, Catalog};
use crate::clock::{self, MINUTE};
use crate::record::{Event, Failure};
use crate::rng::Rng;

/// The address the stolen access key is used from.
const STOLEN_KEY_ADDRESS: &str = "203.0.113.77";
/// The user agent of the stolen access key.
const STOLEN_KEY_AGENT: &str = "Boto3/1.34.51 md/Botocore#1.34.51 ua/2.0 os/linux#6.6.9-amd64 md/arch#x86_64 lang/python#3.11.8 md/pyimpl#CPython cfg/retry-mode#legacy Botocore/1.34.51";
const STORM_ADDRESSES: &[&str] = &["203.0.113.10", "203.0.113.24", "203.0.113.58", "203.0.113.141"];
const STORM_AGENT: &str = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/121.0.6167.85 Safari/537.36";
const STORM_USERS: &[&str] = &[
    "admin",
    "administrator",
    "root",
    "test",
    "backup-agent",
    "deploy",
    "jenkins",
    "devops",
    "ci",
    "terraform",
    "support",
    "billing",
    "finance",
    "security",
    "audit",
    "operator",
    "ops",
    "service",
    "webmaster",
    "guest",
    "dana",
    "marco",
    "priya",
    "tomas",
    "readonly",
    "developer",
    "build",
];

/// One stretch of unusual activity.
pub struct Incident {
    kind: &'static str,
    region: &'static str,
    start: i64,
    minutes: u32,
    rate: (u32, u32),
    api: Api,
    failure: Option<Failure>,
    callers: Vec<Caller>,
    seed: u64,
}

/// When an incident starts: whole minutes since 1970, in seconds.
pub struct Starts {
    /// The storm of failed logins.
    pub storm: i64,
    /// The denials of a stolen key.
    pub probing: i64,
    /// The runaway loop.
    pub runaway: i64,
}

/// The three incidents of one account: `stolen` is the user whose key was stolen, `looping` the
/// role whose script does not stop.
pub fn all(
    catalog: &Catalog,
    callers: &mut Callers,
    (stolen, looping): (&Caller, &Caller),
    starts: &Starts,
    seed: u64,
) -> Result<Vec<Incident>> {
    let mut thief = stolen.clone();
    STOLEN_KEY_AGENT.clone_into(&mut thief.agent);
    STOLEN_KEY_ADDRESS.clone_into(&mut thief.address);
    let incident = |kind, start, minutes, rate, api, failure, callers| Incident {
        kind,
        region: "us-east-1",
        start,
        minutes,
        rate,
        api,
        failure,
        callers,
        seed,
    };
    let login = catalog.find("signin", "ConsoleLogin")?;
    let secret = catalog.find("secretsmanager", "GetSecretValue")?;
    let instances = catalog.find("ec2", "DescribeInstances")?;
    let (denied, wrong) = (Some(Failure::Denied), Some(Failure::Login));
    Ok(vec![
        incident("failed-login-storm", starts.storm, 20, (42, 58), login, wrong, guessers(callers)),
        incident("access-denied-spike", starts.probing, 12, (50, 75), secret, denied, vec![thief]),
        incident(
            "runaway-loop",
            starts.runaway,
            45,
            (190, 210),
            instances,
            None,
            vec![looping.clone()],
        ),
    ])
}

/// Every user name from every address; of four names, one does not exist.
fn guessers(callers: &mut Callers) -> Vec<Caller> {
    let hidden = STORM_USERS.iter().step_by(3).map(|_| HIDDEN);
    let names: Vec<&str> = STORM_USERS.iter().copied().chain(hidden).collect();
    let mut guessers = Vec::new();
    for address in STORM_ADDRESSES {
        guessers.extend(names.iter().map(|name| callers.sign_in(name, STORM_AGENT, address)));
    }
    guessers
}

impl Incident {
    /// The account and Region it happens in.
    pub fn place(&self) -> (&str, &str) {
        (&self.callers[0].account, self.region)
    }

    /// The second after its last minute.
    pub fn end(&self) -> i64 {
        self.start + i64::from(self.minutes) * MINUTE
    }

    /// Whether any of it lies in the seconds from `from` to `until`.
    pub fn overlaps(&self, from: i64, until: i64) -> bool {
        self.start < until && from < self.end()
    }

    /// Its events whose minute starts in the seconds from `from` to `until`. They depend on the
    /// minute alone, so that files may cut an incident anywhere.
    pub fn events(&self, from: i64, until: i64) -> Vec<Event<'_>> {
        let mut events = Vec::new();
        for position in 0..self.minutes {
            let minute = self.start + i64::from(position) * MINUTE;
            if (from..until).contains(&minute) {
                self.push_minute(minute, &mut events);
            }
        }
        events
    }

    fn push_minute<'a>(&'a self, minute: i64, events: &mut Vec<Event<'a>>) {
        let mut rng = Rng::new(self.seed, &[self.start.unsigned_abs(), minute.unsigned_abs()]);
        for _ in 0..rng.between(self.rate.0, self.rate.1) {
            events.push(Event {
                seconds: minute + i64::from(rng.between(0, 59)),
                region: self.region,
                api: self.api,
                caller: rng.pick(&self.callers),
                failure: self.failure,
            });
        }
    }

    /// One line of JSON that says what happened, and when to the minute. `end` is the minute
    /// after the last unusual one.
    pub fn label(&self) -> String {
        let events = self.events(self.start, self.end()).len();
        let first = &self.callers[0];
        let identity =
            if first.arn.is_empty() { "null".to_owned() } else { format!(r#""{}""#, first.arn) };
        let addresses: BTreeSet<_> =
            self.callers.iter().map(|caller| format!(r#""{}""#, caller.address)).collect();
        let addresses = addresses.into_iter().collect::<Vec<_>>().join(",");
        let (service, name) = (self.api.service, self.api.name);
        let (account, region) = self.place();
        let error = match self.failure {
            Some(Failure::Denied) => r#""AccessDenied""#,
            Some(Failure::Login) => r#""Failed authentication""#,
            _ => "null",
        };
        format!(
            r#"{{"kind":"{}","account":"{account}","region":"{region}","eventSource":"{service}.amazonaws.com","eventName":"{name}","error":{error},"start":"{}","end":"{}","events":{events},"identity":{identity},"userAgent":"{}","sourceIPs":[{addresses}]}}"#,
            self.kind,
            clock::time(self.start),
            clock::time(self.end()),
            first.agent,
        )
    }
}
