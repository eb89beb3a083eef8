use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr;

use crate::report::{pad, short};

/// Widest text in a cell of a terminal's table, in columns.
const CELL: usize = 40;

/// Rows under a head, for the terminal and for Markdown.
pub struct Table {
    rows: Vec<Vec<String>>,
    /// So many columns from the left hold texts, and name what a row is about; the others hold numbers.
    names: usize,
}

impl Table {
    /// A table with that head.
    pub fn new(names: usize, head: &[&str]) -> Self {
        Self { rows: vec![head.iter().map(|&cell| cell.to_owned()).collect()], names }
    }

    /// Adds a row of as many cells as the head has.
    pub fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// Columns under each other: texts from the left, numbers from the right. Where they do not fit into the width, the
    /// other columns follow below, behind the names again.
    pub fn text(&self, width: usize) -> String {
        let cell = |row: &[String], i: usize| if i < self.names { short(&row[i], CELL) } else { row[i].clone() };
        let columns = self.rows[0].len();
        let widths: Vec<usize> =
            (0..columns).map(|i| self.rows.iter().map(|row| cell(row, i).width()).max().unwrap_or(0)).collect();
        let names: usize = widths[..self.names].iter().map(|w| w + 2).sum();
        let mut blocks = vec![Vec::new()];
        let mut used = 2 + names;
        for (i, column) in widths.iter().enumerate().skip(self.names) {
            if used + column > width && blocks.last().is_some_and(|block| !block.is_empty()) {
                blocks.push(Vec::new());
                used = 2 + names;
            }
            used += column + 2;
            if let Some(block) = blocks.last_mut() {
                block.push(i);
            }
        }
        let mut text = String::new();
        for (n, block) in blocks.iter().enumerate() {
            if n > 0 {
                text.push('\n');
            }
            for row in &self.rows {
                let cells = (0..self.names).chain(block.iter().copied()).map(|i| {
                    let cell = cell(row, i);
                    let gap = " ".repeat(widths[i].saturating_sub(cell.width()));
                    if i < self.names { pad(&cell, widths[i]) } else { gap + &cell }
                });
                let line = format!("  {}", cells.collect::<Vec<_>>().join("  "));
                text.push_str(line.trim_end());
                text.push('\n');
            }
        }
        text
    }

    /// Either way round, whichever takes fewer lines: with rows under each other, or side by side. What is said of one row
    /// then stands together, rather than in pieces.
    pub fn text_either_way(&self, width: usize) -> String {
        let turned = Self { rows: self.turned(), names: 1 };
        let (rows, columns) = (self.text(width), turned.text(width));
        if columns.lines().count() < rows.lines().count() { columns } else { rows }
    }

    /// Rows as columns; names are cut as if they stood in front.
    fn turned(&self) -> Vec<Vec<String>> {
        let cell = |row: &[String], i: usize| if i < self.names { short(&row[i], CELL) } else { row[i].clone() };
        (0..self.rows[0].len()).map(|i| self.rows.iter().map(|row| cell(row, i)).collect()).collect()
    }

    /// A table of Markdown (GitHub's); nothing in a cell acts as such.
    pub fn markdown(&self) -> String {
        let mut text = String::new();
        for (n, row) in self.rows.iter().enumerate() {
            let cells: Vec<String> = row.iter().map(|cell| escaped(cell)).collect();
            let _ = writeln!(text, "| {} |", cells.join(" | "));
            if n == 0 {
                let line = |i: usize| if i < self.names { "---" } else { "---:" };
                let _ = writeln!(text, "|{}|", (0..row.len()).map(line).collect::<Vec<_>>().join("|"));
            }
        }
        text
    }
}

/// Text from the data in Markdown: every sign that could act is written as itself.
pub fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in crate::report::clean(text).chars() {
        if "\\`*_{}[]<>()#|~&!@".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let mut table = Table::new(1, &["group", "rows", "auc"]);
        table.row(vec!["客户".into(), "12".into(), "0.5".into()]);
        table.row(vec!["a|b".into(), "7".into(), "0.75".into()]);
        table
    }

    #[test]
    fn columns_stand_under_each_other_by_their_width() {
        assert_eq!(table().text(80), "  group  rows   auc\n  客户     12   0.5\n  a|b       7  0.75\n");
    }

    #[test]
    fn what_does_not_fit_follows_below() {
        let text = table().text(14);
        assert_eq!(text, "  group  rows\n  客户     12\n  a|b       7\n\n  group   auc\n  客户    0.5\n  a|b    0.75\n");
    }

    #[test]
    fn of_two_ways_round_the_shorter_one_is_taken() {
        let mut table = Table::new(1, &["group", "rows", "tpr", "auc"]);
        table.row(vec!["f".into(), "12".into(), "0.50 [0.40, 0.60]".into(), "0.70 [0.60, 0.80]".into()]);
        table.row(vec!["m".into(), "7".into(), "0.25 [0.10, 0.40]".into(), "0.75 [0.70, 0.80]".into()]);
        assert_eq!(table.text_either_way(80), table.text(80));
        assert_eq!(
            table.text_either_way(46),
            "  group                  f                  m\n  rows                  12                  7\n  tpr    0.50 [0.40, 0.60]  0.25 [0.10, 0.40]\n  auc    0.70 [0.60, 0.80]  0.75 [0.70, 0.80]\n"
        );
    }

    #[test]
    fn nothing_acts_in_markdown() {
        assert_eq!(table().markdown().lines().last(), Some("| a\\|b | 7 | 0.75 |"));
        assert_eq!(table().markdown().lines().nth(1), Some("|---|---:|---:|"));
        assert_eq!(escaped("<img src=x> [a](b)\n@all"), "\\<img src=x\\> \\[a\\]\\(b\\)�\\@all");
    }
}
