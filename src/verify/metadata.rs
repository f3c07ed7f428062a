//! What S3 keeps beside an object's bytes: the signature of a digest is there.

use std::fs;
use std::io;
use std::path::PathBuf;

use serde::Deserialize;

use crate::input::LogFile;

/// What an object's metadata say that matters here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct ObjectMetadata {
    /// `x-amz-meta-signature`: of a digest, in hexadecimal digits.
    pub signature: Option<Box<str>>,
}

/// Where metadata of digests come from.
pub trait MetadataSource: Sync {
    /// The metadata of a file; `None` where there are none.
    ///
    /// # Errors
    /// When there are and they cannot be read.
    fn metadata(&self, file: &LogFile) -> io::Result<Option<ObjectMetadata>>;
}

/// Metadata kept beside a digest that was downloaded, in a file of the same name with
/// [`SIDECAR`] behind it: what `aws s3api head-object` (or `get-object`) prints.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sidecars;

/// The end of the name of a file that holds the metadata of another.
pub const SIDECAR: &str = ".metadata.json";

/// The metadata bare, or as the AWS command line prints them.
#[derive(Deserialize)]
struct Printed {
    #[serde(rename = "Metadata")]
    metadata: Option<ObjectMetadata>,
    #[serde(flatten)]
    bare: ObjectMetadata,
}

impl MetadataSource for Sidecars {
    fn metadata(&self, file: &LogFile) -> io::Result<Option<ObjectMetadata>> {
        let mut path = file.path.clone().into_os_string();
        path.push(SIDECAR);
        let text = match fs::read(PathBuf::from(path)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            text => text?,
        };
        let Printed { metadata, bare } = serde_json::from_slice(&text)?;
        Ok(Some(metadata.unwrap_or(bare)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sidecar_is_what_the_aws_command_line_prints_or_its_metadata() {
        let folder = tempfile::tempdir().unwrap();
        let file = LogFile {
            path: folder.path().join("digest.json.gz"),
            bytes: 0,
            modified: None,
            delivered: None,
            named: false,
        };
        assert_eq!(Sidecars.metadata(&file).unwrap(), None);
        let read = |text: &str| {
            fs::write(folder.path().join("digest.json.gz.metadata.json"), text).unwrap();
            Sidecars.metadata(&file).map(|metadata| metadata.unwrap().signature)
        };
        let printed =
            r#"{"ContentLength":5,"Metadata":{"signature":"aa","signature-algorithm":"x"}}"#;
        assert_eq!(read(printed).unwrap().as_deref(), Some("aa"));
        assert_eq!(read(r#"{"signature":"bb"}"#).unwrap().as_deref(), Some("bb"));
        assert_eq!(read("{}").unwrap(), None);
        assert!(read("nothing").is_err());
    }
}
