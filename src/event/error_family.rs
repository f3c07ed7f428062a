//! Error codes that mean one thing, in every spelling the services have for it.
//!
//! Sources: the common errors of the AWS API references, the error code tables of EC2, S3, IAM and
//! STS, and the codes in published CloudTrail records. EC2 and others put `Client.` or `Server.`
//! before a code and its subject before a dot (`InvalidInstanceID.NotFound`); newer services put
//! `Exception` behind it, some `Error` or `Fault`.

/// What kind of failure an error code tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ErrorFamily {
    /// The caller may not do this.
    Denied,
    /// The caller is not who he says, or his credentials are not valid.
    FailedLogin,
    /// Too many calls.
    Throttled,
    /// What is asked for does not exist.
    NotFound,
    /// The state of what is asked for does not allow it.
    Conflict,
    /// The request cannot be understood.
    InvalidRequest,
    /// AWS failed.
    ServerFault,
    /// Anything else.
    Other,
}

/// How a code is recognised, in lower case and without what is put before or behind it.
#[derive(Clone, Copy)]
enum Spelling {
    Is(&'static str),
    Begins(&'static str),
    Ends(&'static str),
}

use ErrorFamily::{
    Conflict, Denied, FailedLogin, InvalidRequest, NotFound, ServerFault, Throttled,
};
use Spelling::{Begins, Ends, Is};

/// The first line that fits counts.
const TABLE: &[(ErrorFamily, &[Spelling])] = &[
    (
        Denied,
        &[
            Begins("accessdenied"),
            Begins("notauthorized"),
            Begins("unauthorized"),
            Is("authfailure"),
            Is("forbidden"),
            Is("optinrequired"),
            Is("kmsaccessdenied"),
        ],
    ),
    (
        FailedLogin,
        &[
            Is("failedauthentication"),
            Is("invalidclienttokenid"),
            Is("signaturedoesnotmatch"),
            Begins("expiredtoken"),
            Is("unrecognizedclient"),
            Is("invalidaccesskeyid"),
            Is("incompletesignature"),
            Is("missingauthenticationtoken"),
            Is("invalididentitytoken"),
        ],
    ),
    (
        Throttled,
        &[
            Begins("throttl"),
            Ends("throttled"),
            Is("requestlimitexceeded"),
            Begins("toomanyrequests"),
            Is("slowdown"),
            Is("provisionedthroughputexceeded"),
            Is("bandwidthlimitexceeded"),
            Is("priorrequestnotcomplete"),
        ],
    ),
    (NotFound, &[Begins("nosuch"), Ends("notfound"), Ends("notfoundfault"), Ends("doesnotexist")]),
    (
        Conflict,
        &[
            Ends("alreadyexists"),
            Ends("alreadyexistsfault"),
            Ends("alreadyownedbyyou"),
            Ends("conflict"),
            Ends("inuse"),
            Begins("incorrect"),
            Begins("duplicate"),
            Ends("duplicate"),
            Begins("concurrent"),
            Begins("invalidstate"),
            Ends("statefault"),
            Is("dependencyviolation"),
            Is("operationaborted"),
            Is("preconditionfailed"),
            Is("conditionalcheckfailed"),
            Is("restorealreadyinprogress"),
        ],
    ),
    (
        ServerFault,
        &[
            Begins("internal"),
            Ends("unavailable"),
            Is("serverinternal"),
            Is("servicefailure"),
            Is("requesttimeout"),
        ],
    ),
    (
        InvalidRequest,
        &[
            Begins("invalid"),
            Begins("malformed"),
            Begins("missing"),
            Begins("unknown"),
            Begins("unsupported"),
            Ends("validation"),
            Is("badrequest"),
            Is("serialization"),
            Is("dryrunoperation"),
        ],
    ),
];

impl Spelling {
    fn fits(self, code: &str) -> bool {
        match self {
            Is(all) => code == all,
            Begins(with) => code.starts_with(with),
            Ends(with) => code.ends_with(with),
        }
    }
}

impl ErrorFamily {
    /// The family of an error code.
    ///
    /// ```
    /// use trailspike::ErrorFamily;
    /// assert_eq!(ErrorFamily::of("Client.UnauthorizedOperation"), ErrorFamily::Denied);
    /// assert_eq!(ErrorFamily::of("ThrottlingException"), ErrorFamily::Throttled);
    /// assert_eq!(ErrorFamily::of("NoSuchBucket"), ErrorFamily::NotFound);
    /// assert_eq!(ErrorFamily::of("LimitExceeded"), ErrorFamily::Other);
    /// ```
    #[must_use]
    pub fn of(error_code: &str) -> Self {
        let whole = error_code.to_ascii_lowercase();
        let server = whole.strip_prefix("server.");
        let code = server.or(whole.strip_prefix("client.")).unwrap_or(&whole);
        let plain = code.strip_suffix("exception").or(code.strip_suffix("error"));
        let plain = plain.unwrap_or(code);
        // What stands before a dot is the subject, unless it says all by itself.
        let last = plain.rsplit('.').next().unwrap_or(plain);
        let family = |code: &str| {
            let fits = |(_, spellings): &&(Self, &[Spelling])| {
                spellings.iter().any(|spelling| spelling.fits(code))
            };
            TABLE.iter().find(fits).map(|(family, _)| *family)
        };
        let known = family(last).or_else(|| family(plain));
        known.unwrap_or(if server.is_some() { Self::ServerFault } else { Self::Other })
    }

    /// Its name in tables.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Denied => "denied",
            FailedLogin => "failed login",
            Throttled => "throttled",
            NotFound => "not found",
            Conflict => "conflict",
            InvalidRequest => "invalid request",
            ServerFault => "server fault",
            Self::Other => "other",
        }
    }

    /// Whether the caller was turned away for who he is.
    #[must_use]
    pub const fn is_refusal(self) -> bool {
        matches!(self, Self::Denied | Self::FailedLogin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_is_known() {
        for code in [
            "AccessDenied",
            "AccessDeniedException",
            "UnauthorizedOperation",
            "AuthFailure",
            "Client.UnauthorizedOperation",
            "UnauthorizedException",
            "NotAuthorizedException",
        ] {
            assert_eq!(ErrorFamily::of(code), ErrorFamily::Denied, "{code}");
        }
        for code in ["FailedAuthentication", "ExpiredTokenException", "UnrecognizedClientException"]
        {
            assert_eq!(ErrorFamily::of(code), ErrorFamily::FailedLogin, "{code}");
        }
        for code in ["Client.RequestLimitExceeded", "TooManyRequestsException", "SlowDown"] {
            assert_eq!(ErrorFamily::of(code), ErrorFamily::Throttled, "{code}");
        }
        for (family, codes) in [
            (
                ErrorFamily::NotFound,
                [
                    "NoSuchEntityException",
                    "Client.InvalidInstanceID.NotFound",
                    "ResourceNotFoundException",
                ],
            ),
            (
                ErrorFamily::Conflict,
                [
                    "BucketAlreadyExists",
                    "Client.InvalidPermission.Duplicate",
                    "ResourceInUseException",
                ],
            ),
            (
                ErrorFamily::InvalidRequest,
                ["ValidationException", "Client.InvalidParameterValue", "MalformedPolicyDocument"],
            ),
            (
                ErrorFamily::ServerFault,
                ["InternalFailure", "Server.InsufficientInstanceCapacity", "ServiceUnavailable"],
            ),
            (ErrorFamily::Other, ["", "Exception", "Client.InstanceLimitExceeded"]),
        ] {
            for code in codes {
                assert_eq!(ErrorFamily::of(code), family, "{code}");
            }
        }
        assert_eq!(ErrorFamily::of("."), ErrorFamily::Other);
    }
}
