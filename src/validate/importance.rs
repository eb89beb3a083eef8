use crate::data::{Frame, Holdout, Predictions};
use crate::error::{Error, Result};
use crate::metrics::{Metric, moments, score};
use crate::pipeline::{Context, Pipeline, parallel};

/// Most rows that importance is measured on, and fewest where there are so many columns that it would take long.
const ROWS: [usize; 2] = [200, 5000];
/// Every shuffle encodes the whole frame again, so the work grows with the square of the columns: most values of it.
const WORK: usize = 50_000_000;
/// Shuffles of each column.
const SHUFFLES: usize = 5;

/// Permutation importance (Breiman 2001; Fisher et al. 2019): how much the main metric suffers when one column's
/// values are shuffled among rows that were not learned from.
pub struct PermutationImportance<'a, M> {
    pub fitted: &'a M,
}

/// Loss of the main metric by column, in the order of the frame: mean and sample standard deviation over shuffles.
pub type Importances = Vec<(String, f64, f64)>;

impl<M> Pipeline for PermutationImportance<'_, M>
where
    M: Pipeline<Input = Frame, Output = Predictions> + Sync,
{
    type Input = Holdout<Frame>;
    type Output = Importances;

    fn name(&self) -> &'static str {
        "importance"
    }

    fn run(&self, holdout: Holdout<Frame>, cx: &Context<'_>) -> Result<Importances> {
        let frame = holdout.into_inner();
        let mut rows: Vec<usize> = (0..frame.height()).collect();
        cx.seed().derive("importance", 0).rng().shuffle(&mut rows);
        let columns = frame.data.width().max(1);
        rows.truncate((WORK / (columns * columns)).clamp(ROWS[0], ROWS[1]));
        let frame = frame.take(&rows);
        let metric = Metric::main(frame.schema.target.task);
        let truth = frame.truth.clone().ok_or_else(|| Error::Internal("rows without a target cannot judge".into()))?;
        let one = cx.part("importance", 0);
        let value = |frame: Frame| -> Result<Option<f64>> {
            Ok(score(&truth, &self.fitted.run(frame, &one)?).get(&metric).copied().flatten())
        };
        let Some(whole) = value(frame.clone())? else { return Ok(Vec::new()) };
        let names: Vec<String> = frame.data.get_column_names().into_iter().map(ToString::to_string).collect();
        parallel(cx.threads(), names.len(), |i| {
            let mut losses = Vec::with_capacity(SHUFFLES);
            for shuffle in 0..SHUFFLES {
                cx.check()?;
                let mut order: Vec<usize> = (0..frame.height()).collect();
                cx.seed().derive(&names[i], shuffle as u64).rng().shuffle(&mut order);
                let mut shuffled = frame.clone();
                shuffled.data.replace(&names[i], frame.column_taken(&names[i], &order)?)?;
                if let Some(value) = value(shuffled)? {
                    losses.push(if metric.higher_is_better() { whole - value } else { value - whole });
                }
            }
            let (mean, sd) = moments(&losses);
            Ok((names[i].clone(), mean, sd))
        })
    }
}
