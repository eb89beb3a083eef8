//! What a record says to those who decide by the model: the threshold and what comes of it, and how far predictions are off.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::name::class;
use super::number::{NONE, count, number, percent, probability};
use super::record::Record;
use crate::data::Task;
use crate::metrics::Interval;

/// What a run found for those who decide by its model.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Decisions {
    /// Absent unless the target has two classes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threshold: Option<ThresholdRecord>,
    /// How often the truth lies in the interval or set of classes. Absent where there are too few rows for that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coverage: Option<CoverageRecord>,
}

/// From which probability on rows are called positive.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ThresholdRecord {
    /// What it was chosen for, such as `f1`; `none` where it is 0.5 without a choice.
    pub rule: String,
    /// Smallest probability that is called positive.
    pub threshold: f64,
    /// What the choice is between over 95 % of resamples of the rows it was made on; absent without a choice.
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// Whether a precision, recall or number of rows that was asked for can be had.
    pub reached: bool,
    /// Where each row is decided by its own amounts: what it has to be expected to gain at least. `threshold` is then the
    /// best single one, which decides nothing, and `folds` is empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub least_gain: Option<f64>,
    /// Largest share of rows that can be acted on, where there is a limit.
    pub capacity: Option<f64>,
    /// The threshold at which each fold is judged: chosen on the other folds.
    pub folds: Vec<f64>,
    /// The thresholds of the yardsticks, chosen in the same way on their own predictions.
    pub baseline: f64,
    pub linear: f64,
    /// On the predictions out of fold that the threshold was chosen on: flattering where it was. Where groups have their own
    /// thresholds, or rows their own amounts, these and the next are what comes of those.
    pub out_of_fold: Operating,
    /// On the test part, which no choice has seen.
    pub test: Option<Operating>,
}

/// What comes of a threshold on some rows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Operating {
    pub rows: usize,
    pub positives: usize,
    /// Rows called positive.
    pub called: usize,
    /// Rows called positive that are.
    pub hits: usize,
    /// On the rows that judge the threshold with 95 % bootstrap intervals.
    pub precision: Interval,
    pub recall: Interval,
    /// Absent where `[threshold.value]` says nothing.
    pub profit: Option<Profit>,
    /// From no row called positive to all, at most some two hundred points.
    pub curve: Vec<OperatingPoint>,
}

/// The sum of what rows are worth by what they are called and what they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Profit {
    /// Over all rows, at the threshold, with its 95 % bootstrap interval.
    pub total: Interval,
    /// If all rows were called positive, and if none were.
    pub of_all: f64,
    pub of_none: f64,
    /// Rows of which an amount is missing; they count as 0.
    pub unknown: usize,
}

/// One threshold: a probability, or a gain where rows are decided by that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OperatingPoint {
    pub threshold: f64,
    pub called: usize,
    pub hits: usize,
    pub precision: Option<f64>,
    pub recall: Option<f64>,
    pub profit: Option<f64>,
}

/// How often the truth lies in the interval (numbers) or in the set (classes) of its row.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CoverageRecord {
    /// `test` or `out of fold`.
    pub rows: String,
    pub count: usize,
    /// Rows out of fold that the intervals or sets were learned from.
    pub calibrated_on: usize,
    /// The level of `[intervals]`.
    pub at: LevelCoverage,
    /// Other levels, rising.
    pub levels: Vec<LevelCoverage>,
    /// Whether rows of one time judge models of another: coverage is then measured, not guaranteed.
    pub over_time: bool,
}

/// One level.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LevelCoverage {
    /// The share of rows that it is meant for.
    pub level: f64,
    /// The share of rows that it is right for, with Wilson's 95 % interval (1927); rows that are equal or of one group, which
    /// are right and wrong together, count for less.
    pub covered: Interval,
    /// Numbers: mean and median width of the intervals, in the unit of the target. Classes: of the number of classes in
    /// the sets.
    pub mean_width: f64,
    pub median_width: f64,
}

/// Facts for the summary: a word and a sentence each.
#[must_use]
pub fn facts(record: &Record) -> Vec<(&'static str, String)> {
    let Some(decisions) = &record.decisions else { return Vec::new() };
    let chosen = decisions.threshold.as_ref().filter(|t| t.rule != "none").map(|t| ("acting", threshold(t, record)));
    let shown = record.task != Task::Binary;
    let word = if record.task == Task::Regression { "interval" } else { "sets" };
    let coverage = decisions.coverage.as_ref().filter(|_| shown).map(|c| (word, coverage(c, record.task)));
    chosen.into_iter().chain(coverage).collect()
}

/// The threshold, what it was chosen for and what comes of it.
fn threshold(t: &ThresholdRecord, record: &Record) -> String {
    let range = match (t.low, t.high) {
        (Some(low), Some(high)) => format!(" [{}, {}]", probability(low), probability(high)),
        _ => String::new(),
    };
    let (o, rows) = t.test.as_ref().map_or((&t.out_of_fold, "rows out of fold"), |o| (o, "test rows"));
    let share = |i: &Interval| i.value.map_or_else(|| NONE.into(), percent);
    let profit = o.profit.as_ref().map_or_else(String::new, |p| {
        let range = match (p.total.low, p.total.high) {
            (Some(low), Some(high)) => format!(" [{}, {}]", number(low), number(high)),
            _ => String::new(),
        };
        let total = p.total.value.map_or_else(|| NONE.into(), number);
        format!("; profit {total}{range}, of acting on all {}, on none {}", number(p.of_all), number(p.of_none))
    });
    let label = record.labels.last().map_or_else(|| "the positive class".into(), |label| class(&record.target, label));
    let one = format!("{}{range}, chosen for {}", probability(t.threshold), t.rule);
    let from = match t.least_gain {
        Some(least) => format!("where the amounts of a row let expect more than {} of it", number(least)),
        None if record.has_group_thresholds() => format!("by the threshold of its group, where one for all is {one}"),
        None => format!("from a probability of {one}"),
    };
    format!(
        "on {} {from}: {} of {} {rows}, precision {}, recall {}{profit}",
        label,
        count(o.called),
        count(o.rows),
        share(&o.precision),
        share(&o.recall),
    )
}

/// How often the interval or set is right, and how wide it is.
fn coverage(c: &CoverageRecord, task: Task) -> String {
    let covered = c.at.covered.value.map_or_else(|| NONE.into(), percent);
    let what = match task {
        Task::Regression => format!("within intervals {} wide on average", number(c.at.mean_width)),
        _ => format!("within sets of {:.2} classes on average", c.at.mean_width),
    };
    let rows = if c.rows == "test" { "test rows" } else { "rows out of fold" };
    let time = if c.over_time { "; rows of another time keep no promise" } else { "" };
    format!("{covered} of {} {rows} {what}, meant for {}{time}", count(c.count), percent(c.at.level))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    fn interval(value: f64, low: f64, high: f64) -> Interval {
        Interval { value: Some(value), low: Some(low), high: Some(high) }
    }

    fn plain(facts: &[(&'static str, String)]) -> Vec<String> {
        facts.iter().map(|(word, text)| format!("{word}: {text}").replace('\u{202f}', " ")).collect()
    }

    #[test]
    fn a_chosen_threshold_is_a_sentence_and_a_default_one_is_none() {
        let mut record = sample::record(Task::Binary);
        assert!(facts(&record).is_empty(), "an older record says nothing");
        let test = Operating {
            rows: 2400,
            positives: 600,
            called: 700,
            hits: 420,
            precision: interval(0.6, 0.56, 0.64),
            recall: interval(0.7, 0.66, 0.74),
            profit: Some(Profit { total: interval(5310.0, 4800.0, 5800.0), of_all: -2000.0, of_none: 0.0, unknown: 3 }),
            curve: Vec::new(),
        };
        let threshold = ThresholdRecord {
            rule: "profit".into(),
            threshold: 0.31,
            low: Some(0.27),
            high: Some(0.35),
            reached: true,
            test: Some(test),
            ..ThresholdRecord::default()
        };
        record.decisions = Some(Decisions { threshold: Some(threshold.clone()), coverage: None });
        assert_eq!(
            plain(&facts(&record)),
            ["acting: on Churn = Yes from a probability of 0.31 [0.27, 0.35], chosen for profit: 700 of 2400 test rows, \
              precision 60.0 %, recall 70.0 %; profit 5310 [4800, 5800], of acting on all -2000, on none 0"]
        );
        let by_row = ThresholdRecord { least_gain: Some(2.5), ..threshold.clone() };
        record.decisions = Some(Decisions { threshold: Some(by_row), coverage: None });
        let said = &plain(&facts(&record))[0];
        assert!(
            said.contains("on Churn = Yes where the amounts of a row let expect more than 2.5 of it: 700 of 2400"),
            "{said}"
        );
        // What comes of it is what comes of the thresholds of the groups, where they have their own.
        let mut by_group = Record {
            fairness: sample::full(Task::Binary).fairness,
            decisions: Some(Decisions { threshold: Some(threshold.clone()), coverage: None }),
            ..record.clone()
        };
        let group = crate::report::GroupThreshold { levels: vec!["f".into()], threshold: 0.3, rows: 900 };
        by_group.fairness.as_mut().and_then(|f| f.mitigation.as_mut()).unwrap().thresholds = vec![group];
        assert_eq!(
            plain(&facts(&by_group)),
            [
                "acting: on Churn = Yes by the threshold of its group, where one for all is 0.31 [0.27, 0.35], chosen for profit: \
              700 of 2400 test rows, precision 60.0 %, recall 70.0 %; profit 5310 [4800, 5800], of acting on all -2000, on none 0"
            ]
        );
        record.decisions =
            Some(Decisions { threshold: Some(ThresholdRecord { rule: "none".into(), ..threshold }), coverage: None });
        assert!(facts(&record).is_empty());
    }

    #[test]
    fn coverage_is_a_sentence_for_numbers_and_many_classes() {
        let at = LevelCoverage { level: 0.9, covered: interval(0.912, 0.9, 0.92), mean_width: 90.25, median_width: 88.0 };
        let coverage = CoverageRecord { rows: "test".into(), count: 3477, at, over_time: true, ..CoverageRecord::default() };
        let said = |task| {
            let decisions = Decisions { threshold: None, coverage: Some(coverage.clone()) };
            plain(&facts(&Record { decisions: Some(decisions), ..sample::record(task) }))
        };
        assert_eq!(
            said(Task::Regression),
            [
                "interval: 91.2 % of 3477 test rows within intervals 90.25 wide on average, meant for 90.0 %; rows of another time \
              keep no promise"
            ]
        );
        assert!(
            said(Task::Multiclass)[0].starts_with("sets: ")
                && said(Task::Multiclass)[0].contains("within sets of 90.25 classes")
        );
        assert!(said(Task::Binary).is_empty());
    }
}
