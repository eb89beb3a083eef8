//! Numbers as people write them: with separators of thousands, a decimal comma, a currency, a unit.
//!
//! A column has one [`Notation`], decided over all of its values and kept with the model as the picture of one number, such
//! as `1.234,5 €`. Times are numbers of seconds, and have the [`Clock`] that they are read by.

mod clock;
mod decide;
mod words;

use std::borrow::Cow;
use std::fmt;

pub use clock::{Clock, Times, decide as times};
pub use decide::{Decided, are_grouped_by_points, decide, file_decimal, mixed_units, tells_decimal};

/// How the numbers of one column are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notation {
    /// What stands before the decimals: `.` or `,`.
    pub decimal: char,
    /// What stands between groups of digits: `.`, `,`, `'`, `_` or a space.
    pub group: Option<char>,
    /// What may stand before or behind every number: a currency, a unit or `%`. The number is read as it is written.
    pub unit: String,
    /// Whether a minus may stand behind a whole number, too: `1204-`. Behind a digit alone it is a grade, such as `3-`.
    pub booked: bool,
    /// Which of `CR` and `DR` behind an amount makes it negative, where they stand there.
    pub side: Option<Side>,
    /// Whether a bound such as `<0.5`, below which nothing can be measured, is read as the number that it names.
    pub bounds: bool,
}

/// The side of an account that an amount is booked on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Credit,
    Debit,
}

/// How the texts of one column become numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Writing {
    Amounts(Notation),
    Times(Clock),
}

impl Writing {
    /// What a picture shows, as a model keeps it.
    #[must_use]
    pub fn of_picture(picture: &str) -> Option<Self> {
        Clock::of_picture(picture).map(Self::Times).or_else(|| Notation::of_picture(picture).map(Self::Amounts))
    }

    /// The number that a text shows; `None` where it is not written so.
    #[must_use]
    pub fn read(&self, text: &str) -> Option<f64> {
        match self {
            Self::Amounts(notation) => notation.read(text),
            Self::Times(clock) => clock.read(text),
        }
    }
}

/// The parts of a text that is written like a number.
#[derive(Clone, Debug, PartialEq)]
struct Parts<'a> {
    negative: bool,
    /// Digits and what stands among them.
    body: &'a str,
    unit: &'a str,
    /// What 万, 亿, k or M behind the digits multiplies by, and that word.
    magnitude: (f64, &'a str),
    side: Option<Side>,
    /// Whether `<` or `>` stands before it.
    bound: bool,
    /// Whether a minus stands behind digits alone.
    bare_minus: bool,
}

impl Notation {
    /// The notation that a picture shows, as [`Notation`] writes it.
    #[must_use]
    pub fn of_picture(picture: &str) -> Option<Self> {
        let (bounds, rest) = picture.strip_prefix('<').map_or((false, picture), |rest| (true, rest));
        let side = [Side::Credit, Side::Debit].into_iter().find(|side| rest.ends_with(side.negative()));
        let rest = rest.strip_suffix(side.map_or("", Side::negative))?;
        let rest = rest.strip_prefix('1')?;
        let (group, rest) = match rest.strip_prefix("234") {
            Some(rest) => (None, rest),
            None => (rest.chars().next().filter(|c| ".,'_ ".contains(*c)), rest.get(1..)?.strip_prefix("234")?),
        };
        let decimal = rest.chars().next().filter(|c| matches!(c, '.' | ','))?;
        let rest = rest[1..].strip_prefix('5')?;
        let (booked, rest) = rest.strip_prefix('-').map_or((false, rest), |rest| (true, rest));
        let unit = rest.strip_prefix(' ').unwrap_or_default().to_owned();
        Some(Self { decimal, group, unit, booked, side, bounds })
    }

    /// The number that a text shows; `None` where it is not written so.
    #[must_use]
    pub fn read(&self, text: &str) -> Option<f64> {
        let text = plain_letters(text);
        let parts = Parts::of(&text)?;
        let unit = parts.unit.is_empty() || same_unit(parts.unit, &self.unit);
        let odd = (parts.bare_minus && !self.booked) || (parts.bound && !self.bounds);
        if !unit || odd || (parts.side.is_some() && self.side.is_none()) {
            return None;
        }
        let digits = self.digits(parts.body)?;
        let (magnitude, word) = parts.magnitude;
        // Models of older versions may have the word for a unit.
        let magnitude = if same_unit(word, &self.unit) { 1.0 } else { magnitude };
        let value = digits.parse::<f64>().ok()? * magnitude;
        let booked = parts.side.is_some() && parts.side == self.side;
        let value = if parts.negative == booked { value } else { -value };
        value.is_finite().then_some(value)
    }

    /// The digits with a decimal point and nothing else among them.
    fn digits(&self, body: &str) -> Option<String> {
        let (mantissa, exponent) = match body.find(['e', 'E']) {
            Some(at) => body.split_at(at),
            None => (body, ""),
        };
        let (whole, fraction) = mantissa.split_once(self.decimal).map_or((mantissa, None), |(w, f)| (w, Some(f)));
        let is_digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
        if fraction.is_some_and(|f| !is_digits(f)) || (whole.is_empty() && fraction.is_none_or(str::is_empty)) {
            return None;
        }
        let whole = match self.group {
            Some(group) if whole.contains(group) => {
                let groups: Vec<&str> = whole.split(group).collect();
                grouped(&groups).then(|| groups.concat())?
            }
            _ if is_digits(whole) => whole.to_owned(),
            _ => return None,
        };
        Some(format!("{}.{}{exponent}", if whole.is_empty() { "0" } else { &whole }, fraction.unwrap_or("0")))
    }
}

impl fmt::Display for Notation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let group = self.group.map_or_else(String::new, String::from);
        let (bound, minus) = (if self.bounds { "<" } else { "" }, if self.booked { "-" } else { "" });
        write!(f, "{bound}1{group}234{}5{minus}", self.decimal)?;
        if !self.unit.is_empty() {
            write!(f, " {}", self.unit)?;
        }
        f.write_str(self.side.map_or("", Side::negative))
    }
}

impl Side {
    /// How a picture shows that amounts of this side are negative.
    const fn negative(self) -> &'static str {
        match self {
            Self::Credit => " -CR",
            Self::Debit => " -DR",
        }
    }

    /// The other side.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Credit => Self::Debit,
            Self::Debit => Self::Credit,
        }
    }

    /// The mark of a side.
    #[must_use]
    pub const fn mark(self) -> &'static str {
        match self {
            Self::Credit => "CR",
            Self::Debit => "DR",
        }
    }

    /// The side that a word behind or before an amount names.
    fn of(word: &str) -> Option<Self> {
        let word = word.strip_suffix('.').unwrap_or(word);
        [Self::Credit, Self::Debit].into_iter().find(|side| word.eq_ignore_ascii_case(side.mark()))
    }

    /// Takes the mark of a side from the end of what stands behind an amount.
    fn cut(after: &str) -> (Option<Self>, &str) {
        let at = after.rfind(' ').map_or(0, |at| at + 1);
        Self::of(&after[at..]).map_or((None, after), |side| (Some(side), after[..at].trim_end()))
    }
}

/// Whether digits are parted as people part them: by threes, or by two and at last three as in India. A leading zero is one
/// of a code or a telephone.
fn grouped(groups: &[&str]) -> bool {
    let digits = groups.iter().all(|g| !g.is_empty() && g.bytes().all(|b| b.is_ascii_digit()));
    let (Some(first), Some(last)) = (groups.first(), groups.last()) else { return false };
    let middle = &groups[1..groups.len().max(2) - 1];
    let even = middle.iter().all(|g| g.len() == 3) || (first.len() <= 2 && middle.iter().all(|g| g.len() == 2));
    digits && first.len() <= 3 && !first.starts_with('0') && last.len() == 3 && even
}

/// Units that are the same word for the same thing.
fn same_unit(a: &str, b: &str) -> bool {
    a == b || (a.is_ascii() && a.eq_ignore_ascii_case(b) && a.len() > 1)
}

/// Full-width letters, spaces of every width, and minus signs as those of ASCII.
fn plain_letters(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text.trim());
    }
    let plain = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\u{2007}' => ' ',
        '\u{2212}' | '\u{2013}' => '-',
        '\u{2019}' => '\'',
        // Arabic, Persian and Devanagari digits, and the marks among the first two.
        '\u{660}'..='\u{669}' => char::from_u32(u32::from(c) - 0x630).unwrap_or(c),
        '\u{6f0}'..='\u{6f9}' => char::from_u32(u32::from(c) - 0x6c0).unwrap_or(c),
        '\u{966}'..='\u{96f}' => char::from_u32(u32::from(c) - 0x936).unwrap_or(c),
        '\u{66b}' => '.',
        '\u{66c}' => ',',
        '\u{ffe5}' => '¥',
        '\u{ffe0}' => '¢',
        '\u{ffe1}' => '£',
        c => c,
    };
    Cow::Owned(text.chars().map(plain).collect::<String>().trim().to_owned())
}

impl<'a> Parts<'a> {
    /// `None` where a text is no number with at most a sign, a currency and a unit around it.
    fn of(text: &'a str) -> Option<Self> {
        let inner = text.strip_prefix('(').and_then(|t| t.strip_suffix(')'));
        let mut negative = inner.is_some();
        let text = inner.unwrap_or(text).trim();
        let digit = |at: usize| text.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
        let begins = |at: usize| digit(at) || (matches!(text.as_bytes()[at], b'.' | b',') && digit(at + 1));
        let start = (0..text.len()).find(|at| begins(*at))?;
        // Words before a number make it a name, such as `Week 10`; a currency does not.
        let (bound, before) = words::bound(text[..start].trim());
        let mut before = before;
        let mut sign = |part: &mut &'a str, back: bool| {
            let cut = if back { part.strip_suffix(['-', '+']) } else { part.strip_prefix(['-', '+']) };
            if let Some(rest) = cut {
                let minus = if back { part.ends_with('-') } else { part.starts_with('-') };
                *part = rest.trim();
                // Two signs are none.
                let twice = negative && minus;
                negative |= minus;
                return !twice;
            }
            true
        };
        if !(sign(&mut before, false) && sign(&mut before, true)) {
            return None;
        }
        let number = &text[start..];
        let end = body_end(number);
        let body = number[..end].trim_end_matches(' ');
        let mut after = number[end..].trim();
        // `94.-` and `94,--` have no cents.
        if body.ends_with(['.', ',']) && matches!(after, "-" | "--" | "---") {
            after = "";
        }
        // A sign behind an amount is one of bookkeeping.
        let bare_minus = after == "-" && !body.contains(['.', ',']);
        let booked = bare_minus || (after.ends_with('-') && body.contains(['.', ',']));
        if (booked && !sign(&mut after, true)) || !body.bytes().any(|b| b.is_ascii_digit()) {
            return None;
        }
        let (mut side, rest) = Side::cut(after);
        after = rest;
        if side.is_none()
            && let Some(found) = Side::of(before)
        {
            (side, before) = (Some(found), "");
        }
        if !before.is_empty() && !words::CURRENCIES.contains(&before) {
            return None;
        }
        let (magnitude, word, rest) = words::magnitude(after, body);
        after = rest;
        let unit = match (before.is_empty(), after.is_empty()) {
            (_, true) => before,
            (true, _) => after,
            _ => return None,
        };
        let letters = unit.chars().count() <= 12
            && !unit.chars().any(|c| c.is_ascii_digit() || matches!(c, '(' | ')' | ',' | ':' | '-' | '"'));
        // `1/2` and `3 of 5` are no numbers with a unit.
        (letters && !unit.starts_with('/') && unit.split(' ').count() <= 2).then_some(Self {
            negative,
            body,
            unit,
            magnitude: (magnitude, word),
            side,
            bound,
            bare_minus,
        })
    }
}

/// Where the digits, with what may stand among them, end.
fn body_end(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut end = 0;
    while let Some(&b) = bytes.get(end) {
        let inside = match b {
            b'0'..=b'9' | b'.' | b',' => true,
            b'_' if end == 0 => false,
            b' ' | b'\'' | b'_' => bytes.get(end + 1).is_some_and(u8::is_ascii_digit),
            b'e' | b'E' => {
                let behind = bytes.get(end + 1).copied().unwrap_or_default();
                let signed = matches!(behind, b'+' | b'-') && bytes.get(end + 2).is_some_and(u8::is_ascii_digit);
                end > 0 && (behind.is_ascii_digit() || signed)
            }
            b'+' | b'-' => end > 0 && matches!(bytes[end - 1], b'e' | b'E'),
            _ => false,
        };
        if !inside {
            break;
        }
        end += 1;
    }
    end
}

#[cfg(test)]
mod tests;
