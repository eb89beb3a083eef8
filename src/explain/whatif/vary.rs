use super::Condition;
use super::known::{Known, moment};
use crate::data::{Kind, day, plain};
use crate::error::{ConfigError, did_you_mean};
use crate::explain::Cells;

/// Most values of one column.
const MOST: f64 = 10_000.0;
/// Most levels that are taken where none are named.
const LEVELS: usize = 50;
const DAY: f64 = 86_400e6;

/// A column and the values that it is set to.
#[derive(Clone, Debug, PartialEq)]
pub struct Vary {
    pub column: String,
    pub cells: Cells,
    /// Each in words.
    pub words: Vec<String>,
    /// Each as a number: dates as microseconds; `None` for levels.
    pub at: Vec<Option<f64>>,
    /// Whether each lies outside of what the training rows had.
    pub outside: Vec<bool>,
    /// Whether the values were left to us: those of the training rows.
    pub free: bool,
}

impl Vary {
    /// Reads `COLUMN`, `COLUMN=FIRST:LAST:STEP`, `COLUMN=FIRST:LAST` (eleven even steps) or `COLUMN=A,B`. The step of dates is in
    /// days; of a category whose levels are numbers a range has those levels. Without values: deciles and range of a number,
    /// all levels of a category.
    ///
    /// # Errors
    /// Says what is wrong with the column or a value.
    pub fn parse(flag: &str, text: &str, known: Known<'_>) -> Result<Self, ConfigError> {
        let (column, rest) = known.column(flag, text, &["="])?;
        let fail = |message: String| ConfigError::Usage(format!("{flag} {text}: {message}"));
        match (known.kind(column), rest.strip_prefix('=').map(str::trim)) {
            (Kind::Number, None) => Ok(Self::numbers(column, &known.steps(column), true, known)),
            (Kind::Date, None) => Ok(Self::dates(column, &known.steps(column), true, known)),
            (_, None) => {
                let (levels, rare) = known.levels(column);
                let all: Vec<String> = levels.iter().chain(rare).cloned().collect();
                if all.len() > LEVELS {
                    let many = all.len();
                    return Err(fail(format!("it has {many} levels; name some of them: {flag} {column}=A,B")));
                }
                Ok(Self::levels(column, all, true))
            }
            (Kind::Number, Some(values)) => {
                let number = |v: &str| {
                    let found = v.trim().parse::<f64>().ok().filter(|v| v.is_finite());
                    found.ok_or_else(|| format!("{:?} is not a number", v.trim()))
                };
                let values = spread(values, &number, 1.0).map_err(fail)?;
                Ok(Self::numbers(column, &values, false, known))
            }
            (Kind::Date, Some(values)) => {
                let date = |v: &str| {
                    let found = moment(v.trim()).map(|m| m as f64);
                    found.ok_or_else(|| format!("{:?} is not a day such as 2024-03-05", v.trim()))
                };
                let values = spread(values, &date, DAY).map_err(fail)?;
                Ok(Self::dates(column, &values, false, known))
            }
            (_, Some(values)) => {
                let (levels, rare) = known.levels(column);
                let is_level = |v: &str| levels.iter().chain(rare).any(|level| level == v);
                let named: Vec<String> = if is_level(values) {
                    vec![values.to_owned()]
                } else if let Some(between) = between(values, levels.iter().chain(rare)) {
                    between
                } else {
                    values.split(',').map(|v| v.trim().to_owned()).collect()
                };
                match named.iter().find(|v| !is_level(v)) {
                    None => Ok(Self::levels(column, named, false)),
                    Some(unknown) => {
                        let hint = did_you_mean(unknown, levels.iter().chain(rare).map(String::as_str));
                        let some = levels.iter().take(10).map(|l| format!("\"{l}\"")).collect::<Vec<_>>().join(", ");
                        Err(fail(format!("the training rows had no level \"{unknown}\", but {some}{hint}")))
                    }
                }
            }
        }
    }

    fn numbers(column: &str, values: &[f64], free: bool, known: Known<'_>) -> Self {
        Self {
            column: column.into(),
            cells: Cells::Numbers(values.iter().copied().map(Some).collect()),
            words: values.iter().map(|v| plain(*v)).collect(),
            at: values.iter().copied().map(Some).collect(),
            outside: outside(values, known.range(column)),
            free,
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "microseconds of a date lie within i64; what does not saturates")]
    fn dates(column: &str, values: &[f64], free: bool, known: Known<'_>) -> Self {
        Self {
            column: column.into(),
            cells: Cells::Dates(values.iter().map(|v| Some(*v as i64)).collect()),
            words: values.iter().map(|v| day(*v as i64)).collect(),
            at: values.iter().copied().map(Some).collect(),
            outside: outside(values, known.range(column)),
            free,
        }
    }

    fn levels(column: &str, levels: Vec<String>, free: bool) -> Self {
        let count = levels.len();
        Self {
            column: column.into(),
            cells: Cells::Texts(levels.iter().cloned().map(Some).collect()),
            words: levels,
            at: vec![None; count],
            outside: vec![false; count],
            free,
        }
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// A value for programs: a number, or words.
    #[must_use]
    pub fn value(&self, nth: usize) -> serde_json::Value {
        match &self.cells {
            Cells::Numbers(values) => serde_json::json!(values[nth]),
            Cells::Dates(_) | Cells::Texts(_) => self.words[nth].clone().into(),
        }
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Only the values for which all conditions on this column hold.
    #[must_use]
    pub fn keep(&self, conditions: &[Condition]) -> Self {
        let own: Vec<&Condition> = conditions.iter().filter(|c| c.column == self.column).collect();
        let kept: Vec<usize> = (0..self.len()).filter(|&i| own.iter().all(|c| c.holds(self.at[i], &self.words[i]))).collect();
        Self {
            column: self.column.clone(),
            cells: self.cells.take(&kept),
            words: kept.iter().map(|&i| self.words[i].clone()).collect(),
            at: kept.iter().map(|&i| self.at[i]).collect(),
            outside: kept.iter().map(|&i| self.outside[i]).collect(),
            free: self.free,
        }
    }
}

fn outside(values: &[f64], range: Option<[f64; 2]>) -> Vec<bool> {
    values.iter().map(|v| range.is_some_and(|[low, high]| *v < low || *v > high)).collect()
}

/// `FIRST:LAST:STEP`, `FIRST:LAST` or `A,B,C`; a step is so many `unit`s.
fn spread(text: &str, value: &dyn Fn(&str) -> Result<f64, String>, unit: f64) -> Result<Vec<f64>, String> {
    let parts: Vec<&str> = parted(text);
    let (first, last, step) = match parts[..] {
        [_] => return text.split(',').map(value).collect(),
        [first, last] => (value(first)?, value(last)?, None),
        [first, last, step] => {
            let step = step.trim().parse::<f64>().ok().filter(|s| s.is_finite() && *s > 0.0);
            (value(first)?, value(last)?, Some(unit * step.ok_or("the step has to be a number above 0")?))
        }
        _ => return Err("give FIRST:LAST:STEP or A,B,C".into()),
    };
    if last < first {
        return Err("the last value is smaller than the first".into());
    }
    let step = step.unwrap_or((last - first) / 10.0);
    if step == 0.0 {
        return Ok(vec![first]);
    }
    // A little more than the quotient: 0.3 / 0.1 is 2.9999999999999996.
    let count = ((last - first) / step + 1e-9).floor();
    if count >= MOST {
        return Err(format!("these are more than {MOST} values; take a larger step"));
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small number of steps")]
    Ok((0..=count as usize).map(|i| tidy(first + i as f64 * step)).collect())
}

/// The levels of a range where levels are numbers, such as one to four rooms: all between two, or one for each step, which
/// is named as it is where it is no level. Nothing where there is no range of numbers.
fn between<'a>(text: &str, levels: impl Iterator<Item = &'a String>) -> Option<Vec<String>> {
    let number = |v: &str| v.trim().parse::<f64>().ok().filter(|v| v.is_finite());
    let mut known: Vec<(f64, &String)> = levels.filter_map(|level| Some((number(level)?, level))).collect();
    known.sort_by(|a, b| a.0.total_cmp(&b.0));
    match parted(text)[..] {
        [first, last] => {
            let within = number(first)?..=number(last)?;
            Some(known.into_iter().filter(|(at, _)| within.contains(at)).map(|(_, level)| level.clone()).collect())
                .filter(|levels: &Vec<_>| !levels.is_empty())
        }
        [_, _, _] => {
            let steps = spread(text, &|v| number(v).ok_or_else(String::new), 1.0).ok()?;
            let level = |at: f64| known.iter().find(|known| known.0 == at).map_or_else(|| plain(at), |known| known.1.clone());
            Some(steps.into_iter().map(level).collect())
        }
        _ => None,
    }
}

/// Parts at colons, but those within a time of day.
fn parted(text: &str) -> Vec<&str> {
    if text.contains('T') { vec![text] } else { text.split(':').collect() }
}

/// Without the dust of adding steps: 0.30000000000000004 is 0.3.
fn tidy(x: f64) -> f64 {
    let rounded = format!("{x:.12e}").parse().unwrap_or(x);
    if f64::abs(rounded - x) <= 1e-12 * x.abs() { rounded } else { x }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Result<f64, String> {
        text.trim().parse().map_err(|_| format!("{text:?} is not a number"))
    }

    #[test]
    fn ranges_and_lists_by_hand() {
        let numbers = |text: &str| spread(text, &number, 1.0);
        assert_eq!(numbers("10:12:1").unwrap(), [10.0, 11.0, 12.0]);
        assert_eq!(numbers("0:0.3:0.1").unwrap(), [0.0, 0.1, 0.2, 0.3]);
        assert_eq!(numbers("1:2:0.4").unwrap(), [1.0, 1.4, 1.8]);
        assert_eq!(numbers("0:10").unwrap().len(), 11);
        assert_eq!(numbers("3, 1").unwrap(), [3.0, 1.0]);
        assert_eq!(numbers("5:5:1").unwrap(), [5.0]);
        assert!(numbers("2:1:1").unwrap_err().contains("smaller than the first"));
        assert!(numbers("0:1:0").unwrap_err().contains("above 0"));
        assert!(numbers("0:1e9:1").unwrap_err().contains("more than 10000"));
        assert!(numbers("a").unwrap_err().contains("\"a\" is not a number"));
    }

    #[test]
    fn levels_that_are_numbers_have_ranges() {
        let levels = ["4", "1", "2.0", "many", "10"].map(str::to_owned);
        let of = |text: &str| between(text, levels.iter()).map(|found| found.join(" "));
        assert_eq!(of("1:4").as_deref(), Some("1 2.0 4"));
        // What is no level keeps its name, by which it is refused.
        assert_eq!(of("1:4:1").as_deref(), Some("1 2.0 3 4"));
        assert_eq!([of("5:9"), of("many"), of("a:b"), of("1,4")], [None, None, None, None]);
    }

    #[test]
    fn days_are_stepped_in_days() {
        let date = |v: &str| moment(v).map(|m| m as f64).ok_or_else(String::new);
        let days = spread("2024-02-28:2024-03-02:1", &date, DAY).unwrap();
        assert_eq!(days.len(), 4);
        assert_eq!(days[1] - days[0], DAY);
    }
}
