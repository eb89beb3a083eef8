//! The target under another name: the same values, renamed values, another unit, the parts it is made of.

use chrono::{DateTime, Datelike, Timelike, Utc};

use super::finding::{Code, Finding, Severity, ignore, quoted};
use super::linear::{Fit, fit};
use super::scene::{Scene, spread};
use super::view::{Cells, View, target_numbering};
use crate::data::{Kind, Truth};
use crate::report::{bounded, hundredths};

/// Share of the rows that must agree; the others are slips of whoever made the copy.
const AGREE: f64 = 0.999;
/// Share of the rows of each value, and of each label, that must agree.
const EACH: f64 = 0.95;
/// Share of the rows that must have a value.
const KNOWN: f64 = 0.5;
/// Fewest rows that prove something.
const ROWS: usize = 20;
/// Correlation, of values or of ranks, of a copy in another unit.
const CORRELATION: f64 = 0.999_999;
/// Rank correlation below which a straight line is that of a few rows.
const ORDER: f64 = 0.99;
/// Explained share of the variance on the other half of the rows from which columns make up the target.
const MADE_UP: f64 = 0.9999;
/// Most parts, rows and cells that are looked at for a sum.
const PARTS: usize = 8;
const SUM_ROWS: usize = 20_000;
const SUM_CELLS: usize = 4_000_000;

/// Columns that are the target.
pub fn copies(scene: &Scene<'_>, known: &mut Vec<String>) -> Vec<Finding> {
    let target = target_numbering(&scene.truth);
    let numbers = in_numbers(scene);
    let mut findings = Vec::new();
    for view in &scene.views {
        let of_date = || part_of_date(view, numbers.as_deref()?);
        let Some(how) = renamed(view, &target).or_else(|| rescaled(view, &scene.truth)).or_else(of_date) else { continue };
        let message = format!("\"{}\" is the target \"{}\" in other words: {how}", view.name, scene.target_name());
        let finding = Finding::new(Code::TargetCopy, Severity::Error, [&view.name], message);
        findings.push(finding.fix(ignore(scene.config, &[&view.name])));
        known.push(view.name.clone());
    }
    findings
}

/// Whether every value stands for one value of the target, and the other way round.
fn renamed(view: &View, (target, labels): &(Vec<Option<u32>>, usize)) -> Option<String> {
    let (codes, count) = view.numbering();
    let rows = codes.iter().flatten().count();
    // Values that hardly repeat pair up by chance: then only their order tells.
    if rows < ROWS || *labels < 2 || (rows as f64) < KNOWN * codes.len() as f64 || 2 * count > rows || count != *labels {
        return None;
    }
    let mut seen = vec![std::collections::HashMap::new(); count];
    for (code, label) in codes.iter().zip(target) {
        if let (Some(code), Some(label)) = (code, label) {
            *seen[*code as usize].entry(*label).or_insert(0_usize) += 1;
        }
    }
    let most: Vec<(u32, usize)> =
        seen.iter().filter_map(|s| s.iter().map(|(l, n)| (*l, *n)).max_by_key(|(l, n)| (*n, std::cmp::Reverse(*l)))).collect();
    let mut partners: Vec<u32> = most.iter().map(|(label, _)| *label).collect();
    partners.sort_unstable();
    partners.dedup();
    let agree: usize = most.iter().map(|(_, n)| n).sum();
    // Each pair by itself, too: a frequent value hides what a rare one says.
    let mut of_label = vec![0_usize; *labels];
    codes
        .iter()
        .zip(target)
        .filter(|(code, _)| code.is_some())
        .filter_map(|(_, label)| *label)
        .for_each(|l| of_label[l as usize] += 1);
    let each = seen.iter().zip(&most).all(|(seen, (label, n))| {
        let all = seen.values().sum::<usize>().max(of_label[*label as usize]);
        *n as f64 >= EACH * all as f64
    });
    (each && partners.len() == count && agree as f64 >= AGREE * rows as f64)
        .then(|| format!("its {count} values stand one to one for those of the target in {agree} of {rows} rows"))
}

/// Whether a number is the target in another unit or on another scale.
fn rescaled(view: &View, truth: &Truth) -> Option<String> {
    let (Cells::Numbers(x), Truth::Numbers(y)) = (&view.cells, truth) else { return None };
    let pairs: Vec<(f64, f64)> = x.iter().zip(y).filter_map(|(x, y)| Some(((*x)?, *y))).collect();
    if pairs.len() < ROWS || (pairs.len() as f64) < KNOWN * y.len() as f64 {
        return None;
    }
    let (x, y): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
    let rows = x.len();
    let line = correlation(&x, &y);
    let order = correlation(&ranks(&x), &ranks(&y));
    // A single row far away makes any two columns lie on a line; their order it cannot make.
    if line.abs() >= CORRELATION && order.abs() >= ORDER {
        return Some(format!(
            "a straight line leads from one to the other (correlation {} over {rows} rows)",
            bounded(line, 6)
        ));
    }
    (order.abs() >= CORRELATION)
        .then(|| format!("both put the rows in the same order (rank correlation {} over {rows} rows)", bounded(order, 6)))
}

/// The target in numbers, as classes may be, too.
fn in_numbers(scene: &Scene<'_>) -> Option<Vec<f64>> {
    match &scene.truth {
        Truth::Numbers(values) => Some(values.clone()),
        Truth::Classes(codes) => {
            let labels = scene.frame().schema.target.labels.iter().map(|label| label.parse().ok());
            let labels = labels.collect::<Option<Vec<f64>>>()?;
            Some(codes.iter().map(|code| labels[*code as usize]).collect())
        }
    }
}

/// Parts of a moment that people write as a number.
type Part = (&'static str, fn(&DateTime<Utc>) -> u32);
const PARTS_OF_DATES: [Part; 5] = [
    ("year", |moment| moment.year().unsigned_abs()),
    ("quarter", |moment| moment.month0() / 3 + 1),
    ("month", Datelike::month),
    ("day of the month", Datelike::day),
    ("hour", Timelike::hour),
];

/// Whether the target was read off a date.
fn part_of_date(view: &View, target: &[f64]) -> Option<String> {
    let Cells::Numbers(moments) = &view.cells else { return None };
    if view.kind != Kind::Date {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "moments are whole microseconds")]
    let moment = |micros: f64| DateTime::from_timestamp_micros(micros as i64);
    let pairs: Vec<_> = moments.iter().zip(target).filter_map(|(m, y)| Some((moment((*m)?)?, *y))).collect();
    let rows = pairs.len();
    let varies = pairs.iter().any(|(_, y)| *y != pairs[0].1);
    if rows < ROWS || (rows as f64) < KNOWN * target.len() as f64 || !varies {
        return None;
    }
    PARTS_OF_DATES.into_iter().find_map(|(name, part)| {
        let agree = pairs.iter().filter(|(moment, y)| f64::from(part(moment)) == *y).count();
        (agree as f64 >= AGREE * rows as f64).then(|| format!("its {name} is the target in {agree} of {rows} rows"))
    })
}

/// Pearson's correlation; 0 where one side is constant.
pub fn correlation(x: &[f64], y: &[f64]) -> f64 {
    let n = x.len() as f64;
    let (mx, my) = (x.iter().sum::<f64>() / n, y.iter().sum::<f64>() / n);
    let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
    for (x, y) in x.iter().zip(y) {
        xx += (x - mx).powi(2);
        yy += (y - my).powi(2);
        xy += (x - mx) * (y - my);
    }
    let r = xy / (xx.sqrt() * yy.sqrt());
    if r.is_finite() { r } else { 0.0 }
}

/// The rank of every value, equal ones sharing the middle of theirs.
pub fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0.0; values.len()];
    let mut start = 0;
    for run in order.chunk_by(|&a, &b| values[a] == values[b]) {
        let middle = start as f64 + (run.len() as f64 - 1.0) / 2.0;
        run.iter().for_each(|&row| ranks[row] = middle);
        start += run.len();
    }
    ranks
}

/// Columns that make up a numeric target, as a weighted sum or as a product.
pub fn parts(scene: &Scene<'_>, known: &mut Vec<String>) -> Option<Finding> {
    let Truth::Numbers(truth) = &scene.truth else { return None };
    let most = (SUM_CELLS / scene.views.len().max(1)).clamp(400, SUM_ROWS);
    let rows = spread(&(0..truth.len()).collect::<Vec<_>>(), most);
    let y: Vec<f64> = rows.iter().map(|&r| truth[r]).collect();
    let columns: Vec<(&str, Vec<f64>)> = scene
        .views
        .iter()
        .filter(|view| !known.contains(&view.name) && view.kind == crate::data::Kind::Number)
        .filter_map(|view| match &view.cells {
            // A part that is not there adds nothing.
            Cells::Numbers(x) => Some((view.name.as_str(), rows.iter().map(|&r| x[r].unwrap_or(0.0)).collect())),
            Cells::Levels { .. } => None,
        })
        .collect();
    let values: Vec<&[f64]> = columns.iter().map(|(_, x)| x.as_slice()).collect();
    let found = fit(&values, &y, PARTS, MADE_UP).map(|f| (f, false)).or_else(|| {
        let log = |v: &[f64]| v.iter().all(|v| *v > 0.0).then(|| v.iter().map(|v| v.ln()).collect::<Vec<_>>());
        let y = log(&y)?;
        let logs: Vec<Option<Vec<f64>>> = values.iter().map(|x| log(x)).collect();
        let at: Vec<usize> = (0..logs.len()).filter(|&i| logs[i].is_some()).collect();
        let positive: Vec<&[f64]> = logs.iter().flatten().map(Vec::as_slice).collect();
        let mut fit = fit(&positive, &y, PARTS, MADE_UP)?;
        fit.columns.iter_mut().for_each(|c| *c = at[*c]);
        Some((fit, true))
    });
    let (fit, product) = found?;
    let names: Vec<&str> = fit.columns.iter().map(|&c| columns[c].0).collect();
    let message = format!(
        "{} make up the target \"{}\": {} explains {} % of its variance on rows that the weights were not learned from",
        quoted(&names),
        scene.target_name(),
        formula(&names, &fit, product),
        hundredths(fit.explained, 4)
    );
    known.extend(names.iter().map(|n| (*n).to_owned()));
    let finding = Finding::new(Code::TargetParts, Severity::Error, names.clone(), message);
    Some(finding.fix(ignore(scene.config, &names)))
}

/// The sum or product in words, weights rounded.
fn formula(names: &[&str], fit: &Fit, product: bool) -> String {
    let near = |a: f64, b: f64| (a - b).abs() < 1e-3;
    let terms = names.iter().zip(&fit.weights).map(|(name, &weight)| match product {
        _ if near(weight, 1.0) => name.to_string(),
        false => format!("{weight:.4} {name}"),
        true => format!("{name}^{weight:.3}"),
    });
    terms.collect::<Vec<_>>().join(if product { " x " } else { " + " })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Kind;

    fn levels(codes: Vec<Option<u32>>, count: usize) -> View {
        View { name: "x".into(), kind: Kind::Category, cells: Cells::Levels { codes, count } }
    }

    #[test]
    fn renamed_labels_are_a_copy_and_one_wrong_in_a_hundred_is_none() {
        let truth = Truth::Classes((0..100).map(|i| u32::from(i % 3 == 0)).collect());
        let target = target_numbering(&truth);
        let copy = (0..100).map(|i| Some(u32::from(i % 3 != 0))).collect();
        assert!(renamed(&levels(copy, 2), &target).unwrap().contains("100 of 100"));
        let off = (0..100).map(|i| Some(u32::from(i % 3 != 0 || i == 0))).collect();
        assert_eq!(renamed(&levels(off, 2), &target), None);
    }

    #[test]
    fn names_of_rows_are_no_copy_of_a_number() {
        let truth = Truth::Numbers((0..100).map(|i| f64::from(i * 7919 % 101)).collect());
        assert_eq!(renamed(&levels((0..100).map(Some).collect(), 100), &target_numbering(&truth)), None);
    }

    #[test]
    fn another_unit_or_scale_is_a_copy_and_noise_is_none() {
        let y: Vec<f64> = (1..100).map(|i| f64::from(i * 37 % 97)).collect();
        let view = |f: &dyn Fn(f64) -> f64| View {
            name: "x".into(),
            kind: Kind::Number,
            cells: Cells::Numbers(y.iter().map(|v| Some(f(*v))).collect()),
        };
        let truth = Truth::Numbers(y.clone());
        assert!(rescaled(&view(&|v| 32.0 + 1.8 * v), &truth).unwrap().contains("straight line"));
        assert!(rescaled(&view(&|v| (v / 10.0).exp()), &truth).unwrap().contains("same order"));
        assert_eq!(rescaled(&view(&|v| v + v % 5.0), &truth), None);
    }

    #[test]
    fn ranks_by_hand() {
        assert_eq!(ranks(&[5.0, 1.0, 5.0, 0.0]), [2.5, 1.0, 2.5, 0.0]);
        assert!((correlation(&[1.0, 2.0, 3.0], &[1.0, 2.0, 4.0]) - 3.0 / (2.0_f64 * 14.0 / 3.0).sqrt()).abs() < 1e-12);
        assert_eq!(correlation(&[1.0, 1.0], &[1.0, 2.0]), 0.0);
    }
}
