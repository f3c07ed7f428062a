//! Text in a given number of terminal columns: East Asian characters take two, marks none.

use std::borrow::Cow;

use unicode_width::UnicodeWidthChar;

/// Columns a character takes.
fn columns(character: char) -> usize {
    character.width().unwrap_or(0)
}

/// Columns the text takes.
pub(super) fn width(text: &str) -> usize {
    text.chars().map(columns).sum()
}

/// The text in at most that many columns, its middle left out if need be: of ARNs and the like,
/// both ends matter.
pub(super) fn middle<'a>(text: &'a str, limit: usize, ellipsis: &str) -> Cow<'a, str> {
    if width(text) <= limit {
        return Cow::Borrowed(text);
    }
    let Some(left) = limit.checked_sub(width(ellipsis)) else {
        return Cow::Borrowed(head(text, limit));
    };
    Cow::Owned(format!("{}{ellipsis}{}", head(text, left / 2), tail(text, left - left / 2)))
}

/// As much of the beginning as fits.
fn head(text: &str, limit: usize) -> &str {
    let mut taken = 0;
    for (at, character) in text.char_indices() {
        taken += columns(character);
        if taken > limit {
            return &text[..at];
        }
    }
    text
}

/// As much of the end as fits; it never begins with a mark whose letter was cut off.
fn tail(text: &str, limit: usize) -> &str {
    let mut taken = 0;
    let mut start = text.len();
    for (at, character) in text.char_indices().rev() {
        taken += columns(character);
        if taken > limit {
            break;
        }
        if columns(character) > 0 {
            start = at;
        }
    }
    &text[start..]
}

/// The text in lines of at most that many columns, broken at spaces, and inside words that are
/// longer than a line. At least one line, which may be empty.
pub(super) fn wrap(text: &str, limit: usize) -> Vec<String> {
    // A wide character needs two columns, or no line would ever take it.
    let limit = limit.max(2);
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let wanted = width(word);
        if used > 0 && used + 1 + wanted <= limit {
            push(&mut lines, " ");
            used += 1;
        } else if used > 0 {
            lines.push(String::new());
            used = 0;
        }
        let mut rest = word;
        while used + width(rest) > limit {
            let part = head(rest, limit);
            push(&mut lines, part);
            lines.push(String::new());
            rest = &rest[part.len()..];
        }
        push(&mut lines, rest);
        used += width(rest);
    }
    lines
}

fn push(lines: &mut [String], text: &str) {
    if let Some(line) = lines.last_mut() {
        line.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_middle_goes_and_both_ends_stay() {
        assert_eq!(middle("arn:aws:iam::1:role/Admin", 11, "…"), "arn:a…Admin");
        assert_eq!(middle("short", 5, "…"), "short");
        assert_eq!(middle("東京東京東京", 7, "…"), "東…京");
        assert_eq!(middle("東京", 1, "…"), "…");
        assert_eq!(middle("東京", 0, "…"), "");
        assert_eq!(middle("abcdef", 2, "..."), "ab");
    }

    #[test]
    fn lines_break_at_spaces_and_long_words_inside() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("abcdefgh ij", 3), ["abc", "def", "gh", "ij"]);
        assert_eq!(wrap("", 10), [""]);
        assert_eq!(wrap("東京東", 3), ["東", "京", "東"]);
    }

    proptest! {
        #[test]
        fn nothing_is_wider_than_asked(text in any::<String>(), limit in 0_usize..60) {
            prop_assert!(width(&middle(&text, limit, "…")) <= limit);
            prop_assert!(wrap(&text, limit).iter().all(|line| width(line) <= limit.max(2)));
        }

        #[test]
        fn wrapping_loses_nothing_but_spaces(text in any::<String>(), limit in 0_usize..60) {
            prop_assert_eq!(wrap(&text, limit).concat().replace(' ', ""), text.replace(' ', ""));
        }
    }
}
