//! Records that are not as those around them: told once, with their number and the line of the first.

use super::dialect::few;
use crate::error::{plural, verb};
use crate::pipeline::Warning;

/// What was found of one kind.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    count: usize,
    first: u64,
}

impl Tally {
    const fn add(&mut self, line: u64) {
        if self.count == 0 {
            self.first = line;
        }
        self.count += 1;
    }
}

/// The records of a text that are not as they should be.
#[derive(Clone, Debug, Default)]
pub(super) struct Irregular {
    /// Records that were looked at before any was read, and those that were read.
    seen: usize,
    read: usize,
    /// Records with other fields than the header, so far and since they were last told of.
    all: usize,
    ragged: Tally,
    /// Records with a quote that is a letter.
    stray: Tally,
    /// Records that repeat the header.
    again: Tally,
    /// Blank lines that are rows.
    blank: Tally,
    /// Records with texts that are written as formulas.
    wrapped: Tally,
}

/// The text that a field such as `="00123"` shows: so programs keep Excel from making a number of it.
pub(super) fn unwrapped(field: &str) -> Option<&str> {
    field.strip_prefix("=\"")?.strip_suffix('"').filter(|text| !text.contains('"'))
}

impl Irregular {
    pub fn new(seen: usize) -> Self {
        Self { seen, ..Self::default() }
    }

    pub const fn read(&mut self) {
        self.read += 1;
    }

    pub const fn stray(&mut self, line: u64) {
        self.stray.add(line);
    }

    pub const fn again(&mut self, line: u64) {
        self.again.add(line);
    }

    pub const fn blank(&mut self, line: u64) {
        self.blank.add(line);
    }

    pub const fn wrapped(&mut self, line: u64) {
        self.wrapped.add(line);
    }

    /// Whether there may be one more record with other fields than the header, since nearly all others have those.
    pub fn ragged(&mut self, line: u64) -> bool {
        self.all += 1;
        self.ragged.add(line);
        few(self.all, self.read.max(self.seen))
    }

    /// What is to be told, once; `kept` says what became of the records with other fields.
    pub fn warnings(&mut self, path: &str, width: usize, kept: bool) -> Vec<Warning> {
        let done = if kept {
            "is filled up with missing values at its end; check what is predicted for it"
        } else {
            "is left out; correct it, or quote fields that hold the delimiter"
        };
        let note = |code: &str, tally: &mut Tally, what: &str| {
            let Tally { count, first } = std::mem::take(tally);
            let (records, hold) = (plural(count, "record"), verb(count, "hold"));
            let message = format!("{path}: {records}, first in line {first}, {hold} {what}");
            (count > 0).then(|| Warning::new(code, message).count(count))
        };
        [
            note("ragged", &mut self.ragged, &format!("not the {width} fields of the header; each {done}")),
            note("stray_quote", &mut self.stray, "a quote that neither opens nor closes a field; it was kept as a letter"),
            note(
                "header_again",
                &mut self.again,
                "the names of the columns again; they are left out as headers of joined files",
            ),
            note(
                "formula_texts",
                &mut self.wrapped,
                "a text that is written as a formula, such as =\"00123\"; the text alone is read",
            ),
            note("blank_rows", &mut self.blank, "nothing; in a table of one column such lines are rows with a missing value"),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
