use super::groups::{BOUND, groups, strengths};
use super::mix::Place;
use super::{Aim, Background, Effort, Explained, Explainer, Goal, dependence, importance, segments, words};
use crate::data::{Frame, Holdout, Predictions, Task, Truth, plain};
use crate::error::{Error, Result};
use crate::learn::Fitted;
use crate::metrics::Metric;
use crate::pipeline::{Context, Pipeline, Warning};
use crate::report::{Dependence, Example, Explanations, GroupImportance, Part, Segments};
use crate::train::Model;

/// Columns that have a curve, and rows and steps of each.
const CURVES: usize = 6;
const CURVE_ROWS: usize = 100;
const CURVE_STEPS: usize = 15;
/// Rows that groups of columns are found and shuffled on, and most columns that are looked at for groups.
const GROUP_ROWS: usize = 1000;
const GROUP_COLUMNS: usize = 200;
const SHUFFLES: usize = 5;
/// Rows in which segments are looked for.
const SEGMENT_ROWS: usize = 20_000;
/// Reasons of an example, and predictions that all examples together may cost.
const REASONS: usize = 8;
const EXAMPLE_WORK: usize = 20_000;
/// Fewest rows that an example is compared with, most of them, and most values that all examples together encode: the work
/// grows with the square of the columns.
const COMPARED: [usize; 2] = [8, 32];
const EXAMPLE_VALUES: usize = 400_000_000;
/// Classes that have curves of their own, where there are more than two.
const CLASSES: usize = 3;

/// What the report of a run explains; a stage whose work is bounded, about a second on the networks of the default
/// preset.
pub struct Explain<'a> {
    pub fitted: &'a Fitted<Model>,
    /// What examples are compared with; the rows themselves where there is none.
    pub background: Option<&'a Background>,
    /// Columns by falling importance.
    pub ranked: Vec<String>,
    /// Which rows are given, in words.
    pub rows: &'a str,
}

impl Pipeline for Explain<'_> {
    type Input = Holdout<Frame>;
    type Output = Explanations;

    fn name(&self) -> &'static str {
        "explain"
    }

    fn run(&self, holdout: Holdout<Frame>, cx: &Context<'_>) -> Result<Explanations> {
        let frame = shuffled(holdout.get(), SEGMENT_ROWS, cx);
        if frame.height() == 0 {
            return Ok(Explanations::default());
        }
        let places = Place::all(self.fitted);
        let names: Vec<&str> = places.iter().map(|p| p.name.as_str()).collect();
        let ranked: Vec<usize> = self.ranked.iter().filter_map(|name| names.iter().position(|n| n == name)).collect();
        let looked_at: Vec<usize> = ranked.iter().copied().take(GROUP_COLUMNS).collect();
        let few = |rows: usize| frame.take(&(0..frame.height().min(rows)).collect::<Vec<_>>());
        let looked_at_names: Vec<&str> = looked_at.iter().map(|&c| names[c]).collect();
        let strengths = strengths(&frame, &looked_at_names)?;
        Ok(Explanations {
            rows: self.rows.to_owned(),
            groups: self.groups(&few(GROUP_ROWS), &strengths, &looked_at, cx)?,
            dependence: self.dependence(&few(CURVE_ROWS), &looked_at_names, &strengths, cx)?,
            examples: self.examples(&frame, cx)?,
            segments: self.segments(&frame, &names, cx)?,
            learning_curve: None,
        })
    }
}

/// Some of the rows, in a random order.
fn shuffled(frame: &Frame, most: usize, cx: &Context<'_>) -> Frame {
    let mut rows: Vec<usize> = (0..frame.height()).collect();
    cx.seed().derive("explained rows", 0).rng().shuffle(&mut rows);
    rows.truncate(most);
    frame.take(&rows)
}

impl Explain<'_> {
    fn groups(
        &self,
        frame: &Frame,
        strengths: &[Vec<f64>],
        looked_at: &[usize],
        cx: &Context<'_>,
    ) -> Result<Vec<GroupImportance>> {
        let found: Vec<(Vec<usize>, f64)> = groups(strengths, BOUND)
            .into_iter()
            .map(|(set, strength)| (set.into_iter().map(|c| looked_at[c]).collect(), strength))
            .collect();
        group_importance(self.fitted, frame, &found, SHUFFLES, cx)
    }

    fn dependence(&self, frame: &Frame, names: &[&str], strengths: &[Vec<f64>], cx: &Context<'_>) -> Result<Vec<Dependence>> {
        let mut all = Vec::new();
        let aims = aims(frame);
        for (nth, name) in names.iter().enumerate().take(CURVES) {
            let mut curves = dependence(self.fitted, frame, name, CURVE_STEPS, &aims, cx)?;
            let goes_with = companions(nth, names, strengths);
            curves.iter_mut().for_each(|curve| curve.goes_with.clone_from(&goes_with));
            all.extend(curves);
        }
        Ok(all)
    }

    fn examples(&self, frame: &Frame, cx: &Context<'_>) -> Result<Vec<Example>> {
        let (fitted, columns) = (self.fitted, Place::all(self.fitted).len().max(1));
        let predictions = fitted.run(frame.clone(), cx)?;
        let affordable = EXAMPLE_VALUES / (2 * columns * columns * COMPARED[0]);
        let mut chosen = telling(&predictions, &aims(frame));
        chosen.truncate(affordable);
        if chosen.is_empty() {
            let message = format!("no prediction is explained in the report: with {columns} columns that would take long");
            cx.warn(Warning::new("no_examples", message));
            return Ok(Vec::new());
        }
        let chosen = frame.take(&chosen);
        let rows = (EXAMPLE_WORK / (2 * columns * chosen.height())).clamp(COMPARED[0], COMPARED[1]);
        let background = match self.background {
            Some(background) => background.frame(&fitted.schema, &fitted.normalizer, rows)?,
            None => frame.take(&(0..frame.height().min(rows)).collect::<Vec<_>>()),
        };
        let explainer = Explainer::new(fitted, &background, cx)?;
        let explained = explainer.explain(&chosen, Goal::default(), Effort::default(), cx.seed(), cx)?;
        let columns = explainer.columns();
        explained.iter().enumerate().map(|(row, one)| example(one, &columns, &chosen, row, REASONS)).collect()
    }

    fn segments(&self, frame: &Frame, names: &[&str], cx: &Context<'_>) -> Result<Segments> {
        let truth = frame.truth.as_ref().ok_or_else(|| Error::Internal("rows without a target cannot judge".into()))?;
        let predictions = self.fitted.run(frame.clone(), cx)?;
        segments(frame, names, truth, &predictions)
    }
}

/// Importance of groups of columns, and of each of their columns alone; those that matter most first.
///
/// # Errors
/// As [`importance`].
pub fn group_importance(
    fitted: &Fitted<Model>,
    frame: &Frame,
    groups: &[(Vec<usize>, f64)],
    shuffles: usize,
    cx: &Context<'_>,
) -> Result<Vec<GroupImportance>> {
    let alone = groups.iter().flat_map(|(set, _)| set.iter().map(|&c| vec![c]));
    let sets: Vec<Vec<usize>> = groups.iter().map(|(set, _)| set.clone()).chain(alone).collect();
    let metric = Metric::main(frame.schema.target.task);
    let mut losses = importance(fitted, frame, &sets, shuffles, cx)?.into_iter();
    let wholes: Vec<_> = losses.by_ref().take(groups.len()).collect();
    let mut found = Vec::new();
    for ((set, strength), whole) in groups.iter().zip(wholes) {
        let alone: Option<Vec<_>> = losses.by_ref().take(set.len()).map(|l| l.losses.get(&metric).copied()).collect();
        if let (Some(loss), Some(alone)) = (whole.losses.get(&metric).copied(), alone) {
            found.push(GroupImportance { columns: whole.columns, strength: *strength, loss, alone });
        }
    }
    found.sort_by(|a, b| b.loss.mean.total_cmp(&a.loss.mean));
    Ok(found)
}

/// The columns that go with one of `names`, strongest first.
#[must_use]
pub fn companions(nth: usize, names: &[&str], strengths: &[Vec<f64>]) -> Vec<(String, f64)> {
    let others = (0..names.len()).filter(|&c| c != nth && strengths[nth][c] >= BOUND);
    let mut found: Vec<(String, f64)> = others.map(|c| (names[c].to_owned(), strengths[nth][c])).collect();
    found.sort_by(|a, b| b.1.total_cmp(&a.1));
    found
}

/// What curves show: the number, the positive class, or the most frequent of many classes.
#[must_use]
pub fn aims(frame: &Frame) -> Vec<Aim> {
    let classes = frame.schema.target.labels.len();
    match frame.schema.target.task {
        Task::Regression => vec![Aim::Number],
        _ if classes == 2 => vec![Aim::Probability(1)],
        _ => {
            let mut counts = vec![0_usize; classes];
            if let Some(Truth::Classes(codes)) = &frame.truth {
                codes.iter().for_each(|c| counts[*c as usize] += 1);
            }
            let mut order: Vec<usize> = (0..classes).collect();
            order.sort_by_key(|&c| std::cmp::Reverse(counts[c]));
            order.into_iter().take(CLASSES).map(Aim::Probability).collect()
        }
    }
}

/// Rows with the highest, the middle and the lowest prediction; among several classes the surest row of each frequent one.
fn telling(predictions: &Predictions, aims: &[Aim]) -> Vec<usize> {
    let by = |aim: &Aim| {
        let values = aim.values(predictions);
        let mut order: Vec<usize> = (0..values.len()).collect();
        order.sort_by(|&a, &b| values[b].total_cmp(&values[a]));
        order
    };
    let mut rows: Vec<usize> = match aims {
        [aim] => {
            let order = by(aim);
            [0, order.len() / 2, order.len() - 1].map(|place| order[place]).into()
        }
        aims => aims.iter().map(|aim| by(aim)[0]).collect(),
    };
    let mut seen = Vec::new();
    rows.retain(|row| {
        let new = !seen.contains(row);
        seen.push(*row);
        new
    });
    rows
}

/// One explained row of a frame, its `top` strongest reasons and the rest.
///
/// # Errors
/// If a column is missing.
pub fn example(explained: &Explained, columns: &[&str], frame: &Frame, row: usize, top: usize) -> Result<Example> {
    let parts = &explained.parts;
    let mut order: Vec<usize> = (0..columns.len()).filter(|&c| parts.contributions[c] != 0.0).collect();
    order.sort_by(|&a, &b| parts.contributions[b].abs().total_cmp(&parts.contributions[a].abs()));
    let (shown, rest) = order.split_at(top.min(order.len()));
    let part = |&c: &usize| {
        let (contribution, error) = (parts.contributions[c], Some(parts.errors[c]).filter(|e| e.is_finite()));
        Ok(Part { column: columns[c].to_owned(), value: words(frame, columns[c], row)?, contribution, error })
    };
    let labels = &frame.schema.target.labels;
    Ok(Example {
        row: frame.rows[row] + 1,
        class: explained.aim.class().and_then(|class| labels.get(class).cloned()),
        base: parts.base,
        prediction: parts.value,
        truth: match &frame.truth {
            Some(Truth::Classes(codes)) => labels[codes[row] as usize].clone(),
            Some(Truth::Numbers(values)) => plain(values[row]),
            None => String::new(),
        },
        reasons: shown.iter().map(part).collect::<Result<_>>()?,
        rest: rest.iter().map(|&c| parts.contributions[c]).sum(),
    })
}
