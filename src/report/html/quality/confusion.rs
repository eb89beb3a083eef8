//! Who was taken for whom, and what other thresholds would do.

use maud::{Markup, html};

use crate::metrics::figures::Cut;
use crate::report::classes::{self, Class};
use crate::report::html::parts::{name, rest, scroll};
use crate::report::{Language, Record};

/// Classes shown of a confusion matrix; more are not readable.
const CLASSES: usize = 20;

/// The matrix of two classes, with a slider over thresholds for those who have the script, and the same as a table for all.
pub fn binary(record: &Record) -> Markup {
    let t = record.language;
    let Some(counts) = classes::two(&record.curves.confusion) else { return html! {} };
    let threshold = record.details.threshold.unwrap_or(0.5);
    html! {
        figure id="cuts" {
            h3 { (t.confusion()) }
            (matrix(record))
            @if !record.details.cuts.is_empty() && record.labels.len() == 2 {
                (slider(t, counts, threshold))
            }
            figcaption { @if record.has_group_thresholds() { (t.confusion_note_groups()) } @else if record.least_gain().is_some() { (t.confusion_note_by_row()) } @else { (t.confusion_note_at(t.probability(threshold))) } }
            (thresholds(t, &record.details.cuts))
        }
    }
}

/// The matrix of many classes.
pub fn many(record: &Record) -> Markup {
    let t = record.language;
    if record.curves.confusion.is_empty() {
        return html! {};
    }
    let all = record.curves.confusion.len();
    html! {
        figure class="full" {
            h3 { (t.confusion()) }
            (matrix(record))
            figcaption { (t.confusion_note()) }
            (rest(t, all.min(CLASSES), all, |n| t.more_classes(n)))
        }
    }
}

/// The most frequent classes, in the order of their codes.
fn frequent(record: &Record) -> Vec<usize> {
    let matrix = &record.curves.confusion;
    let mut shown: Vec<usize> = (0..matrix.len().min(record.labels.len())).collect();
    shown.sort_by_key(|&i| std::cmp::Reverse(matrix[i].iter().sum::<usize>()));
    shown.truncate(CLASSES);
    shown.sort_unstable();
    shown
}

/// The shade of a cell is its share of the true class, in tenths.
fn matrix(record: &Record) -> Markup {
    const CELLS: [[&str; 2]; 2] = [["rejected", "alarms"], ["misses", "hits"]];
    let t = record.language;
    let matrix = &record.curves.confusion;
    let shown = frequent(record);
    let table = html! {
        table class="confusion" {
            thead { tr { th scope="col" { (t.true_predicted()) } @for &i in &shown { th scope="col" { (name(&record.labels[i])) } } } }
            tbody {
                @for &truth in &shown {
                    @let row = &matrix[truth];
                    @let all: usize = row.iter().sum();
                    tr {
                        th scope="row" { (name(&record.labels[truth])) }
                        @for &predicted in &shown {
                            @let n = row.get(predicted).copied().unwrap_or(0);
                            @let right = if truth == predicted { "right " } else { "" };
                            @let cell = (matrix.len() == 2).then(|| CELLS[truth][predicted]);
                            td class=(format!("{right}h{}", (10 * n + all / 2).checked_div(all).unwrap_or(0))) data-cell=[cell] {
                                span { (t.count(n)) } small { (t.share(n, all)) }
                            }
                        }
                    }
                }
            }
        }
    };
    scroll(t.confusion(), &table)
}

/// The rates at the threshold, and a slider that stays hidden without the script.
fn slider(t: Language, [[rejected, alarms], [misses, hits]]: [[usize; 2]; 2], threshold: f64) -> Markup {
    let (called, rows) = (hits + alarms, rejected + alarms + misses + hits);
    let rates = [
        ("called", t.called_positive(), t.share(called, rows)),
        ("precision", t.precision(), t.share(hits, called)),
        ("recall", t.recall(), t.share(hits, hits + misses)),
        ("accuracy", t.accuracy(), t.share(hits + rejected, rows)),
    ];
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 100")]
    let step = (100.0 * threshold).round().clamp(0.0, 100.0) as usize;
    html! {
        p class="rates" { @for (rate, word, value) in &rates { span { (word) " " b data-rate=(rate) { (value) } } " " } }
        p class="slider" hidden="" {
            label for="threshold" { (t.threshold()) " " output for="threshold" data-chosen=(t.probability(threshold)) { (t.probability(threshold)) } }
            input id="threshold" type="range" min="0" max="100" step="1" value=(step);
            button type="button" { (t.chosen()) }
        }
    }
}

/// What the slider shows, for all.
fn thresholds(t: Language, cuts: &[Cut]) -> Markup {
    if cuts.is_empty() {
        return html! {};
    }
    let heads = [t.threshold(), t.hits(), t.false_alarms(), t.misses(), t.rejected(), t.precision(), t.recall(), t.accuracy()];
    let table = html! {
        table {
            thead { tr { @for head in heads { th class="n" scope="col" { (head) } } } }
            tbody {
                @for cut in cuts {
                    tr data-cut=(format!("{} {} {} {}", cut.hits, cut.alarms, cut.misses, cut.rejected)) {
                        th class="n" scope="row" { (format!("{:.2}", cut.threshold)) }
                        @for n in [cut.hits, cut.alarms, cut.misses, cut.rejected] { td class="n" { (t.count(n)) } }
                        @for share in [cut.precision(), cut.recall(), cut.accuracy()] { td class="n" { (t.maybe(share)) } }
                    }
                }
            }
        }
    };
    html! { details { summary { (t.thresholds()) } (scroll(t.thresholds(), &table)) } }
}

/// Precision, recall and F1 of each class.
pub fn classes(record: &Record) -> Markup {
    let t = record.language;
    let all = classes::table(&record.curves.confusion);
    if all.is_empty() {
        return html! {};
    }
    let shown = frequent(record);
    let table = html! {
        table class="sortable" {
            thead {
                tr {
                    th scope="col" { (t.class()) }
                    @for head in [t.support(), t.called(), t.precision(), t.recall(), "F1"] { th class="n" scope="col" { (head) } }
                }
            }
            tbody { @for &i in &shown { (class(t, &record.labels[i], all[i])) } }
        }
    };
    html! {
        figure class=[(record.labels.len() > 2).then_some("full")] {
            h3 { (t.per_class()) }
            (scroll(t.per_class(), &table))
            (rest(t, shown.len(), all.len(), |n| t.more_classes(n)))
        }
    }
}

fn class(t: Language, label: &str, class: Class) -> Markup {
    html! {
        tr {
            th scope="row" { (name(label)) }
            td class="n" { (t.count(class.rows)) }
            td class="n" { (t.count(class.called)) }
            td class="n" { (t.maybe(class.precision())) }
            td class="n" { (t.maybe(class.recall())) }
            td class="n" { (class.f1().map_or_else(|| "–".to_owned(), |f1| t.bounded(f1, 4))) }
        }
    }
}
