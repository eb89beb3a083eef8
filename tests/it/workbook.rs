//! Excel files made on the spot, of the parts that a test needs.

use std::fmt::Write as _;

/// A zip archive whose entries are not packed.
pub fn archive(entries: &[(&str, String)]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for (name, text) in entries {
        let mut crc = flate2::Crc::new();
        crc.update(text.as_bytes());
        let size = u32::try_from(text.len()).unwrap().to_le_bytes();
        let length = u16::try_from(name.len()).unwrap().to_le_bytes();
        let offset = u32::try_from(bytes.len()).unwrap().to_le_bytes();
        let about =
            [&[20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0][..], &crc.sum().to_le_bytes(), &size, &size, &length, &[0, 0]].concat();
        bytes.extend([b"PK\x03\x04", &about[..], name.as_bytes(), text.as_bytes()].concat());
        directory.extend([&b"PK\x01\x02\x14\0"[..], &about, &[0; 10], &offset, name.as_bytes()].concat());
    }
    let count = u16::try_from(entries.len()).unwrap().to_le_bytes();
    let (at, size) = (u32::try_from(bytes.len()).unwrap(), u32::try_from(directory.len()).unwrap());
    bytes.extend(directory);
    bytes.extend([&b"PK\x05\x06\0\0\0\0"[..], &count, &count, &size.to_le_bytes(), &at.to_le_bytes(), &[0, 0]].concat());
    bytes
}

/// A cell of a row under construction.
#[derive(Clone, Copy)]
pub enum C<'a> {
    /// Nothing.
    E,
    N(f64),
    T(&'a str),
    B(bool),
    /// A day, counted as Excel counts.
    D(f64),
    /// An error, as a formula leaves it.
    X(&'a str),
    /// A formula with its last value.
    F(&'a str, f64),
}
use C::{B, D, E, F, N, T, X};

pub struct Sheet<'a> {
    pub name: &'a str,
    pub hidden: bool,
    pub rows: Vec<Vec<C<'a>>>,
    pub merged: &'a [&'a str],
}

pub fn sheet<'a>(name: &'a str, rows: &[&[C<'a>]]) -> Sheet<'a> {
    Sheet { name, hidden: false, rows: rows.iter().map(|row| row.to_vec()).collect(), merged: &[] }
}

pub fn book(sheets: &[Sheet<'_>], is_1904: bool) -> Vec<u8> {
    let head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let mut entries = Vec::new();
    let (mut list, mut relations, mut parts) = (String::new(), String::new(), String::new());
    for (i, sheet) in sheets.iter().enumerate() {
        let n = i + 1;
        let state = if sheet.hidden { " state=\"hidden\"" } else { "" };
        write!(list, "<sheet name=\"{}\" sheetId=\"{n}\"{state} r:id=\"rId{n}\"/>", sheet.name).unwrap();
        write!(relations, "<Relationship Id=\"rId{n}\" Type=\"{relation}/worksheet\" Target=\"worksheets/sheet{n}.xml\"/>")
            .unwrap();
        write!(parts, "<Override PartName=\"/xl/worksheets/sheet{n}.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>").unwrap();
        let mut data = String::new();
        for (r, row) in sheet.rows.iter().enumerate() {
            write!(data, "<row r=\"{}\">", r + 1).unwrap();
            for (c, cell) in row.iter().enumerate() {
                let at = format!("{}{}", letters(c), r + 1);
                match cell {
                    E => {}
                    N(n) => write!(data, "<c r=\"{at}\"><v>{n}</v></c>").unwrap(),
                    D(n) => write!(data, "<c r=\"{at}\" s=\"1\"><v>{n}</v></c>").unwrap(),
                    T(t) => {
                        write!(data, "<c r=\"{at}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{t}</t></is></c>").unwrap();
                    }
                    B(b) => write!(data, "<c r=\"{at}\" t=\"b\"><v>{}</v></c>", u8::from(*b)).unwrap(),
                    X(e) => write!(data, "<c r=\"{at}\" t=\"e\"><v>{e}</v></c>").unwrap(),
                    F(f, n) => write!(data, "<c r=\"{at}\"><f>{f}</f><v>{n}</v></c>").unwrap(),
                }
            }
            data.push_str("</row>");
        }
        let merged = sheet.merged.iter().map(|m| format!("<mergeCell ref=\"{m}\"/>")).collect::<Vec<_>>().concat();
        let merged = if merged.is_empty() { merged } else { format!("<mergeCells>{merged}</mergeCells>") };
        let text = format!("{head}<worksheet xmlns=\"{main}\"><sheetData>{data}</sheetData>{merged}</worksheet>");
        entries.push((format!("xl/worksheets/sheet{n}.xml"), text));
    }
    let epoch = if is_1904 { "<workbookPr date1904=\"1\"/>" } else { "" };
    entries.push((
        "xl/workbook.xml".into(),
        format!("{head}<workbook xmlns=\"{main}\" xmlns:r=\"{relation}\">{epoch}<sheets>{list}</sheets></workbook>"),
    ));
    entries.push(("xl/styles.xml".into(), format!("{head}<styleSheet xmlns=\"{main}\"><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>")));
    let package = "http://schemas.openxmlformats.org/package/2006";
    entries.push(("xl/_rels/workbook.xml.rels".into(), format!("{head}<Relationships xmlns=\"{package}/relationships\">{relations}<Relationship Id=\"rIdS\" Type=\"{relation}/styles\" Target=\"styles.xml\"/></Relationships>")));
    entries.push(("_rels/.rels".into(), format!("{head}<Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"rId1\" Type=\"{relation}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>")));
    entries.push(("[Content_Types].xml".into(), format!("{head}<Types xmlns=\"{package}/content-types\"><Default Extension=\"xml\" ContentType=\"application/xml\"/><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>{parts}</Types>")));
    let entries: Vec<(&str, String)> = entries.iter().map(|(n, t)| (n.as_str(), t.clone())).collect();
    archive(&entries)
}

/// The letters of one of the first 26 columns.
fn letters(column: usize) -> char {
    char::from(b'A' + u8::try_from(column).unwrap())
}
