//! The tables that a query may name.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ahash::RandomState;
use polars::prelude::*;
use uuid::Uuid;

use super::QueryError;
use super::insights::TIME;
use crate::event::error_family::ErrorFamily;
use crate::store::{Manifest, StoreError, TableFile};

/// A table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TableName {
    /// What was counted.
    Minutes,
    /// What is unusual.
    Insights,
    /// What was read.
    Files,
}

impl TableName {
    /// Every table.
    pub const ALL: [Self; 3] = [Self::Minutes, Self::Insights, Self::Files];

    /// Its name in a query.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Minutes => "minutes",
            Self::Insights => "insights",
            Self::Files => "files",
        }
    }
}

/// A file of a store, and how long it was written.
type StoreFile = (PathBuf, u64);

/// Where the tables of a store are.
#[derive(Clone, Debug)]
struct StoreTables {
    /// The files of `minutes`, one a day, in time order.
    minutes: Vec<StoreFile>,
    /// The file of `files`.
    ledger: StoreFile,
}

impl StoreTables {
    fn open(store: &Path) -> Result<Self, QueryError> {
        let Some(manifest) = Manifest::read(store)? else {
            return Err(StoreError::NoStore { store: store.to_owned() }.into());
        };
        let file = |table: &TableFile| (store.join(&table.path), table.bytes);
        let minutes = manifest.days.iter().map(|day| file(&day.tables.minutes)).collect();
        Ok(Self { minutes, ledger: file(&manifest.files) })
    }

    fn files(&self) -> impl Iterator<Item = &StoreFile> {
        self.minutes.iter().chain([&self.ledger])
    }
}

/// The tables of one or several stores. Rows of several stand one after the other: what is in two of
/// them is there twice.
#[derive(Clone, Debug)]
pub struct Tables {
    stores: Vec<StoreTables>,
}

impl Tables {
    /// Finds the tables of stores.
    ///
    /// # Errors
    /// When one of them is no store.
    pub fn open(stores: &[PathBuf]) -> Result<Self, QueryError> {
        let stores = stores.iter().map(|store| StoreTables::open(store));
        Ok(Self { stores: stores.collect::<Result<_, _>>()? })
    }

    /// The error with the file that is to blame for it, where one is missing or cut off: polars
    /// does not name it.
    pub(super) fn blamed(&self, error: QueryError) -> QueryError {
        let QueryError::Table(why) = error else { return error };
        let is_whole = |(path, bytes): &&StoreFile| {
            std::fs::metadata(path).is_ok_and(|metadata| metadata.len() == *bytes)
        };
        match self.stores.iter().flat_map(StoreTables::files).find(|file| !is_whole(file)) {
            Some((path, _)) => StoreError::Damaged { path: path.clone(), why }.into(),
            None => QueryError::Table(why),
        }
    }

    /// `minutes`, of which nothing is read yet.
    pub(super) fn minutes(&self) -> Result<LazyFrame, QueryError> {
        let files = self.stores.iter().map(|store| store.minutes.as_slice());
        let scans = files.filter(|files| !files.is_empty()).map(scan_minutes);
        let scans = scans.collect::<Result<Vec<_>, _>>()?;
        let rows = all(scans, &minutes_schema())?;
        let hour = col("minute").dt().truncate(lit("1h")).alias("hour");
        let family = col("error_code").map(
            |codes| error_families(&codes),
            |_, field| Ok(Field::new(field.name().clone(), DataType::String)),
        );
        let family = family.alias("error_family");
        let example = col("example_event_id").map(
            |ids| event_ids(&ids),
            |_, field| Ok(Field::new(field.name().clone(), DataType::String)),
        );
        let columns = minutes_columns().into_iter().map(col);
        Ok(rows.with_columns([hour, family, example]).select(columns.collect::<Vec<_>>()))
    }

    /// `files`, of which nothing is read yet.
    pub(super) fn files(&self) -> Result<LazyFrame, QueryError> {
        let ledgers = self.stores.iter().map(|store| &store.ledger.0);
        let scans = ledgers.map(|ledger| {
            let no_days = HiveOptions { enabled: Some(false), ..HiveOptions::default() };
            read(vec![absolute(ledger)?], no_days, files_schema())
        });
        let scans = scans.collect::<Result<Vec<_>, _>>()?;
        all(scans, &files_schema())
    }
}

/// The columns of `minutes`, in the order of `SELECT *`.
fn minutes_columns() -> Vec<&'static str> {
    vec![
        "day",
        "hour",
        "minute",
        "account",
        "region",
        "event_source",
        "event_name",
        "category",
        "read_only",
        "identity",
        "identity_type",
        "user_agent",
        "source_ip",
        "error_code",
        "error_family",
        "events",
        "example_event_id",
    ]
}

/// What a store has of them, of the types they have for a query.
fn minutes_schema() -> Schema {
    let text = |name: &str| Field::new(name.into(), DataType::String);
    let mut fields = vec![Field::new("minute".into(), TIME)];
    fields.extend(["account", "region", "event_source", "event_name", "category"].map(text));
    fields.push(Field::new("read_only".into(), DataType::Boolean));
    fields.extend(["identity", "identity_type", "user_agent", "source_ip", "error_code"].map(text));
    fields.push(Field::new("events".into(), DataType::Int64));
    fields.push(Field::new("example_event_id".into(), DataType::Binary));
    fields.push(text("day"));
    fields.into_iter().collect()
}

fn files_schema() -> Schema {
    let number = |name: &str| Field::new(name.into(), DataType::Int64);
    let mut fields = vec![Field::new("file".into(), DataType::String), number("bytes")];
    fields.push(Field::new("modified".into(), TIME));
    let counts = ["records", "counted", "updates", "left_alone", "rejected", "without_id"];
    fields.extend(counts.map(number));
    fields.push(Field::new("damage".into(), DataType::String));
    fields.into_iter().collect()
}

/// All of them, one after the other; of none, no rows with these columns.
fn all(scans: Vec<LazyFrame>, schema: &Schema) -> Result<LazyFrame, QueryError> {
    if scans.is_empty() {
        return Ok(DataFrame::empty_with_schema(schema).lazy());
    }
    let union = UnionArgs { maintain_order: true, ..UnionArgs::default() };
    concat(scans, union).map_err(|error| store_error(&error))
}

/// The rows of the files of `minutes`, with the column `day` that their folders say.
fn scan_minutes(files: &[StoreFile]) -> Result<LazyFrame, QueryError> {
    let paths = files.iter().map(|(path, _)| absolute(path)).collect::<Result<Vec<_>, _>>()?;
    let marked =
        |path: &PlRefPath| path.as_str().split('/').filter(|name| name.contains('=')).count();
    if paths.iter().all(|path| marked(path) == 1) {
        // polars leaves out the files of days that a query does not ask for.
        return scan(paths, true);
    }
    // It would take other folders with a sign of equality for columns.
    let days = paths.into_iter().map(|path| {
        let day = path.as_str().rsplit_once("day=").map_or("", |(_, rest)| rest);
        let day = lit(day.split('/').next().unwrap_or_default().to_owned()).alias("day");
        Ok(scan(vec![path], false)?.with_column(day))
    });
    all(days.collect::<Result<_, QueryError>>()?, &minutes_schema())
}

/// The rows of files of `minutes`; `by_day` where their folders say the column `day`.
fn scan(paths: Vec<PlRefPath>, by_day: bool) -> Result<LazyFrame, QueryError> {
    let day = Schema::from_iter([Field::new("day".into(), DataType::String)]);
    let hive_options = HiveOptions {
        enabled: Some(by_day),
        schema: by_day.then(|| Arc::new(day)),
        ..HiveOptions::default()
    };
    read(paths, hive_options, minutes_schema())
}

/// The rows of Parquet files, the columns of the schema only.
fn read(
    paths: Vec<PlRefPath>,
    hive_options: HiveOptions,
    mut schema: Schema,
) -> Result<LazyFrame, QueryError> {
    schema.shift_remove("day");
    let schema = Some(Arc::new(schema));
    // A name with a star in it is a name.
    let args = ScanArgsParquet { glob: false, hive_options, schema, ..ScanArgsParquet::default() };
    let scan = LazyFrame::scan_parquet_files(paths.into_iter().collect(), args);
    let mut plan = scan.map_err(|error| store_error(&error))?.logical_plan;
    if let DslPlan::Scan { unified_scan_args, .. } = &mut plan {
        // Times are UTC in the files, and times without a zone are simpler to compare with.
        unified_scan_args.cast_columns_policy.datetime_convert_timezone = true;
        unified_scan_args.extra_columns_policy = ExtraColumnsPolicy::Ignore;
    }
    Ok(LazyFrame::from(plan))
}

/// An absolute path, which polars cannot take for an address in a network.
fn absolute(file: &Path) -> Result<PlRefPath, QueryError> {
    let path = std::path::absolute(file)
        .map_err(|error| QueryError::Table(format!("{}: {error}", file.display())))?;
    PlRefPath::try_from_pathbuf(path).map_err(|error| store_error(&error))
}

/// The word for the family of each error code; null without one.
fn error_families(codes: &Column) -> PolarsResult<Column> {
    let codes = codes.str()?;
    let mut known: HashMap<&str, &'static str, RandomState> = HashMap::default();
    let family = |code| *known.entry(code).or_insert_with(|| ErrorFamily::of(code).as_str());
    let mut family = family;
    let families: StringChunked = codes.iter().map(|code| code.map(&mut family)).collect();
    Ok(families.with_name(codes.name().clone()).into_column())
}

/// Event ids as they are written.
fn event_ids(ids: &Column) -> PolarsResult<Column> {
    let id = |id: &[u8]| Uuid::from_slice(id).ok().map(|id| id.to_string());
    let ids = ids.binary()?;
    let texts: StringChunked = ids.iter().map(|bytes| bytes.and_then(id)).collect();
    Ok(texts.with_name(ids.name().clone()).into_column())
}

fn store_error(error: &PolarsError) -> QueryError {
    QueryError::Table(error.to_string())
}
