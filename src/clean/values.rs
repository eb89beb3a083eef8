//! How one text becomes one value.

use chrono::{Datelike, NaiveDate, NaiveDateTime};

/// A finite number in plain or scientific notation; nothing else counts: no `inf`, no separators of thousands.
#[must_use]
pub fn number(text: &str, decimal_comma: bool) -> Option<f64> {
    let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'+' | b'-' | b'e' | b'E'));
    let value = if decimal_comma && text.contains(',') {
        let point = text.replace(',', ".");
        if text.contains('.') || !digits(&point) {
            return None;
        }
        point.parse::<f64>()
    } else {
        if !digits(text) {
            return None;
        }
        text.parse::<f64>()
    };
    value.ok().filter(|v| v.is_finite())
}

/// Whether a text is a code rather than a number: digits that begin with a zero, such as `007`.
#[must_use]
pub fn leading_zero(text: &str) -> bool {
    text.len() > 1 && text.starts_with('0') && text.bytes().all(|b| b.is_ascii_digit())
}

/// `1.0` and `01` as `1`; a text that is not a whole number stays.
#[must_use]
#[expect(clippy::cast_possible_truncation, reason = "whole numbers below 2^53")]
pub fn whole(text: &str) -> String {
    match number(text, false) {
        Some(v) if v.fract() == 0.0 && v.abs() < 9e15 => (v as i64).to_string(),
        _ => text.to_owned(),
    }
}

/// The date formats that are recognised, most specific first. Where day and month cannot be told apart by the
/// values, the first that fits every value wins: year first, then day first with points, then month first with slashes.
pub const DATE_FORMATS: [&str; 16] = [
    "%Y-%m-%d",
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%dT%H:%M:%S%.fZ",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M",
    "%Y/%m/%d",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%d.%m.%Y",
    "%d.%m.%Y %H:%M",
    "%m/%d/%Y",
    "%d/%m/%Y",
    "%m/%d/%Y %H:%M",
    "%d/%m/%Y %H:%M",
    "%Y年%m月%d日",
];

/// Microseconds since 1970-01-01 of a date or moment in that format.
#[must_use]
pub fn date(text: &str, format: &str) -> Option<i64> {
    let moment = if format.contains("%H") {
        NaiveDateTime::parse_from_str(text, format).ok()?
    } else {
        NaiveDate::parse_from_str(text, format).ok()?.and_hms_opt(0, 0, 0)?
    };
    // `%Y` also takes two digits: the year 24 is not meant.
    (moment.year() >= 1000).then(|| moment.and_utc().timestamp_micros())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_finite_and_plain() {
        assert_eq!(number("-1.5e3", false), Some(-1500.0));
        assert_eq!(number("+7", false), Some(7.0));
        for text in ["", "1e400", "inf", "NaN", "1,5", "1_000", "0x10", "e", "12 "] {
            assert_eq!(number(text, false), None, "{text}");
        }
        assert_eq!(number("1,5", true), Some(1.5));
        assert_eq!(number("1.5", true), Some(1.5));
        assert_eq!(number("1.234,5", true), None);
    }

    #[test]
    fn codes_keep_their_zeros_and_whole_numbers_lose_their_fraction() {
        assert!(leading_zero("007") && leading_zero("00"));
        assert!(!leading_zero("0") && !leading_zero("0.5") && !leading_zero("70"));
        assert_eq!([whole("1.0"), whole("01"), whole("-3"), whole("1.5"), whole("a")], ["1", "1", "-3", "1.5", "a"]);
    }

    #[test]
    fn dates_are_microseconds() {
        assert_eq!(date("1970-01-02", "%Y-%m-%d"), Some(86_400_000_000));
        assert_eq!(date("1970-01-01 00:00:01.5", "%Y-%m-%d %H:%M:%S%.f"), Some(1_500_000));
        assert_eq!(date("31/12/1969", "%d/%m/%Y"), Some(-86_400_000_000));
        assert_eq!(date("2024-02-30", "%Y-%m-%d"), None);
        assert_eq!(date("1/2/24", "%m/%d/%Y"), None);
    }
}
