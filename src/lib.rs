//! stub
pub mod minute; pub use minute::Minute;
pub mod event;
pub use event::fold_session;
pub mod coverage;
pub mod input;
