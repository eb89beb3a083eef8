//! Arrow files and streams, record batch by record batch.

use std::fs::File;
use std::io::{BufReader, Read, Seek};

use polars::error::PolarsResult;
use polars::prelude::DataFrame;
use polars_arrow::array::ArrayRef;
use polars_arrow::io::ipc::read::{FileReader, StreamReader, StreamState, read_file_metadata, read_stream_metadata};
use polars_arrow::record_batch::RecordBatchT;

use super::blocks::Blocks;
use super::decimals::Rounded;
use super::typed::{Measure, Pieces, damaged, header, justified, notes, plain, plain_header};
use crate::error::{CollectError, Error, Result};
use crate::pipeline::Warning;

const KIND: &str = "an Arrow file";
/// How a file begins; a stream begins with the length of its first message.
const MAGIC: &[u8] = b"ARROW1";
/// How files of the first version of Feather begin, which are no Arrow files.
const FEATHER: &[u8] = b"FEA1";

/// An opened Arrow file or stream.
pub(super) struct Ipc {
    name: String,
    size: u64,
    /// Values, and rows, read so far.
    values: u64,
    rows: usize,
    header: DataFrame,
    batches: Batches,
    pieces: Pieces,
    warnings: Vec<Warning>,
    /// What is told where the rows end.
    lost: Rounded,
}

enum Batches {
    File(Box<FileReader<BufReader<File>>>),
    Stream(Box<StreamReader<BufReader<File>>>),
    Ended,
}

/// What comes next.
enum Next {
    Batch(RecordBatchT<ArrayRef>),
    /// The end, and whether it was marked: a stream may end without its mark, but also be cut off there.
    End {
        marked: bool,
    },
}

impl Batches {
    fn next(&mut self) -> PolarsResult<Next> {
        let end = Next::End { marked: true };
        Ok(match self {
            Self::File(file) => file.next().transpose()?.map_or(end, Next::Batch),
            Self::Stream(stream) => match stream.next().transpose()? {
                Some(StreamState::Some(batch)) => Next::Batch(batch),
                Some(StreamState::Waiting) => Next::End { marked: false },
                None => end,
            },
            Self::Ended => end,
        })
    }
}

impl Ipc {
    /// Reads the schema.
    pub fn open(name: &str, file: File) -> Result<Self> {
        let io = |source| Error::from(CollectError::Io { path: name.into(), source });
        let size = file.metadata().map_err(io)?.len();
        let mut file = BufReader::new(file);
        let mut head = Vec::new();
        (&mut file).take(MAGIC.len() as u64).read_to_end(&mut head).map_err(io)?;
        file.rewind().map_err(io)?;
        if head.starts_with(FEATHER) {
            let (found, hint) = ("a Feather file of version 1", "write it as version 2, which is Arrow, or as Parquet");
            return Err(CollectError::NotATable { path: name.into(), found, hint }.into());
        }
        let (schema, batches) = if head == MAGIC {
            let metadata = read_file_metadata(&mut file).map_err(damaged(name, KIND))?;
            (metadata.schema.as_ref().clone(), Batches::File(Box::new(FileReader::new(file, metadata, None, None))))
        } else {
            let metadata = read_stream_metadata(&mut file).map_err(damaged(name, KIND))?;
            (metadata.schema.clone(), Batches::Stream(Box::new(StreamReader::new(file, metadata, None))))
        };
        let header = header(&schema, name)?;
        let pieces = Pieces::new(plain_header(&header, name)?);
        let warnings = notes(&header, name);
        Ok(Self { name: name.into(), size, values: 0, rows: 0, header, batches, pieces, warnings, lost: Rounded::default() })
    }
}

impl Blocks for Ipc {
    fn header(&self) -> Option<DataFrame> {
        plain_header(&self.header, &self.name).ok()
    }

    fn next(&mut self, rows: usize) -> Result<Option<DataFrame>> {
        loop {
            if let Some(piece) = self.pieces.next(rows) {
                return Ok(Some(piece));
            }
            let batch = match self.batches.next().map_err(damaged(&self.name, KIND))? {
                Next::Batch(batch) => batch,
                Next::End { marked } => {
                    if !marked {
                        let message = format!(
                            "{}: the stream ends without the mark of its end; if it was cut off, the last rows are missing",
                            self.name
                        );
                        self.warnings.push(Warning::new("unmarked_end", message));
                    }
                    self.warnings.extend(self.lost.notes(&self.name));
                    self.batches = Batches::Ended;
                    return Ok(None);
                }
            };
            // Zeros without a width are rows without columns.
            if batch.is_empty() {
                continue;
            }
            let frame = DataFrame::from(batch);
            // What is packed says nowhere how much it is in all.
            self.values = self.values.saturating_add((frame.height() as u64).saturating_mul(frame.width() as u64));
            justified(&self.name, self.size, self.values, Measure::Values)?;
            if frame.schema() != self.header.schema() {
                let message = "a batch of rows has other columns than the file declares".to_owned();
                return Err(CollectError::Damaged { path: self.name.clone(), expected: KIND, message }.into());
            }
            let height = frame.height();
            self.pieces = Pieces::new(plain(&frame, &self.name, self.rows, &mut self.lost)?);
            self.rows += height;
        }
    }

    fn warnings(&mut self) -> Vec<Warning> {
        std::mem::take(&mut self.warnings)
    }
}

#[cfg(test)]
mod tests {
    use polars::df;
    use polars::prelude::{CompatLevel, IpcWriter, SchemaExt, SerWriter};
    use polars_arrow::io::ipc::write::{StreamWriter, WriteOptions};

    use super::*;

    fn open(file: &tempfile::NamedTempFile) -> Result<Ipc> {
        Ipc::open("x.arrow", File::open(file.path()).unwrap())
    }

    fn frame() -> DataFrame {
        df!("n" => [1_i64, 2, 3], "x" => [0.5, 1.5, 2.5], "t" => ["a", "b", "c"]).unwrap()
    }

    fn agrees(file: &tempfile::NamedTempFile) -> Vec<Warning> {
        let frame = frame();
        let mut ipc = open(file).unwrap();
        assert_eq!(ipc.header().unwrap().schema(), frame.schema());
        assert!(ipc.next(2).unwrap().unwrap().equals(&frame.slice(0, 2)));
        assert!(ipc.next(2).unwrap().unwrap().equals(&frame.slice(2, 1)));
        assert!(ipc.next(2).unwrap().is_none());
        assert!(ipc.next(2).unwrap().is_none());
        ipc.warnings()
    }

    #[test]
    fn columns_keep_their_types() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        IpcWriter::new(&mut file).finish(&mut frame()).unwrap();
        assert!(agrees(&file).is_empty());
    }

    #[test]
    fn streams_are_read_like_files_and_an_end_without_a_mark_is_told() {
        let frame = frame();
        let mut bytes = Vec::new();
        let mut writer = StreamWriter::new(&mut bytes, WriteOptions { compression: None });
        let schema = frame.schema().to_arrow(CompatLevel::newest());
        writer.start(&schema, None).unwrap();
        for batch in frame.iter_chunks(CompatLevel::newest(), false) {
            writer.write(&batch, None).unwrap();
        }
        writer.finish().unwrap();
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), &bytes).unwrap();
        assert!(agrees(&file).is_empty());
        std::fs::write(file.path(), &bytes[..bytes.len() - 8]).unwrap();
        assert!(agrees(&file)[0].message.contains("the last rows are missing"));
    }

    #[test]
    fn another_file_is_refused() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "a,b\n1,2\n").unwrap();
        let error = open(&file).err().unwrap();
        assert_eq!(error.exit_code(), 3);
        assert!(error.to_string().contains("is damaged or not an Arrow file"), "{error}");
        std::fs::write(file.path(), "FEA1\0\0\0\0").unwrap();
        assert!(open(&file).err().unwrap().to_string().contains("Feather file of version 1"));
    }
}
