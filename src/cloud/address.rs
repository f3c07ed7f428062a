//! Where objects are, as it is typed: `s3://bucket/prefix`.

use std::fmt;
use std::path::Path;

/// A kind of object store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scheme {
    /// Amazon S3, and what speaks its language.
    S3,
    /// Google Cloud Storage.
    Gs,
    /// Azure Blob Storage.
    Az,
    /// Any web server; one file an address.
    Https,
    /// The same without encryption.
    Http,
}

impl Scheme {
    const ALL: [(&str, Self); 6] = [
        ("s3", Self::S3),
        ("s3a", Self::S3),
        ("gs", Self::Gs),
        ("az", Self::Az),
        ("https", Self::Https),
        ("http", Self::Http),
    ];

    /// As addresses begin.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::S3 => "s3",
            Self::Gs => "gs",
            Self::Az => "az",
            Self::Https => "https",
            Self::Http => "http",
        }
    }

    /// Whether it is a web server, which lists nothing.
    #[must_use]
    pub const fn is_web(self) -> bool {
        matches!(self, Self::Https | Self::Http)
    }
}

/// An object, or all below a prefix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// The kind of store.
    pub scheme: Scheme,
    /// The bucket, the container, or the host.
    pub bucket: String,
    /// The key or prefix as it is typed, without the slash before it.
    pub key: String,
}

impl Address {
    /// The address that a path as typed is, if it is one. A folder called `s3:` is `./s3:`.
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        let (scheme, rest) = path.to_str()?.split_once("://")?;
        let known =
            |(name, kind): (&str, Scheme)| name.eq_ignore_ascii_case(scheme).then_some(kind);
        let scheme = Scheme::ALL.into_iter().find_map(known)?;
        let (bucket, key) = rest.split_once('/').unwrap_or((rest, ""));
        Some(Self { scheme, bucket: bucket.to_owned(), key: key.to_owned() })
    }

    /// The address without the key: `s3://bucket`.
    #[must_use]
    pub fn root(&self) -> String {
        format!("{}://{}", self.scheme.as_str(), self.bucket)
    }

    /// The address of something below it.
    #[must_use]
    pub fn join(&self, name: &str) -> Self {
        let folder = self.key.trim_end_matches('/');
        let key = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
        Self { key, ..self.clone() }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.root(), self.key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_paths() {
        let parts = |text: &str| {
            Address::of(Path::new(text)).map(|a| (a.scheme, a.bucket.clone(), a.key.clone()))
        };
        let s3 = |bucket: &str, key: &str| Some((Scheme::S3, bucket.to_owned(), key.to_owned()));
        assert_eq!(parts("s3://trail"), s3("trail", ""));
        assert_eq!(parts("S3://trail/"), s3("trail", ""));
        assert_eq!(parts("s3://trail/a b/é.json.gz"), s3("trail", "a b/é.json.gz"));
        assert_eq!(parts("s3:///x"), s3("", "x"));
        for path in ["logs", "/s3:/trail", "s3:/trail", "ftp://host/x", "-", "C://x", "./s3://x"] {
            assert_eq!(parts(path), None, "{path}");
        }
        let address = Address::of(Path::new("gs://b/x/")).unwrap();
        assert_eq!(address.join("store.json").to_string(), "gs://b/x/store.json");
        assert_eq!(Address::of(Path::new("s3://b")).unwrap().join("x").to_string(), "s3://b/x");
    }
}
