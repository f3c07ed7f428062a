//! One Parquet file of a store: its columns, for any range of rows.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::ops::Range;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use polars::prelude::{
    BinaryChunked, BooleanChunked, DataFrame, DataType, FileMetadata, FileMetadataRef,
    Int64Chunked, ParallelStrategy, ParquetReader, PolarsError, SerReader, StringChunked, TimeUnit,
};
use polars_parquet::parquet::error::ParquetError;

use super::pages::Column;

/// A file of a store that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot read {path}: {why}")]
pub struct FileError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong.
    pub why: FileProblem,
}

/// What may be wrong with a file of a store.
#[derive(Debug, thiserror::Error)]
pub enum FileProblem {
    /// The system cannot read it.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// It is no Parquet file, or lacks a column.
    #[error(transparent)]
    Parquet(#[from] PolarsError),
    /// It is not as long as the manifest says.
    #[error("it has {is} bytes and should have {should}")]
    Length {
        /// Bytes it has.
        is: u64,
        /// Bytes the manifest says.
        should: u64,
    },
    /// It has not as many rows as the manifest says.
    #[error("it has {is} rows and should have {should}")]
    Rows {
        /// Rows it has.
        is: u64,
        /// Rows the manifest says.
        should: u64,
    },
    /// It holds what no store does.
    #[error("{0}")]
    Content(&'static str),
}

impl From<FileError> for io::Error {
    fn from(error: FileError) -> Self {
        Self::other(error)
    }
}

/// A Parquet file, its footer read.
#[derive(Debug)]
pub struct ParquetFile {
    path: PathBuf,
    bytes: u64,
    /// Kept open so that it can be read when its name is gone.
    file: Option<Mutex<File>>,
    metadata: FileMetadataRef,
    /// The same without row groups, which are many.
    head: FileMetadata,
    /// Where each row group begins, and where the last one ends.
    starts: Vec<usize>,
}

impl ParquetFile {
    /// Opens a file that should have so many rows and bytes.
    pub fn open(path: PathBuf, rows: u64, bytes: u64) -> Result<Self, FileError> {
        match no_panic(|| Self::footer(&path, rows, bytes)) {
            Ok(metadata) => {
                let mut starts = vec![0];
                for group in &metadata.row_groups {
                    starts.push(starts.last().copied().unwrap_or(0) + group.num_rows());
                }
                let mut head = (*metadata).clone();
                head.row_groups = Vec::new();
                Ok(Self { path, bytes, file: None, metadata, head, starts })
            }
            Err(why) => Err(FileError { path, why }),
        }
    }

    fn footer(path: &Path, rows: u64, bytes: u64) -> Result<FileMetadataRef, FileProblem> {
        let file = File::open(path)?;
        let length = file.metadata()?.len();
        if length != bytes {
            return Err(FileProblem::Length { is: length, should: bytes });
        }
        let metadata = ParquetReader::new(file).get_metadata()?.clone();
        let is = metadata.num_rows as u64;
        let in_groups = metadata.row_groups.iter().fold(0, |rows, group| rows + group.num_rows());
        if is != rows || in_groups != metadata.num_rows {
            return Err(FileProblem::Rows { is, should: rows });
        }
        Ok(metadata)
    }

    /// The same, kept open: a writer of the store may take it away.
    pub fn kept_open(mut self) -> Result<Self, FileError> {
        match File::open(&self.path) {
            Ok(file) => {
                self.file = Some(Mutex::new(file));
                Ok(self)
            }
            Err(error) => Err(self.error(error.into())),
        }
    }

    /// How many rows it has.
    pub fn rows(&self) -> usize {
        self.metadata.num_rows
    }

    /// Where its row groups begin, and where the last one ends.
    pub fn group_starts(&self) -> &[usize] {
        &self.starts
    }

    /// Some columns of some rows, on this thread alone.
    pub fn read(&self, columns: &[&str], rows: Range<usize>) -> Result<DataFrame, FileError> {
        no_panic(|| self.try_read(columns, rows)).map_err(|why| self.error(why))
    }

    fn try_read(&self, columns: &[&str], rows: Range<usize>) -> Result<DataFrame, FileProblem> {
        // Only the row groups that are wanted, for the reader begins with the first.
        let first = self.starts.partition_point(|start| *start <= rows.start).saturating_sub(1);
        let end = self.starts.partition_point(|start| *start < rows.end);
        let groups = self.metadata.row_groups.get(first..end).unwrap_or_default();
        let offset = self.starts.get(first).copied().unwrap_or(0);
        let mut metadata = self.head.clone();
        metadata.num_rows = groups.iter().fold(0, |rows, group| rows + group.num_rows());
        metadata.row_groups = groups.to_vec();
        let file = match &self.file {
            Some(file) => lock(file).try_clone()?,
            None => File::open(&self.path)?,
        };
        let mut reader = ParquetReader::new(file)
            .with_columns(Some(columns.iter().map(|name| (*name).to_owned()).collect()))
            .with_slice(Some((rows.start.saturating_sub(offset), rows.len())))
            .read_parallel(ParallelStrategy::None);
        reader.set_metadata(metadata.into());
        let frame = reader.finish()?;
        if frame.height() != rows.len() {
            return Err(FileProblem::Content("it has fewer rows than its footer says"));
        }
        Ok(frame)
    }

    /// One column of rows of a row group.
    pub fn column(&self, name: &str, rows: &Range<usize>) -> Result<Column, FileError> {
        no_panic(|| self.try_column(name, rows)).map_err(|why| self.error(why))
    }

    fn try_column(&self, name: &str, rows: &Range<usize>) -> Result<Column, FileProblem> {
        let after = self.starts.partition_point(|start| *start <= rows.start);
        let group = after.checked_sub(1).and_then(|group| self.metadata.row_groups.get(group));
        let chunk = group.and_then(|group| group.columns_under_root_iter(name)?.next());
        let Some((group, chunk)) = group.zip(chunk) else {
            return Err(FileProblem::Content("it lacks a column"));
        };
        let mut column = Column::read(chunk, group.num_rows(), self.bytes_at(&chunk.byte_range())?)
            .map_err(PolarsError::from)?;
        if column.len() != group.num_rows() {
            return Err(FileProblem::Content("it has fewer rows than its footer says"));
        }
        let start = after.checked_sub(1).and_then(|group| self.starts.get(group)).copied();
        column.keep(rows.start - start.unwrap_or(0), rows.len());
        Ok(column)
    }

    fn bytes_at(&self, range: &Range<u64>) -> Result<Vec<u8>, FileProblem> {
        let length = range.end.checked_sub(range.start).filter(|_| range.end <= self.bytes);
        let length = length.ok_or(FileProblem::Content("it has a column beyond its end"))?;
        let mut bytes = Vec::new();
        let mut read = |file: &mut File| -> io::Result<usize> {
            file.seek(SeekFrom::Start(range.start))?;
            file.take(length).read_to_end(&mut bytes)
        };
        match &self.file {
            Some(file) => read(&mut lock(file))?,
            None => read(&mut File::open(&self.path)?)?,
        };
        Ok(bytes)
    }

    /// That file with something in it that is no Parquet.
    pub fn broken(&self, error: ParquetError) -> FileError {
        self.error(PolarsError::from(error).into())
    }

    /// That file with a problem.
    pub fn error(&self, why: FileProblem) -> FileError {
        FileError { path: self.path.clone(), why }
    }

    /// A file that holds what no store does.
    pub fn content(&self, why: &'static str) -> FileError {
        self.error(FileProblem::Content(why))
    }
}

fn lock(file: &Mutex<File>) -> MutexGuard<'_, File> {
    file.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Does what may panic in polars where a file is damaged and yet as long as it should be.
fn no_panic<T>(work: impl FnOnce() -> Result<T, FileProblem>) -> Result<T, FileProblem> {
    let outcome = panic::catch_unwind(AssertUnwindSafe(work));
    outcome.unwrap_or(Err(FileProblem::Content("it is damaged: count --check tells more")))
}

/// The columns of a frame, by name and type.
pub struct Columns<'f> {
    pub file: &'f ParquetFile,
    pub frame: &'f DataFrame,
}

impl<'f> Columns<'f> {
    pub fn strings(&self, name: &str) -> Result<&'f StringChunked, FileError> {
        let column = self.frame.column(name).and_then(|column| column.str());
        column.map_err(|error| self.file.error(error.into()))
    }

    pub fn bytes(&self, name: &str) -> Result<&'f BinaryChunked, FileError> {
        let column = self.frame.column(name).and_then(|column| column.binary());
        column.map_err(|error| self.file.error(error.into()))
    }

    pub fn numbers(&self, name: &str) -> Result<&'f Int64Chunked, FileError> {
        let column = self.frame.column(name).and_then(|column| column.i64());
        column.map_err(|error| self.file.error(error.into()))
    }

    pub fn booleans(&self, name: &str) -> Result<&'f BooleanChunked, FileError> {
        let column = self.frame.column(name).and_then(|column| column.bool());
        column.map_err(|error| self.file.error(error.into()))
    }

    /// Times, as microseconds since the epoch.
    pub fn times(&self, name: &str) -> Result<Int64Chunked, FileError> {
        let times = || {
            let column = self.frame.column(name)?;
            if !matches!(column.dtype(), DataType::Datetime(TimeUnit::Microseconds, _)) {
                return Err(FileProblem::Content("its times are not in microseconds"));
            }
            Ok(column.to_physical_repr().i64()?.clone())
        };
        times().map_err(|why| self.file.error(why))
    }
}

/// The minute since the epoch of a time in microseconds.
pub fn minute(micros: i64) -> Option<u32> {
    u32::try_from(micros.div_euclid(60_000_000)).ok()
}
