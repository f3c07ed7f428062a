//! Text and numbers in XML.

use std::borrow::Cow;
use std::fmt;

use super::super::super::visible::visible;

/// Text as the content of an element or an attribute: characters that hide are written out, those
/// that mean something in XML as entities.
pub fn escaped(text: &str) -> String {
    let shown = visible(text, false);
    let special = |character: char| matches!(character, '&' | '<' | '>' | '"' | '\'');
    if !shown.contains(special) {
        return Cow::into_owned(shown);
    }
    let mut escaped = String::with_capacity(shown.len() + 16);
    for character in shown.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// A length to a tenth, without a zero behind the point.
#[derive(Clone, Copy, Debug)]
pub struct Number(pub f64);

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenths = (self.0 * 10.0).round() / 10.0;
        // There is no -0.
        write!(f, "{}", tenths + 0.0)
    }
}
