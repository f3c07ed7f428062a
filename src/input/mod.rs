//! Where bytes come from: local files and standard input, found in a stable order, decompressed.

mod ahead;
mod allowance;
mod discover;
mod gzip;
mod layout;
mod open;
mod source;

pub use ahead::{Batch, FETCHERS, Fetched, ReadAhead, StopOnPanic};
pub use discover::{
    Discovery, InputError, LogFile, STORE_MANIFEST, Selection, Skipped, delivered_near, discover,
    is_store,
};
pub(crate) use gzip::{inflate_one_member, is_gzip};
pub use layout::LogKey;
pub use open::{Limits, Opener};
pub use source::{Damage, Source};
