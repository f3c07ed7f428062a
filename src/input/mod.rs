//! Where bytes come from: files, standard input and object stores, found in a stable order, decompressed.

mod ahead;
mod allowance;
mod discover;
mod gzip;
mod layout;
mod open;
mod place;
mod source;

pub use ahead::{Batch, Fetched, ReadAhead, StopOnPanic};
pub use discover::{
    Discovery, InputError, LogFile, STORE_MANIFEST, Selection, Skipped, delivered_near, discover,
    discover_with, is_store,
};
#[cfg(test)]
pub(crate) use gzip::gzip;
pub(crate) use gzip::{inflate_one_member, is_gzip};
pub use layout::LogKey;
#[cfg(feature = "cloud")]
pub(crate) use layout::is_account;
pub use open::{Limits, Opener};
pub use place::{ObjectPlace, Place};
pub use source::{Damage, Source};
