//! From a table as read to a frame of typed columns.
//!
//! A rule here looks at one row at a time, or at the keys that make two rows equal. Only the columns' types are
//! decided over the whole file. Whatever else is estimated over rows (constant or mostly missing columns, outliers,
//! rare levels) is learned on training rows by the normalizer.

mod amounts;
mod cells;
mod codes;
mod compact;
mod config;
mod conform;
mod dates;
mod doubt;
mod duplicates;
mod infer;
mod levels;
mod months;
mod number;
mod order;
mod part;
mod positive;
mod roles;
mod special;
mod target;
mod texts;
mod typed;
mod unread;
mod values;

pub use amounts::amounts;
pub use cells::trim;
pub use config::{
    CleanConfig, ColumnsConfig, ConstantColumns, Duplicates, MissingTarget, NULL_VALUES, Outliers, TargetConfig, TaskChoice,
};
pub use conform::Conform;
pub use order::Order;
pub use part::{Part, keys};
pub use typed::{Types, Watched};
pub use values::soft_null;

use std::collections::BTreeMap;
use std::sync::Arc;

use polars::prelude::{Column as Series, DataFrame, PlSmallStr, StringChunked};

use crate::data::{Column, ColumnHealth, Frame, Kind, Role, Rows, RuleCount, Schema, Table, Target, Truth, Unusual};
use crate::error::{CleanError, Result, plural, verb};
use crate::pipeline::{Context, Pipeline, Warning, parallel};
use cells::{Cells, Dialect, Typed};
use duplicates::Classes;
use infer::{Guess, Habits};
use roles::Roles;

/// The rule that counts equal rows which stay.
pub const KEPT_DUPLICATES: &str = "equal to an earlier row, kept";
const TRIMMED: &str = "spaces around text removed";
const NULLS: &str = "blank or marker of a missing value";
const MARKERS: &str = "marker of a missing value among numbers or dates";
const NO_TARGET: &str = "no target value, row dropped";
/// Rule of rows whose group is not known: to part them could part a group.
const NO_GROUP: &str = "no value to group by, these rows kept together";

/// Decides the schema of a table and cleans it.
#[derive(Clone, Debug)]
pub struct Clean {
    pub target: TargetConfig,
    pub columns: ColumnsConfig,
    pub rules: CleanConfig,
    /// Texts that mean "missing", besides the empty one.
    pub null_values: Vec<String>,
    /// What stands before decimals, where the user says so.
    pub decimal: Option<char>,
    /// Column that names the fold of each row, where the split is by column.
    pub fold_column: Option<String>,
    /// What rows beyond those at hand tell of the order of day and month in a column.
    pub orders: BTreeMap<String, Order>,
}

/// Columns that are read at a time.
const TOGETHER: usize = 1 << 12;

impl Pipeline for Clean {
    type Input = Table;
    type Output = Frame;

    fn name(&self) -> &'static str {
        "clean"
    }

    fn run(&self, table: Table, cx: &Context<'_>) -> Result<Frame> {
        let roles = Roles::new(&self.target.column, &self.columns, self.fold_column.as_deref(), &table);
        roles.check(&table)?;
        let file_decimal = if self.decimal.is_none() { file_decimal(&table.data) } else { None };
        let habits = Habits { decimal: self.decimal, file_decimal, day_first: self.rules.day_first };
        let dialect = Dialect { null_values: &self.null_values, trim: self.rules.trim, habits, numbered: true };
        let training = table.test_from.unwrap_or(table.height());
        let mut cleaned = Cleaned::default();
        // Each column by itself, on all threads; what was found is told in the order of the columns.
        // What is known of a column takes far more room than two values: of a million columns, only some are on their way.
        for columns in table.data.columns().chunks(TOGETHER) {
            let read = parallel(cx.threads(), columns.len(), |i| {
                cx.check()?;
                Ok(self.column(&columns[i], roles, &dialect, training, &table.rows))
            })?;
            for (series, read) in columns.iter().zip(read) {
                cx.check()?;
                let Some(Read { column, guess, typed, health, trimmed, nulls, missing }) = read? else {
                    let cells = Cells::read(series, &dialect, &table.rows.source)?;
                    cleaned.count_text(&cells, series.name());
                    let (column, found, truth) = target::read(&self.target, &cells, &dialect, training, &table.rows, cx)?;
                    let labels = cells.labelled(series.name(), column.whole);
                    let health = cells::health(&column, &labels);
                    cleaned.add(column, labels, health);
                    cleaned.target = Some((found, truth));
                    continue;
                };
                cleaned.count(TRIMMED, Some(&column.name), trimmed);
                cleaned.count(NULLS, Some(&column.name), nulls);
                self.tell(&column, &guess, cx);
                let marked = typed.series.null_count().saturating_sub(typed.odd + missing);
                cleaned.count(MARKERS, Some(&column.name), marked);
                if column.role != Role::Ignored {
                    cleaned.unusual.extend(self.misfit(&column, &typed, &table.rows, cx)?);
                }
                cleaned.add(column, typed.series, health);
            }
        }
        self.frame(&table, cleaned, habits)
    }
}

/// What one column came to.
struct Read {
    column: Column,
    guess: Guess,
    typed: Typed,
    health: ColumnHealth,
    trimmed: usize,
    nulls: usize,
    /// Values that were missing before any type was known.
    missing: usize,
}

/// What the columns came to, before rows are dropped.
#[derive(Default)]
struct Cleaned {
    columns: Vec<Column>,
    /// Columns learned from.
    data: Vec<Series>,
    /// All others.
    others: Vec<Series>,
    health: Vec<ColumnHealth>,
    counts: Vec<RuleCount>,
    unusual: Vec<Unusual>,
    /// The target, the value of every row, and whether it has one.
    target: Option<(Target, (Truth, Vec<bool>))>,
}

impl Cleaned {
    fn add(&mut self, column: Column, series: Series, health: ColumnHealth) {
        self.health.push(health);
        if learned_from(&column) {
            self.data.push(series);
        } else {
            self.others.push(series);
        }
        self.columns.push(column);
    }

    fn count_text(&mut self, cells: &Cells<'_>, name: &str) {
        let (trimmed, nulls) = cells.touched();
        self.count(TRIMMED, Some(name), trimmed);
        self.count(NULLS, Some(name), nulls);
    }

    fn count(&mut self, rule: &str, column: Option<&str>, count: usize) {
        if count > 0 {
            self.counts.push(RuleCount { rule: rule.into(), column: column.map(str::to_owned), count });
        }
    }

    fn with_role(&self, role: Role) -> Option<&Series> {
        let column = self.columns.iter().find(|c| c.role == role)?;
        self.data.iter().chain(&self.others).find(|s| s.name().as_str() == column.name)
    }
}

impl Clean {
    /// Decides the type of one column by its first `training` rows, and reads it; `None` for the target.
    fn column(
        &self,
        series: &Series,
        roles: Roles<'_>,
        dialect: &Dialect<'_>,
        training: usize,
        rows: &Rows,
    ) -> Result<Option<Read>> {
        if series.name().as_str() == self.target.column {
            return Ok(None);
        }
        let cells = Cells::read(series, dialect, &rows.source)?;
        let order = self.orders.get(series.name().as_str()).and_then(|order| order.day_first());
        let habits = Habits { day_first: dialect.habits.day_first.or(order), ..dialect.habits };
        let (column, guess) = roles.column(series.name(), &cells, training, &Dialect { habits, ..dialect.clone() });
        let typed = cells.typed(&column, dialect);
        let health = cells::health(&column, &typed.series);
        let (trimmed, nulls) = cells.touched();
        Ok(Some(Read { column, guess, typed, health, trimmed, nulls, missing: cells.missing() }))
    }

    /// What the user should know of the way a column is read.
    fn tell(&self, column: &Column, guess: &Guess, cx: &Context<'_>) {
        let name = &column.name;
        if column.role == Role::Ignored {
            if guess.kind == Kind::Text && !self.columns.ignore.contains(name) {
                let message = format!("\"{name}\" is not learned from: {}", guess.reason);
                cx.warn(Warning::new("text_column", message).column(name));
                doubts(name, guess).into_iter().for_each(|doubt| cx.warn(doubt));
            }
            return;
        }
        doubts(name, guess).into_iter().for_each(|doubt| cx.warn(doubt));
    }

    /// Values that do not fit their column's type are counted and told; more than a few where the user named the type
    /// are an error.
    fn misfit(&self, column: &Column, typed: &Typed, rows: &Rows, cx: &Context<'_>) -> Result<Option<Unusual>, CleanError> {
        let Some((row, seen)) = &typed.first_odd else { return Ok(None) };
        let row = rows.number(*row) + 1;
        if self.columns.types.contains_key(&column.name)
            && !infer::nearly_all(typed.series.len() - typed.odd, typed.series.len())
        {
            let (origin, name) = (rows.source.clone(), column.name.clone());
            return Err(CleanError::Value { origin, column: name, row, seen: seen.clone(), expected: kind_name(column.kind) });
        }
        cx.warn(odd_values(column, typed.odd, row, seen));
        Ok(conform::misfit(column, typed, rows))
    }

    /// Drops rows without target and duplicates, and gathers what the split needs to know.
    fn frame(&self, table: &Table, mut cleaned: Cleaned, habits: Habits) -> Result<Frame> {
        let origin = &table.rows.source;
        let Some((target, (truth, mut keep))) = cleaned.target.take() else {
            return Err(missing_column(&self.target.column, &table.data, origin).into());
        };
        if cleaned.data.is_empty() {
            return Err(CleanError::NoFeatures { origin: origin.clone(), reason: left_out(&cleaned.columns) }.into());
        }
        let rows = table.height();
        let without = keep.iter().filter(|k| !**k).count();
        if without > 0 && self.rules.missing_target == MissingTarget::Error {
            let message = no_target(without);
            return Err(CleanError::Target { column: target.name, message }.into());
        }
        cleaned.count(NO_TARGET, None, without);
        let units = self.duplicates(table, &mut cleaned, &mut keep);
        let kept: Vec<usize> = (0..rows).filter(|row| keep[*row]).collect();
        if kept.is_empty() {
            let reason =
                if rows == 0 { "the source is empty".into() } else { format!("none has a value in \"{}\"", target.name) };
            return Err(CleanError::NoRows { origin: origin.clone(), reason }.into());
        }
        let training = table.test_from.unwrap_or(rows);
        let weights = cleaned.with_role(Role::Weight).map(|s| special::weights(s, &table.rows)).transpose()?;
        let time = cleaned.with_role(Role::Time).map(|s| special::ranks(s, &table.rows)).transpose()?;
        let folds = cleaned.with_role(Role::Fold).map(|s| special::folds(s, &table.rows)).transpose()?;
        let frame = Frame {
            schema: Arc::new(Schema {
                columns: cleaned.columns,
                target,
                null_values: self.null_values.clone(),
                trim: self.rules.trim,
                decimal_comma: habits.comma(),
                names: crate::data::NameIndex::default(),
            }),
            data: DataFrame::new(rows, cleaned.data)?,
            truth: Some(truth),
            rows: (0..rows).map(|row| table.rows.number(row)).collect(),
            weights,
            units,
            time,
            ordered: false,
            test: (0..rows).map(|row| row >= training).collect(),
            folds,
            counts: Vec::new(),
            unusual: Vec::new(),
            health: Vec::new(),
        };
        let frame = if kept.len() == rows { frame } else { frame.take(&kept) };
        Ok(Frame { counts: cleaned.counts, unusual: cleaned.unusual, health: cleaned.health, ..frame })
    }

    /// Finds equal rows: drops them from `keep` where that is asked for, and returns the unit of every row.
    fn duplicates(&self, table: &Table, cleaned: &mut Cleaned, keep: &mut [bool]) -> Vec<u32> {
        let rows = table.height();
        let mut classes = Classes::new(rows);
        cleaned.data.iter().for_each(|series| classes.refine(series));
        // Where a row stands more than five times on average, as with three columns of few levels, equal rows are not
        // copies of one case: keeping them together would leave too few units to divide.
        let twins = if 5 * classes.count() >= rows { classes.numbers().to_vec() } else { (0..).take(rows).collect() };
        let group = cleaned.with_role(Role::Group).map(|group| (group.name().to_string(), group.null_count()));
        let units = cleaned.with_role(Role::Group).map_or(twins, |group| {
            let mut groups = Classes::new(rows);
            groups.refine(group);
            groups.numbers().to_vec()
        });
        if let Some((name, without)) = group {
            cleaned.count(NO_GROUP, Some(&name), without);
        }
        cleaned.others.iter().for_each(|series| classes.refine(series));
        // The test source is left whole: it is judged by, not learned from.
        let training = table.test_from.unwrap_or(rows);
        let repeated: Vec<bool> = classes.repeated().into_iter().enumerate().map(|(row, r)| r && row < training).collect();
        let count = repeated.iter().filter(|r| **r).count();
        let drop = match self.rules.drop_duplicates {
            Duplicates::Auto => cleaned.columns.iter().any(|c| c.role == Role::Id),
            Duplicates::Drop => true,
            Duplicates::Keep => false,
        };
        if drop {
            keep.iter_mut().zip(&repeated).for_each(|(keep, repeated)| *keep &= !repeated);
        }
        let rule = if drop { "equal to an earlier row, row dropped" } else { KEPT_DUPLICATES };
        cleaned.count(rule, None, count);
        units
    }
}

/// Why nothing is left to learn from: what became of every column but the target.
fn left_out(columns: &[Column]) -> String {
    const SHOWN: usize = 3;
    let others: Vec<&Column> = columns.iter().filter(|c| c.role != Role::Target).collect();
    if others.is_empty() {
        return "it has no other column than the target".to_owned();
    }
    let part = |column: &Column| if column.role == Role::Id { "an id: " } else { "" };
    let shown: Vec<String> = others.iter().take(SHOWN).map(|c| format!("\"{}\" ({}{})", c.name, part(c), c.reason)).collect();
    let more = if others.len() > SHOWN { format!(" and {} more", others.len() - SHOWN) } else { String::new() };
    let shown = shown.join(", ");
    format!("beside the target stand only {shown}{more}; to learn from one all the same, set its type in [columns.type]")
}

/// Whether the network sees a column: features, and the moment itself where rows are ordered in time.
fn learned_from(column: &Column) -> bool {
    column.role == Role::Feature || (column.role == Role::Time && column.kind == Kind::Date)
}

/// What the user should know of a guess that could be wrong.
fn doubts(name: &str, guess: &Guess) -> Vec<Warning> {
    let mut doubts = Vec::new();
    if guess.swappable {
        let message =
            format!("\"{name}\": {}; day and month could also be the other way round; set [clean] day_first", guess.reason);
        doubts.push(Warning::new("date_order", message).column(name));
    }
    doubts.extend(guess.doubt.as_ref().map(|doubt| doubt.told(name)));
    doubts
}

/// What is said of rows without a target value where they are not wanted.
fn no_target(rows: usize) -> String {
    let (have, them) = (verb(rows, "have"), if rows == 1 { "it" } else { "them" });
    format!("{} {have} no value; set [clean] missing_target = \"drop\" to leave {them} out", plural(rows, "row"))
}

/// Says that values do not fit the type of their column, the first of them in `row`, counted from 1.
fn odd_values(column: &Column, count: usize, row: usize, seen: &str) -> Warning {
    let (what, are) = (kind_name(column.kind), verb(count, "are"));
    let message = format!(
        "{} of \"{}\" {are} not a {what} and {are} taken as missing, the first in row {row}: {seen:?}",
        plural(count, "value"),
        column.name
    );
    Warning::new("odd_value", message).column(&column.name).row(row).count(count)
}

/// The mark before decimals that the columns of text agree on: by their first values, and where these tell nothing, as whole
/// numbers do, by those behind them.
fn file_decimal(data: &DataFrame) -> Option<char> {
    const SAMPLE: usize = 1000;
    const MORE: usize = 100;
    fn known(text: &StringChunked) -> impl Iterator<Item = &str> {
        text.iter().flatten().filter(|t| !t.is_empty())
    }
    fn first(text: &StringChunked) -> Vec<&str> {
        known(text).take(SAMPLE).collect()
    }
    fn late(text: &StringChunked) -> Vec<&str> {
        let mut values = first(text);
        if values.len() == SAMPLE && values.iter().take(MORE).all(|t| !t.starts_with(char::is_alphabetic)) {
            values.extend(known(text).skip(SAMPLE).filter(|t| number::tells_decimal(t)).take(MORE));
        }
        values
    }
    let texts: Vec<&StringChunked> = data.columns().iter().filter_map(|column| column.str().ok()).collect();
    let agreed = |values: fn(&StringChunked) -> Vec<&str>| number::file_decimal(texts.iter().map(|text| values(text)));
    agreed(first).or_else(|| agreed(late))
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

fn missing_column(name: &str, data: &DataFrame, origin: &str) -> CleanError {
    let names: Vec<&str> = data.get_column_names().into_iter().map(PlSmallStr::as_str).collect();
    CleanError::missing_column(name, &names, origin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decimal_comma_that_comes_late_tells_what_points_mean() {
        let texts = |name: &str, text: fn(usize) -> String| Series::new(name.into(), (0..3000).map(text).collect::<Vec<_>>());
        let thousands = texts("a", |i| format!("{}.{:03}", i % 9 + 1, i * 7 % 1000));
        let late = texts("b", |i| if i < 2000 { (i % 50).to_string() } else { format!("{},5", i % 50) });
        let whole = texts("b", |i| (i % 50).to_string());
        let read = |second: Series| file_decimal(&DataFrame::new(3000, vec![thousands.clone(), second]).unwrap());
        assert_eq!((read(late), read(whole)), (Some(','), None));
    }
}
