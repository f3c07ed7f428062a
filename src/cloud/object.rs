//! What is told of objects.

use std::collections::BTreeMap;
use std::time::SystemTime;

/// An object that was listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its key.
    pub key: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// When it was last written.
    pub modified: SystemTime,
}

/// User metadata of an object, by lower-case name without `x-amz-meta-`.
pub type Metadata = BTreeMap<String, String>;

/// An object that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Content {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Its user metadata.
    pub metadata: Metadata,
    /// What tells this version of it from others, where the store says so.
    pub etag: Option<String>,
}

/// What was found below an address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Walked {
    /// Objects that may be wanted.
    pub objects: Vec<Listed>,
    /// Whether the address is that of one object.
    pub is_object: bool,
    /// Folders that AWS keeps for logs of other services beside CloudTrail's, which were not listed.
    pub other_services: u64,
}

/// On what condition an object is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition<'c> {
    /// Whatever is there.
    None,
    /// Nothing is there.
    New,
    /// What is there is that version still.
    Version(&'c str),
}
