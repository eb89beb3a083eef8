//! Excel files (xlsx, xlsm, xlsb, xls) and `OpenDocument` sheets (ods). A sheet is read whole and handed out in pieces.

mod cell;
mod locate;
mod part;
mod table;
mod zip;

use std::fs::File;
use std::io::{Cursor, Read};
use std::sync::Arc;

use calamine::{Data, Dimensions, Ods, Range, Reader, SheetType, SheetVisible, Sheets, Xls, Xlsb, Xlsx, open_workbook_from_rs};
use polars::prelude::DataFrame;

pub use part::{Area, Part, SheetChoice};

use super::blocks::Blocks;
use super::typed::Pieces;
use crate::error::{CollectError, Error, Result, did_you_mean, one_line};
use crate::pipeline::Warning;
use cell::Cell;
use table::Grid;

const KIND: &str = "an Excel file";
/// Most sheets that a message lists.
const LISTED: usize = 12;

type Bytes = Cursor<Arc<[u8]>>;

/// The table of one sheet.
pub(super) struct Excel {
    header: DataFrame,
    pieces: Pieces,
    warnings: Vec<Warning>,
}

impl Excel {
    /// Reads the table of the sheet that is meant.
    pub fn open(name: &str, mut file: File, part: &Part) -> Result<Self> {
        let io = |source| Error::from(CollectError::Io { path: name.into(), source });
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(io)?;
        if let Some(declared) = zip::bomb(&bytes) {
            let size = bytes.len() as u64;
            return Err(CollectError::Bomb { path: name.into(), declared, what: "bytes", size, ratio: zip::RATIO }.into());
        }
        let mut book = Book { name, sheets: open(name, Cursor::new(bytes.into()))? };
        let (sheet, range) = book.choose(part.sheet.as_ref())?;
        let merged = book.merged(&sheet);
        let mut grid = Grid::new(range, part.area);
        let table = format!("{name}, sheet \"{sheet}\"");
        let mut warnings = Vec::new();
        warnings.extend(grid.fill_merged(&merged, &table));
        let frame = table::read(&grid, part, &table, &mut warnings)?;
        Ok(Self { header: frame.clear(), pieces: Pieces::new(frame), warnings })
    }
}

impl Blocks for Excel {
    fn header(&self) -> Option<DataFrame> {
        Some(self.header.clone())
    }

    fn next(&mut self, rows: usize) -> Result<Option<DataFrame>> {
        Ok(self.pieces.next(rows))
    }

    fn warnings(&mut self) -> Vec<Warning> {
        std::mem::take(&mut self.warnings)
    }
}

/// Opens a workbook of the kind that its first bytes and its parts show.
fn open(name: &str, bytes: Bytes) -> Result<Sheets<Bytes>> {
    let encrypted = || -> Error {
        let (found, hint) = ("an encrypted workbook", "save it without a password");
        CollectError::NotATable { path: name.into(), found, hint }.into()
    };
    let damaged = |message: String| {
        if message.contains("password protected") {
            return encrypted();
        }
        Error::from(CollectError::Damaged { path: name.into(), expected: KIND, message: one_line(&message) })
    };
    let holds = |part: &[u8]| memchr::memmem::find(bytes.get_ref(), part).is_some();
    if bytes.get_ref().starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        // An encrypted workbook of any kind is packed into the container of the old ones.
        let package: Vec<u8> = "EncryptedPackage".bytes().flat_map(|b| [b, 0]).collect();
        if holds(&package) {
            return Err(encrypted());
        }
        return open_workbook_from_rs::<Xls<_>, _>(bytes).map(Sheets::Xls).map_err(|e| damaged(e.to_string()));
    }
    if !bytes.get_ref().starts_with(b"PK") {
        return Err(damaged("it begins like none".into()));
    }
    if holds(b"xl/workbook.bin") {
        open_workbook_from_rs::<Xlsb<_>, _>(bytes).map(Sheets::Xlsb).map_err(|e| damaged(e.to_string()))
    } else if holds(b"xl/workbook.xml") || holds(b"[Content_Types].xml") {
        open_workbook_from_rs::<Xlsx<_>, _>(bytes).map(Sheets::Xlsx).map_err(|e| damaged(e.to_string()))
    } else if zip::unpacked(bytes.get_ref()).is_some() && !holds(b"mimetype") {
        let (found, hint) = ("a ZIP archive without a workbook", "unpack it, and name the files in it");
        Err(CollectError::NotATable { path: name.into(), found, hint }.into())
    } else {
        open_workbook_from_rs::<Ods<_>, _>(bytes).map(Sheets::Ods).map_err(|e| damaged(e.to_string()))
    }
}

struct Book<'a> {
    name: &'a str,
    sheets: Sheets<Bytes>,
}

impl Book<'_> {
    fn error(&self, message: String) -> Error {
        CollectError::Sheet { path: self.name.into(), message }.into()
    }

    fn range(&mut self, sheet: &str) -> Result<Range<Data>> {
        let damaged = |e: calamine::Error| {
            let message = one_line(&format!("sheet \"{sheet}\": {e}"));
            Error::from(CollectError::Damaged { path: self.name.into(), expected: KIND, message })
        };
        self.sheets.worksheet_range(sheet).map_err(damaged)
    }

    /// The sheet that is set, else the only visible one with data, with its cells.
    fn choose(&mut self, set: Option<&SheetChoice>) -> Result<(String, Range<Data>)> {
        let sheets: Vec<_> = self.sheets.sheets_metadata().to_vec();
        let names: Vec<&str> = sheets.iter().map(|s| s.name.as_str()).collect();
        let chosen = match set {
            Some(SheetChoice::Name(name)) => {
                let found = names.iter().find(|known| *known == name);
                Some(*found.ok_or_else(|| {
                    let hint = did_you_mean(name, names.iter().copied());
                    self.error(format!("no sheet \"{name}\"{hint} (there are {})", list(&names)))
                })?)
            }
            Some(SheetChoice::Number(number)) => {
                let found = number.checked_sub(1).and_then(|at| names.get(at));
                Some(*found.ok_or_else(|| self.error(format!("no sheet {number} (there are {})", list(&names))))?)
            }
            None => None,
        };
        if let Some(name) = chosen {
            let range = self.range(name)?;
            return if has_data(&range) {
                Ok((name.into(), range))
            } else {
                Err(self.error(format!("sheet \"{name}\" is empty")))
            };
        }
        let mut filled = Vec::new();
        for sheet in sheets.iter().filter(|s| s.typ == SheetType::WorkSheet && s.visible == SheetVisible::Visible) {
            let range = self.range(&sheet.name)?;
            if has_data(&range) {
                filled.push((sheet.name.clone(), range));
            }
        }
        match filled.len() {
            1 => Ok(filled.remove(0)),
            0 => Err(self.error(format!("no visible sheet has data; set [collect] sheet (there are {})", list(&names)))),
            n => {
                let names: Vec<&str> = filled.iter().map(|(name, _)| name.as_str()).collect();
                Err(self.error(format!("{n} sheets have data: {}; set [collect] sheet to one of them", list(&names))))
            }
        }
    }

    /// The merged cells of a sheet, where the format tells them.
    fn merged(&mut self, sheet: &str) -> Vec<Dimensions> {
        match &mut self.sheets {
            Sheets::Xlsx(book) => book.merge_cells_by_sheet_name(sheet).unwrap_or_default(),
            Sheets::Xls(book) => book.merge_cells_by_sheet_name(sheet).unwrap_or_default(),
            Sheets::Xlsb(_) | Sheets::Ods(_) => Vec::new(),
        }
    }
}

fn has_data(range: &Range<Data>) -> bool {
    range.used_cells().any(|(_, _, data)| !Cell::of(data).is_empty())
}

fn list(names: &[&str]) -> String {
    let shown: Vec<String> = names.iter().take(LISTED).map(|n| format!("\"{n}\"")).collect();
    let more = if names.len() > LISTED { format!(" and {} more", names.len() - LISTED) } else { String::new() };
    if names.is_empty() { "none".into() } else { format!("{}{more}", shown.join(", ")) }
}

#[cfg(test)]
mod tests;
