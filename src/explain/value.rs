use polars::prelude::Column as Series;

use crate::data::{Frame, Kind, day, plain};
use crate::error::Result;

/// What one cell of a frame holds, in words: `12.5`, `2024-03-05`, `month-to-month`, `missing`.
///
/// # Errors
/// If there is no such column.
pub fn words(frame: &Frame, column: &str, row: usize) -> Result<String> {
    let date = frame.schema.column(column).is_some_and(|c| c.kind == Kind::Date);
    Ok(cell(frame.column(column)?, date, row))
}

fn cell(series: &Series, date: bool, row: usize) -> String {
    let known = if let Ok(numbers) = series.f64() {
        numbers.get(row).map(plain)
    } else if let Ok(numbers) = series.i64() {
        numbers.get(row).map(|v| if date { day(v) } else { v.to_string() })
    } else if let Ok(text) = series.str() {
        text.get(row).map(str::to_owned)
    } else {
        None
    };
    known.unwrap_or_else(|| "missing".into())
}

/// A contribution with its sign: two decimals, or three significant digits where those are more or it is large.
#[must_use]
pub fn signed(x: f64) -> String {
    let size = x.abs();
    match size {
        s if s == 0.0 || (0.0995..9.995).contains(&s) => format!("{x:+.2}"),
        s if !(1e-4..1e15).contains(&s) => format!("{x:+.1e}"),
        s if s < 0.0995 => format!("{x:+.*}", if s < 0.000_995 { 4 } else { 3 }),
        s if s < 99.95 => format!("{x:+.1}"),
        _ => format!("{x:+.0}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contributions_have_a_sign() {
        assert_eq!(
            [0.214, -0.0312, 0.0, 12.34, -1234.6, 0.000_4, 3e-6].map(signed),
            ["+0.21", "-0.031", "+0.00", "+12.3", "-1235", "+0.0004", "+3.0e-6"]
        );
    }
}
