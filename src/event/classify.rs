//! Raw fields -> an [`Event`], something to leave alone, or a rejection.

use std::borrow::Cow;

use super::record::RawRecord;
use super::time::{TimeRange, event_minute};
use super::{Event, EventCategory, OtherKind, Rejection, identity, read_only};

/// The error code given to failed console logins, which have none of their own.
pub const FAILED_AUTHENTICATION: &str = "FailedAuthentication";

/// Where a file's name says its records come from; for records too old to say it themselves.
#[derive(Clone, Copy, Debug, Default)]
pub struct Place<'a> {
    /// Account of the S3 key.
    pub account: Option<&'a str>,
    /// Region of the S3 key.
    pub region: Option<&'a str>,
}

/// The kind of an object that is no management, data or network activity event.
pub fn other_kind(raw: &RawRecord<'_>) -> Option<OtherKind> {
    let category = raw.category.as_deref();
    let event_type = raw.event_type.as_deref();
    if raw.is_digest {
        Some(OtherKind::Digest)
    } else if raw.has_insight_details
        || category == Some("Insight")
        || event_type == Some("AwsCloudTrailInsight")
    {
        Some(OtherKind::Insight)
    } else if category == Some("Aggregated") || event_type == Some("AwsAggregatedEvent") {
        Some(OtherKind::Aggregated)
    } else if raw.source.as_deref().is_some_and(|source| source.starts_with("aws:"))
        || raw.is_notification
    {
        Some(OtherKind::Notification)
    } else {
        None
    }
}

/// Whether the object says anything that only a CloudTrail record says.
pub fn looks_like_a_record(raw: &RawRecord<'_>) -> bool {
    [&raw.version, &raw.time, &raw.name, &raw.source, &raw.id].iter().any(|text| text.0.is_some())
        || raw.identity.arn.0.is_some()
}

/// The event that the fields tell of.
pub fn event<'a>(
    raw: &RawRecord<'a>,
    place: Place<'a>,
    range: TimeRange,
) -> Result<Event<'a>, Rejection> {
    let minute = event_minute(raw.time.as_deref().ok_or(Rejection::NoTime)?, range)?;
    let category = category(raw);
    let error_code = error_code(raw);
    let event_name = raw.name.0.clone().ok_or(Rejection::NoEventName)?;
    let event_source = raw.source.0.clone().unwrap_or(Cow::Borrowed("unknown"));
    let account = raw
        .account
        .0
        .clone()
        .or_else(|| raw.identity.account.0.clone())
        .or(place.account.map(Cow::Borrowed))
        .unwrap_or(Cow::Borrowed("unknown"));
    let read_only = match raw.read_only.as_deref() {
        Some("true" | "True") => true,
        Some("false" | "False") => false,
        _ => read_only::by_verb(&event_source, &event_name),
    };
    Ok(Event {
        minute,
        identity: identity::name(&raw.identity, &account),
        identity_type: identity::kind(&raw.identity),
        account,
        region: raw
            .region
            .0
            .clone()
            .or(place.region.map(Cow::Borrowed))
            .unwrap_or(Cow::Borrowed("unknown")),
        event_source,
        event_name,
        category,
        read_only,
        error_code,
        user_agent: raw.user_agent.0.clone().unwrap_or_default(),
        source_ip: raw.source_ip.0.clone().unwrap_or_default(),
        id: raw.id.0.clone(),
        is_update: raw.addendum_reason.as_deref() == Some("UPDATED_DATA"),
    })
}

/// The category: by `eventCategory`, else `managementEvent`, else (records before 1.06) by
/// `eventType`. What none of them names is a management event, as all were at first.
fn category(raw: &RawRecord<'_>) -> EventCategory {
    let by_type = || match raw.event_type.as_deref() {
        Some("AwsVpceEvent" | "AwsVpceEvents") => EventCategory::NetworkActivity,
        _ => EventCategory::Management,
    };
    match (raw.category.as_deref(), raw.management_event.as_deref()) {
        (Some("Data"), _) => EventCategory::Data,
        (Some("NetworkActivity"), _) => EventCategory::NetworkActivity,
        (Some("Management"), _) | (_, Some("true")) => EventCategory::Management,
        (_, Some("false"))
            if raw.event_type.as_deref().is_none_or(|kind| !kind.starts_with("AwsVpce")) =>
        {
            EventCategory::Data
        }
        _ => by_type(),
    }
}

/// The error code as it stands; [`FAILED_AUTHENTICATION`] for a console login that failed, told
/// apart by its response or, where that was cut, by its message.
fn error_code<'a>(raw: &RawRecord<'a>) -> Option<Cow<'a, str>> {
    raw.error_code.0.clone().or_else(|| {
        let failed = raw.name.as_deref() == Some("ConsoleLogin")
            && (raw.console_login.as_deref() == Some("Failure")
                || (raw.console_login.0.is_none()
                    && raw.error_message.as_deref() == Some("Failed authentication")));
        failed.then_some(Cow::Borrowed(FAILED_AUTHENTICATION))
    })
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    fn read(json: &str) -> Result<Event<'_>, Rejection> {
        let range =
            TimeRange::until_a_day_after(DateTime::from_timestamp(1_795_000_000, 0).unwrap());
        event(&serde_json::from_str(json).unwrap(), Place::default(), range)
    }

    #[test]
    fn the_oldest_records_count() {
        let event = read(
            r#"{"eventVersion":"1.0","userIdentity":{"type":"IAMUser","arn":"arn:a","accountId":"1"},
                "eventTime":"2014-03-06T21:22:54Z","eventSource":"ec2.amazonaws.com",
                "eventName":"DescribeTags","awsRegion":"us-east-2"}"#,
        )
        .unwrap();
        assert_eq!(event.account, "1");
        assert_eq!(event.category, EventCategory::Management);
        assert!(event.read_only);
        assert_eq!(event.id, None);
    }

    #[test]
    fn a_failed_console_login_has_an_error_code() {
        let login = |rest: &str| {
            format!(r#"{{"eventTime":"2024-01-01T00:00:00Z","eventName":"ConsoleLogin"{rest}}}"#)
        };
        let code = |rest: &str| read(&login(rest)).unwrap().error_code.map(Cow::into_owned);
        let failed = Some(FAILED_AUTHENTICATION.to_owned());
        assert_eq!(code(r#","responseElements":{"ConsoleLogin":"Failure"}"#), failed);
        assert_eq!(
            code(r#","errorMessage":"Failed authentication","responseElements":null"#),
            failed
        );
        assert_eq!(code(r#","responseElements":{"ConsoleLogin":"Success"}"#), None);
        assert_eq!(
            code(r#","errorCode":"X","responseElements":{"ConsoleLogin":"Failure"}"#).as_deref(),
            Some("X")
        );
        // A message alone is no error.
        let other = r#"{"eventTime":"2024-01-01T00:00:00Z","eventName":"X","errorMessage":"m"}"#;
        assert_eq!(read(other).unwrap().error_code, None);
    }

    #[test]
    fn categories_are_told_apart_in_every_version() {
        let category = |rest: &str| {
            let json = format!(r#"{{"eventTime":"2024-01-01T00:00:00Z","eventName":"X"{rest}}}"#);
            read(&json).unwrap().category
        };
        assert_eq!(
            category(r#","eventCategory":"Data","managementEvent":true"#),
            EventCategory::Data
        );
        assert_eq!(
            category(r#","managementEvent":false,"eventType":"AwsApiCall""#),
            EventCategory::Data
        );
        assert_eq!(category(r#","managementEvent":"true""#), EventCategory::Management);
        assert_eq!(category(r#","eventType":"AwsVpceEvent""#), EventCategory::NetworkActivity);
        assert_eq!(
            category(r#","managementEvent":false,"eventType":"AwsVpceEvents""#),
            EventCategory::NetworkActivity
        );
        assert_eq!(category(""), EventCategory::Management);
    }

    #[test]
    fn what_lacks_a_time_or_a_name_is_rejected() {
        assert_eq!(read(r#"{"eventName":"X"}"#), Err(Rejection::NoTime));
        assert_eq!(read(r#"{"eventTime":"2024-01-01T00:00:00Z"}"#), Err(Rejection::NoEventName));
    }
}
