//! Parquet files, row group by row group.

use std::collections::VecDeque;

use polars::io::mmap::MmapBytesReader;
use polars::prelude::{DataFrame, ParquetReader, SerReader};

use super::blocks::Blocks;
use super::input::Input;
use super::typed::{Pieces, damaged, header, seekable};
use crate::error::Result;

const KIND: &str = "a Parquet file";
/// Larger row groups are read in parts.
const PART: usize = 1 << 18;

/// An opened Parquet file.
pub(super) struct Parquet {
    name: String,
    file: Box<dyn MmapBytesReader>,
    header: DataFrame,
    /// The parts not read yet: first row and number of rows.
    parts: VecDeque<(usize, usize)>,
    pieces: Pieces,
}

impl Parquet {
    /// Reads the footer.
    pub fn open(input: Input) -> Result<Self> {
        let name = input.name.clone();
        let mut file = seekable(input)?;
        let mut reader = ParquetReader::new(&mut file);
        let schema = reader.schema().map_err(damaged(&name, KIND))?;
        let header = header(&schema, &name)?;
        let groups = &reader.get_metadata().map_err(damaged(&name, KIND))?.row_groups;
        let mut parts = VecDeque::new();
        let mut start = 0;
        for group in groups {
            let rows = group.num_rows();
            parts.extend((0..rows).step_by(PART).map(|at| (start + at, PART.min(rows - at))));
            start += rows;
        }
        let pieces = Pieces::new(header.clone());
        Ok(Self { name, file, header, parts, pieces })
    }
}

impl Blocks for Parquet {
    fn header(&self) -> Option<DataFrame> {
        Some(self.header.clone())
    }

    fn next(&mut self, rows: usize) -> Result<Option<DataFrame>> {
        loop {
            if let Some(piece) = self.pieces.next(rows) {
                return Ok(Some(piece));
            }
            let Some(part) = self.parts.pop_front() else { return Ok(None) };
            let reader = ParquetReader::new(&mut self.file).with_slice(Some(part));
            self.pieces = Pieces::new(reader.finish().map_err(damaged(&self.name, KIND))?);
        }
    }
}

#[cfg(test)]
mod tests {
    use polars::df;
    use polars::prelude::{NamedFrom, ParquetWriter, Series};

    use super::super::typed::input;
    use super::*;

    #[test]
    fn row_groups_come_one_after_the_other_with_their_types() {
        let numbers: Vec<i64> = (0..1000).collect();
        let texts: Vec<String> = numbers.iter().map(|n| format!("t{n}")).collect();
        let mut frame = df!("n" => numbers, "t" => texts).unwrap();
        let file = tempfile::NamedTempFile::new().unwrap();
        ParquetWriter::new(file.as_file()).with_row_group_size(Some(300)).finish(&mut frame).unwrap();
        let mut parquet = Parquet::open(input(&file)).unwrap();
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
        let error = Parquet::open(input(&file)).err().unwrap();
        assert!(error.to_string().contains("is damaged or not a Parquet file"), "{error}");

        let list = Series::new("tags".into(), [frame.column("a").unwrap().as_materialized_series().clone()]);
        let mut nested = DataFrame::new(1, vec![list.into()]).unwrap();
        ParquetWriter::new(std::fs::File::create(file.path()).unwrap()).finish(&mut nested).unwrap();
        let error = Parquet::open(input(&file)).err().unwrap().to_string();
        assert!(error.starts_with("column \"tags\" of ") && error.contains("list is not read"), "{error}");
    }
}
