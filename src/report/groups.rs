//! What a report says of groups of people, in words: the page and Markdown share it.

use super::fairness::{Group, Grouping, Mitigation, Verdict};
use super::language::shown;
use super::record::Record;
use crate::data::Task;
use crate::metrics::{Measure, Metric, Rate};

/// What is shown of a task: rates first, then the main metric.
pub fn measures(record: &Record) -> Vec<Measure> {
    let skipped = [Rate::Fnr, Rate::Npv];
    let rates = Rate::of(record.task).iter().filter(|r| !skipped.contains(r)).map(|&r| Measure::Rate(r));
    rates.chain([Measure::Metric(Metric::main(record.task))]).collect()
}

/// A measure of a group: shares as percentages, all else in its own unit.
pub fn shown_as(record: &Record, measure: Measure, x: f64) -> String {
    let t = record.language;
    match measure {
        Measure::Rate(Rate::Bias) => apart(record, measure, x),
        Measure::Rate(_) if is_share(record, measure) => t.percent(x),
        Measure::Metric(metric) => t.score(metric, Some(x)),
        Measure::Rate(_) => t.number(x),
    }
}

/// How far two values of a measure are apart: shares in percentage points, all else in its own unit.
pub fn apart(record: &Record, measure: Measure, difference: f64) -> String {
    let t = record.language;
    match measure {
        Measure::Rate(_) if is_share(record, measure) => t.points(difference),
        Measure::Metric(metric) => t.score(metric, Some(difference)),
        Measure::Rate(_) => t.number(difference),
    }
}

/// Whether a rate is shown as a percentage: of two classes, predictions are chances.
fn is_share(record: &Record, measure: Measure) -> bool {
    measure.is_share() || record.task == Task::Binary
}

/// The columns that tell groups apart.
pub fn columns(record: &Record, grouping: &Grouping) -> String {
    record.language.list(&grouping.columns.iter().map(|c| shown(c)).collect::<Vec<_>>())
}

/// So many groups that are too small to judge are shown among the others; of combinations of columns most are, and of columns
/// of many levels.
const SMALL: usize = 8;

/// The groups that are shown, and those that are only listed.
pub fn listed(grouping: &Grouping) -> (Vec<&Group>, Vec<&Group>) {
    let few = grouping.columns.len() == 1 && grouping.groups.iter().filter(|group| !group.judged).count() <= SMALL;
    grouping.groups.iter().partition(|group| group.judged || few)
}

/// How groups compare in a sentence: of two classes, whether the rates at which they are selected keep to four fifths (EEOC
/// 1978).
pub fn compared(record: &Record, grouping: &Grouping) -> Option<String> {
    let t = record.language;
    if grouping.groups.iter().filter(|group| group.judged).count() < 2 {
        return Some(t.too_few_groups().into());
    }
    let gap = grouping.gaps.get(&SELECTION)?;
    match one_rate(grouping) {
        Some(0.0) => return Some(t.none_selected().into()),
        Some(1.0) => return Some(t.all_selected().into()),
        _ => {}
    }
    let ratio = gap.ratio.value?;
    let (low, high) = (shown(&t.said(&gap.lowest)), shown(&t.said(&gap.highest)));
    let said = if ratio < 0.8 {
        t.below_four_fifths(low, high, t.percent(ratio))
    } else {
        t.within_four_fifths(low, high, t.percent(ratio))
    };
    Some(if gap.is_open() { said + t.gap() + t.four_fifths_open() } else { said })
}

const SELECTION: Measure = Measure::Rate(Rate::SelectionRate);

/// The rate at which all judged groups are selected, where that is one.
fn one_rate(grouping: &Grouping) -> Option<f64> {
    let mut rates = grouping.groups.iter().filter(|g| g.judged).map(|g| g.values.get(&SELECTION).and_then(|i| i.value));
    let first = rates.next()??;
    rates.all(|rate| rate == Some(first)).then_some(first)
}

/// How far groups are apart in what was to be made alike.
pub struct Closed {
    pub measure: &'static str,
    pub columns: Vec<String>,
    pub before: f64,
    pub after: f64,
}

/// Grouping by grouping; without those of which no row, or every one, is called positive, which nothing can be said of.
pub fn gaps(record: &Record, mitigation: &Mitigation) -> impl Iterator<Item = Closed> {
    let t = record.language;
    let odds = mitigation.criterion.as_deref() == Some("equalized_odds");
    let rate = if mitigation.criterion.as_deref() == Some("equal_opportunity") { Rate::Tpr } else { Rate::SelectionRate };
    let difference = move |grouping: &Grouping| {
        let gap = if odds { grouping.equalized_odds.as_ref() } else { grouping.gaps.get(&Measure::Rate(rate)) };
        gap?.difference.value
    };
    let measure = if odds { t.equalized_odds() } else { t.measure(Measure::Rate(rate)) };
    let now = record.fairness.iter().flat_map(|f| &f.groupings);
    now.filter(|now| one_rate(now).is_none_or(|rate| rate > 0.0 && rate < 1.0)).filter_map(move |now| {
        let before = mitigation.before.iter().find(|before| before.columns == now.columns)?;
        let columns = now.columns.iter().map(|c| shown(c)).collect();
        Some(Closed { measure, columns, before: difference(before)?, after: difference(now)? })
    })
}

/// What came of it in sentences: how far groups are apart in what was to be made alike, and what that costs.
pub fn done(record: &Record, mitigation: &Mitigation) -> Vec<String> {
    let t = record.language;
    let apart = gaps(record, mitigation)
        .map(|gap| t.mitigation_gap(gap.measure, t.list(&gap.columns), t.points(gap.before), t.points(gap.after)));
    let accuracy = Measure::Metric(Metric::Accuracy);
    let cost = mitigation.cost.get(&accuracy).and_then(|c| {
        let score = |x: Option<f64>| t.score(Metric::Accuracy, x);
        c.old.map(|_| t.mitigation_cost(t.measure(accuracy), score(c.old), score(c.new), judged(record, c.verdict)))
    });
    apart.chain(cost).collect()
}

/// A verdict in words.
pub const fn judged(record: &Record, verdict: Verdict) -> &'static str {
    let t = record.language;
    match verdict {
        Verdict::Better => t.verdict_better(),
        Verdict::Worse => t.verdict_worse(),
        Verdict::Changed => t.verdict_changed(),
        Verdict::Noise => t.verdict_noise(),
        Verdict::Undefined => t.verdict_undefined(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::full;

    #[test]
    fn small_groups_are_shown_of_one_column_and_listed_of_several() {
        let mut grouping = full(Task::Binary).fairness.unwrap().groupings.remove(0);
        let names = |groups: Vec<&Group>| groups.iter().map(|g| g.name.clone()).collect::<Vec<_>>();
        assert_eq!((listed(&grouping).0.len(), listed(&grouping).1.len()), (3, 0));
        grouping.columns.push("age".into());
        assert_eq!(
            (names(listed(&grouping).0), names(listed(&grouping).1)),
            (vec!["男".into(), "女".into()], vec!["其他".into()])
        );
        // And of one column, where they are many.
        grouping.columns.truncate(1);
        grouping.groups.extend(vec![grouping.groups[2].clone(); SMALL]);
        assert_eq!((listed(&grouping).0.len(), listed(&grouping).1.len()), (2, SMALL + 1));
        let record = full(Task::Binary);
        assert!(compared(&record, &grouping).unwrap().contains("four fifths"));
        grouping.groups[0].judged = false;
        assert!(compared(&record, &grouping).unwrap().starts_with("Fewer than two groups have rows enough"));
    }

    #[test]
    fn groups_of_which_none_or_all_are_selected_are_not_compared() {
        let record = full(Task::Binary);
        let with = |rate: f64| {
            let mut grouping = record.fairness.clone().unwrap().groupings.remove(0);
            // The third group is too small to be judged, and has no say.
            for group in &mut grouping.groups[..2] {
                group.values.get_mut(&SELECTION).unwrap().value = Some(rate);
            }
            compared(&record, &grouping).unwrap()
        };
        assert!(with(0.0).starts_with("No row of these groups") && with(1.0).starts_with("Every row of these groups"));
        assert!(with(0.5).contains("as often as"));
    }

    #[test]
    fn differences_of_shares_are_points_and_others_keep_their_unit() {
        let record = full(Task::Binary);
        let plain = |measure| apart(&record, measure, 0.25).replace('\u{202f}', " ");
        assert_eq!(plain(Measure::Rate(Rate::Tpr)), "25.0 pp");
        assert_eq!(plain(Measure::Rate(Rate::Bias)), "25.0 pp");
        assert_eq!(plain(Measure::Metric(Metric::Auc)), "0.2500");
        assert_eq!(shown_as(&record, Measure::Rate(Rate::Tpr), 0.25).replace('\u{202f}', " "), "25.0 %");
        let amounts = full(Task::Regression);
        assert_eq!(apart(&amounts, Measure::Rate(Rate::Bias), 0.25), "0.25");
    }
}
