//! Severities as people tell them apart: by word and shape, not by colour alone.

use maud::{Markup, html};

use crate::Severity;
use crate::output::visible;

/// Text of a log or about it, with nothing hidden.
pub(super) fn shown(text: &str) -> String {
    visible(text, false).into_owned()
}

/// The word beside its shape.
pub(super) fn badge(severity: Severity) -> Markup {
    html! {
        span class={ "badge " (severity.as_str()) } { (shape(severity)) (severity.as_str()) }
    }
}

/// The shape alone; what stands beside it says what it is.
pub(super) fn shape(severity: Severity) -> Markup {
    html! {
        svg.shape viewBox="-8 -8 16 16" width="12" height="12" aria-hidden="true" {
            path d=(path(severity)) {}
        }
    }
}

/// A star, a triangle, a square, a circle: about eight units from the middle at most.
pub(super) const fn path(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "M0-8 2.4-2.4 8 0 2.4 2.4 0 8-2.4 2.4-8 0-2.4-2.4Z",
        Severity::High => "M0-7 7.5 6-7.5 6Z",
        Severity::Medium => "M-5.5-5.5H5.5V5.5H-5.5Z",
        Severity::Low => "M-5 0A5 5 0 1 1 5 0A5 5 0 1 1-5 0Z",
    }
}
