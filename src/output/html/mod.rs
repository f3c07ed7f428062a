//! A report as one page that needs nothing else: no network, no server, no other file.
//!
//! What people look at first stands in the page as it is (`page.rs` and what it is put together
//! of); what is shown of an insight that is opened is data (`island.rs`) that the page's script
//! draws when it is asked for (`assets/`). Names are written by strangers: the template escapes
//! them, what hides is written out, and the script writes text, never HTML; `policy.rs` has the
//! browser hold all of it to that.

mod heat;
mod hero;
mod island;
mod list;
mod mark;
mod overview;
mod pack;
mod page;
mod policy;
#[cfg(test)]
mod tests;
mod timeline;
mod words;

use std::io;

use crate::report::Report;

/// Writes a report as one HTML page. The same report is the same bytes.
///
/// # Errors
/// Those of `out`.
pub fn write_html(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let island = pack::pack(&island::Island::of(report))?;
    out.write_all(page::page(report, &island).into_string().as_bytes())
}
