//! Days, months and moments that are written as whole numbers.

use super::dates::{self, COMPACT};
use super::texts::Counted;

/// The ways of writing them, and how many digits each has.
const FORMATS: [(&str, usize); 6] =
    [(COMPACT, 8), ("%d%m%Y", 8), ("%m%d%Y", 8), (MONTH, 6), ("%Y%m%d%H%M%S", 14), ("%Y%m%d%H%M", 12)];
const MONTH: &str = "%Y%m";
/// What such a number of our age is divided by to get its century, by the number of digits.
const CENTURY: [f64; 4] = [1e4, 1e6, 1e10, 1e12];
/// Fewer different numbers may all look like days by chance.
const DAYS: usize = 5;
/// Fewer may all look like years and weeks.
const WEEKS: usize = 20;

/// Whether numbers in this format have all of their digits.
pub fn is_strict(format: &str) -> bool {
    FORMATS.iter().any(|(strict, _)| *strict == format && strict.starts_with("%Y"))
}

/// Whether a number of a typed source may be one.
pub fn may_be(number: f64) -> bool {
    CENTURY.iter().any(|century| (19.0..21.0).contains(&(number / century)))
}

/// The one way in which all texts are days, months or moments of our age: year, month and day, or else day, month and year in
/// an order that some of them tell.
pub fn format(known: &Counted<'_>) -> Option<&'static str> {
    let length = known.first(|_| true).len();
    let fits = |(format, digits): &(&str, usize)| {
        let year = if format.starts_with("%Y") { 0..2 } else { 4..6 };
        let near = |text: &str| ["19", "20"].contains(&&text[year.clone()]);
        *digits == length
            && known
                .texts()
                .all(|text| text.len() == length && text.is_ascii() && near(text) && dates::date(text, format).is_some())
    };
    let mut fit = FORMATS.into_iter().filter(fits).map(|(format, _)| format);
    let first = fit.next()?;
    // Of months alone, those of one year may be the numbers of twelve things, and where most between the first and the last are
    // left out they are codes, such as of places.
    let mut enough = || match first {
        MONTH => known.texts().any(|text| text[..4] != known.first(|_| true)[..4]) && are_dense(known),
        _ => first.starts_with("%Y") || fit.next().is_none(),
    };
    (enough() && known.different() >= DAYS).then_some(first)
}

/// Whether a third of the months from the first to the last are there.
fn are_dense(known: &Counted<'_>) -> bool {
    let month = |text: &str| Some(12 * text[..4].parse::<usize>().ok()? + text[4..].parse::<usize>().ok()?);
    let months: Vec<usize> = known.texts().filter_map(month).collect();
    let span = months.iter().max().zip(months.iter().min()).map_or(0, |(last, first)| last - first + 1);
    3 * known.different() >= span
}

/// What is said of numbers that seem to be years and weeks.
pub fn weeks(known: &Counted<'_>) -> Option<String> {
    let number = |text: &str| text.parse::<u32>().ok();
    let is_week = |text: &str| {
        text.len() == 6
            && number(&text[..4]).is_some_and(|year| (1900..2100).contains(&year))
            && number(&text[4..]).is_some_and(|week| (1..=53).contains(&week))
    };
    let all = known.texts().all(|text| text.is_ascii() && is_week(text)) && known.different() >= WEEKS;
    let example = known.first(|_| true);
    all.then(|| {
        format!(
            "whole numbers such as \"{example}\" seem to be years and weeks, but are read as numbers; write them as \
             {}-W{} to have dates",
            &example[..4],
            &example[4..]
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(texts: &[&str]) -> Option<&'static str> {
        let all: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        format(&Counted::of(&all.iter().map(String::as_str).collect::<Vec<_>>()))
    }

    #[test]
    fn days_of_eight_digits_are_told_by_all_of_them() {
        assert_eq!(of(&["20240131", "20240201", "20240202", "20240203", "20240204"]), Some("%Y%m%d"));
        let days = ["01022024", "02022024", "03022024", "04022024"];
        let with = |more: &'static str| of(&[&days[..], &[more]].concat());
        assert_eq!((with("31012024"), with("01312024")), (Some("%d%m%Y"), Some("%m%d%Y")));
        // Both ways, none, years of another age, or too few.
        for more in ["05022024", "31013024", "3101202", "00123456", "01022024"] {
            assert_eq!(with(more), None, "{more}");
        }
        assert_eq!(of(&["31012024", "01312024", "05022024", "06022024", "07022024"]), None);
        assert_eq!(dates::date("31012024", "%d%m%Y"), dates::date("2024-01-31", "%Y-%m-%d"));
    }

    #[test]
    fn months_and_moments_are_told_too() {
        assert_eq!(of(&["202311", "202312", "202401", "202402", "202403"]), Some("%Y%m"));
        // One year, a month that is none, or another age.
        for last in ["202313", "302401", "20240"] {
            assert_eq!(of(&["202311", "202312", "202401", "202402", last]), None, "{last}");
        }
        assert_eq!(of(&["202301", "202302", "202303", "202304", "202305"]), None);
        // Every third month of two years, and codes of places.
        let quarters = ["202301", "202304", "202307", "202310", "202401", "202404"];
        assert_eq!((of(&quarters), of(&["201001", "202001", "203001", "204002", "205003", "208012"])), (Some("%Y%m"), None));
        let moments = ["20240131120000", "20240131120001", "20240131120002", "20240131120003", "20240131235959"];
        assert_eq!(of(&moments), Some("%Y%m%d%H%M%S"));
        let minutes: Vec<&str> = moments.iter().map(|text| &text[2..]).collect();
        assert_eq!(of(&minutes), None);
        assert_eq!(of(&["202401311200", "202401311201", "202401311202", "202401311203", "202401312359"]), Some("%Y%m%d%H%M"));
        assert_eq!(dates::date("202402", MONTH), dates::date("2024-02-01", "%Y-%m-%d"));
        assert_eq!((dates::date("20242", MONTH), dates::date("2024021", MONTH)), (None, None));
        assert!([202_401.0, 20_240_131.0, 202_401_311_200.0].into_iter().all(may_be) && !may_be(2024.0));
    }

    #[test]
    fn years_and_weeks_are_told() {
        let all: Vec<String> = (0..60).map(|i| format!("{}{:02}", 2020 + i % 3, 1 + i % 52)).collect();
        let mut all: Vec<&str> = all.iter().map(String::as_str).collect();
        assert!(weeks(&Counted::of(&all)).unwrap().ends_with("write them as 2020-W01 to have dates"));
        all.push("202077");
        assert_eq!(weeks(&Counted::of(&all)), None);
    }
}
