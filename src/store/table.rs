//! A store's files: written under the hash of their content, read only if they still have it.

use std::fs;
use std::io::{self, Cursor};
use std::path::Path;

use polars::prelude::{
    BinaryChunked, BooleanChunked, DataFrame, Int64Chunked, ParquetReader, PolarsError,
    PolarsResult, SerReader, StringChunked,
};
use sha2::{Digest, Sha256};

use super::StoreError;
use super::manifest::TableFile;
use super::schema::Parquet;
use crate::hex::hex;
use crate::output::whole_file::write_unsynced;

/// Hexadecimal digits of a file's hash that are its name.
pub const NAME_DIGITS: usize = 16;

/// The SHA-256 of a file's bytes, in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Writes a table into a folder of the store, unless it is there as it is; as [`write_bytes`] does.
pub fn write(store: &Path, folder: &str, table: &Parquet) -> Result<TableFile, StoreError> {
    let sha256 = sha256(&table.bytes);
    let name = &sha256[..NAME_DIGITS];
    let file = TableFile {
        path: format!("{folder}/{name}.parquet"),
        rows: table.rows as u64,
        bytes: table.bytes.len() as u64,
        sha256,
    };
    write_bytes(store, &file, &table.bytes)?;
    Ok(file)
}

/// Writes a file's bytes in its place in a store, unless it is there as it is. The manifest that names
/// it must wait until it is on the disk.
pub fn write_bytes(store: &Path, file: &TableFile, bytes: &[u8]) -> Result<(), StoreError> {
    let path = store.join(&file.path);
    if fs::read(&path).is_ok_and(|there| there == bytes) {
        return Ok(());
    }
    let folder = path.parent().unwrap_or(store);
    fs::create_dir_all(folder).map_err(StoreError::io(folder))?;
    write_unsynced(&path, bytes).map_err(StoreError::io(&path))
}

/// The bytes of a file of a store.
///
/// # Errors
/// When it is not there or not as it was written.
pub fn read_bytes(store: &Path, file: &TableFile) -> Result<Vec<u8>, StoreError> {
    let path = store.join(&file.path);
    let bytes = fs::read(&path).map_err(StoreError::io(&path))?;
    if bytes.len() as u64 != file.bytes {
        let why = format!("{} bytes, {} in {}", bytes.len(), file.bytes, super::Manifest::FILE);
        return Err(StoreError::damaged(&path, why));
    }
    if sha256(&bytes) != file.sha256 {
        let why = format!("its SHA-256 is not the one in {}", super::Manifest::FILE);
        return Err(StoreError::damaged(&path, why));
    }
    Ok(bytes)
}

/// A table of a store.
///
/// # Errors
/// When it is not there, not as it was written, or not the table it should be.
pub fn read(store: &Path, file: &TableFile) -> Result<DataFrame, StoreError> {
    let bytes = read_bytes(store, file)?;
    frame(bytes).map_err(|error| StoreError::damaged(&store.join(&file.path), error))
}

/// A table from its bytes.
pub fn frame(bytes: Vec<u8>) -> PolarsResult<DataFrame> {
    ParquetReader::new(Cursor::new(bytes)).finish()
}

/// Text of a column that has no nulls.
pub fn texts<'f>(frame: &'f DataFrame, name: &str) -> PolarsResult<&'f StringChunked> {
    let column = frame.column(name)?.str()?;
    if column.null_count() > 0 { Err(null(name)) } else { Ok(column) }
}

/// Text of a column that may have nulls.
pub fn optional_texts<'f>(frame: &'f DataFrame, name: &str) -> PolarsResult<&'f StringChunked> {
    frame.column(name)?.str()
}

/// Numbers of a column that has no nulls.
pub fn numbers<'f>(frame: &'f DataFrame, name: &str) -> PolarsResult<&'f Int64Chunked> {
    let column = frame.column(name)?.i64()?;
    if column.null_count() > 0 { Err(null(name)) } else { Ok(column) }
}

/// Microseconds since the epoch of a column of times.
pub fn times<'f>(frame: &'f DataFrame, name: &str) -> PolarsResult<&'f Int64Chunked> {
    Ok(frame.column(name)?.datetime()?.physical())
}

/// Yes or no.
pub fn flags<'f>(frame: &'f DataFrame, name: &str) -> PolarsResult<&'f BooleanChunked> {
    frame.column(name)?.bool()
}

/// Bytes.
pub fn bytes<'f>(frame: &'f DataFrame, name: &str) -> PolarsResult<&'f BinaryChunked> {
    frame.column(name)?.binary()
}

fn null(name: &str) -> PolarsError {
    PolarsError::SchemaMismatch(format!("nothing where {name} should be").into())
}

/// What the system says when a folder is not there is no failure of who wants it gone.
pub fn gone(outcome: io::Result<()>) -> io::Result<()> {
    match outcome {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
