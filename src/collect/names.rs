//! Names of columns as they are written somewhere, made different.

use std::collections::{HashMap, HashSet};

use polars::prelude::PlSmallStr;

use crate::error::{plural, verb};
use crate::pipeline::Warning;

/// So many renamed columns of a source are told one by one.
const MOST_WARNINGS: usize = 20;
/// Names for all columns, each once: a repeated one gets `_2`, `_3`, an empty one is `column_N`, both with a warning.
pub(super) fn column_names(written: &[String], path: &str) -> (Vec<PlSmallStr>, Vec<Warning>) {
    let mut warnings = Vec::new();
    // A name that stands in the header belongs to that column, never to a renamed one.
    let mut taken: HashSet<String> = written.iter().cloned().collect();
    // The number to try next, so that many equal names take no longer than as many different ones.
    let mut next: HashMap<&str, usize> = HashMap::new();
    let mut names = Vec::with_capacity(written.len());
    for (i, name) in written.iter().enumerate() {
        let place = i + 1;
        let empty = name.is_empty();
        if !empty && !next.contains_key(name.as_str()) {
            next.insert(name, 2);
            names.push(name.as_str().into());
            continue;
        }
        let (stem, first) = if empty { ("column", place) } else { (name.as_str(), next[name.as_str()]) };
        let mut number = first;
        while taken.contains(&format!("{stem}_{number}")) {
            number += 1;
        }
        let free = format!("{stem}_{number}");
        if !empty {
            next.insert(name, number + 1);
        }
        let warning = if empty {
            Warning::new("unnamed_column", format!("{path}: column {place} has no name; it is called \"{free}\""))
        } else {
            let message = format!("{path}: the column name \"{name}\" stands twice; column {place} is called \"{free}\"");
            Warning::new("duplicate_column", message)
        };
        warnings.push(warning.column(&free));
        names.push(free.as_str().into());
        taken.insert(free);
    }
    if warnings.len() > MOST_WARNINGS {
        let more = warnings.len() - MOST_WARNINGS;
        warnings.truncate(MOST_WARNINGS);
        let (columns, have, they) = (plural(more, "more column"), verb(more, "have"), verb(more, "they are"));
        let message = format!("{path}: {columns} {have} no name, or one that stands twice; {they} numbered, too");
        warnings.push(Warning::new("column_names", message).count(more));
    }
    if written.iter().all(|name| name.parse::<f64>().is_ok()) {
        let message = format!("{path}: all column names are numbers; if the file has no header line, add one");
        warnings.push(Warning::new("header_numbers", message));
    }
    (names, warnings)
}
