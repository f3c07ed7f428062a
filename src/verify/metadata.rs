//! What S3 keeps beside an object's bytes: the signature of a digest is there.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde::Deserialize;

use crate::cloud::{Bucket, Metadata};
use crate::input::{LogFile, Place};

/// What an object's metadata say that matters here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct ObjectMetadata {
    /// `x-amz-meta-signature`: of a digest, in hexadecimal digits.
    pub signature: Option<Box<str>>,
}

/// Where metadata of digests come from.
pub trait MetadataSource: Sync {
    /// The metadata of each file; `None` where there are none, an error where there are and they
    /// cannot be read.
    fn metadata(&self, files: &[LogFile]) -> Vec<io::Result<Option<ObjectMetadata>>>;
}

/// Metadata where they are kept: of an object in its bucket; of a digest that was downloaded beside
/// it, in a file of the same name with [`SIDECAR`] behind it, which holds what
/// `aws s3api head-object` (or `get-object`) prints.
#[derive(Clone, Copy, Debug, Default)]
pub struct KeptMetadata;

/// The end of the name of a file that holds the metadata of another.
pub const SIDECAR: &str = ".metadata.json";

/// Files whose metadata are asked for at a time.
const AT_ONCE: usize = 64;

impl MetadataSource for KeptMetadata {
    fn metadata(&self, files: &[LogFile]) -> Vec<io::Result<Option<ObjectMetadata>>> {
        let of_some = |files: &[LogFile]| -> Vec<_> {
            files
                .chunk_by(|a, b| bucket(a).is_some() && bucket(a) == bucket(b))
                .flat_map(of)
                .collect()
        };
        files.par_chunks(AT_ONCE).flat_map_iter(of_some).collect()
    }
}

/// Of files that are all in one bucket, or of one that is in none.
fn of(files: &[LogFile]) -> Vec<io::Result<Option<ObjectMetadata>>> {
    match files.first().and_then(bucket) {
        Some(bucket) => in_bucket(bucket, files),
        None => files.iter().map(|file| beside(file.place.path())).collect(),
    }
}

fn bucket(file: &LogFile) -> Option<&Bucket> {
    match &file.place {
        Place::Object(object) => Some(&object.bucket),
        _ => None,
    }
}

fn in_bucket(bucket: &Bucket, files: &[LogFile]) -> Vec<io::Result<Option<ObjectMetadata>>> {
    let keys: Vec<&str> = files.iter().filter_map(|file| file.place.path().to_str()).collect();
    let metadata = |mut metadata: Metadata| {
        let signature = metadata.remove("signature").map(Into::into);
        Some(ObjectMetadata { signature })
    };
    let answers = bucket.metadata_all(&keys).into_iter();
    answers.map(|answer| answer.map(metadata).map_err(|error| error.why.into())).collect()
}

/// The metadata bare, or as the AWS command line prints them.
#[derive(Deserialize)]
struct Printed {
    #[serde(rename = "Metadata")]
    metadata: Option<ObjectMetadata>,
    #[serde(flatten)]
    bare: ObjectMetadata,
}

fn beside(path: &Path) -> io::Result<Option<ObjectMetadata>> {
    let mut path = path.as_os_str().to_owned();
    path.push(SIDECAR);
    let text = match fs::read(PathBuf::from(path)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        text => text?,
    };
    let Printed { metadata, bare } = serde_json::from_slice(&text)?;
    Ok(Some(metadata.unwrap_or(bare)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sidecar_is_what_the_aws_command_line_prints_or_its_metadata() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("digest.json.gz");
        assert_eq!(beside(&path).unwrap(), None);
        let read = |text: &str| {
            fs::write(folder.path().join("digest.json.gz.metadata.json"), text).unwrap();
            beside(&path).map(|metadata| metadata.unwrap().signature)
        };
        let printed =
            r#"{"ContentLength":5,"Metadata":{"signature":"aa","signature-algorithm":"x"}}"#;
        assert_eq!(read(printed).unwrap().as_deref(), Some("aa"));
        assert_eq!(read(r#"{"signature":"bb"}"#).unwrap().as_deref(), Some("bb"));
        assert_eq!(read("{}").unwrap(), None);
        assert!(read("nothing").is_err());
    }
}
