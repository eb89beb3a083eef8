use std::io::{Seek, SeekFrom, Write as _};

use polars::prelude::{Column, DataType};

use super::*;
use workbook::C::{self, B, D, E, F, N, T, X};
use workbook::{Sheet, book, sheet};

#[path = "../../../tests/it/workbook.rs"]
mod workbook;

fn read(bytes: &[u8], part: &Part) -> Result<(DataFrame, Vec<Warning>)> {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file.seek(SeekFrom::Start(0)).unwrap();
    let mut excel = Excel::open("x.xlsx", file, part)?;
    let frame = excel.next(usize::MAX)?.unwrap();
    assert_eq!(excel.header().unwrap().schema(), frame.schema());
    assert!(excel.next(1)?.is_none());
    Ok((frame, excel.warnings()))
}

fn codes(warnings: &[Warning]) -> Vec<&str> {
    warnings.iter().map(|w| w.code.as_str()).collect()
}

fn texts(column: &Column) -> Vec<String> {
    let text = column.cast(&DataType::String).unwrap();
    text.str().unwrap().iter().map(|v| v.unwrap_or("-").to_owned()).collect()
}

fn message(bytes: &[u8], part: &Part) -> String {
    let error = read(bytes, part).unwrap_err();
    assert_eq!(error.exit_code(), 3);
    error.to_string()
}

#[test]
fn cells_keep_their_types_and_formulas_count_by_their_last_value() {
    let rows: [&[C<'_>]; 4] = [
        &[T("id"), T("paid"), T("since"), T("active"), T("sum"), T("note")],
        &[T("007"), N(1.5), D(45_658.0), B(true), F("B2*2", 3.0), N(5.0)],
        &[T("008"), E, D(45_659.0), B(false), X("#DIV/0!"), T("n/a")],
        &[T("009"), N(-2.0), E, E, F("B4*2", -4.0), D(45_658.0)],
    ];
    let (frame, warnings) = read(&book(&[sheet("Data", &rows)], false), &Part::default()).unwrap();
    let dtypes: Vec<String> = frame.columns().iter().map(|c| c.dtype().to_string()).collect();
    assert_eq!(dtypes, ["str", "f64", "datetime[μs]", "bool", "f64", "str"]);
    assert_eq!(texts(frame.column("id").unwrap()), ["007", "008", "009"]);
    assert_eq!(texts(frame.column("sum").unwrap()), ["3.0", "-", "-4.0"]);
    assert!(texts(frame.column("since").unwrap())[1].starts_with("2025-01-02"));
    assert_eq!(texts(frame.column("note").unwrap()), ["5", "n/a", "2025-01-01"]);
    assert_eq!(codes(&warnings), ["mixed_cells", "error_cells"]);
    assert!(warnings[1].message.contains("1 cell holds an error of a formula and is missing, first #DIV/0! in E3"));
    assert_eq!(warnings[0].column.as_deref(), Some("note"));
}

#[test]
fn truth_values_stored_as_texts_are_truth_values() {
    let rows: [&[C<'_>]; 4] =
        [&[T("a"), T("b"), T("n")], &[B(true), T("TRUE"), N(1.0)], &[T("FALSE"), T("FALSE"), N(2.0)], &[E, T("TRUE"), N(3.0)]];
    let (frame, warnings) = read(&book(&[sheet("s", &rows)], false), &Part::default()).unwrap();
    assert_eq!(frame.column("a").unwrap().bool().unwrap().iter().collect::<Vec<_>>(), [Some(true), Some(false), None]);
    // Where all are texts, they are texts as they stand there.
    assert_eq!((texts(frame.column("b").unwrap()), warnings.len()), (vec!["TRUE".into(), "FALSE".into(), "TRUE".into()], 0));
}

#[test]
fn percentages_in_two_ways_are_told() {
    let rows: [&[C<'_>]; 3] = [&[T("a"), T("b")], &[N(0.03), T("5 %")], &[T("4%"), T("6%")]];
    let (frame, warnings) = read(&book(&[sheet("s", &rows)], false), &Part::default()).unwrap();
    assert_eq!(texts(frame.column("a").unwrap()), ["0.03", "4%"]);
    assert_eq!(codes(&warnings), ["mixed_cells", "percent_texts"]);
    assert!(warnings[1].message.contains("\"a\" holds texts such as \"4%\" among numbers"), "{warnings:?}");
}

#[test]
fn the_days_of_old_macintosh_books_count_from_1904() {
    let rows: [&[C<'_>]; 3] = [&[T("day"), T("n")], &[D(44_196.0), N(1.0)], &[D(44_197.0), N(2.0)]];
    let (frame, _) = read(&book(&[sheet("a", &rows)], true), &Part::default()).unwrap();
    assert!(texts(frame.column("day").unwrap())[0].starts_with("2025-01-01"));
}

#[test]
fn titles_above_notes_and_sums_below_are_left_out_and_told() {
    let rows: [&[C<'_>]; 11] = [
        &[],
        &[E, T("Sales 2024")],
        &[E, T("all branches")],
        &[],
        &[E, T("city"), E, T("units"), T("price")],
        &[E, T("Bonn"), E, N(3.0), N(2.5)],
        &[],
        &[E, T("Köln"), E, N(4.0), N(3.5)],
        &[E, T("Total"), E, N(7.0), E],
        &[],
        &[E, T("Source: the shop")],
    ];
    let bytes = book(&[sheet("a", &rows)], false);
    let (frame, warnings) = read(&bytes, &Part::default()).unwrap();
    assert_eq!(frame.get_column_names(), ["city", "units", "price"]);
    assert_eq!(texts(frame.column("city").unwrap()), ["Bonn", "Köln"]);
    assert_eq!(codes(&warnings), ["preamble", "footer", "footer"]);
    assert!(
        warnings[0]
            .message
            .starts_with("x.xlsx, sheet \"a\": 2 rows before the header are left out, the first is row 2: \"Sales 2024\"")
    );
    assert!(warnings[1].message.contains("the first is row 11: \"Source: the shop\""));
    assert!(warnings[2].message.contains("row 9 at the end of the table begins with \"Total\""));
    // A row to predict is a row wherever it stands.
    let (frame, _) = read(&bytes, &Part { keep_all: true, ..Part::default() }).unwrap();
    assert_eq!(frame.height(), 3);
    // Where the cells are named, nothing is looked for.
    let area = |text: &str| Part { area: Some(text.to_owned().try_into().unwrap()), ..Part::default() };
    let (frame, warnings) = read(&bytes, &area("B5:D9")).unwrap();
    assert_eq!((frame.shape(), warnings.len()), ((3, 2), 0));
    assert_eq!(read(&bytes, &area("B:B")).unwrap().0.width(), 1);
    let (frame, _) = read(&bytes, &Part { skip: Some(4), ..Part::default() }).unwrap();
    assert_eq!(frame.get_column_names(), ["city", "units", "price"]);
    assert!(message(&bytes, &area("Z1:Z9")).contains("is empty"));
}

#[test]
fn the_sheet_is_the_one_with_data_or_the_one_that_is_named() {
    let table = |name, n| sheet(name, &[&[T("a"), T("b")], &[N(n), N(1.0)], &[N(2.0), N(3.0)]]);
    let one = book(&[sheet("Info", &[]), table("Data", 5.0), Sheet { hidden: true, ..table("Old", 6.0) }], false);
    assert_eq!(texts(read(&one, &Part::default()).unwrap().0.column("a").unwrap())[0], "5.0");
    let part = |sheet| Part { sheet: Some(sheet), ..Part::default() };
    let old = read(&one, &part(SheetChoice::Name("Old".into()))).unwrap().0;
    assert_eq!(texts(old.column("a").unwrap())[0], "6.0");
    assert_eq!(read(&one, &part(SheetChoice::Number(2))).unwrap().0.height(), 2);
    let hint = message(&one, &part(SheetChoice::Name("Dta".into())));
    assert!(hint.contains("no sheet \"Dta\"; did you mean \"Data\"? (there are \"Info\", \"Data\", \"Old\")"), "{hint}");
    assert!(message(&one, &part(SheetChoice::Number(4))).contains("no sheet 4"));
    assert!(message(&one, &part(SheetChoice::Number(0))).contains("no sheet 0"));
    assert!(message(&one, &part(SheetChoice::Number(1))).contains("sheet \"Info\" is empty"));
    let two = message(&book(&[table("Jan", 1.0), table("Feb", 2.0)], false), &Part::default());
    assert!(two.contains("2 sheets have data: \"Jan\", \"Feb\"; set [collect] sheet"), "{two}");
}

#[test]
fn merged_cells_give_their_value_to_all_their_rows() {
    let rows: [&[C<'_>]; 5] =
        [&[T("region"), T("city")], &[T("north"), T("a")], &[E, T("b")], &[T("south"), T("c")], &[E, T("d")]];
    // In no order, as programs write them.
    let merged = Sheet { merged: &["A4:A5", "A2:A3"], ..sheet("a", &rows) };
    let (frame, warnings) = read(&book(&[merged], false), &Part::default()).unwrap();
    assert_eq!(texts(frame.column("region").unwrap()), ["north", "north", "south", "south"]);
    assert_eq!(codes(&warnings), ["merged_cells"]);
    assert!(warnings[0].message.contains("2 empty cells get the value of the merged cell they belong to, first that of A2"));
}

#[test]
fn names_that_come_again_are_no_rows() {
    let rows: [&[C<'_>]; 6] =
        [&[T("a"), T("b")], &[N(1.0), T("x")], &[], &[T("a"), T("b")], &[N(2.0), T("y")], &[T("a"), T("b")]];
    let bytes = book(&[sheet("s", &rows)], false);
    let (frame, warnings) = read(&bytes, &Part::default()).unwrap();
    assert_eq!((texts(frame.column("a").unwrap()), codes(&warnings)), (vec!["1.0".into(), "2.0".into()], vec!["header_again"]));
    assert!(warnings[0].message.contains("2 rows, the first is row 4, hold the names of the columns again"), "{warnings:?}");
    let exact = Part { area: Some("A1:B6".to_owned().try_into().unwrap()), ..Part::default() };
    assert_eq!(read(&bytes, &exact).unwrap().0.height(), 4);
    // The name of a lone column may be one of its values.
    let lone: [&[C<'_>]; 3] = [&[T("a")], &[T("b")], &[T("a")]];
    let header = Part { header: Some(true), ..Part::default() };
    assert_eq!(read(&book(&[sheet("s", &lone)], false), &header).unwrap().0.height(), 2);
}

#[test]
fn a_table_beside_another_is_told() {
    let rows: [&[C<'_>]; 4] = [
        &[T("a"), T("b"), E, T("k"), T("u")],
        &[N(1.0), N(2.0), E, N(7.0), T("x")],
        &[N(3.0), N(4.0), E, N(8.0), T("y")],
        &[N(5.0), N(6.0)],
    ];
    let (frame, warnings) = read(&book(&[sheet("s", &rows)], false), &Part::default()).unwrap();
    assert_eq!((frame.shape(), codes(&warnings)), ((3, 4), vec!["side_table"]));
    assert!(
        warnings[0]
            .message
            .contains("the columns from D on stand behind an empty one and end in row 3, those before it in row 4"),
        "{warnings:?}"
    );
    // Of equal length they are no less two.
    let bytes = book(&[sheet("s", &rows[..3])], false);
    let (frame, warnings) = read(&bytes, &Part::default()).unwrap();
    assert_eq!((frame.shape(), codes(&warnings)), ((2, 4), vec!["side_table"]));
    assert!(warnings[0].message.contains("from D on stand behind an empty one, beside those before it"), "{warnings:?}");
    let known = Part { area: Some("A:E".to_owned().try_into().unwrap()), ..Part::default() };
    let (frame, warnings) = read(&bytes, &known).unwrap();
    assert_eq!((frame.shape(), codes(&warnings)), ((2, 4), vec![]));
}

#[test]
fn names_below_a_common_one_are_put_together() {
    let rows: [&[C<'_>]; 4] = [
        &[T("id"), T("sales"), E, T("plan")],
        &[E, T("2023"), T("2024"), E],
        &[T("c1"), N(1.0), N(2.0), T("a")],
        &[T("c2"), N(3.0), N(4.0), T("b")],
    ];
    let merged = Sheet { merged: &["A1:A2", "B1:C1", "D1:D2"], ..sheet("s", &rows) };
    let (frame, warnings) = read(&book(&[merged], false), &Part::default()).unwrap();
    assert_eq!(frame.get_column_names(), ["id", "sales 2023", "sales 2024", "plan"]);
    assert_eq!(texts(frame.column("sales 2024").unwrap()), ["2.0", "4.0"]);
    assert_eq!(codes(&warnings), ["merged_cells"]);
    // Years are names there.
    let years: [&[C<'_>]; 3] = [rows[0], &[E, N(2023.0), N(2024.0), E], rows[2]];
    let merged = Sheet { merged: &["A1:A2", "B1:C1", "D1:D2"], ..sheet("s", &years) };
    let (frame, _) = read(&book(&[merged], false), &Part::default()).unwrap();
    assert_eq!(frame.get_column_names(), ["id", "sales 2023", "sales 2024", "plan"]);
    // Where a number stands beside, the merged cell reaches into the rows.
    let rows: [&[C<'_>]; 3] = [&[T("id"), T("n")], &[E, N(1.0)], &[T("c2"), N(2.0)]];
    let merged = Sheet { merged: &["A1:A2"], ..sheet("s", &rows) };
    let (frame, _) = read(&book(&[merged], false), &Part { header: Some(true), ..Part::default() }).unwrap();
    assert_eq!((frame.height(), texts(frame.column("id").unwrap())), (2, vec!["id".into(), "c2".into()]));
}

#[test]
fn a_sheet_without_names_is_numbered() {
    let rows: [&[C<'_>]; 4] = [&[N(5.1), T("a")], &[N(4.9), T("a")], &[N(6.3), T("b")], &[N(5.8), T("b")]];
    let (frame, warnings) = read(&book(&[sheet("a", &rows)], false), &Part::default()).unwrap();
    assert_eq!((frame.height(), frame.get_column_names()[1].as_str()), (4, "column_2"));
    assert_eq!(codes(&warnings), ["no_header"]);
}

#[test]
fn what_is_no_workbook_is_refused() {
    let good = book(&[sheet("a", &[&[T("a")], &[N(1.0)]])], false);
    for bad in [&b""[..], b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"a,b\n1,2\n", &good[..good.len() / 2]] {
        let message = message(bad, &Part::default());
        assert!(message.starts_with("x.xlsx is damaged or not an Excel file: "), "{message}");
    }
    let packed = message(&[&b"PK\x03\x04t0.csvPK\x05\x06"[..], &[0; 18]].concat(), &Part::default());
    assert!(packed.contains("is a ZIP archive without a workbook") && packed.contains("unpack it"), "{packed}");
    assert!(message(&book(&[sheet("a", &[&[T("a"), T("b")]])], false), &Part::default()).contains("has a header but no rows"));
    assert!(message(&book(&[sheet("a", &[])], false), &Part::default()).contains("no visible sheet has data"));
}
