use maud::{Markup, html};

use super::confusion;
use super::{guide, plot, shares};
use crate::error::Result;
use crate::metrics::figures::ClassCurves;
use crate::report::Record;
use crate::report::html::figure::{Figure, Numbers};
use crate::report::html::plot::{Ink, Layer};
use crate::report::html::shown;

/// Everything that is drawn of three or more classes.
pub fn figures(record: &Record) -> Result<Vec<Markup>> {
    Ok(vec![confusion::many(record), confusion::classes(record), roc(record)?, calibration(record)?])
}

/// Every class that has a name, and the number of its colour.
fn named(record: &Record) -> impl Iterator<Item = (usize, &ClassCurves, &String)> {
    let curves = record.details.classes.iter().take(Ink::SERIES).enumerate();
    curves.filter_map(|(i, c)| Some((i, c, record.labels.get(c.class)?)))
}

fn lines(record: &Record, points: impl Fn(&ClassCurves) -> Vec<[f64; 2]>) -> Vec<Layer> {
    let mut layers = vec![guide(vec![[0.0, 0.0], [1.0, 1.0]])];
    layers.extend(named(record).map(|(i, c, _)| Layer::Line {
        points: points(c),
        ink: Ink::Series(i),
        width: 1.8,
        alpha: 1.0,
    }));
    layers
}

fn roc(record: &Record) -> Result<Markup> {
    let t = record.language;
    if record.details.classes.iter().all(|c| c.roc.is_empty()) {
        return Ok(html! {});
    }
    let auc = |c: &ClassCurves| c.auc.map_or_else(|| "–".to_owned(), |auc| t.bounded(auc, 4));
    let keys = named(record).map(|(i, c, label)| (Ink::Series(i), format!("{} {}", shown(label), auc(c)))).collect();
    let plot = plot(
        t,
        t.one_vs_rest(),
        shares(t.false_positive_rate()),
        shares(t.true_positive_rate()),
        lines(record, |c| c.roc.clone()),
    );
    let rows = named(record).flat_map(|(_, c, label)| {
        c.roc.iter().step_by(8).map(move |p| (*p, vec![shown(label), t.percent(p[0]), t.percent(p[1])]))
    });
    let numbers = Numbers { heads: vec![t.class(), t.false_positive_rate(), t.true_positive_rate()], rows: rows.collect() };
    Figure { title: t.one_vs_rest(), note: t.one_vs_rest_note(), plot, keys, numbers }.draw()
}

fn calibration(record: &Record) -> Result<Markup> {
    let t = record.language;
    if record.details.classes.iter().all(|c| c.calibration.is_empty()) {
        return Ok(html! {});
    }
    let points = |c: &ClassCurves| c.calibration.iter().map(|b| [b[0], b[1]]).collect::<Vec<_>>();
    let mut layers = lines(record, points);
    layers.extend(named(record).map(|(i, c, _)| Layer::Dots {
        points: points(c),
        ink: Ink::Series(i),
        radius: 2.5,
        alpha: 1.0,
    }));
    let keys = named(record).map(|(i, _, label)| (Ink::Series(i), shown(label))).collect();
    let plot = plot(t, t.calibration_classes(), shares(t.predicted_probability()), shares(t.observed_share()), layers);
    let rows = named(record).flat_map(|(_, c, label)| {
        c.calibration.iter().map(move |b| ([b[0], b[1]], vec![shown(label), t.percent(b[0]), t.percent(b[1])]))
    });
    let numbers = Numbers { heads: vec![t.class(), t.predicted_probability(), t.observed_share()], rows: rows.collect() };
    Figure { title: t.calibration_classes(), note: t.calibration_classes_note(), plot, keys, numbers }.draw()
}
