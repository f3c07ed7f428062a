//! The keys that CloudTrail signs with, as `aws cloudtrail list-public-keys` prints them, and as
//! CloudTrail answers.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::io;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use ring::rsa::PublicKeyComponents;
use ring::signature::RSA_PKCS1_2048_8192_SHA256;
use serde::Deserialize;

use super::key::TrailName;
use crate::cloud::{Access, CloudError, KeysAsked, Why, list_public_keys};

/// Why a file of keys is of no use.
#[derive(Debug, thiserror::Error)]
pub enum PublicKeysError {
    /// It cannot be read.
    #[error("cannot read public keys from {}", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// It holds something else.
    #[error(
        "{} is not what aws cloudtrail list-public-keys prints as JSON", .path.display()
    )]
    NotKeys {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// It holds none.
    #[error("there is no public key in {}", .0.display())]
    Empty(PathBuf),
}

/// Public keys by their fingerprints.
#[derive(Clone, Debug, Default)]
pub struct PublicKeys {
    keys: HashMap<String, Option<PublicKey>>,
    /// Regions whose keys are wanted and could not be fetched.
    not_fetched: BTreeSet<String>,
}

/// An RSA key of 2,048 to 8,192 bits; CloudTrail's have 2,048.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    modulus: Vec<u8>,
    exponent: Vec<u8>,
}

/// One of the keys as it is printed; the times of its validity are of no concern, for AWS alone has
/// the private one.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Entry {
    value: String,
    fingerprint: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct List {
    public_key_list: Vec<Entry>,
}

impl PublicKeys {
    /// Reads files, each with what was printed for one Region or, one after the other, for several.
    ///
    /// # Errors
    /// When a file cannot be read, is something else, or has no key in it.
    pub fn read(paths: &[PathBuf]) -> Result<Self, PublicKeysError> {
        let mut keys = Self::default();
        for path in paths {
            let before = keys.keys.len();
            keys.read_one(path)?;
            if keys.keys.len() == before {
                return Err(PublicKeysError::Empty(path.clone()));
            }
        }
        Ok(keys)
    }

    fn read_one(&mut self, path: &Path) -> Result<(), PublicKeysError> {
        let text = fs::read_to_string(path)
            .map_err(|source| PublicKeysError::Io { path: path.to_owned(), source })?;
        self.add(&text).map_err(|source| PublicKeysError::NotKeys { path: path.to_owned(), source })
    }

    /// Fetches keys from CloudTrail and adds them; what went wrong in some Regions, whose digests cannot
    /// be proven then.
    ///
    /// # Errors
    /// When no Region answers.
    pub fn fetch(
        &mut self,
        asked: &[KeysAsked],
        access: &Access,
    ) -> Result<Vec<CloudError>, CloudError> {
        let mut failed = Vec::new();
        for (asked, pages) in asked.iter().zip(list_public_keys(asked, access)) {
            if let Err(error) = pages.and_then(|pages| self.add_pages(&pages, asked)) {
                self.not_fetched.insert(asked.region.clone());
                failed.push(error);
            }
        }
        if failed.len() == asked.len() && !failed.is_empty() {
            return Err(failed.swap_remove(0));
        }
        Ok(failed)
    }

    fn add_pages(&mut self, pages: &[String], asked: &KeysAsked) -> Result<(), CloudError> {
        pages.iter().try_for_each(|page| self.add(page)).map_err(|error| CloudError {
            address: format!("CloudTrail in {}", asked.region),
            why: Why::Other(format!("its answer is no list of public keys: {error}")),
        })
    }

    /// A Region whose keys a trail's digests may be signed with and that could not be asked.
    pub(super) fn not_fetched<'t>(&self, trail: &'t TrailName) -> Option<&'t str> {
        let regions = [trail.region.as_str(), &trail.home_region];
        regions.into_iter().find(|region| self.not_fetched.contains(*region))
    }

    /// Adds what was printed.
    fn add(&mut self, text: &str) -> serde_json::Result<()> {
        for list in serde_json::Deserializer::from_str(text).into_iter::<List>() {
            for entry in list?.public_key_list {
                let der = BASE64_STANDARD.decode(entry.value.trim()).unwrap_or_default();
                self.keys.insert(entry.fingerprint, PublicKey::from_der(&der));
            }
        }
        Ok(())
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The key with that fingerprint; inside, `None` when what was printed is no key.
    #[must_use]
    pub fn get(&self, fingerprint: &str) -> Option<Option<&PublicKey>> {
        self.keys.get(fingerprint).map(Option::as_ref)
    }
}

impl PublicKey {
    /// An `RSAPublicKey` of PKCS #1 (RFC 8017, A.1.1) in DER, as CloudTrail prints it, or one inside
    /// X.509's `SubjectPublicKeyInfo` (RFC 5280, 4.1), as an example of its documentation has it.
    #[must_use]
    pub fn from_der(der: &[u8]) -> Option<Self> {
        let (key, []) = element(SEQUENCE, der)? else { return None };
        if let Some((_, after)) = element(SEQUENCE, key) {
            let (bits, []) = element(BIT_STRING, after)? else { return None };
            let (0, inner) = bits.split_first()? else { return None };
            let (key, []) = element(SEQUENCE, inner)? else { return None };
            return Self::from_numbers(key);
        }
        Self::from_numbers(key)
    }

    fn from_numbers(numbers: &[u8]) -> Option<Self> {
        let (modulus, rest) = element(INTEGER, numbers)?;
        let (exponent, []) = element(INTEGER, rest)? else { return None };
        // A zero before a first bit that is set keeps the number positive.
        let number = |bytes: &[u8]| bytes.strip_prefix(&[0]).unwrap_or(bytes).to_vec();
        let key = Self { modulus: number(modulus), exponent: number(exponent) };
        (MODULUS_BYTES.contains(&key.modulus.len()) && !key.exponent.is_empty()).then_some(key)
    }

    /// Whether the signature (PKCS #1 v1.5 with SHA-256) is this key's, over that message.
    #[must_use]
    pub fn has_signed(&self, message: &[u8], signature: &[u8]) -> bool {
        let key = PublicKeyComponents { n: &self.modulus, e: &self.exponent };
        key.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature).is_ok()
    }
}

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const SEQUENCE: u8 = 0x30;
/// 2,048 to 8,192 bits.
const MODULUS_BYTES: RangeInclusive<usize> = 256..=1_024;

/// What is in the DER element (X.690, 8.1) of that kind at the beginning, and what comes after it.
fn element(tag: u8, bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (&first, rest) = bytes.split_first()?;
    let (&length, rest) = rest.split_first()?;
    if first != tag {
        return None;
    }
    let (length, rest) = match length {
        0..=0x7f => (usize::from(length), rest),
        0x81 => (usize::from(*rest.first()?), rest.get(1..)?),
        0x82 => {
            let (length, rest) = rest.split_first_chunk()?;
            (usize::from(u16::from_be_bytes(*length)), rest)
        }
        _ => return None,
    };
    rest.split_at_checked(length)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn der(tag: u8, content: &[u8]) -> Vec<u8> {
        let length = u16::try_from(content.len()).unwrap().to_be_bytes();
        let length =
            if length[0] > 0 { vec![0x82, length[0], length[1]] } else { vec![0x81, length[1]] };
        [&[tag], &length[..], content].concat()
    }

    fn pkcs1() -> Vec<u8> {
        let modulus = [&[0, 0xc5], &[7; 255][..]].concat();
        der(SEQUENCE, &[der(INTEGER, &modulus), der(INTEGER, &[1, 0, 1])].concat())
    }

    #[test]
    fn keys_are_read_bare_and_wrapped() {
        let key = PublicKey::from_der(&pkcs1()).unwrap();
        assert_eq!(
            (key.modulus.len(), key.modulus[0], &key.exponent[..]),
            (256, 0xc5, &[1, 0, 1][..])
        );
        let algorithm = b"\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00";
        let bits = der(BIT_STRING, &[&[0][..], &pkcs1()].concat());
        let wrapped = der(SEQUENCE, &[&algorithm[..], &bits].concat());
        assert_eq!(PublicKey::from_der(&wrapped), Some(key));
    }

    #[test]
    fn what_is_no_key_is_none() {
        let short = der(SEQUENCE, &[der(INTEGER, &[7; 128]), der(INTEGER, &[3])].concat());
        let long = [pkcs1(), vec![0]].concat();
        for bytes in [&short[..], &long, &pkcs1()[..100], b"", b"\x30", b"\x30\x83\x01\x00\x00"] {
            assert_eq!(PublicKey::from_der(bytes), None);
        }
    }

    #[test]
    fn lists_of_several_regions_may_follow_each_other() {
        let list = |fingerprint: &str, value: &str| {
            format!(
                r#"{{"PublicKeyList":[{{"Value":"{value}","ValidityStartTime":1.5e9,"Fingerprint":"{fingerprint}"}}]}}"#
            )
        };
        let good = BASE64_STANDARD.encode(pkcs1());
        let mut keys = PublicKeys::default();
        keys.add(&[list("aa", &good), list("bb", "no base64!")].join("\n")).unwrap();
        assert!(keys.get("aa").unwrap().is_some() && keys.get("bb").unwrap().is_none());
        assert!(keys.get("cc").is_none());
        for text in ["[]", "{}", "x", r#"{"PublicKeyList":[{}]}"#] {
            assert!(PublicKeys::default().add(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_key_or_none(bytes in prop::collection::vec(any::<u8>(), 0..40), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
            let _ = PublicKey::from_der(&bytes);
            let mut key = pkcs1();
            let at = at.index(key.len());
            key[at] = byte;
            if let Some(key) = PublicKey::from_der(&key) {
                prop_assert!(!key.has_signed(b"", &bytes));
            }
        }
    }
}
