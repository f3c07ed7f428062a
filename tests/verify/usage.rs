//! Flags, forms of output, and wrong use.

use serde_json::Value;

use crate::logs::{Folder, Run, program};
use crate::trail::{Bucket, Key, Metadata, Trail};

#[test]
fn json_says_the_same() {
    let key = Key::known();
    let trail = Trail::new(&key);
    let mut bucket = Bucket::six_hours(&key);
    bucket.objects.remove(&trail.log_key(0, 1)).unwrap();
    bucket.objects.insert(trail.log_key(2, 4), b"{}".to_vec());
    bucket.objects.insert(trail.log_key(9, 0), b"{}".to_vec());
    let run = bucket.verify(Metadata::Kept, &["--format", "json"]).ends(1);
    insta::assert_snapshot!(run.out);
    let all = bucket.verify(Metadata::Kept, &["--format", "json", "--verbose"]).ends(1);
    let all: Value = serde_json::from_str(&all.out).unwrap();
    assert_eq!(all["trails"][0]["files"].as_array().unwrap().len(), 15);
    assert_eq!(all["strayFiles"].as_array().unwrap().len(), 2);
}

#[test]
fn nothing_to_verify_is_not_proven() {
    let folder = Folder::with("AWSLogs/x.json", "{}");
    let run = Run::of(program().arg("verify").arg(folder.path())).ends(3);
    assert_eq!(run.out, "No digests found\n");
    let run = Run::of(program().arg("verify").arg(folder.at("nowhere"))).ends(3);
    assert!(run.err.contains("cannot read"), "{}", run.err);
}

#[test]
fn wrong_use_is_told() {
    let folder = Folder::with("keys.json", Key::known().printed());
    folder.write("empty.json", r#"{"PublicKeyList":[]}"#);
    folder.write("other.json", "{}");
    let wrong = |flags: &[&str], says: &str| {
        let mut command = program();
        command.current_dir(folder.path());
        let run = Run::of(command.arg("verify").args(flags)).ends(2);
        assert!(run.err.contains(says), "{}", run.err);
    };
    wrong(&[".", "--public-keys", "none.json"], "cannot read public keys from none.json");
    wrong(
        &[".", "--public-keys", "other.json"],
        "is not what aws cloudtrail list-public-keys prints",
    );
    wrong(&[".", "--public-keys", "empty.json"], "there is no public key in empty.json");
    wrong(&["-"], "standard input has no name in S3");
    wrong(&[".", "--from", "2026-03-02", "--to", "2026-03-01"], "is not before");
    wrong(&[".", "-o", "keys.json"], "exists; give --force");
    wrong(&[], "required");
}

#[test]
fn threads_and_order_of_inputs_change_no_byte() {
    let key = Key::known();
    let mut bucket = Bucket::six_hours(&key);
    Trail { region: "eu-west-1", ..Trail::new(&key) }.write(&[3, 2, 1, 0, 5], &mut bucket);
    bucket.objects.remove(&Trail::new(&key).log_key(0, 1)).unwrap();
    let folder = Folder::with("keys.json", key.printed());
    bucket.download(&folder, Metadata::Lost);
    let run = |flags: &[&str]| {
        let mut command = program();
        command.current_dir(folder.path());
        Run::of(command.args(["verify", "--public-keys", "keys.json", "-v"]).args(flags))
            .ends(1)
            .out
    };
    let one = run(&[".", "-j", "1"]);
    let parts = ["AWSLogs/111122223333/CloudTrail", "AWSLogs/111122223333/CloudTrail-Digest"];
    assert_eq!(run(&["AWSLogs", "-j", "4"]).replace("./", ""), one.replace("./", ""));
    assert_eq!(run(&[parts[0], parts[1], "-j", "3"]), run(&[parts[1], parts[0], "-j", "2"]));
    assert_eq!(run(&[parts[1], parts[0]]).replace("./", ""), one.replace("./", ""));
}

#[test]
fn results_go_to_a_file_and_quiet_is_quiet() {
    let folder = Folder::new();
    let out = folder.at("out.txt");
    let bucket = Bucket::six_hours(&Key::known());
    let run = bucket.verify(Metadata::Kept, &["-q", "-o", out.to_str().unwrap()]).ends(0);
    assert_eq!((&*run.out, &*run.err), ("", ""));
    assert!(std::fs::read_to_string(out).unwrap().contains("9/9 log files valid"));
}
