use super::*;
use crate::report::sample::record;

const BINARY: &str = "\
Churn from data/customers.csv
  data     binary, 12 000 rows, 7 columns to learn from
  classes  No 9000 (75.0 %), Yes 3000 (25.0 %, the positive class)
  cleaned  repeated rows dropped: 60; spaces around text removed in Contract: 17
  split    stratified: 5 folds over 9600 rows, 2400 test rows
  network  4 networks of 2 layers of 192 units, 12 inputs

                     model, folds     model, test [95 %]       baseline  linear
  auc                0.8500 ± 0.0079  0.8540 [0.8360, 0.8700]  0.5040    0.8520
  auprc              0.8500 ± 0.0079  0.8540 [0.8360, 0.8700]  0.5040    0.8520
  logloss            0.2000 ± 0.0079  0.2040 [0.1860, 0.2200]  0.5640    0.2080
  balanced_accuracy  0.8500 ± 0.0079  0.8540 [0.8360, 0.8700]  0.5040    0.8520
  f1                 0.8500 ± 0.0079  0.8540 [0.8360, 0.8700]  0.5040    0.8520
  lift10             0.85 ± 0.01      0.85 [0.84, 0.87]        0.50      0.85

  AUC is 0.8540 (95 % interval 0.8360 to 0.8700) on 2400 test rows that nothing
  was learned from. Of the tenth of the rows with the highest scores, 100.0 %
  are Churn = Yes, against 50.5 % of all rows. It beats the baseline (always the
  shares of the classes) by 0.3500 over the folds (95 % interval 0.3349 to
  0.3651). It does not clearly differ from logistic regression on the same
  columns: better by 0.0020 over the folds (95 % interval -0.0078 to 0.0118).

  tenths   ███▃▄▄▅    share of Churn = Yes by tenth, best first: 100.0 % to
                      0.0 %

  what matters: how much auc suffers when a column is shuffled
  Contract        ████████████████████   0.0812 ± 0.0021
  tenure          ██████████▍            0.0421 ± 0.0021
  客户地区        ███                    0.0123 ± 0.0021
  MonthlyCharges  █                      0.0040 ± 0.0021
  Gender                                -0.0002 ± 0.0021

  2 warnings
  - column \"TotalCharges\" is nearly tenure × MonthlyCharges
  - TotalCharges: 11 values are missing

  time     12.3 s in all, of it 1.70 s cross-validation and 10.2 s the final
           training, 312 MiB at most
  report   runs/churn/report.html
  next     mkt evaluate            score the model again, or on other rows
           mkt predict data.csv    predict new rows
";

fn plain(record: &Record) -> String {
    summary(record, Some("runs/churn/report.html"), Style::default())
}

#[test]
fn the_summary_of_a_binary_run() {
    let text = plain(&record(Task::Binary)).replace('\u{202f}', " ");
    for (line, expected) in text.lines().zip(BINARY.lines()) {
        assert_eq!(line, expected);
    }
    assert_eq!(text, BINARY);
}

#[test]
fn colours_change_nothing_but_colours() {
    let record = record(Task::Multiclass);
    let colored = summary(&record, Some("runs/churn/report.html"), Style { color: true, width: 80 });
    let mut bare = colored.clone();
    for code in ["1", "2", "32", "33", "0"] {
        bare = bare.replace(&format!("\u{1b}[{code}m"), "");
    }
    assert_ne!(colored, bare);
    let trimmed = |s: &str| s.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    assert_eq!(trimmed(&bare), trimmed(&plain(&record)));
}

#[test]
fn sentences_keep_to_the_width_and_each_task_has_its_metrics() {
    for (task, metric) in [(Task::Binary, "auc"), (Task::Multiclass, "logloss"), (Task::Regression, "rmse")] {
        let text = summary(&record(task), None, Style { color: false, width: 60 });
        // The paragraph of the answer: from its first sentence to the next empty line.
        let sentences: Vec<_> = text.lines().skip_while(|l| !l.contains(" interval ")).take_while(|l| !l.is_empty()).collect();
        assert!(sentences.len() >= 4 && sentences.iter().all(|l| l.width() <= 60), "{text}");
        assert!(text.contains(&format!("\n  {metric} ")), "{text}");
    }
}

#[test]
fn a_narrow_terminal_is_not_overrun() {
    for task in [Task::Binary, Task::Multiclass, Task::Regression] {
        for width in [40, 60, 79] {
            let text = summary(&record(task), None, Style { color: false, width });
            for line in text.lines() {
                assert!(line.width() <= width, "{width}: {line:?}");
            }
            assert!(text.contains("0.8540") || task != Task::Binary, "{text}");
            assert!(task != Task::Binary || text.contains("[0.8360, 0.8700]") == (width > 40), "{text}");
        }
    }
}

#[test]
fn names_cannot_drive_the_terminal() {
    let mut hostile = record(Task::Binary);
    hostile.target = "\u{1b}[2J\u{202e}target\r\n".into();
    hostile.labels[0] = "\u{1b}]0;title\u{7}".into();
    hostile.importance[0].column = "\u{9b}31m".into();
    hostile.warnings[0].message = "a\tb\u{8}".into();
    assert!(plain(&hostile).chars().all(|c| c == '\n' || !c.is_control()));
}

#[test]
fn a_bare_record_makes_a_summary() {
    let mut bare = record(Task::Regression);
    (bare.model, bare.baseline, bare.linear) = Default::default();
    bare.importance.clear();
    bare.warnings.clear();
    bare.cleaned.clear();
    bare.timing.total_s = f64::NAN;
    let text = plain(&bare);
    assert!(text.contains("RMSE could not be measured") && text.contains("nothing had to be changed") && text.contains('–'));
    assert!(!text.contains("NaN"), "{text}");
}

#[test]
fn bars_are_as_long_as_their_share() {
    // 20 columns of 8 eighths: a half is 10 columns, a thirty-second 5 eighths.
    assert_eq!(bar(0.5, 20), "██████████");
    assert_eq!(bar(1.0 / 32.0, 20), "▋");
    assert_eq!((bar(-1.0, 20), bar(f64::NAN, 20)), (String::new(), String::new()));
    assert_eq!(columns(&[8.0, 4.0, 0.1, 0.0, f64::NAN]), "█▄▁  ");
}
