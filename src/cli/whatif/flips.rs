//! The smallest change that flips a decision.

use std::fmt::Write as _;

use polars::prelude::{Column as Series, DataFrame};
use serde_json::{Map, Value, json};

use super::Args;
use super::ask::Question;
use crate::artifact::ModelFile;
use crate::cli::subject::Subject;
use crate::cli::told::Told;
use crate::data::Predictions;
use crate::error::{ConfigError, Result};
use crate::explain::Aim;
use crate::explain::whatif::{Decision, Flip, FlipSearch, Known};
use crate::pipeline::{Context, Warning};
use crate::report::{clean, number, plural, probability};

/// Most rows whose flips are looked for.
const ROWS: usize = 10_000;

/// What was found for every row.
struct Answer<'a> {
    subject: &'a Subject,
    model: &'a ModelFile,
    decision: Decision,
    predictions: Predictions,
    flips: Vec<Option<Flip>>,
}

impl Args {
    pub(super) fn flips(
        &self,
        model: &ModelFile,
        known: Known<'_>,
        question: &Question,
        subject: &Subject,
        cx: &Context<'_>,
    ) -> Result<Told> {
        let rows = subject.frame.height();
        if rows > ROWS {
            let usage = format!("--flip: {rows} rows are more than {ROWS}; name fewer, or some with --row");
            return Err(ConfigError::Usage(usage).into());
        }
        let decision = self.decision(model, question.goal)?;
        let by_row = model.manifest.least_gain.is_some() || model.manifest.group_thresholds.is_some();
        if let (true, None, Decision::Positive(threshold)) = (by_row, self.at, decision) {
            let message = format!(
                "the model has thresholds of groups or rows; --flip turns decisions at one for all, {}; name another with --at",
                probability(threshold)
            );
            cx.warn(Warning::new("one_threshold", message));
        }
        let allowed = self.allowed(known, &question.varied)?;
        let most = usize::from(self.max_changes);
        let search = FlipSearch::new(&model.fitted, known, decision, allowed, &question.conditions, most)?;
        let flips = search.run(&subject.frame, cx)?;
        let predictions = model.fitted.predict(&subject.frame, &mut Vec::new(), cx)?;
        let answer = Answer { subject, model, decision, predictions, flips };
        Ok(Told { text: answer.text(self.top), metrics: answer.as_json(), table: answer.table()? })
    }
}

impl Answer<'_> {
    /// A decision in words.
    fn words(&self, decision: usize) -> String {
        let target = &self.model.fitted.schema.target;
        match self.decision {
            Decision::AtLeast(bound) if decision == 0 => format!("below {}", self.show(bound)),
            Decision::AtLeast(bound) => format!("at least {}", self.show(bound)),
            _ => target.labels[decision].clone(),
        }
    }

    /// The number behind a decision on a row: of classes the probability of the decided one.
    fn value(&self, predictions: &Predictions, row: usize, decision: usize) -> f64 {
        let aim = if self.model.fitted.schema.target.labels.is_empty() { Aim::Number } else { Aim::Probability(decision) };
        aim.values(&predictions.take(&[row])).first().copied().unwrap_or(f64::NAN)
    }

    /// The number behind a decision as people read it.
    fn show(&self, x: f64) -> String {
        if self.model.fitted.schema.target.labels.is_empty() { number(x) } else { probability(x) }
    }

    fn text(&self, top: usize) -> String {
        let (rows, found) = (self.flips.len(), self.flips.iter().flatten().count());
        let mut out = format!("{found} of {} of {} can be flipped\n\n", plural(rows, "row"), clean(&self.subject.source));
        for (row, flip) in self.flips.iter().enumerate().take(top) {
            let before = self.decision.of(&self.predictions, row);
            let now = self.show(self.value(&self.predictions, row, before));
            let _ = write!(out, "{}: {} ({now})", clean(&self.subject.name(row)), clean(&self.words(before)));
            let Some(flip) = flip else {
                let _ = writeln!(out, "; {}", self.why_not(before));
                continue;
            };
            let after = flip.decisions[1];
            let then = self.show(self.value(&flip.predictions, 0, after));
            let changes = flip.changes.iter().map(|c| format!("{} {} -> {}", clean(&c.column), clean(&c.from), clean(&c.to)));
            let changes = changes.collect::<Vec<_>>().join(", ");
            let _ =
                writeln!(out, " becomes {} ({then}) with {changes}; distance {:.2}", clean(&self.words(after)), flip.cost());
        }
        if rows > top {
            let _ = writeln!(out, "and {}; write all of them with -o FILE.csv", plural(rows - top, "more row"));
        }
        out.push_str("\nEach is the smallest change that was found, and was predicted again. It changes what the model says; what happens may differ.\n");
        out
    }

    fn why_not(&self, before: usize) -> &'static str {
        match self.decision {
            Decision::Class(Some(wanted)) if wanted == before => "it is predicted as that already",
            _ => "no change of the allowed columns within these values was found to flip it",
        }
    }

    fn as_json(&self) -> Value {
        let one = |(row, flip): (usize, &Option<Flip>)| {
            let before = self.decision.of(&self.predictions, row);
            let ids: Map<String, Value> =
                self.subject.ids.iter().map(|(name, v)| (name.clone(), v[row].clone().into())).collect();
            let change = |c: &crate::explain::whatif::Change| json!({"column": c.column, "from": c.from, "to": c.to, "distance": c.cost});
            json!({
                "row": self.subject.frame.rows[row] + 1,
                "ids": ids,
                "decision": self.words(before),
                "value": self.value(&self.predictions, row, before),
                "flip": flip.as_ref().map(|f| json!({
                    "decision": self.words(f.decisions[1]),
                    "value": self.value(&f.predictions, 0, f.decisions[1]),
                    "changes": f.changes.iter().map(change).collect::<Vec<_>>(),
                    "distance": f.cost(),
                })),
            })
        };
        let found = self.flips.iter().flatten().count();
        json!({"flipped": found, "rows": self.flips.iter().enumerate().map(one).collect::<Vec<_>>()})
    }

    /// One line per changed column, and one for a row without a flip.
    fn table(&self) -> Result<DataFrame> {
        let (mut rows, mut before, mut after, mut values, mut then) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let (mut columns, mut from, mut to, mut distance) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (row, flip) in self.flips.iter().enumerate() {
            let decision = self.decision.of(&self.predictions, row);
            let changes = flip.as_ref().map(|f| f.changes.as_slice()).unwrap_or_default();
            let lines: Vec<_> = if changes.is_empty() { vec![None] } else { changes.iter().map(Some).collect() };
            for change in lines {
                rows.push(row);
                before.push(self.words(decision));
                values.push(self.value(&self.predictions, row, decision));
                after.push(flip.as_ref().map(|f| self.words(f.decisions[1])));
                then.push(flip.as_ref().map(|f| self.value(&f.predictions, 0, f.decisions[1])));
                columns.push(change.map(|c| c.column.clone()));
                from.push(change.map(|c| c.from.clone()));
                to.push(change.map(|c| c.to.clone()));
                distance.push(change.map(|c| c.cost));
            }
        }
        let numbers: Vec<u64> = rows.iter().map(|&r| self.subject.frame.rows[r] as u64 + 1).collect();
        let mut table = vec![Series::new("row".into(), numbers)];
        for (name, values) in &self.subject.ids {
            table.push(Series::new(format!("id_{name}").into(), rows.iter().map(|&r| values[r].clone()).collect::<Vec<_>>()));
        }
        table.extend([
            Series::new("decision".into(), before),
            Series::new("value".into(), values),
            Series::new("flipped_decision".into(), after),
            Series::new("flipped_value".into(), then),
            Series::new("column".into(), columns),
            Series::new("from".into(), from),
            Series::new("to".into(), to),
            Series::new("distance".into(), distance),
        ]);
        Ok(DataFrame::new(rows.len(), table)?)
    }
}
