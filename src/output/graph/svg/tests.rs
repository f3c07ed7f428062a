use proptest::prelude::*;

use super::*;
use crate::detect::Direction;
use crate::graph::Bound;
use crate::insight::sample;
use crate::minute::HOUR;

/// The graph of an insight with some calls before it and logs that begin in the picture.
fn graph(insight: &Insight) -> Graph {
    let start = insight.span.start - 80;
    let mut events = vec![Some(0); 180];
    events[..10].fill(None);
    events[33] = Some(2);
    for (step, events) in events[80..100].iter_mut().enumerate() {
        *events = Some(100 + 17 * (step as u64 % 5));
    }
    let near = Layer { start, step: 1, events, ..Layer::default() };
    let day = start.start_of_day();
    let mut hours = vec![Some(3); 48];
    hours[14] = Some(3_204);
    let wide = Layer { start: day, step: HOUR, events: hours, ..Layer::default() };
    Graph {
        band: Some(insight.span),
        ongoing: insight.ongoing,
        direction: Direction::Rise,
        at: insight.evidence.fired_at,
        expected: Some(0.8),
        bound: Some(Bound { window: 5, events: 62.0 }),
        near,
        wide,
    }
}

#[test]
fn an_image_of_an_insight() {
    let insight = sample::burst();
    insta::assert_snapshot!(svg(&insight, &graph(&insight)));
}

#[test]
fn an_error_rate_has_a_line_of_all_errors() {
    let insight = sample::hostile();
    let mut graph = graph(&insight);
    graph.near.failures = graph.near.events.iter().map(|events| events.map(|e| e + 5)).collect();
    let image = svg(&insight, &graph);
    well_formed(&image);
    assert!(image.contains("class=\"failures\"") && image.contains("all errors of the API"));
    assert!(!image.contains("<script"), "{image}");
}

#[test]
fn lines_go_down_where_nothing_is_known() {
    let pane = Pane { left: 0.0, right: 100.0, top: 0.0, bottom: 10.0 };
    let start = Minute::new(1_000);
    let axes = Axes { pane, span: Span { start, end: start + 10 }, top: 10.0 };
    let layer = Layer { start, step: 1, ..Layer::default() };
    let path = |line: &[Option<u64>]| axes.path(&layer, line);
    assert_eq!(path(&[]), "");
    assert_eq!(path(&[None, None]), "");
    assert_eq!(path(&[Some(5), Some(5), Some(2)]), "M0 10V5H20V8H30V10Z");
    assert_eq!(path(&[None, Some(5), None, Some(1)]), "M10 10V5H20V10ZM30 10V9H40V10Z");
}

proptest! {
    #[test]
    fn whatever_the_names_it_is_well_formed(name: String, code: Option<String>, account: String) {
        let mut insight = sample::burst();
        insight.event_name = name.clone();
        insight.pattern.why = name;
        insight.error_code = code;
        insight.account = account;
        let image = svg(&insight, &graph(&insight));
        well_formed(&image);
    }

    #[test]
    fn whatever_the_numbers_it_is_drawn(
        events in prop::collection::vec(prop::option::of(0_u64..1 << 60), 0..50),
        level: f64,
        step in 1_u32..100,
    ) {
        let insight = sample::burst();
        let mut graph = graph(&insight);
        graph.near = Layer { start: insight.span.start, step, events, ..Layer::default() };
        graph.expected = Some(level);
        graph.bound = Some(Bound { window: step, events: level });
        let image = svg(&insight, &graph);
        well_formed(&image);
        for bad in ["NaN", "inf"] {
            prop_assert!(!image.contains(bad), "{}", image);
        }
    }
}

/// Asserts that tags nest, attributes are quoted and text is escaped.
fn well_formed(xml: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = xml;
    while let Some(start) = rest.find('<') {
        well_escaped(&rest[..start]);
        let end = rest[start..].find('>').expect("a tag ends") + start;
        let tag = &rest[start + 1..end];
        assert!(!tag.contains('<'), "{tag}");
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name));
        } else {
            let (tag, single) = (tag.trim_end_matches('/'), tag.ends_with('/'));
            let name = tag.split(' ').next().unwrap();
            assert!(!name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphabetic()));
            let quotes: Vec<&str> = tag.split('"').collect();
            assert!(quotes.len() % 2 == 1, "{tag}");
            for pair in quotes.chunks_exact(2) {
                assert!(pair[0].ends_with('='), "{tag}");
                well_escaped(pair[1]);
            }
            if !single {
                open.push(name);
            }
        }
        rest = &rest[end + 1..];
    }
    assert!(open.is_empty(), "{open:?}");
    assert_eq!(rest, "\n");
}

fn well_escaped(text: &str) {
    assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{text:?}");
    for entity in text.split('&').skip(1) {
        let known = ["amp;", "lt;", "gt;", "quot;", "#39;"];
        assert!(known.iter().any(|name| entity.starts_with(name)), "{text}");
    }
}
