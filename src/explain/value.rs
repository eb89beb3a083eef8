use polars::prelude::Column as Series;

use crate::data::{Frame, Kind, day};
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

/// A number with at most six significant digits, as short as it can be.
#[must_use]
pub fn plain(x: f64) -> String {
    let size = x.abs();
    if size != 0.0 && !(1e-5..1e15).contains(&size) {
        return format!("{x:e}");
    }
    let whole = if size < 1.0 { 0 } else { 1 + digits(size) };
    let text = format!("{x:.*}", 6_usize.saturating_sub(whole));
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if text == "-0" { "0".into() } else { text.into() }
}

/// Digits before the point, less one.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most 15")]
fn digits(size: f64) -> usize {
    size.log10().max(0.0) as usize
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
    fn numbers_are_short() {
        assert_eq!([1234.5, 0.1 + 0.2, -3.0, 0.0, -0.0, 1_234_567.8].map(plain), ["1234.5", "0.3", "-3", "0", "0", "1234568"]);
        assert_eq!([1e-7, 2e20].map(plain), ["1e-7", "2e20"]);
    }

    #[test]
    fn contributions_have_a_sign() {
        assert_eq!(
            [0.214, -0.0312, 0.0, 12.34, -1234.6, 0.000_4, 3e-6].map(signed),
            ["+0.21", "-0.031", "+0.00", "+12.3", "-1235", "+0.0004", "+3.0e-6"]
        );
    }
}
