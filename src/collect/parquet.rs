//! Parquet files, row group by row group.

use std::collections::VecDeque;
use std::fs::File;
use std::io::ErrorKind;

use polars::io::parquet::metadata::FileMetadataRef;
use polars::prelude::{DataFrame, ParquetReader, SerReader};

use super::blocks::Blocks;
use super::decimals::Rounded;
use super::pages;
use super::typed::{Measure, Pieces, damaged, header, justified, notes, plain, plain_header};
use crate::error::{CollectError, Error, Result};
use crate::pipeline::Warning;

const KIND: &str = "a Parquet file";
/// The number of gzip among the ways to pack a column.
const GZIP: u8 = 2;
/// Larger row groups are read in parts of so many rows, and of no more than so many cells.
const PART: usize = 1 << 18;
const CELLS: usize = 1 << 23;

/// Rows that are read at once.
struct Part {
    /// The first row and their number, as polars takes them.
    slice: (usize, usize),
    /// The row group that begins with them.
    begins: Option<usize>,
}

/// An opened Parquet file.
pub(super) struct Parquet {
    name: String,
    file: File,
    metadata: FileMetadataRef,
    /// The columns as the source has them, without rows.
    header: DataFrame,
    parts: VecDeque<Part>,
    pieces: Pieces,
    warnings: Vec<Warning>,
    /// What is told where the rows end.
    lost: Rounded,
}

impl Parquet {
    /// Reads the footer.
    pub fn open(name: &str, mut file: File) -> Result<Self> {
        let size = file.metadata().map_err(|source| CollectError::Io { path: name.into(), source })?.len();
        let mut reader = ParquetReader::new(&mut file);
        let metadata = FileMetadataRef::clone(reader.get_metadata().map_err(damaged(name, KIND))?);
        let schema = reader.schema().map_err(damaged(name, KIND))?;
        let header = header(&schema, name)?;
        let groups = &metadata.row_groups;
        let rows = groups.iter().map(|group| group.num_rows() as u64).fold(0, u64::saturating_add);
        #[expect(clippy::redundant_closure_for_method_calls, reason = "polars does not export the type that the method is of")]
        let chunks = groups.iter().flat_map(|group| group.parquet_columns());
        let unpacked = chunks.map(|c| u64::try_from(c.uncompressed_size()).unwrap_or(u64::MAX)).fold(0, u64::saturating_add);
        justified(name, size, rows.saturating_mul(header.width() as u64), Measure::Values)?;
        justified(name, size, unpacked, Measure::Bytes)?;
        let part = PART.min(CELLS / header.width().max(1)).max(1);
        let mut parts = VecDeque::new();
        let mut start = 0;
        for (index, group) in groups.iter().enumerate() {
            let rows = group.num_rows();
            parts.extend(
                (0..rows)
                    .step_by(part)
                    .map(|at| Part { slice: (start + at, part.min(rows - at)), begins: (at == 0).then_some(index) }),
            );
            start += rows;
        }
        let pieces = Pieces::new(plain_header(&header, name)?);
        let warnings = notes(&header, name);
        Ok(Self { name: name.into(), file, metadata, header, parts, pieces, warnings, lost: Rounded::default() })
    }

    /// Looks at the checksums of a row group.
    fn check(&self, group: usize) -> Result<()> {
        for column in self.metadata.row_groups[group].parquet_columns() {
            let gzip = column.compression() as u8 == GZIP;
            let values = u64::try_from(column.num_values()).unwrap_or(0);
            pages::check(&self.file, column.byte_range(), gzip, values).map_err(|source| {
                let path = self.name.clone();
                Error::from(match source.kind() {
                    ErrorKind::InvalidData => CollectError::Damaged { path, expected: KIND, message: source.to_string() },
                    _ => CollectError::Io { path, source },
                })
            })?;
        }
        Ok(())
    }
}

impl Blocks for Parquet {
    fn header(&self) -> Option<DataFrame> {
        plain_header(&self.header, &self.name).ok()
    }

    fn rows(&self) -> Option<u64> {
        Some(self.metadata.row_groups.iter().map(|group| group.num_rows() as u64).fold(0, u64::saturating_add))
    }

    fn next(&mut self, rows: usize) -> Result<Option<DataFrame>> {
        loop {
            if let Some(piece) = self.pieces.next(rows) {
                return Ok(Some(piece));
            }
            let Some(Part { slice, begins }) = self.parts.pop_front() else {
                self.warnings.extend(self.lost.notes(&self.name));
                return Ok(None);
            };
            if let Some(group) = begins {
                self.check(group)?;
            }
            let mut reader = ParquetReader::new(&mut self.file).with_slice(Some(slice));
            reader.set_metadata(FileMetadataRef::clone(&self.metadata));
            let frame = reader.finish().map_err(damaged(&self.name, KIND))?;
            if frame.height() != slice.1 || frame.schema() != self.header.schema() {
                let message =
                    format!("{} rows were declared from row {} on, {} are there", slice.1, slice.0 + 1, frame.height());
                return Err(Error::from(CollectError::Damaged { path: self.name.clone(), expected: KIND, message }));
            }
            self.pieces = Pieces::new(plain(&frame, &self.name, slice.0, &mut self.lost)?);
        }
    }

    fn warnings(&mut self) -> Vec<Warning> {
        std::mem::take(&mut self.warnings)
    }
}

#[cfg(test)]
mod tests {
    use polars::df;
    use polars::prelude::{NamedFrom, ParquetWriter, Series};

    use super::*;

    fn open(file: &tempfile::NamedTempFile) -> Result<Parquet> {
        Parquet::open("x.parquet", File::open(file.path()).unwrap())
    }

    #[test]
    fn row_groups_come_one_after_the_other_with_their_types() {
        let numbers: Vec<i64> = (0..1000).collect();
        let texts: Vec<String> = numbers.iter().map(|n| format!("t{n}")).collect();
        let mut frame = df!("n" => numbers, "t" => texts).unwrap();
        let file = tempfile::NamedTempFile::new().unwrap();
        ParquetWriter::new(file.as_file()).with_row_group_size(Some(300)).finish(&mut frame).unwrap();
        let mut parquet = open(&file).unwrap();
        assert!(parquet.parts.len() > 1);
        assert_eq!(parquet.header().unwrap().schema(), frame.schema());
        let mut at = 0;
        while let Some(piece) = parquet.next(70).unwrap() {
            assert!(piece.height() <= 70);
            assert!(piece.equals(&frame.slice(at, piece.height())));
            at += i64::try_from(piece.height()).unwrap();
        }
        assert_eq!(at, 1000);
    }

    #[test]
    fn lists_and_damage_are_refused_in_words() {
        let mut frame = df!("a" => [1, 1, 2], "b" => [1, 2, 3]).unwrap();
        let file = tempfile::NamedTempFile::new().unwrap();
        ParquetWriter::new(file.as_file()).finish(&mut frame).unwrap();
        let bytes = std::fs::read(file.path()).unwrap();
        std::fs::write(file.path(), &bytes[..bytes.len() - 20]).unwrap();
        let error = open(&file).err().unwrap();
        assert!(error.to_string().contains("is damaged or not a Parquet file"), "{error}");

        let list = Series::new("tags".into(), [frame.column("a").unwrap().as_materialized_series().clone()]);
        let mut nested = DataFrame::new(1, vec![list.into()]).unwrap();
        ParquetWriter::new(File::create(file.path()).unwrap()).finish(&mut nested).unwrap();
        let error = open(&file).err().unwrap().to_string();
        assert!(error.starts_with("column \"tags\" of x.parquet") && error.contains("list is not read"), "{error}");
    }

    #[test]
    fn pages_with_another_checksum_than_is_written_down_are_refused() {
        let good = include_bytes!("../../tests/seeds/snappy.parquet");
        let read = |bytes: &[u8]| {
            let file = tempfile::NamedTempFile::new().unwrap();
            std::fs::write(file.path(), bytes).unwrap();
            let mut parquet = open(&file)?;
            let mut rows = 0;
            while let Some(piece) = parquet.next(usize::MAX)? {
                rows += piece.height();
            }
            Ok((rows, parquet.metadata))
        };
        let (rows, metadata) = read(good).unwrap();
        assert_eq!((rows, metadata.row_groups.len()), (60, 3));
        for chunk in metadata.row_groups.iter().flat_map(|group| group.parquet_columns().iter()) {
            let mut other = good.to_vec();
            other[usize::try_from(chunk.byte_range().end).unwrap() - 1] ^= 1;
            let error: Error = read(&other).err().unwrap();
            assert!(error.to_string().contains("a page has another checksum than is written down for it"), "{error}");
        }
    }

    #[test]
    fn rows_that_the_file_is_too_small_for_are_refused_before_they_are_read() {
        let rows = 70 << 20;
        let mut frame = df!("a" => [1_i8]).unwrap().column("a").unwrap().new_from_index(0, rows).into_frame();
        let file = tempfile::NamedTempFile::new().unwrap();
        ParquetWriter::new(file.as_file()).finish(&mut frame).unwrap();
        let error = open(&file).err().unwrap().to_string();
        assert!(error.starts_with(&format!("x.parquet declares {rows} values in a file of ")), "{error}");
    }
}
