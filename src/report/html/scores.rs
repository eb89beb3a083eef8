//! The scores: the answer in sentences, then every metric, the columns that matter, and the folds.

use maud::{Markup, html};

use super::parts::{Strip, name, rest, scroll, section};
use crate::metrics::Metric;
use crate::report::name::clean;
use crate::report::number::{self, NONE, count, drop, score, seconds, share};
use crate::report::words::{self, label, meaning, plural};
use crate::report::{History, Importance, Record, Scored};

/// Columns shown of the importance.
const COLUMNS: usize = 25;
/// Class labels named in the answer.
const LABELS: usize = 6;

/// The head of the page: what was predicted from what, and how well.
pub fn answer(record: &Record) -> Markup {
    let metric = Metric::main(record.task);
    let features = record.learned();
    let total = record.class_counts.iter().sum();
    html! {
        header {
            p class="kicker" { "mkt · " (record.task.name()) " · " (name(&record.name)) }
            h1 { "Predicting " (name(&record.target)) }
            p class="lead" {
                "From " (plural(features, "column")) " and " (plural(record.rows.used, "row")) " of " (name(&record.source)) "."
                @for (i, (label, &n)) in record.labels.iter().zip(&record.class_counts).take(LABELS).enumerate() {
                    @if i == 0 { " Classes: " } @else { ", " }
                    (name(label)) " " (share(n, total))
                }
                @if record.labels.len() > LABELS { " and " (plural(record.labels.len() - LABELS, "class")) " more" }
                @if !record.labels.is_empty() { "." }
            }
            div class="answer" {
                div class="big" {
                    span class="value" { (score(metric, words::value(record, &record.model, metric))) }
                    span class="label" { (label(metric)) }
                }
                div {
                    p { (words::answer(record)) }
                    p { (words::against_baseline(record)) " " (words::against_linear(record)) }
                }
            }
            (race(record, metric))
        }
    }
}

/// Model, linear model and baseline on one scale, each with its uncertainty.
fn race(record: &Record, metric: Metric) -> Markup {
    let rows: Vec<(&str, &'static str, [f64; 3])> =
        [("Model", "first", &record.model), ("Linear", "muted", &record.linear), ("Baseline", "muted", &record.baseline)]
            .into_iter()
            .filter_map(|(who, class, scored)| Some((who, class, range(record, scored, metric)?)))
            .collect();
    let ends = || rows.iter().flat_map(|(_, _, r)| r.iter().copied());
    let (from, to) = (ends().fold(f64::INFINITY, f64::min), ends().fold(f64::NEG_INFINITY, f64::max));
    html! {
        @if rows.len() > 1 {
            table class="strips" {
                caption { (label(metric)) ": " (meaning(metric)) "; " (if metric.higher_is_better() { "further right is better" } else { "further left is better" }) }
                @for (who, class, [low, value, high]) in &rows {
                    tr {
                        th scope="row" { (who) }
                        td class="wide" { (Strip { value: *value, low: *low, high: *high, zero: None, class }.draw(from, to)) }
                        td class="n" { (score(metric, Some(*value))) }
                    }
                }
            }
        }
    }
}

/// Low, value and high: the interval on the test part, else mean and standard deviation over the folds.
fn range(record: &Record, scored: &Scored, metric: Metric) -> Option<[f64; 3]> {
    let value = words::value(record, scored, metric)?;
    let (low, high) = if record.model.test.is_empty() {
        let sd = scored.cv.get(&metric).and_then(|s| s.sd).unwrap_or(0.0);
        (value - sd, value + sd)
    } else {
        let test = scored.test.get(&metric)?;
        (test.low.unwrap_or(value), test.high.unwrap_or(value))
    };
    Some([low, value, high]).filter(|r| r.iter().all(|x| x.is_finite()))
}

/// Every metric of the task, for the model and what it is compared with.
pub fn table(record: &Record) -> Markup {
    let main = Metric::main(record.task);
    let tested = !record.model.test.is_empty();
    let who = [("Model", &record.model), ("Baseline", &record.baseline), ("Linear", &record.linear)];
    let table = html! {
        table {
            thead {
                tr {
                    th scope="col" rowspan="2" { "Metric" }
                    @for (who, _) in &who { th scope="colgroup" colspan=(if tested { "2" } else { "1" }) { (who) } }
                }
                tr {
                    @for _ in &who {
                        th class="n" scope="col" { "folds" }
                        @if tested { th class="n" scope="col" { "test [95 %]" } }
                    }
                }
            }
            tbody {
                @for &metric in Metric::of(record.task) {
                    tr class=[(metric == main).then_some("main")] {
                        th scope="row" { span class="metric" { (label(metric)) " " span class="arrow" { (if metric.higher_is_better() { "↑" } else { "↓" }) } } small { (meaning(metric)) } }
                        @for (_, scored) in &who {
                            td class="n" { (words::folds(scored, metric)) }
                            @if tested {
                                @let test = scored.test.get(&metric).copied().unwrap_or_default();
                                td class="n" { (score(metric, test.value)) " " @if let Some(range) = number::range(metric, &test) { small { (range) } } }
                            }
                        }
                    }
                }
            }
        }
    };
    section(
        "scores",
        "Scores",
        &html! {
            (scroll("Scores", &table))
            p class="note" {
                "Folds: mean ± standard deviation. "
                @if tested { "Test: score with its 95 % bootstrap interval, on rows kept apart from the start. " }
                "↑ more is better, ↓ less is better."
            }
        },
    )
}

/// How much the main metric suffers when a column is shuffled.
pub fn importance(record: &Record) -> Markup {
    let top: Vec<&Importance> = record.importance.iter().filter(|i| i.mean.is_finite()).take(COLUMNS).collect();
    if top.is_empty() {
        return html! {};
    }
    let sd = |i: &Importance| if i.sd.is_finite() { i.sd } else { 0.0 };
    let from = top.iter().map(|i| i.mean - sd(i)).fold(0.0, f64::min);
    let to = top.iter().map(|i| i.mean + sd(i)).fold(0.0, f64::max);
    let metric = Metric::main(record.task);
    let suffers = if metric.higher_is_better() { "falls" } else { "rises" };
    section(
        "importance",
        "What matters",
        &html! {
            table class="strips" {
                @for i in &top {
                    tr {
                        th scope="row" { (name(&i.column)) }
                        td class="wide" {
                            (Strip { value: i.mean, low: i.mean - sd(i), high: i.mean + sd(i), zero: Some(0.0), class: "first" }.draw(from, to))
                        }
                        td class="n" { (drop(metric, i.mean, i.sd, to)) }
                    }
                }
            }
            (rest(top.len(), record.importance.len(), "column"))
            p class="note" {
                "By how much " (label(metric)) " " (suffers) " when the values of one column are shuffled: mean ± standard deviation. "
                "Columns that tell the same share their importance; it is not a cause."
            }
        },
    )
}

/// The folds one by one: scores of the model, and how long each was learned.
pub fn folds(record: &Record) -> Markup {
    let metrics = Metric::of(record.task);
    let k = record.model.cv.values().map(|s| s.folds.len()).max().unwrap_or(0);
    if k == 0 {
        return html! {};
    }
    let table = html! {
        table {
            thead {
                tr {
                    th scope="col" { "Fold" }
                    @for &metric in metrics { th class="n" scope="col" { (label(metric)) } }
                    th class="n" scope="col" { "Best epoch" }
                    th class="n" scope="col" { "Time" }
                }
            }
            tbody {
                @for fold in 0..k {
                    tr {
                        th scope="row" { (fold + 1) }
                        @for &metric in metrics {
                            td class="n" { (score(metric, record.model.cv.get(&metric).and_then(|s| s.folds.get(fold).copied().flatten()))) }
                        }
                        (fits(record, &format!("fold-{fold}")))
                    }
                }
                @if record.histories.iter().any(|h| belongs(h, "final")) {
                    tr {
                        th scope="row" { "final" }
                        @for _ in metrics { td class="n" { "" } }
                        (fits(record, "final"))
                    }
                }
            }
        }
    };
    section(
        "folds",
        "Fold by fold",
        &html! {
            (scroll("Scores of each fold", &table))
            p class="note" { bdi { (clean(&record.split)) } }
        },
    )
}

/// Best epochs and time of the fits of one fold; an ensemble has several.
fn fits(record: &Record, scope: &str) -> Markup {
    let fits: Vec<&History> = record.histories.iter().filter(|h| belongs(h, scope)).collect();
    let best = || fits.iter().map(|h| h.best);
    let epochs = match (best().min(), best().max()) {
        (Some(low), Some(high)) if low < high => format!("{}–{}", count(low), count(high)),
        (Some(only), _) => count(only),
        _ => NONE.into(),
    };
    let time = fits.iter().flat_map(|h| &h.epochs).map(|e| e.seconds).sum();
    html! {
        td class="n" { (epochs) }
        td class="n" { @if fits.is_empty() { (NONE) } @else { (seconds(time)) } }
    }
}

fn belongs(history: &History, scope: &str) -> bool {
    history.scope.split('/').next() == Some(scope)
}
