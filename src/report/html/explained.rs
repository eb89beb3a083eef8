//! Why the model says what it says, and where it is wrong: columns that go together, how predictions go with a column,
//! rows with their reasons, parts of the rows that go worse, and whether more rows would help.

use maud::{Markup, html};

use super::figure::{Figure, Numbers};
use super::parts::{Strip, name, scroll};
use super::plot::{Axis, Ink, Layer, Plot};
use super::shown;
use crate::data::{Kind, Task};
use crate::error::Result;
use crate::metrics::Metric;
use crate::report::name::{class as class_name, clean};
use crate::report::number::plus;
use crate::report::{Dependence, Example, GridPoint, LearningCurve, Record, Segment};

/// Rows of lists that are shown.
const ROWS: usize = 25;
/// Individual curves drawn behind the mean.
const LINES: usize = 40;

/// Columns that say the same, shuffled together.
pub fn groups(record: &Record) -> Markup {
    let t = record.language;
    let metric = Metric::main(record.task);
    let groups: Vec<_> =
        record.explanations.iter().flat_map(|e| &e.groups).filter(|g| g.columns.len() > 1).take(ROWS).collect();
    let from = groups.iter().map(|g| g.loss.low).fold(0.0, f64::min);
    let to = groups.iter().map(|g| g.loss.high).fold(0.0, f64::max);
    html! {
        @if !groups.is_empty() {
            h3 { (t.together()) }
            table class="strips" {
                @for g in &groups {
                    tr {
                        th scope="row" { @for (i, column) in g.columns.iter().enumerate() { @if i > 0 { ", " } (name(column)) } }
                        td class="wide" { (Strip { value: g.loss.mean, low: g.loss.low, high: g.loss.high, zero: Some(0.0), class: "first" }.draw(from, to)) }
                        td class="n" { (t.scaled(metric, g.loss.mean, to)) }
                    }
                }
            }
            p class="note" { (t.together_note()) }
        }
    }
}

/// How predictions go with the columns that matter most.
pub fn dependence(record: &Record) -> Result<Markup> {
    let curves = || record.explanations.iter().flat_map(|e| &e.dependence);
    let rows = curves().map(|curve| curve.grid.iter().map(|g| g.rows).sum::<usize>()).max().unwrap_or(0);
    let figures: Vec<Markup> = curves().take(ROWS).map(|curve| one(record, curve)).collect::<Result<_>>()?;
    let t = record.language;
    Ok(html! {
        @if figures.iter().any(|f| !f.0.is_empty()) {
            p class="note" { (t.dependence_note(t.rows(rows))) }
            div class="figures" { @for figure in &figures { (figure) } }
        }
    })
}

fn one(record: &Record, curve: &Dependence) -> Result<Markup> {
    let t = record.language;
    let title = match &curve.class {
        Some(class) => t.chance_by(shown(&class_name(&record.target, class)), shown(&curve.column)),
        None => t.prediction_by(shown(&curve.column)),
    };
    // A gap has no place on the axis.
    let places: Vec<(usize, f64)> = curve.grid.iter().enumerate().filter_map(|(i, g)| Some((i, g.at?))).collect();
    if places.len() > 1 { line(record, curve, &places, &title) } else { Ok(levels(record, curve, &title)) }
}

/// The mean prediction along a number, with some single rows behind it.
fn line(record: &Record, curve: &Dependence, places: &[(usize, f64)], title: &str) -> Result<Markup> {
    let t = record.language;
    let percent = curve.class.is_some();
    let grid = || places.iter().map(move |&(i, x)| (x, &curve.grid[i]));
    let band: Vec<[f64; 3]> = grid().map(|(x, g)| [x, g.low, g.high]).collect();
    // Single rows are given as differences to their first value, which older records lack.
    let start = |row: usize| curve.starts.get(row).copied().unwrap_or(curve.grid[0].mean);
    let mut layers: Vec<Layer> = curve
        .lines
        .iter()
        .enumerate()
        .filter(|(_, line)| line.len() == curve.grid.len())
        .take(LINES)
        .map(|(row, line)| Layer::Line {
            points: places.iter().map(|&(i, x)| [x, start(row) + line[i]]).collect(),
            ink: Ink::Text,
            width: 0.8,
            alpha: 0.16,
        })
        .collect();
    layers.push(Layer::band(&band, Ink::FIRST, 0.25));
    layers.push(Layer::Line { points: grid().map(|(x, g)| [x, g.mean]).collect(), ink: Ink::FIRST, width: 2.4, alpha: 1.0 });
    let show = |x: f64| if percent { t.percent(x) } else { t.number(x) };
    let row = |(x, g): (f64, &GridPoint)| {
        ([x, g.mean], vec![shown(&t.said(&g.value)), show(g.mean), t.span(show(g.low), show(g.high)), t.count(g.rows)])
    };
    let numbers = Numbers {
        heads: vec![t.value(), t.mean_prediction(), t.interval_of(), t.rows_near()],
        rows: grid().map(row).collect(),
    };
    let date = record.columns.iter().any(|c| c.name == curve.column && c.kind == Kind::Date);
    let x = Axis { date, ..Axis::default() };
    let y = Axis { title: t.mean_prediction(), percent, ..Axis::default() };
    let plot = Plot { language: t, title: title.to_owned(), x, y, layers };
    Figure { title, note: &goes_with(record, curve), plot, keys: vec![], numbers }.draw()
}

/// The mean prediction at each level.
fn levels(record: &Record, curve: &Dependence, title: &str) -> Markup {
    let t = record.language;
    let known: Vec<_> = curve.grid.iter().filter(|g| g.mean.is_finite()).take(ROWS).collect();
    let from = known.iter().map(|g| g.low).fold(f64::INFINITY, f64::min);
    let to = known.iter().map(|g| g.high).fold(f64::NEG_INFINITY, f64::max);
    let show = |x: f64| if curve.class.is_some() { t.percent(x) } else { t.number(x) };
    html! {
        @if !known.is_empty() {
            figure {
                h3 { (title) }
                table class="strips" {
                    @for g in &known {
                        tr {
                            th scope="row" { (name(&t.said(&g.value))) }
                            td class="wide" { (Strip { value: g.mean, low: g.low, high: g.high, zero: None, class: "first" }.draw(from, to)) }
                            td class="n" { (show(g.mean)) }
                        }
                    }
                }
                figcaption { (goes_with(record, curve)) }
            }
        }
    }
}

/// A curve over a column that goes with others holds rows that hardly occur.
fn goes_with(record: &Record, curve: &Dependence) -> String {
    let t = record.language;
    let names: Vec<String> = curve.goes_with.iter().take(3).map(|(column, _)| shown(column)).collect();
    if names.is_empty() { String::new() } else { t.goes_with(t.list(&names)) }
}

/// A few rows with their reasons.
pub fn examples(record: &Record) -> Markup {
    let t = record.language;
    let examples: Vec<_> = record.explanations.iter().flat_map(|e| &e.examples).take(6).collect();
    html! {
        @if !examples.is_empty() {
            p class="note" { (t.examples_note()) }
            div class="figures" { @for example in examples { (reasons(record, example)) } }
        }
    }
}

fn reasons(record: &Record, example: &Example) -> Markup {
    let t = record.language;
    let share = record.task != Task::Regression;
    let show = |x: f64| if share { t.percent(x) } else { t.number(x) };
    let signed = |x: f64| if share { t.bounded_signed(x, 3) } else { plus(x, &t.number(x)) };
    let all = || example.reasons.iter().map(|p| p.contribution).chain([example.rest]);
    let (from, to) = (all().fold(0.0, f64::min), all().fold(0.0, f64::max));
    let bar = |x: f64| {
        let class = if x < 0.0 { "second" } else { "first" };
        Strip { value: x, low: x, high: x, zero: Some(0.0), class }.draw(from, to)
    };
    html! {
        figure {
            h3 { (t.example(t.count(example.row))) }
            p class="note" {
                @if let Some(class) = &example.class { (t.example_class(shown(class), show(example.prediction), show(example.base), shown(&example.truth))) }
                @else { (t.example_number(show(example.prediction), show(example.base), shown(&example.truth))) }
            }
            table class="strips" {
                @for part in &example.reasons {
                    tr {
                        th scope="row" { (name(&part.column)) small { (name(&t.said(&part.value))) } }
                        td class="wide" { (bar(part.contribution)) }
                        td class="n" { (signed(part.contribution)) }
                    }
                }
                @if example.rest.abs() > 0.0 {
                    tr { th scope="row" { (t.all_others()) } td class="wide" { (bar(example.rest)) } td class="n" { (signed(example.rest)) } }
                }
            }
        }
    }
}

/// Parts of the rows in which the model is clearly worse.
pub fn segments(record: &Record) -> Markup {
    let t = record.language;
    let Some(segments) = record.explanations.as_ref().map(|e| &e.segments).filter(|s| s.compared > 0) else { return html! {} };
    let share = record.task != Task::Regression;
    let show = |x: f64| if share { t.percent(x) } else { t.number(x) };
    // Of classes it is the Brier score.
    let loss = |x: f64| if share { t.bounded(x, 4) } else { t.number(x) };
    let row = |s: &Segment| {
        html! {
            tr {
                th scope="row" {
                    @for (i, (column, value)) in s.conditions.iter().enumerate() { @if i > 0 { " · " } (name(column)) ": " (name(&t.said(value))) }
                }
                td class="n" { (t.count(s.rows)) }
                td class="n" { (loss(s.loss)) }
                td class="n" { (loss(s.others)) }
                td class="n" { (t.span(loss(s.low), loss(s.high))) }
                td class="n" { (show(s.predicted)) }
                td class="n" { (show(s.observed)) }
            }
        }
    };
    html! {
        @if segments.worst.is_empty() {
            p { (t.no_segment(t.count(segments.compared), t.count(segments.fewest))) }
        } @else {
            (scroll(t.segments(), &html! {
                table class="sortable" {
                    thead {
                        tr {
                            th scope="col" { (t.segment()) }
                            @for head in [t.support(), t.loss(), t.loss_others(), t.difference_95(), t.mean_prediction(), t.mean_truth()] {
                                th class="n" scope="col" { (head) }
                            }
                        }
                    }
                    tbody { @for s in segments.worst.iter().take(ROWS) { (row(s)) } }
                }
            }))
            p class="note" {
                (t.segments_note(t.count(segments.compared), t.count(segments.fewest))) (t.gap())
                (t.sentence_of(t.meaning_of(t.loss(), clean(&t.phrase(&segments.loss).0))))
            }
        }
    }
}

/// The score by the number of rows that were learned from.
pub fn more_rows(record: &Record) -> Result<Markup> {
    let t = record.language;
    let Some(curve) = record.explanations.as_ref().and_then(|e| e.learning_curve.as_ref()).filter(|c| c.points.len() > 1)
    else {
        return Ok(html! {});
    };
    let band: Vec<[f64; 3]> = curve.points.iter().map(|p| [p.rows, p.mean - p.sd, p.mean + p.sd]).collect();
    let points: Vec<[f64; 2]> = curve.points.iter().map(|p| [p.rows, p.mean]).collect();
    let layers = vec![
        Layer::band(&band, Ink::FIRST, 0.18),
        Layer::Line { points: points.clone(), ink: Ink::FIRST, width: 2.0, alpha: 1.0 },
        Layer::Dots { points, ink: Ink::FIRST, radius: 3.5, alpha: 1.0 },
    ];
    let rows = curve.points.iter().map(|p| {
        (
            [p.rows, p.mean],
            vec![t.number(p.rows.round()), t.scaled(curve.metric, p.mean, p.mean), t.scaled(curve.metric, p.sd, p.mean)],
        )
    });
    let label = t.label(curve.metric);
    let numbers = Numbers { heads: vec![t.rows_learned_from(), label, t.deviation()], rows: rows.collect() };
    let axis = |title| Axis { title, ..Axis::default() };
    let plot = Plot { language: t, title: t.more_rows().into(), x: axis(t.rows_learned_from()), y: axis(label), layers };
    let figure = Figure { title: label, note: t.more_rows_note(), plot, keys: vec![], numbers }.draw()?;
    Ok(html! { p { (promise(record, curve)) } div class="single" { (figure) } })
}

/// Whether doubling the rows brought more than the folds differ by chance.
fn promise(record: &Record, curve: &LearningCurve) -> String {
    let t = record.language;
    let ([.., before, last], Some((mean, clear))) = (&curve.points[..], curve.gain()) else { return String::new() };
    let (from, to) = (t.number(before.rows.round()), t.number(last.rows.round()));
    let gain = t.scaled(curve.metric, mean, last.mean);
    if clear { t.more_rows_help(from, to, gain, t.label(curve.metric)) } else { t.more_rows_do_not_help(from, to) }
}
