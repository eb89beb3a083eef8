//! The keys of rows.

use std::collections::HashMap;

use polars::prelude::{Column, DataFrame, DataType, PlSmallStr, StringChunked, TimeUnit};

use super::config::Validate;
use crate::error::{CollectError, Error, Result, did_you_mean};

/// Rows of one key that a message names.
const SHOWN: usize = 3;

/// The key of every row as one text; none where a part of it is missing, which is equal to nothing.
pub(super) struct Keys {
    /// The columns as texts that are the same for the same value, whatever its type is.
    parts: Vec<StringChunked>,
    rows: usize,
}

impl Keys {
    pub fn of(columns: &[&Column], rows: usize) -> Result<Self> {
        let part = |column: &&Column| -> Result<StringChunked> {
            let column = match column.dtype() {
                DataType::Date => column.cast(&DataType::Datetime(TimeUnit::Microseconds, None))?,
                DataType::Float32 => column.cast(&DataType::Float64)?,
                _ => (*column).clone(),
            };
            if let Ok(numbers) = column.f64() {
                // 1 and 1.0 are the same number.
                return Ok(numbers.iter().map(|v| v.map(|v| (v + 0.0).to_string())).collect());
            }
            Ok(column.cast(&DataType::String)?.str()?.clone())
        };
        Ok(Self { parts: columns.iter().map(part).collect::<Result<_>>()?, rows })
    }

    pub const fn len(&self) -> usize {
        self.rows
    }

    /// Shows the key of each row, in their order.
    pub fn each(&self, mut see: impl FnMut(usize, Option<&str>)) {
        if let [part] = &self.parts[..] {
            return part.iter().enumerate().for_each(|(row, text)| see(row, text));
        }
        let mut parts: Vec<_> = self.parts.iter().map(StringChunked::iter).collect();
        let mut key = String::new();
        for row in 0..self.rows {
            key.clear();
            let mut known = true;
            for part in &mut parts {
                match part.next().flatten() {
                    // The length tells ("a", "bc") from ("ab", "c").
                    Some(text) => {
                        key.push_str(&text.len().to_string());
                        key.push(':');
                        key.push_str(text);
                        key.push(';');
                    }
                    None => known = false,
                }
            }
            see(row, known.then_some(key.as_str()));
        }
    }

    /// The first one that is known.
    pub fn first(&self) -> Option<String> {
        let mut first = None;
        self.each(|_, key| {
            if first.is_none() {
                first = key.map(str::to_owned);
            }
        });
        first
    }
}

pub(super) fn failed(message: String) -> Error {
    CollectError::Joined { message }.into()
}

pub(super) fn column<'a>(frame: &'a DataFrame, table: &str, name: &str) -> Result<&'a Column> {
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

pub(super) fn same_kind((a, left): (&Column, &str), (b, right): (&Column, &str)) -> Result<()> {
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

/// Fails where a key stands in several rows.
pub(super) fn once(keys: &Keys, names: &[String], table: &str, validate: Validate) -> Result<()> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    keys.each(|_, key| {
        let Some(key) = key else { return };
        match seen.get_mut(key) {
            Some(count) => *count += 1,
            None => _ = seen.insert(key.to_owned(), 1),
        }
    });
    let several = seen.values().filter(|count| **count > 1).count();
    if several == 0 {
        return Ok(());
    }
    let mut found: Option<String> = None;
    let mut rows = Vec::new();
    keys.each(|row, key| {
        let Some(key) = key.filter(|key| seen[*key] > 1) else { return };
        if found.get_or_insert_with(|| key.to_owned()) == key {
            rows.push(row + 1);
        }
    });
    let key = found.unwrap_or_default();
    let places = rows.iter().take(SHOWN).map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let more = if rows.len() > SHOWN { ", …" } else { "" };
    let others = match several - 1 {
        0 => String::new(),
        others => format!(", and {others} other keys stand more than once"),
    };
    Err(failed(format!(
        "the key {} = {key:?} stands {} times in {table} (rows {places}{more}){others}; validate = \"{}\" allows it once: sum \
         the rows up with [collect] sql (group by), or set validate if each of them is meant",
        names.join(", "),
        rows.len(),
        validate.word()
    )))
}
