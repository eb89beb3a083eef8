//! Times of day and durations that are written as texts; both are numbers of seconds, as those of typed sources are.

use super::super::infer::nearly_all;
use super::super::texts::Counted;
use super::plain_letters;

const MINUTE: f64 = 60.0;
const HOUR: f64 = 3600.0;
const DAY: f64 = 86_400.0;

/// How the times of one column are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// `8:15`, `08:15:30.5`, `8:15 PM`, `123:45:06`, `2 days 03:04:05`: two numbers are hours and minutes.
    Hours,
    /// `42:17`, `1:02:33`: two numbers are minutes and seconds.
    Minutes,
    /// `PT1H30M`: a duration of ISO 8601 without months and years, which are not equally long.
    Iso,
}

/// What the texts of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Times {
    OfDay,
    Durations(Clock),
    /// Two numbers of which the first is beyond the hours of a day: minutes and seconds, hours and minutes, or a result of a
    /// match.
    Unclear,
}

impl Clock {
    const PICTURES: [(Self, &'static str); 3] = [(Self::Hours, "h:mm:ss"), (Self::Minutes, "m:ss"), (Self::Iso, "PnDTnHnMnS")];

    #[must_use]
    pub fn of_picture(picture: &str) -> Option<Self> {
        Self::PICTURES.into_iter().find_map(|(clock, shown)| (shown == picture).then_some(clock))
    }

    /// What a model keeps of it.
    #[must_use]
    pub fn picture(self) -> &'static str {
        Self::PICTURES.into_iter().find_map(|(clock, shown)| (clock == self).then_some(shown)).unwrap_or_default()
    }

    /// The seconds that a text shows; `None` where it is not written so.
    #[must_use]
    pub fn read(self, text: &str) -> Option<f64> {
        let text = plain_letters(text);
        if self == Self::Iso {
            return iso(&text);
        }
        let face = Face::of(&text)?;
        Some(face.seconds(self == Self::Minutes && face.is_pair()))
    }
}

/// What nearly all of the texts are; `None` where they are no times.
pub fn decide(values: &Counted<'_>) -> Option<Times> {
    let rows = values.rows();
    let (mut faces, mut isos, mut days, mut beyond, mut long) = (0, 0, 0, 0, 0);
    let mut others = 0;
    for (text, count) in values.iter() {
        let text = plain_letters(text);
        if let Some(face) = Face::of(&text) {
            faces += count;
            days += if face.is_of_day() { count } else { 0 };
            beyond += if face.is_pair() && !face.is_of_day() { count } else { 0 };
            long += if face.is_pair() { 0 } else { count };
        } else if iso(&text).is_some() {
            isos += count;
        } else {
            others += count;
            if !nearly_all(rows - others, rows) {
                return None;
            }
        }
    }
    if isos > faces {
        return nearly_all(isos, rows).then_some(Times::Durations(Clock::Iso));
    }
    if !nearly_all(faces, rows) {
        return None;
    }
    Some(match (beyond, long) {
        // One that is beyond a day is a slip among many that are not.
        _ if days == faces || (beyond == faces - days && nearly_all(days, faces)) => Times::OfDay,
        (0, _) => Times::Durations(Clock::Hours),
        (_, 0) => Times::Unclear,
        // Beside `1:02:33`, `42:17` can only be of minutes.
        _ => Times::Durations(Clock::Minutes),
    })
}

/// What stands between colons.
struct Face {
    negative: bool,
    /// Whole days before it, which have a sign of their own: `-1 days +23:59:59` is a second less than nothing.
    days: Option<f64>,
    /// Two or three numbers, from the left; one where `PM` stands behind it.
    numbers: [f64; 3],
    count: usize,
    /// Whether `PM` stands behind it, or `AM`.
    afternoon: Option<bool>,
}

impl Face {
    fn of(text: &str) -> Option<Self> {
        // Most texts are none, and are told by their first letter.
        if !text.trim_start_matches(['-', '+']).starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let (text, afternoon) = meridiem(text);
        let (days, text) = days(text)?;
        if days.is_some() && text.is_empty() {
            return Some(Self { negative: false, days, numbers: [0.0; 3], count: 3, afternoon: None });
        }
        let (negative, text) = signed(text);
        let mut parts = text.split(':');
        let (mut numbers, mut count) = ([0.0; 3], 0);
        for number in &mut numbers {
            let Some(part) = parts.next() else { break };
            // Minutes and seconds have two digits; only seconds have a fraction.
            *number = match (count, part.len()) {
                (0, 1..=9) => whole(part)?,
                (1, 2) => whole(part).filter(|n| *n < 60.0)?,
                (2, 2..) => part.split_at_checked(2).and_then(|(n, rest)| fraction(whole(n).filter(|n| *n < 60.0)?, rest))?,
                _ => return None,
            };
            count += 1;
        }
        let hours = 1.0..=12.0;
        let told = afternoon.is_some();
        let sound = parts.next().is_none() && count >= if told { 1 } else { 2 } && (!told || hours.contains(&numbers[0]));
        let alone = !(told && (negative || days.is_some()));
        (sound && alone).then_some(Self { negative, days, numbers, count, afternoon })
    }

    const fn is_pair(&self) -> bool {
        self.count == 2 && self.afternoon.is_none() && self.days.is_none()
    }

    /// The seconds; `minutes` says that the first number is one of minutes.
    fn seconds(&self, minutes: bool) -> f64 {
        let [first, second, third] = self.numbers;
        let first = match self.afternoon {
            Some(afternoon) => first % 12.0 + if afternoon { 12.0 } else { 0.0 },
            None => first,
        };
        let size = if minutes { MINUTE * first + second } else { HOUR * first + MINUTE * second + third };
        self.days.unwrap_or(0.0) * DAY + if self.negative { -size } else { size }
    }

    /// Whether a clock can show it; that a day ends at 24:00 is written, too.
    fn is_of_day(&self) -> bool {
        !self.negative && self.days.is_none() && self.seconds(false) <= DAY
    }
}

/// The text before `AM` or `PM`, and which of them it is.
fn meridiem(text: &str) -> (&str, Option<bool>) {
    for (word, afternoon) in [("am", false), ("pm", true), ("a.m.", false), ("p.m.", true)] {
        let cut = text.len().checked_sub(word.len()).and_then(|at| text.split_at_checked(at));
        if let Some((rest, _)) = cut.filter(|(_, end)| end.eq_ignore_ascii_case(word)) {
            return (rest.trim_end(), Some(afternoon));
        }
    }
    (text, None)
}

/// Whether a text begins with a minus, and what follows the sign.
fn signed(text: &str) -> (bool, &str) {
    (text.starts_with('-'), text.strip_prefix(['-', '+']).unwrap_or(text))
}

/// The days before a time as Python and `PostgreSQL` write them, such as `2 days 03:04:05`, and the time; the days may stand
/// alone.
fn days(text: &str) -> Option<(Option<f64>, &str)> {
    let Some((number, rest)) = text.split_once(" day") else { return Some((None, text)) };
    let rest = rest.strip_prefix('s').unwrap_or(rest);
    let (negative, number) = signed(number);
    let days = whole(number)?;
    let time = if rest.is_empty() { rest } else { rest.strip_prefix(',').unwrap_or(rest).strip_prefix(' ')? };
    Some((Some(if negative { -days } else { days }), time))
}

fn whole(digits: &str) -> Option<f64> {
    let known = (1..=9).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    known.then(|| digits.parse().ok()).flatten()
}

/// A whole number with the fraction behind it, if any.
fn fraction(number: f64, rest: &str) -> Option<f64> {
    let Some(digits) = rest.strip_prefix(['.', ',']) else { return rest.is_empty().then_some(number) };
    let known = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    known.then(|| format!("{number}.{digits}").parse().ok()).flatten()
}

/// The seconds of a duration such as `P1DT2H3M4.5S` or `P2W`.
fn iso(text: &str) -> Option<f64> {
    let negative = text.starts_with('-');
    let text = text.strip_prefix(['-', '+']).unwrap_or(text).strip_prefix('P')?;
    let (date, time) = text.split_once('T').map_or((text, None), |(date, time)| (date, Some(time)));
    if time.is_some_and(str::is_empty) || (time.is_none() && date.is_empty()) {
        return None;
    }
    let time = units(time.unwrap_or_default(), &[('H', HOUR), ('M', MINUTE), ('S', 1.0)])?;
    let size = units(date, &[('W', 7.0 * DAY), ('D', DAY)])? + time;
    Some(if negative { -size } else { size })
}

/// Numbers with their units, each at most once and in this order.
fn units(text: &str, units: &[(char, f64)]) -> Option<f64> {
    let (mut rest, mut size) = (text, 0.0);
    for (letter, seconds) in units {
        if let Some((number, behind)) = rest.split_once(*letter) {
            let split = number.find(['.', ',']).unwrap_or(number.len());
            size += seconds * fraction(whole(&number[..split])?, &number[split..])?;
            rest = behind;
        }
    }
    rest.is_empty().then_some(size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_seconds() {
        for (text, seconds) in [
            ("08:15", 29_700.0),
            ("8:15", 29_700.0),
            ("08:15:30", 29_730.0),
            ("08:15:30.25", 29_730.25),
            ("00:01:23,456", 83.456),
            ("8:15 PM", 72_900.0),
            ("8:15pm", 72_900.0),
            ("12:15 a.m.", 900.0),
            ("12:00:01 PM", 43_201.0),
            ("8 PM", 72_000.0),
            ("24:00", 86_400.0),
            ("123:45:06", 445_506.0),
            ("-1:30:00", -5400.0),
            ("2 days 03:04:05", 183_845.0),
            ("1 day, 0:00:01", 86_401.0),
            ("0 days 01:23:45.500000", 5025.5),
            ("-1 days +23:59:59", -1.0),
            ("-2 days -00:00:01", -172_801.0),
            ("3 days", 259_200.0),
            ("0\u{ff18}\u{ff1a}15", 29_700.0),
        ] {
            assert_eq!(Clock::Hours.read(text), Some(seconds), "{text}");
        }
        for text in [
            "",
            "8",
            "8:5",
            "8:60",
            "08:15:60",
            "8:15:",
            "8:15:30:1",
            "13:00 PM",
            "0:15 PM",
            "a:15",
            "8:15 x",
            "1:25000",
            "-8 PM",
            "2.03:04",
            "5 daytime",
            "--8:15",
        ] {
            assert_eq!(Clock::Hours.read(text), None, "{text}");
        }
        assert_eq!((Clock::Minutes.read("42:17"), Clock::Minutes.read("1:02:33")), (Some(2537.0), Some(3753.0)));
        for (text, seconds) in
            [("PT1H30M", 5400.0), ("P1DT2H3M4.5S", 93_784.5), ("P2W", 1_209_600.0), ("-PT0.5S", -0.5), ("PT1,5H", 5400.0)]
        {
            assert_eq!(Clock::Iso.read(text), Some(seconds), "{text}");
        }
        for text in ["P", "PT", "P1DT", "P1Y", "P1M", "PT5", "PT5S3H", "P5", "Paris", "PTS", "pt1h"] {
            assert_eq!(Clock::Iso.read(text), None, "{text}");
        }
    }

    #[test]
    fn the_column_tells_times_of_day_from_durations() {
        let decide = |values: &[&str]| super::decide(&Counted::of(values));
        assert_eq!(decide(&["08:15", "23:59", "24:00"]), Some(Times::OfDay));
        assert_eq!(decide(&["8:15 AM", "8:15:30 PM"]), Some(Times::OfDay));
        assert_eq!(decide(&["01:15:00", "30:00:00"]), Some(Times::Durations(Clock::Hours)));
        assert_eq!(decide(&["0 days 01:15:00", "2 days 00:00:00"]), Some(Times::Durations(Clock::Hours)));
        assert_eq!(decide(&["42:17", "1:02:33", "9:59"]), Some(Times::Durations(Clock::Minutes)));
        assert_eq!(decide(&["PT5M", "P1D"]), Some(Times::Durations(Clock::Iso)));
        // Results of handball are written so, too.
        assert_eq!(decide(&["28:25", "31:29", "22:24"]), Some(Times::Unclear));
        for others in [&["2:1", "3:0"][..], &["88:79", "10:20"], &["a", "08:15"], &["2024-01-31 08:15"], &["7", "8"]] {
            assert_eq!(decide(others), None, "{others:?}");
        }
    }

    #[test]
    fn a_picture_names_a_way_of_writing() {
        for (clock, picture) in Clock::PICTURES {
            assert_eq!((clock.picture(), Clock::of_picture(picture)), (picture, Some(clock)));
        }
        assert_eq!(Clock::of_picture("1234.5"), None);
    }
}
