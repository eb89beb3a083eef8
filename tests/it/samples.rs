//! Small tables with a signal that a network finds within a few epochs.

use mkt::seed::{Rng, Seed};
use std::fmt::Write as _;

/// A table whose `y` (`yes` or `no`) follows `amount` and, with `visits`, `colour`: about one `yes` in two.
pub fn binary(rows: usize, seed: u64) -> String {
    table("y", rows, seed, |score, rng| if rng.uniform() < 1.0 / (1.0 + (-score).exp()) { "yes" } else { "no" }.into())
}

/// The same inputs with three classes `a`, `b`, `c`.
pub fn multiclass(rows: usize, seed: u64) -> String {
    table("y", rows, seed, |score, rng| match score + rng.normal() {
        s if s < -1.5 => "a".into(),
        s if s < 1.5 => "b".into(),
        _ => "c".into(),
    })
}

/// The same inputs with a number.
pub fn regression(rows: usize, seed: u64) -> String {
    table("y", rows, seed, |score, rng| format!("{:.3}", 100.0 + 10.0 * score + rng.normal()))
}

fn table(target: &str, rows: usize, seed: u64, draw: impl Fn(f64, &mut Rng) -> String) -> String {
    let mut rng = Seed::new(seed).rng();
    let mut text = format!("id,amount,visits,colour,{target}\n");
    for row in 0..rows {
        let amount = 50.0 + 10.0 * rng.normal();
        let visits = rng.below(9);
        let colour = ["red", "green", "blue"][rng.below(3)];
        let score = 0.25 * (amount - 50.0) + if colour == "red" && visits > 4 { 2.0 } else { -0.5 };
        let y = draw(score, &mut rng);
        writeln!(text, "{row:05},{amount:.2},{visits},{colour},{y}").expect("a string takes all text");
    }
    text
}

/// Changes every cell of a column; cells hold no commas.
///
/// # Panics
/// If there is no such column.
pub fn map_column(csv: &str, column: &str, change: impl Fn(usize, &str) -> String) -> String {
    let mut lines = csv.lines();
    let header = lines.next().expect("a header");
    let at = header.split(',').position(|name| name == column).expect("a column of the table");
    let mut text = format!("{header}\n");
    for (row, line) in lines.enumerate() {
        let cells = line.split(',').enumerate().map(|(i, cell)| if i == at { change(row, cell) } else { cell.to_owned() });
        text += &cells.collect::<Vec<_>>().join(",");
        text.push('\n');
    }
    text
}

/// The rows of a table in another order: at each place the one that `from` gives.
pub fn reordered(csv: &str, from: impl Fn(usize) -> usize) -> String {
    let (header, rows) = csv.split_once('\n').unwrap();
    let rows: Vec<&str> = rows.lines().collect();
    let rows = (0..rows.len()).map(|row| format!("{}\n", rows[from(row)]));
    format!("{header}\n{}", rows.collect::<String>())
}

/// Adds a column at the right.
pub fn add_column(csv: &str, name: &str, value: impl Fn(usize) -> String) -> String {
    let added = std::iter::once(name.to_owned()).chain((0..).map(value));
    csv.lines().zip(added).flat_map(|(line, cell)| [line.to_owned(), ",".into(), cell, "\n".into()]).collect()
}

/// Puts the columns in another order, or leaves some out.
///
/// # Panics
/// If a column does not exist.
pub fn select(csv: &str, columns: &[&str]) -> String {
    let header: Vec<_> = csv.lines().next().expect("a header").split(',').collect();
    let at: Vec<_> = columns.iter().map(|c| header.iter().position(|name| name == c).expect("a column of the table")).collect();
    let row = |line: &str| {
        let cells: Vec<_> = line.split(',').collect();
        at.iter().map(|&i| cells[i]).collect::<Vec<_>>().join(",") + "\n"
    };
    csv.lines().map(row).collect()
}

#[test]
fn columns_are_changed_as_asked() {
    let csv = "a,b\n1,2\n3,4\n";
    assert_eq!(map_column(csv, "b", |row, cell| format!("{cell}/{row}")), "a,b\n1,2/0\n3,4/1\n");
    assert_eq!(add_column(csv, "c", |row| row.to_string()), "a,b,c\n1,2,0\n3,4,1\n");
    assert_eq!(select(csv, &["b", "a"]), "b,a\n2,1\n4,3\n");
}
