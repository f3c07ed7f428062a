//! What is told of addresses in every format.

use std::path::PathBuf;

use serde_json::{Value, json};
use trailspike::geo::Geo;
use trailspike::insight::find_origins;
use trailspike::insight::record::InsightRecord;
use trailspike::{Analysis, AnalysisOptions, Progress, analyse, find_files};

use crate::logs::{Folder, Run, SAMPLES, detect_samples, document, lines, record};
use crate::mmdb::database;

/// A database of countries and cities and one of networks, for the addresses of the samples.
fn databases(folder: &Folder) -> [PathBuf; 2] {
    let city = |country: &str, city: &str| json!({ "country": { "iso_code": country }, "city": { "names": { "en": city } } });
    let network = |asn: u32, name: &str| json!({ "autonomous_system_number": asn, "autonomous_system_organization": name });
    let cities = [
        ("198.51.100.0/24", city("US", "Ashburn")),
        ("203.0.113.0/26", city("NL", "Utrecht")),
        ("203.0.113.64/26", city("RO", "Iași")),
        ("203.0.113.128/25", json!({ "country": { "iso_code": "BR" } })),
    ];
    let networks = [
        ("198.51.100.0/24", network(64_496, "Example Cloud, Inc.")),
        ("203.0.113.0/25", network(64_500, "Example BV")),
        (
            "203.0.113.128/25",
            network(64_511, "A network with a name that is longer than a line should be"),
        ),
    ];
    [
        folder.write("city.mmdb", database("GeoLite2-City", &cities)),
        folder.write("asn.mmdb", database("GeoLite2-ASN", &networks)),
    ]
}

fn detect_placed(flags: &[&str]) -> Run {
    let folder = Folder::new();
    let [city, asn] = databases(&folder).map(|path| path.to_str().unwrap().to_owned());
    let flags = [&["--geoip-city", &city, "--geoip-asn", &asn][..], flags].concat();
    detect_samples(&flags).ends(0)
}

#[test]
fn a_table_says_where_addresses_are() {
    insta::assert_snapshot!(detect_placed(&["--format", "table"]).out);
}

fn is_of_places(newcomers: &Value) -> bool {
    newcomers["attribute"] == "country" || newcomers["attribute"] == "asn"
}

#[test]
fn records_say_where_listed_addresses_are_and_are_otherwise_the_same() {
    let mut placed = detect_placed(&[]).insights();
    let storm = &placed[1]["insightDetails"];
    assert_eq!((&storm["eventName"], &storm["state"]), (&"ConsoleLogin".into(), &"Start".into()));
    let first = json!({
        "address": "203.0.113.10", "country": "NL", "city": "Utrecht",
        "asn": 64_500, "asName": "Example BV",
    });
    let origins = storm["trailspike"]["origins"].as_array().unwrap();
    assert!(origins.contains(&first), "{origins:?}");
    let spreads: Vec<&Value> = storm["trailspike"]["newcomers"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|new| is_of_places(new))
        .collect();
    // Of the baseline's addresses all are in 198.51.100.0/24, or are services.
    assert_eq!(
        spreads,
        [
            &json!({ "attribute": "country", "distinct": 2, "new": 2 }),
            &json!({ "attribute": "asn", "distinct": 2, "new": 2 }),
        ]
    );
    for record in &mut placed {
        let extension = record["insightDetails"]["trailspike"].as_object_mut().unwrap();
        let listed = extension["attributions"][0].clone();
        for origin in extension.remove("origins").unwrap().as_array().unwrap() {
            let lists = ["insight", "baseline"].map(|list| listed[list].as_array().unwrap());
            assert!(lists.into_iter().flatten().any(|value| value["value"] == origin["address"]));
        }
        let newcomers = extension["newcomers"].as_array_mut().unwrap();
        newcomers.retain(|newcomers| !is_of_places(newcomers));
    }
    assert_eq!(placed, detect_samples(&[]).ends(0).insights());
}

#[test]
fn records_read_back() {
    for record in detect_placed(&[]).insights() {
        let read: InsightRecord = serde_json::from_value(record.clone()).unwrap();
        let extension = read.insight_details.trailspike.as_ref().unwrap();
        assert!(extension.origins.as_ref().is_some_and(|origins| !origins.is_empty()));
        assert_eq!(serde_json::to_value(read).unwrap(), record);
    }
}

#[test]
fn counts_on_disk_make_no_difference() {
    let folder = Folder::new();
    let geo = Geo::open(databases(&folder)).unwrap();
    let found = |rows: Option<usize>| {
        let mut options = AnalysisOptions::new();
        options.memory.rows = rows.unwrap_or(options.memory.rows);
        let files = find_files(&[SAMPLES.into()], &options).unwrap();
        let Analysis { table, mut found, .. } =
            analyse(&files, &options, &Progress::default()).unwrap();
        find_origins(&mut found.insights, &table, options.insights.calls, &geo).unwrap();
        (table.is_spilled(), found.insights)
    };
    let ((held, one), (spilled, other)) = (found(None), found(Some(1_000)));
    assert_eq!((held, spilled), (false, true));
    assert_eq!(one, other);
    assert!(one.iter().all(|insight| insight.origins.is_some()));
}

#[test]
fn csv_has_columns_for_the_first_address() {
    let with = detect_placed(&["--format", "csv"]).out;
    let without = detect_samples(&["--format", "csv"]).ends(0).out;
    let rows = |text: &str| -> Vec<Vec<String>> {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
        let rows = reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect());
        rows.collect()
    };
    let (with, without) = (rows(&with), rows(&without));
    let columns = without[0].len();
    assert_eq!(with[0][columns..], ["top_source_country", "top_source_asn", "top_source_as_name"]);
    let (mut told, from) = (0, with[0].iter().position(|name| name == "top_source_ip").unwrap());
    for (row, other) in with.iter().zip(&without) {
        assert_eq!(row[..columns], other[..]);
        if row[from] == "203.0.113.77" {
            assert_eq!(row[columns..], ["RO", "64500", "Example BV"]);
            told += 1;
        }
    }
    assert_eq!((with.len(), told), (without.len(), 2));
    let none = detect_placed(&["--format", "csv", "--to", "2026-03-03", "--exclude-account", "4*"]);
    assert_eq!(none.out.lines().count(), 1);
    assert!(none.out.contains("top_source_asn"));
}

#[test]
fn threads_change_nothing() {
    for format in ["table", "json", "csv"] {
        let one = detect_placed(&["-j", "1", "--format", format]).out;
        assert_eq!(detect_placed(&["-j", "5", "--format", format]).out, one);
    }
}

#[test]
fn a_sweep_has_no_addresses() {
    let folder = Folder::new();
    let [city, _] = databases(&folder);
    detect_samples(&["--sweep", "--geoip-city", city.to_str().unwrap()]).ends(2);
}

/// Nine days of a call every four minutes and an hour of denied calls of one user, of many users
/// from one address, or of many from everywhere.
fn month(change: impl Fn(u64, &mut Value)) -> Folder {
    let start = 8 * 86_400 + 36_000;
    let ordinary = (0..start + 7_200).step_by(240).zip(1..).map(|(second, id)| {
        let mut call = record(id, second);
        call["eventName"] = json!(format!("ListQueues{}", id % 3));
        call["readOnly"] = json!(id % 2 == 0);
        call["sourceIPAddress"] = json!(format!("192.0.2.{}", id % 7));
        if id % 90 == 0 {
            call["errorCode"] = json!("AccessDenied");
        }
        call
    });
    let attack = (0..150).map(|call| {
        let mut made = record(1_000_000 + call, start + i64::try_from(call).unwrap() * 8);
        made["eventName"] = json!(format!("Describe{call:03}"));
        made["errorCode"] = json!("AccessDenied");
        made["sourceIPAddress"] = json!(format!("192.0.2.{}", call % 50));
        change(call, &mut made);
        made
    });
    let records: Vec<Value> = ordinary.chain(attack).collect();
    Folder::with("month.jsonl", lines(&records))
}

fn user(made: &mut Value, name: &str) {
    made["userIdentity"] = json!({
        "type": "IAMUser",
        "accountId": "111122223333",
        "arn": format!("arn:aws:iam::111122223333:user/{name}"),
    });
}

/// Each address has a country and a network of its own here, so there must be as many of these as of
/// addresses, and as many new ones: whatever the insight counts.
#[test]
fn countries_and_networks_are_those_of_all_addresses() {
    let cells: Vec<(String, Value)> = (0..256)
        .flat_map(|last| {
            ["192.0.2", "198.51.100", "203.0.113"].into_iter().enumerate().map(
                move |(net, start)| {
                    let asn = 1 + net * 256 + last;
                    let known =
                        json!({ "country_code": format!("{asn}"), "asn": format!("AS{asn}") });
                    (format!("{start}.{last}/32"), known)
                },
            )
        })
        .collect();
    let cells: Vec<(&str, Value)> =
        cells.iter().map(|(network, known)| (network.as_str(), known.clone())).collect();
    let folder = Folder::with("each.mmdb", database("each", &cells));
    let file = folder.at("each.mmdb");
    let geo = ["--geoip-asn", file.to_str().unwrap()];
    let spread = |call: u64, made: &mut Value| user(made, &format!("user-{}", call % 75));
    let runs = [
        ("", detect_samples(&geo)),
        ("", detect_samples(&[&geo[..], &["--write-only"]].concat())),
        ("IdentityErrorRateInsight", month(|_, made| user(made, "mallory")).detect(&geo)),
        ("AccountErrorRateInsight", month(spread).detect(&geo)),
        (
            "SourceIpErrorRateInsight",
            month(|call, made| {
                spread(call, made);
                made["sourceIPAddress"] = json!("203.0.113.66");
            })
            .detect(&geo),
        ),
    ];
    for (kind, run) in runs {
        let records = run.ends(0).insights();
        assert!(
            records.iter().any(|record| {
                kind.is_empty() || record["insightDetails"]["insightType"] == kind
            }),
            "{kind}"
        );
        for record in records {
            let newcomers = record["insightDetails"]["trailspike"]["newcomers"].as_array().unwrap();
            let of = |attribute: &str| {
                let entry = newcomers.iter().find(|entry| entry["attribute"] == attribute).unwrap();
                (entry["distinct"].clone(), entry["new"].clone())
            };
            if record["insightDetails"]["eventName"] == "DescribeInstances" {
                // Services took part in it, and they are nowhere.
                continue;
            }
            assert_eq!(of("country"), of("sourceIPAddress"), "{record}");
            assert_eq!(of("asn"), of("sourceIPAddress"), "{record}");
        }
    }
}

#[test]
fn a_hostile_database_does_nothing() {
    let name = "=cmd|'/c calc'!A1\u{1b}[2J\u{202e}\n東京東京東京東京東京東京東京東京東京";
    let known = json!({
        "country_code": "\u{1b}[31m", "city": name, "asn": "AS7", "as_name": name,
    });
    let folder = Folder::with("x.mmdb", database("x", &[("203.0.113.0/24", known)]));
    let file = folder.at("x.mmdb");
    for format in ["table", "json", "jsonl", "csv"] {
        for more in [&[][..], &["--ascii", "--width", "24"]] {
            let flags = ["--geoip-city", file.to_str().unwrap(), "--format", format];
            let run = detect_samples(&[&flags[..], more].concat()).ends(0);
            assert!(run.out.contains("calc") || format == "table", "{format}");
            let acts =
                |letter: char| letter != '\n' && (letter.is_control() || letter == '\u{202e}');
            assert!(!run.out.contains(acts), "{format}: {}", run.out);
            if format == "table" {
                let columns = |line: &str| {
                    line.chars()
                        .map(|c| {
                            1 + usize::from(
                                ('\u{1100}'..'\u{ffff}').contains(&c) && c.is_alphabetic(),
                            )
                        })
                        .sum::<usize>()
                };
                let width = if more.is_empty() { 80 } else { 24 };
                assert!(run.out.lines().all(|line| columns(line) <= width), "{}", run.out);
            }
            if format == "csv" {
                let mut reader = csv::Reader::from_reader(run.out.as_bytes());
                for row in reader.records() {
                    assert!(
                        row.unwrap().iter().all(|cell| !cell.starts_with(['=', '+', '-', '@']))
                    );
                }
            }
        }
    }
}

#[test]
fn services_and_private_addresses_are_no_error() {
    let mut records = crate::logs::burst(10);
    for (record, from) in records
        .iter_mut()
        .zip(["AWS Internal", "10.0.0.1", "ec2.amazonaws.com"].into_iter().cycle())
    {
        record["sourceIPAddress"] = json!(from);
    }
    let logs = Folder::with("x.json", document(&records));
    let folder = Folder::new();
    let [city, asn] = databases(&folder).map(|path| path.to_str().unwrap().to_owned());
    let run = logs.detect(&["--geoip-city", &city, "--geoip-asn", &asn]).ends(0);
    for record in run.insights() {
        let extension = &record["insightDetails"]["trailspike"];
        assert_eq!(extension["origins"], json!([]));
        assert!(
            extension["newcomers"]
                .as_array()
                .unwrap()
                .contains(&json!({ "attribute": "asn", "distinct": 0, "new": 0 }))
        );
    }
}

#[test]
fn identities_have_countries_and_networks() {
    let rows = detect_placed(&["--by", "identity"]).insights();
    let agent =
        rows.iter().find(|row| row["identity"] == "arn:aws:iam::111122223333:user/backup-agent");
    let agent = agent.unwrap();
    assert_eq!(agent["countries"], json!(["RO", "US"]));
    assert_eq!(agent["networks"], json!([64_496, 64_500]));
    let csv = detect_placed(&["--by", "identity", "--format", "csv"]).out;
    assert!(csv.lines().next().unwrap().ends_with(",countries,networks"));
    assert!(csv.contains(",RO US,64496 64500\n"), "{csv}");
    let table = detect_placed(&["--by", "identity", "--format", "table"]).out;
    assert!(table.contains("  places   RO, US; 2 networks\n"), "{table}");
    let without = detect_samples(&["--by", "identity"]).ends(0).out;
    assert!(!without.contains("countries"));
}
