//! Who and what took part in an insight.

/// A dimension of the events that an insight is broken down by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Attribute {
    /// `userIdentityArn`: sessions folded to their role unless asked otherwise.
    UserIdentityArn,
    /// `userAgent`, as it stands.
    UserAgent,
    /// `errorCode`, the string `null` for calls without error; call-rate insights only.
    ErrorCode,
    /// `sourceIPAddress`: an address or a service's name. Not in Amazon's records.
    SourceIpAddress,
}

impl Attribute {
    /// The name in records.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UserIdentityArn => "userIdentityArn",
            Self::UserAgent => "userAgent",
            Self::ErrorCode => "errorCode",
            Self::SourceIpAddress => "sourceIPAddress",
        }
    }
}

/// One value of an attribute and how many events had it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// The value as the log has it.
    pub value: String,
    /// Events with it.
    pub events: u64,
}

/// The top five values of one attribute in each stretch of an insight, most events first, ties by
/// value. The lists are independent of each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribution {
    /// Which dimension.
    pub attribute: Attribute,
    /// In the five minutes from the Start.
    pub onset: Vec<Share>,
    /// In the whole period.
    pub whole: Vec<Share>,
    /// In the baseline.
    pub baseline: Vec<Share>,
    /// How many different values the whole period had.
    pub distinct: usize,
    /// How many of those values the baseline had not.
    pub newcomers: usize,
}
