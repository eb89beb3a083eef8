//! What all kinds of files have in common: they open, and then give block after block.

use std::path::Path;

use polars::prelude::DataFrame;

use super::config::Format;
use super::csv::Csv;
use super::database::sqlite::is_database;
use super::dialect::Settings;
use super::encoding::{Decoded, first_letters};
use super::excel::Part;
use super::foreign::{self, Kind};
use super::input::Input;
use super::json::{Json, Ndjson};
use crate::error::{CollectError, Result};
use crate::pipeline::Warning;

/// One opened file.
pub(super) trait Blocks: Send {
    /// The columns without rows, where they are known before the rows are.
    fn header(&self) -> Option<DataFrame>;

    /// How many rows there are, where that is known before they are read.
    fn rows(&self) -> Option<u64> {
        None
    }

    /// The next rows, at least 1 and at most `rows`; `None` at the end.
    fn next(&mut self, rows: usize) -> Result<Option<DataFrame>>;

    /// What the user should know of this file, each thing once.
    fn warnings(&mut self) -> Vec<Warning> {
        Vec::new()
    }
}

/// Reads bytes of any kind; `name` tells the kind by its ending.
pub(super) fn of(input: Input, name: &Path, format: Format, settings: &Settings) -> Result<Box<dyn Blocks>> {
    let format = match format {
        Format::Auto => by_name(name).map_or_else(|| by_head(&input), Ok)?,
        named => named,
    };
    let text = |input: Input| Decoded::open(input.name, input.bytes, settings.encoding);
    Ok(match format {
        Format::Tsv => {
            Box::new(Csv::open(text(input)?, &Settings { delimiter: settings.delimiter.or(Some(b'\t')), ..settings.clone() })?)
        }
        Format::Parquet => foreign::open(input, Kind::Parquet, &Part::default())?,
        Format::Ndjson => Box::new(Ndjson::open(text(input)?)),
        Format::Json => Box::new(Json::open(text(input)?)),
        Format::Ipc => foreign::open(input, Kind::Ipc, &Part::default())?,
        Format::Excel => foreign::open(input, Kind::Excel, &settings.part())?,
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
        "json" => Some(Format::Json),
        "arrow" | "arrows" | "ipc" | "feather" => Some(Format::Ipc),
        "xlsx" | "xlsm" | "xltx" | "xlsb" | "xls" | "ods" => Some(Format::Excel),
        _ => None,
    }
}

/// The kind that the first bytes show; text is CSV unless it begins like JSON.
fn by_head(input: &Input) -> Result<Format> {
    let head = &input.head[..];
    let refuse = |found, hint| Err(CollectError::NotATable { path: input.name.clone(), found, hint }.into());
    match head {
        [b'P', b'A', b'R', b'1', ..] => Ok(Format::Parquet),
        [b'A', b'R', b'R', b'O', b'W', b'1', ..] | [0xff, 0xff, 0xff, 0xff, ..] => Ok(Format::Ipc),
        head if is_database(head) => refuse("a SQLite database", "fetch it, and name it by its path"),
        [b'P', b'K', 3, 4, ..] | [0xd0, 0xcf, 0x11, 0xe0, ..] => Ok(Format::Excel),
        [b'B', b'Z', b'h', ..] | [0xfd, b'7', b'z', b'X', b'Z', ..] => {
            refuse("packed with bzip2 or xz", "unpack it, or pack it with gzip or zstd")
        }
        _ => match first_letters(head).trim_ascii_start() {
            [b'{', ..] => Ok(Format::Json),
            [b'[', rest @ ..] if matches!(rest.trim_ascii_start(), [b'{', ..] | []) => Ok(Format::Json),
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
            ("a.json.gz", Some(Format::Json)),
            ("Umsatz.XLSX", Some(Format::Excel)),
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
        assert_eq!(head(b"\xff\xff\xff\xff\x10\0").unwrap(), Format::Ipc);
        assert_eq!(head(b"\xef\xbb\xbf {\"a\":1}").unwrap(), Format::Json);
        assert_eq!(head(b"a,b\n").unwrap(), Format::Csv);
        assert_eq!(head(b"").unwrap(), Format::Csv);
        assert_eq!(head(b"[id],b\n").unwrap(), Format::Csv);
        assert_eq!(head(b"PK\x03\x04").unwrap(), Format::Excel);
        assert_eq!(head(b"[\n {").unwrap(), Format::Json);
        assert!(head(b"BZh9").unwrap_err().to_string().contains("bzip2"));
    }
}
