//! Where in a sheet the table stands: behind titles, before notes and sums.

use super::table::Grid;
use crate::collect::footer;
use crate::collect::sniff::{self, Row};
use crate::error::{plural, verb};
use crate::pipeline::Warning;

/// More rows than this before a header are no titles, and below a table no footer.
const TITLES: usize = 50;
const FOOTERS: usize = 20;
/// More rows of sums than this are rows.
const SUMS: usize = 4;
/// Rows that are looked at to know what is usual.
const SAMPLE: usize = 1000;

/// The rows of a table in its sheet, by their places in the grid.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Located {
    /// The rows that name the columns; none where nothing does.
    pub names: Vec<usize>,
    /// Rows with values, those that are empty left out.
    pub body: Vec<usize>,
}

/// What is known of the table before it is looked for.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Known {
    /// Whether the first row names the columns.
    pub header: Option<bool>,
    /// Rows before the first one.
    pub skip: Option<usize>,
    /// Whether every row from the first on belongs to the table.
    pub exact: bool,
    pub keep_all: bool,
}

/// Finds the table; everything that is left out is told.
pub(super) fn locate(grid: &Grid, known: Known, table: &str, notes: &mut Vec<Warning>) -> Located {
    let mut rows: Vec<usize> = (0..grid.height()).filter(|row| grid.filled(*row) > 0).collect();
    if let Some(skip) = known.skip {
        rows.retain(|row| grid.number(*row) > skip as u64);
    } else if !known.exact {
        let titles = titles(grid, &rows);
        if titles > 0 {
            let message = format!(
                "{table}: {} before the header {} left out, the first is row {}: {:?}; set [collect] skip_rows = 0 if {} rows",
                plural(titles, "row"),
                verb(titles, "are"),
                grid.number(rows[0]),
                grid.text(rows[0]),
                verb(titles, "they are")
            );
            notes.push(Warning::new("preamble", message).count(titles));
            rows.drain(..titles);
        }
    }
    if !known.exact {
        footer(grid, &mut rows, known.keep_all, table, notes);
    }
    let named = known.header.unwrap_or_else(|| {
        let missing = sniff::is_missing(&sample(grid, &rows).iter().map(borrowed).collect::<Vec<_>>());
        if missing {
            let message = format!(
                "{table}: the first row looks like values, not names; columns are called column_1, column_2, …; set [collect] \
                 header = true if it is a header"
            );
            notes.push(Warning::new("no_header", message));
        }
        !missing
    });
    let mut names = Vec::new();
    if named && let Some(first) = rows.first() {
        let last = first + grid.names_below(*first);
        names = rows.extract_if(.., |row| *row < last).collect();
    }
    if !known.exact {
        names_again(grid, &names, &mut rows, table, notes);
    }
    Located { names, body: rows }
}

/// Leaves out rows that hold the names of the columns again, as where tables were put below one another.
fn names_again(grid: &Grid, names: &[usize], rows: &mut Vec<usize>, table: &str, notes: &mut Vec<Warning>) {
    // A column of its own may hold its name as a value.
    let [header] = names else { return };
    if grid.filled(*header) < 2 {
        return;
    }
    let again: Vec<usize> = rows.extract_if(.., |row| grid.row(*row) == grid.row(*header)).collect();
    if let Some(row) = again.first() {
        let (count, number) = (again.len(), grid.number(*row));
        let message = format!(
            "{table}: {count} rows, the first is row {number}, hold the names of the columns again; they are left out as headers \
             of joined tables"
        );
        notes.push(Warning::new("header_again", message).count(count));
    }
}

/// Number of rows before the header: those with far fewer cells than is usual, of which the last stands above a row of names.
fn titles(grid: &Grid, rows: &[usize]) -> usize {
    let mut filled: Vec<usize> = rows.iter().take(SAMPLE).map(|row| grid.filled(*row)).collect();
    filled.sort_unstable();
    let Some(&usual) = filled.get(filled.len() / 2) else { return 0 };
    let short = |row: &&usize| grid.filled(**row) <= (usual / 2).max(1) && usual > 1;
    let count = rows.iter().take(TITLES).take_while(short).count();
    let Some((&header, below)) = rows[count..].split_first() else { return 0 };
    let alone = count > 0 && usual >= 3 && rows[..count].iter().all(|row| grid.filled(*row) == 1);
    let parted = count > 0 && header > rows[count - 1] + 1;
    let table: Vec<_> = sample(grid, &rows[count..]);
    let plain = sniff::is_plain(&table.iter().map(borrowed).collect::<Vec<_>>());
    if !below.is_empty() && (alone || parted || plain) { count } else { 0 }
}

/// Leaves out notes below the table, and the sums before them.
fn footer(grid: &Grid, rows: &mut Vec<usize>, keep_all: bool, table: &str, notes: &mut Vec<Warning>) {
    let wide = rows.iter().take(SAMPLE).any(|row| grid.filled(*row) > 1);
    let alone = |row: usize| grid.filled(row) == 1;
    let tail = rows.iter().rev().take(FOOTERS).take_while(|row| alone(**row)).count();
    let first = rows.len() - tail;
    let begins = |at: &usize| *at > 0 && (rows[*at] > rows[*at - 1] + 1 || footer::is_about(&grid.text(rows[*at])));
    if wide && let Some(at) = (first..rows.len()).find(begins) {
        let (count, row) = (rows.len() - at, rows[at]);
        let message = format!(
            "{table}: {} below the table {} left out, the first is row {}: {:?}",
            plural(count, "row"),
            verb(count, "are"),
            grid.number(row),
            grid.text(row)
        );
        notes.push(Warning::new("footer", message).count(count));
        rows.truncate(at);
    }
    let total = |row: usize| footer::is_total(&grid.first(row));
    let sums = rows.iter().rev().take_while(|row| total(**row) && grid.filled(**row) < grid.width()).count();
    let rest = rows.len() - sums;
    let elsewhere = rows[..rest].iter().skip(1).any(|row| total(*row));
    if keep_all || sums == 0 || sums > SUMS || elsewhere || rest == 0 {
        return;
    }
    for row in rows.drain(rest..) {
        let message = format!(
            "{table}: row {} at the end of the table begins with {:?} and is left out as a row of sums",
            grid.number(row),
            grid.first(row)
        );
        notes.push(Warning::new("footer", message).count(1));
    }
}

/// The texts of the first rows, with whether an empty row stands before.
fn sample(grid: &Grid, rows: &[usize]) -> Vec<(bool, Vec<String>)> {
    let texts = |row: usize| grid.row(row).iter().map(super::cell::Cell::shown).collect();
    let parted = |at: usize| at > 0 && rows[at] > rows[at - 1] + 1;
    rows.iter().take(SAMPLE).enumerate().map(|(at, row)| (parted(at), texts(*row))).collect()
}

fn borrowed((parted, texts): &(bool, Vec<String>)) -> Row<'_> {
    let fields = texts.iter().map(|text| sniff::Cell { text: text.as_bytes(), quoted: false }).collect();
    Row { line: 0, parted: *parted, fields }
}
