//! A graph as an SVG image, for tickets and reports: it needs nothing else, and is readable on white
//! and on dark pages.

mod xml;

use std::fmt::Write as _;

use super::super::fit::middle;
use super::super::numbers::{amount, duration};
use super::super::table::{place, what, when};
use super::super::visible::visible;
use super::{Caption, Signs, Words, axis, caption, rates, top};
use crate::coverage::Span;
use crate::graph::{Graph, Layer};
use crate::insight::Insight;
use crate::minute::Minute;
use xml::{Number, escaped};

/// Size of the image.
const SIZE: (f64, f64) = (960.0, 408.0);
/// Where the insight and the time around it are drawn.
const NEAR: Pane = Pane { left: 64.0, right: 936.0, top: 102.0, bottom: 294.0 };
/// Where the weeks are.
const WEEKS: Pane = Pane { left: 64.0, right: 936.0, top: 344.0, bottom: 378.0 };
/// The narrowest that an insight is drawn.
const THINNEST: f64 = 2.0;
/// Letters of the headline at most.
const HEADLINE: usize = 96;

/// Colours for white pages, and for dark ones where the reader prefers those.
const STYLE: &str = "\
text{font-family:system-ui,-apple-system,'Segoe UI',Helvetica,Arial,sans-serif;font-size:12px;fill:#57606a}\
.page{fill:#fff;stroke:#d0d7de}.head{font-size:16px;font-weight:600;fill:#1f2328}\
.grid{stroke:#d0d7de}.axis{stroke:#57606a}.events{fill:#0969da}.failures{fill:none;stroke:#9a6700;stroke-width:1.5;stroke-dasharray:5 2}\
.band{fill:#cf222e;fill-opacity:.13}.edge{stroke:#cf222e}.mark{fill:#a40e26;font-weight:600}\
.bound{stroke:#8250df;stroke-width:1.5;stroke-dasharray:8 4}.bound-text{fill:#6639ba}\
.expected{stroke:#1a7f37;stroke-width:1.5;stroke-dasharray:2 3}.expected-text{fill:#116329}\
.halo{paint-order:stroke;stroke:#fff;stroke-width:4px;stroke-linejoin:round}\
.none{stroke:#8c959f}.here{fill:none;stroke:#57606a}\
@media(prefers-color-scheme:dark){text{fill:#9198a1}.page{fill:#0d1117;stroke:#3d444d}.head{fill:#f0f6fc}\
.grid{stroke:#30363d}.axis{stroke:#9198a1}.events{fill:#4493f8}.failures{stroke:#d29922}\
.band{fill:#f85149;fill-opacity:.2}.edge{stroke:#f85149}.mark{fill:#ff7b72}\
.bound{stroke:#ab7df8}.bound-text{fill:#d2a8ff}.expected{stroke:#3fb950}.expected-text{fill:#56d364}\
.halo{stroke:#0d1117}.none{stroke:#656c76}.here{stroke:#9198a1}}";

/// The image of an insight. Names from logs stand in it as text and nothing else.
#[must_use]
pub fn svg(insight: &Insight, graph: &Graph) -> String {
    let words = Words::of(insight);
    let mut out = String::with_capacity(16 << 10);
    let mut add = |text: &str| {
        out.push_str(text);
        out.push('\n');
    };
    opening(insight, graph, &mut add);
    heading(insight, &mut add);
    near(graph, words, &mut add);
    weeks(graph, &mut add);
    legend(graph, words, &mut add);
    add("</svg>");
    out
}

/// All that is before what is drawn: words for those who cannot see it, colours, the page.
fn opening(insight: &Insight, graph: &Graph, add: &mut dyn FnMut(&str)) {
    let (width, height) = SIZE;
    add(&format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"{width}\" \
         height=\"{height}\" viewBox=\"0 0 {width} {height}\" aria-labelledby=\"title desc\">"
    ));
    let severity = insight.severity.as_str().to_uppercase();
    let title = format!("{severity} {}, {}", what(insight), place(insight));
    add(&format!("<title id=\"title\">{}</title>", escaped(&title)));
    let words = Words::of(insight);
    let shown = caption(graph, &graph.near, (words, Caption::Full), Signs::default());
    let text = format!("{}s a minute, {shown}. {}", words.unit, insight.pattern.sentence());
    add(&format!("<desc id=\"desc\">{}</desc>", escaped(&text)));
    add(&format!("<style>{STYLE}</style>"));
    add("<defs><pattern id=\"no-logs\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">\
         <path class=\"none\" d=\"M0 6L6 0\"/></pattern></defs>");
    add(&format!(
        "<rect class=\"page\" x=\".5\" y=\".5\" width=\"{}\" height=\"{}\" rx=\"6\"/>",
        Number(width - 1.0),
        Number(height - 1.0)
    ));
}

/// What it is about, where and when.
fn heading(insight: &Insight, add: &mut dyn FnMut(&str)) {
    let severity = insight.severity.as_str().to_uppercase();
    let what = what(insight);
    let what = visible(&what, false);
    let what = escaped(&middle(&what, HEADLINE - severity.len(), "…"));
    add(&format!("<text class=\"head\" x=\"16\" y=\"27\">{severity}  {what}</text>"));
    let place = place(insight);
    let place = visible(&place, false);
    let under = format!("{}; {}", middle(&place, HEADLINE - 40, "…"), when(insight));
    add(&format!("<text x=\"16\" y=\"47\">{}</text>", escaped(&under)));
}

/// A part of the image that counts are drawn in.
#[derive(Clone, Copy)]
struct Pane {
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

/// A pane with its axes.
struct Axes {
    pane: Pane,
    span: Span,
    top: f64,
}

impl Axes {
    fn x(&self, minute: Minute) -> f64 {
        let Pane { left, right, .. } = self.pane;
        let share =
            f64::from(minute.since(self.span.start)) / f64::from(self.span.minutes().max(1));
        left + (right - left) * share.clamp(0.0, 1.0)
    }

    fn y(&self, rate: f64) -> f64 {
        let Pane { top, bottom, .. } = self.pane;
        bottom - (bottom - top) * (rate / self.top).clamp(0.0, 1.0)
    }

    /// Counts in steps, down to the axis where they are not known.
    fn path(&self, layer: &Layer, line: &[Option<u64>]) -> String {
        let bottom = Number(self.pane.bottom);
        let mut path = String::new();
        // Where the last step is, if it is known.
        let mut level: Option<f64> = None;
        let mut at = layer.start;
        for rate in rates(line, layer.step) {
            let x = Number(self.x(at));
            let next = rate.map(|rate| self.y(rate));
            match (level, next) {
                (None, None) => {}
                (None, Some(y)) => _ = write!(path, "M{x} {bottom}V{}", Number(y)),
                (Some(_), None) => _ = write!(path, "H{x}V{bottom}Z"),
                (Some(before), Some(y)) if (y - before).abs() > 0.05 => {
                    _ = write!(path, "H{x}V{}", Number(y));
                }
                // A flat stretch is one line; a hair is not added up.
                (Some(_), Some(_)) => {
                    at = at + layer.step;
                    continue;
                }
            }
            level = next;
            at = at + layer.step;
        }
        if level.is_some() {
            _ = write!(path, "H{}V{bottom}Z", Number(self.x(at)));
        }
        path
    }

    /// Stretches that the logs say nothing of.
    fn without_logs(&self, layer: &Layer, add: &mut dyn FnMut(&str)) {
        let mut at = layer.start;
        for run in layer.events.chunk_by(|a, b| a.is_none() == b.is_none()) {
            let steps = u32::try_from(run.len()).unwrap_or(u32::MAX);
            let end = at + steps.saturating_mul(layer.step);
            if run.contains(&None) {
                add(&self.rect("fill=\"url(#no-logs)\"", Span { start: at, end }, 0.0));
            }
            at = end;
        }
    }

    /// As high as the pane; at least so wide, about its middle.
    fn rect(&self, attributes: &str, span: Span, thinnest: f64) -> String {
        let (from, to) = (self.x(span.start), self.x(span.end));
        let width = (to - from).max(thinnest);
        let Pane { top, bottom, .. } = self.pane;
        format!(
            "<rect {attributes} x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>",
            Number(f64::midpoint(from, to) - width / 2.0),
            Number(top),
            Number(width),
            Number(bottom - top)
        )
    }

    fn times(&self, most: usize, add: &mut dyn FnMut(&str)) {
        let Pane { left, right, bottom, .. } = self.pane;
        for (minute, text) in axis::times(self.span, most) {
            let x = self.x(minute);
            if x < left + 8.0 || x > right - 8.0 {
                continue;
            }
            let (x, from, to) = (Number(x), Number(bottom), Number(bottom + 5.0));
            add(&format!("<path class=\"axis\" d=\"M{x} {from}V{to}\"/>"));
            let y = Number(bottom + 18.0);
            add(&format!("<text x=\"{x}\" y=\"{y}\" text-anchor=\"middle\">{text}</text>"));
        }
    }

    fn level(&self, class: &str, rate: f64) -> String {
        let Pane { left, right, .. } = self.pane;
        let (y, from, to) = (Number(self.y(rate)), Number(left), Number(right));
        format!("<path class=\"{class}\" d=\"M{from} {y}H{to}\"/>")
    }
}

/// The insight and the time around it.
fn near(graph: &Graph, words: Words<'_>, add: &mut dyn FnMut(&str)) {
    let layer = &graph.near;
    let axes = Axes { pane: NEAR, span: layer.span(), top: top(graph, layer) };
    let Pane { left, top, .. } = NEAR;
    for share in [1.0, 0.5] {
        let rate = axes.top * share;
        add(&axes.level("grid", rate));
        let (x, y) = (Number(left - 8.0), Number(axes.y(rate) + 4.0));
        let label = axis::label(rate);
        add(&format!("<text x=\"{x}\" y=\"{y}\" text-anchor=\"end\">{label}</text>"));
    }
    let (x, y) = (Number(left - 8.0), Number(NEAR.bottom + 4.0));
    add(&format!("<text x=\"{x}\" y=\"{y}\" text-anchor=\"end\">0</text>"));
    let step = match layer.step {
        1 => String::new(),
        step => format!(", on average of {}", duration(step)),
    };
    add(&format!(
        "<text x=\"16\" y=\"{}\">{}s a minute{step}</text>",
        Number(top - 14.0),
        words.unit
    ));
    axes.without_logs(layer, add);
    if let Some(band) = graph.band {
        add(&axes.rect("class=\"band\"", band, THINNEST));
    }
    let events = axes.path(layer, &layer.events);
    add(&format!("<path class=\"events\" d=\"{events}\"/>"));
    if !layer.failures.is_empty() {
        // Along the axis it would only hide it.
        let failures: Vec<_> =
            layer.failures.iter().map(|events| events.filter(|events| *events > 0)).collect();
        let failures = axes.path(layer, &failures);
        add(&format!("<path class=\"failures\" d=\"{failures}\"/>"));
    }
    if let Some(band) = graph.band {
        edges(graph, band, &axes, add);
    }
    levels(graph, &axes, add);
    add(&axes.level("axis", 0.0));
    axes.times(10, add);
}

/// Start and End, with their times above.
fn edges(graph: &Graph, band: Span, axes: &Axes, add: &mut dyn FnMut(&str)) {
    let Pane { top, bottom, .. } = axes.pane;
    let time = |minute: Minute| minute.to_datetime().format("%H:%M").to_string();
    let end = if graph.ongoing { "ongoing".to_owned() } else { format!("End {}", time(band.end)) };
    let start = format!("Start {}", time(band.start));
    for (minute, text, anchor, aside) in
        [(band.start, start, "end", -3.0), (band.end, end, "start", 3.0)]
    {
        let x = axes.x(minute);
        let (line, from, to) = (Number(x), Number(top - 6.0), Number(bottom));
        if anchor == "end" || !graph.ongoing {
            add(&format!("<path class=\"edge\" d=\"M{line} {from}V{to}\"/>"));
        }
        // At the right border there is no room for it.
        let (x, anchor) =
            if x > NEAR.right - 60.0 { (x - 3.0, "end") } else { (x + aside, anchor) };
        let (x, y) = (Number(x), Number(top - 10.0));
        add(&format!(
            "<text class=\"mark\" x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{text}</text>"
        ));
    }
}

/// The bound and what was expected, as lines with their names.
fn levels(graph: &Graph, axes: &Axes, add: &mut dyn FnMut(&str)) {
    let (x, anchor) = quieter_side(&graph.near, axes.pane);
    let name = |class: &str, y: f64, text: &str, add: &mut dyn FnMut(&str)| {
        let (x, y) = (Number(x), Number(y - 5.0));
        add(&format!(
            "<text class=\"{class}-text halo\" x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{text}</text>"
        ));
    };
    let mut taken = f64::NEG_INFINITY;
    if let Some(bound) = graph.bound {
        let (rate, window) = (bound.rate(), duration(bound.window));
        add(&axes.level("bound", rate));
        taken = axes.y(rate);
        name("bound", taken, &format!("bound: {} in {window}", amount(bound.events)), add);
    }
    // Close to the axis it would only hide it.
    let visible = |rate: &f64| rate.is_finite() && axes.y(*rate) < axes.pane.bottom - 2.0;
    if let Some(rate) = graph.expected.filter(visible) {
        add(&axes.level("expected", rate));
        let y = axes.y(rate);
        if (y - taken).abs() > 16.0 {
            name("expected", y, &format!("expected: {} a minute", amount(rate)), add);
        }
    }
}

/// Where names of lines hide less: at the right, unless there is more going on than at the left.
fn quieter_side(layer: &Layer, pane: Pane) -> (f64, &'static str) {
    let side = layer.events.len() / 5;
    let most = |steps: &[Option<u64>]| steps.iter().flatten().copied().max();
    let (left, right) = (&layer.events[..side], &layer.events[layer.events.len() - side..]);
    if most(right) > most(left) { (pane.left + 6.0, "start") } else { (pane.right - 6.0, "end") }
}

/// The weeks around, and which part of them is drawn above.
fn weeks(graph: &Graph, add: &mut dyn FnMut(&str)) {
    let layer = &graph.wide;
    let all = rates(&layer.events, layer.step).into_iter().flatten();
    let top = axis::round_up(all.fold(0.0, f64::max));
    let axes = Axes { pane: WEEKS, span: layer.span(), top };
    let title = Number(WEEKS.top - 8.0);
    let days = duration(layer.span().minutes());
    let step = duration(layer.step);
    add(&format!(
        "<text x=\"16\" y=\"{title}\">{days} in steps of {step}, up to {} a minute; the time above is framed</text>",
        axis::label(top)
    ));
    axes.without_logs(layer, add);
    let events = axes.path(layer, &layer.events);
    add(&format!("<path class=\"events\" d=\"{events}\"/>"));
    add(&axes.rect("class=\"here\"", graph.near.span(), 4.0));
    add(&axes.level("axis", 0.0));
    axes.times(12, add);
}

/// What the colours and strokes are, where it is not written beside them.
fn legend(graph: &Graph, words: Words<'_>, add: &mut dyn FnMut(&str)) {
    let y = NEAR.top - 41.0;
    let mut entries: Vec<(&str, String)> = Vec::new();
    if let Some(code) = words.error_code.filter(|_| !graph.near.failures.is_empty()) {
        let code = visible(code, false);
        let own = format!("errors with {}", middle(&code, 48, "…"));
        entries.push(("<rect class=\"events\" width=\"18\" height=\"10\"/>", own));
        let all = "all errors of the API".to_owned();
        entries.push(("<path class=\"failures\" d=\"M0 5H18\"/>", all));
    }
    let layers = [&graph.near, &graph.wide];
    if layers.iter().any(|layer| layer.events.contains(&None)) {
        let hatched = "<rect fill=\"url(#no-logs)\" width=\"18\" height=\"10\"/>";
        entries.push((hatched, "no logs".to_owned()));
    }
    let mut x = WEEKS.right;
    for (sign, text) in entries.into_iter().rev() {
        // Letters are about so wide.
        #[expect(clippy::cast_precision_loss, reason = "at most 60 columns")]
        let width = super::super::fit::width(&text) as f64 * 6.6;
        x -= width + 24.0;
        let (at, line) = (Number(x), Number(y));
        x -= 20.0;
        add(&format!(
            "<g transform=\"translate({at} {line})\">{sign}<text x=\"24\" y=\"9\">{}</text></g>",
            escaped(&text)
        ));
    }
}

#[cfg(test)]
mod tests;
