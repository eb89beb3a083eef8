//! The head of the page: what was predicted, and the answer in sentences.

use maud::{Markup, html};

use super::parts::{Strip, name};
use super::shown;
use crate::data::Task;
use crate::metrics::Metric;
use crate::report::name::file_name;
use crate::report::{Record, Scored, findings, words};

/// Class labels named in the answer.
const LABELS: usize = 6;

/// What was predicted from what, how well, why, and what follows.
pub fn answer(record: &Record) -> Markup {
    let t = record.language;
    let metric = Metric::main(record.task);
    let (columns, rows) = (t.columns(record.learned()), t.rows(record.rows.used));
    let cards = [
        (t.how_good(), findings::how_good(record, t)),
        (t.what_drives(), findings::drivers(record, t)),
        (t.what_to_do(), findings::advice(record, t)),
        (t.what_to_distrust(), findings::doubts(record, t)),
    ];
    html! {
        header {
            p class="kicker" { "mkt · " (t.task(record.task)) " · " (name(&record.name)) }
            h1 { (t.predicting(shown(&record.target))) }
            p class="lead" {
                @if record.partial { (t.learned_from_model(columns, rows)) } @else { (t.learned_from(columns, rows, shown(file_name(&record.source)))) }
                @if !record.labels.is_empty() { (t.gap()) (t.classes_are(classes(record))) }
                @if let (Task::Binary, Some(label)) = (record.task, record.labels.last()) { (t.gap()) (t.positive_is(shown(label))) }
            }
            p class="headline" { (findings::headline(record, t)) }
            div class="answer" {
                div class="big" {
                    span class="value" { (t.score(metric, words::value(record, &record.model, metric))) }
                    span class="label" { (t.label(metric)) }
                }
                (race(record, metric))
            }
            div class="cards" {
                @for (title, sentences) in &cards {
                    div class="card" {
                        h2 { (title) }
                        @if sentences.len() > 1 { ul { @for sentence in sentences { li { (sentence) } } } }
                        @else { @for sentence in sentences { p { (sentence) } } }
                    }
                }
            }
        }
    }
}

/// The labels with their shares.
fn classes(record: &Record) -> String {
    let t = record.language;
    let total = record.class_counts.iter().sum();
    let known = record.labels.iter().zip(&record.class_counts);
    let mut parts: Vec<String> = if record.class_counts.is_empty() {
        record.labels.iter().take(LABELS).map(|label| shown(label)).collect()
    } else {
        known.take(LABELS).map(|(label, &n)| t.with_share(shown(label), t.share(n, total))).collect()
    };
    if record.labels.len() > LABELS {
        parts.push(t.and_more(t.more_classes(record.labels.len() - LABELS)));
        return parts.join(t.comma());
    }
    t.list(&parts)
}

/// Model, linear model and baseline on one scale, each with its uncertainty.
fn race(record: &Record, metric: Metric) -> Markup {
    let t = record.language;
    let rows: Vec<(&str, &'static str, [f64; 3])> =
        [(t.model(), "first", &record.model), (t.linear(), "muted", &record.linear), (t.baseline(), "muted", &record.baseline)]
            .into_iter()
            .filter_map(|(who, class, scored)| Some((who, class, range(record, scored, metric)?)))
            .collect();
    let ends = || rows.iter().flat_map(|(_, _, r)| r.iter().copied());
    let (from, to) = (ends().fold(f64::INFINITY, f64::min), ends().fold(f64::NEG_INFINITY, f64::max));
    html! {
        @if rows.len() > 1 {
            table class="strips" {
                caption {
                    (t.two_clauses(
                        t.meaning_of(t.label(metric), t.meaning(metric)),
                        if metric.higher_is_better() { t.right_is_better() } else { t.left_is_better() },
                    ))
                }
                @for (who, class, [low, value, high]) in &rows {
                    tr {
                        th scope="row" { (who) }
                        td class="wide" { (Strip { value: *value, low: *low, high: *high, zero: None, class }.draw(from, to)) }
                        td class="n" { (t.score(metric, Some(*value))) }
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
