//! From what the user typed to the files that are read.

use std::path::{Path, PathBuf};

use super::address::{SQLITE, is_address};
use super::config::Sources;
use super::origin::Origin;
use crate::error::{CollectError, ConfigError, Error, Result};

/// What stands for standard input among paths.
pub(super) const STDIN: &str = "-";

/// The places meant, patterns of files expanded in alphabetical order, none twice.
pub(super) fn expand(sources: &Sources, base: &Path) -> Result<Vec<Origin>> {
    let mut origins: Vec<Origin> = Vec::new();
    for source in &sources.0 {
        let found = if is_address(source) && !base.join(source).exists() {
            vec![Origin::address(source, base)?]
        } else {
            matches(source, base)?.into_iter().map(Origin::file).collect()
        };
        for origin in found {
            if !origins.iter().any(|o| o.place == origin.place) {
                origins.push(origin);
            }
        }
    }
    Ok(origins)
}

fn matches(source: &str, base: &Path) -> Result<Vec<PathBuf>> {
    if source == STDIN {
        return Ok(vec![STDIN.into()]);
    }
    let path = if base == Path::new(".") { PathBuf::from(source) } else { base.join(source) };
    // A file whose name happens to hold `[` or `*` is that file, not a pattern.
    if !source.contains(['*', '?', '[']) || path.exists() {
        return Ok(vec![path]);
    }
    let pattern = Path::new(&glob::Pattern::escape(&base.to_string_lossy())).join(source);
    let found = glob::glob(&pattern.to_string_lossy())
        .map_err(|e| setting("source", format!("\"{source}\" is not a pattern: {}", e.msg)))?;
    let mut files = Vec::new();
    for entry in found {
        let file = entry.map_err(|e| CollectError::Io { path: e.path().display().to_string(), source: e.into() })?;
        if !file.is_dir() {
            files.push(file);
        }
    }
    // A pattern that looks like an address: what stands before `?` is there.
    if let Some((file, _)) = source.split_once('?').filter(|(file, _)| files.is_empty() && base.join(file).is_file()) {
        let message = format!(
            "\"{source}\" is a pattern that no file matches; write \"{SQLITE}{source}\" for a table or query of a database, else \"{file}\""
        );
        return Err(setting("source", message));
    }
    if files.is_empty() { Err(CollectError::NoMatch { pattern: source.into() }.into()) } else { Ok(files) }
}

/// A setting of `[collect]` that cannot be used.
pub(super) fn setting(key: &str, message: impl std::fmt::Display) -> Error {
    ConfigError::setting("collect", key, message.to_string()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(sources: &[&str], base: &Path) -> Vec<String> {
        let sources = Sources(sources.iter().map(ToString::to_string).collect());
        let files = expand(&sources, base).unwrap();
        files.iter().map(|f| Path::new(&f.shown).file_name().unwrap().to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn patterns_are_sorted_and_no_file_comes_twice() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.csv", "a.csv", "c.txt", "[x].csv"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        std::fs::create_dir(folder.path().join("d.csv")).unwrap();
        assert_eq!(names(&["b.csv", "*.csv"], folder.path()), ["b.csv", "[x].csv", "a.csv"]);
        assert_eq!(names(&["[x].csv"], folder.path()), ["[x].csv"]);
        assert_eq!(names(&["[ab].csv"], folder.path()), ["a.csv", "b.csv"]);
        let error = expand(&Sources::from("*.parquet"), folder.path()).err().unwrap();
        assert_eq!(error.to_string(), "no file matches \"*.parquet\"");
    }

    #[test]
    fn a_path_that_is_no_pattern_is_kept_whether_it_is_there_or_not() {
        let shown = |source: &str, base: &str| expand(&Sources::from(source), Path::new(base)).unwrap().remove(0).shown;
        assert_eq!(shown("none.csv", "/x"), "/x/none.csv");
        assert_eq!(shown("none.csv", "."), "none.csv");
        assert_eq!(shown("-", "/x"), "-");
    }

    #[test]
    fn what_is_no_path_is_a_usage_error() {
        for source in ["ftp://example.org/a.csv", "a[.csv"] {
            assert_eq!(expand(&Sources::from(source), Path::new("")).err().unwrap().exit_code(), 2, "{source}");
        }
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("shop.db"), "").unwrap();
        let error = expand(&Sources::from("shop.db?table=a"), folder.path()).err().unwrap();
        assert!(error.to_string().contains("write \"sqlite:shop.db?table=a\""), "{error}");
    }
}
