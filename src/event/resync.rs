//! Where to read on after a malformed record.

use memchr::memmem;

/// The key that every record since 2013 begins with.
const FIRST_KEY: &str = "\"eventVersion\"";

/// Bytes from the start of a malformed record to where reading can go on: behind its closing brace
/// where its braces match, or at the next place that looks like the start of a record.
pub fn after_malformed(text: &str) -> Option<usize> {
    let next = next_record(text);
    match (matching_end(text), next) {
        (Some(end), Some(next)) => Some(end.min(next)),
        (end, next) => end.or(next),
    }
}

/// The end of the object or list that `text` begins with, by counting brackets outside strings.
/// `None` when it does not close, or a string runs over a line's end, which JSON does not allow.
fn matching_end(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut bytes = text.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            b'"' => loop {
                match bytes.next()?.1 {
                    b'"' => break,
                    b'\n' => return None,
                    b'\\' => {
                        bytes.next()?;
                    }
                    _ => {}
                }
            },
            _ if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

/// The next brace, after the first byte, that opens a line or stands before [`FIRST_KEY`].
pub fn next_record(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let opens_line = memmem::find(bytes, b"\n{").map(|at| at + 1);
    let has_key = memmem::find_iter(bytes, FIRST_KEY.as_bytes()).find_map(|key| {
        let before = text[..key].trim_end();
        (before.ends_with('{') && before.len() > 1).then(|| before.len() - 1)
    });
    match (opens_line, has_key) {
        (Some(line), Some(key)) => Some(line.min(key)),
        (line, key) => line.or(key),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rest(text: &str) -> Option<&str> {
        after_malformed(text).map(|at| &text[at..])
    }

    #[test]
    fn neighbours_of_a_malformed_record_are_found() {
        assert_eq!(rest(r#"{"a": tru, "b": "}\""},{"c":1}"#), Some(r#",{"c":1}"#));
        assert_eq!(rest("{\"a\": \"half\n{\"b\":1}"), Some("{\"b\":1}"));
        assert_eq!(rest("{\"a\":{\"b\":1,\n{\"b\":1}"), Some("{\"b\":1}"));
        let torn = r#"{"a":"x, { "eventVersion":"1.08"}]"#;
        assert_eq!(rest(torn), Some(r#"{ "eventVersion":"1.08"}]"#));
        assert_eq!(rest(r#"{"eventVersion":"1.08","#), None);
        assert_eq!(rest("}}"), None);
    }
}
