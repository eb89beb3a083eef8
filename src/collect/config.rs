use std::path::{Component, Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::encoding::Encoding;
use crate::memory::MaxMemory;

/// Where the rows come from and how their files are written.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CollectConfig {
    /// The rows to learn from: a file, a pattern such as `data/*.csv`, a list of those, or `-` for standard input.
    /// Files read together need the same columns. Relative paths start at the folder of the config file. No default.
    pub source: Sources,
    /// Rows that only judge the model, kept apart from the start: like `source`, with the same columns. Default: none,
    /// so that `[validate] test_fraction` of the source is set aside instead.
    pub test: Sources,
    /// How the files are written: `auto`, `csv`, `tsv`, `parquet`, `ndjson` or `ipc` (Arrow file). Default `auto`: by
    /// the ending of the name (before `.gz` or `.zst`), and by the first bytes where that says nothing. Compression
    /// with gzip or zstd is always found out by itself.
    pub format: Format,
    /// How letters are written as bytes in CSV, TSV and NDJSON files: `auto`, `utf-8`, `utf-16le`, `utf-16be`,
    /// `gb18030`, `gbk`, `big5`, `shift_jis`, `euc-jp`, `euc-kr`, `windows-1252`, `latin1` or another label of the WHATWG
    /// Encoding Standard. `auto` goes by the byte-order mark, else takes UTF-8 where the text is that, else decides by the
    /// letters and says so. Bytes that cannot be read are an error, never replaced. Default `auto`.
    pub encoding: Encoding,
    /// What stands between the fields of a CSV file, one ASCII character. Default: found out among `,` `;` tab and `|`,
    /// and rarer ones where none of these fits, by how alike that makes many records.
    pub delimiter: Option<char>,
    /// What stands around fields of a CSV file, one ASCII character, or `""` where nothing does. Default: `"`, or `'`
    /// where nearly all texts stand between those.
    pub quote: Option<String>,
    /// Whether the first record of a CSV file names the columns; where it does not, they are `column_1`, `column_2` and so
    /// on. Default: found out; a first record is taken for values only if it is like those below it.
    pub header: Option<bool>,
    /// Lines of a CSV file before its header, blank ones included. Default: found out (titles, comments, `sep=;`).
    pub skip_rows: Option<usize>,
    /// What stands before the decimals of a number: `auto`, `.` or `,`. `auto` decides for each column by its values, and
    /// by the other columns where those allow both. Default `auto`.
    pub decimal: Decimal,
    /// Further texts that mean "missing", such as `["unknown", "-99"]`. Default: none.
    pub null_values: Vec<String>,
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
enum OneOrMore {
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
        for source in self.0.iter_mut().filter(|s| *s != "-" && !s.contains("://")) {
            let Some(path) = whole(&from.join(&*source)) else { continue };
            let shared = path.components().zip(to.components()).take_while(|(a, b)| a == b).count();
            let up = to.components().skip(shared).map(|_| Component::ParentDir);
            let relative: PathBuf = up.chain(path.components().skip(shared)).collect();
            // The folder itself.
            *source = if relative.as_os_str().is_empty() { ".".into() } else { relative.to_string_lossy().into_owned() };
        }
    }

    /// The sources as the user typed them, for messages; `-` is called `stdin`.
    #[must_use]
    pub fn display(&self) -> String {
        const SHOWN: usize = 3;
        let mut names: Vec<&str> = self.0.iter().map(|s| if s == "-" { "stdin" } else { s }).collect();
        let more = names.len().saturating_sub(SHOWN);
        names.truncate(SHOWN);
        let names = names.join(", ");
        if more == 0 { names } else { format!("{names} and {more} more") }
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
    /// Arrow IPC file, also called Feather.
    Ipc,
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
