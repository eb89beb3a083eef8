use super::config::{ModelConfig, TrainConfig};

/// What a fit goes by: the settings that somebody wrote and, for the others, what follows from the labels and from the number of
/// rows. How each was chosen stands in the README.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// Most passes over the rows.
    pub epochs: usize,
    /// Rows per step.
    pub batch_size: usize,
    /// Passes without improvement after which training stops.
    pub patience: usize,
    /// Share of hidden units that is dropped.
    pub dropout: f64,
    pub weight_decay: f64,
}

impl Settings {
    /// For a target of `numbers`, else of classes, and so many training rows.
    #[must_use]
    pub fn new(model: &ModelConfig, train: &TrainConfig, numbers: bool, rows: usize) -> Self {
        let epochs = if train.epochs == 0 { passes(rows, numbers) } else { train.epochs };
        let batch_size = if train.batch_size == 0 { (rows / 100).next_power_of_two().clamp(32, 512) } else { train.batch_size };
        // The loss of a number falls on while the rate does, also after many passes without a new best.
        let patience = if numbers { epochs } else { epochs.div_ceil(2) };
        // Dropout draws predicted numbers off: sums vary more in training than they do afterwards.
        let (dropout, weight_decay) = if numbers { (0.0, 0.02) } else { (0.1, 0.05) };
        Self {
            epochs,
            batch_size,
            patience: train.early_stopping.unwrap_or(patience),
            dropout: model.dropout.unwrap_or(dropout),
            weight_decay: train.weight_decay.unwrap_or(weight_decay),
        }
    }
}

/// Most passes over so many rows: the number of steps goes on to grow where the passes become fewer. Numbers, learned without
/// dropout, need fewer of many rows and gain by more of few.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 8 and 64")]
fn passes(rows: usize, numbers: bool) -> usize {
    let rows = rows as f64;
    let large = (32.0 * (100_000.0 / rows).sqrt()).max(8.0);
    let most = if numbers { (256_000.0 / rows).clamp(16.0, 64.0) } else { 32.0 };
    large.min(most).round() as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::Preset;

    #[test]
    fn passes_by_hand() {
        let of = |rows| (passes(rows, false), passes(rows, true));
        assert_eq!(of(100), (32, 64));
        // Numbers: 256 000 passes of a row, 28 of 9143 and at least 16.
        assert_eq!((of(5120), of(8000), of(9143), of(20_000)), ((32, 50), (32, 32), (32, 28), (32, 16)));
        assert_eq!((of(100_000), of(400_000), of(10_000_000)), ((32, 16), (16, 16), (8, 8)));
    }

    #[test]
    fn networks_by_hand() {
        let of = |preset, rows| ModelConfig::preset(preset).networks(rows);
        assert_eq!(
            (of(Preset::Fast, 8000), of(Preset::Fast, 8001), of(Preset::Default, 1), of(Preset::Best, 9000)),
            (4, 2, 8, 16)
        );
        assert_eq!(ModelConfig { ensemble: 3, ..ModelConfig::preset(Preset::Fast) }.networks(1), 3);
    }

    #[test]
    fn what_is_written_wins_and_the_rest_follows_from_the_labels() {
        let (numbers, classes) = (true, false);
        let of = |preset, numbers| Settings::new(&ModelConfig::preset(preset), &TrainConfig::preset(preset), numbers, 8000);
        let settings =
            |epochs, patience, dropout, weight_decay| Settings { epochs, batch_size: 128, patience, dropout, weight_decay };
        assert_eq!(of(Preset::Default, classes), settings(32, 16, 0.1, 0.05));
        assert_eq!(of(Preset::Default, numbers), settings(32, 32, 0.0, 0.02));
        assert_eq!(of(Preset::Fast, classes), settings(20, 10, 0.1, 0.05));
        assert_eq!(of(Preset::Fast, numbers), settings(20, 20, 0.0, 0.02));
        let article = Settings { batch_size: 32, ..settings(10, 0, 0.0, 0.0) };
        assert_eq!((of(Preset::Article, classes), of(Preset::Article, numbers)), (article, article));
        let train = TrainConfig {
            epochs: 7,
            batch_size: 9,
            early_stopping: Some(3),
            weight_decay: Some(0.1),
            ..TrainConfig::default()
        };
        let written = Settings::new(&ModelConfig { dropout: Some(0.4), ..ModelConfig::default() }, &train, numbers, 8000);
        assert_eq!(written, Settings { batch_size: 9, ..settings(7, 3, 0.4, 0.1) });
    }
}
