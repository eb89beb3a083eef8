//! Deciding what a column is from all of its values, with a reason that a person understands.

use std::fmt::Write as _;

use super::doubt::Doubt;
use super::number::{self as numbers, Clock, Decided, Times};
use super::texts::Counted;
use super::unread;
use super::values::{before_exponent, leading_zero, no_number, number, padded_exponent, soft_null};
use super::{codes, compact, dates, levels};
use crate::data::{EXACT, Kind, name as names, plain};
use crate::error::{plural, verb};

/// Share of the values that must fit a type; the others become missing and are counted.
const FIT: f64 = 0.99;
/// Most levels of a column of whole numbers that are taken for codes.
const CODES: usize = 31;

/// A guess at what a column holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Guess {
    pub kind: Kind,
    pub reason: String,
    /// `strftime` formats of dates, the picture of numbers or times that are not written plainly, or the words for truth
    /// values.
    pub format: Option<String>,
    pub whole: bool,
    /// Every value names a different row.
    pub id: bool,
    /// Whether the dates could be read with day and month the other way round.
    pub swappable: bool,
    /// What the user should know of the reading, where the values allow another.
    pub doubt: Option<Doubt>,
}

/// What settings and the other columns of a file say of how values are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Habits {
    /// The mark before decimals that the user named.
    pub decimal: Option<char>,
    /// The one that the columns with a clear one agree on.
    pub file_decimal: Option<char>,
    /// Whether the day stands before the month, where the user says so.
    pub day_first: Option<bool>,
}

impl Guess {
    fn new(kind: Kind, reason: impl Into<String>) -> Self {
        Self { kind, reason: reason.into(), format: None, whole: false, id: false, swappable: false, doubt: None }
    }

    /// Settles the format where the user named the type.
    #[must_use]
    pub fn of_kind(kind: Kind, known: &Counted<'_>, habits: Habits) -> Self {
        let mut guess = Self::new(kind, "set in [columns.type]");
        if matches!(kind, Kind::Date | Kind::Number) {
            let (_, clear) = known.parted(no_value);
            if kind == Kind::Date
                && let Some(decided) = dates::decide(&clear, habits.day_first)
            {
                (guess.format, guess.swappable) = (Some(decided.format), decided.swappable);
            } else if kind == Kind::Date && !clear.is_empty() {
                let day = clear.texts().all(|text| text.len() == 8).then_some(dates::COMPACT);
                guess.format = compact::format(&clear).or(day).map(str::to_owned);
            }
            let plain = clear.texts().all(|v| number(v, habits.comma()).is_some());
            if kind == Kind::Number && (!plain || habits.points_part(&clear)) {
                let decided = numbers::decide(&clear, habits.file_decimal, habits.decimal).map(|d| d.notation);
                guess.format = decided.filter(|n| !plain || n.decimal == ',').map(|n| n.to_string());
                guess.format = guess.format.or_else(|| Some(clock(numbers::times(&clear)?).picture().to_owned()));
            }
        }
        guess.whole = matches!(kind, Kind::Category | Kind::Bool) && all_whole(known);
        guess
    }

    /// Guesses from the known values of a column of `rows` rows read as text.
    #[must_use]
    pub fn of_text(name: &str, known: &Counted<'_>, rows: usize, habits: Habits) -> Self {
        if known.is_empty() {
            return Self::new(Kind::Category, "no values");
        }
        if let Some(guess) = yes_no(known) {
            return guess;
        }
        let long = |text: &str| before_exponent(text) > Some(1) || padded_exponent(text);
        if known.texts().all(|text| before_exponent(text).is_some()) && known.texts().any(long) {
            return Self::of_names(known);
        }
        let all = known.rows();
        let numbers = read(known, |v| number(v, habits.comma()));
        let plain = numbers.iter().map(|(_, count)| count).sum();
        if let Some(guess) = Self::of_amounts(name, known, plain, rows, habits) {
            return guess;
        }
        if nearly_all(plain, all) && plain > 1 {
            if let Some(guess) = Self::of_days(known) {
                return guess;
            }
            let codes = known.count(leading_zero);
            if codes > 0 && are_codes(known, codes) {
                let reason =
                    format!("digits with leading zeros, such as \"{}\": codes, not amounts", known.first(leading_zero));
                let id = names_rows(known.different(), all);
                return Self { id, ..Self::new(Kind::Category, reason) };
            }
            if let Some(guess) = Self::of_long(known, all) {
                return guess;
            }
            let guess = Self::of_numbers(name, &numbers, all - plain, rows);
            let whole = numbers.iter().all(|(value, _)| value.fract() == 0.0);
            let other = || if guess.kind == Kind::Number { unread::other_reading(name, known, whole) } else { None };
            let doubt = habits.against_setting(known).or_else(|| other().map(Doubt::Written));
            return Self { doubt, ..guess };
        }
        let times = numbers::times(known);
        if let Some(guess) = times.and_then(|times| Self::of_times(times, known)) {
            return guess;
        }
        if let Some(decided) = dates::decide(known, habits.day_first) {
            let example = known.first(|_| true);
            let reason = format!("dates such as \"{example}\", read as {}", decided.format.replace('|', " or "));
            return Self { format: Some(decided.format), swappable: decided.swappable, ..Self::new(Kind::Date, reason) };
        }
        if let Some(guess) = Self::without_markers(name, known, rows, habits) {
            return guess;
        }
        let guess = Self::of_names(known);
        Self { doubt: times.map(|_| Doubt::results(known.first(|_| true))).or(guess.doubt), ..guess }
    }

    /// Texts that are nothing but texts.
    fn of_names(known: &Counted<'_>) -> Self {
        let (all, distinct) = (known.rows(), known.different());
        let words = known.iter().map(|(v, n)| n * v.split_whitespace().count()).sum::<usize>() as f64 / all as f64;
        if names_rows(distinct, all) && words < 4.0 {
            let doubt = unread::in_names(known).map(Doubt::Unread);
            return Self {
                id: true,
                doubt,
                ..Self::new(Kind::Category, "a different text in nearly every row: names the row")
            };
        }
        let doubt = unread::among_levels(known).map(Doubt::Unread);
        if all >= 50 && distinct * 2 > all {
            return Self { doubt, ..Self::new(Kind::Text, format!("{distinct} different texts in {all} rows: free text")) };
        }
        if let Some((a, b)) = numbers::mixed_units(known) {
            let reason = format!("{distinct} different texts; numbers in mixed units (\"{a}\", \"{b}\") are not compared");
            return Self::new(Kind::Category, reason);
        }
        let first = known.first(|_| true);
        let reason =
            if distinct == 1 { format!("one value only (\"{first}\")") } else { format!("{distinct} different texts") };
        let sums = || levels::sums(known).map(Doubt::Sums);
        let doubt = doubt.or_else(sums).or_else(|| levels::alike(known).map(Doubt::Written));
        Self { doubt, ..Self::new(Kind::Category, reason) }
    }

    /// Days, months and moments that are written as whole numbers, such as `20240131`, `31012024` or `202401`.
    fn of_days(known: &Counted<'_>) -> Option<Self> {
        let format = compact::format(known)?;
        let reason = format!("dates such as \"{}\", read as {format}", known.first(|_| true));
        Some(Self { format: Some(format.into()), ..Self::new(Kind::Date, reason) })
    }

    /// The same where the source has them as numbers.
    fn of_day_numbers(numbers: &[(f64, usize)]) -> Option<Self> {
        if !numbers.iter().all(|(number, _)| compact::may_be(*number)) {
            return None;
        }
        let texts: Vec<String> = numbers.iter().map(|(number, _)| number.to_string()).collect();
        Self::of_days(&Counted::of(&texts.iter().map(String::as_str).collect::<Vec<_>>()))
    }

    /// Whole numbers of so many digits that different ones would become one number: they can only be names, since nobody
    /// measures that closely.
    fn of_long(known: &Counted<'_>, all: usize) -> Option<Self> {
        let mut long: Vec<&str> = known.texts().filter(|text| codes::is_long(text)).collect();
        long.sort_unstable();
        long.dedup();
        let numbers: Vec<(f64, usize)> = long.iter().filter_map(|text| Some((number(text, false)?, 1))).collect();
        let whole = codes::are_account_numbers(known);
        if different(&numbers) == long.len() && !whole {
            return None;
        }
        let distinct = known.different();
        let id = names_rows(distinct, all);
        let kind = if !id && all >= 50 && distinct * 2 > all { Kind::Text } else { Kind::Category };
        // Without an example: it may be the number of somebody's card.
        let reason = "whole numbers of more digits than a number tells apart: names, not amounts";
        Some(Self { whole, id, ..Self::new(kind, reason) })
    }

    /// Times of day and durations, as numbers of seconds; nothing where it is not clear that they are times.
    fn of_times(times: Times, known: &Counted<'_>) -> Option<Self> {
        let (example, clock) = (known.first(|_| true), clock(times));
        let picture = clock.picture();
        let (reason, message) = match times {
            Times::OfDay => (
                format!("times of day such as \"{example}\", read as seconds since midnight"),
                format!("times of day such as \"{example}\" are read as seconds since midnight"),
            ),
            Times::Durations(_) => (
                format!("durations such as \"{example}\", read as seconds, written as {picture}"),
                format!("durations such as \"{example}\" are read as seconds, written as {picture}"),
            ),
            Times::Unclear => return None,
        };
        let doubt = Some(Doubt::Seconds(message));
        let whole = known.texts().all(|text| clock.read(text).is_none_or(|seconds| seconds.fract() == 0.0));
        Some(Self { format: Some(picture.to_owned()), whole, doubt, ..Self::new(Kind::Number, reason) })
    }

    /// Numbers that are not written plainly: with separators of thousands, a decimal comma, a currency or a unit. In a file
    /// of decimal commas, also those that only seem plain, such as `1.234`.
    fn of_amounts(name: &str, known: &Counted<'_>, plain: usize, rows: usize, habits: Habits) -> Option<Self> {
        let all = known.rows();
        if nearly_all(plain, all) && !habits.points_part(known) {
            return None;
        }
        let Decided { notation, rival } = numbers::decide(known, habits.file_decimal, habits.decimal)?;
        let values = read(known, |v| notation.read(v));
        let fit: usize = values.iter().map(|(_, count)| count).sum();
        if fit < 2 || (notation.decimal == '.' && nearly_all(plain, all)) {
            return None;
        }
        let guess = Self::of_numbers(name, &values, all - fit, rows);
        // Codes and ids are compared as they are written, which takes one way of writing for each.
        if guess.kind != Kind::Number && fit == all && known.different() == different(&values) {
            return Some(Self { whole: false, ..guess });
        }
        let picture = notation.to_string();
        let example = known.first(|v| number(v, habits.comma()).is_none());
        let example = if example.is_empty() { known.first(|_| true) } else { example };
        let reason = format!("{}; written as {picture}, such as \"{example}\"", guess.reason);
        let doubt = rival.map(|rival| {
            let message = format!(
                "numbers such as \"{example}\" are read as {picture}, but could be {rival}, too; set [collect] decimal"
            );
            Doubt::Mark(message)
        });
        let doubt = doubt.or_else(|| unread::mixed(known, &notation).map(Doubt::Written));
        let amounts = guess.kind == Kind::Number;
        Some(Self {
            kind: Kind::Number,
            id: false,
            whole: amounts && guess.whole,
            reason,
            format: Some(picture),
            doubt,
            ..guess
        })
    }

    /// Numbers or dates among which markers of missing values stand, or numbers that are none.
    fn without_markers(name: &str, known: &Counted<'_>, rows: usize, habits: Habits) -> Option<Self> {
        let (others, clear) = known.parted(no_value);
        let (marked, left) = (others.rows(), clear.rows());
        // Where most cells are markers, they say something.
        if marked == 0 || left < marked || left < 2 {
            return None;
        }
        let guess = Self::of_text(name, &clear, rows, habits);
        let (wrong, markers) = others.parted(no_number);
        // A date has errors like any cell of a sheet, but is never infinite.
        let fits = guess.kind == Kind::Number || (guess.kind == Kind::Date && wrong.texts().all(|v| v.starts_with('#')));
        if guess.id || !fits {
            return None;
        }
        let mut reason = guess.reason;
        if !wrong.is_empty() {
            reason += &no_values(wrong.rows(), wrong.first(|_| true));
        }
        if !markers.is_empty() {
            let marker = markers.first(|_| true);
            let (rows, are) = (markers.rows(), verb(markers.rows(), "are"));
            let values = if rows == 1 { "a missing value" } else { "missing values" };
            let _ = write!(reason, "; {} such as \"{marker}\" {are} {values}", plural(rows, "marker"));
        }
        Some(Self { reason, ..guess })
    }

    /// Guesses from the finite numbers of a source with types, each with its rows, and those that are infinite.
    #[must_use]
    pub fn of_typed(name: &str, numbers: &[(f64, usize)], infinite: &[f64], rows: usize) -> Self {
        let Some(first) = infinite.first() else {
            return Self::of_day_numbers(numbers).unwrap_or_else(|| Self::of_numbers(name, numbers, 0, rows));
        };
        let told = no_values(infinite.len(), &first.to_string());
        if numbers.is_empty() {
            return Self::new(Kind::Number, format!("no finite number{told}"));
        }
        let known = numbers.iter().map(|(_, count)| count).sum();
        let slips = nearly_all(known, known + infinite.len());
        let guess = Self::of_numbers(name, numbers, if slips { infinite.len() } else { 0 }, rows);
        // What names the rows is never infinite.
        let guess = if guess.id { Self { id: false, ..Self::new(Kind::Number, "whole numbers") } } else { guess };
        if slips { guess } else { Self { reason: guess.reason + &told, ..guess } }
    }

    /// Guesses from finite numbers, each with its rows; `odd` values of the column were not numbers.
    #[must_use]
    pub fn of_numbers(name: &str, numbers: &[(f64, usize)], odd: usize, rows: usize) -> Self {
        let values = || numbers.iter().map(|(v, _)| *v);
        let low = values().min_by(f64::total_cmp).unwrap_or_default();
        let high = values().max_by(f64::total_cmp).unwrap_or_default();
        let whole = values().all(|v| v.fract() == 0.0);
        // How many different ones there are only matters to whole numbers.
        let distinct = if whole { different(numbers) } else { 2 - usize::from(low == high) };
        let known: usize = numbers.iter().map(|(_, count)| count).sum();
        if distinct == 1 {
            return Self { whole, ..Self::new(Kind::Number, format!("one value only ({low})")) };
        }
        let steps = high - low + 1.0;
        let gapless = whole && steps == distinct as f64;
        let named = names::entity(name) && (!names::bare_number(name) || are_running(low, high));
        // A year for every row is when it was, not which it is.
        let counts = gapless && !(names::year(name) && low >= 1000.0 && high < 3000.0);
        if whole && names_rows(distinct, rows) && odd == 0 && (counts || named || names::row(name)) {
            let reason = if counts {
                "a whole number for nearly every row, without gaps: numbers the rows"
            } else if !named {
                "a different whole number in nearly every row, as programs write beside a table: numbers the rows"
            } else {
                "a different whole number in nearly every row, and the name says id"
            };
            return Self { id: true, whole, ..Self::new(Kind::Category, reason) };
        }
        if whole && codes::are_codes([low, high], numbers) {
            let digits = low.log10().floor() + 1.0;
            if names_rows(distinct, rows) && odd == 0 {
                let reason = format!("a different whole number of {digits} digits in nearly every row: names the row");
                return Self { id: true, whole, ..Self::new(Kind::Category, reason) };
            }
            if codes::are_names(low, known) {
                let kind = if distinct * 2 > known { Kind::Text } else { Kind::Category };
                return Self { whole, ..Self::new(kind, format!("whole numbers of {digits} digits: names, not amounts")) };
            }
        }
        if whole && distinct == 2 && low == 0.0 && high == 1.0 {
            return Self { whole, ..Self::new(Kind::Bool, "only 0 and 1") };
        }
        if gapless && (low == 0.0 || low == 1.0) && (3..=CODES).contains(&distinct) && known >= 20 * distinct {
            let reason = format!("{distinct} whole numbers, {low} to {high} without gaps: taken for codes");
            return Self { whole, ..Self::new(Kind::Category, reason) };
        }
        // Beyond 2^53 every number is a whole one.
        let what = if whole && low.abs().max(high.abs()) <= EXACT as f64 { "whole numbers" } else { "numbers" };
        let taken = || format!("; {} {} taken as missing", plural(odd, "other value"), verb(odd, "are"));
        let others = if odd > 0 { taken() } else { String::new() };
        Self::new(Kind::Number, format!("{what} from {} to {}{others}", plain(low), plain(high)))
    }
}

/// Whether whole numbers from `low` to `high` look like running ones, such as those of orders: of as many digits, four or
/// more. Measured amounts spread further.
fn are_running(low: f64, high: f64) -> bool {
    low >= 1000.0 && low.log10().floor() == high.log10().floor()
}

impl Habits {
    /// Whether plain numbers have a decimal comma.
    #[must_use]
    pub fn comma(self) -> bool {
        self.decimal == Some(',')
    }

    /// Whether points in numbers that seem plain may part thousands: where decimals stand behind a comma.
    fn points_part(self, values: &Counted<'_>) -> bool {
        match self.decimal.or(self.file_decimal) {
            Some(mark) => mark == ',' && values.texts().any(|v| v.contains('.')),
            None => numbers::are_grouped_by_points(values),
        }
    }

    /// What is said of numbers with a point that can part no thousands, where the user named the comma.
    fn against_setting(self, values: &Counted<'_>) -> Option<Doubt> {
        let example = values.first(|v| self.comma() && v.contains('.'));
        let told = || {
            format!("numbers such as \"{example}\" have a decimal point, although [collect] decimal is \",\", and are read so")
        };
        (!example.is_empty()).then(told).map(Doubt::Mark)
    }
}

/// What times are read by; where it is not clear what they are, but the user says numbers, by minutes and seconds.
const fn clock(times: Times) -> Clock {
    match times {
        Times::OfDay => Clock::Hours,
        Times::Durations(clock) => clock,
        Times::Unclear => Clock::Minutes,
    }
}

/// The numbers among texts, each with its rows.
fn read(texts: &Counted<'_>, number: impl Fn(&str) -> Option<f64>) -> Vec<(f64, usize)> {
    texts.iter().filter_map(|(text, count)| Some((number(text)?, count))).collect()
}

/// What is said of cells that show no number where one should stand.
fn no_values(count: usize, example: &str) -> String {
    format!("; {} such as \"{example}\" {} no value", plural(count, "cell"), verb(count, "hold"))
}

/// Whether a text says, among numbers, that there is none.
fn no_value(text: &str) -> bool {
    soft_null(text) || no_number(text)
}

/// How many different numbers there are.
fn different(numbers: &[(f64, usize)]) -> usize {
    let mut values: Vec<f64> = numbers.iter().map(|(v, _)| *v).collect();
    values.sort_unstable_by(f64::total_cmp);
    values.dedup();
    values.len()
}

/// Whether so many values are different that they name the rows; a few rows may stand twice.
fn names_rows(distinct: usize, rows: usize) -> bool {
    rows >= 20 && distinct as f64 >= 0.97 * rows as f64
}

/// Whether so many fit that the others are taken for slips.
pub fn nearly_all(fit: usize, all: usize) -> bool {
    fit as f64 >= FIT * all as f64
}

fn all_whole(known: &Counted<'_>) -> bool {
    !known.is_empty() && known.texts().all(|v| !leading_zero(v) && number(v, false).is_some_and(|n| n.fract() == 0.0))
}

/// Whether digits with leading zeros make the column one of codes: all equally long, or not just a few of them.
fn are_codes(known: &Counted<'_>, zeros: usize) -> bool {
    let length = known.first(|_| true).len();
    known.texts().all(|v| v.len() == length) || zeros * 20 >= known.rows()
}

/// The words for no and yes.
pub const YES_NO: [[&str; 2]; 18] = [
    ["no", "yes"],
    ["false", "true"],
    ["n", "y"],
    ["f", "t"],
    ["off", "on"],
    ["nein", "ja"],
    ["non", "oui"],
    ["no", "si"],
    ["no", "sí"],
    ["não", "sim"],
    ["нет", "да"],
    ["いいえ", "はい"],
    ["아니오", "예"],
    ["否", "是"],
    ["不是", "是"],
    ["假", "真"],
    ["错", "对"],
    ["无", "有"],
];

fn yes_no(known: &Counted<'_>) -> Option<Guess> {
    let mut words = known.pair()?;
    let lower = words.map(str::to_lowercase);
    let known = YES_NO.iter().any(|yes_no| lower.iter().all(|v| yes_no.contains(&v.as_str())));
    known.then(|| {
        words.sort_unstable();
        let is_truth = lower == ["false", "true"] || lower == ["true", "false"];
        let format = is_truth.then(|| words.join("|"));
        Guess { format, ..Guess::new(Kind::Bool, format!("only \"{}\" and \"{}\"", words[0], words[1])) }
    })
}

#[cfg(test)]
mod tests;
