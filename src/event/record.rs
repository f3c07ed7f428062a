//! The fields of one JSON object that may be a record, or an envelope around records, as they
//! stand. Nothing is judged here; a field of the wrong type counts as absent, a repeated key as
//! its last value.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::text::Text;

/// Every key that matters at the top of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    Version,
    Time,
    Source,
    Name,
    Region,
    SourceIp,
    UserAgent,
    ErrorCode,
    ErrorMessage,
    ReadOnly,
    Id,
    Type,
    Account,
    ManagementEvent,
    Category,
    UserIdentity,
    Response,
    Addendum,
    InsightDetails,
    DigestObject,
    /// Of S3, SNS and SQS.
    Notification,
    /// Of an envelope.
    Inner,
    Aws,
    Other,
}

impl Key {
    /// The key of that name. By length first: most names have no other of their length.
    #[inline]
    pub fn of(name: &[u8]) -> Self {
        match name.len() {
            2 if name == b"s3" => Self::Notification,
            3 if name == b"aws" => Self::Aws,
            3 if name == b"Sns" => Self::Notification,
            4 if name == b"_raw" => Self::Inner,
            6 if name == b"detail" => Self::Inner,
            7 if name == b"eventID" => Self::Id,
            7 if name == b"message" => Self::Inner,
            8 if name == b"readOnly" => Self::ReadOnly,
            8 if name == b"addendum" => Self::Addendum,
            8 if name == b"@message" => Self::Inner,
            9 if name == b"eventTime" => Self::Time,
            9 if name == b"eventName" => Self::Name,
            9 if name == b"awsRegion" => Self::Region,
            9 if name == b"userAgent" => Self::UserAgent,
            9 if name == b"eventType" => Self::Type,
            9 if name == b"errorCode" => Self::ErrorCode,
            10 if name == b"cloudtrail" => Self::Inner,
            11 if name == b"eventSource" => Self::Source,
            12 if name == b"eventVersion" => Self::Version,
            12 if name == b"userIdentity" => Self::UserIdentity,
            12 if name == b"errorMessage" => Self::ErrorMessage,
            13 if name == b"eventCategory" => Self::Category,
            13 if name == b"receiptHandle" => Self::Notification,
            14 if name == b"insightDetails" => Self::InsightDetails,
            14 if name == b"digestS3Object" => Self::DigestObject,
            15 if name == b"sourceIPAddress" => Self::SourceIp,
            15 if name == b"managementEvent" => Self::ManagementEvent,
            15 if name == b"CloudTrailEvent" => Self::Inner,
            16 if name == b"responseElements" => Self::Response,
            18 if name == b"recipientAccountId" => Self::Account,
            _ => Self::Other,
        }
    }
}

struct KeyVisitor;

impl Visitor<'_> for KeyVisitor {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, name: &str) -> Result<Key, E> {
        Ok(Key::of(name.as_bytes()))
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_identifier(KeyVisitor)
    }
}

/// What one object says.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each says whether a key was there")]
pub struct RawRecord<'a> {
    /// False when the value was not an object at all.
    pub is_object: bool,
    pub version: Text<'a>,
    pub time: Text<'a>,
    pub source: Text<'a>,
    pub name: Text<'a>,
    pub region: Text<'a>,
    pub source_ip: Text<'a>,
    pub user_agent: Text<'a>,
    pub error_code: Text<'a>,
    pub error_message: Text<'a>,
    pub read_only: Text<'a>,
    pub id: Text<'a>,
    pub event_type: Text<'a>,
    pub account: Text<'a>,
    pub management_event: Text<'a>,
    pub category: Text<'a>,
    pub identity: RawIdentity<'a>,
    pub console_login: Text<'a>,
    pub addendum_reason: Text<'a>,
    pub has_insight_details: bool,
    pub is_digest: bool,
    pub is_notification: bool,
    /// The record inside an envelope: an object, or a string that holds one.
    pub inner: Option<&'a str>,
}

impl<'a> RawRecord<'a> {
    /// Where the text of a key is kept, if it is kept as it stands.
    #[inline]
    pub fn text_field(&mut self, key: Key) -> Option<&mut Text<'a>> {
        Some(match key {
            Key::Version => &mut self.version,
            Key::Time => &mut self.time,
            Key::Source => &mut self.source,
            Key::Name => &mut self.name,
            Key::Region => &mut self.region,
            Key::SourceIp => &mut self.source_ip,
            Key::UserAgent => &mut self.user_agent,
            Key::ErrorCode => &mut self.error_code,
            Key::ErrorMessage => &mut self.error_message,
            Key::ReadOnly => &mut self.read_only,
            Key::Id => &mut self.id,
            Key::Type => &mut self.event_type,
            Key::Account => &mut self.account,
            Key::ManagementEvent => &mut self.management_event,
            Key::Category => &mut self.category,
            _ => return None,
        })
    }

    /// Notes that a key was there, of those whose value says no more than that.
    #[inline]
    pub fn note(&mut self, key: Key) {
        match key {
            Key::InsightDetails => self.has_insight_details = true,
            Key::DigestObject => self.is_digest = true,
            Key::Notification => self.is_notification = true,
            _ => {}
        }
    }
}

/// What `userIdentity` says.
#[derive(Debug, Default)]
pub struct RawIdentity<'a> {
    pub kind: Text<'a>,
    pub arn: Text<'a>,
    pub account: Text<'a>,
    pub principal: Text<'a>,
    pub user_name: Text<'a>,
    pub invoked_by: Text<'a>,
    pub issuer_arn: Text<'a>,
}

/// Reads a JSON object key by key into `T`, and any other value as `T::default()`.
trait Fields<'de>: Default {
    fn read_field<A: MapAccess<'de>>(&mut self, map: &mut A) -> Result<bool, A::Error>;
}

struct FieldsVisitor<T>(std::marker::PhantomData<T>);

impl<'de, T: Fields<'de>> Visitor<'de> for FieldsVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        let mut fields = T::default();
        while fields.read_field(&mut map)? {}
        Ok(fields)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<T, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(T::default())
    }

    fn visit_str<E>(self, _: &str) -> Result<T, E> {
        Ok(T::default())
    }

    fn visit_bool<E>(self, _: bool) -> Result<T, E> {
        Ok(T::default())
    }

    fn visit_i64<E>(self, _: i64) -> Result<T, E> {
        Ok(T::default())
    }

    fn visit_u64<E>(self, _: u64) -> Result<T, E> {
        Ok(T::default())
    }

    fn visit_f64<E>(self, _: f64) -> Result<T, E> {
        Ok(T::default())
    }

    fn visit_unit<E>(self) -> Result<T, E> {
        Ok(T::default())
    }
}

fn read_fields<'de, T: Fields<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_any(FieldsVisitor(std::marker::PhantomData))
}

impl<'de> Fields<'de> for RawRecord<'de> {
    fn read_field<A: MapAccess<'de>>(&mut self, map: &mut A) -> Result<bool, A::Error> {
        self.is_object = true;
        let Some(key) = map.next_key::<Key>()? else { return Ok(false) };
        if let Some(field) = self.text_field(key) {
            *field = map.next_value()?;
            return Ok(true);
        }
        match key {
            Key::UserIdentity => self.identity = map.next_value()?,
            Key::Response => {
                self.console_login = map.next_value::<RawResponse<'_>>()?.console_login;
            }
            Key::Addendum => self.addendum_reason = map.next_value::<RawAddendum<'_>>()?.reason,
            Key::Aws => {
                let inner = map.next_value::<RawAws<'_>>()?.cloudtrail;
                self.inner = inner.map(RawValue::get).or(self.inner);
            }
            Key::Inner => self.inner = Some(map.next_value::<&RawValue>()?.get()),
            _ => {
                self.note(key);
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(true)
    }
}

/// Gives an object of only a few interesting keys its [`Fields`] and [`Deserialize`].
macro_rules! sparse_object {
    ($name:ident { $($key:literal => $field:ident = $read:expr),+ $(,)? }) => {
        impl<'de> Fields<'de> for $name<'de> {
            fn read_field<A: MapAccess<'de>>(&mut self, map: &mut A) -> Result<bool, A::Error> {
                let Some(key) = map.next_key::<Text<'de>>()? else { return Ok(false) };
                match key.as_deref() {
                    $(Some($key) => self.$field = $read(map)?,)+
                    _ => { map.next_value::<IgnoredAny>()?; }
                }
                Ok(true)
            }
        }
    };
}

fn value<'de, T: Deserialize<'de>, A: MapAccess<'de>>(map: &mut A) -> Result<T, A::Error> {
    map.next_value()
}

sparse_object!(RawIdentity {
    "type" => kind = value,
    "arn" => arn = value,
    "accountId" => account = value,
    "principalId" => principal = value,
    "userName" => user_name = value,
    "invokedBy" => invoked_by = value,
    "sessionContext" => issuer_arn = issuer_arn,
});

fn issuer_arn<'de, A: MapAccess<'de>>(map: &mut A) -> Result<Text<'de>, A::Error> {
    Ok(map.next_value::<RawSession<'_>>()?.issuer.arn)
}

#[derive(Default)]
struct RawSession<'a> {
    issuer: RawIssuer<'a>,
}
sparse_object!(RawSession { "sessionIssuer" => issuer = value });

#[derive(Default)]
struct RawIssuer<'a> {
    arn: Text<'a>,
}
sparse_object!(RawIssuer { "arn" => arn = value });

#[derive(Default)]
struct RawResponse<'a> {
    console_login: Text<'a>,
}
sparse_object!(RawResponse { "ConsoleLogin" => console_login = value });

#[derive(Default)]
struct RawAddendum<'a> {
    reason: Text<'a>,
}
sparse_object!(RawAddendum { "reason" => reason = value });

#[derive(Default)]
struct RawAws<'a> {
    cloudtrail: Option<&'a RawValue>,
}
sparse_object!(RawAws { "cloudtrail" => cloudtrail = value });

/// [`Deserialize`] by way of [`Fields`].
macro_rules! deserialize_fields {
    ($($name:ident),+) => {$(
        impl<'de> Deserialize<'de> for $name<'de> {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                read_fields(deserializer)
            }
        }
    )+};
}
deserialize_fields!(
    RawRecord,
    RawIdentity,
    RawSession,
    RawIssuer,
    RawResponse,
    RawAddendum,
    RawAws
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_repeated_keys_counts_and_wrong_types_are_absent() {
        let record: RawRecord<'_> = serde_json::from_str(
            r#"{"eventName":"A","event\u004eame":"B","userIdentity":"x","responseElements":[1],
                "awsRegion":{"a":1},"addendum":null,"recipientAccountId":123456789012}"#,
        )
        .unwrap();
        assert_eq!(record.name.as_deref(), Some("B"));
        assert_eq!(record.region.as_deref(), None);
        assert_eq!(record.account.as_deref(), Some("123456789012"));
        assert!(record.is_object);
    }

    #[test]
    fn other_values_are_no_objects() {
        for json in ["1", "-1.5", "null", "true", "\"x\"", "[{}]"] {
            assert!(!serde_json::from_str::<RawRecord<'_>>(json).unwrap().is_object, "{json}");
        }
    }

    #[test]
    fn the_session_issuer_is_found() {
        let identity: RawIdentity<'_> = serde_json::from_str(
            r#"{"type":"AssumedRole","sessionContext":{"attributes":{},"sessionIssuer":{"arn":"arn:r"}}}"#,
        )
        .unwrap();
        assert_eq!(identity.issuer_arn.as_deref(), Some("arn:r"));
    }
}
