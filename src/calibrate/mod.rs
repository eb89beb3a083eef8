//! Correcting probabilities by how often they came true, on rows that the model never saw.

mod isotonic;
mod scaling;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::data::{Predictions, Truth};
use isotonic::isotonic;
use scaling::scaling;

/// How probabilities are corrected by those of the folds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CalibrateConfig {
    /// `auto`, `none`, `scaling` (a slope for the log-odds, an offset per class) or `isotonic` (a rising curve, for two classes). `auto` takes the simplest that clearly lowers the log-loss of rows it was not fitted on; it tries the first from 200 rows on, the second from 500 rows of each class, and none where rows are weighed on purpose (`class_weight`, `[fairness] mitigate = "reweigh"`).
    pub method: Calibrate,
}

/// How probabilities are corrected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Calibrate {
    /// `scaling` or `isotonic` where it clearly lowers the log-loss of rows it was not fitted on, else `none`.
    #[default]
    Auto,
    /// Probabilities as the networks give them.
    None,
    /// A slope for the log-odds and an offset per class (Platt 1999; Guo et al. 2017).
    Scaling,
    /// A curve that only rises, for two classes (Zadrozny & Elkan 2002).
    Isotonic,
}

/// Fewest rows that a correction is fitted on where the choice is left to the data.
const FEWEST_ROWS: usize = 200;
/// Fewest rows of each class for a curve, which has many more parameters than two.
const FEWEST_OF_A_CLASS: usize = 500;

impl Calibrate {
    /// The corrections that may be tried on so many rows of each class, simplest first.
    #[must_use]
    pub fn candidates(self, class_counts: &[usize]) -> Vec<Self> {
        let enough = class_counts.iter().sum::<usize>() >= FEWEST_ROWS;
        let many = class_counts.len() == 2 && class_counts.iter().all(|&n| n >= FEWEST_OF_A_CLASS);
        match self {
            Self::Auto if class_counts.is_empty() || !enough => Vec::new(),
            Self::Auto if many => vec![Self::Scaling, Self::Isotonic],
            Self::Auto => vec![Self::Scaling],
            Self::None => Vec::new(),
            chosen => vec![chosen],
        }
    }

    /// Fits the correction to predictions of rows that the model did not learn from; `None` where there is nothing to
    /// fit: numbers, fewer than two classes among the rows, a curve for more than two, or no correction asked for.
    #[must_use]
    pub fn fit(self, truth: &Truth, predictions: &Predictions) -> Option<Calibration> {
        let (Truth::Classes(codes), Predictions::Classes { labels, probabilities }) = (truth, predictions) else {
            return None;
        };
        let one_class = codes.iter().all(|c| Some(c) == codes.first());
        match self {
            _ if one_class || labels.len() < 2 => None,
            Self::Scaling => Some(scaling(codes, probabilities, labels.len())),
            Self::Isotonic if labels.len() == 2 => Some(isotonic(codes, &predictions.class(1))),
            Self::Auto | Self::None | Self::Isotonic => None,
        }
    }
}

/// A fitted correction of probabilities.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Calibration {
    /// `softmax(slope * ln p + offsets)`: a slope below 1 for a model that is too sure. One offset per class, the first 0.
    Scaling { slope: f64, offsets: Vec<f64> },
    /// Straight lines between points, from (0, 0) to (1, 1): what the model says, how often it came true. Both rise.
    Isotonic { said: Vec<f64>, came: Vec<f64> },
}

impl Calibration {
    /// The corrected probabilities; numbers as they are.
    #[must_use]
    pub fn apply(&self, predictions: Predictions) -> Predictions {
        let Predictions::Classes { labels, mut probabilities } = predictions else { return predictions };
        match self {
            Self::Scaling { slope, offsets } => {
                probabilities.chunks_mut(labels.len()).for_each(|p| scaling::apply(*slope, offsets, p));
            }
            Self::Isotonic { said, came } => {
                for p in probabilities.chunks_mut(2) {
                    p[1] = isotonic::apply(said, came, p[1]);
                    p[0] = 1.0 - p[1];
                }
            }
        }
        Predictions::Classes { labels, probabilities }
    }

    /// In words, for a report.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Scaling { slope, .. } => format!("log-odds times {slope:.3} and an offset per class"),
            Self::Isotonic { said, .. } => format!("rising curve of {} points", said.len()),
        }
    }

    /// Whether it can be applied to so many classes: what a model file says may be anything.
    #[must_use]
    pub fn is_sound(&self, classes: usize) -> bool {
        match self {
            Self::Scaling { slope, offsets } => {
                let finite = |v: &f64| v.is_finite() && v.abs() < 1e6;
                classes >= 2 && offsets.len() == classes && finite(slope) && *slope > 0.0 && offsets.iter().all(finite)
            }
            Self::Isotonic { said, came } => {
                let rises = |v: &[f64]| v.is_sorted() && v.iter().all(|p| (0.0..=1.0).contains(p));
                classes == 2 && said.len() == came.len() && said.is_sorted_by(|a, b| a < b) && rises(said) && rises(came)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two(p: &[f64]) -> Predictions {
        let labels = ["no".to_owned(), "yes".to_owned()].into();
        Predictions::Classes { labels, probabilities: p.iter().flat_map(|p| [1.0 - p, *p]).collect() }
    }

    /// Says .2 and .8 where .4 and .6 come true: too sure. `ln(.6/.4) / ln(.8/.2)` = .4055 / 1.3863 = .2925.
    fn too_sure() -> (Truth, Predictions) {
        let said: Vec<f64> = (0..2000).map(|i| if i % 2 == 0 { 0.2 } else { 0.8 }).collect();
        let yes = |i: u32| u32::from(i / 2 % 10 < [4, 6][i as usize % 2]);
        (Truth::Classes((0..2000).map(yes).collect()), two(&said))
    }

    #[test]
    fn scaling_finds_the_slope_of_a_model_that_is_too_sure() {
        let (truth, predictions) = too_sure();
        let Some(Calibration::Scaling { slope, offsets }) = Calibrate::Scaling.fit(&truth, &predictions) else { panic!() };
        assert!((slope - 0.2925).abs() < 0.002, "{slope}");
        assert!(offsets[0] == 0.0 && offsets[1].abs() < 1e-6, "{offsets:?}");
        let better = Calibration::Scaling { slope, offsets }.apply(predictions.take(&[0, 1])).class(1);
        assert!((better[0] - 0.4).abs() < 0.001 && (better[1] - 0.6).abs() < 0.001, "{better:?}");
    }

    #[test]
    fn scaling_finds_the_offset_of_a_model_that_overrates_a_class() {
        // .5 is said of rows of which a tenth is yes: ln(.1/.9) = -2.1972.
        let truth = Truth::Classes((0..5000).map(|i| u32::from(i % 10 == 0)).collect());
        let said = two(&vec![0.5; 5000]);
        let Some(Calibration::Scaling { offsets, .. }) = Calibrate::Scaling.fit(&truth, &said) else { panic!() };
        assert!((offsets[1] + 2.1972).abs() < 0.01, "{offsets:?}");
    }

    #[test]
    fn three_classes_get_an_offset_each() {
        // Equal thirds are said where the classes stand 6 : 3 : 1.
        let labels: std::sync::Arc<[String]> = ["a".to_owned(), "b".into(), "c".into()].into();
        let truth = Truth::Classes((0..4000).map(|i| [0, 0, 0, 0, 0, 0, 1, 1, 1, 2][i % 10]).collect());
        let said = Predictions::Classes { labels, probabilities: vec![1.0 / 3.0; 12_000] };
        let fitted = Calibrate::Scaling.fit(&truth, &said).unwrap();
        let Predictions::Classes { probabilities, .. } = fitted.apply(said.take(&[0])) else { panic!() };
        for (p, share) in probabilities.iter().zip([0.6, 0.3, 0.1]) {
            assert!((p - share).abs() < 0.002, "{probabilities:?}");
        }
    }

    #[test]
    fn a_rising_curve_gives_what_came_true_and_keeps_the_order() {
        let (truth, predictions) = too_sure();
        let fitted = Calibrate::Isotonic.fit(&truth, &predictions).unwrap();
        let p = fitted.apply(two(&[0.0, 0.1, 0.2, 0.5, 0.8, 0.9, 1.0])).class(1);
        // Through (0, 0), (.2, .4), (.8, .6) and (1, 1), but for a thousandth of shrinking to what was said.
        for (p, expected) in p.iter().zip([0.0, 0.2, 0.4, 0.5, 0.6, 0.8, 1.0]) {
            assert!((p - expected).abs() < 0.001, "{p} {expected}");
        }
        assert!(fitted.is_sound(2) && !fitted.is_sound(3));
    }

    #[test]
    fn nothing_is_fitted_where_there_is_nothing_to_fit() {
        let one = Truth::Classes(vec![1; 10]);
        assert_eq!(Calibrate::Scaling.fit(&one, &two(&[0.5; 10])), None);
        assert_eq!(Calibrate::Scaling.fit(&Truth::Numbers(vec![1.0]), &Predictions::Numbers(vec![1.0])), None);
        assert_eq!(Calibrate::Auto.candidates(&[50, 100]), []);
        assert_eq!(Calibrate::Auto.candidates(&[499, 1000]), [Calibrate::Scaling]);
        assert_eq!(Calibrate::Auto.candidates(&[500, 1000]), [Calibrate::Scaling, Calibrate::Isotonic]);
        assert_eq!(Calibrate::Isotonic.candidates(&[5, 5]), [Calibrate::Isotonic]);
    }

    #[test]
    fn certain_predictions_stay_finite() {
        let truth = Truth::Classes((0..400).map(|i| u32::from(i % 2 == 0 || i == 1)).collect());
        let said: Vec<f64> = (0..400).map(|i| f64::from(u8::from(i % 2 == 0))).collect();
        for kind in [Calibrate::Scaling, Calibrate::Isotonic] {
            let fitted = kind.fit(&truth, &two(&said)).unwrap();
            assert!(fitted.is_sound(2), "{fitted:?}");
            assert!(fitted.apply(two(&[0.0, 0.5, 1.0])).class(1).iter().all(|p| (0.0..=1.0).contains(p)), "{fitted:?}");
        }
    }
}
