//! Which columns matter, and how.

use polars::prelude::{Column as Series, DataFrame};
use serde_json::{Value, json};

use super::{Args, text};
use crate::artifact::ModelFile;
use crate::cli::App;
use crate::cli::subject::{Subject, background};
use crate::cli::told::Told;
use crate::data::{Dataset, Frame, Predictions};
use crate::error::{CleanError, Result};
use crate::explain::{
    Aim, BOUND, Effort, Explainer, Goal, ShuffleLoss, aims, companions, dependence, group_importance, groups, importance,
    strengths,
};
use crate::metrics::Metric;
use crate::pipeline::{Context, Pipeline, Warning};
use crate::report::{Dependence, GroupImportance};

/// Most rows that columns are shuffled on, that curves are drawn from, and that are explained where there is no target.
const ROWS: usize = 5000;
const CURVE_ROWS: usize = 500;
const EXPLAINED: usize = 300;
/// Values of a curve.
const STEPS: usize = 20;

/// How much each column matters, most important first.
pub enum Importance {
    /// By what is lost when it is shuffled.
    Shuffled(Vec<ShuffleLoss>),
    /// By how far it moves predictions: mean of the absolute Shapley value and its standard error over rows.
    Moved(Vec<(String, f64, f64)>),
}

impl Importance {
    fn columns(&self) -> Vec<String> {
        match self {
            Self::Shuffled(losses) => losses.iter().map(|l| l.columns[0].clone()).collect(),
            Self::Moved(parts) => parts.iter().map(|(column, ..)| column.clone()).collect(),
        }
    }
}

/// All that is said of a model as a whole.
pub struct Global<'a> {
    pub source: &'a str,
    pub rows: usize,
    pub target: &'a str,
    pub metric: Metric,
    pub importance: Importance,
    pub groups: Vec<GroupImportance>,
    /// Groups where there is no target to measure a loss with: columns and weakest association.
    pub together: Vec<(Vec<String>, f64)>,
    pub curves: Vec<Dependence>,
}

impl Args {
    pub(super) fn global(&self, app: &App, model: &ModelFile, goal: Goal, subject: &Subject, cx: &Context<'_>) -> Result<Told> {
        let fitted = &model.fitted;
        let mut order: Vec<usize> = (0..subject.frame.height()).collect();
        cx.seed().derive("explained rows", 0).rng().shuffle(&mut order);
        let few = |most: usize| subject.frame.take(&order[..order.len().min(most)]);
        let frame = few(ROWS);
        let used: Vec<String> = fitted.normalizer.used().map(str::to_owned).collect();
        let names: Vec<&str> = used.iter().map(String::as_str).collect();
        let metric = Metric::main(fitted.schema.target.task);
        if subject.learned_from && frame.truth.is_some() {
            let message = "the model was trained on these rows, and knows some of them by heart: what matters there may not matter on others; leave DATA out for the test part";
            cx.warn(Warning::new("trained_on", message));
        }
        let importance = if frame.truth.is_some() {
            let sets: Vec<Vec<usize>> = (0..names.len()).map(|c| vec![c]).collect();
            let mut losses = importance(fitted, &frame, &sets, usize::from(self.shuffles), cx)?;
            let loss = |l: &ShuffleLoss| l.losses.get(&metric).map_or(f64::NEG_INFINITY, |l| l.mean);
            losses.sort_by(|a, b| loss(b).total_cmp(&loss(a)));
            Importance::Shuffled(losses)
        } else {
            let usual = background(app, model, 32, subject, cx)?;
            moved(&Explainer::new(fitted, &usual, cx)?, &few(EXPLAINED), goal, cx)?
        };
        let strengths = strengths(&frame, &names)?;
        let found = groups(&strengths, BOUND);
        let in_words = |(set, strength): &(Vec<usize>, f64)| (set.iter().map(|&c| used[c].clone()).collect(), *strength);
        let (mut losses, mut together) = (Vec::new(), Vec::new());
        if frame.truth.is_some() {
            losses = group_importance(fitted, &frame, &found, usize::from(self.shuffles), cx)?;
        } else {
            together = found.iter().map(in_words).collect();
        }
        let wanted =
            if self.curve.is_empty() { importance.columns().into_iter().take(self.top).collect() } else { self.curve.clone() };
        let aims: Vec<Aim> = match goal.class {
            Some(class) => vec![Aim::Probability(class)],
            None => aims(&frame),
        };
        let aims: Vec<Aim> = aims.into_iter().map(|aim| on_scale(aim, self.log_odds)).collect();
        let rows = few(CURVE_ROWS);
        let mut curves = Vec::new();
        for column in &wanted {
            let nth = names.iter().position(|n| n == column);
            let nth = nth.ok_or_else(|| CleanError::missing_column(column, &names, "what the model learned from"))?;
            let goes_with = companions(nth, &names, &strengths);
            let own = dependence(fitted, &rows, column, STEPS, &aims, cx)?;
            curves.extend(own.into_iter().map(|curve| Dependence { goes_with: goes_with.clone(), ..curve }));
        }
        let global = Global {
            source: &subject.source,
            rows: frame.height(),
            target: &fitted.schema.target.name,
            metric,
            importance,
            groups: losses,
            together,
            curves,
        };
        let table = if self.curve.is_empty() { global.importance_table()? } else { global.curve_table()? };
        Ok(Told { text: text::global(&global, self.top, self.log_odds), metrics: global.as_json(), table })
    }
}

const fn on_scale(aim: Aim, log_odds: bool) -> Aim {
    match aim {
        Aim::Probability(class) if log_odds => Aim::LogOdds(class),
        aim => aim,
    }
}

/// How far each column moves the predictions of some rows.
fn moved<M>(explainer: &Explainer<'_, M>, frame: &Frame, goal: Goal, cx: &Context<'_>) -> Result<Importance>
where
    M: Pipeline<Input = Dataset, Output = Predictions> + Sync,
{
    let explained = explainer.explain(frame, goal, Effort::default(), cx.seed(), cx)?;
    let n = explained.len() as f64;
    let one = |(c, column): (usize, &str)| {
        let sizes = || explained.iter().map(|e| e.parts.contributions[c].abs());
        let mean = sizes().sum::<f64>() / n;
        let squares: f64 = sizes().map(|s| (s - mean).powi(2)).sum();
        (column.to_owned(), mean, (squares / (n - 1.0).max(1.0) / n).sqrt())
    };
    let mut parts: Vec<_> = explainer.columns().into_iter().enumerate().map(one).collect();
    parts.sort_by(|a, b| b.1.total_cmp(&a.1));
    Ok(Importance::Moved(parts))
}

impl Global<'_> {
    fn as_json(&self) -> Value {
        let importance: Vec<Value> = match &self.importance {
            Importance::Shuffled(losses) => losses.iter().map(|l| json!({"column": l.columns[0], "loss": l.losses})).collect(),
            Importance::Moved(parts) => parts
                .iter()
                .map(|(column, mean, error)| json!({"column": column, "mean_abs_contribution": mean, "error": error}))
                .collect(),
        };
        let method = match self.importance {
            Importance::Shuffled(_) => "permutation",
            Importance::Moved(_) => "mean_abs_shapley",
        };
        json!({
            "rows": self.rows,
            "method": method,
            "metric": self.metric,
            "importance": importance,
            "groups": self.groups,
            "together": self.together.iter().map(|(columns, strength)| json!({"columns": columns, "strength": strength})).collect::<Vec<_>>(),
            "group_bound": BOUND,
            "dependence": self.curves,
        })
    }

    fn importance_table(&self) -> Result<DataFrame> {
        let (mut columns, mut metrics) = (Vec::new(), Vec::new());
        let mut numbers = vec![Vec::new(); 4];
        let mut push = |column: &str, metric: &str, values: [f64; 4]| {
            columns.push(column.to_owned());
            metrics.push(metric.to_owned());
            numbers.iter_mut().zip(values).for_each(|(all, value)| all.push(value));
        };
        match &self.importance {
            Importance::Shuffled(losses) => {
                for one in losses {
                    for (metric, l) in &one.losses {
                        push(&one.columns[0], metric.name(), [l.mean, l.sd, l.low, l.high]);
                    }
                }
                for group in &self.groups {
                    let l = &group.loss;
                    push(&group.columns.join(" + "), self.metric.name(), [l.mean, l.sd, l.low, l.high]);
                }
            }
            Importance::Moved(parts) => {
                for (column, mean, error) in parts {
                    push(column, "mean_abs_contribution", [*mean, *error, mean - 1.96 * error, mean + 1.96 * error]);
                }
            }
        }
        let mut table = vec![Series::new("column".into(), columns), Series::new("metric".into(), metrics)];
        for (name, values) in ["loss", "sd", "low", "high"].into_iter().zip(numbers) {
            table.push(Series::new(name.into(), values));
        }
        Ok(DataFrame::new(table[0].len(), table)?)
    }

    fn curve_table(&self) -> Result<DataFrame> {
        let points = || self.curves.iter().flat_map(|curve| curve.grid.iter().map(move |point| (curve, point)));
        let text = |f: &dyn Fn(&Dependence) -> String| points().map(|(curve, _)| f(curve)).collect::<Vec<_>>();
        let table = vec![
            Series::new("column".into(), text(&|c| c.column.clone())),
            Series::new("class".into(), text(&|c| c.class.clone().unwrap_or_default())),
            Series::new("value".into(), points().map(|(_, p)| p.value.clone()).collect::<Vec<_>>()),
            Series::new("mean".into(), points().map(|(_, p)| p.mean).collect::<Vec<_>>()),
            Series::new("low".into(), points().map(|(_, p)| p.low).collect::<Vec<_>>()),
            Series::new("high".into(), points().map(|(_, p)| p.high).collect::<Vec<_>>()),
            Series::new("networks_low".into(), points().map(|(_, p)| p.networks.map(|n| n[0])).collect::<Vec<_>>()),
            Series::new("networks_high".into(), points().map(|(_, p)| p.networks.map(|n| n[1])).collect::<Vec<_>>()),
            Series::new("rows".into(), points().map(|(_, p)| p.rows as u64).collect::<Vec<_>>()),
        ];
        Ok(DataFrame::new(table[0].len(), table)?)
    }
}
