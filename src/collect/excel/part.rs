//! Which part of a workbook is the table.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

/// Most rows and columns that a sheet has.
const ROWS: u32 = 1 << 20;
const COLUMNS: u32 = 1 << 14;

/// Which cells of a workbook are read, and how.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    pub sheet: Option<SheetChoice>,
    pub area: Option<Area>,
    /// Whether the first row names the columns; found out where it is not set.
    pub header: Option<bool>,
    /// Rows before the header; found out where it is not set.
    pub skip: Option<usize>,
    /// Whether rows that look like sums are rows.
    pub keep_all: bool,
}

/// A sheet by its name, or by its number from 1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "expected the name of a sheet, or its number from 1")]
pub enum SheetChoice {
    Number(usize),
    Name(String),
}

/// A rectangle of cells as Excel writes it: `B3:F200`, `B:F` for all rows of these columns, or `B3` for all from that cell
/// on. Rows and columns count from 0 inside, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Area {
    pub first_row: u32,
    pub last_row: u32,
    pub first_column: u32,
    pub last_column: u32,
}

impl Area {
    /// Whether rows are named: then every one of them belongs to the table.
    #[must_use]
    pub const fn names_rows(self) -> bool {
        self.first_row > 0 || self.last_row < ROWS - 1
    }
}

impl TryFrom<String> for Area {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong = || format!("\"{text}\" is no range of cells; write it as \"B3:F200\", \"B:F\" or \"B3\"");
        let (from, to) = text.split_once(':').map_or((text.as_str(), None), |(from, to)| (from, Some(to)));
        let (first_column, first_row) = corner(from).ok_or_else(wrong)?;
        let (last_column, last_row) = match to {
            Some(to) => corner(to).ok_or_else(wrong)?,
            // A column alone would say nothing of where the table ends.
            None if first_row.is_some() => (COLUMNS - 1, None),
            None => return Err(wrong()),
        };
        let (first_row, last_row) = match (first_row, last_row) {
            (Some(first), Some(last)) => (first, last),
            (Some(first), None) if to.is_none() => (first, ROWS - 1),
            (None, None) => (0, ROWS - 1),
            _ => return Err(wrong()),
        };
        if first_row > last_row || first_column > last_column {
            return Err(format!("range \"{text}\": the first cell has to be the upper left one"));
        }
        Ok(Self { first_row, last_row, first_column, last_column })
    }
}

/// The column, and the row if there is one, of a text such as `B3` or `B`.
fn corner(text: &str) -> Option<(u32, Option<u32>)> {
    let text = text.trim().replace('$', "");
    let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (letters, digits) = text.split_at(letters);
    if letters.is_empty() || letters.len() > 3 {
        return None;
    }
    let column = letters.bytes().fold(0, |n, b| n * 26 + u32::from(b.to_ascii_uppercase() - b'A') + 1) - 1;
    let row = match digits {
        "" => None,
        digits if digits.bytes().all(|b| b.is_ascii_digit()) => Some(digits.parse::<u32>().ok()?.checked_sub(1)?),
        _ => return None,
    };
    (column < COLUMNS && row.is_none_or(|row| row < ROWS)).then_some((column, row))
}

/// The letters of a column.
pub(super) fn letters(column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        letters.push(char::from_digit((rest - 1) % 26 + 10, 36).unwrap_or('?').to_ascii_uppercase());
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

impl fmt::Display for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, last) = (letters(self.first_column), letters(self.last_column));
        if !self.names_rows() {
            write!(f, "{first}:{last}")
        } else if self.last_row == ROWS - 1 && self.last_column == COLUMNS - 1 {
            write!(f, "{first}{}", self.first_row + 1)
        } else {
            write!(f, "{first}{}:{last}{}", self.first_row + 1, self.last_row + 1)
        }
    }
}

impl From<Area> for String {
    fn from(area: Area) -> Self {
        area.to_string()
    }
}

impl JsonSchema for Area {
    fn schema_name() -> Cow<'static, str> {
        "Area".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string"})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(text: &str) -> Result<Area, String> {
        text.to_owned().try_into()
    }

    #[test]
    fn ranges_are_read_as_excel_writes_them() {
        let whole = Area { first_row: 2, last_row: 199, first_column: 1, last_column: 5 };
        assert_eq!(area("B3:F200"), Ok(whole));
        assert_eq!(area("$b$3:$f$200"), Ok(whole));
        assert_eq!(area("AA1:XFD1").map(|a| (a.first_column, a.last_column)), Ok((26, 16_383)));
        assert!(area("B3").unwrap().names_rows() && !area("B:F").unwrap().names_rows());
        for text in ["B3:F200", "B:F", "B3", "A1:XFD9"] {
            assert_eq!(area(text).unwrap().to_string(), text);
        }
        for text in ["", "3", "B", "B3:", "F3:B4", "B4:F3", "B3:F", "B0:F3", "XFE1:XFE2", "B3:F2000000", "B-3:F4", "é1:F2"] {
            assert!(area(text).is_err(), "{text}");
        }
        assert_eq!([0, 25, 26, 701, 702, 16_383].map(letters), ["A", "Z", "AA", "ZZ", "AAA", "XFD"]);
    }
}
