//! Columns of a row group as they stand in their pages: a list of the different values, and the
//! place of each row's in it. Names are looked up once a row group, not once a row.

use std::io::Cursor;

use polars_parquet::parquet::encoding::Encoding;
use polars_parquet::parquet::encoding::hybrid_rle::HybridRleDecoder;
use polars_parquet::parquet::error::{ParquetError, ParquetResult};
use polars_parquet::parquet::metadata::ColumnChunkMetadata;
use polars_parquet::parquet::page::split_buffer;
use polars_parquet::parquet::read::{BasicDecompressor, PageReader};

/// The place of a row that has no value.
const NULL: u32 = u32::MAX;

/// A column of a row group.
pub struct Column {
    /// The different values, plainly encoded.
    values: Vec<u8>,
    /// How many they are.
    count: usize,
    /// The place of each row's value, or [`NULL`].
    rows: Vec<u32>,
}

impl Column {
    /// Reads a column of so many rows from its bytes in the file.
    pub fn read(chunk: &ColumnChunkMetadata, rows: usize, bytes: Vec<u8>) -> ParquetResult<Self> {
        let most = bytes.len();
        let reader = PageReader::new_with_page_meta(
            Cursor::new(bytes.into()),
            chunk.into(),
            Vec::new(),
            most,
        );
        let mut pages = BasicDecompressor::new(reader, Vec::new());
        let mut column = match pages.read_dict_page()? {
            Some(list) => {
                Self { values: list.buffer.into_vec(), count: list.num_values, rows: Vec::new() }
            }
            None => Self { values: Vec::new(), count: 0, rows: Vec::new() },
        };
        while let Some(page) = pages.next() {
            let page = page?.decompress(&mut pages)?;
            if page.num_values() > rows - column.rows.len() {
                return Err(wrong("it has more rows than its footer says"));
            }
            let parts = split_buffer(&page)?;
            let levels = HybridRleDecoder::new(parts.def, 1, page.num_values()).collect()?;
            match page.encoding() {
                Encoding::RleDictionary => column.add_places(&levels, parts.values)?,
                Encoding::Plain if column.count == column.rows.len() => {
                    column.add_numbers(&levels, parts.values);
                }
                _ => return Err(wrong("it has a column of an unknown encoding")),
            }
            pages.reuse_page_buffer(page);
        }
        Ok(column)
    }

    /// Rows of a page with places in the list.
    fn add_places(&mut self, levels: &[u32], values: &[u8]) -> ParquetResult<()> {
        let there = levels.iter().filter(|level| **level == 1).count();
        let places = match values.split_first() {
            Some((bits, places)) if *bits <= 32 => {
                HybridRleDecoder::new(places, u32::from(*bits), there).collect()?
            }
            None if there == 0 => Vec::new(),
            _ => return Err(wrong("it has rows without values")),
        };
        if places.len() != there || places.iter().any(|place| *place as usize >= self.count) {
            return Err(wrong("it has values that are not in their list"));
        }
        if there == levels.len() {
            self.rows.extend(places);
        } else {
            let mut places = places.into_iter();
            let place =
                |level: &u32| if *level == 1 { places.next().unwrap_or(NULL) } else { NULL };
            self.rows.extend(levels.iter().map(place));
        }
        Ok(())
    }

    /// Rows of a page that has numbers themselves.
    fn add_numbers(&mut self, levels: &[u32], values: &[u8]) {
        self.values.extend_from_slice(values);
        for level in levels {
            let place = u32::try_from(self.count).unwrap_or(NULL);
            self.rows.push(if *level == 1 { place } else { NULL });
            self.count += usize::from(*level == 1);
        }
    }

    /// How many rows it has.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Keeps so many rows from one on.
    pub fn keep(&mut self, first: usize, rows: usize) {
        self.rows.truncate(first.saturating_add(rows));
        self.rows.drain(..first.min(self.rows.len()));
    }

    /// What is made of the text of each row, or of none.
    pub fn texts<T: Copy>(&self, of: impl Fn(Option<&str>) -> T) -> ParquetResult<Vec<T>> {
        // Each has its length before it, whatever a damaged page says of how many there are.
        let most = self.values.len() / size_of::<u32>();
        let (mut made, mut rest) = (Vec::with_capacity(self.count.min(most)), &self.values[..]);
        for _ in 0..self.count {
            let text = rest.split_first_chunk::<4>().and_then(|(length, rest)| {
                rest.split_at_checked(u32::from_le_bytes(*length) as usize)
            });
            let (text, after) = text.ok_or_else(|| wrong("it has a text that is cut off"))?;
            let text = str::from_utf8(text).map_err(|_| wrong("it has a text that is none"))?;
            made.push(of(Some(text)));
            rest = after;
        }
        Ok(self.each(&made, of(None)))
    }

    /// What is made of the number of each row, or of none.
    pub fn numbers<T: Copy>(&self, of: impl Fn(Option<i64>) -> T) -> ParquetResult<Vec<T>> {
        let (numbers, _) = self.values.as_chunks::<8>();
        if numbers.len() < self.count {
            return Err(wrong("it has too few numbers"));
        }
        let made = numbers.iter().map(|number| of(Some(i64::from_le_bytes(*number))));
        Ok(self.each(&made.collect::<Vec<T>>(), of(None)))
    }

    /// Of each row what was made of its value.
    fn each<T: Copy>(&self, made: &[T], none: T) -> Vec<T> {
        self.rows.iter().map(|place| made.get(*place as usize).copied().unwrap_or(none)).collect()
    }
}

fn wrong(why: &str) -> ParquetError {
    ParquetError::OutOfSpec(why.to_owned())
}
