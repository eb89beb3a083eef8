use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// Values of one column that rows to predict hold and that a model has to be told about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unusual {
    pub column: String,
    pub what: Oddity,
    pub count: usize,
    /// Number of the first such row in the source, counted from 0.
    pub first: usize,
    /// The first such value; empty where it is missing.
    pub example: String,
}

/// In what way a value is unusual.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Oddity {
    /// Does not fit the type of its column, and is taken as missing.
    Misfit,
    /// A level that the training rows did not have.
    Unseen,
    /// Below the smallest or above the largest training value.
    OutOfRange,
    /// Missing.
    Missing,
}

impl Unusual {
    /// Adds values to those of the same column and kind; these are looked up by name, for a table may have a million columns.
    pub fn add_all(found: impl IntoIterator<Item = Self>, all: &mut Vec<Self>) {
        let mut found = found.into_iter().peekable();
        if found.peek().is_none() {
            return;
        }
        let key = |one: &Self| (one.column.clone(), one.what);
        let mut places: HashMap<_, usize> = all.iter().enumerate().map(|(place, one)| (key(one), place)).collect();
        for one in found {
            match places.entry(key(&one)) {
                Entry::Occupied(place) => all[*place.get()].count += one.count,
                Entry::Vacant(place) => {
                    place.insert(all.len());
                    all.push(one);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_added_to_those_of_the_same_column_and_kind() {
        let one =
            |column: &str, what, count, first| Unusual { column: column.into(), what, count, first, example: String::new() };
        let mut all = vec![one("a", Oddity::Unseen, 1, 3)];
        let found = [
            one("b", Oddity::Missing, 2, 5),
            one("a", Oddity::Unseen, 4, 7),
            one("a", Oddity::Missing, 1, 8),
            one("b", Oddity::Missing, 3, 9),
        ];
        Unusual::add_all(found, &mut all);
        let expected = [one("a", Oddity::Unseen, 5, 3), one("b", Oddity::Missing, 5, 5), one("a", Oddity::Missing, 1, 8)];
        assert_eq!(all, expected);
    }

    #[test]
    fn many_columns_do_not_take_their_square() {
        let one =
            |i: usize| Unusual { column: format!("c{i}"), what: Oddity::Missing, count: 1, first: 0, example: String::new() };
        let start = std::time::Instant::now();
        let mut all = Vec::new();
        (0..2).for_each(|_| Unusual::add_all((0..200_000).map(one), &mut all));
        assert!(all.len() == 200_000 && all.iter().all(|u| u.count == 2));
        // One by one they are 60 thousand million comparisons, minutes of work.
        assert!(start.elapsed().as_secs() < 20);
    }
}
