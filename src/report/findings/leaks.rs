//! What may give the target away: then the scores are no promise, however good they look.

use crate::report::config::Language;
use crate::report::language::shown;
use crate::report::record::Record;

/// Warnings that a column is the outcome itself, in other words or written down after it.
const GIVEN: [&str; 4] = ["leak", "missing_by_target", "target_copy", "target_parts"];
/// Weaker signs that the scores may be too good to be true.
const SIGNS: [&str; 2] = ["date_after_row", "model_output"];
/// A column that tells as much as all others: an honest one can, too.
const PROPORTION: &str = "out_of_proportion";
/// Test rows that were learned from.
pub const OVERLAP: &str = "test_overlap";
/// Most columns that are named in a sentence; others are counted.
const NAMED: usize = 3;

/// Whether what a warning says is told among what to distrust.
pub fn is_told(code: &str) -> bool {
    [OVERLAP, PROPORTION].contains(&code) || GIVEN.contains(&code) || SIGNS.contains(&code)
}

/// The columns that may be the outcome itself, as a sentence names them; nothing where there are none.
pub fn given(record: &Record, t: Language) -> Option<String> {
    named(record, t, |code| GIVEN.contains(&code))
}

/// The same with those of weaker signs behind.
pub fn suspect(record: &Record, t: Language) -> Option<String> {
    named(record, t, |code| GIVEN.contains(&code) || SIGNS.contains(&code))
}

/// The columns that tell as much as all others.
pub fn telling(record: &Record, t: Language) -> Option<String> {
    named(record, t, |code| code == PROPORTION)
}

/// The columns that warnings of some codes are about; nothing where there are none.
pub fn named(record: &Record, t: Language, wanted: impl Fn(&str) -> bool) -> Option<String> {
    let mut names: Vec<String> = Vec::new();
    let strong_first = record.warnings.iter().filter(|w| GIVEN.contains(&w.code.as_str()));
    for warning in strong_first.chain(&record.warnings).filter(|w| wanted(&w.code)) {
        let without = [warning.code.clone()];
        for name in if warning.names().is_empty() { &without } else { warning.names() } {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
    }
    let (first, rest) = names.split_at(names.len().min(NAMED));
    let mut said: Vec<String> = first.iter().map(|name| shown(name)).collect();
    said.extend((!rest.is_empty()).then(|| t.more_columns(rest.len())));
    (!said.is_empty()).then(|| t.list(&said))
}
