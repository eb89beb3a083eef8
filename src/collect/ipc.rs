//! Arrow files. Polars reads them whole; they are handed out in pieces all the same.

use polars::prelude::{DataFrame, IpcReader, SerReader};

use super::blocks::Blocks;
use super::input::Input;
use super::typed::{Pieces, damaged, header, seekable};
use crate::error::Result;

const KIND: &str = "an Arrow file";

/// An opened Arrow file.
pub(super) struct Ipc {
    header: DataFrame,
    pieces: Pieces,
}

impl Ipc {
    /// Reads the file.
    pub fn open(input: Input) -> Result<Self> {
        let name = input.name.clone();
        let mut reader = IpcReader::new(seekable(input)?);
        let schema = reader.schema().map_err(damaged(&name, KIND))?;
        let header = header(&schema, &name)?;
        let frame = reader.set_rechunk(false).finish().map_err(damaged(&name, KIND))?;
        Ok(Self { header, pieces: Pieces::new(frame) })
    }
}

impl Blocks for Ipc {
    fn header(&self) -> Option<DataFrame> {
        Some(self.header.clone())
    }

    fn next(&mut self, rows: usize) -> Result<Option<DataFrame>> {
        Ok(self.pieces.next(rows))
    }
}

#[cfg(test)]
mod tests {
    use polars::df;
    use polars::prelude::IpcWriter;
    use polars::prelude::SerWriter;

    use super::super::typed::input;
    use super::*;

    #[test]
    fn columns_keep_their_types() {
        let mut frame = df!("n" => [1_i64, 2, 3], "x" => [0.5, 1.5, 2.5], "t" => ["a", "b", "c"]).unwrap();
        let mut file = tempfile::NamedTempFile::new().unwrap();
        IpcWriter::new(&mut file).finish(&mut frame).unwrap();
        let mut ipc = Ipc::open(input(&file)).unwrap();
        assert_eq!(ipc.header().unwrap().schema(), frame.schema());
        assert!(ipc.next(2).unwrap().unwrap().equals(&frame.slice(0, 2)));
        assert!(ipc.next(2).unwrap().unwrap().equals(&frame.slice(2, 1)));
        assert!(ipc.next(2).unwrap().is_none());
    }

    #[test]
    fn another_file_is_refused() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "a,b\n1,2\n").unwrap();
        let error = Ipc::open(input(&file)).err().unwrap();
        assert_eq!(error.exit_code(), 3);
        assert!(error.to_string().contains("is damaged or not an Arrow file"), "{error}");
    }
}
