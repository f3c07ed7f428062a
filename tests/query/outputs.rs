//! Forms of rows.

use std::fs;

use polars::prelude::{ParquetReader, SerReader};

use crate::samples;

const SQL: &str = "SELECT minute, event_name, error_code, read_only, events, events / 3.0 AS third \
                   FROM minutes ORDER BY minute, event_name, events LIMIT 40";

#[test]
fn the_forms_agree() {
    let lines = samples().rows(&[SQL]);
    let csv = samples().query(&[SQL, "-f", "csv"]).ends(0).out;
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    assert_eq!(reader.headers().unwrap().len(), 6);
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!((rows.len(), lines.len()), (40, 40));
    for (row, line) in rows.iter().zip(&lines) {
        assert_eq!(&row[0], line["minute"].as_str().unwrap());
        assert_eq!(&row[1], line["event_name"].as_str().unwrap());
        assert_eq!(&row[2], line["error_code"].as_str().unwrap_or_default());
        assert_eq!(&row[3], line["read_only"].to_string());
        assert_eq!(&row[4], line["events"].to_string());
        assert!((row[5].parse::<f64>().unwrap() - line["third"].as_f64().unwrap()).abs() < 1e-9);
    }
}

#[test]
fn parquet_goes_to_a_file_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rows.parquet");
    let file = path.to_str().unwrap();
    let words = [SQL, "-f", "parquet", "-o", file];
    samples().query(&words).ends(0);
    let frame = ParquetReader::new(fs::File::open(&path).unwrap()).finish().unwrap();
    assert_eq!(frame.shape(), (40, 6));
    samples().query(&words).ends(2);
    let again = fs::read(&path).unwrap();
    samples().query(&[&words[..], &["--force"]].concat()).ends(0);
    assert_eq!(fs::read(&path).unwrap(), again);
    samples().query(&["SELECT nothing FROM minutes", "-o", file, "--force"]).ends(2);
    assert_eq!(fs::read(&path).unwrap(), again);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_table_says_how_many_rows_are_left_out() {
    let table =
        |flags: &[&str]| samples().query(&[&[SQL, "-f", "table"], flags].concat()).ends(0).out;
    let all = table(&[]);
    assert_eq!(all.lines().count(), 42);
    let some = table(&["--limit", "3"]);
    assert_eq!(some.lines().count(), 6);
    assert!(some.ends_with("and 37 more rows; --limit 0 shows all\n"), "{some}");
    assert_eq!(table(&["--limit", "0"]), all);
    assert_eq!(samples().rows(&[SQL, "--limit", "3"]).len(), 3);
    let none = samples().query(&["SELECT 1 FROM minutes WHERE 1 = 0", "-f", "table"]).ends(0);
    assert_eq!(none.out, "No rows.\n");
}

#[test]
fn a_table_fits_any_width() {
    for width in ["20", "30", "50", "80", "120", "400"] {
        let sql = "SELECT * FROM minutes ORDER BY minute, identity, event_name LIMIT 3";
        let run = samples().query(&[sql, "-f", "table", "--width", width]).ends(0);
        let most = run.out.lines().map(|line| line.chars().count()).max().unwrap();
        assert!(most <= width.parse().unwrap(), "{width}: {most}\n{}", run.out);
    }
}

#[test]
fn a_table_is_easy_to_read() {
    let sql = "SELECT event_source, event_name, SUM(events) AS events, AVG(events) AS average, \
               MIN(minute) AS first_seen, MAX(error_code) AS error FROM minutes \
               GROUP BY event_source, event_name ORDER BY events DESC, event_name LIMIT 6";
    insta::assert_snapshot!(samples().query(&[sql, "-f", "table", "--width", "100"]).ends(0).out);
    insta::assert_snapshot!(
        samples().query(&[sql, "-f", "table", "--width", "40", "--limit", "2"]).ends(0).out
    );
}
