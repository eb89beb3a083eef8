//! From the cells of a sheet to typed columns.

use std::collections::HashSet;
use std::ops::Range;

use calamine::{Data, Dimensions, Range as Cells};
use polars::prelude::{BooleanChunked, Column, DataFrame, DataType, Float64Chunked, IntoColumn, StringChunked, TimeUnit};

use super::cell::Cell;
use super::locate::{Known, Located, locate};
use super::part::{Area, Part, letters};
use crate::collect::names::column_names;
use crate::error::{CollectError, Result, plural, verb};
use crate::pipeline::Warning;

/// Names of columns that take more rows than this are rows of the table.
const NAMES: usize = 3;

/// The cells of a sheet, from the first used row and column on.
pub(super) struct Grid {
    cells: Vec<Cell>,
    width: usize,
    /// Place of the first row and column in the sheet, from 0.
    first_row: u32,
    first_column: u32,
    /// Rows and columns of the merged cells that begin in the grid.
    merged: Vec<(Range<usize>, Range<usize>)>,
}

impl Grid {
    /// The used cells, or those of them that are in an area.
    pub fn new(range: Cells<Data>, area: Option<Area>) -> Self {
        let range = match (area, range.start(), range.end()) {
            (Some(area), Some(start), Some(end)) => {
                let first = (area.first_row.max(start.0), area.first_column.max(start.1));
                let last = (area.last_row.min(end.0), area.last_column.min(end.1));
                if first.0 <= last.0 && first.1 <= last.1 { range.range(first, last) } else { Cells::empty() }
            }
            _ => range,
        };
        let (first_row, first_column) = range.start().unwrap_or_default();
        let width = range.width();
        Self { cells: range.rows().flatten().map(Cell::of).collect(), width, first_row, first_column, merged: Vec::new() }
    }

    pub const fn width(&self) -> usize {
        self.width
    }

    pub fn height(&self) -> usize {
        self.cells.len().checked_div(self.width).unwrap_or(0)
    }

    pub fn row(&self, row: usize) -> &[Cell] {
        &self.cells[row * self.width..][..self.width]
    }

    /// Number of cells of a row that are not empty.
    pub fn filled(&self, row: usize) -> usize {
        self.row(row).iter().filter(|cell| !cell.is_empty()).count()
    }

    /// The number of a row as Excel shows it.
    pub const fn number(&self, row: usize) -> u64 {
        self.first_row as u64 + row as u64 + 1
    }

    /// The first filled cell of a row as text.
    pub fn first(&self, row: usize) -> String {
        self.row(row).iter().find(|cell| !cell.is_empty()).map(Cell::shown).unwrap_or_default().trim().to_owned()
    }

    /// The first letters of a row, for a message.
    pub fn text(&self, row: usize) -> String {
        let texts: Vec<String> = self.row(row).iter().filter(|c| !c.is_empty()).map(Cell::shown).collect();
        texts.join(" ").chars().take(60).collect()
    }

    /// The name of a cell, such as `C7`.
    fn name(&self, row: usize, column: usize) -> String {
        format!("{}{}", self.column(column), self.number(row))
    }

    /// The letters of a column.
    fn column(&self, column: usize) -> String {
        letters(self.first_column.saturating_add(u32::try_from(column).unwrap_or(u32::MAX)))
    }

    /// Gives every row that a merged cell stands in its value: only the first one has it in the file.
    pub fn fill_merged(&mut self, merged: &[Dimensions], table: &str) -> Option<Warning> {
        let (width, height) = (self.width, self.height());
        let place = |at: u32, first: u32| at.checked_sub(first).map(|at| at as usize);
        for region in merged {
            let (Some(row), Some(column)) = (place(region.start.0, self.first_row), place(region.start.1, self.first_column))
            else {
                continue;
            };
            if row < height && column < width {
                let rows = row..(place(region.end.0, self.first_row).unwrap_or(row) + 1).min(height);
                let columns = column..(place(region.end.1, self.first_column).unwrap_or(column) + 1).min(width);
                self.merged.push((rows, columns));
            }
        }
        let mut count = 0;
        let mut example = None;
        for (rows, columns) in &self.merged {
            let (from, column) = (rows.start, columns.start);
            let value = self.cells[from * width + column].clone();
            for row in rows.clone().skip(1) {
                let cell = &mut self.cells[row * width + column];
                if cell.is_empty() && !value.is_empty() {
                    *cell = value.clone();
                    count += 1;
                    example = Some(example.map_or((from, column), |first: (usize, usize)| first.min((from, column))));
                }
            }
        }
        let (row, column) = example?;
        let cell = self.name(row, column);
        let (cells, get) = (plural(count, "empty cell"), verb(count, "get"));
        let they = verb(count, "they belong");
        let message = format!("{table}: {cells} {get} the value of the merged cell {they} to, first that of {cell}");
        Some(Warning::new("merged_cells", message).count(count))
    }

    /// How many rows the names of the columns take that begin in a row: a merged cell among them may reach further down, as
    /// where some names stand below a common one.
    pub fn names_below(&self, row: usize) -> usize {
        let reach = self.merged.iter().filter(|(rows, _)| rows.start == row).map(|(rows, _)| rows.len()).max().unwrap_or(1);
        let is_name = |cell: &Cell| matches!(cell, Cell::Text(_) | Cell::Empty);
        // Numbers are names where a common one stands above several columns, such as the years of sales.
        let common = |below: usize, column: usize| {
            let above = |(rows, columns): &(Range<usize>, Range<usize>)| {
                columns.len() > 1 && columns.contains(&column) && rows.start >= row && rows.end <= below
            };
            self.merged.iter().any(above)
        };
        let is_part = |below: usize| move |(column, cell): (usize, &Cell)| is_name(cell) || common(below, column);
        let named = (row + 1..row + reach).all(|below| self.row(below).iter().enumerate().all(is_part(below)));
        if reach <= NAMES && named { reach } else { 1 }
    }

    /// The name of a column: what stands in the rows of names, each part once, those above several columns with each.
    fn column_name(&self, names: &[usize], column: usize) -> String {
        let mut parts: Vec<String> = Vec::new();
        for &row in names {
            let above = |(rows, columns): &&(Range<usize>, Range<usize>)| rows.contains(&row) && columns.contains(&column);
            let cell = match self.merged.iter().find(above) {
                Some((rows, columns)) if names.len() > 1 => &self.row(rows.start)[columns.start],
                _ => &self.row(row)[column],
            };
            let text = cell.shown().trim().to_owned();
            if !text.is_empty() && parts.last() != Some(&text) {
                parts.push(text);
            }
        }
        parts.join(" ")
    }
}

/// The table of a grid, its columns typed by all of their cells.
pub(super) fn read(grid: &Grid, part: &Part, table: &str, notes: &mut Vec<Warning>) -> Result<DataFrame> {
    let known =
        Known { header: part.header, skip: part.skip, exact: part.area.is_some_and(Area::names_rows), keep_all: part.keep_all };
    let Located { names: rows_of_names, body } = locate(grid, known, table, notes);
    if body.is_empty() {
        let path = table.into();
        let error = if rows_of_names.is_empty() { CollectError::Empty { path } } else { CollectError::NoRows { path } };
        return Err(error.into());
    }
    // A column without a name and without values only stands between others.
    let used = |column: &usize| rows_of_names.iter().chain(&body).any(|row| !grid.row(*row)[*column].is_empty());
    let columns: Vec<usize> = (0..grid.width()).filter(used).collect();
    notes.extend(side_table(grid, &columns, &body, part.area.is_some(), table));
    let names = if rows_of_names.is_empty() {
        (1..=columns.len()).map(|n| format!("column_{n}").into()).collect()
    } else {
        let written: Vec<String> = columns.iter().map(|c| grid.column_name(&rows_of_names, *c)).collect();
        let (names, warnings) = column_names(&written, table);
        notes.extend(warnings);
        names
    };
    let mut errors = (0, None);
    let mut typed = Vec::with_capacity(columns.len());
    for (column, name) in columns.iter().zip(&names) {
        let cells: Vec<&Cell> = body.iter().map(|row| &grid.row(*row)[*column]).collect();
        for (row, cell) in body.iter().zip(&cells) {
            if let Cell::Error(error) = cell {
                errors.0 += 1;
                errors.1.get_or_insert_with(|| (error.clone(), grid.name(*row, *column)));
            }
        }
        let mut values = typed_column(&cells, name, table, notes)?;
        values.rename(name.clone());
        typed.push(values);
    }
    if let (count, Some((error, place))) = errors {
        let (cells, hold, are) = (plural(count, "cell"), verb(count, "hold"), verb(count, "are"));
        let message = format!("{table}: {cells} {hold} an error of a formula and {are} missing, first {error} in {place}");
        notes.push(Warning::new("error_cells", message).count(count));
    }
    Ok(DataFrame::new(body.len(), typed)?)
}

/// What is said where columns stand behind an empty one: they may be a table of their own, and surely are where they end in
/// another row than those before it. A column alone is no table, and whoever named the `cells` that are read knows of an empty
/// column among them.
fn side_table(grid: &Grid, columns: &[usize], body: &[usize], cells: bool, table: &str) -> Option<Warning> {
    let last = |columns: &[usize]| {
        let filled = |row: &&usize| columns.iter().any(|column| !grid.row(**row)[*column].is_empty());
        body.iter().rev().find(filled).map_or(0, |row| grid.number(*row))
    };
    let mut start = 0;
    let mut before = None;
    for end in 1..=columns.len() {
        if columns.get(end).is_some_and(|next| *next == columns[end - 1] + 1) {
            continue;
        }
        let here = last(&columns[start..end]);
        let width = end - start;
        let are_tables = |before: usize| !cells && before > 1 && width > 1;
        if let Some((other, _)) = before.filter(|(other, before)| *other != here || are_tables(*before)) {
            let column = grid.column(columns[start]);
            let rows = if other == here {
                ", beside those before it".to_owned()
            } else {
                format!(" and end in row {here}, those before it in row {other}")
            };
            let message = format!(
                "{table}: the columns from {column} on stand behind an empty one{rows}; all are read as one table; set [collect] \
                 range if they are two"
            );
            return Some(Warning::new("side_table", message));
        }
        (start, before) = (end, Some((here, width)));
    }
    None
}

/// Numbers, moments or truth values where all cells are those; else every cell as text, from which cleaning decides.
fn typed_column(cells: &[&Cell], name: &str, table: &str, notes: &mut Vec<Warning>) -> Result<Column> {
    let kind = |cell: &&&Cell| std::mem::discriminant(**cell);
    let says = |cell: &&&Cell| !matches!(**cell, Cell::Empty | Cell::Error(_));
    let kinds: HashSet<_> = cells.iter().filter(says).map(|cell| kind(&cell)).collect();
    let first = cells.iter().find(says);
    Ok(match first {
        Some(Cell::Number(_)) if kinds.len() == 1 => {
            let number = |cell: &&Cell| if let Cell::Number(n) = cell { Some(*n) } else { None };
            cells.iter().map(number).collect::<Float64Chunked>().into_column()
        }
        Some(Cell::Seconds(_)) if kinds.len() == 1 => {
            let message = format!("{table}: the times in \"{name}\" are read as seconds");
            notes.push(Warning::new("seconds", message).column(name));
            let number = |cell: &&Cell| if let Cell::Seconds(n) = cell { Some(*n) } else { None };
            cells.iter().map(number).collect::<Float64Chunked>().into_column()
        }
        // Some of them may be stored as texts.
        Some(_)
            if cells.iter().any(|c| matches!(c, Cell::Bool(_))) && cells.iter().filter(says).all(|c| c.truth().is_some()) =>
        {
            cells.iter().map(|cell| cell.truth()).collect::<BooleanChunked>().into_column()
        }
        Some(Cell::Moment(_)) if kinds.len() == 1 => {
            let moment = |cell: &&Cell| if let Cell::Moment(at) = cell { Some(at.and_utc().timestamp_micros()) } else { None };
            let moments: polars::prelude::Int64Chunked = cells.iter().map(moment).collect();
            moments.into_column().cast(&DataType::Datetime(TimeUnit::Microseconds, None))?
        }
        _ => {
            if kinds.len() > 1 {
                let texts: Vec<&&Cell> = cells.iter().filter(|c| matches!(c, Cell::Text(_))).collect();
                let example = texts.first().map_or_else(String::new, |cell| format!(", such as {:?}", cell.shown()));
                let others = cells.iter().filter(says).count() - texts.len();
                let message = if texts.is_empty() {
                    format!("{table}: \"{name}\" holds numbers, dates or truth values of several kinds; all are read as text")
                } else {
                    let count = texts.len();
                    format!(
                        "{table}: \"{name}\" holds {count} texts{example} among {others} numbers, dates or truth values; all are read as text"
                    )
                };
                notes.push(Warning::new("mixed_cells", message).column(name).count(texts.len()));
            }
            notes.extend(percentages(cells, name, table));
            cells.iter().map(|cell| cell.text()).collect::<StringChunked>().into_column()
        }
    })
}

/// What is said of percentages that are texts among cells that are numbers: a cell that shows 3 % holds 0.03.
fn percentages(cells: &[&Cell], name: &str, table: &str) -> Option<Warning> {
    let percent = |cell: &&&Cell| matches!(cell, Cell::Text(text) if text.trim_end().ends_with(['%', '％']));
    let example = cells.iter().find(percent).filter(|_| cells.iter().any(|cell| matches!(cell, Cell::Number(_))))?;
    let message = format!(
        "{table}: \"{name}\" holds texts such as {:?} among numbers; 3 % is 3 in a text, but 0.03 in a cell that shows it: write \
         all in one way",
        example.shown()
    );
    Some(Warning::new("percent_texts", message).column(name).count(cells.iter().filter(percent).count()))
}
