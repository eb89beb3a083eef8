//! Why rows are predicted as they are.

use polars::prelude::{Column as Series, DataFrame};
use serde_json::{Map, Value, json};

use super::{Args, text};
use crate::artifact::ModelFile;
use crate::cli::App;
use crate::cli::subject::{Subject, background};
use crate::cli::told::Told;
use crate::error::Result;
use crate::explain::{Effort, Explained, Explainer, Goal, words};
use crate::pipeline::{Context, Event};

/// Rows that are explained between two looks at the progress.
const CHUNK: usize = 128;
/// Background rows where none are asked for.
const BACKGROUND: usize = 64;
/// Rows that are shown as text.
const SHOWN: usize = 10;

/// Explained rows and the names of the columns that contribute.
pub struct Rows<'a> {
    pub subject: &'a Subject,
    pub model: &'a ModelFile,
    pub columns: Vec<String>,
    pub explained: Vec<Explained>,
    /// Background rows.
    pub background: usize,
    pub log_odds: bool,
}

impl Args {
    pub(super) fn rows(&self, app: &App, model: &ModelFile, goal: Goal, subject: Subject, cx: &Context<'_>) -> Result<Told> {
        let usual = background(app, model, self.background.map_or(BACKGROUND, usize::from), &subject, cx)?;
        let picked = subject.pick(&self.row)?.checked(app, model, cx)?;
        let explainer = Explainer::new(&model.fitted, &usual, cx)?;
        let effort = Effort { exact: usize::from(self.exact), ..Effort::default() };
        let (height, mut explained) = (picked.frame.height(), Vec::new());
        while explained.len() < height {
            let part: Vec<usize> = (explained.len()..height.min(explained.len() + CHUNK)).collect();
            explained.extend(explainer.explain(&picked.frame.take(&part), goal, effort, cx.seed(), cx)?);
            cx.event(&Event::Step { stage: "explain", done: explained.len() as u64, total: height as u64 });
        }
        let columns = explainer.columns().into_iter().map(str::to_owned).collect();
        let rows = Rows { subject: &picked, model, columns, explained, background: usual.height(), log_odds: self.log_odds };
        Ok(Told { text: text::rows(&rows, self.top, SHOWN), metrics: rows.as_json()?, table: rows.table()? })
    }
}

impl Rows<'_> {
    /// What is explained, in words: `probability of yes`, `log-odds of yes`, or the target.
    pub fn what(&self, row: usize) -> String {
        let target = &self.model.fitted.schema.target;
        match self.explained[row].aim.class() {
            None => target.name.clone(),
            Some(class) if self.log_odds => format!("log-odds of {}", target.labels[class]),
            Some(class) => format!("probability of {}", target.labels[class]),
        }
    }

    fn class(&self, row: usize) -> Option<&str> {
        self.explained[row].aim.class().map(|class| self.model.fitted.schema.target.labels[class].as_str())
    }

    fn as_json(&self) -> Result<Value> {
        let one = |row: usize| -> Result<Value> {
            let parts = &self.explained[row].parts;
            let ids: Map<String, Value> =
                self.subject.ids.iter().map(|(name, values)| (name.clone(), values[row].clone().into())).collect();
            let contribution = |c: usize| -> Result<Value> {
                let value = words(&self.subject.frame, &self.columns[c], row)?;
                let error = Some(parts.errors[c]).filter(|e| e.is_finite());
                Ok(json!({"column": self.columns[c], "value": value, "contribution": parts.contributions[c], "error": error}))
            };
            let order = strongest(&parts.contributions);
            Ok(json!({
                "row": self.subject.frame.rows[row] + 1,
                "ids": ids,
                "class": self.class(row),
                "base": parts.base,
                "prediction": parts.value,
                "contributions": order.into_iter().map(contribution).collect::<Result<Vec<_>>>()?,
            }))
        };
        let rows = (0..self.explained.len()).map(one).collect::<Result<Vec<_>>>()?;
        let scale = match self.explained.first().map(|e| e.aim.class()) {
            Some(None) => "target",
            _ if self.log_odds => "log_odds",
            _ => "probability",
        };
        Ok(json!({"scale": scale, "background_rows": self.background, "rows": rows}))
    }

    /// One line per row and column.
    fn table(&self) -> Result<DataFrame> {
        let (rows, columns) = (self.explained.len(), self.columns.len());
        let each = |f: &dyn Fn(usize) -> String| (0..rows).flat_map(|r| vec![f(r); columns]).collect::<Vec<String>>();
        let number = |f: &dyn Fn(usize) -> f64| (0..rows).flat_map(|r| vec![f(r); columns]).collect::<Vec<f64>>();
        let cells = |f: &dyn Fn(usize, usize) -> f64| {
            (0..rows).flat_map(|r| (0..columns).map(move |c| (r, c))).map(|(r, c)| f(r, c)).collect::<Vec<f64>>()
        };
        let numbers: Vec<u64> = (0..rows).flat_map(|r| vec![self.subject.frame.rows[r] as u64 + 1; columns]).collect();
        let mut table = vec![Series::new("row".into(), numbers)];
        for (name, values) in &self.subject.ids {
            table.push(Series::new(format!("id_{name}").into(), each(&|r| values[r].clone())));
        }
        if self.explained.iter().any(|e| e.aim.class().is_some()) {
            table.push(Series::new("class".into(), each(&|r| self.class(r).unwrap_or_default().to_owned())));
        }
        table.push(Series::new("base".into(), number(&|r| self.explained[r].parts.base)));
        table.push(Series::new("prediction".into(), number(&|r| self.explained[r].parts.value)));
        table.push(Series::new("column".into(), (0..rows).flat_map(|_| self.columns.clone()).collect::<Vec<_>>()));
        let mut values = Vec::with_capacity(rows * columns);
        for row in 0..rows {
            for column in &self.columns {
                values.push(words(&self.subject.frame, column, row)?);
            }
        }
        table.push(Series::new("value".into(), values));
        table.push(Series::new("contribution".into(), cells(&|r, c| self.explained[r].parts.contributions[c])));
        table.push(Series::new("error".into(), cells(&|r, c| self.explained[r].parts.errors[c])));
        Ok(DataFrame::new(rows * columns, table)?)
    }
}

/// Columns by falling size of their contribution.
pub fn strongest(contributions: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..contributions.len()).collect();
    order.sort_by(|&a, &b| contributions[b].abs().total_cmp(&contributions[a].abs()));
    order
}
