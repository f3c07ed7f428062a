//! Everything that a simulated month is drawn from, as data to read and to tune: what is called, by
//! whom, how much of it is ordinary, and what is not.

pub mod apis;
pub mod backgrounds;
pub mod callers;
pub mod delivery;
pub mod incidents;
mod services;

/// A range that each power of ten is drawn from as often as any other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range(pub f64, pub f64);
