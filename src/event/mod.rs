//! Bytes -> events: containers are unwrapped, records become [`Event`]s that cannot be wrong.

mod classify;
mod container;
pub mod error_family;
mod identity;
mod item;
mod opening;
mod read_only;
mod record;
mod resync;
mod scan;
mod stretch;
mod text;
mod time;
mod window;

use std::borrow::Cow;

use crate::input::Damage;
use crate::minute::Minute;

pub use container::{Place, read_events};
pub use identity::{HIDDEN_NAME, fold_session};
pub use stretch::Stretch;
pub use time::{TimeRange, event_minute};

/// What kind of operation an event records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventCategory {
    /// Control plane.
    Management,
    /// Data plane.
    Data,
    /// Calls through VPC endpoints.
    NetworkActivity,
}

impl EventCategory {
    /// The name in records.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Management => "Management",
            Self::Data => "Data",
            Self::NetworkActivity => "NetworkActivity",
        }
    }
}

/// One API call or sign-in, with every field that is counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event<'a> {
    /// The minute of `eventTime`.
    pub minute: Minute,
    /// The account whose log it is.
    pub account: Cow<'a, str>,
    /// The Region of the call.
    pub region: Cow<'a, str>,
    /// The service called.
    pub event_source: Cow<'a, str>,
    /// The API called.
    pub event_name: Cow<'a, str>,
    /// Management, data or network activity.
    pub category: EventCategory,
    /// Whether the call only reads; by the API's verb where the record does not say.
    pub read_only: bool,
    /// Why the call failed; `None` when it did not.
    pub error_code: Option<Cow<'a, str>>,
    /// The caller: ARN, or the best name the record has.
    pub identity: Cow<'a, str>,
    /// `userIdentity.type`.
    pub identity_type: Cow<'a, str>,
    /// `userAgent` as it stands; empty when absent.
    pub user_agent: Cow<'a, str>,
    /// `sourceIPAddress` as it stands; empty when absent.
    pub source_ip: Cow<'a, str>,
    /// `eventID`; absent in the oldest records.
    pub id: Option<Cow<'a, str>>,
    /// Whether the record restates an event delivered before (addendum `UPDATED_DATA`).
    pub is_update: bool,
}

/// Things in CloudTrail buckets that are recognised and left alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OtherKind {
    /// A digest file of log file validation.
    Digest,
    /// A CloudTrail Insights record.
    Insight,
    /// A record of aggregated data events.
    Aggregated,
    /// An S3, SNS or SQS notification, which comes in a `Records` array as well.
    Notification,
    /// JSON of another kind.
    OtherJson,
}

impl OtherKind {
    /// Every kind, in the order of the summary.
    pub const ALL: [Self; 5] =
        [Self::Digest, Self::Insight, Self::Aggregated, Self::Notification, Self::OtherJson];

    /// What the summary calls it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Digest => "digest files",
            Self::Insight => "Insight records",
            Self::Aggregated => "aggregated events",
            Self::Notification => "notifications",
            Self::OtherJson => "other JSON",
        }
    }
}

/// Why a record could not be counted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// An element of a record list that is not a JSON object.
    #[error("not an object")]
    NotAnObject,
    /// No `eventTime`.
    #[error("no eventTime")]
    NoTime,
    /// An `eventTime` that is no time.
    #[error("eventTime {0:?} is not a time")]
    BadTime(String),
    /// An `eventTime` before CloudTrail's services existed or after tomorrow.
    #[error("eventTime {0:?} lies before 2006 or after tomorrow")]
    TimeOutOfRange(String),
    /// No `eventName`.
    #[error("no eventName")]
    NoEventName,
    /// JSON that breaks off or breaks the rules inside the record.
    #[error("malformed JSON: {0}")]
    Malformed(String),
    /// Bytes inside the record that are not UTF-8.
    #[error("not UTF-8")]
    NotUtf8,
    /// A record larger than any that CloudTrail writes.
    #[error("larger than {0} bytes")]
    TooLarge(usize),
}

/// What is wrong with a whole file, or with the rest of it from some byte on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The text ends inside a record or a record list.
    #[error("ends in the middle of the JSON")]
    Torn,
    /// There is nothing in it but, perhaps, white space.
    #[error("empty")]
    Empty,
    /// What follows cannot be made out as JSON.
    #[error("not JSON from here on")]
    NotJson,
    /// So many malformed records that reading on is pointless.
    #[error("too many malformed records, the rest is left unread")]
    TooManyMalformed,
    /// The bytes themselves are damaged.
    #[error(transparent)]
    Damaged(#[from] Damage),
}

/// Takes what a file holds, in the order it stands there.
pub trait Sink: Send {
    /// An event to count.
    fn event(&mut self, event: Event<'_>);
    /// Something recognised and left alone.
    fn other(&mut self, kind: OtherKind);
    /// A record that cannot be counted: its index in the file, the byte it begins at, and why.
    fn rejected(&mut self, index: u64, byte: u64, why: Rejection);
    /// Something wrong with the file from that byte of its decompressed text on.
    fn fault(&mut self, byte: u64, fault: Fault);

    /// Whether [`Self::side_by_side`] is worth while now.
    fn can_share(&self) -> bool {
        false
    }

    /// Reads stretches that follow each other, at the same time; `index` is that of the first
    /// record. Takes them in their order, up to the first that could not be read on its own: how
    /// many, and how many records were in them.
    fn side_by_side(&mut self, stretches: &[Stretch<'_>], index: u64) -> (usize, u64) {
        let _ = (stretches, index);
        (0, 0)
    }
}
