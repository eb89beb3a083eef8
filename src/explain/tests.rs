//! Explanations of a model whose every answer is known: `y = 2 a - 3 b + 6 [c = "high"] + 1`, the mean of two networks that
//! differ in the weight of `c`, which is 5 and 7.

use std::sync::Arc;

use serde_json::json;

use super::whatif::{Condition, Decision, Direction, FlipSearch, Known, Mixes, Unlike, Vary, best, curves, elasticities};
use super::*;
use crate::data::{Column, Dataset, Frame, Kind, Matrix, Predictions, Role, Schema, Target, Task, Truth};
use crate::learn::Fitted;
use crate::metrics::Metric;
use crate::normalize::FittedNormalizer;
use crate::pipeline::{Context, Pipeline, Session};
use crate::seed::Seed;
use crate::train::{Activation, DeviceKind, Model, Network};

fn fitted() -> Fitted<Model> {
    let number = json!({"number": {"scale": {"linear": {"center": 0.0, "width": 1.0}}, "fill": 0.0, "indicator": false, "range": [-10.5, 9.5], "clip": null}});
    let level = json!({"onehot": {"levels": ["low", "high"], "missing": false, "rare": []}});
    let normalizer: FittedNormalizer = serde_json::from_value(json!({
        "columns": [["a", number], ["b", number], ["c", level], ["d", {"dropped": {"reason": "one value"}}]],
        "target": null,
        "classes": 0,
        "unseen": "rare",
    }))
    .unwrap();
    let column = |name: &str, kind| Column {
        name: name.into(),
        kind,
        role: Role::Feature,
        reason: String::new(),
        format: None,
        whole: false,
    };
    let schema = Schema {
        columns: vec![
            column("a", Kind::Number),
            column("b", Kind::Number),
            column("c", Kind::Category),
            column("d", Kind::Category),
        ],
        target: Target { name: "y".into(), task: Task::Regression, labels: Vec::new() },
        null_values: Vec::new(),
        trim: true,
        decimal_comma: false,
        names: crate::data::NameIndex::default(),
    };
    let member = |high: f32| vec![2.0, -3.0, 0.0, high, 1.0];
    let model = Model {
        network: Network::plain(4, &[], 1, Activation::Relu),
        members: vec![member(5.0), member(7.0)],
        labels: Vec::new().into(),
        histories: Vec::new(),
        device: DeviceKind::Auto.open().unwrap(),
    };
    Fitted::new(Arc::new(schema), normalizer, model)
}

fn frame(fitted: &Fitted<Model>, rows: &[(f64, f64, &str)]) -> Frame {
    let cells = [
        ("a".to_owned(), Cells::Numbers(rows.iter().map(|r| Some(r.0)).collect())),
        ("b".to_owned(), Cells::Numbers(rows.iter().map(|r| Some(r.1)).collect())),
        ("c".to_owned(), Cells::Texts(rows.iter().map(|r| Some(r.2.to_owned())).collect())),
    ];
    cells::frame_of(&fitted.schema, &fitted.normalizer, rows.len(), &cells).unwrap()
}

fn known(fitted: &Fitted<Model>) -> Known<'_> {
    Known { schema: &fitted.schema, normalizer: &fitted.normalizer, profile: None }
}

fn near(found: f64, wanted: f64) {
    assert!((found - wanted).abs() < 1e-5, "{found}, wanted {wanted}");
}

#[test]
fn shapley_values_of_a_linear_model_are_weights_times_distances_from_the_mean() {
    let (fitted, session) = (fitted(), Session::silent());
    let cx = session.context();
    // Means: a 1, b 2, c half of the rows.
    let usual = frame(&fitted, &[(0.0, 1.0, "low"), (2.0, 3.0, "high")]);
    let explainer = Explainer::new(&fitted, &usual, &cx).unwrap();
    assert_eq!(explainer.columns(), ["a", "b", "c"]);
    let row = frame(&fitted, &[(5.0, -1.0, "high"), (0.0, 1.0, "low")]);
    for effort in [Effort::default(), Effort { pairs: 2, exact: 1 }] {
        let found = explainer.explain(&row, Goal::default(), effort, Seed::new(1), &cx).unwrap();
        let parts = &found[0].parts;
        [8.0, 9.0, 3.0].iter().zip(&parts.contributions).for_each(|(wanted, part)| near(*part, *wanted));
        near(parts.base, 2.0 - 6.0 + 3.0 + 1.0);
        near(parts.value, 20.0);
        assert!((parts.base + parts.contributions.iter().sum::<f64>() - parts.value).abs() < 1e-12);
    }
    let background = Background { rows: 0, columns: Vec::new() };
    assert!(!background.is_sound(&fitted.normalizer));
    let told = strongest(
        &explainer.explain(&row, Goal::default(), Effort::default(), Seed::new(1), &cx).unwrap()[0],
        &explainer.columns(),
        &row,
        0,
        2,
    );
    let words: Vec<String> = told.unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(words, ["b -1, +9.00", "a 5, +8.00"]);
}

#[test]
fn curves_of_an_additive_model_are_parallel() {
    let (fitted, session) = (fitted(), Session::silent());
    let cx = session.context();
    let rows = frame(&fitted, &[(0.0, 1.0, "low"), (2.0, 3.0, "high"), (4.0, 2.0, "low"), (6.0, 2.0, "high")]);
    let curve = &dependence(&fitted, &rows, "a", 10, &[Aim::Number], &cx).unwrap()[0];
    let at: Vec<f64> = curve.grid.iter().map(|p| p.at.unwrap()).collect();
    assert_eq!(at, [0.0, 2.0, 4.0, 6.0]);
    for (point, line) in curve.grid.iter().zip(0..) {
        // b is 2 and c is high in half of the rows: 2 a - 6 + 3 + 1; the networks differ by one in c, so by half a unit.
        near(point.mean, 2.0 * point.at.unwrap() - 2.0);
        let [low, high] = point.networks.unwrap();
        near(low, point.mean - 0.5);
        near(high, point.mean + 0.5);
        assert!(point.low < point.mean && point.high > point.mean);
        curve.lines.iter().for_each(|values| near(values[line], 2.0 * at[line]));
    }
    // With a at 0: 1 - 3 b, and 6 more where c is high.
    curve.starts.iter().zip([-2.0, -2.0, -5.0, 1.0]).for_each(|(start, wanted)| near(*start, wanted));
    assert_eq!(curve.starts.len(), 4);
    let levels = &dependence(&fitted, &rows, "c", 10, &[Aim::Number], &cx).unwrap()[0];
    near(levels.grid[0].mean - levels.grid[1].mean, if levels.grid[0].value == "high" { 6.0 } else { -6.0 });
}

#[test]
fn importance_is_of_what_is_used() {
    let (fitted, session) = (fitted(), Session::silent());
    let cx = session.context();
    let mut rng = Seed::new(4).rng();
    let rows: Vec<(f64, f64, &str)> = (0..200).map(|_| (rng.normal(), 0.0, ["low", "high"][rng.below(2)])).collect();
    let mut frame = frame(&fitted, &rows);
    frame.truth = Some(Truth::Numbers(rows.iter().map(|r| 2.0 * r.0 + if r.2 == "high" { 6.0 } else { 0.0 } + 1.0).collect()));
    let found = importance(&fitted, &frame, &[vec![0], vec![1], vec![2], vec![0, 2]], 5, &cx).unwrap();
    let loss = |i: usize| found[i].losses[&Metric::Rmse];
    // Of numbers drawn alike, the mean squared difference is twice the variance: 2 * 4 for a, 2 * 9 for c.
    assert!((loss(0).mean - 8.0_f64.sqrt()).abs() < 0.5 && (loss(2).mean - 18.0_f64.sqrt()).abs() < 0.5, "{found:?}");
    assert!((loss(3).mean - 26.0_f64.sqrt()).abs() < 0.6 && loss(3).low > loss(0).mean, "{found:?}");
    near(loss(1).mean, 0.0);
    assert_eq!(found[3].columns, ["a", "c"]);
}

fn flip(columns: &[(&str, Direction)], conditions: &[&str], cx: &Context<'_>) -> Option<Vec<(String, f64)>> {
    let fitted = fitted();
    let known = known(&fitted);
    let columns = columns.iter().map(|(text, way)| (Vary::parse("--vary", text, known).unwrap(), *way)).collect();
    let conditions: Vec<Condition> = conditions.iter().map(|text| Condition::parse(text, known).unwrap()).collect();
    let search = FlipSearch::new(&fitted, known, Decision::AtLeast(10.0), columns, &conditions, 3).unwrap();
    // y = 1: nine are wanting.
    let found = search.run(&frame(&fitted, &[(0.0, 0.0, "low")]), cx).unwrap().remove(0)?;
    assert_eq!(found.decisions, [0, 1]);
    assert!(matches!(&found.predictions, Predictions::Numbers(y) if y[0] >= 10.0));
    Some(found.changes.iter().map(|c| (format!("{} {}", c.column, c.to), c.cost)).collect())
}

#[test]
fn the_cheapest_flip_is_found() {
    let session = Session::silent();
    let cx = session.context();
    let any = Direction::Any;
    // In files without histograms a quarter of the range counts one: 5. a has to rise by 4.5, b to fall by 3.
    let value = |found: &(String, f64)| found.0.split(' ').nth(1).unwrap().parse::<f64>().unwrap();
    let found = flip(&[("a", any), ("b", any), ("c", any)], &[], &cx).unwrap();
    assert!(found.len() == 1 && (-3.02..=-3.0).contains(&value(&found[0])), "{found:?}");
    assert!((found[0].1 - 0.6).abs() < 0.01, "{found:?}");
    let found = flip(&[("a", any), ("b", Direction::Up)], &[], &cx).unwrap();
    assert!(found.len() == 1 && found[0].0.starts_with('a') && (4.5..4.52).contains(&value(&found[0])), "{found:?}");
    assert_eq!(flip(&[("c", any)], &[], &cx), None);
    // a alone may not rise so far: with c it has to reach 1.5.
    let found = flip(&[("a", any), ("c", any)], &["a<=2"], &cx).unwrap();
    assert!(found.len() == 2 && found[1] == ("c high".into(), 1.0), "{found:?}");
    assert!((1.5..1.52).contains(&value(&found[0])), "{found:?}");
    // Only named values: the step that is enough.
    let found = flip(&[("a=0:9:1", any)], &[], &cx).unwrap();
    assert_eq!(found[0].0, "a 5");
}

#[test]
fn mixes_are_ranked_and_elasticities_are_those_of_the_formula() {
    let (fitted, session) = (fitted(), Session::silent());
    let cx = session.context();
    let rows = frame(&fitted, &[(2.0, 0.0, "low"), (0.0, 0.0, "low"), (-2.0, 1.0, "low")]);
    let vary = |text: &str| Vary::parse("--vary", text, known(&fitted)).unwrap();
    let mixes = Mixes::new(vec![vary("a=1:3:1"), vary("c")], 3).unwrap();
    assert_eq!((mixes.len(), mixes.words(1)), (6, vec!["1".to_owned(), "high".to_owned()]));
    let found = curves(&fitted, &rows, &mixes, Aim::Number, &cx).unwrap();
    // 2 a - 3 b + 6 + 1 for a = 3, b = 0, 0, 1.
    [13.0, 13.0, 10.0].iter().zip(&found.values[5]).for_each(|(wanted, y)| near(*y, *wanted));
    let [low, high] = found.networks.as_ref().unwrap()[5][0];
    near(low, 12.0);
    near(high, 14.0);
    let top = best(&found, &mixes, &Unlike::default(), false, 2);
    assert_eq!([top[0].mix, top[1].mix], [5, 3]);
    near(top[0].mean, 12.0);
    assert_eq!(best(&found, &mixes, &Unlike::default(), true, 1)[0].words, ["1", "low"]);
    // y = 5 at a = 2: (ln 5.2 - ln 4.8) / (ln 1.05 - ln 0.95); a = 0 has none, and y = -6 has none.
    let found = elasticities(&fitted, &rows, "a", Aim::Number, &cx).unwrap();
    near(found[0].unwrap(), (5.2_f64 / 4.8).ln() / (1.05_f64 / 0.95).ln());
    assert_eq!(found[1..], [None, None]);
}

#[test]
fn pairs_of_levels_that_never_meet_are_told() {
    let (fitted, rows) = (fitted(), 40);
    let known = known(&fitted);
    let levels = |f: &dyn Fn(usize) -> &'static str| Cells::Texts((0..rows).map(|i| Some(f(i).to_owned())).collect());
    // c and d always differ: high with x, low with y.
    let cells = [("c".to_owned(), levels(&|i| ["low", "high"][i % 2])), ("d".to_owned(), levels(&|i| ["y", "x"][i % 2]))];
    let frame = cells::frame_of(&fitted.schema, &fitted.normalizer, rows, &cells).unwrap();
    let other = Vary { column: "d".into(), words: vec!["x".into(), "y".into()], ..Vary::parse("--vary", "c", known).unwrap() };
    let mixes = Mixes::new(vec![Vary::parse("--vary", "c", known).unwrap(), other], 1).unwrap();
    let unlike = Unlike::count(&mixes, &[&frame]).unwrap();
    let told: Vec<usize> = (0..4).map(|mix| unlike.reasons(&mixes, mix).len()).collect();
    // low-x, low-y, high-x, high-y
    assert_eq!(told, [1, 0, 0, 1]);
    assert_eq!(unlike.reasons(&mixes, 0), ["c low and d x never stand together in 40 rows"]);
}

/// A stage that counts the rows it is asked for.
struct Counting(std::sync::atomic::AtomicUsize);

impl Pipeline for Counting {
    type Input = Dataset;
    type Output = Predictions;

    fn name(&self) -> &'static str {
        "predict"
    }

    fn run(&self, data: Dataset, _: &Context<'_>) -> crate::error::Result<Predictions> {
        self.0.fetch_add(data.height, std::sync::atomic::Ordering::Relaxed);
        let Matrix { values, width } = data.numbers;
        Ok(Predictions::Numbers(values.chunks(width).map(|row| f64::from(row[0])).collect()))
    }
}

#[test]
fn columns_that_are_equal_cost_nothing() {
    let linear = fitted();
    let counting = Counting(std::sync::atomic::AtomicUsize::new(0));
    let fitted = Fitted::new(linear.schema.clone(), linear.normalizer.clone(), counting);
    let session = Session::silent();
    let cx = session.context();
    let usual = frame(&linear, &[(0.0, 1.0, "low"), (2.0, 1.0, "low")]);
    let explainer = Explainer::new(&fitted, &usual, &cx).unwrap();
    let found = explainer.explain(&usual, Goal::default(), Effort::default(), Seed::new(1), &cx).unwrap();
    // Two background rows and two rows; a alone differs, so that no coalition is left to ask for.
    assert_eq!(fitted.parts[0].model.0.load(std::sync::atomic::Ordering::Relaxed), 4);
    assert_eq!(found[0].parts.contributions, [-1.0, 0.0, 0.0]);
}
