//! Deciding what is to be predicted, and reading it.

mod doubts;

use super::cells::{Cells, Dialect};
use super::config::{TargetConfig, TaskChoice};
use super::infer::Guess;
use super::number::Writing;
use super::positive::{Positive, positive};
use super::texts::Counted;
use super::values;
use crate::data::{Column, Kind, Role, Rows, Schema, Target, Task, Truth};
use crate::error::{CleanError, Result, TrainError};
use crate::pipeline::{Context, Warning};

/// Most labels that a target may have.
const MOST_CLASSES: usize = 1000;
/// More different whole numbers than this are amounts.
const MOST_LEVELS: usize = 10;

/// The target column: its place in the schema, its task and labels, and for every row its value and whether it has one.
pub fn read(
    config: &TargetConfig,
    cells: &Cells<'_>,
    dialect: &Dialect<'_>,
    training: usize,
    rows: &Rows,
    cx: &Context<'_>,
) -> Result<(Column, Target, (Truth, Vec<bool>))> {
    let name = config.column.clone();
    let fail = |message: String| CleanError::Target { column: config.column.clone(), message };
    let guess = cells.guess(&name, training, dialect);
    let whole = cells.of_kind(Kind::Category, training, dialect.habits).whole;
    let picture = picture(&guess, cells, training, dialect);
    let writing = picture.as_deref().and_then(Writing::of_picture);
    let number = |row| cells.number(row, writing.as_ref(), dialect);
    let mut labels = cells.labels(training, whole);
    numbers_first(&mut labels);
    let texts = cells.texts(training);
    // Where most cells are markers of missing values, they say something.
    let marked = |known: &Counted<'_>| 2 * known.count(values::soft_null) > known.rows();
    let numeric = (0..training).all(|row| number(row).is_ok()) && !texts.as_ref().is_some_and(marked);
    // Among levels, such a marker may be one of them.
    let markers = labels.iter().filter(|label| values::soft_null(label)).count();
    let level_count = labels.len() - markers;
    // Two numbers are two classes whatever they are, and so they are beside a marker.
    let levels = level_count == 2
        || (3..=MOST_LEVELS).contains(&level_count) && guess.kind != Kind::Date && are_levels(number, training, level_count);
    if labels.len() > MOST_LEVELS && config.task == TaskChoice::Auto && guess.kind == Kind::Date {
        return Err(fail(doubts::of_dates(&labels[0])).into());
    }
    if !numeric && labels.len() > MOST_LEVELS && config.task.task() != Some(Task::Multiclass) {
        refuse_slips(&name, number, training, rows)?;
    }
    let (task, why) = match config.task.task() {
        Some(task) => (task, format!("task = \"{}\" as set", task.name())),
        None if labels.len() == 2 => (Task::Binary, "two values: binary".to_owned()),
        None if numeric && levels => (
            Task::Multiclass,
            format!("{level_count} numbers: multiclass; set [target] task = \"regression\" if they are amounts"),
        ),
        None if numeric => (Task::Regression, format!("{}: regression", guess.reason)),
        None => (Task::Multiclass, format!("{} different texts: multiclass", labels.len())),
    };
    let column = |kind| Column { name: name.clone(), kind, role: Role::Target, reason: why.clone(), format: None, whole };
    if let Some(doubt) = guess.doubt.filter(|_| task == Task::Regression) {
        cx.warn(doubt.told(&name));
    }
    if labels.len() <= MOST_CLASSES && task != Task::Regression {
        let first = |text: &str| (0..training).find(|row| cells.label(*row, false).as_deref() == Some(text));
        let row = |text: &str| first(text).map(|row| rows.number(row) + 1);
        let meant = texts.filter(|_| config.task == TaskChoice::Auto);
        let otherwise = || meant.and_then(|known| doubts::of_classes(&name, &known, row));
        doubts::of_case(&name, &labels).or_else(otherwise).into_iter().for_each(|warning| cx.warn(warning));
    }
    if labels.len() < 2 {
        let seen = labels.first().map_or_else(|| "no value".into(), |l| format!("the one value \"{l}\""));
        return Err(TrainError::OneValue { target: name, seen, rows: training }.into());
    }
    if task == Task::Regression {
        let mut values = Vec::with_capacity(cells.len());
        for row in 0..cells.len() {
            values.push(number(row).map_err(|seen| doubts::slip(&name, rows, row, &seen))?);
        }
        let known = values.iter().map(Option::is_some).collect();
        let truth = Truth::Numbers(values.into_iter().map(|v| v.unwrap_or(0.0)).collect());
        let column = Column { format: picture, ..column(Kind::Number) };
        return Ok((column, Target { name: name.clone(), task, labels: Vec::new() }, (truth, known)));
    }
    if task == Task::Binary {
        if labels.len() != 2 {
            return Err(
                fail(format!("task = \"binary\" needs two values, but there are {}: {}", labels.len(), some(&labels))).into()
            );
        }
        let last = if config.positive.is_empty() {
            looked_for(&name, &labels, (0..training).filter_map(|row| cells.label(row, whole)), cx)
        } else {
            let wanted = labels.iter().position(|l| *l == config.positive);
            wanted
                .ok_or_else(|| fail(format!("positive = \"{}\" is not one of its values {}", config.positive, some(&labels))))?
        };
        if last == 0 {
            labels.swap(0, 1);
        }
    } else if labels.len() > MOST_CLASSES || labels.len() * 2 > training.max(20) {
        return Err(fail(format!(
            "{} different values in {training} rows are too many classes; is it an id, or a number with other text in it?",
            labels.len()
        ))
        .into());
    }
    let target = Target { name: name.clone(), task, labels };
    let mut codes = Vec::with_capacity(cells.len());
    for row in 0..cells.len() {
        let label = cells.label(row, whole);
        let code = label.as_ref().map(|l| position(&target.labels, l));
        if let (Some(None), Some(label)) = (code, label) {
            return Err(fail(format!(
                "row {} of the test source has the label \"{label}\", which no training row has: {}",
                rows.number(row) - rows.number(training) + 1,
                some(&target.labels)
            ))
            .into());
        }
        codes.push(code.flatten());
    }
    let known = codes.iter().map(Option::is_some).collect();
    let kind = if task == Task::Binary { Kind::Bool } else { Kind::Category };
    Ok((column(kind), target, (Truth::Classes(codes.into_iter().map(|c| c.unwrap_or(0)).collect()), known)))
}

/// A column of numbers with a few texts is a number with slips, not a thousand classes.
fn refuse_slips(
    target: &str,
    number: impl Fn(usize) -> Result<Option<f64>, String>,
    training: usize,
    rows: &Rows,
) -> Result<()> {
    let mut slips = (0..training).filter_map(|row| number(row).err().map(|seen| (row, seen)));
    let Some((row, seen)) = slips.next() else { return Ok(()) };
    if 20 * (1 + slips.count()) <= training {
        return Err(doubts::slip(target, rows, row, &seen).into());
    }
    Ok(())
}

/// The place of the label that is looked for, where nobody named it. That is seldom what most rows have.
fn looked_for(target: &str, labels: &[String], rows: impl Iterator<Item = String>, cx: &Context<'_>) -> usize {
    let Positive { place, is_clear } = positive(labels);
    if is_clear {
        return place;
    }
    let (mut count, mut all) = (0_usize, 0_usize);
    for label in rows {
        all += 1;
        count += usize::from(label == labels[place]);
    }
    if 2 * count > all {
        let share = 100.0 * count as f64 / all as f64;
        let message = format!(
            "\"{}\", the last of the two values of \"{target}\" in their order, is taken for the positive class, though most rows ({share:.1} %) have it",
            labels[place]
        );
        let fix = format!("[target] positive = {}", toml::Value::String(labels[1 - place].clone()));
        cx.warn(Warning::new("positive_class", message).column(target).fix(Some(fix)));
    }
    place
}

/// The target of new rows; absent unless every row has a known value.
pub fn known(schema: &Schema, cells: &Cells<'_>, dialect: &Dialect<'_>) -> Option<Truth> {
    let whole = schema.column(&schema.target.name).is_some_and(|c| c.whole);
    let rows = 0..cells.len();
    if schema.target.task == Task::Regression {
        let picture = schema.column(&schema.target.name).and_then(|c| c.format.as_deref());
        let writing = picture.and_then(Writing::of_picture);
        let numbers = rows.map(|row| cells.number(row, writing.as_ref(), dialect).ok().flatten());
        return numbers.collect::<Option<_>>().map(Truth::Numbers);
    }
    rows.map(|row| position(&schema.target.labels, &cells.label(row, whole)?)).collect::<Option<_>>().map(Truth::Classes)
}

/// The target of a part of a table whose schema is known, and whether each row has one.
///
/// # Errors
/// Names the row whose value is none that the schema has.
pub fn part(schema: &Schema, cells: &Cells<'_>, dialect: &Dialect<'_>, rows: &Rows) -> Result<(Truth, Vec<bool>)> {
    let column = schema.column(&schema.target.name);
    if schema.target.task == Task::Regression {
        let writing = column.and_then(|c| c.format.as_deref()).and_then(Writing::of_picture);
        let mut values = Vec::with_capacity(cells.len());
        for row in 0..cells.len() {
            let number = cells.number(row, writing.as_ref(), dialect);
            values.push(number.map_err(|seen| doubts::slip(&schema.target.name, rows, row, &seen))?);
        }
        let known = values.iter().map(Option::is_some).collect();
        return Ok((Truth::Numbers(values.into_iter().map(Option::unwrap_or_default).collect()), known));
    }
    let whole = column.is_some_and(|c| c.whole);
    let mut codes = Vec::with_capacity(cells.len());
    for row in 0..cells.len() {
        let Some(label) = cells.label(row, whole) else {
            codes.push(None);
            continue;
        };
        codes.push(Some(position(&schema.target.labels, &label).ok_or_else(|| {
            let message = format!(
                "row {} has the label \"{label}\", which no row of the sample has that the labels were taken from: {}; raise [collect] sample, or leave rows of rare labels out",
                rows.number(row) + 1,
                some(&schema.target.labels)
            );
            CleanError::Target { column: schema.target.name.clone(), message }
        })?));
    }
    let known = codes.iter().map(Option::is_some).collect();
    Ok((Truth::Classes(codes.into_iter().map(Option::unwrap_or_default).collect()), known))
}

/// The number of a class. A truth value may be written otherwise than at training, as other kinds of files do.
fn position(labels: &[String], label: &str) -> Option<u32> {
    let is_truth = ["false", "true"].iter().any(|word| label.eq_ignore_ascii_case(word));
    let alike = || {
        let mut alike = (0..labels.len()).filter(|i| is_truth && labels[*i].eq_ignore_ascii_case(label));
        alike.next().filter(|_| alike.next().is_none())
    };
    labels.iter().position(|l| l == label).or_else(alike).and_then(|p| u32::try_from(p).ok())
}

/// How the numbers of the target are written, where that is not plainly; levels, too, may be numbers with a unit.
fn picture(guess: &Guess, cells: &Cells<'_>, training: usize, dialect: &Dialect<'_>) -> Option<String> {
    match guess.kind {
        Kind::Number => guess.format.clone(),
        Kind::Category | Kind::Bool => cells.of_kind(Kind::Number, training, dialect.habits).format,
        Kind::Date | Kind::Text => None,
    }
}

/// Orders labels that are sorted as text: numbers by their size, then the others.
fn numbers_first(labels: &mut Vec<String>) {
    let mut keyed: Vec<(Option<f64>, String)> = labels.drain(..).map(|label| (values::number(&label, false), label)).collect();
    keyed.sort_by(|(a, _), (b, _)| match (a, b) {
        (Some(a), Some(b)) => a.total_cmp(b),
        (a, b) => b.is_some().cmp(&a.is_some()),
    });
    labels.extend(keyed.into_iter().map(|(_, label)| label));
}

/// Largest step between the first and the last of a few whole numbers that are taken for labels: 10 000 and 1 600 000 are
/// amounts.
const LEVELS_SPAN: f64 = 1000.0;

/// Whether the numbers are whole, near each other, and as many different ones as there are labels.
fn are_levels(number: impl Fn(usize) -> Result<Option<f64>, String>, training: usize, labels: usize) -> bool {
    let mut known: Vec<f64> = (0..training).filter_map(|row| number(row).ok().flatten()).collect();
    known.sort_by(f64::total_cmp);
    known.dedup();
    let span = known.last().zip(known.first()).map_or(0.0, |(last, first)| last - first);
    known.len() == labels && known.iter().all(|v| v.fract() == 0.0) && span < LEVELS_SPAN
}

fn some(labels: &[String]) -> String {
    let shown = labels.iter().take(8).map(|l| format!("\"{l}\"")).collect::<Vec<_>>().join(", ");
    if labels.len() > 8 { format!("{shown}, …") } else { shown }
}

#[cfg(test)]
mod tests {
    use polars::prelude::Column as Series;

    use super::super::infer::Habits;
    use super::*;
    use crate::pipeline::Session;

    fn target(values: &[&str]) -> Target {
        let series = Series::new("y".into(), values);
        let dialect = Dialect { null_values: &[], trim: true, habits: Habits::default(), numbered: true };
        let cells = Cells::read(&series, &dialect, "x.csv").unwrap();
        let config = TargetConfig { column: "y".into(), ..TargetConfig::default() };
        let session = Session::silent();
        read(&config, &cells, &dialect, values.len(), &Rows::default(), &session.context()).unwrap().1
    }

    #[test]
    fn a_truth_value_is_a_class_in_any_case() {
        let labels = |words: &[&str]| words.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>();
        let classes = labels(&["False", "True"]);
        assert_eq!(["True", "true", "FALSE", "yes"].map(|l| position(&classes, l)), [Some(1), Some(1), Some(0), None]);
        assert_eq!(position(&labels(&["True", "true"]), "TRUE"), None);
        assert_eq!(position(&labels(&["Yes", "No"]), "yes"), None);
    }

    #[test]
    fn every_label_stands_once_numbers_first() {
        let values = ["2", "x", "1", "1.0", "2", "x", "1", "1.0"];
        assert_eq!(target(&values).labels, ["1", "1.0", "2", "x"]);
    }

    #[test]
    fn whole_numbers_with_a_unit_are_levels_too() {
        for unit in [" stars", "G"] {
            let values: Vec<String> = (0..50).map(|i| format!("{}{unit}", i % 5 + 1)).collect();
            let values: Vec<&str> = values.iter().map(String::as_str).collect();
            let found = target(&values);
            assert_eq!((found.task, found.labels.len()), (Task::Multiclass, 5), "{unit}");
        }
        assert_eq!(target(&["1.5 kg", "2 kg", "3 kg", "1.5 kg"]).task, Task::Regression);
    }

    #[test]
    fn markers_of_missing_among_numbers_are_no_value() {
        let task = |values: &[&str], marker: &str, rows: usize| {
            let mut all: Vec<&str> = (0..60).map(|i| values[i % values.len()]).collect();
            all.extend(vec![marker; rows]);
            target(&all).task
        };
        let numbers: Vec<String> = (0..15).map(|i| format!("{i}.5")).collect();
        let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
        assert_eq!((task(&numbers, "-", 3), task(&numbers, "unknown", 9)), (Task::Regression, Task::Regression));
        assert_eq!((task(&numbers, "unknown", 90), task(&["1", "2", "3"], "-", 3)), (Task::Multiclass, Task::Multiclass));
        assert_eq!(task(&["none", "missing", "unknown"], "-", 3), Task::Multiclass);
        // Two classes stay classes, with the marker as a third, which is told.
        assert_eq!((task(&["0", "1"], "unknown", 3), task(&["0", "5000"], "-", 3)), (Task::Multiclass, Task::Multiclass));
    }

    #[test]
    fn days_are_not_predicted() {
        let days: Vec<String> = (0..60).map(|i| format!("2024-03-{:02}", 1 + i % 20)).collect();
        let series = Series::new("y".into(), days);
        let dialect = Dialect { null_values: &[], trim: true, habits: Habits::default(), numbered: true };
        let cells = Cells::read(&series, &dialect, "x.csv").unwrap();
        let session = Session::silent();
        let found = |task: TaskChoice| {
            let config = TargetConfig { column: "y".into(), task, ..TargetConfig::default() };
            read(&config, &cells, &dialect, 60, &Rows::default(), &session.context()).map(|read| read.1.labels.len())
        };
        let message = found(TaskChoice::Auto).unwrap_err().to_string();
        assert!(message.contains("its values are dates such as \"2024-03-01\""), "{message}");
        assert_eq!(found(TaskChoice::Multiclass).unwrap(), 20);
    }

    #[test]
    fn a_few_large_numbers_far_apart_are_amounts() {
        let task = |values: [u32; 4]| {
            let values: Vec<String> = (0..40).map(|i| values[i % 4].to_string()).collect();
            target(&values.iter().map(String::as_str).collect::<Vec<_>>()).task
        };
        assert_eq!(task([1, 2, 3, 4]), Task::Multiclass);
        assert_eq!(task([2021, 2022, 2023, 2024]), Task::Multiclass);
        assert_eq!(task([50_000, 100_000, 250_000, 1_600_000]), Task::Regression);
    }
}
