//! What Parquet and Arrow files have in common: columns that come with types.

use std::io::{self, Cursor, ErrorKind, Read};

use polars::datatypes::ArrowDataType;
use polars::error::PolarsError;
use polars::io::mmap::MmapBytesReader;
use polars::prelude::{ArrowSchema, DataFrame, Schema, SchemaExt};

use super::input::Input;
use crate::error::{CollectError, Error, Result, one_line};

/// The bytes of a file to read out of order: the file itself, or all of a stream in memory.
pub(super) fn seekable(input: Input) -> Result<Box<dyn MmapBytesReader>> {
    let Input { name, mut bytes, file, .. } = input;
    if let Some(file) = file {
        return Ok(Box::new(file));
    }
    let mut all = Vec::new();
    bytes.read_to_end(&mut all).map_err(|source| CollectError::Io { path: name, source })?;
    Ok(Box::new(Cursor::new(all)))
}

/// The columns without rows.
///
/// The types are looked at before polars does, which ends the program on those it was not built with.
pub(super) fn header(schema: &ArrowSchema, path: &str) -> Result<DataFrame> {
    for (name, field) in schema.iter() {
        if !is_read(&field.dtype) {
            let full = format!("{:?}", field.dtype);
            let dtype = full.split(['(', '{', ' ']).next().unwrap_or_default().to_lowercase();
            return Err(CollectError::Type { path: path.into(), column: name.to_string(), dtype }.into());
        }
    }
    Ok(DataFrame::empty_with_schema(&Schema::from_arrow_schema(schema)))
}

const fn is_read(dtype: &ArrowDataType) -> bool {
    use ArrowDataType as T;
    matches!(
        dtype,
        T::Null
            | T::Boolean
            | T::Int8
            | T::Int16
            | T::Int32
            | T::Int64
            | T::UInt8
            | T::UInt16
            | T::UInt32
            | T::UInt64
            | T::Float32
            | T::Float64
            | T::Date32
            | T::Date64
            | T::Timestamp(..)
            | T::Utf8
            | T::LargeUtf8
            | T::Utf8View
    )
}

/// What polars says of bytes that it cannot read; a place outside of the file (an invalid seek) is damage, too.
pub(super) fn damaged(path: &str, expected: &'static str) -> impl Fn(PolarsError) -> Error {
    move |error| {
        let path = path.to_owned();
        match error {
            PolarsError::IO { error, .. } if error.raw_os_error().is_some() && error.kind() != ErrorKind::InvalidInput => {
                CollectError::Io { path, source: io::Error::new(error.kind(), error.to_string()) }.into()
            }
            error => CollectError::Damaged { path, expected, message: one_line(&error.to_string()) }.into(),
        }
    }
}

/// A frame handed out in pieces.
pub(super) struct Pieces {
    frame: DataFrame,
    at: usize,
}

impl Pieces {
    pub const fn new(frame: DataFrame) -> Self {
        Self { frame, at: 0 }
    }

    /// The next rows, at most `rows`; `None` where all were handed out.
    pub fn next(&mut self, rows: usize) -> Option<DataFrame> {
        let len = rows.min(self.frame.height() - self.at);
        let start = i64::try_from(self.at).ok()?;
        self.at += len;
        (len > 0).then(|| self.frame.slice(start, len))
    }
}

/// Opens a second time what a test wrote.
#[cfg(test)]
pub(super) fn input(file: &tempfile::NamedTempFile) -> Input {
    Input::open(file.path()).unwrap()
}
