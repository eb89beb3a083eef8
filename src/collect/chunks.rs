use std::collections::{HashMap, VecDeque};

use polars::prelude::{DataFrame, PlSmallStr};

use super::awaited::Awaited;
use super::blocks::Blocks;
use super::origin::{Opened, Opening, Origin};
use crate::data::{Rows, Table};
use crate::error::{CleanError, CollectError, Result, did_you_mean};
use crate::pipeline::{Context, Warning};

/// The rows of all files in order, so many at a time, in memory that does not grow with the files.
///
/// A source without rows gives one table without rows, so that its columns can still be looked at. After an error
/// nothing more comes.
pub struct Chunks<'a> {
    pub(super) origins: VecDeque<Origin>,
    pub(super) opening: Opening,
    /// The source as the user typed it.
    pub(super) source: String,
    /// Most rows of one table.
    pub(super) rows: usize,
    /// How many rows may still come.
    pub(super) left: usize,
    /// The columns of the first file, and its name; all others must have the same.
    pub(super) first: Option<(DataFrame, String)>,
    open: Option<Open>,
    /// Rows of the open file that were read to know whether any follow.
    ahead: Option<DataFrame>,
    awaited: Awaited,
    /// Rows that are there already, or are made of others, where there is no file to read.
    ready: Option<Box<dyn Blocks>>,
    done: usize,
    ended: bool,
    warnings: Vec<Warning>,
    /// Of several files, what was said of one before: it is told where the rows end, of all files at once.
    again: Vec<Warning>,
    /// What was said, each with the file that it was said of.
    said: HashMap<(String, Option<String>), String>,
    cx: Option<Context<'a>>,
}

/// The file at hand.
struct Open {
    file: Box<dyn Blocks>,
    name: String,
    /// Whether a row came of it.
    rows: bool,
}

impl Chunks<'_> {
    pub(super) fn new(origins: Vec<Origin>, opening: Opening, source: String, rows: usize) -> Self {
        Self {
            origins: origins.into(),
            opening,
            source,
            rows: rows.max(1),
            left: usize::MAX,
            first: None,
            open: None,
            ahead: None,
            awaited: Awaited::default(),
            ready: None,
            done: 0,
            ended: false,
            warnings: Vec::new(),
            again: Vec::new(),
            said: HashMap::new(),
            cx: None,
        }
    }

    /// Shows the progress of what has to be fetched first, and stops fetching when it is asked to.
    #[must_use]
    pub fn with<'b>(self, cx: &Context<'b>) -> Chunks<'b> {
        Chunks { cx: Some(cx.clone()), ..self }
    }

    /// Gives these columns with every table, empty until a record has them: those of JSON are known only from the rows, and the
    /// whole source may well have what its first rows lack.
    #[must_use]
    pub fn awaiting(self, names: impl IntoIterator<Item = String>) -> Self {
        Self { awaited: Awaited::new(names), ..self }
    }

    /// Columns that were awaited in vain, once all rows are read.
    pub fn never_met(&self) -> impl Iterator<Item = &str> {
        self.awaited.never_met()
    }

    /// What is said where one of the columns that are `needed` was awaited in vain.
    #[must_use]
    pub fn missing(&self, needed: impl Fn(&str) -> bool) -> Option<CleanError> {
        self.awaited.missing(needed, &self.source)
    }

    /// Rows that are of no file, with what is to be told of them.
    pub(super) fn ready(self, rows: Box<dyn Blocks>, warnings: Vec<Warning>) -> Self {
        Self { ready: Some(rows), warnings, ..self }
    }

    /// The source as the user typed it.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// What the user should know of the rows read since the last call.
    #[must_use]
    pub fn warnings(&mut self) -> Vec<Warning> {
        if let Some(open) = &mut self.open {
            let (mut notes, name) = (open.file.warnings(), open.name.clone());
            if self.ended {
                notes.extend(open.file.counts());
            }
            self.note(notes, &name);
        }
        if let Some(ready) = &mut self.ready {
            self.warnings.extend(ready.warnings());
        }
        if self.ended {
            self.warnings.append(&mut self.again);
        }
        std::mem::take(&mut self.warnings)
    }

    /// Keeps what is to be told of a file.
    fn note(&mut self, notes: Vec<Warning>, name: &str) {
        for note in notes {
            let first = self.said.entry((note.code.clone(), note.column.clone())).or_insert_with(|| name.to_owned());
            let told = if first == name { &mut self.warnings } else { &mut self.again };
            told.push(note.source(name));
        }
    }

    /// The next rows with what they are the first to tell; what is only known where the rows end goes into `last`.
    pub fn next_told(&mut self, last: &mut Vec<Warning>) -> Option<Result<(Table, Vec<Warning>)>> {
        let table = self.next();
        let warnings = self.warnings();
        let Some(table) = table else {
            last.extend(warnings);
            return None;
        };
        Some(table.map(|table| (table, warnings)))
    }

    /// The next rows, or `None` at the end of the last file.
    fn read(&mut self) -> Result<Option<DataFrame>> {
        loop {
            let rows = self.rows.min(self.left);
            if rows == 0 {
                return Ok(None);
            }
            if let Some(ready) = &mut self.ready {
                return ready.next(rows);
            }
            if let Some(open) = &mut self.open {
                let next = if self.ahead.is_some() { self.ahead.take() } else { open.file.next(rows)? };
                if let Some(frame) = next {
                    self.left -= frame.height();
                    open.rows = true;
                    if open.file.header().is_some() {
                        return Ok(Some(self.in_order(frame)?));
                    }
                    let rows = self.rows.min(self.left);
                    if rows > 0 && self.awaited.lacks(&frame) {
                        self.ahead = open.file.next(rows)?;
                    }
                    let more = self.ahead.is_some() || (rows > 0 && !self.origins.is_empty());
                    return Ok(Some(self.awaited.fill(frame, more)?));
                }
                let (mut notes, name) = (open.file.warnings(), open.name.clone());
                notes.extend(open.file.counts());
                let empty = !open.rows && (self.done > 0 || !self.origins.is_empty());
                self.note(notes, &name);
                // Where it is the only file, that is an error elsewhere.
                if empty {
                    self.note(vec![no_rows(&name)], &name);
                }
                self.open = None;
            }
            let Some(origin) = self.origins.pop_front() else { return Ok(self.nothing()) };
            let mut parts = origin.expand(self.opening.limits, self.cx.as_ref())?.into_iter();
            let Some(origin) = parts.next() else { continue };
            parts.rev().for_each(|part| self.origins.push_front(part));
            let Opened { file, notes, kind } = origin.open(&self.opening, self.left, self.cx.as_ref())?;
            self.opening.fits.opened(kind, &origin.shown, self.origins.is_empty())?;
            self.note(notes, &origin.shown);
            if let Some(header) = file.header() {
                let name = origin.shown.clone();
                match &self.first {
                    None => self.first = Some((header, name)),
                    Some((first, first_name)) => same_columns(first, first_name, &header, &name)?,
                }
            }
            self.open = Some(Open { file, name: origin.shown, rows: false });
        }
    }

    /// The columns without rows, if no rows came at all.
    fn nothing(&mut self) -> Option<DataFrame> {
        self.ended = true;
        self.first.as_ref().filter(|_| self.done == 0).map(|(header, _)| header.clone())
    }

    /// The columns in the order of the first file.
    fn in_order(&self, frame: DataFrame) -> Result<DataFrame> {
        match &self.first {
            Some((first, _)) if first.width() == frame.width() && !first.get_column_names().eq(&frame.get_column_names()) => {
                Ok(frame.select(first.get_column_names().into_iter().map(PlSmallStr::as_str))?)
            }
            _ => Ok(frame),
        }
    }
}

impl Iterator for Chunks<'_> {
    type Item = Result<Table>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        match self.read() {
            Ok(Some(data)) => {
                let first = self.done;
                self.done += data.height();
                Some(Ok(Table { data, rows: Rows { source: self.source.clone(), first, picked: None }, test_from: None }))
            }
            Ok(None) => {
                self.ended = true;
                None
            }
            Err(error) => {
                self.ended = true;
                Some(Err(error))
            }
        }
    }
}

/// What is told of a file, or table, among others that has a header alone.
pub(super) fn no_rows(name: &str) -> Warning {
    Warning::new("no_rows", format!("{name} has a header but no rows"))
}

/// Fails unless both have the same columns of the same types, in whatever order.
fn same_columns(first: &DataFrame, first_name: &str, other: &DataFrame, path: &str) -> Result<()> {
    let (known, found) = (first.schema(), other.schema());
    let (path, first) = (path.to_owned(), first_name.to_owned());
    for (name, dtype) in known.iter() {
        let column = name.to_string();
        match found.get(name) {
            Some(other) if other == dtype => {}
            Some(other) => {
                let (found, expected) = (other.to_string(), dtype.to_string());
                return Err(CollectError::TypesDiffer { path, column, found, expected, first }.into());
            }
            None => {
                let hint = did_you_mean(name, found.iter_names().map(PlSmallStr::as_str).filter(|n| !known.contains(n)));
                return Err(CollectError::MissingColumn { path, column, first, hint }.into());
            }
        }
    }
    match found.iter_names().find(|name| !known.contains(name)) {
        Some(name) => Err(CollectError::ExtraColumn { path, column: name.to_string(), first }.into()),
        None => Ok(()),
    }
}
