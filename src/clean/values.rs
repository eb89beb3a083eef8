//! How one text becomes one value.

use std::cmp::Ordering;

use crate::data::EXACT;

/// A finite number in plain or scientific notation; nothing else counts: no `inf`, no separators of thousands.
#[must_use]
pub fn number(text: &str, decimal_comma: bool) -> Option<f64> {
    if let Some(value) = plain(text.as_bytes()) {
        return Some(value);
    }
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

/// Digits with or without a sign and a point, as nearly all numbers are written, where two exact numbers make the value:
/// the digits as a whole number below 2^53, divided by a power of ten of at most 22 (Clinger 1990). It is the nearest
/// number, as from any correct parser.
#[inline]
fn plain(text: &[u8]) -> Option<f64> {
    const POWERS: [f64; 19] =
        [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18];
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    // Nineteen digits cannot overflow.
    if digits.len() > POWERS.len() {
        return None;
    }
    let (mut whole, mut point) = (0_u64, None);
    for (at, byte) in digits.iter().enumerate() {
        match byte {
            b'0'..=b'9' => whole = 10 * whole + u64::from(byte - b'0'),
            b'.' if point.is_none() => point = Some(at),
            _ => return None,
        }
    }
    if whole > EXACT || digits.len() == usize::from(point.is_some()) {
        return None;
    }
    let behind = point.map_or(0, |point| digits.len() - 1 - point);
    let value = whole as f64 / POWERS[behind];
    Some(if negative { -value } else { value })
}

/// A total order of texts: numbers by their size, then the other texts as `others` orders them.
pub fn by_number(a: &str, b: &str, others: impl Fn(&str, &str) -> Ordering) -> Ordering {
    match (number(a, false), number(b, false)) {
        (Some(x), Some(y)) => x.total_cmp(&y).then_with(|| a.cmp(b)),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => others(a, b),
    }
}

/// Longer texts are known by their beginning and a checksum, so that no model file holds a document for a level.
const LONGEST: usize = 256;

/// A text as it is compared: a long one by its first letters and the checksum of all of it.
#[must_use]
pub fn compared(text: &str) -> Option<String> {
    (text.len() > LONGEST).then(|| {
        let sum = blake3::hash(text.as_bytes()).to_hex();
        // Still one word if it was one: how many there are tells names from free text.
        format!("{}…({}-bytes:{})", &text[..text.floor_char_boundary(LONGEST / 2)], text.len(), &sum[..16])
    })
}

/// Whether a text is a code rather than a number: digits that begin with a zero, such as `007`.
#[must_use]
pub fn leading_zero(text: &str) -> bool {
    text.len() > 1 && text.starts_with('0') && text.bytes().all(|b| b.is_ascii_digit())
}

/// The digits before the letter of a text such as `12E4`, which may be a name: measured numbers have a point, or one digit.
#[must_use]
pub fn before_exponent(text: &str) -> Option<usize> {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    text.split_once(['e', 'E']).filter(|(before, after)| digits(before) && digits(after)).map(|(before, _)| before.len())
}

/// Whether the digits behind that letter begin with a zero, as in `1E05`: programs write `1e5` or `1e+05`.
#[must_use]
pub fn padded_exponent(text: &str) -> bool {
    before_exponent(text).is_some_and(|digits| text.as_bytes()[digits + 1] == b'0' && text.len() > digits + 2)
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

/// Texts that mean "missing" in a column of numbers or dates, where they cannot be values; among other texts they can.
const SOFT_NULLS: [&str; 20] = [
    "-", "--", "---", "\u{2013}", "\u{2014}", ".", "*", "none", "nil", "missing", "unknown", "n.v.", "k.a.", "s/d", "nd", "无",
    "空", "不详", "未知", "暂无",
];

/// What databases write for a day that they do not have.
const NO_DATES: [&str; 4] = ["0000-00-00", "0000-00-00 00:00:00", "00.00.0000", "00/00/0000"];

/// Whether a text is one of a missing value where the values are numbers or dates.
#[must_use]
pub fn soft_null(text: &str) -> bool {
    let digit = text.as_bytes().first().is_some_and(u8::is_ascii_digit);
    if digit {
        return NO_DATES.contains(&text);
    }
    text.len() <= 9 && SOFT_NULLS.contains(&text.to_lowercase().as_str())
}

/// What programs write for a number that they do not have: an infinite one, or an error of a spreadsheet.
const NO_NUMBERS: [&str; 15] = [
    "inf", "infinity", "infinite", "∞", "1.#inf", "1.#ind", "1.#qnan", "#div/0!", "#num!", "#value!", "#ref!", "#name?",
    "#null!", "#n/a", "#error!",
];

/// Whether a text stands where a number should but shows none: infinite, too large, or an error of a spreadsheet.
#[must_use]
pub fn no_number(text: &str) -> bool {
    let digits = text.trim_start_matches(['+', '-', '\u{2212}']);
    if digits.as_bytes().first().is_some_and(u8::is_ascii_digit) && digits.contains(['e', 'E']) {
        return digits.replace(',', ".").parse::<f64>().is_ok_and(f64::is_infinite);
    }
    digits.len() <= 9 && NO_NUMBERS.contains(&digits.to_lowercase().as_str())
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
    fn plain_numbers_are_the_nearest_ones() {
        for text in [
            "0",
            "-0",
            "7",
            "-12.50",
            "0.1",
            "0.30000000000000004",
            ".5",
            "5.",
            "9007199254740992",
            "9007199254740993",
            "123456789.123456789",
            "0.000000000000000001",
            "-1.7976931348623157",
            "99999999999999999999",
            "1234567890123456789",
        ] {
            let (found, expected) = (number(text, false).unwrap(), text.parse::<f64>().unwrap());
            assert_eq!(found.to_bits(), expected.to_bits(), "{text}");
        }
        let mut rng = crate::seed::Seed::new(1).rng();
        for _ in 0..20_000 {
            let digits = rng.below(19);
            let text = format!("{:.digits$}", rng.normal() * [1.0, 10.0, 1e3, 1e7][rng.below(4)]);
            assert_eq!(number(&text, false).unwrap().to_bits(), text.parse::<f64>().unwrap().to_bits(), "{text}");
        }
        for text in ["-", ".", "-.", "1.2.3", "1-2", "--1", "٣"] {
            assert_eq!(number(text, false), None, "{text}");
        }
    }

    #[test]
    fn numbers_come_before_other_texts() {
        let mut texts = ["x", "2", "1e1", "1.0", "5x", "1", "-3"];
        texts.sort_by(|a, b| by_number(a, b, str::cmp));
        assert_eq!(texts, ["-3", "1", "1.0", "2", "1e1", "5x", "x"]);
    }

    #[test]
    fn codes_keep_their_zeros_and_whole_numbers_lose_their_fraction() {
        assert!(leading_zero("007") && leading_zero("00"));
        assert_eq!(["12E4", "1e4", "1.2e4", "12E+4", "12"].map(before_exponent), [Some(2), Some(1), None, None, None]);
        assert_eq!(["1E05", "1e5", "1E0", "1e+05", "5"].map(padded_exponent), [true, false, false, false, false]);
        assert!(!leading_zero("0") && !leading_zero("0.5") && !leading_zero("70"));
        assert_eq!([whole("1.0"), whole("01"), whole("-3"), whole("1.5"), whole("a")], ["1", "1", "-3", "1.5", "a"]);
    }

    #[test]
    fn long_texts_are_told_apart_by_a_checksum() {
        let (a, b) = ("é".repeat(200), "é".repeat(199) + "e");
        assert_eq!([compared(&a[..256]), compared("red")], [None, None]);
        let [a, b] = [a, b].map(|text| compared(&text).unwrap());
        assert!(
            a != b
                && a.starts_with(&"é".repeat(64))
                && a.contains("…(400-bytes:")
                && !a.contains(' ')
                && compared(&a).is_none(),
            "{a}"
        );
    }

    #[test]
    fn markers_of_missing_are_known_among_numbers() {
        assert!(["0000-00-00", "-", "None", "UNKNOWN", "无", "不详", "\u{2014}"].into_iter().all(soft_null));
        assert!(!["", "0", "-1", "no", "nothing"].into_iter().any(soft_null));
    }

    #[test]
    fn numbers_that_are_none_are_known() {
        for text in ["inf", "-inf", "+Infinity", "INF", "∞", "-∞", "\u{2212}∞", "1e400", "-1,5E999", "#DIV/0!", "-1.#IND"]
        {
            assert!(no_number(text) && number(text, false).is_none(), "{text}");
        }
        assert!(!["", "-", "1e4", "1e-400", "info", "infinite loop", "1E", "5e", "#1"].into_iter().any(no_number));
    }
}
