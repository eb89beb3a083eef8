//! The groups that the sensitive columns name, told apart before the rows are learned from.

use std::collections::HashMap;
use std::sync::Arc;

use super::partition::{Coded, Grouper, Partition};
use crate::data::{Frame, Table};
use crate::error::Result;
use crate::pipeline::Context;

/// The sensitive columns of a frame: how rows are told apart, and the group of every row.
#[derive(Clone, Debug)]
pub struct Sensitive {
    pub groupers: Vec<Grouper>,
    /// One per column, its codes in the order of the frame's rows.
    coded: Vec<Coded>,
}

impl Sensitive {
    /// Reads the columns of a table for the rows that a frame kept. Quartiles of numbers are those of the training rows,
    /// `train` being their positions in the frame.
    ///
    /// # Errors
    /// If a column is not there.
    pub fn read(columns: &[String], table: &Table, frame: &Frame, train: &[usize], cx: &Context<'_>) -> Result<Self> {
        let all = table.rows.places(&frame.rows);
        let train: Vec<usize> = train.iter().map(|&position| all[position]).collect();
        let schema = &frame.schema;
        let learn = |name: &String| Grouper::learn(name, table, &train, schema, cx);
        let groupers = columns.iter().map(learn).collect::<Result<Vec<_>>>()?;
        let coded = groupers.iter().map(|g| g.code(table, &all, schema, cx)).collect::<Result<_>>()?;
        Ok(Self { groupers, coded })
    }

    /// The groups of chosen positions of the frame, in that order.
    #[must_use]
    pub fn at(&self, positions: &[usize]) -> Vec<Coded> {
        let take = |c: &Coded| Coded { codes: positions.iter().map(|&p| c.codes[p]).collect(), ..c.clone() };
        self.coded.iter().map(take).collect()
    }

    /// The group of every row of the frame by all columns together, by its number in the source.
    #[must_use]
    pub fn by_row(&self, frame: &Frame) -> Arc<HashMap<usize, u32>> {
        let partition = Partition::of(&self.coded.iter().collect::<Vec<_>>());
        let groups = (0..).zip(&partition.groups);
        Arc::new(groups.flat_map(|(code, g)| g.rows.iter().map(move |&p| (frame.rows[p], code))).collect())
    }
}

/// The groups by each column, then by all of them together where there are several, and at least two such groups have
/// enough rows.
#[must_use]
pub fn partitions(coded: &[Coded], min_rows: usize) -> Vec<Partition> {
    let mut partitions: Vec<Partition> = coded.iter().map(|c| Partition::of(&[c])).collect();
    if coded.len() > 1 {
        let all = Partition::of(&coded.iter().collect::<Vec<_>>());
        if all.groups.iter().filter(|g| g.rows.len() >= min_rows && !g.rest).count() > 1 {
            partitions.push(all);
        }
    }
    partitions
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coded(column: &str, codes: &[u32]) -> Coded {
        Coded { column: column.into(), names: vec!["x".into(), "y".into()], codes: codes.to_vec() }
    }

    #[test]
    fn columns_stand_together_only_where_groups_are_large_enough() {
        let both = [coded("a", &[0, 0, 1, 1, 0, 1]), coded("b", &[0, 0, 1, 1, 1, 0])];
        let found = partitions(&both, 2);
        assert_eq!(found.len(), 3);
        assert_eq!(found[2].columns, ["a", "b"]);
        let names: Vec<(String, usize)> = found[2].groups.iter().map(|g| (g.name(), g.rows.len())).collect();
        assert_eq!(names, [("x / x".into(), 2), ("x / y".into(), 1), ("y / x".into(), 1), ("y / y".into(), 2)]);
        assert_eq!(partitions(&both, 3).len(), 2);
        assert_eq!(partitions(&both[..1], 2).len(), 1);
    }
}
