//! The page to forward: one file, nothing fetched, light and dark, readable on a phone and on paper, and without its script.
//!
//! Everything that comes from the data is escaped by the templates, and shown through `parts::name`, which takes out
//! what no escaping helps against. Figures hold numbers only. Should something slip through all the same, the
//! content-security policy of the page allows its own script and styles, known by their checksums, and nothing else: no
//! other script, no style attribute, no request.

mod card;
mod data;
mod deciding;
mod explained;
mod fairness;
mod figure;
mod head;
mod learning;
mod parts;
mod plot;
mod quality;
mod run;
mod scores;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use super::language::shown;
use super::name::short;
use super::record::Record;
use crate::error::Result;
use crate::pipeline::{Context, Pipeline};

/// Turns the record of a run into a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Html;

impl Pipeline for Html {
    type Input = Arc<Record>;
    type Output = String;

    fn name(&self) -> &'static str {
        "report"
    }

    fn run(&self, record: Arc<Record>, _: &Context<'_>) -> Result<String> {
        page(&record).map(PreEscaped::into_string)
    }
}

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// What the page may do: run this script and use these styles.
fn policy() -> String {
    let hash = |text: &str| BASE64_STANDARD.encode(Sha256::digest(text.as_bytes()));
    format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        hash(SCRIPT),
        hash(STYLE)
    )
}

fn page(record: &Record) -> Result<Markup> {
    let t = record.language;
    let sections = [
        ("scores", t.scores(), scores::table(record)),
        ("quality", t.quality(), quality::section(record)?),
        ("deciding", t.deciding(), deciding::section(record)?),
        ("importance", t.importance(), html! { (scores::importance(record)) (explained::groups(record)) }),
        ("dependence", t.dependence(), explained::dependence(record)?),
        ("examples", t.examples(), explained::examples(record)),
        ("segments", t.segments(), explained::segments(record)),
        ("fairness", t.fairness(), fairness::section(record)),
        ("learning", t.learning(), learning::section(record)?),
        ("folds", t.folds_title(), learning::folds(record)),
        ("more", t.more_rows(), explained::more_rows(record)?),
        ("warnings", t.warnings_title(), data::warnings(record)),
        ("columns", t.columns_title(), data::columns(record)),
        ("cleaning", t.cleaning(), data::cleaning(record)),
        ("card", t.card(), card::section(record)),
        ("run", t.run_title(), run::section(record)),
    ];
    let sections: Vec<_> = sections.into_iter().filter(|(_, _, body)| !body.0.is_empty()).collect();
    Ok(html! {
        (DOCTYPE)
        html lang=(t.tag()) {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy());
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                title { (short(&record.target, 40)) " – " (short(&record.name, 40)) " – mkt" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                (head::answer(record))
                nav aria-label=(t.contents()) { @for (id, title, _) in &sections { a href={ "#" (id) } { (title) } " " } }
                main { @for (id, title, body) in &sections { section id=(id) { h2 { (title) } (body) } } }
                footer { (t.written_by(short(&record.mkt_version, 40))) }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    })
}
