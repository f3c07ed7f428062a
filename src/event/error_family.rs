//! Error codes that mean one thing, in every spelling the services have for it.
//!
//! Spellings are those of the service API references and of CloudTrail records seen: EC2 and others
//! put `Client.` or `Server.` before a code, newer services `Exception` behind it.

/// What kind of failure an error code tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ErrorFamily {
    /// The caller may not do this.
    Denied,
    /// The caller is not who he says, or his credentials are not valid.
    FailedLogin,
    /// Too many calls.
    Throttled,
    /// Anything else.
    Other,
}

const DENIED: [&str; 7] = [
    "accessdenied",
    "unauthorizedoperation",
    "unauthorized",
    "unauthorizedaccess",
    "authfailure",
    "notauthorized",
    "forbidden",
];
const FAILED_LOGIN: [&str; 9] = [
    "failedauthentication",
    "invalidclienttokenid",
    "signaturedoesnotmatch",
    "expiredtoken",
    "unrecognizedclient",
    "invalidaccesskeyid",
    "incompletesignature",
    "missingauthenticationtoken",
    "invalididentitytoken",
];
const THROTTLED: [&str; 8] = [
    "throttling",
    "throttled",
    "throttledexception",
    "requestlimitexceeded",
    "toomanyrequests",
    "slowdown",
    "requestthrottled",
    "provisionedthroughputexceeded",
];

impl ErrorFamily {
    /// The family of an error code.
    ///
    /// ```
    /// use trailspike::ErrorFamily;
    /// assert_eq!(ErrorFamily::of("Client.UnauthorizedOperation"), ErrorFamily::Denied);
    /// assert_eq!(ErrorFamily::of("ThrottlingException"), ErrorFamily::Throttled);
    /// assert_eq!(ErrorFamily::of("NoSuchBucket"), ErrorFamily::Other);
    /// ```
    #[must_use]
    pub fn of(error_code: &str) -> Self {
        let code = error_code.rsplit('.').next().unwrap_or(error_code).to_ascii_lowercase();
        let code = code.strip_suffix("exception").or(code.strip_suffix("error")).unwrap_or(&code);
        let is = |family: &[&str]| family.contains(&code);
        if is(&DENIED) {
            Self::Denied
        } else if is(&FAILED_LOGIN) {
            Self::FailedLogin
        } else if is(&THROTTLED) {
            Self::Throttled
        } else {
            Self::Other
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
        for code in ["", ".", "NoSuchEntityException", "Exception"] {
            assert_eq!(ErrorFamily::of(code), ErrorFamily::Other, "{code}");
        }
    }
}
