//! See the check of the same name in `tests/fuzzed/`.
#![no_main]

#[allow(dead_code, reason = "each target uses its part")]
#[path = "../../tests/fuzzed/checks/mod.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|data: &[u8]| checks::gzip::check(data));
