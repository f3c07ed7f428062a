//! The bucket store: minute counts that are kept between runs. What is in it: `docs/store.md`.

pub mod read;
