//! How good the predictions are, in figures.

mod binary;
mod confusion;
mod multiclass;
mod regression;

use maud::{Markup, html};

use super::plot::{Axis, Ink, Layer, Plot};
use crate::data::Task;
use crate::error::Result;
use crate::report::{Language, Record};

/// The figures of the task.
pub fn section(record: &Record) -> Result<Markup> {
    let t = record.language;
    let figures = match record.task {
        Task::Binary => binary::figures(record)?,
        Task::Multiclass => multiclass::figures(record)?,
        Task::Regression => regression::figures(record)?,
    };
    let rows = if record.details.rows > 0 { record.details.rows } else { record.rows.test };
    let note = if record.curves.rows == "test" { t.on_rows_test(t.rows(rows)) } else { t.on_rows_folds(t.rows(rows)) };
    Ok(html! {
        @if figures.iter().any(|f| !f.0.is_empty()) {
            p class="note" { (note) }
            div class="figures" { @for figure in &figures { (figure) } }
        }
    })
}

/// A thin line to compare with.
fn guide(points: Vec<[f64; 2]>) -> Layer {
    Layer::Line { points, ink: Ink::Text, width: 1.0, alpha: 0.45 }
}

fn line(points: Vec<[f64; 2]>, series: usize) -> Layer {
    Layer::Line { points, ink: Ink::Series(series), width: 2.2, alpha: 1.0 }
}

/// An axis of shares from 0 to 1.
fn shares(title: &str) -> Axis<'_> {
    Axis { title, percent: true, range: Some([0.0, 1.0]), ..Axis::default() }
}

/// An axis of shares from 0 to the first round one that leaves room for the largest.
fn shares_to(title: &str, most: f64) -> Axis<'_> {
    Axis { range: Some([0.0, round_above(most)]), ..shares(title) }
}

/// The smallest share of a few round ones that is not below another.
pub fn round_above(share: f64) -> f64 {
    const ROUND: [f64; 7] = [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5];
    ROUND.into_iter().find(|round| share <= *round).unwrap_or(1.0)
}

fn plot<'a>(t: Language, title: &str, x: Axis<'a>, y: Axis<'a>, layers: Vec<Layer>) -> Plot<'a> {
    Plot { language: t, title: title.to_owned(), x, y, layers }
}
