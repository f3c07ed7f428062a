//! Names of objects in S3, and which file of a downloaded tree is which object.

use std::cmp::Ordering;
use std::fmt;
use std::path::is_separator;

use rayon::prelude::*;

use crate::input::{LogFile, Place};

/// The folder that all of CloudTrail's keys have, after a prefix of the trail's choice.
const ANCHOR: &str = "AWSLogs";

/// An object in S3.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectName {
    /// Its bucket.
    pub bucket: Box<str>,
    /// Its key.
    pub key: Box<str>,
}

/// As the AWS command line writes it.
impl fmt::Display for ObjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s3://{}/{}", self.bucket, self.key)
    }
}

/// Where a trail's objects are: a bucket and what stands before `AWSLogs/` in its keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Home {
    /// The bucket.
    pub bucket: Box<str>,
    /// What stands before `AWSLogs/`, with its last `/`.
    pub prefix: Box<str>,
}

impl Home {
    /// Where an object is.
    #[must_use]
    pub fn of(object: &ObjectName) -> Self {
        let (prefix, _) = split_at_anchor(&object.key);
        Self { bucket: object.bucket.clone(), prefix: prefix.into() }
    }

    /// The object there whose key ends like that.
    #[must_use]
    pub fn object(&self, tail: &str) -> ObjectName {
        // Keys have no other separator.
        let tail = tail.replace(is_separator, "/");
        ObjectName { bucket: self.bucket.clone(), key: format!("{}{tail}", self.prefix).into() }
    }
}

/// A key or path, cut before its last `AWSLogs` folder; where there is none, all of it comes after.
#[must_use]
pub fn split_at_anchor(path: &str) -> (&str, &str) {
    let is_folder = |&(at, _): &(usize, &str)| {
        path[..at].chars().next_back().is_none_or(is_separator)
            && path[at + ANCHOR.len()..].starts_with(is_separator)
    };
    let at = path.rmatch_indices(ANCHOR).find(is_folder).map_or(0, |(at, _)| at);
    path.split_at(at)
}

/// The name of the file that a key or path ends with.
#[must_use]
pub fn file_name(path: &str) -> &str {
    path.rsplit(is_separator).next().unwrap_or_default()
}

/// Files as objects: a folder that `aws s3 sync` has filled, or several.
pub struct Tree<'f> {
    files: &'f [LogFile],
    /// Their indexes, by file name, then in their order.
    by_name: Vec<u32>,
}

impl<'f> Tree<'f> {
    /// Finds objects among these files. What comes after the first four milliards is not looked at.
    #[must_use]
    pub fn new(files: &'f [LogFile]) -> Self {
        let mut by_name: Vec<u32> = (0..).take(files.len()).collect();
        by_name.par_sort_unstable_by(|&a, &b| {
            let name = |index: u32| file_name(path(&files[index as usize]));
            name(a).cmp(name(b)).then(a.cmp(&b))
        });
        Self { files, by_name }
    }

    /// The files.
    #[must_use]
    pub fn files(&self) -> &'f [LogFile] {
        self.files
    }

    /// The file's path, cut before `AWSLogs/`.
    #[must_use]
    pub fn root_and_tail(&self, file: u32) -> (&'f str, &'f str) {
        split_at_anchor(self.path(file))
    }

    /// The file's path, or its key where it is in a bucket.
    #[must_use]
    pub fn path(&self, file: u32) -> &'f str {
        self.files.get(file as usize).map(path).unwrap_or_default()
    }

    /// Where the file is, for people.
    #[must_use]
    pub fn address(&self, file: u32) -> String {
        self.files.get(file as usize).map(|file| file.place.to_string()).unwrap_or_default()
    }

    /// The bucket the file is in, if it is in one.
    #[must_use]
    pub fn bucket(&self, file: u32) -> Option<&'f str> {
        self.files.get(file as usize).and_then(|file| bucket_and_path(file).0)
    }

    /// The file that is the object, if one is: its path ends like the key from `AWSLogs/` on. Where
    /// paths have no such folder, its name must do. Of several, the one in the tree `root` goes first.
    #[must_use]
    pub fn find(&self, object: &ObjectName, root: &str) -> Option<u32> {
        let key = &*object.key;
        let name = file_name(key);
        let start = self.by_name.partition_point(|&file| file_name(self.path(file)) < name);
        let (_, tail) = split_at_anchor(key);
        let is_object = |&&file: &&u32| {
            let (_, path_tail) = self.root_and_tail(file);
            let has_anchor = path_tail.starts_with(ANCHOR) && path_tail != file_name(path_tail);
            match self.bucket(file) {
                Some(bucket) => bucket == &*object.bucket && self.path(file) == key,
                None => !has_anchor || same(path_tail, tail) == Ordering::Equal,
            }
        };
        let with_name = self.by_name[start..]
            .iter()
            .take_while(|&&file| file_name(self.path(file)) == name)
            .filter(is_object);
        with_name
            .clone()
            .find(|&&file| self.root_and_tail(file).0 == root)
            .or_else(|| with_name.clone().next())
            .copied()
    }
}

fn path(file: &LogFile) -> &str {
    bucket_and_path(file).1
}

/// Paths that are not UTF-8 are no keys.
fn bucket_and_path(file: &LogFile) -> (Option<&str>, &str) {
    match &file.place {
        Place::Object(object) => (Some(object.bucket.name()), &object.key),
        place => (None, place.path().to_str().unwrap_or_default()),
    }
}

/// Compares paths whatever separates their folders.
#[must_use]
pub fn same(a: &str, b: &str) -> Ordering {
    a.split(is_separator).cmp(b.split(is_separator))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn files(paths: &[&str]) -> Vec<LogFile> {
        let file = |path: &&str| LogFile {
            place: PathBuf::from(path).into(),
            bytes: 1,
            modified: None,
            delivered: None,
            named: false,
        };
        paths.iter().map(file).collect()
    }

    fn object(key: &str) -> ObjectName {
        ObjectName { bucket: "bucket".into(), key: key.into() }
    }

    #[test]
    fn keys_are_cut_before_the_folder() {
        for (path, prefix, tail) in [
            ("AWSLogs/1/x", "", "AWSLogs/1/x"),
            ("a/b/AWSLogs/1/x", "a/b/", "AWSLogs/1/x"),
            ("AWSLogs/old/AWSLogs/x", "AWSLogs/old/", "AWSLogs/x"),
            ("myAWSLogs/x", "", "myAWSLogs/x"),
            ("a/AWSLogs", "", "a/AWSLogs"),
            ("a/AWSLogs2/x", "", "a/AWSLogs2/x"),
            ("", "", ""),
        ] {
            assert_eq!(split_at_anchor(path), (prefix, tail), "{path}");
        }
    }

    #[test]
    fn an_object_is_the_file_whose_path_ends_like_its_key() {
        let files = files(&[
            "a/AWSLogs/1/x.gz",
            "b/AWSLogs/1/x.gz",
            "b/AWSLogs/2/x.gz",
            "b/AWSLogs/2/y.gz",
            "flat/z.gz",
        ]);
        let tree = Tree::new(&files);
        let find = |key: &str, root: &str| tree.find(&object(key), root);
        assert_eq!(find("AWSLogs/1/x.gz", "a/"), Some(0));
        assert_eq!(find("prefix/AWSLogs/1/x.gz", "b/"), Some(1));
        assert_eq!(find("AWSLogs/1/x.gz", "elsewhere/"), Some(0));
        assert_eq!(find("AWSLogs/2/x.gz", "a/"), Some(2));
        assert_eq!(find("AWSLogs/1/y.gz", "b/"), None);
        assert_eq!(find("AWSLogs/9/z.gz", "a/"), Some(4));
        for key in ["", "/", "..", "AWSLogs/../AWSLogs/1/none", "x.gz/"] {
            assert_eq!(find(key, "a/"), None, "{key}");
        }
    }

    #[cfg(feature = "cloud")]
    #[test]
    fn in_a_bucket_the_whole_key_counts() {
        use crate::cloud::{Access, Address, Bucket};
        use crate::input::ObjectPlace;

        let access = Access {
            region: Some("us-east-1".to_owned()),
            endpoint: Some("http://127.0.0.1:9".to_owned()),
            anonymous: true,
            ..Access::default()
        };
        let bucket = Bucket::open(&Address::of("s3://bucket".as_ref()).unwrap(), &access).unwrap();
        let place = ObjectPlace { bucket, key: "p/AWSLogs/1/x.gz".into() };
        let mut files = files(&["x"]);
        files[0].place = Place::Object(place);
        let tree = Tree::new(&files);
        assert_eq!((tree.bucket(0), tree.root_and_tail(0).0), (Some("bucket"), "p/"));
        let find = |key: &str, root: &str| tree.find(&object(key), root);
        assert_eq!(find("p/AWSLogs/1/x.gz", "p/"), Some(0));
        assert_eq!(find("AWSLogs/1/x.gz", "p/"), None);
        assert_eq!(find("q/AWSLogs/1/x.gz", "p/"), None);
        let elsewhere = ObjectName { bucket: "other".into(), key: "p/AWSLogs/1/x.gz".into() };
        assert_eq!(tree.find(&elsewhere, "p/"), None);
    }

    #[test]
    fn a_home_names_its_objects() {
        let object = object("p/q/AWSLogs/1/x");
        assert_eq!(Home::of(&object).object("AWSLogs/1/x"), object);
        assert_eq!(object.to_string(), "s3://bucket/p/q/AWSLogs/1/x");
    }
}
