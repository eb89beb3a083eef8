//! How the groups of the sensitive columns are treated by the model of a run, and what is done about it.

use std::collections::BTreeSet;
use std::convert::identity;

use super::decided::{Cuts, Deciding};
use super::{Judge, Tested};
use crate::assess::{Coded, FairnessConfig, GroupThresholds, Mitigate, Pair, Panel, Reweigh, Sensitive, Side, partitions};
use crate::config::Config;
use crate::data::{Frame, Predictions, Role, Table, Task, Training, Truth};
use crate::error::{ConfigError, Result};
use crate::metrics::Cut;
use crate::pipeline::{Context, Pipeline};
use crate::report::{Fairness, Grouping, Mitigation};
use crate::validate::{CrossValidate, HeldOut, Splits};

/// What is to be judged, read before the table is let go.
pub struct Plan<'a> {
    config: &'a FairnessConfig,
    sensitive: Sensitive,
}

/// Rows that judge, and what the model says of them.
struct Rows {
    /// In words.
    name: &'static str,
    /// Their positions in the frame.
    positions: Vec<usize>,
    /// The fold that judged each; empty for the test part.
    folds: Vec<usize>,
    predictions: Predictions,
    truth: Truth,
}

/// What a run is judged by.
#[derive(Clone, Copy)]
pub struct Found<'a> {
    pub splits: &'a Splits,
    /// Rows out of fold as the folds are judged, and as the final model will predict such rows.
    pub held_out: &'a HeldOut,
    pub rehearsed: &'a HeldOut,
    /// Predictions and truth of the test part.
    pub tested: Option<&'a Tested>,
}

/// Thresholds of the groups.
pub struct Chosen {
    pub groups: GroupThresholds,
    /// That of each judged row.
    pub judged: Vec<f64>,
    /// That of each row out of fold that they were chosen on.
    pub out_of_fold: Vec<f64>,
}

impl<'a> Plan<'a> {
    /// Reads the groups of all rows; nothing where no sensitive column is named.
    ///
    /// # Errors
    /// If a mitigation is asked for that the task does not have.
    pub fn new(config: &'a Config, table: &Table, splits: &Splits, cx: &Context<'_>) -> Result<Option<Self>> {
        let (columns, fairness) = (&config.columns.sensitive, &config.fairness);
        let task = splits.frame.schema.target.task;
        if fairness.mitigate != Mitigate::None && task != Task::Binary {
            let message = format!(
                "\"{}\" is for two classes, but the task is {}; leave it at \"none\"",
                fairness.mitigate.name(),
                task.name()
            );
            return Err(ConfigError::setting("fairness", "mitigate", message).into());
        }
        if columns.is_empty() {
            return Ok(None);
        }
        let sensitive = Sensitive::read(columns, table, &splits.frame, splits.last.train(), cx)?;
        Ok(Some(Self { config: fairness, sensitive }))
    }

    /// Judges the groups on the test part, or out of fold where there is none. With mitigation by thresholds the second
    /// part holds these. `deciding` tells what rows are called by.
    pub fn judge<L>(
        &self,
        judge: &Judge<'_>,
        learner: &L,
        (deciding, cuts): (&Deciding<'_>, &Cuts),
        found: Found<'_>,
    ) -> Result<(Fairness, Option<Chosen>)>
    where
        L: Pipeline<Input = Training<Frame>> + Sync,
        L::Output: Pipeline<Input = Frame, Output = Predictions> + Send,
    {
        let Found { splits, rehearsed, .. } = found;
        let rows = found.rows();
        let threshold = cuts.threshold();
        let coded = self.sensitive.at(&rows.positions);
        let partitions = partitions(&coded, self.config.min_rows);
        let chosen = self.thresholds(&rows, &coded, threshold, rehearsed);
        let calls = deciding.calls(cuts, &rows.positions);
        let cut = chosen.as_ref().map_or(calls.cut(), |chosen| Cut::Each(&chosen.judged));
        let units = judge.units(&rows.positions);
        let seed = judge.cx.seed().derive("fairness", 0);
        let measure = |predictions: &Predictions, cut: Cut<'_>| -> Vec<Grouping> {
            let (truth, units, resamples) = (&rows.truth, units.as_deref(), judge.config.validate.bootstrap);
            let panel = Panel { truth, predictions, cut, units, resamples, min_rows: self.config.min_rows };
            panel.measure(&partitions, seed, judge.cx.threads()).1
        };
        let plain = match self.config.mitigate {
            Mitigate::None => None,
            Mitigate::Thresholds => Some(rows.predictions.clone()),
            Mitigate::Reweigh => Some(unweighed(judge, learner, splits, &rows)?),
        };
        let mitigation = plain.map(|plain| {
            let old = Side { predictions: &plain, cut: calls.cut() };
            let new = Side { predictions: &rows.predictions, cut };
            let resamples = judge.config.validate.bootstrap;
            let pair = Pair { truth: &rows.truth, old, new, units: units.as_deref(), resamples };
            Mitigation {
                method: self.config.mitigate.name().into(),
                criterion: chosen.as_ref().map(|chosen| chosen.groups.criterion.name().into()),
                thresholds: chosen.as_ref().map(|chosen| chosen.groups.groups.clone()).unwrap_or_default(),
                before: measure(&plain, calls.cut()),
                cost: pair.compare(seed, judge.cx.threads()).measures,
            }
        });
        let group = judge.frame.schema.with_role(Role::Group).next();
        let fairness = Fairness {
            rows: rows.name.into(),
            threshold,
            min_rows: self.config.min_rows,
            resampled: group.map_or_else(|| "rows".into(), |column| format!("groups of {}", column.name)),
            groupings: measure(&rows.predictions, cut),
            mitigation,
        };
        Ok((fairness, chosen))
    }

    /// The thresholds of the groups, chosen on out-of-fold predictions, and that of each judged row. A row judged out of
    /// fold has one that was chosen on the other folds.
    fn thresholds(&self, rows: &Rows, coded: &[Coded], threshold: f64, rehearsed: &HeldOut) -> Option<Chosen> {
        if self.config.mitigate != Mitigate::Thresholds {
            return None;
        }
        let oof = Rows::out_of_fold(rehearsed);
        let choose = |keep: &dyn Fn(usize) -> bool| {
            let places: Vec<usize> = (0..oof.positions.len()).filter(|&place| keep(oof.folds[place])).collect();
            let positions: Vec<usize> = places.iter().map(|&place| oof.positions[place]).collect();
            let Truth::Classes(classes) = oof.truth.take(&places) else { unreachable!("mitigation is for two classes") };
            let scores = oof.predictions.take(&places).class(1);
            let (groupers, coded) = (self.sensitive.groupers.clone(), self.sensitive.at(&positions));
            let (criterion, min_rows) = (self.config.criterion, self.config.min_rows);
            GroupThresholds::choose(groupers, criterion, &coded, (&classes, &scores), threshold, min_rows)
        };
        let all = choose(&|_| true);
        let of = |groups: &GroupThresholds, coded: &[Coded]| -> Vec<f64> {
            groups.of(coded).into_iter().map(|t| t.unwrap_or(threshold)).collect()
        };
        let out_of_fold = of(&all, &self.sensitive.at(&oof.positions));
        let mut judged = of(&all, coded);
        for fold in rows.folds.iter().copied().collect::<BTreeSet<usize>>() {
            let others = of(&choose(&|other| other != fold), coded);
            let here = (0..judged.len()).filter(|&place| rows.folds[place] == fold);
            here.for_each(|place| judged[place] = others[place]);
        }
        Some(Chosen { groups: all, judged, out_of_fold })
    }
}

/// The stage that learns: as it stands, or from rows that are weighed.
pub fn learner<L: Clone>(plan: Option<&Plan<'_>>, learner: &L, frame: &Frame) -> Reweigh<L> {
    let plan = plan.filter(|plan| plan.config.mitigate == Mitigate::Reweigh);
    Reweigh { learner: learner.clone(), groups: plan.map(|plan| plan.sensitive.by_row(frame)) }
}

/// What the same stage predicts of the rows after learning from rows that are not weighed.
fn unweighed<L>(judge: &Judge<'_>, learner: &L, splits: &Splits, rows: &Rows) -> Result<Predictions>
where
    L: Pipeline<Input = Training<Frame>> + Sync,
    L::Output: Pipeline<Input = Frame, Output = Predictions> + Send,
{
    let cx = judge.cx.part("unweighed", 0).with_threads(judge.cx.threads());
    if rows.folds.is_empty() {
        let (training, holdout) = splits.last.split(judge.frame);
        return cx.run(learner, training)?.run(holdout.into_inner(), &cx);
    }
    let validated = cx.run(&CrossValidate { learner, folds: &splits.folds, keep: identity }, judge.frame.clone())?;
    Ok(Rows::out_of_fold(&validated.held_out).predictions)
}

impl Found<'_> {
    /// The test part where there is one, else the rows out of fold.
    fn rows(&self) -> Rows {
        let Some((predictions, truth)) = self.tested else { return Rows::out_of_fold(self.held_out) };
        let positions = self.splits.last.holdout().to_vec();
        Rows { name: "test", positions, folds: Vec::new(), predictions: predictions.clone(), truth: truth.clone() }
    }
}

impl Rows {
    /// Every row as the first fold that judged it did.
    fn out_of_fold(held_out: &HeldOut) -> Self {
        let HeldOut { rows, predictions, truth } = held_out.once();
        let (positions, folds) = rows.into_iter().unzip();
        Self { name: "out of fold", positions, folds, predictions, truth }
    }
}
