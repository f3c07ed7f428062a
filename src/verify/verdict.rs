//! What is said of a file, in the words of `aws cloudtrail validate-logs` where it has words for it.

use std::fmt;

/// What is known of a digest or log file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is what CloudTrail wrote.
    Valid,
    /// It is not.
    Invalid(Fault),
    /// Nothing says that it is not, and nothing proves that it is.
    Unproven(Doubt),
}

/// Why a file is not what CloudTrail wrote.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// A digest names it, and it is not there.
    #[error("not found")]
    NotFound,
    /// No gzip, or damaged; of a digest, no JSON or not a digest's.
    #[error("invalid format")]
    Format,
    /// Bytes after the one gzip member that CloudTrail writes.
    #[error("unexpected data after end of compressed stream")]
    Trailing,
    /// Another text than the digest has the hash of.
    #[error("hash value doesn't match")]
    Hash,
    /// A digest whose signature is not of its text.
    #[error("signature verification failed")]
    Signature,
    /// A digest that says it is somewhere else.
    #[error("has been moved from its original location")]
    Moved,
    /// A digest signed by a key that is not among those given.
    #[error("public key not found in region {region} for fingerprint {fingerprint}")]
    UnknownKey {
        /// The trail's home Region.
        region: String,
        /// What the digest says of its key.
        fingerprint: Box<str>,
    },
    /// A digest whose key, among those given, is none.
    #[error("Unable to load PKCS #1 key with fingerprint {0}")]
    BadKey(Box<str>),
    /// A digest without a signature that is known, that names a digest as the one before it which
    /// comes after it.
    #[error("names a digest as its previous one that is not")]
    Loop,
    /// A log file in an hour that digests cover, which none of them mentions, or a file among digests
    /// that is none.
    #[error("not in any digest")]
    Unmentioned,
}

/// Why nothing can be said of a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Doubt {
    /// A digest of which nobody has told the signature.
    #[error("its signature is not known")]
    NoSignature,
    /// A digest, and no public keys.
    #[error("no public keys are given")]
    NoKeys,
    /// A digest whose key may be among those that could not be fetched.
    #[error("the public keys of region {0} could not be fetched")]
    KeysNotFetched(String),
    /// A log file that is as its digest says, which is not proven.
    #[error("it is as its digest says, which is not proven")]
    Digest,
    /// A log file delivered when no digest says anything.
    #[error("no digest covers the time it was delivered")]
    Uncovered,
    /// A file that cannot be read.
    #[error("{0}")]
    Unreadable(String),
}

/// As a status line ends.
impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Valid => f.write_str("valid"),
            Self::Invalid(fault) => write!(f, "INVALID: {fault}"),
            Self::Unproven(doubt) => write!(f, "NOT PROVEN: {doubt}"),
        }
    }
}

/// How many files each was said of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Valid.
    pub valid: u64,
    /// Invalid.
    pub invalid: u64,
    /// Neither is known.
    pub unproven: u64,
}

impl Count {
    /// Counts one more.
    pub fn add(&mut self, verdict: &Verdict) {
        *match verdict {
            Verdict::Valid => &mut self.valid,
            Verdict::Invalid(_) => &mut self.invalid,
            Verdict::Unproven(_) => &mut self.unproven,
        } += 1;
    }

    /// All of them.
    #[must_use]
    pub const fn all(self) -> u64 {
        self.valid + self.invalid + self.unproven
    }
}

impl std::ops::AddAssign for Count {
    fn add_assign(&mut self, other: Self) {
        self.valid += other.valid;
        self.invalid += other.invalid;
        self.unproven += other.unproven;
    }
}
