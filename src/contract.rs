//! What rows to predict are held to: the levels and ranges that the model file says the training rows had.

use std::collections::HashSet;

use polars::prelude::Column as Series;

use crate::data::{Frame, Oddity, Unusual, day};
use crate::error::{CleanError, Result};
use crate::normalize::{Encoding, FittedNormalizer};

/// What happens to a value that the training rows had nothing like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Answer {
    /// It is predicted with as it is, and counted.
    #[default]
    Warn,
    /// It ends the work.
    Error,
    /// It is taken as missing, and counted as what it was.
    Null,
}

/// The answers to what can be unlike the training rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Contract {
    /// Levels that the training rows did not have.
    pub unseen: Answer,
    /// Numbers and dates outside of their range.
    pub out_of_range: Answer,
}

/// What a look at rows found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Survey {
    /// For every row what is unlike the training rows, such as `unseen:plan; out_of_range:age`; empty for most.
    pub flags: Vec<String>,
    /// The same by column.
    pub unusual: Vec<Unusual>,
}

impl Contract {
    /// Whether values have to be changed.
    #[must_use]
    pub fn changes_values(self) -> bool {
        self.unseen == Answer::Null || self.out_of_range == Answer::Null
    }

    /// Refuses what is not to pass.
    ///
    /// # Errors
    /// Names the first value in the order of the rows.
    pub fn accept(self, unusual: &[Unusual]) -> Result<(), CleanError> {
        let refused = |u: &&Unusual| match u.what {
            Oddity::Unseen => self.unseen == Answer::Error,
            Oddity::OutOfRange => self.out_of_range == Answer::Error,
            Oddity::Misfit | Oddity::Missing => false,
        };
        let Some(first) = unusual.iter().filter(refused).min_by_key(|u| u.first) else { return Ok(()) };
        let (what, flag) = match first.what {
            Oddity::Unseen => ("a level that the training rows did not have", "--on-unseen"),
            _ => ("outside the range of the training rows", "--on-out-of-range"),
        };
        Err(CleanError::Contract {
            column: first.column.clone(),
            row: first.first + 1,
            seen: first.example.clone(),
            what,
            flag,
        })
    }

    /// Looks at every value that a model learns from, by the same rules as [`FittedNormalizer::encode`], and takes those as
    /// missing that are not to pass.
    ///
    /// A gap is flagged in columns where the training rows had none.
    ///
    /// # Errors
    /// Names the column that is missing.
    pub fn apply(self, normalizer: &FittedNormalizer, frame: &mut Frame) -> Result<Survey> {
        let mut all = Vec::new();
        let mut survey = Survey { flags: vec![String::new(); frame.height()], unusual: frame.unusual.clone() };
        for (name, encoding) in &normalizer.columns {
            let series = frame.column(name)?;
            let odd = odd_values(encoding, series)?;
            let (mut nulled, mut own) = (HashSet::new(), Vec::<Unusual>::new());
            for (row, what, example) in odd {
                let gaps_are_usual = what == Oddity::Missing && has_gaps(encoding);
                if !gaps_are_usual {
                    flag(&mut survey.flags[row], what, name);
                }
                let answer = match what {
                    Oddity::Unseen => self.unseen,
                    Oddity::OutOfRange => self.out_of_range,
                    Oddity::Misfit | Oddity::Missing => Answer::Warn,
                };
                if answer == Answer::Null {
                    nulled.insert(row);
                }
                match own.iter_mut().find(|one| one.what == what) {
                    Some(one) => one.count += 1,
                    None => own.push(Unusual { column: name.clone(), what, count: 1, first: frame.rows[row], example }),
                }
            }
            all.append(&mut own);
            if !nulled.is_empty() {
                let series = without(series, &nulled)?;
                frame.data.with_column(series)?;
            }
        }
        Unusual::add_all(all, &mut survey.unusual);
        Ok(survey)
    }
}

/// The word for it in flags and for programs.
#[must_use]
pub const fn word(what: Oddity) -> &'static str {
    match what {
        Oddity::Misfit => "misfit",
        Oddity::Unseen => "unseen",
        Oddity::OutOfRange => "out_of_range",
        Oddity::Missing => "missing",
    }
}

fn flag(flags: &mut String, what: Oddity, column: &str) {
    if !flags.is_empty() {
        flags.push_str("; ");
    }
    flags.push_str(word(what));
    flags.push(':');
    flags.push_str(column);
}

/// Rows whose value the training rows had nothing like, and how it is written.
fn odd_values(encoding: &Encoding, series: &Series) -> Result<Vec<(usize, Oddity, String)>> {
    let mut odd = Vec::new();
    match encoding {
        Encoding::Number { range, disguised, .. } => {
            for (row, value) in series.f64()?.iter().enumerate() {
                match value.filter(|v| !disguised.contains(v)) {
                    None => odd.push((row, Oddity::Missing, String::new())),
                    Some(v) if v < range[0] || v > range[1] => odd.push((row, Oddity::OutOfRange, v.to_string())),
                    Some(_) => {}
                }
            }
        }
        Encoding::Date { range, .. } => {
            // As far beyond the last training day as that is from the first, dates are only to be expected.
            let last = range[1].saturating_add(range[1].saturating_sub(range[0]));
            for (row, value) in series.i64()?.iter().enumerate() {
                match value {
                    None => odd.push((row, Oddity::Missing, String::new())),
                    Some(v) if v < range[0] || v > last => odd.push((row, Oddity::OutOfRange, day(v))),
                    Some(_) => {}
                }
            }
        }
        Encoding::Onehot { levels, rare, .. } | Encoding::Embedding { levels, rare, .. } => {
            let known: HashSet<&str> = levels.iter().chain(rare).map(String::as_str).collect();
            for (row, value) in series.str()?.iter().enumerate() {
                match value {
                    None => odd.push((row, Oddity::Missing, String::new())),
                    Some(level) if !known.contains(level) => odd.push((row, Oddity::Unseen, level.to_owned())),
                    Some(_) => {}
                }
            }
        }
        Encoding::Dropped { .. } => {}
    }
    Ok(odd)
}

/// Whether the training rows had gaps in the column; a date's encoding does not say, so they are always worth a flag.
const fn has_gaps(encoding: &Encoding) -> bool {
    match encoding {
        Encoding::Number { indicator, .. } => *indicator,
        Encoding::Onehot { missing, .. } | Encoding::Embedding { missing, .. } => *missing,
        Encoding::Date { .. } | Encoding::Dropped { .. } => false,
    }
}

/// The column with some rows missing.
fn without(series: &Series, rows: &HashSet<usize>) -> Result<Series> {
    let name = series.name().clone();
    Ok(if let Ok(numbers) = series.f64() {
        Series::new(name, numbers.iter().enumerate().map(|(r, v)| v.filter(|_| !rows.contains(&r))).collect::<Vec<_>>())
    } else if let Ok(dates) = series.i64() {
        Series::new(name, dates.iter().enumerate().map(|(r, v)| v.filter(|_| !rows.contains(&r))).collect::<Vec<_>>())
    } else {
        Series::new(name, series.str()?.iter().enumerate().map(|(r, v)| v.filter(|_| !rows.contains(&r))).collect::<Vec<_>>())
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::clean::Conform;
    use crate::config::Config;
    use crate::data::{Table, Training};
    use crate::pipeline::{Pipeline, Session};
    use crate::train::DeviceKind;
    use polars::prelude::{Column, DataFrame};

    fn table(rows: &[[&str; 3]]) -> Table {
        let text = |name: &str, at: usize| Column::new(name.into(), rows.iter().map(|r| r[at]).collect::<Vec<_>>());
        let y: Vec<&str> = (0..rows.len()).map(|i| ["no", "yes"][i % 2]).collect();
        let columns = vec![text("amount", 0), text("colour", 1), text("day", 2), Column::new("y".into(), y)];
        Table::new(DataFrame::new(rows.len(), columns).unwrap(), "t.csv")
    }

    /// A normalizer of amounts 0.5 to 59.5, two colours and sixty days without gaps, and a frame of four new rows.
    fn fitted() -> (FittedNormalizer, Frame) {
        let own: Vec<[String; 3]> = (0..60)
            .map(|i| [format!("{i}.5"), ["red", "blue"][i % 3 % 2].into(), format!("2024-{:02}-{:02}", 1 + i / 28, 1 + i % 28)])
            .collect();
        let own: Vec<[&str; 3]> = own.iter().map(|r| r.each_ref().map(String::as_str)).collect();
        let mut config = Config::default();
        config.collect.source = "t.csv".into();
        config.target.column = "y".into();
        config.validate.test_fraction = 0.0;
        let stages = config.stages(Path::new(""), DeviceKind::Auto).unwrap();
        let session = Session::silent();
        let cx = session.context();
        let splits = crate::experiment::prepare(&stages, table(&own), &cx).unwrap();
        let training: Training<Frame> = splits.last.split(&splits.frame).0;
        let normalizer = stages.learn.normalize.run(training, &cx).unwrap();
        let new = table(&[
            ["5", "red", "2024-01-05"],
            ["", "green", "2024-04-01"],
            ["-7", "", "1999-12-31"],
            ["1000", "violet", "2030-01-01"],
        ]);
        let conform = Conform { schema: std::sync::Arc::clone(&splits.frame.schema) };
        let frame = conform.run(new, &cx).unwrap();
        (normalizer, frame)
    }

    #[test]
    fn flags_name_what_is_odd_in_each_row() {
        let (normalizer, mut frame) = fitted();
        let before = frame.data.clone();
        let survey = Contract::default().apply(&normalizer, &mut frame).unwrap();
        assert_eq!(
            survey.flags,
            [
                "",
                "missing:amount; unseen:colour",
                "out_of_range:amount; missing:colour; out_of_range:day",
                "out_of_range:amount; unseen:colour; out_of_range:day"
            ]
        );
        assert!(frame.data.equals_missing(&before), "a warning changes nothing");
    }

    #[test]
    fn the_counts_are_those_of_the_encoding() {
        let (mut normalizer, mut frame) = fitted();
        // A value that stands for a gap is one on both sides.
        for (_, encoding) in &mut normalizer.columns {
            if let Encoding::Number { disguised, .. } = encoding {
                disguised.push(1000.0);
            }
        }
        let mut encoded = Vec::new();
        normalizer.encode(&frame, &mut encoded).unwrap();
        let mut surveyed = Contract::default().apply(&normalizer, &mut frame).unwrap().unusual;
        let key = |u: &Unusual| (u.column.clone(), u.what);
        encoded.sort_by_key(key);
        surveyed.sort_by_key(key);
        assert_eq!(surveyed, encoded);
    }

    #[test]
    fn what_is_not_to_pass_is_missing() {
        let (normalizer, mut frame) = fitted();
        let contract = Contract { unseen: Answer::Null, out_of_range: Answer::Null };
        contract.apply(&normalizer, &mut frame).unwrap();
        let left = |name: &str| frame.data.column(name).unwrap().null_count();
        assert_eq!((left("amount"), left("colour"), left("day")), (3, 3, 2));
        let mut encoded = Vec::new();
        normalizer.encode(&frame, &mut encoded).unwrap();
        assert!(encoded.iter().all(|u| u.what == Oddity::Missing), "{encoded:?}");
    }

    #[test]
    fn the_first_row_that_is_refused_is_named() {
        let (normalizer, mut frame) = fitted();
        let survey = Contract::default().apply(&normalizer, &mut frame).unwrap();
        assert!(Contract::default().accept(&survey.unusual).is_ok());
        let message =
            Contract { unseen: Answer::Error, ..Contract::default() }.accept(&survey.unusual).unwrap_err().to_string();
        assert!(message.contains("\"colour\", row 2: \"green\"") && message.contains("--on-unseen"), "{message}");
        let both = Contract { unseen: Answer::Error, out_of_range: Answer::Error };
        let message = both.accept(&survey.unusual[2..]).unwrap_err().to_string();
        assert!(message.contains("row"), "{message}");
    }
}
