//! What all kinds of files have in common: they open, and then give block after block.

use std::path::Path;

use polars::prelude::DataFrame;

use super::config::Format;
use super::csv::Csv;
use super::dialect::Settings;
use super::encoding::{Decoded, first_letters};
use super::input::Input;
use super::ipc::Ipc;
use super::ndjson::Ndjson;
use super::parquet::Parquet;
use crate::error::{CollectError, Result};
use crate::pipeline::Warning;

/// One opened file.
pub(super) trait Blocks: Send {
    /// The columns without rows, where they are known before the rows are.
    fn header(&self) -> Option<DataFrame>;

    /// The next rows, at least 1 and at most `rows`; `None` at the end.
    fn next(&mut self, rows: usize) -> Result<Option<DataFrame>>;

    /// What the user should know of this file, each thing once.
    fn warnings(&mut self) -> Vec<Warning> {
        Vec::new()
    }
}

/// Opens a file of any kind.
pub(super) fn open(path: &Path, format: Format, settings: &Settings) -> Result<Box<dyn Blocks>> {
    let input = Input::open(path)?;
    let format = match format {
        Format::Auto => by_name(path).map_or_else(|| by_head(&input), Ok)?,
        named => named,
    };
    let text = |input: Input| Decoded::open(input.name, input.bytes, settings.encoding);
    Ok(match format {
        Format::Tsv => {
            Box::new(Csv::open(text(input)?, &Settings { delimiter: settings.delimiter.or(Some(b'\t')), ..*settings })?)
        }
        Format::Parquet => Box::new(Parquet::open(input)?),
        Format::Ndjson => Box::new(Ndjson::open(text(input)?)),
        Format::Ipc => Box::new(Ipc::open(input)?),
        Format::Csv | Format::Auto => Box::new(Csv::open(text(input)?, settings)?),
    })
}

/// The kind that the ending of a name promises.
pub(super) fn by_name(path: &Path) -> Option<Format> {
    let name = path.file_name()?.to_string_lossy().to_lowercase();
    let name = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zst")).unwrap_or(&name);
    match name.rsplit_once('.')?.1 {
        "csv" => Some(Format::Csv),
        "tsv" => Some(Format::Tsv),
        "parquet" | "pq" => Some(Format::Parquet),
        "ndjson" | "jsonl" => Some(Format::Ndjson),
        "arrow" | "ipc" | "feather" => Some(Format::Ipc),
        _ => None,
    }
}

/// The kind that the first bytes show; text is CSV unless it begins like JSON.
fn by_head(input: &Input) -> Result<Format> {
    let head = &input.head[..];
    let refuse = |found, hint| Err(CollectError::NotATable { path: input.name.clone(), found, hint }.into());
    match head {
        [b'P', b'A', b'R', b'1', ..] => Ok(Format::Parquet),
        [b'A', b'R', b'R', b'O', b'W', b'1', ..] => Ok(Format::Ipc),
        [b'P', b'K', 3, 4, ..] => refuse("an Excel or zip file", "save it as CSV"),
        [0xd0, 0xcf, 0x11, 0xe0, ..] => refuse("an old Excel file", "save it as CSV"),
        [b'B', b'Z', b'h', ..] | [0xfd, b'7', b'z', b'X', b'Z', ..] => {
            refuse("packed with bzip2 or xz", "unpack it, or pack it with gzip or zstd")
        }
        _ => match first_letters(head).trim_ascii_start() {
            [b'{', ..] => Ok(Format::Ndjson),
            [b'[', rest @ ..] if rest.trim_ascii_start().starts_with(b"{") => {
                refuse("one JSON array", "write one object per line, for instance with `jq -c '.[]'`")
            }
            _ => Ok(Format::Csv),
        },
    }
}

#[cfg(test)]
mod tests {
    use std::io::empty;

    use super::*;

    #[test]
    fn the_ending_of_a_name_decides() {
        for (name, format) in [
            ("a.csv", Some(Format::Csv)),
            ("b/A.CSV.GZ", Some(Format::Csv)),
            ("a.tsv.zst", Some(Format::Tsv)),
            ("a.pq", Some(Format::Parquet)),
            ("a.jsonl.gz", Some(Format::Ndjson)),
            ("a.feather", Some(Format::Ipc)),
            ("a.txt", None),
            ("-", None),
            ("data.gz", None),
        ] {
            assert_eq!(by_name(Path::new(name)), format, "{name}");
        }
    }

    #[test]
    fn the_first_bytes_decide_where_the_name_does_not() {
        let head =
            |head: &[u8]| by_head(&Input { name: "x".into(), head: head.to_vec(), bytes: Box::new(empty()), file: None });
        assert_eq!(head(b"PAR1\x15").unwrap(), Format::Parquet);
        assert_eq!(head(b"ARROW1\0\0").unwrap(), Format::Ipc);
        assert_eq!(head(b"\xef\xbb\xbf {\"a\":1}").unwrap(), Format::Ndjson);
        assert_eq!(head(b"a,b\n").unwrap(), Format::Csv);
        assert_eq!(head(b"").unwrap(), Format::Csv);
        assert_eq!(head(b"[id],b\n").unwrap(), Format::Csv);
        assert!(head(b"PK\x03\x04").unwrap_err().to_string().contains("save it as CSV"));
        assert!(head(b"[\n {").unwrap_err().to_string().contains("jq -c"));
    }
}
