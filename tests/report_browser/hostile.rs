//! Logs with a script in every field.

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::logs::{document, gzip, record, time};

/// Ways out of where a name may stand: text, attributes, scripts, styles, JSON, addresses.
const WAYS: [&str; 6] = [
    "<script>pwned=1</script>",
    "</script><script>pwned=1</script>",
    "\"><img src=x onerror=pwned=1>",
    "'-(pwned=1)-'",
    "javascript:pwned=1//\u{202e}\u{2028}",
    "</style><!--<svg onload=pwned=1>\u{1b}[2J\0",
];

/// A week of quiet, then bursts of calls and errors whose every name is one of them.
pub fn logs() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut records: Vec<Value> = Vec::new();
    let mut id = 0;
    for (at, way) in WAYS.into_iter().enumerate() {
        let day = 8 + i64::try_from(at).unwrap() / 3;
        let start = (day * 24 + 2 * i64::try_from(at).unwrap()) * 3_600;
        let quiet = (0..day * 24).step_by(3).map(|hour| (hour * 3_600, false));
        let burst = (0..400).map(|call| (start + call * 2, true));
        for (second, hot) in quiet.chain(burst) {
            id += 1;
            records.push(with(way, record(id, second), hot));
        }
    }
    records.sort_by_key(|record| record["eventTime"].as_str().map(str::to_owned));
    let path = folder.path().join("hostile.json.gz");
    std::fs::write(path, gzip(document(&records))).unwrap();
    assert_eq!(time(0), "2026-03-02T00:00:00Z");
    folder
}

fn with(way: &str, mut record: Value, hot: bool) -> Value {
    let name = |what: &str| json!(format!("{what}{way}"));
    for field in ["eventSource", "eventName", "awsRegion", "sourceIPAddress", "userAgent"] {
        record[field] = name(field);
    }
    record["recipientAccountId"] = name("1");
    record["userIdentity"] = json!({"type": way, "arn": name("arn:aws:iam::1:user/"), "accountId": way, "userName": way});
    if hot {
        record["errorCode"] = name("AccessDenied");
        record["errorMessage"] = json!(way);
    }
    record
}
