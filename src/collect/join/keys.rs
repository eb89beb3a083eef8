//! One table joined to another by key columns.

use std::collections::HashMap;

use polars::prelude::{Column, DataFrame, DataType, IdxCa, IdxSize, NamedFrom, PlSmallStr};

use super::config::{How, JoinConfig, Validate};
use crate::error::{CollectError, Error, Result, did_you_mean};
use crate::pipeline::Warning;

/// Rows of one key that a message names.
const SHOWN: usize = 3;
/// More rows than this are an accident of a key that tells nothing.
const MOST_ROWS: usize = 1 << 31;

/// Joins `table` to `rows`, which messages call `first`. The rows stay in their order; those of one key follow the order of
/// the table.
pub(super) fn join(rows: &DataFrame, first: &str, table: &DataFrame, how: &JoinConfig) -> Result<(DataFrame, Vec<Warning>)> {
    let (left_on, right_on) = if how.on.is_empty() { (&how.left_on.0, &how.right_on.0) } else { (&how.on.0, &how.on.0) };
    let name = how.table.as_str();
    let (mut left, mut right) = (Vec::new(), Vec::new());
    for (l, r) in left_on.iter().zip(right_on) {
        let (a, b) = (column(rows, first, l)?, column(table, name, r)?);
        same_kind((a, first), (b, name))?;
        left.push(a);
        right.push(b);
    }
    let (left, right) = (keys(&left, rows.height())?, keys(&right, table.height())?);
    if how.validate.left_once() {
        once(&left, left_on, first, how.validate)?;
    }
    if how.validate.right_once() {
        once(&right, right_on, name, how.validate)?;
    }
    let matches = Matches::find(&left, &right, how.how)?;
    let key = left_on.join(", ");
    let warnings = matches.told(&left, &right, (first, name, &key), how.how)?;
    let (frame, renamed) = matches.frame(rows, table, (name, right_on))?;
    Ok((frame, warnings.into_iter().chain(renamed).collect()))
}

fn failed(message: String) -> Error {
    CollectError::Joined { message }.into()
}

fn column<'a>(frame: &'a DataFrame, table: &str, name: &str) -> Result<&'a Column> {
    frame.column(name).map_err(|_| {
        let hint = did_you_mean(name, frame.get_column_names().into_iter().map(PlSmallStr::as_str));
        failed(format!("{table} has no column \"{name}\" to join by{hint}"))
    })
}

/// What can be compared with what.
fn kind(column: &Column) -> &'static str {
    match column.dtype() {
        DataType::String => "text",
        DataType::Boolean => "yes or no",
        DataType::Date | DataType::Datetime(..) => "date",
        dtype if dtype.is_primitive_numeric() => "number",
        _ => "other",
    }
}

fn same_kind((a, left): (&Column, &str), (b, right): (&Column, &str)) -> Result<()> {
    let (x, y) = (kind(a), kind(b));
    // A column without any value has no kind to differ in.
    if x == y || a.null_count() == a.len() || b.null_count() == b.len() {
        return Ok(());
    }
    let example = |column: &Column| {
        let value = column.drop_nulls().get(0).map(|v| v.str_value().into_owned()).unwrap_or_default();
        format!("{value:?}")
    };
    let (ours, theirs) = (example(a), example(b));
    Err(failed(format!(
        "the key \"{}\" of {left} is a {x} (such as {ours}), but \"{}\" of {right} is a {y} (such as {theirs}); write both alike, or \
         set [columns.type] {} = \"category\" to compare them as they are written",
        a.name(),
        b.name(),
        b.name()
    )))
}

/// The key of every row as one text; `None` where a part of it is missing, which is equal to nothing.
fn keys(columns: &[&Column], rows: usize) -> Result<Vec<Option<String>>> {
    let mut keys: Vec<Option<String>> = vec![Some(String::new()); rows];
    for (at, column) in columns.iter().enumerate() {
        let column = match column.dtype() {
            DataType::Date => column.cast(&DataType::Datetime(polars::prelude::TimeUnit::Microseconds, None))?,
            DataType::Float32 => column.cast(&DataType::Float64)?,
            _ => (*column).clone(),
        };
        let mut add = |row: usize, text: Option<&str>| {
            // The length tells ("a", "bc") from ("ab", "c").
            let part = text
                .map(|text| if at == 0 && columns.len() == 1 { text.to_owned() } else { format!("{}:{text};", text.len()) });
            keys[row] = keys[row].take().zip(part).map(|(key, part)| key + &part);
        };
        match column.dtype() {
            // 1 and 1.0 are the same number.
            DataType::Float64 => {
                column.f64()?.iter().enumerate().for_each(|(row, v)| add(row, v.map(|v| (v + 0.0).to_string()).as_deref()));
            }
            DataType::String => column.str()?.iter().enumerate().for_each(|(row, v)| add(row, v)),
            _ => {
                let text = column.cast(&DataType::String)?;
                text.str()?.iter().enumerate().for_each(|(row, v)| add(row, v));
            }
        }
    }
    Ok(keys)
}

/// Fails where a key stands in several rows.
fn once(keys: &[Option<String>], names: &[String], table: &str, validate: Validate) -> Result<()> {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    for key in keys.iter().flatten() {
        *seen.entry(key).or_default() += 1;
    }
    let Some(key) = keys.iter().flatten().find(|key| seen[key.as_str()] > 1) else { return Ok(()) };
    let rows: Vec<usize> = (0..keys.len()).filter(|row| keys[*row].as_ref() == Some(key)).map(|row| row + 1).collect();
    let others = seen.values().filter(|count| **count > 1).count() - 1;
    let places = rows.iter().take(SHOWN).map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let more = if rows.len() > SHOWN { ", …" } else { "" };
    let others = if others == 0 { String::new() } else { format!(", and {others} other keys stand more than once") };
    let written = serde_json::to_value(validate).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default();
    Err(failed(format!(
        "the key {} = {key:?} stands {} times in {table} (rows {places}{more}){others}; validate = \"{written}\" allows it once: sum \
         the rows up with [collect] sql (group by), or set validate if each of them is meant",
        names.join(", "),
        rows.len()
    )))
}

/// Which rows belong together.
struct Matches {
    left: Vec<IdxSize>,
    right: Vec<Option<IdxSize>>,
    /// Rows on the left without any on the right, and the first of them.
    lonely: (usize, Option<usize>),
    /// Rows on the right without any on the left.
    unused: usize,
}

impl Matches {
    fn find(left: &[Option<String>], right: &[Option<String>], how: How) -> Result<Self> {
        let mut places: HashMap<&str, (bool, Vec<IdxSize>)> = HashMap::new();
        for (row, key) in (0..).zip(right) {
            if let Some(key) = key {
                places.entry(key).or_default().1.push(row);
            }
        }
        let mut found = Self { left: Vec::new(), right: Vec::new(), lonely: (0, None), unused: 0 };
        for (row, key) in (0..).zip(left) {
            if let Some((used, rows)) = key.as_ref().and_then(|key| places.get_mut(key.as_str())) {
                *used = true;
                if found.left.len() + rows.len() > MOST_ROWS {
                    let message =
                        format!("more than {MOST_ROWS} rows would come of this join; choose a key that tells rows apart");
                    return Err(failed(message));
                }
                found.left.extend(std::iter::repeat_n(row, rows.len()));
                found.right.extend(rows.iter().map(|row| Some(*row)));
            } else {
                found.lonely.0 += 1;
                found.lonely.1.get_or_insert(row as usize);
                if how == How::Left {
                    found.left.push(row);
                    found.right.push(None);
                }
            }
        }
        let unused = |(used, rows): &(bool, Vec<IdxSize>)| if *used { 0 } else { rows.len() };
        found.unused = places.values().map(unused).sum::<usize>() + right.iter().filter(|k| k.is_none()).count();
        Ok(found)
    }

    /// What the user should know; nothing in common is an error.
    fn told(
        &self,
        left: &[Option<String>],
        right: &[Option<String>],
        (first, table, key): (&str, &str, &str),
        how: How,
    ) -> Result<Vec<Warning>> {
        let (lonely, example) = self.lonely;
        if right.is_empty() && how == How::Inner {
            return Err(failed(format!(
                "{table} has no rows, so that an inner join leaves none of {first}; set how = \"left\", or leave the join out"
            )));
        }
        // A table without rows has no keys that could be written in another way.
        if lonely == left.len() && !left.is_empty() && !right.is_empty() {
            let shown = |keys: &[Option<String>]| keys.iter().flatten().next().cloned().unwrap_or_default();
            return Err(failed(format!(
                "no row of {first} finds its key ({key}) in {table}: it is such as {:?} there, and {:?} here; do both mean the same?",
                shown(right),
                shown(left)
            )));
        }
        let mut warnings = Vec::new();
        if let Some(row) = example {
            let becomes = if how == How::Left { "stay, with missing values" } else { "are left out" };
            let message = format!(
                "{lonely} of {} rows of {first} have no row in {table} ({key}) and {becomes}, the first is row {}",
                left.len(),
                row + 1
            );
            warnings.push(Warning::new("unmatched_rows", message).row(row + 1).count(lonely));
        }
        if self.unused > 0 {
            let message = format!(
                "{} of {} rows of {table} belong to no row of {first} ({key}) and are not used",
                self.unused,
                right.len()
            );
            warnings.push(Warning::new("unused_rows", message).count(self.unused));
        }
        Ok(warnings)
    }

    /// The rows side by side; a column whose name is taken gets that of its table behind it.
    fn frame(&self, rows: &DataFrame, table: &DataFrame, (name, keys): (&str, &[String])) -> Result<(DataFrame, Vec<Warning>)> {
        let left = IdxCa::new("".into(), self.left.as_slice());
        let right: IdxCa = self.right.iter().copied().collect();
        let mut columns = rows.take(&left)?.columns().to_vec();
        let mut warnings = Vec::new();
        for column in table.columns().iter().filter(|c| !keys.iter().any(|key| c.name() == key)) {
            let mut taken = column.take(&right)?;
            let known = |columns: &[Column], name: &str| columns.iter().any(|c| c.name() == name);
            if known(&columns, column.name()) {
                let free = format!("{}_{name}", column.name());
                if known(&columns, &free) || table.column(&free).is_ok() {
                    let message =
                        format!("\"{}\" stands in both tables, and \"{free}\" too; rename one of them", column.name());
                    return Err(failed(message));
                }
                let message = format!("\"{}\" of {name} is called \"{free}\", since that name is taken", column.name());
                warnings.push(Warning::new("renamed_column", message).column(&free));
                taken.rename(free.into());
            }
            columns.push(taken);
        }
        Ok((DataFrame::new(self.left.len(), columns)?, warnings))
    }
}

#[cfg(test)]
mod tests {
    use polars::df;

    use super::*;

    fn customers() -> DataFrame {
        df!("id" => ["a", "b", "c", "b"], "city" => ["x", "y", "z", "y"]).unwrap()
    }

    fn how(text: &str) -> JoinConfig {
        toml::from_str(&format!("table = 'orders'\n{text}")).unwrap()
    }

    fn joined(table: &DataFrame, text: &str) -> Result<(DataFrame, Vec<Warning>)> {
        join(&customers(), "customers", table, &how(text))
    }

    fn message(table: &DataFrame, text: &str) -> String {
        let error = joined(table, text).unwrap_err();
        assert_eq!(error.exit_code(), 3);
        error.to_string()
    }

    #[test]
    fn rows_keep_their_order_and_what_finds_nothing_is_counted() {
        let table = df!("id" => ["b", "a", "q"], "paid" => [1_i64, 2, 3], "city" => ["1", "2", "3"]).unwrap();
        let (frame, warnings) = joined(&table, "on = 'id'").unwrap();
        assert_eq!(frame.get_column_names(), ["id", "city", "paid", "city_orders"]);
        assert_eq!(frame.column("paid").unwrap().i64().unwrap().iter().collect::<Vec<_>>(), [Some(2), Some(1), None, Some(1)]);
        let told: Vec<(&str, Option<usize>)> = warnings.iter().map(|w| (w.code.as_str(), w.count)).collect();
        assert_eq!(told, [("unmatched_rows", Some(1)), ("unused_rows", Some(1)), ("renamed_column", None)]);
        assert_eq!(warnings[0].row, Some(3));
        let (frame, warnings) = joined(&table, "on = 'id'\nhow = 'inner'").unwrap();
        assert_eq!((frame.height(), warnings[0].message.contains("are left out")), (3, true));
    }

    #[test]
    fn a_key_that_stands_twice_is_named_unless_it_may() {
        let table = df!("who" => ["b", "a", "b", "a", "b"], "n" => [1_i64, 2, 3, 4, 5]).unwrap();
        let on = "left_on = 'id'\nright_on = 'who'";
        let error = message(&table, on);
        assert!(error.starts_with("the key who = \"b\" stands 3 times in orders (rows 1, 3, 5), and 1 other keys"), "{error}");
        assert!(error.contains("validate = \"m:1\""), "{error}");
        let (frame, _) = joined(&table, &format!("{on}\nvalidate = 'm:m'")).unwrap();
        assert_eq!(frame.get_column_names(), ["id", "city", "n"]);
        let n: Vec<_> = frame.column("n").unwrap().i64().unwrap().iter().collect();
        assert_eq!(n, [Some(2), Some(4), Some(1), Some(3), Some(5), None, Some(1), Some(3), Some(5)]);
        let error = message(&table, &format!("{on}\nvalidate = '1:m'"));
        assert!(error.starts_with("the key id = \"b\" stands 2 times in customers (rows 2, 4);"), "{error}");
    }

    #[test]
    fn keys_of_other_kinds_are_refused_and_numbers_are_compared_as_numbers() {
        let numbers = df!("id" => [1_i64, 2], "n" => [1_i64, 2]).unwrap();
        let error = message(&numbers, "on = 'id'");
        assert!(
            error.contains("\"id\" of customers is a text (such as \"a\"), but \"id\" of orders is a number (such as \"1\")"),
            "{error}"
        );
        let floats = df!("id" => [1.0, 2.5], "m" => [7_i64, 8]).unwrap();
        let (frame, _) = join(&floats, "floats", &numbers, &how("on = 'id'")).unwrap();
        assert_eq!(frame.column("n").unwrap().i64().unwrap().iter().collect::<Vec<_>>(), [Some(1), None]);
        let others = df!("id" => ["A", "B"], "n" => [1_i64, 2]).unwrap();
        assert!(
            message(&others, "on = 'id'")
                .contains("no row of customers finds its key (id) in orders: it is such as \"A\" there")
        );
        assert!(message(&others, "on = 'Id'").contains("customers has no column \"Id\" to join by; did you mean \"id\"?"));
    }

    #[test]
    fn a_table_without_rows_gives_missing_values_or_is_refused_by_name() {
        let table = df!("id" => ["a"], "n" => [1_i64]).unwrap().clear();
        let (frame, warnings) = joined(&table, "on = 'id'").unwrap();
        assert_eq!((frame.height(), frame.column("n").unwrap().null_count()), (4, 4));
        assert_eq!(warnings.iter().map(|w| (w.code.as_str(), w.count)).collect::<Vec<_>>(), [("unmatched_rows", Some(4))]);
        assert!(
            message(&table, "on = 'id'\nhow = 'inner'").starts_with("orders has no rows, so that an inner join leaves none")
        );
    }

    #[test]
    fn several_columns_make_one_key_and_gaps_match_nothing() {
        let left = df!("a" => [Some("x"), Some("xy"), None], "b" => ["yz", "z", "z"]).unwrap();
        let right = df!("a" => [Some("xy"), None, Some("x")], "b" => ["z", "z", "yz"], "n" => [1_i64, 2, 3]).unwrap();
        let (frame, warnings) = join(&left, "left", &right, &how("on = ['a', 'b']")).unwrap();
        assert_eq!(frame.column("n").unwrap().i64().unwrap().iter().collect::<Vec<_>>(), [Some(3), Some(1), None]);
        assert_eq!(warnings.iter().map(|w| w.count).collect::<Vec<_>>(), [Some(1), Some(1)]);
    }
}
