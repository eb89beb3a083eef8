use maud::{Markup, html};

use super::{guide, line, plot};
use crate::error::Result;
use crate::metrics::figures::{ErrorBin, Hexagons};
use crate::report::html::figure::{Figure, Numbers};
use crate::report::html::parts::scroll;
use crate::report::html::plot::{Axis, Ink, Layer};
use crate::report::{Language, Record};

/// Steps of darkness of the hexagons.
const SHADES: usize = 6;

/// Everything that is drawn of numbers.
pub fn figures(record: &Record) -> Result<Vec<Markup>> {
    let t = record.language;
    let details = &record.details;
    Ok(vec![
        scatter(record)?,
        residuals(t, &details.by_prediction, [t.residuals(), t.residuals_note()], free(t.predicted_value()))?,
        errors(record)?,
        residuals(t, &details.by_time, [t.residuals_time(), t.residuals_time_note()], time(record))?,
        by_truth(record),
    ])
}

fn free(title: &str) -> Axis<'_> {
    Axis { title, ..Axis::default() }
}

/// The moments of rows: dates, or their places in the order of time.
fn time(record: &Record) -> Axis<'static> {
    let t = record.language;
    let date = record.details.dated;
    Axis { date, ..free(if date { t.moment() } else { t.time_order() }) }
}

/// A dot for each row where there are few, else hexagons that count them.
fn scatter(record: &Record) -> Result<Markup> {
    let t = record.language;
    let cells = &record.details.hexagons.cells;
    let points: Vec<[f64; 2]> =
        if cells.is_empty() { record.curves.scatter.clone() } else { cells.iter().map(|c| [c[0], c[1]]).collect() };
    let finite = || points.iter().flatten().copied().filter(|x| x.is_finite());
    let (low, high) = (finite().fold(f64::INFINITY, f64::min), finite().fold(f64::NEG_INFINITY, f64::max));
    if low > high {
        return Ok(html! {});
    }
    let mut layers = if cells.is_empty() {
        vec![Layer::Dots { points, ink: Ink::FIRST, radius: 2.0, alpha: 0.45 }]
    } else {
        shaded(&record.details.hexagons)
    };
    layers.push(guide(vec![[low, low], [high, high]]));
    let note = if cells.is_empty() { t.scatter_note() } else { t.hexagons_note() };
    let plot = plot(t, t.scatter(), free(t.true_value()), free(t.predicted_value()), layers);
    Figure { title: t.scatter(), note, plot, keys: vec![], numbers: Numbers::default() }.draw()
}

/// Hexagons in layers, from light to dark; each step is the same factor of rows.
fn shaded(hexagons: &Hexagons) -> Vec<Layer> {
    let most = hexagons.cells.iter().map(|c| c[2]).fold(1.0, f64::max);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to SHADES")]
    let shade = |rows: f64| {
        if most > 1.0 { ((rows.ln() / most.ln() * SHADES as f64) as usize).min(SHADES - 1) } else { SHADES - 1 }
    };
    let [dx, dy] = hexagons.step;
    // Corners around the middle: two rows are √3/2 steps apart, corners reach 2/3 of that up and down.
    let corners = [[0.0, 2.0], [0.5, 1.0], [0.5, -1.0], [0.0, -2.0], [-0.5, -1.0], [-0.5, 1.0]];
    let shape = |c: &[f64; 3]| corners.iter().map(|[x, y]| [c[0] + x * dx, c[1] + y * dy / 3.0]).collect();
    (0..SHADES)
        .map(|s| Layer::Area {
            shapes: hexagons.cells.iter().filter(|c| shade(c[2]) == s).map(shape).collect(),
            ink: Ink::FIRST,
            alpha: 0.15 + 0.85 * (s as f64 / (SHADES - 1) as f64),
        })
        .collect()
}

/// Bands of the errors along what the rows are ordered by.
fn residuals(t: Language, bins: &[ErrorBin], [title, note]: [&str; 2], x: Axis<'_>) -> Result<Markup> {
    if bins.len() < 2 {
        return Ok(html! {});
    }
    let band =
        |low: usize, high: usize| bins.iter().map(|b| [b.by[1], b.residuals[low], b.residuals[high]]).collect::<Vec<_>>();
    let ends = [bins[0].by[1], bins[bins.len() - 1].by[1]];
    let layers = vec![
        Layer::band(&band(0, 4), Ink::FIRST, 0.16),
        Layer::band(&band(1, 3), Ink::FIRST, 0.3),
        guide(ends.map(|x| [x, 0.0]).into()),
        line(bins.iter().map(|b| [b.by[1], b.residuals[2]]).collect(), 0),
    ];
    let between = |b: &ErrorBin, low: usize, high: usize| reach(t, b.residuals[low], b.residuals[high]);
    let row = |b: &ErrorBin| {
        let middle = if x.date { t.day(b.by[1]) } else { t.number(b.by[1]) };
        let cells = vec![middle, t.count(b.rows), t.number(b.residuals[2]), between(b, 1, 3), between(b, 0, 4)];
        ([b.by[1], b.residuals[2]], cells)
    };
    let heads = vec![x.title, t.support(), t.middle(), t.half_between(), t.nine_between()];
    let numbers = Numbers { heads, rows: bins.iter().map(row).collect() };
    Figure { title, note, plot: plot(t, title, x, free(t.residual()), layers), keys: vec![], numbers }.draw()
}

fn errors(record: &Record) -> Result<Markup> {
    let t = record.language;
    let quantiles = &record.details.error_quantiles;
    if quantiles.is_empty() {
        return Ok(html! {});
    }
    // The largest error of all would press the rest into a line.
    let drawn: Vec<[f64; 2]> = quantiles.iter().filter(|q| q[0] < 0.995).copied().collect();
    let most = drawn.iter().map(|q| q[1]).fold(0.0, f64::max);
    let rows = quantiles.iter().map(|q| (*q, vec![t.percent(q[0]), t.number(q[1])])).collect();
    let numbers = Numbers { heads: vec![t.share_of_predictions(), t.off_at_most()], rows };
    let x = Axis { title: t.share_of_predictions(), percent: true, range: Some([0.0, 1.0]), ..Axis::default() };
    let y = Axis { title: t.off_at_most(), range: (most > 0.0).then_some([0.0, 1.05 * most]), ..Axis::default() };
    let plot = plot(t, t.error_shares(), x, y, vec![line(drawn, 0)]);
    Figure { title: t.error_shares(), note: t.error_shares_note(), plot, keys: vec![], numbers }.draw()
}

/// From one value to another, which may be the same.
fn reach(t: Language, low: f64, high: f64) -> String {
    let (low, high) = (t.number(low), t.number(high));
    if low == high { low } else { t.span(low, high) }
}

/// Where in the range of the target the model is how far off.
fn by_truth(record: &Record) -> Markup {
    let t = record.language;
    let bins = &record.details.by_truth;
    if bins.is_empty() {
        return html! {};
    }
    let table = html! {
        table class="sortable" {
            thead {
                tr {
                    th scope="col" { (t.true_value()) }
                    @for head in [t.support(), t.bias(), t.mean_error(), t.half_between(), t.nine_between()] { th class="n" scope="col" { (head) } }
                }
            }
            tbody {
                @for b in bins {
                    tr {
                        th scope="row" { (reach(t, b.by[0], b.by[2])) }
                        td class="n" { (t.count(b.rows)) }
                        td class="n" { (t.number(b.bias)) }
                        td class="n" { (t.number(b.mae)) }
                        td class="n" { (reach(t, b.residuals[1], b.residuals[3])) }
                        td class="n" { (reach(t, b.residuals[0], b.residuals[4])) }
                    }
                }
            }
        }
    };
    html! {
        figure class="full" {
            h3 { (t.by_truth()) }
            (scroll(t.by_truth(), &table))
            figcaption { (t.by_truth_note()) }
        }
    }
}
