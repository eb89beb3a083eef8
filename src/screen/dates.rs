//! Dates that the moment of prediction could not know.

use std::collections::BTreeSet;

use polars::prelude::{Column as Series, DataType};

use super::copies::{correlation, ranks};
use super::finding::{Code, Finding, Severity, ignore, text};
use super::scene::Scene;
use super::view::View;
use crate::data::{Kind, Role, day, name as names};
use crate::error::Result;
use crate::metrics::Metric;
use crate::report::bounded;

const DAY: i64 = 86_400_000_000;
/// Share of the rows, and rows, whose date comes after another: fewer are slips.
const SHARE: f64 = 0.01;
const ROWS: usize = 5;
/// Rank correlation of a date with the place of the row from which the table is a log.
const LOG: f64 = 0.9;

/// Seconds since 1970-01-01 of the first and last moments that numbers are taken for: 1990 and 2100.
const CLOCK: [f64; 2] = [631_152_000.0, 4_102_444_800.0];

/// A date column: its name and its moments in microseconds.
struct Dates<'a> {
    name: &'a str,
    moments: Vec<Option<i64>>,
}

impl<'a> Dates<'a> {
    /// The moments of a column of dates, or of one whose name and numbers say that a clock wrote them.
    fn read(series: &'a Series, kind: Kind) -> Result<Option<Self>> {
        let name = series.name().as_str();
        let moments = match kind {
            Kind::Date => series.i64()?.iter().collect(),
            Kind::Number if names::moment(name) => {
                let numbers = series.f64()?;
                let known: Vec<f64> = numbers.iter().flatten().collect();
                let Some(unit) = per_second(&known) else { return Ok(None) };
                #[expect(clippy::cast_possible_truncation, reason = "whole numbers below 2^53")]
                let micros = |v: f64| (v / unit * 1e6) as i64;
                numbers.iter().map(|v| v.map(micros)).collect()
            }
            _ => return Ok(None),
        };
        Ok(Some(Self { name, moments }))
    }

    fn known(&self) -> usize {
        self.moments.iter().flatten().count()
    }

    /// In how many rows of those where both are known this date is of a later day, and how many those are.
    fn later(&self, other: &Self) -> (usize, usize) {
        let both = self.moments.iter().zip(&other.moments).filter_map(|(a, b)| Some(((*a)?, (*b)?)));
        both.fold((0, 0), |(later, all), (a, b)| (later + usize::from(a.div_euclid(DAY) > b.div_euclid(DAY)), all + 1))
    }

    /// How far the dates follow the order of the rows, 0 to 1.
    fn follows_rows(&self) -> f64 {
        in_order(self.moments.iter().map(|m| m.map(|m| m as f64)))
    }

    fn range(&self) -> String {
        let day = |m: Option<&i64>| m.map_or_else(String::new, |m| day(*m));
        format!("{} to {}", day(self.moments.iter().flatten().min()), day(self.moments.iter().flatten().max()))
    }
}

/// How many of one unit a second has, where all numbers are moments in whole seconds, or thousandths or millionths of one,
/// since 1970, and not all the same.
fn per_second(numbers: &[f64]) -> Option<f64> {
    let most = numbers.iter().copied().max_by(f64::total_cmp)?;
    let unit = [1.0, 1e3, 1e6].into_iter().find(|unit| most <= CLOCK[1] * unit)?;
    let is_moment = |v: &f64| v.fract() == 0.0 && (CLOCK[0]..=CLOCK[1]).contains(&(v / unit));
    (numbers.iter().all(is_moment) && numbers.iter().any(|v| *v < most)).then_some(unit)
}

/// Whether the name and the numbers of a column say that a clock wrote them: they count seconds, not rows.
pub fn is_clock(name: &str, numbers: &[f64]) -> bool {
    names::moment(name) && per_second(numbers).is_some()
}

/// The words that a number is named after where it tells a time.
const TIMES: [&str; 10] = ["time", "date", "year", "quarter", "month", "week", "day", "days", "hour", "period"];

/// A moment that nobody named as such, and how much of a numeric target it alone says.
pub struct Trend {
    pub name: String,
    pub r2: f64,
}

/// The columns that are the moment of their row by all that can be seen, where nobody has decided on an order of the rows.
/// Then [`dates`] says so: that they go with the target is no reason to leave them out.
pub struct Moments {
    names: Vec<String>,
}

impl Moments {
    /// A date is one if the rows stand in its order, or a number is to be predicted and it is the only date and there in
    /// every row; a number if it is named after a time as well as in the order of the rows. For classes the order alone
    /// counts: the one date of a table may be that of the outcome.
    pub fn read(scene: &Scene<'_>) -> Result<Self> {
        let frame = scene.frame();
        let mut names = Vec::new();
        if !scene.split_is_auto || frame.schema.with_role(Role::Time).next().is_some() {
            return Ok(Self { names });
        }
        let of = |kind: Kind| scene.views.iter().filter(move |view| view.kind == kind);
        let only = scene.metric == Metric::R2 && of(Kind::Date).count() == 1;
        let times = of(Kind::Number).filter(|view| is_time(&view.name));
        for view in of(Kind::Date).chain(times) {
            let Some(series) = frame.data.columns().iter().find(|s| s.name() == view.name.as_str()) else { continue };
            let alone = only && view.kind == Kind::Date && series.null_count() == 0;
            if alone || in_order(series.cast(&DataType::Float64)?.f64()?.iter()) >= LOG {
                names.push(view.name.clone());
            }
        }
        Ok(Self { names })
    }

    pub fn has(&self, view: &View) -> bool {
        self.names.contains(&view.name)
    }
}

/// Whether a number is named after a time.
fn is_time(name: &str) -> bool {
    names::moment(name) || names::words(name).iter().any(|word| TIMES.contains(&word.as_str()))
}

/// How far values follow the order of the rows, 0 to 1.
fn in_order(values: impl Iterator<Item = Option<f64>>) -> f64 {
    let values: Vec<f64> = values.flatten().collect();
    let places: Vec<f64> = (0..values.len()).map(|i| i as f64).collect();
    correlation(&ranks(&values), &places).abs()
}

/// Looks at all date columns that are learned from, and tells of `trends`; `now` is in microseconds since 1970-01-01.
pub fn dates(scene: &Scene<'_>, known: &[String], trends: &[Trend], now: i64) -> Result<Vec<Finding>> {
    let frame = scene.frame();
    let mut dates = Vec::new();
    for series in frame.data.columns() {
        if let Some(column) = frame.schema.column(series.name()) {
            dates.extend(Dates::read(series, column.kind)?);
        }
    }
    let time = frame.schema.with_role(Role::Time).next();
    let moment = time.and_then(|t| dates.iter().find(|d| d.name == t.name));
    let mut findings: Vec<Finding> = dates.iter().filter_map(|d| future(scene, d, now)).collect();
    findings.extend(trends.iter().map(of_trend));
    let others: Vec<&Dates<'_>> =
        dates.iter().filter(|d| time.is_none_or(|t| t.name != d.name) && !known.iter().any(|k| k == d.name)).collect();
    match moment {
        Some(moment) => findings.extend(others.iter().filter_map(|d| after_row(scene, d, moment))),
        None if time.is_none() && scene.split_is_auto => {
            findings.extend(unset(scene, &others));
            if dates.is_empty() {
                findings.extend(years_and_months(scene));
            }
        }
        None => {}
    }
    Ok(findings)
}

fn of_trend(trend: &Trend) -> Finding {
    let name = &trend.name;
    let message = format!(
        "the target follows \"{name}\" (R2 {} by it alone), but the rows are split at random, so that rows before and after give those between; validate forward in time",
        bounded(trend.r2, 4)
    );
    let finding = Finding::new(Code::TimeUnset, Severity::Warning, [name], message).scored(Metric::R2, trend.r2);
    finding.fix(format!("[columns] time = {}", text(name)))
}

/// A year and a month in every row say when it was; one of them alone may be an attribute, such as the year of a house.
fn years_and_months(scene: &Scene<'_>) -> Option<Finding> {
    let columns = scene.frame().data.columns();
    let (year, years) = whole_numbers(columns, names::year, 1900.0, 2100.0)?;
    let (month, months) = whole_numbers(columns, names::month, 1.0, 12.0)?;
    let months_since = |(y, m): (&Option<f64>, &Option<f64>)| Some((*y)? * 12.0 + (*m)? - 1.0);
    let both: Vec<Option<f64>> = years.iter().zip(&months).map(months_since).collect();
    let different = |values: &[Option<f64>]| values.iter().flatten().map(|v| v.to_bits()).collect::<BTreeSet<_>>().len();
    if different(&both) < 2 {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "years of four digits")]
    let moments = both.iter().map(|v| v.map(|v| v as i64)).collect();
    let log = Dates { name: year, moments }.follows_rows() >= LOG;
    let severity = if log { Severity::Warning } else { Severity::Note };
    let order = if log { ", and the rows stand in their order" } else { "" };
    let by = if different(&years) > 1 { year } else { month };
    let message = format!(
        "\"{year}\" and \"{month}\" say when a row was, but the rows are split at random{order}; validate forward in time, or later rows help to predict earlier ones"
    );
    let finding = Finding::new(Code::TimeUnset, severity, [by], message);
    Some(finding.fix(format!("[columns] time = {}", text(by))))
}

/// The first column of such a name that holds whole numbers from `low` to `high` alone, also where few of them are taken for
/// codes.
fn whole_numbers(columns: &[Series], is: fn(&str) -> bool, low: f64, high: f64) -> Option<(&str, Vec<Option<f64>>)> {
    let numbers = |series: &Series| -> Option<Vec<Option<f64>>> {
        if let Ok(numbers) = series.f64() {
            return Some(numbers.iter().collect());
        }
        let labels = series.str().ok()?;
        labels.iter().map(|label| label.map(str::parse).transpose()).collect::<std::result::Result<_, _>>().ok()
    };
    let fits = |v: &f64| v.fract() == 0.0 && (low..=high).contains(v);
    columns
        .iter()
        .filter(|series| is(series.name()))
        .filter_map(|series| Some((series.name().as_str(), numbers(series)?)))
        .find(|(_, numbers)| numbers.iter().flatten().all(fits))
}

fn future(scene: &Scene<'_>, dates: &Dates<'_>, now: i64) -> Option<Finding> {
    let future: Vec<i64> = dates.moments.iter().flatten().copied().filter(|m| *m > now + DAY).collect();
    let last = *future.iter().max()?;
    let name = dates.name;
    let message = format!(
        "{} of {} dates of \"{name}\" are in the future, up to {}; a marker of \"never\", a slip, or a plan?",
        future.len(),
        dates.known(),
        day(last)
    );
    let finding = Finding::new(Code::FutureDate, Severity::Warning, [name], message);
    // One far day over and over is a marker.
    let marker = future.iter().all(|m| *m == last) && future.len() > 1;
    Some(finding.fix(if marker {
        format!("[collect] null_values = [{}]", text(&day(last)))
    } else {
        ignore(scene.config, &[name])
    }))
}

fn after_row(scene: &Scene<'_>, dates: &Dates<'_>, moment: &Dates<'_>) -> Option<Finding> {
    let (later, all) = dates.later(moment);
    if later < ROWS || (later as f64) < SHARE * all as f64 {
        return None;
    }
    let name = dates.name;
    let message = format!(
        "\"{name}\" is later than the row's own moment \"{}\" in {later} of {all} rows; it was not known then",
        moment.name
    );
    Some(Finding::new(Code::DateAfterRow, Severity::Warning, [name], message).fix(ignore(scene.config, &[name])))
}

/// No column orders the rows. One date may be an attribute, such as a birthday, unless the rows stand in its order; where
/// there are several, some come after others, and nothing says which were known.
fn unset(scene: &Scene<'_>, dates: &[&Dates<'_>]) -> Vec<Finding> {
    let Some(first) = dates.iter().max_by_key(|d| d.known()).map(|most| most.known()) else { return Vec::new() };
    let Some(moment) = dates.iter().find(|d| d.known() == first) else { return Vec::new() };
    let log = moment.follows_rows() >= LOG;
    let severity = if dates.len() > 1 || log { Severity::Warning } else { Severity::Note };
    let describe = |dates: &&Dates<'_>| {
        let name = dates.name;
        let base = format!("\"{name}\" holds dates ({}), but the rows are split at random", dates.range());
        if name == moment.name {
            let order = if log { ", and the rows stand in their order" } else { "" };
            let message = format!(
                "{base}{order}; if it is the moment of the row, validate forward in time, or later rows help to predict earlier ones"
            );
            return Finding::new(Code::TimeUnset, severity, [name], message).fix(format!("[columns] time = {}", text(name)));
        }
        let (later, all) = dates.later(moment);
        let message = if later >= ROWS && later as f64 >= SHARE * all as f64 {
            format!("{base}, and it is later than \"{}\" in {later} of {all} rows: was it known at that moment?", moment.name)
        } else {
            format!("{base}; name the moment of the row in [columns] time, and leave out what came after it")
        };
        Finding::new(Code::TimeUnset, severity, [name], message).fix(ignore(scene.config, &[name]))
    };
    dates.iter().map(describe).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_a_clock_are_moments_by_name_and_size() {
        let moments = |name: &str, values: &[f64]| {
            let series = Series::new(name.into(), values);
            Dates::read(&series, Kind::Number).unwrap().map(|dates| dates.range())
        };
        let range = Some("2000-07-30 to 2018-09-24".to_owned());
        assert_eq!(moments("timestamp", &[964_981_247.0, 1_537_799_250.0]), range);
        assert_eq!(moments("eventTime", &[964_981_247_000.0, 1_537_799_250_000.0]), range);
        for (name, values) in [
            ("amount", [964_981_247.0, 1_537_799_250.0]),
            ("timestamp", [12.0, 1_537_799_250.0]),
            ("timestamp", [964_981_247.5, 1_537_799_250.0]),
            ("time", [0.0, 172_792.0]),
        ] {
            assert_eq!(moments(name, &values), None, "{name} {values:?}");
        }
    }

    #[test]
    fn a_later_hour_of_the_same_day_is_not_later() {
        let a = Dates { name: "a", moments: vec![Some(5 * DAY + 7), Some(6 * DAY), None, Some(-1)] };
        let b = Dates { name: "b", moments: vec![Some(5 * DAY), Some(5 * DAY), Some(0), Some(-DAY - 1)] };
        assert_eq!(a.later(&b), (2, 3));
        assert_eq!(a.range(), "1969-12-31 to 1970-01-07");
        assert!(Dates { name: "c", moments: (0..50).map(|d| Some(d * DAY)).collect() }.follows_rows() > 0.999);
    }
}
