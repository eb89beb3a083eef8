use super::*;
use crate::seed::Seed;

/// Predictions of numbers that are off by more the larger they are, and the truth.
fn numbers(rows: usize, seed: u64) -> (Predictions, Truth, Vec<usize>) {
    let mut rng = Seed::new(seed).rng();
    let predictions: Vec<f64> = (0..rows).map(|_| 10.0 * rng.uniform()).collect();
    let truth = predictions.iter().map(|p| p + (0.2 + p) * rng.normal()).collect();
    (Predictions::Numbers(predictions), Truth::Numbers(truth), (0..rows).map(|row| row % 5).collect())
}

/// Probabilities of three classes that are what happens, and what happened.
fn classes(rows: usize, seed: u64) -> (Predictions, Truth, Vec<usize>) {
    let mut rng = Seed::new(seed).rng();
    let (mut probabilities, mut codes) = (Vec::new(), Vec::new());
    for _ in 0..rows {
        let parts = [0; 3].map(|_| rng.uniform().powi(3) + 1e-3);
        let sum: f64 = parts.iter().sum();
        let (draw, first) = (rng.uniform(), parts[0] / sum);
        codes.push(if draw < first { 0 } else { u32::from(draw >= first + parts[1] / sum) + 1 });
        probabilities.extend(parts.map(|p| p / sum));
    }
    let labels = ["a".to_owned(), "b".to_owned(), "c".to_owned()].into();
    (Predictions::Classes { labels, probabilities }, Truth::Classes(codes), (0..rows).map(|row| row % 5).collect())
}

fn learned((predictions, truth, folds): &(Predictions, Truth, Vec<usize>)) -> Option<Conformal> {
    Conformal::learn(OutOfFold { predictions, truth, folds }, false)
}

/// Every row a unit of its own.
fn alone(rows: u32) -> Vec<u32> {
    (0..rows).collect()
}

/// Mean and least share of new rows within, over fifty pairs of rows to learn from and new ones.
fn covered(rows: usize, level: f64, make: impl Fn(usize, u64) -> (Predictions, Truth, Vec<usize>)) -> f64 {
    let one = |trial: u64| {
        let (old, new) = (make(rows, 2 * trial), make(400, 2 * trial + 1));
        let conformal = learned(&old).unwrap();
        let unused = OutOfFold { predictions: &old.0, truth: &old.1, folds: &old.2 };
        coverage(&conformal, level, Some((&new.0, &new.1)), unused, &alone(400)).unwrap().at.covered.value.unwrap()
    };
    (0..50).map(one).sum::<f64>() / 50.0
}

#[test]
fn new_rows_of_one_kind_lie_within_as_often_as_meant() {
    // The standard error of the mean of 50 coverages is about 0.004 with 60 rows to learn from, and less with more.
    for (rows, level) in [(60, 0.8), (60, 0.9), (500, 0.9), (3000, 0.95)] {
        let (of_numbers, of_classes) = (covered(rows, level, numbers), covered(rows, level, classes));
        assert!((-0.012..0.025).contains(&(of_numbers - level)), "numbers, {rows} rows, {level}: {of_numbers}");
        assert!((-0.012..0.025).contains(&(of_classes - level)), "classes, {rows} rows, {level}: {of_classes}");
    }
}

#[test]
fn what_is_harder_to_predict_gets_a_wider_interval() {
    let conformal = learned(&numbers(4000, 1)).unwrap();
    let width = |p| {
        let [low, high] = conformal.interval(p, 0.9).unwrap();
        assert!((f64::midpoint(low, high) - p).abs() < 1e-9);
        high - low
    };
    // The spread is 0.2 + p, and 90 % of normal errors lie within 1.645 of it.
    for p in [2.0, 5.0, 8.0] {
        assert!((width(p) / (2.0 * 1.645 * (0.2 + p)) - 1.0).abs() < 0.2, "{p}: {}", width(p));
    }
    assert!(width(8.0) > 2.0 * width(2.0));
    // Beyond all predictions it stays as at the end.
    assert!((width(50.0) - width(500.0)).abs() < 1e-9);
}

#[test]
fn errors_are_told_apart_by_size_in_one_way_where_they_are_scored_and_where_they_are_used() {
    // Half of the rows are small numbers that are hit, the others are spread over two orders and off by ten. 900 rows fill two
    // parts, the 720 of four folds one: errors scored by the one and multiplied by the other held 83 % for 90.
    let make = |rows: usize, seed: u64| {
        let mut rng = Seed::new(seed).rng();
        let mut one = |row: usize| {
            let small = row.is_multiple_of(2);
            let p = if small { rng.uniform() } else { 100_f64.powf(rng.uniform()) };
            (p, p + if small { 0.01 } else { 10.0 } * rng.normal())
        };
        let (predictions, truth) = (0..rows).map(&mut one).unzip();
        (Predictions::Numbers(predictions), Truth::Numbers(truth), (0..rows).map(|row| row / 2 % 5).collect())
    };
    let found = covered(900, 0.9, make);
    assert!((found - 0.9).abs() < 0.012, "{found}");
}

#[test]
fn intervals_of_a_model_that_misses_by_less_are_narrower_by_that() {
    let rows = numbers(400, 5);
    let whole = learned(&rows).unwrap();
    let width = |conformal: &Conformal| conformal.interval(4.0, 0.9).map(|[low, high]| high - low).unwrap();
    assert!((width(&whole.clone().times(0.9)) - 0.9 * width(&whole)).abs() < 1e-12);
    // What the folds keep is what their own models keep.
    let out_of_fold = OutOfFold { predictions: &rows.0, truth: &rows.1, folds: &rows.2 };
    let told = |conformal| coverage(conformal, 0.9, None, out_of_fold, &alone(400)).unwrap().at;
    assert_eq!(told(&whole.clone().times(0.5)), told(&whole));
    let sets = learned(&classes(400, 5)).unwrap();
    assert_eq!(sets.clone().times(0.5), sets);
}

#[test]
fn no_interval_reaches_below_a_target_that_is_never_negative() {
    let (predictions, truth, folds) = numbers(400, 3);
    let Truth::Numbers(truth) = truth else { unreachable!() };
    let truth = Truth::Numbers(truth.into_iter().map(|y| y.max(0.0)).collect());
    let free = learned(&(predictions.clone(), truth.clone(), folds.clone())).unwrap();
    let held = free.clone().never_negative(true);
    let [low, high] = free.interval(0.1, 0.9).unwrap();
    assert!(low < 0.0);
    assert_eq!(held.interval(0.1, 0.9), Some([0.0, high]));
    assert_eq!(held.interval(9.0, 0.5), free.interval(9.0, 0.5));
    // As many rows lie within, and the intervals are narrower, with a test part and without one.
    let rows = OutOfFold { predictions: &predictions, truth: &truth, folds: &folds };
    for test in [Some((&predictions, &truth)), None] {
        let told = |conformal| coverage(conformal, 0.9, test, rows, &alone(400)).unwrap().at;
        let (free, held) = (told(&free), told(&held));
        assert_eq!(free.covered, held.covered);
        assert!(held.mean_width < free.mean_width);
    }
}

#[test]
fn a_higher_level_never_narrows() {
    let (of_numbers, of_classes) = (learned(&numbers(300, 7)).unwrap(), learned(&classes(300, 7)).unwrap());
    let levels = [0.5, 0.7, 0.9, 0.95, 0.99];
    let widths = levels.map(|level| of_numbers.interval(3.0, level).map(|[low, high]| high - low).unwrap());
    assert!(widths.is_sorted(), "{widths:?}");
    let sizes = levels.map(|level| of_classes.set(&[0.2, 0.5, 0.3], level).unwrap().len());
    assert!(sizes.is_sorted() && sizes[0] >= 1, "{sizes:?}");
}

#[test]
fn few_rows_teach_nothing_and_not_every_level() {
    assert_eq!(learned(&numbers(19, 1)), None);
    let few = learned(&numbers(30, 1)).unwrap();
    assert!(few.serves(0.9) && !few.serves(0.99));
    assert_eq!((few.interval(1.0, 0.99), few.set(&[0.5, 0.5], 0.9)), (None, None));
    let (mut broken, truth, folds) = numbers(50, 1);
    if let Predictions::Numbers(values) = &mut broken {
        values[3] = f64::NAN;
    }
    assert_eq!(learned(&(broken, truth, folds)), None);
}

#[test]
fn perfect_predictions_have_intervals_of_no_width() {
    let values: Vec<f64> = (0..100).map(f64::from).collect();
    let (predictions, truth) = (Predictions::Numbers(values.clone()), Truth::Numbers(values));
    let conformal = learned(&(predictions, truth, (0..100).map(|row| row % 5).collect())).unwrap();
    assert_eq!(conformal.interval(7.0, 0.9), Some([7.0, 7.0]));
}

#[test]
fn without_a_test_part_each_fold_is_judged_by_the_others() {
    let (predictions, truth, folds) = numbers(2000, 3);
    let rows = OutOfFold { predictions: &predictions, truth: &truth, folds: &folds };
    let conformal = Conformal::learn(rows, true).unwrap();
    let record = coverage(&conformal, 0.8, None, rows, &alone(2000)).unwrap();
    assert_eq!((record.rows.as_str(), record.count, record.calibrated_on, record.over_time), ("out of fold", 2000, 2000, true));
    assert!((record.at.covered.value.unwrap() - 0.8).abs() < 0.03, "{record:?}");
    assert_eq!(record.levels.iter().map(|l| l.level).collect::<Vec<_>>(), [0.5, 0.8, 0.9, 0.95]);
}

#[test]
fn folds_whose_models_miss_all_rows_alike_tell_as_much_as_a_few_rows() {
    // No noise: the models of two folds of ten are off by 1 everywhere, the others by a hundredth of that.
    let folds: Vec<usize> = (0..1000).map(|row| row % 10).collect();
    let values: Vec<f64> = (0..1000).map(f64::from).collect();
    let off = folds.iter().zip(&values).map(|(fold, value)| value + if *fold < 2 { 1.0 } else { 0.01 }).collect();
    let (predictions, truth) = (Predictions::Numbers(off), Truth::Numbers(values));
    let rows = OutOfFold { predictions: &predictions, truth: &truth, folds: &folds };
    let conformal = Conformal::learn(rows, false).unwrap();
    let at = coverage(&conformal, 0.8, None, rows, &alone(1000)).unwrap().at.covered;
    // Eight folds of ten within: 0.8 of ten rows has the score interval 0.490 to 0.943; of a thousand, 0.774 to 0.824.
    assert!((at.value.unwrap() - 0.8).abs() < 0.01, "{at:?}");
    assert!(at.low.unwrap() < 0.6 && at.high.unwrap() > 0.9, "{at:?}");
}

#[test]
fn it_reads_back_and_a_broken_one_is_seen() {
    for (made, classes) in [(learned(&numbers(1500, 1)), 0), (learned(&classes(100, 1)), 3)] {
        let made = made.unwrap();
        let text = serde_json::to_string(&made).unwrap();
        let read: Conformal = serde_json::from_str(&text).unwrap();
        assert_eq!(read, made);
        assert!(read.is_sound(classes) && !read.is_sound(if classes == 0 { 3 } else { 0 }));
    }
    let text = serde_json::to_string(&learned(&numbers(100, 1)).unwrap()).unwrap();
    let broken: Conformal = serde_json::from_str(&text.replacen("\"error\":[", "\"error\":[-1,", 1)).unwrap();
    assert!(!broken.is_sound(0));
}

#[test]
fn levels_that_the_most_probable_class_keeps_alone_are_left_out() {
    // 900 of 1000 rows have the truth that they are given 0.9 for.
    let labels = ["a".to_owned(), "b".to_owned()].into();
    let rows = Predictions::Classes { labels, probabilities: [0.9, 0.1].repeat(1000) };
    let truth = Truth::Classes((0..1000).map(|row| u32::from(row % 10 == 0)).collect());
    let folds: Vec<usize> = (0..1000).map(|row| row / 10 % 5).collect();
    let known = OutOfFold { predictions: &rows, truth: &truth, folds: &folds };
    let record = coverage(&Conformal::learn(known, false).unwrap(), 0.5, Some((&rows, &truth)), known, &alone(1000)).unwrap();
    assert_eq!(record.levels.iter().map(|l| (l.level, l.mean_width)).collect::<Vec<_>>(), [(0.9, 2.0), (0.95, 2.0)]);
    assert_eq!((record.at.covered.value, record.at.mean_width), (Some(0.9), 1.0), "what was asked for is told");
}
