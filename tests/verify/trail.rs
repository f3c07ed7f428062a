//! Trails with log file validation: log files and signed digests, laid out as CloudTrail lays them out.

use std::collections::BTreeMap;
use std::fmt::Write;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use ring::rand::SystemRandom;
use ring::signature::{KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::logs::{Folder, Run, document, gzip, program, record};

pub const ACCOUNT: &str = "111122223333";
pub const REGION: &str = "us-east-1";

/// A key that signs, and its fingerprint.
pub struct Key {
    pub pair: RsaKeyPair,
    pub fingerprint: &'static str,
}

impl Key {
    /// The key that the bucket's owner knows.
    pub fn known() -> Self {
        Self::of(include_str!("test-key-1.pem"), "00112233445566778899aabbccddeeff")
    }

    /// Another.
    pub fn unknown() -> Self {
        Self::of(include_str!("test-key-2.pem"), "ffeeddccbbaa99887766554433221100")
    }

    fn of(pem: &str, fingerprint: &'static str) -> Self {
        let text = pem.lines().skip_while(|line| !line.starts_with("-----"));
        let base64: String = text.filter(|line| !line.starts_with("-----")).collect();
        let der = BASE64_STANDARD.decode(base64).unwrap();
        Self { pair: RsaKeyPair::from_pkcs8(&der).unwrap(), fingerprint }
    }

    /// As `aws cloudtrail list-public-keys` prints it.
    pub fn printed(&self) -> String {
        let value = BASE64_STANDARD.encode(self.pair.public_key().as_ref());
        json!({"PublicKeyList": [{
            "Value": value,
            "ValidityStartTime": "2026-02-01T00:00:00+00:00",
            "ValidityEndTime": "2026-04-01T00:00:00+00:00",
            "Fingerprint": self.fingerprint,
        }]})
        .to_string()
    }

    fn sign(&self, data: &str) -> String {
        let mut signature = vec![0; self.pair.public().modulus_len()];
        let random = SystemRandom::new();
        self.pair.sign(&RSA_PKCS1_SHA256, &random, data.as_bytes(), &mut signature).unwrap();
        hex(&signature)
    }
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

pub fn sha256(text: impl AsRef<[u8]>) -> String {
    hex(&Sha256::digest(text))
}

/// What is in a bucket.
#[derive(Clone, Default)]
pub struct Bucket {
    pub objects: BTreeMap<String, Vec<u8>>,
    /// `x-amz-meta-signature` of digests.
    pub signatures: BTreeMap<String, String>,
}

/// A trail that writes into a bucket.
#[derive(Clone, Copy)]
pub struct Trail<'k> {
    pub key: &'k Key,
    pub bucket: &'static str,
    pub prefix: &'static str,
    /// `o-…/` or nothing.
    pub organization: &'static str,
    pub account: &'static str,
    pub region: &'static str,
    pub name: &'static str,
    pub home: &'static str,
    /// `backfill` or nothing.
    pub kind: &'static str,
    /// The hour of the first digest, of those since 2026-03-02T00:00:00Z.
    pub first: i64,
}

impl<'k> Trail<'k> {
    pub fn new(key: &'k Key) -> Self {
        Self {
            key,
            bucket: "trail-bucket",
            prefix: "",
            organization: "",
            account: ACCOUNT,
            region: REGION,
            name: "my_trail",
            home: REGION,
            kind: "",
            first: 0,
        }
    }

    /// The key of the digest of that hour.
    pub fn digest_key(&self, hour: i64) -> String {
        let Self { prefix, organization, account, region, name, home, .. } = self;
        let end = time(hour + 1).format("%Y%m%dT%H%M%SZ");
        let (day, kind) = (time(hour + 1).format("%Y/%m/%d"), self.kind);
        let kind = if kind.is_empty() { String::new() } else { format!("_{kind}") };
        format!(
            "{prefix}AWSLogs/{organization}{account}/CloudTrail-Digest/{region}/{day}/\
             {account}_CloudTrail-Digest_{region}_{name}_{home}_{end}{kind}.json.gz"
        )
    }

    /// The key of a log file of that hour.
    pub fn log_key(&self, hour: i64, index: i64) -> String {
        let Self { prefix, organization, account, region, .. } = self;
        let delivered = time(hour) + chrono::Duration::minutes(5 + 5 * index);
        let (day, time) = (delivered.format("%Y/%m/%d"), delivered.format("%Y%m%dT%H%MZ"));
        let kind = if self.kind.is_empty() { 'L' } else { 'B' };
        format!(
            "{prefix}AWSLogs/{organization}{account}/CloudTrail/{region}/{day}/\
             {account}_CloudTrail_{region}_{time}_{kind}{hour:07}{index:08}.json.gz"
        )
    }

    /// Writes log files and a digest for each hour, with so many log files.
    pub fn write(&self, log_files: &[i64], bucket: &mut Bucket) {
        let mut previous = None;
        for (hour, &number) in (self.first..).zip(log_files) {
            let logs: Vec<Value> =
                (0..number).map(|index| self.write_log(hour, index, bucket)).collect();
            previous = Some(self.write_digest(hour, &logs, previous.as_ref(), bucket));
        }
    }

    pub fn write_log(&self, hour: i64, index: i64, bucket: &mut Bucket) -> Value {
        let key = self.log_key(hour, index);
        let id = u64::try_from(hour * 100 + index).unwrap();
        let text = document(&[record(id, hour * 3_600 + index), record(id + 50, hour * 3_600)]);
        bucket.objects.insert(key.clone(), gzip(&text));
        json!({
            "s3Bucket": self.bucket, "s3Object": key,
            "hashValue": sha256(text), "hashAlgorithm": "SHA-256",
            "newestEventTime": "2026-03-02T00:00:00Z", "oldestEventTime": "2026-03-02T00:00:00Z",
        })
    }

    /// The key, hash and signature of the digest written.
    pub fn write_digest(
        &self,
        hour: i64,
        logs: &[Value],
        previous: Option<&(String, String, String)>,
        bucket: &mut Bucket,
    ) -> (String, String, String) {
        let key = self.digest_key(hour);
        let end = time(hour + 1).format("%Y-%m-%dT%H:%M:%SZ").to_string();
        let text = json!({
            "awsAccountId": self.account,
            "digestStartTime": time(hour).format("%Y-%m-%dT%H:%M:%SZ").to_string(),
            "digestEndTime": end,
            "digestS3Bucket": self.bucket,
            "digestS3Object": key,
            "digestPublicKeyFingerprint": self.key.fingerprint,
            "digestSignatureAlgorithm": "SHA256withRSA",
            "newestEventTime": null,
            "oldestEventTime": null,
            "previousDigestS3Bucket": previous.map(|_| self.bucket),
            "previousDigestS3Object": previous.map(|(key, ..)| key),
            "previousDigestHashValue": previous.map(|(_, hash, _)| hash),
            "previousDigestHashAlgorithm": previous.map(|_| "SHA-256"),
            "previousDigestSignature": previous.map(|(.., signature)| signature),
            "logFiles": logs,
        })
        .to_string();
        let before = previous.map_or("null", |(.., signature)| signature);
        let data = format!("{end}\n{}/{key}\n{}\n{before}", self.bucket, sha256(&text));
        let signature = self.key.sign(&data);
        bucket.objects.insert(key.clone(), gzip(&text));
        bucket.signatures.insert(key.clone(), signature.clone());
        (key, sha256(text), signature)
    }
}

/// The start of that hour's digest; they do not begin with the hour.
fn time(hour: i64) -> chrono::DateTime<chrono::Utc> {
    chrono::DateTime::from_timestamp(1_772_409_600 + hour * 3_600 + 12, 0).unwrap()
}

/// What a download leaves behind of what S3 knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metadata {
    Kept,
    Lost,
}

impl Bucket {
    /// Six hours: two log files, none, one, three, one, two.
    pub fn six_hours(key: &Key) -> Self {
        let mut bucket = Self::default();
        Trail::new(key).write(&[2, 0, 1, 3, 1, 2], &mut bucket);
        bucket
    }

    /// Downloads it.
    pub fn download(&self, folder: &Folder, metadata: Metadata) {
        for (key, bytes) in &self.objects {
            folder.write(key, bytes);
            if let (Metadata::Kept, Some(signature)) = (metadata, self.signatures.get(key)) {
                let head = json!({"Metadata": {
                    "signature": signature, "signature-algorithm": "SHA256withRSA",
                }});
                folder.write(&format!("{key}.metadata.json"), head.to_string());
            }
        }
    }

    /// What `trailspike verify` says of a copy, with the known key.
    pub fn verify(&self, metadata: Metadata, flags: &[&str]) -> Run {
        let folder = Folder::new();
        folder.write("keys.json", Key::known().printed());
        self.download(&folder, metadata);
        let mut command = program();
        command.current_dir(folder.path());
        Run::of(command.args(["verify", ".", "--public-keys", "keys.json"]).args(flags))
    }

    pub fn object(&mut self, key: &str) -> &mut Vec<u8> {
        self.objects.get_mut(key).unwrap_or_else(|| panic!("no {key}"))
    }
}

impl Run {
    /// The status lines of files that are not valid: what comes after the names of bucket or file's
    /// folders.
    pub fn statuses(&self) -> Vec<String> {
        let lines =
            self.out.lines().filter(|line| line.contains('\t') && !line.ends_with("\tvalid"));
        lines
            .map(|line| {
                let parts: Vec<&str> = line.split('\t').collect();
                let name = parts[1].rsplit('/').next().unwrap();
                format!("{} {name} {}", parts[0], parts[2])
            })
            .collect()
    }

    /// The lines of the summary that count.
    pub fn counts(&self) -> Vec<&str> {
        self.out.lines().filter(|line| line.contains(" files valid")).collect()
    }
}
