use crate::data::Predictions;

/// Which number of a prediction is explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aim {
    /// What a regression model predicts, in the unit of the target.
    Number,
    /// Probability of the class of that code, 0 to 1.
    Probability(usize),
    /// `ln(p / (1 - p))` of that probability, within ±20.7.
    LogOdds(usize),
}

/// Probabilities stay this far from 0 and 1 before their odds are taken.
const EDGE: f64 = 1e-9;

impl Aim {
    /// Its values, one per row.
    #[must_use]
    pub fn values(self, predictions: &Predictions) -> Vec<f64> {
        match (self, predictions) {
            (_, Predictions::Numbers(values)) => values.clone(),
            (Self::LogOdds(class), _) => predictions.class(class).into_iter().map(log_odds).collect(),
            (Self::Probability(class), _) => predictions.class(class),
            // Classes have no number of their own: that of the last, for two classes the positive one.
            (Self::Number, Predictions::Classes { labels, .. }) => predictions.class(labels.len().saturating_sub(1)),
        }
    }

    /// The class whose probability it is.
    #[must_use]
    pub const fn class(self) -> Option<usize> {
        match self {
            Self::Number => None,
            Self::Probability(class) | Self::LogOdds(class) => Some(class),
        }
    }
}

fn log_odds(p: f64) -> f64 {
    let p = p.clamp(EDGE, 1.0 - EDGE);
    (p / (1.0 - p)).ln()
}

/// What is asked for, before the predictions are known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Goal {
    /// Code of the class; by default the positive one of two, and of more the predicted one of each row.
    pub class: Option<usize>,
    /// Log-odds instead of probabilities.
    pub log_odds: bool,
}

impl Goal {
    /// The aim for one row.
    #[must_use]
    pub fn aim(self, predictions: &Predictions, row: usize) -> Aim {
        let class = match predictions {
            Predictions::Numbers(_) => return Aim::Number,
            Predictions::Classes { labels, probabilities } => self.class.unwrap_or_else(|| match labels.len() {
                2 => 1,
                k => top(&probabilities[row * k..][..k]),
            }),
        };
        if self.log_odds { Aim::LogOdds(class) } else { Aim::Probability(class) }
    }
}

/// The first of the largest.
fn top(values: &[f64]) -> usize {
    (1..values.len()).fold(0, |best, i| if values[i] > values[best] { i } else { best })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classes(labels: &[&str], probabilities: &[f64]) -> Predictions {
        Predictions::Classes { labels: labels.iter().map(|l| (*l).into()).collect(), probabilities: probabilities.into() }
    }

    #[test]
    fn the_positive_class_of_two_and_the_predicted_one_of_three() {
        let two = classes(&["no", "yes"], &[0.9, 0.1]);
        assert_eq!(Goal::default().aim(&two, 0), Aim::Probability(1));
        assert_eq!(Aim::Probability(1).values(&two), [0.1]);
        let three = classes(&["a", "b", "c"], &[0.2, 0.2, 0.6, 0.5, 0.3, 0.2]);
        assert_eq!([0, 1].map(|row| Goal::default().aim(&three, row)), [Aim::Probability(2), Aim::Probability(0)]);
        assert_eq!(Goal { class: Some(1), log_odds: true }.aim(&three, 0), Aim::LogOdds(1));
        assert_eq!(Goal::default().aim(&Predictions::Numbers(vec![1.0]), 0), Aim::Number);
    }

    #[test]
    fn log_odds_by_hand_and_without_infinities() {
        let values = Aim::LogOdds(1).values(&classes(&["no", "yes"], &[0.25, 0.75, 1.0, 0.0]));
        assert!((values[0] - 3.0_f64.ln()).abs() < 1e-12, "{values:?}");
        assert!((values[1] + 20.723).abs() < 1e-3, "{values:?}");
    }
}
