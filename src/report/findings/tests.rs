use super::*;
use crate::metrics::Interval;
use crate::pipeline::Warning;
use crate::report::sample::record;
use crate::report::{CoverageRecord, Decisions, LevelCoverage, Operating, Profit, ThresholdRecord};

const EN: Language = Language::En;

fn has(said: &[String], part: &str) -> bool {
    said.iter().any(|s| s.contains(part))
}

#[test]
fn drivers_are_those_beyond_their_noise() {
    let said = drivers(&record(Task::Binary), EN);
    assert!(has(&said, "\u{2068}Contract\u{2069} matters most") && has(&said, "worsens by 0.0812"), "{said:?}");
    // 0.0123 is more than a tenth of 0.0812, 0.004 is not and is below twice its deviation of 0.0021.
    assert!(has(&said, "\u{2068}tenure\u{2069} and \u{2068}客户地区\u{2069}"), "{said:?}");
    assert!(has(&said, "No clear effect was seen of 2 columns"), "{said:?}");
    // What matters clearly but little is not passed over.
    let mut r = record(Task::Binary);
    assert!(!has(&said, "A smaller effect"));
    r.importance[3].sd = 0.001;
    let said = drivers(&r, EN);
    assert!(
        has(&said, "A smaller effect was seen of 1 column.") && has(&said, "No clear effect was seen of 1 column."),
        "{said:?}"
    );
    // What seems to matter more, but may not, is told as just that.
    r.importance[0].sd = 0.05;
    let unsure = drivers(&r, EN);
    assert!(has(&unsure, "\u{2068}tenure\u{2069} clearly matters") && !has(&unsure, "matters most"), "{unsure:?}");
    assert!(has(&unsure, "\u{2068}Contract\u{2069} may matter more, but how much is not sure."), "{unsure:?}");
}

#[test]
fn a_model_that_does_not_beat_the_baseline_is_not_to_be_used() {
    let mut poor = record(Task::Binary);
    assert!(!has(&advice(&poor, EN), "Do not act"));
    assert!(headline(&poor, EN).ends_with("for every row, about as well as a linear model."), "{}", headline(&poor, EN));
    poor.model.cv = poor.baseline.cv.clone();
    assert!(has(&advice(&poor, EN), "Do not act"));
    assert!(headline(&poor, EN).starts_with("It does not predict \u{2068}Churn\u{2069} clearly"));
}

#[test]
fn a_model_that_the_test_part_does_not_bear_out_is_not_to_be_used_either() {
    let mut r = record(Task::Binary);
    r.model.test.insert(Metric::Auc, Interval { value: Some(0.46), low: None, high: None });
    assert!(headline(&r, EN).ends_with("for every row, but not on the test rows."), "{}", headline(&r, EN));
    assert_eq!(advice(&r, EN).len(), 1);
    assert!(has(&advice(&r, EN), "on the 2400 rows of the test it does not beat"), "{:?}", advice(&r, EN));
    assert!(has(&how_good(&r, EN), "On the test rows it does not: 0.4600 against 0.5040."), "{:?}", how_good(&r, EN));
}

#[test]
fn a_threshold_that_calls_all_rows_alike_is_no_decision() {
    let mut r = record(Task::Binary);
    assert!(!has(&doubts(&r, EN), "decides nothing") && has(&advice(&r, EN), "rows are called"));
    // No row is rejected and no positive missed.
    r.curves.confusion = vec![vec![0, 100], vec![0, 900]];
    assert!(has(&doubts(&r, EN), "every row is called") && !has(&advice(&r, EN), "rows are called"));
    r.curves.confusion = vec![vec![900, 0], vec![100, 0]];
    assert!(has(&doubts(&r, EN), "decides nothing"));
}

#[test]
fn all_columns_that_make_up_the_target_are_named() {
    let mut r = record(Task::Regression);
    r.warnings = vec![Warning::new("target_parts", "two").columns(&["casual".into(), "registered".into()])];
    assert!(has(&doubts(&r, EN), "(\u{2068}casual\u{2069} and \u{2068}registered\u{2069})"), "{:?}", doubts(&r, EN));
    assert!(headline(&r, EN).contains("\u{2068}registered\u{2069} may give it away"), "{}", headline(&r, EN));
}

/// Tenths of ten rows each, of which all are positive but two, one and five rows of the last three tenths.
fn mostly_positive(r: &mut Record) {
    for (tenth, positives) in r.details.tenths.iter_mut().zip([10.0, 10.0, 10.0, 10.0, 10.0, 10.0, 10.0, 8.0, 9.0, 5.0]) {
        (tenth.rows, tenth.positives) = (10, positives);
    }
}

#[test]
fn ranking_looks_for_the_rarer_class() {
    let mut r = record(Task::Binary);
    assert!(has(&advice(&r, EN), "highest probability of"));
    mostly_positive(&mut r);
    // Six of eight.
    let said = advice(&r, EN);
    assert!(has(&said, "lowest probability of") && has(&said, "75.0\u{202f}%"), "{said:?}");
}

#[test]
fn how_much_a_number_explains_is_said() {
    let mut r = record(Task::Regression);
    r.model.test.insert(Metric::R2, Interval { value: Some(0.0862), low: None, high: None });
    assert!(has(&how_good(&r, EN), "explains 8.6\u{202f}% of"), "{:?}", how_good(&r, EN));
    r.model.test.insert(Metric::R2, Interval { value: Some(-0.1), low: None, high: None });
    assert!(!has(&how_good(&r, EN), "explains"));
}

#[test]
fn of_a_rare_negative_class_the_lowest_tenth_is_told() {
    let mut r = record(Task::Binary);
    assert!(has(&how_good(&r, EN), "with the highest scores, 100.0"));
    mostly_positive(&mut r);
    // Eight of a hundred rows, five of the last ten.
    let said = how_good(&r, EN);
    assert!(has(&said, "with the lowest scores, 50.0\u{202f}%") && has(&said, "against 8.0\u{202f}% of all rows"), "{said:?}");
}

#[test]
fn what_amounts_of_rows_decide_is_advice() {
    let mut r = record(Task::Binary);
    let profit =
        Profit { total: Interval { value: Some(300.0), low: None, high: None }, of_all: -20.0, of_none: 0.0, unknown: 0 };
    let test = Some(Operating { profit: Some(profit), ..Operating::default() });
    let threshold = ThresholdRecord { least_gain: Some(0.0), test, ..ThresholdRecord::default() };
    r.decisions = Some(Decisions { threshold: Some(threshold), coverage: None });
    r.details.threshold = None;
    r.curves.confusion = vec![vec![700, 100], vec![50, 150]];
    let said = advice(&r, EN);
    assert!(has(&said, "250 of 1000 rows are called") && has(&said, "60.0\u{202f}% of them rightly"), "{said:?}");
    assert!(has(&said, "that brings 300; acting on all rows -20, on none 0"), "{said:?}");
}

#[test]
fn classes_that_are_trusted_alike_are_not_told_apart() {
    let mut r = record(Task::Multiclass);
    let size = r.labels.len();
    let diagonal = |wrong: usize| -> Vec<Vec<usize>> {
        (0..size)
            .map(|i| {
                (0..size)
                    .map(|j| {
                        if i == j {
                            50
                        } else if (i, j) == (0, 1) {
                            wrong
                        } else {
                            0
                        }
                    })
                    .collect()
            })
            .collect()
    };
    r.curves.confusion = diagonal(0);
    assert!(!has(&advice(&r, EN), "Trust it most"));
    r.curves.confusion = diagonal(50);
    assert!(has(&advice(&r, EN), "Trust it most"));
}

#[test]
fn rows_of_all_times_in_one_are_a_doubt() {
    let mut r = record(Task::Regression);
    assert!(!has(&doubts(&r, EN), "of all times"));
    r.warnings[0].code = "time_unset".into();
    assert!(has(&doubts(&r, EN), "Rows of all times were mixed: if \u{2068}TotalCharges\u{2069} tells when a row was"));
    assert!(has(&doubts(&r, EN), "The section on warnings holds 2 warnings"));
    r.warnings.truncate(1);
    assert!(!has(&doubts(&r, EN), "The section on warnings holds"), "it was told already");
}

#[test]
fn doubts_follow_from_the_numbers() {
    let mut r = record(Task::Binary);
    let sound = doubts(&r, EN);
    assert!(!has(&sound, "give the target away") && !has(&sound, "clearly worse") && has(&sound, "2 warnings"), "{sound:?}");
    r.warnings[0].code = "leak".into();
    // The mean over the folds is 0.85 with a deviation of 0.0079.
    r.model.test.insert(Metric::Auc, Interval { value: Some(0.82), low: None, high: None });
    r.curves.calibration = vec![[0.9, 0.1, 1000.0]; 4];
    r.rows.test = 150;
    let said = doubts(&r, EN);
    for part in ["away (\u{2068}TotalCharges\u{2069})", "clearly worse", "only 150 test rows", "in 4 of 4 parts"] {
        assert!(has(&said, part), "{part}: {said:?}");
    }
}

#[test]
fn a_score_that_a_few_rows_decide_is_not_clearly_worse() {
    let mut r = record(Task::Binary);
    // 0.82 is more than three deviations below 0.85 over the folds; the first interval holds that, the second does not.
    let mut with = |high: f64| {
        r.model.test.insert(Metric::Auc, Interval { value: Some(0.82), low: Some(0.79), high: Some(high) });
        has(&doubts(&r, EN), "clearly worse than")
    };
    assert_eq!([with(0.86), with(0.84)], [false, true]);
}

#[test]
fn one_row_that_makes_most_of_the_squared_error_is_told() {
    let mut r = record(Task::Regression);
    let mut with = |rows: usize, worst: f64| {
        r.model.test.insert(Metric::Rmse, Interval { value: Some(10.0), low: None, high: None });
        r.details.rows = rows;
        r.details.error_quantiles = vec![[0.5, 1.0], [0.95, 50.0], [1.0, worst]];
        doubts(&r, EN)
    };
    // 80^2 of 100 * 10^2 is 64 %; 60^2 is 36 %.
    let said = with(100, 80.0);
    assert!(
        has(&said, "One of 100 rows makes 64.0\u{202f}% of the squared error: it is off by 80") && !has(&said, "long tail")
    );
    assert!(!has(&with(100, 60.0), "of the squared error") && has(&with(100, 60.0), "long tail"));
}

#[test]
fn what_no_threshold_reaches_is_a_doubt() {
    let mut r = record(Task::Binary);
    let mut with = |rule: &str, reached: bool| {
        let threshold = ThresholdRecord { rule: rule.into(), reached, ..ThresholdRecord::default() };
        r.decisions = Some(Decisions { threshold: Some(threshold), coverage: None });
        has(&doubts(&r, EN), "No threshold reaches \u{2068}precision ≥ 0.5\u{2069} on the rows out of fold")
    };
    assert_eq!([with("precision>=0.5", false), with("precision>=0.5", true), with("none", false)], [true, false, false]);
}

#[test]
fn mitigation_that_brings_groups_no_closer_is_a_doubt() {
    let mut r = crate::report::sample::full(Task::Binary);
    let told = |r: &Record| has(&doubts(r, EN), "brought them no closer on these rows: Selection rate by \u{2068}性别\u{2069}");
    // 20 points without it and with it.
    assert!(told(&r), "{:?}", doubts(&r, EN));
    let of = |grouping: &mut crate::report::Grouping, difference: f64| {
        grouping.gaps.values_mut().for_each(|gap| gap.difference.value = Some(difference));
    };
    of(&mut r.fairness.as_mut().unwrap().mitigation.as_mut().unwrap().before[0], 0.3);
    assert!(!told(&r), "closer by ten points");
    // Where no row is called positive all are alike, which says nothing.
    let fairness = r.fairness.as_mut().unwrap();
    of(&mut fairness.groupings[0], 0.4);
    for group in &mut fairness.groupings[0].groups {
        group.values.values_mut().for_each(|value| value.value = Some(0.0));
    }
    assert!(!told(&r));
}

#[test]
fn groups_that_predictions_lean_for_are_a_doubt() {
    let mut r = crate::report::sample::full(Task::Regression);
    let bias = crate::metrics::Measure::Rate(crate::metrics::Rate::Bias);
    let set = |r: &mut Record, low: f64| {
        let grouping = &mut r.fairness.as_mut().unwrap().groupings[0];
        for (group, value) in grouping.groups.iter_mut().zip([1.5, -0.5]) {
            group.values.get_mut(&bias).unwrap().value = Some(value);
        }
        grouping.gaps.get_mut(&bias).unwrap().difference = Interval { value: Some(2.0), low: Some(low), high: Some(3.0) };
    };
    set(&mut r, 0.4);
    let said = doubts(&r, EN);
    assert!(has(&said, "truth is -0.5 on average for \u{2068}女\u{2069} and +1.5 for \u{2068}男\u{2069}"), "{said:?}");
    set(&mut r, -0.1);
    assert!(!has(&doubts(&r, EN), "predictions lean"));
    // Of classes the rates of selection tell it.
    assert!(!has(&doubts(&crate::report::sample::full(Task::Binary), EN), "predictions lean"));
}

#[test]
fn weights_that_scores_do_not_know_are_told() {
    let mut r = record(Task::Binary);
    assert!(!has(&doubts(&r, EN), "counts each row once"));
    r.columns[1].role = "weight".into();
    let name = shown(&r.columns[1].name);
    assert!(has(&doubts(&r, EN), &format!("{name} weighs the rows in training alone")));
}

#[test]
fn what_may_give_the_target_away_comes_first() {
    let mut r = record(Task::Binary);
    assert!(!headline(&r, EN).contains("give it away") && !has(&advice(&r, EN), "Before anything else"));
    let warned = |code: &str, column: &str| crate::pipeline::Warning::new(code, "m").column(column);
    // A sign alone is a doubt, and no more.
    r.warnings = vec![warned("model_output", "score")];
    assert!(!headline(&r, EN).contains("give it away") && has(&doubts(&r, EN), "away (\u{2068}score\u{2069})"));
    r.warnings.extend(["end", "event", "end", "is_recid", "r_date"].map(|column| warned("leak", column)));
    let named = "\u{2068}end\u{2069}, \u{2068}event\u{2069}, \u{2068}is_recid\u{2069} and 1 more column";
    assert!(headline(&r, EN).ends_with(&format!(", but {named} may give it away: read “What to distrust?” first.")));
    assert!(advice(&r, EN)[0].contains(named), "{:?}", advice(&r, EN));
    // The weaker sign stands last.
    assert!(has(&doubts(&r, EN), &named.replace("1 more column", "2 more columns")), "{:?}", doubts(&r, EN));
    let zh = headline(&r, Language::Zh);
    assert!(zh.ends_with("可能泄露了它：请先阅读“哪些地方需要警惕？”。"), "{zh}");
    r.warnings = vec![crate::pipeline::Warning::new("test_overlap", "m")];
    assert!(has(&doubts(&r, EN), "flatter it") && !has(&doubts(&r, EN), "give the target away"));
}

#[test]
fn a_column_that_tells_most_is_a_question_and_no_leak() {
    let mut r = record(Task::Binary);
    r.warnings = vec![Warning::new("out_of_proportion", "m").column("employment")];
    let said = doubts(&r, EN);
    assert!(has(&said, "\u{2068}employment\u{2069} alone tells as much as all other columns together"), "{said:?}");
    assert!(!has(&said, "give the target away") && !has(&said, "The section on warnings holds"), "{said:?}");
}

#[test]
fn a_best_fifth_without_a_miss_is_told_as_such() {
    let mut r = record(Task::Binary);
    for (tenth, positives) in r.details.tenths.iter_mut().zip([10.0, 10.0, 9.0, 7.0, 5.0, 4.0, 0.0, 0.0, 0.0, 0.0]) {
        (tenth.rows, tenth.positives) = (10, positives);
    }
    // 20 of 45.
    assert!(has(&advice(&r, EN), "all rows of the best fifth are \u{2068}Churn = Yes\u{2069}, 44.4\u{202f}% of all"));
    r.details.tenths[1].positives = 9.0;
    assert!(has(&advice(&r, EN), "the best fifth of the rows holds 43.2\u{202f}%"));
    // Of rare events the best tenth holds nearly all.
    for (tenth, positives) in r.details.tenths.iter_mut().zip([8.0, 1.0, 1.0].into_iter().chain([0.0; 7])) {
        tenth.positives = positives;
    }
    assert!(has(&advice(&r, EN), "the best tenth of the rows holds 80.0\u{202f}%"), "{:?}", advice(&r, EN));
}

#[test]
fn classes_that_are_rare_are_counted() {
    let mut r = record(Task::Multiclass);
    r.class_counts = vec![1000; r.labels.len()];
    r.class_counts[1] = 7;
    let label = shown(&r.labels[1]);
    assert!(has(&doubts(&r, EN), &format!("Class {label} has only 7 rows")), "{:?}", doubts(&r, EN));
    r.class_counts[0] = 40;
    assert!(has(&doubts(&r, EN), &format!("2 classes have fewer than 50 rows, {label} only 7")), "{:?}", doubts(&r, EN));
}

#[test]
fn a_bound_that_the_test_rows_clearly_miss_is_a_doubt() {
    let mut r = record(Task::Binary);
    let mut with = |rule: &str, high: f64| {
        let recall = Interval { value: Some(0.8), low: Some(0.7), high: Some(high) };
        let test = Some(Operating { recall, precision: recall, ..Operating::default() });
        let threshold = ThresholdRecord { rule: rule.into(), test, ..ThresholdRecord::default() };
        r.decisions = Some(Decisions { threshold: Some(threshold), coverage: None });
        doubts(&r, EN)
    };
    let said = with("recall>=0.9", 0.89);
    assert!(has(&said, "chosen for recall ≥ 0.9; on the test rows that is only 80.0\u{202f}%"), "{said:?}");
    assert!(!has(&with("recall>=0.9", 0.91), "chosen for") && !has(&with("f1", 0.89), "chosen for"));
    assert!(has(&with("precision>=0.95", 0.91), "chosen for precision"));
}

#[test]
fn what_chance_could_explain_is_said_of_groups() {
    let mut r = record(Task::Binary);
    let mut with = |high: f64| {
        let mut fairness = crate::report::sample::full(Task::Binary).fairness.unwrap();
        for grouping in &mut fairness.groupings {
            grouping.gaps.values_mut().for_each(|gap| gap.ratio.high = Some(high));
        }
        r.fairness = Some(fairness);
        doubts(&r, EN)
    };
    let (clear, open) = (with(0.7), with(1.3));
    assert!(has(&clear, "less than four fifths") && !has(&clear, "leave it open"), "{clear:?}");
    assert!(has(&open, "less than four fifths") && has(&open, "So few rows leave it open"), "{open:?}");
}

#[test]
fn what_thresholds_of_groups_call_is_told() {
    let mut r = record(Task::Binary);
    let mut fairness = crate::report::sample::full(Task::Binary).fairness.unwrap();
    let group = crate::report::GroupThreshold { levels: vec!["f".into()], threshold: 0.3, rows: 900 };
    fairness.mitigation.as_mut().unwrap().thresholds = vec![group];
    r.fairness = Some(fairness);
    r.details.threshold = None;
    r.curves.confusion = vec![vec![700, 100], vec![50, 150]];
    let said = advice(&r, EN);
    let told = "By the threshold of its group, 250 of 1000 rows are called \u{2068}Churn = Yes\u{2069}: 60.0\u{202f}% of them rightly, and 75.0";
    assert!(has(&said, told), "{said:?}");
}

#[test]
fn intervals_that_do_not_keep_their_promise_are_a_doubt() {
    let mut r = record(Task::Regression);
    let level = |level: f64, low: f64, high: f64| {
        let covered = Interval { value: Some(0.5 * (low + high)), low: Some(low), high: Some(high) };
        LevelCoverage { level, covered, ..LevelCoverage::default() }
    };
    let mut with = |levels: Vec<LevelCoverage>| {
        let coverage = Some(CoverageRecord { levels, ..CoverageRecord::default() });
        r.decisions = Some(Decisions { threshold: None, coverage });
        doubts(&r, EN)
    };
    // Within the interval, or by less than two points, is within its promise.
    assert!(!has(&with(vec![level(0.5, 0.47, 0.55), level(0.9, 0.86, 0.885)]), "too narrow"));
    let said = with(vec![level(0.5, 0.376, 0.422), level(0.8, 0.74, 0.77)]);
    assert!(has(&said, "Intervals that are promised to hold 50.0\u{202f}% of the true values hold 39.9\u{202f}%"), "{said:?}");
}
