//! Whole numbers that are names by their digits alone: of telephones, accounts, articles.

use super::texts::Counted;
use super::values::number;
use crate::data::EXACT;

/// Digits of the first whole number that `f64` does not tell from the next.
const LONG: usize = 16;
/// Whole numbers from here on, all of as many digits, are names where a different one stands in nearly every row; from the
/// second on they are in any case: nobody measures so.
const CODES: [f64; 2] = [1e9, 1e11];
/// Fewer rows than this show no rule.
const ROWS: usize = 20;
/// Seconds since 1970-01-01 that clocks show, from 2001 on, when they have ten digits, to 2036.
const CLOCK: std::ops::RangeInclusive<f64> = 1e9..=2.1e9;

/// Whether whole numbers from the first to the second bound have so many digits, all equally many, that they may be names;
/// moments and round amounts are not.
pub fn are_codes([low, high]: [f64; 2], numbers: &[(f64, usize)]) -> bool {
    low >= CODES[0]
        && high <= EXACT as f64
        && low.log10().floor() == high.log10().floor()
        && !(is_clock(low) && is_clock(high))
        && numbers.iter().any(|(value, _)| value % 100.0 != 0.0)
}

/// Whether codes from this one on are names also where they stand in several rows.
pub fn are_names(low: f64, rows: usize) -> bool {
    low >= CODES[1] && rows >= ROWS
}

/// Whether all texts are equally many digits, too many for amounts: these would be round, and moments of our age.
pub fn are_account_numbers(known: &Counted<'_>) -> bool {
    let length = known.first(|_| true).len();
    let digits = |text: &str| text.len() == length && text.bytes().all(|b| b.is_ascii_digit());
    let clock = |text: &str| number(text, false).is_some_and(is_clock);
    length >= LONG
        && known.rows() >= ROWS
        && known.texts().all(digits)
        && known.texts().any(|text| !text.ends_with("00"))
        && !known.texts().all(clock)
}

/// Whether a text is a whole number that `f64` may not tell from others.
pub fn is_long(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    text.len() >= LONG
        && digits.bytes().all(|b| b.is_ascii_digit())
        && !digits.starts_with('0')
        && number(text, false).is_some_and(|v| v.abs() >= EXACT as f64)
}

/// Whether a number is a moment of our age, in seconds since 1970-01-01 or thousandths, millionths or billionths of one.
fn is_clock(number: f64) -> bool {
    [1.0, 1e3, 1e6, 1e9].iter().any(|unit| CLOCK.contains(&(number / unit)))
}
