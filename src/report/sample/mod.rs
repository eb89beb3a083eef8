//! Records for the tests of the formats: one per task, every field filled, numbers made up but of one piece.

mod optional;

use super::{
    ColumnHealth, Curves, Details, Distribution, Epoch, History, Importance, Language, Record, RowCounts, RuleCount, Scored,
    Timing,
};
use crate::data::Predictions;
use crate::data::{Kind, Task};
use crate::metrics::figures::{class_curves, cuts, error_bins, error_quantiles, gain, score_histogram, separation, tenths};
use crate::metrics::{Interval, Metric, Spread};
use crate::pipeline::Warning;

/// A finished run of that task.
pub fn record(task: Task) -> Record {
    let labels: &[&str] = match task {
        Task::Binary => &["No", "Yes"],
        Task::Multiclass => &["Basic", "Plus", "Pro"],
        Task::Regression => &[],
    };
    let scale = if task == Task::Regression { 51_000.0 } else { 1.0 };
    Record {
        schema_version: 1,
        mkt_version: "0.1.0".into(),
        name: "2026-03-01-churn".into(),
        source: "data/customers.csv".into(),
        task,
        target: "Churn".into(),
        labels: labels.iter().map(|&l| l.into()).collect(),
        rows: RowCounts { collected: 12_060, used: 12_000, train: 9600, test: 2400 },
        class_counts: match task {
            Task::Binary => vec![9000, 3000],
            Task::Multiclass => vec![6000, 4000, 2000],
            Task::Regression => vec![],
        },
        columns: columns(),
        cleaned: vec![
            RuleCount { rule: "repeated rows dropped".into(), column: None, count: 60 },
            RuleCount { rule: "spaces around text removed".into(), column: Some("Contract".into()), count: 17 },
            RuleCount { rule: "text read as missing".into(), column: Some("TotalCharges".into()), count: 0 },
        ],
        split: "stratified: 5 folds over 9600 rows, 2400 test rows".into(),
        shown: Vec::new(),
        network: "4 networks of 2 layers of 192 units, 12 inputs".into(),
        model: scored(task, 0.85, 0.2, [-0.011, -0.004, 0.0, 0.005, 0.01]),
        baseline: scored(task, 0.5, 0.56, [0.0; 5]),
        linear: scored(task, 0.848, 0.204, [-0.008, 0.002, -0.006, 0.007, 0.005]),
        histories: (0..6).map(history).collect(),
        curves: curves(task),
        details: details(task),
        importance: [
            ("Contract", 0.0812),
            ("tenure", 0.0421),
            ("客户地区", 0.0123),
            ("MonthlyCharges", 0.004),
            ("Gender", -0.0002),
        ]
        .map(|(column, mean)| Importance { column: column.into(), mean: mean * scale, sd: 0.0021 * scale })
        .into(),
        fairness: None,
        decisions: None,
        explanations: None,
        warnings: vec![
            Warning::new("near_copy", "column \"TotalCharges\" is nearly tenure × MonthlyCharges").column("TotalCharges"),
            Warning::new("missing", "11 values are missing").column("TotalCharges").row(488).count(11),
        ],
        timing: Timing { collect_s: 0.021, clean_s: 0.043, normalize_s: 0.05, train_s: 10.2, validate_s: 1.7, total_s: 12.34 },
        peak_rss_mb: Some(311.6),
        data_hash: "5f2c8a0d91".into(),
        seed: 7,
        language: Language::En,
        intended_use: "Whom to call before the contract ends.\nFor the retention team.".into(),
        notes: "Prices changed in March.".into(),
        partial: false,
    }
}

/// The same with the sections that a run has only where it was asked for them.
pub fn full(task: Task) -> Record {
    Record {
        decisions: Some(optional::decisions(task)),
        fairness: Some(optional::fairness(task)),
        explanations: Some(optional::explanations(task)),
        ..record(task)
    }
}

fn columns() -> Vec<ColumnHealth> {
    let column = |name: &str, kind, role: &str, reason: &str, missing, distinct, encoding: &str| ColumnHealth {
        name: name.into(),
        kind,
        role: role.into(),
        reason: reason.into(),
        missing,
        distinct,
        range: (kind == Kind::Number).then_some([18.25, 64.8, 118.75]),
        top: if kind == Kind::Category { vec![("Month-to-month".into(), 6600), ("Two year".into(), 2900)] } else { vec![] },
        encoding: encoding.into(),
    };
    vec![
        column("customerID", Kind::Text, "id", "every value is different", 0, 12_000, "left out: it names the row"),
        column("Contract", Kind::Category, "feature", "3 levels", 0, 3, "3 one-hot levels"),
        column("客户地区", Kind::Category, "feature", "31 levels", 12, 31, "31 levels, embedded"),
        column("tenure", Kind::Number, "feature", "every value is a number", 0, 73, "scaled"),
        column("MonthlyCharges", Kind::Number, "feature", "every value is a number", 0, 1585, "scaled"),
        column(
            "TotalCharges",
            Kind::Number,
            "feature",
            "every value is a number",
            11,
            6530,
            "scaled, with an indicator of missing",
        ),
        column("Gender", Kind::Bool, "feature", "2 levels", 0, 2, "1 indicator"),
        column("Signup", Kind::Date, "feature", "every value is a date (%Y-%m-%d)", 0, 2190, "5 parts of the date"),
        column("Churn", Kind::Bool, "target", "named with --target", 0, 2, "what is predicted"),
    ]
}

/// Scores around `high` where more is better, and `low` where less is; one metric undefined in one fold.
fn scored(task: Task, high: f64, low: f64, luck: [f64; 5]) -> Scored {
    let unit = |m| if matches!(m, Metric::Rmse | Metric::Mae | Metric::Medae) { 51_000.0 } else { 1.0 };
    let middle = |m: Metric| unit(m) * if m.higher_is_better() { high } else { low };
    let cv = Metric::of(task).iter().map(|&m| {
        let mut folds: Vec<_> = luck.iter().map(|d| Some(middle(m) + unit(m) * d)).collect();
        if m == Metric::Mcc {
            folds[2] = None;
        }
        (m, Spread { mean: Some(middle(m)), sd: Some(unit(m) * 0.0079), folds })
    });
    let test = Metric::of(task).iter().map(|&m| {
        let x = middle(m) + unit(m) * 0.004;
        (m, Interval { value: Some(x), low: Some(x - unit(m) * 0.018), high: Some(x + unit(m) * 0.016) })
    });
    Scored { cv: cv.collect(), test: test.collect() }
}

fn history(fold: u32) -> History {
    let epochs = (1..=30).map(|epoch| {
        let t = f64::from(u32::try_from(epoch).unwrap_or(0));
        let wave = 0.01 * (t + f64::from(fold)).sin();
        let train_loss = 0.35 + 0.35 * (-t / 6.0).exp();
        Epoch { epoch, train_loss, stop_loss: Some(train_loss + 0.02 + 0.000_15 * t * t + wave), seconds: 0.06 }
    });
    History {
        scope: if fold < 5 { format!("fold-{fold}") } else { "final".into() },
        epochs: epochs.collect(),
        best: 12 + fold as usize,
    }
}

fn curves(task: Task) -> Curves {
    let steps = || (0..=100).map(|i| f64::from(i) / 100.0);
    let classes = task != Task::Regression;
    Curves {
        rows: "test".into(),
        roc: if task == Task::Binary { steps().map(|x| [x, x.powf(0.2)]).collect() } else { vec![] },
        precision_recall: if task == Task::Binary { steps().map(|x| [x, 1.0 - 0.75 * x * x]).collect() } else { vec![] },
        calibration: if classes {
            (0..10).map(|i| f64::from(i) / 10.0 + 0.05).map(|p| [p, p.powf(1.1), 900.0 * (1.0 - p)]).collect()
        } else {
            vec![]
        },
        confusion: match task {
            Task::Binary => vec![vec![1600, 200], vec![250, 350]],
            Task::Multiclass => vec![vec![1000, 150, 50], vec![200, 500, 100], vec![20, 80, 300]],
            Task::Regression => vec![],
        },
        scatter: if classes {
            vec![]
        } else {
            (0..600).map(f64::from).map(|i| [1000.0 * i, 1000.0 * i + 60_000.0 * (i * 0.7).sin() * (i * 0.013).cos()]).collect()
        },
    }
}

/// Made by the functions that a run uses, of rows that follow a rule.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "codes of two or three classes")]
fn details(task: Task) -> Details {
    let rows = 400;
    let noise = |i: usize| (i as f64 * 12.9898).sin() / 2.0 + 0.5;
    let distributions = vec![
        Distribution { column: "tenure".into(), bars: (1..=16).map(|i| 17 * i % 11 + 1).collect(), ends: Some([1.0, 72.0]) },
        Distribution { column: "Contract".into(), bars: vec![6600, 2900, 2500], ends: None },
    ];
    let codes = |classes: usize| (0..rows).map(|i| (noise(i) * classes as f64) as u32).collect::<Vec<u32>>();
    let mut details = Details { rows: 2400, distributions, ..Details::default() };
    match task {
        Task::Binary => {
            let codes = codes(2);
            let scores: Vec<f64> = (0..rows).map(|i| 0.3 * f64::from(codes[i]) + 0.6 * noise(3 * i + 1)).collect();
            details.threshold = Some(0.5);
            details.scores = score_histogram(&codes, &scores);
            details.cuts = cuts(&codes, &scores);
            details.gain = gain(&codes, &scores);
            details.separation = separation(&codes, &scores);
            details.tenths = tenths(&codes, &scores);
        }
        Task::Multiclass => {
            let codes = codes(3);
            let probabilities = codes.iter().enumerate().flat_map(|(i, &c)| {
                let right = 0.4 + 0.5 * noise(2 * i);
                (0..3).map(move |k| if k == c { right } else { (1.0 - right) / 2.0 })
            });
            let labels = ["Basic", "Plus", "Pro"].map(str::to_owned).into();
            details.classes = class_curves(&codes, &Predictions::Classes { labels, probabilities: probabilities.collect() }, 8);
        }
        Task::Regression => {
            let truth: Vec<f64> = (0..rows).map(|i| 1000.0 * i as f64).collect();
            let predicted: Vec<f64> = (0..rows).map(|i| truth[i] + 60_000.0 * (noise(i) - 0.5)).collect();
            details.by_prediction = error_bins(&truth, &predicted, &predicted, 20);
            details.by_truth = error_bins(&truth, &predicted, &truth, 10);
            details.by_time = error_bins(&truth, &predicted, &truth, 20);
            details.error_quantiles = error_quantiles(&truth, &predicted);
        }
    }
    details
}
