//! Where proof comes from: signatures in metadata, in the next digest, or told; keys; places.

use crate::logs::{Folder, Run, program};
use crate::trail::{Bucket, Key, Metadata, Trail};

#[test]
fn without_metadata_all_but_the_newest_digest_is_proven_by_the_next_one() {
    let run = Bucket::six_hours(&Key::known()).verify(Metadata::Lost, &[]).ends(3);
    assert_eq!(
        run.counts(),
        [
            "5/6 digest files valid, 1/6 digest files NOT PROVEN",
            "7/9 log files valid, 2/9 log files NOT PROVEN",
        ]
    );
    insta::assert_snapshot!(run.out);
}

#[test]
fn the_newest_signature_may_be_told() {
    let key = Key::known();
    let bucket = Bucket::six_hours(&key);
    let newest = Trail::new(&key).digest_key(5);
    let signature = &bucket.signatures[&newest];
    let name = newest.rsplit('/').next().unwrap();
    for told in [signature.clone(), format!("{newest}={signature}"), format!("{name}={signature}")]
    {
        let run = bucket.verify(Metadata::Lost, &["--signature", &told]).ends(0);
        assert_eq!(run.counts()[0], "6/6 digest files valid");
    }
    let other = &bucket.signatures[&Trail::new(&key).digest_key(4)];
    for wrong in [&**other, "00"] {
        let run = bucket.verify(Metadata::Lost, &["--signature", wrong]).ends(1);
        assert!(run.statuses()[0].ends_with("INVALID: signature verification failed"));
    }
    let run = bucket.verify(Metadata::Kept, &["--signature", signature]).ends(2);
    assert!(run.err.contains("there is no digest whose signature is not known"), "{}", run.err);
    let run = bucket.verify(Metadata::Lost, &["--signature", "x.json.gz=00"]).ends(2);
    assert!(run.err.contains("there is no such digest"), "{}", run.err);
    for malformed in ["xyz", "", "key="] {
        let run = bucket.verify(Metadata::Lost, &["--signature", malformed]).ends(2);
        assert!(run.err.contains("not hexadecimal digits"), "{}", run.err);
    }
}

#[test]
fn of_several_newest_digests_signatures_are_told_by_name() {
    let key = Key::known();
    let mut bucket = Bucket::six_hours(&key);
    let other = Trail { region: "eu-west-1", ..Trail::new(&key) };
    other.write(&[1, 1], &mut bucket);
    let newest = [Trail::new(&key).digest_key(5), other.digest_key(1)];
    let [first, second] = [0, 1].map(|at| bucket.signatures[&newest[at]].clone());
    let run = bucket.verify(Metadata::Lost, &["--signature", &first]).ends(2);
    assert!(run.err.contains("Give KEY=HEX") && run.err.contains("eu-west-1"), "{}", run.err);
    let told = [format!("{}={first}", newest[0]), format!("{}={second}", newest[1])];
    let run = bucket.verify(Metadata::Lost, &["--signature", &told[0], "--signature", &told[1]]);
    assert_eq!(run.ends(0).counts().len(), 4);
    // One by name leaves only one that the other can be of.
    let run = bucket.verify(Metadata::Lost, &["--signature", &told[0], "--signature", &second]);
    run.ends(0);
}

#[test]
fn a_digest_outside_the_time_asked_for_still_proves_the_one_before() {
    let bucket = Bucket::six_hours(&Key::known());
    let time = ["--from", "2026-03-02T01:30", "--to", "2026-03-02T03:01"];
    let run = bucket.verify(Metadata::Lost, &time).ends(0);
    // As validate-logs does: up to the digest an hour later, back to the one that has the time in it.
    assert_eq!(run.counts(), ["3/3 digest files valid", "4/4 log files valid"]);
    insta::assert_snapshot!(run.out);
}

#[test]
fn without_keys_only_what_does_not_fit_is_known() {
    let key = Key::known();
    let mut bucket = Bucket::six_hours(&key);
    let run = |bucket: &Bucket| {
        let folder = Folder::new();
        bucket.download(&folder, Metadata::Kept);
        Run::of(program().arg("verify").arg(folder.path()))
    };
    let whole = run(&bucket).ends(3);
    assert_eq!(whole.counts()[0], "0/6 digest files valid, 6/6 digest files NOT PROVEN");
    assert!(whole.out.contains("NOT PROVEN: no public keys are given"), "{}", whole.out);
    let digest = bucket.objects[&Trail::new(&key).digest_key(2)].clone();
    let text: String = std::io::read_to_string(flate2::read::GzDecoder::new(&digest[..])).unwrap();
    *bucket.object(&Trail::new(&key).digest_key(2)) = text.replace(":null", ": null").into_bytes();
    let changed = run(&bucket).ends(1);
    assert!(
        changed.statuses()[3].ends_with("INVALID: hash value doesn't match"),
        "{}",
        changed.out
    );
}

#[test]
fn a_log_file_that_somebody_has_unpacked_is_still_what_was_written() {
    let key = Key::known();
    let mut bucket = Bucket::six_hours(&key);
    for bytes in bucket.objects.values_mut() {
        let text = std::io::read_to_string(flate2::read::GzDecoder::new(&bytes[..])).unwrap();
        *bytes = text.into_bytes();
    }
    assert_eq!(bucket.verify(Metadata::Kept, &[]).ends(0).counts()[1], "9/9 log files valid");
}

#[test]
fn prefixes_organizations_and_other_regions_are_told_apart() {
    let key = Key::known();
    let mut bucket = Bucket::default();
    let trail = Trail { prefix: "audit/logs/", ..Trail::new(&key) };
    trail.write(&[1, 1], &mut bucket);
    Trail { region: "eu-west-1", ..trail }.write(&[1], &mut bucket);
    Trail { account: "444455556666", ..trail }.write(&[2], &mut bucket);
    Trail { name: "other", first: 3, ..trail }.write(&[0], &mut bucket);
    let run = bucket.verify(Metadata::Kept, &["--verbose"]).ends(0);
    insta::assert_snapshot!(run.out);
    // What lies beside the prefix in a folder changes nothing, nor does a prefix that is left out.
    for (from, to) in [("", "some/where/"), ("audit/logs/", "")] {
        let mut moved = Bucket::default();
        for (key, bytes) in &bucket.objects {
            let place = format!("{to}{}", key.strip_prefix(from).unwrap());
            moved
                .signatures
                .insert(place.clone(), bucket.signatures.get(key).cloned().unwrap_or_default());
            moved.objects.insert(place, bytes.clone());
        }
        moved.signatures.retain(|_, signature| !signature.is_empty());
        assert_eq!(
            moved.verify(Metadata::Kept, &["--verbose"]).ends(0).out.replace(to, ""),
            run.out.replace(to, "")
        );
    }
    for (flag, value, blocks) in [
        ("--account", "4444*", 1),
        ("--region", "eu-*", 1),
        ("--trail", "my_*", 3),
        ("--account", "9*", 0),
    ] {
        let some = bucket.verify(Metadata::Kept, &[flag, value]);
        let found = some.out.matches("Validating log files for").count();
        assert_eq!(found, blocks, "{}", some.out);
    }
}

#[test]
fn files_of_an_organization_are_below_its_folder() {
    let key = Key::known();
    let mut bucket = Bucket::default();
    let trail = Trail { organization: "o-abcdefghij/", ..Trail::new(&key) };
    trail.write(&[1, 1], &mut bucket);
    let run = bucket.verify(Metadata::Kept, &[]).ends(0);
    assert!(
        run.out.contains("trail my_trail of organization o-abcdefghij, account"),
        "{}",
        run.out
    );
    assert_eq!(run.counts(), ["2/2 digest files valid", "2/2 log files valid"]);
}

#[test]
fn a_copy_of_another_bucket_is_noticed_where_the_bucket_is_told() {
    let bucket = Bucket::six_hours(&Key::known());
    bucket.verify(Metadata::Kept, &["--bucket", "trail-bucket"]).ends(0);
    let run = bucket.verify(Metadata::Kept, &["--bucket", "another"]).ends(1);
    let line = "INVALID: has been moved from its original location";
    assert!(run.statuses().iter().all(|status| status.ends_with(line)), "{}", run.out);
    assert!(run.out.contains("s3://another/AWSLogs/"), "{}", run.out);
}

#[test]
fn a_log_file_may_be_in_a_backfill_digest_that_came_later() {
    let key = Key::known();
    let mut bucket = Bucket::six_hours(&key);
    let backfill = Trail { kind: "backfill", ..Trail::new(&key) };
    let logs = [backfill.write_log(1, 0, &mut bucket)];
    backfill.write_digest(40, &logs, None, &mut bucket);
    let time = ["--from", "2026-03-02", "--to", "2026-03-02T03:00"];
    let run = bucket.verify(Metadata::Kept, &time).ends(0);
    assert!(!run.out.contains("backfill"), "{}", run.out);
    let lost = bucket.verify(Metadata::Lost, &time).ends(3);
    assert!(lost.out.ends_with("1 log file that no digest vouches for: NOT PROVEN\n"));
    bucket.objects.remove(&backfill.digest_key(40)).unwrap();
    let run = bucket.verify(Metadata::Kept, &time).ends(1);
    assert!(run.statuses()[0].ends_with("INVALID: not in any digest"), "{}", run.out);
}

#[test]
fn of_one_trail_nothing_is_said_of_what_may_be_another_ones() {
    let key = Key::known();
    let mut bucket = Bucket::six_hours(&key);
    let other = Trail { name: "other", first: 8, ..Trail::new(&key) };
    other.write(&[2, 2], &mut bucket);
    let run = bucket.verify(Metadata::Kept, &["--trail", "my_trail"]).ends(0);
    assert_eq!(run.counts(), ["6/6 digest files valid", "9/9 log files valid"]);
    bucket.objects.remove(&other.digest_key(9)).unwrap();
    bucket.verify(Metadata::Kept, &["--trail", "my_trail"]).ends(0);
    bucket.verify(Metadata::Kept, &[]).ends(3);
}
