//! Whether to colour, by what the environment says.

use std::ffi::OsString;

/// Whether output in a place that may be a terminal is coloured unless a flag says so: as
/// <https://no-color.org> and <https://bixense.com/clicolors> have it. `NO_COLOR` comes first, then
/// `CLICOLOR_FORCE`, then `CLICOLOR=0` and terminals without colours.
///
/// ```
/// use trailspike::output::wants_colour;
/// let nothing_set = |_: &str| None;
/// assert!(wants_colour(true, nothing_set));
/// assert!(!wants_colour(false, nothing_set));
/// ```
#[must_use]
pub fn wants_colour(terminal: bool, variable: impl Fn(&str) -> Option<OsString>) -> bool {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty());
    let is_on = |name: &str| set(name).map(|value| value != "0");
    if set("NO_COLOR").is_some() {
        return false;
    }
    let dumb = set("TERM").is_some_and(|term| term == "dumb");
    is_on("CLICOLOR_FORCE").unwrap_or(false)
        || (terminal && !dumb && is_on("CLICOLOR").unwrap_or(true))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_obeyed_in_their_order() {
        for (terminal, set, coloured) in [
            (true, &[("NO_COLOR", "1")][..], false),
            (true, &[("NO_COLOR", "")], true),
            (true, &[("TERM", "dumb")], false),
            (true, &[("TERM", "xterm"), ("CLICOLOR", "0")], false),
            (true, &[("CLICOLOR", "1")], true),
            (false, &[("CLICOLOR", "1")], false),
            (false, &[("CLICOLOR_FORCE", "1")], true),
            (false, &[("CLICOLOR_FORCE", "0")], false),
            (false, &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], false),
        ] {
            let variable = |name: &str| {
                let found = set.iter().find(|(has, _)| *has == name);
                found.map(|(_, value)| OsString::from(value))
            };
            assert_eq!(wants_colour(terminal, variable), coloured, "{set:?}");
        }
    }
}
