//! What one object without a list of records is: a record, or what pandas writes for a whole table.

use super::record;

/// What an object holds.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// One row.
    Record,
    /// Rows by their numbers, of which these are the first two.
    Numbered([String; 2]),
    /// Columns, each an object with the numbers of the rows for keys.
    Columns,
}

impl Form {
    /// What an object is: a record where that is not plain.
    pub fn of(text: &str) -> Self {
        let mut keys: Vec<String> = Vec::new();
        let (mut outer_numbers, mut inner_numbers) = (true, true);
        let found = record::read(text, &mut |key, _| {
            let (outer, inner) = key.split_once('.').unwrap_or((key, ""));
            outer_numbers &= is_number(outer) && !inner.is_empty();
            inner_numbers &= is_number(inner);
            if keys.len() < 2 && keys.last().is_none_or(|last| last != outer) {
                keys.push(outer.to_owned());
            }
            Ok(())
        });
        match (keys.try_into(), found, outer_numbers, inner_numbers) {
            (Ok(first), Ok(()), true, false) => Self::Numbered(first),
            (Ok(_), Ok(()), false, true) => Self::Columns,
            _ => Self::Record,
        }
    }
}

/// Whether a key is the number of a row.
fn is_number(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_for_keys_tell_rows_from_columns() {
        let numbers = |a: &str, b: &str| Form::Numbered([a.to_owned(), b.to_owned()]);
        assert_eq!(Form::of(r#"{"7":{"a":1,"b":2},"9":{"a":{"c":3}}}"#), numbers("7", "9"));
        assert_eq!(Form::of(r#"{"a":{"0":1,"1":2},"b":{"0":3}}"#), Form::Columns);
        for text in [r#"{"a":1}"#, r#"{"0":{"a":1}}"#, r#"{"0":1,"1":2}"#, r#"{"0":{"1":1},"1":{"1":2}}"#, "{}", "{", "[]"] {
            assert_eq!(Form::of(text), Form::Record, "{text}");
        }
    }
}
