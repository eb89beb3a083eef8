use std::io::{self, Cursor, Read, Seek, Write};

use polars::prelude::{DataFrame, IpcReader, IpcWriter, SerReader, SerWriter};
use tempfile::SpooledTempFile;

use crate::error::{OutputError, Result};

/// Bytes that are kept in memory; more go to a temporary file.
const MEMORY: usize = 1 << 26;

/// Tables that wait for what is only known at the end, outside of memory where they are many.
pub struct Spool {
    file: SpooledTempFile,
    sizes: Vec<usize>,
}

impl Spool {
    pub fn new() -> Self {
        Self { file: SpooledTempFile::new(MEMORY), sizes: Vec::new() }
    }

    /// Appends a table.
    ///
    /// # Errors
    /// If the disk is full.
    pub fn push(&mut self, mut table: DataFrame) -> Result<()> {
        let mut bytes = Vec::new();
        IpcWriter::new(&mut bytes).finish(&mut table)?;
        self.file.write_all(&bytes).map_err(failed)?;
        self.sizes.push(bytes.len());
        Ok(())
    }

    /// Reads all tables in their order.
    ///
    /// # Errors
    /// If they cannot be read again, or what `each` returns.
    pub fn each(&mut self, mut each: impl FnMut(DataFrame) -> Result<()>) -> Result<()> {
        self.file.rewind().map_err(failed)?;
        for &size in &self.sizes {
            let mut bytes = vec![0; size];
            self.file.read_exact(&mut bytes).map_err(failed)?;
            each(IpcReader::new(Cursor::new(bytes)).finish()?)?;
        }
        Ok(())
    }
}

fn failed(source: io::Error) -> OutputError {
    OutputError::Io { path: format!("a temporary file in {}", std::env::temp_dir().display()), source }
}

#[cfg(test)]
mod tests {
    use super::*;
    use polars::prelude::Column;

    #[test]
    fn tables_come_back_as_they_were_and_as_often_as_asked() {
        let table = |n: i64| {
            let text = Column::new("a".into(), [Some("x"), None]);
            DataFrame::new(2, vec![text, Column::new("b".into(), [n as f64, f64::NAN])]).unwrap()
        };
        let mut spool = Spool::new();
        (0..3).for_each(|n| spool.push(table(n)).unwrap());
        for _ in 0..2 {
            let mut n = 0;
            let check = |read: DataFrame| {
                assert!(read.equals_missing(&table(n)), "{read}");
                n += 1;
                Ok(())
            };
            spool.each(check).unwrap();
            assert_eq!(n, 3);
        }
    }
}
