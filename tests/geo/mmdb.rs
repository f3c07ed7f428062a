//! Small databases in the format `MaxMind DB`, as its specification (version 2.0) says: a tree of the
//! bits of addresses, sixteen zeros, records, and at the end what it is.

use std::net::IpAddr;

use serde_json::{Value, json};

/// What a node's side leads to.
#[derive(Clone, Copy)]
enum Side {
    Nothing,
    Node(usize),
    Record(usize),
}

/// A database of IPv4 and IPv6 networks (`203.0.113.0/24`) and what is known of them.
pub fn database(kind: &str, networks: &[(&str, Value)]) -> Vec<u8> {
    let mut nodes = vec![[Side::Nothing; 2]];
    let mut records = Vec::new();
    for (network, record) in networks {
        let (address, length) = network.split_once('/').unwrap();
        // IPv4 addresses stand below ::/96.
        let (bits, length) = match address.parse().unwrap() {
            IpAddr::V4(v4) => (u128::from(u32::from(v4)), 96 + length.parse::<usize>().unwrap()),
            IpAddr::V6(v6) => (u128::from(v6), length.parse().unwrap()),
        };
        let side = |depth: usize| usize::from(bits >> (127 - depth) & 1 == 1);
        let mut node = 0;
        for depth in 0..length - 1 {
            if let Side::Node(next) = nodes[node][side(depth)] {
                node = next;
                continue;
            }
            nodes.push([Side::Nothing; 2]);
            let next = nodes.len() - 1;
            nodes[node][side(depth)] = Side::Node(next);
            node = next;
        }
        nodes[node][side(length - 1)] = Side::Record(records.len());
        write(record, &mut records);
    }
    let mut file = Vec::new();
    for side in nodes.iter().flatten() {
        let value = match *side {
            Side::Nothing => nodes.len(),
            Side::Node(node) => node,
            Side::Record(at) => nodes.len() + 16 + at,
        };
        file.extend(u32::try_from(value).unwrap().to_be_bytes());
    }
    file.extend([0; 16]);
    file.extend(records);
    file.extend(b"\xab\xcd\xefMaxMind.com");
    let about = json!({
        "binary_format_major_version": 2,
        "binary_format_minor_version": 0,
        "build_epoch": 1_772_409_600,
        "database_type": kind,
        "description": { "en": "made by a test" },
        "ip_version": 6,
        "languages": ["en"],
        "node_count": nodes.len(),
        "record_size": 32,
    });
    write(&about, &mut file);
    file
}

/// Numbers of two bytes; the others are of four.
const SHORT: [&str; 4] =
    ["binary_format_major_version", "binary_format_minor_version", "ip_version", "record_size"];

/// A value: a control byte with type and size, then the bytes.
fn write(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::String(text) => {
            control(2, text.len(), out);
            out.extend(text.as_bytes());
        }
        Value::Number(number) => {
            let number = u32::try_from(number.as_u64().unwrap()).unwrap();
            control(6, 4, out);
            out.extend(number.to_be_bytes());
        }
        Value::Object(map) => {
            control(7, map.len(), out);
            for (key, value) in map {
                write(&json!(key), out);
                match (key.as_str(), value.as_u64()) {
                    ("build_epoch", Some(time)) => {
                        // Types from 8 on are told in a byte of their own.
                        out.extend([8, 9 - 7]);
                        out.extend(time.to_be_bytes());
                    }
                    (key, Some(number)) if SHORT.contains(&key) => {
                        control(5, 2, out);
                        out.extend(u16::try_from(number).unwrap().to_be_bytes());
                    }
                    _ => write(value, out),
                }
            }
        }
        Value::Array(list) => {
            out.extend([u8::try_from(list.len()).unwrap(), 11 - 7]);
            for value in list {
                write(value, out);
            }
        }
        Value::Bool(_) | Value::Null => panic!("no database of addresses has {value}"),
    }
}

fn control(kind: u8, size: usize, out: &mut Vec<u8>) {
    match size {
        0..29 => out.push(kind << 5 | u8::try_from(size).unwrap()),
        29..285 => out.extend([(kind << 5) + 29, u8::try_from(size - 29).unwrap()]),
        _ => {
            let [high, low] = u16::try_from(size - 285).unwrap().to_be_bytes();
            out.extend([(kind << 5) + 30, high, low]);
        }
    }
}
