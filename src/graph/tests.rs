use proptest::prelude::*;

use super::*;
use crate::count::MemoryLimits;
use crate::minute::HOUR;
use crate::series::Point;
use crate::{Analysis, AnalysisOptions, Progress, analyse, find_files};

fn analysis(options: &AnalysisOptions) -> Analysis {
    let files = find_files(&["sample-logs".into()], options).unwrap();
    analyse(&files, options, &Progress::default()).unwrap()
}

/// Events of a line inside a span that begins and ends with steps.
fn events(layer: &Layer, line: &[Option<u64>], span: Span) -> u64 {
    let first = layer.step_of(span.start).unwrap();
    let steps = span.minutes().div_ceil(layer.step) as usize;
    line[first..first + steps].iter().flatten().sum()
}

#[test]
fn graphs_of_the_samples_hold_their_insights() {
    let options = AnalysisOptions::new();
    let Analysis { table, found, .. } = analysis(&options);
    let graphs = graphs(&found.insights, &table, options.insights.calls).unwrap();
    assert_eq!(graphs.len(), found.insights.len());
    for (graph, insight) in graphs.iter().zip(&found.insights) {
        let near = &graph.near;
        assert!(near.step_of(insight.span.start).is_some());
        assert!(near.span().start <= insight.span.start && insight.span.end <= near.span().end);
        // Steps of more minutes may reach beyond the end.
        if near.step == 1 {
            assert_eq!(events(near, &near.events, insight.span), insight.whole.events);
        }
        let of_errors = insight.insight_type == InsightType::ApiErrorRate;
        assert_eq!(near.failures.len(), if of_errors { near.events.len() } else { 0 });
        for ((events, failures), calls) in near.events.iter().zip(&near.failures).zip(&near.calls) {
            assert!(events <= failures && failures <= calls);
        }
        let wide = &graph.wide;
        for hour in (0..wide.events.len()).filter(|_| near.step == 1 && wide.step == HOUR) {
            let start = wide.start + u32::try_from(hour).unwrap() * HOUR;
            let end = start + HOUR;
            if near.span().start <= start && end <= near.span().end {
                let of_minutes = events(near, &near.events, Span { start, end });
                assert_eq!(wide.events[hour].unwrap_or(0), of_minutes);
            }
        }
    }
    assert!(graphs.iter().any(|graph| !graph.near.calls.is_empty()));
    assert!(graphs.iter().any(|graph| graph.bound.is_some_and(|bound| bound.rate() > 0.0)));
}

#[test]
fn graphs_do_not_depend_on_threads_nor_on_memory() {
    let options = AnalysisOptions::new();
    let held = analysis(&options);
    let of = |analysis: &Analysis, threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let insights = &analysis.found.insights;
        pool.install(|| graphs(insights, &analysis.table, options.insights.calls)).unwrap()
    };
    let expected = of(&held, 1);
    assert_eq!(of(&held, 4), expected);
    let memory = MemoryLimits { rows: 100, ..MemoryLimits::default() };
    let spilled = analysis(&AnalysisOptions { memory, ..options.clone() });
    assert!(spilled.table.is_spilled());
    assert_eq!(of(&spilled, 2), expected);
}

/// A series of those counts, a minute each.
fn series(start: Minute, counts: &[u32]) -> Series {
    let points = counts.iter().zip(0..).filter(|(events, _)| **events > 0);
    let point =
        |(events, at): (&u32, u32)| Point { minute: start + at, events: *events, newcomers: 0 };
    Series { points: points.map(point).collect() }
}

#[test]
fn what_is_not_logged_is_no_silence() {
    let start = Minute::new(29_551_082);
    let logs = Span { start, end: start + 1_000 };
    let gap = Span { start: start + 100, end: start + 130 };
    let series = series(start, &[1; 100]);
    let coverage = Coverage::new(logs, vec![gap]);
    let graph = Graph::of_minute(start + 60, None, &series, &coverage);
    // Fifteen minutes before the logs, and the gap.
    let unknown: Vec<usize> = (0..180).filter(|step| graph.near.events[*step].is_none()).collect();
    assert_eq!(unknown, (0..15).chain(115..145).collect::<Vec<_>>());
    assert_eq!(graph.near.events.iter().flatten().sum::<u64>(), 100);
    assert_eq!(graph.wide.events.iter().flatten().sum::<u64>(), 100);
}

proptest! {
    #[test]
    fn steps_hold_the_events_of_their_minutes(
        counts in prop::collection::vec(0_u32..5, 1..400),
        at in 0_u32..400,
        times in 1_u32..50,
    ) {
        let start = Minute::new(29_551_082);
        let at = start + at.min(u32::try_from(counts.len()).unwrap() - 1);
        let series = series(start, &counts);
        let coverage = Coverage::new(Span { start, end: start + 400 }, Vec::new());
        let near = Graph::of_minute(at, None, &series, &coverage).near;
        let span = near.span();
        let inside = series.points.iter().filter(|point| span.contains(point.minute));
        let all = inside.map(|point| u64::from(point.events)).sum::<u64>();
        prop_assert_eq!(near.events.iter().flatten().sum::<u64>(), all);
        let coarser = near.coarser(times, at);
        prop_assert_eq!(coarser.events.iter().flatten().sum::<u64>(), all);
        let step = coarser.step_of(at).unwrap();
        prop_assert_eq!(coarser.start + u32::try_from(step).unwrap() * coarser.step, at);
        prop_assert!(coarser.span().start <= span.start && span.end <= coarser.span().end);
    }
}
