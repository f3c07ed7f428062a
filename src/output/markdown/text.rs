//! Names and sentences in Markdown. Logs are written by strangers: whatever could be markup, a link,
//! HTML, a mention or an emoji stands in a code span, where Markdown takes everything as it is.

use super::super::visible::visible;

/// Where text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In a paragraph or a list.
    Text,
    /// In a cell of a table.
    Cell,
}

/// A name as a code span.
pub fn code(name: &str, place: Place) -> String {
    let shown = visible(name, false);
    if shown.is_empty() {
        return "(none)".to_owned();
    }
    // Tables are cut at bars before code is looked for.
    let shown = match place {
        Place::Cell => shown.replace('|', "\\u{7c}"),
        Place::Text => shown.into_owned(),
    };
    let fence = "`".repeat(longest_run_of_ticks(&shown) + 1);
    // A space at both ends is no part of the code; without them, ticks would join the fence.
    let ticks = shown.starts_with('`') || shown.ends_with('`');
    let spaces = shown.starts_with(' ') && shown.ends_with(' ');
    let pad = if ticks || spaces { " " } else { "" };
    format!("{fence}{pad}{shown}{pad}{fence}")
}

/// Lines as a block of code for shells.
pub fn block(lines: &str) -> String {
    let fence = "`".repeat(longest_run_of_ticks(lines).max(2) + 1);
    let mut block = format!("{fence}sh\n");
    for line in lines.lines() {
        block.push_str(&visible(line, false));
        block.push('\n');
    }
    block + &fence + "\n"
}

fn longest_run_of_ticks(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// A sentence of ours with names in it: plain words stay, all else is code.
pub fn prose(sentence: &str, place: Place) -> String {
    let words = sentence.split(' ').filter(|word| !word.is_empty());
    words.map(|word| self::word(word, place)).collect::<Vec<_>>().join(" ")
}

fn word(word: &str, place: Place) -> String {
    if is_plain(word) {
        return word.to_owned();
    }
    // The comma behind a name is ours.
    let name = word.trim_end_matches([',', ';', ':', '.']);
    if name.is_empty() {
        return code(word, place);
    }
    format!("{}{}", code(name, place), &word[name.len()..])
}

/// Whether Markdown makes nothing of the word: letters and digits, and what stands between and
/// around them in sentences.
fn is_plain(word: &str) -> bool {
    let inner = word.trim_start_matches('(').trim_end_matches([',', ';', ':', '.', ')', '%']);
    let sign = |c: char| matches!(c, '.' | ',' | '-' | '/' | '\'' | '×' | '→' | '^');
    let letters = inner.chars().all(|c| c.is_alphanumeric() || sign(c) || c == ':');
    let clock = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let colons = !inner.contains(':') || inner.split(':').all(clock);
    let lower = inner.to_ascii_lowercase();
    let rule = inner.contains("--") || inner.starts_with('-');
    letters && colons && !rule && !lower.contains("www.") && visible(word, false) == word
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_code() {
        for (name, text, cell) in [
            ("GetItem", "`GetItem`", "`GetItem`"),
            ("", "(none)", "(none)"),
            ("a`b", "``a`b``", "``a`b``"),
            ("``", "``` `` ```", "``` `` ```"),
            ("a\\|b", "`a\\|b`", "`a\\\\u{7c}b`"),
            ("a\nb\u{202e}", "`a\\nb\\u{202e}`", "`a\\nb\\u{202e}`"),
            ("<b>", "`<b>`", "`<b>`"),
        ] {
            assert_eq!(code(name, Place::Text), text);
            assert_eq!(code(name, Place::Cell), cell);
        }
    }

    #[test]
    fn a_block_ends_where_it_is_to_end() {
        assert_eq!(block("a | b\n  c"), "```sh\na | b\n  c\n```\n");
        assert_eq!(block("```\nx\u{202e}"), "````sh\n```\nx\\u{202e}\n````\n");
    }

    #[test]
    fn our_words_stay_and_names_become_code() {
        for (sentence, shown) in [
            ("98% of 1,204 calls (×3.5), at 14:20;", "98% of 1,204 calls (×3.5), at 14:20;"),
            ("us-east-1, 3 min → 5 min", "us-east-1, 3 min → 5 min"),
            ("of arn:aws:iam::1:user/a, who", "of `arn:aws:iam::1:user/a`, who"),
            ("[click here](http://evil)", "`[click` `here](http://evil)`"),
            ("<img src=x> @all #1 **b** _c_", "`<img` `src=x>` `@all` `#1` `**b**` `_c_`"),
            ("www.evil.example :smile: --- a|b", "`www.evil.example` `:smile`: `---` `a|b`"),
            ("a&lt;b ~~c~~ $x$ \\", "`a&lt;b` `~~c~~` `$x$` `\\`"),
        ] {
            assert_eq!(prose(sentence, Place::Text), shown);
        }
    }

    proptest! {
        /// Outside of code spans nothing is left that means anything.
        #[test]
        fn only_code_holds_what_could_be_markup(sentence in "[a-z`|<>*_\\[\\]()!~$@#&:\\\\ \n\u{202e}]{0,40}") {
            for place in [Place::Text, Place::Cell] {
                let shown = prose(&sentence, place);
                let mut rest = shown.as_str();
                while let Some(start) = rest.find('`') {
                    prop_assert!(harmless(&rest[..start]), "{}", shown);
                    let opened = &rest[start..];
                    let ticks = opened.len() - opened.trim_start_matches('`').len();
                    let fence = &opened[..ticks];
                    let inside = &opened[ticks..];
                    // The first run of just as many ticks closes.
                    let mut at = 0;
                    let end = loop {
                        let found = inside[at..].find('`').map(|found| at + found);
                        prop_assert!(found.is_some(), "{} does not end in {}", fence, shown);
                        let found = found.unwrap();
                        let run = inside[found..].len() - inside[found..].trim_start_matches('`').len();
                        if run == ticks {
                            break found + run;
                        }
                        at = found + run;
                    };
                    rest = &inside[end..];
                }
                prop_assert!(harmless(rest), "{}", shown);
                prop_assert!(place == Place::Text || !shown.contains('|'));
                let hides = shown.chars().any(|c| c == '\n' || c == '\u{202e}');
                prop_assert!(!hides, "{}", shown);
            }
        }
    }

    fn harmless(text: &str) -> bool {
        !text
            .contains(['|', '<', '>', '*', '_', '[', ']', '!', '~', '$', '@', '#', '&', '\\', '\n'])
    }
}
