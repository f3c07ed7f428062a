//! The files of a store, as others read them.

use polars::prelude::{DataType, TimeUnit, TimeZone};
use serde_json::json;
use uuid::Uuid;

use crate::logs::{Folder, document, record};
use crate::stores::{count, manifest, sum, table, texts, without_id};

#[test]
fn tables_hold_what_the_logs_say() {
    let (logs, store) = (Folder::new(), Folder::new());
    let mut denied = record(3, 61);
    denied["errorCode"] = "AccessDenied".into();
    let mut data = record(4, 62);
    data["eventCategory"] = "Data".into();
    let mut update = record(5, 7_200);
    update["addendum"] = json!({ "reason": "UPDATED_DATA" });
    let events = [
        record(2, 60),
        record(1, 65),
        record(2, 60),
        without_id(record(9, 60)),
        denied,
        data,
        update,
    ];
    logs.write("a.json", document(&events));
    let added = count(&store.at("s"), &[logs.path().into()]);
    assert_eq!((added.events, added.tally.duplicates), (5, 1));
    let manifest = manifest(&store.at("s"));
    let day = &manifest.days[0];
    assert_eq!((day.day.as_str(), day.events, manifest.days.len()), ("2026-03-02", 5, 1));
    let table = |path: &str| table(&store.at("s"), path);

    let minutes = table(&day.tables.minutes.path);
    assert_eq!((minutes.height(), sum(&minutes, "events")), (3, 5));
    let time = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
    assert_eq!(minutes.column("minute").unwrap().dtype(), &time);
    let some =
        |texts: &[&str]| texts.iter().map(|text| Some((*text).to_owned())).collect::<Vec<_>>();
    assert_eq!(texts(&minutes, "category"), some(&["management", "management", "data"]));
    let binary = |name: &str| minutes.column(name).unwrap().binary().unwrap().clone();
    let id = |id: u64| Uuid::parse_str(&format!("00000000-0000-4000-8000-{id:012x}")).unwrap();
    let examples = binary("example_event_id");
    let examples = examples.iter().map(|id| Uuid::from_slice(id.unwrap()).unwrap());
    assert!(examples.eq([1, 3, 4].map(id)));
    assert_eq!(texts(&minutes, "error_code"), [None, Some("AccessDenied".to_owned()), None]);
    // Those of the examples are not among them.
    let prints = binary("event_prints");
    let lengths: Vec<usize> = prints.iter().map(|bytes| bytes.unwrap().len()).collect();
    assert_eq!(lengths, [5, 0, 0]);

    let apis = table(&day.tables.apis.path);
    assert_eq!((apis.height(), sum(&apis, "events"), sum(&apis, "errors")), (2, 5, 1));
    assert_eq!((sum(&apis, "first_row"), sum(&apis, "rows")), (2, 3));
    let names = table(&day.tables.names.path);
    let dimensions = ["error_code", "identity", "identity_type", "source_ip", "user_agent"];
    assert_eq!(texts(&names, "dimension"), some(&dimensions));
    // The update says that the logs are there, and counts nowhere.
    let presence = table(&day.tables.presence.path);
    assert_eq!((presence.height(), sum(&presence, "minutes")), (2, 0b10 + 1));
    let files = table(&manifest.files.path);
    let sums =
        ["records", "counted", "updates", "without_id", "rejected"].map(|name| sum(&files, name));
    assert_eq!(sums, [7, 6, 1, 1, 0]);
}
