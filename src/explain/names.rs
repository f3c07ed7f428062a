//! Values as JSON has them: by the names they have in records.
#![expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]

use serde::Serializer;
use uuid::Uuid;

use crate::event::EventCategory;
use crate::insight::{Attribute, Severity};

pub fn attribute<S: Serializer>(attribute: &Attribute, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(attribute.as_str())
}

pub fn category<S: Serializer>(category: &EventCategory, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(category.as_str())
}

pub fn id<S: Serializer>(id: &Uuid, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(id)
}

pub fn severity<S: Serializer>(severity: &Severity, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(severity.as_str())
}
