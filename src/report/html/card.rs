//! The model card, after Mitchell et al. (2019): what the model is, what it is for, and what it is not for.

use maud::{Markup, html};

use super::parts::phrase;
use super::shown;
use crate::metrics::Metric;
use crate::report::name::clean;
use crate::report::{Record, findings, words};

/// The card.
pub fn section(record: &Record) -> Markup {
    let t = record.language;
    let said = |text: String| html! { p { (text) } };
    // What the user wrote keeps its lines.
    let own = |text: &str| html! { @for line in text.lines() { p { bdi { (clean(line)) } } } };
    let use_stated = !record.intended_use.trim().is_empty();
    let drivers: Vec<String> =
        record.importance.iter().filter(|i| i.mean > 2.0 * i.sd && i.mean > 0.0).take(5).map(|i| shown(&i.column)).collect();
    let (network, _) = t.phrase(&record.network);
    let metric = Metric::main(record.task);
    let evaluation = if record.rows.test > 0 {
        t.on_rows_test(t.rows(record.rows.test))
    } else {
        t.on_rows_folds(t.rows(record.rows.train))
    };
    let rows = [
        (t.card_model(), said(t.card_model_text(clean(&network), clean(&record.mkt_version)))),
        (t.card_use(), if use_stated { own(&record.intended_use) } else { said(t.card_use_text(shown(&record.target))) }),
        (t.card_not(), said(t.card_not_text().into())),
        (t.card_data(), said(t.card_data_text(t.rows(record.rows.train), t.columns(record.learned()), shown(&record.source)))),
        (t.card_evaluation(), html! { p { (evaluation) (t.gap()) (phrase(t, &record.split)) } }),
        (
            t.card_metrics(),
            html! { p { (t.sentence_of(t.meaning_of(t.label(metric), t.meaning(metric)))) (t.gap()) (words::answer(record, t)) (t.gap()) (words::against_baseline(record, t)) } },
        ),
        (
            t.card_factors(),
            if drivers.is_empty() {
                html! {}
            } else {
                said(t.card_factors_text(t.list(&drivers)))
            },
        ),
        (t.card_sensitive(), said(fairness(record))),
        (t.card_limits(), html! { ul { @for doubt in findings::doubts(record, t) { li { (doubt) } } } }),
        (t.card_notes(), own(&record.notes)),
    ];
    html! {
        table class="facts cardtable" {
            @for (what, text) in &rows { @if !text.0.is_empty() { tr { th scope="row" { (what) } td { (text) } } } }
        }
        p class="note" { (t.card_note()) }
    }
}

fn fairness(record: &Record) -> String {
    let t = record.language;
    let named: Vec<String> =
        record.columns.iter().filter(|c| c.reason.contains("[columns] sensitive")).map(|c| shown(&c.name)).collect();
    if let Some(fairness) = &record.fairness {
        let single = fairness.groupings.iter().filter(|g| g.columns.len() == 1);
        let measured: Vec<String> = single.flat_map(|g| &g.columns).map(|c| shown(c)).collect();
        return t.card_sensitive_measured(t.list(&measured));
    }
    if named.is_empty() { t.card_sensitive_none().into() } else { t.card_sensitive_named(t.list(&named)) }
}
