use serde::{Deserialize, Serialize};

use super::config::TargetScaling;
use super::scale::moments;
use crate::data::not_below_zero;
use crate::error::CleanError;

/// How a numeric target is scaled: training sees `(f(y) - center) / width`, where `f` is the identity or the logarithm.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TargetScale {
    pub center: f64,
    pub width: f64,
    /// Error in the scale of training beyond which a row no longer counts by the square of it; absent where no target of the
    /// training rows lies so far from the centre, or those that do are all that differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reach: Option<f64>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub log: bool,
    /// Smallest and largest prediction, where they are kept within those of the training rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<[f64; 2]>,
    /// Whether no training row is below 0, as with counts, prices and amounts: then no prediction is.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub never_negative: bool,
}

impl TargetScale {
    /// Learns from the targets of training rows, at least one; `None` where nothing is to be changed.
    ///
    /// # Errors
    /// Names a target that has no logarithm, where that is asked for.
    pub fn learn(name: &str, targets: &[f64], scaling: TargetScaling, clamp: bool) -> Result<Option<Self>, CleanError> {
        let log = scaling == TargetScaling::Log;
        if let (true, Some(seen)) = (log, targets.iter().find(|y| **y <= 0.0)) {
            let message = format!("{seen} has no logarithm; set [normalize] target = \"standard\", or leave such rows out");
            return Err(CleanError::Target { column: name.to_owned(), message });
        }
        let (center, width, reach) = match scaling {
            TargetScaling::None => (0.0, 1.0, None),
            TargetScaling::Standard => bounded_moments(targets),
            TargetScaling::Log => bounded_moments(&targets.iter().map(|y| y.ln()).collect::<Vec<_>>()),
        };
        let range = clamp.then(|| targets.iter().fold([f64::MAX, f64::MIN], |[low, high], y| [low.min(*y), high.max(*y)]));
        let never_negative = targets.iter().all(|y| *y >= 0.0);
        let plain = scaling == TargetScaling::None && range.is_none() && !never_negative;
        Ok((!plain).then_some(Self { center, width: if width > 0.0 { width } else { 1.0 }, reach, log, range, never_negative }))
    }

    /// What training sees of a target.
    #[must_use]
    pub fn forward(&self, y: f64) -> f64 {
        ((if self.log { y.ln() } else { y }) - self.center) / self.width
    }

    /// A prediction in the unit of the target, from one in the scale of training.
    #[must_use]
    pub fn back(&self, value: f64) -> f64 {
        let value = self.center + self.width * value;
        // Beyond e^709 there is no finite number.
        let value = if self.log { value.min(709.0).exp() } else { value };
        let value = self.range.map_or(value, |[low, high]| value.clamp(low, high));
        if self.never_negative { not_below_zero(value) } else { value }
    }

    /// Whether it can be applied: what a model file says may be anything.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let finite = |v: &f64| v.is_finite();
        finite(&self.center)
            && finite(&self.width)
            && self.width > 0.0
            && self.reach.is_none_or(|reach| reach > 0.0)
            && self.range.is_none_or(|[low, high]| finite(&low) && finite(&high) && low <= high)
    }
}

/// Most of the sum of squared deviations that one row may make.
const MOST: f64 = 0.1;
/// Standard deviations within which no row is cut, however few there are.
const NEAR: f64 = 4.0;
/// Rounds until the bounds stand still: with `k` rows beyond them, what is left to do falls by the square root of `k / 10`.
const ROUNDS: usize = 100;
/// Part of the standard deviation that is left where the far rows are all that differs: then they are what is to be learned.
const LEAST: f64 = 1e-4;

/// Mean and standard deviation of values that are cut where one of them alone would make more than [`MOST`] of the variance,
/// and the distance of the cuts from the mean in standard deviations; none where no value lies so far.
///
/// A row at 50 standard deviations would draw every step that it has a part in, and leave the others close together in the
/// scale of training. That scale therefore goes by the cut values, and an error beyond the reach counts as in
/// [Huber (1964)](https://doi.org/10.1214/aoms/1177703732): its row is learned still, but pulls no harder than at the reach.
fn bounded_moments(values: &[f64]) -> (f64, f64, Option<f64>) {
    let plain = moments(values);
    let (mut center, mut width) = plain;
    let reach = (MOST * values.len() as f64).sqrt().max(NEAR);
    let far = |values: &[f64], center: f64, width: f64| values.iter().any(|v| (v - center).abs() > reach * width);
    if !far(values, center, width) {
        return (center, width, None);
    }
    let mut cut = values.to_vec();
    for _ in 0..ROUNDS {
        let (low, high) = (center - reach * width, center + reach * width);
        cut.iter_mut().for_each(|v| *v = v.clamp(low, high));
        (center, width) = moments(&cut);
        if width < LEAST * plain.1 {
            break;
        }
        if !far(&cut, center, 1.001 * width) {
            return (center, width, Some(reach));
        }
    }
    (plain.0, plain.1, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithms_by_hand() {
        // Logarithms 0 and 2: mean 1, standard deviation 1.
        let e = std::f64::consts::E;
        let scale = TargetScale::learn("y", &[1.0, e * e], TargetScaling::Log, false).unwrap().unwrap();
        assert!((scale.center - 1.0).abs() < 1e-12 && (scale.width - 1.0).abs() < 1e-12, "{scale:?}");
        assert!((scale.forward(e * e) - 1.0).abs() < 1e-12);
        assert!((scale.back(0.0) - e).abs() < 1e-12);
        assert!(TargetScale::learn("y", &[1.0, 0.0], TargetScaling::Log, false).is_err());
    }

    #[test]
    fn one_far_row_does_not_set_the_scale() {
        // 500 rows at -1, 499 at 1 and one at 1000: cut at ten standard deviations, it makes a tenth of the variance, so that the
        // variance is 1 / (1 - 0.1), and moves the mean by a hundredth of the deviation.
        let mut targets = vec![-1.0; 500];
        targets.resize(999, 1.0);
        let learn = |targets: &[f64]| TargetScale::learn("y", targets, TargetScaling::Standard, false).unwrap().unwrap();
        let near = |a: f64, b: f64| (a - b).abs() < 0.002;
        assert_eq!(
            learn(&[targets.as_slice(), &[1.0]].concat()),
            TargetScale { center: 0.0, width: 1.0, reach: None, log: false, range: None, never_negative: false }
        );
        targets.push(1000.0);
        let scale = learn(&targets);
        assert!(near(scale.center, 0.0105) && near(scale.width, 1.0541) && scale.reach == Some(10.0), "{scale:?}");
        // It is seen where it is, and comes back as it was.
        assert!((scale.back(scale.forward(1000.0)) - 1000.0).abs() < 1e-9 && scale.forward(1000.0) > 900.0);
        // Five rows that differ and 995 that do not: these five are what there is to learn.
        let mut few = vec![0.0; 995];
        few.resize(1000, 1.0);
        let scale = learn(&few);
        assert!(near(scale.center, 0.005) && near(scale.width, 0.0705) && scale.reach.is_none(), "{scale:?}");
        // Nine draw the bounds in so slowly that they do not stand still in time.
        few.iter_mut().skip(991).for_each(|v| *v = 1.0);
        assert_eq!(learn(&few).reach, None);
        // Of sixteen rows none lies four deviations from the mean.
        assert_eq!(learn(&[vec![0.0; 15], vec![1e9]].concat()).reach, None);
    }

    #[test]
    fn clamped_predictions_stay_within_the_training_rows() {
        let scale = TargetScale::learn("y", &[2.0, 4.0], TargetScaling::Standard, true).unwrap().unwrap();
        assert_eq!([-9.0, 0.0, 9.0].map(|v| scale.back(v)), [2.0, 3.0, 4.0]);
        assert_eq!(TargetScale::learn("y", &[-2.0, 4.0], TargetScaling::None, false).unwrap(), None);
        let kept = TargetScale::learn("y", &[2.0, 4.0], TargetScaling::None, true).unwrap().unwrap();
        assert_eq!(kept.back(9.0), 4.0);
    }

    #[test]
    fn what_was_never_negative_is_not_predicted_so() {
        let learn = |targets: &[f64], scaling| TargetScale::learn("y", targets, scaling, false).unwrap();
        // Mean 2, standard deviation 2.
        let scale = learn(&[0.0, 4.0], TargetScaling::Standard).unwrap();
        assert_eq!([-9.0, -1.0, 0.5].map(|v| scale.back(v)), [0.0, 0.0, 3.0]);
        assert!(scale.back(-1.0).is_sign_positive() && scale.back(f64::NAN).is_nan());
        assert_eq!(learn(&[0.0, 4.0], TargetScaling::None).unwrap().back(-3.0), 0.0);
        // One training row below 0, and any number can be predicted.
        assert_eq!(learn(&[-0.5, 4.5], TargetScaling::Standard).unwrap().back(-9.0), 2.0 - 9.0 * 2.5);
    }

    #[test]
    fn what_an_older_version_wrote_predicts_as_it_did() {
        let old: TargetScale = serde_json::from_str(r#"{"center": 2.0, "width": 2.0}"#).unwrap();
        assert_eq!(old.back(-9.0), -16.0);
        let new = TargetScale { never_negative: true, ..old };
        assert_eq!(serde_json::from_str::<TargetScale>(&serde_json::to_string(&new).unwrap()).unwrap(), new);
    }

    #[test]
    fn what_cannot_be_applied_is_not_sound() {
        let range = Some([0.0, 1.0]);
        let scale = TargetScale { center: 0.0, width: 1.0, reach: Some(4.0), log: false, range, never_negative: false };
        assert!(scale.is_sound());
        assert!(!TargetScale { reach: Some(0.0), ..scale }.is_sound());
        assert!(!TargetScale { width: 0.0, ..scale }.is_sound());
        assert!(!TargetScale { range: Some([1.0, 0.0]), ..scale }.is_sound());
        assert!(!TargetScale { center: f64::NAN, ..scale }.is_sound());
    }
}
