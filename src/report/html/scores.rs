//! The scores: every metric beside its yardsticks, and the columns that matter.

use maud::{Markup, html};

use super::parts::{Strip, name, rest, scroll};
use crate::metrics::Metric;
use crate::report::{Importance, Record, words};

/// Columns shown of the importance.
const COLUMNS: usize = 25;

/// Every metric of the task, for the model and what it is compared with.
pub fn table(record: &Record) -> Markup {
    let t = record.language;
    let main = Metric::main(record.task);
    let tested = !record.model.test.is_empty();
    let who = [(t.model(), &record.model), (t.baseline(), &record.baseline), (t.linear(), &record.linear)];
    let table = html! {
        table {
            thead {
                tr {
                    th scope="col" rowspan="2" { (t.metric()) }
                    @for (who, _) in &who { th scope="colgroup" colspan=(if tested { "2" } else { "1" }) { (who) } }
                }
                tr {
                    @for _ in &who {
                        @if tested { th class="n test" scope="col" { (t.on_test()) } }
                        th class="n folds" scope="col" { (t.over_folds()) }
                    }
                }
            }
            tbody {
                @for &metric in Metric::of(record.task) {
                    tr class=[(metric == main).then_some("main")] {
                        th scope="row" {
                            span class="metric" { (t.label(metric)) " " span class="arrow" { (if metric.higher_is_better() { "↑" } else { "↓" }) } }
                            small { (t.meaning(metric)) }
                        }
                        @for (_, scored) in &who {
                            @if tested {
                                @let test = scored.test.get(&metric).copied().unwrap_or_default();
                                td class="n test" { (t.score(metric, test.value)) " " @if let Some(range) = t.range(metric, &test) { small { (range) } } }
                            }
                            td class="n folds" { (words::folds(scored, metric, t)) }
                        }
                    }
                }
            }
        }
    };
    html! {
        (scroll(t.scores(), &table))
        p class="note" {
            (t.scores_note_folds()) (t.gap())
            @if tested { (t.scores_note_test()) (t.gap()) }
            (t.scores_note_arrows())
            @if record.is_mape_undefined() { (t.gap()) (t.scores_note_mape()) }
        }
    }
}

/// How much the main metric suffers when a column is shuffled.
pub fn importance(record: &Record) -> Markup {
    let t = record.language;
    let top: Vec<&Importance> = record.importance.iter().filter(|i| i.mean.is_finite()).take(COLUMNS).collect();
    if top.is_empty() {
        return html! {};
    }
    let sd = |i: &Importance| if i.sd.is_finite() { i.sd } else { 0.0 };
    let from = top.iter().map(|i| i.mean - sd(i)).fold(0.0, f64::min);
    let to = top.iter().map(|i| i.mean + sd(i)).fold(0.0, f64::max);
    let metric = Metric::main(record.task);
    html! {
        table class="strips" {
            @for i in &top {
                tr {
                    th scope="row" { (name(&i.column)) }
                    td class="wide" {
                        (Strip { value: i.mean, low: i.mean - sd(i), high: i.mean + sd(i), zero: Some(0.0), class: "first" }.draw(from, to))
                    }
                    // On a phone it breaks before the sign, and not after it.
                    td class="n" { (t.drop(metric, i.mean, i.sd, to).replace("± ", "±\u{a0}")) }
                }
            }
        }
        (rest(t, top.len(), record.importance.len(), |n| t.more_columns(n)))
        p class="note" { (if metric.higher_is_better() { t.importance_falls(t.named(metric)) } else { t.importance_rises(t.named(metric)) }) }
    }
}
