//! Insight records: published ones are read and printed back equal, ours keep CloudTrail's rules.

mod ours;
mod published;
mod rules;
