use std::time::{Duration, SystemTime};

use serde_json::Value;

use super::*;
use crate::insight::sample;

const OPTIONS: RecordOptions = RecordOptions { strict_aws: false };

fn inflated(path: &Path) -> Value {
    serde_json::from_reader(GzDecoder::new(fs::File::open(path).unwrap())).unwrap()
}

#[test]
fn files_lie_where_cloudtrail_puts_them() {
    let folder = tempfile::tempdir().unwrap();
    let paths = write(folder.path(), &[sample::burst()], OPTIONS, false).unwrap();
    let keys: Vec<_> = paths
        .iter()
        .map(|path| path.strip_prefix(folder.path()).unwrap().to_str().unwrap())
        .collect();
    insta::assert_debug_snapshot!(keys, @r#"
    [
        "AWSLogs/123456789012/CloudTrail-Insight/us-east-1/2026/03/09/123456789012_CloudTrail-Insight_us-east-1_20260309T1402Z_i4C5IfEOlIFACBz1.json.gz",
        "AWSLogs/123456789012/CloudTrail-Insight/us-east-1/2026/03/09/123456789012_CloudTrail-Insight_us-east-1_20260309T1422Z_i4C5IfEOlIFACBz1.json.gz",
    ]
    "#);
    for (path, state) in paths.iter().zip(["Start", "End"]) {
        let records = inflated(path);
        assert_eq!(records["Records"].as_array().unwrap().len(), 1);
        assert_eq!(records["Records"][0]["insightDetails"]["state"], state);
    }
}

#[test]
fn an_ongoing_insight_has_one_file() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(write(folder.path(), &[sample::ongoing()], OPTIONS, false).unwrap().len(), 1);
}

#[test]
fn the_same_again_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let paths = write(folder.path(), &[sample::burst()], OPTIONS, false).unwrap();
    let bytes = fs::read(&paths[0]).unwrap();
    let past = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    fs::File::options().write(true).open(&paths[0]).unwrap().set_modified(past).unwrap();

    assert_eq!(write(folder.path(), &[sample::burst()], OPTIONS, false).unwrap(), paths);
    assert_eq!(write(folder.path(), &[sample::burst()], OPTIONS, true).unwrap(), paths);
    assert_eq!(fs::metadata(&paths[0]).unwrap().modified().unwrap(), past);

    let other = tempfile::tempdir().unwrap();
    let paths = write(other.path(), &[sample::burst()], OPTIONS, false).unwrap();
    assert_eq!(fs::read(&paths[0]).unwrap(), bytes);
    assert_eq!(bytes[4..8], [0; 4], "no time in the gzip header");
}

#[test]
fn other_content_is_overwritten_only_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    let paths = write(folder.path(), &[sample::burst()], OPTIONS, false).unwrap();
    fs::write(&paths[1], b"somebody else's").unwrap();
    let error = write(folder.path(), &[sample::burst()], OPTIONS, false).unwrap_err();
    assert!(matches!(&error, S3LayoutError::Exists(path) if *path == paths[1]), "{error}");
    assert_eq!(fs::read(&paths[1]).unwrap(), b"somebody else's");

    write(folder.path(), &[sample::burst()], OPTIONS, true).unwrap();
    assert_eq!(inflated(&paths[1])["Records"][0]["insightDetails"]["state"], "End");
    let left = fs::read_dir(paths[1].parent().unwrap()).unwrap();
    assert!(
        left.map(|entry| entry.unwrap().file_name())
            .all(|name| { !name.to_string_lossy().starts_with(".trailspike-") })
    );
}

#[test]
fn hostile_names_stay_inside_the_folder() {
    for raw in ["../../etc", "..", ".", "", "/etc/passwd", "a\\b", "C:", "x\0y", "ü", "a/b"] {
        let folder = tempfile::tempdir().unwrap();
        let insight =
            Insight { account: raw.to_owned(), region: raw.to_owned(), ..sample::burst() };
        for path in write(folder.path(), &[insight], OPTIONS, false).unwrap() {
            let key = path.strip_prefix(folder.path()).unwrap();
            let parts: Vec<_> = key.iter().map(|part| part.to_str().unwrap()).collect();
            assert_eq!(parts.len(), 8, "{raw:?}: {parts:?}");
            assert!(parts.iter().all(|part| *part != "." && *part != ".." && !part.is_empty()));
            assert!(
                path.canonicalize().unwrap().starts_with(folder.path().canonicalize().unwrap())
            );
        }
    }
    let long = Insight { account: "9".repeat(5_000), ..sample::burst() };
    write(tempfile::tempdir().unwrap().path(), &[long], OPTIONS, false).unwrap();
}

#[cfg(unix)]
#[test]
fn files_are_as_readable_as_any_other() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let usual = folder.path().join("usual");
    fs::write(&usual, b"").unwrap();
    let paths = write(folder.path(), &[sample::burst()], OPTIONS, false).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode(&paths[0]), mode(&usual));
}

#[test]
fn what_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("AWSLogs"), b"a file").unwrap();
    let error = write(folder.path(), &[sample::burst()], OPTIONS, false).unwrap_err();
    assert!(error.to_string().contains("AWSLogs"), "{error}");
}
