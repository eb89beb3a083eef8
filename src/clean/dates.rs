//! Dates and moments in the ways they are written.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime};

use super::compact;
use super::infer::nearly_all;
use super::months;
use super::texts::Counted;

/// The formats that are recognised, most specific first. Where day and month cannot be told apart by the values, the first
/// that fits most values wins: year first, then day first with points or hyphens, then month first with slashes.
const FORMATS: [&str; 69] = [
    "%Y-%m-%d",
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%dT%H:%M:%S%.fZ",
    "%Y-%m-%dT%H:%M:%S%.f%:z",
    "%Y-%m-%d %H:%M:%S%.f%:z",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M",
    "%Y/%m/%d",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y.%m.%d",
    "%Y年%m月%d日",
    "%Y年%m月%d日 %H:%M",
    "%d.%m.%Y",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y %H:%M:%S",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%d-%m-%Y %H:%M",
    "%m/%d/%Y",
    "%d/%m/%Y",
    "%m/%d/%Y %H:%M",
    "%d/%m/%Y %H:%M",
    "%m/%d/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M:%S",
    "%m/%d/%Y %I:%M %p",
    "%m/%d/%Y %I:%M:%S %p",
    "%d %B %Y",
    "%d-%B-%Y",
    "%B %d, %Y",
    "%B %d %Y",
    "%d %B %Y %H:%M",
    "%d %B %Y %H:%M:%S",
    "%d-%B-%Y %H:%M",
    "%d-%B-%Y %H:%M:%S",
    "%B %d, %Y %H:%M",
    "%B %d, %Y %H:%M:%S",
    "%B %d, %Y %I:%M %p",
    "%d-%B-%y %H:%M:%S",
    "%d-%B-%y %I.%M.%S%.f %p",
    "%a, %d %B %Y %H:%M:%S %:z",
    "%Y-%m-%d %H:%M:%S%.f UTC",
    "%Y%m%dT%H%M%SZ",
    "%Y%m%dT%H%M%S",
    "%d.%m.%y",
    "%m/%d/%y",
    "%d/%m/%y",
    "%d-%m-%y",
    "%d-%B-%y",
    "%Y年%m月%d号",
    // A month, a quarter or a week, which begin with their first day.
    "%Y-%m",
    "%Y/%m",
    "%m/%Y",
    "%YM%m",
    "%Y %B",
    "%B %Y",
    "%B-%Y",
    "%Y-%B",
    "%B-%y",
    "%Y年%m月",
    "%YQ%q",
    "%Y Q%q",
    "%Y-Q%q",
    "Q%q %Y",
    "Q%q-%Y",
    "%G-W%V",
    "%G W%V",
    "%GW%V",
];
/// Dates and moments as ISO 8601 has them, and programs write them.
pub const ISO: &str = "%Y-%m-%d|%Y-%m-%d %H:%M:%S%.f|%Y-%m-%dT%H:%M:%S%.f|%Y-%m-%dT%H:%M:%S%.fZ|%Y-%m-%dT%H:%M:%S%.f%:z|%Y-%m-%d %H:%M:%S%.f%:z|%Y-%m-%d %H:%M|%Y-%m-%dT%H:%M";
/// Days as whole numbers, which are found where the numbers are: they are such only where all of them can be.
pub const COMPACT: &str = "%Y%m%d";
/// The first two-digit year of the century before: 49 is 2049, and 50 is 1950.
const TURN: i32 = 2050;
/// So many values, spread over the column, tell which formats occur at all, where there are too many to try all on all.
const PROBES: usize = 200;
/// More formats than this in one column are no dates.
const MOST: usize = 4;

/// How the dates of a column are written.
#[derive(Clone, Debug, PartialEq)]
pub struct Decided {
    /// `strftime` formats parted by `|`, tried in order.
    pub format: String,
    /// Whether some of the values could be read with day and month the other way round.
    pub swappable: bool,
}

/// Microseconds since 1970-01-01 of a date or moment in one of the formats, which are parted by `|`; with a zone, of the
/// moment in UTC.
#[must_use]
pub fn date(text: &str, formats: &str) -> Option<i64> {
    formats.split('|').find_map(|format| one(text, format))
}

fn one(text: &str, format: &str) -> Option<i64> {
    if !format.contains("%B") {
        return written(text, format);
    }
    written(text, format).or_else(|| written(&months::english(text)?, format))
}

fn written(text: &str, format: &str) -> Option<i64> {
    if let Ok(moment) = fixed(text, format) {
        return moment;
    }
    if compact::is_strict(format) {
        return None;
    }
    // `%y` also takes one digit: `2.7.8` is a version.
    let short = |text: &str| !text.bytes().rev().take(2).all(|b| b.is_ascii_digit());
    if format.ends_with("%y") && short(text) {
        return None;
    }
    let moment = if format.ends_with("%:z") {
        DateTime::parse_from_str(text, format).ok()?.naive_utc()
    } else if format.contains("%H") || format.contains("%I") {
        NaiveDateTime::parse_from_str(text, format).ok()?
    } else {
        day_of(text, format)?.and_hms_opt(0, 0, 0)?
    };
    // `%Y` also takes two digits: the year 24 is not meant.
    of_an_age(moment.year(), format).then(|| moment.and_utc().timestamp_micros())
}

/// The day of a text without a time of day: the first one where the text names a month or a week alone.
fn day_of(text: &str, format: &str) -> Option<NaiveDate> {
    let parse = |text: &str, format: &str| NaiveDate::parse_from_str(text, format).ok();
    let day = if format.contains("%d") {
        parse(text, format)?
    } else {
        let day = if format.contains("%V") { "%u" } else { "%d" };
        parse(&format!("{text} 1"), &format!("{format} {day}"))?
    };
    let early = format.ends_with("%y") && day.year() >= TURN;
    if early { day.with_year(day.year() - 100) } else { Some(day) }
}

/// The moment where every number of the text has all of its digits, as in `2024-03-05 07:00:00`: nearly always, and many
/// times as fast as by the rules of a format. `Err` where the text is written in another way.
fn fixed(text: &str, format: &str) -> Result<Option<i64>, OtherWay> {
    let [year, month, day, hour, minute, second] = parts(text, format).ok_or(OtherWay)?;
    // A leap second is left to the rules.
    let year = i32::try_from(year).map_err(|_| OtherWay)?;
    if !of_an_age(year, format) || second > 59 {
        return Err(OtherWay);
    }
    let date = NaiveDate::from_ymd_opt(year, month, day);
    Ok(date.and_then(|d| d.and_hms_opt(hour, minute, second)).map(|m| m.and_utc().timestamp_micros()))
}

/// Whether dates are of such a year. Where nothing but a month stands beside it, `4021-07` is rather a code.
fn of_an_age(year: i32, format: &str) -> bool {
    match format {
        COMPACT => (1900..2100).contains(&year),
        _ => (1600..=2200).contains(&year) || (year >= 1000 && format.contains("%d")),
    }
}

/// A text whose numbers do not have all of their digits.
#[derive(Debug)]
struct OtherWay;

/// Year, month, day, hour, minute and second; the first month and day where none is written.
fn parts(text: &str, format: &str) -> Option<[u32; 6]> {
    let (mut left, mut pattern) = (text.as_bytes(), format.as_bytes());
    let mut parts = [0, 1, 1, 0, 0, 0];
    while let [letter, rest @ ..] = pattern {
        pattern = rest;
        if *letter != b'%' {
            left = left.strip_prefix(&[*letter])?;
            continue;
        }
        let [specifier, rest @ ..] = pattern else { return None };
        pattern = rest;
        // Nothing is left of a fraction of a second that is not written.
        if (*specifier, pattern, left) == (b'.', b"f", b"") {
            break;
        }
        let (part, width) = match specifier {
            b'Y' => (0, 4),
            b'm' => (1, 2),
            b'q' => (1, 1),
            b'd' => (2, 2),
            b'H' => (3, 2),
            b'M' => (4, 2),
            b'S' => (5, 2),
            _ => return None,
        };
        let (number, rest) = left.split_at_checked(width)?;
        left = rest;
        let number = number.iter().try_fold(0, |n: u32, b| b.is_ascii_digit().then(|| 10 * n + u32::from(b - b'0')))?;
        parts[part] = if *specifier == b'q' { (3 * number).checked_sub(2)? } else { number };
    }
    left.is_empty().then_some(parts)
}

/// The formats of nearly all values, as few as will do; `day_first` settles what could be read both ways.
pub fn decide(known: &Counted<'_>, day_first: Option<bool>) -> Option<Decided> {
    let rows = known.rows();
    // Most texts are names, of which none could be a date.
    if !known.spread(PROBES).any(|text| text.bytes().any(|b| b.is_ascii_digit())) {
        return None;
    }
    let probe = |format: &&str| known.spread(PROBES).any(|v| one(v, format).is_some());
    let allowed = |format: &&str| day_first.is_none_or(|first| swapped(format).is_none() || format.starts_with("%d") == first);
    let months = !known.texts().all(season);
    let mut open: Vec<&str> = FORMATS.into_iter().filter(|f| months || *f != "%Y-%m" && *f != "%Y/%m").collect();
    open.retain(|format| allowed(format) && probe(format));
    let mut left = known.parted(|_| true).0;
    let mut chosen: Vec<&str> = Vec::new();
    let mut swappable = false;
    while !left.is_empty() && !open.is_empty() && chosen.len() < MOST {
        let counts: Vec<usize> = open.iter().map(|format| left.count(|v| one(v, format).is_some())).collect();
        let most = counts.iter().copied().max().unwrap_or(0);
        // A slip that happens to be a date of another kind gives no format.
        if most == 0 || (!chosen.is_empty() && most * 100 < rows) {
            break;
        }
        let best = open[counts.iter().position(|c| *c == most).unwrap_or(0)];
        let (read, rest) = left.parted(|v| one(v, best).is_some());
        let other = swapped(best);
        swappable |= day_first.is_none() && other.is_some_and(|other| read.texts().all(|v| one(v, other).is_some()));
        // One order of day and month holds for a whole column.
        open.retain(|f| *f != best && Some(*f) != other);
        left = rest;
        chosen.push(best);
    }
    let decided = Decided { format: chosen.join("|"), swappable };
    (!chosen.is_empty() && nearly_all(rows - left.rows(), rows)).then_some(decided)
}

/// Whether a text may be a season or business year, such as `2009-10`, rather than a month: the year, and the next one.
fn season(text: &str) -> bool {
    let years = text.split_once(['-', '/']).map(|(first, next)| [first, next].map(str::parse::<u32>));
    matches!(years, Some([Ok(first), Ok(next)]) if (first + 1) % 100 == next)
}

/// The same format with day and month exchanged, where they begin the text.
fn swapped(format: &str) -> Option<&'static str> {
    let (first, second) = (format.get(..2)?, format.get(3..5)?);
    if !matches!((first, second), ("%d", "%m") | ("%m", "%d")) {
        return None;
    }
    let other = format!("{second}{}{first}{}", &format[2..3], &format[5..]);
    FORMATS.into_iter().find(|f| *f == other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_microseconds() {
        assert_eq!(date("1970-01-02", "%Y-%m-%d"), Some(86_400_000_000));
        assert_eq!(date("1970-01-01 00:00:01.5", "%Y-%m-%d %H:%M:%S%.f"), Some(1_500_000));
        assert_eq!(date("31/12/1969", "%d/%m/%Y"), Some(-86_400_000_000));
        assert_eq!(date("1970-01-01T02:00:00+02:00", "%Y-%m-%dT%H:%M:%S%.f%:z"), Some(0));
        assert_eq!(date("2024-02-30", "%Y-%m-%d"), None);
        assert_eq!(date("1/2/24", "%m/%d/%Y"), None);
        assert_eq!(date("02.01.1970", "%Y-%m-%d|%d.%m.%Y"), Some(86_400_000_000));
    }

    #[test]
    fn a_month_a_quarter_and_a_week_are_their_first_day() {
        let days = |text: &str| {
            let format = decide(&Counted::of(&[text]), None)?.format;
            Some((date(text, &format)? / 86_400_000_000, format))
        };
        for (text, day, format) in [
            ("1970-02", 31, "%Y-%m"),
            ("1970/2", 31, "%Y/%m"),
            ("02/1970", 31, "%m/%Y"),
            ("1970M02", 31, "%YM%m"),
            ("1970 Feb", 31, "%Y %B"),
            ("February 1970", 31, "%B %Y"),
            ("Feb-70", 31, "%B-%y"),
            ("1970年2月", 31, "%Y年%m月"),
            ("1970Q2", 90, "%YQ%q"),
            ("1970 Q2", 90, "%Y Q%q"),
            ("Q2 1970", 90, "Q%q %Y"),
            // The first Monday of 1970 is the fifth of January, in the second week.
            ("1970-W02", 4, "%G-W%V"),
            ("1970 W02", 4, "%G W%V"),
        ] {
            assert_eq!(days(text), Some((day, format.to_owned())), "{text}");
        }
        for text in ["1970-13", "1970Q5", "1970Q0", "1970-W54", "Q2", "1970Q", "Feb", "4021-07"] {
            assert_eq!(days(text), None, "{text}");
        }
    }

    #[test]
    fn seasons_are_no_months() {
        let format = |values: &[&str]| decide(&Counted::of(values), None).map(|d| d.format);
        assert_eq!(format(&["2008-09", "2009-10", "2010-11"]), None);
        assert_eq!(format(&["2008-09", "2008-10", "2008-11"]).as_deref(), Some("%Y-%m"));
        assert_eq!(format(&["1999/00", "2000/01"]), None);
    }

    #[test]
    fn years_of_two_digits_end_with_2049() {
        assert_eq!(date("31.12.49", "%d.%m.%y"), date("2049-12-31", "%Y-%m-%d"));
        assert_eq!(date("12/31/63", "%m/%d/%y"), date("1963-12-31", "%Y-%m-%d"));
        assert_eq!(date("29-Feb-68", "%d-%B-%y"), date("1968-02-29", "%Y-%m-%d"));
    }

    #[test]
    fn the_fast_way_says_what_the_rules_say() {
        let mut rng = crate::seed::Seed::new(1).rng();
        let mut fast = 0;
        // The rules know no quarter alone.
        for format in FORMATS.into_iter().filter(|f| !f.contains("%q")) {
            for _ in 0..300 {
                let [a, b, c] = [0; 3].map(|_| rng.below(64));
                let (year, month, day) = (1990 + a, 1 + b % 14, 1 + c % 33);
                let text = format
                    .replace("%Y", &year.to_string())
                    .replace("%m", &format!("{month:02}"))
                    .replace("%d", &if a % 2 == 0 { format!("{day:02}") } else { day.to_string() })
                    .replace("%H", &format!("{:02}", b % 26))
                    .replace("%M", &format!("{c:02}"))
                    .replace("%S%.f", &if b % 2 == 0 { format!("{c:02}") } else { format!("{c:02}.25") })
                    .replace("%S", &format!("{a:02}"));
                let Ok(found) = fixed(&text, format) else { continue };
                let rules = if format.contains("%H") {
                    NaiveDateTime::parse_from_str(&text, format).ok()
                } else {
                    day_of(&text, format).and_then(|d| d.and_hms_opt(0, 0, 0))
                };
                assert_eq!(found, rules.map(|m| m.and_utc().timestamp_micros()), "{text} as {format}");
                fast += usize::from(found.is_some());
            }
        }
        assert!(fast > 1000, "{fast}");
    }

    #[test]
    fn every_way_of_writing_a_date_is_found() {
        for (text, format) in [
            ("2024-03-05", "%Y-%m-%d"),
            ("5.3.2024", "%d.%m.%Y"),
            ("2024年3月5日", "%Y年%m月%d日"),
            ("5 Mar 2024", "%d %B %Y"),
            ("5 March 2024", "%d %B %Y"),
            ("March 5, 2024", "%B %d, %Y"),
            ("05-Mar-24", "%d-%B-%y"),
            ("3. März 2024", "%d %B %Y"),
            ("12-Okt-24", "%d-%B-%y"),
            ("7 juillet 2024", "%d %B %Y"),
            ("23 de mayo de 2024", "%d %B %Y"),
            ("12 Mar 2024 10:30", "%d %B %Y %H:%M"),
            ("Mar 5, 2024 10:30 PM", "%B %d, %Y %I:%M %p"),
            ("Tue, 5 Mar 2024 10:34:00 +0100", "%a, %d %B %Y %H:%M:%S %:z"),
            ("20240305T103400Z", "%Y%m%dT%H%M%SZ"),
            ("2024-03-05 10:34:00 UTC", "%Y-%m-%d %H:%M:%S%.f UTC"),
            ("10-MAR-24 10.34.00.000000 AM", "%d-%B-%y %I.%M.%S%.f %p"),
            ("13.03.24", "%d.%m.%y"),
            ("12/31/24", "%m/%d/%y"),
            ("12/31/2024 01:30 PM", "%m/%d/%Y %I:%M %p"),
            ("2024-03-05T10:00:00+01:00", "%Y-%m-%dT%H:%M:%S%.f%:z"),
            ("31-12-2024", "%d-%m-%Y"),
            ("12-31-2024", "%m-%d-%Y"),
        ] {
            assert_eq!(
                decide(&Counted::of(&[text]), None),
                Some(Decided { format: format.into(), swappable: false }),
                "{text}"
            );
        }
        for text in ["", "5", "12:30", "2024", "32.01.2024", "1.2", "March", "4-4-2", "2.7.8", "6/2/3"] {
            assert_eq!(decide(&Counted::of(&[text]), None), None, "{text}");
        }
    }

    #[test]
    fn formats_may_be_mixed_but_not_the_order_of_day_and_month() {
        let format = |values: &[&str]| decide(&Counted::of(values), None).map(|d| d.format);
        assert_eq!(format(&["2024-01-02", "03.04.2024"]).unwrap(), "%Y-%m-%d|%d.%m.%Y");
        assert_eq!(format(&["01/02/2024", "25/12/2024"]).unwrap(), "%d/%m/%Y");
        assert_eq!(format(&["25/12/2024", "2024-01-02", "01/02/2024"]).unwrap(), "%d/%m/%Y|%Y-%m-%d");
        assert_eq!(format(&["25/12/2024", "12/25/2024"]), None);
    }

    #[test]
    fn what_can_be_read_both_ways_is_told_and_settled() {
        let decided = |first| decide(&Counted::of(&["01/02/2024", "03/04/2024"]), first).unwrap();
        assert_eq!(decided(None), Decided { format: "%m/%d/%Y".into(), swappable: true });
        assert_eq!(decided(Some(true)), Decided { format: "%d/%m/%Y".into(), swappable: false });
        assert_eq!(decided(Some(false)), Decided { format: "%m/%d/%Y".into(), swappable: false });
    }
}
