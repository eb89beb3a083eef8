use std::fmt::Write as _;

use serde_json::json;

use super::App;
use super::output::Output;
use crate::artifact::{RunLine, list};
use crate::error::Result;
use crate::metrics::Metric;
use crate::report::number;

/// The runs so far, best first for each target
#[derive(Debug, clap::Args)]
pub struct Args {}

impl Args {
    #[expect(clippy::unused_self, reason = "every verb runs the same way")]
    pub fn run(&self, app: &App) -> Result<Output> {
        let folder = app.runs()?;
        let mut runs = list(&folder);
        runs.sort_by(|a, b| {
            let group = |r: &RunLine| (r.target.clone(), r.metric.clone());
            let better = |r: &RunLine| {
                let sign = if Metric::from_name(&r.metric).is_some_and(Metric::higher_is_better) { -1.0 } else { 1.0 };
                r.cv.map_or(f64::INFINITY, |v| sign * v)
            };
            group(a).cmp(&group(b)).then(better(a).total_cmp(&better(b)))
        });
        if runs.is_empty() {
            return Ok(Output::new(format!("no finished run under {}\n", folder.display()), json!({"runs": []})));
        }
        let show = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), number);
        let mut rows =
            vec![["run", "target", "metric", "cv", "± sd", "test", "baseline", "linear", "rows", "seconds"].map(str::to_owned)];
        rows.extend(runs.iter().map(|r| {
            let seconds = format!("{:.1}", r.total_s);
            let (target, metric) = (r.target.clone(), r.metric.clone());
            [
                r.run.clone(),
                target,
                metric,
                show(r.cv),
                show(r.sd),
                show(r.test),
                show(r.baseline),
                show(r.linear),
                r.rows.to_string(),
                seconds,
            ]
        }));
        Ok(Output::new(aligned(&rows), json!({"runs": runs})))
    }
}

/// Columns under each other: the first three from the left, the others from the right.
fn aligned(rows: &[[String; 10]]) -> String {
    let widths: Vec<usize> = (0..10).map(|i| rows.iter().map(|r| r[i].chars().count()).max().unwrap_or(0)).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (i, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let _ = if i < 3 { write!(line, "{cell:<width$}  ") } else { write!(line, "{cell:>width$}  ") };
        }
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}
