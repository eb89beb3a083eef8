use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

use polars::io::parquet::write::BatchedWriter;
use polars::prelude::{CsvWriter, DataFrame, JsonFormat, JsonWriter, ParquetWriter, SerWriter};

use super::Form;
use crate::artifact::Pending;
use crate::cli::output::stdout_error;
use crate::error::Result;

/// Where predictions go, chunk by chunk.
pub struct Writer {
    form: Form,
    /// A file, or nothing for stdout.
    target: Option<Pending>,
    first: bool,
    buffer: Shared,
    parquet: Option<BatchedWriter<Shared>>,
}

/// Bytes that a polars writer fills and we pass on.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Shared {
    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Writer {
    pub fn new(form: Form, target: Option<Pending>) -> Self {
        Self { form, target, first: true, buffer: Shared::default(), parquet: None }
    }

    pub fn write(&mut self, mut table: DataFrame) -> Result<()> {
        match self.form {
            Form::Csv => CsvWriter::new(self.buffer.clone()).include_header(self.first).finish(&mut table)?,
            Form::Ndjson => JsonWriter::new(self.buffer.clone()).with_json_format(JsonFormat::JsonLines).finish(&mut table)?,
            Form::Parquet => {
                let parquet = match &mut self.parquet {
                    Some(parquet) => parquet,
                    None => self.parquet.insert(ParquetWriter::new(self.buffer.clone()).batched(table.schema())?),
                };
                parquet.write_batch(&table)?;
            }
        }
        self.first = false;
        self.pass_on()
    }

    fn pass_on(&mut self) -> Result<()> {
        let bytes = self.buffer.take();
        match &mut self.target {
            Some(file) => Ok(file.add(&bytes)?),
            None => std::io::stdout().lock().write_all(&bytes).map_err(stdout_error),
        }
    }

    pub fn finish(mut self) -> Result<()> {
        if let Some(parquet) = &self.parquet {
            parquet.finish()?;
        }
        self.pass_on()?;
        match self.target {
            Some(file) => Ok(file.finish()?),
            None => std::io::stdout().lock().flush().map_err(stdout_error),
        }
    }
}
