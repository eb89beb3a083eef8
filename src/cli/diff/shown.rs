//! What `diff` prints, paragraph by paragraph.

use super::{ColumnChange, Flips};
use crate::assess::{Comparison, Segment};
use crate::cli::evaluate::show::{self, Page};
use crate::cli::keys::{Differs, shown};
use crate::cli::rows::Answers;
use crate::cli::table::Table;
use crate::data::{Target, Task};
use crate::error::plural;
use crate::metrics::{Measure, Metric};
use crate::report::{Verdict, bounded, class_name, number, percent, plus, probability};

/// Most ways from class to class that are told one by one.
const MOVES: usize = 6;

/// The answer in one sentence.
pub fn sentence(main: Metric, comparison: &Comparison, resampled: &str) -> String {
    let change = comparison.measures.get(&Measure::Metric(main)).copied().unwrap_or_default();
    let difference = show::signed(main.into(), &change.difference);
    let name = main.name();
    let how = format!("paired bootstrap over {resampled}");
    match change.verdict {
        Verdict::Noise => format!("{name} differs by {difference} ({how}): noise, the interval includes 0"),
        Verdict::Better => format!("{name} differs by {difference} ({how}): the new model is clearly better"),
        Verdict::Worse => format!("{name} differs by {difference} ({how}): the new model is clearly worse"),
        Verdict::Changed => format!("{name} differs by {difference} ({how})"),
        Verdict::Undefined => format!("{name} cannot be compared on these rows"),
    }
}

/// The segments in which the models clearly differ, of so many that have the fewest rows.
pub fn segments(page: &mut Page, found: &[Segment], (looked, fewest): (usize, usize), task: Task) {
    if looked == 0 {
        page.heading(&format!("segments: the models do not differ in any of at least {}", plural(fewest, "row")));
        return;
    }
    let by = if task == Task::Regression { "absolute error" } else { "Brier score" };
    page.heading(&format!("segments: {looked} of at least {} compared by their mean {by}", plural(fewest, "row")));
    if found.is_empty() {
        page.line("the new model is clearly better or worse in none of them (p adjusted for their number, Holm 1979)");
        return;
    }
    let mut table = Table::new(3, &["column", "segment", "verdict", "rows", "old", "new", "difference [95 %]", "p"]);
    let loss = |x: f64| if task == Task::Regression { number(x) } else { bounded(x, 4) };
    for s in found {
        let difference = format!("{} [{}, {}]", plus(s.difference, &loss(s.difference)), loss(s.low), loss(s.high));
        let verdict = if s.difference > 0.0 { "worse" } else { "better" };
        table.row(vec![
            s.column.clone(),
            s.name.clone(),
            verdict.into(),
            s.rows.to_string(),
            loss(s.old),
            loss(s.new),
            difference,
            show::p_value(s.p),
        ]);
    }
    page.table(&table);
    page.line("p is adjusted for the number of segments (Holm 1979)");
}

/// How many decisions differ, by which thresholds, and some of the rows.
pub fn flips(page: &mut Page, flips: &Flips, target: &Target, [before, after]: [&Answers; 2]) {
    page.heading(&format!("decisions: {} of {} flip ({})", flips.flipped, flips.rows, percent(flips.rate)));
    if flips.flipped == 0 {
        return;
    }
    page.line(&format!("{} were wrong and are right now, {} were right and are wrong now", flips.now_right, flips.now_wrong));
    if let [_, positive] = &target.labels[..] {
        let [old, new] = [before, after].map(from);
        let positive = class_name(&target.name, positive);
        page.line(&format!("called {positive} {old} (old), {new} (new)"));
    }
    for m in flips.moves.iter().take(MOVES) {
        page.line(&format!("{} -> {}: {}", m.old, m.new, plural(m.rows, "row")));
    }
    if flips.moves.len() > MOVES {
        let rest: usize = flips.moves[MOVES..].iter().map(|m| m.rows).sum();
        page.line(&format!("from another class, or to another: {}", plural(rest, "row")));
    }
    page.gap();
    let mut table = Table::new(1, &["example", "truth", "old", "new", "p old", "p new"]);
    for e in &flips.examples {
        let p = |p: f64| bounded(p, 4);
        table.row(vec![e.row.clone(), e.truth.clone(), e.old.clone(), e.new.clone(), p(e.old_p), p(e.new_p)]);
    }
    page.table(&table);
}

/// What differs in settings and columns.
pub fn differences(page: &mut Page, settings: &[Differs], columns: &[ColumnChange]) {
    if settings.is_empty() && columns.is_empty() {
        page.heading("config and columns: the same");
        return;
    }
    if !settings.is_empty() {
        page.heading("config");
        let mut table = Table::new(3, &["key", "old", "new"]);
        for d in settings {
            table.row(vec![d.key.clone(), shown(d.old.as_ref()), shown(d.new.as_ref())]);
        }
        page.table(&table);
    }
    if !columns.is_empty() {
        page.heading("columns");
        let mut table = Table::new(3, &["column", "old", "new"]);
        for c in columns {
            let words = |text: &Option<String>| text.clone().unwrap_or_else(|| "–".into());
            table.row(vec![c.column.clone(), words(&c.old), words(&c.new)]);
        }
        page.table(&table);
    }
}

/// From where on a model calls a row positive.
fn from(answers: &Answers) -> String {
    match answers.thresholds {
        None => format!("from a probability of {} on", probability(answers.threshold)),
        Some(_) => "by a threshold of the row's own".into(),
    }
}
