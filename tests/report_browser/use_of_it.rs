//! What people do with the page.

use serde_json::json;

use crate::pages::{assert_calm, of_samples, screenshots};

/// How many colours the first graph has more than a few pixels of.
pub const COLOURS: &str = "(() => { const canvas = document.querySelector('.first-graph canvas');
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const seen = new Map();
    for (let at = 0; at < data.length; at += 4) if (data[at + 3] > 0) {
        const colour = data.slice(at, at + 4).join();
        seen.set(colour, (seen.get(colour) ?? 0) + 1);
    }
    return [...seen.values()].filter((pixels) => pixels > 30).length; })()";

#[test]
#[ignore = "needs Chromium"]
fn graphs_are_drawn_and_zoom() {
    let mut report = of_samples();
    report.browser.look(1200, 900, "light");
    report.browser.open(&report.page, "");
    report.browser.wait_for("graphs.size === 1");
    // The line and the band beside axes and grid: many pixels of several colours.
    report.browser.wait_for(&format!("{COLOURS} >= 4"));

    report.browser.eval("goTo(0)");
    report.browser.wait_for("graphs.size === 2");
    let width = "(() => { const { min, max } = [...graphs][1].scales.x; return max - min; })()";
    let whole = report.browser.eval(width).as_f64().unwrap();
    report.browser.eval("document.querySelector('.detail .graph').focus()");
    report.browser.press("+");
    report.browser.wait_for(&format!("{width} < {whole} * 0.6"));
    let before = report.browser.eval("[...graphs][1].scales.x.min").as_f64().unwrap();
    report.browser.press("ArrowRight");
    report.browser.wait_for(&format!("[...graphs][1].scales.x.min > {before}"));
    report.browser.press("0");
    report.browser.wait_for(&format!("{width} === {whole}"));

    // Dragging over the middle half.
    report
        .browser
        .eval("document.querySelector('.detail .graph').scrollIntoView({block: 'center'})");
    let place = report.browser.eval(
        "(() => { const { left, top, width, height } = document.querySelector('.detail .u-over').getBoundingClientRect();
          return [left, top + height / 2, width]; })()",
    );
    let [x, y, wide] = [0, 1, 2].map(|at| place[at].as_f64().unwrap());
    report.browser.drag((x + wide * 0.25, y), (x + wide * 0.75, y), 0);
    report.browser.wait_for(&format!("Math.abs({width} / {whole} - 0.5) < 0.05"));

    report.browser.eval("document.querySelector('.tools button:nth-child(2)').click()");
    report.browser.wait_for(&format!("[...graphs][1] && {width} > {whole} * 2"));
    assert_calm(&report.browser.take_events());
}

/// Shift, and Ctrl, as the protocol has them.
const SHIFT: u32 = 8;
const CTRL: u32 = 2;

#[test]
#[ignore = "needs Chromium"]
fn graphs_go_beyond_their_first_view() {
    let mut report = of_samples();
    report.browser.look(1200, 900, "light");
    let id = {
        report.browser.open(&report.page, "");
        report.id(0)
    };
    report.browser.open(&report.page, &format!("#{id}"));
    report.browser.wait_for("document.querySelector('.detail canvas')");
    report.browser.eval(
        "document.querySelector('.detail .graph').scrollIntoView({ block: 'center' });
         chart = () => [...graphs].find((chart) => chart.root.closest('.detail'));
         start = () => chart().scales.x.min; width = () => chart().scales.x.max - start();
         home = { start: start(), width: width() }",
    );
    let place = report.browser.eval(
        "(() => { const { left, top, width, height } = chart().over.getBoundingClientRect();
          return [left, top + height / 2, width]; })()",
    );
    let [x, y, wide] = [0, 1, 2].map(|at| place[at].as_f64().unwrap());
    let middle = (x + wide / 2.0, y);
    let go_home = |report: &mut crate::pages::Reported| {
        report.browser.eval("document.querySelector('.detail .graph').focus()");
        report.browser.press("0");
        report.browser.wait_for("start() === home.start && width() === home.width");
    };

    // Each way to earlier times, where there are numbers to see.
    let earlier = "start() < home.start && width() === home.width";
    report.browser.drag(middle, (x + wide * 0.9, y), SHIFT);
    report.browser.wait_for(earlier);
    go_home(&mut report);
    report.browser.wheel(middle, (-200.0, 0.0), 0);
    report.browser.wait_for(earlier);
    go_home(&mut report);
    report.browser.wheel(middle, (0.0, -200.0), SHIFT);
    report.browser.wait_for(earlier);
    go_home(&mut report);
    for _ in 0..4 {
        report.browser.press("ArrowLeft");
    }
    report.browser.wait_for(earlier);
    let seen = "chart().data[0].some((x, at) => x < home.start && chart().data[1][at] !== null)";
    assert_eq!(report.browser.eval(seen), json!(true));
    let caption = report.browser.eval("document.querySelector('.detail .unit').textContent");
    assert!(caption.as_str().unwrap().contains("of 1 h beyond"), "{caption}");
    go_home(&mut report);

    // The wheel alone is the page's; with Ctrl it zooms around the mouse.
    report.browser.eval("scrolled = scrollY");
    report.browser.wheel(middle, (0.0, 120.0), 0);
    report.browser.wait_for("scrollY > scrolled && start() === home.start");
    report.browser.eval("scrollTo(0, scrolled)");
    report.browser.wait_for("scrollY === scrolled");
    report.browser.wheel((x + 1.0, y), (0.0, -120.0), CTRL);
    report.browser.wait_for("width() < home.width && start() - home.start < 60");
    go_home(&mut report);
    for _ in 0..12 {
        report.browser.press("-");
    }
    report.browser.wait_for("width() > 20 * home.width");
    let weeks = "document.querySelector('.tools button:nth-child(2)').ariaPressed";
    report.browser.wait_for(&format!("{weeks} === 'true'"));
    assert_calm(&report.browser.take_events());
}

#[test]
#[ignore = "needs Chromium"]
fn graphs_can_be_taken_along() {
    let mut report = of_samples();
    report.browser.open(&report.page, "");
    let folder = tempfile::tempdir().unwrap();
    let to = json!({"behavior": "allow", "downloadPath": folder.path()});
    report.browser.ask("Page.setDownloadBehavior", &to);
    report.browser.eval("goTo(0)");
    report.browser.wait_for("document.querySelector('.detail canvas')");
    report.browser.eval("document.querySelector('.counts').open = true");
    report.browser.wait_for("document.querySelector('.counts .copy')");
    // When a file appears is up to the browser; what is in it is told by the page.
    report.browser.eval(
        "saved = []; const make_url = URL.createObjectURL;
         URL.createObjectURL = (blob) => { saved.push(blob); return make_url(blob); };
         document.querySelector('.counts .copy').click();
         [...document.querySelectorAll('.tools button')].at(-1).click()",
    );
    report.browser.wait_for("saved.length === 2");
    let text = report.browser.eval("saved[0].text()");
    let mut lines = text.as_str().unwrap().lines();
    assert_eq!(lines.next(), Some("start,minutes,events"));
    assert!(text.as_str().unwrap().contains("\n2026-03-09T14:20:00Z,1,45\n"), "{text}");
    assert_eq!(report.browser.eval("saved[1].type"), json!("image/png"));
    let large =
        "createImageBitmap(saved[1]).then(({ width, height }) => width > 600 && height > 300)";
    assert_eq!(report.browser.eval(large), json!(true));
    assert_calm(&report.browser.take_events());
}

#[test]
#[ignore = "needs Chromium"]
fn it_can_be_printed() {
    let mut report = of_samples();
    report.browser.look(1280, 900, "dark");
    report.browser.open(&report.page, "");
    report.browser.eval("goTo(0)");
    report.browser.wait_for("graphs.size === 2");
    report.browser.eval(
        "told = []; addEventListener('beforeprint', () => told.push([
            document.documentElement.dataset.theme, [...graphs].every((chart) => chart.width === 640)]))",
    );
    let paper = report.browser.print();
    assert!(paper.starts_with(b"%PDF"));
    std::fs::write(screenshots().join("printed.pdf"), paper).unwrap();
    assert_eq!(report.browser.eval("told"), json!([["light", true]]));
    report.browser.wait_for("[...graphs].every((chart) => chart.width > 640)");
    assert_eq!(report.browser.eval("document.documentElement.dataset.theme"), json!(null));

    // As wide as A4 is between its margins.
    let metrics = json!({"width": 703, "height": 1000, "deviceScaleFactor": 1, "mobile": false});
    report.browser.ask("Emulation.setDeviceMetricsOverride", &metrics);
    report.browser.ask("Emulation.setEmulatedMedia", &json!({"media": "print"}));
    report.browser.eval("graphs.forEach((chart) => chart.fit(640))");
    let wide = report.browser.eval("document.documentElement.scrollWidth");
    assert!(wide.as_u64().unwrap() <= 703, "{wide}");
    let seen = |what: &str| format!("document.querySelector({what:?}).getClientRects().length > 0");
    for (what, is_seen) in [
        (".hero h1", true),
        (".heat", true),
        (".detail .attributions", true),
        (".detail canvas", true),
        (".toolbar", false),
        (".tools", false),
        (".copy", false),
        ("#theme", false),
    ] {
        assert_eq!(report.browser.eval(&seen(what)), json!(is_seen), "{what}");
    }
    assert_calm(&report.browser.take_events());
}

#[test]
#[ignore = "needs Chromium"]
fn filters_filter_and_stand_in_the_address() {
    let mut report = of_samples();
    report.browser.open(&report.page, "");
    let all = report.shown();
    assert!(all > 2, "{all}");
    let find = |text: &str| {
        format!(
            "(() => {{ const field = document.getElementById('search'); field.value = {}; \
             field.dispatchEvent(new Event('input', {{ bubbles: true }})); }})()",
            json!(text)
        )
    };
    report.browser.eval(&find("no such thing anywhere"));
    assert_eq!(report.shown(), 0);
    assert_eq!(report.browser.eval("document.getElementById('none-left').hidden"), json!(false));
    let name = report.browser.eval("insights[0].api");
    report.browser.eval(&find(name.as_str().unwrap()));
    let some = report.shown();
    assert!(some > 0 && some < all, "{some} of {all}");
    let hash = report.browser.eval("location.hash");
    assert_eq!(hash, json!(format!("#text={}", name.as_str().unwrap())));

    // The same address shows the same lines.
    let page = report.page.clone();
    report.browser.open(&page, hash.as_str().unwrap());
    assert_eq!(report.shown(), some);
    report.browser.eval("document.querySelector('.clear').click()");
    assert_eq!(report.shown(), all);

    // A cell of the heat map, and every choice there is.
    report.browser.eval("document.querySelector('.heat button').click()");
    let cell = report.browser.eval("Number(document.querySelector('.heat button').textContent)");
    assert_eq!(json!(report.shown()), cell);
    report.browser.eval("clearFilters()");
    for name in ["severity", "account", "region", "pattern", "kind"] {
        let told = report.browser.eval(&format!(
            "(() => {{ const select = toolbar.elements[{name:?}]; let shown = 0;
                for (const option of [...select.options].slice(1)) {{
                    select.value = option.value; applyFilters();
                    shown += [...rows.values()].filter((row) => !row.hidden).length;
                }}
                clearFilters(); return shown; }})()"
        ));
        assert_eq!(told, json!(all), "each insight has one {name}");
    }
    assert_calm(&report.browser.take_events());
}

#[test]
#[ignore = "needs Chromium"]
fn lines_are_sorted() {
    let mut report = of_samples();
    report.browser.open(&report.page, "#sort=oldest");
    let starts = "[...document.querySelectorAll('article.insight')].map((a) => insights[a.dataset.at].start)";
    let sorted =
        format!("(({starts}).every((start, at, all) => at === 0 || all[at - 1] <= start))");
    assert_eq!(report.browser.eval(&sorted), json!(true));
    report.browser.open(&report.page, "#sort=newest");
    assert_eq!(report.browser.eval(&sorted), json!(false));
}

#[test]
#[ignore = "needs Chromium"]
fn a_link_opens_its_insight() {
    let mut report = of_samples();
    report.browser.open(&report.page, "");
    let id = report.id(1);
    for hash in [format!("#{id}"), format!("#{}", &id[..8])] {
        report.browser.open(&report.page, &hash);
        let open = "[...document.querySelectorAll('article.open')].map((article) => article.id)";
        assert_eq!(report.browser.eval(open), json!([id]));
        let seen = format!(
            "(() => {{ const {{ top }} = document.getElementById({id:?}).getBoundingClientRect();
              return top >= 0 && top < innerHeight; }})()"
        );
        report.browser.wait_for(&seen);
    }
    assert_calm(&report.browser.take_events());
}

#[test]
#[ignore = "needs Chromium"]
fn the_keyboard_is_enough() {
    let mut report = of_samples();
    report.browser.open(&report.page, "");
    let at = "document.activeElement.closest('article')?.dataset.at ?? null";
    let first = report.browser.eval("document.querySelector('article').dataset.at");
    report.browser.press("j");
    assert_eq!(report.browser.eval(at), first);
    report.browser.press("j");
    assert_ne!(report.browser.eval(at), first);
    report.browser.press("k");
    assert_eq!(report.browser.eval(at), first);
    report.browser.press("Enter");
    report.browser.wait_for("closers.size === 1");
    report.browser.press("Escape");
    report.browser.wait_for("closers.size === 0");
    report.browser.press("/");
    assert_eq!(report.browser.eval("document.activeElement.id"), json!("search"));
    report.browser.press("j");
    assert_eq!(report.browser.eval("document.getElementById('search').value"), json!("j"));
    report.browser.press("Escape");
    report.browser.press("?");
    assert_eq!(report.browser.eval("help.open"), json!(true));
    report.browser.press("Escape");
    report.browser.wait_for("!help.open");
    report.browser.look(1200, 900, "light");
    report.browser.press("t");
    assert_eq!(report.browser.eval("document.documentElement.dataset.theme"), json!("dark"));
    assert_calm(&report.browser.take_events());
}

#[test]
#[ignore = "needs Chromium"]
fn it_can_be_read_in_every_look() {
    let mut report = of_samples();
    for (name, width, height, scheme) in [
        ("light", 1280, 1000, "light"),
        ("dark", 1280, 1000, "dark"),
        ("phone", 390, 844, "light"),
        ("narrow", 320, 1000, "dark"),
    ] {
        report.browser.look(width, height, scheme);
        report.browser.open(&report.page, "");
        report.browser.wait_for("graphs.size === 1");
        let wide = report.browser.eval("document.documentElement.scrollWidth");
        assert!(wide.as_u64().unwrap() <= width.into(), "{name}: {wide} wide");
        report.browser.screenshot(&screenshots().join(format!("{name}.png")));
        report.browser.eval("goTo(0)");
        report.browser.wait_for("closers.size === 1");
        let wide = report.browser.eval("document.documentElement.scrollWidth");
        assert!(wide.as_u64().unwrap() <= width.into(), "{name}, open: {wide} wide");
        report.browser.screenshot(&screenshots().join(format!("{name}-open.png")));
        let faint = report.browser.eval(CONTRAST);
        assert_eq!(faint, json!([]), "{name}");
    }
}

/// Text whose contrast with what is behind it is below what WCAG 2.2 asks for (AA, 1.4.3): 4.5, and
/// 3 of large text.
const CONTRAST: &str = "(() => {
    const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
    const luminance = ([r, g, b]) => [r, g, b].map((part) => part / 255)
        .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
        .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
    const behind = (element) => {
        for (let at = element; at; at = at.parentElement) {
            const [r, g, b, a = 1] = numbers(getComputedStyle(at).backgroundColor);
            if (a === 1) return [r, g, b];
        }
        return [255, 255, 255];
    };
    const faint = [];
    for (const element of document.querySelectorAll('body *')) {
        const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
        const style = getComputedStyle(element);
        const box = element.getBoundingClientRect();
        if (!own || box.width < 2 || element.closest('svg, script, style, .probe, .skip')) continue;
        const colour = numbers(style.color);
        if (colour[3] === 0 || style.visibility === 'hidden') continue;
        const [a, b] = [luminance(colour), luminance(behind(element))].sort((a, b) => b - a);
        const size = parseFloat(style.fontSize);
        const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
        const ratio = (a + 0.05) / (b + 0.05);
        if (ratio < (large ? 3 : 4.5)) faint.push([element.className || element.tagName, ratio.toFixed(2)].join(' '));
    }
    return [...new Set(faint)];
})()";
