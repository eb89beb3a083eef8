//! The figures: how good the predictions are, and how the model was learned.

use maud::{Markup, html};

use super::parts::{name, rest, scroll, section};
use super::plot::{Ink, Layer, Plot};
use crate::data::Task;
use crate::error::Result;
use crate::report::name::clean;
use crate::report::number::{count, share};
use crate::report::words::plural;
use crate::report::{History, Record};

/// Classes shown of a confusion matrix; more are not readable.
const CLASSES: usize = 20;

/// How good the predictions are: ROC, precision and recall, confusion, calibration, predicted and true values.
pub fn quality(record: &Record) -> Result<Markup> {
    let curves = &record.curves;
    let base = match record.class_counts[..] {
        [negative, positive] => ratio(positive, negative + positive),
        _ => None,
    };
    let figures = [
        figure(
            "ROC curve",
            "The thin diagonal is guessing; the further above it, the better.",
            &unit("False-positive rate", "True-positive rate", &curves.roc, Some([[0.0, 0.0], [1.0, 1.0]])),
        )?,
        figure(
            "Precision and recall",
            "The thin line is the share of positives: what guessing would reach.",
            &unit("Recall", "Precision", &curves.precision_recall, base.map(|b| [[0.0, b], [1.0, b]])),
        )?,
        figure(
            "Calibration",
            "On the diagonal, what is called 30 % happens in 30 of 100 cases. Larger dots hold more rows.",
            &calibration(&curves.calibration),
        )?,
        figure("Predicted and true values", "On the diagonal, the prediction is exact.", &scatter(&curves.scatter))?,
        confusion(record),
    ];
    if figures.iter().all(|f| f.0.is_empty()) {
        return Ok(html! {});
    }
    Ok(section(
        "quality",
        "How good the predictions are",
        &html! {
            p class="note" { "On the " (clean(&curves.rows)) " rows." }
            div class="figures" { @for figure in &figures { (figure) } }
        },
    ))
}

/// How the losses went: all fits in one plot, the epoch that was kept marked on each.
pub fn learning(record: &Record) -> Result<Markup> {
    let epochs = |h: &History, stop: bool| -> Vec<[f64; 2]> {
        let loss = |e: &crate::report::Epoch| if stop { e.stop_loss } else { Some(e.train_loss) };
        h.epochs.iter().filter_map(|e| Some([as_float(e.epoch), loss(e)?])).collect()
    };
    let mut layers = Vec::new();
    let mut best = Vec::new();
    for history in &record.histories {
        // The model that is kept stands out.
        let (width, alpha) = if history.scope.starts_with("final") { (2.2, 1.0) } else { (1.2, 0.55) };
        let stop = epochs(history, true);
        best.extend(stop.iter().copied().filter(|p| (p[0] - as_float(history.best)).abs() < 0.5));
        layers.push(Layer::Line { points: epochs(history, false), ink: Ink::First, width, alpha });
        layers.push(Layer::Line { points: stop, ink: Ink::Second, width, alpha });
    }
    layers.push(Layer::Dots { points: best, ink: Ink::Second, radius: 3.5, alpha: 1.0 });
    let plot = Plot { title: "Losses by epoch".into(), x: "Epoch", y: "Loss", range: None, layers }.draw()?;
    if plot.0.is_empty() {
        return Ok(html! {});
    }
    Ok(section(
        "learning",
        "How it was learned",
        &html! {
            figure class="wide" {
                (plot)
                figcaption {
                    span class="key first" { "loss on the rows learned from" } " "
                    span class="key second" { "loss on rows held back for early stopping; the dot is the epoch that was kept" }
                }
            }
            p class="note" { (plural(record.histories.len(), "fit")) ": one line each, the final model in bold. " bdi { (clean(&record.network)) } }
        },
    ))
}

fn figure(title: &str, note: &str, plot: &Plot) -> Result<Markup> {
    let plot = plot.draw()?;
    Ok(html! {
        @if !plot.0.is_empty() {
            figure { h3 { (title) } (plot) figcaption { (note) } }
        }
    })
}

/// A curve in the unit square, and a line to compare it with.
fn unit(x: &'static str, y: &'static str, curve: &[[f64; 2]], chance: Option<[[f64; 2]; 2]>) -> Plot {
    let mut layers = Vec::new();
    if !curve.is_empty() {
        layers.extend(chance.map(|points| Layer::Line { points: points.into(), ink: Ink::Text, width: 1.0, alpha: 0.45 }));
        layers.push(Layer::Line { points: curve.into(), ink: Ink::First, width: 2.2, alpha: 1.0 });
    }
    Plot { title: format!("{y} against {x}").to_lowercase(), x, y, range: Some([0.0..1.0, 0.0..1.0]), layers }
}

fn calibration(bins: &[[f64; 3]]) -> Plot {
    let points: Vec<_> = bins.iter().map(|b| [b[0], b[1]]).collect();
    let mut plot = unit("Predicted probability", "Observed share", &points, Some([[0.0, 0.0], [1.0, 1.0]]));
    let most = bins.iter().map(|b| b[2]).fold(1.0, f64::max);
    plot.layers.extend(bins.iter().map(|b| Layer::Dots {
        points: vec![[b[0], b[1]]],
        ink: Ink::First,
        // The area, not the radius, follows the number of rows.
        radius: 2.0 + 5.0 * (b[2] / most).clamp(0.0, 1.0).sqrt(),
        alpha: 1.0,
    }));
    plot
}

fn scatter(points: &[[f64; 2]]) -> Plot {
    let finite = || points.iter().flatten().copied().filter(|x| x.is_finite());
    let (low, high) = (finite().fold(f64::INFINITY, f64::min), finite().fold(f64::NEG_INFINITY, f64::max));
    let mut layers = vec![Layer::Dots { points: points.into(), ink: Ink::First, radius: 2.0, alpha: 0.45 }];
    if low <= high {
        layers.push(Layer::Line { points: vec![[low, low], [high, high]], ink: Ink::Text, width: 1.0, alpha: 0.6 });
    }
    Plot { title: "predicted against true values".into(), x: "True value", y: "Predicted value", range: None, layers }
}

/// Who was taken for whom; the shade of a cell is its share of the true class.
fn confusion(record: &Record) -> Markup {
    let matrix = &record.curves.confusion;
    if matrix.is_empty() || record.task == Task::Regression {
        return html! {};
    }
    // The most frequent classes, in the order of their codes.
    let mut shown: Vec<usize> = (0..matrix.len().min(record.labels.len())).collect();
    shown.sort_by_key(|&i| std::cmp::Reverse(matrix[i].iter().sum::<usize>()));
    shown.truncate(CLASSES);
    shown.sort_unstable();
    let table = html! {
        table class="confusion" {
            thead { tr { th scope="col" { "true ↓ predicted →" } @for &i in &shown { th scope="col" { (name(&record.labels[i])) } } } }
            tbody {
                @for &truth in &shown {
                    @let row = &matrix[truth];
                    @let all = row.iter().sum();
                    tr {
                        th scope="row" { (name(&record.labels[truth])) }
                        @for &predicted in &shown {
                            @let n = row.get(predicted).copied().unwrap_or(0);
                            @let part = ratio(n, all).unwrap_or(0.0);
                            td class=[(truth == predicted).then_some("right")] style=(format!("--part:{part:.3}")) {
                                (count(n)) small { (share(n, all)) }
                            }
                        }
                    }
                }
            }
        }
    };
    html! {
        figure {
            h3 { "Confusion matrix" }
            (scroll("Confusion matrix", &table))
            figcaption { "Rows of each true class by the class that was predicted." }
            (rest(shown.len(), matrix.len(), "rarer class"))
        }
    }
}

fn ratio(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| as_float(part) / as_float(whole))
}

const fn as_float(n: usize) -> f64 {
    n as f64
}
