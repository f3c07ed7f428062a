//! What goes wrong with object stores, and what to do about it.

use std::io;

/// Something that could not be read or written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{address}: {why}")]
pub struct CloudError {
    /// Where it is.
    pub address: String,
    /// What went wrong.
    pub why: Why,
}

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// This program was built without the network.
    #[error("this build reads no object stores; build it with the cargo feature `cloud`")]
    NotBuilt,
    /// The address is none.
    #[error("this is no address of an object store: {0}")]
    BadAddress(String),
    /// Nobody says who we are.
    #[error(
        "there are no AWS credentials ({said}); {}, or give --no-sign-request for a public bucket",
        log_in(.profile.as_deref())
    )]
    NoCredentials {
        /// The profile asked for.
        profile: Option<String>,
        /// What the credential chain says.
        said: String,
    },
    /// The credentials were good once.
    #[error("the AWS credentials have expired; {}", log_in(.profile.as_deref()))]
    Expired {
        /// The profile asked for.
        profile: Option<String>,
    },
    /// The store does not know the credentials.
    #[error("the store does not accept these credentials ({0})")]
    BadCredentials(String),
    /// We may not.
    #[error("access denied: {0}")]
    Denied(String),
    /// We may not use the key that the object is encrypted with.
    #[error("cannot be decrypted with its KMS key (kms:Decrypt is needed on it): {0}")]
    Key(String),
    /// Nobody can use that key: it is disabled, to be deleted or gone.
    #[error("cannot be decrypted, for its KMS key cannot be used: {0}")]
    DeadKey(String),
    /// No such bucket.
    #[error("there is no such bucket")]
    NoBucket,
    /// No such object, and nothing below it.
    #[error("there is nothing here")]
    Missing,
    /// The bucket is in another Region.
    #[error("the bucket is in another Region{}; give --region-endpoint REGION", at(.0.as_deref()))]
    OtherRegion(Option<String>),
    /// The object is in an archive.
    #[error("it is archived (storage class Glacier or the like) and must be restored first")]
    Archived,
    /// The store asks for less.
    #[error("the store says it is asked too much, after many tries: {0}")]
    Throttled(String),
    /// It was written by another meanwhile, or is there when it must not be.
    #[error("somebody else wrote it meanwhile")]
    Changed,
    /// The store cannot be reached or says something else.
    #[error("{0}")]
    Other(String),
}

impl Why {
    /// Whether everything else that is asked would fail like this.
    #[must_use]
    pub const fn is_about_everything(&self) -> bool {
        matches!(
            self,
            Self::NotBuilt
                | Self::NoCredentials { .. }
                | Self::Expired { .. }
                | Self::BadCredentials(_)
                | Self::NoBucket
                | Self::OtherRegion(_)
        )
    }
}

impl From<Why> for io::Error {
    fn from(why: Why) -> Self {
        let kind = match why {
            Why::Missing | Why::NoBucket => io::ErrorKind::NotFound,
            Why::Denied(_) => io::ErrorKind::PermissionDenied,
            _ => io::ErrorKind::Other,
        };
        Self::new(kind, why)
    }
}

fn log_in(profile: Option<&str>) -> String {
    let flag = profile.map(|name| format!(" --profile {name}")).unwrap_or_default();
    format!("run `aws sso login{flag}` or `aws configure{flag}`, or set AWS_PROFILE")
}

fn at(region: Option<&str>) -> String {
    region.map(|region| format!(", {region}")).unwrap_or_default()
}

/// What a store's answer says. Errors of S3 and Azure are XML with a code and a message.
#[cfg(feature = "cloud")]
pub(super) fn why(error: &object_store::Error, profile: Option<&str>) -> Why {
    use object_store::Error;
    if let Some(said) = super::credentials::no_credentials(error) {
        return Why::NoCredentials { profile: profile.map(str::to_owned), said };
    }
    let text = chain(error);
    let code = tag(&text, "Code").unwrap_or_default();
    let message = || tag(&text, "Message").unwrap_or(&text).to_owned();
    if let Some(why) = of_code(code, &message(), profile) {
        return why;
    }
    match code {
        "NoSuchBucket" => return Why::NoBucket,
        "PermanentRedirect"
        | "AuthorizationHeaderMalformed"
        | "IllegalLocationConstraintException"
        | "TemporaryRedirect" => {
            return Why::OtherRegion(tag(&text, "Region").map(str::to_owned));
        }
        "InvalidObjectState" => return Why::Archived,
        _ => {}
    }
    if text.contains("Received redirect without LOCATION") {
        return Why::OtherRegion(None);
    }
    match error {
        Error::NotFound { .. } => Why::Missing,
        Error::AlreadyExists { .. } | Error::Precondition { .. } => Why::Changed,
        Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => Why::Denied(message()),
        _ if text.contains("status code: 403") || text.contains("status code: 401") => {
            Why::Denied(message())
        }
        _ => Why::Other(if code.is_empty() { text } else { format!("{code}: {}", message()) }),
    }
}

/// What the codes say that all services of AWS have.
#[cfg(feature = "cloud")]
pub(super) fn of_code(code: &str, message: &str, profile: Option<&str>) -> Option<Why> {
    Some(match code {
        "ExpiredToken" | "TokenRefreshRequired" | "RequestExpired" | "ExpiredTokenException" => {
            Why::Expired { profile: profile.map(str::to_owned) }
        }
        "InvalidAccessKeyId"
        | "SignatureDoesNotMatch"
        | "InvalidToken"
        | "InvalidClientTokenId"
        | "InvalidSignatureException"
        | "IncompleteSignatureException"
        | "IncompleteSignature"
        | "MissingAuthenticationTokenException"
        | "MissingAuthenticationToken"
        | "UnrecognizedClientException" => Why::BadCredentials(format!("{code}: {message}")),
        "SlowDown"
        | "ServiceUnavailable"
        | "ThrottlingException"
        | "TooManyRequests"
        | "TooManyRequestsException"
        | "Throttling"
        | "RequestLimitExceeded"
        | "KMS.ThrottlingException" => Why::Throttled(message.to_owned()),
        // S3 passes on what KMS says, in either of two forms.
        "AccessDenied" | "KMS.AccessDeniedException"
            if message.contains("kms:") || message.contains("customer master key") =>
        {
            Why::Key(message.to_owned())
        }
        "KMS.AccessDeniedException" => Why::Key(message.to_owned()),
        "AccessDeniedException" | "OptInRequired" => Why::Denied(message.to_owned()),
        _ if code.starts_with("KMS.") || code.starts_with("KMSInvalid") => {
            Why::DeadKey(format!("{code}: {message}"))
        }
        _ => return None,
    })
}

/// What an error and its causes say, each once.
#[cfg(feature = "cloud")]
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let said = error.to_string();
        if !text.contains(&said) {
            text.push_str(": ");
            text.push_str(&said);
        }
        cause = error.source();
    }
    text
}

/// What stands in an XML element.
#[cfg(feature = "cloud")]
fn tag<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let start = text.find(&format!("<{name}>"))? + name.len() + 2;
    let rest = text.get(start..)?;
    rest.get(..rest.find("</")?).map(str::trim).filter(|text| !text.is_empty())
}
