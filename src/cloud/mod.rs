//! Objects in S3 and other object stores: found, read and written; and the public keys that
//! CloudTrail signs with. See `docs/s3.md`.
//!
//! Nothing here runs before an address such as `s3://bucket/prefix` is given, or keys are asked
//! for. What is asked is asked by tasks of a small runtime of their own, and callers wait for it as
//! they wait for a disk.

#[cfg(not(feature = "cloud"))]
mod absent;
mod address;
#[cfg(feature = "cloud")]
mod bucket;
#[cfg(feature = "cloud")]
mod cloudtrail;
#[cfg(feature = "cloud")]
mod connect;
#[cfg(feature = "cloud")]
mod credentials;
mod error;
#[cfg(feature = "cloud")]
mod layout;
mod object;
#[cfg(feature = "cloud")]
mod reader;
#[cfg(feature = "cloud")]
mod runtime;
#[cfg(feature = "cloud")]
mod walk;

use chrono::{DateTime, Utc};

#[cfg(not(feature = "cloud"))]
pub use absent::{Bucket, list_public_keys};
pub use address::{Address, Scheme};
#[cfg(feature = "cloud")]
pub use bucket::Bucket;
#[cfg(feature = "cloud")]
pub use cloudtrail::list_public_keys;
pub use error::{CloudError, Why};
pub use object::{Condition, Content, Listed, Metadata, Walked};

/// Which keys are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeysAsked {
    /// Of which Region.
    pub region: String,
    /// Keys that were in use at any time from then …
    pub from: DateTime<Utc>,
    /// … to then.
    pub to: DateTime<Utc>,
}

/// How object stores are reached, as far as their address, the environment and the profile do not
/// say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Access {
    /// The profile of the AWS configuration files.
    pub profile: Option<String>,
    /// The Region of the buckets.
    pub region: Option<String>,
    /// A server other than Amazon's.
    pub endpoint: Option<String>,
    /// Whether we pay for requests to buckets of others.
    pub requester_pays: bool,
    /// Whether requests are not signed: for public buckets.
    pub anonymous: bool,
}
