//! How the model was learned: the losses epoch by epoch, and the folds one by one.

use maud::{Markup, html};

use super::figure::{Figure, Numbers};
use super::parts::{phrase, scroll};
use super::plot::{Axis, Ink, Layer, Plot};
use crate::error::Result;
use crate::metrics::Metric;
use crate::report::number::NONE;
use crate::report::{Epoch, History, Record};

/// How the losses went: one pair of lines for each fold.
pub fn section(record: &Record) -> Result<Markup> {
    let t = record.language;
    let mut scopes: Vec<&str> = record.histories.iter().map(|h| fold_of(&h.scope)).collect();
    scopes.dedup();
    let mut layers = Vec::new();
    let (mut best, mut numbers) = (Vec::new(), Vec::new());
    for scope in scopes {
        // The model that is kept stands out.
        let last = scope == "final";
        let (width, alpha) = if last { (2.2, 1.0) } else { (1.2, 0.55) };
        let members: Vec<&History> = record.histories.iter().filter(|h| fold_of(&h.scope) == scope).collect();
        let train = means(&members, |e| Some(e.train_loss));
        let stop = means(&members, |e| e.stop_loss);
        let kept = members.iter().map(|h| as_float(h.best)).sum::<f64>() / as_float(members.len().max(1));
        best.extend(at(&stop, kept));
        if last {
            numbers =
                train.iter().zip(&stop).map(|(a, b)| (*a, vec![t.number(a[0]), t.number(a[1]), t.number(b[1])])).collect();
        }
        layers.push(Layer::Line { points: train, ink: Ink::FIRST, width, alpha });
        layers.push(Layer::Line { points: stop, ink: Ink::SECOND, width, alpha });
    }
    layers.push(Layer::Dots { points: best, ink: Ink::SECOND, radius: 3.5, alpha: 1.0 });
    let axis = |title| Axis { title, ..Axis::default() };
    let figure = Figure {
        title: t.losses(),
        note: &t.learning_note(t.fits(record.histories.len())),
        plot: Plot { language: t, title: t.losses().into(), x: axis(t.epoch()), y: axis(t.loss()), layers },
        keys: vec![(Ink::FIRST, t.loss_train().into()), (Ink::SECOND, t.loss_stop().into())],
        numbers: Numbers { heads: vec![t.epoch(), t.loss_train(), t.loss_stop()], rows: numbers },
    };
    let drawn = figure.draw()?;
    Ok(html! {
        @if !drawn.0.is_empty() {
            div class="single" { (drawn) }
            p class="note" { (phrase(t, &record.network)) }
        }
    })
}

/// Mean loss of the networks of a fold, as long as all of them were still learning: one that stops early would make a step.
fn means(members: &[&History], loss: impl Fn(&Epoch) -> Option<f64>) -> Vec<[f64; 2]> {
    let shortest = members.iter().map(|h| h.epochs.len()).min().unwrap_or(0);
    let mean = |i: usize| {
        let values: Vec<f64> = members.iter().filter_map(|h| loss(&h.epochs[i])).collect();
        (!values.is_empty()).then(|| [as_float(i + 1), values.iter().sum::<f64>() / as_float(values.len())])
    };
    (0..shortest).filter_map(mean).collect()
}

/// The point of a line at `x`, or its last one.
fn at(line: &[[f64; 2]], x: f64) -> Option<[f64; 2]> {
    line.windows(2)
        .find(|pair| pair[0][0] <= x && x <= pair[1][0])
        .map(|pair| {
            let part = (x - pair[0][0]) / (pair[1][0] - pair[0][0]);
            [x, pair[0][1] + part * (pair[1][1] - pair[0][1])]
        })
        .or(line.last().copied())
}

/// The folds one by one: scores of the model with their spread, and how long each was learned.
pub fn folds(record: &Record) -> Markup {
    let t = record.language;
    let metrics = Metric::of(record.task);
    let k = record.model.cv.values().map(|s| s.folds.len()).max().unwrap_or(0);
    if k == 0 {
        return html! {};
    }
    let fitted = !record.histories.is_empty();
    let blank = |n: usize| html! { @for _ in 0..n { td {} } };
    let spread = |part: fn(&crate::metrics::Spread) -> Option<f64>| {
        html! {
            @for &metric in metrics {
                @let spread = record.model.cv.get(&metric);
                @let like = spread.and_then(|s| s.mean).unwrap_or(f64::NAN);
                td class="n" { (spread.and_then(part).map_or_else(|| NONE.into(), |x| t.scaled(metric, x, like))) }
            }
            @if fitted { (blank(2)) }
        }
    };
    let table = html! {
        table class="sortable" {
            thead {
                tr {
                    th scope="col" { (t.fold()) }
                    @for &metric in metrics { th class="n" scope="col" { (t.label(metric)) } }
                    @if fitted {
                        th class="n" scope="col" { (t.best_epoch()) }
                        th class="n" scope="col" { (t.time()) }
                    }
                }
            }
            tbody {
                @for fold in 0..k {
                    tr {
                        th scope="row" { (fold + 1) }
                        @for &metric in metrics {
                            td class="n" { (t.score(metric, record.model.cv.get(&metric).and_then(|s| s.folds.get(fold).copied().flatten()))) }
                        }
                        @if fitted { (fits(record, &format!("fold-{fold}"))) }
                    }
                }
            }
            tfoot {
                tr class="main" { th scope="row" { (t.mean()) } (spread(|s| s.mean)) }
                tr { th scope="row" { (t.deviation()) } (spread(|s| s.sd)) }
                @if record.histories.iter().any(|h| fold_of(&h.scope) == "final") {
                    tr { th scope="row" { (t.final_model()) } (blank(metrics.len())) (fits(record, "final")) }
                }
            }
        }
    };
    html! {
        (scroll(t.folds_title(), &table))
        p class="note" { (phrase(t, &record.split)) }
    }
}

/// Best epochs and time of the fits of one fold; an ensemble has several.
fn fits(record: &Record, scope: &str) -> Markup {
    let t = record.language;
    let fits: Vec<&History> = record.histories.iter().filter(|h| fold_of(&h.scope) == scope).collect();
    let best = || fits.iter().map(|h| h.best);
    let epochs = match (best().min(), best().max()) {
        (Some(low), Some(high)) if low < high => format!("{}–{}", t.count(low), t.count(high)),
        (Some(only), _) => t.count(only),
        _ => NONE.into(),
    };
    let time = fits.iter().flat_map(|h| &h.epochs).map(|e| e.seconds).sum();
    html! {
        td class="n" { (epochs) }
        td class="n" { @if fits.is_empty() { (NONE) } @else { (t.seconds(time)) } }
    }
}

/// `fold-1` of `fold-1/member-3`.
fn fold_of(scope: &str) -> &str {
    scope.split('/').next().unwrap_or(scope)
}

const fn as_float(n: usize) -> f64 {
    n as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_averaged_while_all_learn() {
        let history = |losses: &[f64]| History {
            scope: "fold-0/member-1".into(),
            epochs: (1..)
                .zip(losses)
                .map(|(epoch, &l)| Epoch { epoch, train_loss: l, stop_loss: None, seconds: 1.0 })
                .collect(),
            best: 1,
        };
        let (a, b) = (history(&[1.0, 3.0, 5.0]), history(&[2.0, 4.0]));
        assert_eq!(means(&[&a, &b], |e| Some(e.train_loss)), [[1.0, 1.5], [2.0, 3.5]]);
        assert!(means(&[&a, &b], |e| e.stop_loss).is_empty());
        assert_eq!(at(&[[1.0, 2.0], [2.0, 4.0]], 1.5), Some([1.5, 3.0]));
        assert_eq!((at(&[[1.0, 2.0]], 9.0), at(&[], 1.0)), (Some([1.0, 2.0]), None));
    }
}
