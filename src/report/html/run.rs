//! The run: how long it took, and what is needed to do it again.

use maud::{Markup, html};

use super::parts::phrase;
use crate::report::Record;
use crate::report::name::clean;
use crate::report::number::NONE;

/// Time, and where all this came from.
pub fn section(record: &Record) -> Markup {
    let t = record.language;
    let time = &record.timing;
    let named = time.collect_s + time.clean_s + time.normalize_s + time.train_s + time.validate_s;
    let parts = [
        (t.collect(), time.collect_s),
        (t.clean(), time.clean_s),
        (t.normalize(), time.normalize_s),
        (t.train(), time.train_s),
        (t.validate(), time.validate_s),
        (t.explanations_and_rest(), (time.total_s - named).max(0.0)),
        (t.in_all(), time.total_s),
    ];
    let plain = |text: &str| html! { @if text.is_empty() { (NONE) } @else { bdi { (clean(text)) } } };
    let memory = record.peak_rss_mb.filter(|m| m.is_finite()).map_or_else(|| NONE.into(), |m| t.at_most(t.number(m.round())));
    let facts = [
        (t.run(), plain(&record.name)),
        (t.source(), plain(&record.source)),
        (t.checksum(), plain(&record.data_hash)),
        (t.split(), phrase(t, &record.split)),
        (t.network(), phrase(t, &record.network)),
        (t.seed(), html! { (record.seed) }),
        (t.version(), html! { "mkt " (clean(&record.mkt_version)) }),
        (t.memory(), html! { (memory) }),
    ];
    html! {
        div class="figures" {
            @if !record.partial {
                table class="facts" { @for (what, s) in parts { tr { th scope="row" { (what) } td class="n" { (t.seconds(s)) } } } }
            }
            table class="facts" { @for (what, fact) in &facts { tr { th scope="row" { (what) } td { (fact) } } } }
        }
        p class="note" { (t.same_bytes()) }
    }
}
