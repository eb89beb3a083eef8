//! What is made of the predictions of trained networks: a linear model gets its share, probabilities are corrected. Both
//! are decided by rows out of fold, and judged on others.

use super::{blend, calibrate};
use crate::assess::Mitigate;
use crate::calibrate::Calibration;
use crate::config::Config;
use crate::data::Predictions;
use crate::error::Result;
use crate::learn::Fitted;
use crate::pipeline::{Context, parallel};
use crate::train::{Blend, ClassWeight, Model};
use crate::validate::{CrossValidated, HeldOut};

/// What is made of the predictions of a network.
#[derive(Clone, Debug, Default)]
pub struct Recipe {
    /// The share of the linear model, where it has one.
    pub share: Option<f64>,
    pub calibration: Option<Calibration>,
}

/// A recipe, and what it makes of the rows that it was decided by. What is decided next, such as a threshold, is decided by
/// these: they are such predictions as the recipe will make.
#[derive(Clone, Debug)]
pub struct Rehearsal {
    pub recipe: Recipe,
    pub held_out: HeldOut,
}

/// The recipes of a cross-validation.
#[derive(Clone, Debug)]
pub struct Rehearsals {
    /// Of each fold, as the rows of the other folds have it: so its scores stay those of rows that nothing was fitted on or
    /// chosen by.
    pub folds: Vec<Rehearsal>,
    /// Of the final model, as the rows of all folds have it.
    pub last: Rehearsal,
}

impl Rehearsals {
    /// Nothing is made of the predictions.
    pub fn plain<M>(validated: &CrossValidated<M>) -> Self {
        let plain = |held_out| Rehearsal { recipe: Recipe::default(), held_out };
        let folds = 0..validated.fitted.len();
        Self {
            folds: folds.map(|k| plain(validated.held_out.beside_fold(k))).collect(),
            last: plain(validated.held_out.clone()),
        }
    }

    /// Decides what is made of the predictions of the networks, and judges each fold by its recipe. Without a linear model
    /// none has a share.
    ///
    /// # Errors
    /// If the user asks to stop.
    pub fn decide(
        config: &Config,
        networks: &mut CrossValidated<Fitted<Model>>,
        linear: Option<&CrossValidated<Fitted<Model>>>,
        cx: &Context<'_>,
    ) -> Result<Self> {
        let linear = linear.filter(|_| config.model.blend == Blend::Auto && !is_weighed(config));
        let count = networks.fitted.len();
        let rehearse = |k: usize| {
            cx.check()?;
            let rows = |all: &HeldOut| if k < count { all.beside_fold(k) } else { all.clone() };
            Ok(rehearse(config, rows(&networks.held_out), linear.map(|linear| rows(&linear.held_out))))
        };
        let mut folds = parallel(cx.threads(), count + 1, rehearse)?;
        let last = folds.remove(count);
        let all = Self { folds, last };
        all.apply(networks, linear);
        Ok(all)
    }

    fn apply(&self, networks: &mut CrossValidated<Fitted<Model>>, linear: Option<&CrossValidated<Fitted<Model>>>) {
        let mut predictions = Vec::with_capacity(self.folds.len());
        for (k, Rehearsal { recipe, .. }) in self.folds.iter().enumerate() {
            let mut said = networks.held_out.of_fold(k).predictions;
            if let (Some(share), Some(linear)) = (recipe.share, linear) {
                said = mixed(said, linear.held_out.of_fold(k).predictions, share);
                networks.fitted[k] = networks.fitted[k].clone().blend(&linear.fitted[k], share);
            }
            networks.fitted[k].calibration.clone_from(&recipe.calibration);
            predictions.push(match &recipe.calibration {
                Some(calibration) => calibration.apply(said),
                None => said,
            });
        }
        if self.folds.iter().any(|fold| fold.recipe.share.is_some() || fold.recipe.calibration.is_some()) {
            networks.replace(predictions);
        }
    }
}

fn rehearse(config: &Config, mut networks: HeldOut, linear: Option<HeldOut>) -> Rehearsal {
    let mut share = None;
    if let Some(linear) = linear {
        share = blend::share(&networks, &linear);
        if let Some(share) = share {
            networks.predictions = mixed(networks.predictions, linear.predictions, share);
        }
    }
    let (calibration, held_out) = calibrate::choose(calibrate::method(config), networks);
    Rehearsal { recipe: Recipe { share, calibration }, held_out }
}

fn mixed(network: Predictions, linear: Predictions, share: f64) -> Predictions {
    let unmixed = network.clone();
    Predictions::weighted([(1.0 - share, network), (share, linear)]).unwrap_or(unmixed)
}

/// Whether the network learns from rows that are weighed on purpose.
pub fn is_weighed(config: &Config) -> bool {
    config.train.class_weight == ClassWeight::Balanced || config.fairness.mitigate == Mitigate::Reweigh
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calibrate::Calibrate;
    use crate::data::Truth;

    /// Four folds of 300 rows, of which .9 is said; it comes true in so many of ten of each fold.
    fn sure(came_true: [usize; 4]) -> HeldOut {
        let rows: Vec<(usize, usize)> = (0..1200).map(|row| (row, row / 300)).collect();
        let labels = ["no".to_owned(), "yes".into()].into();
        let probabilities = [0.1, 0.9, 0.9, 0.1].repeat(600);
        let truth = rows.iter().map(|&(row, fold)| u32::from((row / 2 % 10 < came_true[fold]) == (row % 2 == 0))).collect();
        HeldOut { rows, predictions: Predictions::Classes { labels, probabilities }, truth: Truth::Classes(truth) }
    }

    #[test]
    fn a_fold_has_no_say_in_its_recipe_and_all_have_in_the_last() {
        let config = Config::default();
        let slope = |held_out: HeldOut| match rehearse(&config, held_out, None).recipe.calibration {
            Some(Calibration::Scaling { slope, .. }) => Some(slope),
            _ => None,
        };
        // ln(.7 / .3) / ln(.9 / .1) = .386: .9 is said too surely where .7 comes true.
        let all = sure([7, 7, 7, 9]);
        let beside = slope(all.beside_fold(3)).unwrap();
        assert!((beside - 0.386).abs() < 0.002, "{beside}");
        assert_eq!(slope(sure([7, 7, 7, 1]).beside_fold(3)), Some(beside));
        // Where a fold in three is right as it is, the gain of the others is not clear.
        assert_eq!([slope(all.beside_fold(0)), slope(sure([9; 4]))], [None, None]);
    }

    #[test]
    fn what_is_decided_next_sees_corrected_probabilities() {
        let mut config = Config::default();
        config.calibrate.method = Calibrate::Scaling;
        let Rehearsal { held_out, .. } = rehearse(&config, sure([7; 4]), None);
        let said = held_out.predictions.class(1);
        assert!(said.iter().all(|p| (p - 0.7).abs() < 0.002 || (p - 0.3).abs() < 0.002), "{said:?}");
        assert_eq!(held_out.rows, sure([7; 4]).rows);
    }
}
