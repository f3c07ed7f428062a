//! What digests are verified with.

use std::path::PathBuf;

use clap::Args;
use trailspike::input::Limits;
use trailspike::verify::{GivenSignature, PublicKeys, PublicKeysError, VerifyOptions};

#[derive(Args)]
#[command(next_help_heading = "Verification")]
pub struct ValidationArgs {
    /// CloudTrail's public keys: what `aws cloudtrail list-public-keys` prints as JSON, for each
    /// Region (repeatable)
    #[arg(long, value_name = "FILE")]
    public_keys: Vec<PathBuf>,
    /// The signature that S3 has in the metadata of the newest digest, in hexadecimal digits; of
    /// several digests, with the key or file name of each (repeatable)
    #[arg(long, value_name = "[KEY=]HEX", value_parser = signature)]
    signature: Vec<GivenSignature>,
    /// The bucket that the files are from [default: what the newest digest says]
    #[arg(long, visible_alias = "s3-bucket", value_name = "NAME")]
    bucket: Option<String>,
}

impl ValidationArgs {
    /// Whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        self.public_keys.is_empty() && self.signature.is_empty() && self.bucket.is_none()
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
