//! Every way to touch a bucket, and what is said of it.

use crate::logs::gzip;
use crate::trail::{Bucket, Key, Metadata, Trail};

/// Says the same whether S3's metadata are at hand or not, but for the newest digest.
fn says(bucket: &Bucket, statuses: &[&str], counts: &[&str]) {
    let run = bucket.verify(Metadata::Kept, &[]).ends(1);
    assert_eq!((run.statuses(), run.counts()), (owned(statuses), counts.to_vec()), "{}", run.out);
    let lost = bucket.verify(Metadata::Lost, &[]).ends(1);
    for status in statuses {
        assert!(lost.statuses().contains(&(*status).to_owned()), "{status}: {}", lost.out);
    }
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[test]
fn nothing_is_said_of_what_nobody_touched() {
    let bucket = Bucket::six_hours(&Key::known());
    let run = bucket.verify(Metadata::Kept, &[]).ends(0);
    assert_eq!(run.counts(), ["6/6 digest files valid", "9/9 log files valid"]);
    insta::assert_snapshot!(run.out);
    assert!(run.err.starts_with("speed      15 files, 0 MB on disk, "), "{}", run.err);
}

#[test]
fn valid_files_are_told_when_asked_for() {
    let run = Bucket::six_hours(&Key::known()).verify(Metadata::Kept, &["--verbose"]).ends(0);
    insta::assert_snapshot!(run.out);
}

#[test]
fn log_files_are_held_against_their_hashes() {
    let key = Key::known();
    let trail = Trail::new(&key);
    let mut bucket = Bucket::six_hours(&key);
    *bucket.object(&trail.log_key(0, 0)) = gzip("{\"Records\":[]}");
    bucket.objects.remove(&trail.log_key(0, 1)).unwrap();
    bucket.object(&trail.log_key(2, 0)).extend(b"more");
    let again = bucket.object(&trail.log_key(3, 0)).clone();
    bucket.object(&trail.log_key(3, 0)).extend(again);
    *bucket.object(&trail.log_key(3, 1)) = b"no gzip".to_vec();
    let torn = bucket.object(&trail.log_key(3, 2));
    torn.truncate(torn.len() / 2);
    let short = bucket.object(&trail.log_key(4, 0));
    short.truncate(short.len() - 4);
    let damaged = bucket.object(&trail.log_key(5, 0));
    let crc = damaged.len() - 8;
    damaged[crc] ^= 1;
    let run = bucket.verify(Metadata::Kept, &[]).ends(1);
    assert_eq!(
        run.counts(),
        ["6/6 digest files valid", "1/9 log files valid, 8/9 log files INVALID"]
    );
    insta::assert_snapshot!(run.out);
}

#[test]
fn a_digest_that_was_changed_is_found_and_the_others_still_count() {
    let key = Key::known();
    let trail = Trail::new(&key);
    let mut bucket = Bucket::six_hours(&key);
    let digest = bucket.object(&trail.digest_key(3));
    let mut text = String::new();
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(&digest[..]), &mut text)
        .unwrap();
    *digest = gzip(text.replace("\"oldestEventTime\":null", "\"oldestEventTime\":\"2026\""));
    let name =
        "111122223333_CloudTrail-Digest_us-east-1_my_trail_us-east-1_20260302T040012Z.json.gz";
    says(
        &bucket,
        &[&format!("Digest file {name} INVALID: signature verification failed")],
        &["5/6 digest files valid, 1/6 digest files INVALID", "6/6 log files valid"],
    );
}

#[test]
fn a_digest_that_is_no_digest_is_found() {
    let key = Key::known();
    let trail = Trail::new(&key);
    for text in [&b"no gzip"[..], &gzip("no JSON"), &gzip("{}"), &gzip("[]"), b"", &gzip("")[..15]]
    {
        let mut bucket = Bucket::six_hours(&key);
        *bucket.object(&trail.digest_key(3)) = text.to_vec();
        let run = bucket.verify(Metadata::Kept, &[]).ends(1);
        assert_eq!(run.statuses().len(), 1, "{}", run.out);
        assert!(run.statuses()[0].ends_with("T040012Z.json.gz INVALID: invalid format"));
        // Without it nobody tells the signature of the one before.
        let lost = bucket.verify(Metadata::Lost, &[]).ends(1);
        let expected =
            "4/6 digest files valid, 1/6 digest files INVALID, 1/6 digest files NOT PROVEN";
        // The newest, and the one before; three of the others, and the first.
        let expected =
            expected.replace("4/6", "3/6").replace("1/6 digest files NOT", "2/6 digest files NOT");
        assert_eq!(lost.counts()[0], expected);
    }
}

#[test]
fn a_digest_with_bytes_behind_it_is_found() {
    let key = Key::known();
    let mut bucket = Bucket::six_hours(&key);
    bucket.object(&Trail::new(&key).digest_key(3)).extend(b"more");
    let run = bucket.verify(Metadata::Kept, &[]).ends(1);
    assert!(run.statuses()[0].ends_with("INVALID: unexpected data after end of compressed stream"));
}

#[test]
fn a_digest_that_is_gone_leaves_a_hole() {
    let key = Key::known();
    let trail = Trail::new(&key);
    let mut bucket = Bucket::six_hours(&key);
    bucket.objects.remove(&trail.digest_key(3)).unwrap();
    let run = bucket.verify(Metadata::Kept, &[]).ends(1);
    assert_eq!(
        run.counts(),
        ["5/6 digest files valid, 1/6 digest files INVALID", "6/6 log files valid",]
    );
    // Its three log files are no longer in any digest.
    assert!(run.out.ends_with("3 log files that no digest vouches for: NOT PROVEN\n"));
    insta::assert_snapshot!(run.out);
}

#[test]
fn the_newest_digest_is_missed_only_by_the_log_files() {
    let key = Key::known();
    let mut bucket = Bucket::six_hours(&key);
    bucket.objects.remove(&Trail::new(&key).digest_key(5)).unwrap();
    let run = bucket.verify(Metadata::Kept, &[]).ends(3);
    assert_eq!(run.counts(), ["5/5 digest files valid", "7/7 log files valid"]);
    assert!(run.out.ends_with("2 log files that no digest vouches for: NOT PROVEN\n"));
}

#[test]
fn moved_files_are_not_where_they_belong() {
    let key = Key::known();
    let trail = Trail::new(&key);
    let mut bucket = Bucket::six_hours(&key);
    let mut rename = |from: &str, to: &str| {
        let bytes = bucket.objects.remove(from).unwrap();
        bucket.objects.insert(to.to_owned(), bytes);
        let signature = bucket.signatures.remove(from);
        bucket.signatures.extend(signature.map(|signature| (to.to_owned(), signature)));
    };
    let (digest, log) = (trail.digest_key(3), trail.log_key(0, 0));
    rename(&digest, &digest.replace("T040012Z", "T035912Z"));
    rename(&log, &log.replace("/2026/03/02/", "/2026/03/01/"));
    let run = bucket.verify(Metadata::Kept, &[]).ends(1);
    insta::assert_snapshot!(run.out);
}

#[test]
fn a_digest_in_another_days_folder_hides_none_of_the_others() {
    let key = Key::known();
    let trail = Trail::new(&key);
    let mut bucket = Bucket::six_hours(&key);
    let from = trail.digest_key(1);
    let to = from.replace("/2026/03/02/", "/2026/03/09/");
    let bytes = bucket.objects.remove(&from).unwrap();
    bucket.objects.insert(to.clone(), bytes);
    let signature = bucket.signatures.remove(&from).unwrap();
    bucket.signatures.insert(to, signature);
    let run = bucket.verify(Metadata::Kept, &[]).ends(1);
    assert_eq!(run.counts()[0], "5/7 digest files valid, 2/7 digest files INVALID");
    assert!(run.out.contains("not found") && run.out.contains("has been moved"), "{}", run.out);
}

#[test]
fn what_another_key_has_signed_is_found() {
    let key = Key::unknown();
    let run = Bucket::six_hours(&key).verify(Metadata::Kept, &[]).ends(1);
    assert_eq!(run.counts(), ["0/6 digest files valid, 6/6 digest files INVALID"]);
    let line = "INVALID: public key not found in region us-east-1 for fingerprint \
                ffeeddccbbaa99887766554433221100";
    assert!(run.statuses().iter().all(|status| status.ends_with(line)), "{}", run.out);
    // The same under the name of the known one.
    let key = Key { fingerprint: Key::known().fingerprint, ..Key::unknown() };
    let run = Bucket::six_hours(&key).verify(Metadata::Kept, &[]).ends(1);
    let line = "INVALID: signature verification failed";
    assert!(run.statuses().iter().all(|status| status.ends_with(line)), "{}", run.out);
}

#[test]
fn files_that_no_digest_mentions_are_found() {
    let key = Key::known();
    let trail = Trail::new(&key);
    let mut bucket = Bucket::six_hours(&key);
    let text = gzip("{\"Records\":[]}");
    bucket.objects.insert(trail.log_key(2, 4), text.clone());
    bucket.objects.insert(trail.log_key(9, 0), text.clone());
    bucket.objects.insert(trail.log_key(2, 0).replace("us-east-1", "eu-west-1"), text.clone());
    bucket.objects.insert("AWSLogs/readme.txt".to_owned(), text.clone());
    let stray = trail.digest_key(2).replacen("us-east-1", "eu-west-1", 1);
    bucket.objects.insert(stray, text);
    let run = bucket.verify(Metadata::Kept, &["-v"]).ends(1);
    let (_, strays) = run.out.split_once("9/9 log files valid\n\n").unwrap();
    insta::assert_snapshot!(strays);
}

#[test]
fn logging_that_was_off_is_a_gap_and_no_fault() {
    let key = Key::known();
    let mut bucket = Bucket::default();
    Trail::new(&key).write(&[1, 1], &mut bucket);
    Trail { first: 9, ..Trail::new(&key) }.write(&[1, 0, 2], &mut bucket);
    let run = bucket.verify(Metadata::Kept, &[]).ends(0);
    insta::assert_snapshot!(run.out);
    // Without metadata both chains' newest are unproven.
    let run = bucket.verify(Metadata::Lost, &[]).ends(3);
    assert_eq!(run.counts()[0], "3/5 digest files valid, 2/5 digest files NOT PROVEN");
}

#[test]
fn backfill_digests_are_a_chain_of_their_own() {
    let key = Key::known();
    let mut bucket = Bucket::six_hours(&key);
    let backfill = Trail { kind: "backfill", first: 1, ..Trail::new(&key) };
    backfill.write(&[1, 2], &mut bucket);
    let run = bucket.verify(Metadata::Kept, &["--verbose"]).ends(0);
    assert_eq!(
        run.counts(),
        ["6/6 digest files valid", "2/2 backfill digest files valid", "12/12 log files valid",]
    );
    bucket.objects.remove(&backfill.digest_key(1)).unwrap();
    *bucket.object(&backfill.log_key(2, 1)) = gzip("{}");
    let run = bucket.verify(Metadata::Kept, &[]).ends(1);
    insta::assert_snapshot!(run.out);
}
