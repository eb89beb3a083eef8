//! What is asked, checked.

use super::Args;
use crate::artifact::ModelFile;
use crate::cli::names::Names;
use crate::cli::subject::Subject;
use crate::data::{Kind, Predictions, Task};
use crate::error::{ConfigError, Result};
use crate::explain::whatif::{Condition, Decision, Direction, Known, Mixes, Vary};
use crate::explain::{Aim, Goal};

/// The checked form of the arguments.
pub struct Question {
    pub varied: Vec<Vary>,
    pub conditions: Vec<Condition>,
    fixed: Vec<Vary>,
    pub goal: Goal,
}

impl Args {
    pub(super) fn question(&self, model: &ModelFile, known: Known<'_>) -> Result<Question> {
        if self.vary.is_empty() && self.allow.is_empty() {
            let usage =
                "name at least one column to change, such as --vary price=10:20:1 or, for --flip, --allow price,contract";
            return Err(ConfigError::Usage(usage.into()).into());
        }
        let vary = |flag: &'static str| move |text: &String| Vary::parse(flag, text, known);
        let mut varied = self.vary.iter().map(vary("--vary")).collect::<Result<Vec<_>, _>>()?;
        for text in Names::all(&self.allow) {
            let allowed = Vary::parse("--allow", text, known)?;
            if varied.iter().all(|v| v.column != allowed.column) {
                varied.push(allowed);
            }
        }
        let conditions = self.conditions.iter().map(|text| Condition::parse(text, known)).collect::<Result<Vec<_>, _>>()?;
        if let Some(other) = conditions.iter().find(|c| varied.iter().all(|v| v.column != c.column)) {
            let usage = format!("--where: \"{0}\" is not varied; name it with --vary {0}", other.column);
            return Err(ConfigError::Usage(usage).into());
        }
        let fixed = self.fix.iter().map(vary("--fix")).collect::<Result<Vec<_>, _>>()?;
        for (one, text) in fixed.iter().zip(&self.fix) {
            if one.len() != 1 || one.free {
                return Err(
                    ConfigError::Usage(format!("--fix {text}: give one value, as in --fix {}=VALUE", one.column)).into()
                );
            }
            if varied.iter().any(|v| v.column == one.column) {
                let usage = format!("\"{}\" is both fixed and varied; leave one of them out", one.column);
                return Err(ConfigError::Usage(usage).into());
            }
        }
        Ok(Question { varied, conditions, fixed, goal: self.goal.goal(model, false)? })
    }

    /// The decision that is to flip.
    pub(super) fn decision(&self, model: &ModelFile, goal: Goal) -> Result<Decision, ConfigError> {
        let target = &model.fitted.schema.target;
        let fail = |message: &str| Err(ConfigError::Usage(message.into()));
        match (target.task, self.at) {
            (Task::Regression, None) => {
                fail("--flip: a number has no decision of its own; name where it begins with --at VALUE")
            }
            (Task::Regression, Some(at)) if at.is_finite() => Ok(Decision::AtLeast(at)),
            (_, Some(_)) if target.labels.len() > 2 => {
                fail("--at: several classes have no threshold; the most probable one is predicted")
            }
            (_, Some(at)) if (0.0..=1.0).contains(&at) => Ok(Decision::Positive(at)),
            (_, Some(_)) => fail("--at: give a probability from 0 to 1"),
            (_, None) if target.labels.len() > 2 => Ok(Decision::Class(goal.class)),
            (_, None) => Ok(Decision::Positive(model.manifest.threshold)),
        }
    }

    /// Columns that a flip may change, each with the way that it may go.
    pub(super) fn allowed(&self, known: Known<'_>, varied: &[Vary]) -> Result<Vec<(Vary, Direction)>, ConfigError> {
        for (flag, columns) in [("--only-up", &self.only_up), ("--only-down", &self.only_down)] {
            for column in columns {
                if varied.iter().all(|v| v.column != *column) {
                    return Err(ConfigError::Usage(format!(
                        "{flag} {column}: it may not change; name it with --vary or --allow"
                    )));
                }
                if !matches!(known.kind(column), Kind::Number | Kind::Date) {
                    return Err(ConfigError::Usage(format!(
                        "{flag} {column}: levels have no order; name those allowed with --vary"
                    )));
                }
            }
        }
        if let Some(both) = self.only_up.iter().find(|c| self.only_down.contains(c)) {
            return Err(ConfigError::Usage(format!("\"{both}\" may go neither up nor down; leave one of the flags out")));
        }
        let direction = |column: &String| match () {
            () if self.only_up.contains(column) => Direction::Up,
            () if self.only_down.contains(column) => Direction::Down,
            () => Direction::Any,
        };
        Ok(varied.iter().map(|v| (v.clone(), direction(&v.column))).collect())
    }
}

impl Question {
    /// The rows with the fixed columns set.
    pub fn fixed(&self, mut subject: Subject) -> Result<Subject> {
        let height = subject.frame.height();
        for one in &self.fixed {
            let series = one.cells.take(&vec![0; height]).series(&one.column);
            subject.frame.data.with_column(series)?;
        }
        Ok(subject)
    }

    /// Every combination of the varied values that the conditions leave.
    pub fn mixes(&self, rows: usize) -> Result<Mixes, ConfigError> {
        Mixes::new(self.varied.iter().map(|v| v.keep(&self.conditions)).collect(), rows)
    }

    /// The number that is looked at, for all rows the same: of many classes the one that is predicted most often.
    pub fn aim(&self, predictions: &Predictions) -> Aim {
        let aims = (0..predictions.len()).map(|row| self.goal.aim(predictions, row));
        let mut counts: Vec<(Aim, usize)> = Vec::new();
        for aim in aims {
            match counts.iter_mut().find(|(known, _)| *known == aim) {
                Some((_, count)) => *count += 1,
                None => counts.push((aim, 1)),
            }
        }
        counts.iter().rev().max_by_key(|(_, count)| *count).map_or(Aim::Number, |(aim, _)| *aim)
    }
}

/// What is looked at, in words.
pub fn what(model: &ModelFile, aim: Aim) -> String {
    let target = &model.fitted.schema.target;
    aim.class().map_or_else(|| target.name.clone(), |class| format!("probability of {}", target.labels[class]))
}
