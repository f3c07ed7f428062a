//! Columns of a Parquet file from what is known of their values: ids in the order of the texts that
//! they stand for, and bytes as they are. polars would look all texts up again to find equal ones.

use polars_parquet::parquet::CowBuffer;
use polars_parquet::parquet::compression::CompressionOptions;
use polars_parquet::parquet::encoding::{Encoding, hybrid_rle};
use polars_parquet::parquet::error::{ParquetError, ParquetResult};
use polars_parquet::parquet::metadata::Descriptor;
use polars_parquet::parquet::page::{DataPage, DataPageHeader, DataPageHeaderV1, DictPage, Page};
use polars_parquet::parquet::schema::types::PrimitiveType;
use polars_parquet::parquet::statistics::{
    BinaryStatistics, BooleanStatistics, ParquetStatistics, PrimitiveStatistics,
};
use polars_parquet::parquet::write::{
    Compressor, DynIter, DynStreamingIterator, RowGroupIterColumns,
};

use super::delta::encode_lengths;

/// Numbers below this are given by their places in a list.
const MOST_LISTED: u32 = 1 << 16;

/// One column of a row group, encoded.
pub struct Chunk {
    pages: Vec<Page>,
    compression: CompressionOptions,
}

impl Chunk {
    /// Columns as a file's writer takes them.
    pub fn all(chunks: Vec<Self>) -> RowGroupIterColumns<'static, ParquetError> {
        DynIter::new(chunks.into_iter().map(|Self { pages, compression }| {
            let pages = pages.into_iter().map(Ok);
            Ok(DynStreamingIterator::new(Compressor::new(pages, compression, Vec::new())))
        }))
    }

    /// Bytes that look as if drawn, one value after the other: not compressed, without least and
    /// greatest. `None` is null.
    pub fn random_bytes(
        kind: &PrimitiveType,
        lengths: impl ExactSizeIterator<Item = Option<usize>> + Clone,
        bytes: &[u8],
    ) -> ParquetResult<Chunk> {
        let rows = lengths.len();
        let mut page = levels_of(lengths.clone().map(|length| length.is_some()))?;
        let there = lengths.flatten().map(length).collect::<ParquetResult<Vec<u32>>>()?;
        let statistics = BinaryStatistics {
            primitive_type: kind.clone(),
            null_count: count(rows - there.len()),
            distinct_count: None,
            min_value: None,
            max_value: None,
        };
        encode_lengths(&there, &mut page);
        page.extend_from_slice(bytes);
        let statistics = Some(statistics.serialize());
        let page = data_page(kind, page, rows, Encoding::DeltaLengthByteArray, statistics)?;
        Ok(Chunk { pages: vec![page], compression: CompressionOptions::Uncompressed })
    }
}

/// Encodes one column after the other. Columns may hold nulls in Parquet whether they ever do or not.
pub struct Encoder {
    pub compression: CompressionOptions,
    /// Bytes of a text in statistics.
    pub statistics_bytes: usize,
    places: Places,
}

impl Encoder {
    pub fn new(compression: CompressionOptions, statistics_bytes: usize) -> Self {
        Self { compression, statistics_bytes, places: Places::default() }
    }

    /// Texts by their ids, which are in the order of the texts; null where the id is `null`.
    pub fn texts<'t>(
        &mut self,
        kind: &PrimitiveType,
        ids: &[u32],
        null: Option<u32>,
        text: impl Fn(u32) -> &'t str,
    ) -> ParquetResult<Chunk> {
        let ends = self.places.of(ids, null);
        let mut values = Vec::new();
        for &id in &self.places.ids {
            let text = text(id).as_bytes();
            values.extend(length(text.len())?.to_le_bytes());
            values.extend(text);
        }
        let statistics = BinaryStatistics {
            primitive_type: kind.clone(),
            null_count: count(self.places.nulls),
            distinct_count: None,
            min_value: ends.map(|(min, _)| least(text(min), self.statistics_bytes)),
            max_value: ends.and_then(|(_, max)| most(text(max), self.statistics_bytes)),
        };
        self.by_places(kind, ids, null, values, statistics.serialize())
    }

    /// Numbers that `number` makes of others and that are in their order.
    pub fn numbers(
        &mut self,
        kind: &PrimitiveType,
        ids: &[u32],
        number: impl Fn(u32) -> i64,
    ) -> ParquetResult<Chunk> {
        let ends = ids.iter().min().zip(ids.iter().max()).map(|(min, max)| (*min, *max));
        let statistics = PrimitiveStatistics {
            primitive_type: kind.clone(),
            null_count: Some(0),
            distinct_count: None,
            min_value: ends.map(|(min, _)| number(min)),
            max_value: ends.map(|(_, max)| number(max)),
        };
        let statistics = statistics.serialize();
        let bytes = |ids: &[u32]| ids.iter().flat_map(|id| number(*id).to_le_bytes()).collect();
        if ends.is_none_or(|(_, max)| max < MOST_LISTED) {
            self.places.of(ids, None);
            let values = bytes(&self.places.ids);
            return self.by_places(kind, ids, None, values, statistics);
        }
        let mut page = levels(ids.len())?;
        page.extend(bytes(ids));
        let page = data_page(kind, page, ids.len(), Encoding::Plain, Some(statistics))?;
        Ok(Chunk { pages: vec![page], compression: self.compression })
    }

    /// Yes or no.
    pub fn flags(
        &self,
        kind: &PrimitiveType,
        flags: impl Iterator<Item = bool> + Clone,
    ) -> ParquetResult<Chunk> {
        let rows = flags.clone().count();
        let mut page = levels(rows)?;
        hybrid_rle::bitpacked_encode(&mut page, flags.clone())?;
        let statistics = BooleanStatistics {
            null_count: Some(0),
            distinct_count: None,
            min_value: flags.clone().min(),
            max_value: flags.max(),
        };
        let page = data_page(kind, page, rows, Encoding::Plain, Some(statistics.serialize()))?;
        Ok(Chunk { pages: vec![page], compression: self.compression })
    }

    /// A column of the values that [`Self::places`] knows.
    fn by_places(
        &self,
        kind: &PrimitiveType,
        ids: &[u32],
        null: Option<u32>,
        values: Vec<u8>,
        statistics: ParquetStatistics,
    ) -> ParquetResult<Chunk> {
        let places = &self.places;
        let dictionary = DictPage::new(CowBuffer::Owned(values), places.ids.len(), false);
        let mut page = match null {
            Some(null) => levels_of(ids.iter().map(|id| *id != null))?,
            None => levels(ids.len())?,
        };
        let last = u32::try_from(places.ids.len().saturating_sub(1)).unwrap_or(u32::MAX);
        let bits = u32::BITS - last.leading_zeros();
        page.push(u8::try_from(bits).unwrap_or_default());
        hybrid_rle::encode::<u32, _, _>(&mut page, places.rows.iter().copied(), bits)?;
        let page = data_page(kind, page, ids.len(), Encoding::RleDictionary, Some(statistics))?;
        let pages = vec![Page::Dict(dictionary), page];
        Ok(Chunk { pages, compression: self.compression })
    }
}

/// The places of ids in the list of different ones.
#[derive(Default)]
struct Places {
    /// By id, its place; [`NO_PLACE`] where it has none.
    of_ids: Vec<u32>,
    /// The different ones, as they come.
    ids: Vec<u32>,
    /// The place of each row that is not null.
    rows: Vec<u32>,
    nulls: usize,
}

const NO_PLACE: u32 = u32::MAX;

impl Places {
    /// Finds the places of ids; the least and the greatest of them.
    fn of(&mut self, ids: &[u32], null: Option<u32>) -> Option<(u32, u32)> {
        for id in self.ids.drain(..) {
            self.of_ids[id as usize] = NO_PLACE;
        }
        self.rows.clear();
        let there = || ids.iter().copied().filter(|id| Some(*id) != null);
        let ends = there().min().zip(there().max());
        let room = ends.map_or(0, |(_, max)| max as usize + 1);
        if self.of_ids.len() < room {
            self.of_ids.resize(room, NO_PLACE);
        }
        for id in there() {
            let place = &mut self.of_ids[id as usize];
            if *place == NO_PLACE {
                *place = u32::try_from(self.ids.len()).unwrap_or_default();
                self.ids.push(id);
            }
            self.rows.push(*place);
        }
        self.nulls = ids.len() - self.rows.len();
        ends
    }
}

fn data_page(
    kind: &PrimitiveType,
    buffer: Vec<u8>,
    rows: usize,
    encoding: Encoding,
    statistics: Option<ParquetStatistics>,
) -> ParquetResult<Page> {
    let header = DataPageHeaderV1 {
        num_values: length(rows)?.cast_signed(),
        encoding: encoding.into(),
        definition_level_encoding: Encoding::Rle.into(),
        repetition_level_encoding: Encoding::Rle.into(),
        statistics,
    };
    let descriptor =
        Descriptor { primitive_type: kind.clone(), max_def_level: 0, max_rep_level: 0 };
    let header = DataPageHeader::V1(header);
    Ok(Page::Data(DataPage::new(header, CowBuffer::Owned(buffer), descriptor, rows)))
}

/// A page's beginning where nothing is null.
fn levels(rows: usize) -> ParquetResult<Vec<u8>> {
    levels_of(std::iter::repeat_n(true, rows))
}

/// A page's beginning, which says of each row whether it is not null.
fn levels_of(is_there: impl Iterator<Item = bool>) -> ParquetResult<Vec<u8>> {
    let mut levels = vec![0; 4];
    hybrid_rle::encode::<bool, _, _>(&mut levels, is_there, 1)?;
    let bytes = length(levels.len() - 4)?.to_le_bytes();
    levels[..4].copy_from_slice(&bytes);
    Ok(levels)
}

/// A number of bytes or values as Parquet takes it.
fn length(bytes: usize) -> ParquetResult<u32> {
    let length = i32::try_from(bytes).map(i32::cast_unsigned);
    length.map_err(|_| ParquetError::OutOfSpec("the texts of a row group are too long".to_owned()))
}

fn count(number: usize) -> Option<i64> {
    i64::try_from(number).ok()
}

/// Something no greater than the text, of so many bytes at most.
fn least(text: &str, bytes: usize) -> Vec<u8> {
    text.as_bytes()[..text.floor_char_boundary(bytes)].to_vec()
}

/// Something no less than the text, of about so many bytes at most; texts that are longer become
/// the next ones that are not.
fn most(text: &str, bytes: usize) -> Option<Vec<u8>> {
    if text.len() <= bytes {
        return Some(text.as_bytes().to_vec());
    }
    let mut most = text[..text.floor_char_boundary(bytes)].to_owned();
    while let Some(last) = most.pop() {
        if let Some(next) = (last..=char::MAX).nth(1) {
            most.push(next);
            return Some(most.into_bytes());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_have_short_bounds() {
        assert_eq!(least("abc", 3), b"abc");
        assert_eq!(least("abcd", 3), b"abc");
        assert_eq!(least("abé", 3), b"ab");
        assert_eq!(most("abc", 3), Some(b"abc".to_vec()));
        assert_eq!(most("abcd", 3), Some(b"abd".to_vec()));
        assert_eq!(most("abé", 3), Some(b"ac".to_vec()));
        assert_eq!(most("ab\u{10ffff}\u{10ffff}", 6), Some(b"ac".to_vec()));
        assert_eq!(most("\u{10ffff}\u{10ffff}", 4), None);
        assert_eq!(most("\u{d7ff}x", 3), Some("\u{e000}".as_bytes().to_vec()));
    }
}
