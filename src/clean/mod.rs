//! From a table as read to a frame of typed columns.
//!
//! A rule here looks at one row at a time, or at the keys that make two rows equal. Only the columns' types are
//! decided over the whole file. Whatever else is estimated over rows (constant or mostly missing columns, outliers,
//! rare levels) is learned on training rows by the normalizer.

mod cells;
mod config;
mod duplicates;
mod infer;
mod target;
mod values;

pub use config::{
    CleanConfig, ColumnsConfig, ConstantColumns, Duplicates, MissingTarget, NULL_VALUES, Outliers, TargetConfig, TaskChoice,
};

use std::sync::Arc;

use polars::prelude::{Column as Series, DataFrame};

use crate::data::{Column, ColumnHealth, Frame, Kind, Role, RuleCount, Schema, Table, Truth};
use crate::error::{CleanError, Result, did_you_mean};
use crate::pipeline::{Context, Pipeline, Warning};
use cells::{Cells, Dialect};
use duplicates::Classes;

/// Decides the schema of a table and cleans it.
#[derive(Clone, Debug)]
pub struct Clean {
    pub target: TargetConfig,
    pub columns: ColumnsConfig,
    pub rules: CleanConfig,
    /// Texts that mean "missing", besides the empty one.
    pub null_values: Vec<String>,
    pub decimal_comma: bool,
    /// Column that names the fold of each row, where the split is by column.
    pub fold_column: Option<String>,
}

/// Cleans a table to a schema that is already known, as for new rows to predict.
#[derive(Clone, Debug)]
pub struct Conform {
    pub schema: Arc<Schema>,
}

impl Pipeline for Clean {
    type Input = Table;
    type Output = Frame;

    fn name(&self) -> &'static str {
        "clean"
    }

    fn run(&self, table: Table, cx: &Context<'_>) -> Result<Frame> {
        self.known_columns(&table)?;
        let dialect = Dialect { null_values: &self.null_values, trim: self.rules.trim, decimal_comma: self.decimal_comma };
        let training = table.test_from.unwrap_or(table.height());
        let (mut columns, mut data, mut others, mut health, mut counts) = (vec![], vec![], vec![], vec![], vec![]);
        let mut target = None;
        for series in table.data.columns() {
            cx.check()?;
            let cells = Cells::read(series, &dialect, &table.rows.source)?;
            count_text(&cells, series.name(), &mut counts);
            if series.name().as_str() == self.target.column {
                let (column, found, truth) = target::read(&self.target, &cells, &dialect, training, &table.rows)?;
                let labels: Vec<Option<String>> = (0..cells.len()).map(|row| cells.label(row, column.whole)).collect();
                let text = Series::new(series.name().clone(), labels);
                health.push(cells.health(&column, Role::Target, &text));
                others.push(text);
                columns.push(column);
                target = Some((found, truth));
                continue;
            }
            let column = self.column(series.name(), &cells, training, &dialect);
            let typed = cells.typed(&column, &dialect);
            self.odd_values(&column, &typed, &table, &mut counts, cx)?;
            health.push(cells.health(&column, column.role, &typed.series));
            if learned_from(&column) {
                data.push(typed.series)
            } else {
                others.push(typed.series)
            }
            columns.push(column);
        }
        let (target, truth) = target.ok_or_else(|| self.missing(&self.target.column, &table))?;
        let schema = Arc::new(Schema {
            columns,
            target,
            null_values: self.null_values.clone(),
            trim: self.rules.trim,
            decimal_comma: self.decimal_comma,
        });
        self.frame(&table, schema, data, &others, truth, health, counts)
    }
}

impl Clean {
    /// Every column that the settings name must be there.
    fn known_columns(&self, table: &Table) -> Result<(), CleanError> {
        let c = &self.columns;
        let lists = c.id.iter().chain(c.ignore.iter().filter(|n| !n.ends_with('*'))).chain(&c.sensitive).chain(c.types.keys());
        let singles = [&c.weight, &c.group, &c.time, &self.fold_column].into_iter().flatten();
        let named = std::iter::once(&self.target.column).chain(lists).chain(singles);
        for name in named {
            if table.data.column(name).is_err() {
                return Err(self.missing(name, table));
            }
        }
        Ok(())
    }

    #[expect(clippy::unused_self, reason = "reads as a question to the stage")]
    fn missing(&self, name: &str, table: &Table) -> CleanError {
        missing_column(name, &table.data, &table.rows.source)
    }

    /// What a column is and what it is for: the settings first, then the guess.
    fn column(&self, name: &str, cells: &Cells, rows: usize, dialect: &Dialect<'_>) -> Column {
        let c = &self.columns;
        let is = |setting: &Option<String>| setting.as_deref() == Some(name);
        let listed = |list: &[String]| {
            list.iter().any(|n| n == name || n.strip_suffix('*').is_some_and(|start| name.starts_with(start)))
        };
        let guess = c.types.get(name).map_or_else(|| cells.guess(name, rows, dialect), |kind| cells.of_kind(*kind, rows));
        let (role, why) = if c.id.iter().any(|n| n == name) {
            (Role::Id, "named in [columns] id")
        } else if is(&self.fold_column) {
            (Role::Fold, "named in [validate] column")
        } else if is(&c.weight) {
            (Role::Weight, "named in [columns] weight")
        } else if is(&c.group) {
            (Role::Group, "named in [columns] group")
        } else if is(&c.time) {
            (Role::Time, "named in [columns] time")
        } else if listed(&c.ignore) {
            (Role::Ignored, "named in [columns] ignore")
        } else if listed(&c.sensitive) {
            (Role::Ignored, "named in [columns] sensitive")
        } else if guess.id && !c.types.contains_key(name) {
            (Role::Id, "")
        } else if guess.kind == Kind::Text {
            (Role::Ignored, "text is not learned from")
        } else {
            (Role::Feature, "")
        };
        let reason = if why.is_empty() { guess.reason } else { format!("{}; {why}", guess.reason) };
        Column {
            name: name.to_owned(),
            kind: guess.kind,
            role,
            reason,
            format: guess.format.map(str::to_owned),
            whole: guess.whole,
        }
    }

    /// Values that do not fit their column's type: an error where the user named the type, else counted.
    fn odd_values(
        &self,
        column: &Column,
        typed: &cells::Typed,
        table: &Table,
        counts: &mut Vec<RuleCount>,
        cx: &Context<'_>,
    ) -> Result<(), CleanError> {
        let Some((row, seen)) = &typed.first_odd else { return Ok(()) };
        if self.columns.types.contains_key(&column.name) {
            let (origin, name) = (table.rows.source.clone(), column.name.clone());
            return Err(CleanError::Value {
                origin,
                column: name,
                row: row + 1,
                seen: seen.clone(),
                expected: kind_name(column.kind),
            });
        }
        cx.warn(odd_warning(column, typed.odd, row + 1, seen));
        counts.push(RuleCount {
            rule: format!("not a {}, taken as missing", kind_name(column.kind)),
            column: Some(column.name.clone()),
            count: typed.odd,
        });
        Ok(())
    }

    /// Drops rows without target and duplicates, and gathers what the split needs to know.
    #[expect(clippy::too_many_arguments, reason = "the pieces that make a frame, used once")]
    fn frame(
        &self,
        table: &Table,
        schema: Arc<Schema>,
        data: Vec<Series>,
        others: &[Series],
        truth: (Truth, Vec<bool>),
        health: Vec<ColumnHealth>,
        mut counts: Vec<RuleCount>,
    ) -> Result<Frame> {
        let rows = table.height();
        let find = |role| {
            let column = schema.with_role(role).next()?;
            data.iter().chain(others).find(|s| s.name().as_str() == column.name)
        };
        let (truth, known) = truth;
        let mut keep = known;
        let without = keep.iter().filter(|k| !**k).count();
        if without > 0 && self.rules.missing_target == MissingTarget::Error {
            let message = format!("{without} rows have no value; set [clean] missing_target = \"drop\" to leave them out");
            return Err(CleanError::Target { column: schema.target.name.clone(), message }.into());
        }
        counts.push(RuleCount { rule: "no target value, row dropped".into(), column: None, count: without });

        let mut classes = Classes::new(rows);
        data.iter().for_each(|series| classes.refine(series));
        // Where most rows have a twin, as with three columns of few levels, twins are not copies of one case: keeping
        // them together would leave too few units to divide.
        let twins = if 2 * classes.count() >= rows { classes.numbers().to_vec() } else { (0..).take(rows).collect() };
        let units = find(Role::Group).map_or(twins, |group| {
            let mut groups = Classes::new(rows);
            groups.refine(group);
            groups.numbers().to_vec()
        });
        others.iter().for_each(|series| classes.refine(series));
        // The test source is left whole: it is judged by, not learned from.
        let training = table.test_from.unwrap_or(rows);
        let repeated: Vec<bool> = classes.repeated().into_iter().enumerate().map(|(row, r)| r && row < training).collect();
        let count = repeated.iter().filter(|r| **r).count();
        let ids = schema.with_role(Role::Id).next().is_some();
        let drop = match self.rules.drop_duplicates {
            Duplicates::Auto => ids,
            Duplicates::Drop => true,
            Duplicates::Keep => false,
        };
        if drop {
            keep.iter_mut().zip(&repeated).for_each(|(keep, repeated)| *keep &= !repeated);
        }
        let rule = if drop { "equal to an earlier row, row dropped" } else { "equal to an earlier row, kept" };
        counts.push(RuleCount { rule: rule.into(), column: None, count });

        let kept: Vec<usize> = (0..rows).filter(|row| keep[*row]).collect();
        if kept.is_empty() {
            let reason = if rows == 0 {
                "the source is empty".into()
            } else {
                format!("{without} of {rows} have no value in \"{}\"", schema.target.name)
            };
            return Err(CleanError::NoRows { origin: table.rows.source.clone(), reason }.into());
        }
        counts.retain(|c| c.count > 0);
        let height = if data.is_empty() { rows } else { data[0].len() };
        let frame = Frame {
            data: DataFrame::new(height, data.clone())?,
            truth: Some(truth),
            rows: (0..rows).map(|row| row + table.rows.first).collect(),
            weights: find(Role::Weight).map(|s| weights(s, table)).transpose()?,
            units,
            time: find(Role::Time).map(|s| ranks(s, table)).transpose()?,
            test: (0..rows).map(|row| row >= training).collect(),
            folds: find(Role::Fold).map(|s| texts(s)),
            counts: Vec::new(),
            health: Vec::new(),
            schema,
        };
        Ok(Frame { counts, health, ..frame.take(&kept) })
    }
}

impl Pipeline for Conform {
    type Input = Table;
    type Output = Frame;

    fn name(&self) -> &'static str {
        "clean"
    }

    /// Every row stays, in order; the target is read where it is there.
    fn run(&self, table: Table, cx: &Context<'_>) -> Result<Frame> {
        let schema = &self.schema;
        let dialect = Dialect { null_values: &schema.null_values, trim: schema.trim, decimal_comma: schema.decimal_comma };
        let mut data = Vec::new();
        for column in schema.columns.iter().filter(|c| learned_from(c)) {
            let series =
                table.data.column(&column.name).map_err(|_| missing_column(&column.name, &table.data, &table.rows.source))?;
            let typed = Cells::read(series, &dialect, &table.rows.source)?.typed(column, &dialect);
            if let Some((row, seen)) = &typed.first_odd {
                cx.warn(odd_warning(column, typed.odd, table.rows.first + row + 1, seen));
            }
            data.push(typed.series);
        }
        let rows = table.height();
        let truth = match table.data.column(&schema.target.name) {
            Ok(series) => target::known(schema, &Cells::read(series, &dialect, &table.rows.source)?, &dialect),
            Err(_) => None,
        };
        Ok(Frame {
            schema: Arc::clone(schema),
            data: DataFrame::new(rows, data)?,
            truth,
            rows: (0..rows).map(|row| row + table.rows.first).collect(),
            weights: None,
            units: (0..u32::try_from(rows).unwrap_or(u32::MAX)).collect(),
            time: None,
            test: vec![true; rows],
            folds: None,
            counts: Vec::new(),
            health: Vec::new(),
        })
    }
}

/// Whether the network sees a column: features, and the moment itself where rows are ordered in time.
fn learned_from(column: &Column) -> bool {
    column.role == Role::Feature || (column.role == Role::Time && column.kind == Kind::Date)
}

/// The word for a kind in messages.
const fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Number => "number",
        Kind::Category => "category",
        Kind::Date => "date",
        Kind::Text => "text",
        Kind::Bool => "yes or no",
    }
}

fn odd_warning(column: &Column, count: usize, row: usize, seen: &str) -> Warning {
    let message = format!(
        "{count} values of \"{}\" are not a {} and are taken as missing, the first in row {row}: {seen:?}",
        column.name,
        kind_name(column.kind)
    );
    Warning::new("odd_value", message).column(&column.name).row(row).count(count)
}

fn missing_column(name: &str, data: &DataFrame, origin: &str) -> CleanError {
    let names: Vec<&str> = data.get_column_names().into_iter().map(polars::prelude::PlSmallStr::as_str).collect();
    let shown = names.iter().take(20).map(|n| format!("\"{n}\"")).collect::<Vec<_>>().join(", ");
    let more = if names.len() > 20 { format!(" and {} more", names.len() - 20) } else { String::new() };
    let hint = did_you_mean(name, names.iter().copied());
    CleanError::MissingColumn { origin: origin.into(), name: name.into(), hint, columns: shown + &more }
}

fn count_text(cells: &Cells, name: &str, counts: &mut Vec<RuleCount>) {
    if let Cells::Text { trimmed, nulls, .. } = cells {
        let mut push = |rule: &str, count| counts.push(RuleCount { rule: rule.into(), column: Some(name.into()), count });
        push("spaces around text removed", *trimmed);
        push("blank or marker of a missing value", *nulls);
    }
}

fn texts(series: &Series) -> Vec<String> {
    series.str().map(|s| s.iter().map(|v| v.unwrap_or_default().to_owned()).collect()).unwrap_or_default()
}

fn weights(series: &Series, table: &Table) -> Result<Vec<f64>> {
    let bad = |row: usize, seen: String| CleanError::Value {
        origin: table.rows.source.clone(),
        column: series.name().to_string(),
        row: row + 1,
        seen,
        expected: "weight of 0 or more",
    };
    let numbers = series.cast(&polars::prelude::DataType::Float64)?;
    let mut weights = Vec::with_capacity(numbers.len());
    for (row, value) in numbers.f64()?.iter().enumerate() {
        match value {
            Some(v) if v >= 0.0 => weights.push(v),
            other => return Err(bad(row, other.map_or_else(|| "a missing value".into(), |v| v.to_string())).into()),
        }
    }
    Ok(weights)
}

/// The order of the rows in time: the moment, or for numbers and text their rank.
fn ranks(series: &Series, table: &Table) -> Result<Vec<i64>> {
    let missing = |row: usize| CleanError::Value {
        origin: table.rows.source.clone(),
        column: series.name().to_string(),
        row: row + 1,
        seen: String::new(),
        expected: "moment in time",
    };
    let key = |row: usize, value: Option<String>| value.ok_or_else(|| missing(row));
    if let Ok(moments) = series.i64() {
        return moments.iter().enumerate().map(|(row, v)| v.ok_or_else(|| missing(row).into())).collect();
    }
    if let Ok(numbers) = series.f64() {
        let mut sorted: Vec<f64> = numbers.iter().flatten().collect();
        sorted.sort_by(f64::total_cmp);
        sorted.dedup();
        let rank = |v: f64| i64::try_from(sorted.partition_point(|s| *s < v)).unwrap_or(i64::MAX);
        return numbers.iter().enumerate().map(|(row, v)| v.map(rank).ok_or_else(|| missing(row).into())).collect();
    }
    // Codes such as 0..24 order by their number, text by its letters.
    let text = series.str()?;
    let whole = text.iter().flatten().all(|v| values::number(v, false).is_some());
    let mut sorted: Vec<&str> = text.iter().flatten().collect();
    sorted.sort_by(|a, b| {
        if whole {
            values::number(a, false).partial_cmp(&values::number(b, false)).unwrap_or(std::cmp::Ordering::Equal)
        } else {
            a.cmp(b)
        }
    });
    sorted.dedup();
    let rank: std::collections::HashMap<&str, i64> = sorted.into_iter().zip(0..).collect();
    text.iter()
        .enumerate()
        .map(|(row, v)| key(row, v.map(str::to_owned)).map(|v| rank[v.as_str()]).map_err(Into::into))
        .collect()
}
