use super::partition::Target;
use super::view::View;
use crate::clean::ColumnsConfig;
use crate::config::Stages;
use crate::data::{Frame, Kind, Role, Table, Truth};
use crate::error::{Error, Result};
use crate::metrics::Metric;
use crate::validate::Splits;

/// Most rows that columns are compared with the target on, spread evenly over those learned from; fewer where the table is
/// wide, so that the look takes seconds.
const ROWS: usize = 50_000;
const FEWEST: usize = 2_000;
const CELLS: usize = 20_000_000;
/// Folds that single columns are judged on.
const FOLDS: usize = 3;

/// What is looked at: the table as read, its frame and split, and a sample of the rows learned from.
pub struct Scene<'a> {
    pub table: &'a Table,
    pub splits: &'a Splits,
    pub config: &'a ColumnsConfig,
    /// Whether nobody chose how the rows are split.
    pub split_is_auto: bool,
    /// The rows of the sample.
    pub sample: Vec<usize>,
    /// Every column learned from, over the sample.
    pub views: Vec<View>,
    /// The target over the sample.
    pub truth: Truth,
    /// Places in the sample that are learned from and that judge. The test part is in none.
    pub folds: Vec<(Vec<usize>, Vec<usize>)>,
    pub metric: Metric,
}

impl<'a> Scene<'a> {
    pub fn new(stages: &'a Stages, table: &'a Table, splits: &'a Splits) -> Result<Self> {
        let frame = &splits.frame;
        let most = (CELLS / frame.data.width().max(1)).clamp(FEWEST, ROWS);
        let sample = spread(splits.last.train(), most);
        let truth = frame.truth.as_ref().ok_or_else(|| Error::Internal("rows without a target".into()))?.take(&sample);
        let mut place = vec![None; frame.height()];
        sample.iter().enumerate().for_each(|(i, &row)| place[row] = Some(i));
        let places = |rows: &[usize]| rows.iter().filter_map(|&row| place[row]).collect::<Vec<_>>();
        let folds = splits.folds.iter().take(FOLDS).map(|f| (places(f.train()), places(f.holdout())));
        let folds = folds.filter(|(train, judge)| !train.is_empty() && !judge.is_empty()).collect();
        let views = frame.data.get_column_names().into_iter().map(|name| {
            let kind = frame.schema.column(name).map_or(Kind::Category, |c| c.kind);
            View::read(kind, &frame.column_taken(name, &sample)?)
        });
        let views = views.collect::<Result<_>>()?;
        let metric = super::alone::metric(frame.schema.target.task);
        let (config, split_is_auto) = (&stages.clean.columns, stages.split.is_auto());
        Ok(Self { table, splits, config, split_is_auto, sample, views, truth, folds, metric })
    }

    pub const fn frame(&self) -> &Frame {
        &self.splits.frame
    }

    /// Number of classes; 0 for a number.
    pub fn classes(&self) -> usize {
        self.frame().schema.target.labels.len()
    }

    pub fn target(&self) -> Target {
        Target::new(&self.truth, self.classes())
    }

    /// The name of the target.
    pub fn target_name(&self) -> &str {
        &self.frame().schema.target.name
    }

    /// Whether the user left a column out.
    pub fn left_out(&self, name: &str) -> bool {
        self.config.ignore.iter().any(|n| n == name || n.strip_suffix('*').is_some_and(|start| name.starts_with(start)))
    }

    /// The column that rows are kept together by.
    pub fn group(&self) -> Option<&str> {
        self.frame().schema.with_role(Role::Group).next().map(|c| c.name.as_str())
    }
}

/// At most `most` of the rows, evenly spread.
pub fn spread(rows: &[usize], most: usize) -> Vec<usize> {
    if rows.len() <= most {
        return rows.to_vec();
    }
    (0..most).map(|i| rows[i * rows.len() / most]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_spread_over_all_rows() {
        let rows: Vec<usize> = (100..110).collect();
        assert_eq!(spread(&rows, 10), rows);
        assert_eq!(spread(&rows, 4), [100, 102, 105, 107]);
    }
}
