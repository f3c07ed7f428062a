use proptest::prelude::*;

use super::*;
use crate::coverage::Span;
use crate::detect::Direction;
use crate::output::fit::width;

/// Three quiet hours with a burst of five minutes in the middle.
fn graph() -> Graph {
    let start = Minute::new(29_551_082);
    let mut events = vec![Some(0); 180];
    events[33] = Some(1);
    events[..10].fill(None);
    events[88..93].copy_from_slice(&[16, 40, 32, 8, 40].map(Some));
    let near = Layer { start, step: 1, events, ..Layer::default() };
    Graph {
        band: Some(Span { start: start + 88, end: start + 93 }),
        ongoing: false,
        direction: Direction::Rise,
        at: start + 90,
        expected: Some(0.25),
        bound: Some(Bound { window: 5, events: 60.0 }),
        wide: near.coarser(60, start),
        near,
    }
}

fn of_errors() -> Graph {
    let mut graph = graph();
    let more = |events: &Option<u64>| events.map(|events| events + 12);
    graph.near.failures = graph.near.events.iter().map(more).collect();
    graph.near.calls = graph.near.failures.clone();
    graph
}

const CALLS: Words<'_> = Words { unit: "call", error_code: None };

fn look(width: usize, ascii: bool) -> Look {
    Look { width, ascii, insight: Style::new(), caption: Caption::Full }
}

fn drawn(graph: &Graph, words: Words<'_>, look: Look) -> String {
    let Drawn { lines, caption } = draw(graph, words, look);
    lines.join("\n") + "\n" + &caption
}

#[test]
fn blocks_are_as_high_as_the_counts() {
    insta::assert_snapshot!(drawn(&graph(), CALLS, look(70, false)));
    insta::assert_snapshot!(drawn(&graph(), CALLS, look(50, true)));
    let words = Words { unit: "error", error_code: Some("AccessDenied") };
    insta::assert_snapshot!(drawn(&of_errors(), words, look(70, false)));
}

#[test]
fn a_drop_is_seen_below_what_was_expected() {
    let mut graph = graph();
    for (step, events) in graph.near.events.iter_mut().enumerate() {
        *events = Some(if step < 88 { 7 + step as u64 % 3 } else { 0 });
    }
    graph.band = Some(Span { start: graph.near.start + 88, end: graph.near.start + 180 });
    graph.ongoing = true;
    graph.direction = Direction::Drop;
    graph.expected = Some(8.0);
    graph.bound = None;
    insta::assert_snapshot!(drawn(&graph, CALLS, look(70, false)));
}

#[test]
fn a_brief_caption_leaves_out_what_stands_beside_it() {
    let brief = Look { caption: Caption::Brief, ..look(70, false) };
    assert_eq!(
        draw(&graph(), CALLS, brief).caption,
        "calls a minute, 3 min a column, 2026-03-09 14:00 to 17:03 UTC; ╌╌ bound 60 in 5 min; \
         x no logs"
    );
}

#[test]
fn a_bound_above_all_counts_is_in_the_picture() {
    for (events, seen) in [(300.0, true), (f64::NAN, false), (f64::INFINITY, false), (-1.0, false)]
    {
        let bound = Some(Bound { window: 1, events });
        let lines = draw(&Graph { bound, ..graph() }, CALLS, look(80, false)).lines;
        assert_eq!(lines.iter().any(|line| line.contains('╌')), seen, "{events}");
        assert_eq!(lines[0].starts_with("300"), seen, "{}", lines[0]);
    }
}

#[test]
fn only_the_insight_is_coloured() {
    let red = anstyle::AnsiColor::Red.on_default();
    let lines = draw(&graph(), CALLS, Look { insight: red, ..look(80, false) }).lines;
    let coloured: String = lines.join("\n");
    assert!(coloured.contains('\u{1b}'));
    for part in coloured.split("\u{1b}[31m").skip(1) {
        let own = part.split('\u{1b}').next().unwrap();
        assert!(own.chars().all(|sign| " ▁▂▃▄▅▆▇█".contains(sign)), "{own}");
    }
}

proptest! {
    #[test]
    fn no_line_is_wider_and_the_marks_are_shown(
        width_asked in 0_usize..260,
        (at, minutes) in (0_u32..170, 1_u32..10),
        most in 0_u64..1 << 50,
        ascii: bool,
    ) {
        let mut graph = graph();
        let start = graph.near.start + at;
        graph.band = Some(Span { start, end: start + minutes });
        graph.at = start;
        graph.near.events[at as usize] = Some(most);
        let lines = draw(&graph, CALLS, look(width_asked, ascii)).lines;
        for line in &lines {
            prop_assert!(width(line) <= width_asked.max(NARROWEST), "{}", line);
        }
        prop_assert!(lines.last().unwrap().trim_start().starts_with('S'));
        prop_assert!(!ascii || lines.iter().all(|line| line.is_ascii()));
    }
}
