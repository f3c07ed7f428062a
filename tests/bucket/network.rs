//! On the way: far servers, web servers, proxies.

use std::path::Path;
use std::time::Duration;

use super::detect;
use super::logs::{Folder, Run, SAMPLES, gzip, lines, program, program_for, record};
use super::server::Server;

#[test]
fn a_far_server_tells_the_same() {
    let server = Server::start("trail");
    server.put_folder(Path::new(SAMPLES), "");
    let flags = ["-f", "json"];
    let near = detect(&server, &["s3://trail/"], &flags).ends(0);
    server.delay(Duration::from_millis(5));
    for threads in ["1", "3"] {
        let far = detect(&server, &["s3://trail/"], &["-f", "json", "-j", threads]).ends(0);
        assert_eq!(far.out, near.out);
        for label in ["files", "records", "time", "found"] {
            assert_eq!(far.line(label), near.line(label), "{label}");
        }
    }
    let folder = Folder::new();
    let count = |input: &str, store: &str| {
        Run::of(program_for(&server.endpoint()).args(["count", input, "-o"]).arg(folder.at(store)))
            .ends(0)
    };
    count("s3://trail/", "far");
    count(SAMPLES, "disk");
    let tables = |store: &str| {
        let files = walkdir::WalkDir::new(folder.at(store).join("minutes")).sort_by_file_name();
        let files = files.into_iter().map(|file| file.unwrap().into_path());
        let files = files.filter(|path| path.is_file());
        files.map(|path| std::fs::read(path).unwrap()).collect::<Vec<_>>()
    };
    assert!(!tables("far").is_empty() && tables("far") == tables("disk"));
}

#[test]
fn files_of_web_servers_are_read() {
    let server = Server::start("pub");
    let text = lines(&[record(1, 0), record(2, 60)]);
    server.put("logs/a b.jsonl", text.clone());
    server.put("logs/b.jsonl.gz", gzip(lines(&[record(3, 120)])));
    let padding = "x".repeat(9_000_000);
    let mut large = [record(4, 180), record(5, 240)];
    for event in &mut large {
        event["requestParameters"] = padding.as_str().into();
    }
    server.put("logs/large.jsonl", lines(&large));
    let run = |keys: &[&str]| {
        let address = |key: &&str| format!("{}/pub/logs/{key}", server.endpoint());
        let inputs: Vec<String> = keys.iter().map(address).collect();
        // Nobody is asked who we are.
        Run::of(program().env_remove("HOME").arg("detect").args(inputs))
    };
    assert_eq!(run(&["a b.jsonl"]).ends(0).counted(), 2);
    assert_eq!(run(&["a b.jsonl", "b.jsonl.gz", "a b.jsonl"]).ends(0).counted(), 3);
    server.requests();
    assert_eq!(run(&["large.jsonl"]).ends(0).counted(), 2);
    let asked = server.requests();
    assert!(asked.iter().filter(|asked| asked.headers.contains_key("range")).count() >= 3);
    assert!(asked.iter().all(|asked| !asked.headers.contains_key("authorization")));
    let nowhere = run(&["none.jsonl"]).ends(3);
    assert!(nowhere.err.contains("none.jsonl"), "{}", nowhere.err);
    let folder = run(&[""]).ends(3);
    assert!(folder.err.contains("/pub/logs/"), "{}", folder.err);
}

#[test]
fn proxies_of_the_environment_are_gone_through() {
    let proxy = Server::start("trail");
    proxy.put("a.jsonl", lines(&[record(1, 0)]));
    let mut program = program_for(&proxy.endpoint());
    program
        .env("AWS_ENDPOINT_URL", "http://nowhere.invalid:81")
        .env("http_proxy", proxy.endpoint())
        .args(["detect", "s3://trail/a.jsonl"]);
    for name in ["NO_PROXY", "no_proxy"] {
        program.env_remove(name);
    }
    assert_eq!(Run::of(&mut program).ends(0).counted(), 1);
    let requests = proxy.requests();
    assert!(requests.iter().all(|asked| asked.target.starts_with("http://nowhere.invalid:81/")));
    // Whoever says who we are is asked through the proxy, too.
    let folder = Folder::with("token", "x");
    for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] {
        program.env_remove(name);
    }
    program
        .env("AWS_WEB_IDENTITY_TOKEN_FILE", folder.at("token"))
        .env("AWS_ROLE_ARN", "arn:aws:iam::111122223333:role/reader")
        .env("AWS_REGION", "eu-west-1")
        .env("AWS_ENDPOINT_URL_STS", "https://sts.nowhere.invalid")
        .env("https_proxy", proxy.endpoint());
    let run = Run::of(&mut program).ends(3);
    assert!(run.err.contains("there are no AWS credentials"), "{}", run.err);
    let asked: Vec<_> = proxy.requests().into_iter().map(|a| (a.method, a.target)).collect();
    let connect = ("CONNECT".to_owned(), "sts.nowhere.invalid:443".to_owned());
    assert!(asked.contains(&connect), "{asked:?}");
}
