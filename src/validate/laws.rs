//! Laws that hold for every way to divide the rows.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use polars::prelude::DataFrame;
use proptest::prelude::*;

use super::{Split, SplitKind, Splits, ValidateConfig};
use crate::data::{Column, Frame, Kind, Role, Schema, Target, Task, Truth};
use crate::pipeline::{Cancel, NoCheckpoints, Pipeline, Session, Silent};
use crate::seed::Seed;

fn frame(codes: &[u32], units: &[u32], time: Option<Vec<i64>>, group: bool) -> Frame {
    let rows = codes.len();
    let column = Column {
        name: "g".into(),
        kind: Kind::Category,
        role: if group { Role::Group } else { Role::Feature },
        reason: String::new(),
        format: None,
        whole: false,
    };
    Frame {
        schema: Arc::new(Schema {
            columns: vec![column],
            target: Target { name: "y".into(), task: Task::Binary, labels: vec!["0".into(), "1".into()] },
            null_values: vec![],
            trim: true,
            decimal_comma: false,
            names: crate::data::NameIndex::default(),
        }),
        data: DataFrame::empty_with_height(rows),
        truth: Some(Truth::Classes(codes.to_vec())),
        rows: (0..rows).collect(),
        weights: None,
        units: units.to_vec(),
        time,
        ordered: false,
        test: vec![false; rows],
        folds: None,
        counts: vec![],
        unusual: vec![],
        health: vec![],
    }
}

fn split(frame: Frame, config: &ValidateConfig) -> Splits {
    let session = Session::silent();
    Split::new(config).unwrap().run(frame, &session.context()).unwrap()
}

fn config(split: SplitKind, folds: usize) -> ValidateConfig {
    ValidateConfig { folds, split, ..ValidateConfig::default() }
}

/// 60 to 200 rows: class, and unit of one to a few rows.
fn rows() -> impl Strategy<Value = (Vec<u32>, Vec<u32>)> {
    proptest::collection::vec((0..2_u32, 0..60_u32), 60..200).prop_map(|rows| rows.into_iter().unzip())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    /// The folds' judging rows are the rows learned from in the end, each once; units stand on one side throughout.
    #[test]
    fn folds_tile_the_rows_and_keep_units_whole((codes, units) in rows(), folds in 2..6_usize) {
        for kind in [SplitKind::Random, SplitKind::Stratified, SplitKind::Group] {
            let splits = split(frame(&codes, &units, None, kind == SplitKind::Group), &config(kind, folds));
            let mut judged: Vec<usize> = splits.folds.iter().flat_map(|f| f.holdout().to_vec()).collect();
            judged.sort_unstable();
            prop_assert_eq!(&judged, splits.last.train());
            prop_assert_eq!(splits.last.train().len() + splits.last.holdout().len(), codes.len());
            for fold in splits.folds.iter().chain([&splits.last]) {
                let side = |rows: &[usize]| rows.iter().map(|&r| units[r]).collect::<BTreeSet<u32>>();
                prop_assert!(side(fold.train()).is_disjoint(&side(fold.holdout())));
            }
        }
    }

    /// With single rows as units, a stratified part holds every class to within one row of its share.
    #[test]
    fn stratified_parts_hold_the_classes_in_proportion(codes in proptest::collection::vec(0..2_u32, 60..200), folds in 2..6_usize) {
        let units: Vec<u32> = (0..).take(codes.len()).collect();
        let splits = split(frame(&codes, &units, None, false), &config(SplitKind::Stratified, folds));
        let count = |rows: &[usize], class| rows.iter().filter(|&&r| codes[r] == class).count() as f64;
        for class in [0, 1] {
            let whole = count(splits.last.train(), class);
            for fold in &splits.folds {
                prop_assert!((count(fold.holdout(), class) - whole / folds as f64).abs() <= 1.0);
            }
        }
    }

    /// Forward in time, every row learned from is earlier than every row that judges, by more than the gap.
    #[test]
    fn time_only_runs_forward(moments in proptest::collection::vec(0..40_i64, 120..200), folds in 2..5_usize, gap in 0..3_usize) {
        let codes: Vec<u32> = (0..).take(moments.len()).map(|i: u32| i % 2).collect();
        let units: Vec<u32> = (0..).take(moments.len()).collect();
        let settings = ValidateConfig { gap, ..config(SplitKind::Time, folds) };
        let splits = split(frame(&codes, &units, Some(moments.clone()), false), &settings);
        let distinct: BTreeMap<i64, usize> = moments.iter().copied().collect::<BTreeSet<_>>().into_iter().zip(0..).collect();
        let nth = |row: &usize| distinct[&moments[*row]];
        prop_assert!(splits.frame.ordered);
        for fold in splits.folds.iter().chain([&splits.last]) {
            let last = fold.train().iter().map(nth).max().unwrap();
            let first = fold.holdout().iter().map(nth).min().unwrap();
            prop_assert!(last + gap < first, "{last} {first}");
            prop_assert!(fold.train().is_sorted_by_key(|r| moments[*r]));
        }
    }

    /// What is too few is said of moments, however many rows each of them has.
    #[test]
    fn few_moments_are_counted_as_moments(codes in proptest::collection::vec(0..2_u32, 100..200), moments in 1..4_i64) {
        let units: Vec<u32> = (0..).take(codes.len()).collect();
        let time: Vec<i64> = (0..).take(codes.len()).map(|row: i64| row % moments).collect();
        let frame = frame(&codes, &units, Some(time), false);
        let settings = ValidateConfig { gap: 2, ..config(SplitKind::Time, 3) };
        let refused = Split::new(&settings).unwrap().run(frame, &Session::silent().context()).unwrap_err().to_string();
        prop_assert!(refused.starts_with(&format!("{moments} different moments of [columns] time")), "{refused}");
        prop_assert!(refused.contains("3 folds") && refused.contains("2 moments of [validate] gap"), "{refused}");
    }

    /// The same seed divides the same way.
    #[test]
    fn the_seed_decides((codes, units) in rows()) {
        let one = split(frame(&codes, &units, None, false), &config(SplitKind::Stratified, 3));
        let two = split(frame(&codes, &units, None, false), &config(SplitKind::Stratified, 3));
        prop_assert_eq!(one.folds, two.folds);
    }
}

/// A test part is drawn from all rows: large units stand in it as often as small ones.
#[test]
fn a_test_part_holds_large_units_as_often_as_small_ones() {
    // 40 units each of 1, 2, 5, 10 and 20 rows: 1520 in all; the mean unit of a row has 40 * 530 / 1520 = 13.95 rows.
    let units: Vec<u32> = (0..200_u32).flat_map(|unit| vec![unit; [1, 2, 5, 10, 20][unit as usize % 5]]).collect();
    let size = |unit: u32| [1.0, 2.0, 5.0, 10.0, 20.0][unit as usize % 5];
    let codes: Vec<u32> = (0..).take(units.len()).map(|i: u32| i % 2).collect();
    for kind in [SplitKind::Random, SplitKind::Stratified, SplitKind::Group] {
        let (mut sum, mut rows) = (0.0, 0.0);
        for seed in 0..40 {
            let session = Session::new(&Silent, &NoCheckpoints, Cancel::default(), Seed::new(seed), 1);
            let frame = frame(&codes, &units, None, kind == SplitKind::Group);
            let last = Split::new(&config(kind, 5)).unwrap().run(frame, &session.context()).unwrap().last;
            let share = last.holdout().len() as f64 / units.len() as f64;
            assert!((share - 0.2).abs() < 0.01, "{kind:?} {seed}: {share}");
            sum += last.holdout().iter().map(|&row| size(units[row])).sum::<f64>();
            rows += last.holdout().len() as f64;
        }
        // A mean over 40 test parts of about 40 units each is off by 0.3 or so; of greedy dealing it was below 3.
        assert!((sum / rows - 13.95).abs() < 1.5, "{kind:?}: {}", sum / rows);
    }
}
