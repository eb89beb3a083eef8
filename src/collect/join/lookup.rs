//! One table joined to another by key columns.

use polars::prelude::{Column, DataFrame, IdxCa, IdxSize, InitHashMaps, NamedFrom, PlHashMap};

use super::config::{How, JoinConfig};
use super::keys::{Keys, column, failed, once, same_kind};
use crate::error::Result;
use crate::pipeline::Warning;

/// More rows than this are an accident of a key that tells nothing.
const MOST_ROWS: usize = 1 << 31;
/// No row.
const NONE: IdxSize = IdxSize::MAX;

/// Joins `table` to `rows`, which messages call `first`. The rows stay in their order; those of one key follow the order of
/// the table.
pub(super) fn join(rows: &DataFrame, first: &str, table: DataFrame, how: &JoinConfig) -> Result<(DataFrame, Vec<Warning>)> {
    let lookup = Lookup::new(rows, first, table, how)?;
    if how.validate.left_once() {
        once(&Keys::of(&lookup.pairs(rows, first)?, rows.height())?, how.key().0, first, how.validate)?;
    }
    let mut found = Found::default();
    let joined = lookup.join(rows, first, &mut found)?;
    Ok((joined, lookup.told(first, found)?))
}

/// A table that is joined to others, and where in it each key stands.
#[derive(Debug)]
pub(super) struct Lookup {
    how: JoinConfig,
    table: DataFrame,
    /// The first row of each key.
    heads: PlHashMap<Box<str>, IdxSize>,
    /// For each row, the next one of the same key.
    next: Vec<IdxSize>,
    /// Rows without a key.
    keyless: usize,
    /// The first key.
    example: Option<String>,
}

/// What rows that come in parts found in a table.
#[derive(Debug, Default)]
pub(super) struct Found {
    rows: usize,
    /// Rows without any in the table, and the first of them.
    lonely: (usize, Option<usize>),
    /// Whether the key of which a row is the first was found.
    used: Vec<bool>,
    /// The first key that was looked for.
    example: Option<String>,
    /// Columns whose names were taken.
    renamed: Vec<Warning>,
}

impl Lookup {
    /// Looks at the keys of a table, and whether `rows`, or their columns alone, can be joined to it.
    pub fn new(rows: &DataFrame, first: &str, table: DataFrame, how: &JoinConfig) -> Result<Self> {
        let (heads, next) = (PlHashMap::new(), vec![NONE; table.height()]);
        let mut lookup = Self { how: how.clone(), table, heads, next, keyless: 0, example: None };
        lookup.pairs(rows, first)?;
        let names = how.key().1.clone();
        let columns = names.iter().map(|name| column(&lookup.table, &how.table, name)).collect::<Result<Vec<_>>>()?;
        let keys = Keys::of(&columns, lookup.table.height())?;
        lookup.example = keys.first();
        // The last row that each key was met in.
        let mut last: Vec<IdxSize> = vec![NONE; keys.len()];
        let (mut several, mut place) = (false, 0);
        keys.each(|row, key| {
            let at = place;
            place += 1;
            let Some(key) = key else {
                lookup.keyless += 1;
                return;
            };
            if let Some(head) = lookup.heads.get(key) {
                several = true;
                let before = std::mem::replace(&mut last[*head as usize], at);
                lookup.next[before as usize] = at;
            } else {
                lookup.heads.insert(key.into(), at);
                last[row] = at;
            }
        });
        if several && how.validate.right_once() {
            once(&keys, &names, &how.table, how.validate)?;
        }
        Ok(lookup)
    }

    /// The key columns of the rows, which are of the same kinds as those of the table.
    fn pairs<'a>(&self, rows: &'a DataFrame, first: &str) -> Result<Vec<&'a Column>> {
        let (left_on, right_on) = self.how.key();
        let name = self.how.table.as_str();
        let pair = |(l, r): (&String, &String)| {
            let (ours, theirs) = (column(rows, first, l)?, column(&self.table, name, r)?);
            same_kind((ours, first), (theirs, name))?;
            Ok(ours)
        };
        left_on.iter().zip(right_on).map(pair).collect()
    }

    /// The next rows side by side with those of the table; `found` is told what they find.
    pub fn join(&self, rows: &DataFrame, first: &str, found: &mut Found) -> Result<DataFrame> {
        let keys = Keys::of(&self.pairs(rows, first)?, rows.height())?;
        let (mut left, mut right) = (Vec::with_capacity(keys.len()), Vec::with_capacity(keys.len()));
        found.used.resize(self.table.height(), false);
        found.example = found.example.take().or_else(|| keys.first());
        let (mut too_many, mut place) = (false, 0);
        keys.each(|row, key| {
            let this: IdxSize = place;
            place += 1;
            if let Some(head) = key.and_then(|key| self.heads.get(key)) {
                found.used[*head as usize] = true;
                let mut at = *head;
                while at != NONE && !too_many {
                    too_many = left.len() == MOST_ROWS;
                    left.push(this);
                    right.push(Some(at));
                    at = self.next[at as usize];
                }
            } else {
                found.lonely.0 += 1;
                found.lonely.1.get_or_insert(found.rows + row);
                if self.how.how == How::Left {
                    left.push(this);
                    right.push(None);
                }
            }
        });
        if too_many {
            return Err(failed(format!(
                "more than {MOST_ROWS} rows would come of this join; choose a key that tells rows apart"
            )));
        }
        found.rows += keys.len();
        let (frame, renamed) = self.side_by_side(rows, &left, &right)?;
        found.renamed = renamed;
        Ok(frame)
    }

    /// The rows side by side; a column whose name is taken gets that of its table behind it.
    fn side_by_side(&self, rows: &DataFrame, left: &[IdxSize], right: &[Option<IdxSize>]) -> Result<(DataFrame, Vec<Warning>)> {
        let (name, keys) = (&self.how.table, self.how.key().1);
        let right: IdxCa = right.iter().copied().collect();
        let mut columns = rows.take(&IdxCa::new("".into(), left))?.columns().to_vec();
        let mut warnings = Vec::new();
        for column in self.table.columns().iter().filter(|c| !keys.iter().any(|key| c.name() == key)) {
            let mut taken = column.take(&right)?;
            let known = |columns: &[Column], name: &str| columns.iter().any(|c| c.name() == name);
            if known(&columns, column.name()) {
                let free = format!("{}_{name}", column.name());
                if known(&columns, &free) || self.table.column(&free).is_ok() {
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
        Ok((DataFrame::new(left.len(), columns)?, warnings))
    }

    /// What the user should know where all rows were joined; nothing in common is an error.
    pub fn told(&self, first: &str, found: Found) -> Result<Vec<Warning>> {
        let Found { rows, lonely: (lonely, place), used, example, renamed } = found;
        let (table, how, right_rows) = (&self.how.table, self.how.how, self.table.height());
        let key = self.how.key().0.join(", ");
        if right_rows == 0 && how == How::Inner {
            return Err(failed(format!(
                "{table} has no rows, so that an inner join leaves none of {first}; set how = \"left\", or leave the join out"
            )));
        }
        // A table without rows has no keys that could be written in another way.
        if lonely == rows && rows > 0 && right_rows > 0 {
            return Err(failed(format!(
                "no row of {first} finds its key ({key}) in {table}: it is such as {:?} there, and {:?} here; do both mean the same?",
                self.example.as_deref().unwrap_or_default(),
                example.unwrap_or_default()
            )));
        }
        // What is said of one join hides nothing of another.
        let source = format!("table {table}");
        let mut warnings = Vec::new();
        if let Some(row) = place {
            let becomes = if how == How::Left { "stay, with missing values" } else { "are left out" };
            let message = format!(
                "{lonely} of {rows} rows of {first} have no row in {table} ({key}) and {becomes}, the first is row {}",
                row + 1
            );
            warnings.push(Warning::new("unmatched_rows", message).source(&source).row(row + 1).count(lonely));
        }
        let is_unused = |head: &&IdxSize| used.get(**head as usize) != Some(&true);
        let unused = self.keyless + self.heads.values().filter(is_unused).map(|head| self.chain(*head)).sum::<usize>();
        if unused > 0 {
            let message =
                format!("{unused} of {right_rows} rows of {table} belong to no row of {first} ({key}) and are not used");
            warnings.push(Warning::new("unused_rows", message).source(&source).count(unused));
        }
        warnings.extend(renamed);
        Ok(warnings)
    }

    /// How many rows have the key of this one, from it on.
    fn chain(&self, head: IdxSize) -> usize {
        std::iter::successors(Some(head), |at| Some(self.next[*at as usize]).filter(|next| *next != NONE)).count()
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
        join(&customers(), "customers", table.clone(), &how(text))
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
        let (frame, _) = join(&floats, "floats", numbers, &how("on = 'id'")).unwrap();
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
        let (frame, warnings) = join(&left, "left", right, &how("on = ['a', 'b']")).unwrap();
        assert_eq!(frame.column("n").unwrap().i64().unwrap().iter().collect::<Vec<_>>(), [Some(3), Some(1), None]);
        assert_eq!(warnings.iter().map(|w| w.count).collect::<Vec<_>>(), [Some(1), Some(1)]);
    }

    #[test]
    fn rows_in_parts_find_what_all_of_them_find() {
        let table = df!("who" => [Some("b"), Some("a"), Some("b"), Some("q"), None, Some("q")], "n" => [1_i64, 2, 3, 4, 5, 6]);
        let (table, how) = (table.unwrap(), how("left_on = 'id'\nright_on = 'who'\nvalidate = 'm:m'"));
        let rows = customers();
        let (whole, warnings) = join(&rows, "customers", table.clone(), &how).unwrap();
        assert_eq!(warnings.iter().map(|w| (w.row, w.count)).collect::<Vec<_>>(), [(Some(3), Some(1)), (None, Some(3))]);
        let lookup = Lookup::new(&rows.clear(), "customers", table, &how).unwrap();
        let mut found = Found::default();
        let parts = [rows.slice(0, 1), rows.slice(1, 2), rows.slice(3, 1)];
        let parts = parts.map(|part| lookup.join(&part, "customers", &mut found).unwrap());
        let all = parts[0].vstack(&parts[1]).unwrap().vstack(&parts[2]).unwrap();
        assert!(all.equals_missing(&whole), "{all}\n{whole}");
        assert_eq!(lookup.told("customers", found).unwrap(), warnings);
    }
}
