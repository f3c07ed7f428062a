//! Who called: one name for every kind of `userIdentity`.

use std::borrow::Cow;
use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::record::RawIdentity;

/// What CloudTrail writes for the user name of a failed login that nobody has.
pub const HIDDEN_NAME: &str = "HIDDEN_DUE_TO_SECURITY_REASONS";

/// What stands before the role in the ARN of a session.
static ROLE: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new(":assumed-role/"));

/// The caller's name: ARN, else the session issuer's ARN, else the service that called, else
/// principal id, else user name, else type and account. Assumed-role sessions keep their session
/// name here; see [`fold_session`].
pub fn name<'a>(identity: &RawIdentity<'a>, account: &str) -> Cow<'a, str> {
    let known = [
        &identity.arn,
        &identity.issuer_arn,
        &identity.invoked_by,
        &identity.principal,
        &identity.user_name,
    ];
    match known.into_iter().find_map(|text| text.0.clone()) {
        Some(name) => name,
        None => Cow::Owned(format!("{}:{account}", kind(identity))),
    }
}

/// `userIdentity.type`; where absent, `AWSService` for calls by a service, else `Unknown`.
pub fn kind<'a>(identity: &RawIdentity<'a>) -> Cow<'a, str> {
    match (&identity.kind.0, &identity.invoked_by.0) {
        (Some(kind), _) => kind.clone(),
        (None, Some(_)) => Cow::Borrowed("AWSService"),
        (None, None) => Cow::Borrowed("Unknown"),
    }
}

/// The role behind an assumed-role session: `arn:aws:sts::ACCOUNT:assumed-role/ROLE` for
/// `…/ROLE/SESSION`, `AROA…` for `AROA…:SESSION`; every other name as it is.
///
/// ```
/// use trailspike::fold_session;
/// let session = "arn:aws:sts::111122223333:assumed-role/ci/build-7";
/// assert_eq!(fold_session(session), "arn:aws:sts::111122223333:assumed-role/ci");
/// ```
#[must_use]
pub fn fold_session(name: &str) -> &str {
    if let Some(at) = ROLE.find(name.as_bytes()) {
        let role = at + ROLE.needle().len();
        let length = memchr::memchr(b'/', &name.as_bytes()[role..]);
        return length.map_or(name, |length| &name[..role + length]);
    }
    match name.split_once(':') {
        Some((role, _)) if role.starts_with("AROA") => role,
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(json: &str) -> (String, String) {
        let identity: RawIdentity<'_> = serde_json::from_str(json).unwrap();
        (name(&identity, "111122223333").into_owned(), kind(&identity).into_owned())
    }

    #[test]
    fn the_best_name_in_the_record_is_taken() {
        let cases = [
            (r#"{"type":"IAMUser","arn":"arn:u","principalId":"AIDA"}"#, "arn:u", "IAMUser"),
            (
                r#"{"type":"AssumedRole","principalId":"AROA:s","sessionContext":{"sessionIssuer":{"arn":"arn:r"}}}"#,
                "arn:r",
                "AssumedRole",
            ),
            (
                r#"{"invokedBy":"ec2.amazonaws.com","accountId":"1"}"#,
                "ec2.amazonaws.com",
                "AWSService",
            ),
            (r#"{"type":"AWSAccount","principalId":"AIDA:x"}"#, "AIDA:x", "AWSAccount"),
            (r#"{"type":"IAMUser","accessKeyId":"","userName":"anaya"}"#, "anaya", "IAMUser"),
            (r#"{"type":"Root"}"#, "Root:111122223333", "Root"),
            ("null", "Unknown:111122223333", "Unknown"),
        ];
        for (json, name, kind) in cases {
            assert_eq!(of(json), (name.to_owned(), kind.to_owned()), "{json}");
        }
    }

    #[test]
    fn only_sessions_are_folded() {
        assert_eq!(
            fold_session("arn:aws:sts::1:assumed-role/r/a/b"),
            "arn:aws:sts::1:assumed-role/r"
        );
        assert_eq!(fold_session("arn:aws:sts::1:assumed-role/r"), "arn:aws:sts::1:assumed-role/r");
        assert_eq!(fold_session("AROAEXAMPLE:i-0123"), "AROAEXAMPLE");
        assert_eq!(fold_session("arn:aws:iam::1:user/a/b"), "arn:aws:iam::1:user/a/b");
        assert_eq!(fold_session("lambda.amazonaws.com"), "lambda.amazonaws.com");
        assert_eq!(
            fold_session("arn:aws:sts::1:assumed-role/é/ß"),
            "arn:aws:sts::1:assumed-role/é"
        );
    }
}
