//! Cleaning a part of a table whose schema was decided on a sample of its rows.

use std::sync::Arc;

use polars::prelude::{Column as Series, DataFrame};

use super::cells::{Cells, Dialect};
use super::config::MissingTarget;
use super::infer::Habits;
use super::{Clean, conform, learned_from, missing_column, special, target};
use crate::data::{Frame, Role, RuleCount, Schema, Table};
use crate::error::{CleanError, Result};
use crate::seed::mix;

/// The rows of a part that have a target, as [`Clean`] would make them: duplicates are not looked for.
#[derive(Clone, Debug)]
pub struct Part {
    pub frame: Frame,
    /// Checksum of what keeps rows together: the group, where one is named, else all that is learned from.
    pub keys: Vec<u64>,
}

impl Clean {
    /// Cleans the next rows of a table by its schema; what rules touched is counted in the frame.
    ///
    /// # Errors
    /// Names the row whose target is none that the schema has, or is missing where that is not allowed, and the row whose
    /// weight, moment or fold cannot be used.
    pub fn part(&self, schema: &Arc<Schema>, table: &Table) -> Result<Part> {
        let (rows, origin) = (table.height(), &table.rows.source);
        let habits = Habits { decimal: schema.decimal_comma.then_some(','), ..Habits::default() };
        let dialect = Dialect { null_values: &schema.null_values, trim: schema.trim, habits, numbered: false };
        let (mut counts, mut unusual) = (Vec::new(), Vec::new());
        let (mut data, mut others): (Vec<Series>, Vec<(Role, Series)>) = (Vec::new(), Vec::new());
        let mut truth = None;
        for column in &schema.columns {
            if matches!(column.role, Role::Id | Role::Ignored) {
                continue;
            }
            let series = table.data.column(&column.name).map_err(|_| missing_column(&column.name, &table.data, origin))?;
            let cells = Cells::read(series, &dialect, origin)?;
            let mut count = |rule: &str, count: usize| {
                if count > 0 {
                    counts.push(RuleCount { rule: rule.into(), column: Some(column.name.clone()), count });
                }
            };
            let (trimmed, nulls) = cells.touched();
            count(super::TRIMMED, trimmed);
            count(super::NULLS, nulls);
            if column.role == Role::Target {
                truth = Some(target::part(schema, &cells, &dialect, &table.rows)?);
                continue;
            }
            let typed = cells.typed(column, &dialect);
            count(super::MARKERS, typed.series.null_count().saturating_sub(typed.odd + cells.missing()));
            unusual.extend(conform::misfit(column, &typed, &table.rows));
            if column.role != Role::Feature {
                others.push((column.role, typed.series.clone()));
            }
            if learned_from(column) {
                data.push(typed.series);
            }
        }
        let (truth, known) = truth.ok_or_else(|| missing_column(&schema.target.name, &table.data, origin))?;
        let with = |role| others.iter().find(|(r, _)| *r == role).map(|(_, series)| series);
        let without = known.iter().filter(|k| !**k).count();
        if without > 0 {
            if self.rules.missing_target == MissingTarget::Error {
                let message = super::no_target(without);
                return Err(CleanError::Target { column: schema.target.name.clone(), message }.into());
            }
            counts.push(RuleCount { rule: super::NO_TARGET.into(), column: None, count: without });
        }
        if let Some(group) = with(Role::Group).filter(|group| group.null_count() > 0) {
            let (column, count) = (Some(group.name().to_string()), group.null_count());
            counts.push(RuleCount { rule: super::NO_GROUP.into(), column, count });
        }
        let keys = with(Role::Group).map_or_else(|| keys(&data, rows), |group| keys(std::slice::from_ref(group), rows))?;
        let frame = Frame {
            schema: Arc::clone(schema),
            data: DataFrame::new(rows, data)?,
            truth: Some(truth),
            rows: (0..rows).map(|row| table.rows.number(row)).collect(),
            weights: with(Role::Weight).map(|s| special::weights(s, &table.rows)).transpose()?,
            units: (0..).take(rows).collect(),
            time: with(Role::Time).map(|s| special::moments(s, &table.rows)).transpose()?,
            ordered: false,
            test: vec![false; rows],
            folds: with(Role::Fold).map(|s| special::folds(s, &table.rows)).transpose()?,
            counts: Vec::new(),
            unusual: Vec::new(),
            health: Vec::new(),
        };
        let kept: Vec<usize> = (0..rows).filter(|row| known[*row]).collect();
        let (frame, keys) =
            if without == 0 { (frame, keys) } else { (frame.take(&kept), kept.iter().map(|&row| keys[row]).collect()) };
        Ok(Part { frame: Frame { counts, unusual, ..frame }, keys })
    }
}

/// A checksum of each row: equal rows have equal ones, and two different rows hardly ever (1 in 2^64).
///
/// # Errors
/// If a column has none of the types of a frame.
pub fn keys(columns: &[Series], rows: usize) -> Result<Vec<u64>> {
    let mut keys = vec![0_u64; rows];
    for column in columns {
        let mut add = |row: usize, value: u64| keys[row] = mix(keys[row].rotate_left(5) ^ value);
        if let Ok(text) = column.str() {
            text.iter().enumerate().for_each(|(row, v)| add(row, v.map_or(1, |v| mix(bytes(v.as_bytes())))));
        } else if let Ok(numbers) = column.f64() {
            numbers.iter().enumerate().for_each(|(row, v)| add(row, v.map_or(2, |v| mix((v + 0.0).to_bits() ^ 3))));
        } else {
            column.i64()?.iter().enumerate().for_each(|(row, v)| add(row, v.map_or(4, |v| mix(v.cast_unsigned() ^ 5))));
        }
    }
    Ok(keys)
}

/// FNV-1a.
fn bytes(text: &[u8]) -> u64 {
    text.iter().fold(0xcbf2_9ce4_8422_2325, |hash, b| (hash ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_table_are_what_the_whole_is() {
        let texts = |text: fn(usize) -> String| (0..90).map(text).collect::<Vec<_>>();
        let data = DataFrame::new(
            90,
            vec![
                Series::new("amount".into(), texts(|i| if i % 9 == 0 { "-".into() } else { format!("{},{}", i * 31, i % 10) })),
                Series::new("day".into(), texts(|i| format!("{:02}.{:02}.2024", 1 + i % 28, 1 + i % 12))),
                Series::new("plan".into(), texts(|i| [" basic", "gold ", "n/a"][i % 3].into())),
                Series::new("weight".into(), texts(|i| format!("{}", i % 4))),
                Series::new("shop".into(), texts(|i| if i % 7 == 0 { String::new() } else { format!("s{}", i % 11) })),
                Series::new(
                    "y".into(),
                    texts(|i| ["no", "yes", "?"][usize::from(i % 5 == 0) + usize::from(i % 20 == 0)].into()),
                ),
            ],
        )
        .unwrap();
        let mut config = crate::config::Config::default();
        config.target.column = "y".into();
        config.columns.weight = Some("weight".into());
        config.columns.group = Some("shop".into());
        let clean = config.clean();
        let session = crate::pipeline::Session::silent();
        let table = Table::new(data, "t.csv");
        let whole = crate::pipeline::Pipeline::run(&clean, table.clone(), &session.context()).unwrap();
        let mut sums = std::collections::BTreeMap::new();
        let (mut rows, mut truth, mut weights): (Vec<usize>, Option<crate::data::Truth>, Vec<f64>) = (vec![], None, vec![]);
        let mut frames: Option<DataFrame> = None;
        for first in (0..90).step_by(35) {
            let data = table.data.slice(i64::try_from(first).unwrap(), 35);
            let part = Table { data, rows: crate::data::Rows { first, ..table.rows.clone() }, test_from: None };
            let Part { frame, keys } = clean.part(&whole.schema, &part).unwrap();
            assert_eq!(keys.len(), frame.height());
            rows.extend(&frame.rows);
            weights.extend(frame.weights.unwrap());
            match (&mut truth, frame.truth.unwrap()) {
                (None, first) => truth = Some(first),
                (Some(all), next) => all.extend(next),
            }
            match &mut frames {
                None => frames = Some(frame.data),
                Some(all) => _ = all.vstack_mut(&frame.data).unwrap(),
            }
            frame.counts.into_iter().for_each(|c| *sums.entry((c.rule, c.column)).or_insert(0) += c.count);
        }
        assert!(frames.unwrap().equals_missing(&whole.data));
        assert_eq!((rows, truth, Some(weights)), (whole.rows, whole.truth, whole.weights));
        let counted: std::collections::BTreeMap<_, _> =
            whole.counts.into_iter().map(|c| ((c.rule, c.column), c.count)).collect();
        assert_eq!(sums, counted);
        assert_eq!(sums[&(crate::clean::NO_GROUP.to_owned(), Some("shop".to_owned()))], 13);
    }

    #[test]
    fn equal_rows_have_equal_keys_and_others_do_not() {
        let a = Series::new("a".into(), [Some("x"), Some("x"), None, Some("")]);
        let b = Series::new("b".into(), [Some(0.0), Some(-0.0), Some(1.0), None]);
        let c = Series::new("c".into(), [Some(7_i64), Some(7), Some(7), Some(0)]);
        let found = keys(&[a.clone(), b.clone(), c.clone()], 4).unwrap();
        assert_eq!(found[0], found[1]);
        assert_eq!(found.iter().collect::<std::collections::HashSet<_>>().len(), 3);
        // Values that change places make another row.
        assert_ne!(keys(&[b, a, c], 4).unwrap()[0], found[0]);
    }
}
