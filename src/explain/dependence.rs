//! Partial dependence (Friedman 2001) and individual curves (Goldstein et al. 2015).

use super::cells::frame_of;
use super::grid::Grid;
use super::mix::{Place, mixed};
use super::{Aim, Coalition, members};
use crate::data::{Dataset, Frame, Predictions};
use crate::error::{Error, Result};
use crate::learn::Fitted;
use crate::metrics::moments;
use crate::pipeline::{Context, Pipeline, parallel};
use crate::report::{Dependence, GridPoint};
use crate::train::Model;

/// Individual curves that are kept.
const LINES: usize = 30;
const Z: f64 = 1.96;

/// What `each` makes of the predictions of all rows, some of their columns set to values: one entry per row of `values`, in
/// order.
///
/// `columns` are positions among those that reach the network.
///
/// # Errors
/// If a column is missing or the user asks to stop.
pub fn respond<M, T: Send>(
    fitted: &Fitted<M>,
    rows: &Frame,
    values: &Frame,
    columns: &[usize],
    each: impl Fn(Predictions) -> T + Sync,
    cx: &Context<'_>,
) -> Result<Vec<T>>
where
    M: Pipeline<Input = Dataset, Output = Predictions> + Sync,
{
    let places = Place::all(fitted);
    let (rows, set) = (fitted.encode(rows)?, fitted.encode(values)?);
    let single = cx.with_threads(1);
    let all: Vec<Coalition> = (0..rows.height()).map(|background| Coalition { background, own: columns.to_vec() }).collect();
    parallel(cx.threads(), set.height(), |nth| {
        cx.check()?;
        Ok(each(fitted.predict_encoded(mixed(&places, &rows, (&set, nth), &all), &single)?))
    })
}

/// How predictions go with one column: a curve per aim, on the rows of a frame.
///
/// # Errors
/// If the column does not reach the network or the user asks to stop.
pub fn dependence(
    fitted: &Fitted<Model>,
    frame: &Frame,
    column: &str,
    steps: usize,
    aims: &[Aim],
    cx: &Context<'_>,
) -> Result<Vec<Dependence>> {
    let places = Place::all(fitted);
    let place = places.iter().position(|p| p.name == column);
    let place = place.ok_or_else(|| Error::Internal(format!("\"{column}\" does not reach the network")))?;
    let grid = Grid::of(frame, column, steps)?;
    let values = frame_of(&fitted.schema, &fitted.normalizer, grid.len(), &[(column.to_owned(), grid.cells.clone())])?;
    let whole = respond(fitted, frame, &values, &[place], |p| p, cx)?;
    let each = members(fitted).into_iter().map(|one| respond(&one, frame, &values, &[place], |p| p, cx));
    let each = each.collect::<Result<Vec<_>>>()?;
    Ok(aims.iter().map(|aim| curve(*aim, fitted, &grid, &whole, &each)).collect())
}

fn curve(aim: Aim, fitted: &Fitted<Model>, grid: &Grid, whole: &[Predictions], each: &[Vec<Predictions>]) -> Dependence {
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len().max(1) as f64;
    let curves: Vec<Vec<f64>> = whole.iter().map(|p| aim.values(p)).collect();
    let point = |g: usize| {
        let values = &curves[g];
        let (middle, sd) = moments(values);
        let margin = Z * sd / (values.len() as f64).sqrt();
        let networks = each.iter().map(|one| mean(&aim.values(&one[g])));
        let ends =
            networks.fold(None, |ends: Option<[f64; 2]>, v| Some(ends.map_or([v, v], |[low, high]| [low.min(v), high.max(v)])));
        GridPoint {
            value: grid.words[g].clone(),
            at: grid.at[g],
            mean: middle,
            low: middle - margin,
            high: middle + margin,
            networks: ends,
            rows: grid.rows[g],
        }
    };
    let line = |row: usize| curves.iter().map(|values| values[row] - curves[0][row]).collect();
    let rows = curves.first().map_or(0, Vec::len);
    Dependence {
        column: grid.column.clone(),
        class: aim.class().and_then(|class| fitted.schema.target.labels.get(class).cloned()),
        grid: (0..grid.len()).map(point).collect(),
        lines: (0..rows.min(LINES)).map(line).collect(),
        starts: curves.first().map_or_else(Vec::new, |first| first[..rows.min(LINES)].to_vec()),
        goes_with: Vec::new(),
    }
}
