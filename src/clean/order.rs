//! Which of the two first numbers of a date is the day, where a row tells.

use polars::prelude::Column as Series;

/// Rows with dates that can be read in one order only: a number above 12 is no month.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Order {
    day_first: usize,
    month_first: usize,
}

impl Order {
    /// Counts the rows of a column of text; `None` where there are none.
    #[must_use]
    pub fn of(column: &Series) -> Option<Self> {
        let mut found = Self::default();
        for text in column.str().ok()?.iter().flatten() {
            match first_two(text.trim_start().as_bytes()) {
                Some((13..=31, 1..=12)) => found.day_first += 1,
                Some((1..=12, 13..=31)) => found.month_first += 1,
                _ => {}
            }
        }
        (found != Self::default()).then_some(found)
    }

    /// Adds the rows of another part of the table.
    pub const fn add(&mut self, other: Self) {
        self.day_first += other.day_first;
        self.month_first += other.month_first;
    }

    /// Whether the day stands first in most of these rows; `None` where as many tell one as the other.
    #[must_use]
    pub fn day_first(self) -> Option<bool> {
        (self.day_first != self.month_first).then_some(self.day_first > self.month_first)
    }
}

/// The two first numbers of what may be a date: of one or two digits, and followed by the same mark.
fn first_two(text: &[u8]) -> Option<(u8, u8)> {
    let (first, mark, rest) = number(text)?;
    let (second, next, _) = number(rest)?;
    (next == mark).then_some((first, second))
}

/// A number of one or two digits, the mark behind it, and what follows.
fn number(text: &[u8]) -> Option<(u8, u8, &[u8])> {
    let digit = |b: u8| b.is_ascii_digit().then(|| b - b'0');
    let (value, rest) = match *text {
        [a, b, ref rest @ ..] if a.is_ascii_digit() && b.is_ascii_digit() => (10 * digit(a)? + digit(b)?, rest),
        [a, ref rest @ ..] => (digit(a)?, rest),
        [] => return None,
    };
    match *rest {
        [mark @ (b'/' | b'-' | b'.'), ref rest @ ..] => Some((value, mark, rest)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_above_twelve_is_no_month() {
        let order = |values: &[&str]| Order::of(&Series::new("d".into(), values)).map(|o| (o.day_first, o.month_first));
        assert_eq!(order(&["01/02/2024", "25/03/2024", "3-31-24 10:00", " 13.1.2024", "1/13/2024"]), Some((2, 2)));
        for nothing in ["2024-03-25", "25:03:00", "1.25", "40/01/2024", "13/13/2024", "13/1-2024", "5/6", "a/25/2024", ""] {
            assert_eq!(order(&[nothing]), None, "{nothing}");
        }
        assert_eq!(Order::of(&Series::new("n".into(), [1.5])), None);
        let mut all = Order { day_first: 1, month_first: 0 };
        assert_eq!(all.day_first(), Some(true));
        all.add(Order { day_first: 0, month_first: 1 });
        assert_eq!(all.day_first(), None);
    }
}
