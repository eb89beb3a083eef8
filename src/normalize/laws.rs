//! Laws that hold for whatever a normalizer learned.

use std::sync::Arc;

use polars::prelude::{Column as Series, DataFrame};
use proptest::prelude::*;

use super::{Encoding, FittedNormalizer, Missing, Normalize, NormalizeConfig, Numbers, Rules};
use crate::data::{Column, Fold, Frame, Kind, Oddity, Role, Schema, Target, Task, Truth};
use crate::pipeline::{Pipeline, Session};

/// One column of a frame.
#[derive(Clone, Debug)]
enum Values {
    Numbers(Vec<Option<f64>>),
    Levels(Vec<Option<String>>),
}

fn frame(columns: Vec<(&str, Values)>, target: Vec<f64>) -> Frame {
    let rows = target.len();
    let kind = |values: &Values| if matches!(values, Values::Numbers(_)) { Kind::Number } else { Kind::Category };
    let describe = |(name, values): &(&str, Values)| Column {
        name: (*name).into(),
        kind: kind(values),
        role: Role::Feature,
        reason: String::new(),
        format: None,
        whole: false,
    };
    let schema = Schema {
        columns: columns.iter().map(describe).collect(),
        target: Target { name: "y".into(), task: Task::Regression, labels: vec![] },
        null_values: vec![],
        trim: true,
        decimal_comma: false,
        names: crate::data::NameIndex::default(),
    };
    let series = columns.into_iter().map(|(name, values)| match values {
        Values::Numbers(v) => Series::new(name.into(), v),
        Values::Levels(v) => Series::new(name.into(), v),
    });
    Frame {
        schema: Arc::new(schema),
        data: DataFrame::new(rows, series.collect()).unwrap(),
        truth: Some(Truth::Numbers(target)),
        rows: (0..rows).collect(),
        weights: None,
        units: (0..).take(rows).collect(),
        time: None,
        ordered: false,
        test: vec![false; rows],
        folds: None,
        counts: vec![],
        unusual: vec![],
        health: vec![],
    }
}

fn fit(frame: &Frame, train: Vec<usize>, config: &NormalizeConfig) -> FittedNormalizer {
    let rules = Rules { drop_constant: true, max_missing: 0.98, clip_outliers: false };
    let fold = Fold::new(frame.height(), train, vec![]).unwrap();
    let session = Session::silent();
    Normalize::new(config, rules).unwrap().run(fold.split(frame).0, &session.context()).unwrap()
}

fn levels(texts: [&str; 5]) -> Values {
    Values::Levels(texts.map(|t| Some(t.to_owned())).to_vec())
}

#[test]
fn one_hot_by_hand() {
    let frame = frame(vec![("x", levels(["a", "a", "b", "b", "c"]))], vec![0.0; 5]);
    let config = NormalizeConfig { min_frequency: 2, ..NormalizeConfig::default() };
    let fitted = fit(&frame, (0..5).collect(), &config);
    let mut unusual = vec![];
    let data = fitted.encode(&frame, &mut unusual).unwrap();
    // a, b, and c as the one rare level
    assert_eq!(data.numbers.row(0), [1.0, 0.0, 0.0]);
    assert_eq!(data.numbers.row(3), [0.0, 1.0, 0.0]);
    assert_eq!(data.numbers.row(4), [0.0, 0.0, 1.0]);
    assert_eq!(unusual, []);
}

#[test]
fn a_level_never_seen_is_counted_and_counts_as_rare() {
    let frame = frame(vec![("x", levels(["a", "a", "b", "b", "z"]))], vec![0.0; 5]);
    let config = NormalizeConfig { min_frequency: 2, ..NormalizeConfig::default() };
    let fitted = fit(&frame, vec![0, 1, 2, 3], &config);
    let mut unusual = vec![];
    let data = fitted.encode(&frame, &mut unusual).unwrap();
    assert_eq!(data.numbers.row(4), [0.0, 0.0]);
    assert_eq!((unusual[0].what, unusual[0].count, unusual[0].first), (Oddity::Unseen, 1, 4));
}

#[test]
fn a_gap_is_the_median_with_an_indicator() {
    let values = vec![Some(1.0), Some(3.0), Some(8.0), None];
    let frame = frame(vec![("x", Values::Numbers(values))], vec![0.0; 4]);
    let config = NormalizeConfig { numbers: Numbers::None, missing: Missing::Median, ..NormalizeConfig::default() };
    let data = fit(&frame, (0..4).collect(), &config).encode(&frame, &mut vec![]).unwrap();
    assert_eq!(data.numbers.row(0), [1.0, 0.0]);
    assert_eq!(data.numbers.row(3), [3.0, 1.0]);
}

#[test]
fn many_levels_become_codes() {
    let levels: Vec<Option<String>> = (0..80).map(|i| Some(format!("l{:02}", i % 40))).collect();
    let frame = frame(vec![("x", Values::Levels(levels))], vec![0.0; 80]);
    let config = NormalizeConfig { min_frequency: 1, ..NormalizeConfig::default() };
    let fitted = fit(&frame, (0..80).collect(), &config);
    let data = fitted.encode(&frame, &mut vec![]).unwrap();
    assert_eq!((data.cardinalities.clone(), data.numbers.width), (vec![41], 0));
    assert_eq!(data.codes[..3], [1, 2, 3]);
}

fn numbers() -> impl Strategy<Value = Vec<Option<f64>>> {
    proptest::collection::vec(proptest::option::weighted(0.9, -1e6..1e6_f64), 12..40)
}

fn scalings() -> impl Strategy<Value = Numbers> {
    prop_oneof![Just(Numbers::Standard), Just(Numbers::Minmax), Just(Numbers::Robust), Just(Numbers::Quantile)]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Nothing is learned from rows outside of the training rows: spoiling them changes nothing.
    #[test]
    fn what_is_learned_depends_on_training_rows_only(values in numbers(), scaling in scalings(), spoiled in -1e12..1e12_f64) {
        let half: Vec<usize> = (0..values.len() / 2).collect();
        let config = NormalizeConfig { numbers: scaling, ..NormalizeConfig::default() };
        let mut other = values.clone();
        other[values.len() / 2..].fill(Some(spoiled));
        let mut target: Vec<f64> = (0..u8::try_from(values.len()).unwrap()).map(f64::from).collect();
        let clean = frame(vec![("x", Values::Numbers(values))], target.clone());
        target[half.len()..].fill(spoiled);
        let dirty = frame(vec![("x", Values::Numbers(other))], target);
        prop_assert_eq!(fit(&clean, half.clone(), &config), fit(&dirty, half, &config));
    }

    /// Scaling a column by a positive constant changes nothing that the network sees, up to rounding.
    #[test]
    fn the_unit_of_a_column_does_not_matter(values in numbers(), scaling in scalings(), unit in 0.001..1000.0_f64) {
        let rows = values.len();
        let config = NormalizeConfig { numbers: scaling, ..NormalizeConfig::default() };
        let encode = |values: Vec<Option<f64>>| {
            let frame = frame(vec![("x", Values::Numbers(values))], vec![0.0; rows]);
            fit(&frame, (0..rows).collect(), &config).encode(&frame, &mut vec![]).unwrap().numbers.values
        };
        let scaled = values.iter().map(|v| v.map(|v| v * unit)).collect();
        for (a, b) in encode(values).into_iter().zip(encode(scaled)) {
            prop_assert!((a - b).abs() < 1e-3, "{a} {b}");
        }
    }

    /// Rows encode one by one as they do together, bit for bit, and always to finite numbers.
    #[test]
    fn a_row_does_not_depend_on_its_neighbours(values in numbers(), scaling in scalings()) {
        let rows = values.len();
        let frame = frame(vec![("x", Values::Numbers(values))], vec![0.0; rows]);
        let fitted = fit(&frame, (0..rows / 2).collect(), &NormalizeConfig { numbers: scaling, ..NormalizeConfig::default() });
        let all = fitted.encode(&frame, &mut vec![]).unwrap();
        prop_assert!(all.numbers.values.iter().all(|v| v.is_finite()));
        for row in 0..rows {
            let one = fitted.encode(&frame.take(&[row]), &mut vec![]).unwrap();
            prop_assert_eq!(one.numbers.row(0), all.numbers.row(row));
        }
    }

    /// What was learned survives its JSON, bit for bit.
    #[test]
    fn what_was_learned_survives_its_json(values in numbers(), scaling in scalings()) {
        let rows = values.len();
        let frame = frame(vec![("x", Values::Numbers(values))], vec![0.0; rows]);
        let fitted = fit(&frame, (0..rows).collect(), &NormalizeConfig { numbers: scaling, ..NormalizeConfig::default() });
        let text = serde_json::to_string(&fitted).unwrap();
        prop_assert_eq!(serde_json::from_str::<FittedNormalizer>(&text).unwrap(), fitted.clone());
        let sound = fitted.columns.iter().all(|(_, e)| matches!(e, Encoding::Dropped { .. }) || e.is_sound());
        prop_assert!(sound);
    }
}

#[test]
fn frequent_values_beside_a_spike_have_levels_of_their_own() {
    // Thirty zeros, six fives, and four values that stand once each.
    let values = |spike: f64| {
        let rest = [5.0; 6].into_iter().chain([1.0, 2.0, 3.0, 4.0]);
        Values::Numbers([spike; 30].into_iter().chain(rest).map(Some).collect())
    };
    let frame = frame(vec![("gain", values(0.0))], (0..40).map(f64::from).collect());
    let fitted = fit(&frame, (0..40).collect(), &NormalizeConfig::default());
    let Encoding::Number { levels, .. } = &fitted.columns[0].1 else { panic!("{fitted:?}") };
    assert_eq!(levels, &[0.0, 5.0]);
    let dataset = fitted.encode(&frame, &mut vec![]).unwrap();
    assert_eq!(dataset.cardinalities, [3]);
    assert_eq!((dataset.codes[0], dataset.codes[30], dataset.codes[36]), (1, 2, 0));
    // A zero with a sign is the same zero.
    let negative = self::frame(vec![("gain", values(-0.0))], (0..40).map(f64::from).collect());
    assert_eq!(fitted.encode(&negative, &mut vec![]).unwrap().codes, dataset.codes);
    let none = NormalizeConfig { number_levels: 0, ..NormalizeConfig::default() };
    assert!(fit(&frame, (0..40).collect(), &none).encode(&frame, &mut vec![]).unwrap().cardinalities.is_empty());
}

#[test]
fn a_gap_in_disguise_is_encoded_as_a_gap() {
    let lengths = (0..60).map(|i| Some(4.0 + f64::from(i) / 10.0)).chain([Some(0.0); 3]);
    let frame = frame(vec![("length", Values::Numbers(lengths.collect()))], (0..63).map(f64::from).collect());
    let fitted = fit(&frame, (0..63).collect(), &NormalizeConfig::default());
    let Encoding::Number { range, fill, disguised, indicator: true, .. } = &fitted.columns[0].1 else { panic!("{fitted:?}") };
    assert_eq!((range, disguised.as_slice()), (&[4.0, 9.9], [0.0].as_slice()));
    let dataset = fitted.encode(&frame, &mut vec![]).unwrap();
    let gap = self::frame(vec![("length", Values::Numbers(vec![None, Some(*fill)]))], vec![0.0; 2]);
    let known = fitted.encode(&gap, &mut vec![]).unwrap();
    assert_eq!(dataset.numbers.row(62), known.numbers.row(0));
    assert_eq!((known.numbers.row(0)[0], known.numbers.row(0)[1]), (known.numbers.row(1)[0], 1.0));
    let as_it_is = NormalizeConfig { disguised_gaps: false, ..NormalizeConfig::default() };
    assert!(matches!(fit(&frame, (0..63).collect(), &as_it_is).columns[0].1, Encoding::Number { indicator: false, .. }));
}

#[test]
fn levels_that_no_model_file_holds_are_refused() {
    let texts = |n: usize| (0..n).map(|i| format!("level {i}")).collect::<Vec<_>>();
    let columns = [("few", 3), ("many", 40)]
        .map(|(name, n)| (name.to_owned(), Encoding::Onehot { levels: texts(n), missing: false, rare: texts(n) }));
    assert!(super::fit_in_file(&columns, 2000).is_ok());
    let error = super::fit_in_file(&columns, 1000).unwrap_err().to_string();
    assert!(error.starts_with("the 80 different texts of column \"many\" are too much for a model file"), "{error}");
}
