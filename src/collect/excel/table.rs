//! From the cells of a sheet to typed columns.

use std::collections::HashSet;

use calamine::{Data, Dimensions, Range};
use polars::prelude::{BooleanChunked, Column, DataFrame, DataType, Float64Chunked, IntoColumn, StringChunked, TimeUnit};

use super::cell::Cell;
use super::locate::{Known, Located, locate};
use super::part::{Area, Part, letters};
use crate::collect::names::column_names;
use crate::error::{CollectError, Result};
use crate::pipeline::Warning;

/// The cells of a sheet, from the first used row and column on.
pub(super) struct Grid {
    cells: Vec<Cell>,
    width: usize,
    /// Place of the first row and column in the sheet, from 0.
    first_row: u32,
    first_column: u32,
}

impl Grid {
    /// The used cells, or those of them that are in an area.
    pub fn new(range: Range<Data>, area: Option<Area>) -> Self {
        let range = match (area, range.start(), range.end()) {
            (Some(area), Some(start), Some(end)) => {
                let first = (area.first_row.max(start.0), area.first_column.max(start.1));
                let last = (area.last_row.min(end.0), area.last_column.min(end.1));
                if first.0 <= last.0 && first.1 <= last.1 { range.range(first, last) } else { Range::empty() }
            }
            _ => range,
        };
        let (first_row, first_column) = range.start().unwrap_or_default();
        let width = range.width();
        Self { cells: range.rows().flatten().map(Cell::of).collect(), width, first_row, first_column }
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
        let column = self.first_column.saturating_add(u32::try_from(column).unwrap_or(u32::MAX));
        format!("{}{}", letters(column), self.number(row))
    }

    /// Gives every row that a merged cell stands in its value: only the first one has it in the file.
    pub fn fill_merged(&mut self, merged: &[Dimensions], table: &str) -> Option<Warning> {
        let mut count = 0;
        let mut example = None;
        for region in merged {
            let Some(column) = region.start.1.checked_sub(self.first_column).map(|c| c as usize) else { continue };
            let Some(from) = region.start.0.checked_sub(self.first_row).map(|r| r as usize) else { continue };
            let to = (region.end.0.saturating_sub(self.first_row) as usize).min(self.height().saturating_sub(1));
            if column >= self.width || from >= self.height() {
                continue;
            }
            let value = self.cells[from * self.width + column].clone();
            for row in from + 1..=to {
                let cell = &mut self.cells[row * self.width + column];
                if cell.is_empty() && !value.is_empty() {
                    *cell = value.clone();
                    count += 1;
                    example.get_or_insert((from, column));
                }
            }
        }
        let (row, column) = example?;
        let cell = self.name(row, column);
        let message =
            format!("{table}: {count} empty cells get the value of the merged cell they belong to, first that of {cell}");
        Some(Warning::new("merged_cells", message).count(count))
    }
}

/// The table of a grid, its columns typed by all of their cells.
pub(super) fn read(grid: &Grid, part: &Part, table: &str, notes: &mut Vec<Warning>) -> Result<DataFrame> {
    let known =
        Known { header: part.header, skip: part.skip, exact: part.area.is_some_and(Area::names_rows), keep_all: part.keep_all };
    let Located { header, body } = locate(grid, known, table, notes);
    if body.is_empty() {
        return Err(match header {
            Some(_) => CollectError::NoRows { path: table.into() },
            None => CollectError::Empty { path: table.into() },
        }
        .into());
    }
    // A column without a name and without values only stands between others.
    let used = |column: &usize| header.iter().chain(&body).any(|row| !grid.row(*row)[*column].is_empty());
    let columns: Vec<usize> = (0..grid.width()).filter(used).collect();
    let names = match header {
        Some(row) => {
            let written: Vec<String> = columns.iter().map(|c| grid.row(row)[*c].shown().trim().to_owned()).collect();
            let (names, warnings) = column_names(&written, table);
            notes.extend(warnings);
            names
        }
        None => (1..=columns.len()).map(|n| format!("column_{n}").into()).collect(),
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
        let message = format!("{table}: {count} cells hold an error of a formula and are missing, first {error} in {place}");
        notes.push(Warning::new("error_cells", message).count(count));
    }
    Ok(DataFrame::new(body.len(), typed)?)
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
        Some(Cell::Bool(_)) if kinds.len() == 1 => {
            let word = |cell: &&Cell| if let Cell::Bool(value) = cell { Some(*value) } else { None };
            cells.iter().map(word).collect::<BooleanChunked>().into_column()
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
            cells.iter().map(|cell| cell.text()).collect::<StringChunked>().into_column()
        }
    })
}
