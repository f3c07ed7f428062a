//! `--geoip-city` and `--geoip-asn`: where source addresses are, by databases made here.

#[allow(dead_code, reason = "each test program uses its part")]
#[path = "../logs/mod.rs"]
mod logs;
mod mmdb;

mod databases;
mod outputs;
