//! One cell of a sheet.

use calamine::{Data, DataType as _, ExcelDateTime};
use chrono::{NaiveDateTime, NaiveTime};

/// Seconds of a day.
const DAY: f64 = 86_400.0;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    Empty,
    Number(f64),
    Text(String),
    Bool(bool),
    Moment(NaiveDateTime),
    /// A time of day or a duration, in seconds.
    Seconds(f64),
    /// An error of a formula, such as `#DIV/0!`.
    Error(String),
}

impl Cell {
    /// A formula counts as the value that was last computed for it.
    pub fn of(data: &Data) -> Self {
        match data {
            Data::Int(n) => Self::Number(*n as f64),
            Data::Float(n) if n.is_finite() => Self::Number(*n),
            Data::String(text) if !text.trim().is_empty() => Self::Text(text.clone()),
            Data::Bool(value) => Self::Bool(*value),
            Data::DateTime(moment) => Self::moment(*moment),
            Data::DateTimeIso(text) => {
                // `as_datetime` reads no date without a time.
                let day = || data.as_date().map(|day| day.and_time(NaiveTime::MIN));
                data.as_datetime().or_else(day).map_or_else(|| Self::Text(text.clone()), Self::Moment)
            }
            Data::DurationIso(text) => span(text).map_or_else(|| Self::Text(text.clone()), Self::Seconds),
            Data::Error(error) => Self::Error(error.to_string()),
            Data::Empty | Data::Float(_) | Data::String(_) => Self::Empty,
        }
    }

    fn moment(moment: ExcelDateTime) -> Self {
        let days = moment.as_f64();
        if moment.is_duration() || (0.0..1.0).contains(&days) {
            return Self::Seconds((days * DAY * 1000.0).round() / 1000.0);
        }
        // Days that no calendar has stay the numbers that they are.
        match moment.as_datetime() {
            Some(moment) if (0.0..2_958_466.0).contains(&days) => Self::Moment(moment),
            _ => Self::Number(days),
        }
    }

    pub const fn is_empty(&self) -> bool {
        matches!(self, Self::Empty)
    }

    /// The truth value, also where it is stored as a text, as Excel writes it.
    pub fn truth(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            Self::Text(text) if text.trim().eq_ignore_ascii_case("true") => Some(true),
            Self::Text(text) if text.trim().eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        }
    }

    /// The value as a text that is read back as the same value.
    pub fn text(&self) -> Option<String> {
        match self {
            Self::Empty | Self::Error(_) => None,
            Self::Number(n) | Self::Seconds(n) => Some(n.to_string()),
            Self::Text(text) => Some(text.clone()),
            Self::Bool(value) => Some(value.to_string()),
            Self::Moment(moment) if moment.time() == NaiveTime::MIN => Some(moment.date().to_string()),
            Self::Moment(moment) => Some(moment.format("%Y-%m-%d %H:%M:%S%.f").to_string()),
        }
    }

    /// The value as it stands in a sheet, for messages and for the look at what is a header.
    pub fn shown(&self) -> String {
        match self {
            Self::Error(error) => error.clone(),
            other => other.text().unwrap_or_default(),
        }
    }
}

/// The seconds of a duration such as `PT36H05M00.5S`, as `OpenDocument` writes it.
fn span(text: &str) -> Option<f64> {
    let (hours, rest) = text.strip_prefix("PT")?.split_once('H')?;
    let (minutes, rest) = rest.split_once('M')?;
    let part = |digits: &str| digits.parse::<f64>().ok().filter(|n| n.is_finite() && *n >= 0.0);
    Some(part(hours)? * 3600.0 + part(minutes)? * 60.0 + part(rest.strip_suffix('S')?)?)
}

#[cfg(test)]
mod tests {
    use calamine::{CellErrorType, ExcelDateTimeType};
    use chrono::NaiveDate;

    use super::*;

    fn date(days: f64, is_1904: bool) -> Cell {
        Cell::of(&Data::DateTime(ExcelDateTime::new(days, ExcelDateTimeType::DateTime, is_1904)))
    }

    #[test]
    fn days_count_from_1900_or_1904() {
        let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap().and_hms_opt(0, 0, 0).unwrap();
        // As Excel shows them: 1 is the first day of 1900, and 61 comes after a 29 February that was none.
        assert_eq!(date(1.0, false), Cell::Moment(day(1900, 1, 1)));
        assert_eq!(date(61.0, false), Cell::Moment(day(1900, 3, 1)));
        assert_eq!(date(45_658.0, false), Cell::Moment(day(2025, 1, 1)));
        assert_eq!(date(44_196.0, true), Cell::Moment(day(2025, 1, 1)));
        assert_eq!(date(45_658.5, false).text().unwrap(), "2025-01-01 12:00:00");
        assert_eq!(date(45_658.0, false).text().unwrap(), "2025-01-01");
        assert_eq!(Cell::of(&Data::DateTimeIso("2025-01-01".into())), Cell::Moment(day(2025, 1, 1)));
        assert_eq!(Cell::of(&Data::DateTimeIso("2025-01-01T12:30:00".into())).text().unwrap(), "2025-01-01 12:30:00");
        assert_eq!(date(-3.0, false), Cell::Number(-3.0));
        assert_eq!(date(1e12, false), Cell::Number(1e12));
    }

    #[test]
    fn times_and_durations_are_seconds() {
        assert_eq!(date(0.5, false), Cell::Seconds(43_200.0));
        let span = Data::DateTime(ExcelDateTime::new(1.5, ExcelDateTimeType::TimeDelta, false));
        assert_eq!(Cell::of(&span), Cell::Seconds(129_600.0));
        assert_eq!(Cell::of(&Data::DurationIso("PT36H05M00.5S".into())), Cell::Seconds(129_900.5));
        assert_eq!(Cell::of(&Data::DurationIso("P3D".into())), Cell::Text("P3D".into()));
    }

    #[test]
    fn cells_that_say_nothing_are_empty() {
        assert!(Cell::of(&Data::String("  ".into())).is_empty() && Cell::of(&Data::Float(f64::NAN)).is_empty());
        let error = Cell::of(&Data::Error(CellErrorType::Div0));
        assert_eq!((error.text(), error.shown()), (None, "#DIV/0!".into()));
        assert_eq!(Cell::of(&Data::Int(7)).text().unwrap(), "7");
        assert_eq!(Cell::of(&Data::Float(1e21)).text().unwrap().parse::<f64>().unwrap(), 1e21);
    }
}
