//! Rows told apart by the values of a column.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use polars::prelude::{Column as Series, DataFrame, DataType, IdxCa, NewChunkedArray, PlSmallStr};
use serde::{Deserialize, Serialize};

use crate::clean::Conform;
use crate::data::{Column, Kind, Role, Schema, Table, day};
use crate::error::{CleanError, Result};
use crate::metrics::quantile;
use crate::pipeline::{Context, Pipeline};
use crate::report::number;

/// A number with at most so many different values is told apart by each of them, one with more by its quartiles.
const LEVELS: usize = 8;
/// Most groups that are told apart; the smallest beyond them are one.
const GROUPS: usize = 60;
/// The name of rows without a value.
pub const MISSING: &str = "(missing)";

/// How the rows of a table are told apart by one of its columns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Grouper {
    /// How the column is read.
    pub column: Column,
    /// Bounds within, rising: a value belongs to the first that it is not above. Absent where each value is a group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cuts: Option<Vec<f64>>,
}

/// The group of each row by one column.
#[derive(Clone, Debug, PartialEq)]
pub struct Coded {
    pub column: String,
    /// Numbers by size, then texts by letters, then [`MISSING`]; every name is that of a row.
    pub names: Vec<String>,
    /// Which of the names, for every row.
    pub codes: Vec<u32>,
}

impl Grouper {
    /// Decides how chosen rows are told apart: numbers and dates with more than eight values by quartiles of these rows,
    /// everything else by its values.
    ///
    /// # Errors
    /// If the table has no such column.
    pub fn learn(name: &str, table: &Table, rows: &[usize], schema: &Schema, cx: &Context<'_>) -> Result<Self> {
        let column = readable(name, table, schema)?;
        let numbers = numbers(&typed(&column, table, rows, schema, cx)?)?;
        let cuts = numbers.and_then(|numbers| {
            let mut known: Vec<f64> = numbers.into_iter().flatten().collect();
            known.sort_unstable_by(f64::total_cmp);
            let largest = *known.last()?;
            let mut cuts: Vec<f64> = [0.25, 0.5, 0.75].iter().filter_map(|&share| quantile(&known, share)).collect();
            known.dedup();
            cuts.dedup();
            cuts.retain(|cut| *cut < largest);
            (known.len() > LEVELS).then_some(cuts)
        });
        Ok(Self { column, cuts })
    }

    /// The group of each of the rows, in their order.
    ///
    /// # Errors
    /// If the table has no such column.
    pub fn code(&self, table: &Table, rows: &[usize], schema: &Schema, cx: &Context<'_>) -> Result<Coded> {
        find(&self.column.name, table)?;
        let series = typed(&self.column, table, rows, schema, cx)?;
        let show = |value: f64| self.show(value);
        Ok(match (numbers(&series)?, &self.cuts) {
            (Some(numbers), Some(cuts)) => {
                let part = |value: f64| cuts.partition_point(|cut| *cut < value);
                let keys = numbers.into_iter().map(|v| v.map(|v| (part(v), String::new())));
                self.coded(keys, |&(part, _)| match (part.checked_sub(1).map(|p| cuts[p]), cuts.get(part)) {
                    (None, None) => "any value".into(),
                    (None, Some(high)) => format!("q1 up to {}", show(*high)),
                    (Some(low), Some(high)) => format!("q{} over {} to {}", part + 1, show(low), show(*high)),
                    (Some(low), None) => format!("q{} over {}", part + 1, show(low)),
                })
            }
            (Some(numbers), None) => {
                // Sorted as numbers, whatever their texts.
                let mut values: Vec<f64> = numbers.iter().flatten().copied().collect();
                values.sort_unstable_by(f64::total_cmp);
                values.dedup();
                let place = |value: f64| (values.partition_point(|known| *known < value), String::new());
                let keys = numbers.into_iter().map(|v| v.map(place));
                // Whole: two values that look alike when shortened are still two.
                let whole = |value: f64| if self.column.kind == Kind::Date { show(value) } else { value.to_string() };
                self.coded(keys, |&(place, _)| whole(values[place]))
            }
            (None, _) => {
                let text = series.cast(&DataType::String)?;
                let text = text.str()?;
                // Levels that are numbers in their order, before all others.
                let mut levels: Vec<&str> = text.iter().flatten().collect();
                levels.sort_unstable();
                levels.dedup();
                let size = |level: &str| level.parse::<f64>().ok().filter(|v| v.is_finite());
                levels.sort_by(|a, b| match (size(a), size(b)) {
                    (Some(a), Some(b)) => a.total_cmp(&b),
                    (a, b) => b.is_some().cmp(&a.is_some()),
                });
                let places: HashMap<&str, usize> = levels.iter().enumerate().map(|(i, level)| (*level, i)).collect();
                let keys = text.iter().map(|v| v.map(|v| (places[v], v.to_owned())));
                self.coded(keys, |(_, level)| level.clone())
            }
        })
    }

    fn show(&self, value: f64) -> String {
        #[expect(clippy::cast_possible_truncation, reason = "microseconds, which were whole before")]
        if self.column.kind == Kind::Date { day(value as i64) } else { number(value) }
    }

    fn coded(&self, keys: impl Iterator<Item = Option<(usize, String)>>, name: impl Fn(&(usize, String)) -> String) -> Coded {
        // Rows without a value come last.
        let keys: Vec<(bool, (usize, String))> = keys.map(|key| (key.is_none(), key.unwrap_or_default())).collect();
        let mut order: Vec<&(bool, (usize, String))> = keys.iter().collect();
        order.sort_unstable();
        order.dedup();
        let places: HashMap<&(bool, (usize, String)), u32> = order.iter().copied().zip(0..).collect();
        let names = order.iter().map(|(missing, key)| if *missing { MISSING.into() } else { name(key) }).collect();
        Coded { column: self.column.name.clone(), names, codes: keys.iter().map(|key| places[key]).collect() }
    }
}

/// Rows of a sample in groups.
#[derive(Clone, Debug, PartialEq)]
pub struct Partition {
    pub columns: Vec<String>,
    pub groups: Vec<Part>,
}

/// One group of rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// The value of each column.
    pub levels: Vec<String>,
    /// Positions in the sample, rising.
    pub rows: Vec<usize>,
    /// Whether it is what is left of too many groups, and so no group.
    pub rest: bool,
}

impl Partition {
    /// Rows with the same values in all the columns are a group; at most sixty are told apart, the largest.
    #[must_use]
    pub fn of(coded: &[&Coded]) -> Self {
        let rows = coded.first().map_or(0, |c| c.codes.len());
        let mut groups: BTreeMap<Vec<u32>, Vec<usize>> = BTreeMap::new();
        for row in 0..rows {
            groups.entry(coded.iter().map(|c| c.codes[row]).collect()).or_default().push(row);
        }
        let names = |key: &[u32]| key.iter().zip(coded).map(|(&code, c)| c.names[code as usize].clone()).collect();
        let mut parts: Vec<Part> =
            groups.iter().map(|(key, rows)| Part { levels: names(key), rows: rows.clone(), rest: false }).collect();
        if parts.len() > GROUPS {
            let mut sizes: Vec<usize> = (0..parts.len()).collect();
            sizes.sort_by_key(|&i| std::cmp::Reverse(parts[i].rows.len()));
            let large: std::collections::BTreeSet<usize> = sizes[..GROUPS].iter().copied().collect();
            let mut rest: Vec<usize> =
                (0..parts.len()).filter(|i| !large.contains(i)).flat_map(|i| parts[i].rows.clone()).collect();
            rest.sort_unstable();
            let name = format!("({} smaller groups)", parts.len() - GROUPS);
            parts = parts.into_iter().enumerate().filter(|(i, _)| large.contains(i)).map(|(_, part)| part).collect();
            parts.push(Part { levels: vec![name], rows: rest, rest: true });
        }
        Self { columns: coded.iter().map(|c| c.column.clone()).collect(), groups: parts }
    }
}

impl Part {
    /// What the group is called.
    #[must_use]
    pub fn name(&self) -> String {
        self.levels.join(" / ")
    }
}

/// The unit of every row by a column whose equal values belong together; rows without a value are units of their own.
///
/// # Errors
/// If the table has no such column.
pub fn units(name: &str, table: &Table, rows: &[usize], schema: &Schema, cx: &Context<'_>) -> Result<Vec<u32>> {
    let column = Column { kind: Kind::Category, ..readable(name, table, schema)? };
    let text = typed(&column, table, rows, schema, cx)?;
    let text = text.str()?;
    let mut seen: HashMap<&str, u32> = HashMap::new();
    let mut next = 0;
    let mut units = Vec::with_capacity(rows.len());
    for value in text.iter() {
        let unit = value.map_or(next, |value| *seen.entry(value).or_insert(next));
        next += u32::from(unit == next);
        units.push(unit);
    }
    Ok(units)
}

fn find<'a>(name: &str, table: &'a Table) -> Result<&'a Series> {
    Ok(table.data.column(name).map_err(|_| {
        let names: Vec<&str> = table.data.get_column_names().into_iter().map(PlSmallStr::as_str).collect();
        CleanError::missing_column(name, &names, &table.rows.source)
    })?)
}

/// How a column is read: as the model knows it, else as a number where all of its values are, else by its levels.
fn readable(name: &str, table: &Table, schema: &Schema) -> Result<Column> {
    let series = find(name, table)?;
    if let Some(column) = schema.column(name) {
        let kind = if matches!(column.kind, Kind::Number | Kind::Date) { column.kind } else { Kind::Category };
        return Ok(Column { kind, role: Role::Feature, ..column.clone() });
    }
    let is_null = |text: &str| text.is_empty() || schema.null_values.iter().any(|null| null == text);
    let numeric = series.dtype().is_primitive_numeric()
        || series.str().is_ok_and(|text| text.iter().flatten().all(|v| is_null(v.trim()) || v.trim().parse::<f64>().is_ok()));
    let kind = if numeric { Kind::Number } else { Kind::Category };
    Ok(Column { name: name.into(), kind, role: Role::Feature, reason: String::new(), format: None, whole: false })
}

/// Chosen rows of one column, read as the column says.
fn typed(column: &Column, table: &Table, rows: &[usize], schema: &Schema, cx: &Context<'_>) -> Result<Series> {
    #[expect(clippy::cast_possible_truncation, reason = "polars itself numbers rows with 32 bits")]
    let index = IdxCa::from_iter_values("".into(), rows.iter().map(|&row| row as u32));
    let series = find(&column.name, table)?.take(&index)?;
    let mut target = schema.target.clone();
    // The column may be the target: here it is read like any other.
    target.name.clear();
    let alone = Schema { columns: vec![column.clone()], target, ..schema.clone() };
    let part = Table::new(DataFrame::new(rows.len(), vec![series])?, &table.rows.source);
    let frame = Conform { schema: Arc::new(alone) }.run(part, cx)?;
    Ok(frame.column(&column.name)?.clone())
}

/// The values of a column of numbers or dates; nothing for one of texts.
fn numbers(series: &Series) -> Result<Option<Vec<Option<f64>>>> {
    Ok(match series.dtype() {
        DataType::String => None,
        _ => Some(series.cast(&DataType::Float64)?.f64()?.iter().map(|v| v.filter(|v| v.is_finite())).collect()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Target, Task};
    use crate::pipeline::Session;

    fn schema(columns: Vec<Column>) -> Schema {
        let target = Target { name: "y".into(), task: Task::Binary, labels: vec!["n".into(), "y".into()] };
        Schema {
            columns,
            target,
            null_values: vec!["?".into()],
            trim: true,
            decimal_comma: false,
            names: crate::data::NameIndex::default(),
        }
    }

    fn groups(values: &[&str], kind: Option<Kind>) -> (Vec<String>, Vec<u32>) {
        let table = Table::new(DataFrame::new(values.len(), vec![Series::new("c".into(), values)]).unwrap(), "t.csv");
        let known = |kind| Column {
            name: "c".into(),
            kind,
            role: Role::Ignored,
            reason: String::new(),
            format: (kind == Kind::Date).then(|| "%Y-%m-%d".to_owned()),
            whole: false,
        };
        let schema = schema(kind.map(known).into_iter().collect());
        let session = Session::silent();
        let (rows, cx): (Vec<usize>, _) = ((0..values.len()).collect(), session.context());
        let grouper = Grouper::learn("c", &table, &rows, &schema, &cx).unwrap();
        let coded = grouper.code(&table, &rows, &schema, &cx).unwrap();
        (coded.names, coded.codes)
    }

    #[test]
    fn texts_are_told_apart_by_level_and_gaps_come_last() {
        let (names, codes) = groups(&[" b", "a", "?", "b ", ""], Some(Kind::Category));
        assert_eq!(names, ["a", "b", MISSING]);
        assert_eq!(codes, [1, 0, 2, 1, 2]);
    }

    #[test]
    fn numbers_of_few_values_are_levels_in_their_order() {
        let (names, codes) = groups(&["10", "9", "1e1", "?"], None);
        assert_eq!(names, ["9", "10", MISSING]);
        assert_eq!(codes, [1, 0, 1, 2]);
        // As a category, too, they stand in the order of their size.
        assert_eq!(groups(&["10", "9", "x"], Some(Kind::Category)).0, ["9", "10", "x"]);
    }

    #[test]
    fn numbers_of_many_values_are_told_apart_by_quartiles() {
        let values: Vec<String> = (1..=41).map(|v| v.to_string()).collect();
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        let (names, codes) = groups(&values, Some(Kind::Number));
        assert_eq!(names, ["q1 up to 11", "q2 over 11 to 21", "q3 over 21 to 31", "q4 over 31"]);
        let count = |code| codes.iter().filter(|c| **c == code).count();
        assert_eq!([0, 1, 2, 3].map(count), [11, 10, 10, 10]);
        // Half of the rows share the smallest value: two quartiles are the same bound.
        let many: Vec<String> = (0..40).map(|v| (v - 20).max(0).to_string()).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(groups(&many, None).0.len(), 3);
    }

    #[test]
    fn dates_are_shown_as_days() {
        let values: Vec<String> = (1..=20).map(|day| format!("2024-03-{day:02}")).collect();
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        let (names, _) = groups(&values, Some(Kind::Date));
        assert_eq!(names.len(), 4);
        assert!(names[0].starts_with("q1 up to 2024-03-05"), "{names:?}");
    }

    #[test]
    fn too_many_groups_are_told_apart_by_the_largest() {
        let codes: Vec<u32> = (0..100).chain(40..100).collect();
        let names = (0..100).map(|i| format!("{i}")).collect();
        let partition = Partition::of(&[&Coded { column: "c".into(), names, codes }]);
        assert_eq!(partition.groups.len(), 61);
        let rest = partition.groups.last().unwrap();
        assert!(rest.rest && rest.rows.len() == 40 && rest.name() == "(40 smaller groups)", "{rest:?}");
        assert_eq!(partition.groups[0].rows.len(), 2);
    }

    #[test]
    fn a_column_that_is_not_there_is_named() {
        let table = Table::new(DataFrame::new(1, vec![Series::new("sex".into(), ["f"])]).unwrap(), "t.csv");
        let session = Session::silent();
        let error = Grouper::learn("sexx", &table, &[0], &schema(Vec::new()), &session.context()).unwrap_err();
        assert!(error.to_string().contains("did you mean \"sex\"?"), "{error}");
    }

    #[test]
    fn units_are_the_values_and_gaps_stand_alone() {
        let table = Table::new(DataFrame::new(5, vec![Series::new("g".into(), ["a", "", "a", "b", ""])]).unwrap(), "t.csv");
        let session = Session::silent();
        let found = units("g", &table, &[0, 1, 2, 3, 4], &schema(Vec::new()), &session.context()).unwrap();
        assert_eq!(found, [0, 1, 0, 2, 3]);
    }
}
