//! The page to forward: one file, no script, nothing fetched, light and dark, readable on a phone and on paper.
//!
//! Everything that comes from the data is escaped by the templates, and shown through `parts::name`, which takes out
//! what no escaping helps against. Figures hold numbers only. Should something slip through all the same, the
//! content-security policy of the page allows no script and no request.

mod data;
mod figures;
mod parts;
mod plot;
mod scores;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use maud::{DOCTYPE, Markup, PreEscaped, html};

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
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

fn page(record: &Record) -> Result<Markup> {
    Ok(html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                title { (short(&record.target, 40)) " – " (short(&record.name, 40)) " – mkt" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                (scores::answer(record))
                main {
                    (scores::table(record))
                    (figures::quality(record)?)
                    (scores::importance(record))
                    (figures::learning(record)?)
                    (scores::folds(record))
                    (data::warnings(record))
                    (data::columns(record))
                    (data::cleaning(record))
                    (data::run(record))
                }
                footer { "Written by mkt " (short(&record.mkt_version, 40)) "." }
            }
        }
    })
}
