//! Rows of text on their way to a CSV file, and the ways to spoil them.

use mkt::seed::Rng;

/// A table of text cells.
pub struct Sheet {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Sheet {
    pub fn new<S: Into<String>>(header: impl IntoIterator<Item = S>) -> Self {
        Self { header: header.into_iter().map(Into::into).collect(), rows: Vec::new() }
    }

    /// Appends a row.
    ///
    /// # Panics
    /// If it is not as wide as the header.
    pub fn push(&mut self, row: Vec<String>) {
        assert_eq!(row.len(), self.header.len(), "a row is as wide as the header");
        self.rows.push(row);
    }

    pub fn height(&self) -> usize {
        self.rows.len()
    }

    /// Changes about `share` of the cells of a column.
    ///
    /// # Panics
    /// If there is no such column.
    pub fn spoil(&mut self, column: &str, share: f64, rng: &mut Rng, change: impl Fn(&str) -> String) {
        let at = self.header.iter().position(|name| name == column).expect("a column of this sheet");
        for row in &mut self.rows {
            if rng.uniform() < share {
                row[at] = change(&row[at]);
            }
        }
    }

    /// Repeats `count` rows exactly, each copy somewhere after its original.
    pub fn duplicate(&mut self, count: usize, rng: &mut Rng) {
        for _ in 0..count {
            let from = rng.below(self.rows.len());
            let to = from + 1 + rng.below(self.rows.len() - from);
            self.rows.insert(to, self.rows[from].clone());
        }
    }

    /// RFC 4180, except that lines end in LF alone.
    pub fn csv(&self) -> String {
        let mut text = String::new();
        for row in std::iter::once(&self.header).chain(&self.rows) {
            let cells: Vec<_> = row.iter().map(|cell| quoted(cell)).collect();
            text.push_str(&cells.join(","));
            text.push('\n');
        }
        text
    }
}

fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}

/// One of the items, each with its weight.
///
/// # Panics
/// If there are none.
pub fn pick<T: Copy>(rng: &mut Rng, items: &[(T, f64)]) -> T {
    let mut left = rng.uniform() * items.iter().map(|(_, weight)| weight).sum::<f64>();
    for (item, weight) in items {
        left -= weight;
        if left < 0.0 {
            return *item;
        }
    }
    items.last().expect("something to pick from").0
}

/// The nearest whole number that is not negative.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "amounts of the samples are small")]
pub fn whole(x: f64) -> u32 {
    x.round().max(0.0) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use mkt::seed::Seed;

    #[test]
    fn cells_are_quoted_only_where_they_must_be() {
        let mut sheet = Sheet::new(["a", "b"]);
        sheet.push(vec!["1".into(), "x, \"y\"".into()]);
        assert_eq!(sheet.csv(), "a,b\n1,\"x, \"\"y\"\"\"\n");
    }

    #[test]
    fn a_copy_stands_after_its_original() {
        let mut sheet = Sheet::new(["a"]);
        (0..50).for_each(|i| sheet.push(vec![format!("{i:02}")]));
        sheet.duplicate(5, &mut Seed::new(1).rng());
        assert_eq!(sheet.height(), 55);
        sheet.rows.dedup();
        let mut firsts: Vec<_> = Vec::new();
        sheet.rows.iter().for_each(|row| {
            if !firsts.contains(row) {
                firsts.push(row.clone());
            }
        });
        assert!(firsts.is_sorted(), "the originals keep their order");
    }

    #[test]
    fn a_weight_of_zero_is_never_picked() {
        let mut rng = Seed::new(1).rng();
        assert!((0..1000).all(|_| pick(&mut rng, &[('a', 0.0), ('b', 1.0), ('c', 0.0)]) == 'b'));
    }
}
