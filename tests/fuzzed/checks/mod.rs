//! What must hold for any bytes. Shared by the fuzz targets in `fuzz/` and the replay of their
//! corpus in `tests/fuzzed/`.

pub mod container;
pub mod event;
pub mod gzip;
pub mod layout;
pub mod seen;
