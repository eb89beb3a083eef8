//! Text that a spreadsheet would take for a formula.

use polars::prelude::{Column as Series, DataFrame};

use super::names::distinct;
use crate::error::Result;

/// What a formula begins with, in the wide letters of Chinese and Japanese keyboards too (OWASP, CSV injection).
const BEGINS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// The table with a `'` before every text, and every name, that a spreadsheet would take for a formula. Numbers stay.
pub fn excel_safe(table: &DataFrame) -> Result<DataFrame> {
    let column = |series: &Series| -> Result<Series> {
        let mut series = match series.str() {
            Ok(text) => Series::new(series.name().clone(), text.iter().map(|v| v.map(safe)).collect::<Vec<_>>()),
            Err(_) => series.clone(),
        };
        let name = safe(series.name());
        series.rename(name.into());
        Ok(series)
    };
    let mut columns = table.columns().iter().map(column).collect::<Result<Vec<_>>>()?;
    distinct(&mut columns);
    Ok(DataFrame::new(table.height(), columns)?)
}

/// One cell. A number written as text, such as the id -17, is no formula.
fn safe(text: &str) -> String {
    let number = text.trim_start_matches(['+', '-']);
    let plain = text.len() - number.len() <= 1
        && number.contains(|c: char| c.is_ascii_digit())
        && number.chars().all(|c| c.is_ascii_digit() || c == '.' || c == ',');
    if text.starts_with(BEGINS) && !plain { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_text_and_numbers_stay() {
        for formula in [
            "=1+1",
            "+1+1",
            "-1+1",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "\n=1",
            "=cmd|' /C calc'!A0",
            "-2+3+cmd|' /C calc'!A0",
            "--1",
            "+-1",
            "-",
            "=",
            "＝1+1",
            "-1e5",
            "-.",
            "+49 151",
        ] {
            assert_eq!(safe(formula), format!("'{formula}"));
        }
        for plain in ["", "a=b", "'=1", "-17", "+4915112345", "-0.5", "-1,234.5", "3", " =1", "month-to-month", "客户"] {
            assert_eq!(safe(plain), plain);
        }
    }

    #[test]
    fn names_are_cells_too() {
        let table = DataFrame::new(
            2,
            vec![
                Series::new("=a".into(), ["-x", "y"]),
                Series::new("-b".into(), [-1.0, 2.0]),
                Series::new("c".into(), [None::<&str>, Some("@")]),
            ],
        )
        .unwrap();
        let safe = excel_safe(&table).unwrap();
        let names: Vec<String> = safe.get_column_names().into_iter().map(ToString::to_string).collect();
        assert_eq!(names, ["'=a", "'-b", "c"]);
        assert_eq!(safe.columns()[0].str().unwrap().get(0), Some("'-x"));
        assert_eq!(safe.columns()[1].f64().unwrap().get(0), Some(-1.0));
        assert_eq!((safe.columns()[2].str().unwrap().get(0), safe.columns()[2].str().unwrap().get(1)), (None, Some("'@")));
    }
}
