//! Logs are written by strangers, and the page shows what they wrote.

use serde_json::json;

use crate::hostile;
use crate::pages::{assert_calm, of_logs, of_samples};

#[test]
#[ignore = "needs Chromium"]
fn nothing_in_a_log_runs_or_loads() {
    let folder = hostile::logs();
    let mut report = of_logs(folder.path());
    report.browser.open(&report.page, "");
    assert!(report.shown() > 0);
    // Everything is opened, and each folded thing in it.
    report.browser.eval("[...rows.keys()].forEach((at) => setOpen(at, true))");
    report
        .browser
        .eval("document.querySelectorAll('details').forEach((more) => (more.open = true))");
    report.browser.wait_for("document.querySelectorAll('details pre').length >= rows.size");
    let text = report.browser.eval("document.body.innerText");
    assert!(text.as_str().unwrap().contains("<script>pwned"), "the names are shown as they are");
    assert_eq!(report.browser.eval("typeof pwned"), json!("undefined"));
    // No element came out of a name.
    let strange = "document.querySelectorAll('body img, body iframe, body object, body link, body base, body a:not([href^=\"#\"])').length";
    assert_eq!(report.browser.eval(strange), json!(0));
    assert_eq!(report.browser.eval("document.scripts.length"), json!(4));
    let hides = "(document.documentElement.outerHTML.match(/[\\u202a-\\u202e\\u2066-\\u2069\\0\\x1b]/g) ?? []).length";
    assert_eq!(report.browser.eval(hides), json!(0));
    assert_calm(&report.browser.take_events());
}

#[test]
#[ignore = "needs Chromium"]
fn the_browser_holds_the_page_to_its_policy() {
    let mut report = of_samples();
    report.browser.open(&report.page, "");
    assert_calm(&report.browser.take_events());
    // What a flaw in the page could be used for fails.
    let inline = "(() => { const script = document.createElement('script');
        try { script.textContent = 'window.pwned = 1'; document.body.append(script); } catch { return 'refused'; }
        return typeof pwned; })()";
    let outcome = report.browser.eval(inline);
    assert!([json!("refused"), json!("undefined")].contains(&outcome), "{outcome}");
    let html = "(() => { try { document.body.innerHTML += '<b>x</b>'; return 'done'; } catch { return 'refused'; } })()";
    assert_eq!(report.browser.eval(html), json!("refused"));
    let fetched = "fetch('https://example.com/').then(() => 'done', () => 'refused')";
    assert_eq!(report.browser.eval(fetched), json!("refused"));
    let image =
        "new Promise((done) => { const image = new Image(); image.onload = () => done('done');
        image.onerror = () => done('refused'); image.src = 'https://example.com/x.png'; })";
    assert_eq!(report.browser.eval(image), json!("refused"));
}

#[test]
#[ignore = "needs Chromium"]
fn the_script_and_the_program_write_out_the_same_characters() {
    let mut report = of_samples();
    report.browser.open(&report.page, "");
    // Each character after a letter, and after a letter with two marks.
    let mut different = Vec::new();
    for first in (0..0x11_0000_u32).step_by(0x1000) {
        let characters: Vec<char> = (first..first + 0x1000).filter_map(char::from_u32).collect();
        let asked = json!(characters);
        let shown = report.browser.eval(&format!("{asked}.map((c) => visible('a' + c))"));
        for (at, character) in characters.into_iter().enumerate() {
            let ours = format!("a{character}");
            if shown[at] != json!(trailspike::output::visible(&ours, false)) {
                different.push(format!("{:x}", u32::from(character)));
            }
        }
    }
    assert!(different.is_empty(), "{different:?}");
    for text in ["\u{301}", "e\u{301}\u{301}\u{301}x", "\u{202e}\u{301}", "東京\n\t"] {
        let shown = report.browser.eval(&format!("visible({})", json!(text)));
        assert_eq!(shown, json!(trailspike::output::visible(text, false)));
    }
}
