//! What digests are verified with.

use std::path::PathBuf;

use anyhow::{Context as _, anyhow};
use chrono::Utc;
use clap::{Args, ValueEnum};
use trailspike::cloud::{Access, Address, CloudError, Scheme};
use trailspike::input::{Discovery, Limits};
use trailspike::verify::{GivenSignature, PublicKeys, PublicKeysError, VerifyOptions, keys_needed};

use crate::cli::Failure;

#[derive(Args)]
#[command(next_help_heading = "Verification")]
pub struct ValidationArgs {
    /// CloudTrail's public keys: what `aws cloudtrail list-public-keys` prints as JSON, for each
    /// Region (repeatable)
    #[arg(long, value_name = "FILE")]
    public_keys: Vec<PathBuf>,
    /// Fetch the public keys from CloudTrail, for the times and Regions of the digests
    #[arg(
        long,
        value_enum,
        ignore_case = true,
        value_name = "WHEN",
        num_args = 0..=1,
        require_equals = true,
        default_value_t = Fetch::Auto,
        default_missing_value = "always"
    )]
    fetch_keys: Fetch,
    /// The signature that S3 has in the metadata of the newest digest, in hexadecimal digits; of
    /// several digests, with the key or file name of each (repeatable)
    #[arg(long, value_name = "[KEY=]HEX", value_parser = signature)]
    signature: Vec<GivenSignature>,
    /// The bucket that the files are from [default: what the newest digest says]
    #[arg(long, visible_alias = "s3-bucket", value_name = "NAME")]
    bucket: Option<String>,
}

/// When keys are fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Fetch {
    /// When none are given and an input is in Amazon S3
    Auto,
    /// Whatever the inputs are
    Always,
    /// Not at all
    Never,
}

impl ValidationArgs {
    /// Whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        self.public_keys.is_empty()
            && self.fetch_keys == Fetch::Auto
            && self.signature.is_empty()
            && self.bucket.is_none()
    }

    /// Adds the keys that are to be fetched for these files; of which Regions there are none is told.
    pub fn fetch_keys(
        &self,
        inputs: &[PathBuf],
        files: &Discovery,
        access: &Access,
        options: &mut VerifyOptions,
    ) -> Result<Vec<CloudError>, Failure> {
        let is_wanted = match self.fetch_keys {
            Fetch::Never => false,
            Fetch::Always if access.anonymous => {
                let error = anyhow!("--fetch-keys asks CloudTrail, which wants signed requests");
                return Err(Failure::wrong_use(error));
            }
            Fetch::Always => true,
            Fetch::Auto => self.public_keys.is_empty() && are_in_amazon_s3(inputs, access),
        };
        if !is_wanted {
            return Ok(Vec::new());
        }
        let asked = keys_needed(&files.files, options, Utc::now());
        if asked.is_empty() {
            return Ok(Vec::new());
        }
        let fetched = options.keys.get_or_insert_default().fetch(&asked, access);
        fetched.context(CANNOT_FETCH).map_err(Failure::bad_input)
    }

    /// What is chosen, for all trails and times.
    pub fn options(&self, limits: Limits) -> Result<VerifyOptions, PublicKeysError> {
        let has_keys = !self.public_keys.is_empty();
        let keys = has_keys.then(|| PublicKeys::read(&self.public_keys)).transpose()?;
        let bucket = self.bucket.as_deref().map(Into::into);
        let signatures = self.signature.clone();
        Ok(VerifyOptions { keys, bucket, signatures, limits, ..VerifyOptions::default() })
    }
}

const CANNOT_FETCH: &str = "cannot fetch CloudTrail's public keys, for which \
    cloudtrail:ListPublicKeys is needed; give --public-keys FILE, or --fetch-keys=never";

/// Whether an input is in a bucket that is Amazon's as far as anybody says, and is ours to ask about.
fn are_in_amazon_s3(inputs: &[PathBuf], access: &Access) -> bool {
    let is_s3 =
        |input: &PathBuf| Address::of(input).is_some_and(|address| address.scheme == Scheme::S3);
    let is_elsewhere = access.endpoint.is_some()
        || std::env::var_os("AWS_ENDPOINT_URL_S3").is_some_and(|url| !url.is_empty());
    !access.anonymous && !is_elsewhere && inputs.iter().any(is_s3)
}

/// A key may have any character in it, digits have no `=`.
fn signature(text: &str) -> Result<GivenSignature, String> {
    let (digest, digits) = match text.rsplit_once('=') {
        Some((key, digits)) => (Some(key.to_owned()), digits),
        None => (None, text),
    };
    let is_hex = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_hex {
        return Err("not hexadecimal digits".to_owned());
    }
    Ok(GivenSignature { digest, signature: digits.to_owned() })
}
