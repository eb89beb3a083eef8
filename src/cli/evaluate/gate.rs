//! `--fail-if`: conditions on scores that scripts can rely on.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::data::Task;
use crate::error::{ConfigError, did_you_mean};
use crate::metrics::{Interval, Measure};
use crate::report::{Grouping, Scored, number};

/// What a condition can be on, for messages.
const ALLOWED: &str = "write METRIC, METRIC@COLUMN=VALUE, gap(METRIC,COLUMN), ratio(METRIC,COLUMN), profit, or low(…) or high(…) of one of them, then < <= > or >=, then a number, or baseline or linear with *, + or - a number; names with signs in them in double quotes, each double quote in them twice: gap(tpr,\"a, b\")";

/// What a gate compares a value with.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Bound {
    Number(f64),
    /// A yardstick's score on the test part, times the first and plus the second number.
    Yardstick {
        linear: bool,
        times: f64,
        plus: f64,
    },
}

/// What a gate is on.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Quantity {
    Measure(Measure),
    /// What acting by the model brings by its `[threshold.value]`, of all rows.
    Profit,
}

impl Quantity {
    const fn name(self) -> &'static str {
        match self {
            Self::Measure(measure) => measure.name(),
            Self::Profit => "profit",
        }
    }
}

/// Of which rows a measure is.
#[derive(Clone, Debug, PartialEq)]
enum Over {
    /// All of them.
    All,
    /// Those of one group.
    Group { column: String, value: String },
    /// Largest less smallest of the judged groups.
    Gap { column: String },
    /// Smallest over largest.
    Ratio { column: String },
}

/// Which part of an interval is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Value,
    Low,
    High,
}

/// One `--fail-if`.
#[derive(Clone, Debug, PartialEq)]
pub struct Gate {
    text: String,
    quantity: Quantity,
    over: Over,
    end: End,
    less: bool,
    equal: bool,
    bound: Bound,
}

/// What gates are held against.
pub struct Scores<'a> {
    pub all: &'a BTreeMap<Measure, Interval>,
    /// By single columns.
    pub groupings: &'a [Grouping],
    pub min_rows: usize,
    /// Known of models that hold what rows are worth, where the rows have the amounts.
    pub profit: Option<Interval>,
    /// Scores of the yardsticks at training.
    pub baseline: &'a Scored,
    pub linear: &'a Scored,
}

/// How a gate ended.
pub struct Ended {
    pub text: String,
    pub value: Option<f64>,
    pub bound: Option<f64>,
    /// Why it fails, if it does.
    pub failed: Option<String>,
}

impl Ended {
    pub fn as_json(&self) -> Value {
        let Self { text, value, bound, failed } = self;
        json!({"fail_if": text, "passed": failed.is_none(), "value": value, "bound": bound, "reason": failed})
    }
}

impl Gate {
    /// Reads a condition.
    ///
    /// # Errors
    /// Says what is wrong and what is allowed.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let fail = |why: String| ConfigError::Usage(format!("--fail-if \"{text}\": {why}; {ALLOWED}"));
        let at = unquoted(text, &['<', '>']).ok_or_else(|| fail("there is no < or >".into()))?;
        let (term, rest) = text.split_at(at);
        let less = rest.starts_with('<');
        let equal = rest[1..].starts_with('=');
        let bound = rest[1 + usize::from(equal)..].trim();
        let (end, quantity, over) = term_of(term.trim()).map_err(&fail)?;
        let bound = bound_of(bound).ok_or_else(|| fail(format!("\"{bound}\" is neither a number nor baseline or linear")))?;
        let metric = matches!(quantity, Quantity::Measure(Measure::Metric(_)));
        if matches!(bound, Bound::Yardstick { .. }) && !(metric && over == Over::All) {
            return Err(fail(format!("baseline and linear are known by metric and for all rows, not for {}", term.trim())));
        }
        if let (Quantity::Measure(measure), Over::Ratio { .. }) = (quantity, &over)
            && !measure.has_ratio()
        {
            let why = format!("the ratio of two {} says nothing, as they can be below 0; use gap(…)", measure.name());
            return Err(fail(why));
        }
        Ok(Self { text: text.into(), quantity, over, end, less, equal, bound })
    }

    /// A measure that models of the task do not have could never pass, nor a profit where nothing has a value.
    ///
    /// # Errors
    /// Names those they have.
    pub fn fits(&self, task: Task, valued: bool) -> Result<(), ConfigError> {
        let (text, name) = (&self.text, self.quantity.name());
        let Quantity::Measure(measure) = self.quantity else {
            let why = "the model was trained without [threshold.value], so nothing has a profit";
            return if valued { Ok(()) } else { Err(ConfigError::Usage(format!("--fail-if \"{text}\": {why}"))) };
        };
        if Measure::of(task).any(|m| m == measure) {
            return Ok(());
        }
        let names = Measure::of(task).map(Measure::name).collect::<Vec<_>>().join(", ");
        let task = task.name();
        Err(ConfigError::Usage(format!("--fail-if \"{text}\": a {task} model has no {name}; its metrics are {names}")))
    }

    /// The column whose groups it is on.
    pub fn column(&self) -> Option<&str> {
        match &self.over {
            Over::All => None,
            Over::Group { column, .. } | Over::Gap { column } | Over::Ratio { column } => Some(column),
        }
    }

    /// Holds it against scores; what is undefined cannot pass.
    pub fn check(&self, scores: &Scores<'_>) -> Ended {
        let (value, bound) = (self.value(scores), self.bound(scores));
        let failed = match (&value, &bound) {
            (Err(why), _) | (_, Err(why)) => Some(format!("{}: {why}", self.text)),
            (Ok(value), Ok(bound)) => {
                let beyond = if self.less { value < bound } else { value > bound };
                let holds = beyond || (self.equal && value == bound);
                holds.then(|| {
                    let [value, bound] = apart(*value, *bound);
                    format!("{}: {} is {value}, the bound {bound}", self.text, self.words())
                })
            }
        };
        Ended { text: self.text.clone(), value: value.ok(), bound: bound.ok(), failed }
    }

    /// What is compared, in words.
    fn words(&self) -> String {
        let name = self.quantity.name();
        let term = match &self.over {
            Over::All => name.to_owned(),
            Over::Group { column, value } => format!("{name} of {column} = {value}"),
            Over::Gap { column } => format!("the gap of {name} by {column}"),
            Over::Ratio { column } => format!("the ratio of {name} by {column}"),
        };
        match self.end {
            End::Value => term,
            End::Low => format!("the low end of {term}"),
            End::High => format!("the high end of {term}"),
        }
    }

    fn value(&self, scores: &Scores<'_>) -> Result<f64, String> {
        let interval = match self.quantity {
            Quantity::Measure(measure) => self.measured(measure, scores)?,
            Quantity::Profit => scores.profit.unwrap_or_default(),
        };
        let value = match self.end {
            End::Value => interval.value,
            End::Low => interval.low,
            End::High => interval.high,
        };
        value.ok_or_else(|| format!("{} is undefined on these rows", self.words()))
    }

    fn measured(&self, measure: Measure, scores: &Scores<'_>) -> Result<Interval, String> {
        let name = measure.name();
        let grouping = |column: &str| scores.groupings.iter().find(|g| g.columns == [column]);
        let missing = |column: &str| format!("the rows are not told apart by \"{column}\"");
        Ok(match &self.over {
            Over::All => scores.all.get(&measure).copied().unwrap_or_default(),
            Over::Group { column, value } => {
                let grouping = grouping(column).ok_or_else(|| missing(column))?;
                let group = grouping.groups.iter().find(|g| g.name == *value || g.name.starts_with(&format!("{value} ")));
                let group = group.ok_or_else(|| {
                    let names = grouping.groups.iter().map(|g| g.name.as_str()).collect::<Vec<_>>();
                    format!("no row has {column} = {value}, only {}{}", some(&names), did_you_mean(value, names.clone()))
                })?;
                if !group.judged {
                    let (rows, least) = (group.rows, scores.min_rows);
                    return Err(format!("{column} = {} has {rows} rows, fewer than --min-rows {least}", group.name));
                }
                group.values.get(&measure).copied().unwrap_or_default()
            }
            Over::Gap { column } | Over::Ratio { column } => {
                let grouping = grouping(column).ok_or_else(|| missing(column))?;
                let judged = grouping.groups.iter().filter(|g| g.judged);
                if judged.clone().count() < 2 {
                    let least = scores.min_rows;
                    return Err(format!("fewer than two groups by {column} have at least --min-rows {least} rows"));
                }
                let mut without = judged.filter(|g| g.values.get(&measure).is_none_or(|i| i.value.is_none()));
                if let Some(group) = without.next() {
                    return Err(format!("{name} is undefined for {column} = {}, {} rows", group.name, group.rows));
                }
                let gap = grouping.gaps.get(&measure).cloned().unwrap_or_default();
                if matches!(self.over, Over::Gap { .. }) { gap.difference } else { gap.ratio }
            }
        })
    }

    fn bound(&self, scores: &Scores<'_>) -> Result<f64, String> {
        match self.bound {
            Bound::Number(number) => Ok(number),
            Bound::Yardstick { linear, times, plus } => {
                let scored = if linear { scores.linear } else { scores.baseline };
                let score = yardstick(scored, self.quantity);
                score.map(|score| times * score + plus).ok_or_else(|| format!("the yardstick has no {}", self.quantity.name()))
            }
        }
    }
}

/// A value and its bound, told apart however near they are.
fn apart(value: f64, bound: f64) -> [String; 2] {
    let shown = [value, bound].map(number);
    if shown[0] == shown[1] { [value, bound].map(|x| x.to_string()) } else { shown }
}

/// A yardstick's score on the test part of its run, else through its folds.
fn yardstick(scored: &Scored, quantity: Quantity) -> Option<f64> {
    let Quantity::Measure(Measure::Metric(metric)) = quantity else { return None };
    scored.test.get(&metric).and_then(|i| i.value).or_else(|| scored.cv.get(&metric).and_then(|s| s.mean))
}

fn some(names: &[&str]) -> String {
    let shown = names.iter().take(8).copied().collect::<Vec<_>>().join(", ");
    if names.len() > 8 { format!("{shown}, …") } else { shown }
}

/// The first of the signs outside of double quotes. Two quotes within a name stand for one: they leave and enter it again.
fn unquoted(text: &str, signs: &[char]) -> Option<usize> {
    let mut quoted = false;
    text.char_indices().find_map(|(at, c)| {
        quoted ^= c == '"';
        (!quoted && signs.contains(&c)).then_some(at)
    })
}

/// A name as it is meant: in double quotes, where each quote of its own stands twice, or without any.
fn name_of(text: &str) -> Result<String, String> {
    let text = text.trim();
    let quoted = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let name = quoted.map_or_else(|| text.to_owned(), |inner| inner.replace("\"\"", "\u{0}"));
    if name.is_empty() || name.contains('"') {
        return Err(format!("{text} is no name"));
    }
    Ok(name.replace('\u{0}', "\""))
}

fn measure_of(name: &str) -> Result<Measure, String> {
    let name = name.trim();
    Measure::from_name(name).ok_or_else(|| {
        let all = [Task::Binary, Task::Multiclass, Task::Regression]
            .into_iter()
            .flat_map(Measure::of)
            .map(Measure::name)
            .chain(["profit"]);
        format!("there is no metric \"{name}\"{}", did_you_mean(name, all))
    })
}

/// What stands between the brackets of `word(…)`.
fn inside<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    text.strip_prefix(word)?.trim_start().strip_prefix('(')?.strip_suffix(')')
}

fn term_of(text: &str) -> Result<(End, Quantity, Over), String> {
    for (word, end) in [("low", End::Low), ("high", End::High)] {
        if let Some(inner) = inside(text, word) {
            let (nested, quantity, over) = term_of(inner.trim())?;
            if nested != End::Value {
                return Err(format!("{word}(…) stands around a value, not around another end"));
            }
            return Ok((end, quantity, over));
        }
    }
    for word in ["gap", "ratio"] {
        if let Some(inner) = inside(text, word) {
            let Some(at) = unquoted(inner, &[',']) else {
                return Err(format!("{word}(…) needs a metric and a column, such as {word}(tpr,sex)"));
            };
            let (measure, column) = (measure_of(&inner[..at])?, name_of(&inner[at + 1..])?);
            let over = if word == "gap" { Over::Gap { column } } else { Over::Ratio { column } };
            return Ok((End::Value, Quantity::Measure(measure), over));
        }
    }
    let Some(at) = unquoted(text, &['@']) else {
        let quantity = if text == "profit" { Quantity::Profit } else { Quantity::Measure(measure_of(text)?) };
        return Ok((End::Value, quantity, Over::All));
    };
    if text[..at].trim() == "profit" {
        return Err("the profit is known of all rows, not of some".into());
    }
    let (measure, rest) = (measure_of(&text[..at])?, &text[at + 1..]);
    let Some(equal) = unquoted(rest, &['=']) else {
        return Err("after @ a column and a value are wanted, such as tpr@sex=female".into());
    };
    let (column, value) = (name_of(&rest[..equal])?, name_of(&rest[equal + 1..])?);
    Ok((End::Value, Quantity::Measure(measure), Over::Group { column, value }))
}

fn bound_of(text: &str) -> Option<Bound> {
    if let Ok(number) = text.parse::<f64>() {
        return number.is_finite().then_some(Bound::Number(number));
    }
    let (linear, rest) = match text.strip_prefix("baseline") {
        Some(rest) => (false, rest.trim()),
        None => (true, text.strip_prefix("linear")?.trim()),
    };
    let number = |rest: &str| rest.trim().parse::<f64>().ok().filter(|n| n.is_finite());
    match rest.chars().next() {
        None => Some(Bound::Yardstick { linear, times: 1.0, plus: 0.0 }),
        Some('*') => Some(Bound::Yardstick { linear, times: number(&rest[1..])?, plus: 0.0 }),
        Some('+') => Some(Bound::Yardstick { linear, times: 1.0, plus: number(&rest[1..])? }),
        Some('-') => Some(Bound::Yardstick { linear, times: 1.0, plus: -number(&rest[1..])? }),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests;
