//! Rows on their way from a database into a file.

use std::fs::File;
use std::io::ErrorKind;

use polars::error::PolarsError;
use polars::io::parquet::write::BatchedWriter;
use polars::prelude::{
    Column, DataFrame, DataType, Field, IntoColumn, ParquetCompression, ParquetWriter, PlSmallStr, Schema,
    StringChunkedBuilder, TimeUnit,
};

use crate::collect::limits::Limits;
use crate::collect::spool::{self, Spool};
use crate::collect::watched::Pulse;
use crate::error::{CollectError, Error, Result, one_line};

/// Rows that are written at once.
const ROWS: usize = 1 << 16;
/// Bytes of text after which fewer are.
const BYTES: usize = 64 << 20;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Bool,
    Whole,
    Real,
    Text,
    /// Days since 1970-01-01.
    Date,
    /// Microseconds since then.
    Moment,
}

impl Kind {
    fn dtype(self) -> DataType {
        match self {
            Self::Bool => DataType::Boolean,
            Self::Whole => DataType::Int64,
            Self::Real => DataType::Float64,
            Self::Text => DataType::String,
            Self::Date => DataType::Date,
            Self::Moment => DataType::Datetime(TimeUnit::Microseconds, None),
        }
    }
}

/// One value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    Null,
    Bool(bool),
    Whole(i64),
    Real(f64),
    Text(&'a str),
    Date(i32),
    Moment(i64),
}

/// The values of one column that are not written yet.
enum Values {
    Bool(Vec<Option<bool>>),
    Whole(Vec<Option<i64>>),
    Real(Vec<Option<f64>>),
    Text(StringChunkedBuilder),
    Date(Vec<Option<i32>>),
    Moment(Vec<Option<i64>>),
}

impl Values {
    fn new(kind: Kind) -> Self {
        match kind {
            Kind::Bool => Self::Bool(Vec::new()),
            Kind::Whole => Self::Whole(Vec::new()),
            Kind::Real => Self::Real(Vec::new()),
            Kind::Text => Self::Text(StringChunkedBuilder::new(PlSmallStr::EMPTY, 0)),
            Kind::Date => Self::Date(Vec::new()),
            Kind::Moment => Self::Moment(Vec::new()),
        }
    }

    /// Takes a value; false where it is of another kind.
    fn push(&mut self, value: Value<'_>) -> bool {
        match (self, value) {
            (Self::Bool(v), Value::Bool(x)) => v.push(Some(x)),
            (Self::Whole(v), Value::Whole(x)) | (Self::Moment(v), Value::Moment(x)) => v.push(Some(x)),
            (Self::Real(v), Value::Real(x)) => v.push(Some(x)),
            (Self::Text(v), Value::Text(x)) => v.append_value(x),
            (Self::Date(v), Value::Date(x)) => v.push(Some(x)),
            (Self::Bool(v), Value::Null) => v.push(None),
            (Self::Whole(v) | Self::Moment(v), Value::Null) => v.push(None),
            (Self::Real(v), Value::Null) => v.push(None),
            (Self::Text(v), Value::Null) => v.append_null(),
            (Self::Date(v), Value::Null) => v.push(None),
            _ => return false,
        }
        true
    }

    fn into_column(self, name: &PlSmallStr) -> Result<Column> {
        let name = name.clone();
        Ok(match self {
            Self::Bool(v) => Column::new(name, v),
            Self::Whole(v) => Column::new(name, v),
            Self::Real(v) => Column::new(name, v),
            Self::Text(v) => v.finish().with_name(name).into_column(),
            Self::Date(v) => Column::new(name, v).cast(&Kind::Date.dtype())?,
            Self::Moment(v) => Column::new(name, v).cast(&Kind::Moment.dtype())?,
        })
    }
}

/// Writes rows into a temporary Parquet file.
pub struct Copy<'a> {
    shown: &'a str,
    pulse: &'a Pulse,
    columns: Vec<(PlSmallStr, Kind)>,
    writer: BatchedWriter<Spool>,
    file: File,
    values: Vec<Values>,
    /// How many rows, and bytes of text, are not written yet.
    rows: usize,
    bytes: usize,
}

impl<'a> Copy<'a> {
    pub fn new(shown: &'a str, columns: Vec<(PlSmallStr, Kind)>, limits: Limits, pulse: &'a Pulse) -> Result<Self> {
        let spool = Spool::new(shown, limits)?;
        let file = spool.again(shown)?;
        let schema: Schema = columns.iter().map(|(name, kind)| Field::new(name.clone(), kind.dtype())).collect();
        let writer = ParquetWriter::new(spool).with_compression(ParquetCompression::Snappy);
        let writer = writer.batched(&schema).map_err(unwritten(shown))?;
        let values = columns.iter().map(|(_, kind)| Values::new(*kind)).collect();
        Ok(Self { shown, pulse, columns, writer, file, values, rows: 0, bytes: 0 })
    }

    /// The next value of the row that is being written.
    ///
    /// # Errors
    /// Where it is not of the kind that was announced.
    pub fn push(&mut self, column: usize, value: Value<'_>) -> Result<()> {
        if let Value::Text(text) = value {
            self.bytes += text.len();
        }
        if self.values[column].push(value) {
            return Ok(());
        }
        let name = &self.columns[column].0;
        let message = format!("column \"{name}\" gives other values each time it is read; store them in a table first");
        Err(CollectError::Fetch { path: self.shown.to_owned(), message }.into())
    }

    /// Every column has its value.
    pub fn end_row(&mut self) -> Result<()> {
        self.rows += 1;
        if self.rows.is_multiple_of(1024) {
            self.pulse.add(1024);
            if self.pulse.stopped() {
                let message = "given up".to_owned();
                return Err(CollectError::Fetch { path: self.shown.to_owned(), message }.into());
            }
        }
        if self.rows == ROWS || self.bytes >= BYTES { self.write() } else { Ok(()) }
    }

    fn write(&mut self) -> Result<()> {
        let kinds = self.columns.iter().map(|(_, kind)| Values::new(*kind)).collect();
        let values = std::mem::replace(&mut self.values, kinds);
        let columns = values.into_iter().zip(&self.columns).map(|(v, (name, _))| v.into_column(name));
        let frame = DataFrame::new(self.rows, columns.collect::<Result<_>>()?)?;
        (self.rows, self.bytes) = (0, 0);
        self.writer.write_batch(&frame).map_err(unwritten(self.shown))
    }

    /// The whole file, to be read from its beginning.
    pub fn finish(mut self) -> Result<File> {
        self.write()?;
        self.writer.finish().map_err(unwritten(self.shown))?;
        let mut file = self.file;
        std::io::Seek::rewind(&mut file).map_err(spool::failed(self.shown))?;
        Ok(file)
    }
}

/// What it means that the file cannot be written.
fn unwritten(shown: &str) -> impl Fn(PolarsError) -> Error {
    move |error| {
        let kind = match &error {
            PolarsError::IO { error, .. } => error.kind(),
            _ => ErrorKind::Other,
        };
        spool::unwritten(shown, kind, &one_line(&error.to_string()))
    }
}
