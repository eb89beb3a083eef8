use std::collections::BTreeMap;

use crate::data::Task;
use crate::metrics::{Interval, Measure, Metric, Rate};
use crate::report::{
    Change, CoverageRecord, Decisions, Dependence, Example, Explanations, Fairness, Gap, GridPoint, Group, GroupImportance,
    Grouping, LearningCurve, LearningPoint, LevelCoverage, Loss, Mitigation, Operating, OperatingPoint, Part, Profit, Segment,
    Segments, ThresholdRecord, Verdict,
};

fn interval(value: f64, half: f64) -> Interval {
    Interval { value: Some(value), low: Some(value - half), high: Some(value + half) }
}

/// A threshold for profit, and sets or intervals of three levels.
pub fn decisions(task: Task) -> Decisions {
    let point = |step: usize| {
        let share = step as f64 / 50.0;
        let hits = 12 * step.min(30) + 2 * step.saturating_sub(30);
        OperatingPoint {
            threshold: 1.0 - share,
            called: 48 * step,
            hits,
            precision: (step > 0).then(|| hits as f64 / (48 * step) as f64),
            recall: Some(hits as f64 / 600.0),
            profit: Some(100.0 * hits as f64 - 20.0 * (48 * step) as f64),
        }
    };
    let operating = Operating {
        rows: 2400,
        positives: 600,
        called: 720,
        hits: 180,
        precision: interval(0.25, 0.03),
        recall: interval(0.3, 0.04),
        profit: Some(Profit { total: interval(3600.0, 900.0), of_all: 12_000.0, of_none: 0.0, unknown: 0 }),
        curve: (0..=50).map(point).collect(),
    };
    let threshold = ThresholdRecord {
        rule: "profit".into(),
        threshold: 0.7,
        low: Some(0.62),
        high: Some(0.78),
        reached: false,
        least_gain: None,
        capacity: Some(0.4),
        folds: vec![0.7; 5],
        baseline: 0.25,
        linear: 0.68,
        out_of_fold: operating.clone(),
        test: Some(operating),
    };
    let level = |level: f64| LevelCoverage {
        level,
        covered: interval(level + 0.01, 0.015),
        mean_width: 3.0 * level,
        median_width: 2.8 * level,
    };
    Decisions {
        threshold: (task == Task::Binary).then_some(threshold),
        coverage: Some(CoverageRecord {
            rows: "test".into(),
            count: 2400,
            calibrated_on: 9600,
            at: level(0.9),
            levels: [0.5, 0.8, 0.9, 0.95].map(level).into(),
            over_time: true,
        }),
    }
}

/// Two groups that are far apart and one that is too small.
pub fn fairness(task: Task) -> Fairness {
    let group = |name: &str, rows: usize, judged: bool, value: f64| Group {
        name: name.into(),
        rows,
        positives: (task == Task::Binary).then_some(rows / 4),
        judged,
        values: Measure::of(task).map(|m| (m, interval(value, 0.04))).collect(),
    };
    let gap = Gap { difference: interval(0.2, 0.05), ratio: interval(0.6, 0.1), lowest: "女".into(), highest: "男".into() };
    let grouping = Grouping {
        columns: vec!["性别".into()],
        groups: vec![group("男", 1500, true, 0.5), group("女", 880, true, 0.3), group("其他", 20, false, 0.4)],
        gaps: Measure::of(task).map(|m| (m, gap.clone())).collect(),
        equalized_odds: (task == Task::Binary).then(|| gap.clone()),
    };
    let change = Change { old: Some(0.85), new: Some(0.84), difference: interval(-0.01, 0.004), verdict: Verdict::Worse };
    Fairness {
        rows: "test".into(),
        threshold: 0.5,
        min_rows: 50,
        resampled: "rows".into(),
        groupings: vec![grouping.clone()],
        mitigation: Some(Mitigation {
            method: "reweigh".into(),
            criterion: None,
            thresholds: vec![],
            before: vec![grouping],
            cost: BTreeMap::from([(Measure::Metric(Metric::main(task)), change), (Measure::Rate(Rate::Bias), change)]),
        }),
    }
}

/// A number, a date and a category with their curves, rows with reasons, a segment, and a curve that still rises.
pub fn explanations(task: Task) -> Explanations {
    let class = (task != Task::Regression).then(|| "Yes".to_owned());
    let point = |value: String, at: Option<f64>, mean: f64| GridPoint {
        value,
        at,
        mean,
        low: mean - 0.05,
        high: mean + 0.05,
        networks: Some([mean - 0.01, mean + 0.01]),
        rows: 120,
    };
    let curve = |column: &str, step: f64| Dependence {
        column: column.into(),
        class: class.clone(),
        grid: (0..12).map(f64::from).map(|i| point(format!("{}", i * step), Some(i * step), 0.5 - 0.03 * i)).collect(),
        lines: (0..20).map(f64::from).map(|r| (0..12).map(f64::from).map(|i| -0.03 * i * (0.5 + r / 20.0)).collect()).collect(),
        starts: (0..20).map(|r| 0.5 + f64::from(r) / 100.0).collect(),
        goes_with: vec![("TotalCharges".into(), 0.83)],
    };
    let levels = Dependence {
        grid: ["Month-to-month", "One year", "Two year"].map(|l| point(l.into(), None, l.len() as f64 / 30.0)).into(),
        lines: vec![],
        goes_with: vec![],
        ..curve("Contract", 1.0)
    };
    let loss = |mean: f64| Loss { mean, sd: 0.004, low: mean - 0.008, high: mean + 0.008 };
    let part = |column: &str, value: &str, contribution: f64| Part {
        column: column.into(),
        value: value.into(),
        contribution,
        error: Some(0.003),
    };
    let example = |row: usize, prediction: f64| Example {
        row,
        class: class.clone(),
        base: 0.25,
        prediction,
        truth: "Yes".into(),
        reasons: vec![part("Contract", "Month-to-month", 0.21), part("tenure", "2", 0.12), part("客户地区", "上海", -0.05)],
        rest: prediction - 0.25 - 0.28,
    };
    let size = |rows: f64, mean: f64| LearningPoint { rows, mean, sd: 0.01, folds: vec![mean - 0.001, mean, mean + 0.001] };
    Explanations {
        rows: "test rows".into(),
        groups: vec![GroupImportance {
            columns: vec!["tenure".into(), "TotalCharges".into()],
            strength: 0.83,
            loss: loss(0.09),
            alone: vec![loss(0.04), loss(0.004)],
        }],
        dependence: vec![curve("tenure", 6.0), curve("Signup", 8.64e12), levels],
        examples: vec![example(17, 0.91), example(408, 0.3), example(2011, 0.02)],
        segments: Segments {
            loss: "log loss".into(),
            overall: Some(0.42),
            compared: 210,
            fewest: 60,
            worst: vec![Segment {
                conditions: vec![("Contract".into(), "One year".into()), ("tenure".into(), "up to 12".into())],
                rows: 143,
                loss: 0.71,
                others: 0.4,
                low: 0.2,
                high: 0.42,
                p: 0.003,
                predicted: 0.31,
                observed: 0.44,
            }],
        },
        learning_curve: Some(LearningCurve {
            metric: Metric::main(task),
            networks: 1,
            points: vec![size(2400.0, 0.81), size(4800.0, 0.83), size(9600.0, 0.845)],
        }),
    }
}
