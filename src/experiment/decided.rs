//! From where on rows are called positive, and how far predictions are off: chosen on predictions out of fold, judged on the
//! test part.

use super::recipe::{Rehearsal, Rehearsals};
use super::{Tested, fairness};
use crate::clean::amounts;
use crate::config::{Config, Stages};
use crate::data::{Predictions, Role, Schema, Table, Truth};
use crate::decide::{self, Choice, Chosen, Conformal, OutOfFold, Ranked, Threshold, Worth, least_gain};
use crate::error::Result;
use crate::learn::Fitted;
use crate::metrics::{Cut, THRESHOLD, score_at};
use crate::pipeline::{Context, Warning};
use crate::report::{CoverageRecord, Decisions, LearningCurve, Operating, ThresholdRecord, number, percent, probability};
use crate::train::Model;
use crate::validate::{CrossValidated, HeldOut, Splits};

/// Refuses what could only fail after the training: a threshold for a target that has none, amounts that are none.
///
/// # Errors
/// Names the setting or the column.
pub fn check(rule: &Threshold, table: &Table, schema: &Schema) -> Result<()> {
    rule.fits(&schema.target)?;
    Worth::read(&rule.config.value, 0, |name| amounts(table, schema, name))?;
    Ok(())
}

/// What rows are decided by.
pub struct Deciding<'a> {
    rule: &'a Threshold,
    splits: &'a Splits,
    /// What every row of the frame is worth, where the settings say so.
    worth: Option<Worth>,
    bootstrap: usize,
    /// Of the intervals that are judged.
    level: f64,
    /// Whether the final model learns from all rows of its side, and not the models of the folds are kept.
    refit: bool,
    cx: &'a Context<'a>,
}

/// The thresholds of one model.
pub struct Cuts {
    chosen: Chosen,
    /// The threshold that each fold is judged at, chosen on the rows of the others; of none where rows have their own.
    folds: Vec<f64>,
    /// What a row has to be expected to gain at least, where each is decided by its own amounts.
    least: Option<f64>,
}

impl Cuts {
    /// Smallest probability that is called positive.
    pub fn threshold(&self) -> f64 {
        self.chosen.choice.threshold
    }

    /// See [`Cuts::least`].
    pub const fn least_gain(&self) -> Option<f64> {
        self.least
    }
}

impl<'a> Deciding<'a> {
    /// Reads what the rows are worth.
    ///
    /// # Errors
    /// If a column of amounts is not there or holds something else.
    pub fn new(config: &Config, stages: &'a Stages, table: &Table, splits: &'a Splits, cx: &'a Context<'a>) -> Result<Self> {
        let (rule, frame) = (&stages.threshold, &splits.frame);
        let value = &rule.config.value;
        let mut worth = None;
        if value.is_set() {
            let all = Worth::read(value, table.height(), |name| amounts(table, &frame.schema, name))?;
            let ours = all.take(table.rows.places(&frame.rows));
            if ours.unknown() > 0 {
                let message = format!(
                    "{} of {} rows have no amount for [threshold.value] and count as 0 in every profit",
                    ours.unknown(),
                    ours.len()
                );
                cx.warn(Warning::new("missing_amount", message).count(ours.unknown()));
            }
            worth = Some(ours);
        }
        let (bootstrap, level, refit) = (config.validate.bootstrap, config.intervals.level, stages.learn.train.refit());
        Ok(Self { rule, splits, worth, bootstrap, level, refit, cx })
    }

    /// Chooses the thresholds of a model by its predictions out of fold, and judges its folds by them: each at the threshold
    /// that the rows of the others choose.
    ///
    /// # Errors
    /// If the user asks to stop.
    pub fn choose<M>(&self, validated: &mut CrossValidated<M>, rehearsals: &Rehearsals) -> Result<Cuts> {
        self.choose_with(validated, rehearsals, self.bootstrap)
    }

    /// The same for a yardstick: nothing is made of its predictions, and the spread of its thresholds, which takes two
    /// hundred times as long as the choice, is not wanted.
    ///
    /// # Errors
    /// If the user asks to stop.
    pub fn choose_plain<M>(&self, validated: &mut CrossValidated<M>) -> Result<Cuts> {
        let plain = Rehearsals::plain(validated);
        self.choose_with(validated, &plain, 0)
    }

    fn choose_with<M>(&self, validated: &mut CrossValidated<M>, rehearsals: &Rehearsals, resamples: usize) -> Result<Cuts> {
        if !self.rule.is_chosen() || codes(&validated.held_out.truth).is_none() {
            let folds = vec![THRESHOLD; rehearsals.folds.len()];
            return Ok(Cuts { chosen: Chosen::at(THRESHOLD), folds, least: None });
        }
        let table = self.splits.frame.height();
        let ranked = |Rehearsal { held_out, .. }: &Rehearsal| {
            self.ranked((&held_out.predictions, &held_out.truth), &held_out.positions())
        };
        let by_row = self.rule.config.is_by_row();
        let (seed, resamples) = (self.cx.seed().derive("threshold", 0), if by_row { 0 } else { resamples });
        let last = ranked(&rehearsals.last);
        let chosen = self.rule.choose_with_interval(&last, table, resamples, seed, self.cx.threads());
        let mut folds = Vec::with_capacity(rehearsals.folds.len());
        for (k, rehearsal) in rehearsals.folds.iter().enumerate() {
            self.cx.check()?;
            let cuts = if by_row {
                Cuts { chosen: Chosen::at(THRESHOLD), folds: Vec::new(), least: self.least(&rehearsal.held_out) }
            } else {
                let choice = self.rule.choose(&ranked(rehearsal), table);
                let threshold = choice.map_or(chosen.choice.threshold, |c| c.threshold);
                folds.push(threshold);
                Cuts { chosen: Chosen::at(threshold), folds: Vec::new(), least: None }
            };
            let own = validated.held_out.of_fold(k);
            validated.scores[k] = score_at(&own.truth, &own.predictions, self.calls(&cuts, &own.positions()).cut());
        }
        let least = if by_row { self.least(&rehearsals.last.held_out) } else { None };
        Ok(Cuts { chosen, folds, least })
    }

    /// What a row has to gain at least, so that no more of these are called than can be acted on.
    fn least(&self, held_out: &HeldOut) -> Option<f64> {
        let worth = self.worth_of(&held_out.positions())?;
        let scores = held_out.predictions.class(1);
        let gains = scores.iter().enumerate().map(|(row, p)| worth.expected_gain(row, *p));
        Some(least_gain(gains, self.rule.capacity(self.splits.frame.height())))
    }

    /// By what rows are called.
    pub fn calls(&self, cuts: &Cuts, positions: &[usize]) -> Calls {
        let by_row = self.worth.as_ref().zip(cuts.least);
        let each = by_row.map(|(worth, least)| positions.iter().map(|&row| worth.threshold(row, least)).collect());
        Calls { threshold: cuts.threshold(), each }
    }

    /// By what the rows are called that judge the model: those of the test part, or those out of fold where there is none.
    pub fn calls_of_judged(&self, cuts: &Cuts, held_out: &HeldOut) -> Calls {
        match self.splits.last.holdout() {
            [] => self.calls(cuts, &held_out.positions()),
            test => self.calls(cuts, test),
        }
    }

    /// What the record says of decisions, and what the model file keeps of how far predictions are off: both by rows out of
    /// fold that are predicted as the final model predicts. A row that stands in the folds of several draws is one row.
    pub fn judge(
        &self,
        cuts: [&Cuts; 3],
        by_group: Option<&fairness::Chosen>,
        (fitted, curve): (&Fitted<Model>, Option<&LearningCurve>),
        held_out: &HeldOut,
        tested: Option<&Tested>,
    ) -> (Decisions, Option<Conformal>) {
        let held_out = &held_out.once();
        let threshold = codes(&held_out.truth)
            .filter(|_| self.splits.frame.schema.target.labels.len() == 2)
            .map(|_| self.threshold(cuts, by_group, held_out, tested));
        let (conformal, coverage) = self.conformal(fitted, curve, held_out, tested);
        (Decisions { threshold, coverage }, conformal)
    }

    /// By the thresholds of the model and of the yardsticks; of the model also by those of groups, where they have their own.
    fn threshold(
        &self,
        [model, baseline, linear]: [&Cuts; 3],
        by_group: Option<&fairness::Chosen>,
        held_out: &HeldOut,
        tested: Option<&Tested>,
    ) -> ThresholdRecord {
        let Choice { threshold, reached } = model.chosen.choice;
        if !reached {
            let rule = self.rule.config.optimize;
            let message = format!(
                "[threshold] optimize = \"{rule}\" cannot be had on the rows out of fold; the threshold is {}, which comes nearest",
                probability(threshold)
            );
            self.cx.warn(Warning::new("threshold_not_reached", message));
        }
        // The rows that chose the threshold flatter it: they have intervals only where no others judge it.
        let resamples = if tested.is_some() { 0 } else { self.bootstrap };
        let said = (&held_out.predictions, &held_out.truth);
        // Without a test part these rows judge, each by thresholds that the other folds chose.
        let own = by_group.map(|chosen| if tested.is_some() { &chosen.out_of_fold } else { &chosen.judged }.as_slice());
        let out_of_fold = self.operating(said, &held_out.positions(), (model, own), resamples);
        let own = by_group.map(|chosen| chosen.judged.as_slice());
        let test = |(predictions, truth): &Tested| {
            self.operating((predictions, truth), self.splits.last.holdout(), (model, own), self.bootstrap)
        };
        let test = tested.map(test);
        ThresholdRecord {
            rule: self.rule.config.optimize.to_string(),
            threshold,
            low: model.chosen.interval.map(|i| i[0]),
            high: model.chosen.interval.map(|i| i[1]),
            reached,
            least_gain: model.least,
            capacity: self.rule.capacity(self.splits.frame.height()),
            folds: model.folds.clone(),
            baseline: baseline.threshold(),
            linear: linear.threshold(),
            out_of_fold,
            test,
        }
    }

    /// What comes of deciding rows by a model's cuts, or each by its own threshold.
    fn operating(
        &self,
        (predictions, truth): (&Predictions, &Truth),
        positions: &[usize],
        (cuts, own): (&Cuts, Option<&[f64]>),
        resamples: usize,
    ) -> Operating {
        let seed = self.cx.seed().derive("operating", 0);
        let worth = self.worth_of(positions);
        if let (Some(worth), Some(least), Some(codes)) = (&worth, cuts.least, codes(truth)) {
            let (scores, units) = (predictions.class(1), self.units_of(positions));
            let rows = (codes, scores.as_slice());
            return decide::judge_by_row(rows, worth, least, units.as_deref(), resamples, seed, self.cx.threads());
        }
        if let (Some(own), Some(codes)) = (own, codes(truth)) {
            let (scores, units) = (predictions.class(1), self.units_of(positions));
            let (rows, threads) = ((codes, scores.as_slice(), own), self.cx.threads());
            let one = cuts.threshold();
            return decide::judge_by_own(rows, worth.as_ref(), one, units.as_deref(), resamples, seed, threads);
        }
        let ranked = self.ranked((predictions, truth), positions);
        decide::judge(&ranked, cuts.threshold(), worth.map(|worth| worth.unknown()), resamples, seed, self.cx.threads())
    }

    /// Rows by their probability, with what they are worth and which of them are drawn together.
    fn ranked(&self, (predictions, truth): (&Predictions, &Truth), positions: &[usize]) -> Ranked {
        let (worth, units) = (self.worth_of(positions), self.units_of(positions));
        Ranked::new(codes(truth).unwrap_or_default(), &predictions.class(1), worth.as_ref(), units.as_deref())
    }

    /// What rows of the frame are worth, by their positions.
    fn worth_of(&self, positions: &[usize]) -> Option<Worth> {
        self.worth.as_ref().map(|worth| worth.take(positions.iter().copied()))
    }

    /// Which of the rows are drawn together: those of one group, where rows are grouped.
    fn units_of(&self, positions: &[usize]) -> Option<Vec<u32>> {
        let frame = &self.splits.frame;
        frame.schema.with_role(Role::Group).next()?;
        Some(positions.iter().map(|&position| frame.units[position]).collect())
    }

    fn conformal(
        &self,
        fitted: &Fitted<Model>,
        curve: Option<&LearningCurve>,
        held_out: &HeldOut,
        tested: Option<&Tested>,
    ) -> (Option<Conformal>, Option<CoverageRecord>) {
        let HeldOut { rows, predictions, truth } = held_out;
        let folds: Vec<usize> = rows.iter().map(|row| row.1).collect();
        let out_of_fold = OutOfFold { predictions, truth, folds: &folds };
        let Some(conformal) = Conformal::learn(out_of_fold, self.splits.frame.ordered) else { return (None, None) };
        let scale = fitted.normalizer.target.as_ref();
        let conformal = conformal.never_negative(scale.is_some_and(|scale| scale.never_negative));
        // Of rows in time it is not their number alone that the folds differ in.
        let curve = curve.filter(|_| self.refit && !self.splits.frame.ordered);
        let share = curve.map_or(1.0, |curve| curve.shrinks(self.splits.last.train().len() as f64));
        let conformal = conformal.times(share);
        let test = tested.map(|(predictions, truth)| (predictions, truth));
        let unit = |position: usize| self.splits.frame.units[position];
        let units: Vec<u32> = match test {
            Some(_) => self.splits.last.holdout().iter().map(|&position| unit(position)).collect(),
            None => rows.iter().map(|row| unit(row.0)).collect(),
        };
        let coverage = decide::coverage(&conformal, self.level, test, out_of_fold, &units);
        if let Some(coverage) = &coverage {
            self.warn_of(coverage);
        }
        (Some(conformal), coverage)
    }

    /// Tells where intervals or sets are clearly wrong more often than they are meant to be.
    fn warn_of(&self, coverage: &CoverageRecord) {
        let (covered, level) = (coverage.at.covered, coverage.at.level);
        let (Some(value), Some(high)) = (covered.value, covered.high) else { return };
        if high >= level {
            return;
        }
        let why = if coverage.over_time { "; rows later in time are not like those learned from" } else { "" };
        let message = format!(
            "intervals or sets meant for {} of rows hold the truth of {} ({} rows, {}){why}",
            percent(level),
            percent(value),
            number(coverage.count as f64),
            coverage.rows
        );
        self.cx.warn(Warning::new("low_coverage", message));
    }
}

/// From which probability on rows are called positive.
pub struct Calls {
    threshold: f64,
    /// Where every row has its own.
    pub each: Option<Vec<f64>>,
}

impl Calls {
    pub fn cut(&self) -> Cut<'_> {
        self.each.as_deref().map_or(Cut::One(self.threshold), Cut::Each)
    }
}

fn codes(truth: &Truth) -> Option<&[u32]> {
    match truth {
        Truth::Classes(codes) => Some(codes),
        Truth::Numbers(_) => None,
    }
}
