//! Scores of groups and pairs of models as tables, for the terminal and for Markdown.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::assess::Comparison;
use crate::cli::table::{Table, escaped};
use crate::data::Task;
use crate::metrics::{Interval, Measure, Metric, Rate};
use crate::report::{
    Change, Fairness, Gap, Grouping, Mitigation, bounded, clean, nonzero, number, plus, probability, range, score, short,
    wrapped,
};

/// Most thresholds that are shown.
const GROUPS: usize = 12;

/// Widest name of a group beside how far groups are apart, in columns.
const GROUP: usize = 30;

/// Where a text is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A terminal so many columns wide.
    Text(usize),
    Markdown,
}

/// Text that grows paragraph by paragraph.
pub struct Page {
    pub form: Form,
    pub text: String,
}

impl Page {
    pub fn new(form: Form) -> Self {
        Self { form, text: String::new() }
    }

    /// A heading of its own.
    pub fn heading(&mut self, words: &str) {
        let gap = if self.text.is_empty() { "" } else { "\n" };
        let _ = match self.form {
            Form::Text(width) => writeln!(self.text, "{gap}{}", wrapped(&clean(words), width)),
            Form::Markdown => writeln!(self.text, "{gap}### {}\n", escaped(words)),
        };
    }

    /// A line below, or a point of a list.
    pub fn line(&mut self, words: &str) {
        let _ = match self.form {
            Form::Text(width) => writeln!(self.text, "{}", wrapped(&format!("  {}", clean(words)), width)),
            Form::Markdown => writeln!(self.text, "- {}", escaped(words)),
        };
    }

    /// A blank line on a terminal, where a heading has none below it.
    pub fn blank_text(&mut self) {
        if matches!(self.form, Form::Text(_)) {
            self.gap();
        }
    }

    /// A blank line.
    pub fn gap(&mut self) {
        self.text.push('\n');
    }

    /// A table whose rows are read one by one.
    fn profiles(&mut self, table: &Table) {
        match self.form {
            Form::Text(width) => self.text.push_str(&table.text_either_way(width)),
            Form::Markdown => self.table(table),
        }
    }

    pub fn table(&mut self, table: &Table) {
        self.text.push_str(&match self.form {
            Form::Text(width) => table.text(width),
            Form::Markdown => table.markdown(),
        });
    }
}

/// A measure as people read it.
pub fn value(measure: Measure, value: Option<f64>) -> String {
    match (measure, value) {
        (Measure::Metric(metric), value) => score(metric, value),
        (Measure::Rate(rate), Some(value)) if rate.is_share() => bounded(value, 3),
        (_, Some(value)) => number(value),
        (_, None) => "–".into(),
    }
}

/// A measure with its interval.
pub fn interval(measure: Measure, interval: &Interval) -> String {
    let shown = value(measure, interval.value);
    match (measure, interval) {
        (Measure::Metric(metric), interval) => {
            range(metric, interval).map_or(shown.clone(), |range| format!("{shown} {range}"))
        }
        // In a unit of its own: as many decimals for all three as the width calls for.
        (Measure::Rate(rate), Interval { value: Some(value), low: Some(low), high: Some(high) }) if !rate.is_share() => {
            let digits = decimals(high - low);
            format!("{} [{}, {}]", nonzero(*value, digits), nonzero(*low, digits), nonzero(*high, digits))
        }
        (_, Interval { value: Some(_), low, high }) if low.is_some() && high.is_some() => {
            format!("{shown} [{}, {}]", value(measure, *low), value(measure, *high))
        }
        _ => shown,
    }
}

/// Decimals that show two digits of an interval so wide.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0..=8 first")]
fn decimals(width: f64) -> usize {
    if width > 0.0 { (1.0 - width.log10().floor()).clamp(0.0, 8.0) as usize } else { 4 }
}

/// All metrics, and the rates of two classes.
pub fn scores(page: &mut Page, scores: &BTreeMap<Measure, Interval>) {
    let mut table = Table::new(1, &["metric", "value", "95 % interval"]);
    for (measure, found) in scores {
        let whole = interval(*measure, found);
        let (shown, range) = whole.split_at(whole.find(" [").unwrap_or(whole.len()));
        table.row(vec![measure.name().into(), shown.to_owned(), range.trim().to_owned()]);
    }
    page.table(&table);
}

/// The measures that a table of groups shows.
fn shown(task: Task) -> Vec<Measure> {
    match task {
        Task::Binary => vec![
            Rate::BaseRate.into(),
            Rate::SelectionRate.into(),
            Rate::Tpr.into(),
            Rate::Fpr.into(),
            Rate::Ppv.into(),
            Metric::Auc.into(),
            Metric::Brier.into(),
            Metric::Ece.into(),
            Rate::Bias.into(),
        ],
        Task::Multiclass => vec![Metric::Logloss.into(), Metric::Accuracy.into(), Metric::BalancedAccuracy.into()],
        Task::Regression => vec![Metric::Rmse.into(), Metric::Mae.into(), Metric::R2.into(), Rate::Bias.into()],
    }
}

/// The groups of one partition and how far they are apart.
pub fn grouping(page: &mut Page, grouping: &Grouping, task: Task, min_rows: usize) {
    page.heading(&format!("by {}", grouping.columns.join(", ")));
    let measures = shown(task);
    let mut head = vec!["group", "rows"];
    if task == Task::Binary {
        head.push("positive");
    }
    head.extend(measures.iter().map(|m| m.name()));
    let mut table = Table::new(1, &head);
    for group in &grouping.groups {
        let mark = if group.judged { "" } else { " *" };
        let mut cells = vec![format!("{}{mark}", group.name), group.rows.to_string()];
        cells.extend(group.positives.map(|p| p.to_string()));
        cells.extend(measures.iter().map(|m| group.values.get(m).map_or_else(|| "–".into(), |i| interval(*m, i))));
        table.row(cells);
    }
    page.profiles(&table);
    page.gap();
    if grouping.groups.iter().any(|g| !g.judged) {
        page.line(&format!("* fewer than {min_rows} rows, or several groups in one: shown, not judged"));
        page.blank_text();
    }
    apart(page, grouping, &measures);
}

/// How far the groups are apart in each measure, and whether they are selected alike.
fn apart(page: &mut Page, grouping: &Grouping, measures: &[Measure]) {
    let known = |gap: Option<&Gap>| gap.filter(|gap| gap.difference.value.is_some()).cloned();
    let mut table = Table::new(1, &["apart in", "difference [95 %]", "lowest", "highest"]);
    let mut row = |name: &str, difference: String, gap: &Gap| {
        table.row(vec![name.into(), difference, short(&gap.lowest, GROUP), short(&gap.highest, GROUP)]);
    };
    let mut any = false;
    for measure in measures.iter().filter(|m| **m != Rate::BaseRate.into()) {
        if let Some(gap) = known(grouping.gaps.get(measure)) {
            row(measure.name(), interval(*measure, &gap.difference), &gap);
            any = true;
        }
    }
    if let Some(odds) = known(grouping.equalized_odds.as_ref()) {
        row("equalized odds", plain(&odds.difference), &odds);
    }
    if !any {
        return;
    }
    page.table(&table);
    let selection = grouping.gaps.get(&Measure::from(Rate::SelectionRate));
    if let Some((gap, verdict)) = selection.and_then(|gap| Some((gap, gap.four_fifths()?))) {
        page.gap();
        page.line(&format!("selection rate, lowest over highest: {}, {verdict}", plain(&gap.ratio)));
    }
}

fn plain(interval: &Interval) -> String {
    let show = |x: Option<f64>| x.map_or_else(|| "–".to_owned(), |x| bounded(x, 3));
    match (interval.low, interval.high) {
        (Some(_), Some(_)) => format!("{} [{}, {}]", show(interval.value), show(interval.low), show(interval.high)),
        _ => show(interval.value),
    }
}

/// Two models side by side, whose rows are drawn in units or one by one. How many rows are positive no model changes.
pub fn comparison(page: &mut Page, comparison: &Comparison, [old, new]: [&str; 2], units: bool) {
    let of_rows = [Rate::BaseRate, Rate::MeanTruth].map(Measure::Rate);
    changes(page, comparison.measures.iter().filter(|(m, _)| !of_rows.contains(m)), [old, new]);
    page.gap();
    for test in &comparison.tests {
        let kind = if test.name.ends_with("exact") { "exact test" } else { "test" };
        page.line(&format!("{}: p {} ({kind} of {})", test.measure.name(), equals(test.p), test.source));
    }
    let classes = comparison.measures.contains_key(&Metric::Accuracy.into());
    if classes && units {
        page.line("no test of DeLong or McNemar: they need rows that are independent of each other");
    }
}

fn changes<'a>(page: &mut Page, changes: impl Iterator<Item = (&'a Measure, &'a Change)>, [old, new]: [&str; 2]) {
    let mut table = Table::new(1, &["metric", old, new, "difference [95 %]", "verdict"]);
    for (measure, change) in changes {
        table.row(vec![
            measure.name().into(),
            value(*measure, change.old),
            value(*measure, change.new),
            signed(*measure, &change.difference),
            change.verdict.name().into(),
        ]);
    }
    page.table(&table);
}

/// A difference with its sign.
pub fn signed(measure: Measure, difference: &Interval) -> String {
    plus(difference.value.unwrap_or_default(), &interval(measure, difference))
}

/// A p value behind what it is to it: `= 0.0312`, `< 0.0001`.
fn equals(p: f64) -> String {
    let shown = p_value(p);
    if shown.starts_with(['<', '>']) { shown } else { format!("= {shown}") }
}

pub fn p_value(p: f64) -> String {
    bounded(p, 4)
}

/// How groups are treated, and what was done about it.
pub fn fairness(page: &mut Page, fairness: &Fairness, task: Task, alike: bool) {
    let at = if task == Task::Binary && alike && fairness.mitigation.as_ref().is_none_or(|m| m.thresholds.is_empty()) {
        format!(" at threshold {}", probability(fairness.threshold))
    } else {
        String::new()
    };
    page.heading(&format!("fairness on the {} rows{at}; intervals from resampled {}", fairness.rows, fairness.resampled));
    for found in &fairness.groupings {
        grouping(page, found, task, fairness.min_rows);
    }
    if let Some(found) = &fairness.mitigation {
        mitigation(page, found, fairness);
    }
}

/// What was done about differences between groups, and what it costs.
pub fn mitigation(page: &mut Page, mitigation: &Mitigation, fairness: &Fairness) {
    let how = match &mitigation.criterion {
        Some(criterion) => format!("thresholds of groups for {}", criterion.replace('_', " ")),
        None => "rows weighed in training so that group and class are independent".into(),
    };
    page.heading(&format!("what mitigation changes: {how}"));
    let wanted: [Measure; 8] = [
        Metric::Auc.into(),
        Metric::Accuracy.into(),
        Metric::BalancedAccuracy.into(),
        Metric::F1.into(),
        Metric::Mcc.into(),
        Rate::SelectionRate.into(),
        Rate::Tpr.into(),
        Rate::Fpr.into(),
    ];
    let cost = mitigation.cost.iter().filter(|(measure, _)| wanted.contains(measure));
    changes(page, cost, ["without", "with"]);
    let mut table = Table::new(2, &["groups by", "gap", "without", "with"]);
    for (before, after) in mitigation.before.iter().zip(&fairness.groupings) {
        let mut row = |name: &str, of: &dyn Fn(&Grouping) -> Interval| {
            table.row(vec![before.columns.join(", "), name.into(), plain(&of(before)), plain(&of(after))]);
        };
        let gap = |g: &Grouping, rate: Rate| g.gaps.get(&rate.into()).cloned().unwrap_or_default();
        row("selection rate, difference", &|g| gap(g, Rate::SelectionRate).difference);
        row("selection rate, ratio", &|g| gap(g, Rate::SelectionRate).ratio);
        row("tpr, difference", &|g| gap(g, Rate::Tpr).difference);
        row("fpr, difference", &|g| gap(g, Rate::Fpr).difference);
        row("equalized odds, difference", &|g| g.equalized_odds.clone().unwrap_or_default().difference);
    }
    page.gap();
    page.table(&table);
    if !mitigation.thresholds.is_empty() {
        let mut table = Table::new(1, &["group", "threshold", "chosen on rows"]);
        for group in mitigation.thresholds.iter().take(GROUPS) {
            table.row(vec![group.levels.join(" / "), bounded(group.threshold, 4), group.rows.to_string()]);
        }
        page.gap();
        page.table(&table);
        let more = mitigation.thresholds.len().saturating_sub(GROUPS);
        if more > 0 {
            page.line(&format!("and {more} more, in metrics.json"));
        }
    }
}
