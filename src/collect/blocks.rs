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

    /// What is only known where reading ends, at the end of the file or before: how many records were not as the others.
    fn counts(&mut self) -> Vec<Warning> {
        Vec::new()
    }
}

/// How bytes are written: as the settings say, else as the ending of `name` says, else as they begin; never `auto`.
pub(super) fn format_of(input: &Input, name: &Path, format: Format) -> Result<Format> {
    match format {
        Format::Auto => by_name(name).map_or_else(|| by_head(input), Ok),
        named => Ok(named),
    }
}

/// Reads bytes of one kind.
pub(super) fn of(input: Input, format: Format, settings: &Settings) -> Result<Box<dyn Blocks>> {
    let is_text = matches!(format, Format::Csv | Format::Tsv | Format::Json | Format::Ndjson | Format::Auto);
    if let Some((found, hint)) = no_table(&input.head, is_text) {
        return Err(CollectError::NotATable { path: input.name, found, hint }.into());
    }
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

/// What the first bytes show that is no table, whatever its name says, and what to do; of a text also what is no text.
fn no_table(head: &[u8], is_text: bool) -> Option<(&'static str, &'static str)> {
    let text = first_letters(head).trim_ascii_start().to_ascii_lowercase();
    let renamed = "name it by the ending of its kind, or set [collect] format";
    Some(match head {
        [b'B', b'Z', b'h', b'1'..=b'9', ..] | [0xfd, b'7', b'z', b'X', b'Z', ..] => {
            ("packed with bzip2 or xz", "unpack it, or pack it with gzip or zstd")
        }
        [b'%', b'P', b'D', b'F', b'-', ..] => ("a PDF document", "write its table as CSV"),
        _ if text.starts_with(b"<!doctype html") || text.starts_with(b"<html") => {
            ("a web page", "fetch the table itself; a page that asks to sign in was perhaps saved in its place")
        }
        _ if text.starts_with(b"<?xml") => ("XML", "write it as CSV, JSON or Parquet"),
        _ if text.starts_with(b"version https://git-lfs.github.com/") => {
            ("a pointer of Git LFS in place of the file", "fetch the file with `git lfs pull`")
        }
        [b'P', b'K', 3, 4, ..] if is_text => ("an Excel file or another packed one, not text", renamed),
        [0xd0, 0xcf, 0x11, 0xe0, ..] if is_text => ("an old Excel file, not text", renamed),
        [b'P', b'A', b'R', b'1', ..] if is_text => ("a Parquet file, not text", renamed),
        [b'A', b'R', b'R', b'O', b'W', b'1', 0, 0, ..] if is_text => ("an Arrow file, not text", renamed),
        _ => return None,
    })
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
    }

    #[test]
    fn what_is_no_table_is_told_whatever_its_name_says() {
        let found = |head: &[u8], is_text| no_table(head, is_text).map_or("", |(found, _)| found);
        for (head, word) in [
            (&b"BZh91AY"[..], "bzip2"),
            (b"%PDF-1.7\n", "PDF"),
            (b"\xef\xbb\xbf\n<!DOCTYPE HTML><html>", "web page"),
            (b"<html lang=en>\n<p>a,b", "web page"),
            (b"<?xml version=\"1.0\"?>", "XML"),
            (b"version https://git-lfs.github.com/spec/v1\noid", "Git LFS"),
        ] {
            for is_text in [true, false] {
                assert!(found(head, is_text).contains(word), "{word}");
            }
        }
        for (head, word) in [(&b"PK\x03\x04"[..], "Excel"), (b"PAR1\x15", "Parquet"), (b"ARROW1\0\0", "Arrow")] {
            assert!(found(head, true).contains(word));
            assert_eq!(found(head, false), "");
        }
        for head in [&b"a,b\n1,2\n"[..], b"", b"BZh,b\n", b"<a>,<b>\n1,2\n", b"version,https\n", b"PAR,1\n"] {
            assert_eq!(found(head, true), "");
        }
    }
}
