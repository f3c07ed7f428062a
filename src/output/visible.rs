//! Names in logs are written by strangers: nothing in them may hide, move the cursor or turn the
//! text around.

use std::borrow::Cow;
use std::fmt::Write as _;

use unicode_width::UnicodeWidthChar;

/// Marks that may stand on one character; a tall pile of them spills over other lines.
const MARKS: usize = 2;

/// The text with every control, format and other invisible character written out (`\n`,
/// `\u{202e}`); with `ascii`, everything outside ASCII as well.
///
/// ```
/// use trailspike::output::visible;
/// assert_eq!(visible("admin\u{202e}nimda\n", false), "admin\\u{202e}nimda\\n");
/// assert_eq!(visible("Zoë", false), "Zoë");
/// assert_eq!(visible("Zoë", true), "Zo\\u{eb}");
/// ```
#[must_use]
pub fn visible(text: &str, ascii: bool) -> Cow<'_, str> {
    if text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    // A mark at the very beginning would sit on whatever is printed before.
    let mut marks = MARKS;
    for character in text.chars() {
        let width = character.width().unwrap_or(0);
        marks = if width == 0 { marks + 1 } else { 0 };
        if hides(character) || marks > MARKS || (ascii && !character.is_ascii()) {
            escape(character, &mut shown);
            marks = MARKS;
        } else {
            shown.push(character);
        }
    }
    Cow::Owned(shown)
}

fn escape(character: char, shown: &mut String) {
    match character {
        '\n' => shown.push_str("\\n"),
        '\r' => shown.push_str("\\r"),
        '\t' => shown.push_str("\\t"),
        // Writing to a string cannot fail.
        other => _ = write!(shown, "\\u{{{:x}}}", u32::from(other)),
    }
}

/// The same JSON with every character that hides in its strings escaped: readers read no
/// difference, terminals obey none of it. (Escaping line ends and the like is up to JSON.)
pub(super) fn escape_json(json: &str) -> Cow<'_, str> {
    let suspect = |character: char| character > '~' && hides(character);
    if !json.contains(suspect) {
        return Cow::Borrowed(json);
    }
    let mut shown = String::with_capacity(json.len() + 64);
    for character in json.chars() {
        if suspect(character) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                // Writing to a string cannot fail.
                _ = write!(shown, "\\u{unit:04x}");
            }
        } else {
            shown.push(character);
        }
    }
    Cow::Owned(shown)
}

/// Whether a character shows nothing of itself, looks like the ordinary space without being it, or
/// changes how its neighbours look.
const fn hides(character: char) -> bool {
    matches!(character,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{a0}' // controls, no-break space
        | '\u{ad}' | '\u{34f}' | '\u{61c}' // soft hyphen, grapheme joiner, Arabic letter mark
        | '\u{600}'..='\u{605}' | '\u{6dd}' | '\u{70f}' | '\u{890}'..='\u{891}' | '\u{8e2}'
        | '\u{115f}'..='\u{1160}' | '\u{3164}' | '\u{ffa0}' // Hangul fillers
        | '\u{1680}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{2000}'..='\u{200f}' // spaces, zero widths, direction marks
        | '\u{2028}'..='\u{202f}' // separators, direction overrides
        | '\u{205f}'..='\u{206f}' // joiners, isolates
        | '\u{2800}' | '\u{3000}' // blank Braille cell, wide space
        | '\u{e000}'..='\u{f8ff}' // private use
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' // variation selectors, byte order mark
        | '\u{fdd0}'..='\u{fdef}' | '\u{fff0}'..='\u{fffb}' | '\u{fffe}'..='\u{ffff}'
        | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d159}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{10ffff}' // tags, more selectors, private use
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_hides_is_written_out() {
        for (text, shown) in [
            ("a\u{1b}[31mb", "a\\u{1b}[31mb"),
            ("a\u{9b}b", "a\\u{9b}b"),
            ("a\u{200b}\u{200d}b", "a\\u{200b}\\u{200d}b"),
            ("a\u{2066}b\u{2069}", "a\\u{2066}b\\u{2069}"),
            ("a\u{e0041}b", "a\\u{e0041}b"),
            ("a\u{a0}b\u{3000}", "a\\u{a0}b\\u{3000}"),
            ("❤\u{fe0f}", "❤\\u{fe0f}"),
            ("a\u{7f}\0\r\n\t", "a\\u{7f}\\u{0}\\r\\n\\t"),
            ("東京 \u{fffd} é", "東京 \u{fffd} é"),
        ] {
            assert_eq!(visible(text, false), shown);
        }
    }

    #[test]
    fn marks_pile_no_higher_than_two() {
        assert_eq!(visible("e\u{301}", false), "e\u{301}");
        assert_eq!(visible("\u{301}e", false), "\\u{301}e");
        assert_eq!(visible("e\u{301}\u{301}\u{301}", false), "e\u{301}\u{301}\\u{301}");
    }

    #[test]
    fn json_means_the_same_escaped() {
        let raw = "a\u{202e}b\u{9b}31m\u{7f}\u{e0041} \u{10ffff}é\"\n";
        let json = serde_json::to_string(raw).unwrap();
        let escaped = escape_json(&json);
        assert_eq!(escaped, r#""a\u202eb\u009b31m\u007f\udb40\udc41 \udbff\udfffé\"\n""#);
        assert_eq!(serde_json::from_str::<String>(&escaped).unwrap(), raw);
        assert_eq!(escape_json("{\n  \"é\": 1\n}"), "{\n  \"é\": 1\n}");
    }

    proptest! {
        #[test]
        fn any_json_means_the_same_escaped(raw in any::<String>()) {
            let json = serde_json::to_string(&raw).unwrap();
            let escaped = escape_json(&json);
            prop_assert!(!escaped.chars().any(hides));
            prop_assert_eq!(serde_json::from_str::<String>(&escaped).unwrap(), raw);
        }

        #[test]
        fn nothing_hidden_is_left(text in any::<String>(), ascii in any::<bool>()) {
            let shown = visible(&text, ascii);
            prop_assert!(!shown.chars().any(hides));
            prop_assert!(!shown.chars().any(char::is_control));
            prop_assert!(!ascii || shown.is_ascii());
            prop_assert_eq!(visible(&shown, ascii), shown.clone());
        }
    }
}
