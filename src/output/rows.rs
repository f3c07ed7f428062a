//! Rows of a query -> what people and programs read.

mod cell;
mod table;

use std::io;

use polars::prelude::*;
use polars_parquet::arrow::write::schema_to_metadata_key;

use self::cell::Cell;
use super::csv;
use super::visible::escape_json;

pub use self::table::RowsTable;

/// A form that rows can be written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowsFormat {
    /// For people.
    Table(RowsTable),
    /// A row a line under the names of the columns.
    Csv,
    /// A JSON object a row.
    JsonLines,
}

/// Writes rows as a whole document, in the order given. Text comes from logs that strangers write
/// to: no cell can act as a formula, and no character can hide.
///
/// # Errors
/// Those of `out`.
pub fn write_rows(rows: &DataFrame, format: RowsFormat, out: &mut dyn io::Write) -> io::Result<()> {
    match format {
        RowsFormat::Table(table) => table.write(rows, out),
        RowsFormat::Csv => write_csv(rows, out),
        RowsFormat::JsonLines => write_json_lines(rows, out),
    }
}

/// Writes rows as Parquet, every value as it is.
///
/// # Errors
/// Those of the file.
pub fn write_rows_parquet(rows: &DataFrame, file: &mut dyn io::Write) -> io::Result<()> {
    let mut rows = rows.clone();
    let writer = ParquetWriter::new(file)
        .with_compression(ParquetCompression::Zstd(None))
        .with_key_value_metadata(Some(arrow_types(rows.schema())));
    writer.set_parallel(false).finish(&mut rows).map(drop).map_err(io::Error::other)
}

/// What readers that know Arrow take the columns for: plain strings. polars would say views, which
/// few of them can compare.
fn arrow_types(schema: &Schema) -> KeyValueMetadata {
    let plain = |(name, dtype): (&PlSmallStr, &DataType)| {
        let field = Field::new(name.clone(), dtype.clone());
        (name.clone(), field.to_arrow(CompatLevel::oldest()))
    };
    let types = schema_to_metadata_key(&schema.iter().map(plain).collect());
    KeyValueMetadata::from_static(vec![(types.key, types.value.unwrap_or_default())])
}

fn write_csv(rows: &DataFrame, out: &mut dyn io::Write) -> io::Result<()> {
    let mut writer = ::csv::Writer::from_writer(out);
    let names = rows.get_column_names();
    writer.write_record(names.iter().map(|name| csv::text(name))).map_err(csv::io_error)?;
    for row in 0..rows.height() {
        let cells = rows.columns().iter().map(|column| Cell::of(column, row).csv());
        writer.write_record(cells).map_err(csv::io_error)?;
    }
    writer.flush()
}

fn write_json_lines(rows: &DataFrame, out: &mut dyn io::Write) -> io::Result<()> {
    let names = rows.get_column_names().into_iter();
    let keys = names.map(|name| serde_json::to_string(name.as_str()));
    let keys = keys.collect::<Result<Vec<_>, _>>()?;
    for row in 0..rows.height() {
        let mut line = String::from("{");
        for (column, key) in rows.columns().iter().zip(&keys) {
            if line.len() > 1 {
                line.push(',');
            }
            line.push_str(key);
            line.push(':');
            line.push_str(&Cell::of(column, row).json().to_string());
        }
        writeln!(out, "{}}}", escape_json(&line))?;
    }
    Ok(())
}
