use polars::prelude::Column as Series;

use super::{Mixes, Vary};
use crate::data::Frame;
use crate::error::{Error, Result};
use crate::explain::mix::Place;
use crate::explain::{Aim, Cells, members, respond};
use crate::learn::Fitted;
use crate::pipeline::{Context, Pipeline as _};
use crate::train::Model;

/// How far a number is moved up and down for its elasticity.
const MOVE: f64 = 0.05;

/// Smallest and largest.
pub type Ends = [f64; 2];

/// Predictions of every row for every combination of values.
#[derive(Clone, Debug, PartialEq)]
pub struct Curves {
    /// Of the rows as they are.
    pub own: Vec<f64>,
    /// `values[combination][row]`
    pub values: Vec<Vec<f64>>,
    /// Smallest and largest prediction among the networks of the ensemble, likewise; absent with one network.
    pub networks: Option<Vec<Vec<Ends>>>,
    /// Mean over the rows by combination, and the smallest and largest mean among the networks.
    pub mean: Vec<f64>,
    pub mean_networks: Option<Vec<Ends>>,
}

/// Computes the curves of the rows of a frame.
///
/// # Errors
/// If a column is missing or the user asks to stop.
pub fn curves(fitted: &Fitted<Model>, frame: &Frame, mixes: &Mixes, aim: Aim, cx: &Context<'_>) -> Result<Curves> {
    let set = mixes.frame(&fitted.schema, &fitted.normalizer)?;
    let columns = positions(fitted, &mixes.varied)?;
    let own = aim.values(&fitted.run(frame.clone(), cx)?);
    let values = respond(fitted, frame, &set, &columns, |p| aim.values(&p), cx)?;
    let mean = |values: &Vec<f64>| values.iter().sum::<f64>() / values.len().max(1) as f64;
    let mut networks: Option<Vec<Vec<Ends>>> = None;
    let mut mean_networks: Option<Vec<Ends>> = None;
    for one in members(fitted) {
        let found = respond(&one, frame, &set, &columns, |p| aim.values(&p), cx)?;
        let means: Vec<f64> = found.iter().map(mean).collect();
        mean_networks = Some(match mean_networks {
            None => means.iter().map(|v| [*v, *v]).collect(),
            Some(ends) => ends.iter().zip(&means).map(|(e, v)| wider(*e, *v)).collect(),
        });
        match &mut networks {
            None => networks = Some(found.iter().map(|values| values.iter().map(|v| [*v, *v]).collect()).collect()),
            Some(ends) => {
                for (ends, values) in ends.iter_mut().zip(&found) {
                    ends.iter_mut().zip(values).for_each(|(e, v)| *e = wider(*e, *v));
                }
            }
        }
    }
    Ok(Curves { own, mean: values.iter().map(mean).collect(), values, networks, mean_networks })
}

fn wider([low, high]: Ends, v: f64) -> Ends {
    [low.min(v), high.max(v)]
}

/// Places of the varied columns among those that reach the network.
///
/// # Errors
/// If one does not.
pub fn positions(fitted: &Fitted<Model>, varied: &[Vary]) -> Result<Vec<usize>> {
    let places = Place::all(fitted);
    let find = |vary: &Vary| {
        let place = places.iter().position(|p| p.name == vary.column);
        place.ok_or_else(|| Error::Internal(format!("\"{}\" does not reach the network", vary.column)))
    };
    varied.iter().map(find).collect()
}

/// Elasticity of the prediction by a number at the value of each row: `d ln y / d ln x`, by x five percent up and down.
///
/// `None` where x is missing or 0, or y is not above 0 on both sides.
///
/// # Errors
/// If the column is missing or the user asks to stop.
pub fn elasticities(
    fitted: &Fitted<Model>,
    frame: &Frame,
    column: &str,
    aim: Aim,
    cx: &Context<'_>,
) -> Result<Vec<Option<f64>>> {
    let Cells::Numbers(values) = Cells::read(frame.column(column)?)? else {
        return Ok(vec![None; frame.height()]);
    };
    let at = |times: f64| -> Result<Vec<f64>> {
        let moved: Vec<Option<f64>> = values.iter().map(|v| v.map(|v| v * times)).collect();
        let mut frame = frame.clone();
        frame.data.with_column(Series::new(column.into(), moved))?;
        Ok(aim.values(&fitted.run(frame, cx)?))
    };
    let (up, down) = (at(1.0 + MOVE)?, at(1.0 - MOVE)?);
    let step = ((1.0 + MOVE) / (1.0 - MOVE)).ln();
    let one = |row: usize| {
        let known = values[row].is_some_and(|x| x != 0.0) && up[row] > 0.0 && down[row] > 0.0;
        known.then(|| (up[row] / down[row]).ln() / step)
    };
    Ok((0..frame.height()).map(one).collect())
}
