//! Which setting fits which kind of source. One that could have no effect on any is refused, not ignored: whoever wrote it
//! believes that the table is read otherwise than it is.

use std::path::Path;

use super::config::{CollectConfig, Format, Sources};
use super::files::{STDIN, expand, setting};
use super::origin::Origin;
use crate::error::{Error, Result};

/// What a source is, as far as settings go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Csv,
    Json,
    /// Parquet or Arrow: columns with types.
    Columns,
    Excel,
    Database,
    /// A database whose address says what is read of it.
    Asked,
}

impl Kind {
    /// What a file can be.
    pub const FILES: [Self; 4] = [Self::Csv, Self::Json, Self::Columns, Self::Excel];

    /// The kind of a file; `None` where the format is yet to be found out.
    pub const fn of(format: Format) -> Option<Self> {
        match format {
            Format::Auto => None,
            Format::Csv | Format::Tsv => Some(Self::Csv),
            Format::Ndjson | Format::Json => Some(Self::Json),
            Format::Parquet | Format::Ipc => Some(Self::Columns),
            Format::Excel => Some(Self::Excel),
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Csv => "is a CSV file",
            Self::Json => "is a JSON file",
            Self::Columns => "is a file of typed columns (Parquet or Arrow)",
            Self::Excel => "is a workbook",
            Self::Database => "is a database",
            Self::Asked => "says itself what is read of the database",
        }
    }
}

/// A setting that not every source has a use for.
pub(super) struct Use {
    pub key: &'static str,
    /// What it says, and of what.
    says: &'static str,
    fits: fn(Kind) -> bool,
    is_set: fn(&CollectConfig) -> bool,
    unset: fn(&mut CollectConfig),
}

/// Shortens the table below.
macro_rules! uses {
    ($($key:ident, $($fits:pat_param)|+, $says:literal;)*) => {
        [$(Use {
            key: stringify!($key),
            says: $says,
            fits: |kind| matches!(kind, $($fits)|+),
            is_set: |config| config.$key != CollectConfig::default().$key,
            unset: |config| config.$key = CollectConfig::default().$key,
        }),*]
    };
}

/// All such settings. What stands in no line here fits every source: texts with decimals or markers of missing values can
/// stand in typed columns, too, and a bound of time or size holds wherever it is not reached.
static USES: [Use; 10] = {
    use Kind::{Columns, Csv, Database, Excel, Json};
    uses! {
        query, Database, "what is read of a database";
        table, Database, "what is read of a database";
        format, Csv | Json | Columns | Excel, "how a file is written";
        sheet, Excel, "which sheet of a workbook is read";
        range, Excel, "which cells of a workbook are read";
        encoding, Csv | Json, "how letters are written in a file of text (CSV, TSV, JSON or NDJSON)";
        delimiter, Csv, "what stands between the fields of a CSV file";
        quote, Csv, "what stands around the fields of a CSV file";
        header, Csv | Excel, "whether the first record of a CSV file or sheet names the columns";
        skip_rows, Csv | Excel, "what stands before the header of a CSV file or sheet";
    }
};

/// The settings that no source has fitted so far.
#[derive(Clone, Default)]
pub(super) struct Fits(Vec<&'static Use>);

impl Fits {
    /// Refuses settings that fit none of the places `own`, as far as is known before they are opened; `other` are further
    /// places that the settings are for. `prefix` begins their keys.
    pub fn new(config: &CollectConfig, prefix: &str, own: &[Origin], other: &[Origin]) -> Result<Self> {
        let set: Vec<&Use> = USES.iter().filter(|u| (u.is_set)(config)).collect();
        let mut open = Vec::new();
        if set.is_empty() {
            return Ok(Self(open));
        }
        let kinds = |origins: &[Origin]| origins.iter().map(|o| o.kinds(config.format)).collect::<Vec<_>>();
        let (ours, theirs) = (kinds(own), kinds(other));
        for u in set {
            let may = |kinds: &Vec<Kind>| kinds.iter().any(|kind| (u.fits)(*kind));
            if !ours.iter().chain(&theirs).any(may) {
                if let ([only], [kinds], []) = (own, &ours[..], other) {
                    return Err(u.refuse(prefix, &only.shown, kinds));
                }
                let shown = Sources(own.iter().chain(other).map(|o| o.shown.clone()).collect());
                return Err(u.refuse(prefix, &format!("none of {}", shown.display()), &[]));
            }
            // One that nothing surely fits has to fit when the last place is opened, unless it is for one elsewhere.
            if !theirs.iter().any(may) && !ours.iter().any(|kinds| kinds.iter().all(|kind| (u.fits)(*kind))) {
                open.push(u);
            }
        }
        Ok(Self(open))
    }

    /// A place has been opened and found out; the last one that could fit has to.
    pub fn opened(&mut self, kind: Kind, shown: &str, last: bool) -> Result<()> {
        self.0.retain(|u| !(u.fits)(kind));
        match self.0.first() {
            Some(u) if last => Err(u.refuse("", shown, &[kind])),
            _ => Ok(()),
        }
    }
}

impl CollectConfig {
    /// The settings less those that cannot fit the source, among those that were written for another one.
    #[must_use]
    pub fn fitted(mut self, base: &Path, for_another: impl Fn(&str) -> bool) -> Self {
        // What is wrong with the source itself is told where it is read.
        let Ok(origins) = expand(&self.source, base) else { return self };
        let kinds: Vec<Kind> = origins.iter().flat_map(|o| o.kinds(self.format)).collect();
        for u in USES.iter().filter(|u| for_another(u.key) && !kinds.iter().any(|kind| (u.fits)(*kind))) {
            (u.unset)(&mut self);
        }
        self
    }

    /// Refuses what is set beside tables and could have no effect: settings of a source, where there is none, and settings
    /// of the whole run, where they stand in a table.
    pub(super) fn check_tables(&self) -> Result<()> {
        if self.tables.is_empty() {
            return Ok(());
        }
        if let Some(u) = USES.iter().find(|u| self.source.is_empty() && (u.is_set)(self)) {
            let message = format!("it says {} of source, which is not set; write it under [collect.tables.NAME]", u.says);
            return Err(setting(u.key, message));
        }
        let usual = Self::default();
        for (name, table) in &self.tables {
            for (key, is_set) in [
                ("max_memory", table.0.max_memory != usual.max_memory),
                ("stream", table.0.stream != usual.stream),
                ("sample", table.0.sample != usual.sample),
            ] {
                if is_set {
                    return Err(setting(&format!("tables.{name}.{key}"), "it is for all tables; write it under [collect]"));
                }
            }
        }
        Ok(())
    }
}

impl Use {
    fn refuse(&self, prefix: &str, shown: &str, kinds: &[Kind]) -> Error {
        let shown = if shown == STDIN { "stdin" } else { shown };
        let seen = match kinds {
            [kind] => kind.words(),
            [] => "is such",
            _ => "is none",
        };
        setting(&format!("{prefix}{}", self.key), format!("it says {}, but {shown} {seen}; leave it out", self.says))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> Option<String> {
        let config: CollectConfig = toml::from_str(text).unwrap();
        let places = |sources: &Sources| expand(sources, Path::new("")).unwrap();
        let (own, other) = (places(&config.source), places(&config.test));
        Fits::new(&config, "", &own, &other).err().map(|error| error.to_string())
    }

    #[test]
    fn a_setting_has_to_fit_one_of_the_sources() {
        for (text, refused) in [
            (
                "source = 'a.csv'\nsheet = 1",
                "[collect] sheet: it says which sheet of a workbook is read, but a.csv is a CSV file; leave it out",
            ),
            (
                "source = 'a.parquet'\ndelimiter = ';'",
                "[collect] delimiter: it says what stands between the fields of a CSV file, but a.parquet is a file of typed columns",
            ),
            ("source = 'a.xlsx'\nencoding = 'gbk'", "[collect] encoding"),
            ("source = 'sqlite:a.db'\nheader = false", "[collect] header"),
            (
                "source = 'a.csv'\nquery = 'select 1'",
                "[collect] query: it says what is read of a database, but a.csv is a CSV file",
            ),
            ("source = 'a.txt'\ntable = 't'", "[collect] table: it says what is read of a database, but a.txt is none"),
            ("source = 'sqlite:a.db?table=x'\ntable = 't'", "[collect] table"),
            ("source = 'sqlite:a.db'\nformat = 'csv'", "[collect] format"),
            ("source = ['a.csv', 'b.ndjson']\nsheet = 1", "but none of a.csv, b.ndjson is such"),
            ("source = 'a.csv'\ntest = 'b.parquet'\nrange = 'A:B'", "but none of a.csv, b.parquet is such"),
        ] {
            let said = message(text).unwrap_or_else(|| panic!("{text} is taken"));
            assert!(said.contains(refused), "{text}: {said}");
        }
        for text in [
            "source = 'a.csv'\ndelimiter = ';'\nquote = ''\nheader = false\nskip_rows = 1\nencoding = 'gbk'\nformat = 'csv'",
            "source = ['a.csv', 'b.xlsx']\nsheet = 1\ndelimiter = ';'",
            "source = 'a.csv'\ntest = 'b.xlsx'\nsheet = 1",
            "source = 'a.parquet'\ndecimal = ','\nnull_values = ['x']",
            "source = 'a.parquet'\ntimeout = 5\nmax_size = 1000000000",
            "source = 'sqlite:a.db?table=x'\nmax_time = 5",
            // Only its bytes can tell.
            "source = '-'\nsheet = 1",
        ] {
            assert_eq!(message(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_yet_unknown_is_held_to_it_when_it_is_opened() {
        let config: CollectConfig = toml::from_str("source = ['-', 'x']\nsheet = 1").unwrap();
        let mut fits = Fits::new(&config, "", &expand(&config.source, Path::new("")).unwrap(), &[]).unwrap();
        fits.clone().opened(Kind::Csv, "stdin", false).unwrap();
        assert!(fits.clone().opened(Kind::Csv, "x", true).unwrap_err().to_string().contains("but x is a CSV file"));
        fits.opened(Kind::Excel, "stdin", false).unwrap();
        fits.opened(Kind::Csv, "x", true).unwrap();
    }

    #[test]
    fn settings_of_another_source_are_left_behind_where_they_do_not_fit() {
        let text = "source = 'a.parquet'\ndelimiter = ';'\nsheet = 1\ndecimal = ','";
        let config: CollectConfig = toml::from_str(text).unwrap();
        let fitted = config.fitted(Path::new(""), |key| key != "sheet");
        assert_eq!((fitted.delimiter, fitted.decimal), (None, crate::collect::Decimal::Comma));
        assert!(fitted.sheet.is_some(), "it was written for this one");
    }

    #[test]
    fn settings_beside_tables_stand_where_they_have_an_effect() {
        let message = |text: &str| toml::from_str::<CollectConfig>(text).unwrap().check_tables().err().map(|e| e.to_string());
        let said = message("delimiter = ';'\ntables = {a = 'a.csv'}").unwrap();
        assert!(said.starts_with("[collect] delimiter:") && said.ends_with("write it under [collect.tables.NAME]"), "{said}");
        let said = message("tables = {a = {source = 'a.csv', sample = 3000}}").unwrap();
        assert_eq!(said, "[collect] tables.a.sample: it is for all tables; write it under [collect]");
        assert_eq!(message("source = 'b.csv'\ndelimiter = ';'\ntables = {a = 'a.csv'}"), None);
        assert_eq!(message("decimal = ','\ntables = {a = {source = 'a.csv', delimiter = ';'}}"), None);
    }
}
