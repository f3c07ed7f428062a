//! What a path says in the layout that CloudTrail uses in S3:
//! `AWSLogs/[o-…/]ACCOUNT/CloudTrail/REGION/YYYY/MM/DD/ACCOUNT_CloudTrail_REGION_YYYYMMDDTHHmmZ_….json.gz`.

use std::path::Path;

use chrono::NaiveDateTime;

use crate::minute::Minute;

/// What is known of a file from its path alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogKey {
    /// The account whose log it is.
    pub account: Option<String>,
    /// The Region of its events.
    pub region: Option<String>,
    /// When it was delivered; its events are older, by minutes as a rule.
    pub delivered: Option<Minute>,
}

impl LogKey {
    /// Reads the file name, and the folders where the name has been changed.
    #[must_use]
    pub fn of(path: &Path) -> Self {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        Self::of_name(name).or_else(|| Self::of_folders(path)).unwrap_or_default()
    }

    fn of_name(name: &str) -> Option<Self> {
        let mut parts = name.split('_');
        let (account, kind, region) = (parts.next()?, parts.next()?, parts.next()?);
        if !is_account(account) || !kind.starts_with("CloudTrail") {
            return None;
        }
        // Digest names have the trail's name before the time, and seconds in it.
        let delivered = parts.find_map(|part| {
            let time = |length: usize, format| {
                NaiveDateTime::parse_from_str(part.get(..length)?, format).ok()
            };
            time(14, "%Y%m%dT%H%MZ").or_else(|| time(16, "%Y%m%dT%H%M%SZ"))
        });
        Some(Self {
            account: Some(account.to_owned()),
            region: Some(region.to_owned()),
            delivered: delivered
                .and_then(|time| Minute::from_unix_seconds(time.and_utc().timestamp())),
        })
    }

    fn of_folders(path: &Path) -> Option<Self> {
        let folders: Vec<&str> = path.iter().filter_map(|part| part.to_str()).collect();
        let kind = folders.iter().rposition(|part| part.starts_with("CloudTrail"))?;
        let account = folders[..kind].last().filter(|part| is_account(part))?;
        let date = folders.get(kind + 2..kind + 5).map(|parts| parts.join("-"));
        let day = date.and_then(|date| chrono::NaiveDate::parse_from_str(&date, "%Y-%m-%d").ok());
        let midnight = day.and_then(|day| day.and_hms_opt(0, 0, 0));
        Some(Self {
            account: Some((*account).to_owned()),
            region: folders.get(kind + 1).map(|region| (*region).to_owned()),
            delivered: midnight
                .and_then(|time| Minute::from_unix_seconds(time.and_utc().timestamp())),
        })
    }
}

/// Whether a part of a path is an account's number.
pub fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(path: &str) -> (Option<String>, Option<String>, Option<String>) {
        let key = LogKey::of(Path::new(path));
        (key.account, key.region, key.delivered.map(|minute| minute.to_string()))
    }

    #[test]
    fn names_and_folders_are_read() {
        let full = |time: &str| {
            (Some("111122223333".into()), Some("us-east-1".into()), Some(time.to_owned()))
        };
        let name = "111122223333_CloudTrail_us-east-1_20260302T0905Z_AbCdEfGhIjKlMnOp.json.gz";
        assert_eq!(key(&format!("somewhere/{name}")), full("2026-03-02T09:05:00Z"));
        assert_eq!(
            key("AWSLogs/o-x/111122223333/CloudTrail/us-east-1/2026/03/02/renamed.json.gz"),
            full("2026-03-02T00:00:00Z")
        );
        assert_eq!(
            key(
                "111122223333_CloudTrail-Digest_us-east-1_trail_us-east-1_20260302T090512Z.json.gz"
            ),
            full("2026-03-02T09:05:00Z")
        );
        assert_eq!(key("export.json"), (None, None, None));
        assert_eq!(key("a_b_c_20260302T0905Z.json"), (None, None, None));
    }

    #[test]
    fn hostile_names_are_no_keys() {
        for path in ["111122223333_CloudTrail_é_é€é€é€é€é€", "111122223333_CloudTrail", "_", ""]
        {
            let _ = key(path);
        }
    }
}
