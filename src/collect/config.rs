use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::address::{SQLITE, is_address};
use super::encoding::Encoding;
use super::excel::{Area, SheetChoice};
use super::join::{JoinConfig, TableConfig};
use crate::error::without_secrets;
use crate::memory::MaxMemory;

/// Where the rows come from and how their files are written.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CollectConfig {
    /// The rows to learn from: a file, a pattern such as `data/*.csv`, a list of those, `-` for standard input, or an
    /// address: `https://host/a.csv.gz`, `s3://bucket/key` (also with `*`), `sqlite:shop.db`, `postgres://user@host/db`. No
    /// secret may stand in it: name a variable of the environment as `${NAME}` in its place, or for the whole address.
    /// Files read together need the same columns. Relative paths start at the folder of the config file. No default.
    pub source: Sources,
    /// Rows that only judge the model, kept apart from the start: like `source`, with the same columns. Default: none,
    /// so that `[validate] test_fraction` of the source is set aside instead.
    pub test: Sources,
    /// What to read of a database: a `select` statement. Default: `table`.
    pub query: Option<String>,
    /// The table or view to read of a database, all of its columns. `?table=NAME` or `?query=SQL` behind an address says
    /// the same for that one. Default: the only one there is.
    pub table: Option<String>,
    /// How the files are written: `auto`, `csv`, `tsv`, `parquet`, `ndjson`, `json` (a list of objects), `ipc` (Arrow file or
    /// stream) or `excel` (xlsx, xls, xlsb, ods). Default `auto`: by the ending of the name (before `.gz` or `.zst`), and by
    /// the first bytes where that says nothing. Compression with gzip or zstd is always found out by itself.
    pub format: Format,
    /// Which sheet of an Excel file: its name, or its number from 1. Default: the only visible sheet with data.
    pub sheet: Option<SheetChoice>,
    /// Which cells of a sheet, as Excel writes it: `"B3:F200"`, `"B:F"`, or `"B3"` for all from there on. With rows named, the
    /// first is the header, and none is left out as a title or a sum. Default: all cells, the table in them found out.
    pub range: Option<Area>,
    /// How letters are written as bytes in CSV, TSV, JSON and NDJSON files: `auto`, `utf-8`, `utf-16le`, `utf-16be`,
    /// `gb18030`, `gbk`, `big5`, `shift_jis`, `euc-jp`, `euc-kr`, `windows-1252`, `latin1` or another label of the WHATWG
    /// Encoding Standard. `auto` goes by the byte-order mark, else takes UTF-8 where the text is that, else decides by the
    /// letters and says so. Bytes that cannot be read are an error, never replaced. Default `auto`.
    pub encoding: Encoding,
    /// What stands between the fields of a CSV file, one ASCII character. Default: found out among `,` `;` tab and `|`,
    /// and rarer ones where none of these fits, by how alike that makes many records.
    pub delimiter: Option<char>,
    /// What stands around fields of a CSV file, one ASCII character, or `""` where nothing does. Default: `"`, or `'`
    /// where nearly all texts stand between those, or only they make a table of the text.
    pub quote: Option<String>,
    /// Whether the first record of a CSV file or sheet names the columns; where it does not, they are `column_1`, `column_2` and so
    /// on. Default: found out; a first record is taken for values only if it is like those below it.
    pub header: Option<bool>,
    /// Lines of a CSV file, or rows of a sheet, before its header, blank ones included. Default: found out (titles, comments, `sep=;`).
    pub skip_rows: Option<usize>,
    /// What stands before the decimals of a number: `auto`, `.` or `,`. `auto` decides for each column by its values, and
    /// by the other columns where those allow both. Default `auto`.
    pub decimal: Decimal,
    /// Further texts that mean "missing", such as `["unknown", "-99"]`. Default: none.
    pub null_values: Vec<String>,
    /// Seconds after which a remote source that sends nothing, or less than 1 KiB a second, is given up, 1 to 3600; a
    /// database may take longer to its first row. Default: 30.
    pub timeout: Option<u64>,
    /// Seconds that fetching one remote source, or reading a database, may take. Default: 14400, four hours.
    pub max_time: Option<u64>,
    /// MiB that one remote source, or what is read of a database, may take on disk while it is read. Default: 65536.
    pub max_size: Option<u64>,
    /// Read only so many rows of the source, at least 1: for a quick try. Default: all.
    pub limit: Option<usize>,
    /// Most memory of a run, such as `"1.5GB"`; a table that needs more is streamed, or refused before work starts. `auto`
    /// is 60 % of the memory of the machine, or of the container where that has less; `--max-memory` sets it, too. Default
    /// `auto`.
    pub max_memory: MaxMemory,
    /// Whether the source is streamed from its files instead of held in memory: `auto` where it would need more memory than
    /// it may take, `always` or `never`.
    pub stream: Streaming,
    /// Of a table that is streamed: rows of the uniform sample that types, scales and cross-validation are learned on, at
    /// least 2000; fewer are taken where memory is short.
    pub sample: SampleRows,
    /// Query that makes one table of several, such as `select c.*, sum(o.paid) as paid from customers c left join orders o on
    /// o.customer_id = c.customer_id group by ...`: SQL as polars reads it, only over `[collect.tables]`; the rows of
    /// `source`, if set, are the table `source`. Without `order by` the rows are sorted by all columns from the left.
    pub sql: Option<String>,
    /// Tables that are joined one after the other, each a `[[collect.join]]` with `table`, the key (`on`, or `left_on` and
    /// `right_on`), `how` (`left`, the default, or `inner`) and `validate`: how often a key may stand in the rows so far and in
    /// the table, `m:1` (default), `1:1`, `1:m` or `m:m`. It begins with `source`, else with the table that no join names; where
    /// that does not fit into memory, `m:1` lets it be streamed.
    pub join: Vec<JoinConfig>,
    /// Several sources by name, for `sql` or `join`: `NAME = "orders.csv"`, or a table with keys as in `[collect]`. Numbers and
    /// dates in them are found out as cleaning does, before they are joined.
    pub tables: BTreeMap<String, TableConfig>,
}

impl CollectConfig {
    /// Whether several sources become one table, or one is changed by a query.
    #[must_use]
    pub fn combines(&self) -> bool {
        !self.tables.is_empty() || self.sql.is_some() || !self.join.is_empty()
    }

    /// The same for another source that needs neither joins nor a query: its table is a finished one.
    #[must_use]
    pub fn of_finished(self, source: Sources) -> Self {
        Self { source, test: Sources::default(), tables: BTreeMap::new(), sql: None, join: Vec::new(), limit: None, ..self }
    }

    /// Rewrites paths that are relative to one folder so that they are relative to another.
    pub fn relocate(&mut self, from: &Path, to: &Path) {
        self.source.relocate(from, to);
        self.test.relocate(from, to);
        self.tables.values_mut().for_each(|table| table.0.relocate(from, to));
    }

    /// The settings without paths: the same wherever the files are.
    #[must_use]
    pub fn without_paths(mut self) -> Self {
        (self.source, self.test) = (Sources::default(), Sources::default());
        for table in self.tables.values_mut() {
            *table.0 = std::mem::take(&mut *table.0).without_paths();
        }
        self
    }
}

/// Whether a source is streamed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Streaming {
    /// Where it does not fit into memory.
    #[default]
    Auto,
    Always,
    /// A table that does not fit is refused.
    Never,
}

/// Rows of a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct SampleRows(pub usize);

impl Default for SampleRows {
    fn default() -> Self {
        Self(500_000)
    }
}

/// Paths and patterns, one or several.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(from = "OneOrMore", into = "OneOrMore")]
pub struct Sources(pub Vec<String>);

/// How [`Sources`] are written in a config.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "expected a path or a list of paths")]
pub(super) enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl From<OneOrMore> for Sources {
    fn from(written: OneOrMore) -> Self {
        match written {
            OneOrMore::One(path) => Self(vec![path]),
            OneOrMore::More(paths) => Self(paths),
        }
    }
}

impl From<Sources> for OneOrMore {
    fn from(Sources(mut paths): Sources) -> Self {
        match paths.pop() {
            Some(path) if paths.is_empty() => Self::One(path),
            last => Self::More(paths.into_iter().chain(last).collect()),
        }
    }
}

impl From<&str> for Sources {
    fn from(path: &str) -> Self {
        Self(vec![path.into()])
    }
}

impl Sources {
    /// Whether nothing is named.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Rewrites paths that are relative to one folder so that they are relative to another.
    pub fn relocate(&mut self, from: &Path, to: &Path) {
        let (Some(from), Some(to)) = (whole(from), whole(to)) else { return };
        if from == to {
            return;
        }
        let is_path = |s: &&mut String| *s != "-" && (!is_address(s) || s.starts_with(SQLITE));
        for source in self.0.iter_mut().filter(is_path) {
            let (scheme, written) = source.split_at(if source.starts_with(SQLITE) { SQLITE.len() } else { 0 });
            let (written, query) = match written.find('?').filter(|_| !scheme.is_empty()) {
                Some(at) => written.split_at(at),
                None => (written, ""),
            };
            let Some(path) = whole(&from.join(written)) else { continue };
            let shared = path.components().zip(to.components()).take_while(|(a, b)| a == b).count();
            let up = to.components().skip(shared).map(|_| Component::ParentDir);
            let relative: PathBuf = up.chain(path.components().skip(shared)).collect();
            // The folder itself.
            let relative = if relative.as_os_str().is_empty() { ".".into() } else { relative.to_string_lossy() };
            *source = format!("{scheme}{relative}{query}");
        }
    }

    /// The sources as the user typed them, for messages, without secrets; `-` is called `stdin`.
    #[must_use]
    pub fn display(&self) -> String {
        const SHOWN: usize = 3;
        let mut names: Vec<&str> = self.0.iter().map(|s| if s == "-" { "stdin" } else { s }).collect();
        let more = names.len().saturating_sub(SHOWN);
        names.truncate(SHOWN);
        let names = names.join(", ");
        let names = without_secrets(&names);
        if more == 0 { names.into_owned() } else { format!("{names} and {more} more") }
    }
}

/// A path from the root on, without `.` and `..`: two of them can be compared part by part.
fn whole(path: &Path) -> Option<PathBuf> {
    let mut whole = PathBuf::new();
    for part in std::env::current_dir().ok()?.join(path).components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                whole.pop();
            }
            part => whole.push(part),
        }
    }
    Some(whole)
}

/// How a file of rows is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// By the ending of the name, else by the first bytes.
    #[default]
    Auto,
    /// Text fields between delimiters, RFC 4180.
    Csv,
    /// CSV with tabs.
    Tsv,
    /// Apache Parquet.
    Parquet,
    /// One JSON object per line.
    Ndjson,
    /// A list of JSON objects, alone or in an object; or objects behind one another.
    Json,
    /// Arrow IPC file or stream, also called Feather.
    Ipc,
    /// A sheet of an Excel or `OpenDocument` file.
    Excel,
}

/// What stands before the decimals of a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Decimal {
    /// By the values.
    #[default]
    #[serde(rename = "auto")]
    Auto,
    /// As in 1234.5.
    #[serde(rename = ".")]
    Point,
    /// As in 1234,5.
    #[serde(rename = ",")]
    Comma,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_one_path_or_a_list() {
        let one: CollectConfig = toml::from_str("source = 'a.csv'\ndecimal = ','\nencoding = 'utf-8'").unwrap();
        assert_eq!((one.source, one.decimal), (Sources::from("a.csv"), Decimal::Comma));
        assert_eq!(one.encoding, Encoding::Named(encoding_rs::UTF_8));
        let two: CollectConfig = toml::from_str("source = ['a.csv', 'b.csv']\nformat = 'ndjson'").unwrap();
        assert_eq!(two.source, Sources(vec!["a.csv".into(), "b.csv".into()]));
        assert_eq!(toml::from_str::<CollectConfig>(&toml::to_string(&two).unwrap()).unwrap(), two);
    }

    #[test]
    fn wrong_settings_are_refused_in_words() {
        let message = |text: &str| toml::from_str::<CollectConfig>(text).unwrap_err().to_string();
        assert!(message("source = 3").contains("expected a path or a list of paths"));
        assert!(message("encoding = 'gkb'").contains("\"gkb\" is no encoding known here"));
        assert!(message("sauce = 'a.csv'").contains("unknown field `sauce`"));
    }

    #[test]
    fn paths_mean_the_same_from_another_folder() {
        let moved = |path: &str, from: &str, to: &str| {
            let mut source = Sources::from(path);
            source.relocate(Path::new(from), Path::new(to));
            source.0.remove(0)
        };
        assert_eq!(moved("d.csv", "", "cfg"), "../d.csv");
        assert_eq!(moved("sqlite:d.db?table=a/b", "", "cfg"), "sqlite:../d.db?table=a/b");
        for address in ["https://h/d.csv", "s3://b/*.csv", "postgres://h/d", "${DATA}"] {
            assert_eq!(moved(address, "", "cfg"), address);
        }
        assert_eq!(moved("d.csv", "cfg", ""), "cfg/d.csv");
        assert_eq!(moved("../d.csv", "a/b", "runs/x"), "../../a/d.csv");
        assert_eq!(moved("runs", "", "runs"), ".");
        // A `..` in the folder is no folder to climb out of.
        assert_eq!(moved("d.csv", "", "../cfg"), moved("d.csv", "", "x/../../cfg"));
        let here = std::env::current_dir().unwrap();
        let here = Path::new(here.file_name().unwrap());
        assert_eq!(moved("d.csv", "", "../cfg"), Path::new("..").join(here).join("d.csv").to_string_lossy());
        assert_eq!([moved("-", "", "a"), moved("http://x/d.csv", "", "a")], ["-", "http://x/d.csv"]);
        assert_eq!(moved("./d.csv", "a", "a"), "./d.csv");
    }

    #[test]
    fn sources_are_shown_as_typed() {
        assert_eq!(Sources::from("-").display(), "stdin");
        assert_eq!(Sources::from("data/*.csv").display(), "data/*.csv");
        assert_eq!(Sources(["a", "b", "c", "d", "e"].map(Into::into).to_vec()).display(), "a, b, c and 2 more");
    }
}
