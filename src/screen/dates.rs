//! Dates that the moment of prediction could not know.

use polars::prelude::Column as Series;

use super::finding::{Code, Finding, Severity, ignore, text};
use super::scene::Scene;
use crate::data::{Kind, Role, day};
use crate::error::Result;

const DAY: i64 = 86_400_000_000;
/// Share of the rows, and rows, whose date comes after another: fewer are slips.
const SHARE: f64 = 0.01;
const ROWS: usize = 5;
/// Rank correlation of a date with the place of the row from which the table is a log.
const LOG: f64 = 0.9;

/// A date column: its name and its moments in microseconds.
struct Dates<'a> {
    name: &'a str,
    moments: Vec<Option<i64>>,
}

impl<'a> Dates<'a> {
    fn read(series: &'a Series) -> Result<Self> {
        Ok(Self { name: series.name().as_str(), moments: series.i64()?.iter().collect() })
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
        let values: Vec<f64> = self.moments.iter().flatten().map(|m| *m as f64).collect();
        let places: Vec<f64> = (0..values.len()).map(|i| i as f64).collect();
        super::copies::correlation(&super::copies::ranks(&values), &places).abs()
    }

    fn range(&self) -> String {
        let day = |m: Option<&i64>| m.map_or_else(String::new, |m| day(*m));
        format!("{} to {}", day(self.moments.iter().flatten().min()), day(self.moments.iter().flatten().max()))
    }
}

/// Whether a column is the moment of its row by all that can be seen, and nobody has decided on an order: then [`dates`]
/// says so. That it goes with the target is no reason to leave it out.
pub fn is_unset_moment(scene: &Scene<'_>, name: &str) -> Result<bool> {
    let frame = scene.frame();
    if !scene.split_is_auto || frame.schema.with_role(Role::Time).next().is_some() {
        return Ok(false);
    }
    let series = frame.data.columns().iter().find(|s| s.name() == name);
    match (series, frame.schema.column(name)) {
        (Some(series), Some(column)) if column.kind == Kind::Date => Ok(Dates::read(series)?.follows_rows() >= LOG),
        _ => Ok(false),
    }
}

/// Looks at all date columns that are learned from; `now` is in microseconds since 1970-01-01.
pub fn dates(scene: &Scene<'_>, known: &[String], now: i64) -> Result<Vec<Finding>> {
    let frame = scene.frame();
    let is_date = |s: &&Series| frame.schema.column(s.name()).is_some_and(|c| c.kind == Kind::Date);
    let dates = frame.data.columns().iter().filter(is_date).map(Dates::read).collect::<Result<Vec<_>>>()?;
    let time = frame.schema.with_role(Role::Time).next();
    let moment = time.and_then(|t| dates.iter().find(|d| d.name == t.name));
    let mut findings: Vec<Finding> = dates.iter().filter_map(|d| future(scene, d, now)).collect();
    let others: Vec<&Dates<'_>> =
        dates.iter().filter(|d| time.is_none_or(|t| t.name != d.name) && !known.iter().any(|k| k == d.name)).collect();
    match moment {
        Some(moment) => findings.extend(others.iter().filter_map(|d| after_row(scene, d, moment))),
        None if time.is_none() && scene.split_is_auto => findings.extend(unset(scene, &others)),
        None => {}
    }
    Ok(findings)
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
    fn a_later_hour_of_the_same_day_is_not_later() {
        let a = Dates { name: "a", moments: vec![Some(5 * DAY + 7), Some(6 * DAY), None, Some(-1)] };
        let b = Dates { name: "b", moments: vec![Some(5 * DAY), Some(5 * DAY), Some(0), Some(-DAY - 1)] };
        assert_eq!(a.later(&b), (2, 3));
        assert_eq!(a.range(), "1969-12-31 to 1970-01-07");
        assert!(Dates { name: "c", moments: (0..50).map(|d| Some(d * DAY)).collect() }.follows_rows() > 0.999);
    }
}
