//! Which notation the numbers of a column are in.

use std::collections::HashMap;

use super::super::infer::nearly_all;
use super::super::texts::Counted;
use super::{Notation, Parts, Side, plain_letters};

/// Digits of the shortest number that may be one of a telephone.
const TELEPHONE: usize = 9;

/// Digits of a whole number that is no grade.
const LONGER_THAN_A_GRADE: usize = 3;
/// Fewest different numbers beside bounds such as `<5`: of fewer, these are levels among others.
const MEASURED: usize = 10;
/// So many numbers with three digits behind a point, none of which ends in a zero, are no chance.
const NO_CHANCE: usize = 30;

/// What the values of a column say.
#[derive(Clone, Debug, PartialEq)]
pub struct Decided {
    pub notation: Notation,
    /// The other reading, where the values of the column allow both.
    pub rival: Option<Notation>,
}

/// Counts of what only one reading explains.
#[derive(Default)]
struct Evidence {
    numbers: usize,
    point: usize,
    comma: usize,
    /// One separator before exactly three digits: thousands or decimals.
    either: [usize; 2],
    space: usize,
    quote: usize,
    underscore: usize,
    /// Digits that begin with a zero.
    codes: usize,
    /// Whole numbers with a minus behind them, and those of them that are too long for a grade.
    bare_minus: usize,
    long_minus: usize,
    /// Amounts marked as credits, and as debits.
    sides: [usize; 2],
    /// Bounds such as `<0.5`, and the first different numbers that are none.
    bounds: usize,
    measured: Vec<String>,
    units: HashMap<String, usize>,
}

impl Evidence {
    /// `None` where too few of the texts are numbers.
    fn of(values: &Counted<'_>) -> Option<Self> {
        let (mut all, mut others, rows) = (Self::default(), 0, values.rows());
        for (value, count) in values.iter() {
            let text = plain_letters(value);
            let Some(parts) = Parts::of(&text) else {
                others += count;
                if !nearly_all(rows - others, rows) {
                    return None;
                }
                continue;
            };
            all.numbers += count;
            if !parts.unit.is_empty() {
                *all.units.entry(parts.unit.to_owned()).or_default() += count;
            }
            if parts.bare_minus {
                all.bare_minus += count;
                all.long_minus += if parts.body.len() >= LONGER_THAN_A_GRADE { count } else { 0 };
            }
            match parts.side {
                Some(Side::Credit) => all.sides[0] += count,
                Some(Side::Debit) => all.sides[1] += count,
                None => {}
            }
            if parts.bound {
                all.bounds += count;
            } else if all.measured.len() < MEASURED && !all.measured.iter().any(|seen| seen == parts.body) {
                all.measured.push(parts.body.to_owned());
            }
            all.separators(parts.body, count);
        }
        let grades = all.bare_minus > 0 && all.long_minus == 0;
        let mut fit = rows - others - if grades { all.bare_minus } else { 0 };
        // Where most are bounds, or few values differ, they are names of classes such as those of ages.
        if all.measured.len() < MEASURED || 2 * all.bounds > rows {
            fit = fit.saturating_sub(all.bounds);
            all.bounds = 0;
        }
        (all.numbers > 0 && nearly_all(fit, rows)).then_some(all)
    }

    fn separators(&mut self, body: &str, rows: usize) {
        let add = |to: &mut usize, found: bool| *to += if found { rows } else { 0 };
        add(&mut self.space, body.contains(' '));
        add(&mut self.quote, body.contains('\''));
        add(&mut self.underscore, body.contains('_'));
        add(&mut self.codes, body.starts_with('0') && body.as_bytes().get(1).is_some_and(u8::is_ascii_digit));
        let body = body.split(['e', 'E']).next().unwrap_or_default();
        let count = |c: char| body.matches(c).count();
        let (points, commas) = (count('.'), count(','));
        match (points, commas) {
            (0, 0) => {}
            (0, 1) => self.single(body, ',', 1, rows),
            (1, 0) => self.single(body, '.', 0, rows),
            (0, _) => self.point += rows,
            (_, 0) => self.comma += rows,
            // The last of two kinds stands before the decimals.
            _ if body.rfind('.') > body.rfind(',') => self.point += rows,
            _ => self.comma += rows,
        }
    }

    /// The side whose amounts are negative: debits beside credits; where only one side is marked, that one, unless all are.
    fn side(&self, rows: usize) -> Option<Side> {
        let marked = match self.sides {
            [0, 0] => return None,
            [_, 0] => Side::Credit,
            _ => Side::Debit,
        };
        let all = self.sides.contains(&0) && nearly_all(self.sides[0] + self.sides[1], rows);
        Some(if all { marked.other() } else { marked })
    }

    /// One separator in all: thousands if three digits follow one to three others, else decimals.
    fn single(&mut self, body: &str, separator: char, which: usize, rows: usize) {
        let (before, after) = body.split_once(separator).unwrap_or((body, ""));
        let thousands = after.len() == 3 && (1..=3).contains(&before.len()) && !before.starts_with('0');
        match (thousands, separator) {
            (true, _) => self.either[which] += rows,
            (false, ',') => self.comma += rows,
            (false, _) => self.point += rows,
        }
    }
}

/// The notation that reads nearly all of the values, which are not plain numbers throughout; `file` is the mark before
/// decimals that other columns of the file show, `set` the one that the user named.
pub fn decide(values: &Counted<'_>, file: Option<char>, set: Option<char>) -> Option<Decided> {
    let (found, rows) = (Evidence::of(values)?, values.rows());
    if found.codes * 20 > rows || are_bracketed(values) || are_telephones(values) {
        return None;
    }
    let most = found.units.iter().max_by_key(|(unit, count)| (**count, unit.as_str()));
    let (unit, count) = most.map_or(("", 0), |(unit, count)| (unit.as_str(), *count));
    // A letter behind some of the numbers makes another name of them: rooms `2` and `2a`, grades `3` and `3+`.
    let letter = unit == "+" || (unit.len() == 1 && unit.bytes().all(|b| b.is_ascii_alphabetic()));
    if letter && !nearly_all(count, rows) {
        return None;
    }
    let [point_or_group, comma_or_group] = found.either;
    let unclear = found.point == 0 && found.comma == 0 && point_or_group + comma_or_group > 0;
    let decimal = match (found.point, found.comma) {
        _ if set.is_some() => set.unwrap_or('.'),
        (0, 0) if point_or_group > 0 && comma_or_group > 0 => return None,
        (0, 0) if !unclear => '.',
        // Thousands are more usual than numbers that all have three decimals, unless the file has other habits.
        (0, 0) => file.unwrap_or(if comma_or_group > 0 { '.' } else { ',' }),
        (point, comma) if point >= comma => '.',
        _ => ',',
    };
    let other = if decimal == '.' { ',' } else { '.' };
    let group = if found.space > 0 {
        Some(' ')
    } else if found.quote > 0 {
        Some('\'')
    } else if found.underscore > 0 {
        // Names of parts, such as a plate and its well, are all equally long.
        let length = |text: &str| text.bytes().filter(u8::is_ascii_digit).count();
        let first = length(values.first(|_| true));
        values.texts().any(|text| length(text) != first).then_some('_')
    } else {
        values.texts().any(|v| plain_letters(v).contains(other)).then_some(other)
    };
    let booked = found.long_minus > 0;
    let (unit, side, bounds) = (unit.to_owned(), found.side(rows), found.bounds > 0);
    let notation = Notation { decimal, group, unit, booked, side, bounds };
    let read = |notation: &Notation| values.count(|v| notation.read(v).is_some());
    if !nearly_all(read(&notation), rows) {
        return None;
    }
    let group = values.texts().any(|v| v.contains(decimal)).then_some(decimal);
    let rival = Notation { decimal: other, group, ..notation.clone() };
    // What a file of decimal commas makes of `6,508` is the less usual reading.
    let settled = set.is_some() || file == Some('.') || (file.is_some() && comma_or_group == 0);
    let rival = (unclear && !settled && nearly_all(read(&rival), rows)).then_some(rival);
    Some(Decided { notation, rival })
}

/// Whether numbers that seem plain have points between their thousands: all that are below a thousand have none, and all
/// others three digits behind it, as neither fixed decimals nor the shortest ones would have.
pub fn are_grouped_by_points(values: &Counted<'_>) -> bool {
    let (mut grouped, mut small, mut zero) = (0, 0, false);
    for (text, rows) in values.iter() {
        let digits = text.strip_prefix('-').unwrap_or(text);
        match digits.split_once('.') {
            None if digits.len() <= 3 && digits.bytes().all(|b| b.is_ascii_digit()) => small += rows,
            Some((before, after))
                if after.len() == 3
                    && (1..=3).contains(&before.len())
                    && !before.starts_with('0')
                    && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.') =>
            {
                grouped += rows;
                zero |= after.ends_with('0');
            }
            _ => return false,
        }
    }
    small > 0 && grouped > 1 && (zero || grouped >= NO_CHANCE)
}

/// Whether all values are whole numbers in brackets: names of notes, where amounts would not all be negative.
fn are_bracketed(values: &Counted<'_>) -> bool {
    values.texts().all(|v| plain_letters(v).starts_with('(') && !v.contains(['.', ',']))
}

/// Whether whole numbers in groups are those of telephones: long, all equally long, and hardly one twice.
fn are_telephones(values: &Counted<'_>) -> bool {
    let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).count();
    let length = digits(values.first(|_| true));
    let spaced = |text: &str| text.contains(' ') && text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b' ' | b'+'));
    length >= TELEPHONE
        && values.texts().all(|v| digits(v) == length && spaced(&plain_letters(v)))
        && nearly_all(values.different(), values.rows())
}

/// The two most frequent units of values that are numbers but for having several.
pub fn mixed_units(values: &Counted<'_>) -> Option<(String, String)> {
    let found = Evidence::of(values)?;
    let mut units: Vec<(String, usize)> = found.units.into_iter().collect();
    units.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let [(first, _), (second, _), ..] = &units[..] else { return None };
    // A different word behind every number is a name.
    (units.len() <= 8).then(|| (first.clone(), second.clone()))
}

/// Whether a text is a plain number in which only one mark can stand before the decimals.
pub fn tells_decimal(text: &str) -> bool {
    let mut marks = false;
    let plain = |b: u8| {
        marks |= matches!(b, b'.' | b',');
        b.is_ascii_digit() || matches!(b, b'.' | b',' | b'+' | b'-')
    };
    if !text.bytes().all(plain) || !marks {
        return false;
    }
    let mut found = Evidence::default();
    found.separators(text, 1);
    found.point + found.comma > 0
}

/// The mark before decimals that the columns of a file agree on, by the values that can be read in one way only.
pub fn file_decimal<'a>(columns: impl Iterator<Item = Vec<&'a str>>) -> Option<char> {
    let (mut point, mut comma) = (0, 0);
    for values in columns {
        let sample = Counted::of(&values);
        // Dates, addresses and versions have points, but no notation reads them.
        if decide(&sample, None, None).is_none() {
            continue;
        }
        let Some(found) = Evidence::of(&sample) else { continue };
        point += usize::from(found.point > 0 && found.comma == 0);
        comma += usize::from(found.comma > 0 && found.point == 0);
    }
    match (point, comma) {
        (0, 0) => None,
        (_, 0) => Some('.'),
        (0, _) => Some(','),
        _ => None,
    }
}
