//! Equal stores and queries give equal bytes.

use crate::logs::{Run, program};
use crate::samples;

/// Queries whose rows SQL leaves in any order.
const LOOSE: [&str; 12] = [
    "SELECT identity, COUNT(*) AS n FROM minutes GROUP BY identity",
    "SELECT identity, event_name, SUM(events) AS n FROM minutes GROUP BY identity, event_name LIMIT 7",
    "SELECT event_name, COUNT(DISTINCT identity) AS n FROM minutes GROUP BY event_name ORDER BY n LIMIT 9",
    "SELECT DISTINCT source_ip, user_agent FROM minutes LIMIT 11",
    "SELECT minute, identity FROM minutes ORDER BY hour LIMIT 50",
    "SELECT event_name, AVG(events) AS a, STDDEV(events) AS s, MEDIAN(events) AS m FROM minutes GROUP BY event_name",
    "SELECT AVG(events * 1.1) AS a, STDDEV(events / 7.0) AS s, SUM(events * 0.1) AS t FROM minutes",
    "SELECT identity, SUM(events * 0.1) AS t FROM minutes GROUP BY identity",
    "SELECT event_name FROM minutes UNION SELECT error_code FROM minutes",
    "SELECT a.day, b.event_name, a.n FROM (SELECT day, identity, SUM(events) AS n FROM minutes GROUP BY day, identity) AS a \
     JOIN (SELECT DISTINCT identity, event_name FROM minutes) AS b ON a.identity = b.identity LIMIT 200",
    "SELECT event_name, day, n, ROW_NUMBER() OVER (PARTITION BY day ORDER BY n DESC) AS place FROM \
     (SELECT day, event_name, COUNT(*) AS n FROM minutes GROUP BY day, event_name) AS x LIMIT 300",
    "SELECT identity, FIRST(event_name) AS f, STRING_AGG(region, ',') AS r FROM minutes GROUP BY identity",
];

#[test]
fn threads_change_no_byte() {
    for sql in LOOSE {
        for format in ["jsonl", "csv"] {
            let answer = |threads: &str| {
                let mut query = program();
                query
                    .env("POLARS_MAX_THREADS", threads)
                    .args(["query", "-f", format, "-j", threads, sql]);
                Run::of(query.arg(samples().path())).ends(0).out
            };
            let one = answer("1");
            assert!(!one.is_empty());
            for threads in ["2", "3", "8"] {
                assert_eq!(answer(threads), one, "{threads} threads: {sql}");
            }
        }
    }
}

#[test]
fn a_query_leaves_the_store_as_it_is() {
    let files = || {
        let mut all: Vec<_> = walkdir::WalkDir::new(samples().path())
            .into_iter()
            .map(Result::unwrap)
            .map(|entry| {
                let metadata = entry.metadata().unwrap();
                (entry.into_path(), metadata.len(), metadata.modified().unwrap())
            })
            .collect();
        all.sort();
        all
    };
    let before = files();
    for sql in LOOSE {
        samples().query(&[sql]).ends(0);
    }
    samples().query(&["SELECT * FROM insights"]).ends(0);
    assert_eq!(files(), before);
}
