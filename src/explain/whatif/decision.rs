use crate::data::Predictions;

/// What is decided by a prediction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Decision {
    /// The positive of two classes, from this probability on.
    Positive(f64),
    /// A number of at least this.
    AtLeast(f64),
    /// The most probable class; the flip leads to the given one, or to any other.
    Class(Option<usize>),
}

impl Decision {
    /// The decision on a row: 0 or 1, or the class.
    #[must_use]
    pub fn of(self, predictions: &Predictions, row: usize) -> usize {
        match (self, predictions) {
            (Self::AtLeast(bound) | Self::Positive(bound), Predictions::Numbers(values)) => usize::from(values[row] >= bound),
            (Self::Positive(bound) | Self::AtLeast(bound), Predictions::Classes { labels, probabilities }) => {
                usize::from(probabilities[row * labels.len() + labels.len() - 1] >= bound)
            }
            (Self::Class(_), Predictions::Classes { labels, probabilities }) => {
                let p = &probabilities[row * labels.len()..][..labels.len()];
                (1..p.len()).fold(0, |best, i| if p[i] > p[best] { i } else { best })
            }
            (Self::Class(_), Predictions::Numbers(_)) => 0,
        }
    }

    /// Whether a row that was decided as `before` is flipped.
    #[must_use]
    pub fn is_flipped(self, predictions: &Predictions, row: usize, before: usize) -> bool {
        let now = self.of(predictions, row);
        match self {
            Self::Class(Some(wanted)) => now == wanted,
            _ => now != before,
        }
    }

    /// How near a row is to the flip; larger is nearer.
    #[must_use]
    pub fn nearness(self, predictions: &Predictions, row: usize, before: usize) -> f64 {
        match (self, predictions) {
            (Self::Class(wanted), Predictions::Classes { labels, probabilities }) => {
                let p = &probabilities[row * labels.len()..][..labels.len()];
                let most = |keep: &dyn Fn(usize) -> bool| (0..p.len()).filter(|c| keep(*c)).map(|c| p[c]).fold(0.0, f64::max);
                match wanted {
                    Some(wanted) => p[wanted] - most(&|c| c != wanted),
                    None => most(&|c| c != before) - p[before],
                }
            }
            (_, Predictions::Numbers(values)) => {
                if before == 0 {
                    values[row]
                } else {
                    -values[row]
                }
            }
            (_, Predictions::Classes { labels, probabilities }) => {
                let p = probabilities[row * labels.len() + labels.len() - 1];
                if before == 0 { p } else { -p }
            }
        }
    }
}
