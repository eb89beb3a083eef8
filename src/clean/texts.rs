//! The texts of a column, gathered once: where few of them are different, everything is found out and computed once per
//! different text instead of once per row.

use std::borrow::Cow;

use polars::prelude::{InitHashMaps, PlHashMap, PlHashSet};

/// More different texts than this are not numbered.
const MOST: usize = 1 << 16;
/// After so many rows it is looked whether numbering pays.
const TRIAL: usize = 1 << 13;
/// Place of a row without text.
const MISSING: u32 = u32::MAX;

/// The text of every row; null is missing.
pub enum Texts<'a> {
    /// Few different ones: each once, in the order they come, and the place of every row's among them.
    Few {
        texts: Vec<Cow<'a, str>>,
        places: Vec<u32>,
    },
    Many(Vec<Option<Cow<'a, str>>>),
}

impl<'a> Texts<'a> {
    pub fn new(mut values: impl Iterator<Item = Option<Cow<'a, str>>>, rows: usize) -> Self {
        let mut numbers: PlHashMap<Cow<'a, str>, u32> = PlHashMap::new();
        let mut texts: Vec<Cow<'a, str>> = Vec::new();
        let mut places = Vec::with_capacity(rows);
        for value in values.by_ref() {
            places.push(match value {
                None => MISSING,
                Some(text) => {
                    if let Some(place) = numbers.get(&text) {
                        *place
                    } else {
                        let place = u32::try_from(texts.len()).unwrap_or(MISSING);
                        texts.push(text.clone());
                        numbers.insert(text, place);
                        place
                    }
                }
            });
            if texts.len() > MOST || (places.len() == TRIAL && texts.len() > TRIAL / 2) {
                let known = |place: u32| texts.get(place as usize).cloned();
                let mut all: Vec<Option<Cow<'a, str>>> = Vec::with_capacity(rows);
                all.extend(places.into_iter().map(known));
                all.extend(values);
                return Self::Many(all);
            }
        }
        Self::Few { texts, places }
    }

    pub const fn len(&self) -> usize {
        match self {
            Self::Few { places, .. } => places.len(),
            Self::Many(values) => values.len(),
        }
    }

    pub fn get(&self, row: usize) -> Option<&str> {
        match self {
            Self::Few { texts, places } => texts.get(places[row] as usize).map(|text| &**text),
            Self::Many(values) => values[row].as_deref(),
        }
    }

    /// Number of rows without text.
    pub fn missing(&self) -> usize {
        match self {
            Self::Few { places, .. } => places.iter().filter(|p| **p == MISSING).count(),
            Self::Many(values) => values.iter().filter(|v| v.is_none()).count(),
        }
    }

    /// What the first `rows` rows hold.
    pub fn counted(&self, rows: usize) -> Counted<'_> {
        match self {
            Self::Few { texts, places } => {
                let mut counts = vec![0; texts.len()];
                places[..rows].iter().filter(|p| **p != MISSING).for_each(|p| counts[*p as usize] += 1);
                let items = texts.iter().map(|text| &**text).zip(counts).filter(|(_, count)| *count > 0).collect();
                Counted { items, different: true }
            }
            Self::Many(values) => {
                Counted { items: values[..rows].iter().flatten().map(|v| (&**v, 1)).collect(), different: false }
            }
        }
    }

    /// The value of every row's text, computed once per different text. `read` also gets the first row of the text, and the
    /// number of rows that have it.
    pub fn map<T: Clone>(&self, mut read: impl FnMut(&str, usize, usize) -> Option<T>) -> Vec<Option<T>> {
        match self {
            Self::Few { texts, places } => {
                let mut seen = vec![(usize::MAX, 0); texts.len()];
                for (row, place) in places.iter().enumerate().filter(|(_, place)| **place != MISSING) {
                    let seen = &mut seen[*place as usize];
                    *seen = (seen.0.min(row), seen.1 + 1);
                }
                let values: Vec<Option<T>> =
                    texts.iter().zip(seen).map(|(text, (row, count))| read(text, row, count)).collect();
                places.iter().map(|place| values.get(*place as usize).cloned().flatten()).collect()
            }
            Self::Many(values) => {
                values.iter().enumerate().map(|(row, text)| text.as_deref().and_then(|text| read(text, row, 1))).collect()
            }
        }
    }
}

/// Known texts with how many rows have each, in the order they come.
pub struct Counted<'a> {
    items: Vec<(&'a str, usize)>,
    /// Whether every text stands in one entry only.
    different: bool,
}

impl<'a> Counted<'a> {
    /// Of texts that stand once each.
    pub fn of(texts: &[&'a str]) -> Self {
        Self { items: texts.iter().map(|text| (*text, 1)).collect(), different: false }
    }

    pub fn iter(&self) -> impl Iterator<Item = (&'a str, usize)> {
        self.items.iter().copied()
    }

    pub fn texts(&self) -> impl Iterator<Item = &'a str> {
        self.items.iter().map(|(text, _)| *text)
    }

    /// All texts where each stands in one entry only, else about `most` of them, evenly spread.
    pub fn spread(&self, most: usize) -> impl Iterator<Item = &'a str> {
        let step = if self.different { 1 } else { self.items.len().div_ceil(most).max(1) };
        self.texts().step_by(step)
    }

    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.items.iter().map(|(_, count)| count).sum()
    }

    /// Number of rows whose text passes a test.
    pub fn count(&self, test: impl Fn(&str) -> bool) -> usize {
        self.items.iter().filter(|(text, _)| test(text)).map(|(_, count)| count).sum()
    }

    /// The first text that passes a test, else the empty one.
    pub fn first(&self, test: impl Fn(&str) -> bool) -> &'a str {
        self.texts().find(|text| test(text)).unwrap_or_default()
    }

    /// The texts that pass a test, and the others.
    pub fn parted(&self, test: impl Fn(&str) -> bool) -> (Self, Self) {
        let (yes, no) = self.items.iter().partition(|(text, _)| test(text));
        (Self { items: yes, different: self.different }, Self { items: no, different: self.different })
    }

    /// How many different texts there are.
    pub fn different(&self) -> usize {
        if self.different { self.items.len() } else { self.texts().collect::<PlHashSet<_>>().len() }
    }

    /// Both texts, if there are exactly two.
    pub fn pair(&self) -> Option<[&'a str; 2]> {
        let first = self.texts().next()?;
        let second = self.texts().find(|text| *text != first)?;
        self.texts().all(|text| text == first || text == second).then_some([first, second])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(values: &[Option<&'static str>]) -> Texts<'static> {
        Texts::new(values.iter().map(|v| v.map(Cow::Borrowed)), values.len())
    }

    #[test]
    fn few_texts_are_counted_in_the_order_they_come() {
        let texts = texts(&[Some("b"), None, Some("a"), Some("b"), Some("c")]);
        let counted = texts.counted(4);
        assert_eq!(counted.iter().collect::<Vec<_>>(), [("b", 2), ("a", 1)]);
        assert_eq!((counted.rows(), counted.different(), texts.missing(), texts.get(4)), (3, 2, 1, Some("c")));
        assert_eq!(counted.pair(), Some(["b", "a"]));
        let mut calls = Vec::new();
        let mapped = texts.map(|text, row, count| {
            calls.push((text.to_owned(), row, count));
            (text != "a").then_some(row)
        });
        assert_eq!(mapped, [Some(0), None, None, Some(0), Some(4)]);
        assert_eq!(calls, [("b".into(), 0, 2), ("a".into(), 2, 1), ("c".into(), 4, 1)]);
    }

    #[test]
    fn many_texts_say_the_same_as_few() {
        let words: Vec<String> = (0..3 * TRIAL).map(|i| (i % (TRIAL - 1)).to_string()).collect();
        let values = || words.iter().enumerate().map(|(i, w)| (i % 7 > 0).then_some(Cow::Borrowed(w.as_str())));
        let many = Texts::new(values(), words.len());
        assert!(matches!(many, Texts::Many(_)));
        assert!((0..words.len()).all(|row| many.get(row) == values().nth(row).flatten().as_deref() || row > 100));
        let counted = many.counted(words.len());
        assert_eq!(counted.different(), values().flatten().collect::<std::collections::HashSet<_>>().len());
        assert_eq!(counted.rows() + many.missing(), words.len());
    }
}
