//! The columns of a store's tables, and Parquet files of them. docs/store.md says what each means.

use std::io::Write;

use polars::polars_utils::compression::ZstdLevel;
use polars::prelude::{
    BooleanChunked, Column, DataFrame, DataType, Int64Chunked, IntoColumn, IntoSeries,
    KeyValueMetadata, NewChunkedArray, ParquetCompression, ParquetWriter, PolarsResult, Schema,
    StatisticsOptions, StringChunked, TimeUnit, TimeZone,
};

use super::ledger::Ledger;
use super::row::{Rows, StoredRow};
use crate::count::{Api, ApiIds, Dimension, Names};
use crate::event::EventCategory;
use crate::minute::Minute;

/// Rows of a row group: few enough that a subject's rows are found without reading much else.
pub const ROW_GROUP: usize = 32_768;
/// Of zstd.
pub const LEVEL: i32 = 3;
/// Bytes of a text in statistics; it may be as long as whoever made the event wants it to be.
pub const STATISTICS_BYTES: usize = 64;

/// The dimensions of the table `names`, in its order, and the dictionary that each is of.
pub const NAME_DIMENSIONS: [(&str, Dimension); 5] = [
    ("error_code", Dimension::ErrorCode),
    ("identity", Dimension::Identity),
    ("identity_type", Dimension::Name),
    ("source_ip", Dimension::SourceIp),
    ("user_agent", Dimension::UserAgent),
];

/// What a category is called in a store.
#[must_use]
pub const fn category_name(category: EventCategory) -> &'static str {
    match category {
        EventCategory::Management => "management",
        EventCategory::Data => "data",
        EventCategory::NetworkActivity => "network",
    }
}

/// The category of that name.
#[must_use]
pub fn category_of(name: &str) -> Option<EventCategory> {
    use EventCategory::{Data, Management, NetworkActivity};
    [Management, Data, NetworkActivity]
        .into_iter()
        .find(|category| category_name(*category) == name)
}

/// Microseconds since the epoch, as in columns of times.
pub fn micros(minute: Minute) -> i64 {
    minute.unix_seconds() * 1_000_000
}

fn time() -> DataType {
    DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC))
}

fn api_fields() -> [(&'static str, DataType); 6] {
    [
        ("account", DataType::String),
        ("region", DataType::String),
        ("event_source", DataType::String),
        ("event_name", DataType::String),
        ("category", DataType::String),
        ("read_only", DataType::Boolean),
    ]
}

fn schema(fields: impl IntoIterator<Item = (&'static str, DataType)>) -> Schema {
    fields.into_iter().map(|(name, kind)| (name.into(), kind)).collect()
}

/// The columns of `minutes`.
#[must_use]
pub fn minutes() -> Schema {
    let [account, region, event_source, event_name, category, read_only] = api_fields();
    schema([
        ("minute", time()),
        account,
        region,
        event_source,
        event_name,
        category,
        read_only,
        ("identity", DataType::String),
        ("identity_type", DataType::String),
        ("user_agent", DataType::String),
        ("source_ip", DataType::String),
        ("error_code", DataType::String),
        ("events", DataType::Int64),
        ("example_event_id", DataType::Binary),
        ("event_prints", DataType::Binary),
    ])
}

/// The columns of `apis`.
#[must_use]
pub fn apis() -> Schema {
    let numbers = ["first_row", "rows", "events", "errors"].map(|name| (name, DataType::Int64));
    schema(api_fields().into_iter().chain(numbers))
}

/// The columns of `names`.
#[must_use]
pub fn names() -> Schema {
    schema(["dimension", "name"].map(|name| (name, DataType::String)))
}

/// The columns of `presence`.
#[must_use]
pub fn presence() -> Schema {
    schema([("account", DataType::String), ("hour", time()), ("minutes", DataType::Int64)])
}

/// The columns of `files`.
#[must_use]
pub fn files() -> Schema {
    let numbers = ["records", "counted", "updates", "left_alone", "rejected", "without_id"];
    let numbers = numbers.map(|name| (name, DataType::Int64));
    let first = [("file", DataType::String), ("bytes", DataType::Int64), ("modified", time())];
    schema(first.into_iter().chain(numbers).chain([("damage", DataType::String)]))
}

/// A table as it is stored.
pub struct Parquet {
    /// The file.
    pub bytes: Vec<u8>,
    /// Its rows.
    pub rows: usize,
}

/// The columns once more as Arrow knows them, base64 of an Arrow IPC schema message, which Parquet
/// files carry along. polars would say `string_view` there, which pyarrow can hardly do anything with;
/// these say `string`. Made by `base64.b64encode(pyarrow.schema([…]).serialize())`.
pub struct ArrowSchema(&'static str);

impl ArrowSchema {
    pub const MINUTES: Self = Self(include_str!("arrow/minutes.base64"));
    const APIS: Self = Self(include_str!("arrow/apis.base64"));
    const NAMES: Self = Self(include_str!("arrow/names.base64"));
    const PRESENCE: Self = Self(include_str!("arrow/presence.base64"));
    const FILES: Self = Self(include_str!("arrow/files.base64"));

    /// As a file carries it.
    pub fn key_and_value(&self) -> (String, String) {
        ("ARROW:schema".to_owned(), self.0.to_owned())
    }

    fn metadata(&self) -> KeyValueMetadata {
        KeyValueMetadata::from_static(vec![self.key_and_value()])
    }
}

/// A table of so many rows, made of the frames that `frame` makes of ranges of them.
fn parquet(
    schema: &Schema,
    arrow: &ArrowSchema,
    rows: usize,
    frame: impl Fn(std::ops::Range<usize>) -> PolarsResult<DataFrame>,
) -> PolarsResult<Parquet> {
    let mut bytes = Vec::new();
    let out: &mut dyn Write = &mut bytes;
    let mut writer = ParquetWriter::new(out)
        .with_compression(ParquetCompression::Zstd(Some(ZstdLevel::try_new(LEVEL)?)))
        .with_statistics(StatisticsOptions {
            binary_statistics_truncate_length: Some(STATISTICS_BYTES as u64),
            ..StatisticsOptions::default()
        })
        .with_key_value_metadata(Some(arrow.metadata()))
        // Days are written side by side already.
        .set_parallel(false)
        .batched(schema)?;
    for start in (0..rows).step_by(ROW_GROUP) {
        writer.write_batch(&frame(start..rows.min(start + ROW_GROUP))?)?;
    }
    writer.finish()?;
    drop(writer);
    Ok(Parquet { bytes, rows })
}

fn texts<'a>(name: &str, values: impl Iterator<Item = &'a str>) -> Column {
    StringChunked::from_iter_values(name.into(), values).into_column()
}

fn optional_texts<'a>(name: &str, values: impl Iterator<Item = Option<&'a str>>) -> Column {
    StringChunked::from_iter_options(name.into(), values).into_column()
}

fn numbers(name: &str, values: impl Iterator<Item = i64>) -> Column {
    Int64Chunked::from_iter_values(name.into(), values).into_column()
}

fn times(name: &str, values: impl Iterator<Item = Option<i64>>) -> Column {
    let numbers = Int64Chunked::from_iter_options(name.into(), values);
    numbers.into_datetime(TimeUnit::Microseconds, Some(TimeZone::UTC)).into_series().into_column()
}

fn api_columns<'a>(apis: impl Iterator<Item = Api<'a>> + Clone) -> [Column; 6] {
    let read_only = apis.clone().map(|api| api.read_only);
    [
        texts("account", apis.clone().map(|api| api.account)),
        texts("region", apis.clone().map(|api| api.region)),
        texts("event_source", apis.clone().map(|api| api.event_source)),
        texts("event_name", apis.clone().map(|api| api.event_name)),
        texts("category", apis.map(|api| category_name(api.category))),
        BooleanChunked::from_iter_values("read_only".into(), read_only).into_column(),
    ]
}

/// What ids stand for.
#[derive(Clone, Copy)]
pub struct Dictionary<'a> {
    pub names: &'a Names,
    pub apis: &'a [ApiIds],
}

impl<'a> Dictionary<'a> {
    /// The API of a row.
    pub fn api(self, row: &StoredRow) -> Api<'a> {
        self.names.api(self.apis[row.key.api as usize])
    }
}

/// Where the rows of each API are in the minute counts of a day.
pub fn apis_of(all: &Rows, dictionary: Dictionary<'_>) -> PolarsResult<Parquet> {
    let runs: Vec<&[StoredRow]> = all.rows.chunk_by(|a, b| a.key.api == b.key.api).collect();
    let mut first_rows = Vec::with_capacity(runs.len());
    let mut first = 0;
    for run in &runs {
        first_rows.push(first);
        first += run.len();
    }
    let length = |rows: usize| i64::try_from(rows).unwrap_or(i64::MAX);
    parquet(&apis(), &ArrowSchema::APIS, runs.len(), |range| {
        let (runs, first_rows) = (&runs[range.clone()], &first_rows[range]);
        let sum = |run: &[StoredRow], errors_only: bool| -> i64 {
            let rows = run.iter().filter(|row| !errors_only || row.key.error != 0);
            rows.map(|row| i64::from(row.events)).sum()
        };
        let mut columns = Vec::from(api_columns(runs.iter().map(|run| dictionary.api(&run[0]))));
        columns.extend([
            numbers("first_row", first_rows.iter().map(|&row| length(row))),
            numbers("rows", runs.iter().map(|run| length(run.len()))),
            numbers("events", runs.iter().map(|run| sum(run, false))),
            numbers("errors", runs.iter().map(|run| sum(run, true))),
        ]);
        DataFrame::new(runs.len(), columns)
    })
}

/// The distinct names in the minute counts of a day. "No error" is none.
pub fn names_of(all: &Rows, dictionary: Dictionary<'_>) -> PolarsResult<Parquet> {
    let mut lines: Vec<(&str, &str)> = Vec::new();
    for (column, dimension) in NAME_DIMENSIONS {
        let most = all.rows.iter().map(|row| id_of(row, column)).max();
        let mut is_used = vec![false; most.map_or(0, |most| most as usize + 1)];
        for row in &all.rows {
            is_used[id_of(row, column) as usize] = true;
        }
        let ids = (0..).zip(is_used).filter(|(_, is_used)| *is_used);
        let names = ids.map(|(id, _)| dictionary.names.get(dimension, id));
        let names = names.filter(|name| column != "error_code" || !name.is_empty());
        lines.extend(names.map(|name| (column, name)));
    }
    parquet(&names(), &ArrowSchema::NAMES, lines.len(), |range| {
        let lines = &lines[range];
        let dimensions = texts("dimension", lines.iter().map(|line| line.0));
        DataFrame::new(
            lines.len(),
            vec![dimensions, texts("name", lines.iter().map(|line| line.1))],
        )
    })
}

fn id_of(row: &StoredRow, column: &str) -> u32 {
    match column {
        "error_code" => row.key.error,
        "identity" => row.key.identity,
        "identity_type" => row.key.identity_type,
        "source_ip" => row.key.source_ip,
        _ => row.key.user_agent,
    }
}

/// The minutes with events of a day by account and hour since the epoch, in this order.
pub fn presence_of(hours: &[(&str, u32, u64)]) -> PolarsResult<Parquet> {
    parquet(&presence(), &ArrowSchema::PRESENCE, hours.len(), |range| {
        let hours = &hours[range];
        let hour = |hour: u32| Some(i64::from(hour) * 3_600_000_000);
        let columns = vec![
            texts("account", hours.iter().map(|line| line.0)),
            times("hour", hours.iter().map(|line| hour(line.1))),
            numbers("minutes", hours.iter().map(|line| line.2.cast_signed())),
        ];
        DataFrame::new(hours.len(), columns)
    })
}

/// The ledger.
pub fn files_of(ledger: &Ledger) -> PolarsResult<Parquet> {
    let files: Vec<_> = ledger.files.iter().collect();
    parquet(&self::files(), &ArrowSchema::FILES, files.len(), |range| {
        let files = &files[range];
        let sources = || files.iter().map(|(_, source)| *source);
        let columns = vec![
            texts("file", files.iter().map(|(name, _)| name.as_str())),
            numbers("bytes", sources().map(|source| source.bytes)),
            times("modified", sources().map(|source| source.modified)),
            numbers("records", sources().map(|source| source.records)),
            numbers("counted", sources().map(|source| source.counted)),
            numbers("updates", sources().map(|source| source.updates)),
            numbers("left_alone", sources().map(|source| source.left_alone)),
            numbers("rejected", sources().map(|source| source.rejected)),
            numbers("without_id", sources().map(|source| source.without_id)),
            optional_texts("damage", sources().map(|source| source.damage.as_deref())),
        ];
        DataFrame::new(files.len(), columns)
    })
}
