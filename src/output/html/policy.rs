//! What the page allows itself: its own two scripts and its own style, told by their hashes, and
//! nothing else. No request, no form, no frame, and no string made into HTML.

/// The chart library, as it was released.
pub(super) const UPLOT: &str = include_str!("assets/uplot-1.6.32/uPlot.iife.min.js");

/// Sets light or dark before anything is painted.
pub(super) const THEME: &str = include_str!("assets/theme.js");

/// The page's own script, a purpose a file.
pub(super) const SCRIPT: &str = concat!(
    "'use strict';\n",
    include_str!("assets/visible.js"),
    include_str!("assets/dom.js"),
    include_str!("assets/unpack.js"),
    include_str!("assets/words.js"),
    include_str!("assets/graph.js"),
    include_str!("assets/graph_marks.js"),
    include_str!("assets/graph_moves.js"),
    include_str!("assets/graph_panel.js"),
    include_str!("assets/downloads.js"),
    include_str!("assets/tables.js"),
    include_str!("assets/detail.js"),
    include_str!("assets/list.js"),
    include_str!("assets/keys.js"),
    include_str!("assets/start.js"),
);

/// The page's style, and the chart library's.
pub(super) const STYLE: &str = concat!(
    include_str!("assets/uplot-1.6.32/uPlot.min.css"),
    "\n",
    include_str!("assets/page.css"),
    include_str!("assets/overview.css"),
    include_str!("assets/list.css"),
    include_str!("assets/print.css"),
);

/// SHA-256 of the texts above, in base64. A test says what they must be.
const HASHES: [(&str, &str); 3] = [
    (UPLOT, "GcjUxq2Ikpp59K5J1vcWFWbf0Lo9FcxJXpdPeH63jx8="),
    (THEME, "Cvl8AKHAR71moHUJQ3KQe3k4UH3TyVlmcJrUCOfIvhY="),
    (SCRIPT, "BIrFUrq3BIB6opFhVbF8WMvml/4wwAy+IS7eOfX9OHc="),
];
const STYLE_HASH: &str = "NiURuImAm7Tik5QVuu3qGjjmeRKPLO5yKgJZayyBRAY=";

/// The Content-Security-Policy.
pub(super) fn policy() -> String {
    let scripts = HASHES.map(|(_, hash)| format!("'sha256-{hash}'")).join(" ");
    format!(
        "default-src 'none'; script-src {scripts}; style-src 'sha256-{STYLE_HASH}'; \
         base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; \
         trusted-types 'none'"
    )
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;

    #[test]
    fn hashes_are_those_of_what_is_in_the_page() {
        for (text, told) in HASHES.into_iter().chain([(STYLE, STYLE_HASH)]) {
            let begin: String = text.chars().take(60).collect();
            assert_eq!(told, base64(&Sha256::digest(text)), "of what begins with {begin:?}");
        }
    }

    #[test]
    fn the_chart_library_is_the_one_that_was_released() {
        let sums = include_str!("assets/uplot-1.6.32/SHA256SUMS");
        let files: [(&str, &[u8]); 3] = [
            ("LICENSE", include_bytes!("assets/uplot-1.6.32/LICENSE")),
            ("uPlot.iife.min.js", UPLOT.as_bytes()),
            ("uPlot.min.css", include_bytes!("assets/uplot-1.6.32/uPlot.min.css")),
        ];
        for (name, bytes) in files {
            let hash: String = Sha256::digest(bytes)
                .iter()
                .flat_map(|byte| [byte >> 4, byte & 15])
                .filter_map(|half| char::from_digit(half.into(), 16))
                .collect();
            assert!(sums.lines().any(|line| line == format!("{hash}  {name}")), "{name}: {hash}");
        }
        // So that nobody changes a file and its recorded hash together.
        let script = "19c8d4c6ad88929a79f4ae49d6f7161566dfd0ba3d15cc495e974f787eb78f1f";
        assert!(sums.contains(script));
    }

    #[test]
    fn no_script_or_style_ends_its_element() {
        for text in [UPLOT, THEME, SCRIPT, STYLE] {
            let text = text.to_lowercase();
            assert!(
                !text.contains("</script") && !text.contains("</style") && !text.contains("<!--")
            );
        }
    }

    #[test]
    fn no_script_makes_html_of_text() {
        for text in [THEME, SCRIPT] {
            for forbidden in [
                "innerHTML",
                "outerHTML",
                "insertAdjacentHTML",
                "document.write",
                "eval(",
                "fetch(",
            ] {
                assert!(!text.contains(forbidden), "{forbidden}");
            }
        }
    }

    fn base64(bytes: &[u8]) -> String {
        const DIGITS: &[u8; 64] =
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut text = String::new();
        for chunk in bytes.chunks(3) {
            let at = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
            let bits = at(0) << 16 | at(1) << 8 | at(2);
            for place in 0..4_usize {
                let digit = DIGITS[(bits >> (18 - 6 * place) & 63) as usize];
                text.push(if place <= chunk.len() { char::from(digit) } else { '=' });
            }
        }
        text
    }
}
