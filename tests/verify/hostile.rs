//! Digests and metadata that somebody has made to do harm.

use serde_json::{Value, json};

use crate::logs::{Folder, Run, gzip, program};
use crate::trail::{Bucket, Key, Metadata, Trail};

/// A digest that nobody signed, with these fields changed.
fn forged(trail: &Trail<'_>, hour: i64, fields: &Value) -> Vec<u8> {
    let mut bucket = Bucket::default();
    trail.write_digest(hour, &[], None, &mut bucket);
    let text = std::io::read_to_string(flate2::read::GzDecoder::new(
        &bucket.objects[&trail.digest_key(hour)][..],
    ));
    let mut digest: Value = serde_json::from_str(&text.unwrap()).unwrap();
    for (name, value) in fields.as_object().unwrap() {
        digest[name] = value.clone();
    }
    gzip(digest.to_string())
}

#[test]
fn circles_end() {
    let key = Key::known();
    let trail = Trail::new(&key);
    for to in [5, 4, 6] {
        let mut bucket = Bucket::six_hours(&key);
        let previous = json!({
            "previousDigestS3Bucket": trail.bucket,
            "previousDigestS3Object": trail.digest_key(to),
            "previousDigestSignature": "00",
        });
        *bucket.object(&trail.digest_key(5)) = forged(&trail, 5, &previous);
        bucket.objects.insert(
            trail.digest_key(6),
            forged(
                &trail,
                6,
                &json!({
                    "previousDigestS3Bucket": trail.bucket,
                    "previousDigestS3Object": trail.digest_key(5),
                    "previousDigestSignature": "00",
                }),
            ),
        );
        let run = bucket.verify(Metadata::Lost, &[]).ends(1);
        assert!(run.counts()[0].starts_with("4/7 digest files valid"), "{}", run.out);
        if to == 6 {
            assert!(
                run.out.contains("names a digest as its previous one that is not"),
                "{}",
                run.out
            );
        }
    }
}

#[test]
fn names_are_made_visible_and_lead_nowhere() {
    let key = Key::known();
    let trail = Trail::new(&key);
    for name in ["../../../../etc/passwd", "", "/", "\u{1b}[31mred\u{202e}", "AWSLogs/../x.json"] {
        let mut bucket = Bucket::six_hours(&key);
        let digest = forged(
            &trail,
            5,
            &json!({
                "previousDigestS3Bucket": name,
                "previousDigestS3Object": name,
                "logFiles": [{"s3Bucket": name, "s3Object": name, "hashValue": name}],
                "digestPublicKeyFingerprint": key.fingerprint,
            }),
        );
        *bucket.object(&trail.digest_key(5)) = digest;
        let run = bucket.verify(Metadata::Lost, &[]).ends(1);
        assert!(!run.out.contains(['\u{1b}', '\u{202e}']), "{:?}", run.out);
        assert!(run.out.contains("Log file\ts3://"), "{}", run.out);
        assert_eq!(run.out.matches("INVALID: not found").count(), 2, "{}", run.out);
    }
}

#[test]
fn fields_of_other_kinds_are_no_digest() {
    let key = Key::known();
    let trail = Trail::new(&key);
    let log = json!({"s3Bucket": "b", "s3Object": "k", "hashValue": null});
    for (fields, says) in [
        (json!({"digestEndTime": null}), "INVALID: invalid format"),
        (json!({"digestS3Object": 7}), "INVALID: invalid format"),
        (json!({"digestStartTime": "9999999-01-01T00:00:00Z"}), "INVALID: invalid format"),
        (json!({"logFiles": [null]}), "INVALID: invalid format"),
        (json!({"logFiles": {}}), "INVALID: invalid format"),
        (json!({"digestPublicKeyFingerprint": "\u{1b}"}), "for fingerprint \\u{1b}"),
        (json!({"logFiles": [log]}), "NOT PROVEN: its signature is not known"),
        (json!({"previousDigestSignature": "zz"}), "NOT PROVEN: its signature is not known"),
    ] {
        let mut bucket = Bucket::six_hours(&key);
        *bucket.object(&trail.digest_key(5)) = forged(&trail, 5, &fields);
        let run = bucket.verify(Metadata::Lost, &[]);
        assert!(run.statuses()[0].ends_with(says), "{}", run.out);
    }
}

#[test]
fn metadata_that_are_none_are_not_believed() {
    let key = Key::known();
    let newest = Trail::new(&key).digest_key(5);
    let folder = Folder::with("keys.json", key.printed());
    Bucket::six_hours(&key).download(&folder, Metadata::Lost);
    let keys = folder.at("keys.json");
    let run = || {
        let mut command = program();
        Run::of(command.arg("verify").arg(folder.path()).arg("--public-keys").arg(&keys))
    };
    for (metadata, code, says) in [
        ("nothing", 3, "NOT PROVEN: its metadata cannot be read"),
        // CloudTrail writes no digest without a signature.
        ("{}", 1, "INVALID: signature verification failed"),
        (r#"{"Metadata":{"signature":"é"}}"#, 1, "INVALID: signature verification failed"),
        (r#"{"Metadata":{"signature":""}}"#, 1, "INVALID: signature verification failed"),
    ] {
        folder.write(&format!("{newest}.metadata.json"), metadata);
        let run = run().ends(code);
        assert!(run.out.contains(says), "{}", run.out);
    }
}

#[test]
fn a_digest_may_be_a_bomb_or_list_very_many_files() {
    let key = Key::known();
    let trail = Trail::new(&key);
    let mut bucket = Bucket::six_hours(&key);
    *bucket.object(&trail.digest_key(4)) = gzip(vec![b'['; 300 << 20]);
    let log = json!({"s3Bucket": "b", "s3Object": "k", "hashValue": "00"});
    let many: Vec<&Value> = vec![&log; 100_000];
    *bucket.object(&trail.digest_key(5)) = forged(&trail, 5, &json!({"logFiles": many}));
    let run = bucket.verify(Metadata::Lost, &[]).ends(1);
    assert!(run.out.contains("T050012Z.json.gz\tINVALID: invalid format"));
    assert!(run.counts()[1].contains("100000/100006 log files INVALID"), "{:?}", run.counts());
}

#[test]
fn thousands_of_digests_are_walked() {
    let key = Key::known();
    let mut bucket = Bucket::default();
    let trail = Trail::new(&key);
    // One signature is as good as another here: signing takes a while.
    for hour in 0..3_000 {
        let previous = (hour > 0).then(|| {
            json!({
                "previousDigestS3Bucket": trail.bucket,
                "previousDigestS3Object": trail.digest_key(hour - 1),
            })
        });
        let mut digest = json!({
            "digestStartTime": "2026-03-02T00:00:00Z", "digestEndTime": "2026-03-02T01:00:00Z",
            "digestS3Bucket": trail.bucket, "digestS3Object": trail.digest_key(hour),
            "digestPublicKeyFingerprint": key.fingerprint, "previousDigestSignature": null,
        });
        if let Some(Value::Object(previous)) = previous {
            digest.as_object_mut().unwrap().extend(previous);
        }
        bucket.objects.insert(trail.digest_key(hour), digest.to_string().into_bytes());
    }
    let run = bucket.verify(Metadata::Lost, &[]).ends(3);
    assert_eq!(run.counts(), ["0/3000 digest files valid, 3000/3000 digest files NOT PROVEN"]);
}
