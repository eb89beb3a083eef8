//! What Parquet and Arrow files have in common: columns that come with types.

use std::io::{self, ErrorKind};
use std::ops::RangeInclusive;

use polars::datatypes::ArrowDataType;
use polars::error::PolarsError;
use polars::prelude::{
    ArrowSchema, ChunkApply, Column, DataFrame, DataType, IntoColumn, Schema, SchemaExt, StringChunked, TimeUnit, TimeZone,
};

use super::blocks::Blocks;
use super::decimals::{self, Rounded};
use super::limits::not_too_wide;
use crate::error::{CollectError, Error, Result, one_line};
use crate::pipeline::Warning;

/// More than so many values, or bytes, need a file that could hold them. Values take far longer than bytes.
const PLAUSIBLE_VALUES: u64 = 16 << 20;
const PLAUSIBLE_BYTES: u64 = 64 << 20;
/// Days from 1970 that the calendar here has, those of the years -262143 to 262142, and the microseconds of the same years.
const DAYS: RangeInclusive<i64> = -96_465_292..=95_026_236;
const MOMENTS: RangeInclusive<i64> = *DAYS.start() * DAY..=(*DAYS.end() + 1) * DAY - 1;
const DAY: i64 = 86_400_000_000;
/// Whole numbers of more digits are handed on as text: a float would round them.
const EXACT_DIGITS: usize = 15;

/// The columns without rows, as the source has them.
///
/// The types are looked at before polars does, which ends the program on those it was not built with.
pub(super) fn header(schema: &ArrowSchema, path: &str) -> Result<DataFrame> {
    not_too_wide(path, schema.len())?;
    for (name, field) in schema.iter() {
        if !is_read(&field.dtype) {
            let full = format!("{:?}", field.dtype);
            let dtype = full.split(['(', '{', ' ']).next().unwrap_or_default().to_lowercase();
            return Err(CollectError::Type { path: path.into(), column: name.to_string(), dtype }.into());
        }
    }
    Ok(DataFrame::empty_with_schema(&Schema::from_arrow_schema(schema)))
}

fn is_read(dtype: &ArrowDataType) -> bool {
    use ArrowDataType as T;
    match dtype {
        T::Timestamp(_, zone) => TimeZone::opt_try_new(zone.clone()).is_ok(),
        // More than 38 digits are none that the decoder holds.
        T::Decimal(precision, scale)
        | T::Decimal32(precision, scale)
        | T::Decimal64(precision, scale)
        | T::Decimal256(precision, scale) => (1..=38).contains(precision) && scale <= precision,
        T::Dictionary(_, values, _) => !matches!(**values, T::Dictionary(..)) && is_read(values),
        T::Null
        | T::Boolean
        | T::Int8
        | T::Int16
        | T::Int32
        | T::Int64
        | T::UInt8
        | T::UInt16
        | T::UInt32
        | T::UInt64
        | T::Float32
        | T::Float64
        | T::Date32
        | T::Date64
        | T::Time32(_)
        | T::Time64(_)
        | T::Duration(_)
        | T::Utf8
        | T::LargeUtf8
        | T::Utf8View
        | T::Binary
        | T::LargeBinary
        | T::BinaryView => true,
        _ => false,
    }
}

/// The columns in the few types that the rest of the program knows: dictionaries and bytes as text, decimals as numbers,
/// times of day and durations in seconds. What a type becomes depends on the type alone, so that all blocks agree.
///
/// `before` is how many rows of the file stand before these; decimals that lose digits are counted in `lost`.
pub(super) fn plain(frame: &DataFrame, path: &str, before: usize, lost: &mut Rounded) -> Result<DataFrame> {
    let height = frame.height();
    let plain = |column| plain_column(column, path, before, lost);
    let columns = frame.columns().iter().map(plain).collect::<Result<Vec<_>>>()?;
    Ok(DataFrame::new(height, columns)?)
}

/// The columns of a source without its rows, as [`plain`] gives them.
pub(super) fn plain_header(header: &DataFrame, path: &str) -> Result<DataFrame> {
    plain(header, path, 0, &mut Rounded::default())
}

fn plain_column(column: &Column, path: &str, before: usize, lost: &mut Rounded) -> Result<Column> {
    Ok(match column.dtype() {
        DataType::Categorical(..) | DataType::Enum(..) | DataType::Int128 | DataType::UInt128 => {
            column.cast(&DataType::String)?
        }
        DataType::Decimal(precision, scale) => {
            within(column, *precision, path)?;
            match (*precision <= EXACT_DIGITS, *scale) {
                (true, _) => column.cast(&DataType::Float64)?,
                (false, 0) => column.cast(&DataType::String)?,
                (false, scale) => decimals::numbers(column, scale, lost)?,
            }
        }
        DataType::Time => seconds(column, 1e9)?,
        DataType::Duration(unit) => seconds(column, per_second(*unit))?,
        DataType::Binary | DataType::BinaryOffset => text(column, path, before)?,
        DataType::Datetime(TimeUnit::Nanoseconds, _) => held(column, path)?,
        DataType::Date => known(column, DAYS, path, before)?,
        DataType::Datetime(TimeUnit::Microseconds, _) => known(column, MOMENTS, path, before)?,
        DataType::Datetime(TimeUnit::Milliseconds, _) => {
            known(column, *MOMENTS.start() / 1000..=*MOMENTS.end() / 1000, path, before)?
        }
        _ => column.clone(),
    })
}

const fn per_second(unit: TimeUnit) -> f64 {
    match unit {
        TimeUnit::Nanoseconds => 1e9,
        TimeUnit::Microseconds => 1e6,
        TimeUnit::Milliseconds => 1e3,
    }
}

fn seconds(column: &Column, per_second: f64) -> Result<Column> {
    let steps = column.cast(&DataType::Int64)?.cast(&DataType::Float64)?;
    // Divided one by one: polars multiplies by the reciprocal, and 3660 s would be 3660.0000000000005.
    Ok(steps.f64()?.apply_values(|steps| steps / per_second).into_column())
}

/// Moments in nanoseconds as they are. The decoder puts the first or last of all for one of INT96 that is outside of them,
/// such as the year 9999 that Spark writes for "never".
fn held(column: &Column, path: &str) -> Result<Column> {
    let steps = column.cast(&DataType::Int64)?;
    if steps.i64()?.iter().flatten().any(|step| step == i64::MAX || step == i64::MIN) {
        return Err(CollectError::Moment { path: path.into(), column: column.name().to_string() }.into());
    }
    Ok(column.clone())
}

/// Dates as they are, where the calendar of this program has them: what it does not have would break it where they are shown.
fn known(column: &Column, range: RangeInclusive<i64>, path: &str, before: usize) -> Result<Column> {
    let steps = column.cast(&DataType::Int64)?;
    if let Some(row) = steps.i64()?.iter().position(|step| step.is_some_and(|step| !range.contains(&step))) {
        let (path, column) = (path.to_owned(), column.name().to_string());
        return Err(CollectError::Date { path, column, row: before + row + 1 }.into());
    }
    Ok(column.clone())
}

/// Refuses decimals of more digits than their type has, which only a damaged file holds.
fn within(column: &Column, precision: usize, path: &str) -> Result<()> {
    let limit = u32::try_from(precision).ok().and_then(|digits| 10_i128.checked_pow(digits)).unwrap_or(i128::MAX);
    let digits = column.as_materialized_series().decimal()?.physical().iter().flatten();
    if digits.into_iter().any(|number| number <= -limit || number >= limit) {
        let message = format!("a value of \"{}\" has more than the {precision} digits of its type", column.name());
        return Err(CollectError::Damaged { path: path.into(), expected: "a table", message }.into());
    }
    Ok(())
}

/// Bytes that are UTF-8, as Impala and older Spark write their texts.
fn text(column: &Column, path: &str, before: usize) -> Result<Column> {
    let bytes = column.cast(&DataType::Binary)?;
    let bytes = bytes.binary()?;
    let mut values = Vec::with_capacity(bytes.len());
    for (row, value) in bytes.iter().enumerate() {
        let value = value.map(str::from_utf8).transpose().map_err(|_| {
            let (path, column) = (path.to_owned(), column.name().to_string());
            Error::from(CollectError::Bytes { path, column, row: before + row + 1 })
        })?;
        values.push(value);
    }
    let mut text: StringChunked = values.into_iter().collect();
    text.rename(column.name().clone());
    Ok(text.into_column())
}

/// What the user should know of the columns as they are handed on.
pub(super) fn notes(header: &DataFrame, path: &str) -> Vec<Warning> {
    let in_seconds = header.columns().iter().filter(|c| matches!(c.dtype(), DataType::Time | DataType::Duration(_)));
    let note = |column: &Column| {
        let what = if *column.dtype() == DataType::Time { "times of day" } else { "durations" };
        let message = format!("{path}: the {what} in \"{}\" are read as seconds", column.name());
        Warning::new("seconds", message).column(column.name().as_str())
    };
    in_seconds.map(note).collect()
}

/// What a file declares to hold, and what of it a byte of the file may stand for: columns of one value shrink to nothing, but
/// no table consists of them.
#[derive(Clone, Copy, Debug)]
pub(super) enum Measure {
    Values,
    /// Unpacked, but in the encoding of the file.
    Bytes,
}

/// Refuses a file that declares, or gives, far more than its size can hold.
pub(super) fn justified(path: &str, size: u64, declared: u64, measure: Measure) -> Result<()> {
    let (what, ratio, plausible) = match measure {
        Measure::Values => ("values", 100, PLAUSIBLE_VALUES),
        Measure::Bytes => ("bytes", 500, PLAUSIBLE_BYTES),
    };
    if declared > plausible && declared > size.saturating_mul(ratio) {
        return Err(CollectError::Bomb { path: path.into(), declared, what, size, ratio }.into());
    }
    Ok(())
}

/// What polars says of bytes that it cannot read; a place outside of the file (an invalid seek) is damage, too.
pub(super) fn damaged(path: &str, expected: &'static str) -> impl Fn(PolarsError) -> Error {
    move |error| {
        let path = path.to_owned();
        match error {
            PolarsError::IO { error, .. } if error.raw_os_error().is_some() && error.kind() != ErrorKind::InvalidInput => {
                CollectError::Io { path, source: io::Error::new(error.kind(), error.to_string()) }.into()
            }
            error => CollectError::Damaged { path, expected, message: sentence(&error.to_string()) }.into(),
        }
    }
}

/// What decoders say that tells a user nothing, and what it means.
const TERSE: [(&str, &str); 15] = [
    (
        "LogicalType union has no variant set",
        "a column of it has a type that is not read, such as geometry or variant; leave that column out",
    ),
    ("failed to fill whole buffer", "it ends in the middle of what it declares"),
    ("Unexpected EOF", "it ends in the middle of what it declares"),
    ("The file must end with PAR1", "it does not end as such a file does, and may be cut off"),
    ("invalid footer", "it does not end as such a file does, and may be cut off"),
    ("Invalid argument (os error 22)", "it points to a place outside of itself"),
    ("OOM: memory allocation failed", "it asks for more memory than there is"),
    ("RecordBatch requires all its arrays", "its columns are not equally long"),
    ("offsets must be monotonically increasing", "the places where its texts begin are not in order"),
    ("String data does not match given length", "its texts are not as long as it declares"),
    ("Destination buffer is too small", "what is packed is longer than it declares"),
    ("expected buffer", "it declares data that is not there"),
    ("missing data", "it declares data that is not there"),
    ("Unknown frame descriptor", "what is packed does not begin as it should"),
    ("unknown enum tag", "it declares what no such file has"),
];

/// The message of a decoder without what only its makers understand: an error that is shown as it is in memory, such as
/// `parquet error: Error { source_location: …, error_kind: InvalidOffset }`, by its name in words.
fn sentence(text: &str) -> String {
    let layers = ["out-of-spec: ", "parquet error: ", "parquet: ", "File out of specification: "];
    let text = layers.iter().fold(text, |text, layer| text.strip_prefix(layer).unwrap_or(text));
    let kind = text.split_once("error_kind: ").map_or(text, |(_, kind)| kind);
    let (name, rest) = kind.split_at(kind.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(kind.len()));
    let parts = name.chars().filter(char::is_ascii_uppercase).count();
    // Names of errors such as `InvalidFooter`; `OOM` is none.
    let is_name =
        parts > 1 && name.starts_with(|c: char| c.is_ascii_uppercase()) && name.contains(|c: char| c.is_ascii_lowercase());
    let shown = rest.is_empty() || rest.trim_start().starts_with(['{', '(', '}', ')']);
    if !(is_name && shown) {
        return in_words(one_line(text));
    }
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.push(letter.to_ascii_lowercase());
    }
    in_words(words)
}

/// What a sentence means that tells a user nothing; any other as it is.
fn in_words(text: String) -> String {
    let known = TERSE.iter().find(|(terse, _)| text.contains(terse));
    known.map_or(text, |(_, words)| (*words).to_owned())
}

/// A frame handed out in pieces.
pub(super) struct Pieces {
    frame: DataFrame,
    at: usize,
}

impl Pieces {
    pub const fn new(frame: DataFrame) -> Self {
        Self { frame, at: 0 }
    }

    /// The next rows, at most `rows`; `None` where all were handed out.
    pub fn next(&mut self, rows: usize) -> Option<DataFrame> {
        let len = rows.min(self.frame.height() - self.at);
        let start = i64::try_from(self.at).ok()?;
        self.at += len;
        (len > 0).then(|| self.frame.slice(start, len))
    }
}

impl Blocks for Pieces {
    fn header(&self) -> Option<DataFrame> {
        Some(self.frame.clear())
    }

    fn next(&mut self, rows: usize) -> Result<Option<DataFrame>> {
        Ok(Self::next(self, rows))
    }
}

#[cfg(test)]
mod tests {
    use polars::df;
    use polars::prelude::{IntoSeries, NamedFrom, Series};

    use super::*;

    /// Without a look at digits that are lost.
    fn plain(frame: &DataFrame, path: &str, before: usize) -> Result<DataFrame> {
        super::plain(frame, path, before, &mut Rounded::default())
    }

    #[test]
    fn every_type_becomes_text_a_number_or_a_moment() {
        let frame = df!(
            "level" => ["a", "b", "a"],
            "time" => [1_500_000_000_i64, 3_660_000_000_000, 86_399_000_000_000],
            "span" => [1500_i64, -1, 0],
            "bytes" => [&b"x"[..], "\u{e9}".as_bytes(), b""],
        )
        .unwrap();
        let typed = |name: &str, dtype: &DataType| frame.column(name).unwrap().cast(dtype).unwrap();
        let dictionary = polars::prelude::Categories::global();
        let columns = vec![
            typed("level", &DataType::from_categories(dictionary)),
            typed("time", &DataType::Time),
            typed("span", &DataType::Duration(TimeUnit::Milliseconds)),
            typed("bytes", &DataType::Binary),
            Series::new("whole".into(), [12.0, 3.0, 4.0]).cast(&DataType::Decimal(20, 0)).unwrap().into(),
            Series::new("price".into(), [12.25, 3.5, 4.0]).cast(&DataType::Decimal(10, 2)).unwrap().into(),
        ];
        let plain = plain(&DataFrame::new(3, columns.clone()).unwrap(), "x", 0).unwrap();
        let text =
            |name: &str| plain.column(name).unwrap().str().unwrap().iter().flatten().map(str::to_owned).collect::<Vec<_>>();
        let number = |name: &str| plain.column(name).unwrap().f64().unwrap().iter().flatten().collect::<Vec<_>>();
        assert_eq!(text("level"), ["a", "b", "a"]);
        assert_eq!(number("time"), [1.5, 3660.0, 86_399.0]);
        assert_eq!(number("span"), [1.5, -0.001, 0.0]);
        assert_eq!(text("bytes"), ["x", "é", ""]);
        assert_eq!(text("whole"), ["12", "3", "4"]);
        assert_eq!(number("price"), [12.25, 3.5, 4.0]);
        let notes = notes(&DataFrame::new(3, columns).unwrap(), "x");
        assert_eq!(notes.iter().map(|n| n.column.as_deref().unwrap()).collect::<Vec<_>>(), ["time", "span"]);
    }

    #[test]
    fn an_error_of_a_decoder_is_words() {
        for (text, words) in [
            (
                "parquet error: Error { source_location: ErrorLocation { type_: \"Field\", method: \"name\", byte_offset: 176 }, error_kind: InvalidLength }",
                "invalid length",
            ),
            (
                "out-of-spec: InvalidFlatbufferNodes(Error { source_location: E { a: 1 }, error_kind: InvalidOffset })",
                "invalid offset",
            ),
            ("out-of-spec: InvalidBitmap { length: 25, number_of_bits: 0 }", "invalid bitmap"),
            ("out-of-spec: NegativeFooterLength", "negative footer length"),
            ("out-of-spec: InvalidFooter", "it does not end as such a file does, and may be cut off"),
            ("parquet: File out of specification: ColumnMetaData.codec missing", "ColumnMetaData.codec missing"),
            ("failed to fill whole buffer", "it ends in the middle of what it declares"),
            ("Invalid argument (os error 22)", "it points to a place outside of itself"),
            ("LZ4 error: ERROR_decompressionFailed", "LZ4 error: ERROR_decompressionFailed"),
        ] {
            assert_eq!(sentence(text), words);
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_named() {
        let column = Series::new("photo".into(), [&b"ok"[..], b"\xff\xd8"]).into_column();
        let error = plain(&DataFrame::new(2, vec![column]).unwrap(), "x.parquet", 40).unwrap_err().to_string();
        assert!(error.starts_with("column \"photo\" of x.parquet, row 42: bytes that are no text"), "{error}");
    }

    #[test]
    fn a_moment_that_was_cut_to_the_last_of_all_is_refused() {
        let moments = |steps: &[i64]| {
            let column = Series::new("at".into(), steps).cast(&DataType::Datetime(TimeUnit::Nanoseconds, None)).unwrap();
            plain(&DataFrame::new(steps.len(), vec![column.into()]).unwrap(), "x.parquet", 0)
        };
        assert!(moments(&[0, i64::MAX - 1]).is_ok());
        let error = moments(&[0, i64::MAX]).unwrap_err().to_string();
        assert!(error.starts_with("column \"at\" of x.parquet: a moment outside of"), "{error}");
    }

    #[test]
    fn dates_that_no_calendar_has_are_refused() {
        let (first, last) = (chrono::NaiveDate::MIN, chrono::NaiveDate::MAX);
        let days = |date: chrono::NaiveDate| date.signed_duration_since(chrono::NaiveDate::default()).num_days();
        assert_eq!(DAYS, days(first)..=days(last));
        let date = |days: i64| Series::new("at".into(), [Some(0), None, Some(days)]);
        let read = |column: Series| plain(&DataFrame::new(3, vec![column.into()]).unwrap(), "x.parquet", 0);
        for (dtype, step) in [
            (DataType::Date, 1),
            (DataType::Datetime(TimeUnit::Milliseconds, None), DAY / 1000),
            (DataType::Datetime(TimeUnit::Microseconds, None), DAY),
        ] {
            let at = |steps: i64| read(date(steps).cast(&dtype).unwrap());
            // What is read can be shown.
            for end in [DAYS.start(), DAYS.end()] {
                let shown = at(end * step).unwrap().column("at").unwrap().cast(&DataType::String).unwrap();
                assert!(shown.str().unwrap().get(2).unwrap().contains("26214"), "{dtype}");
            }
            for beyond in [DAYS.start() * step - 1, (DAYS.end() + 1) * step] {
                let error = at(beyond).unwrap_err().to_string();
                assert!(error.starts_with("column \"at\" of x.parquet, row 3: a date outside of"), "{error}");
            }
        }
    }

    #[test]
    fn decimals_of_more_digits_than_their_type_are_damage() {
        let decimals = |value: i128| {
            let column = polars::prelude::Int128Chunked::new("d".into(), [value]).into_decimal_unchecked(4, 2).into_series();
            plain(&DataFrame::new(1, vec![column.into()]).unwrap(), "x.parquet", 0)
        };
        assert_eq!(decimals(-9999).unwrap().column("d").unwrap().f64().unwrap().get(0), Some(-99.99));
        for value in [10_000, -10_000] {
            let error = decimals(value).unwrap_err().to_string();
            assert!(error.contains("\"d\" has more than the 4 digits of its type"), "{error}");
        }
    }

    #[test]
    fn what_a_file_declares_must_fit_into_it() {
        assert!(justified("x", 1_000_000, 100_000_000, Measure::Values).is_ok());
        assert!(justified("x", 1000, PLAUSIBLE_VALUES, Measure::Values).is_ok());
        assert!(justified("x", 1_000_000, 100_000_001, Measure::Values).is_err());
        let error = justified("x", 42_000, 4_000_000_000_000_000, Measure::Bytes).unwrap_err().to_string();
        assert!(error.starts_with("x declares 4000000000000000 bytes in a file of 42000"), "{error}");
    }

    #[test]
    fn types_without_a_place_in_a_table_are_refused() {
        use ArrowDataType as T;
        let unit = polars::datatypes::ArrowTimeUnit::Second;
        assert!(is_read(&T::Dictionary(polars_arrow::datatypes::IntegerType::Int8, Box::new(T::Utf8), false)));
        assert!(is_read(&T::Timestamp(unit, Some("Europe/Berlin".into()))) && is_read(&T::Decimal(38, 18)));
        assert!(!is_read(&T::Timestamp(unit, Some("Mars/Base".into()))));
        assert!(!is_read(&T::Float16) && !is_read(&T::FixedSizeBinary(16)) && !is_read(&T::Decimal256(76, 2)));
        let list = Series::new("l".into(), [Series::new("".into(), [1, 2])]).into_series();
        assert!(list.dtype().is_list());
    }
}
