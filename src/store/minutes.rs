//! The minute counts of a day as a Parquet file.

use std::io::Write;

use polars::error::{PolarsError, PolarsResult};
use polars::prelude::{CompatLevel, SchemaExt as _};
use polars_parquet::parquet::compression::{CompressionOptions, ZstdLevel};
use polars_parquet::parquet::error::{ParquetError, ParquetResult};
use polars_parquet::parquet::schema::types::{ParquetType, PrimitiveType};
use polars_parquet::parquet::write::{FileWriter, Version, WriteOptions};
use polars_parquet::write::{KeyValue, to_parquet_schema};

use super::pages::{Chunk, Encoder};
use super::print::print_of;
use super::row::{Rows, StoredRow};
use super::schema::{
    self, ArrowSchema, Dictionary, LEVEL, Parquet, ROW_GROUP, STATISTICS_BYTES, micros,
};
use crate::count::ApiKey;
use crate::count::Dimension::{self, ErrorCode, Identity, Name, SourceIp, UserAgent};
use crate::event::EventCategory;
use crate::minute::Minute;

/// Bytes of an event id.
const ID_BYTES: usize = 16;

/// The minute counts of a day, folded.
pub fn minutes_of(all: &Rows, dictionary: Dictionary<'_>) -> PolarsResult<Parquet> {
    let schema = to_parquet_schema(&schema::minutes().to_arrow(CompatLevel::newest()))?;
    let kinds = schema.fields().iter().map(|field| match field {
        ParquetType::PrimitiveType(kind) => Ok(kind.clone()),
        ParquetType::GroupType { .. } => Err(PolarsError::ComputeError("a column in parts".into())),
    });
    let kinds = kinds.collect::<PolarsResult<Vec<_>>>()?;
    // Each column of a row group is one page, so that statistics of pages would tell nothing more.
    let options = WriteOptions { write_statistics: false, version: Version::V1 };
    let mut bytes = Vec::new();
    // As for rows of all kinds, so that what writes Parquet is compiled once.
    let out: &mut dyn Write = &mut bytes;
    let mut writer = FileWriter::new(out, schema, options, Some("Polars".to_owned()));
    let compression = CompressionOptions::Zstd(Some(ZstdLevel::try_new(LEVEL)?));
    let encoder = Encoder::new(compression, STATISTICS_BYTES);
    let mut group = RowGroup { all, dictionary, encoder, ids: Vec::new() };
    for rows in all.rows.chunks(ROW_GROUP) {
        let chunks = group.chunks(rows, &kinds)?;
        writer.write(rows.len() as u64, Chunk::all(chunks))?;
    }
    let (key, value) = ArrowSchema::MINUTES.key_and_value();
    writer.end(Some(vec![KeyValue { key, value: Some(value) }]))?;
    drop(writer);
    Ok(Parquet { bytes, rows: all.rows.len() })
}

/// Makes columns of rows.
struct RowGroup<'a> {
    all: &'a Rows,
    dictionary: Dictionary<'a>,
    encoder: Encoder,
    /// Room to work in.
    ids: Vec<u32>,
}

impl RowGroup<'_> {
    /// The columns of some rows, in the order of the schema.
    fn chunks(&mut self, rows: &[StoredRow], kinds: &[PrimitiveType]) -> ParquetResult<Vec<Chunk>> {
        let [
            minute,
            account,
            region,
            event_source,
            event_name,
            category,
            read_only,
            identity,
            identity_type,
            user_agent,
            source_ip,
            error_code,
            events,
            example,
            prints,
        ] = kinds
        else {
            return Err(ParquetError::OutOfSpec("not the columns of minute counts".to_owned()));
        };
        let apis = self.dictionary.apis;
        let api = |row: &StoredRow| apis[row.key.api as usize];
        let api_name = |name: fn(&ApiKey) -> u32| move |row: &StoredRow| name(&api(row).0);
        Ok(vec![
            self.minutes(minute, rows)?,
            self.names(account, rows, Name, api_name(|api| api.account))?,
            self.names(region, rows, Name, api_name(|api| api.region))?,
            self.names(event_source, rows, Name, api_name(|api| api.event_source))?,
            self.names(event_name, rows, Name, api_name(|api| api.event_name))?,
            self.categories(category, rows, |row| api(row).0.category)?,
            self.encoder.flags(read_only, rows.iter().map(|row| api(row).1))?,
            self.names(identity, rows, Identity, |row| row.key.identity)?,
            self.names(identity_type, rows, Name, |row| row.key.identity_type)?,
            self.names(user_agent, rows, UserAgent, |row| row.key.user_agent)?,
            self.names(source_ip, rows, SourceIp, |row| row.key.source_ip)?,
            self.names(error_code, rows, ErrorCode, |row| row.key.error)?,
            self.events(events, rows)?,
            Self::examples(example, rows)?,
            self.prints(prints, rows)?,
        ])
    }

    fn set_ids(&mut self, ids: impl Iterator<Item = u32>) {
        self.ids.clear();
        self.ids.extend(ids);
    }

    fn minutes(&mut self, kind: &PrimitiveType, rows: &[StoredRow]) -> ParquetResult<Chunk> {
        let first = rows.iter().map(|row| row.key.minute).min().unwrap_or_default();
        self.set_ids(rows.iter().map(|row| row.key.minute - first));
        self.encoder.numbers(kind, &self.ids, |after| micros(Minute::new(first + after)))
    }

    fn names(
        &mut self,
        kind: &PrimitiveType,
        rows: &[StoredRow],
        dimension: Dimension,
        id: impl Fn(&StoredRow) -> u32,
    ) -> ParquetResult<Chunk> {
        self.set_ids(rows.iter().map(id));
        // The empty name, which comes first, is no error code.
        let null = (dimension == ErrorCode).then_some(0);
        let names = self.dictionary.names;
        self.encoder.texts(kind, &self.ids, null, |id| names.get(dimension, id))
    }

    fn categories(
        &mut self,
        kind: &PrimitiveType,
        rows: &[StoredRow],
        category: impl Fn(&StoredRow) -> EventCategory,
    ) -> ParquetResult<Chunk> {
        // In the order of their names.
        const CATEGORIES: [EventCategory; 3] =
            [EventCategory::Data, EventCategory::Management, EventCategory::NetworkActivity];
        self.set_ids(rows.iter().map(|row| match category(row) {
            EventCategory::Data => 0,
            EventCategory::Management => 1,
            EventCategory::NetworkActivity => 2,
        }));
        let name =
            |id: u32| CATEGORIES.get(id as usize).map_or("", |of| schema::category_name(*of));
        self.encoder.texts(kind, &self.ids, None, name)
    }

    fn events(&mut self, kind: &PrimitiveType, rows: &[StoredRow]) -> ParquetResult<Chunk> {
        self.set_ids(rows.iter().map(|row| row.events));
        self.encoder.numbers(kind, &self.ids, i64::from)
    }

    fn examples(kind: &PrimitiveType, rows: &[StoredRow]) -> ParquetResult<Chunk> {
        let mut bytes = Vec::with_capacity(rows.len() * ID_BYTES);
        for row in rows.iter().filter(|row| row.has_example()) {
            row.example.iter().for_each(|half| bytes.extend(half.to_be_bytes()));
        }
        let lengths = rows.iter().map(|row| row.has_example().then_some(ID_BYTES));
        Chunk::random_bytes(kind, lengths, &bytes)
    }

    /// The prints of all events but that of the example, which its id has.
    fn prints(&self, kind: &PrimitiveType, rows: &[StoredRow]) -> ParquetResult<Chunk> {
        let mut bytes = Vec::with_capacity(rows.len());
        let mut lengths = Vec::with_capacity(rows.len());
        for row in rows {
            let before = bytes.len();
            let known = print_of(row.example);
            let prints = self.all.prints(row).iter().filter(|print| Some(**print) != known);
            prints.for_each(|print| bytes.extend_from_slice(print));
            lengths.push(Some(bytes.len() - before));
        }
        Chunk::random_bytes(kind, lengths.into_iter(), &bytes)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::count::{ApiIds, Dictionaries, Names, RowKey, SumRow, sort_names};
    use crate::minute::DAY;
    use crate::store::load;
    use crate::store::read::ParquetFile;
    use crate::store::table;

    /// Six names of each dimension, and APIs in two Regions.
    fn names() -> (Names, Vec<ApiIds>) {
        let dictionaries = Dictionaries::default();
        let long = "é".repeat(STATISTICS_BYTES);
        for name in ["a", "b", "ü", &long] {
            for dimension in Dimension::ALL {
                dictionaries.name(dimension, name);
            }
            let [event_name, region] =
                [name, "b"].map(|name| dictionaries.name(Dimension::Name, name));
            for category in [EventCategory::Management, EventCategory::Data] {
                let key = ApiKey { account: 0, region, event_source: 0, event_name, category };
                dictionaries.api(key, false);
            }
        }
        let (names, apis, _) = sort_names(dictionaries);
        (names, apis)
    }

    fn any_events() -> impl Strategy<Value = Vec<SumRow>> {
        let few = || 0..6_u32;
        let key = (0..16_u32, 0..DAY, few(), few(), few(), few(), few());
        let key =
            key.prop_map(|(api, minute, identity, identity_type, user_agent, source_ip, error)| {
                let minute = 20_000 * DAY + minute;
                RowKey { api, minute, identity, identity_type, user_agent, source_ip, error }
            });
        let events = prop_oneof![9 => 1..4_u32, 1 => any::<u32>().prop_map(|many| many.max(1))];
        let ids = prop_oneof![4 => 0..3_u64, 1 => 0..300_u64];
        let row = (key, events, ids, any::<u64>()).prop_map(|(key, without_id, ids, seed)| {
            let without_id = SumRow { key, events: without_id, example: [0, 0] };
            let with_id = (0..ids).map(move |id| {
                let low = seed.wrapping_mul(id * 2 + 1);
                SumRow { key, events: 1, example: [u64::from(seed % 5 > 0), low.max(1)] }
            });
            std::iter::once(without_id).chain(with_id).collect::<Vec<_>>()
        });
        prop::collection::vec(row, 1..40).prop_map(|rows| rows.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn what_is_written_is_read(events in any_events()) {
            let (names, apis) = names();
            let dictionary = Dictionary { names: &names, apis: &apis };
            let mut rows = Rows::default();
            for event in events {
                rows.push_events(&[event], &mut Vec::new());
            }
            rows.fold();
            let written = minutes_of(&rows, dictionary).unwrap();
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("minutes.parquet");
            std::fs::write(&path, &written.bytes).unwrap();
            let mut read = Rows::default();
            load::rows_of(&table::frame(written.bytes.clone()).unwrap(), dictionary, &mut read).unwrap();
            let shown = |rows: &Rows| -> Vec<_> {
                let row = |row: &StoredRow| (row.key, row.events, row.example, rows.prints(row).to_vec());
                rows.rows.iter().map(row).collect()
            };
            prop_assert_eq!(shown(&read), shown(&rows));
            // As `detect` reads it.
            let bytes = written.bytes.len() as u64;
            let file = ParquetFile::open(path, written.rows as u64, bytes).unwrap();
            let all = 0..written.rows;
            let id = |name: Option<&str>| name.map(|name| names.place(Dimension::ErrorCode, name));
            let errors = file.column("error_code", &all).unwrap().texts(id).unwrap();
            let error = |row: &StoredRow| Some(Some(row.key.error)).filter(|_| row.key.error > 0);
            prop_assert_eq!(errors, rows.rows.iter().map(error).collect::<Vec<_>>());
            let events = file.column("events", &all).unwrap().numbers(|events| events).unwrap();
            let of_row = |row: &StoredRow| Some(i64::from(row.events));
            prop_assert_eq!(events, rows.rows.iter().map(of_row).collect::<Vec<_>>());
        }
    }
}
