use maud::{Markup, html};

use super::confusion;
use super::{guide, line, plot, round_above, shares, shares_to};
use crate::error::Result;
use crate::metrics::Metric;
use crate::metrics::figures::wilson;
use crate::report::html::figure::{Figure, Numbers};
use crate::report::html::parts::scroll;
use crate::report::html::plot::{Axis, Ink, Layer};
use crate::report::html::shown;
use crate::report::{Language, Record};

/// Everything that is drawn of two classes.
pub fn figures(record: &Record) -> Result<Vec<Markup>> {
    let t = record.language;
    Ok(vec![
        confusion::binary(record),
        roc(record)?,
        precision_recall(record)?,
        calibration(t, &record.curves.calibration)?,
        histogram(record)?,
        gain(record)?,
        lift(record)?,
        separation(record)?,
        confusion::classes(record),
        tenths(record),
    ])
}

/// Share of the positives.
fn base(record: &Record) -> Option<f64> {
    match record.curves.confusion.iter().map(|row| row.iter().sum()).collect::<Vec<usize>>()[..] {
        [negative, positive] if negative + positive > 0 => Some(positive as f64 / (negative + positive) as f64),
        _ => None,
    }
}

/// Two shares beside each other, at their point.
fn pairs(t: Language, points: &[[f64; 2]]) -> Vec<([f64; 2], Vec<String>)> {
    points.iter().map(|p| (*p, vec![t.percent(p[0]), t.percent(p[1])])).collect()
}

fn roc(record: &Record) -> Result<Markup> {
    let t = record.language;
    let curve = &record.curves.roc;
    if curve.is_empty() {
        return Ok(html! {});
    }
    let (x, y) = (t.false_positive_rate(), t.true_positive_rate());
    let layers = vec![guide(vec![[0.0, 0.0], [1.0, 1.0]]), line(curve.clone(), 0)];
    let numbers = Numbers { heads: vec![x, y], rows: pairs(t, curve) };
    Figure { title: t.roc(), note: t.roc_note(), plot: plot(t, t.roc(), shares(x), shares(y), layers), keys: vec![], numbers }
        .draw()
}

fn precision_recall(record: &Record) -> Result<Markup> {
    let t = record.language;
    let curve = &record.curves.precision_recall;
    if curve.is_empty() {
        return Ok(html! {});
    }
    let mut layers = vec![line(curve.clone(), 0)];
    layers.extend(base(record).map(|b| guide(vec![[0.0, b], [1.0, b]])));
    let numbers = Numbers { heads: vec![t.recall(), t.precision()], rows: pairs(t, curve) };
    let plot = plot(t, t.precision_recall(), shares(t.recall()), shares(t.precision()), layers);
    Figure { title: t.precision_recall(), note: t.precision_recall_note(), plot, keys: vec![], numbers }.draw()
}

/// Bins of mean predicted probability, observed share and rows, with Wilson's interval of the share.
fn calibration(t: Language, bins: &[[f64; 3]]) -> Result<Markup> {
    let known: Vec<([f64; 3], [f64; 2])> =
        bins.iter().filter_map(|b| Some((*b, wilson(b[1] * b[2], b[2])?))).filter(|(b, _)| b[0].is_finite()).collect();
    if known.is_empty() {
        return Ok(html! {});
    }
    let band: Vec<[f64; 3]> = known.iter().map(|(b, [low, high])| [b[0], *low, *high]).collect();
    let most = known.iter().map(|(b, _)| b[2]).fold(1.0, f64::max);
    // Where events are rare, all that is known lies in a corner.
    let top = known.iter().map(|(b, [_, high])| b[0].max(*high)).fold(0.0, f64::max);
    let mut layers = vec![
        Layer::band(&band, Ink::FIRST, 0.18),
        guide(vec![[0.0, 0.0], [round_above(top); 2]]),
        Layer::Line { points: known.iter().map(|(b, _)| [b[0], b[1]]).collect(), ink: Ink::FIRST, width: 1.6, alpha: 1.0 },
    ];
    layers.extend(known.iter().map(|(b, _)| Layer::Dots {
        points: vec![[b[0], b[1]]],
        ink: Ink::FIRST,
        // The area, not the radius, follows the number of rows.
        radius: 2.0 + 4.0 * (b[2] / most).clamp(0.0, 1.0).sqrt(),
        alpha: 1.0,
    }));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a number of rows")]
    let row = |(b, [low, high]): &([f64; 3], [f64; 2])| {
        let cells = vec![t.percent(b[0]), t.percent(b[1]), t.percent(*low), t.percent(*high), t.count(b[2] as usize)];
        ([b[0], b[1]], cells)
    };
    let heads = vec![t.predicted_probability(), t.observed_share(), t.low_95(), t.high_95(), t.support()];
    let numbers = Numbers { heads, rows: known.iter().map(row).collect() };
    let plot = plot(t, t.calibration(), shares_to(t.predicted_probability(), top), shares_to(t.observed_share(), top), layers);
    Figure { title: t.calibration(), note: t.calibration_note(), plot, keys: vec![], numbers }.draw()
}

/// Hundredths of the score put together to about twenty-five bars up to the highest one that is used.
fn histogram(record: &Record) -> Result<Markup> {
    let t = record.language;
    let bins = &record.details.scores;
    let (Some(last), [negative, positive]) = (bins.iter().rposition(|b| b[0] + b[1] > 0), &record.labels[..]) else {
        return Ok(html! {});
    };
    let width = (last + 1).div_ceil(25).max(1);
    let all = [0, 1].map(|class| bins.iter().map(|b| b[class]).sum::<usize>());
    let parts: Vec<[usize; 2]> =
        bins[..=last].chunks(width).map(|part| [0, 1].map(|class| part.iter().map(|b| b[class]).sum())).collect();
    let edge = |i: usize| (i * width) as f64 / 100.0;
    let share = |n: usize, class: usize| if all[class] == 0 { 0.0 } else { n as f64 / all[class] as f64 };
    let corners = |class: usize| {
        (0..parts.len()).map(|i| [[edge(i), 0.0], [edge(i + 1), share(parts[i][class], class)]]).collect::<Vec<_>>()
    };
    let layers = vec![
        Layer::Bars { corners: corners(0), ink: Ink::FIRST, alpha: 0.5 },
        Layer::Bars { corners: corners(1), ink: Ink::SECOND, alpha: 0.5 },
    ];
    let rows = (0..parts.len()).map(|i| {
        let height = share(parts[i][0], 0).max(share(parts[i][1], 1));
        let cells = vec![t.span(t.number(edge(i)), t.number(edge(i + 1))), t.count(parts[i][0]), t.count(parts[i][1])];
        ([f64::midpoint(edge(i), edge(i + 1)), height], cells)
    });
    let (negative, positive) = (shown(negative), shown(positive));
    let numbers = Numbers { heads: vec![t.score_word(), negative.as_str(), positive.as_str()], rows: rows.collect() };
    let y = Axis { title: t.share_of_class(), percent: true, range: None, ..Axis::default() };
    let x = Axis { title: t.score_word(), range: Some([0.0, edge(parts.len())]), ..Axis::default() };
    let keys = vec![(Ink::FIRST, negative.clone()), (Ink::SECOND, positive.clone())];
    Figure { title: t.histogram(), note: t.histogram_note(), plot: plot(t, t.histogram(), x, y, layers), keys, numbers }.draw()
}

fn gain(record: &Record) -> Result<Markup> {
    let t = record.language;
    let curve = &record.details.gain;
    if curve.is_empty() {
        return Ok(html! {});
    }
    let mut layers = vec![guide(vec![[0.0, 0.0], [1.0, 1.0]]), line(curve.clone(), 0)];
    layers.extend(base(record).map(|b| guide(vec![[0.0, 0.0], [b, 1.0], [1.0, 1.0]])));
    let numbers = Numbers { heads: vec![t.share_of_rows(), t.share_of_positives()], rows: pairs(t, curve) };
    let plot = plot(t, t.gain(), shares(t.share_of_rows()), shares(t.share_of_positives()), layers);
    Figure { title: t.gain(), note: t.gain_note(), plot, keys: vec![], numbers }.draw()
}

/// The same curve as times of what picking at random finds; of the first few rows it is luck.
fn lift(record: &Record) -> Result<Markup> {
    let t = record.language;
    let points: Vec<[f64; 2]> = record.details.gain.iter().filter(|p| p[0] >= 0.02).map(|p| [p[0], p[1] / p[0]]).collect();
    let most = points.iter().map(|p| p[1]).fold(1.0, f64::max);
    let rows = points.iter().map(|p| (*p, vec![t.percent(p[0]), t.score(Metric::Lift10, Some(p[1]))])).collect();
    if points.is_empty() {
        return Ok(html! {});
    }
    let numbers = Numbers { heads: vec![t.share_of_rows(), t.times_random()], rows };
    let y = Axis { title: t.times_random(), range: Some([0.0, 1.08 * most]), ..Axis::default() };
    let layers = vec![guide(vec![[0.0, 1.0], [1.0, 1.0]]), line(points, 0)];
    Figure {
        title: t.lift(),
        note: t.lift_note(),
        plot: plot(t, t.lift(), shares(t.share_of_rows()), y, layers),
        keys: vec![],
        numbers,
    }
    .draw()
}

/// The cumulative shares of both classes, and where they are furthest apart.
fn separation(record: &Record) -> Result<Markup> {
    let t = record.language;
    let points = &record.details.separation;
    let (Some(widest), [negative, positive]) =
        (points.iter().max_by(|a, b| (a[1] - a[2]).total_cmp(&(b[1] - b[2]))), &record.labels[..])
    else {
        return Ok(html! {});
    };
    let last = points[points.len() - 1][0];
    let layers = vec![
        guide(vec![[widest[0], widest[1]], [widest[0], widest[2]]]),
        line(points.iter().map(|p| [p[0], p[1]]).collect(), 0),
        line(points.iter().map(|p| [p[0], p[2]]).collect(), 1),
    ];
    let rows = points.iter().map(|p| ([p[0], p[1]], vec![t.probability(p[0]), t.percent(p[1]), t.percent(p[2])])).collect();
    let (negative, positive) = (shown(negative), shown(positive));
    let numbers = Numbers { heads: vec![t.score_word(), negative.as_str(), positive.as_str()], rows };
    let x = Axis { title: t.score_word(), range: Some([0.0, last.clamp(0.01, 1.0)]), ..Axis::default() };
    let keys = vec![(Ink::FIRST, negative.clone()), (Ink::SECOND, positive.clone())];
    let note = t.ks_note(t.bounded(widest[1] - widest[2], 4), t.probability(widest[0]));
    Figure { title: t.ks(), note: &note, plot: plot(t, t.ks(), x, shares(t.share_up_to()), layers), keys, numbers }.draw()
}

/// The sheet of those who work down a list.
fn tenths(record: &Record) -> Markup {
    let t = record.language;
    let tenths = &record.details.tenths;
    let rows: usize = tenths.iter().map(|p| p.rows).sum();
    let positives: f64 = tenths.iter().map(|p| p.positives).sum();
    if rows == 0 || positives <= 0.0 {
        return html! {};
    }
    let base = positives / rows as f64;
    let table = html! {
        table {
            thead {
                tr {
                    @for head in [t.tenth(), t.support(), t.scores_from_to(), t.mean_score(), t.positives(), t.precision(), t.lift_of(), t.found_so_far()] {
                        th class="n" scope="col" { (head) }
                    }
                }
            }
            tbody {
                @for (i, p) in tenths.iter().enumerate() {
                    @let share = p.positives / p.rows as f64;
                    @let found: f64 = tenths[..=i].iter().map(|p| p.positives).sum();
                    tr {
                        th class="n" scope="row" { (i + 1) }
                        td class="n" { (t.count(p.rows)) }
                        td class="n" { (t.span(t.bounded(p.scores[2], 4), t.bounded(p.scores[0], 4))) }
                        td class="n" { (t.bounded(p.scores[1], 4)) }
                        td class="n" { (t.number((10.0 * p.positives).round() / 10.0)) }
                        td class="n" { (t.percent(share)) }
                        td class="n" { (t.score(Metric::Lift10, Some(share / base))) }
                        td class="n" { (t.percent(found / positives)) }
                    }
                }
            }
        }
    };
    html! {
        figure class="full" {
            h3 { (t.tenths()) }
            (scroll(t.tenths(), &table))
            figcaption { (t.tenths_note()) }
        }
    }
}
