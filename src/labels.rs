//! What is known to be in a labelled month of logs: `labels.json`, to write and to read.
//!
//! Times are whole minutes in UTC, RFC 3339. A span holds its start and not its end. The schema is
//! described for users in `docs/labels.md`.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::minute::Minute;

/// The version of the schema, the first key of the file.
pub const SCHEMA: &str = "trailspike-labels/1";

/// A labelled month.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Labels {
    /// [`SCHEMA`].
    pub schema: String,
    /// What everything was drawn from.
    pub seed: u64,
    /// First minute that logs cover.
    pub start: Minute,
    /// The minute after the last one.
    pub end: Minute,
    /// The accounts, 12 digits each.
    pub accounts: Vec<String>,
    /// The Regions.
    pub regions: Vec<String>,
    /// Events, each counted once however often it was delivered.
    pub events: u64,
    /// What an analyst would want to be told of, by start.
    pub incidents: Vec<Incident>,
    /// What went wrong with the delivery of files.
    pub faults: Vec<DeliveryFault>,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Incident {
    /// Unique in the file.
    pub id: String,
    /// What it is.
    pub kind: IncidentKind,
    /// The account, 12 digits.
    pub account: String,
    /// The Region.
    pub region: String,
    /// Its first minute.
    pub start: Minute,
    /// The minute after its last one; that of the logs if it was still going on.
    pub end: Minute,
    /// Whether it was still going on when the logs ended.
    pub ongoing: bool,
    /// Who did it, the one with the most events first; 20 at most.
    pub callers: Vec<Caller>,
    /// Whether none of its callers had ever called these subjects before.
    pub new_callers: bool,
    /// What it did to which series.
    pub effects: Vec<Effect>,
}

/// What an incident is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IncidentKind {
    /// Failed console logins of many users from one address.
    CredentialStuffingOneAddress,
    /// Failed console logins of many users from many addresses.
    CredentialStuffingManyAddresses,
    /// A few failed logins on each of a great many users, slowly.
    PasswordSpray,
    /// Refusals on one API.
    AccessDeniedSpike,
    /// Refusals of one identity, few on each of many APIs.
    PermissionProbing,
    /// A known key used from an address and with an agent never seen.
    LeakedKey,
    /// A script that loops a call that reads.
    RunawayRead,
    /// A script that loops a call that writes.
    RunawayWrite,
    /// Calls that are throttled and tried again at once.
    ThrottleStorm,
    /// All in one minute.
    OneMinuteBurst,
    /// A rate that rises over a quarter of an hour or more.
    SlowRamp,
    /// Hours at a rate little above the usual.
    LowAndSlow,
    /// The same again, days after a first one.
    SecondStrike,
    /// Two who loop the same call.
    TwoCulprits,
    /// Many calls of an API never called before.
    BrandNewApi,
    /// A rate that rises and stays.
    LevelShift,
    /// One on top of another on the same subject.
    Overlap,
    /// Still going on when the logs end.
    OpenAtEnd,
    /// A busy API falls silent.
    DropToZero,
    /// Within the first day of the logs.
    FirstDay,
    /// Hours at a rate that is well above the usual.
    Plateau,
    /// Calls of one role that fail from the first minute of a new version on.
    BrokenDeployment,
    /// Planted into somebody's own counts at a constant rate.
    Planted,
}

impl IncidentKind {
    /// The name in the file: `runaway-read`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CredentialStuffingOneAddress => "credential-stuffing-one-address",
            Self::CredentialStuffingManyAddresses => "credential-stuffing-many-addresses",
            Self::PasswordSpray => "password-spray",
            Self::AccessDeniedSpike => "access-denied-spike",
            Self::PermissionProbing => "permission-probing",
            Self::LeakedKey => "leaked-key",
            Self::RunawayRead => "runaway-read",
            Self::RunawayWrite => "runaway-write",
            Self::ThrottleStorm => "throttle-storm",
            Self::OneMinuteBurst => "one-minute-burst",
            Self::SlowRamp => "slow-ramp",
            Self::LowAndSlow => "low-and-slow",
            Self::SecondStrike => "second-strike",
            Self::TwoCulprits => "two-culprits",
            Self::BrandNewApi => "brand-new-api",
            Self::LevelShift => "level-shift",
            Self::Overlap => "overlap",
            Self::OpenAtEnd => "open-at-end",
            Self::DropToZero => "drop-to-zero",
            Self::FirstDay => "first-day",
            Self::Plateau => "plateau",
            Self::BrokenDeployment => "broken-deployment",
            Self::Planted => "planted",
        }
    }
}

/// Somebody who took part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Caller {
    /// As insights attribute to it: the role for a session.
    pub identity: String,
    /// The user agent.
    pub user_agent: String,
    /// The address, or the most used of several.
    pub source_ip: String,
}

/// What an incident did to one series.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Effect {
    /// What the series counts.
    pub subject: LabelledSubject,
    /// Its first minute with an event of the incident.
    pub start: Minute,
    /// The minute after its last one.
    pub end: Minute,
    /// Events of the incident; for a drop, those that did not happen.
    pub events: u64,
    /// Its largest sum of five minutes, as a multiple of the largest five minutes of the subject's
    /// own 14 days before its start, other incidents left out, taken as eight events if it was fewer;
    /// to four decimals. `None` if the subject did nothing in those days.
    pub size: Option<f64>,
    /// Whether it has to be told.
    pub expected: Expected,
}

/// A series of the incident's account and Region, named as insights name it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum LabelledSubject {
    /// Calls of an API.
    ApiCalls {
        /// The service, `ec2.amazonaws.com`.
        event_source: String,
        /// The API, `DescribeInstances`.
        event_name: String,
    },
    /// Errors of an API with one code.
    ApiErrors {
        /// The service.
        event_source: String,
        /// The API.
        event_name: String,
        /// The code.
        error_code: String,
    },
    /// Calls of an identity over all APIs.
    IdentityCalls {
        /// The identity.
        identity: String,
    },
    /// Errors of an identity over all APIs.
    IdentityErrors {
        /// The identity.
        identity: String,
    },
    /// Refusals and failed logins of an address over all identities.
    AddressDenials {
        /// The address.
        source_ip: String,
    },
    /// Refusals of the account over everything.
    AccountDenials,
}

impl LabelledSubject {
    /// Whether it is counted over many APIs, and all Regions.
    #[must_use]
    pub const fn is_roll_up(&self) -> bool {
        !matches!(self, Self::ApiCalls { .. } | Self::ApiErrors { .. })
    }
}

/// Whether an effect has to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Expected {
    /// An insight on this series.
    Insight,
    /// A side effect: telling it is right, not telling it too.
    Either,
    /// Too thin for this series by itself: the incident shows where many are summed up.
    RollUp,
}

/// Something wrong with the delivery of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeliveryFault {
    /// What.
    pub kind: FaultKind,
    /// The file, relative to the folder of the labels; for a gap the account's and Region's folder.
    pub path: String,
    /// First minute of the events it touched.
    pub start: Minute,
    /// The minute after the last one.
    pub end: Minute,
    /// Events in it.
    pub events: u64,
}

/// What may be wrong with the delivery of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultKind {
    /// Delivered hours after its events.
    LateFile,
    /// The same file twice, under two names.
    DuplicateFile,
    /// Some of its events are in another file too.
    DuplicateEvents,
    /// Cut off in the middle; `events` are those lost.
    TornFile,
    /// No files at all for a time; `events` are those lost.
    Gap,
}

/// Why labels cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LabelsError {
    /// The file cannot be read.
    #[error("cannot read {path}")]
    Read {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It does not hold labels.
    #[error("{path} does not hold labels")]
    Malformed {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: serde_json::Error,
    },
    /// It holds labels of another version.
    #[error("{path} holds labels of schema {found:?}, not {SCHEMA:?}")]
    OtherSchema {
        /// Which file.
        path: PathBuf,
        /// Its schema.
        found: String,
    },
}

impl Labels {
    /// Reads a file.
    ///
    /// # Errors
    /// When it cannot be read or holds something else.
    pub fn read(path: &Path) -> Result<Self, LabelsError> {
        let path = path.to_owned();
        let text = match std::fs::read(&path) {
            Ok(text) => text,
            Err(source) => return Err(LabelsError::Read { path, source }),
        };
        let labels: Self = match serde_json::from_slice(&text) {
            Ok(labels) => labels,
            Err(source) => return Err(LabelsError::Malformed { path, source }),
        };
        if labels.schema == SCHEMA {
            Ok(labels)
        } else {
            Err(LabelsError::OtherSchema { path, found: labels.schema })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_named_alike_everywhere() {
        for kind in [
            IncidentKind::CredentialStuffingOneAddress,
            IncidentKind::BrandNewApi,
            IncidentKind::DropToZero,
            IncidentKind::SecondStrike,
            IncidentKind::BrokenDeployment,
        ] {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
    }

    #[test]
    fn labels_read_back_as_they_were_written() {
        let minute = |minute: u32| Minute::new(29_000_000 + minute);
        let subject = LabelledSubject::ApiErrors {
            event_source: "s3.amazonaws.com".to_owned(),
            event_name: "GetBucketAcl".to_owned(),
            error_code: "AccessDenied".to_owned(),
        };
        let caller = Caller {
            identity: "arn:aws:iam::111122223333:user/ana".to_owned(),
            user_agent: "Boto3".to_owned(),
            source_ip: "203.0.113.9".to_owned(),
        };
        let labels = Labels {
            schema: SCHEMA.to_owned(),
            seed: 7,
            start: minute(0),
            end: minute(40_320),
            accounts: vec!["111122223333".to_owned()],
            regions: vec!["eu-west-1".to_owned()],
            events: 1_000,
            incidents: vec![Incident {
                id: "1".to_owned(),
                kind: IncidentKind::AccessDeniedSpike,
                account: "111122223333".to_owned(),
                region: "eu-west-1".to_owned(),
                start: minute(9_000),
                end: minute(9_007),
                ongoing: false,
                callers: vec![caller],
                new_callers: true,
                effects: vec![Effect {
                    subject,
                    start: minute(9_000),
                    end: minute(9_007),
                    events: 84,
                    size: Some(3.5),
                    expected: Expected::Insight,
                }],
            }],
            faults: Vec::new(),
        };
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("labels.json");
        std::fs::write(&path, serde_json::to_vec(&labels).unwrap()).unwrap();
        assert_eq!(Labels::read(&path).unwrap(), labels);
    }
}
