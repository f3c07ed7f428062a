//! Public keys from CloudTrail itself.

use serde_json::{Value, json};

use crate::logs::{Folder, Run, program_for};
use crate::server::{Fault, Request, Server};
use crate::trail::{Bucket, Key, Metadata, Trail};

/// Midnight of the first digest's hour.
const START: i64 = 1_772_409_612;

/// A server that answers `ListPublicKeys` like that and is S3 otherwise.
fn cloudtrail(answer: impl Fn(&Request) -> (u16, String) + Send + Sync + 'static) -> Server {
    Server::start_with("trail-bucket", move |asked| {
        let target = asked.headers.get("x-amz-target")?;
        assert_eq!(target, "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.ListPublicKeys");
        let (status, body) = answer(asked);
        Some(Fault::Answer(status, body))
    })
}

/// One that has the known key, whatever is asked.
fn knowing() -> Server {
    cloudtrail(|_| (200, Key::known().printed()))
}

fn refusal(code: &str, message: &str) -> String {
    json!({"__type": format!("com.amazonaws.cloudtrail#{code}"), "Message": message}).to_string()
}

/// What is said of a copy with all metadata.
fn verify(server: &Server, bucket: &Bucket, flags: &[&str]) -> Run {
    let folder = Folder::new();
    bucket.download(&folder, Metadata::Kept);
    Run::of(
        program_for(&server.endpoint())
            .current_dir(folder.path())
            .args(["verify", "."])
            .args(flags),
    )
}

fn upload(server: &Server, bucket: &Bucket) {
    for (key, bytes) in &bucket.objects {
        let metadata = bucket.signatures.get(key).map(|signature| ("signature", &**signature));
        server.put_with(key, bytes.as_slice(), metadata.as_slice());
    }
}

/// The Regions that were asked and what they were asked for.
fn asked(server: &Server) -> Vec<(String, Value)> {
    let requests = server.requests();
    let asked = requests.iter().filter(|asked| asked.headers.contains_key("x-amz-target"));
    let asked = asked.map(|asked| {
        let signed = asked.headers["authorization"].split('/').collect::<Vec<_>>();
        assert_eq!(signed[3], "cloudtrail", "{signed:?}");
        (signed[2].to_owned(), serde_json::from_slice(&asked.body).unwrap())
    });
    asked.collect()
}

#[test]
fn keys_are_fetched_page_by_page_for_the_times_of_the_digests() {
    let server = cloudtrail(|asked| {
        let body: Value = serde_json::from_slice(&asked.body).unwrap();
        let mut page: Value = serde_json::from_str(&match body["NextToken"].as_str() {
            None => Key::unknown().printed(),
            Some("more") => Key::known().printed(),
            Some(token) => panic!("{token}"),
        })
        .unwrap();
        if body["NextToken"].is_null() {
            page["NextToken"] = "more".into();
        }
        (200, page.to_string())
    });
    let bucket = Bucket::six_hours(&Key::known());
    let run = verify(&server, &bucket, &["--fetch-keys"]).ends(0);
    assert!(run.out.contains("9/9 log files valid"), "{}", run.out);
    // The first is called after the end of its hour; two hours of slack on either side.
    let times = |from: i64, to: i64| json!({"StartTime": START + from * 3_600, "EndTime": START + to * 3_600});
    let (first, mut second) = (times(-1, 8), times(-1, 8));
    second["NextToken"] = "more".into();
    let here = "us-east-1".to_owned();
    assert_eq!(asked(&server), [(here.clone(), first), (here.clone(), second)]);
    verify(&server, &bucket, &["--fetch-keys", "--from", "2026-03-02T03:30"]).ends(0);
    assert_eq!(asked(&server)[0], (here, times(2, 8)));
}

#[test]
fn nobody_is_asked_unless_that_is_wanted() {
    let bucket = Bucket::six_hours(&Key::known());
    let server = knowing();
    upload(&server, &bucket);
    let folder = Folder::with("keys.json", Key::known().printed());
    let in_bucket = |flags: &[&str]| {
        let mut program = program_for(&server.endpoint());
        program.current_dir(folder.path());
        server.requests();
        let run = Run::of(program.args(["verify", "s3://trail-bucket"]).args(flags));
        (run, asked(&server).len())
    };
    // A bucket asks AWS anyway.
    let (run, requests) = in_bucket(&[]);
    assert_eq!((run.ends(0).counts().len(), requests), (2, 1));
    let keys = ["--public-keys", "keys.json"];
    let (run, requests) = in_bucket(&keys);
    assert_eq!((run.code, requests), (0, 0), "{}", run.err);
    let (run, requests) = in_bucket(&[&keys[..], &["--fetch-keys"]].concat());
    assert_eq!((run.code, requests), (0, 1), "{}", run.err);
    // Without the keys, or where the bucket is not said to be Amazon's.
    let endpoint = server.endpoint();
    for flags in
        [&["--fetch-keys=never"][..], &["--no-sign-request"], &["--endpoint-url", &endpoint]]
    {
        let (run, requests) = in_bucket(flags);
        assert_eq!((run.code, requests), (3, 0), "{flags:?}: {}", run.err);
        assert!(run.out.contains("no public keys are given"), "{}", run.out);
    }
    let run = verify(&server, &bucket, &[]).ends(3);
    assert!(run.out.contains("no public keys are given"), "{}", run.out);
    assert!(server.requests().is_empty());
    let run = verify(&server, &bucket, &["--fetch-keys", "--no-sign-request"]).ends(2);
    assert!(run.err.contains("wants signed requests"), "{}", run.err);
    // No digests, no keys.
    verify(&server, &Bucket::default(), &["--fetch-keys"]);
    assert!(server.requests().is_empty());
}

#[test]
fn what_goes_wrong_is_told() {
    let bucket = Bucket::six_hours(&Key::known());
    let denied = "User: arn:aws:iam::1:user/x is not authorized to perform: \
                  cloudtrail:ListPublicKeys because no identity-based policy allows it";
    for (status, body, told) in [
        (
            400,
            refusal("AccessDeniedException", denied),
            "access denied: User: arn:aws:iam::1:user/x",
        ),
        (
            400,
            refusal("ExpiredTokenException", "x"),
            "the AWS credentials have expired; run `aws sso",
        ),
        (400, refusal("UnrecognizedClientException", "x"), "does not accept these credentials"),
        (403, refusal("InvalidSignatureException", "Signature expired"), "Signature expired"),
        (400, refusal("InvalidTimeRangeException", "no"), "InvalidTimeRangeException: no"),
        (404, "<html>".to_owned(), "this is no answer of CloudTrail: <html>"),
        (200, "[]".to_owned(), "this is no answer of CloudTrail: []"),
        (200, r#"{"PublicKeyList":[{}]}"#.to_owned(), "its answer is no list of public keys"),
    ] {
        let server = cloudtrail(move |_| (status, body.clone()));
        let run = verify(&server, &bucket, &["--fetch-keys"]).ends(3);
        assert!(run.err.contains(told), "{told}: {}", run.err);
        assert!(run.err.contains("cannot fetch CloudTrail's public keys"), "{}", run.err);
        assert!(run.err.contains("cloudtrail:ListPublicKeys is needed"), "{}", run.err);
        assert!(run.out.is_empty());
    }
    let server = cloudtrail(|_| (200, r#"{"PublicKeyList":[]}"#.to_owned()));
    let run = verify(&server, &bucket, &["--fetch-keys"]).ends(1);
    assert!(run.out.contains("public key not found in region us-east-1"), "{}", run.out);
}

#[test]
fn too_many_requests_are_made_again() {
    let calls = std::sync::atomic::AtomicUsize::new(0);
    let server =
        cloudtrail(move |_| match calls.fetch_add(1, std::sync::atomic::Ordering::Relaxed) {
            0 => (400, refusal("ThrottlingException", "Rate exceeded")),
            1 => (500, "<oops>".to_owned()),
            _ => (200, Key::known().printed()),
        });
    verify(&server, &Bucket::six_hours(&Key::known()), &["--fetch-keys"]).ends(0);
    assert_eq!(asked(&server).len(), 3);
}

#[test]
fn without_a_network_it_is_told() {
    let folder = Folder::new();
    Bucket::six_hours(&Key::known()).download(&folder, Metadata::Kept);
    let server = knowing();
    let mut program = program_for(&server.endpoint());
    program.current_dir(folder.path()).args(["verify", ".", "--fetch-keys"]);
    // One of its own is stronger than that for everything.
    program.env("AWS_ENDPOINT_URL_CLOUDTRAIL", "http://127.0.0.1:9");
    let run = Run::of(&mut program).ends(3);
    assert!(run.err.contains("http://127.0.0.1:9: "), "{}", run.err);
    assert!(run.err.contains("onnect"), "{}", run.err);
    program.env("AWS_ENDPOINT_URL_CLOUDTRAIL", "nowhere");
    let run = Run::of(&mut program).ends(3);
    assert!(run.err.contains("nowhere is no address of a server"), "{}", run.err);
    assert!(server.requests().is_empty());
}

#[test]
fn a_region_without_keys_leaves_others_alone() {
    let key = Key::known();
    let mut bucket = Bucket::six_hours(&key);
    let west = Trail { region: "eu-west-1", home: "eu-west-1", ..Trail::new(&key) };
    west.write(&[1, 1], &mut bucket);
    let other = Trail { region: "eu-west-1", key: &Key::unknown(), first: 9, ..west };
    let mut both = bucket.clone();
    Trail { name: "other", ..other }.write(&[1], &mut both);
    let answer = |asked: &Request| {
        if asked.headers["authorization"].contains("/us-east-1/") {
            (200, Key::known().printed())
        } else {
            (400, refusal("AccessDeniedException", "not there"))
        }
    };
    let server = cloudtrail(answer);
    // The key is the same here, and found.
    let run = verify(&server, &bucket, &["--fetch-keys"]).ends(0);
    assert!(run.err.contains("warning: public keys: "), "{}", run.err);
    assert!(run.err.contains("access denied: not there"), "{}", run.err);
    let run = verify(&server, &both, &["--fetch-keys"]).ends(3);
    let unproven = "NOT PROVEN: the public keys of region eu-west-1 could not be fetched";
    assert!(run.out.contains(unproven), "{}", run.out);
    let regions: Vec<String> = asked(&server).into_iter().map(|(region, _)| region).collect();
    assert!(regions.contains(&"eu-west-1".to_owned()), "{regions:?}");
}

#[test]
fn detection_fetches_them_too() {
    let server = knowing();
    let folder = Folder::new();
    Bucket::six_hours(&Key::known()).download(&folder, Metadata::Kept);
    let detect = |flags: &[&str]| {
        Run::of(
            program_for(&server.endpoint())
                .current_dir(folder.path())
                .args(["detect", "."])
                .args(flags),
        )
    };
    let run = detect(&["--verify", "--fetch-keys"]).ends(0);
    assert!(run.err.contains("9/9 log files valid"), "{}", run.err);
    assert_eq!(asked(&server).len(), 1);
    let run = detect(&["--fetch-keys"]).ends(2);
    assert!(run.err.contains("--fetch-keys"), "{}", run.err);
}
