use crate::data::{Frame, Holdout, Predictions, Truth};
use crate::error::{Error, Result};
use crate::metrics::{Metric, moments, score};
use crate::pipeline::{Context, Pipeline, Warning, parallel};

/// Most rows that importance is measured on, and fewest where there are so many columns that it would take long.
const ROWS: [usize; 2] = [200, 5000];
/// Every shuffle encodes the whole frame again, so the work grows with the square of the columns: most values of it.
const WORK: usize = 50_000_000;
/// Where even the fewest rows would take more values than this, columns are looked for in blocks.
const MOST_WORK: usize = 500_000_000;
/// Shuffles of each column.
const SHUFFLES: usize = 5;
/// Blocks that the columns are first cut into, how many of them are cut further at a time, and how many columns are to be
/// measured at least where so many shuffles are too few for that.
const BLOCKS: usize = 32;
const AT_ONCE: usize = 8;
const FOUND: usize = 4;

/// Permutation importance (Breiman 2001; Fisher et al. 2019): how much the main metric suffers when one column's
/// values are shuffled among rows that were not learned from.
///
/// Of very many columns, only those are measured that stand in the blocks whose shuffling costs most, block by block cut into
/// halves; a warning says so.
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
        let judge = Judge { fitted: self.fitted, frame, metric, truth };
        let one = cx.part("importance", 0);
        let Some(whole) = judge.value(judge.frame.clone(), &one)? else { return Ok(Vec::new()) };
        let all: Vec<usize> = (0..judge.frame.data.width()).collect();
        let shuffles = MOST_WORK / (columns * rows.len()).max(1);
        let measured = if SHUFFLES * columns <= shuffles { all } else { judge.found(whole, shuffles, cx)? };
        if measured.is_empty() {
            let message = format!("importance: {columns} columns are too many for any of them to be measured");
            cx.warn(Warning::new("importance_part", message).count(0));
        } else if measured.len() < columns {
            let message = format!(
                "importance: {} of {columns} columns are measured one by one, those in the blocks of columns that matter most \
                 when they are shuffled together",
                measured.len()
            );
            cx.warn(Warning::new("importance_part", message).count(measured.len()));
        }
        parallel(cx.threads(), measured.len(), |i| judge.alone(measured[i], whole, cx))
    }
}

/// Scores a fitted model on rows of which some columns are shuffled.
struct Judge<'a, M> {
    fitted: &'a M,
    frame: Frame,
    metric: Metric,
    truth: Truth,
}

impl<M: Pipeline<Input = Frame, Output = Predictions> + Sync> Judge<'_, M> {
    fn value(&self, frame: Frame, cx: &Context<'_>) -> Result<Option<f64>> {
        Ok(score(&self.truth, &self.fitted.run(frame, cx)?).get(&self.metric).copied().flatten())
    }

    fn name(&self, column: usize) -> &str {
        self.frame.data.columns()[column].name().as_str()
    }

    /// How much is lost when columns are shuffled, all in one order.
    fn lost(&self, columns: &[usize], shuffle: usize, whole: f64, cx: &Context<'_>) -> Result<Option<f64>> {
        cx.check()?;
        let mut order: Vec<usize> = (0..self.frame.height()).collect();
        cx.seed().derive(self.name(columns[0]), shuffle as u64).rng().shuffle(&mut order);
        let mut shuffled = self.frame.clone();
        for name in columns.iter().map(|column| self.name(*column)) {
            shuffled.data.replace(name, self.frame.column_taken(name, &order)?)?;
        }
        let value = self.value(shuffled, &cx.part("importance", 0))?;
        Ok(value.map(|value| if self.metric.higher_is_better() { whole - value } else { value - whole }))
    }

    /// One column by itself.
    fn alone(&self, column: usize, whole: f64, cx: &Context<'_>) -> Result<(String, f64, f64)> {
        let losses = (0..SHUFFLES).filter_map(|shuffle| self.lost(&[column], shuffle, whole, cx).transpose());
        let (mean, sd) = moments(&losses.collect::<Result<Vec<f64>>>()?);
        Ok((self.name(column).to_owned(), mean, sd))
    }

    /// The columns that matter most, as far as so many shuffles find them: the block that loses most is cut into halves until
    /// columns stand alone.
    fn found(&self, whole: f64, shuffles: usize, cx: &Context<'_>) -> Result<Vec<usize>> {
        let all: Vec<usize> = (0..self.frame.data.width()).collect();
        let mut open: Vec<Vec<usize>> = all.chunks(all.len().div_ceil(BLOCKS)).map(<[usize]>::to_vec).collect();
        let (mut found, mut left): (Vec<usize>, usize) = (Vec::new(), shuffles);
        // Two halves a block and round, until blocks are single columns.
        let rounds = open[0].len().next_power_of_two().ilog2() as usize;
        let spare = shuffles.saturating_sub(open.len() + FOUND * SHUFFLES);
        let at_once = (spare / (2 * rounds).max(1)).clamp(1, AT_ONCE);
        let mut blocks: Vec<(f64, Vec<usize>)> = Vec::new();
        loop {
            left = left.saturating_sub(open.len());
            let losses = parallel(cx.threads(), open.len(), |i| self.lost(&open[i], 0, whole, cx))?;
            blocks.extend(losses.into_iter().map(|loss| loss.unwrap_or(0.0)).zip(std::mem::take(&mut open)));
            // The last one loses most.
            blocks.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(&a.1)));
            while open.len() < 2 * at_once {
                let Some((_, block)) = blocks.pop() else { break };
                if block.len() > 1 {
                    open.extend(block.chunks(block.len().div_ceil(2)).map(<[usize]>::to_vec));
                } else if left < SHUFFLES {
                    break;
                } else {
                    left -= SHUFFLES;
                    found.extend(block);
                }
            }
            if open.is_empty() || left < open.len() + SHUFFLES {
                found.sort_unstable();
                return Ok(found);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use polars::prelude::{Column as Series, DataFrame};

    use super::*;
    use crate::data::{Fold, NameIndex, Schema, Target, Task};
    use crate::pipeline::Session;
    use crate::seed::Seed;

    /// Knows that two columns make up the target.
    struct Sum;

    impl Pipeline for Sum {
        type Input = Frame;
        type Output = Predictions;

        fn name(&self) -> &'static str {
            "sum"
        }

        fn run(&self, frame: Frame, _: &Context<'_>) -> Result<Predictions> {
            let values = |name: &str| Ok::<_, Error>(frame.data.column(name)?.f64()?.iter().flatten().collect::<Vec<f64>>());
            Ok(Predictions::Numbers(values("c7")?.iter().zip(values("c300")?).map(|(a, b)| a + b).collect()))
        }
    }

    fn measured(columns: usize) -> (Importances, usize) {
        const ROWS: usize = 200;
        let mut rng = Seed::new(1).rng();
        let series: Vec<Series> = (0..columns)
            .map(|i| Series::new(format!("c{i}").as_str().into(), (0..ROWS).map(|_| rng.normal()).collect::<Vec<_>>()))
            .collect();
        let truth = series[7].f64().unwrap().iter().zip(series[300].f64().unwrap().iter());
        let truth = truth.map(|(a, b)| a.unwrap() + b.unwrap()).collect();
        let target = Target { name: "y".into(), task: Task::Regression, labels: vec![] };
        let schema = Schema {
            columns: vec![],
            target,
            null_values: vec![],
            trim: true,
            decimal_comma: false,
            names: NameIndex::default(),
        };
        let frame = Frame {
            schema: Arc::new(schema),
            data: DataFrame::new(ROWS, series).unwrap(),
            truth: Some(Truth::Numbers(truth)),
            rows: (0..ROWS).collect(),
            weights: None,
            units: (0..200).collect(),
            time: None,
            ordered: false,
            test: vec![true; ROWS],
            folds: None,
            counts: vec![],
            unusual: vec![],
            health: vec![],
        };
        let session = Session::silent();
        let (_, holdout) = Fold::new(ROWS, vec![], (0..ROWS).collect()).unwrap().split(&frame);
        let found = session.context().run(&PermutationImportance { fitted: &Sum }, holdout).unwrap();
        (found, session.warnings().len())
    }

    #[test]
    fn of_very_many_columns_those_that_matter_are_found_in_blocks() {
        let (found, told) = measured(1500);
        assert!(found.len() < 300 && told == 1, "{} {told}", found.len());
        let mean = |name: &str| found.iter().find(|(found, _, _)| found == name).map(|(_, mean, _)| *mean);
        assert!(mean("c7").unwrap() > 0.5 && mean("c300").unwrap() > 0.5);
        assert!(found.iter().all(|(name, mean, _)| ["c7", "c300"].contains(&name.as_str()) || *mean == 0.0));
        // Where fewer shuffles are left, fewer blocks are cut further at a time.
        let (found, told) = measured(16_000);
        let names: Vec<&str> = found.iter().map(|(name, _, _)| name.as_str()).collect();
        assert!(names.contains(&"c7") && names.contains(&"c300") && told == 1, "{names:?} {told}");
    }

    #[test]
    fn of_fewer_columns_every_one_is_measured() {
        let (found, told) = measured(400);
        assert_eq!((found.len(), told), (400, 0));
        assert_eq!(found.iter().filter(|(_, mean, _)| *mean > 0.5).count(), 2);
    }
}
