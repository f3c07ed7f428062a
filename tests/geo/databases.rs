//! What is read of databases, and what is no database.

use serde_json::{Value, json};
use trailspike::geo::{Geo, GeoError, Place};

use crate::logs::{Folder, Run, program};
use crate::mmdb::database;

fn place(country: &str, city: &str, asn: u32, as_name: &str) -> Place {
    let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let asn = Some(asn).filter(|asn| *asn > 0);
    Place { country: text(country), city: text(city), asn, as_name: text(as_name) }
}

fn geo(files: &[(&str, &[(&str, Value)])]) -> Geo {
    let folder = Folder::new();
    let paths = files
        .iter()
        .map(|(kind, networks)| folder.write(&format!("{kind}.mmdb"), database(kind, networks)));
    Geo::open(paths.collect::<Vec<_>>()).unwrap()
}

#[test]
fn every_spelling_is_read() {
    for (record, known) in [
        // MaxMind and DB-IP: country, city, network, all of it.
        (json!({ "country": { "iso_code": "NL" } }), place("NL", "", 0, "")),
        (
            json!({ "city": { "names": { "de": "Den Haag", "en": "The Hague" } }, "country": { "iso_code": "NL" } }),
            place("NL", "The Hague", 0, ""),
        ),
        (json!({ "registered_country": { "iso_code": "US" } }), place("US", "", 0, "")),
        (
            json!({ "autonomous_system_number": 64_500, "autonomous_system_organization": "Example BV" }),
            place("", "", 64_500, "Example BV"),
        ),
        (
            json!({
                "country": { "iso_code": "NL" },
                "traits": { "autonomous_system_number": 7, "autonomous_system_organization": "Seven" },
            }),
            place("NL", "", 7, "Seven"),
        ),
        // ip-location-db.
        (json!({ "country_code": "US" }), place("US", "", 0, "")),
        (
            json!({ "city": "Utrecht", "country_code": "NL", "state1": "U" }),
            place("NL", "Utrecht", 0, ""),
        ),
        // IPinfo.
        (
            json!({ "country": "Netherlands", "country_code": "NL", "asn": "AS64500", "as_name": "Example BV" }),
            place("NL", "", 64_500, "Example BV"),
        ),
        (json!({ "country": "NL", "city": "Utrecht" }), place("NL", "Utrecht", 0, "")),
        (json!({ "asn": "64500", "name": "Example BV" }), place("", "", 64_500, "Example BV")),
        // Values of other types are none.
        (json!({ "country_code": "NL", "asn": [1], "city": 7 }), place("NL", "", 0, "")),
        (json!({ "country_code": "NL", "asn": "none", "name": "x" }), place("NL", "", 0, "")),
        (json!({ "asn": 0, "country_code": "NL" }), place("NL", "", 0, "")),
    ] {
        let geo = geo(&[("x", &[("203.0.113.0/24", record.clone())])]);
        assert_eq!(geo.place("203.0.113.7"), known, "{record}");
        assert_eq!(geo.place("203.0.112.7"), Place::default());
    }
}

#[test]
fn addresses_of_both_kinds_and_nothing_else_are_looked_up() {
    let everywhere = json!({ "country_code": "NL" });
    let geo = geo(&[("x", &[("::/1", everywhere.clone()), ("8000::/1", everywhere)])]);
    for (text, known) in [
        ("203.0.113.7", true),
        ("2001:db8::7", true),
        ("::ffff:203.0.113.7", true),
        ("10.0.0.7", false),
        ("fd00::7", false),
        ("ec2.amazonaws.com", false),
        ("AWS Internal", false),
        ("(other)", false),
        ("", false),
    ] {
        assert_eq!(geo.place(text).country.is_some(), known, "{text}");
    }
}

#[test]
fn databases_complete_each_other_and_the_first_is_believed() {
    let network = "203.0.113.0/24";
    let geo = geo(&[
        ("city", &[(network, json!({ "country_code": "NL" }))]),
        ("asn", &[(network, json!({ "asn": "AS7", "as_name": "Seven", "country_code": "DE" }))]),
    ]);
    assert_eq!(geo.place("203.0.113.7"), place("NL", "", 7, "Seven"));
    assert!(geo.knows_countries() && geo.knows_networks());
}

#[test]
fn a_broken_database_is_named_and_damage_never_panics() {
    let folder = Folder::new();
    let open = |name: &str, bytes: &[u8]| Geo::open([folder.write(name, bytes)]);
    let whole = database("x", &[("203.0.113.0/24", json!({ "country": { "iso_code": "NL" } }))]);
    for length in 0..whole.len() {
        let error = open("cut.mmdb", &whole[..length]).unwrap_err();
        assert!(error.to_string().contains("cut.mmdb"), "{error}");
    }
    for at in 0..whole.len() {
        let mut damaged = whole.clone();
        damaged[at] ^= 0xff;
        if let Ok(geo) = open("damaged.mmdb", &damaged) {
            for address in ["203.0.113.7", "2001:db8::7"] {
                let _ = geo.place(address);
            }
        }
    }
    let other = database("Anonymous-IP", &[("203.0.113.0/24", json!({ "is_anonymous": 1 }))]);
    let error = open("other.mmdb", &other).unwrap_err();
    assert!(matches!(error, GeoError::KnowsNothing { .. }), "{error}");
}

#[test]
fn a_bad_database_is_wrong_use_before_any_log_is_read() {
    let folder = Folder::with("notes.mmdb", "no database");
    let other = database("\u{1b}[2J", &[("203.0.113.0/24", json!({ "is_anonymous": 1 }))]);
    folder.write("other.mmdb", other);
    for (flag, name) in [
        ("--geoip-city", "missing.mmdb"),
        ("--geoip-asn", "notes.mmdb"),
        ("--geoip-city", "other.mmdb"),
        ("--geoip-asn", "."),
    ] {
        let mut command = program();
        // Logs that are missing would be exit code 3.
        command.args(["detect", "no/such/logs", flag]).arg(folder.at(name));
        let run = Run::of(&mut command).ends(2);
        assert!(
            run.out.is_empty() && run.err.contains(folder.at(name).to_str().unwrap()),
            "{}",
            run.err
        );
        assert!(!run.err.contains('\u{1b}'), "{}", run.err);
    }
}
