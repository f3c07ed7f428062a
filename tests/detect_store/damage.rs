//! Stores that cannot be read say what is wrong and where, and end with 3.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{count, detect};
use crate::logs::{Folder, Run, burst, document};

fn stored() -> (Folder, PathBuf) {
    let folder = Folder::new();
    let file = folder.write("x.json", document(&burst(5)));
    let store = folder.at("store");
    count(&[file], &store, &[]);
    (folder, store)
}

fn manifest(store: &Path) -> Value {
    serde_json::from_slice(&fs::read(store.join("store.json")).unwrap()).unwrap()
}

/// The path of a day's table, or of the ledger.
fn table(store: &Path, table: &str) -> PathBuf {
    let manifest = manifest(store);
    let entry = match table {
        "files" => &manifest["files"],
        table => &manifest["days"][3]["tables"][table],
    };
    store.join(entry["path"].as_str().unwrap())
}

fn refused(store: &Path, says: &str) -> Run {
    let run = detect(&[store.to_owned()], &[]).ends(3);
    assert!(run.err.contains(says) && run.out.is_empty(), "{says}: {}", run.err);
    run
}

const TABLES: [&str; 5] = ["minutes", "apis", "names", "presence", "files"];

#[test]
fn missing_and_shortened_files_are_named() {
    for name in TABLES {
        let (_folder, store) = stored();
        let path = table(&store, name);
        let bytes = fs::read(&path).unwrap();
        fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
        let run = refused(&store, path.file_name().unwrap().to_str().unwrap());
        assert!(run.err.contains(" bytes"), "{}", run.err);
        fs::remove_file(&path).unwrap();
        refused(&store, path.file_name().unwrap().to_str().unwrap());
    }
}

#[test]
fn damage_that_leaves_the_length_is_no_panic() {
    // Of the minute counts only some is read, so that such damage may stay unseen: --check is for it.
    for name in TABLES.into_iter().filter(|name| *name != "minutes") {
        let (_folder, store) = stored();
        let path = table(&store, name);
        let bytes = fs::read(&path).unwrap();
        for at in (0..bytes.len()).step_by((bytes.len() / 4).max(1)) {
            let mut bytes = bytes.clone();
            bytes[at] ^= 0x5a;
            fs::write(&path, &bytes).unwrap();
            refused(&store, path.file_name().unwrap().to_str().unwrap());
        }
        fs::write(&path, vec![0; bytes.len()]).unwrap();
        refused(&store, path.file_name().unwrap().to_str().unwrap());
    }
}

#[test]
fn manifests_that_cannot_be_read_say_why() {
    let (_folder, store) = stored();
    let path = store.join("store.json");
    for (schema, says) in [(1, "new store"), (3, "newer trailspike")] {
        let mut other = manifest(&store);
        other["schema"] = schema.into();
        fs::write(&path, other.to_string()).unwrap();
        refused(&store, says);
    }
    for text in ["", "{", "[]", "{\"schema\":2}", "{\"schema\":\"one\"}"] {
        fs::write(&path, text).unwrap();
        refused(&store, "store.json");
    }
}

#[test]
fn other_tables_in_place_of_the_right_ones_are_no_panic() {
    let (_folder, store) = stored();
    let manifest = manifest(&store);
    for to in ["minutes", "apis", "names", "presence"] {
        for from in TABLES {
            let mut wrong = manifest.clone();
            let entry = match from {
                "files" => manifest["files"].clone(),
                from => manifest["days"][4]["tables"][from].clone(),
            };
            if from != to {
                wrong["days"][3]["tables"][to] = entry;
                fs::write(store.join("store.json"), wrong.to_string()).unwrap();
                refused(&store, "cannot read");
            }
        }
    }
}
