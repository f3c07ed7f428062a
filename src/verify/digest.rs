//! One digest file: what it says of itself, of the digest before it and of log files.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer};

use super::content::Hash;
use super::object::ObjectName;
use crate::hex::{bytes_of_hex, hex};

/// A digest as its text has it. None of it is proven before its signature is.
#[derive(Clone, Debug)]
pub struct Digest {
    /// Where it says it is.
    pub object: ObjectName,
    /// Of which key its signature is.
    pub fingerprint: Box<str>,
    /// Log files delivered from then on …
    pub start: DateTime<Utc>,
    /// … up to then.
    pub end: DateTime<Utc>,
    /// The same as its text has it, for that is signed.
    pub end_text: Box<str>,
    /// SHA-256 of its text.
    pub hash: Hash,
    /// The digest before it; `None` in a starting digest.
    pub previous: Option<ObjectName>,
    /// The signature of that one, in hexadecimal digits.
    pub previous_signature: Option<Box<str>>,
    /// The SHA-256 of that one's text; `None` also when it is none.
    pub previous_hash: Option<Hash>,
    /// The log files.
    pub logs: Vec<LogEntry>,
}

/// What a digest says of a log file.
#[derive(Clone, Debug)]
pub struct LogEntry {
    /// Where it is.
    pub object: ObjectName,
    /// The SHA-256 of its text; `None` when what the digest has there is none.
    pub hash: Option<Hash>,
}

/// What is no digest: no JSON, or JSON in which something is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoDigest;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Raw {
    digest_start_time: String,
    digest_end_time: String,
    #[serde(rename = "digestS3Bucket")]
    bucket: Box<str>,
    #[serde(rename = "digestS3Object")]
    key: Box<str>,
    digest_public_key_fingerprint: Box<str>,
    #[serde(rename = "previousDigestS3Bucket")]
    previous_bucket: Option<Box<str>>,
    #[serde(rename = "previousDigestS3Object")]
    previous_key: Option<Box<str>>,
    /// May be null, and must be there.
    #[serde(deserialize_with = "Option::deserialize")]
    previous_digest_signature: Option<Box<str>>,
    previous_digest_hash_value: Option<String>,
    #[serde(default, deserialize_with = "none_for_null")]
    log_files: Vec<RawLog>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawLog {
    #[serde(rename = "s3Bucket")]
    bucket: Box<str>,
    #[serde(rename = "s3Object")]
    key: Box<str>,
    hash_value: Option<String>,
}

fn none_for_null<'de, D: Deserializer<'de>>(list: D) -> Result<Vec<RawLog>, D::Error> {
    Ok(Option::deserialize(list)?.unwrap_or_default())
}

impl Digest {
    /// Reads a digest's text, whose SHA-256 is known.
    ///
    /// # Errors
    /// When it is none.
    pub fn parse(text: &[u8], hash: Hash) -> Result<Self, NoDigest> {
        let raw: Raw = serde_json::from_slice(text).map_err(|_| NoDigest)?;
        let time = |text: &str| DateTime::parse_from_rfc3339(text).map_err(|_| NoDigest);
        let previous = raw.previous_bucket.zip(raw.previous_key);
        let logs = raw.log_files.into_iter().map(|log| LogEntry {
            object: ObjectName { bucket: log.bucket, key: log.key },
            hash: log.hash_value.and_then(|hash| hash_of_hex(&hash)),
        });
        Ok(Self {
            object: ObjectName { bucket: raw.bucket, key: raw.key },
            fingerprint: raw.digest_public_key_fingerprint,
            start: time(&raw.digest_start_time)?.to_utc(),
            end: time(&raw.digest_end_time)?.to_utc(),
            end_text: raw.digest_end_time.into(),
            hash,
            previous: previous.map(|(bucket, key)| ObjectName { bucket, key }),
            previous_signature: raw.previous_digest_signature,
            previous_hash: raw.previous_digest_hash_value.and_then(|hash| hash_of_hex(&hash)),
            logs: logs.collect(),
        })
    }

    /// What is signed: the end, the place, the hash and the signature before, a line each.
    #[must_use]
    pub fn data_to_sign(&self) -> String {
        let ObjectName { bucket, key } = &self.object;
        let previous = self.previous_signature.as_deref().unwrap_or("null");
        format!("{}\n{bucket}/{key}\n{}\n{previous}", self.end_text, hex(&self.hash))
    }
}

fn hash_of_hex(digits: &str) -> Option<Hash> {
    bytes_of_hex(digits)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"{
        "awsAccountId":"111122223333","digestStartTime":"2015-08-12T03:01:31Z",
        "digestEndTime":"2015-08-12T04:01:31Z","digestS3Bucket":"bucket","digestS3Object":"key",
        "digestPublicKeyFingerprint":"aa","digestSignatureAlgorithm":"SHA256withRSA",
        "newestEventTime":null,"oldestEventTime":null,"previousDigestS3Bucket":null,
        "previousDigestS3Object":null,"previousDigestHashValue":null,
        "previousDigestHashAlgorithm":null,"previousDigestSignature":null,
        "logFiles":[{"s3Bucket":"b","s3Object":"k","hashValue":"00ff","hashAlgorithm":"SHA-256"}]}"#;

    fn parse(text: &str) -> Result<Digest, NoDigest> {
        Digest::parse(text.as_bytes(), [0xab; 32])
    }

    #[test]
    fn a_starting_digest_signs_the_word_null() {
        let digest = parse(TEXT).unwrap();
        let expected = format!("2015-08-12T04:01:31Z\nbucket/key\n{}\nnull", "ab".repeat(32));
        assert_eq!(digest.data_to_sign(), expected);
        assert!(digest.previous.is_none());
        // As one that was published: too short to be a hash.
        assert_eq!(digest.logs[0].hash, None);
    }

    #[test]
    fn lists_may_be_null_and_signatures_must_be_there() {
        let logs = TEXT.find("[{").unwrap();
        for list in ["null", "[]"] {
            assert_eq!(parse(&format!("{}{list}}}", &TEXT[..logs])).unwrap().logs.len(), 0);
        }
        let without = TEXT.replace("\"previousDigestSignature\":null,", "");
        assert_eq!(parse(&without).unwrap_err(), NoDigest);
        for name in ["digestEndTime", "digestS3Object", "digestPublicKeyFingerprint", "s3Object"] {
            assert_eq!(parse(&TEXT.replace(name, "other")).unwrap_err(), NoDigest, "{name}");
        }
        for text in ["", "null", "[]", "{}", "\u{feff}{}", &TEXT[..TEXT.len() - 1]] {
            assert_eq!(parse(text).unwrap_err(), NoDigest);
        }
        assert_eq!(parse(&TEXT.replace("2015-08-12T03:01:31Z", "long ago")).unwrap_err(), NoDigest);
    }
}
