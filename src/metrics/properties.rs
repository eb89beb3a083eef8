//! Laws that hold for any rows.

use proptest::prelude::*;

use super::{Metric, Scores, intervals, score};
use crate::data::{Predictions, Truth};
use crate::seed::Seed;

fn labels(n: usize) -> std::sync::Arc<[String]> {
    (0..n).map(|i| i.to_string()).collect()
}

/// The scores of two classes from codes and probabilities in percent, which tie often.
fn binary(rows: &[(bool, u8)]) -> Scores {
    let probabilities = rows.iter().map(|row| f64::from(row.1) / 100.0).flat_map(|p| [1.0 - p, p]).collect();
    let codes = rows.iter().map(|row| u32::from(row.0)).collect();
    score(&Truth::Classes(codes), &Predictions::Classes { labels: labels(2), probabilities })
}

fn rows() -> impl Strategy<Value = Vec<(bool, u8)>> {
    prop::collection::vec((any::<bool>(), 0..=100_u8), 1..60)
}

fn close(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() < 1e-9,
        (a, b) => a.is_none() && b.is_none(),
    }
}

proptest! {
    #[test]
    fn turning_the_scores_round_turns_the_auc_round(rows in rows()) {
        let turned: Vec<_> = rows.iter().map(|&(y, p)| (y, 100 - p)).collect();
        let flipped = binary(&turned)[&Metric::Auc].map(|auc| 1.0 - auc);
        prop_assert!(close(binary(&rows)[&Metric::Auc], flipped));
    }

    #[test]
    fn exchanging_the_classes_keeps_what_treats_them_alike(rows in rows()) {
        use Metric::{Accuracy, Auc, BalancedAccuracy, Brier, Gini, Ks, Logloss, Mcc};

        // A probability of exactly one half is called positive on both sides.
        let rows: Vec<_> = rows.into_iter().filter(|row| row.1 != 50).collect();
        let exchanged: Vec<_> = rows.iter().map(|&(y, p)| (!y, 100 - p)).collect();
        let (a, b) = (binary(&rows), binary(&exchanged));
        for metric in [Accuracy, Auc, BalancedAccuracy, Brier, Gini, Ks, Logloss, Mcc] {
            prop_assert!(close(a[&metric], b[&metric]), "{metric:?}: {:?} and {:?}", a[&metric], b[&metric]);
        }
    }

    #[test]
    fn the_order_of_rows_changes_no_bit((rows, shuffled) in rows().prop_flat_map(|r| (Just(r.clone()), Just(r).prop_shuffle()))) {
        prop_assert_eq!(binary(&rows), binary(&shuffled));
    }

    #[test]
    fn doubling_all_rows_changes_nothing(rows in rows()) {
        // In tens, because the top tenth is rounded up.
        let (a, b) = (binary(&rows.repeat(10)), binary(&rows.repeat(20)));
        for (metric, value) in a {
            prop_assert!(close(value, b[&metric]), "{metric:?}: {value:?} and {:?}", b[&metric]);
        }
    }

    #[test]
    fn binary_metrics_keep_their_bounds(rows in rows()) {
        for (metric, value) in binary(&rows) {
            let Some(value) = value else { continue };
            let (low, high) = match metric {
                Metric::Mcc | Metric::Gini => (-1.0, 1.0),
                Metric::Logloss => (0.0, 34.6),
                Metric::Lift10 => (0.0, 60.0),
                _ => (0.0, 1.0),
            };
            prop_assert!((low - 1e-12..=high + 1e-12).contains(&value), "{metric:?} is {value}");
        }
    }

    #[test]
    fn multiclass_metrics_keep_their_bounds_and_ignore_order(
        (rows, shuffled) in prop::collection::vec((0..5_u32, prop::array::uniform5(1..20_u8)), 1..40)
            .prop_flat_map(|r| (Just(r.clone()), Just(r).prop_shuffle()))
    ) {
        let scores = |rows: &[(u32, [u8; 5])]| {
            let row = |p: &[u8; 5]| p.map(|v| f64::from(v) / p.iter().map(|v| f64::from(*v)).sum::<f64>());
            let probabilities = rows.iter().flat_map(|(_, p)| row(p)).collect();
            let codes = rows.iter().map(|row| row.0).collect();
            score(&Truth::Classes(codes), &Predictions::Classes { labels: labels(5), probabilities })
        };
        let ours = scores(&rows);
        prop_assert_eq!(&ours, &scores(&shuffled));
        prop_assert!(ours[&Metric::Top3] >= ours[&Metric::Accuracy]);
        for metric in [Metric::Accuracy, Metric::BalancedAccuracy, Metric::MacroF1, Metric::Top3] {
            prop_assert!(ours[&metric].is_none_or(|v| (0.0..=1.0 + 1e-12).contains(&v)), "{metric:?}");
        }
    }

    #[test]
    fn regression_metrics_keep_their_bounds_and_ignore_order(
        (rows, shuffled) in prop::collection::vec((-1e3..1e3_f64, -1e3..1e3_f64), 1..40)
            .prop_flat_map(|r| (Just(r.clone()), Just(r).prop_shuffle()))
    ) {
        let scores = |rows: &[(f64, f64)]| {
            let (truth, values) = rows.iter().copied().unzip();
            score(&Truth::Numbers(truth), &Predictions::Numbers(values))
        };
        let ours = scores(&rows);
        prop_assert_eq!(&ours, &scores(&shuffled));
        prop_assert!(ours[&Metric::R2].is_none_or(|v| v <= 1.0));
        let (mae, rmse) = (ours[&Metric::Mae].unwrap(), ours[&Metric::Rmse].unwrap());
        prop_assert!(0.0 <= mae && mae <= rmse * (1.0 + 1e-12), "{mae} and {rmse}");
        let largest = rows.iter().map(|(t, p)| (t - p).abs()).fold(0.0, f64::max);
        prop_assert!((0.0..=largest).contains(&ours[&Metric::Medae].unwrap()));
    }

    #[test]
    fn an_interval_has_its_ends_in_order_and_none_without_a_value(rows in rows(), seed in any::<u64>()) {
        let truth = Truth::Classes(rows.iter().map(|row| u32::from(row.0)).collect());
        let probabilities = rows.iter().map(|row| f64::from(row.1) / 100.0).flat_map(|p| [1.0 - p, p]).collect();
        let predictions = Predictions::Classes { labels: labels(2), probabilities };
        for (metric, interval) in intervals(&truth, &predictions, 20, Seed::new(seed), 1) {
            prop_assert!(interval.low <= interval.high, "{metric:?}: {interval:?}");
            prop_assert!(interval.value.is_some() || interval == super::Interval::default(), "{metric:?}: {interval:?}");
        }
    }
}
